/* Searches the index of a site on a host that only has files. The package generator/search has the
   rules, and answers alike. */
"use strict";
const balieSearch = (() => {
	const wordPattern = /(?=[\p{L}\p{N}])[぀-ヿ㐀-鿿\u{10000}-\u{10ffff}]|[\p{L}\p{N}](?:[-‐‑]?(?:(?![぀-ヿ㐀-鿿\u{10000}-\u{10ffff}])[\p{L}\p{N}\p{M}])+)?/gu;
	const letters = {ß: "ss", œ: "oe", æ: "ae", ø: "o", ł: "l", ς: "σ", ı: "i"};
	const fold = (word) => word.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f\u064b-\u0655‐‑-]/g, "").replace(/[ßœæøłςı]/g, (c) => letters[c]).slice(0, 40);

	const commonPrefix = (a, b) => {
		let i = 0;
		while (i < a.length && a[i] === b[i]) i++;
		return i;
	};
	const isOneEdit = (a, b) => {
		const i = commonPrefix(a, b), x = a.slice(i), y = b.slice(i);
		return i && (x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1) || x[1] + x[0] + x.slice(2) === y);
	};
	const choose = (entries, weigh) => ({
		entries,
		matches: entries.map((e) => ({...e, weight: weigh(e.form)})).filter((e) => e.weight)
			.sort((x, y) => y.weight - x.weight || x.form.length - y.form.length).slice(0, 8),
	});

	let files = {}, cache = "default";
	const load = (name) => files[name] = files[name] || fetch(name + ".json", {cache}).then((answer) => answer.json());

	const search = async (bases, query, limit) => {
		const parts = await Promise.all(bases.map(async (base, number) => ({...await load(base + "meta"), base, number})));
		const list = async (part, kind, i) => {
			const file = await load(`${part.base}${kind}-${i}`);
			if (file.version !== part.version) throw Error("the index was built again");
			return file.list;
		};
		const item = async (part, kind, n) => {
			const i = part[kind].filter((start) => start <= n).length - 1;
			return (await list(part, kind, i))[n - part[kind][i]];
		};
		const entries = async (from, to) => (await Promise.all(parts.flatMap((part) => part.words.map(async (first, i) => {
			if (first > to || part.words[i + 1] <= from) return [];
			const [forms, steps] = await list(part, "words", i);
			let term = 0;
			return forms.split(" ").map((form, k) => ({form, term: term += steps[k], part}));
		})))).flat();
		const exact = async (form) => choose(await entries(form, form), (f) => f === form && 16);

		const lookUp = async (form) => {
			const isKnown = (word) => word.matches.length;
			let word = await exact(form);
			if (isKnown(word)) return [word];
			const letter = await entries(form[0], form[0] + "\uffff");
			word = choose(letter, (f) => f.startsWith(form) ? 10 : form.length > 3 && isOneEdit(form, f) && 8);
			if (isKnown(word)) return [word];
			for (let i = form.length - 4; i > 2; i--) {
				const first = await exact(form.slice(0, i));
				if (isKnown(first)) for (const link of ["", "s", "en", "n", "e", "es", "er"]) {
					const rest = form.slice(i + link.length), second = rest.length > 3 && form.startsWith(link, i) && await exact(rest);
					if (second && isKnown(second)) return [first, second];
				}
			}
			const longest = Math.max(4, form.length / 2, ...letter.map((e) => commonPrefix(form, e.form)));
			return [choose(letter, (f) => commonPrefix(form, f) === longest && 4)];
		};

		let forms = [...new Set((query.slice(0, 1000).match(wordPattern) || []).map(fold))].slice(0, 12);
		const isStop = (form) => parts.some(({stop}) => stop.split(" ").includes(form));
		if (!forms.every(isStop)) forms = forms.filter((form) => !isStop(form));
		const words = (await Promise.all(forms.map(lookUp))).flat();

		const total = parts.reduce((n, {boosts}) => n + boosts.length, 0), hits = {}, marked = new Set();
		for (const {matches, entries} of words) {
			for (const e of entries) if (matches.some((m) => m.term === e.term && m.part === e.part)) marked.add(e.form);
			const lists = await Promise.all(matches.map(({part, term}) => item(part, "postings", term)));
			const frequency = lists.flat().length / 2, x = 8 * (total + frequency) / frequency | 0, log = 31 - Math.clz32(x);
			const best = {}; // of each document: the weight and, below, the section
			matches.forEach(({part, weight}, i) => {
				for (let k = 0, key = part.number * 1e6; k < lists[i].length; k += 2) {
					const code = lists[i][k + 1];
					key += lists[i][k];
					best[key] = Math.max(best[key] || 0, weight * (code % 16) * 64 + 63 - (code >> 4));
				}
			});
			for (const key in best) {
				const hit = hits[key] = hits[key] || {score: 0, words: 0, sections: []};
				const section = 63 - best[key] % 64, score = (best[key] >> 6) * (8 * log + (x * 8 >> log) - 32);
				hit.words++;
				hit.score += score;
				hit.sections[section] = (hit.sections[section] || 0) + score;
			}
		}

		const ranked = Object.entries(hits).map(([key, {score, words: found, sections}]) => {
			const part = parts[key / 1e6 | 0], doc = key % 1e6, boost = part.boosts[doc];
			return {part, doc, sections, score: score * found * boost + (boost === 32 && 2 * found >= words.length ? 1e9 : 0)};
		}).sort((x, y) => y.score - x.score).slice(0, limit);

		return Promise.all(ranked.map(async ({part, doc, sections}) => {
			const [url, kind, lang, title, kept] = await item(part, "docs", doc);
			const [heading, id, excerpt] = kept[sections.reduce((best, share, i) => share > (sections[best] || 0) ? i : best, 0)];
			const isMarked = (form) => marked.has(form) || part.compound && [...marked].some((m) => m.length > 3 && form.includes(m));
			const mark = (text) => {
				const spans = [];
				let done = 0;
				const add = (end, hit) => {
					if (end > done) spans.push({text: text.slice(done, end), hit});
					done = end;
				};
				for (const {0: word, index} of text.matchAll(wordPattern)) if (isMarked(fold(word))) {
					add(index, false);
					add(index + word.length, true);
				}
				add(text.length, false);
				return spans;
			};
			return {url: url + (id && "#" + id), kind, lang, title: mark(title), heading: mark(heading), excerpt: mark(excerpt)};
		}));
	};

	// The index may be built again while somebody searches: then begin again, once.
	return (bases, query, limit) => search(bases, query, limit).catch(() => {
		files = {};
		cache = "reload";
		return search(bases, query, limit);
	});
})();

/* Shows what is found as somebody types, on the search page and before a form. */
{
	const form = document.querySelector("[data-index]"), {index, count, nothing, ...words} = form.dataset;
	const page = document.documentElement.lang, site = index.slice(0, -`/search/index/${page}/`.length);
	const found = document.getElementById("found"), status = document.getElementById("count"), goOn = document.getElementById("goon"), ask = document.querySelector(".ask");
	let query = "", offered = [], timer, runs = 0;

	const element = (tag, properties, ...children) => {
		const made = Object.assign(document.createElement(tag), properties);
		made.append(...children);
		return made;
	};
	const marked = (spans) => spans.map(({text, hit}) => hit ? element("mark", {}, text) : text);
	const item = ({url, kind, lang, title, heading, excerpt}) => element("li", {lang: lang || page},
		element("a", {href: site + url}, ...marked(title)), " ", element("span", {className: "tag", lang: page}, words[kind]),
		...[heading, excerpt].filter((spans) => spans.length).map((spans) => element("p", {}, ...marked(spans))));

	const search = async () => {
		const run = ++runs, typed = form.q.value.trim();
		const results = typed ? await balieSearch([index + "setup/", index + "incidents/"], typed, 10) : [];
		if (run !== runs) return;
		query = typed;
		offered = [...new Set(results.map(({url}) => url.split("#")[0].replace(RegExp(`^/${page}/`), "/")))];
		status.textContent = !typed ? "" : results.length ? `${count} ${results.length}` : nothing;
		found.replaceChildren(...results.length ? [element("ol", {className: "results"}, ...results.map(item))] : []);
		for (const way of document.querySelectorAll("#ways a")) way.search = new URLSearchParams({searched: query, offered});
	};

	form.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(search, 250);
	});
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		clearTimeout(timer);
		search().catch(() => form.submit());
	});
	if (goOn) {
		goOn.hidden = !(ask.hidden = true);
		goOn.addEventListener("click", () => {
			goOn.hidden = !(ask.hidden = false);
			const subject = ask.elements[ask.dataset.subject];
			if (query) {
				ask.append(element("input", {type: "hidden", name: "searched", value: query}), element("input", {type: "hidden", name: "offered", value: offered}));
				if (subject) subject.value ||= query;
			}
			ask.querySelector("input:not([type=hidden]),textarea,select").focus();
		});
	} else if (!found.textContent.trim()) {
		form.q.value = new URLSearchParams(location.search).get("q") || "";
		search();
	}
}

/* Searches a site's index on a host that only has files. The package generator/search has the rules,
   and finds the same. */
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
		matches: entries.map((e) => ({...e, weight: weigh(e.form)}))
			.filter((e, i) => e.weight && i === entries.findIndex((f) => f.form === e.form && f.term === e.term))
			.sort((x, y) => y.weight - x.weight || x.form.length - y.form.length).slice(0, 8),
	});

	let files = {}, cache = "default";
	const load = (name) => files[name] = files[name] || fetch(name + ".json", {cache}).then((answer) => answer.json());

	const search = async (bases, query, limit) => {
		const parts = await Promise.all(bases.map(async (base) => ({...await load(base + "meta"), base})));
		// read reads the files of a kind that may have what lies between two forms, terms or documents.
		const read = async (part, kind, from, to = from) => (await Promise.all(part[kind].map(async (first, i) => {
			if (first > to || part[kind][i + 1] <= from) return [];
			const file = await load(`${part.base}${kind}-${i}`);
			if (file.version !== part.version) throw Error("the index was built again");
			return [file.list];
		}))).flat();
		const readWords = async (from, to) => (await Promise.all(parts.map((part) => read(part, "words", from, to)))).flat().flatMap(([forms, edits]) => {
			edits = edits.split(" ");
			return forms.split(" ").map((form, i) => ({form, term: form.slice(0, form.length + 48 - edits[i].charCodeAt(0)) + edits[i].slice(1)}));
		});
		const exact = async (form) => choose(await readWords(form), (f) => f === form && 16);
		const isFound = (word) => word.matches.length;

		const lookUp = async (form) => {
			let word = await exact(form);
			if (isFound(word)) return [word];
			const entries = await readWords(form[0], form[0] + "\uffff");
			word = choose(entries, (f) => form.length > 1 && f.startsWith(form) ? 10 : form.length > 3 && isOneEdit(form, f) && 8);
			if (isFound(word)) return [word];
			for (let i = form.length - 4; i > 2; i--) {
				const first = await exact(form.slice(0, i));
				if (isFound(first)) for (const link of ["", "s", "en", "n", "e", "es", "er"]) {
					const rest = form.slice(i + link.length), second = rest.length > 3 && form.startsWith(link, i) && await exact(rest);
					if (second && isFound(second)) return [first, second];
				}
			}
			const longest = Math.max(4, form.length / 2, ...entries.map((e) => commonPrefix(form, e.form)));
			return [choose(entries, (f) => commonPrefix(form, f) === longest && 4)];
		};

		let forms = [...new Set((query.slice(0, 1000).match(wordPattern) || []).map(fold))].slice(0, 12);
		const isStop = (form) => parts.some(({stop}) => stop.split(" ").includes(form));
		if (!forms.every(isStop)) forms = forms.filter((form) => !isStop(form));
		const words = (await Promise.all(forms.map(lookUp))).flat();

		const total = parts.reduce((n, {boosts}) => n + boosts.length, 0), hits = {}, marked = new Set();
		for (const {matches, entries} of words) {
			for (const {form, term} of entries) if (matches.some((m) => m.term === term)) marked.add(form);
			let frequency = 0;
			const best = {}; // of each document: the weight and, below, the section
			await Promise.all(parts.flatMap((part, number) => matches.map(async ({term, weight}) => {
				const [[names, ...lists] = [""]] = await read(part, "postings", term);
				let key = number * 1e6;
				for (const [, step, letter, section] of (lists[names.split(" ").indexOf(term)] || "").matchAll(/(\d+)(.)([A-Z]?)/g)) {
					key += +step;
					frequency++;
					best[key] = Math.max(best[key] || 0, weight * (letter.charCodeAt() - 96) * 64 + 63 - (section && section.charCodeAt() - 64));
				}
			})));
			const x = 8 * (total + frequency) / frequency | 0, log = 31 - Math.clz32(x), rarity = 8 * log + (x * 8 >> log) - 32;
			for (const key in best) {
				const hit = hits[key] = hits[key] || {score: 0, words: 0, sections: []};
				const section = 63 - best[key] % 64, score = (best[key] >> 6) * rarity;
				hit.words++;
				hit.score += score;
				hit.sections[section] = (hit.sections[section] || 0) + score;
			}
		}

		const ranked = Object.keys(hits).map((key) => {
			const hit = hits[key], part = parts[key / 1e6 | 0], doc = key % 1e6, boost = part.boosts[doc];
			return {...hit, part, doc, score: hit.score * hit.words * boost + (boost === 32 && 2 * hit.words >= words.length ? 1e9 : 0)};
		}).sort((x, y) => y.score - x.score).slice(0, limit);

		return Promise.all(ranked.map(async ({part, doc, sections}) => {
			const [[first, ...docs]] = await read(part, "docs", doc);
			const [url, kind, lang, title, kept] = docs[doc - first];
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
		goOn.hidden = !(ask.hidden = !("typed" in ask.dataset));
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

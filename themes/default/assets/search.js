/* Searches the index that balie built, on a host that only has files. generator/search says what
   each step does and answers alike. */
"use strict";
const balieSearch = (() => {
	const wordPattern = /(?=[\p{L}\p{N}])[぀-ヿ㐀-鿿\u{10000}-\u{10ffff}]|[\p{L}\p{N}](?:[-‐‑]?(?:(?![぀-ヿ㐀-鿿\u{10000}-\u{10ffff}])[\p{L}\p{N}\p{M}])+)?/gu;
	const letters = {ß: "ss", œ: "oe", æ: "ae", ø: "o", ł: "l", ς: "σ", ı: "i"};
	const fold = (word) => word.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f\u064b-\u0655‐‑-]/g, "").replace(/[ßœæøłςı]/g, (c) => letters[c]).slice(0, 40);

	let files = {}, cache = "default";
	const load = (name) => files[name] = files[name] || fetch(name, {cache}).then((answer) => answer.json());

	// open reads an index's first file, and then its others as they are needed.
	const open = async (base) => {
		const meta = await load(base + "meta.json");
		const chunk = async (kind, i) => {
			const file = await load(`${base}${kind}-${i}.json`);
			if (file.version !== meta.version) throw new Error("the index was built again");
			return file;
		};
		const chunkOf = (kind, starts, n) => {
			const i = starts.filter((start) => start <= n).length - 1;
			return chunk(kind, i).then((file) => [file, n - starts[i]]);
		};
		const entries = async (from, to) => {
			const shards = meta.words.map((first, i) => first <= to && !(meta.words[i + 1] <= from) && chunk("w", i));
			return (await Promise.all(shards)).flatMap((shard) => {
				let term = 0;
				return shard ? shard.forms.split(" ").map((form, i) => ({form, term: term += shard.terms[i]})) : [];
			});
		};
		const exact = async (form) => (await entries(form, form)).filter((e) => e.form === form).map((e) => ({...e, weight: 16}));
		const choose = async (form, weigh) => (await entries(form[0], form[0] + "\uffff")).filter((e) => e.form[0] === form[0])
			.map((e) => ({...e, weight: weigh(e.form)})).filter((e) => e.weight)
			.sort((x, y) => y.weight - x.weight || x.form.length - y.form.length).slice(0, 8);
		return {meta, entries, exact, choose, chunkOf};
	};

	const isOneEdit = (a, b) => {
		let i = 0;
		while (i < a.length && a[i] === b[i]) i++;
		const x = a.slice(i), y = b.slice(i);
		return x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1) || x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2);
	};
	const shared = (a, b) => {
		let n = 0;
		while (n < a.length && a[n] === b[n]) n++;
		return n;
	};

	const lookUp = async (form, parts) => {
		const ask = async (how) => {
			const found = await Promise.all(parts.map(how));
			return found.some((m) => m.length) && found;
		};
		const exact = (form) => ask((part) => part.exact(form));
		let found = await exact(form) || await ask((part) => part.choose(form, (f) =>
			form.length > 1 && f.startsWith(form) ? 10 : form.length > 3 && isOneEdit(form, f) ? 8 : 0));
		if (found) return [found];
		for (let i = form.length - 3; i > 2; i--) {
			const first = await exact(form.slice(0, i));
			if (first) for (const link of ["", "s", "en", "n", "e", "es", "er"]) {
				const rest = form.slice(i + link.length);
				const second = form.startsWith(link, i) && rest.length > 2 && await exact(rest);
				if (second) return [first, second];
			}
		}
		let longest = Math.max(4, Math.ceil(form.length / 2));
		return [await ask(async (part) => {
			let longest = Math.max(4, Math.ceil(form.length / 2));
			for (const e of await part.choose(form, () => 0) && await part.entries(form[0], form[0] + "\uffff")) longest = Math.max(longest, shared(form, e.form));
			return part.choose(form, (f) => shared(form, f) === longest ? 4 : 0);
		}) || parts.map(() => [])];
	};

	const find = async (bases, query, limit) => {
		const parts = await Promise.all(bases.map(open));
		let forms = [...new Set((query.slice(0, 1000).match(wordPattern) || []).map(fold))].slice(0, 12);
		const isStop = (form) => parts.some(({meta}) => meta.stop.split(" ").includes(form));
		if (!forms.every(isStop)) forms = forms.filter((form) => !isStop(form));
		const words = (await Promise.all(forms.map((form) => lookUp(form, parts)))).flat();
		const total = parts.reduce((n, {meta}) => n + meta.boosts.length, 0);
		const hits = parts.map(() => new Map()), marks = new Set();
		for (const word of words) {
			let frequency = 0;
			const lists = await Promise.all(parts.map((part, i) => Promise.all(word[i].map(async ({term, weight, form}) => {
				for (const e of await part.entries(form, form)) if (e.term === term) marks.add(e.form);
				const [file, at] = await part.chunkOf("p", part.meta.terms, term), list = file.lists[at];
				frequency += list.length / 2;
				return {list, weight};
			}))));
			const x = 8 * (total + frequency) / frequency | 0, log = 31 - Math.clz32(x), rarity = 8 * log + (x * 8 >> log) - 32;
			lists.forEach((lists, i) => {
				const best = new Map();
				for (const {list, weight} of lists) {
					for (let k = 0, doc = 0; k < list.length; k += 2) {
						doc += list[k];
						const score = list[k + 1] % 16 * weight * rarity;
						if (!(score <= best.get(doc)?.score)) best.set(doc, {score, section: list[k + 1] >> 4});
					}
				}
				for (const [doc, {score, section}] of best) {
					const hit = hits[i].get(doc) || {part: parts[i], i, doc, score: 0, words: 0, sections: []};
					hit.words++;
					hit.score += score;
					hit.sections[section] = (hit.sections[section] || 0) + score;
					hits[i].set(doc, hit);
				}
			});
		}
		const ranked = hits.flatMap((map) => [...map.values()]).map((hit) => {
			const boost = hit.part.meta.boosts[hit.doc];
			return {...hit, score: hit.score * hit.words * boost, isFirst: boost === 32 && 2 * hit.words >= words.length};
		}).sort((x, y) => y.isFirst - x.isFirst || y.score - x.score || x.i - y.i || x.doc - y.doc).slice(0, limit);
		return Promise.all(ranked.map(async ({part, doc, sections}) => {
			const [file, at] = await part.chunkOf("d", part.meta.docs, doc);
			const [url, kind, lang, title, kept] = file.docs[at];
			let best = 0;
			kept.forEach((_, i) => { if ((sections[i] || 0) > (sections[best] || 0)) best = i; });
			const [heading, id, excerpt] = kept[best];
			const isMarked = (form) => marks.has(form) || part.meta.compound && [...marks].some((m) => m.length > 3 && form.includes(m));
			const mark = (text) => {
				const spans = [];
				let done = 0;
				for (const {0: word, index} of text.matchAll(wordPattern)) if (isMarked(fold(word))) {
					if (index > done) spans.push({text: text.slice(done, index), hit: false});
					spans.push({text: word, hit: true});
					done = index + word.length;
				}
				if (done < text.length) spans.push({text: text.slice(done), hit: false});
				return spans;
			};
			return {url: url + (id && "#" + id), kind, lang, title: mark(title), heading: mark(heading), excerpt: mark(excerpt)};
		}));
	};

	// The index may be built again between two files: begin again once.
	return (bases, query, limit) => find(bases, query, limit).catch(() => {
		files = {};
		cache = "reload";
		return find(bases, query, limit);
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

/* What a form does beyond asking: it asks only what the answers so far call for, counts, keeps a draft,
   and lets the language switch keep the page's address. Without this script all of the form is there. */
"use strict";
{
	const all = (selector) => [...document.querySelectorAll(selector)], byId = (id) => document.getElementById(id);
	const links = all(".langs a"), here = links.find((a) => a.ariaCurrent)?.pathname;
	for (const a of links) {
		if (location.pathname.startsWith(here)) a.pathname += location.pathname.slice(here.length);
		a.search ||= location.search;
	}

	const form = byId("ask"), news = byId("news"), note = byId("draft");
	const fields = all("#ask .field :is(input,select,textarea)");
	const typed = fields.filter((e) => e.type !== "file" && !e.readOnly);
	const property = (e) => /radio|checkbox/.test(e.type) ? "checked" : "value";
	const isGiven = (pair) => fields.some((e) => e.name + "=" + e.value === pair && !e.disabled && e[property(e)]);

	/* Returns the labels of the fields that came in. */
	const ask = () => all("[data-when]").filter((box) => {
		const was = box.hidden;
		box.hidden = !box.dataset.when.split(";").every((pairs) => pairs.split(" ").some(isGiven));
		for (const e of fields) if (box.contains(e)) e.disabled = box.hidden;
		return was && !box.hidden;
	}).map((box) => box.querySelector("label,legend").textContent).join(", ");

	/* Returns what is said of a text that is too long. */
	const count = (e) => {
		const length = byId(e.id + "-length"), several = byId(e.id + "-several");
		if (several) several.hidden = !(e.value.match(/[^?？؟]{9,}[?？؟]+(\s|$)/g)?.length > 2);
		if (!length) return "";
		const left = length.dataset.max - [...e.value].length;
		length.textContent = length.dataset[left < 0 ? "over" : "left"].replace("{n}", Math.abs(left));
		return left < 0 ? length.textContent : "";
	};
	const look = () => { ask(); typed.forEach(count); };

	/* The draft: where the browser keeps nothing, there is none. */
	const key = "balie:" + form?.dataset.draft;
	const store = (act) => {
		try {
			if (form.dataset.draft) act(localStorage);
			note.hidden = !form.dataset.draft;
		} catch {}
	};
	const keep = (sent) => store((s) => s.setItem(key, JSON.stringify({sent, at: Date.now(), values: Object.fromEntries(typed.map((e) => [e.id, e[property(e)]]))})));
	const restore = (s) => {
		const {sent, at, values} = JSON.parse(s.getItem(key)) || {};
		/* Who comes back to a form that was sent may have lost the connection. */
		const isBack = performance.getEntriesByType("navigation")[0].type === "back_forward";
		if (sent && !isBack || at < Date.now() - 6048e5) return s.removeItem(key);
		for (const e of typed) e[property(e)] = values?.[e.id] ?? e[property(e)];
		/* A form with a draft is not hidden behind the search. */
		if (typed.some((e) => e[property(e)])) form.dataset.typed = "";
	};

	if (form) {
		all(".only").forEach((hint) => hint.remove());
		"typed" in form.dataset ? keep() : store(restore);
		look();
		onpageshow = look;
		form.oninput = (event) => { count(event.target); keep(); };
		form.onchange = (event) => {
			const more = ask();
			news.textContent = more ? news.dataset.more.replace("{labels}", more) : count(event.target);
		};
		form.addEventListener("submit", (event) => event.submitter?.name || keep(true));
		note.querySelector("button").onclick = () => {
			for (const e of typed) e[property(e)] = "";
			store((s) => s.removeItem(key));
			look();
		};
	}
}

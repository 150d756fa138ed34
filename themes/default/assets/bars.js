/* Makes each bar a slider over its days: by pointer, by touch and by keyboard. What was on a day is
   in the list of the service's page, which is there for everybody; another page reads it from there. */
"use strict";
{
	const pages = {};
	const fetchPage = async (url) => new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");

	for (const bar of document.querySelectorAll(".past")) {
		const svg = bar.querySelector("svg"), ends = bar.querySelector(".span");
		const row = bar.closest("li"), page = row?.querySelector("a").href;
		const last = (svg.viewBox.baseVal.width - 3) / 4;
		const range = document.createElement("input"), text = document.createElement("p");
		const mark = document.createElementNS(svg.namespaceURI, "path");
		Object.assign(range, {type: "range", max: last, value: last});
		range.setAttribute("aria-label", bar.dataset.name);
		Object.assign(text, {className: "note", hidden: true});
		mark.setAttribute("class", "d-at");
		mark.setAttribute("stroke-width", 24);

		/* Returns what was on a day: its item in the list, or a sentence. */
		const read = async (n) => {
			const list = (page ? await (pages[page] ||= fetchPage(page)) : document).getElementById("days"), {dates, calm, unknown, known} = list.dataset;
			const item = list.querySelector(`[data-n="${n}"]`);
			return item ? item.cloneNode(true).childNodes : [(n < +known ? unknown : calm).replace("{date}", dates.split("|")[n])];
		};
		const say = async () => {
			const n = range.value, what = await read(n);
			if (n !== range.value) return;
			text.replaceChildren(...what);
			const links = text.querySelectorAll("a");
			if (links.length === 1) links[0].tabIndex = -1;
			range.setAttribute("aria-valuetext", text.textContent);
			mark.setAttribute("d", `M${4 * n} 12h3`);
		};
		let isWanted = false;
		const show = async () => {
			isWanted = true;
			await say();
			if (!isWanted) return;
			text.hidden = !(ends.hidden = true);
			svg.append(mark);
		};
		const hide = () => {
			ends.hidden = !(text.hidden = true);
			isWanted = false;
			mark.remove();
		};
		const point = (event) => {
			const box = svg.getBoundingClientRect(), from = (event.clientX - box.left) / box.width;
			const part = getComputedStyle(bar).direction === "rtl" ? 1 - from : from;
			range.value = Math.floor(part * (last + 1));
			show();
		};

		svg.onpointermove = point;
		svg.onclick = (event) => { point(event); range.focus(); };
		bar.onpointerleave = (event) => { if (event.pointerType === "mouse" && !bar.contains(document.activeElement)) hide(); };
		bar.onfocusout = (event) => { if (!bar.matches(":hover") && !bar.contains(event.relatedTarget)) hide(); };
		range.onfocus = range.oninput = show;
		bar.onkeydown = (event) => {
			const links = text.querySelectorAll("a");
			if (event.key === "Escape") event.target === range ? hide() : range.focus();
			if (event.key !== "Enter" || event.target !== range || text.hidden || !links.length) return;
			event.preventDefault();
			links.length > 1 ? links[0].focus() : links[0].click();
		};
		/* The text is there before the bar is reached: what is before it in the row is reached first. */
		(row || bar).addEventListener("focusin", say, {once: true});
		bar.prepend(range);
		ends.before(text);
	}
}

/* Solves the intake's challenge while somebody fills in the form, so that what they send is taken in at once.
   Without this script the form is sent all the same, and a person looks at it first. */
"use strict";
{
	const goodFor = 9 * 60 * 1000; // milliseconds; the intake takes a proof a minute longer
	const patience = 4000;
	const atOnce = 500;

	const form = document.querySelector("form[data-challenge]");
	const input = Object.assign(document.createElement("input"), {type: "hidden", name: "altcha"});
	let began = 0, proof, isWaiting = false;

	const solve = async () => {
		const answer = await fetch(form.getAttribute("data-challenge"), {cache: "no-store"});
		const {algorithm, challenge, maxNumber, salt, signature} = await answer.json();
		const wanted = challenge.match(/../g).map((hex) => parseInt(hex, 16));
		const encoder = new TextEncoder();
		for (let first = 0; first <= maxNumber; first += atOnce) {
			const hashes = await Promise.all(Array.from({length: atOnce}, (_, i) => crypto.subtle.digest("SHA-256", encoder.encode(salt + (first + i)))));
			const found = hashes.findIndex((hash) => new Uint8Array(hash).every((byte, i) => byte === wanted[i]));
			if (found >= 0) return btoa(JSON.stringify({algorithm, challenge, number: first + found, salt, signature}));
		}
		return "";
	};

	const begin = () => {
		if (Date.now() - began > goodFor) {
			began = Date.now();
			proof = solve().catch(() => "");
		}
		return proof;
	};

	form.insertAdjacentElement("beforeend", input);
	form.addEventListener("focusin", begin, {once: true});
	form.addEventListener("submit", async (event) => {
		if (event.submitter?.name) return; // the form is only shown in another language
		event.preventDefault();
		if (isWaiting) return;
		isWaiting = true;
		input.value = await Promise.race([begin(), new Promise((late) => setTimeout(late, patience, ""))]);
		isWaiting = false;
		began = 0; // a proof is good once
		HTMLFormElement.prototype.submit.call(form); // a field may have the name of a method
	});
}

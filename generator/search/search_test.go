package search

import "testing"

func TestSearch(t *testing.T) {
	for _, lang := range languages {
		c := readCorpus(t, lang)
		parts := c.build(lang)
		for _, q := range []string{"kosten", "verzendkosten", "betaling mislukt", "verzendkotsen", "verzendk", "refund", "rimborso", "Erstattung"} {
			for _, r := range Search(q, 3, parts...) {
				t.Log(lang, q, r)
			}
		}
	}
}

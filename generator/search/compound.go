package search

import (
	"strings"
	"unicode/utf8"
)

// The least number of letters of a compound's parts. Known words of three letters, such as "ver",
// begin too many words that are no compounds; an unknown word may begin with "btw" or "pdf".
const (
	minPart      = 4
	minFirstPart = 3 // of a query's word that no document has
)

// links stand between the parts of a compound; "" is none.
var links = []string{"", "s", "en", "n", "e", "es", "er"}

// compounding are the languages whose compounds are found by their parts.
var compounding = map[string]bool{"de": true, "nl": true}

// splitCompound returns the two known words that a form consists of: the longest first part that
// leaves a known second one.
func splitCompound(form string, minFirst int, isKnown func(string) bool) (first, second string) {
	r := []rune(form)
	for i := len(r) - minPart; i >= minFirst; i-- {
		first := string(r[:i])
		if !isKnown(first) {
			continue
		}
		for _, link := range links {
			second, linked := strings.CutPrefix(string(r[i:]), link)
			if linked && utf8.RuneCountInString(second) >= minPart && isKnown(second) {
				return first, second
			}
		}
	}
	return "", ""
}

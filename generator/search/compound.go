package search

import (
	"strings"
	"unicode/utf8"
)

// minPart is the least number of letters that a part of a compound has.
const minPart = 3

// links stand between the parts of a compound; "" is none.
var links = []string{"", "s", "en", "n", "e", "es", "er"}

// compounding are the languages whose compounds are found by their parts.
var compounding = map[string]bool{"de": true, "nl": true}

// splitCompound returns the two known words that form consists of: the longest first part that
// leaves a known second one.
func splitCompound(form string, known func(string) bool) (first, second string) {
	r := []rune(form)
	for i := len(r) - minPart; i >= minPart; i-- {
		first := string(r[:i])
		if !known(first) {
			continue
		}
		for _, link := range links {
			second, linked := strings.CutPrefix(string(r[i:]), link)
			if linked && utf8.RuneCountInString(second) >= minPart && known(second) {
				return first, second
			}
		}
	}
	return "", ""
}

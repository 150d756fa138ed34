package form

import (
	"slices"
	"strings"
	"unicode/utf8"

	"balie/content"
)

// Before is what a requester did before they wrote: what they searched for and were offered, and
// the article that did not help.
type Before struct {
	Searched *content.Searched // nil: nothing
	Article  *content.Article  // nil: none
}

// Before reads what a page's address or its hidden fields say of it, by name. What is not right is
// left out: nobody's question is refused for it.
func (r Rules) Before(get func(name string) string) Before {
	b := Before{Article: r.Setup.Article(get(Article))}
	query, ok := CleanLine(get(Searched))
	if !ok || isBlank(query) {
		return b
	}
	b.Searched = &content.Searched{Query: cutRunes(query, content.MaxSearched)}
	for path := range strings.SplitSeq(get(Offered), ",") {
		switch offered := b.Searched.Offered; {
		case len(offered) == content.MaxOffered:
			return b
		case content.IsFound(path) && !slices.Contains(offered, path):
			b.Searched.Offered = append(offered, path)
		}
	}
	return b
}

// cutRunes returns at most the first n characters of a line.
func cutRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n]))
}

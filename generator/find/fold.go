package find

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letters are the folds that Unicode's decomposition does not make.
var letters = strings.NewReplacer("ß", "ss", "œ", "oe", "æ", "ae", "ø", "o", "ł", "l", "đ", "d", "ς", "σ", "ı", "i")

// fold returns a text in lower case and without accents. Its white space is kept.
func fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && text[i] < utf8.RuneSelf {
			i++
		}
		b.WriteString(strings.ToLower(text[start:i]))
		start = i
		for i < len(text) && text[i] >= utf8.RuneSelf {
			i++
		}
		if start < i {
			b.WriteString(foldForeign(text[start:i]))
		}
	}
	return b.String()
}

// foldForeign folds a run of characters that are not ASCII.
func foldForeign(run string) string {
	return letters.Replace(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Cf) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(run)))
}

package search

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"golang.org/x/text/unicode/norm"
)

// stemmers by language. The words of any other language are terms as they are.
var stemmers = map[string]func(*snowballstem.Env) bool{
	"de": german.Stem, "en": english.Stem, "fr": french.Stem, "it": italian.Stem, "nl": dutch.Stem,
}

// stem returns the term that a word of a language stands for. The stemmers want accents, so the
// term is folded after.
func stem(lang, word string) string {
	stemmer := stemmers[lang]
	if stemmer == nil {
		return fold(word)
	}
	env := snowballstem.NewEnv(cut(strings.ToLower(norm.NFC.String(strings.Replace(word, "-", "", 1))), maxForm))
	stemmer(env)
	if s := fold(env.Current()); s != "" {
		return s
	}
	return fold(word)
}

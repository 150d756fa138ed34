package mail

import (
	"slices"
	"strings"
	"unicode"
)

// commonWords are words of each language of the theme that hardly any text of it lacks, and that
// few texts of the others have.
var commonWords = map[string][]string{
	"nl": {"het", "een", "van", "ik", "wij", "we", "niet", "dat", "met", "voor", "maar", "ook", "nog", "onze", "deze", "naar", "bij", "op", "kunt", "dag", "beste"},
	"fr": {"les", "une", "est", "pas", "vous", "nous", "notre", "votre", "dans", "pour", "avec", "sur", "je", "ne", "cette", "du", "depuis", "bonjour", "merci"},
	"en": {"the", "and", "of", "not", "this", "that", "have", "our", "you", "please", "from", "are", "for", "it", "hello", "thanks"},
	"de": {"der", "und", "ich", "nicht", "ist", "eine", "mit", "für", "wir", "unsere", "bitte", "auf", "auch", "seit", "den", "danke"},
	"it": {"che", "non", "di", "è", "per", "con", "sono", "nostro", "questo", "della", "del", "nel", "gli", "buongiorno", "grazie"},
}

const (
	maxWords  = 500 // that are looked at
	fewestSay = 3   // words that say in what language a text is
)

// LanguageOf returns in which of some languages a text is written, by its words; "" where they do
// not say. What a mail program says in Content-Language is often its own language, not the text's.
func LanguageOf(text string, languages []string) string {
	words := strings.FieldsFunc(strings.ToLower(text[:min(len(text), 20*maxWords)]), func(r rune) bool { return !unicode.IsLetter(r) })
	best, most, second := "", 0, 0
	for _, lang := range languages {
		n := 0
		for _, w := range words[:min(len(words), maxWords)] {
			if slices.Contains(commonWords[lang], w) {
				n++
			}
		}
		if n > most {
			best, most, second = lang, n, most
		} else {
			second = max(second, n)
		}
	}
	if most < fewestSay || most < 2*second {
		return ""
	}
	return best
}

package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxForm is the number of letters after which a form is cut.
const maxForm = 40

// letters are the folds that Unicode's decomposition does not make.
var letters = strings.NewReplacer("ß", "ss", "œ", "oe", "æ", "ae", "ø", "o", "ł", "l", "ς", "σ", "ı", "i")

// fold returns a word's form: lower case, without accents and the hyphen of "e-mail".
func fold(word string) string {
	if isPlain(word) {
		return cut(strings.ToLower(strings.Replace(word, "-", "", 1)), maxForm)
	}
	folded := strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f || r >= 0x64b && r <= 0x655 || isHyphen(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(word))
	return cut(letters.Replace(folded), maxForm)
}

// cut returns at most max letters.
func cut(s string, max int) string {
	if len(s) <= max {
		return s
	}
	n := 0
	for i := range s {
		if n == max {
			return s[:i]
		}
		n++
	}
	return s
}

func isPlain(word string) bool {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// nextWord finds the first word of text at or after from: a letter or digit and all letters, digits
// and marks that follow, a hyphen after the first letter included. Its end is -1 where there is
// none.
func nextWord(text string, from int) (start, end int) {
	for i := from; i < len(text); {
		if text[i] < utf8.RuneSelf && !asciiLetters[text[i]] {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !startsWord(r) {
			i += size
			continue
		}
		start, i = i, i+size
		if isSingle(r) {
			return start, i
		}
		if end = skipLetters(text, i); end > i {
			return start, end
		}
		if h, size := utf8.DecodeRuneInString(text[i:]); isHyphen(h) {
			if end = skipLetters(text, i+size); end > i+size {
				return start, end
			}
		}
		return start, i
	}
	return len(text), -1
}

// skipLetters returns where the letters that begin at i end.
func skipLetters(text string, i int) int {
	for i < len(text) {
		if text[i] < utf8.RuneSelf {
			if !asciiLetters[text[i]] {
				break
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !startsWord(r) && !unicode.IsMark(r) || isSingle(r) {
			break
		}
		i += size
	}
	return i
}

// asciiLetters are letters and digits.
var asciiLetters = func() (letters [utf8.RuneSelf]bool) {
	for c := range letters {
		letters[c] = startsWord(rune(c))
	}
	return letters
}()

func startsWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// isSingle reports whether a letter is a word by itself: Japanese and Chinese have no spaces.
// So are all beyond the basic plane, where a script counts letters in another way than Go.
func isSingle(r rune) bool {
	return r >= 0x3040 && r <= 0x30ff || r >= 0x3400 && r <= 0x9fff || r > 0xffff
}

func isHyphen(r rune) bool {
	return r == '-' || r == '‐' || r == '‑'
}

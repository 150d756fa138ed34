package form

import (
	"strings"
	"unicode/utf8"
)

// Clean mends a text that a customer typed, by the rules in the package comment. The result has LF
// line ends and no blank lines around it. Cleaning twice changes nothing more. ok is false where
// the text is not UTF-8.
func Clean(s string) (text string, ok bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	s = strings.Map(cleanRune, strings.ReplaceAll(s, "\r\n", "\n"))
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n"), true
}

// CleanLine is Clean for an answer of one line.
func CleanLine(s string) (text string, ok bool) {
	s, ok = Clean(s)
	return strings.TrimSpace(strings.NewReplacer("\n", " ", "\t", " ").Replace(s)), ok
}

// cleanRune returns what a character becomes, or -1 for one that is removed.
func cleanRune(r rune) rune {
	switch {
	case r == '\n', r == '\t':
		return r
	case r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
		return '\n'
	case r < ' ', r >= 0x7f && r < 0xa0, r == '\ufeff', isNoncharacter(r), isBidiControl(r):
		return -1
	}
	return r
}

// isBidiControl reports whether a character sets the direction of what follows (Unicode TR 9, 2.1
// to 2.5).
func isBidiControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// isNoncharacter reports whether a code point is never a character (Unicode 23.7).
func isNoncharacter(r rune) bool {
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// CleanLabel makes a label that is safe to show of the name that a sender gave a file: its last
// part, cleaned, of at most 100 characters. It is never a path.
func CleanLabel(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s, _ = CleanLine(s)
	if runes := []rune(s); len(runes) > 100 { // the end names the kind of file
		s = string(runes[:60]) + "…" + string(runes[len(runes)-39:])
	}
	return s
}

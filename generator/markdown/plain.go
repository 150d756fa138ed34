package markdown

import (
	"html/template"
	"regexp"
	"strings"
	"unicode"
)

// bare is a web address in running text; what closes the sentence after it is taken off again.
var bare = regexp.MustCompile(`https?://[^\s<>"\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]+`)

// Plain converts plain text. Each paragraph has its own direction, and no character in it can turn
// what stands around it.
func Plain(text string) template.HTML {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		paragraph = strings.Trim(paragraph, "\n")
		if strings.TrimSpace(paragraph) == "" {
			continue
		}
		b.WriteString(`<p dir="auto">`)
		for i, line := range strings.Split(paragraph, "\n") {
			if i > 0 {
				b.WriteString("<br>\n")
			}
			writeLine(&b, line)
		}
		b.WriteString("</p>")
	}
	return template.HTML(b.String())
}

// writeLine escapes a line and makes its addresses links.
func writeLine(b *strings.Builder, line string) {
	line = strings.Map(shown, line)
	end := 0
	for _, at := range bare.FindAllStringIndex(line, -1) {
		address := trimSentence(line[at[0]:at[1]])
		if address == "" {
			continue
		}
		b.WriteString(template.HTMLEscapeString(line[end:at[0]]))
		escaped := template.HTMLEscapeString(address)
		b.WriteString(`<a href="` + escaped + `" rel="nofollow noreferrer">` + escaped + `</a>`)
		end = at[0] + len(address)
	}
	b.WriteString(template.HTMLEscapeString(line[end:]))
}

// trimSentence takes off what belongs to the sentence: a full stop, a closing bracket that the
// address did not open. What is left must name a host.
func trimSentence(address string) string {
	for {
		trimmed := strings.TrimRight(address, ".,;:!?'’”»…")
		for _, pair := range []string{"()", "[]", "{}"} {
			if strings.HasSuffix(trimmed, pair[1:]) && strings.Count(trimmed, pair[1:]) > strings.Count(trimmed, pair[:1]) {
				trimmed = trimmed[:len(trimmed)-1]
			}
		}
		if trimmed == address {
			break
		}
		address = trimmed
	}
	if _, host, _ := strings.Cut(address, "//"); host == "" || strings.HasPrefix(host, "/") {
		return ""
	}
	return address
}

// shown drops characters that show nothing or turn the direction of what follows.
func shown(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return -1
	}
	return r
}

package themes

import (
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// reachable matches what a reader may want to write to or call: an e-mail address, or an
// international phone number, which begins with a plus (ITU-T E.123).
var reachable = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+|\+[1-9][0-9]{0,3}(?:[ \x{a0}\x{202f}./-]?(?:\(0\)|[0-9])){4,14}`)

// withLinks returns a text of the desk's in which addresses and phone numbers are links.
func withLinks(text string) template.HTML {
	var b strings.Builder
	end := 0
	for _, at := range reachable.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		target := linkTo(found)
		if target == "" || touchesNumber(text, at) {
			continue
		}
		b.WriteString(template.HTMLEscapeString(text[end:at[0]]))
		b.WriteString(`<a href="` + target + `">` + template.HTMLEscapeString(found) + `</a>`)
		end = at[1]
	}
	b.WriteString(template.HTMLEscapeString(text[end:]))
	return template.HTML(b.String())
}

// linkTo is the address behind what was found, or "" where it is neither an address nor a number of
// 7 to 15 digits (ITU-T E.164). The zero that is dialled only at home is left out.
func linkTo(found string) string {
	if strings.Contains(found, "@") {
		return "mailto:" + url.PathEscape(found)
	}
	digits := strings.Map(onlyDigits, strings.ReplaceAll(found, "(0)", ""))
	if len(digits) < 7 || len(digits) > 15 {
		return ""
	}
	return "tel:+" + digits
}

func onlyDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// touchesNumber reports whether what was found is only a part of a longer number or word.
func touchesNumber(text string, at []int) bool {
	before, after := text[:at[0]], text[at[1]:]
	return before != "" && strings.ContainsAny(before[len(before)-1:], "0123456789+@/=") || after != "" && strings.ContainsAny(after[:1], "0123456789@")
}

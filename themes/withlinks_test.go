package themes

import (
	"html/template"
	"regexp"
	"testing"
)

var ourLink = regexp.MustCompile(`<a href="(?:tel:\+[0-9]{7,15}|mailto:[^"<>]+)">|</a>`)

func TestWithLinks(t *testing.T) {
	for text, want := range map[string]string{
		"":                                        "",
		"Bel +32 2 555 01 00, altijd.":            `Bel <a href="tel:+3225550100">+32 2 555 01 00</a>, altijd.`,
		"(+31 (0)20-555.01.23)":                   `(<a href="tel:+31205550123">+31 (0)20-555.01.23</a>)`,
		"Appelez le +32\u00a02 555 01 00":         "Appelez le <a href=\"tel:+3225550100\">+32\u00a02 555 01 00</a>",
		"020 555 01 23 or 2611204216":             "020 555 01 23 or 2611204216",
		"+5 and +12 345":                          "+5 and +12 345",
		"1+31205550123 x+32255501001234567890":    "1+31205550123 x+32255501001234567890",
		"Mail hulp@muntplein.example.":            `Mail <a href="mailto:hulp@muntplein.example">hulp@muntplein.example</a>.`,
		`a@b.example" onclick="x`:                 `<a href="mailto:a@b.example">a@b.example</a>&#34; onclick=&#34;x`,
		"<b>+32 2 555 01 00</b>":                  `&lt;b&gt;<a href="tel:+3225550100">+32 2 555 01 00</a>&lt;/b&gt;`,
		"https://x.example/?a=me@x.example":       "https://x.example/?a=me@x.example",
		"tel +32 2 555 01 00 and +32 2 555 01 01": `tel <a href="tel:+3225550100">+32 2 555 01 00</a> and <a href="tel:+3225550101">+32 2 555 01 01</a>`,
	} {
		if got := string(withLinks(text)); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func FuzzWithLinks(f *testing.F) {
	f.Add("Bel +32 2 555 01 00 of <a@b.example>")
	f.Fuzz(func(t *testing.T, text string) {
		html := string(withLinks(text))
		if ourLink.ReplaceAllString(html, "") != template.HTMLEscapeString(text) {
			t.Errorf("%q became %q", text, html)
		}
	})
}

// Package banner tells a desk's own product, on other sites, of what is wrong now: by a small file
// (embed.json) and by the script that shows it (embed.js).
//
// The script asks for the file when the page is loaded and then once a minute, as long as the page
// can be seen. It has the browser revalidate what it has, so an answer is mostly 304. It keeps
// silent when it gets no answer. What it writes is text, in a shadow tree that the page's styles
// don't reach, with a stylesheet that is no inline style to the page's policy: the page has to
// allow the desk's origin in script-src and connect-src alone. What somebody closes stays closed
// until there is another update or the session ends.
package banner

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed embed.js
var source []byte

var indents = regexp.MustCompile(`(?m)^\s+`)

// Script is embed.js as it is served, at most 2,000 bytes.
func Script() []byte { return indents.ReplaceAll(source, nil) }

// Document is embed.json: the worst open incident in words, or nothing where none is open.
type Document struct {
	Update     string `json:"update"` // the newest update, by which it is another than the last
	Lang       string `json:"lang"`
	State      string `json:"state"`
	Title      string `json:"title"`
	TitleLang  string `json:"title_lang"`
	URL        string `json:"url"`
	Stage      string `json:"stage"`                // how far it is, in a sentence
	Next       string `json:"next,omitempty"`       // when there is news next, in a sentence
	Workaround string `json:"workaround,omitempty"` // what to do meanwhile
	More       string `json:"more,omitempty"`       // how many others are open, in a sentence
	Close      string `json:"close"`                // what the button says
}

// The most bytes of a title and of a workaround, so that a file has about 2 kB at most.
const (
	maxTitle      = 300
	maxWorkaround = 500
)

// Write writes a document, or one that has nothing to say where it is nil.
func Write(w io.Writer, d *Document) error {
	if d == nil {
		_, err := io.WriteString(w, "{}\n")
		return err
	}
	short := *d
	short.Title, short.Workaround = shorten(d.Title, maxTitle), shorten(d.Workaround, maxWorkaround)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false) // an escape has six bytes, and no HTML reader gets this
	if err := out.Encode(short); err != nil {
		return fmt.Errorf("encode banner: %w", err)
	}
	return nil
}

// shorten makes a text one line of at most some bytes, without control characters and those that
// turn the direction of what stands after them.
func shorten(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
	if len(s) <= most {
		return s
	}
	end := most - len("…")
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

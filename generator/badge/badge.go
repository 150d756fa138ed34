// Package badge draws a service's state as a small picture (SVG) that others put into their pages.
//
// The reader's fonts are not known here, so the width of a text is an estimate by its characters,
// and the text is drawn to just that width (textLength): it never runs over the edge. The shapes
// and colours of states are those of the pages; they are dark enough for white text (WCAG 2.2,
// 1.4.3), and the edge shows on dark and light pages alike.
package badge

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/width"

	"balie/content"
)

// Badge is what a picture says: whose state it is, and the state in a word.
type Badge struct {
	Name  string
	State content.ComponentState
	Word  string // of the state
	Lang  string // of both
}

const (
	height  = 24
	size    = 12 // of the type, in pixels
	margin  = 8
	mark    = 10 // the width of a shape
	gap     = 5
	longest = 60 // how many characters of a name are shown; the title has them all
)

// looks are the colour of a state and its shape, drawn in white in a square of 10.
var looks = map[content.ComponentState]struct{ colour, shape string }{
	content.Operational:         {"#1a7545", `<circle cx="5" cy="5" r="5"/>`},
	content.DegradedPerformance: {"#8a6100", `<circle cx="5" cy="5" r="4.2" fill="none" stroke="#fff" stroke-width="1.6"/><path d="M5 0a5 5 0 0 0 0 10z"/>`},
	content.PartialOutage:       {"#a8480a", `<path d="M5 0l5 10H0z"/>`},
	content.MajorOutage:         {"#b3261e", `<path d="M0 0h10v10H0z"/>`},
	content.UnderMaintenance:    {"#5546b5", `<path d="M5 0l5 5-5 5-5-5z"/>`},
}

// Write draws a badge. A state that is unknown looks like none.
func Write(w io.Writer, b Badge) error {
	look, known := looks[b.State]
	if !known {
		look.colour, look.shape = "#6a645a", ""
	}
	full, word := clean(b.Name), clean(b.Word)
	name := shorten(full)
	nameWidth, wordWidth := textWidth(name), textWidth(word)
	left := margin + nameWidth + margin
	total := left + margin + mark + gap + wordWidth + margin
	title := escape(full + ": " + word)
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s" lang="%s">`, total, height, total, height, title, escape(b.Lang))
	fmt.Fprintf(&out, "<title>%s</title>", title)
	fmt.Fprintf(&out, `<clipPath id="r"><rect width="%d" height="%d" rx="4"/></clipPath>`, total, height)
	fmt.Fprintf(&out, `<g clip-path="url(#r)"><rect width="%d" height="%d" fill="#3a362f"/><rect x="%d" width="%d" height="%d" fill="%s"/></g>`, left, height, left, total-left, height, look.colour)
	fmt.Fprintf(&out, `<rect x=".5" y=".5" width="%d" height="%d" rx="3.5" fill="none" stroke="#8f887b"/>`, total-1, height-1)
	fmt.Fprintf(&out, `<g fill="#fff" font-family="Verdana,'DejaVu Sans','Noto Sans',sans-serif" font-size="%d">`, size)
	writeText(&out, name, margin, nameWidth)
	fmt.Fprintf(&out, `<g transform="translate(%d 7)">%s</g>`, left+margin, look.shape)
	writeText(&out, word, left+margin+mark+gap, wordWidth)
	out.WriteString("</g></svg>\n")
	_, err := w.Write(out.Bytes())
	return err
}

// writeText draws a text between x and x+width. Its glyphs are stretched with the spaces between
// them, so that letters which join stay joined.
func writeText(out *bytes.Buffer, s string, x, width int) {
	direction := ""
	if isRightToLeft(s) {
		direction = ` direction="rtl"`
	}
	fmt.Fprintf(out, `<text x="%g" y="16" text-anchor="middle" textLength="%d" lengthAdjust="spacingAndGlyphs"%s>%s</text>`, float64(x)+float64(width)/2, width, direction, escape(s))
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// clean makes a text one line that is no markup's matter: without control characters and without
// those that turn the direction of what stands after them.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > longest {
		return strings.TrimSpace(string(runes[:longest-1])) + "…"
	}
	return s
}

// isRightToLeft reports whether the first letter with a direction goes to the left (UAX 9, P2).
func isRightToLeft(s string) bool {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

// textWidth is about how wide a text is, in pixels.
func textWidth(s string) int {
	sum, joined := 0.0, false
	for _, r := range s {
		if !joined {
			sum += runeWidth(r)
		}
		joined = r == '\u200d' // what follows is drawn into what stands before
	}
	return max(int(sum*size+0.5), 1)
}

// runeWidth is about how wide a character is, in parts of the type's size.
func runeWidth(r rune) float64 {
	switch {
	// Skin tones stand on what they colour.
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) || r >= 0x1f3fb && r <= 0x1f3ff:
		return 0
	case r >= 0x1f1e6 && r <= 0x1f1ff: // two of them are a flag
		return 0.65
	case isWide(r):
		return 1.05
	case strings.ContainsRune("iIjlftr.,:;!|'’()[]1 ", r):
		return 0.42
	case strings.ContainsRune("mwMW@%—…", r):
		return 0.97
	case unicode.IsUpper(r):
		return 0.73
	}
	return 0.62
}

func isWide(r rune) bool {
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth || r >= 0x1f300
}

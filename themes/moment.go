package themes

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// moment is a time in words and, for programs, itself (HTML's time element). Pages are full of
// them, so they are put together here, and not by templates: that is a tenth of what a page costs.
func (w words) moment(form string, t time.Time) (template.HTML, error) {
	switch form {
	case "at":
		return element(iso(t), w.At(t)), nil
	case "fullat":
		return element(iso(t), w.FullAt(t)), nil
	case "shortat":
		return element(iso(t), w.ShortAt(t)), nil
	case "clock":
		return element(iso(t), w.Clock(t)), nil
	case "date":
		return element(t.Format(time.DateOnly), w.Date(t)), nil
	case "fulldate":
		return element(t.Format(time.DateOnly), w.FullDate(t)), nil
	case "day":
		return element(t.Format(time.DateOnly), w.Day(t)), nil
	case "shortday":
		return element(t.Format(time.DateOnly), w.ShortDay(t)), nil
	case "stacked":
		return element(iso(t), w.ShortDate(t), w.Clock(t)), nil
	case "fullstacked":
		return element(iso(t), w.FullDate(t), w.Clock(t)), nil
	}
	return "", fmt.Errorf("moment: no form %q", form)
}

// element is a time element of one text, or of several in spans of their own.
func element(datetime string, texts ...string) template.HTML {
	if len(texts) == 1 {
		return template.HTML(`<time datetime="` + datetime + `">` + template.HTMLEscapeString(texts[0]) + `</time>`)
	}
	spans := make([]string, len(texts))
	for i, text := range texts {
		spans[i] = `<span>` + template.HTMLEscapeString(text) + `</span>`
	}
	return template.HTML(`<time datetime="` + datetime + `">` + strings.Join(spans, " ") + `</time>`)
}

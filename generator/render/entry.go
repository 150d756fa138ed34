package render

import (
	"html"
	"html/template"
	"strings"
	"time"

	"balie/generator/site"
	"balie/themes"
)

// entryWriter writes the HTML of a feed's entry: an update's text and, around it, its facts in
// words of the feed's language.
type entryWriter struct {
	strings.Builder
	locale *themes.Locale
	lang   string // " lang=…" of the facts, where the text is in another language
	err    error
}

func entryHTML(l *themes.Locale, e *site.Entry) (string, error) {
	w := &entryWriter{locale: l}
	if e.Lang != "" {
		w.lang = ` lang="` + html.EscapeString(l.Lang) + `"`
	}
	if p := e.Planned; p != nil {
		w.paragraph(w.say("maintenance.planned", "from", l.FullAt(p.Start), "to", l.FullAt(p.End)))
	}
	if e.Cause.Text != "" {
		w.paragraph("<strong>" + w.say("postmortem.cause") + "</strong> " + words(e.Cause))
	}
	w.line(strings.TrimSuffix(e.HTML, "\n"))
	w.actions(e.Actions)
	w.services(e.Services)
	if e.Workaround.Text != "" {
		w.paragraph(w.say("feed.workaround") + " " + words(e.Workaround))
	}
	if !e.Next.IsZero() {
		w.paragraph(w.say("next", "at", w.absolute(e.Next)))
	}
	return w.String(), w.err
}

// absolute is a time that is right wherever and whenever it is read.
func (w *entryWriter) absolute(t time.Time) string {
	return w.locale.FullAt(t) + " (" + w.locale.Zone(t) + ")"
}

func (w *entryWriter) actions(list []site.Action) {
	if len(list) == 0 {
		return
	}
	var items []template.HTML
	for _, a := range list {
		how := w.say("postmortem.todo")
		if !a.Done.IsZero() {
			how = w.say("postmortem.done", "date", w.locale.FullDate(a.Done))
		}
		items = append(items, words(a.Text)+" ("+how+")")
	}
	w.paragraph("<strong>" + w.say("postmortem.actions") + "</strong>")
	w.list(items)
}

func (w *entryWriter) services(list []site.ServiceState) {
	var items []template.HTML
	for _, s := range list {
		items = append(items, w.say("colon", "name", words(s.Name))+" "+w.say("state."+string(s.State)))
	}
	w.list(items)
}

// say returns a message; the first that is missing is the error.
func (w *entryWriter) say(key string, args ...any) template.HTML {
	said, err := w.locale.Say(key, args...)
	if w.err == nil {
		w.err = err
	}
	return said
}

func (w *entryWriter) paragraph(inner template.HTML) {
	w.line("<p" + w.lang + ">" + string(inner) + "</p>")
}

func (w *entryWriter) list(items []template.HTML) {
	if len(items) == 0 {
		return
	}
	w.line("<ul" + w.lang + ">")
	for _, item := range items {
		w.line("<li>" + string(item) + "</li>")
	}
	w.line("</ul>")
}

func (w *entryWriter) line(html string) {
	if html != "" && w.Len() > 0 {
		w.WriteByte('\n')
	}
	w.WriteString(html)
}

// words are a text as HTML, marked where it is in a language of its own.
func words(w site.Words) template.HTML {
	text := template.HTML(html.EscapeString(w.Text))
	if w.Lang == "" {
		return text
	}
	return template.HTML(`<span lang="`+html.EscapeString(w.Lang)+`">`) + text + "</span>"
}

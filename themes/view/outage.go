package view

import (
	"slices"

	"balie/content"
)

// Outage is the line with which pages of help, contact and forms open while something is wrong: the
// incident that matters most to their reader, and how many others there are.
type Outage struct {
	Title, Lang string // the language where it is not the page's
	URL         string
	State       content.ComponentState
	Stage       content.Kind // how far it is
	Next        *Deadline    // nil: none, or it is late
	Workaround  string
	In          string // the workaround's language where it is not the page's
	More        int
	Home        string // where the others are
}

// Outage returns the line about some open incidents, the worst of which comes first; those that
// touch one of the services go before the others. It is nil where nothing is open.
func (s Setting) Outage(open []OpenIncident, services ...string) *Outage {
	if len(open) == 0 {
		return nil
	}
	touches := func(o OpenIncident) bool {
		return slices.ContainsFunc(o.Progress.Services, func(e content.Entry[content.ComponentState]) bool { return slices.Contains(services, e.Key) })
	}
	first := open[max(slices.IndexFunc(open, touches), 0)]
	v := &Outage{
		URL: s.Pages + s.in(s.Lang, "/incidents/"+first.Incident.ID+"/"), State: first.Progress.WorstState(first.Progress.Services), Stage: first.Progress.Stage(),
		Next: first.Next, More: len(open) - 1, Home: s.Pages + s.in(s.Lang, "/"),
	}
	if v.Next != nil && v.Next.Late {
		v.Next = nil
	}
	v.Title, v.Lang = s.text(first.Incident.Title)
	v.Workaround, v.In = s.text(first.Progress.Workaround)
	return v
}

// text returns a text in the page's language or, with the language that it is in, in the source's.
func (s Setting) text(t content.Text) (text, lang string) {
	text, lang = t.In(s.Lang, s.source())
	if lang == s.Lang {
		lang = ""
	}
	return text, lang
}

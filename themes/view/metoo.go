package view

import (
	"time"

	"balie/content"
)

// MeToo is the page on which a customer says in one step that they have an incident too.
type MeToo struct {
	Lang       string
	Title      string // the incident's
	In         string // the title's language where it is not the page's
	URL        string // the incident's page
	State      content.ComponentState
	Stage      content.Kind // how far it is
	Since      time.Time
	Next       *Deadline // its next update; nil: none is promised
	Workaround string
	AdviceIn   string // the workaround's language where it is not the page's
	Action     string
	Form       string // as which form what they write is taken in, where that was named; else ""
	Write      string // the form's page, for what is not of this incident
	Nonce      string // of the page as it was served
	Served     string // when, signed; "" where nobody asks
	Challenge  string // as a Form's
	Fields     []Field
	Errors     []Mistake
	Counted    bool   // it was sent, and nothing was written
	Over       bool   // the incident is resolved: it takes no more
	Typed      string // what was written after that
}

// meTooURL is the page's address.
func (s Setting) meTooURL(o OpenIncident) string {
	return s.Intake + s.in(s.Lang, "/incidents/"+o.Incident.ID+"/me-too")
}

// MeToo returns that page for an incident, empty. What is written becomes a ticket as of the form.
func (s Setting) MeToo(o OpenIncident, form *content.Form) MeToo {
	shown := s.incident(o, s.Lang)
	v := MeToo{
		Lang: s.Lang, URL: shown.URL, State: shown.State, Stage: o.Progress.Stage(), Since: shown.Since, Next: o.Next,
		Action: s.meTooURL(o),
		Write:  s.Intake + s.in(s.Lang, "/forms/"+form.ID+"/"), Over: !o.Progress.Open,
	}
	v.Title, v.In = s.text(o.Incident.Title)
	v.Workaround, v.AdviceIn = s.text(o.Progress.Workaround)
	if s.Tree.Site.Guard.WantsProof() {
		v.Challenge = s.Intake + "/challenge"
	}
	var asked Form
	s.ask(&asked, content.MeTooForm(form))
	for _, f := range asked.Fields {
		f.Rows, f.Counted, f.Several = 3, false, false // the button is in sight on a phone
		v.Fields = append(v.Fields, f)
	}
	if s.Tree.Site.Mail != nil {
		v.Fields = append(v.Fields, updatesField)
	}
	return v
}

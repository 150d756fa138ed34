package site

import (
	"cmp"
	"strings"

	"balie/content"
	"balie/themes/view"
)

// forms plans the page of each form, empty. What is promised is said as a rule: when it is read,
// and so by when an answer comes, nobody knows here.
func (m *Plan) forms(lang string) {
	for _, f := range m.Tree.Forms {
		m.add(lang, "/forms/"+f.ID+"/", Page{Layout: "form", Nav: "contact"}, func() any { return m.formView(f, lang) })
	}
}

// Outage is the line about what is open. What touches one of the services goes first.
func (m *Plan) Outage(lang string, services ...string) *view.Outage {
	return m.setting(lang).Outage(m.openIncidents(), services...)
}

func (m *Plan) openIncidents() []view.OpenIncident { return m.asOpen(m.open) }

func (m *Plan) asOpen(list []*incident) []view.OpenIncident {
	var open []view.OpenIncident
	for _, i := range list {
		open = append(open, view.OpenIncident{Incident: i.Incident, Progress: i.Progress, Next: m.nextUpdate(i)})
	}
	return open
}

func (m *Plan) formView(f *content.Form, lang string) view.Form {
	v := m.setting(lang).Form(f, m.openIncidents(), "", nil)
	if m.Rules != nil {
		v.Rules = m.Rules(f)
	}
	return v
}

// setting is where a form's or a ticket's view is made for.
func (m *Plan) setting(lang string) view.Setting {
	policy := m.Tree.PolicyAt(m.Now)
	return view.Setting{
		Tree: m.Tree, Lang: lang, Now: m.Now, Pages: m.paths.Prefix, Intake: m.intake(), Attach: policy.MayAttach(false),
		Size: m.Size, TicketNow: m.TicketNow, Address: cmp.Or(strings.TrimSuffix(m.Tree.Site.IntakeURL, "/"), m.base),
	}
}

package site

import (
	"balie/content"
	"balie/themes/view"
)

// formKey is what a form's page depends on: the version of the policy in force, and open incidents, where it shows them.
type formKey struct {
	common uint64
	lang   string
	form   string
	policy *content.Policy
	open   string
}

// forms plans the page of each form, empty. What is promised is said as a rule: when it is read, and so by when an answer comes, nobody knows here.
func (m *plan) forms(lang string) {
	var rows serials
	for _, f := range m.open {
		rows = rows.add(f.serial)
	}
	policy := m.Tree.PolicyAt(m.Now)
	for _, f := range m.Tree.Forms {
		m.add(lang, "/forms/"+f.ID+"/", Page{
			Layout: "form", Nav: "contact", Key: formKey{m.common.serial, lang, f.ID, policy, string(rows)}, View: func() any { return m.formView(f, lang) },
		})
	}
}

func (m *plan) formView(f *content.Form, lang string) view.Form {
	var open []view.OpenIncident
	for _, i := range m.open {
		open = append(open, view.OpenIncident{Incident: i.Incident, Progress: i.Progress})
	}
	v := m.setting(lang).Form(f, open, "", nil)
	if m.Rules != nil {
		v.Rules = m.Rules(f)
	}
	return v
}

// setting is where a form's or a ticket's view is made for.
func (m *plan) setting(lang string) view.Setting {
	policy := m.Tree.PolicyAt(m.Now)
	return view.Setting{
		Tree: m.Tree, Lang: lang, Now: m.Now, Pages: m.paths.Prefix, Intake: m.intake(), Attach: policy.MayAttach(false),
		Size: m.Size, Stands: m.Stands,
	}
}

package view

import (
	"slices"

	"balie/content"
)

// Excluded is what support does not include, and what there is instead.
type Excluded struct {
	Text, Why string
	Form, URL string // the title and address of the form for it; "" where there is none
}

// notIncluded lists what support does not include, for the page of a form. It is empty on the page
// of a form that is there for just that.
func (s Setting) notIncluded(f *content.Form) []Excluded {
	policy := s.Tree.PolicyAt(s.Now)
	if policy == nil || slices.ContainsFunc(policy.Coverage.Excluded, func(c content.Covered) bool { return c.Instead == f.ID }) {
		return nil
	}
	var list []Excluded
	for _, c := range policy.Coverage.Excluded {
		var e Excluded
		e.Text, _ = c.Text.In(s.Lang, s.source())
		e.Why, _ = c.Why.In(s.Lang, s.source())
		if instead := s.Tree.Setup.Form(c.Instead); instead != nil {
			e.Form, _ = instead.Title.In(s.Lang, s.source())
			e.URL = s.Pages + s.in(s.Lang, "/forms/"+instead.ID+"/")
		}
		list = append(list, e)
	}
	return list
}

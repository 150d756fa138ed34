package view

import (
	"balie/content"
)

// Condition is what another field must be answered with for a field to be asked.
type Condition struct {
	Field   string   // that field's id
	Values  []string // one of these
	Label   string   // that field's, "" as in Field
	Role    content.Role
	Answers []string // the labels of Values; none: a checkbox that must be ticked
}

// conditions returns a field's conditions.
func (s Setting) conditions(form *content.Form, f *content.Field) []Condition {
	var list []Condition
	for _, w := range f.When {
		on := form.Field(w.Key)
		if on == nil {
			continue
		}
		c := Condition{Field: on.ID, Values: w.Value, Role: on.Role}
		c.Label, _ = on.Label.In(s.Lang, s.source())
		for _, value := range w.Value {
			if on.Type != content.CheckboxField {
				c.Answers = append(c.Answers, s.answerLabel(on, value))
			}
		}
		list = append(list, c)
	}
	return list
}

// answerLabel returns what the page calls an answer that can be chosen.
func (s Setting) answerLabel(f *content.Field, value string) string {
	for _, c := range f.Choices {
		if c.ID == value {
			label, _ := c.Label.In(s.Lang, s.source())
			return label
		}
	}
	if service := s.Tree.Service(value); service != nil {
		name, _ := service.Name.In(s.Lang, s.source())
		return name
	}
	return value
}

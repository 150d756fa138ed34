package form

import (
	"slices"
	"strings"

	"balie/content"
	"balie/themes/view"
)

// Typed returns the form as it was typed, with what is wrong.
// A browser can't be given its files back: where some came, their fields say so.
func Typed(v view.Form, a Answers, mistakes []view.Mistake) view.Form {
	v.Fields = slices.Clone(v.Fields)
	v.Errors, v.Search, v.Typed = nil, false, true
	byField := map[string]*view.Mistake{}
	for _, m := range v.WithLabels(mistakes) {
		byField[m.Field] = &m
		if m.Field == "" {
			v.Errors = append(v.Errors, m)
		}
	}
	ofFields := []view.Mistake{}
	for i := range v.Fields {
		f := &v.Fields[i]
		fillIn(f, a)
		f.Error = byField[f.ID]
		if f.Error == nil && f.Type == content.FileField && a.hasUpload(f.ID) {
			f.Error = &view.Mistake{Field: f.ID, Role: f.Role, Label: f.Label, Code: filesAgain}
		}
		if f.Error != nil {
			ofFields = append(ofFields, *f.Error)
		}
	}
	v.Errors = append(ofFields, v.Errors...)
	return v
}

// TypedMessage returns the follow page with the message as it was typed, and with what is wrong.
func TypedMessage(v view.Follow, a Answers, mistakes []view.Mistake) view.Follow {
	if a.Get("action") != "" { // of a button: the box for messages was not sent
		v.Remark.Value, _ = Clean(strings.ToValidUTF8(a.Get(v.Remark.ID), "\ufffd"))
		for _, m := range v.Write.WithLabels(mistakes) {
			m.Field = ""
			v.Errors = append(v.Errors, m)
		}
		return v
	}
	v.Write = Typed(v.Write, a, mistakes)
	v.Errors = v.Write.Errors
	for _, m := range mistakes {
		if m.Field != "" && !slices.ContainsFunc(v.Write.Fields, func(f view.Field) bool { return f.ID == m.Field }) {
			m.Field = "" // a button's field is not on the page
			v.Errors = append(v.Errors, m)
		}
	}
	return v
}

// fillIn sets a field to what was typed, as far as it can be shown.
func fillIn(f *view.Field, a Answers) {
	if f.Type == content.HiddenField || f.Type == content.FileField || f.Fixed {
		return
	}
	f.Value, _ = Clean(strings.ToValidUTF8(a.Get(f.ID), "\ufffd"))
	if f.Type == content.CheckboxField && (f.Value == "" || isUnticked(f.Value)) {
		f.Value = ""
	}
	f.Options = slices.Clone(f.Options)
	for i := range f.Options {
		f.Options[i].Selected = f.Options[i].Value == f.Value
	}
}

func (a Answers) hasUpload(name string) bool {
	return slices.ContainsFunc(a.Uploads, func(u Upload) bool { return u.Name == name })
}

// TypedText returns the text of a submission as it was typed, whatever else is wrong with it.
func (r Rules) TypedText(a Answers) string {
	for _, f := range r.Form.Fields {
		if f.Role == content.BodyRole {
			text, _ := Clean(strings.ToValidUTF8(a.Get(f.ID), "\ufffd"))
			return text
		}
	}
	return ""
}

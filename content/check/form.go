package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"balie/content"
)

var mediaType = regexp.MustCompile(`^[a-z]{1,64}/[a-z0-9.+*-]{1,64}$`)

func (c *checker) form(file string, f *content.Form) {
	c.reference(file, "lane", f.Lane, c.words.lanes, content.Error)
	duplicates(f.Fields, func(fd content.Field) string { return fd.ID }, func(i int, id string) {
		key := fmt.Sprintf("fields[%d].id", i)
		c.error(file, key, content.CodeDuplicate, "give it another id", "%s: a second %q", key, id)
	})
	duplicates(f.Fields, func(fd content.Field) string { return string(fd.Role) }, func(i int, role string) {
		key := fmt.Sprintf("fields[%d].role", i)
		c.error(file, key, content.CodeDuplicate, "take one of them out", "%s: a second field with the role %q", key, role)
	})
	for i := range f.Fields {
		key := fmt.Sprintf("fields[%d]", i)
		c.field(file, key, &f.Fields[i])
		c.condition(file, key+".when", f, i)
	}
	if !c.words.misread[file] && !slices.ContainsFunc(f.Fields, func(fd content.Field) bool { return fd.Role == "body" }) {
		c.warn(file, "fields", content.CodeNoBody, "give one field role: body", "fields: none has the role body, so nobody can say what is the matter")
	}
}

func (c *checker) field(file, key string, f *content.Field) {
	switch {
	case slices.Contains(content.ReservedFields(), f.ID):
		c.error(file, key+".id", content.CodeName, "take another; reserved are "+strings.Join(content.ReservedFields(), ", "), "%s.id: %q is a name that the intake uses itself", key, f.ID)
	case f.ID != "" && !content.IsField(f.ID):
		c.error(file, key+".id", content.CodeName, content.NameHint+", beginning with a letter", "%s.id: %q is no name for a field", key, f.ID)
	}
	if f.Pattern != "" {
		if _, err := regexp.Compile(f.Pattern); err != nil {
			c.error(file, key+".pattern", content.CodeValue, "write it in Go's syntax (RE2): no look-ahead, no back references", "%s.pattern: %v", key, err)
		}
	}
	duplicates(f.Choices, func(ch content.Choice) string { return ch.ID }, func(i int, id string) {
		at := fmt.Sprintf("%s.choices[%d].id", key, i)
		c.error(file, at, content.CodeDuplicate, "give it another id", "%s: a second %q", at, id)
	})
	for i, ch := range f.Choices {
		c.identifier(file, fmt.Sprintf("%s.choices[%d].id", key, i), ch.ID)
	}
	c.fieldLimits(file, key, f)
	if f.Type != "" {
		c.fieldKeys(file, key, f)
	}
}

// condition finds conditions of a form's i-th field that could never be met.
func (c *checker) condition(file, key string, f *content.Form, i int) {
	for _, w := range f.Fields[i].When {
		at := key + "." + w.Key
		on := slices.IndexFunc(f.Fields, func(fd content.Field) bool { return fd.ID == w.Key })
		switch {
		case on < 0:
			c.reference(file, at+"~", w.Key, names{what: "field", where: "the fields above are ", known: fieldIDs(f.Fields[:i]), unsure: c.words.misread[file]}, content.Error)
		case on == i:
			c.error(file, at+"~", content.CodeReference, "name a field that stands above this one", "%s: the field itself", at)
		case on > i:
			c.error(file, at+"~", content.CodeReference, "move that field above this one", "%s: the field stands below this one", at)
		case !slices.Contains([]content.FieldType{content.ChoiceField, content.CheckboxField, content.ServiceField}, f.Fields[on].Type):
			c.error(file, at+"~", content.CodeReference, "name a choice, a service or a checkbox", "%s: a field of type %s decides nothing", at, f.Fields[on].Type)
		default:
			c.conditionValues(file, at, &f.Fields[on], w.Value)
		}
	}
}

// conditionValues finds values that a field never has.
func (c *checker) conditionValues(file, at string, on *content.Field, values content.OneOf) {
	if on.Type == content.ServiceField && c.words.misread["services.yaml"] {
		return
	}
	for i, value := range values {
		if c.IsAnswerOf(on, value) {
			continue
		}
		key := at
		if len(values) > 1 {
			key = fmt.Sprintf("%s[%d]", at, i)
		}
		c.error(file, key, content.CodeReference, content.Nearest(value, c.answersOf(on), "its answers are "), "%s: %q is no answer to %q", key, value, on.ID)
	}
}

// answersOf lists what a field can be answered with.
func (c *checker) answersOf(f *content.Field) []string {
	var list []string
	switch f.Type {
	case content.CheckboxField:
		list = []string{"true"}
	case content.ServiceField:
		list = c.words.services.known
	case content.ChoiceField:
		for _, choice := range f.Choices {
			list = append(list, choice.ID)
		}
	}
	return list
}

func fieldIDs(fields []content.Field) []string {
	var ids []string
	for _, f := range fields {
		ids = append(ids, f.ID)
	}
	return ids
}

// fieldLimits finds limits that nothing can keep.
func (c *checker) fieldLimits(file, key string, f *content.Field) {
	if f.MaxLength > 0 && f.MinLength > f.MaxLength {
		c.error(file, key+".min_length", content.CodeValue, fmt.Sprintf("write %d or less", f.MaxLength), "%s.min_length: more than max_length", key)
	}
	for _, m := range []struct{ name, value string }{{"min", f.Min}, {"max", f.Max}} {
		if m.value != "" && !limitOf(f.Type, m.value) {
			c.error(file, key+"."+m.name, content.CodeValue, "write a number, or a day such as 2026-11-20 for a date", "%s.%s: %q is no value of a field of type %s", key, m.name, m.value, f.Type)
		}
	}
	for i, t := range f.Types {
		if !mediaType.MatchString(t) {
			at := fmt.Sprintf("%s.types[%d]", key, i)
			c.error(file, at, content.CodeValue, "write a media type such as image/png", "%s: %q is no media type", at, t)
		}
	}
	if f.Type == "hidden" && f.Required && f.Value == "" {
		c.error(file, key, content.CodeValue, "give it a value, or take required out", "%s: a required hidden field that nobody can fill in", key)
	}
}

func limitOf(t content.FieldType, s string) bool {
	if t == "date" {
		_, err := content.ParseDate(s)
		return err == nil
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// fieldKeys finds keys that the field's type does not have, and choices that are missing.
func (c *checker) fieldKeys(file, key string, f *content.Field) {
	for _, k := range []struct {
		name  string
		named bool
		of    []content.FieldType
	}{
		{"choices", f.Choices != nil, []content.FieldType{"choice", "checkbox"}},
		{"min", f.Min != "", []content.FieldType{"number", "date"}},
		{"max", f.Max != "", []content.FieldType{"number", "date"}},
		{"value", f.Value != "", []content.FieldType{"hidden"}},
		{"max_files", f.MaxFiles > 0, []content.FieldType{"file"}},
		{"max_size", f.MaxSize > 0, []content.FieldType{"file"}},
		{"types", f.Types != nil, []content.FieldType{"file"}},
	} {
		if k.named && !slices.Contains(k.of, f.Type) {
			c.error(file, key+"."+k.name+"~", content.CodeUnknownKey, "take it out, or write type: "+string(k.of[0]), "%s.%s: unknown key in a field of type %s", key, k.name, f.Type)
		}
	}
	if f.Type == "choice" && len(f.Choices) == 0 && !c.words.misread[file] {
		c.error(file, key, content.CodeMissingKey, "add choices: [{id: …, label: …}]", "%s: a field of type choice has choices", key)
	}
}

// lanesReached warns of lanes that no form, evidence or rule would ever file under.
func (c *checker) lanesReached() {
	if len(c.Policies) == 0 || len(c.Forms) == 0 || c.words.forms.unsure {
		return
	}
	p := c.Policies[len(c.Policies)-1]
	for i, l := range p.Lanes {
		filed := slices.ContainsFunc(c.Forms, func(f *content.Form) bool { return f.Lane == l.ID || f.Lane == "" && content.DefaultLane(p) == l.ID })
		if !filed && l.Requires == "" && l.ID != "" {
			key := fmt.Sprintf("lanes[%d].id", i)
			c.warn(p.Path, key, content.CodeUnreachable, fmt.Sprintf("write lane: %s in a form, or requires: … in the lane", l.ID), "%s: no form files under %q", key, l.ID)
		}
	}
}

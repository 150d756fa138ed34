package form

import (
	"slices"
	"strings"
	"unicode"

	"balie/content"
	"balie/themes/view"
)

// Submission is what a customer handed in, clean and by every rule of its form.
type Submission struct {
	Form     *content.Form
	Values   content.Map[string] // the answers that were given, by field, in the form's order; files apart
	Files    []File
	Language string                  // of the requester, one of the site's, or ""
	Vouched  map[content.Role]string // as in Rules
	Updates  bool                    // its updates are to be mailed
	Incident string                  // the id that "me too" named; the caller must see whether it is open
	Before   Before
}

// Role returns what the platform says for a role or, where it does not, the answer of the field
// with the role; "" where there is none.
func (s *Submission) Role(role content.Role) string {
	if said := s.Vouched[role]; said != "" {
		return said
	}
	for i := range s.Form.Fields {
		if f := &s.Form.Fields[i]; f.Role == role {
			value, _ := s.Values.Get(f.ID)
			return value
		}
	}
	return ""
}

// answer returns the answer to a field, "" where there is none.
func (s *Submission) answer(id string) string {
	if f := s.Form.Field(id); f != nil && s.Vouched[f.Role] != "" {
		return s.Vouched[f.Role]
	}
	value, _ := s.Values.Get(id)
	return value
}

// Body is what they wrote.
func (s *Submission) Body() string { return s.Role(content.BodyRole) }

// Ticket returns the ticket that the answers make. Number, token, channel and language are the
// intake's to add.
func (s *Submission) Ticket() *content.Ticket {
	t := &content.Ticket{
		Form:         s.Form.ID,
		Lane:         s.Form.Lane,
		Subject:      s.subject(),
		Requester:    content.Requester{Name: s.Role(content.NameRole), Email: s.Role(content.EmailRole), Phone: s.Role(content.PhoneRole)},
		Organisation: s.Role(content.OrganisationRole),
	}
	for _, v := range s.Values {
		if f := s.Form.Field(v.Key); f.Role == "" {
			t.Fields = append(t.Fields, v)
		}
	}
	t.Searched = s.Before.Searched
	if a := s.Before.Article; a != nil {
		t.Article = a.Section + "/" + a.Slug
	}
	return t
}

// subject returns the subject that was given or, where the form asks for none, the beginning of the
// text.
func (s *Submission) subject() string {
	if subject := s.Role(content.SubjectRole); subject != "" {
		return subject
	}
	line, _, _ := strings.Cut(strings.TrimSpace(s.Body()), "\n")
	if runes := []rune(line); len(runes) > maxSubject {
		line = string(runes[:maxSubject-1]) + "…"
	}
	if line == "" {
		return s.Form.ID
	}
	return line
}

// Check judges what was sent by every rule of its form. It returns a submission or all mistakes, in
// the order of the fields, those of no field last.
func (r Rules) Check(a Answers) (*Submission, []view.Mistake) {
	s := &Submission{Form: r.Form, Vouched: r.Vouched}
	var wrong []view.Mistake
	for _, f := range r.Form.Asked(r.Attach) {
		if r.Vouched[f.Role] != "" || !f.IsAsked(s.answer) {
			continue
		}
		var m *view.Mistake
		if f.Type == content.FileField {
			m = r.checkFiles(s, f, a)
		} else {
			m = r.checkField(s, f, a)
		}
		if m != nil {
			wrong = append(wrong, *m)
		}
	}
	wrong = append(wrong, r.checkNames(a)...)
	wrong = append(wrong, r.checkTotal(a, wrong)...)
	if len(wrong) > 0 {
		return nil, wrong
	}
	s.Incident, _ = CleanLine(a.Get(Incident))
	s.Before = r.Before(a.Get)
	s.Updates = a.Get(Updates) != "" && !isUnticked(a.Get(Updates))
	if lang := a.Get(Language); slices.Contains(r.Setup.Site.Languages, lang) {
		s.Language = lang
	}
	return s, nil
}

// CheckMessage is Check for the follow page, where a message may be files alone.
func (r Rules) CheckMessage(a Answers) (*Submission, []view.Mistake) {
	if len(a.Uploads) > 0 && r.Attach {
		f := *r.Form
		f.Fields = slices.Clone(f.Fields)
		f.Field("message").Required = false
		r.Form = &f
	}
	return r.Check(a)
}

// checkField judges a field's one answer, and adds it to the submission.
func (r Rules) checkField(s *Submission, f *content.Field, a Answers) *view.Mistake {
	if i := slices.IndexFunc(a.Uploads, func(u Upload) bool { return u.Name == f.ID }); i >= 0 {
		return mistake(f, notFile, "name", a.Uploads[i].Label)
	}
	value, m := cleanAnswer(f, a)
	if m != nil {
		return m
	}
	if f.Type == content.HiddenField && value == "" {
		value = f.Value
	}
	if value == "" {
		if f.Required {
			return missing(f)
		}
		return nil
	}
	for _, check := range []func(*content.Field, string) *view.Mistake{checkLength, r.checkType, checkPattern} {
		if m := check(f, value); m != nil {
			return m
		}
	}
	if f.Type == content.CheckboxField {
		value = checked
	}
	s.Values = append(s.Values, content.Entry[string]{Key: f.ID, Value: value})
	return nil
}

// cleanAnswer returns the only answer to a field, clean.
func cleanAnswer(f *content.Field, a Answers) (string, *view.Mistake) {
	var found *Answer
	for i := range a.Values {
		if a.Values[i].Name != f.ID {
			continue
		}
		if found != nil {
			return "", mistake(f, repeated, "name", f.ID)
		}
		found = &a.Values[i]
	}
	if found == nil {
		return "", nil
	}
	if found.Type == JSONOther || found.Type == JSONNumber && f.Type != content.NumberField || found.Type == JSONBool && f.Type != content.CheckboxField {
		return "", mistake(f, notText)
	}
	clean := CleanLine
	if f.Type == content.TextareaField {
		clean = Clean
	}
	value, ok := clean(found.Value)
	if !ok {
		return "", mistake(f, encoding)
	}
	if isBlank(value) || f.Type == content.CheckboxField && isUnticked(value) {
		return "", nil
	}
	return value, nil
}

// isBlank reports whether a text shows nothing: it has only spaces and formatting characters.
func isBlank(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }) == ""
}

// isUnticked reports whether a checkbox's value says that it is not ticked.
func isUnticked(s string) bool { return slices.Contains([]string{"false", "off", "no", "0"}, s) }

// checkNames finds names that the form does not have, and reserved names that were sent twice. An
// empty value is nothing: a page that was open while its form was changed still sends the field
// that is gone.
func (r Rules) checkNames(a Answers) []view.Mistake {
	var wrong []view.Mistake
	seen := map[string]int{}
	for _, v := range a.Values {
		seen[v.Name]++
		isReserved := slices.Contains(reserved, v.Name)
		switch {
		case slices.Contains(ignored, v.Name):
		case seen[v.Name] == 2 && isReserved:
			wrong = append(wrong, *mistake(nil, repeated, "name", v.Name))
		case seen[v.Name] == 1 && !isReserved && r.field(v.Name) == nil && (v.Value != "" || v.Type != JSONText):
			wrong = append(wrong, *mistake(nil, unknown, "name", CleanLabel(v.Name)))
		}
	}
	for _, u := range a.Uploads {
		if r.field(u.Name) != nil {
			continue
		}
		code := unknown
		if f := r.Form.Field(u.Name); f != nil && f.Type == content.FileField {
			code = noFiles
		}
		wrong = append(wrong, *mistake(nil, code, "name", CleanLabel(u.Name)))
	}
	return wrong[:min(len(wrong), 20)] // enough to see what is going on
}

package content

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
)

// The types of fields.
const (
	TextField     FieldType = "text"
	TextareaField FieldType = "textarea"
	EmailField    FieldType = "email"
	TelField      FieldType = "tel"
	URLField      FieldType = "url"
	NumberField   FieldType = "number"
	ChoiceField   FieldType = "choice"
	CheckboxField FieldType = "checkbox"
	DateField     FieldType = "date"
	FileField     FieldType = "file"
	ServiceField  FieldType = "service"
	HiddenField   FieldType = "hidden"
)

// The roles of fields.
const (
	SubjectRole      Role = "subject"
	BodyRole         Role = "body"
	NameRole         Role = "name"
	EmailRole        Role = "email"
	PhoneRole        Role = "phone"
	OrganisationRole Role = "organisation"
)

// What a field takes where its form does not say.
const (
	defaultFileCount = 5
	defaultFileSize  = Size(5e6)
	defaultFilesSize = Size(20e6)
)

func defaultFileTypes() []string {
	return []string{"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
}

// typedLength returns how many characters an answer may have, or 0 for a type that is not typed.
func (t FieldType) typedLength() int {
	switch t {
	case TextField, HiddenField:
		return 500
	case TextareaField:
		return 20_000
	case EmailField:
		return 254
	case TelField, NumberField:
		return 40
	case URLField:
		return 2_000
	}
	return 0
}

// IsTyped reports whether the answer is typed, so that it can be too long.
func (f *Field) IsTyped() bool { return f.Type.typedLength() > 0 }

// LengthLimit returns how many characters the answer may have.
func (f *Field) LengthLimit() int { return cmp.Or(f.MaxLength, f.Type.typedLength()) }

var digitsPattern = regexp.MustCompile(`^(?:\[0-9\]|\\d)\{([1-9][0-9]?)\}$`)

// Digits returns how many digits the answer must be, where its pattern is [0-9]{n} or \d{n}, and 0
// elsewhere.
func (f *Field) Digits() int {
	m := digitsPattern.FindStringSubmatch(f.Pattern)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// IsAsked reports whether the field is asked, by the answers to the fields above it. A field that
// is not asked has no answer, so what depends on it is not asked either. A ticked checkbox's answer
// is "true".
func (f *Field) IsAsked(answer func(id string) string) bool {
	return !slices.ContainsFunc(f.When, func(w Entry[OneOf]) bool { return !slices.Contains(w.Value, answer(w.Key)) })
}

// IsAnswerOf reports whether a value is one that the field can have been answered with, of those
// that are chosen and not typed.
func (s *Setup) IsAnswerOf(f *Field, value string) bool {
	switch f.Type {
	case ChoiceField:
		return slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.ID == value })
	case CheckboxField:
		return value == "true"
	case ServiceField:
		return s.Service(value) != nil
	}
	return false
}

// CountLimit returns how many files the field takes.
func (f *Field) CountLimit() int { return cmp.Or(f.MaxFiles, defaultFileCount) }

// SizeLimit returns how large each file may be.
func (f *Field) SizeLimit() Size { return cmp.Or(f.MaxSize, defaultFileSize) }

// FileTypes lists the media types that the field takes.
func (f *Field) FileTypes() []string {
	if len(f.Types) == 0 {
		return defaultFileTypes()
	}
	return f.Types
}

// FilesLimit returns how many bytes of files one submission may have.
func (s *Setup) FilesLimit() Size { return cmp.Or(s.Site.Attachments.PerTicket, defaultFilesSize) }

// Form returns the form with an id, or nil.
func (s *Setup) Form(id string) *Form {
	i := slices.IndexFunc(s.Forms, func(f *Form) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return s.Forms[i]
}

// IncidentForm returns the form by which customers add to incidents: the first that shows those
// that are known, else the first of all. It is nil where there is none.
func (s *Setup) IncidentForm() *Form {
	if i := slices.IndexFunc(s.Forms, func(f *Form) bool { return slices.Contains(f.Steps, "known_incidents") }); i >= 0 {
		return s.Forms[i]
	}
	if len(s.Forms) > 0 {
		return s.Forms[0]
	}
	return nil
}

// Asked lists the fields that a customer is asked. Those for files are among them if attach is
// true.
func (f *Form) Asked(attach bool) []*Field {
	var asked []*Field
	for i := range f.Fields {
		if field := &f.Fields[i]; field.Type != FileField || attach {
			asked = append(asked, field)
		}
	}
	return asked
}

// MessageForm returns the form of a message on the follow page of a ticket that came by the form
// first (nil where that is gone). The requester may attach what could be attached at first.
func MessageForm(first *Form) *Form {
	f := &Form{ID: "message", Fields: []Field{{ID: "message", Role: BodyRole, Type: TextareaField, Required: true}}}
	if first == nil {
		return f
	}
	i := slices.IndexFunc(first.Fields, func(f Field) bool { return f.Type == FileField })
	if i >= 0 {
		files := first.Fields[i]
		files.ID, files.Required = "files", false
		f.Fields = append(f.Fields, files)
	}
	return f
}

// RatingForm returns the form of a rating on the follow page: a score, and a remark that nobody
// must make.
func RatingForm() *Form {
	return &Form{ID: "rate", Fields: []Field{
		{ID: "score", Type: NumberField, Required: true, Min: "1", Max: "5", Pattern: "[1-5]"},
		{ID: "message", Role: BodyRole, Type: TextareaField, MaxLength: 2_000},
	}}
}

// LinksForm returns the form by which a requester asks for the addresses of their questions.
func LinksForm() *Form {
	return &Form{ID: "lost", Fields: []Field{{ID: "email", Role: EmailRole, Type: EmailField, Required: true}}}
}

// MeTooForm returns what a customer may add in one step who has an incident too. What they add
// becomes a ticket as of the form f.
func MeTooForm(f *Form) *Form {
	return &Form{ID: f.ID, Lane: f.Lane, Fields: []Field{
		{ID: "message", Role: BodyRole, Type: TextareaField},
		{ID: "email", Role: EmailRole, Type: EmailField},
	}}
}

// MayAttach reports whether a customer may attach files, by a policy (nil where there is none).
// vouched tells whether the platform vouches for the customer.
func (p *Policy) MayAttach(vouched bool) bool {
	return vouched || p == nil || p.Entitlement == nil || p.Entitlement.Attachments != "signed_in"
}

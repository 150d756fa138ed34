package form

import (
	"cmp"
	"slices"
	"strings"

	"balie/content"
)

// The types of fields (CONTRACT.md) that have rules of their own.
const (
	typeText     content.FieldType = "text"
	typeTextarea content.FieldType = "textarea"
	typeEmail    content.FieldType = "email"
	typeTel      content.FieldType = "tel"
	typeURL      content.FieldType = "url"
	typeNumber   content.FieldType = "number"
	typeChoice   content.FieldType = "choice"
	typeCheckbox content.FieldType = "checkbox"
	typeDate     content.FieldType = "date"
	typeFile     content.FieldType = "file"
	typeService  content.FieldType = "service"
	typeHidden   content.FieldType = "hidden"
)

// The roles (CONTRACT.md) that a field may have.
const (
	roleSubject      content.Role = "subject"
	roleBody         content.Role = "body"
	roleName         content.Role = "name"
	roleEmail        content.Role = "email"
	rolePhone        content.Role = "phone"
	roleOrganisation content.Role = "organisation"
)

// The names under which a form sends more than its answers. Each is one of content.ReservedFields.
const (
	Incident = "incident" // the open incident that "me too" was said of
	Language = "language" // the requester's
	Identity = "identity" // a token by which the platform vouches for them
	Proof    = "altcha"   // of work
	Honeypot = "website"  // what only a machine fills in
)

var reserved = []string{Incident, Language, Identity, Proof, Honeypot}

// checked is the value of a checkbox that is ticked.
const checked = "true"

// maxSubject is the longest subject that a ticket is given where its form asks for none.
const maxSubject = 80

// longest is how many characters an answer may have where its field does not say.
var longest = map[content.FieldType]int{
	typeText: 500, typeTextarea: 20_000, typeEmail: 254, typeTel: 40, typeURL: 2_000, typeNumber: 40, typeHidden: 500,
}

func maxLength(f *content.Field) int { return cmp.Or(f.MaxLength, longest[f.Type]) }

// What a file field takes where it does not say.
const (
	defaultFiles = 5
	defaultSize  = content.Size(5e6)
	defaultTotal = content.Size(20e6)
)

var defaultTypes = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}

func maxFiles(f *content.Field) int         { return cmp.Or(f.MaxFiles, defaultFiles) }
func maxSize(f *content.Field) content.Size { return cmp.Or(f.MaxSize, defaultSize) }

func fileTypes(f *content.Field) []string {
	if len(f.Types) == 0 {
		return defaultTypes
	}
	return f.Types
}

// isText reports a field whose answer is typed: one that can be too long.
func isText(f *content.Field) bool { return longest[f.Type] > 0 }

// Rules is by what a submission is judged.
type Rules struct {
	Setup  *content.Setup
	Form   *content.Form
	Attach bool // this customer may attach files: else the file fields are not there
}

// MayAttach reports whether a customer may attach files, by a policy (nil where there is none) and whether the platform vouches for them.
func MayAttach(p *content.Policy, vouched bool) bool {
	return vouched || p == nil || p.Entitlement == nil || p.Entitlement.Attachments != "signed_in"
}

// Limits is how much of the files that are sent need be kept.
func (r Rules) Limits() Limits {
	var l Limits
	for _, f := range r.fileFields() {
		l.File = max(l.File, int64(maxSize(f)))
		l.Files += int64(maxFiles(f)) * int64(maxSize(f))
	}
	l.Files = min(l.Files, int64(r.total()))
	return l
}

// total is how many bytes of files a ticket may have.
func (r Rules) total() content.Size { return cmp.Or(r.Setup.Site.Attachments.PerTicket, defaultTotal) }

func (r Rules) fileFields() []*content.Field {
	var list []*content.Field
	for _, f := range r.fields() {
		if f.Type == typeFile {
			list = append(list, f)
		}
	}
	return list
}

// fields is what this customer is asked: the form's fields, those for files only where they may attach any.
func (r Rules) fields() []*content.Field {
	var list []*content.Field
	for i := range r.Form.Fields {
		if f := &r.Form.Fields[i]; f.Type != typeFile || r.Attach {
			list = append(list, f)
		}
	}
	return list
}

// field returns what this customer is asked by that name, or nil.
func (r Rules) field(id string) *content.Field {
	if f := r.Form.Field(id); f != nil && (f.Type != typeFile || r.Attach) {
		return f
	}
	return nil
}

// MessageForm is the requester's own form on the follow page of a ticket that came in by a form (nil where it is gone): what they may attach there is what they could attach at first.
func MessageForm(by *content.Form) *content.Form {
	f := &content.Form{ID: "message", Fields: []content.Field{{ID: "message", Role: roleBody, Type: typeTextarea, Required: true}}}
	if by == nil {
		return f
	}
	i := slices.IndexFunc(by.Fields, func(f content.Field) bool { return f.Type == typeFile })
	if i >= 0 {
		files := by.Fields[i]
		files.ID, files.Required = "files", false
		f.Fields = append(f.Fields, files)
	}
	return f
}

// ActionForm is what the follow page's buttons send, by the value of action: "solved" or "rate"; nil for any other.
func ActionForm(action string) *content.Form {
	act := content.Field{ID: "action", Type: typeHidden, Value: action}
	switch action {
	case "solved":
		return &content.Form{ID: "solved", Fields: []content.Field{act}}
	case "rate":
		score := content.Field{ID: "score", Type: typeNumber, Required: true, Min: "1", Max: "5", Pattern: "[1-5]"}
		return &content.Form{ID: "rate", Fields: []content.Field{act, score}}
	}
	return nil
}

// sayTypes names media types as people do: PNG, JPG, PDF.
func sayTypes(types []string) string {
	var words []string
	for _, t := range types {
		if word := strings.ToUpper(strings.TrimPrefix(extension(t), ".")); word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}

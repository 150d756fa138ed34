package form

import (
	"slices"
	"strings"

	"balie/content"
)

// The names under which a form sends more than its answers. Each is one of content.ReservedFields.
const (
	Incident = "incident" // the open incident that "me too" was said of
	Language = "language" // the requester's
	Identity = "identity" // a token by which the platform vouches for them
	Proof    = "altcha"   // of work
	Honeypot = "website"  // what only a machine fills in
	Nonce    = "nonce"    // of the page that was served
	Served   = "served"   // when it was, signed
	Updates  = "updates"  // the incident's updates are to be mailed
	Searched = "searched" // for what they searched before
	Offered  = "offered"  // the paths of what was found, with commas between them
	Article  = "article"  // the one that did not help: <section>/<slug>

	// InSession is what Identity says on a page that was shown to somebody who is signed in.
	InSession = "session"
	// SignOut is the action that ends a session.
	SignOut = "sign_out"
)

var reserved = []string{Incident, Language, Identity, Proof, Honeypot, Nonce, Served, Updates, Searched, Offered, Article}

// ignored are those of the reserved names that no ticket is refused for.
var ignored = []string{Searched, Offered, Article}

// checked is the value of a checkbox that is ticked.
const checked = "true"

// maxSubject is the longest subject that a ticket is given where its form asks for none.
const maxSubject = 80

// Rules is what a submission is judged by.
type Rules struct {
	Setup  *content.Setup
	Form   *content.Form
	Attach bool // whether this customer may attach files; otherwise the file fields are not asked

	// Vouched is what the platform says of its customer. Fields with these roles are not judged:
	// what was typed into them does not count.
	Vouched map[content.Role]string
}

// Limits returns how much of the files that are sent is kept.
func (r Rules) Limits() Limits {
	var l Limits
	for _, f := range r.fileFields() {
		l.File = max(l.File, int64(f.SizeLimit()))
		l.Files += int64(f.CountLimit()) * int64(f.SizeLimit())
	}
	l.Files = min(l.Files, int64(r.Setup.FilesLimit()))
	return l
}

func (r Rules) fileFields() []*content.Field {
	var list []*content.Field
	for _, f := range r.Form.Asked(r.Attach) {
		if f.Type == content.FileField {
			list = append(list, f)
		}
	}
	return list
}

// field returns the field with an id that this customer is asked, or nil.
func (r Rules) field(id string) *content.Field {
	if f := r.Form.Field(id); f != nil && (f.Type != content.FileField || r.Attach) {
		return f
	}
	return nil
}

// ActionForm returns the form of a button of the follow page, by the value of action: "solved",
// "undo" or "rate". It is nil for any other.
func ActionForm(action string) *content.Form {
	act := content.Field{ID: "action", Type: content.HiddenField, Value: action}
	switch action {
	case "solved", "undo":
		return &content.Form{ID: action, Fields: []content.Field{act}}
	case "rate":
		f := content.RatingForm()
		f.Fields = append(f.Fields, act)
		return f
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

package form

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Setting is where, when and for whom a view is made.
type Setting struct {
	Tree   *content.Tree
	Lang   string // the page's; a ticket's page is in the ticket's language
	Now    time.Time
	Pages  string                           // what stands before the path of a built page: "" on the same host, else base_url without its last slash
	Intake string                           // likewise for what the intake serves
	Attach bool                             // whether this customer may attach files
	Size   func(path string) int64          // of a stored attachment; nil: sizes are not told
	Stands func(t *content.Ticket) Standing // how a ticket stands now; nil: as its own events say, and nothing is promised
}

func (s Setting) source() string { return s.Tree.Site.Source() }

// in is the path of a page in a language.
func (s Setting) in(lang, path string) string {
	if lang == s.source() {
		return path
	}
	return "/" + lang + path
}

// Open is an incident that the public knows and that is not over.
type Open struct {
	Incident *content.Incident
	Progress content.Progress
}

// OpenIncidents lists those of a moment, the newest first.
func OpenIncidents(t *content.Tree, now time.Time) []Open {
	var list []Open
	for _, i := range t.Incidents {
		if !i.Public() {
			continue
		}
		if p := i.At(now); p.Open {
			list = append(list, Open{i, p})
		}
	}
	slices.SortStableFunc(list, func(a, b Open) int { return b.Progress.Started.Compare(a.Progress.Started) })
	return list
}

// known is an open incident as a page in lang shows it.
func (s Setting) known(o Open, lang string) Known {
	title, _ := o.Incident.Title.In(lang, s.source())
	return Known{ID: o.Incident.ID, Title: title, URL: s.Pages + s.in(lang, "/incidents/"+o.Incident.ID+"/"), State: o.Progress.Stands(o.Progress.Services), Since: o.Progress.Started.In(s.Tree.Zone)}
}

// New is an empty form. open are the incidents to add to rather than ask anew; incident is the one that was chosen of them, or ""; promised is what a ticket handed in now would be promised.
func New(f *content.Form, s Setting, open []Open, incident string, promised []Promised) View {
	source := s.source()
	title, _ := f.Title.In(s.Lang, source)
	intro, _ := f.Intro.In(s.Lang, source)
	v := View{
		ID: f.ID, Lang: s.Lang, Title: title, Intro: intro, Promised: promised,
		Action: s.Intake + s.in(s.Lang, "/forms/"+f.ID),
		Home:   s.Pages + s.in(s.Lang, "/search/"),
		Search: slices.Contains(f.Steps, "search"),
	}
	for _, o := range open {
		k := s.known(o, s.Lang)
		k.MeToo = v.Action + "?incident=" + k.ID
		if k.ID == incident {
			v.Incident, v.About = k.ID, k.Title
		}
		v.Known = append(v.Known, k)
	}
	if v.Incident != "" || !slices.Contains(f.Steps, "known_incidents") {
		v.Known = nil
	}
	s.ask(&v, f)
	return v
}

// ask adds a form's questions to its view.
func (s Setting) ask(v *View, f *content.Form) {
	for _, field := range (Rules{Setup: s.Tree.Setup, Form: f, Attach: s.Attach}).fields() {
		v.Fields = append(v.Fields, s.field(field))
		v.Multi = v.Multi || field.Type == typeFile
	}
}

func (s Setting) field(f *content.Field) FieldView {
	source := s.source()
	label, _ := f.Label.In(s.Lang, source)
	help, _ := f.Help.In(s.Lang, source)
	v := FieldView{
		ID: f.ID, Type: f.Type, Role: f.Role, Label: label, Help: help, Required: f.Required,
		Min: f.Min, Max: f.Max, Autocomplete: autocomplete(f), InputMode: inputMode(f), Width: width(f),
	}
	switch f.Type {
	case typeHidden:
		v.Value = f.Value
	case typeFile:
		v.Accept, v.MaxFiles, v.MaxSize = strings.Join(fileTypes(f), ","), maxFiles(f), maxSize(f)
	case typeChoice:
		for _, c := range f.Choices {
			label, _ := c.Label.In(s.Lang, source)
			v.Options = append(v.Options, Option{Value: c.ID, Label: label})
		}
	case typeService:
		s.Tree.EachService(func(_, service *content.Service) {
			name, _ := service.Name.In(s.Lang, source)
			v.Options = append(v.Options, Option{Value: service.ID, Label: name})
		})
	}
	if isText(f) {
		v.MaxLength = maxLength(f)
	}
	return v
}

// With is the form as it was typed, with what is wrong. Files cannot be given back to a browser: where some came, their fields say so.
func (v View) With(a Answers, mistakes []Mistake) View {
	v.Fields = slices.Clone(v.Fields)
	v.Errors = nil
	byField := map[string]*Mistake{}
	for _, m := range v.Told(mistakes) {
		byField[m.Field] = &m
		if m.Field == "" {
			v.Errors = append(v.Errors, m)
		}
	}
	ofFields := []Mistake{}
	for i := range v.Fields {
		f := &v.Fields[i]
		f.retype(a)
		f.Error = byField[f.ID]
		if f.Error == nil && slices.ContainsFunc(a.Uploads, func(u Upload) bool { return u.Name == f.ID }) && f.Type == typeFile {
			f.Error = &Mistake{Field: f.ID, Role: f.Role, Label: f.Label, Code: filesAgain}
		}
		if f.Error != nil {
			ofFields = append(ofFields, *f.Error)
		}
	}
	v.Errors = append(ofFields, v.Errors...)
	return v
}

// Told is mistakes with what the page says of their fields.
func (v View) Told(mistakes []Mistake) []Mistake {
	told := slices.Clone(mistakes)
	for i := range told {
		for _, f := range v.Fields {
			if f.ID == told[i].Field {
				told[i].Label, told[i].Help = f.Label, f.Help
			}
		}
	}
	return told
}

// retype fills in what was typed, as far as it can be shown.
func (f *FieldView) retype(a Answers) {
	if f.Type == typeHidden || f.Type == typeFile {
		return
	}
	f.Value, _ = Clean(strings.ToValidUTF8(a.Get(f.ID), "\ufffd"))
	if f.Type == typeCheckbox && (f.Value == "" || unticked(f.Value)) {
		f.Value = ""
	}
	f.Options = slices.Clone(f.Options)
	for i := range f.Options {
		f.Options[i].Selected = f.Options[i].Value == f.Value
	}
}

// autocomplete is the token by which a browser fills in what it knows (HTML, "Autofill"; WCAG 2.2, 1.3.5).
func autocomplete(f *content.Field) string {
	switch f.Role {
	case roleName:
		return "name"
	case roleEmail:
		return "email"
	case rolePhone:
		return "tel"
	case roleOrganisation:
		if f.Pattern == "" && f.Type == typeText {
			return "organization"
		}
	}
	return ""
}

// inputMode is the keyboard that a phone shows.
func inputMode(f *content.Field) string {
	switch {
	case f.Type == typeEmail || f.Type == typeURL || f.Type == typeTel:
		return string(f.Type)
	case f.Type == typeNumber:
		return "decimal"
	case strings.Contains(f.Pattern, "0-9") || strings.Contains(f.Pattern, `\d`):
		if strings.Trim(f.Pattern, `0123456789[]{},\d-()?:`) == "" {
			return "numeric"
		}
	}
	return ""
}

// width is how wide the answers are that a field takes.
func width(f *content.Field) string {
	switch f.Type {
	case typeNumber, typeDate:
		return "short"
	case typeTel, typeEmail:
		return "middle"
	case typeTextarea, typeURL, typeFile:
		return "full"
	}
	switch n := cmp.Or(f.MaxLength, digitsOf(f.Pattern)); {
	case n > 0 && n <= 16:
		return "short"
	case f.Role == roleName || f.Role == roleOrganisation || n > 0 && n <= 60:
		return "middle"
	}
	return "full"
}

// digitsOf is n of a pattern such as [0-9]{n}, else 0.
func digitsOf(pattern string) int {
	var n int
	for _, r := range strings.TrimSuffix(strings.TrimPrefix(pattern, "[0-9]{"), "}") {
		if r < '0' || r > '9' || n > 1000 {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

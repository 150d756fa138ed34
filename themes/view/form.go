package view

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk"
)

// Setting is what views are made from: the tree, the instant, the language and the addresses.
type Setting struct {
	Tree      *content.Tree
	Lang      string // the page's; a ticket's page is in the ticket's language
	Now       time.Time
	Pages     string                            // what links to built pages begin with
	Intake    string                            // what links to the intake begin with
	Attach    bool                              // whether this customer may attach files
	Vouched   map[content.Role]string           // what the platform says of this customer
	Size      func(path string) int64           // of a stored attachment; nil: sizes are not shown
	TicketNow func(t *content.Ticket) TicketNow // nil: by its own events alone
	// Address is the intake's own, absolute, without its last slash.
	Address string
	// New are tickets that the tree does not have yet and that follow one that is shown.
	New []*content.Ticket
}

// SearchIndex is the path of the directory in which a language's search index is.
func SearchIndex(lang string) string { return "/search/index/" + lang + "/" }

func (s Setting) source() string { return s.Tree.Site.Source() }

// in returns the path of a page in a language.
func (s Setting) in(lang, path string) string {
	if lang == s.source() {
		return path
	}
	return "/" + lang + path
}

// OpenIncident is a public incident that is not over.
type OpenIncident struct {
	Incident *content.Incident
	Progress content.Progress
	Next     *Deadline // its next update
}

// OpenIncidents lists the open incidents at an instant, the worst first. d knows the promises.
func OpenIncidents(t *content.Tree, d *desk.Desk, now time.Time) []OpenIncident {
	var list []OpenIncident
	for _, i := range t.Incidents {
		if !i.Public() {
			continue
		}
		if p := i.At(now); p.Open {
			list = append(list, OpenIncident{i, p, OwedOf(d, i, now).Next().Deadline(now, t.Zone)})
		}
	}
	slices.SortStableFunc(list, func(a, b OpenIncident) int { return content.CompareWorst(a.Progress, b.Progress) })
	return list
}

// incident returns the view of an incident on a page in lang.
func (s Setting) incident(o OpenIncident, lang string) Incident {
	title, _ := o.Incident.Title.In(lang, s.source())
	return Incident{ID: o.Incident.ID, Title: title, URL: s.Pages + s.in(lang, "/incidents/"+o.Incident.ID+"/"), State: o.Progress.WorstState(o.Progress.Services), Since: o.Progress.Started.In(s.Tree.Zone)}
}

// Form returns the view of an empty form. The customer may join one of the open incidents instead.
// incident is the one that was chosen, or "". promised is what a ticket handed in now would be
// promised.
func (s Setting) Form(f *content.Form, open []OpenIncident, incident string, promised []Promised) Form {
	source := s.source()
	title, _ := f.Title.In(s.Lang, source)
	intro, _ := f.Intro.In(s.Lang, source)
	v := Form{
		ID: f.ID, Lang: s.Lang, Title: title, Intro: intro, Promised: promised,
		Action: s.Intake + s.in(s.Lang, "/forms/"+f.ID),
		Home:   s.Pages + s.in(s.Lang, "/search/"),
		Index:  s.Pages + SearchIndex(s.Lang),
		Search: slices.Contains(f.Steps, "search"),
	}
	if s.Tree.Site.Guard.WantsProof() {
		v.Challenge = s.Intake + "/challenge"
	}
	for _, o := range open {
		k := s.incident(o, s.Lang)
		k.MeToo = s.meTooURL(o) + "?form=" + f.ID
		if k.ID == incident {
			v.Incident, v.About = k.ID, k.Title
		}
		v.Known = append(v.Known, k)
	}
	v.Search = v.Search && v.Incident == ""
	if v.Incident != "" || !slices.Contains(f.Steps, "known_incidents") {
		v.Known = nil
	}
	s.ask(&v, f)
	if v.Excluded = s.notIncluded(f); v.Excluded != nil {
		v.Promises = s.Pages + s.in(s.Lang, "/promises/")
	}
	v.SignIn = !s.Attach && s.Tree.Site.Identity != nil && len(f.Asked(true)) > len(v.Fields)
	v.Payment = s.payment(f.Lane, f.ID)
	if v.Incident != "" && s.Tree.Site.Mail != nil && slices.ContainsFunc(f.Fields, func(f content.Field) bool { return f.Role == content.EmailRole }) {
		v.Fields = append(v.Fields, updatesField)
	}
	return v
}

// updatesField asks whether the incident's updates are to be mailed.
var updatesField = Field{ID: "updates", Type: content.CheckboxField, Role: "updates"}

// ask adds a form's questions to its view.
func (s Setting) ask(v *Form, f *content.Form) {
	for _, field := range f.Asked(s.Attach) {
		asked := s.field(field)
		asked.When = s.conditions(f, field)
		v.Fields = append(v.Fields, asked)
		v.Multi = v.Multi || field.Type == content.FileField
	}
}

func (s Setting) field(f *content.Field) Field {
	source := s.source()
	label, _ := f.Label.In(s.Lang, source)
	help, _ := f.Help.In(s.Lang, source)
	v := Field{
		ID: f.ID, Type: f.Type, Role: f.Role, Label: label, Help: help, Required: f.Required,
		Min: f.Min, Max: f.Max, Autocomplete: autocomplete(f), InputMode: inputMode(f), Width: width(f),
	}
	switch f.Type {
	case content.HiddenField:
		v.Value = f.Value
	case content.FileField:
		v.Accept, v.MaxFiles, v.MaxSize = strings.Join(f.FileTypes(), ","), f.CountLimit(), f.SizeLimit()
		if all := s.Tree.FilesLimit(); all < v.MaxSize*content.Size(v.MaxFiles) {
			v.AllSize = all
		}
	case content.ChoiceField:
		for _, c := range f.Choices {
			label, _ := c.Label.In(s.Lang, source)
			v.Options = append(v.Options, Option{Value: c.ID, Label: label})
		}
	case content.ServiceField:
		s.Tree.EachService(func(_, service *content.Service) {
			name, _ := service.Name.In(s.Lang, source)
			v.Options = append(v.Options, Option{Value: service.ID, Label: name})
		})
	}
	if said := s.Vouched[f.Role]; said != "" {
		v.Value, v.Fixed, v.Required, v.Options, v.Help = said, true, true, nil, ""
	}
	if f.IsTyped() {
		v.MaxLength = f.LengthLimit()
	}
	v.Counted, v.Several = isCounted(f), f.Role == content.BodyRole && f.Type == content.TextareaField
	return v
}

// isCounted reports whether somebody may write more than a field takes: in a text of several lines,
// and in one sentence that is to be short.
func isCounted(f *content.Field) bool {
	isSentence := f.Type == content.TextField && f.Pattern == "" && (f.Role == "" || f.Role == content.SubjectRole)
	return f.Type == content.TextareaField || isSentence && f.MaxLength > 40 && f.MaxLength <= 200
}

// WithLabels returns mistakes with the labels and helps of their fields.
func (v Form) WithLabels(mistakes []Mistake) []Mistake {
	labelled := slices.Clone(mistakes)
	for i := range labelled {
		for _, f := range v.Fields {
			if f.ID == labelled[i].Field {
				labelled[i].Label, labelled[i].Help = f.Label, f.Help
			}
		}
	}
	return labelled
}

// autocomplete returns the token by which a browser fills in what it knows (HTML, "Autofill"; WCAG
// 2.2, 1.3.5).
func autocomplete(f *content.Field) string {
	switch f.Role {
	case content.NameRole:
		return "name"
	case content.EmailRole:
		return "email"
	case content.PhoneRole:
		return "tel"
	case content.OrganisationRole:
		if f.Pattern == "" && f.Type == content.TextField {
			return "organization"
		}
	}
	return ""
}

// inputMode returns the keyboard that a phone shows.
func inputMode(f *content.Field) string {
	switch {
	case f.Type == content.EmailField || f.Type == content.URLField || f.Type == content.TelField:
		return string(f.Type)
	case f.Type == content.NumberField:
		return "decimal"
	case strings.Contains(f.Pattern, "0-9") || strings.Contains(f.Pattern, `\d`):
		if strings.Trim(f.Pattern, `0123456789[]{},\d-()?:`) == "" {
			return "numeric"
		}
	}
	return ""
}

// width returns how wide a field is shown, by the answers that it takes.
func width(f *content.Field) string {
	switch f.Type {
	case content.NumberField, content.DateField:
		return "short"
	case content.TelField, content.EmailField:
		return "middle"
	case content.TextareaField, content.URLField, content.FileField:
		return "full"
	}
	switch n := cmp.Or(f.MaxLength, f.Digits()); {
	case n > 0 && n <= 16:
		return "short"
	case f.Role == content.NameRole || f.Role == content.OrganisationRole || n > 0 && n <= 60:
		return "middle"
	}
	return "full"
}

package delivery

import (
	"cmp"
	"slices"
	"strings"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
)

// attached is what becomes of a mail's files.
type attached struct {
	files    []filing.File
	notTaken []string // the names of those that the form does not take, and staff alone see
	tooLarge []string // the names of those that were not kept
}

// attach judges a mail's files by the form of its ticket. What the form does not take is kept for
// staff alone. What goes beyond the whole size of a submission's files is not kept, and named. A
// mail that was not read completely is kept as it came.
func (m *mailed) attach(formID string) (a attached) {
	rules := m.rules(formID)
	mayAttach := m.tree.PolicyAt(m.Now()).MayAttach(false)
	var size int64
	for _, f := range m.stored {
		stored, name := f.as, cmp.Or(f.Label, f.as.Name)
		isKept := func(had filing.File) bool { return had.Name == stored.Name }
		switch {
		case slices.ContainsFunc(a.files, isKept):
			continue
		case size+int64(len(f.Body)) > int64(m.tree.Setup.FilesLimit()):
			a.tooLarge = append(a.tooLarge, name)
			continue
		case stored.Withheld != "":
		case !rules.Takes(f.Label, f.Body) || len(a.files) >= maxMailFiles:
			stored.Withheld = content.NotOfForm
			a.notTaken = append(a.notTaken, name)
		case !mayAttach:
			stored.Withheld = content.WantsSignIn
		}
		size += int64(len(f.Body))
		a.files = append(a.files, stored)
	}
	if m.Incomplete != "" {
		f := form.FileOf("message.eml", m.d.Body)
		a.files = append(a.files, filing.File{Name: f.Name, Label: f.Label, Body: f.Body, Withheld: content.NotOfForm})
	}
	return a
}

// maxMailFiles is how many files of a mail its writer sees again.
const maxMailFiles = 20

// rules returns the rules for files of a ticket that came by a form.
func (m *mailed) rules(formID string) form.Rules {
	f := m.tree.Setup.Form(formID)
	if f == nil {
		f = &content.Form{}
	}
	return form.Rules{Setup: m.tree.Setup, Form: f, Attach: true}
}

// note tells staff what they could not see otherwise, as Markdown; "" where there is nothing.
func (m *mailed) note(own *content.Ticket, other, formID string, a attached) string {
	var lines []string
	say := func(key string, values ...any) {
		lines = append(lines, m.word(m.tree.Site.Source(), key, values...))
	}
	if m.writer.Address == "" {
		say("mail.in.sender", "senders", m.senders())
	}
	if other != "" {
		say("mail.in.other", "number", content.SayNumber(other))
	}
	if missing := m.missing(formID); own == nil && missing != "" {
		say("mail.in.missing", "fields", missing)
	}
	if m.Incomplete != "" {
		say("mail.in.incomplete")
	}
	if len(a.notTaken) > 0 {
		say("mail.in.withheld", "files", EscapeMarkdown(strings.Join(a.notTaken, ", ")))
	}
	if len(a.tooLarge) > 0 {
		say("mail.in.too_large", "files", EscapeMarkdown(strings.Join(a.tooLarge, ", ")))
	}
	return strings.Join(lines, "\n\n")
}

// senders names whom a mail says that it is from.
func (m *mailed) senders() string {
	var list []string
	for _, a := range m.From {
		list = append(list, strings.TrimSpace(a.Name+" <"+a.Address+">"))
	}
	if len(list) == 0 {
		return "–"
	}
	line, _ := form.CleanLine(strings.Join(list, ", "))
	return EscapeMarkdown(shorten(line, 500))
}

// missing names the fields that a form requires and a mail does not have.
func (m *mailed) missing(formID string) string {
	f := m.tree.Setup.Form(formID)
	if f == nil {
		return ""
	}
	source := m.tree.Site.Source()
	given := []content.Role{content.SubjectRole, content.BodyRole, content.EmailRole}
	if m.writer.Name != "" {
		given = append(given, content.NameRole)
	}
	var names []string
	for _, field := range f.Asked(false) {
		if field.Required && len(field.When) == 0 && !slices.Contains(given, field.Role) {
			name, _ := field.Label.In(source, source)
			names = append(names, EscapeMarkdown(cmp.Or(name, field.ID)))
		}
	}
	return strings.Join(names, ", ")
}

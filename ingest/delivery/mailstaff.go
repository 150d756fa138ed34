package delivery

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/mail"
)

// spentFor is for how long it is remembered that an answer's address was used: what was put aside
// can be tried again for 30 days, and counts by when it came.
const spentFor = mail.StaffTokenAge + 31*24*time.Hour

// mailKinds are the words on the first line of a staff answer.
var mailKinds = map[string]content.Kind{"reply": content.Reply, "note": content.Note, "solved": content.Solved, "waiting": content.Waiting}

// staffAnswer files what somebody of the staff answers to a notice. What does not prove itself is
// put aside: its text is a draft.
func (m *mailed) staffAnswer(address string) error {
	number, _ := mail.StaffNumber(address)
	refuse := func(why string) error {
		return unusablef("an answer of the staff on the ticket %s: %s", content.SayNumber(number), why)
	}
	person, ok := m.person()
	if !ok {
		return refuse("nobody in people.yaml has its sender's address; it can be tried again once somebody has, or be used as a draft")
	}
	token, ok := m.key.Staff(address, person)
	t, why, err := m.prove(token, ok)
	if err != nil {
		return err
	}
	if why != "" {
		return refuse(why)
	}
	e, why := m.staffEvent(t, token)
	if why != "" {
		return refuse(why)
	}
	e.Author = person
	sub := filing.Submission{ID: m.id, Dir: t.Dir, Events: []*content.Event{e}, Files: m.staffFiles()}
	if len(sub.Files) > 0 && e.Kind != content.Reply && e.Kind != content.Note {
		return refuse("only a reply or a note can have attachments; use it as a draft")
	}
	first, err := m.tx.Spend("mail "+strings.ToLower(address), m.d.Received, token.Made.Add(spentFor))
	if err != nil {
		return err
	}
	if !first {
		return refuse("the notice that it answers was answered by mail before, and each is good for one answer; use it as a draft")
	}
	_, err = m.Filer.FileIn(m.tx, sub)
	return err
}

// person returns the id of the one person in people.yaml whose address a mail comes from, and who
// has not left.
func (m *mailed) person() (id string, ok bool) {
	day := content.DateOf(m.d.Received.In(m.tree.Zone))
	for _, p := range m.tree.People {
		if p.Value.Email == "" || !strings.EqualFold(p.Value.Email, m.writer.Address) || !p.Value.Until.IsZero() && p.Value.Until.Before(day) {
			continue
		}
		if id != "" {
			return "", false
		}
		id = p.Key
	}
	return id, id != ""
}

// prove returns the ticket that an answer is for, or why it is not proven.
func (m *mailed) prove(token mail.StaffToken, isTheirs bool) (t *content.Ticket, why string, err error) {
	site := m.tree.Site.Mail
	switch {
	case !isTheirs:
		return nil, "its address was not made for its sender; use it as a draft", nil
	case site == nil || site.Authserv == "":
		return nil, "site.yaml has no mail.authserv, so nothing says who sent it; it can be tried again once it has, or be used as a draft", nil
	case !m.PassedDMARC(site.Authserv, m.writer):
		return nil, "nothing proves who sent it: " + site.Authserv + " does not say that DMARC passed; use it as a draft", nil
	case m.d.Received.Sub(token.Made) > mail.StaffTokenAge:
		return nil, "the notice that it answers was older than seven days; use it as a draft", nil
	}
	t, err = m.Filer.TicketIn(m.tx, token.Number)
	switch {
	case err == filing.ErrTwice:
		return nil, "two tickets have this number; it can be tried again once one has another", nil
	case err == nil && t == nil:
		return nil, "there is no such ticket any more", nil
	}
	return t, "", err
}

// staffEvent returns the event that an answer is, or why it is none.
func (m *mailed) staffEvent(t *content.Ticket, token mail.StaffToken) (e *content.Event, why string) {
	if m.Incomplete != "" {
		return nil, m.Incomplete + "; use it as a draft"
	}
	kind, text, ok := staffKind(mail.WithoutSignature(m.Above))
	if !ok {
		return nil, "its first line begins with a word that is none of #reply, #note, #solved and #waiting; use it as a draft"
	}
	if text == "" && (kind == content.Reply || kind == content.Note) {
		return nil, "nothing stands above what it quotes; use it as a draft"
	}
	e = &content.Event{Kind: kind, Body: keepLines(text)}
	if kind == content.Note {
		return e, ""
	}
	answers, ok := m.messageAt(t, token.Read)
	if !ok {
		return nil, "the message that it answers is not there any more; use it as a draft"
	}
	e.Front = &content.Front{Answers: answers}
	return e, ""
}

// staffKind reads the word on a text's first line. ok is false where it is none that there is.
func staffKind(text string) (kind content.Kind, rest string, ok bool) {
	text = strings.TrimSpace(text)
	word, isWord := strings.CutPrefix(text, "#")
	if !isWord || strings.HasPrefix(word, " ") || strings.HasPrefix(word, "#") {
		return content.Reply, text, true
	}
	end := strings.IndexAny(word, " \n")
	if end < 0 {
		end = len(word)
	}
	kind, ok = mailKinds[strings.ToLower(word[:end])]
	return kind, strings.TrimSpace(word[end:]), ok
}

// maxOwnLine is how long a line is at most that its writer ended. Mail programs break longer ones.
const maxOwnLine = 60

// keepLines makes a mail's text Markdown that shows its short lines, such as those of a greeting or
// an address, one below the other.
func keepLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines[:len(lines)-1] {
		if line = strings.TrimRight(line, " "); line != "" && lines[i+1] != "" && utf8.RuneCountInString(line) <= maxOwnLine {
			lines[i] = line + "  "
		}
	}
	return strings.Join(lines, "\n")
}

// messageAt returns the name of a requester's message by its time, to the second, among those of a
// ticket and of the tickets merged into it.
func (m *mailed) messageAt(t *content.Ticket, at time.Time) (name string, ok bool) {
	if at.Unix() <= 0 {
		return content.AnswersNone, true
	}
	for _, one := range append([]*content.Ticket{t}, m.tree.MergedInto(t.Number)...) {
		i := slices.IndexFunc(one.Events, func(e *content.Event) bool { return e.RequesterMessage() && e.At.Unix() == at.Unix() })
		if i >= 0 {
			return one.Events[i].Name, true
		}
	}
	return "", false
}

// staffFiles are what a staff answer attaches. A picture that belongs to a signature is none.
func (m *mailed) staffFiles() (files []filing.File) {
	for _, f := range m.stored {
		if !f.Inline && len(f.Body) > 0 {
			files = append(files, f.as)
		}
	}
	return files
}

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"balie/content"
	"balie/content/desk"
	"balie/content/desk/queuefile"
	"balie/themes"
)

// cannedText is a canned reply that is being filled in for a ticket.
type cannedText struct {
	*writer
	ticket *content.Ticket
	kind   content.Kind // of the event that it becomes
	text   string       // as it stands in replies/
	locale *themes.Locale
	lang   string
}

// cannedReply returns the canned reply that was asked for, filled in for an event of a kind.
func (w *writer) cannedReply(ticket *content.Ticket, kind content.Kind) (string, error) {
	i := slices.IndexFunc(w.tree.Replies, func(a *content.Article) bool { return a.Slug == w.canned })
	if i < 0 {
		slugs := make([]string, len(w.tree.Replies))
		for i, r := range w.tree.Replies {
			slugs[i] = r.Slug
		}
		return "", failf(content.Nearest(w.canned, slugs, "replies/ has "), "no canned reply %q", w.canned)
	}
	c := w.inLanguage(w.tree.Replies[i], ticket)
	c.kind = kind
	if w.solved {
		c.kind = content.Solved
	}
	text, err := c.fill()
	if err == nil && text == "" {
		err = failf("write it with -m", "nothing of the canned reply %q is left for this ticket", w.canned)
	}
	return text, err
}

// inLanguage chooses the text of a reply in the ticket's language, or else in the source language.
func (w *writer) inLanguage(reply *content.Article, ticket *content.Ticket) *cannedText {
	c := &cannedText{writer: w, ticket: ticket, text: reply.Body, lang: w.tree.Site.Source()}
	if t, ok := reply.Translations[ticket.Language]; ok {
		c.text, c.lang = t.Body, ticket.Language
	} else if ticket.Language != "" && ticket.Language != c.lang {
		fmt.Fprintf(w.err, "balie: the ticket is in %q and replies/%s.%s.md is not there: the text is in %q\n", ticket.Language, reply.Slug, ticket.Language, c.lang)
	}
	if c.locale = w.theme.Locale(c.lang); c.locale == nil {
		c.locale = w.theme.Locale("en")
	}
	return c
}

// fill puts values in for the placeholders. A paragraph with one that has no value is left out.
func (c *cannedText) fill() (string, error) {
	values := c.values()
	var text strings.Builder
	missing := map[int]content.Placeholder{} // by the paragraph's number
	paragraph := 0
	for _, p := range content.CutCanned(c.text) {
		value, known := values[p.Placeholder]
		switch {
		case p.Placeholder == "":
			paragraph += strings.Count(p.Text, paragraphEnd)
			text.WriteString(p.Text)
		case value == "" && p.Placeholder == content.CannedName && !strings.Contains(text.String(), "\n"):
			text.Reset()
			hello, err := c.locale.T("canned.hello")
			if err != nil {
				return "", err
			}
			text.WriteString(hello)
		case value == "" && known:
			missing[paragraph] = p.Placeholder
		default:
			text.WriteString(cmp.Or(value, p.Text))
		}
	}
	return c.without(text.String(), missing), nil
}

const paragraphEnd = "\n\n"

// without leaves out the paragraphs that miss a value, and says so.
func (c *cannedText) without(text string, missing map[int]content.Placeholder) string {
	var kept []string
	for i, p := range strings.Split(text, paragraphEnd) {
		if placeholder, isMissing := missing[i]; isMissing {
			fmt.Fprintf(c.err, "balie: a paragraph of the canned reply is left out: there is nothing to put in for {%s}\n", placeholder)
			continue
		}
		kept = append(kept, p)
	}
	return strings.TrimSpace(strings.Join(kept, paragraphEnd))
}

// maxGreeted is the length of a name, in characters, up to which somebody is greeted by it.
const maxGreeted = 80

// values are what the placeholders become; "" where there is nothing. What a customer typed is
// escaped: it is a piece of text and no markup.
func (c *cannedText) values() map[content.Placeholder]string {
	name := printable(oneLine(c.ticket.Requester.Name))
	if utf8.RuneCountInString(name) > maxGreeted {
		name = ""
	}
	author, _ := c.tree.People.Get(c.author)
	site, _ := c.tree.Site.Name.In(c.lang, c.tree.Site.Source())
	return map[content.Placeholder]string{
		content.CannedName:    escapeMarkdown(name),
		content.CannedNumber:  content.SayNumber(c.ticket.Number),
		content.CannedSubject: escapeMarkdown(printable(oneLine(c.ticket.Subject))),
		content.CannedDue:     c.due(),
		content.CannedAuthor:  cmp.Or(author.PublicName, site),
	}
}

// due says by when the desk promises its next answer once the reply is written, or on which day the
// ticket is closed if its requester does not react; "" where neither is promised.
func (c *cannedText) due() string {
	d, err := desk.New(c.tree.Setup)
	if err != nil {
		return "" // a mistake in the setup is no reason to write nothing
	}
	e := &content.Event{Kind: c.kind, Author: c.author, At: c.now, Body: c.text, Front: &content.Front{Partly: c.partly, Answers: desk.LastMessage(c.tree, c.ticket, c.now)}}
	e.Name = content.EventName(e.At, e.Kind, e.Author)
	after := d.Effect(c.tree, c.ticket, e).After
	if after.Owes == content.OwesDesk {
		if clock := queuefile.Pressing(after.Clocks); clock != nil && clock.Due.After(c.now) {
			return c.locale.At(clock.Due.In(c.tree.Zone))
		}
		return ""
	}
	if closes := d.Closes(&after, e.At); !closes.IsZero() {
		return c.locale.Date(closes.In(c.tree.Zone))
	}
	return ""
}

var markdownMarks = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "&", `\&`, "#", `\#`, "|", `\|`, "~", `\~`, "!", `\!`)

// escapeMarkdown returns the Markdown that shows a text as it is.
func escapeMarkdown(text string) string { return markdownMarks.Replace(text) }

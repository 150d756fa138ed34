package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"balie/content"
	"balie/generator/markdown"
	"balie/generator/render"
	"balie/ingest/delivery"
	"balie/ingest/mail"
	"balie/ingest/outbox"
	"balie/ingest/store"
	"balie/themes"
)

func (t *terminal) mailPreview() *cobra.Command {
	var format string
	f := &storeFlags{}
	c := &cobra.Command{
		Use:   "preview NUMBER",
		Short: "print the mails to a ticket's requester: one for each event that they hear of",
		Args:  argCount(1, 9),
		RunE: runE(func(ctx context.Context, args []string) error {
			if format != "text" && format != "eml" {
				return usagef("--format %s: there are text and eml", format)
			}
			return t.runMailPreview(ctx, f, strings.Join(args, " "), format)
		}),
	}
	c.Flags().StringVar(&format, "format", "text", "text, or eml: as they are sent")
	t.refFlag(c)
	f.add(c, "which store's, 1 to 9")
	return c
}

func (t *terminal) runMailPreview(ctx context.Context, f *storeFlags, number, format string) error {
	o, err := t.openWithMail(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	found := ticketsOf(o.Tree, number)
	if len(found) == 0 {
		return cmp.Or(checkNumber(number), error(failf("balie queue --all lists them", "there is no ticket %s", number)))
	}
	preview := previewer(o)
	if err := f.beside(ctx, o.Repository, func(s *store.Store) (err error) {
		if s != nil {
			preview.Key, err = s.Secret(ctx, delivery.ReplySecret)
		}
		return err
	}); err != nil {
		return explain(err)
	}
	for _, ticket := range found {
		messages, err := preview.Preview(ticket)
		if err != nil {
			return err
		}
		if len(messages) == 0 {
			fmt.Fprintf(t.err, "balie: no mail goes out for %s: it has no address, or is spam\n", content.SayNumber(ticket.Number))
		}
		for _, m := range messages {
			if err := t.printMail(m, format); err != nil {
				return err
			}
		}
	}
	return nil
}

// openWithMail opens the repository of a desk that has mail.
func (t *terminal) openWithMail(ctx context.Context) (*openedRepository, error) {
	o, _, err := t.openAt(ctx, "")
	if err != nil {
		return nil, err
	}
	if o.Tree.Site.Mail == nil {
		o.Close()
		return nil, failf("write mail: {from: …, smtp: {host: …}} in site.yaml", "this desk has no mail")
	}
	return o, nil
}

// previewer makes mails from what was read, and sends none.
func previewer(o *openedRepository) *outbox.Outbox {
	site := o.Tree.Site
	paths := themes.Paths{Source: site.Source(), Prefix: strings.TrimSuffix(site.BaseURL, "/")}
	var theme *themes.Theme
	if o.Theme != nil {
		theme = o.Theme.WithProse(render.Prose(markdown.New(), func() themes.Paths { return paths }))
	}
	return &outbox.Outbox{Tree: func() *content.Tree { return o.Tree }, Theme: func() *themes.Theme { return theme }, Now: func() time.Time { return o.now }}
}

func (t *terminal) printMail(m *mail.Message, format string) error {
	if format == "eml" {
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s\n", b.Bytes())
		return nil
	}
	text, err := mail.PlainText(m.HTML)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "From: %s\nTo: %s\n", said(m.From), said(m.To))
	if m.ReplyTo != "" {
		fmt.Fprintf(t.out, "Reply-To: %s\n", m.ReplyTo)
	}
	fmt.Fprintf(t.out, "Subject: %s\n\n%s\n%s\n\n", printable(m.Subject), printable(text), strings.Repeat("=", 72))
	return nil
}

// said is an address as people read it.
func said(a netmail.Address) string {
	if a.Name == "" {
		return printable(a.Address)
	}
	return printable(fmt.Sprintf("%s <%s>", a.Name, a.Address))
}

func (t *terminal) mailTest() *cobra.Command {
	c := &cobra.Command{
		Use:   "test ADDRESS",
		Short: "send one mail, to see whether the server of site.yaml takes it and whether it arrives",
		Args:  argCount(1, 1),
		RunE:  runE(func(ctx context.Context, args []string) error { return t.runMailTest(ctx, args[0]) }),
	}
	t.refFlag(c)
	return c
}

func (t *terminal) runMailTest(ctx context.Context, to string) error {
	address, err := netmail.ParseAddress(to)
	if err != nil {
		return usagef("%s is no e-mail address", to)
	}
	o, err := t.openWithMail(ctx)
	if err != nil {
		return err
	}
	defer o.Close()
	site := o.Tree.Site
	from, err := netmail.ParseAddress(site.Mail.From)
	if err != nil {
		return err
	}
	server, err := mailServer(site.Mail)
	if err != nil {
		return failf("put it there, or take username and password out of mail.smtp", "%v", err)
	}
	host := ""
	if u, err := url.Parse(site.BaseURL); err == nil {
		host = u.Hostname()
	}
	now := time.Now()
	m := &mail.Message{
		ID: fmt.Sprintf("<test.%d@%s>", now.UnixNano(), host), From: *from, To: *address, Subject: "A test of " + host, Lang: "en", Date: now,
		HTML: fmt.Appendf(nil, "<p>This is a test by <code>balie mail test</code>. The mail server %s took it.</p>", server.Host),
	}
	connection, err := server.Connect(ctx)
	if err != nil {
		return failf("see mail.smtp in site.yaml: host, port, tls, username, password", "%v", err)
	}
	defer connection.Close()
	if err := connection.Send(m); err != nil {
		return failf("ask whoever runs the server", "%s did not take it: %v", server.Host, err)
	}
	fmt.Fprintf(t.out, "%s took a mail for %s: look whether it arrives, and not among the spam\n", server.Host, address.Address)
	return nil
}

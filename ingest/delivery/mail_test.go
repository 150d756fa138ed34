package delivery

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/mail"
	"balie/ingest/store"
)

// mailDesk is what a desk that reads mail has besides.
var mailDesk = map[string]string{
	"site.yaml":   "name: {nl: Balie}\nbase_url: https://hulp.example\nlanguages: [nl, en]\ntime_zone: UTC\nmail: {from: hulp@desk.example, replies: true, since: 2026-01-01, authserv: mx.desk.example, smtp: {host: smtp.desk.example}}\n",
	"people.yaml": "anna: {name: Anna, email: anna@desk.example}\nbert: {name: Bert, email: bert@desk.example, until: 2026-11-19}\n",
	"hooks.yaml":  hooksFile + "- {name: post, kind: email, secret: {env: D}, form: contact}\n",
	"forms/contact.yaml": `title: {nl: Contact}
lane: standard
fields:
  - {id: site, type: text, required: true, label: {nl: Site-id}}
  - {id: message, role: body, type: textarea, required: true, label: {nl: Bericht}}
  - {id: email, role: email, type: email, required: true, label: {nl: Adres}}
  - {id: files, type: file, max_size: 1kB, types: [text/plain]}
`,
}

const number = "2611191015" // of the bench's ticket, whose requester is a@b.example

func newMailBench(t testing.TB) *bench {
	b := newBench(t)
	for name, text := range mailDesk {
		b.write(name, text)
	}
	return b
}

// key is the desk's reply key.
func (b *bench) key() mail.ReplyKey {
	b.t.Helper()
	key, err := b.store.Secret(b.t.Context(), ReplySecret)
	if err != nil {
		b.t.Fatal(err)
	}
	return key
}

// mail hands in a mail with a header and a text.
func (b *bench) mail(header, text string) {
	b.t.Helper()
	raw := strings.ReplaceAll(header, "; ", "\n") + "\n\n" + text
	id, err := mail.ID([]byte(raw))
	if err != nil {
		b.t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	b.deliver("post", id, raw)
}

// story says what the events of a ticket are, and what each says.
func story(t *content.Ticket) string {
	var lines []string
	for _, e := range t.Events {
		line := string(e.Kind)
		if e.Author != "" {
			line += " by " + e.Author
		}
		d := e.Data()
		for key, value := range map[string]string{"ticket": d.Ticket, "answers": d.Answers, "address": d.Address, "reason": d.Reason} {
			if value != "" {
				line += fmt.Sprintf(" %s=%s", key, value)
			}
		}
		for _, a := range d.Attachments {
			line += fmt.Sprintf(" [%s %s]", a.Label, a.Withheld)
		}
		lines = append(lines, line+": "+e.Body)
	}
	return strings.Join(lines, "\n")
}

// newest is the ticket that was filed last.
func (b *bench) newest() *content.Ticket {
	return b.loaded.Tree.Tickets[len(b.loaded.Tree.Tickets)-1]
}

func (b *bench) wantAside(part string) {
	b.t.Helper()
	all := b.aside()
	if len(all) == 0 || !strings.Contains(all[len(all)-1], part) {
		b.t.Errorf("put aside: %q; want %q", all, part)
	}
}

// A mail that names no ticket is a new one, by the hook's form. What the form requires is not
// required of mail: staff are told.
func TestMailMakesATicket(t *testing.T) {
	b := newMailBench(t)
	b.mail("From: Jo <jo@klant.example>; To: hulp@desk.example; Subject: Betalen lukt niet; Content-Language: en-GB", "Hallo,\n\nhet lukt niet.\n\nOn 20 Nov 2026 Kim wrote:\n> 2611191015\n")
	got := b.newest()
	if got.Channel != "email" || got.Language != "nl" || got.Subject != "Betalen lukt niet" || got.Form != "contact" || got.Lane != "standard" ||
		got.Requester != (content.Requester{Name: "Jo", Email: "jo@klant.example"}) || got.Follow == "" {
		t.Errorf("%+v", got)
	}
	if s, want := story(got), "received [aangehaald.txt ]: Hallo,\n\nhet lukt niet.\nnote by post: Deze vraag kwam per mail. Het formulier vraagt ook: Site\\-id."; s != want {
		t.Errorf("%s", s)
	}
	b.mail("From: jo@klant.example; Subject: Site-id 0042; Content-Language: en-GB", "0042")
	if got := b.newest(); got.Language != "en" {
		t.Errorf("nothing but the header says a language: %s", got.Language)
	}
	if got := b.aside(); len(got) > 0 {
		t.Error(got)
	}
}

// A number only finds a ticket, wherever it stands: the sender must be its requester.
func TestMailFindsItsTicket(t *testing.T) {
	b := newMailBench(t)
	ours := mail.MessageID("tickets/2026/11/19/2611191015/2026-11-19T090000Z-received", number, "hulp.example")
	for i, header := range []string{
		"To: " + b.key().Address("hulp@desk.example", number),
		"X-Original-To: " + strings.ToUpper(b.key().Address("hulp@desk.example", number)),
		"In-Reply-To: " + ours,
		"In-Reply-To: <1@b.example>; References: " + ours + " <2@b.example>",
		"Subject: Re: Duur [2611 1910 15]",
	} {
		before := len(b.loaded.Tree.Ticket(number).Events)
		b.mail("From: A@B.example; "+header, fmt.Sprintf("Nog een vraag %d", i))
		ticket := b.loaded.Tree.Ticket(number)
		if len(ticket.Events) != before+1 || !strings.HasSuffix(story(ticket), fmt.Sprintf("message: Nog een vraag %d", i)) {
			t.Errorf("%s: %s", header, story(ticket))
		}
		b.mail("From: dief@klant.example; "+header, fmt.Sprintf("Ik ook %d", i))
		if got := story(b.newest()); !strings.Contains(got, fmt.Sprintf("received: Ik ook %d", i)) || !strings.Contains(got, "2611 1910 15") {
			t.Errorf("%s: %s", header, got)
		}
		if len(b.loaded.Tree.Ticket(number).Events) != before+1 {
			t.Errorf("%s: another's mail is on the ticket", header)
		}
	}
	b.mail("From: a@b.example; Subject: Iets anders", "> 2611 1910 15\n\nNieuw")
	if got := b.newest(); got.Number == number || strings.Contains(story(got), "note by post: De afzender") {
		t.Errorf("a quoted number counts: %s", story(got))
	}
}

// A message to a closed ticket is the ticket that follows it, linked.
func TestMailAfterTheEnd(t *testing.T) {
	b := newMailBench(t)
	dir := "tickets/2026/11/19/2611191015/"
	b.write(dir+"2026-11-19T100000Z-solved-anna.md", "Zo gaat het.\n")
	b.write(dir+"2026-11-19T110000Z-closed-anna.md", "---\n---\n")
	b.mail("From: a@b.example; Subject: Re: Duur [2611 1910 15]", "Toch niet.")
	got := b.newest()
	if got.Number == number || got.Subject != "Duur" || got.Channel != "email" || !strings.HasPrefix(story(got), "received: Toch niet.\nlinked ticket=2611191015") {
		t.Errorf("%+v\n%s", got, story(got))
	}
}

// Nobody's address, or two, makes a ticket that staff can't answer, and are told of.
func TestMailByNobody(t *testing.T) {
	for header, names := range map[string]string{
		"Subject: x":                                    "–",
		"From: a@b.example, jo@klant.example":           "\\<a\\@b.example\\>, \\<jo\\@klant.example\\>",
		`From: "a b> SIZE=1"@klant.example`:             "a b",
		"From: not an address":                          "–",
		"From: Jo <jo@klant.example\nFrom: a@b.example": "jo",
	} {
		b := newMailBench(t)
		b.mail(header+"; To: "+b.key().Address("hulp@desk.example", number), "Hallo")
		got := b.newest()
		if got.Number == number || got.Requester.Email != "" || !strings.Contains(story(got), names) || !strings.Contains(story(got), "staat niet vast") {
			t.Errorf("%s: %+v\n%s", header, got.Requester, story(got))
		}
	}
	b := newMailBench(t)
	b.mail("From: a@b.example, jo@klant.example; Sender: a@b.example; Subject: 2611191015", "Hallo")
	if got := story(b.loaded.Tree.Ticket(number)); !strings.HasSuffix(got, "message: Hallo") {
		t.Errorf("the sender of two: %s", got)
	}
}

const withFile = "From: a@b.example; Subject: 2611191015; Content-Type: multipart/mixed; boundary=b"

func parts(files ...string) string {
	text := "--b\n\nZie de bijlage.\n"
	for i, f := range files {
		text += fmt.Sprintf("--b\nContent-Disposition: attachment; filename=%c.txt\n\n%s\n", 'a'+i, f)
	}
	return text + "--b--\n"
}

// Attachments are judged as those of the form are. What it does not take is for staff alone, and
// what is too large in all is named.
func TestMailWithFiles(t *testing.T) {
	b := newMailBench(t)
	b.write("site.yaml", mailDesk["site.yaml"]+"attachments: {per_ticket: 4kB}\n")
	b.mail(strings.Replace(withFile, "; boundary", ";boundary", 1), parts("kort", strings.Repeat("lang ", 300), "kort", "%PDF-1.4", strings.Repeat("x", 4000)))
	got := story(b.loaded.Tree.Ticket(number))
	want := "message [a.txt ] [b.txt form] [d.txt form]: Zie de bijlage.\nnote by post: Alleen medewerkers zien deze bijlagen, omdat het formulier zulke bestanden niet aanneemt: b.txt, d.txt.\n\nDeze bijlagen zijn niet bewaard, omdat ze samen te groot zijn: e.txt."
	if !strings.HasSuffix(got, want) {
		t.Error(got)
	}
	b = newMailBench(t)
	b.write("policy/2026-01-01.yaml", "lanes: [{id: standard, name: {nl: Gewoon}}]\nentitlement: {attachments: signed_in}\n")
	b.mail(strings.Replace(withFile, "; boundary", ";boundary", 1), parts("kort"))
	if got := story(b.loaded.Tree.Ticket(number)); !strings.HasSuffix(got, "message [a.txt sign_in]: Zie de bijlage.") {
		t.Error(got)
	}
	b = newMailBench(t)
	b.mail(strings.Replace(withFile, "; boundary", ";boundary", 1), parts(strings.Split(strings.Repeat("x ", 1000), " ")...))
	if got := story(b.loaded.Tree.Ticket(number)); !strings.Contains(got, "[message.eml form]: \nnote by post: Deze mail kon niet helemaal gelezen worden") {
		t.Error(got)
	}
	b = newMailBench(t)
	b.mail("From: a@b.example; Subject: 2611191015", strings.Repeat("é", maxMailText+1))
	if got := story(b.loaded.Tree.Ticket(number)); !strings.Contains(got, "message [hele-bericht.txt ]: éé") {
		t.Errorf("%.200s", got)
	}
}

// What nobody wrote becomes no message, and is kept.
func TestAutomaticMail(t *testing.T) {
	for _, header := range []string{"Auto-Submitted: auto-replied", "Precedence: Bulk", "X-Autoreply: yes", "List-Id: <x.example>", "Return-Path: <>"} {
		b := newMailBench(t)
		b.mail(header+"; From: a@b.example; Subject: Afwezig 2611191015", "Ik ben er niet.")
		b.wantAside("nobody wrote it")
		b.wantAside("2611 1910 15")
		if len(b.loaded.Tree.Tickets) != 1 || len(b.loaded.Tree.Tickets[0].Events) != 1 {
			t.Error(header, b.loaded.Tree.Tickets)
		}
	}
	b := newMailBench(t)
	b.mail("From: Hulp@desk.example; Subject: x", "Hallo")
	b.wantAside("the desk's own address")
	b.mail("From: "+b.key().Address("hulp@desk.example", number)+"; Subject: x", "Hallo")
	b.wantAside("the desk's own address")
}

// report is a notice that a mail did not arrive.
func report(to, id, action string) string {
	return fmt.Sprintf("--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; %s\nAction: %s\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such mailbox\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: %s\n--b--\n", to, action, id)
}

// A mail of ours that did not arrive is an event for staff, where it is certain that it was ours.
func TestBounces(t *testing.T) {
	const dsn = "From: MAILER-DAEMON@mx.example; Subject: Failed; Content-Type: multipart/report; report-type=delivery-status;boundary=b"
	header := strings.Replace(dsn, "report; ", "report;", 1)
	ours := mail.MessageID("tickets/2026/11/19/2611191015/2026-11-19T090000Z-received", number, "hulp.example")
	forged := mail.MessageID("tickets/2026/11/19/2611191015/2026-11-19T090001Z-received", number, "hulp.example")
	for _, test := range []struct {
		header, body string
		filed        bool
		aside        string
	}{
		{header, report("A@b.example", ours, "failed"), true, ""},
		{header + "; To: TOKEN", report("a@b.example", "<1@x>", "Failed"), true, ""},
		{header, report("a@b.example", forged, "failed"), false, "did not arrive"},
		{header, report("other@b.example", ours, "failed"), false, "did not arrive"},
		{header + "; To: TOKEN", report("a@b.example", ours, "delayed"), false, "nobody wrote it"},
		{"From: postmaster@x.example; To: TOKEN", "Sorry.\n<a@b.example>: 550 5.2.2 full\n", true, ""},
	} {
		b := newMailBench(t)
		b.mail(strings.ReplaceAll(test.header, "TOKEN", b.key().Address("hulp@desk.example", number)), test.body)
		got := story(b.loaded.Tree.Ticket(number))
		if filed := strings.Contains(got, "bounced by balie"); filed != test.filed {
			t.Errorf("%s\n%s: %s; %q", test.header, test.body, got, b.aside())
		}
		if test.aside != "" {
			b.wantAside(test.aside)
		}
		for _, e := range b.loaded.Tree.Ticket(number).Events[1:] {
			if d := e.Data(); d.ID == "" || d.Address != "a@b.example" || !strings.HasPrefix(d.Reason, "5.") || e.Body != "" {
				t.Errorf("%+v", d)
			}
		}
	}
}

// A follower whose mail did not arrive is forgotten, where the notice comes to the address that
// only that mail had.
func TestBouncesOfFollowers(t *testing.T) {
	const dsn = "From: MAILER-DAEMON@mx.example; Subject: Failed; Content-Type: multipart/report;report-type=delivery-status;boundary=b; To: "
	b := newMailBench(t)
	var f store.Follower
	err := b.store.Write(t.Context(), func(tx *store.Tx) (err error) {
		f, _, err = tx.PutFollower(store.Follower{Medium: store.ByMail, Address: "jo@klant.example", Follows: "all", Asked: b.now, Confirmed: b.now})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	follows := func() bool {
		found, err := b.store.Follower(t.Context(), f.Token)
		return err == nil && found.Seq != 0
	}
	b.mail(dsn+mail.ReplyKey("forged").FollowerAddress("hulp@desk.example", f.Recipient), report("jo@klant.example", "<1@x>", "failed"))
	b.mail(dsn+b.key().FollowerAddress("hulp@desk.example", f.Recipient), report("jo@klant.example", "<1@x>", "delayed"))
	if !follows() {
		t.Error("forgotten by a forged notice, or by one of a delay")
	}
	b.mail(dsn+b.key().FollowerAddress("hulp@desk.example", f.Recipient), report("jo@klant.example", "<2@x>", "failed"))
	if follows() {
		t.Error("not forgotten")
	}
}

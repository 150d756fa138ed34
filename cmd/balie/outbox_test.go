package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"balie/ingest/mail/mailtest"
	"balie/ingest/store"
)

// sendTo lets a desk's files name a mail server of this machine.
func sendTo(t *testing.T, dir string, smtp *mailtest.Server) {
	t.Helper()
	file := filepath.Join(dir, "site.yaml")
	site, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`smtp: \{.*\}`)
	if !named.Match(site) {
		t.Fatal("the desk has no mail")
	}
	if err := os.WriteFile(file, named.ReplaceAll(site, []byte("smtp: {host: localhost, port: "+strconv.Itoa(smtp.Port)+", tls: none}")), 0o666); err != nil {
		t.Fatal(err)
	}
}

// serveMailing serves the branch of a desk that sends mail.
func serveMailing(t *testing.T, smtp *mailtest.Server, set func(*server)) *running {
	return serveSampleWith(t, "plugins", func(s *server) {
		s.draft = false
		sendTo(t, s.dir, smtp)
		gitIn(t, s.dir, "commit", "-qam", "mail")
		set(s)
	})
}

// handInForm hands in the first form's example, and returns the ticket's number.
func (r *running) handInForm(email string) string {
	r.Helper()
	form := r.live.Current().Tree.Forms[0]
	status, answer := r.post("/forms/"+form.ID, strings.ReplaceAll(exampleJSON(form), "you@mail.example", email))
	var said struct{ Number string }
	if err := json.Unmarshal([]byte(answer), &said); err != nil || status != http.StatusCreated {
		r.Fatalf("%d %s", status, answer)
	}
	return said.Number
}

// TestAReceiptLeaves: who hands something in by a form gets a mail, and nobody has to ask for it.
func TestAReceiptLeaves(t *testing.T) {
	smtp := mailtest.Start(t)
	r := serveMailing(t, smtp, func(*server) {})
	number := r.handInForm("ola@klant.example")
	r.soon("the receipt is sent", func() bool { return len(smtp.Messages()) > 0 })
	m := smtp.Messages()[0]
	if m.To != "ola@klant.example" || !strings.Contains(m.Header.Get("Subject"), number) || !strings.Contains(string(m.Data), "/t/") {
		t.Errorf("to %s: %s\n%s", m.To, m.Header.Get("Subject"), m.Data)
	}
}

// TestNoMailOfADraft: what is half written must not leave. Staff see it in the mailbox.
func TestNoMailOfADraft(t *testing.T) {
	smtp := mailtest.Start(t)
	r := serveMailing(t, smtp, func(s *server) { s.draft = true })
	r.handInForm("ola@klant.example")
	r.soon("the receipt waits", func() bool { return len(r.mails()) == 1 })
	if mails := r.mails(); mails[0].State != store.MailWaits {
		t.Errorf("%v", mails)
	}
	r.sendsNothing(smtp)
	if page := r.get("http://" + r.staffAddr + "/mail/"); !strings.Contains(page, "ola@klant.example") || !strings.Contains(page, "Hier gaat niets de deur uit") {
		t.Error(page)
	}
}

// TestNoMailOfTheSecondIntake: of intakes with stores of their own the first one sends.
func TestNoMailOfTheSecondIntake(t *testing.T) {
	smtp := mailtest.Start(t)
	r := serveMailing(t, smtp, func(s *server) { s.instance = 2 })
	r.handInForm("ola@klant.example")
	r.committed()
	if err := r.outbox.Note(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.sendsNothing(smtp)
	if said := r.stderr.String(); !strings.Contains(said, "balie: no mail goes out from instance 2: instance 1 sends it\n") {
		t.Error(said)
	}
}

// mails is what the outbox has.
func (r *running) mails() []store.Mail {
	r.Helper()
	all, err := r.store.LastMails(r.Context(), 10)
	if err != nil {
		r.Fatal(err)
	}
	return all
}

// sendsNothing checks that what is due does not leave.
func (r *running) sendsNothing(smtp *mailtest.Server) {
	r.Helper()
	if _, err := r.outbox.SendDue(r.Context()); err != nil {
		r.Error(err)
	}
	if sent := smtp.Messages(); len(sent) > 0 {
		r.Errorf("%d mails were sent", len(sent))
	}
}

// TestNoMailOfADemo runs the demo, whose desk is edited so that it names a mail server.
func TestNoMailOfADemo(t *testing.T) {
	smtp := mailtest.Start(t)
	ctx, stop := context.WithCancel(t.Context())
	said := &safeBuffer{}
	demo := (&terminal{in: strings.NewReader(""), out: said, err: said, clock: clockFrom(time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC))}).demo()
	demo.SetArgs([]string{"--sample", "plugins", "--addr", "127.0.0.1:0", "--staff-addr", "127.0.0.1:0"})
	ended := make(chan error, 1)
	go func() { ended <- demo.ExecuteContext(ctx) }()
	r := &running{T: t, stderr: said}
	named := func(what string) string {
		found := regexp.MustCompile(what + `:\s+(\S+)`).FindStringSubmatch(said.String())
		if found == nil {
			return ""
		}
		return strings.TrimSuffix(found[1], "/")
	}
	r.soon("it is open", func() bool { return named("its files") != "" && strings.Contains(said.String(), "Ctrl-C") })
	sendTo(t, named("its files"), smtp)
	site, staff := named("is open"), named("for the staff")
	resp, err := http.Post(site+"/forms/contact", "application/json", strings.NewReader(`{"subject":"Demo","message":"Hello","email":"ola@klant.example","product":"kwast","version":"1.2.3"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	r.soon("its receipt is in the mailbox", func() bool { return strings.Contains(r.get(staff+"/mail/"), "ola@klant.example") })
	if page := r.get(staff + "/mail/"); !strings.Contains(page, "Hier gaat niets de deur uit") {
		t.Error(page)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if sent := smtp.Messages(); len(sent) > 0 {
		t.Errorf("%d mails were sent", len(sent))
	}
}

// TestStaffReadWhyMailsAreNotSent: the metrics count them, and the text page has the server's codes
// and no address.
func TestStaffReadWhyMailsAreNotSent(t *testing.T) {
	smtp := mailtest.Start(t)
	smtp.Refuse(func(to string) error {
		if to == "gone@klant.example" {
			return mailtest.Refusal(550, [3]int{5, 1, 1}, "<"+to+">: no such mailbox")
		}
		return mailtest.Refusal(451, [3]int{4, 7, 1}, to+" is greylisted")
	})
	r := serveMailing(t, smtp, func(*server) {})
	r.handInForm("gone@klant.example")
	r.handInForm("later@klant.example")
	staff := "http://" + r.staffAddr
	r.soon("both were refused", func() bool {
		text := r.get(staff + "/metrics")
		return strings.Contains(text, "\nbalie_waiting_mails 1\n") && strings.Contains(text, "\nbalie_failed_mails 1\n") && strings.Contains(r.get(staff+"/intake/"), "451")
	})
	page := r.get(staff + "/intake/")
	for _, want := range []string{"\n1 mails wait to be sent, 1 failed", "  waiting  tickets/", "\n    451 4.7.1\n", "  failed  tickets/", "\n    550 5.1.1\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if strings.Contains(page, "klant.example") {
		t.Errorf("it has an address:\n%s", page)
	}
	if got := withoutAddresses("address a mail: <ola@klant.example>: no angle-addr"); got != "address a mail: … no angle-addr" {
		t.Error(got)
	}
}

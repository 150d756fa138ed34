package ingest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"balie/content"
	"balie/ingest/form"
)

// FuzzSubmit: whatever is sent, the intake answers without a mistake of its own, and what it commits is sound content that says what was sent.
func FuzzSubmit(f *testing.F) {
	f.Add("application/json", question)
	f.Add("application/json", `{"subject":"\u0000: \"'","message":"---\n...\n","email":"é@ü.example","subject":null}`)
	f.Add("application/x-www-form-urlencoded", "subject=%0d%0a%2d+x%3a+y&message=%2d%2d%2d%0a&email=a%40b.example&incident=2026/1118-payments&language=en")
	f.Add("application/x-www-form-urlencoded", "subject=%7e&message=%e2%80%aex&email=a%40b.example&name=%23+%26x&site_id=0042")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=subject\r\n\r\ns\r\n--x\r\nContent-Disposition: form-data; name=files; filename=\"../a\"\r\n\r\n"+png+"\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, kind, body string) {
		in := newIntake(t, nil)
		r := httptest.NewRequest("POST", "/forms/contact", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		a := in.do(r)
		if a.StatusCode >= 500 {
			t.Fatalf("answer %d: %s", a.StatusCode, in.log)
		}
		if a.StatusCode != http.StatusCreated {
			if len(in.changes) > 0 {
				t.Errorf("answer %d, and a commit", a.StatusCode)
			}
			return
		}
		in.sound(t)
		rules := form.Rules{Setup: in.Tree().Setup, Form: in.Tree().Setup.Form("contact"), Attach: true}
		answers, _ := form.Decode(kind, strings.NewReader(body), rules.Limits())
		s, _ := rules.Check(answers)
		ticket := in.Tree().Tickets[0]
		if want := s.Ticket(); ticket.Subject != want.Subject || ticket.Requester != want.Requester || ticket.Organisation != want.Organisation {
			t.Errorf("kept %+v, sent %+v", ticket, want)
		}
		if e := ticket.Events[0]; e.Kind != content.Received || e.Body != s.Body() || len(e.Data().Attachments) != len(s.Files) {
			t.Errorf("kept %q, sent %q", e.Body, s.Body())
		}
	})
}

// FuzzText: a text that is accepted is kept to the letter, cleaned.
func FuzzText(f *testing.F) {
	f.Add("s", "m")
	f.Add("~", "---\n---\n# x\n")
	f.Add("'\"{[&*!|>%@`", " \t- a: b\n\u2028\u0085\ufeff")
	f.Add("2026-11-20", "...\n---\nid: 0x1F\n")
	f.Fuzz(func(t *testing.T, subject, message string) {
		in := newIntake(t, nil)
		a := in.post("/forms/contact", "subject", subject, "message", message, "email", "a@b.example", "name", subject)
		if a.StatusCode >= 500 || (a.StatusCode == http.StatusSeeOther) != (len(in.changes) == 1) {
			t.Fatalf("answer %d, %d commits: %s", a.StatusCode, len(in.changes), in.log)
		}
		if a.StatusCode != http.StatusSeeOther {
			return
		}
		in.sound(t)
		ticket := in.Tree().Tickets[0]
		line, _ := form.CleanLine(subject)
		text, _ := form.Clean(message)
		if ticket.Subject != line || ticket.Requester.Name != line || ticket.Events[0].Body != text {
			t.Errorf("kept %q, %q; sent %q, %q", ticket.Subject, ticket.Events[0].Body, line, text)
		}
	})
}

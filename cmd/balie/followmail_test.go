package main

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"balie/ingest/mail/mailtest"
)

// decoded is a mail as it was sent, with its texts decoded.
func decoded(t *testing.T, m mailtest.Message) string {
	t.Helper()
	text, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(m.Data)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPeopleFollowByMail: from the page to the last mail. Whoever confirmed gets an update once, in
// their language, and after one click of their mail program none; their address is nowhere in git.
func TestPeopleFollowByMail(t *testing.T) {
	smtp := mailtest.Start(t)
	var ahead atomic.Int64
	r := serveSampleWith(t, "marketplace", func(s *server) {
		first := s.clock
		s.clock = func() time.Time { return first().Add(time.Duration(ahead.Load())) }
		s.draft = false
		sendTo(t, s.dir, smtp)
		gitIn(t, s.dir, "commit", "-qam", "mail")
	})
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, path string, answers url.Values) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+r.addr+path, strings.NewReader(answers.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/html")
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	to := func(address string, n int) (last mailtest.Message) {
		t.Helper()
		r.soon(address+" has its mail", func() bool {
			had := 0
			for _, m := range smtp.Messages() {
				if m.To == address {
					last, had = m, had+1
				}
			}
			return had >= n
		})
		return last
	}
	link := regexp.MustCompile(`/follow/([A-Z2-7]{26})>`)
	follow := func(address, what, lang string) (path string) {
		t.Helper()
		if status, page := ask("POST", "/follow", url.Values{"email": {address}, "follows": {what}, "language": {lang}}); status != http.StatusAccepted {
			t.Fatalf("%d %s", status, page)
		}
		found := link.FindStringSubmatch(decoded(t, to(address, 1)))
		if found == nil {
			t.Fatalf("no link in\n%s", decoded(t, to(address, 1)))
		}
		path = "/follow/" + found[1]
		if status, _ := ask("GET", path, nil); status != http.StatusOK {
			t.Errorf("the link of the mail: %d", status)
		}
		if status, _ := ask("POST", path, nil); status != http.StatusSeeOther {
			t.Errorf("the confirmation: %d", status)
		}
		return path
	}
	const outage = "incidents/2026/1120-payments"
	if status, page := ask("GET", "/it/follow/?follows="+outage, nil); status != http.StatusOK || !strings.Contains(page, `value="`+outage+`" selected`) {
		t.Errorf("the page: %d\n%s", status, page)
	}
	if page := r.get("http://" + r.addr + "/it/" + outage + "/"); !strings.Contains(page, `href="/it/follow/?follows=`+outage+`"`) {
		t.Error("the incident's page does not lead there")
	}
	luca := follow("luca@cliente.example", outage, "it")
	follow("anke@kunde.example", "all", "de")
	update := func(text string) {
		t.Helper()
		ahead.Add(int64(time.Minute))
		at := r.clock().UTC().Format("2006-01-02T150405Z")
		r.commit(map[string]string{outage + "/" + at + "-update.md": text + "\n", outage + "/" + at + "-update.it.md": "---\ntranslates: \"00000000\"\n---\n" + text + " (it)\n"})
	}
	update("Nieuws een.")
	if text := decoded(t, to("luca@cliente.example", 2)); !strings.Contains(text, "Nieuws een. (it)") || !strings.Contains(text, "Content-Language: it") || !strings.Contains(text, luca+"/stop>") {
		t.Errorf("the mail\n%s", text)
	}
	to("anke@kunde.example", 2)
	if page := r.get("http://" + r.staffAddr + "/mail/"); !strings.Contains(page, "2 adressen volgen") {
		t.Error("staff are not told how many follow")
	}
	if status, _ := ask("POST", luca+"/stop", url.Values{"List-Unsubscribe": {"One-Click"}}); status != http.StatusOK {
		t.Errorf("one click: %d", status)
	}
	update("Nieuws twee.")
	to("anke@kunde.example", 3)
	var luckless int
	for _, m := range smtp.Messages() {
		if m.To == "luca@cliente.example" {
			luckless++
		}
	}
	if luckless != 2 {
		t.Errorf("%d mails to who stopped after two", luckless)
	}
	if status, _ := ask("GET", luca, nil); status != http.StatusNotFound {
		t.Errorf("what ended: %d", status)
	}
	if all := gitIn(t, r.dir, "log", "-p", "--all"); strings.Contains(all, "cliente.example") || strings.Contains(all, "kunde.example") {
		t.Error("git has an address")
	}
	if said := r.stderr.String(); strings.Contains(said, luca) || strings.Contains(said, "cliente.example") {
		t.Errorf("said on standard error\n%s", said)
	}
}

package mail_test

import (
	"errors"
	"io"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"balie/ingest/mail"
	"balie/ingest/mail/mailtest"
)

func message() *mail.Message {
	return &mail.Message{
		ID: "<abc.2611201006@desk.example>", From: netmail.Address{Name: "Désk", Address: "help@desk.example"}, To: netmail.Address{Name: "Zoë", Address: "zoe@shop.example"},
		ReplyTo: "help+2611201006-abc@desk.example", Envelope: "help+2611201006-abc@desk.example", Subject: "[2611201006] Één\r\nBcc: x@y.example", Lang: "nl",
		Parent: "<b@desk.example>", Thread: []string{"<a@desk.example>", "<b@desk.example>"},
		Date: time.Date(2026, 11, 20, 14, 5, 9, 0, time.UTC), HTML: []byte("<p>Dag Zoë, <a href=\"https://desk.example/t/x/\">hier</a></p>"), Stop: "https://desk.example/t/x/updates",
	}
}

func send(t *testing.T, s mail.Server, m *mail.Message) error {
	t.Helper()
	c, err := s.Connect(t.Context())
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Send(m)
}

// A mail is signed in for, goes over TLS, and has every header that it should and no other.
func TestSend(t *testing.T) {
	server := mailtest.StartTLS(t, "a secret")
	to := mail.Server{Host: "localhost", Port: server.Port, TLS: "starttls", Username: "balie", Password: "a secret", Roots: server.Roots}
	if err := send(t, to, message()); err != nil {
		t.Fatal(err)
	}
	got := server.Messages()
	if len(got) != 1 || got[0].From != "help+2611201006-abc@desk.example" || got[0].To != "zoe@shop.example" {
		t.Fatalf("%v", got)
	}
	h := got[0].Header
	for name, want := range map[string]string{
		"Message-ID": "<abc.2611201006@desk.example>", "In-Reply-To": "<b@desk.example>", "References": "<a@desk.example> <b@desk.example>", "Auto-Submitted": "auto-generated",
		"Reply-To": "<help+2611201006-abc@desk.example>", "List-Unsubscribe": "<https://desk.example/t/x/updates>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Content-Language": "nl", "Date": "Fri, 20 Nov 2026 14:05:09 +0000", "Bcc": "",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	body, _ := io.ReadAll(got[0].Body)
	for _, part := range []string{"multipart/alternative", "text/plain", "text/html"} {
		if !strings.Contains(h.Get("Content-Type")+string(body), part) {
			t.Errorf("no %s in %s", part, body)
		}
	}
}

func TestConnectRefused(t *testing.T) {
	server := mailtest.StartTLS(t, "a secret")
	for name, to := range map[string]mail.Server{
		"another password":     {Host: "localhost", Port: server.Port, TLS: "starttls", Username: "balie", Password: "canary-of-a-password", Roots: server.Roots},
		"an unknown authority": {Host: "localhost", Port: server.Port, TLS: "starttls"},
		"nobody there":         {Host: "localhost", Port: 1, TLS: "none"},
	} {
		err := send(t, to, message())
		var refused *mail.Refused
		if err == nil || errors.As(err, &refused) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
	plain := mailtest.Start(t)
	if err := send(t, mail.Server{Host: "localhost", Port: plain.Port, TLS: "starttls"}, message()); err == nil {
		t.Error("a mail went out without TLS where that was demanded")
	}
}

// A refusal is for good only where it is the address that is wrong.
func TestRefusals(t *testing.T) {
	server := mailtest.Start(t)
	for _, c := range []struct {
		refusal   error
		permanent bool
	}{
		{mailtest.Refusal(550, [3]int{5, 1, 1}, "no such user zoe@shop.example"), true},
		{mailtest.Refusal(552, [3]int{5, 2, 2}, "mailbox full"), true},
		{mailtest.Refusal(550, [3]int{5, 7, 1}, "not from you"), false},
		{mailtest.Refusal(554, [3]int{5, 7, 1}, "relay denied"), false},
		{mailtest.Refusal(451, [3]int{4, 7, 1}, "greylisted"), false},
		{mailtest.Refusal(452, [3]int{4, 2, 2}, "mailbox full"), false},
	} {
		server.Refuse(func(string) error { return c.refusal })
		err := send(t, mail.Server{Host: "localhost", Port: server.Port, TLS: "none"}, message())
		var refused *mail.Refused
		if !errors.As(err, &refused) || refused.Permanent != c.permanent || strings.Contains(refused.Reason, "zoe") {
			t.Errorf("%v: %v", c.refusal, err)
		}
	}
}

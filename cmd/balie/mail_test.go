package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"balie/content"
)

// TestMailIn: a mail that is posted to a hook is a ticket on its pages, and one that a local mail
// server pipes in is the next message on it.
func TestMailIn(t *testing.T) {
	t.Setenv("BALIE_HOOK_MAIL", "a-secret")
	r := serveSample(t, "plugins")
	form := r.live.Current().Tree.Forms[0].ID
	r.edit("hooks.yaml", "- {name: post, kind: email, secret: {env: BALIE_HOOK_MAIL}, form: "+form+"}\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "hooks")
	r.until("the hook is there", func() bool { return r.live.Current().Tree.Hook("post") != nil })

	raw := "From: Jo <jo@klant.example>\r\nSubject: Het knopje\r\n\r\nHet <b>doet</b> niets.\r\n"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+r.addr+r.paths()[0]+"/hooks/post", strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer a-secret")
	request.Header.Set("Content-Type", "message/rfc822")
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusAccepted {
		t.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
	var ticket *content.Ticket
	r.until("the ticket is there", func() bool {
		for _, t := range r.live.Current().Tree.Tickets {
			if t.Channel == "email" && t.Subject == "Het knopje" {
				ticket = t
			}
		}
		return ticket != nil
	})
	r.until("its page is there", r.has("http://"+r.staffAddr+"/tickets/"+ticket.Number+"/"))

	receive := func(mail string, args ...string) (status int, errOut string) {
		var out, err bytes.Buffer
		status = run(append([]string{"mail", "receive", "--state", r.state, "-C", r.dir}, args...), strings.NewReader(mail), &out, &err)
		return status, out.String() + err.String()
	}
	reply := "From: jo@klant.example\nSubject: Re: Het knopje [" + content.SayNumber(ticket.Number) + "]\n\nNog steeds niets.\n"
	if status, said := receive(reply, "--hook", "post"); status != 0 || said != "" {
		t.Fatalf("%d %s", status, said)
	}
	r.soon("the message is there", func() bool {
		events := r.live.Current().Tree.Ticket(ticket.Number).Events
		last := events[len(events)-1]
		return last.Kind == content.Message && last.Body == "Nog steeds niets."
	})
	for status, call := range map[int][]string{
		exitUsage:    {"From: a@b.example\n\nx"},
		exitDataErr:  {"no mail", "--hook", "post"},
		exitTempFail: {"From: a@b.example\n\nx", "--hook", "post", "--state", t.TempDir()},
	} {
		if got, said := receive(call[0], call[1:]...); got != status || strings.Contains(said, "a@b.example") {
			t.Errorf("%q: %d, not %d: %s", call, got, status, said)
		}
	}
}

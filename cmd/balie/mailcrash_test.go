package main

import (
	crand "crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/mail"
)

// TestKilledWhileMailing kills serve at each step of handing over a mail, and at random times,
// while customers hand in and staff answer. Each mail arrives. One arrives twice only where the
// kill came after the server took it and before that was noted. BALIE_KILLS sets another number of
// kills.
func TestKilledWhileMailing(t *testing.T) {
	t.Parallel()
	d := newMailingDesk(t)
	random := rand.New(rand.NewPCG(3, 4))
	for i := range roundsOf("BALIE_KILLS", 21, len(mailSteps)+1) {
		p := d.start()
		d.server.startProcess(p)
		if n := i % (len(mailSteps) + 1); n < len(mailSteps) {
			d.server.killAt(mailSteps[n], 1+random.IntN(3))
		} else {
			time.AfterFunc(time.Duration(random.IntN(1500))*time.Millisecond, func() { p.Process.Kill() })
		}
		d.workUntilDead(p)
	}
	p := d.start()
	d.server.startProcess(p)
	d.pushLast()
	d.waitForGit()
	d.server.waitFor(d.due()...)
	d.end(p)
	want := d.due()
	p = d.start()
	d.server.startProcess(p)
	last := d.handIn()
	d.waitForGit()
	// Mails leave in order: all that was to be sent again came before this one.
	d.server.waitFor(d.receiptOf(last))
	d.server.waitFor(d.due()...)
	d.end(p)
	d.checkMails(want)
	d.checkAcknowledged()
}

// mailingDesk is a desk in a bare repository that sends mail, and a clone in which staff answer.
type mailingDesk struct {
	*killed
	staff  *staff
	server *mailServerAtSteps
	handed int // how many tickets were handed in or written by staff
}

func newMailingDesk(t *testing.T) *mailingDesk {
	t.Helper()
	server := newMailServerAtSteps(t)
	dir := filepath.Join(t.TempDir(), "desk")
	for name, text := range map[string]string{
		"site.yaml":              fmt.Sprintf("name: {nl: Balie Breed}\nbase_url: https://hulp.example\nlanguages: [nl]\ntime_zone: UTC\nmail: {from: hulp@hulp.example, replies: true, since: 2026-01-01, smtp: {host: 127.0.0.1, port: %d, tls: none}}\n", server.port),
		"services.yaml":          "- {id: checkout, name: {nl: Afrekenen}}\n",
		"people.yaml":            "anna: {name: Anna Peeters, email: anna@hulp.example, hears: [new]}\n",
		"policy/2026-01-01.yaml": "calendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}}}\nlanes: [{id: standard, name: {nl: Gewoon}}]\npromises: [{id: first, clock: first_response, target: {within: 2h}, strength: promise}]\n",
		"forms/contact.yaml":     "title: {nl: Contact}\nlane: standard\nfields:\n  - {id: email, role: email, type: email, required: true, label: {nl: Adres}}\n  - {id: message, role: body, type: textarea, required: true, label: {nl: Bericht}}\n",
	} {
		writeIn(t, dir, name, text)
	}
	gitIn(t, dir, "init", "-q", "-b", "main")
	gitIn(t, dir, "add", "-A")
	gitIn(t, dir, "-c", "user.name=Anna", "-c", "user.email=anna@hulp.example", "commit", "-qm", "begin")
	gitIn(t, dir, "clone", "-q", "--bare", dir, dir+".git")
	gitIn(t, dir, "remote", "add", "origin", dir+".git")
	// In the background gc would work on in a directory that is being removed.
	gitIn(t, dir+".git", "config", "gc.autoDetach", "false")
	state := filepath.Join(t.TempDir(), "state")
	k := &killed{T: t, handed: &handed{}, dir: dir + ".git", state: state, command: []string{"serve", "-C", dir + ".git", "--state", state}}
	return &mailingDesk{killed: k, staff: &staff{T: t, dir: dir, pushes: true}, server: server}
}

func writeIn(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// workUntilDead hands in and answers until a process is dead.
func (d *mailingDesk) workUntilDead(p *exec.Cmd) {
	d.Helper()
	dead := make(chan struct{})
	go func() { p.Wait(); close(dead) }()
	for late := time.After(patience); ; {
		d.handIn()
		d.answer()
		select {
		case <-dead:
			return
		case <-late:
			d.Fatal("it was not killed: the mails do not come to that step")
		// More than can be mailed meanwhile would put the kills into an ever longer queue.
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// handIn hands in a ticket by the form, and returns its number; "" where there was no answer.
func (d *mailingDesk) handIn() string {
	d.handed++
	body := fmt.Sprintf(`{"message":"Vraag %d.","email":"klant%[1]d@klant.example"}`, d.handed)
	r, err := http.NewRequestWithContext(d.Context(), "POST", d.addr+"/forms/contact", strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	var said struct{ Number string }
	if err := json.NewDecoder(resp.Body).Decode(&said); err == nil && resp.StatusCode != http.StatusCreated {
		d.Errorf("answered %d", resp.StatusCode)
	}
	return said.Number
}

// answer lets staff answer a ticket, and write one of somebody who phoned. While a lock of an
// intake that was killed is in the way, what they commit is pushed the next time.
func (d *mailingDesk) answer() {
	d.Helper()
	now := time.Now().UTC()
	received, err := filepath.Glob(filepath.Join(d.staff.dir, "tickets/*/*/*/*/*-received*.md"))
	if err != nil {
		d.Fatal(err)
	}
	if n := len(received); n > 0 {
		writeIn(d.T, filepath.Dir(received[d.handed%n]), content.EventName(now, content.Reply, "anna")+".md", "Probeer het nog eens.\n")
	}
	d.handed++
	number := content.NewNumber(content.DateOf(now), 9, d.handed)
	dir := filepath.Join(d.staff.dir, content.TicketDir(number))
	writeIn(d.T, dir, "ticket.yaml", fmt.Sprintf("form: contact\nlane: standard\nchannel: phone\nlanguage: nl\nsubject: Gebeld\nrequester: {name: Bo, email: klant%d@klant.example}\nfollow: %s\n", d.handed, strings.ToLower(crand.Text())))
	writeIn(d.T, dir, content.EventName(now, content.Received, "anna")+".md", "Het lukt niet.\n")
	gitIn(d.T, d.staff.dir, "add", "-A")
	gitIn(d.T, d.staff.dir, "commit", "-qm", "answers")
	d.push()
}

// push puts what staff committed onto what is there, and reports whether it was taken.
func (d *mailingDesk) push() bool {
	return d.staff.try("-c", "user.name=Anna", "-c", "user.email=anna@hulp.example", "pull", "-q", "--rebase", "origin", "main") && d.staff.try("push", "-q", "origin", "main")
}

// pushLast pushes while an intake runs, which took away the locks of those that were killed.
func (d *mailingDesk) pushLast() {
	d.Helper()
	for late := time.After(patience); !d.push(); {
		select {
		case <-late:
			d.Fatal("what staff committed can't be pushed")
		case <-time.After(50 * time.Millisecond): // between two tries, while the intake commits
		}
	}
}

// due is the Message-IDs of what the branch says that people are to hear.
func (d *mailingDesk) due() (ids []string) {
	d.Helper()
	for path := range strings.FieldsSeq(d.git("ls-tree", "-r", "--name-only", "main", "tickets/")) {
		event, number := strings.TrimSuffix(path, ".md"), filepath.Base(filepath.Dir(path))
		switch {
		case strings.Contains(path, "-received"):
			ids = append(ids, mail.MessageID(event, number, "hulp.example"), mail.MessageID("new "+event+" anna", number, "hulp.example"))
		case strings.Contains(path, "-reply-"):
			ids = append(ids, mail.MessageID(event, number, "hulp.example"))
		}
	}
	return ids
}

// end ends a process as whoever runs it does.
func (d *mailingDesk) end(p *exec.Cmd) {
	d.Helper()
	p.Process.Signal(syscall.SIGTERM)
	if err := p.Wait(); err != nil {
		d.Errorf("at its end: %v", err)
	}
	d.server.settleAll()
}

// checkMails compares what arrived with what was due before the last start.
func (d *mailingDesk) checkMails(before []string) {
	d.Helper()
	due := d.due()
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	twice := 0
	for id, all := range d.server.taken {
		if !slices.Contains(due, id) {
			d.Errorf("%s was not due", id)
		}
		if twice += len(all) - 1; !slices.ContainsFunc(all, func(m *takenMail) bool { return m.answered }) {
			d.Errorf("%s never got its answer", id)
		}
		for _, m := range all {
			if m.to != all[0].to {
				d.Errorf("%s went to two people", id)
			}
		}
	}
	for _, id := range before {
		if all := d.server.taken[id]; len(all) > 0 && all[len(all)-1].process == d.server.process {
			d.Errorf("%s was sent again after a clean end", id)
		}
	}
	if d.server.killedAfterDot > twice {
		d.Errorf("%d kills came before the server's answer, and %d mails were sent again", d.server.killedAfterDot, twice)
	}
	d.Logf("%d mails, %d of them twice, %d kills", len(d.server.taken), twice, d.server.process-2)
}

// checkAcknowledged checks that of each ticket that came by phone, and of no other, it is known
// when its number was sent.
func (d *mailingDesk) checkAcknowledged() {
	d.Helper()
	d.waitForGit()
	acknowledged := map[string]int{}
	want := map[string]int{}
	for path := range strings.FieldsSeq(d.git("ls-tree", "-r", "--name-only", "main", "tickets/")) {
		number := filepath.Base(filepath.Dir(path))
		switch {
		case strings.HasSuffix(path, "-received-anna.md"):
			want[number] = 1
		case strings.HasSuffix(path, "-acknowledged-balie.md"):
			acknowledged[number]++
		}
	}
	if !maps.Equal(acknowledged, want) {
		d.Errorf("acknowledged are %v, and by phone came %v", acknowledged, want)
	}
}

// receiptOf is the Message-ID that a ticket's receipt has, by what the branch says of it.
func (d *mailingDesk) receiptOf(number string) string {
	d.Helper()
	dir := content.TicketDir(number)
	for path := range strings.FieldsSeq(d.git("ls-tree", "-r", "--name-only", "main", dir+"/")) {
		if event, ok := strings.CutSuffix(path, ".md"); ok && strings.Contains(event, "-received") {
			return mail.MessageID(event, number, "hulp.example")
		}
	}
	d.Fatalf("%s is not in git", number)
	return ""
}

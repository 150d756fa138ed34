package delivery

import (
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/mail"
)

const (
	passed = "Authentication-Results: mx.desk.example;dmarc=pass header.from=desk.example"
	ours   = "From: Anna <anna@desk.example>; " + passed
)

// notice is the address at which anna answers a notice that was sent at the bench's time.
func (b *bench) notice() string {
	read := b.loaded.Tree.Ticket(number).Events[0].At
	return b.key().StaffAddress("hulp@desk.example", "anna", mail.StaffToken{Number: number, Read: read, Made: b.now})
}

// An answer by mail is by the person who wrote it, of the kind that its first line says, and has
// nothing of what it quotes.
func TestStaffAnswerByMail(t *testing.T) {
	const quote = "\n\n-- \nAnna Peeters\n\n> — antwoord boven deze regel —\n> jo@geheim.example\n"
	for text, want := range map[string]string{
		"Zo gaat het.\n\nGroet": "reply by anna answers=2026-11-19T090000Z-received: Zo gaat het.\n\nGroet",
		"#note\nZij belde.":     "note by anna: Zij belde.",
		"Dag Jo,\nZo gaat het. Deze regel is zo lang dat het mailprogramma hem afbrak\nen hier verderging.\n\nGroet,\nAnna": "reply by anna answers=2026-11-19T090000Z-received: Dag Jo,  \nZo gaat het. Deze regel is zo lang dat het mailprogramma hem afbrak\nen hier verderging.\n\nGroet,  \nAnna",
		"#Solved Het werkt weer.":   "solved by anna answers=2026-11-19T090000Z-received: Het werkt weer.",
		"\n#waiting\n\nWelk bedrag": "waiting by anna answers=2026-11-19T090000Z-received: Welk bedrag",
		"#solved":                   "solved by anna answers=2026-11-19T090000Z-received: ",
		"# Kop\n\nTekst":            "reply by anna answers=2026-11-19T090000Z-received: # Kop\n\nTekst",
	} {
		b := newMailBench(t)
		b.mail(ours+"; To: "+strings.ToUpper(b.notice()), text+quote)
		got := b.loaded.Tree.Ticket(number)
		if lines := story(got); len(got.Events) != 2 || !strings.HasSuffix(lines, want) || got.Events[1].Data().ID == "" {
			t.Errorf("%q: %s\n%q", text, lines, b.aside())
		}
		if len(b.loaded.Tree.Tickets) != 1 {
			t.Errorf("%q: another ticket", text)
		}
	}
}

// What does not prove itself is put aside, and files nothing.
func TestStaffAnswerUnproven(t *testing.T) {
	for name, test := range map[string]struct {
		header, text, why string
		later             time.Duration
	}{
		"no result":           {"From: anna@desk.example; To: NOTICE", "Hoi", "nothing proves who sent it", 0},
		"a failed one":        {"From: anna@desk.example; Authentication-Results: mx.desk.example;dmarc=fail; To: NOTICE", "Hoi", "nothing proves who sent it", 0},
		"another server's":    {"From: anna@desk.example; Authentication-Results: mx.other.example;dmarc=pass; " + passed + "; To: NOTICE", "Hoi", "nothing proves who sent it", 0},
		"nobody of the staff": {"From: dief@klant.example; " + passed + "; To: NOTICE", "Hoi", "nobody in people.yaml", 0},
		"who has left":        {"From: bert@desk.example; " + passed + "; To: NOTICE", "Hoi", "nobody in people.yaml", 0},
		"a changed token":     {ours + "; To: NOTICE0", "Hoi", "was not made for its sender", 0},
		"too old":             {ours + "; To: NOTICE", "Hoi", "older than seven days", mail.StaffTokenAge},
		"an unknown word":     {ours + "; To: NOTICE", "#sloved\nHoi", "its first line begins with a word", 0},
		"nothing above":       {ours + "; To: NOTICE", "> Beste\n\nHoi", "nothing stands above", 0},
		"an absence":          {ours + "; Auto-Submitted: auto-replied; To: NOTICE", "Ik ben er niet", "nobody wrote it", 0},
		"a file with solved":  {ours + "; To: NOTICE; Content-Type: multipart/mixed;boundary=b", "--b\n\n#solved\n--b\nContent-Disposition: attachment\n\nx\n--b--\n", "can have attachments", 0},
	} {
		b := newMailBench(t)
		notice := b.notice()
		if strings.Contains(test.header, "NOTICE0") {
			local, domain, _ := strings.Cut(notice, "@")
			notice = local[:len(local)-1] + "0@" + domain
			test.header = strings.Replace(test.header, "NOTICE0", "NOTICE", 1)
		}
		b.now = b.now.Add(test.later)
		b.mail(strings.Replace(test.header, "NOTICE", notice, 1), test.text)
		if test.later == 0 && test.why != "nobody wrote it" {
			b.wantAside("2611 1910 15")
		}
		b.wantAside(test.why)
		if len(b.loaded.Tree.Tickets) != 1 || len(b.loaded.Tree.Tickets[0].Events) != 1 {
			t.Errorf("%s: %s", name, story(b.loaded.Tree.Tickets[0]))
		}
	}
}

// A notice is good for one answer, also where another is tried again later. What was refused for
// another reason has not used it.
func TestANoticeIsAnsweredOnce(t *testing.T) {
	b := newMailBench(t)
	notice := b.notice()
	b.mail(ours+"; To: "+notice, "#sloved")
	b.mail(ours+"; To: "+notice, "Eerste")
	b.mail(ours+"; To: "+notice, "Tweede")
	b.wantAside("was answered by mail before")
	b.now = b.now.Add(20 * 24 * time.Hour)
	all, err := b.store.AsideDeliveries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if err := b.store.RetryAside(t.Context(), d.Seq); err != nil {
			t.Fatal(err)
		}
	}
	b.workOff()
	if got := story(b.loaded.Tree.Ticket(number)); strings.Count(got, "by anna") != 1 || !strings.Contains(got, ": Eerste") || len(b.aside()) != 2 {
		t.Errorf("%s\n%q", got, b.aside())
	}
}

// A retry goes by when the mail came, so that a mended people.yaml is soon enough.
func TestAStaffAnswerIsTriedAgain(t *testing.T) {
	b := newMailBench(t)
	notice := b.notice()
	b.write("people.yaml", "anna: {name: Anna}\n")
	b.mail(ours+"; To: "+notice, "Zo gaat het.")
	b.wantAside("nobody in people.yaml")
	b.write("people.yaml", mailDesk["people.yaml"])
	b.now = b.now.Add(10 * 24 * time.Hour)
	all, _ := b.store.AsideDeliveries(t.Context())
	if err := b.store.RetryAside(t.Context(), all[0].Seq); err != nil {
		t.Fatal(err)
	}
	b.workOff()
	if got := b.loaded.Tree.Ticket(number); len(got.Events) != 2 || got.Events[1].Kind != content.Reply {
		t.Errorf("%s\n%q", story(got), b.aside())
	}
}

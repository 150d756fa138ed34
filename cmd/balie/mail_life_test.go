package main

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/mail/mailtest"
)

// mailDesk is the sample servicedesk, written to and answered by mail alone. Its clock runs on from
// where a test sets it.
type mailDesk struct {
	*running
	smtp    *mailtest.Server
	ahead   atomic.Int64 // of its first time
	written int          // mails that were written to it
}

func serveMailDesk(t *testing.T) *mailDesk {
	t.Setenv("BALIE_HOOK_MAIL", "a-secret")
	d := &mailDesk{smtp: mailtest.Start(t)}
	d.running = serveSampleWith(t, "servicedesk", func(s *server) {
		first := s.clock
		s.clock = func() time.Time { return first().Add(time.Duration(d.ahead.Load())) }
		s.draft = false
		replaceIn(t, filepath.Join(s.dir, "site.yaml"), "smtp: {host: smtp.gemeenteweb.example, port: 587, tls: starttls, username: {env: BALIE_SMTP_USER}, password: {env: BALIE_SMTP_PASSWORD}}",
			fmt.Sprintf("authserv: mx.gemeenteweb.example\n  smtp: {host: localhost, port: %d, tls: none}", d.smtp.Port))
		replaceIn(t, filepath.Join(s.dir, "people.yaml"), "public_name: Lotte", "public_name: Lotte, email: lotte@gemeenteweb.example, hears: [new, message]")
		if out, err := exec.Command("git", "-C", s.dir, "-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "-qam", "mail").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	})
	return d
}

func replaceIn(t *testing.T, file, old, by string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("%s does not have %q: %v", file, old, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, by, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
}

// to returns what an address was sent, in order, once it is at least n mails.
func (d *mailDesk) to(address string, n int) (all []mailtest.Message) {
	d.Helper()
	d.soon(fmt.Sprintf("%s has %d mails", address, n), func() bool {
		all = nil
		for _, m := range d.smtp.Messages() {
			if m.To == address {
				all = append(all, m)
			}
		}
		return len(all) >= n
	})
	return all
}

// write posts a mail to the hook, as a provider does. It answers a mail, which it quotes, or none.
func (d *mailDesk) write(from, subject, text string, answers *mailtest.Message, header string) {
	d.Helper()
	d.written++
	to := "servicedesk@gemeenteweb.example"
	if answers != nil {
		to, subject = answers.Header.Get("Reply-To"), "Re: "+answers.Header.Get("Subject")
		header += "In-Reply-To: " + answers.Header.Get("Message-ID") + "\r\n"
		text += "\n\n> " + strings.ReplaceAll(d.text(answers), "\n", "\n> ")
	}
	raw := fmt.Sprintf("%sFrom: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%d@post.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", header, from, to, subject, d.written, text)
	request, err := http.NewRequestWithContext(d.Context(), http.MethodPost, "http://"+d.addr+d.paths()[0]+"/hooks/mail", strings.NewReader(raw))
	if err != nil {
		d.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer a-secret")
	request.Header.Set("Content-Type", "message/rfc822")
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusAccepted {
		d.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
}

// staff answers a notice as Lotte, whose mail server says that she wrote it.
func (d *mailDesk) staff(text string, notice mailtest.Message) {
	d.Helper()
	d.write("Lotte <lotte@gemeenteweb.example>", "", text+"\n-- \nLotte Verschaeren", &notice, "Authentication-Results: mx.gemeenteweb.example; dmarc=pass header.from=gemeenteweb.example\r\n")
}

// text returns the plain text of a mail that was sent.
func (d *mailDesk) text(m *mailtest.Message) string {
	d.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		d.Fatal(err)
	}
	_, body, _ := strings.Cut(string(m.Data), "\r\n\r\n")
	part, err := multipart.NewReader(strings.NewReader(body), params["boundary"]).NextPart()
	if err != nil {
		d.Fatal(err)
	}
	text, err := io.ReadAll(part)
	if err != nil {
		d.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// mailLife is a customer who only writes mail, and what each mail to them must say.
type mailLife struct {
	desk                         *mailDesk
	address, subject, ask, again string
	reply, question              string
	// wants are of the receipt, the reply, the question, two reminders, the notice, the closing and
	// the next receipt.
	wants  [8][]string
	got    int
	number string
}

// next returns the next mail to the customer, which must say what it has to.
func (l *mailLife) next() mailtest.Message {
	l.desk.Helper()
	m := l.desk.to(l.address, l.got+1)[l.got]
	text := l.desk.text(&m)
	for _, want := range l.wants[l.got] {
		if !strings.Contains(text, want) {
			l.desk.Errorf("mail %d to %s does not say %q:\n%s", l.got+1, l.address, want, text)
		}
	}
	l.got++
	return m
}

// notice returns the newest notice to Lotte about the customer's ticket, once it has n.
func (l *mailLife) notice(n int) (m mailtest.Message) {
	l.desk.Helper()
	l.desk.soon("a notice", func() bool {
		found := 0
		for _, one := range l.desk.to("lotte@gemeenteweb.example", 1) {
			if strings.Contains(one.Header.Get("Subject"), l.number) {
				m, found = one, found+1
			}
		}
		return found >= n
	})
	return m
}

// talk is what people write: question, reply, message, and a question back.
func (l *mailLife) talk() {
	l.desk.Helper()
	l.desk.write(l.address, l.subject, l.ask, nil, "")
	receipt := l.next()
	l.number = receipt.Header.Get("Subject")[1:11]
	l.desk.write(l.address, "Out of office", "Ik ben er niet.", &receipt, "Auto-Submitted: auto-replied\r\n")
	l.desk.staff(l.reply, l.notice(1))
	reply := l.next()
	if reply.Header.Get("In-Reply-To") != receipt.Header.Get("Message-ID") {
		l.desk.Errorf("the reply is in no thread: %v", reply.Header)
	}
	l.desk.write(l.address, "", l.again, &reply, "")
	l.desk.staff("#waiting\n"+l.question, l.notice(2))
	l.next()
}

// TestALifeByMail: a ticket is asked, answered, reminded of, announced to be closed, closed and
// followed up, all by mail, in two languages.
func TestALifeByMail(t *testing.T) {
	d := serveMailDesk(t)
	const reads, lu = "U kunt op deze mail antwoorden.", "Vous pouvez répondre à cet e-mail."
	lives := []*mailLife{{
		desk: d, address: "goedele@post.example", subject: "Foto staat gedraaid", ask: "Dag,\n\nsinds vanmorgen staat een foto van ons gedraaid. Kunt u het nakijken?",
		again: "Dank u, maar nu staat het ook op een andere pagina.", reply: "Dag Goedele,\nwij kijken het na.", question: "Op welke pagina staat zij?",
		wants: [8][]string{
			{"Wij hebben uw vraag", "Foto staat gedraaid", "Een mens antwoordt uiterlijk maandag 23 november", reads},
			{"Antwoord van Lotte", "Dag Goedele,\nwij kijken het na.", "Is er nog iets?", reads},
			{"Op welke pagina staat zij?", "Horen wij niets van u, dan sluiten wij uw vraag op maandag 7 december", reads},
			{"Herinnering", "Op welke pagina staat zij?", "sluiten wij uw vraag op maandag 7 december", reads},
			{"Herinnering", "Op welke pagina staat zij?", reads},
			{"Wij gaan uw vraag sluiten", "sluiten wij uw vraag op maandag 7 december", "Antwoord op deze mail, dan blijft uw vraag open.", reads},
			{"Gesloten", "u krijgt een nieuw nummer", reads},
			{"Wij hebben uw vraag", "was al gesloten; dit is het vervolg", reads},
		},
	}, {
		desk: d, address: "amelie@post.example", subject: "Le menu a disparu", ask: "Bonjour,\n\ndepuis hier le menu de notre site n'est pas visible sur les téléphones.",
		again: "Merci, mais le menu est vide.", reply: "Bonjour Amélie,\nnous regardons.", question: "Sur quel téléphone le voyez-vous ?",
		wants: [8][]string{
			{"Nous avons votre question", "Le menu a disparu", "lundi 23 novembre", lu},
			{"Lotte vous a répondu", "Bonjour Amélie,\nnous regardons.", "Autre chose ?", lu},
			{"Sur quel téléphone", "nous clôturerons votre question le lundi 7 décembre", lu},
			{"Rappel", "Sur quel téléphone", "nous clôturerons votre question le lundi 7 décembre", lu},
			{"Rappel", "Sur quel téléphone", lu},
			{"Nous allons clôturer votre question", "nous clôturerons votre question le lundi 7 décembre", "Répondez à cet e-mail et votre question reste ouverte.", lu},
			{"Nous avons clôturé votre question", "un nouveau numéro", lu},
			{"Nous avons votre question", "était déjà clôturée", lu},
		},
	}}
	for _, l := range lives {
		l.talk()
	}
	d.committed()
	first, last := d.clock(), map[*mailLife]mailtest.Message{}
	for _, at := range []time.Time{ // after the ends of the second, fourth, sixth and eleventh working day
		time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC), time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC),
		time.Date(2026, 11, 30, 18, 0, 0, 0, time.UTC), time.Date(2026, 12, 7, 18, 0, 0, 0, time.UTC),
	} {
		d.ahead.Store(int64(at.Sub(first)))
		d.tickDue(t.Context())
		for _, l := range lives {
			last[l] = l.next()
		}
		d.committed()
	}
	for _, l := range lives {
		closing := last[l]
		d.write(l.address, "", l.again, &closing, "")
		next := l.next().Header.Get("Subject")[1:11]
		if next == l.number {
			t.Errorf("what was closed goes on under the same number %s", next)
		}
	}
	d.committed()
	for _, l := range lives {
		if got := d.to(l.address, 8); len(got) != 8 {
			t.Errorf("%s has %d mails", l.address, len(got))
		}
		ticket := d.live.Current().Tree.Ticket(l.number)
		if state := ticket.At(d.clock()).State; state != content.ClosedState {
			t.Errorf("%s is %s", l.number, state)
		}
	}
}

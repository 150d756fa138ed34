package outbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"mime"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/filing"
	"balie/ingest/mail"
	"balie/ingest/mail/mailtest"
	"balie/ingest/store"
	"balie/themes"
)

var friday = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)

// bench is a desk in memory with an outbox and a mail server.
type bench struct {
	t      testing.TB
	files  fstest.MapFS
	loaded *load.Loaded
	server *mailtest.Server
	outbox *Outbox
	dir    string // of the store
	now    time.Time
	n      int
}

func (b *bench) Commit(_ context.Context, c commit.Change) (string, error) {
	for _, f := range c.Files {
		if b.files[f.Path] != nil {
			return "", &commit.Taken{Path: f.Path}
		}
	}
	for _, f := range c.Files {
		b.files[f.Path] = &fstest.MapFile{Data: f.Data}
		b.loaded = b.loaded.Reload(maps.Clone(b.files), []string{f.Path}, nil)
	}
	b.n++
	return fmt.Sprintf("%040d", b.n), nil
}

func (b *bench) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	return commit.OneByOne(ctx, b, changes)
}

func (b *bench) Versions(context.Context, []string, string) (map[string][]commit.Version, error) {
	return nil, nil
}

const ticket = "tickets/2026/11/20/2611201012"

func newBench(t testing.TB, more map[string]string) *bench {
	b := &bench{t: t, now: friday, files: fstest.MapFS{}, server: mailtest.Start(t), dir: t.TempDir()}
	files := map[string]string{
		"site.yaml":     "name: {nl: Balie Breed, fr: Guichet Large}\nbase_url: https://hulp.example\nlanguages: [nl, fr]\ntime_zone: UTC\nmail: {from: hulp@hulp.example, replies: true, since: 2026-01-01, authserv: mx.hulp.example, smtp: {host: localhost, tls: none}}\n",
		"services.yaml": "- {id: checkout, name: {nl: Afrekenen, fr: Paiement}}\n",
		"people.yaml":   "anna: {name: Anna Peeters, public_name: Anna, email: anna@hulp.example, hears: [new, overdue]}\nbert: {name: Bert, email: bert@hulp.example, hears: [new], hears_lanes: [fast]}\ncarl: {name: Carl, email: carl@hulp.example, hears: [new], until: 2026-11-01}\n",
		"policy/2026-01-01.yaml": `calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes: [{id: standard, name: {nl: Gewoon, fr: Ordinaire}}]
promises: [{id: first, clock: first_response, target: {within: 2h}, strength: promise}]
`,
		"forms/contact.yaml": "title: {nl: Contact, fr: Contact}\nlane: standard\nfields:\n  - {id: message, role: body, type: textarea, required: true, label: {nl: Bericht, fr: Message}}\n",
	}
	maps.Copy(files, more)
	for name, text := range files {
		b.files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b.loaded = load.Load(maps.Clone(b.files), nil)
	b.start()
	return b
}

// start starts an outbox on the bench's store, as after a restart.
func (b *bench) start() {
	b.t.Helper()
	if b.outbox != nil {
		b.outbox.Store.Close()
	}
	s, err := store.Open(b.t.Context(), b.dir, "intake")
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { s.Close() })
	theme, err := themes.Of(fs.FS(fstest.MapFS{}))
	if err != nil {
		b.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	tree := func() *content.Tree { return b.loaded.Tree }
	now := func() time.Time { return b.now }
	filer := &filing.Filer{Tree: tree, Store: s, Committer: b, Now: now, Random: rand.NewChaCha8([32]byte{}), Instance: 1, Log: log}
	b.outbox = &Outbox{Tree: tree, Theme: func() *themes.Theme { return theme }, Store: s, Filer: filer, Key: mail.ReplyKey("a key"), Now: now, Log: log,
		Server: func(*content.Mail) (mail.Server, error) {
			return mail.Server{Host: "localhost", Port: b.server.Port, TLS: "none"}, nil
		}}
}

// write is what staff or the intake commit.
func (b *bench) write(name, text string) {
	b.files[name] = &fstest.MapFile{Data: []byte(text)}
	b.loaded = b.loaded.Reload(maps.Clone(b.files), []string{name}, nil)
}

// open writes a ticket by mail, of a requester who speaks French.
func (b *bench) open(more string) {
	b.write(ticket+"/ticket.yaml", "form: contact\nlane: standard\nchannel: email\nlanguage: fr\nsubject: Page blanche\nrequester: {name: Zoé, email: zoe@commune.example}\nfollow: abcdefghijklmnopqrstuvwxyz234567\n"+more)
	b.write(ticket+"/2026-11-20T140000Z-received.md", "---\nid: \"00000001\"\n---\nLa page reste blanche.\n")
}

// run notes what is new, sends what is due and commits what that filed. It returns the subjects of
// the mails that the server took meanwhile, each with its address.
func (b *bench) run() (sent []string) {
	b.t.Helper()
	before := len(b.server.Messages())
	if err := b.outbox.Note(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.outbox.SendDue(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	if err := b.outbox.Filer.DrainOnce(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	for _, m := range b.server.Messages()[before:] {
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			b.t.Fatal(err)
		}
		sent = append(sent, m.To+": "+subject)
	}
	return sent
}

func (b *bench) same(what string, got []string, want ...string) {
	b.t.Helper()
	if !slices.Equal(got, want) {
		b.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func (b *bench) events() (names []string) {
	for _, e := range b.loaded.Tree.Ticket("2611201012").Events {
		names = append(names, e.Name)
	}
	return names
}

const subject = "[2611201012] Page blanche"

// A ticket's life by mail: each event once, also after a restart, and the number's arrival in git.
func TestEachEventOnce(t *testing.T) {
	b := newBench(t, nil)
	b.same("nothing yet", b.run())
	b.now = b.now.Add(time.Second)
	b.open("")
	b.same("receipt and notice", b.run(), "zoe@commune.example: "+subject, "anna@hulp.example: "+subject)
	b.same("events", b.events(), "2026-11-20T140000Z-received", "2026-11-20T140001Z-acknowledged-balie")
	b.same("again", b.run())
	b.start()
	b.same("after a restart", b.run())
	b.now = b.now.Add(time.Minute)
	b.write(ticket+"/2026-11-20T140030Z-note-anna.md", "Voor ons.\n")
	b.write(ticket+"/2026-11-20T140040Z-reply-anna.md", "Essayez **encore**.\n")
	b.write(ticket+"/2026-11-20T140050Z-message.md", "---\nid: \"00000002\"\n---\nMerci.\n")
	b.same("the answer", b.run(), "zoe@commune.example: Re: "+subject)
	all := b.server.Messages()
	first, last := all[0], all[len(all)-1]
	if last.Header.Get("In-Reply-To") != first.Header.Get("Message-ID") || last.Header.Get("References") != first.Header.Get("Message-ID") {
		t.Errorf("the answer belongs to %s, and the receipt is %s", last.Header.Get("In-Reply-To"), first.Header.Get("Message-ID"))
	}
	if number, ok := b.outbox.Key.Ticket(last.From); !ok || number != "2611201012" {
		t.Errorf("it is returned to %s", last.From)
	}
}

// What happened before the first start, or before mail.since, is not told.
func TestThePastIsNotTold(t *testing.T) {
	b := newBench(t, nil)
	b.now = friday.Add(time.Hour)
	b.open("")
	b.same("the past", b.run())
	b.write(ticket+"/2026-11-20T150000Z-reply-anna.md", "Encore.\n")
	b.same("what came after", b.run(), "zoe@commune.example: Re: "+subject)
	b.write("site.yaml", strings.Replace(string(b.files["site.yaml"].Data), "2026-01-01", "2026-12-01", 1))
	b.write(ticket+"/2026-11-20T150000Z-reply-bert.md", "Et encore.\n")
	b.same("before mail.since", b.run())
}

// What is older than a week when it is first seen is listed to staff.
func TestWhatIsTooOld(t *testing.T) {
	b := newBench(t, nil)
	b.run()
	b.now = friday.Add(time.Second)
	b.open("")
	b.run()
	b.now = friday.AddDate(0, 0, 9)
	b.write(ticket+"/2026-11-21T140000Z-reply-anna.md", "Trop tard.\n")
	b.same("too old", b.run())
	unsent, err := b.outbox.Store.UnsentMails(t.Context(), 10)
	if err != nil || len(unsent) != 1 || unsent[0].State != store.MailLate {
		t.Errorf("%v, %v", unsent, err)
	}
}

// Nobody hears of a ticket that is spam or held for a look; who acts on it lets all of it go out.
func TestHeldAndSpam(t *testing.T) {
	b := newBench(t, map[string]string{"people.yaml": "anna: {name: Anna}\n"})
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("review: true\n")
	b.write(ticket+"/2026-11-20T140001Z-note-anna.md", "Eerst kijken.\n")
	b.same("held", b.run())
	b.write(ticket+"/2026-11-20T140001Z-released-anna.md", "")
	b.same("released", b.run(), "zoe@commune.example: "+subject)
	b.write(ticket+"/2026-11-20T140001Z-spam-anna.md", "")
	b.write(ticket+"/2026-11-20T140001Z-reply-anna.md", "Toch.\n")
	b.same("spam", b.run())
}

// A server that says no is asked again later, and then no more: that is in git. One that can't be
// reached costs no try.
func TestRefused(t *testing.T) {
	b := newBench(t, map[string]string{"people.yaml": "anna: {name: Anna}\n"})
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("")
	b.server.Refuse(func(string) error { return mailtest.Refusal(451, [3]int{4, 7, 1}, "later") })
	b.same("refused", b.run())
	b.server.Refuse(nil)
	b.same("too early", b.run())
	b.now = b.now.Add(pauses[0])
	b.same("later", b.run(), "zoe@commune.example: "+subject)

	b.write(ticket+"/2026-11-20T140010Z-reply-anna.md", "Encore.\n")
	port := b.server.Port
	b.server.Port = 1
	b.outbox.Note(t.Context())
	if _, err := b.outbox.SendDue(t.Context()); err == nil {
		t.Error("nobody is there, and that is no error")
	}
	b.server.Port = port
	b.server.Refuse(func(string) error { return mailtest.Refusal(451, [3]int{4, 7, 1}, "later") })
	for range len(pauses) + 1 {
		b.run()
		b.now = b.now.Add(12 * time.Hour)
	}
	if last := b.events()[len(b.events())-1]; !strings.HasSuffix(last, "-bounced-balie") {
		t.Errorf("the last event is %s", last)
	}
	b.server.Refuse(func(string) error { return mailtest.Refusal(550, [3]int{5, 1, 1}, "nobody") })
	b.now = b.now.Add(time.Hour)
	b.write(ticket+"/"+content.EventName(b.now, content.Reply, "anna")+".md", "Et encore.\n")
	b.run()
	e := b.loaded.Tree.Ticket("2611201012").Events
	if last := e[len(e)-1]; last.Kind != content.Bounced || last.Data().Address != "zoe@commune.example" || last.Data().Reason != "550 5.1.1" || last.Data().ID == "" {
		t.Errorf("%s: %v", last.Name, last.Data())
	}
}

// An address gets no more than so many mails a day.
func TestLimitPerDay(t *testing.T) {
	b := newBench(t, map[string]string{"people.yaml": "anna: {name: Anna}\n"})
	b.run()
	b.now = b.now.Add(2 * time.Minute)
	b.open("")
	for i := range perDay + 5 {
		b.write(fmt.Sprintf("%s/2026-11-20T1401%02dZ-reply-anna.md", ticket, i), "Encore.\n")
	}
	if n := len(b.run()); n != perDay {
		t.Errorf("%d went out", n)
	}
	b.now = b.now.Add(25 * time.Hour)
	if n := len(b.run()); n != 6 {
		t.Errorf("%d went out a day later", n)
	}
}

// Who asked for it hears the updates of the incident, until they end that.
func TestIncidentUpdates(t *testing.T) {
	b := newBench(t, map[string]string{
		"people.yaml": "anna: {name: Anna}\n",
		"incidents/2026/1120-payments/incident.yaml":                    "title: {nl: Betalen lukt niet}\nservices: {checkout: major_outage}\n",
		"incidents/2026/1120-payments/2026-11-20T1300-investigating.md": "Wij kijken.\n",
	})
	b.run()
	b.now = b.now.Add(time.Minute)
	b.open("updates: true\n")
	b.write(ticket+"/2026-11-20T140000Z-linked.md", "---\nid: \"00000003\"\nincident: 2026/1120-payments\n---\n")
	b.same("the receipt", b.run(), "zoe@commune.example: "+subject)
	b.write("incidents/2026/1120-payments/2026-11-20T1401-identified.md", "Gevonden.\n")
	b.same("an update", b.run(), "zoe@commune.example: [2611201012] Betalen lukt niet")
	last := b.server.Messages()[1]
	if got, want := last.Header.Get("List-Unsubscribe"), "<https://hulp.example/t/abcdefghijklmnopqrstuvwxyz234567/updates/end>"; got != want {
		t.Errorf("it is ended at %s, want %s", got, want)
	}
	if err := b.outbox.StopUpdates(t.Context(), ticket); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Hour)
	b.write("incidents/2026/1120-payments/2026-11-20T1402-resolved.md", "Klaar.\n")
	b.same("after they ended it", b.run())
	b.start()
	b.same("and after a restart", b.run())
}

// Staff hear of what is late, once.
func TestOverdue(t *testing.T) {
	b := newBench(t, nil)
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("")
	b.run()
	b.now = friday.Add(2*time.Hour + time.Minute)
	b.same("late", b.run(), "anna@hulp.example: "+subject)
	b.same("again", b.run())
	last := b.server.Messages()[2]
	made, ok := b.outbox.Key.Staff(strings.Trim(last.Header.Get("Reply-To"), "<>"), "anna")
	if !ok || made.Number != "2611201012" || !made.Read.Equal(friday) {
		t.Errorf("answers go to %s: %v", last.Header.Get("Reply-To"), made)
	}
}

// Without a server nothing leaves.
func TestNothingLeaves(t *testing.T) {
	b := newBench(t, nil)
	b.outbox.Server = nil
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("")
	b.same("nothing", b.run())
	mails, err := b.outbox.Store.LastMails(t.Context(), 10)
	if err != nil || len(mails) != 2 {
		t.Fatal(mails, err)
	}
	if m, err := b.outbox.Compose(t.Context(), mails[1]); err != nil || m.Subject != subject {
		t.Errorf("%v, %v", m, err)
	}
	mails[1].Event += "x"
	if _, err := b.outbox.Compose(t.Context(), mails[1]); !errors.Is(err, errNothing) {
		t.Errorf("a mail about nothing: %v", err)
	}
}

// The staff's mailbox lists what went out and shows a mail as its reader sees it; what did not
// arrive stands first, and what is gone is still counted.
func TestMailbox(t *testing.T) {
	b := newBench(t, nil)
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("")
	b.server.Refuse(func(to string) error {
		if to == "zoe@commune.example" {
			return mailtest.Refusal(550, [3]int{5, 1, 1}, "nobody")
		}
		return nil
	})
	b.run()
	pages := b.outbox.Mailbox()
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	list := get("/mail/")
	if body := list.Body.String(); list.Code != 200 || !strings.Contains(body, "Niet aangekomen") || !strings.Contains(body, "550 5.1.1") || strings.Count(body, "zoe@commune.example") != 2 || strings.Count(body, "anna@hulp.example") != 1 {
		t.Errorf("%d\n%s", list.Code, body)
	}
	unsent, err := b.outbox.Store.UnsentMails(t.Context(), 1)
	if err != nil || len(unsent) != 1 {
		t.Fatal(unsent, err)
	}
	path := fmt.Sprintf("/mail/%d/", unsent[0].Seq)
	if one := get(path); one.Code != 200 || !strings.Contains(one.Body.String(), "Votre question Page blanche") || !strings.Contains(one.Body.String(), `sandbox`) {
		t.Errorf("%d\n%s", one.Code, one.Body)
	}
	if html := get(path + "message.html"); html.Code != 200 || !strings.Contains(html.Header().Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(html.Body.String(), `<html lang="fr">`) {
		t.Errorf("%d %v\n%s", html.Code, html.Header(), html.Body)
	}
	for _, path := range []string{"/mail/99/", "/mail/x/", "/mail/99/message.html"} {
		if w := get(path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	delete(b.files, ticket+"/ticket.yaml")
	b.loaded = load.Load(maps.Clone(b.files), nil)
	if body := get("/mail/").Body.String(); !strings.Contains(body, "is er niet meer") || strings.Contains(body, "zoe@") {
		t.Errorf("of a ticket that is gone:\n%s", body)
	}
}

// A mail at which the server hangs up holds up no other.
func TestAMailThatEndsTheConnection(t *testing.T) {
	b := newBench(t, nil)
	b.run()
	b.now = b.now.Add(time.Second)
	b.open("")
	b.server.Refuse(func(to string) error {
		if to == "zoe@commune.example" {
			return mailtest.ErrHangUp
		}
		return nil
	})
	if err := b.outbox.Note(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.outbox.SendDue(t.Context()); err == nil {
		t.Error("the connection ended, and that is no error")
	}
	b.same("the next time", b.run(), "anna@hulp.example: "+subject)
	b.server.Refuse(nil)
	b.now = b.now.Add(pauses[0])
	b.same("later", b.run(), "zoe@commune.example: "+subject)
}

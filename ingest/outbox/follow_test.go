package outbox

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/mail/mailtest"
	"balie/ingest/store"
)

const (
	outage   = "incidents/2026/1120-betalen"
	database = "maintenance/2026/1125-database"
)

// followed is a desk that people follow by mail: an incident of a service, and maintenance.
func followed(t testing.TB) *bench {
	b := newBench(t, map[string]string{
		"people.yaml":   "anna: {name: Anna}\n",
		"services.yaml": "- {id: checkout, name: {nl: Afrekenen, fr: Paiement}}\n- {id: search, name: {nl: Zoeken, fr: Recherche}}\n",
	})
	b.write("site.yaml", "follow: {mail: true}\n"+string(b.files["site.yaml"].Data))
	b.run()
	b.now = b.now.Add(time.Second)
	return b
}

func (b *bench) ask(address string, what content.Follows, lang string) {
	b.t.Helper()
	if err := b.outbox.AskToFollow(b.t.Context(), address, what, lang); err != nil {
		b.t.Fatal(err)
	}
}

var inLink = regexp.MustCompile(`/follow/([A-Z2-7]{26})"`)

// follow lets an address follow something, and returns the token.
func (b *bench) follow(address string, what content.Follows, lang string) (token string) {
	b.t.Helper()
	b.ask(address, what, lang)
	b.run()
	found := inLink.FindStringSubmatch(b.last())
	if found == nil {
		b.t.Fatalf("no link in\n%s", b.last())
	}
	b.change(func(tx *store.Tx) error {
		_, err := tx.ConfirmFollower(found[1], b.now)
		return err
	})
	return found[1]
}

func (b *bench) change(do func(tx *store.Tx) error) {
	b.t.Helper()
	if err := b.outbox.Store.Write(b.t.Context(), do); err != nil {
		b.t.Fatal(err)
	}
}

// update writes an update a minute after the last instant.
func (b *bench) update(dir, kind, front, text string) {
	b.now = b.now.Add(time.Minute)
	if front != "" {
		front = "---\n" + front + "---\n"
	}
	b.write(dir+"/"+b.now.Format("2006-01-02T150405Z")+"-"+kind+"-anna.md", front+text)
}

// Who confirmed hears of each public update of what they follow once, in their language, until they
// stop; also after a restart, and when the update is edited.
func TestFollowByMail(t *testing.T) {
	b := followed(t)
	b.write(outage+"/incident.yaml", "title: {nl: Betalen stokt, fr: Paiements en panne}\nservices: {checkout: partial_outage}\n")
	b.update(outage, "investigating", "", "Wij zoeken.\n")
	b.run()
	b.ask("Jo@klant.example", content.FollowsAll, "nl")
	b.same("the question", b.run(), "jo@klant.example: Bevestig dat u dit wilt volgen")
	b.update(outage, "update", "", "Nog bezig.\n")
	b.same("before it is confirmed", b.run())
	b.now = b.now.Add(confirmEvery)
	token := b.follow("jo@klant.example", content.FollowsAll, "nl")
	b.follow("zoe@commune.example", content.ServiceFollows("checkout"), "fr")
	b.follow("mia@klant.example", content.ServiceFollows("search"), "nl")

	b.update(outage, "identified", "next_update: "+b.now.Add(time.Hour).Format(time.RFC3339)+"\nworkaround: {nl: Betaal per overboeking.}\n", "De oorzaak is *bekend*.\n")
	b.write(strings.TrimSuffix(outage, "/")+"/"+b.now.Format("2006-01-02T150405Z")+"-note-anna.md", "SECRET\n")
	b.start()
	b.same("an update", b.run(), "jo@klant.example: Betalen stokt: Oorzaak gevonden", "zoe@commune.example: Paiements en panne : Cause trouvée")
	all := b.server.Messages()
	dutch, french := all[len(all)-2], b.last()
	stop := "<https://hulp.example/follow/" + token + "/stop>"
	for name, want := range map[string]string{
		"List-Unsubscribe": stop, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "List-Id": "<all.hulp.example>", "Auto-Submitted": "auto-generated", "Content-Language": "nl",
	} {
		if got := dutch.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"De oorzaak is *bekend*", "Betaal per overboeking.", "Paiement", "https://hulp.example/fr/incidents/2026/1120-betalen/", "List-Id: <services-checkout.hulp.example>"} {
		if !strings.Contains(french, want) {
			t.Errorf("the French mail lacks %q\n%s", want, french)
		}
	}
	if _, ok := b.outbox.Key.Follower(dutch.From); !ok {
		t.Errorf("it is returned to %s", dutch.From)
	}
	if strings.Contains(french, "SECRET") {
		t.Error("a note is mailed")
	}
	b.start()
	name := path.Base(eventName(b.loaded.Tree.Incidents[0].Events[2]))
	b.write(outage+"/"+name+".md", "Anders gezegd.\n")
	b.same("edited, after a restart", b.run())

	b.change(func(tx *store.Tx) error { return tx.StopFollower(token) })
	b.now = b.now.Add(rememberedFor)
	b.same("two weeks later", b.run())
	b.start()
	b.same("when it is forgotten who was told", b.run())
	b.update(outage, "resolved", "", "Voorbij.\n")
	b.same("after one stopped", b.run(), "zoe@commune.example: Paiements en panne : Résolu")
	last := b.server.Messages()[len(b.server.Messages())-1]
	if first := all[len(all)-1]; last.Header.Get("In-Reply-To") == "" || last.Header.Get("In-Reply-To") != first.Header.Get("In-Reply-To") || last.Header.Get("Message-ID") == first.Header.Get("Message-ID") {
		t.Errorf("the mails of an incident do not stand together: %v and %v", first.Header, last.Header)
	}
}

// An address gets one mail about an update, however many of its subscriptions it is of, also where
// it is told as a requester; and goes on getting it when the first of them ends.
func TestOneMailForAnAddress(t *testing.T) {
	b := followed(t)
	all := b.follow("zoe@commune.example", content.FollowsAll, "fr")
	b.now = b.now.Add(time.Minute)
	b.follow("zoe@commune.example", content.ServiceFollows("checkout"), "fr")
	b.now = b.now.Add(time.Minute)
	b.write(outage+"/incident.yaml", "title: {nl: Betalen stokt}\nservices: {checkout: partial_outage}\n")
	b.update(outage, "investigating", "", "Wij zoeken.\n")
	b.same("two subscriptions", b.run(), "zoe@commune.example: Betalen stokt : En cours d’examen")
	b.change(func(tx *store.Tx) error { return tx.StopFollower(all) })
	b.start()
	b.same("the first one ended", b.run())
	b.update(outage, "update", "", "Nog bezig.\n")
	b.same("by the second", b.run(), "zoe@commune.example: Betalen stokt : Point de situation")
	b.open("updates: true\n")
	b.write(ticket+"/2026-11-20T140001Z-linked-anna.md", "---\nincident: 2026/1120-betalen\n---\n")
	b.run()
	b.update(outage, "resolved", "", "Voorbij.\n")
	b.same("as a requester", b.run(), "zoe@commune.example: [2611201012] Betalen stokt")
}

// Maintenance is followed like an incident. What was for staff alone is told once it is public, if
// it is newer than the confirmation and not older than a week.
func TestWhatIsFollowed(t *testing.T) {
	b := followed(t)
	b.write(database+"/maintenance.yaml", "title: {nl: Nieuwe database}\nservices: [search]\nplanned: {start: 2026-11-25T06:00:00Z, end: 2026-11-25T07:00:00Z}\n")
	b.follow("jo@klant.example", content.Follows(database), "nl")
	b.follow("mia@klant.example", content.ServiceFollows("search"), "nl")
	b.update(database, "scheduled", "", "Wij vervangen de database.\n")
	b.same("planned", b.run(), "jo@klant.example: Nieuwe database: Gepland", "mia@klant.example: Nieuwe database: Gepland")
	if text := b.last(); !strings.Contains(text, "25 november") || !strings.Contains(text, "Zoeken") {
		t.Errorf("the mail\n%s", text)
	}
	b.write(outage+"/incident.yaml", "title: {nl: Zoeken hapert}\nservices: {search: partial_outage}\nvisibility: staff\n")
	b.update(outage, "investigating", "", "Wij zoeken.\n")
	b.same("for staff alone", b.run())
	b.now = b.now.AddDate(0, 0, 8)
	b.update(outage, "update", "", "Nog bezig.\n")
	b.run()
	b.write(outage+"/incident.yaml", "title: {nl: Zoeken hapert}\nservices: {search: partial_outage}\n")
	b.same("made public", b.run(), "mia@klant.example: Zoeken hapert: Bericht")
	unsent, err := b.outbox.Store.UnsentMails(t.Context(), 10)
	if err != nil || len(unsent) != 1 || unsent[0].Recipient != followers || unsent[0].State != store.MailLate {
		t.Errorf("listed to staff: %+v, %v", unsent, err)
	}
	page := httptest.NewRecorder()
	b.outbox.Mailbox().ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), "GET", "/mail/", nil))
	if said := page.Body.String(); !strings.Contains(said, "Zoeken hapert: In onderzoek") || !strings.Contains(said, "2 adressen volgen") {
		t.Errorf("the mailbox\n%s", said)
	}
}

// An address is asked about the same thing once an hour, and three times a day in all. One that
// follows it already is told so. What is not confirmed is forgotten after a week, and an address
// without a mailbox at once.
func TestAskingAgain(t *testing.T) {
	b := followed(t)
	const asked, known = "jo@klant.example: Bevestig dat u dit wilt volgen", "jo@klant.example: U volgt dit al"
	b.ask("jo@klant.example", content.FollowsAll, "nl")
	b.ask("JO@klant.example", content.FollowsAll, "nl")
	b.same("twice at once", b.run(), asked)
	b.now = b.now.Add(confirmEvery)
	b.ask("jo@klant.example", content.FollowsAll, "nl")
	b.ask("jo@klant.example", content.ServiceFollows("search"), "nl")
	b.ask("jo@klant.example", content.ServiceFollows("checkout"), "nl")
	b.same("three a day", b.run(), asked, asked)
	b.now = b.now.Add(25 * time.Hour)
	token := b.follow("jo@klant.example", content.FollowsAll, "nl")
	b.now = b.now.Add(confirmEvery)
	b.ask("jo@klant.example", content.FollowsAll, "fr")
	b.same("confirmed", b.run(), known)
	if !strings.Contains(b.last(), "/follow/"+token+"/stop") {
		t.Errorf("the way to end it is not in\n%s", b.last())
	}
	left := func() (n int) {
		f, err := b.outbox.Store.Follower(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		list, err := b.outbox.Store.FollowersTo(t.Context(), f.Recipient)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := left(); n != 3 {
		t.Errorf("%d subscriptions", n)
	}
	b.now = b.now.Add(unconfirmedFor)
	b.run()
	if n := left(); n != 1 {
		t.Errorf("%d subscriptions are left after a week", n)
	}
	b.server.Refuse(func(string) error { return mailtest.Refusal(550, [3]int{5, 1, 1}, "nobody") })
	b.write(outage+"/incident.yaml", "title: {nl: Betalen stokt}\nservices: {checkout: partial_outage}\n")
	b.update(outage, "investigating", "", "Wij zoeken.\n")
	b.run()
	if n := left(); n != 0 {
		t.Error("who has no mailbox still follows")
	}
}

// Two intakes note one update once, also where the first was interrupted.
func TestNotedByTwo(t *testing.T) {
	b := followed(t)
	jo := b.follow("jo@klant.example", content.FollowsAll, "nl")
	b.follow("mia@klant.example", content.FollowsAll, "nl")
	first := b.outbox
	second := &Outbox{Tree: first.Tree, Theme: first.Theme, Store: first.Store, Filer: first.Filer, Key: first.Key, Now: first.Now, Log: first.Log}
	if err := second.Note(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.write(outage+"/incident.yaml", "title: {nl: Betalen stokt}\nservices: {checkout: partial_outage}\n")
	b.update(outage, "investigating", "", "Wij zoeken.\n")
	f, err := first.Store.Follower(t.Context(), jo)
	if err != nil {
		t.Fatal(err)
	}
	// The first row, without the one that says that it was noted for all.
	b.change(func(tx *store.Tx) error {
		event := eventName(b.loaded.Tree.Incidents[0].Events[0])
		_, err := tx.PutMail(store.Mail{Event: event, Recipient: recipientName(f.Recipient), State: store.MailWaits, Added: b.now, Due: b.now})
		return err
	})
	if err := second.Note(t.Context()); err != nil {
		t.Fatal(err)
	}
	const said = ".example: Betalen stokt: In onderzoek"
	b.same("noted by the second", b.run(), "jo@klant"+said, "mia@klant"+said)
	if err := second.Note(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.same("and once more", b.run())
}

// BenchmarkNoteFollowers measures how long it takes to note one update for 10,000 followers.
func BenchmarkNoteFollowers(b *testing.B) {
	desk := followed(b)
	desk.change(func(tx *store.Tx) error {
		for n := range 10_000 {
			address := fmt.Sprintf("%d@klant.example", n)
			f, _, err := tx.PutFollower(store.Follower{Medium: store.ByMail, Address: address, Follows: string(content.FollowsAll), Language: "nl", Asked: desk.now, Confirmed: desk.now})
			if err != nil || f.Seq == 0 {
				return err
			}
		}
		return nil
	})
	desk.write(outage+"/incident.yaml", "title: {nl: Betalen stokt}\nservices: {checkout: partial_outage}\n")
	for b.Loop() {
		desk.update(outage, "update", "", "Nog bezig.\n")
		if err := desk.outbox.Note(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

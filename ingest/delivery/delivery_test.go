package delivery

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/generator/markdown"
	"balie/ingest/commit"
	"balie/ingest/filing"
	"balie/ingest/store"
	"balie/themes"
)

var friday = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)

// bench is a desk in memory that its worker files to.
type bench struct {
	t      testing.TB
	files  fstest.MapFS
	loaded *load.Loaded
	store  *store.Store
	worker *Worker
	now    time.Time
	n      int
}

func (b *bench) Commit(_ context.Context, c commit.Change) (string, error) {
	var changed []string
	for _, f := range c.Files {
		if b.files[f.Path] != nil {
			return "", &commit.Taken{Path: f.Path}
		}
	}
	for _, f := range c.Files {
		b.files[f.Path] = &fstest.MapFile{Data: f.Data}
		changed = append(changed, f.Path)
	}
	b.reload(changed...)
	b.n++
	return fmt.Sprintf("%040d", b.n), nil
}

func (b *bench) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	return commit.OneByOne(ctx, b, changes)
}

func (b *bench) Versions(context.Context, []string, string) (map[string][]commit.Version, error) {
	return nil, nil
}

func (b *bench) reload(changed ...string) {
	b.loaded = b.loaded.Reload(maps.Clone(b.files), changed, nil)
}

// write is what staff do.
func (b *bench) write(name, text string) {
	b.files[name] = &fstest.MapFile{Data: []byte(text)}
	b.reload(name)
}

const hooksFile = `
- {name: alerts, kind: alertmanager, secret: {env: A}, service_label: service, visibility: public, states: {critical: major_outage}}
- {name: paid, kind: stripe, secret: {env: B}}
- {name: shop, kind: standard, secret: {env: C}, form: contact}
`

func newBench(t testing.TB) *bench {
	b := &bench{t: t, now: friday, files: fstest.MapFS{}}
	for name, text := range map[string]string{
		"site.yaml":     "name: {nl: Balie}\nbase_url: https://hulp.example\nlanguages: [nl, en]\ntime_zone: UTC\n",
		"services.yaml": "- {id: checkout, name: {nl: Afrekenen, en: Checkout}}\n- {id: search, name: {nl: Zoeken, en: Search}}\n",
		"hooks.yaml":    hooksFile,
		"policy/2026-01-01.yaml": `calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes:
  - {id: standard, name: {nl: Gewoon}}
  - {id: fast, name: {nl: Snel}, requires: payment, price: 5.00 EUR, pay_url: "https://pay.example/{number}"}
`,
		"forms/contact.yaml":                                           "title: {nl: Contact}\nlane: standard\nfields:\n  - {id: message, role: body, type: textarea, required: true, label: {nl: Bericht}}\n  - {id: email, role: email, type: email, required: true, label: {nl: Adres}}\n",
		"tickets/2026/11/19/2611191015/ticket.yaml":                    "form: contact\nlane: standard\nchannel: form\nsubject: Duur\nrequester: {email: a@b.example}\nfollow: abcdefghijklmnopqrstuvwxyz234567\n",
		"tickets/2026/11/19/2611191015/2026-11-19T090000Z-received.md": "---\n---\nHelp.\n",
	} {
		b.files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b.loaded = load.Load(maps.Clone(b.files), nil)
	var err error
	if b.store, err = store.Open(t.Context(), t.TempDir(), "intake"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.store.Close() })
	theme, err := themes.Of(fs.FS(fstest.MapFS{}))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	tree := func() *content.Tree { return b.loaded.Tree }
	now := func() time.Time { return b.now }
	filer := &filing.Filer{Tree: tree, Store: b.store, Committer: b, Now: now, Random: rand.NewChaCha8([32]byte{}), Instance: 1, Log: log}
	b.worker = &Worker{Tree: tree, Theme: func() *themes.Theme { return theme }, Filer: filer, Store: b.store, Now: now, Log: log}
	return b
}

// deliver hands in a body, works off what is due, and commits it.
func (b *bench) deliver(hook, id, body string) {
	b.t.Helper()
	err := b.store.Write(b.t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutDelivery(store.Delivery{Hook: hook, ID: id, Headers: map[string][]string{"Webhook-Id": {id}}, Body: []byte(body), Received: b.now})
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.workOff()
}

func (b *bench) workOff() {
	b.t.Helper()
	if _, err := b.worker.WorkOff(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	if err := b.worker.Filer.DrainOnce(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// aside are the reasons of what was put aside.
func (b *bench) aside() (reasons []string) {
	b.t.Helper()
	all, err := b.store.AsideDeliveries(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, d := range all {
		reasons = append(reasons, d.Reason)
	}
	return reasons
}

// kinds are the kinds of an incident's events, in order, notes apart.
func (b *bench) kinds(slug string) string {
	b.t.Helper()
	i := b.loaded.Tree.Incident("2026/" + slug)
	if i == nil {
		return ""
	}
	var kinds []string
	for _, e := range i.Events {
		if e.Kind != content.Note {
			kinds = append(kinds, string(e.Kind))
		}
	}
	return strings.Join(kinds, " ")
}

func (b *bench) incidents() (slugs []string) {
	for _, i := range b.loaded.Tree.Incidents {
		slugs = append(slugs, path.Base(i.Dir))
	}
	return slugs
}

// note is what Alertmanager posts of one alert: resolved at an instant, or firing since one.
func note(status, severity string, starts, ends time.Time, services ...string) string {
	var alerts []string
	for _, s := range services {
		alerts = append(alerts, fmt.Sprintf(`{"status":%q,"labels":{"service":%q,"severity":%q},"annotations":{"summary":"# **down**"},"startsAt":%q,"endsAt":%q,"fingerprint":%q}`,
			status, s, severity, starts.Format(time.RFC3339), ends.Format(time.RFC3339), s))
	}
	return fmt.Sprintf(`{"version":"4","groupKey":"g","status":%q,"alerts":[%s],"groupLabels":{},"commonLabels":{},"commonAnnotations":{}}`, status, strings.Join(alerts, ","))
}

func (b *bench) fire(at time.Time, severity string, services ...string) {
	b.t.Helper()
	body := note("firing", severity, at, time.Time{}, services...)
	b.deliver("alerts", hashed(body), body)
}

func (b *bench) resolve(started, ended time.Time) {
	b.t.Helper()
	body := note("resolved", "critical", started, ended, "checkout")
	b.deliver("alerts", hashed(body), body)
}

func hashed(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }

const slug = "1120-afrekenen"

func minutes(n int) time.Time { return friday.Add(time.Duration(n) * time.Minute) }

func TestAnIncidentIsOpenedChangedAndResolved(t *testing.T) {
	b := newBench(t)
	b.fire(minutes(0), "warning", "checkout")
	b.now = b.now.Add(time.Hour)
	b.fire(minutes(20), "critical", "checkout", "search")
	b.now = b.now.Add(time.Hour)
	b.fire(minutes(30), "critical", "checkout")
	i := b.loaded.Tree.Incident("2026/" + slug)
	if got := b.kinds(slug); got != "investigating update update" {
		t.Fatalf("it has %q, incidents %v, aside %v", got, b.incidents(), b.aside())
	}
	if p := i.At(b.now.Add(time.Minute)); fmt.Sprint(p.Services) != "[{checkout major_outage} {search operational}]" {
		t.Errorf("its services: %v", p.Services)
	}
	if i.Title["nl"] != "Afrekenen" || i.Title["en"] != "Checkout" || !i.Public() {
		t.Errorf("its title: %v, public: %t", i.Title, i.Public())
	}
	if body, lang := i.Events[0].In("en", "nl"); lang != "en" || !strings.Contains(body, "monitoring") {
		t.Errorf("in English: %q (%s)", body, lang)
	}
	var notes []string
	for _, e := range i.Events {
		if e.Kind == content.Note {
			notes = append(notes, e.Body)
		}
	}
	if len(notes) != 3 || !strings.Contains(notes[1], "search") || strings.Contains(notes[2], "search") {
		t.Errorf("notes for staff: %q", notes)
	}
	b.now = b.now.Add(time.Hour)
	b.resolve(minutes(30), minutes(50))
	if got := b.kinds(slug); got != "investigating update update resolved" {
		t.Errorf("it has %q", got)
	}
	if len(b.aside()) > 0 {
		t.Errorf("aside: %v", b.aside())
	}
}

func TestOrderIsThatOfTheMachinesTimes(t *testing.T) {
	b := newBench(t)
	b.resolve(minutes(0), minutes(5)) // without an incident
	b.fire(minutes(0), "critical", "checkout")
	if got := b.incidents(); len(got) != 0 {
		t.Fatalf("a late firing opened %v", got)
	}
	b.fire(minutes(6), "critical", "checkout")
	b.resolve(minutes(0), minutes(5)) // repeated, older
	if got := b.kinds(slug); got != "investigating" {
		t.Errorf("it has %q", got)
	}
}

func TestWhatBeginsAgain(t *testing.T) {
	b := newBench(t)
	b.fire(minutes(0), "critical", "checkout")
	b.now = minutes(20)
	b.resolve(minutes(0), minutes(20))
	b.now = minutes(50)
	b.fire(minutes(50), "critical", "checkout") // within thirty minutes
	if got := b.kinds(slug); got != "investigating resolved investigating" {
		t.Errorf("soon: %q", got)
	}
	b.now = minutes(60)
	b.resolve(minutes(50), minutes(60))
	b.now = minutes(91)
	b.fire(minutes(91), "critical", "checkout")
	if got := b.kinds(slug + "-2"); got != "investigating" || b.kinds(slug) != "investigating resolved investigating resolved" {
		t.Errorf("later: %q, %v", got, b.incidents())
	}
}

func TestFlapping(t *testing.T) {
	b := newBench(t)
	for i := range 4 {
		b.now = minutes(2 * i)
		b.fire(minutes(2*i), "critical", "checkout")
		b.now = minutes(2*i + 1)
		b.resolve(minutes(2*i), minutes(2*i+1))
	}
	if got := b.kinds(slug); got != "investigating resolved" {
		t.Fatalf("while it flaps: %q", got)
	}
	b.fire(minutes(8), "critical", "checkout")
	b.workOff()
	if got := b.kinds(slug); got != "investigating resolved" {
		t.Fatalf("at once: %q", got)
	}
	b.now = b.now.Add(10 * time.Second)
	b.workOff()
	if got := b.kinds(slug); got != "investigating resolved investigating" {
		t.Errorf("after ten seconds: %q", got)
	}
	if next, err := b.worker.WorkOff(t.Context()); err != nil || !next.IsZero() {
		t.Errorf("something waits until %v: %v", next, err)
	}
}

func TestStaffSaidThatItIsResolved(t *testing.T) {
	b := newBench(t)
	b.fire(minutes(0), "critical", "checkout")
	b.write("incidents/2026/"+slug+"/2026-11-20T1410-resolved-anna.md", "Klaar.\n")
	b.now = minutes(30)
	b.fire(minutes(20), "critical", "checkout", "search")
	b.fire(minutes(25), "critical", "checkout")
	if got := b.kinds(slug); got != "investigating resolved" || len(b.incidents()) != 1 {
		t.Fatalf("it has %q, %v", got, b.incidents())
	}
	b.resolve(minutes(0), minutes(40))
	b.now = minutes(50)
	b.fire(minutes(50), "critical", "checkout")
	if got := b.kinds(slug); got != "investigating resolved investigating" {
		t.Errorf("after the machine said so too: %q", got)
	}
}

// However 300 notifications come, with repetitions, the incident ends as the last of them says.
func TestAnyOrderOfNotifications(t *testing.T) {
	for seed := range uint64(5) {
		b := newBench(t)
		r := rand.New(rand.NewPCG(seed, 1))
		var all []string
		last := friday
		for i := range 150 {
			last = friday.Add(time.Duration(i) * time.Minute)
			services := []string{"checkout", "search"}[:1+r.IntN(2)]
			if i%3 == 2 && i < 149 {
				all = append(all, note("resolved", "critical", friday, last, services...))
				continue
			}
			all = append(all, note("firing", "critical", last, time.Time{}, services...))
		}
		final := all[149]
		if !strings.Contains(final, `"firing"`) {
			final = note("firing", "critical", last.Add(time.Minute), time.Time{}, "checkout")
			all = append(all, final)
		}
		all = append(all, all...)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, body := range all {
			b.now = b.now.Add(7 * time.Second)
			b.deliver("alerts", hashed(body), body)
		}
		b.now = b.now.Add(time.Minute)
		b.workOff()
		var open []string
		for _, i := range b.loaded.Tree.Incidents {
			if p := i.At(b.now); p.Open {
				open = append(open, fmt.Sprint(path.Base(i.Dir), p.Services))
			}
		}
		if len(open) != 1 || strings.Contains(final, "search") != strings.Contains(open[0], "search major_outage") || !strings.Contains(open[0], "checkout major_outage") {
			t.Errorf("seed %d: open are %v, and the last says %s", seed, open, final)
		}
		if reasons := b.aside(); len(reasons) > 0 {
			t.Errorf("aside: %v", reasons)
		}
	}
}

func TestWhatCannotBeUsedIsTriedAgain(t *testing.T) {
	b := newBench(t)
	b.fire(minutes(0), "critical", "payments")
	if got := fmt.Sprint(b.aside()); got != `[services.yaml has no service "payments"]` || len(b.incidents()) > 0 {
		t.Fatalf("aside: %s, incidents %v", got, b.incidents())
	}
	b.write("services.yaml", "- {id: payments, name: {nl: Betalen}}\n")
	all, err := b.store.AsideDeliveries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Write(t.Context(), func(tx *store.Tx) error { return tx.Hold(&all[0], time.Time{}) }); err != nil {
		t.Fatal(err)
	}
	b.workOff()
	if got := b.kinds("1120-betalen"); got != "investigating" || len(b.aside()) > 0 {
		t.Errorf("it has %q, aside %v", got, b.aside())
	}
}

func session(id, number, cents string) string {
	return fmt.Sprintf(`{"id":%q,"object":"event","type":"checkout.session.completed","created":1763640000,"data":{"object":{"id":"cs_1","payment_status":"paid","client_reference_id":%q,"amount_total":%s,"currency":"eur","payment_intent":"pi_1"}}}`, id, number, cents)
}

func (b *bench) ticketKinds(number string) string {
	var kinds []string
	for _, e := range b.loaded.Tree.Ticket(number).Events {
		kinds = append(kinds, string(e.Kind))
	}
	return strings.Join(kinds, " ")
}

func TestAPayment(t *testing.T) {
	const number = "2611191015"
	for name, test := range map[string]struct{ body, kinds, aside string }{
		"reaches the price": {session("evt_1", number, "500"), "received lane paid", "[]"},
		"too little":        {session("evt_1", number, "499"), "received paid", "[]"},
		"no ticket":         {session("evt_1", "2611191028", "500"), "received", "[there is no ticket 2611 1910 28]"},
	} {
		b := newBench(t)
		b.deliver("paid", "evt_1", test.body)
		b.deliver("paid", "evt_2", strings.Replace(test.body, "evt_1", "evt_2", 1))
		if got, aside := b.ticketKinds(number), b.aside(); got != test.kinds || !strings.HasPrefix(fmt.Sprint(aside), strings.TrimSuffix(test.aside, "]")) {
			t.Errorf("%s: %q, aside %v", name, got, aside)
		}
	}
}

func TestATicketByAProgram(t *testing.T) {
	b := newBench(t)
	b.deliver("shop", "msg_1", `{"type":"order.question","data":{"email":"kim@klant.example","message":"Waar blijft het?"}}`)
	b.deliver("shop", "msg_1", `{"type":"order.question","data":{"email":"kim@klant.example","message":"Waar blijft het?"}}`)
	b.deliver("shop", "msg_2", `{"type":"order.question","data":{"email":"kim"}}`)
	tickets := b.loaded.Tree.Tickets
	if len(tickets) != 2 || tickets[1].Requester.Email != "kim@klant.example" || tickets[1].Channel != "api" || tickets[1].Events[0].Body != "Waar blijft het?" {
		t.Errorf("tickets: %v", tickets)
	}
	if got := fmt.Sprint(b.aside()); got != "[it does not fit the form contact: email, message]" {
		t.Errorf("aside: %s", got)
	}
}

func TestEventsOfAnIncidentByAProgram(t *testing.T) {
	b := newBench(t)
	event := func(id, kind, at, text string) {
		b.now = b.now.Add(time.Minute)
		b.deliver("shop", id, fmt.Sprintf(`{"type":"incident.%s","timestamp":%q,"data":{"key":"k","services":{"checkout":"major_outage"},"title":"Winkel dicht","text":%q}}`, kind, at, text))
	}
	event("1", "investigating", "2026-11-20T14:00:00Z", "Wij *zoeken*.")
	event("2", "monitoring", "2026-11-20T14:10:00Z", "Het lijkt beter.")
	event("3", "identified", "2026-11-20T14:05:00Z", "Te laat verteld.")
	event("4", "resolved", "2026-11-20T14:20:00Z", "Klaar.")
	i := b.loaded.Tree.Incident("2026/1120-winkel-dicht")
	if got := b.kinds("1120-winkel-dicht"); got != "investigating monitoring resolved" || i.Events[0].Body != `Wij \*zoeken\*.` || i.Public() {
		t.Errorf("%q: %v", got, b.incidents())
	}
	if got := fmt.Sprint(b.aside()); got != "[it is older than what was said last]" {
		t.Errorf("aside: %s", got)
	}
}

// What a machine sends is text: it shows as it is, and makes nothing.
func FuzzEscapeMarkdown(f *testing.F) {
	for _, s := range []string{"a", "# h", "1. x", "- x", "**b**", "<b>", "www.evil.example", "http://evil.example", "a@evil.example", "`x`", "[a](b)", "x\n===", "> q", "a | b\n--|--", "&lt;", "~~x~~", "\\*", "    code", "a  \nb", "1) x", "+ x"} {
		f.Add(s)
	}
	md := markdown.New()
	f.Fuzz(func(t *testing.T, s string) {
		html := md.HTML(EscapeMarkdown(s), markdown.Options{})
		for _, tag := range []string{"<h", "<li", "<a", "<em", "<strong", "<code", "<pre", "<blockquote", "<table", "<del", "<img", "<hr", "<script"} {
			if strings.Contains(string(html), tag) {
				t.Fatalf("%q became %q", s, html)
			}
		}
	})
}

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/ingest/store"
	"balie/ingest/store/pgtest"
	"balie/ingest/webhook"
	"balie/themes"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var friday = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)

const outage = "incidents/2026/1120-payments"

// bench is a desk in memory, and endpoints of programs at https://example.com/.
type bench struct {
	t        testing.TB
	files    fstest.MapFS
	loaded   *load.Loaded
	notifier *Notifier
	server   *httptest.Server
	dir      string // of the store
	now      time.Time

	mu    sync.Mutex
	calls []called
	// answer is what an endpoint says to a message; the default takes all, and echoes challenges.
	answer func(w http.ResponseWriter, c called)
}

// called is a call as it arrived.
type called struct {
	Path   string
	Header http.Header
	Body   []byte
	Said   struct {
		Type      string
		Timestamp time.Time
		Data      struct {
			Challenge, Follows, Key, Title, Text, Language, Status, Impact, Workaround, URL string
			NextUpdate                                                                      string `json:"next_update"`
			Services                                                                        map[string]string
			Planned                                                                         map[string]string
		}
	}
}

func newBench(t testing.TB) *bench {
	b := &bench{t: t, now: friday, files: fstest.MapFS{}, dir: t.TempDir(), answer: takes}
	b.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := called{Path: r.URL.Path, Header: r.Header}
		c.Body, _ = io.ReadAll(r.Body)
		if err := json.Unmarshal(c.Body, &c.Said); err != nil {
			t.Errorf("%v in %s", err, c.Body)
		}
		b.mu.Lock()
		b.calls = append(b.calls, c)
		answer := b.answer
		b.mu.Unlock()
		answer(w, c)
	}))
	t.Cleanup(b.server.Close)
	for name, text := range map[string]string{
		"site.yaml":               "name: {nl: Balie Breed, fr: Guichet Large}\nbase_url: https://hulp.example\nlanguages: [nl, fr]\ntime_zone: Europe/Brussels\nfollow: {hooks: true}\n",
		"services.yaml":           "- {id: checkout, name: {nl: Afrekenen, fr: Paiement}}\n- {id: search, name: {nl: Zoeken, fr: Recherche}}\n",
		outage + "/incident.yaml": "title: {nl: Betalen lukt niet, fr: Paiement impossible}\nservices: {checkout: major_outage}\nvisibility: public\n",
	} {
		b.files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	b.loaded = load.Load(maps.Clone(b.files), nil)
	b.start()
	return b
}

// takes answers as a program should.
func takes(w http.ResponseWriter, c called) {
	if c.Said.Type == "endpoint.verify" {
		json.NewEncoder(w).Encode(map[string]string{"challenge": c.Said.Data.Challenge})
	}
}

func status(code int) func(http.ResponseWriter, called) {
	return func(w http.ResponseWriter, _ called) { w.WriteHeader(code) }
}

// start starts a notifier on the bench's store, as after a restart.
func (b *bench) start() {
	b.t.Helper()
	if b.notifier != nil {
		b.notifier.Store.Close()
	}
	s, err := store.Open(b.t.Context(), b.dir, "intake")
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { s.Close() })
	theme, err := themes.Of(fstest.MapFS{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.notifier = &Notifier{
		Tree: func() *content.Tree { return b.loaded.Tree }, Theme: func() *themes.Theme { return theme }, Store: s,
		Now: func() time.Time { return b.now }, Log: slog.New(slog.DiscardHandler),
		PlainText: func(markdown, _ string) string { return strings.ReplaceAll(markdown, "*", "") },
		Roots:     b.server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != "example.com:443" {
				b.t.Errorf("dialled %s", address)
			}
			return new(net.Dialer).DialContext(ctx, network, b.server.Listener.Addr().String())
		},
	}
}

func (b *bench) write(name, text string) {
	b.files[name] = &fstest.MapFile{Data: []byte(text)}
	b.loaded = b.loaded.Reload(maps.Clone(b.files), []string{name}, nil)
}

// update commits a public update of the outage, now, and returns its name.
func (b *bench) update(kind, front string) string {
	name := outage + "/" + b.now.Format("2006-01-02T150405Z") + "-" + kind + "-anna"
	b.write(name+".md", front+"Wij *kijken*.\n")
	return name
}

// run notes and sends all that is due, and returns what arrived: type and path.
func (b *bench) run() (arrived []string) {
	b.t.Helper()
	b.mu.Lock()
	b.calls = nil
	b.mu.Unlock()
	if err := b.notifier.Note(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.notifier.SendDue(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.calls {
		arrived = append(arrived, c.Said.Type+" "+c.Path)
	}
	return arrived
}

func (b *bench) same(when string, got []string, want ...string) {
	b.t.Helper()
	if !slices.Equal(got, want) {
		b.t.Errorf("%s arrived %q, want %q", when, got, want)
	}
}

func (b *bench) ask(path string, what content.Follows, lang string) store.Follower {
	b.t.Helper()
	f, err := b.notifier.Ask(b.t.Context(), "https://example.com"+path, what, lang)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// follow asks, and lets the endpoint prove that it wants it.
func (b *bench) follow(path string, what content.Follows, lang string) store.Follower {
	b.t.Helper()
	f := b.ask(path, what, lang)
	b.now = b.now.Add(verifyAfter)
	b.run()
	if f = b.there(f); f.Confirmed.IsZero() {
		b.t.Fatalf("%s is not verified", path)
	}
	b.now = b.now.Add(time.Minute)
	return f
}

// there is what the store has of a follower.
func (b *bench) there(f store.Follower) store.Follower {
	b.t.Helper()
	f, err := b.notifier.Store.Follower(b.t.Context(), f.Token)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// A program that answered the challenge gets each new public update once, signed, in its language,
// also over a restart.
func TestAProgramFollows(t *testing.T) {
	b := newBench(t)
	b.update("investigating", "")
	b.now = b.now.Add(time.Minute)
	f := b.ask("/hook?key=1", content.FollowsAll, "fr")
	b.same("before the secret can be kept", b.run())
	b.now = b.now.Add(verifyAfter)
	b.same("at first", b.run(), "endpoint.verify /hook")
	b.same("verified, of what was before", b.run())
	b.now = b.now.Add(time.Minute)
	b.update("identified", "---\nservices: {checkout: partial_outage}\nworkaround: {nl: Betaal later, fr: Payez plus tard}\nnext_update: 2026-11-20T16:30\n---\n")
	b.write("maintenance/2026/1121-db/maintenance.yaml", "title: {nl: Onderhoud, fr: Entretien}\nservices: [search]\nplanned: {start: 2026-11-21T22:00, end: 2026-11-21T23:00}\n")
	b.write("maintenance/2026/1121-db/"+b.now.Format("2006-01-02T150405Z")+"-scheduled-anna.md", "")
	b.write(outage+"/"+b.now.Format("2006-01-02T150405Z")+"-note-anna.md", "SECRET\n")
	b.same("of two cases", b.run(), "incident.identified /hook", "maintenance.scheduled /hook")
	c := b.calls[0]
	secret := Secret(f)
	if _, err := webhook.Verify(&content.Hook{Kind: content.StandardHook}, []string{secret}, webhook.Request{Header: c.Header, Body: c.Body}, b.now); err != nil {
		t.Errorf("its signature: %v", err)
	}
	if _, err := webhook.Parse(&content.Hook{Kind: content.StandardHook}, webhook.Request{Header: c.Header, Body: c.Body}); err != nil {
		t.Errorf("another balie's hook: %v", err)
	}
	const want = `{"type":"incident.identified","timestamp":"2026-11-20T14:02:02Z","data":{"key":"incidents/2026/1120-payments","title":"Paiement impossible","text":"Wij kijken.","language":"nl","status":"identified","impact":"critical","services":{"checkout":"partial_outage"},"workaround":"Payez plus tard","next_update":"2026-11-20T15:30:00Z","url":"https://hulp.example/fr/incidents/2026/1120-payments/"}}`
	if string(c.Body) != want {
		t.Errorf("got  %s\nwant %s", c.Body, want)
	}
	if m := b.calls[1].Said; m.Data.Status != "scheduled" || m.Data.Planned["start"] != "2026-11-21T21:00:00Z" || m.Data.Key != "maintenance/2026/1121-db" || m.Data.Services["search"] == "" {
		t.Errorf("maintenance: %s", b.calls[1].Body)
	}
	b.start()
	b.same("after a restart", b.run())
	b.now = b.now.Add(8 * 24 * time.Hour)
	b.write(outage+"/2026-11-20T200000Z-update-anna.md", "Laat.\n")
	b.same("of eight days ago", b.run())
}

// What an endpoint does not take is tried again under the same id, and after it what waited behind
// it; one that takes nothing for three days is given up.
func TestTryingAgain(t *testing.T) {
	b := newBench(t)
	f := b.follow("/hook", content.FollowsAll, "nl")
	other := b.follow("/other", "services/search", "nl")
	b.answer = status(http.StatusServiceUnavailable)
	b.update("investigating", "")
	b.same("the first try", b.run(), "incident.investigating /hook")
	id, first := b.calls[0].Header.Get("Webhook-Id"), b.calls[0].Header.Get("Webhook-Timestamp")
	b.now = b.now.Add(2 * time.Second)
	b.update("identified", "")
	b.same("too early, and behind the other", b.run())
	b.start()
	b.now = b.now.Add(3 * time.Second)
	b.same("after five seconds", b.run(), "incident.investigating /hook")
	b.answer = takes
	b.now = b.now.Add(5 * time.Minute)
	b.same("taken, in order", b.run(), "incident.investigating /hook", "incident.identified /hook")
	if c := b.calls[0]; c.Header.Get("Webhook-Id") != id || c.Header.Get("Webhook-Timestamp") == first || b.calls[1].Header.Get("Webhook-Id") == id {
		t.Errorf("ids %s, then %v", id, b.calls)
	}
	b.same("again", b.run())

	b.answer = func(w http.ResponseWriter, _ called) {
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	b.update("monitoring", "")
	b.run()
	b.now = b.now.Add(10*time.Minute - time.Second)
	b.same("before it wants to be called again", b.run())
	b.answer = status(http.StatusInternalServerError)
	b.now = b.now.Add(time.Second)
	b.same("when it wants to be called again", b.run(), "incident.monitoring /hook")
	for range pauses[1:] {
		b.now = b.now.Add(24 * time.Hour)
		b.same("day after day", b.run(), "incident.monitoring /hook")
	}
	b.update("update", "")
	b.now = b.now.Add(24 * time.Hour)
	b.same("given up", b.run())
	givenUp, err := b.notifier.Store.GivenUp(t.Context())
	if err != nil || !givenUp[f.Seq] || givenUp[other.Seq] {
		t.Errorf("given up: %v, %v", givenUp, err)
	}
	page := httptest.NewRecorder()
	b.notifier.Page().ServeHTTP(page, httptest.NewRequest("GET", "/hooks/", nil))
	if text := page.Body.String(); page.Code != http.StatusOK || !strings.Contains(text, "opgegeven") || !strings.Contains(text, "example.com/hook") || !strings.Contains(text, "it answered 500") {
		t.Errorf("staff see\n%s", text)
	}
	b.answer = takes
	b.follow("/hook", content.FollowsAll, "nl") // who was given up may ask anew
	b.update("resolved", "")
	b.same("anew", b.run(), "incident.resolved /hook")
	b.now = b.now.Add(store.KeptCall + time.Hour)
	b.run()
	if calls, err := b.notifier.Store.LastCalls(t.Context(), 0, 10); err != nil || len(calls) != 0 {
		t.Errorf("after 30 days: %v, %v", calls, err)
	}
}

// Nothing but the challenge proves that an endpoint wants what comes.
func TestVerifying(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, called){
		"nothing":   status(http.StatusOK),
		"an echo":   func(w http.ResponseWriter, c called) { w.Write(c.Body) },
		"a mistake": func(w http.ResponseWriter, c called) { io.WriteString(w, `{"challenge":"`+c.Said.Data.Challenge+`x"}`) },
		"refused":   func(w http.ResponseWriter, c called) { w.WriteHeader(500); takes(w, c) },
		"endless": func(w http.ResponseWriter, _ called) {
			for err := error(nil); err == nil; {
				_, err = w.Write(make([]byte, maxAnswer))
			}
		},
		"elsewhere": func(w http.ResponseWriter, c called) {
			http.Redirect(w, &http.Request{}, "https://example.com/taken", http.StatusTemporaryRedirect)
		},
	} {
		b := newBench(t)
		b.answer = func(w http.ResponseWriter, c called) {
			if c.Path == "/taken" {
				t.Errorf("%s: a redirect was followed", name)
			}
			answer(w, c)
		}
		f := b.ask("/hook", content.FollowsAll, "nl")
		b.now = b.now.Add(verifyAfter)
		for range len(verifyPauses) + 1 {
			b.same(name, b.run(), "endpoint.verify /hook")
			if there := b.there(f); !there.Confirmed.IsZero() {
				t.Errorf("%s proves it", name)
			}
			b.now = b.now.Add(25 * time.Minute)
		}
		if there := b.there(f); there.Seq != 0 {
			t.Errorf("%s: it is not forgotten", name)
		}
	}
	b := newBench(t)
	b.answer = func(w http.ResponseWriter, c called) { io.WriteString(w, c.Said.Data.Challenge+"\n") }
	b.follow("/plain", content.FollowsAll, "nl")
	if _, err := b.notifier.Ask(t.Context(), "https://EXAMPLE.com/plain", content.FollowsAll, "nl"); !errors.Is(err, ErrKnown) {
		t.Errorf("twice: %v", err)
	}
	first := b.ask("/again", content.FollowsAll, "nl")
	second := b.ask("/again", content.FollowsAll, "nl")
	if slices.Equal(first.Secret, second.Secret) || b.there(first).Seq != 0 {
		t.Error("who asks again before the proof has the same secret")
	}
	b.answer = status(http.StatusGone)
	b.now = b.now.Add(verifyAfter)
	b.run()
	if b.there(second).Seq != 0 {
		t.Error("410 does not end it")
	}
}

// An endpoint that does not answer holds up no other, and 410 forgets a follower with all its
// calls.
func TestASlowEndpoint(t *testing.T) {
	b := newBench(t)
	slow, ended := b.follow("/slow", content.FollowsAll, "nl"), b.follow("/ended", content.FollowsAll, "nl")
	for _, path := range []string{"/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"} {
		b.follow(path, content.FollowsAll, "nl")
	}
	var others sync.WaitGroup
	others.Add(18)
	b.answer = func(w http.ResponseWriter, c called) {
		switch c.Path {
		case "/slow":
			others.Wait()
		case "/ended":
			w.WriteHeader(http.StatusGone)
		default:
			others.Done()
		}
	}
	b.update("investigating", "")
	b.now = b.now.Add(time.Second)
	b.update("identified", "")
	if got := b.run(); len(got) != 2*9+2+1 {
		t.Errorf("arrived %q", got)
	}
	if b.there(slow).Seq == 0 || b.there(ended).Seq != 0 {
		t.Error("the slow one is forgotten, or the one that is gone is not")
	}
}

// Of intakes that share a store one sends; where that ends, another goes on.
func TestOneOfTwoSends(t *testing.T) {
	b := newBench(t)
	address := pgtest.Shared(t).Database(t)
	open := func() *store.Store {
		s, err := store.OpenPostgres(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	b.notifier.Store.Close()
	b.notifier.Store = open()
	b.follow("/hook", content.FollowsAll, "nl")
	first, second := b.notifier, &Notifier{Tree: b.notifier.Tree, Store: open(), Now: b.notifier.Now, Log: b.notifier.Log, PlainText: b.notifier.PlainText, Roots: b.notifier.Roots, Dial: b.notifier.Dial}
	b.update("investigating", "")
	b.notifier = second
	b.same("at the one that does not lead", b.run())
	b.notifier = first
	b.same("at the one that leads", b.run(), "incident.investigating /hook")
	b.now = b.now.Add(time.Second)
	b.update("identified", "")
	first.Store.Close()
	b.notifier = second
	b.same("after it has ended", b.run(), "incident.identified /hook")
}

// What the public may not know any more when it is sent is not sent; nothing is where programs may
// not follow.
func TestNothingToTell(t *testing.T) {
	b := newBench(t)
	b.follow("/hook", content.FollowsAll, "nl")
	b.answer = status(http.StatusServiceUnavailable)
	b.update("investigating", "")
	b.run()
	b.answer = takes
	b.now = b.now.Add(time.Minute)
	title := "title: {nl: Betalen lukt niet}\nservices: {checkout: major_outage}\nvisibility: "
	b.write(outage+"/incident.yaml", title+"staff\n")
	b.same("of what is for staff alone", b.run())
	b.write(outage+"/incident.yaml", title+"public\n")
	b.same("made public again", b.run())
	b.update("identified", "")
	site := string(b.files["site.yaml"].Data)
	b.write("site.yaml", strings.Replace(site, "hooks: true", "hooks: false", 1))
	b.same("where no program may follow", b.run())
	b.write("site.yaml", site)
	b.same("where they may again", b.run(), "incident.identified /hook")
}

// There are no more followers than may be, at one host.
func TestTooMany(t *testing.T) {
	b := newBench(t)
	for i := range maxPerHost {
		b.ask("/"+strings.Repeat("x", i), content.FollowsAll, "nl")
	}
	if _, err := b.notifier.Ask(t.Context(), "https://example.com/more", content.FollowsAll, "nl"); !errors.Is(err, ErrTooMany) {
		t.Errorf("one more: %v", err)
	}
	if _, err := b.notifier.Ask(t.Context(), "https://www.example.com/", content.FollowsAll, "nl"); err != nil {
		t.Errorf("another host: %v", err)
	}
}

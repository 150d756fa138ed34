package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/store"
	"balie/themes"
)

// smallDesk is a content repository.
var smallDesk = map[string]string{
	"site.yaml":     "name: {nl: Balie, en: Desk}\nbase_url: https://hulp.example\nlanguages: [nl, en]\ntime_zone: Europe/Brussels\n",
	"services.yaml": "- {id: checkout, name: {nl: Afrekenen, en: Checkout}}\n",
	"people.yaml":   "anna: {name: Anna Peeters, public_name: Anna}\n",
	"policy/2026-01-01.yaml": `calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes:
  - {id: standard, name: {nl: Gewoon, en: Standard}}
promises:
  - {id: first-answer, clock: first_response, target: {within: 4h}, strength: promise}
  - {id: fixed, clock: resolution, target: {working_days: 5}, strength: aim}
`,
	"forms/contact.yaml": `title: {nl: Stel uw vraag, en: Ask us}
lane: standard
steps: [known_incidents]
fields:
  - {id: subject, role: subject, type: text, required: true, max_length: 120, label: {nl: Onderwerp, en: Subject}}
  - {id: message, role: body, type: textarea, required: true, label: {nl: Bericht, en: Message}}
  - {id: name, role: name, type: text, label: {nl: Naam, en: Name}}
  - {id: email, role: email, type: email, required: true, label: {nl: Adres, en: Address}}
  - {id: site_id, role: organisation, type: text, pattern: "[0-9]{4}", label: {nl: Site, en: Site}}
  - {id: product, type: choice, label: {nl: Product, en: Product}, choices: [{id: album, label: {nl: Album, en: Album}}]}
  - {id: files, type: file, max_files: 2, max_size: 100kB, types: [image/png], label: {nl: Bestanden, en: Files}}
`,
	"incidents/2026/1118-payments/incident.yaml":                    "title: {nl: Betalen lukt niet, en: Payments fail}\nservices: {checkout: major_outage}\n",
	"incidents/2026/1118-payments/2026-11-18T0900-investigating.md": "Wij zoeken het uit.\n",
	"incidents/2026/1117-old/incident.yaml":                         "title: {nl: Oud, en: Old}\nservices: {checkout: major_outage}\n",
	"incidents/2026/1117-old/2026-11-17T0900-investigating.md":      "Wij zoeken het uit.\n",
	"incidents/2026/1117-old/2026-11-17T1000-resolved.md":           "Opgelost.\n",
	"incidents/2026/1116-secret/incident.yaml":                      "title: {nl: Geheim, en: Secret}\nservices: {checkout: major_outage}\nvisibility: staff\n",
	"incidents/2026/1116-secret/2026-11-16T0900-investigating.md":   "Stil.\n",
}

// memory is a content repository in memory, and its own committer.
type memory struct {
	t       testing.TB
	mu      sync.Mutex
	files   fstest.MapFS
	loaded  *load.Loaded
	changes []commit.Change
	stale   bool  // the tree stays behind
	fail    error // nothing can be committed
}

func newMemory(t testing.TB, more map[string]string) *memory {
	m := &memory{t: t, files: fstest.MapFS{}}
	all := maps.Clone(smallDesk)
	maps.Copy(all, more)
	for name, text := range all {
		m.files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	m.loaded = load.Load(m.snapshot(), nil)
	return m
}

func (m *memory) snapshot() fstest.MapFS { return maps.Clone(m.files) }

func (m *memory) Commit(_ context.Context, c commit.Change) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return "", m.fail
	}
	for _, f := range c.Files {
		if m.files[f.Path] != nil {
			return "", commit.ErrTaken
		}
	}
	var changed []string
	for _, f := range c.Files {
		m.files[f.Path] = &fstest.MapFile{Data: f.Data}
		changed = append(changed, f.Path)
	}
	m.changes = append(m.changes, c)
	if !m.stale {
		m.loaded = m.loaded.Reload(m.snapshot(), changed, nil)
	}
	return fmt.Sprint(len(m.changes)), nil
}

func (m *memory) Versions(_ context.Context, paths []string, _ string) (map[string][]commit.Version, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[string][]commit.Version{}
	for _, path := range paths {
		if f := m.files[path]; f != nil {
			all[path] = []commit.Version{{Revision: "before", Data: f.Data}}
		}
	}
	return all, nil
}

// write adds or replaces a file as staff would, and reads the tree again.
func (m *memory) write(path, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[path] = &fstest.MapFile{Data: []byte(text)}
	m.loaded = m.loaded.Reload(m.snapshot(), []string{path}, nil)
}

func (m *memory) reload() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loaded = load.Load(m.snapshot(), nil)
}

func (m *memory) Tree() *content.Tree {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.loaded.Tree
}

func (m *memory) Files() fs.FS {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.snapshot()
}

// added is the files of the last change, by their name within the ticket.
func (m *memory) added() map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	files := map[string]string{}
	if len(m.changes) == 0 {
		return files
	}
	for _, f := range m.changes[len(m.changes)-1].Files {
		parts := strings.SplitN(f.Path, "/", 6)
		files[parts[len(parts)-1]] = string(f.Data)
	}
	return files
}

// intake is a handler over a memory at a fixed time, and what it logs.
type intake struct {
	*Handler
	*memory
	now time.Time
	log *bytes.Buffer

	draining sync.Mutex // one drains at a time
}

// friday is the afternoon on which the tests take place: in Brussels it is 15:05.
var friday = time.Date(2026, 11, 20, 14, 5, 9, 500, time.UTC)

var theme = sync.OnceValue(func() *themes.Theme {
	t, err := themes.Default()
	if err != nil {
		panic(err)
	}
	return t
})

func newIntake(t *testing.T, more map[string]string, change ...func(*Config)) *intake {
	t.Helper()
	in := &intake{memory: newMemory(t, more), now: friday, log: &bytes.Buffer{}}
	c := Config{
		Tree: in.Tree, Files: in.Files, Theme: theme, Store: openStore(t), Committer: in.memory,
		Now: func() time.Time { return in.now }, Random: rand.NewChaCha8([32]byte{1}), Log: slog.New(slog.NewTextHandler(in.log, nil)),
	}
	for _, f := range change {
		f(&c)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	in.Handler = h
	return in
}

func openStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), t.TempDir(), "intake")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// breakStore lets the store keep nothing, until mend.
func (in *intake) breakStore() (mend func()) {
	good := in.filer.Store
	broken := openStore(in.t)
	broken.Close()
	in.filer.Store = broken
	return func() { in.filer.Store = good }
}

// settle drains the store, and tells it what the tree has.
func (in *intake) settle() {
	in.DrainOnce(context.Background()) // a test that lets commits fail knows it
	if !in.stale {
		in.caughtUp()
	}
}

// caughtUp tells the intake that the reading has every commit.
func (in *intake) caughtUp() {
	if err := in.Settle(context.Background(), func(string) (bool, error) { return true, nil }); err != nil && !strings.Contains(err.Error(), "is closed") {
		in.t.Error(err)
	}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

func (in *intake) do(r *http.Request) answer {
	w := httptest.NewRecorder()
	in.Handler.ServeHTTP(w, r)
	in.draining.Lock()
	in.settle()
	in.draining.Unlock()
	body, _ := io.ReadAll(w.Result().Body)
	return answer{w.Result(), string(body)}
}

// proxy is where the tests' requests come from: without a nonce no two of them are known to be one
// sender's.
const proxy = "127.0.0.1:4000"

const browser = "text/html,application/xhtml+xml,*/*;q=0.8"

func (in *intake) get(path string) answer {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", browser)
	return in.do(r)
}

// post sends a form as a browser does.
func (in *intake) post(path string, pairs ...string) answer {
	return in.do(browserPost(path, pairs...))
}

func browserPost(path string, pairs ...string) *http.Request {
	r := httptest.NewRequest("POST", path, strings.NewReader(encode(pairs...)))
	r.RemoteAddr = proxy
	r.Header.Set("Accept", browser)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func encode(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		parts = append(parts, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	return strings.Join(parts, "&")
}

// postJSON sends what a program does; header is names and values in turn.
func (in *intake) postJSON(path, body string, header ...string) answer {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.RemoteAddr = proxy
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return in.do(r)
}

const question = `{"subject":"Betalen lukt niet","message":"Na het kiezen van mijn bank\r\nkom ik terug.","name":"Jo","email":"jo@klant.example","site_id":"0042","product":"album"}`

// file is one file of a multipart body.
type file struct{ field, name, body string }

func multi(path string, files []file, pairs ...string) *http.Request {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w.WriteField(pairs[i], pairs[i+1])
	}
	for _, f := range files {
		part, _ := w.CreateFormFile(f.field, f.name)
		part.Write([]byte(f.body))
	}
	w.Close()
	r := httptest.NewRequest("POST", path, &b)
	r.RemoteAddr = proxy
	r.Header.Set("Accept", browser)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"

func decode[T any](t *testing.T, a answer) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("answer %d is no JSON: %v\n%s", a.StatusCode, err, a.body)
	}
	return v
}

// hand hands in a ticket, and returns its number and the path of its follow page.
func (in *intake) hand(t *testing.T) (number, follow string) {
	t.Helper()
	a := decode[acceptedTicket](t, in.postJSON("/forms/contact", question))
	if a.Number == "" {
		t.Fatal("no ticket")
	}
	return a.Number, strings.TrimPrefix(a.Follow, "https://hulp.example")
}

// sound fails the test where what was committed is no sound content.
func (in *intake) sound(t *testing.T) {
	t.Helper()
	in.reload()
	for _, p := range check.Check(in.loaded, in.now.Add(time.Minute)) {
		if p.Severity == content.Error {
			t.Errorf("what was committed is not sound: %s", p)
		}
	}
}

func (m *memory) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	return commit.OneByOne(ctx, m, changes)
}

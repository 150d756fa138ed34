package ingest

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/themes/view"
)

func TestHandInByProgram(t *testing.T) {
	in := newIntake(t, nil)
	a := in.postJSON("/forms/contact", question, "Accept-Language", "en-GB, nl;q=0.5")
	if a.StatusCode != http.StatusCreated || a.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("answer %d %s\n%s", a.StatusCode, a.Header, a.body)
	}
	got := decode[acceptedTicket](t, a)
	token := strings.TrimSuffix(strings.TrimPrefix(got.Follow, "https://hulp.example/t/"), "/")
	if !regexp.MustCompile(`^[a-z2-7]{32}$`).MatchString(token) || a.Header.Get("Location") != got.Follow {
		t.Errorf("follow %q, location %q", got.Follow, a.Header.Get("Location"))
	}
	number := content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 20}, 1, 1)
	want := fmt.Sprintf(`{"number":"%s","follow":"%s","received":"2026-11-20T14:05:09Z","promises":[`+
		`{"promise":"first-answer","clock":"first_response","strength":"promise","due":"2026-11-23T10:05:09Z"},`+
		`{"promise":"fixed","clock":"resolution","strength":"aim","due":"2026-11-27T16:00:00Z"}]}`+"\n", number, got.Follow)
	if a.body != want {
		t.Errorf("answer\n%s\nwant\n%s", a.body, want)
	}

	files := in.added()
	record := `form: contact
lane: standard
channel: api
language: en
subject: Betalen lukt niet
requester:
  name: Jo
  email: jo@klant.example
organisation: "0042"
fields:
  product: album
follow: ` + token + "\n"
	if files["ticket.yaml"] != record {
		t.Errorf("ticket.yaml\n%s\nwant\n%s", files["ticket.yaml"], record)
	}
	event := files["2026-11-20T140509Z-received.md"]
	if !regexp.MustCompile(`(?s)^---\nid: \S+\n---\nNa het kiezen van mijn bank\nkom ik terug\.\n$`).MatchString(event) || len(files) != 2 {
		t.Errorf("files %v", files)
	}
	if m := in.changes[0].Message; m != "ticket "+number+": received" {
		t.Errorf("message %q", m)
	}
	in.sound(t)
}

func TestHandInByBrowser(t *testing.T) {
	in := newIntake(t, nil)
	a := in.post("/en/forms/contact", "language", "en", "subject", "It <b>fails</b>", "message", "Help\n\nSoon", "email", "jo@klant.example", "website", "")
	if a.StatusCode != http.StatusSeeOther || a.body != "" {
		t.Fatalf("answer %d\n%s", a.StatusCode, a.body)
	}
	page := in.get(a.Header.Get("Location"))
	for _, want := range []string{`<html lang="en"`, "It &lt;b&gt;fails&lt;/b&gt;", "Help", "2611 20", "/style."} {
		if page.StatusCode != http.StatusOK || !strings.Contains(page.body, want) {
			t.Errorf("the follow page (%d) lacks %q\n%s", page.StatusCode, want, page.body)
		}
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8"} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("Content-Security-Policy: %s", csp)
	}
	if !strings.Contains(in.added()["ticket.yaml"], "channel: form\nlanguage: en\n") {
		t.Errorf("ticket.yaml\n%s", in.added()["ticket.yaml"])
	}
	sheet := regexp.MustCompile(`/assets/style\.[0-9a-f]+\.css`).FindString(page.body)
	if css := in.get(sheet); css.StatusCode != http.StatusOK || css.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%s: %d %s", sheet, css.StatusCode, css.Header)
	}
}

func TestMistakesComeBackAsTyped(t *testing.T) {
	in := newIntake(t, nil)
	r := multi("/forms/contact", []file{{"files", "shot.png", png}}, "language", "en", "subject", "", "message", "</textarea><script>alert(1)</script>", "email", "jo", "incident", "2026/1118-payments")
	a := in.do(r)
	if a.StatusCode != http.StatusUnprocessableEntity || len(in.changes) > 0 {
		t.Fatalf("answer %d\n%s", a.StatusCode, a.body)
	}
	for _, want := range []string{`<html lang="en"`, "&lt;/textarea&gt;&lt;script&gt;alert(1)", `value="jo"`, `name="incident" value="2026/1118-payments"`, "Payments fail", `action="/en/forms/contact"`, `enctype="multipart/form-data"`, `href="#f-subject"`, `href="#f-email"`, `href="#f-files"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	if hasForeignScript(a.body) || strings.Contains(a.body, "%!") {
		t.Errorf("the form has what was typed as markup\n%s", a.body)
	}
}

func TestMistakesForPrograms(t *testing.T) {
	in := newIntake(t, nil)
	a := in.postJSON("/forms/contact", `{"subject":5,"message":"x","email":"jo","lane":"emergency"}`)
	if a.StatusCode != http.StatusUnprocessableEntity || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("answer %d %s", a.StatusCode, a.Header)
	}
	p := decode[problem](t, a)
	var fields []string
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
		if e.Detail == "" {
			t.Errorf("no words for the mistake of %s", e.Field)
		}
	}
	if !slices.Equal(fields, []string{"subject", "email", "lane"}) || p.Status != 422 || p.Type != "about:blank" || p.Title == "" || p.Detail == "" {
		t.Errorf("problem %+v", p)
	}
}

func TestRefusals(t *testing.T) {
	urlencoded := "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, method, path, kind, body string
		status                         int
		allow                          string
	}{
		{"no such form", "POST", "/forms/nothing", urlencoded, "a=1", 404, ""},
		{"a path for a form", "POST", "/forms/..%2fsite", urlencoded, "a=1", 404, ""},
		{"the source language has no prefix", "GET", "/nl/forms/contact", "", "", 404, ""},
		{"no such language", "GET", "/xx/forms/contact", "", "", 404, ""},
		{"nothing there", "GET", "/wp-login.php", "", "", 404, ""},
		{"another method on a form", "PUT", "/forms/contact", urlencoded, "a=1", 405, "GET, HEAD, POST"},
		{"another method on nothing", "POST", "/", urlencoded, "a=1", 405, "GET, HEAD"},
		{"no such token", "GET", "/t/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/", "", "", 404, ""},
		{"a message to no such token", "POST", "/t/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", urlencoded, "message=x", 404, ""},
		{"text", "POST", "/forms/contact", "text/plain", "hello", 415, ""},
		{"no type", "POST", "/forms/contact", "", "subject=1", 415, ""},
		{"yaml", "POST", "/forms/contact", "application/yaml", "subject: 1", 415, ""},
		{"no boundary", "POST", "/forms/contact", "multipart/form-data", "x", 400, ""},
		{"not the boundary that it says", "POST", "/forms/contact", "multipart/form-data; boundary=x", "--y--", 400, ""},
		{"broken json", "POST", "/forms/contact", "application/json", `{"subject":`, 400, ""},
		{"a json list", "POST", "/forms/contact", "application/json", `[{"subject":"x"}]`, 400, ""},
		{"ten megabytes of text", "POST", "/forms/contact", urlencoded, "message=" + strings.Repeat("a", 10<<20), 413, ""},
		{"ten megabytes of json", "POST", "/forms/contact", "application/json", `{"message":"` + strings.Repeat("a", 10<<20) + `"}`, 413, ""},
		{"a thousand fields", "POST", "/forms/contact", urlencoded, strings.Repeat("a=1&", 1000), 413, ""},
	} {
		for _, accept := range []string{browser, "*/*"} {
			t.Run(tt.name+" "+accept, func(t *testing.T) {
				in := newIntake(t, nil)
				r := httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body))
				r.Header.Set("Accept", accept)
				if tt.kind != "" {
					r.Header.Set("Content-Type", tt.kind)
				}
				a := in.do(r)
				if a.StatusCode != tt.status || a.Header.Get("Allow") != tt.allow || len(in.changes) > 0 {
					t.Fatalf("answer %d, allow %q, %d commits", a.StatusCode, a.Header.Get("Allow"), len(in.changes))
				}
				want := "text/html; charset=utf-8"
				if accept != browser || tt.kind == "application/json" {
					want = "application/problem+json"
					if p := decode[problem](t, a); p.Status != tt.status || p.Errors == nil {
						t.Errorf("problem %+v", p)
					}
				}
				if got := a.Header.Get("Content-Type"); got != want {
					t.Errorf("content type %s, want %s", got, want)
				}
			})
		}
	}
}

func TestWhatCannotBeKeptIsNotAcknowledged(t *testing.T) {
	in := newIntake(t, nil)
	mend := in.breakStore()
	a := in.post("/forms/contact", "subject", "Vraag", "message", "Mijn lange <verhaal>", "email", "jo@klant.example")
	if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") != "30" || !strings.Contains(a.body, "Mijn lange &lt;verhaal&gt;") {
		t.Errorf("answer %d %s\n%s", a.StatusCode, a.Header, a.body)
	}
	for _, private := range []string{"verhaal", "klant.example", "Vraag"} {
		if strings.Contains(in.log.String(), private) {
			t.Errorf("the log has %q: %s", private, in.log)
		}
	}
	if !strings.Contains(in.log.String(), "the store is closed") || !strings.Contains(in.log.String(), "/forms/{form}") {
		t.Errorf("the log does not say what went wrong: %s", in.log)
	}
	mend()
	if number, _ := in.hand(t); number == "" {
		t.Error("it did not recover")
	}
}

func TestNoMemoryForAnotherBody(t *testing.T) {
	in := newIntake(t, nil, func(c *Config) { c.Memory = 10 })
	if a := in.postJSON("/forms/contact", question); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
		t.Errorf("answer %d %s", a.StatusCode, a.Header)
	}
	if in.budget.left != 10 {
		t.Errorf("%d bytes are left", in.budget.left)
	}
}

// trickle is an upload of which something has arrived, and no more comes until it is ended.
func (in *intake) trickle(t *testing.T) (end func()) {
	t.Helper()
	full := multi("/forms/contact", []file{{"files", "a.png", png + strings.Repeat("a", 90_000)}}, "subject", "s", "message", "m", "email", "jo@klant.example")
	start, _ := io.ReadAll(io.LimitReader(full.Body, 1500))
	body, sender := io.Pipe()
	full.Body = body
	answered := make(chan answer)
	go func() { answered <- in.do(full) }()
	sender.Write(start) // returns when it was read
	return func() {
		sender.CloseWithError(os.ErrDeadlineExceeded)
		if a := <-answered; a.StatusCode != http.StatusRequestTimeout {
			t.Errorf("a body that stopped: answer %d", a.StatusCode)
		}
	}
}

func TestSlowUploadsHoldOnlyWhatHasArrived(t *testing.T) {
	in := newIntake(t, nil, func(c *Config) { c.Memory = 500_000 })
	var ends []func()
	for range 5 {
		ends = append(ends, in.trickle(t))
	}
	r := multi("/forms/contact", []file{{"files", "a.png", png + strings.Repeat("a", 90_000)}}, "subject", "s", "message", "m", "email", "jo@klant.example")
	if a := in.do(r); a.StatusCode != http.StatusSeeOther {
		t.Errorf("answer %d\n%s", a.StatusCode, a.body)
	}
	for _, end := range ends {
		end()
	}
	if in.budget.left != in.Memory {
		t.Errorf("%d bytes are missing", in.Memory-in.budget.left)
	}
}

func TestWhoFindsNoMemoryForFilesKeepsWhatWasTyped(t *testing.T) {
	in := newIntake(t, nil, func(c *Config) { c.Memory = 60_000 })
	server := httptest.NewServer(in.Handler)
	defer server.Close()
	r := multi("/forms/contact", []file{{"files", "a.png", png + strings.Repeat("a", 90_000)}, {"files", "b.png", png + strings.Repeat("b", 10<<20)}},
		"subject", "s", "message", "Mijn lange <verhaal>", "email", "jo@klant.example", "language", "en")
	url, _ := r.URL.Parse(server.URL + "/forms/contact")
	r.URL, r.RequestURI = url, ""
	resp, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "5" {
		t.Errorf("answer %d %s", resp.StatusCode, resp.Header)
	}
	for _, want := range []string{"Mijn lange &lt;verhaal&gt;", "Nothing is wrong with what you wrote"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the page lacks %q\n%s", want, body)
		}
	}
	if in.budget.left != in.Memory || len(in.changes) > 0 {
		t.Errorf("%d bytes are missing, %d commits", in.Memory-in.budget.left, len(in.changes))
	}
}

func TestTheDeadlineMovesOnWithWhatArrives(t *testing.T) {
	for _, tt := range []struct {
		bytes, atOnce, moves int
	}{{1000, 1, 1}, {leastBytes, 512, 2}, {3*leastBytes + 1, 512, 4}} {
		moves, cleared := 0, false
		b := &pacedBody{
			ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("a", tt.bytes))),
			end:        time.Now().Add(time.Hour),
			setDeadline: func(at time.Time) error {
				if cleared = at.IsZero(); !cleared {
					moves++
				}
				return nil
			},
		}
		for p := make([]byte, tt.atOnce); ; {
			if _, err := b.Read(p); err != nil {
				break
			}
		}
		if moves != tt.moves || !cleared {
			t.Errorf("%d bytes, %d at once: the deadline moved %d times, want %d; cleared: %v", tt.bytes, tt.atOnce, moves, tt.moves, cleared)
		}
	}
}

func TestMemoryIsGivenBack(t *testing.T) {
	in := newIntake(t, nil)
	in.hand(t)
	in.postJSON("/forms/contact", `{}`)
	in.postJSON("/forms/contact", `{`)
	if in.budget.left != in.Memory {
		t.Errorf("%d bytes are missing", in.Memory-in.budget.left)
	}
}

func TestOnlyWhatHasStartedIsPromised(t *testing.T) {
	policy := smallDesk["policy/2026-01-01.yaml"] + `  - {id: number, clock: acknowledgement, target: {within: 1h}, strength: promise}
  - {id: next, clock: next_response, target: {within: 4h}, strength: promise}
  - {id: over, clock: closure, target: {working_days: 5}, strength: promise}
`
	in := newIntake(t, map[string]string{"policy/2026-01-01.yaml": policy})
	clocks := func(a answer) string {
		var list []string
		for _, p := range decode[acceptedTicket](t, a).Promises {
			list = append(list, p.Clock)
		}
		slices.Sort(list)
		return strings.Join(list, " ")
	}
	if got := clocks(in.postJSON("/forms/contact", question)); got != "first_response resolution" {
		t.Errorf("promised: %s", got)
	}
}

func TestMeToo(t *testing.T) {
	for incident, linked := range map[string]bool{"2026/1118-payments": true, "2026/1117-old": false, "2026/1116-secret": false, "../../site": false, "": false} {
		in := newIntake(t, nil)
		in.post("/forms/contact", "subject", "s", "message", "m", "email", "jo@klant.example", "incident", incident)
		event, ok := in.added()["2026-11-20T140509Z-linked.md"]
		if ok != linked || linked && !strings.Contains(event, "incident: \"2026/1118-payments\"\n") {
			t.Errorf("incident %q: linked %v\n%s", incident, ok, event)
		}
		if !maps.Equal(map[bool]bool{true: true}, map[bool]bool{in.added()["ticket.yaml"] != "": true}) {
			t.Errorf("incident %q: no ticket", incident)
		}
		in.sound(t)
	}
}

// TestPagesOpenWithTheOutage: the form and the page for an address that has none begin with what is
// open, and a follow page's do not.
func TestPagesOpenWithTheOutage(t *testing.T) {
	in := newIntake(t, map[string]string{
		"incidents/2026/1118-payments/2026-11-18T0930-update.md": "---\nworkaround: {nl: Betaal per overschrijving., en: Pay by bank transfer.}\n---\nx\n",
	})
	line := regexp.MustCompile(`(?s)<main[^>]*>\s*<div class="answer line at-down">.*href="/en/incidents/2026/1118-payments/".*Payments fail.*Pay by bank transfer\.`)
	for path, want := range map[string]bool{"/en/forms/contact": true, "/en/forms/nowhere": true, "/t/nowhere": false} {
		if a := in.get(path); line.MatchString(a.body) != want || strings.Contains(a.body, "Secret") {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	in.write("incidents/2026/1118-payments/2026-11-18T0940-resolved.md", "Opgelost.\n")
	if a := in.get("/en/forms/contact"); strings.Contains(a.body, `class="answer`) {
		t.Errorf("nothing is open: %s", a.body)
	}
}

func TestFormPage(t *testing.T) {
	in := newIntake(t, nil)
	for path, want := range map[string][]string{
		"/forms/contact":                                    {`<html lang="nl"`, "Stel uw vraag", `action="/forms/contact"`, "Betalen lukt niet", `datetime="2026-11-23T11:05`},
		"/en/forms/contact":                                 {`<html lang="en"`, "Ask us", `action="/en/forms/contact"`, `href="/en/incidents/2026/1118-payments/"`},
		"/forms/contact?lang=en":                            {`<html lang="en"`, "Ask us"},
		"/forms/contact/?incident=2026/1118-payments":       {`name="incident" value="2026/1118-payments"`},
		"/forms/contact?lang=../../x&incident=%3Cscript%3E": {`<html lang="nl"`, "Stel uw vraag"},
	} {
		a := in.get(path)
		for _, w := range want {
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, w) {
				t.Errorf("%s (%d) lacks %s", path, a.StatusCode, w)
			}
		}
		if hasForeignScript(a.body) || strings.Contains(a.body, "Geheim") {
			t.Errorf("%s: %s\n%s", path, a.Header, a.body)
		}
	}
}

func TestAttachments(t *testing.T) {
	in := newIntake(t, nil)
	a := in.do(multi("/forms/contact", []file{{"files", "../../schermafdruk \u202e.exe", png}, {"files", "", ""}}, "subject", "s", "message", "m", "email", "jo@klant.example"))
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer %d\n%s", a.StatusCode, a.body)
	}
	var stored string
	for name := range in.added() {
		if strings.HasPrefix(name, "attachments/") {
			stored = strings.TrimPrefix(name, "attachments/")
		}
	}
	if !regexp.MustCompile(`^[0-9a-f]{16}\.png$`).MatchString(stored) {
		t.Fatalf("stored as %q", stored)
	}
	follow := a.Header.Get("Location")
	got := in.get(follow + "attachments/" + stored)
	if got.StatusCode != http.StatusOK || got.body != png {
		t.Errorf("answer %d, %d bytes", got.StatusCode, len(got.body))
	}
	for name, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": `attachment; filename="schermafdruk .exe.png"`, "Cache-Control": "no-store"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	in.sound(t)

	dir := in.Tree().Tickets[0].Dir
	in.write(dir+"/attachments/0123456789abcdef.png", png)
	in.write(dir+"/2026-11-20T140510Z-note-anna.md", "---\nattachments: [{file: 0123456789abcdef.png, label: x.png}]\n---\nFor us.\n")
	in.now = in.now.Add(time.Minute)
	for _, hidden := range []string{"0123456789abcdef.png", "ticket.yaml", "..%2fticket.yaml", "%2e%2e%2fticket.yaml"} {
		if a := in.get(follow + "attachments/" + hidden); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: answer %d", hidden, a.StatusCode)
		}
	}

	in.files[dir+"/attachments/"+stored] = &fstest.MapFile{Data: []byte("../ticket.yaml"), Mode: fs.ModeSymlink | 0o777}
	if a := in.get(follow + "attachments/" + stored); a.StatusCode != http.StatusNotFound {
		t.Errorf("a link is followed: answer %d, %q", a.StatusCode, a.body)
	}
}

func TestIdempotencyKey(t *testing.T) {
	in := newIntake(t, nil)
	first := in.postJSON("/forms/contact", question, "Idempotency-Key", "k1")
	again := in.postJSON("/forms/contact", question, "Idempotency-Key", "k1")
	if first.StatusCode != http.StatusCreated || again.body != first.body || again.Header.Get("Location") != first.Header.Get("Location") || len(in.changes) != 1 {
		t.Errorf("answers\n%s%s%d commits", first.body, again.body, len(in.changes))
	}
	other := in.postJSON("/forms/contact", strings.Replace(question, "bank", "pas", 1), "Idempotency-Key", "k1")
	if other.StatusCode != http.StatusUnprocessableEntity || len(in.changes) != 1 {
		t.Errorf("other content: answer %d, %d commits", other.StatusCode, len(in.changes))
	}
	if a := in.postJSON("/forms/contact", question, "Idempotency-Key", "k2"); a.body == first.body || len(in.changes) != 2 {
		t.Errorf("another key: %s", a.body)
	}
	if a := in.postJSON("/forms/contact", question, "Idempotency-Key", strings.Repeat("k", 300)); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a long key: answer %d", a.StatusCode)
	}

	mend := in.breakStore()
	if a := in.postJSON("/forms/contact", question, "Idempotency-Key", "k3"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("answer %d", a.StatusCode)
	}
	mend()
	if a := in.postJSON("/forms/contact", question, "Idempotency-Key", "k3"); a.StatusCode != http.StatusCreated {
		t.Errorf("what failed could not be tried again: answer %d", a.StatusCode)
	}
}

// restart is another intake over the same repository.
func (in *intake) restart(t *testing.T) *intake {
	t.Helper()
	next := &intake{memory: in.memory, now: in.now, log: in.log}
	c := in.Config
	c.Now, c.Random = func() time.Time { return next.now }, rand.NewChaCha8([32]byte{2})
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	next.Handler = h
	return next
}

func TestARetryAfterARestart(t *testing.T) {
	for _, edited := range []bool{false, true} { // whether staff have worked on the ticket meanwhile
		in := newIntake(t, nil)
		first := in.postJSON("/forms/contact", question, "Idempotency-Key", "k1")
		number := decode[acceptedTicket](t, first).Number
		follow := strings.TrimPrefix(first.Header.Get("Location"), "https://hulp.example")
		in.now = in.now.Add(time.Minute)
		message := in.postJSON(follow, `{"message":"Nog iets"}`, "Idempotency-Key", "k1")
		if edited {
			in.now = in.now.Add(time.Minute)
			in.write(content.TicketDir(number)+"/"+content.EventName(in.now, content.Reply, "anna")+".md", "Antwoord.\n")
		}
		in.now = in.now.Add(time.Hour)
		in = in.restart(t)
		if again := in.postJSON("/forms/contact", question, "Idempotency-Key", "k1"); again.StatusCode != http.StatusCreated || again.body != first.body {
			t.Errorf("answer %d\n%s\nwant\n%s", again.StatusCode, again.body, first.body)
		}
		if again := in.postJSON(follow, `{"message":"Nog iets"}`, "Idempotency-Key", "k1"); again.StatusCode != http.StatusCreated || again.body != message.body {
			t.Errorf("answer %d\n%s\nwant\n%s", again.StatusCode, again.body, message.body)
		}
		if other := in.postJSON("/forms/contact", strings.Replace(question, "bank", "pas", 1), "Idempotency-Key", "k1"); other.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("other content: answer %d", other.StatusCode)
		}
		if len(in.changes) != 2 {
			t.Errorf("%d commits", len(in.changes))
		}
		in.sound(t)
	}
}

func TestIdempotencyKeyAtOnce(t *testing.T) {
	in := newIntake(t, nil)
	var wait sync.WaitGroup
	bodies := make([]string, 8)
	for i := range bodies {
		wait.Go(func() { bodies[i] = in.postJSON("/forms/contact", question, "Idempotency-Key", "k").body })
	}
	wait.Wait()
	if slices.Sort(bodies); bodies[0] != bodies[7] || len(in.changes) != 1 {
		t.Errorf("%d commits, answers %v", len(in.changes), bodies)
	}
}

func TestNumbers(t *testing.T) {
	date := content.Date{Year: 2026, Month: 11, Day: 20}
	number := func(counter int) string { return content.NewNumber(date, 1, counter) }
	ticket := "subject: s\n"
	in := newIntake(t, map[string]string{
		content.TicketDir(number(7)) + "/ticket.yaml":                       ticket,
		content.TicketDir(content.NewNumber(date, 2, 99)) + "/ticket.yaml":  ticket, // another intake's
		content.TicketDir(content.NewNumber(date, 0, 555)) + "/ticket.yaml": ticket,
	})
	if got, _ := in.hand(t); got != number(8) {
		t.Errorf("after a restart %s, want %s", got, number(8))
	}
	// Another intake under the same instance took the next two, which the tree does not show yet.
	for _, counter := range []int{9, 10} {
		in.files[content.TicketDir(number(counter))+"/ticket.yaml"] = in.files["site.yaml"]
	}
	if got, _ := in.hand(t); got != number(9) {
		t.Errorf("told %s, want %s", got, number(9))
	}
	in.reload()
	if got := in.Tree().Ticket(number(11)); got == nil || got.Given != number(9) {
		t.Errorf("with two taken it is filed as %+v, want %s, given %s", got, number(11), number(9))
	}
	in.now = time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC) // in Brussels it is the 21st
	if got, _ := in.hand(t); got != content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 21}, 1, 1) {
		t.Errorf("after midnight %s", got)
	}
	for counter := range 99 {
		in.files[content.TicketDir(content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 21}, 1, counter+1))+"/ticket.yaml"] = &fstest.MapFile{Data: []byte(ticket)}
	}
	in.reload()
	in = in.restart(t)
	if got, _ := in.hand(t); got != content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 21}, 1, 100) || len(got) != 11 {
		t.Errorf("on a busy day %s", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	in := newIntake(t, nil)
	var wait sync.WaitGroup
	numbers := make([]string, 40)
	for i := range numbers {
		wait.Go(func() { numbers[i], _ = in.hand(t) })
	}
	wait.Wait()
	slices.Sort(numbers)
	if len(slices.Compact(numbers)) != 40 || len(in.changes) != 40 {
		t.Errorf("numbers %v, %d commits", numbers, len(in.changes))
	}
	in.sound(t)
}

// TestHostileSubmissions: each gets a clear answer or is harmless text, and whatever was committed is sound content in its own ticket.
func TestHostileSubmissions(t *testing.T) {
	ok := []string{"subject", "s", "message", "m", "email", "jo@klant.example"}
	with := func(pairs ...string) *http.Request {
		return browserPost("/forms/contact", append(slices.Clone(ok), pairs...)...)
	}
	text := func(s string) *http.Request {
		return browserPost("/forms/contact", "subject", "s", "message", s, "email", "jo@klant.example")
	}
	subject := func(s string) *http.Request {
		return browserPost("/forms/contact", "subject", s, "message", "m", "email", "jo@klant.example")
	}
	for _, tt := range []struct {
		name   string
		r      *http.Request
		status int
		stored string // in some file of the ticket
	}{
		{"script", text("<script>alert(1)</script>"), 303, "<script>alert(1)</script>\n"},
		{"front matter", text("---\nid: aaaa\nattachments: [{file: ../../../site.yaml}]\n---\nhello"), 303, "---\n---\nid: aaaa\n"},
		{"only dashes", text("---"), 303, "---\n---\n"},
		{"yaml in a line", subject("{a: b} # c\n- x: &y !!python/object"), 303, "{a: b} # c - x: &y !!python/object"},
		{"yaml that is a number", subject("0042"), 303, `subject: "0042"`},
		{"yaml that is nothing", subject("~"), 303, `subject: "~"`},
		{"a second key", subject("s\nreview: true\nfollow: x"), 303, "subject: "},
		{"controls", text("a\x00b\x1b[2Jc"), 303, "ab[2Jc\n"},
		{"direction", text("a\u202eb\u2066c"), 303, "abc\n"},
		{"not utf-8", text("a\xff"), 422, ""},
		{"repeated", with("subject", "other"), 422, ""},
		{"unknown", with("follow", "aaaa"), 422, ""},
		{"a field by its path", with("../../site.yaml", "x"), 422, ""},
		{"a field of ticket.yaml", with("requester.id", "shop-1"), 422, ""},
		{"review off", with("review", "false"), 422, ""},
		{"another lane", with("lane", "emergency"), 422, ""},
		{"an id", with("id", "0011223344556677"), 422, ""},
		{"a choice that is none", with("product", "../album"), 422, ""},
		{"a header in an address", browserPost("/forms/contact", "subject", "s", "message", "m", "email", "a@b.example\r\nBcc: c@d.example"), 422, ""},
		{"a language that is a path", with("language", "../../x"), 303, "language: nl"},
		{"a file that calls itself ticket.yaml", multi("/forms/contact", []file{{"files", "ticket.yaml", png}}, ok...), 303, "label: ticket.yaml"},
		{"a page as a picture", multi("/forms/contact", []file{{"files", "a.png", "<html><script>alert(1)</script>"}}, ok...), 422, ""},
		{"a file for a text", multi("/forms/contact", []file{{"message", "a.txt", "x"}}, "subject", "s", "email", "jo@klant.example"), 422, ""},
		{"too large a file", multi("/forms/contact", []file{{"files", "a.png", png + strings.Repeat("a", 30<<20)}}, ok...), 422, ""},
		{"too many files", multi("/forms/contact", []file{{"files", "a.png", png}, {"files", "b.png", png + "b"}, {"files", "c.png", png + "c"}}, ok...), 422, ""},
		{"a pile of files", multi("/forms/contact", slices.Repeat([]file{{"files", "a.png", png}}, 600), ok...), 413, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := newIntake(t, nil)
			a := in.do(tt.r)
			if a.StatusCode != tt.status || (len(in.changes) > 0) != (tt.stored != "") {
				t.Fatalf("answer %d, %d commits\n%s", a.StatusCode, len(in.changes), a.body)
			}
			if hasForeignScript(a.body) {
				t.Error("the answer has a script")
			}
			if tt.stored == "" {
				return
			}
			dir := in.Tree().Tickets[0].Dir + "/"
			found := false
			for _, f := range in.changes[0].Files {
				found = found || strings.Contains(string(f.Data), tt.stored)
				if !strings.HasPrefix(f.Path, dir) || strings.Contains(f.Path, "..") {
					t.Errorf("wrote %s", f.Path)
				}
			}
			if !found {
				t.Errorf("no file has %q: %v", tt.stored, in.added())
			}
			if ticket := in.Tree().Tickets[0]; ticket.Review || ticket.Requester.ID != "" || len(ticket.Events) != 1 || ticket.Events[0].Kind != content.Received {
				t.Errorf("ticket %+v", ticket)
			}
			in.sound(t)
			page := in.get(a.Header.Get("Location"))
			if page.StatusCode != http.StatusOK || strings.Contains(page.body, "<script") {
				t.Errorf("the follow page: %d\n%s", page.StatusCode, page.body)
			}
		})
	}
}

func TestEveryMistakeHasWords(t *testing.T) {
	for _, lang := range theme().Languages() {
		for code, names := range form.Codes() {
			args := map[string]string{}
			for _, name := range names {
				args[name] = "2026-11-20"
			}
			words, err := theme().Locale(lang).Mistake(view.Mistake{Code: code, Args: args})
			if err != nil || words == "" {
				t.Errorf("%s: %s: %q, %v", lang, code, words, err)
			}
		}
	}
}

func TestWantsJSON(t *testing.T) {
	for _, tt := range []struct {
		accept, kind string
		want         bool
	}{
		{"", "", true}, {"*/*", "", true}, {browser, "", false}, {"application/json", "", true}, {"text/html, application/json", "", false},
		{"text/html;q=0.5, application/json", "", true}, {browser, "application/json", true}, {"application/problem+json, text/html;q=0.9", "", true},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Accept", tt.accept)
		r.Header.Set("Content-Type", tt.kind)
		if got := wantsJSON(r); got != tt.want {
			t.Errorf("Accept %q, Content-Type %q: %v", tt.accept, tt.kind, got)
		}
	}
}

func TestAcceptedLanguage(t *testing.T) {
	for header, want := range map[string]string{"": "", "fr": "", "fr, en;q=0.8, nl;q=0.9": "nl", "EN-us": "en", "nl;q=0, en;q=0.1": "en", "*": "", "nl;q=x": "", "nl-BE": "nl", "af, en;q=0.1": "en"} {
		if got := acceptedLanguage(header, []string{"nl", "en"}); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

// TestTooMuchOverTheWire: a client that sends it all first gets the answer all the same.
func TestTooMuchOverTheWire(t *testing.T) {
	in := newIntake(t, nil)
	server := httptest.NewServer(in.Handler)
	defer server.Close()
	for name, r := range map[string]*http.Request{
		"text":   browserPost("/forms/contact", "message", strings.Repeat("a", 10<<20)),
		"a film": multi("/forms/contact", []file{{"files", "film.mp4", strings.Repeat("a", 40<<20)}}, "subject", "s", "message", "Mijn verhaal", "email", "jo@klant.example"),
	} {
		url, _ := r.URL.Parse(server.URL + "/forms/contact")
		r.URL, r.RequestURI = url, ""
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		want := map[string]int{"text": http.StatusRequestEntityTooLarge, "a film": http.StatusUnprocessableEntity}[name]
		if resp.StatusCode != want || name == "a film" && !strings.Contains(string(body), "Mijn verhaal") {
			t.Errorf("%s: answer %d", name, resp.StatusCode)
		}
	}
}

func TestABodyOfTenGigabytesIsNotRead(t *testing.T) {
	in := newIntake(t, nil)
	r := httptest.NewRequest("POST", "/forms/contact", unread{t})
	r.ContentLength = 10 << 30
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if a := in.do(r); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("answer %d", a.StatusCode)
	}
}

type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// hasForeignScript reports whether a page has a script besides the theme's own.
func hasForeignScript(page string) bool {
	return strings.Count(page, "<script") != strings.Count(page, `<script src="/assets/`)
}

package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"balie/content"
)

const meTooPath = "/incidents/2026/1118-payments/me-too"

// click posts a me-too as some browser at some address does; pairs are names and values in turn.
func (in *intake) click(path, address, agent string, pairs ...string) answer {
	r := browserPost(path, pairs...)
	r.RemoteAddr = address
	r.Header.Set("User-Agent", agent)
	return in.do(r)
}

// workOff does what the worker does every ten seconds, and commits what it filed.
func (in *intake) workOff() {
	if _, err := in.worker.WorkOff(context.Background()); err != nil {
		in.t.Error(err)
	}
	in.settle()
}

// counts lists the filed reports of the incident, as its events' names and counts.
func (in *intake) counts() string {
	var list []string
	for _, e := range in.Tree().Incident("2026/1118-payments").Events {
		if e.Kind == content.Reports {
			list = append(list, fmt.Sprint(e.Name, " ", e.Data().Count, " ", e.Data().ID != ""))
		}
	}
	return strings.Join(list, ", ")
}

// TestMeTooPage: one step names the incident, asks for no more than two things, and says where an
// incident is over what to do instead.
func TestMeTooPage(t *testing.T) {
	in := newIntake(t, map[string]string{"incidents/2026/1118-payments/2026-11-20T1500-identified.md": "---\nnext_update: 2026-11-20T15:30\nworkaround: {nl: Wacht met betalen., en: Wait with paying.}\n---\nBijna.\n"})
	page := in.get("/en" + meTooPath)
	for _, want := range []string{`<html lang="en"`, `<h1>I have this too</h1>`, `href="/en/incidents/2026/1118-payments/"`, "Payments fail", `datetime="2026-11-20T15:30`, `action="/en` + meTooPath + `"`, `name="nonce"`, `name="website"`, "Wait with paying.", "What do you see?", "Where may we answer?", `<a href="` + meTooPath + `" lang="nl"`} {
		if page.StatusCode != http.StatusOK || !strings.Contains(page.body, want) {
			t.Errorf("answer %d: the page lacks %s", page.StatusCode, want)
		}
	}
	if n := strings.Count(page.body, `class="field`); n != 2 || hasForeignScript(page.body) || len(page.Cookies()) > 0 {
		t.Errorf("%d fields, cookies %v\n%s", n, page.Cookies(), page.body)
	}
	for path, want := range map[string]int{
		"/incidents/2026/1118-payments/me-too/": 200, "/nl" + meTooPath: 404, "/en" + meTooPath + "?form=none": 404, "/en" + meTooPath + "/thanks": 200, "/incidents/2026/1116-secret/me-too": 404,
		"/incidents/2026/1117-old/me-too": 409, "/incidents/2026/none/me-too": 404, "/incidents/2026/..%2f1118-payments/me-too": 404,
	} {
		a := in.get(path)
		if a.StatusCode != want || strings.Contains(a.body, "Geheim") || strings.Contains(a.body, "Stil.") {
			t.Errorf("%s: answer %d, want %d", path, a.StatusCode, want)
		}
		if want == 409 && !strings.Contains(a.body, `href="/forms/contact/"`) {
			t.Errorf("%s does not lead to a form", path)
		}
	}
}

// TestMeTooTicket: what was written, or an address, is a ticket that is linked and answered as by a
// form, which has the incident's title and is not counted twice.
func TestMeTooTicket(t *testing.T) {
	second := strings.ReplaceAll(smallDesk["forms/contact.yaml"], "steps: [known_incidents]\n", "")
	for name, tt := range map[string]struct {
		path  string
		pairs []string
		want  []string // in the ticket's files
	}{
		"words alone":       {meTooPath, []string{"message", "Ik kan niet betalen."}, []string{"form: contact\n", "subject: Betalen lukt niet\n", "language: nl\n", "Ik kan niet betalen."}},
		"an address alone":  {"/en" + meTooPath, []string{"email", "jo@klant.example"}, []string{"subject: Payments fail\n", "language: en\n", "email: jo@klant.example", "I have this too"}},
		"in a language":     {meTooPath, []string{"email", "jo@klant.example", "language", "en"}, []string{"subject: Payments fail\n", "I have this too"}},
		"by the form named": {meTooPath, []string{"message", "x", "form", "other"}, []string{"form: other\n"}},
	} {
		in := newIntake(t, map[string]string{"forms/a.yaml": second, "forms/other.yaml": second})
		a := in.post(tt.path, tt.pairs...)
		files := fmt.Sprint(in.added())
		for _, want := range append(tt.want, "incident: \"2026/1118-payments\"\n", "channel: form\n") {
			if !strings.Contains(files, want) {
				t.Errorf("%s: the ticket lacks %q\n%s", name, want, files)
			}
		}
		if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/t/") {
			t.Errorf("%s: answer %d to %q", name, a.StatusCode, a.Header.Get("Location"))
		}
		in.now = in.now.Add(time.Hour)
		in.workOff()
		if got := in.counts(); got != "" {
			t.Errorf("%s: counted too: %s", name, got)
		}
		in.sound(t)
	}

	in := newIntake(t, nil)
	body := `{"message":"Na mijn bank kom ik terug.","email":"jo@klant.example"}`
	first := in.postJSON(meTooPath, body, "Idempotency-Key", "k")
	again := in.postJSON(meTooPath, body, "Idempotency-Key", "k")
	ticket := decode[acceptedTicket](t, first)
	if first.StatusCode != http.StatusCreated || ticket.Number == "" || first.Header.Get("Location") != ticket.Follow || len(ticket.Promises) == 0 || again.body != first.body {
		t.Errorf("answer %d %s, then %s", first.StatusCode, first.body, again.body)
	}
	if got := decode[counted](t, in.postJSON(meTooPath, `{}`)); got != (counted{"2026/1118-payments", 2}) {
		t.Errorf("with the ticket: %+v", got)
	}
}

// TestMeTooMistakes: what is wrong is said as by a form, and nothing that was typed is lost.
func TestMeTooMistakes(t *testing.T) {
	in := newIntake(t, nil)
	a := in.post("/en"+meTooPath, "message", "My <b>story</b>", "email", "nowhere", "form", "contact")
	for _, want := range []string{"My &lt;b&gt;story", `value="nowhere"`, `aria-invalid="true"`, "Where may we answer? Please give an e-mail address", `name="form" value="contact"`, `name="action" value="nl"`} {
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("answer %d lacks %s", a.StatusCode, want)
		}
	}
	if a := in.post("/en"+meTooPath, "message", "My story", "action", "nl"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "My story") || !strings.Contains(a.body, `<html lang="nl"`) {
		t.Errorf("in another language: %d\n%s", a.StatusCode, a.body)
	}
	if a := in.post("/incidents/2026/1117-old/me-too", "message", "Mijn verhaal"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Mijn verhaal") {
		t.Errorf("of one that is over: %d\n%s", a.StatusCode, a.body)
	}
	for body, want := range map[string]int{`{"email":"nowhere"}`: 422, `{"subject":"x"}`: 422, `{"message":["x"]}`: 422, `{`: 400, `{"form":"none"}`: 404} {
		a := in.postJSON(meTooPath, body)
		if p := decode[problem](t, a); a.StatusCode != want || p.Status != want || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: answer %d %s", body, a.StatusCode, a.body)
		}
	}
	for path, want := range map[string]int{"/incidents/2026/1117-old/me-too": 409, "/incidents/2026/1116-secret/me-too": 404, "/incidents/2026/none/me-too": 404} {
		a := in.postJSON(path, `{"message":"x"}`)
		if p := decode[problem](t, a); a.StatusCode != want || p.Detail == "" {
			t.Errorf("%s: answer %d %s", path, a.StatusCode, a.body)
		}
	}
	if in.changes != nil {
		t.Errorf("filed: %v", in.changes)
	}
}

// TestMeTooCounts: a browser counts once, whatever restarts; what was counted is filed once a
// minute, whoever shares the store, and forgotten when the incident is over.
func TestMeTooCounts(t *testing.T) {
	in := newIntake(t, nil)
	const phone, desk = "Phone/1", "Desk/1"
	for _, agent := range []string{phone, desk, phone} {
		a := in.click(meTooPath, "203.0.113.7:5000", agent)
		if got := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || got != meTooPath+"/thanks" {
			t.Fatalf("answer %d to %q", a.StatusCode, got)
		}
	}
	in.workOff()
	if got := in.counts(); got != "" {
		t.Errorf("filed at once: %s", got)
	}
	restart := func() *intake {
		other := &intake{memory: in.memory, now: in.now, log: in.log}
		h, err := New(Config{Tree: in.Tree, Files: in.Files, Theme: theme, Store: in.filer.Store, Committer: in.memory, Now: func() time.Time { return other.now }, Random: rand.NewChaCha8([32]byte{2}), Log: slog.New(slog.NewTextHandler(in.log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		other.Handler = h
		return other
	}
	beside := restart()
	in.now = in.now.Add(time.Minute)
	beside.now = in.now
	in.workOff()
	beside.workOff()
	const first = "2026-11-20T140609Z-reports-balie 2 true"
	if got := in.counts(); got != first {
		t.Errorf("after a minute: %q", got)
	}
	// Those in one /64 with one browser are one.
	for _, address := range []string{"203.0.113.7:5000", "[2001:db8::1]:80", "[2001:db8::2]:80", "[2001:db8:0:1::1]:80"} {
		beside.click(meTooPath, address, phone)
	}
	in.workOff()
	if got := decode[counted](t, beside.postJSON(meTooPath, `{}`, "User-Agent", phone)); got.Count != 5 || in.counts() != first {
		t.Errorf("counted %+v, filed %s", got, in.counts())
	}
	in.sound(t)
	if got := in.Tree().Incident("2026/1118-payments").At(in.now); got.Reports != 2 || len(got.Updates) != 1 {
		t.Errorf("%d reports, updates %v", got.Reports, got.Updates)
	}

	in.write("incidents/2026/1118-payments/2026-11-20T1506-resolved.md", "Opgelost.\n")
	in.workOff()
	if got := in.counts(); got != first+", 2026-11-20T140610Z-reports-balie 3 true" {
		t.Errorf("at the end: %s", got)
	}
	if left, err := in.filer.Store.Reported(context.Background()); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if a := in.click(meTooPath, "203.0.113.8:5000", phone); a.StatusCode != http.StatusConflict {
		t.Errorf("after the end: %d", a.StatusCode)
	}
	files, _ := json.Marshal(in.changes)
	for _, secret := range []string{"203.0.113", "2001:db8", phone} {
		if strings.Contains(in.log.String(), secret) || strings.Contains(string(files), secret) {
			t.Errorf("%s is logged or filed", secret)
		}
	}
}

// TestMeTooBurst: a thousand browsers at once are one file.
func TestMeTooBurst(t *testing.T) {
	in := newIntake(t, nil)
	for i := range 1000 {
		w, r := httptest.NewRecorder(), browserPost(meTooPath)
		r.RemoteAddr = fmt.Sprintf("198.51.%d.%d:80", i/250, i%250+1)
		in.Handler.ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("answer %d", w.Code)
		}
	}
	in.now = in.now.Add(time.Minute)
	in.workOff()
	if got := in.counts(); got != "2026-11-20T140609Z-reports-balie 1000 true" || len(in.changes) != 1 {
		t.Errorf("%d commits: %s", len(in.changes), got)
	}
}

// TestMeTooGuard: a machine is not counted. Whoever has no script is asked for words, which
// somebody will look at.
func TestMeTooGuard(t *testing.T) {
	in := newIntake(t, withSite("guard: {hold: 3s, per_address: 3/h}\n"))
	served := servedField.FindStringSubmatch(in.get(meTooPath).body)[1]
	from := func(host string, pairs ...string) answer { return in.click(meTooPath, host+":80", "b", pairs...) }
	if a := from("203.0.113.1", "served", served); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a click at once: %d", a.StatusCode)
	}
	if a := from("203.0.113.2", "website", "http://spam.example"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("spam: %d", a.StatusCode)
	}
	if got := decode[counted](t, in.postJSON(meTooPath, `{"website":"x"}`)); got.Count != 1 {
		t.Errorf("counted: %+v", got)
	}
	from("203.0.113.1")
	from("203.0.113.1")
	if a := from("203.0.113.1", "message", "Mijn verhaal"); a.StatusCode != http.StatusTooManyRequests || !strings.Contains(a.body, "Mijn verhaal") {
		t.Errorf("too many: %d", a.StatusCode)
	}
	from("203.0.113.3", "message", "Te snel", "served", served)
	if ticket := in.added()["ticket.yaml"]; !strings.Contains(ticket, "review: true") {
		t.Errorf("not held: %s", ticket)
	}

	in = newIntake(t, withSite("guard: {proof_of_work: true}\n"))
	if page := in.get(meTooPath); !strings.Contains(page.body, `data-challenge="/challenge"`) || !strings.Contains(page.Header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Errorf("no script: %s", page.body)
	}
	if a := from("203.0.113.1"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-message-error"`) {
		t.Errorf("a click without proof: %d", a.StatusCode)
	}
	proof := in.solved(t)
	if a := from("203.0.113.1", "altcha", proof); a.StatusCode != http.StatusSeeOther {
		t.Errorf("with proof: %d", a.StatusCode)
	}
	if a := from("203.0.113.1", "altcha", proof); a.StatusCode != http.StatusSeeOther {
		t.Errorf("clicked twice: %d", a.StatusCode)
	}
	if a := from("203.0.113.2", "altcha", proof); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("somebody else's proof: %d", a.StatusCode)
	}
	all, err := in.filer.Store.Reported(context.Background())
	if err != nil || len(all) != 1 || all[0].Waiting != 1 {
		t.Errorf("counted: %+v, %v", all, err)
	}
}

package ingest

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/store"
)

// typed is what somebody fills in.
var typed = []string{"language", "nl", "subject", "Betalen lukt niet", "message", "Ik kom terug.", "email", "jo@klant.example", "website", ""}

var nonceField = regexp.MustCompile(`<input type="hidden" name="nonce" value="([0-9a-f]{32})">`)

// servedNonce returns the nonce of the page at a path.
func (in *intake) servedNonce(t *testing.T, path string) string {
	t.Helper()
	return nonceIn(t, in.get(path))
}

func nonceIn(t *testing.T, page answer) string {
	t.Helper()
	found := nonceField.FindAllStringSubmatch(page.body, -1)
	if len(found) != 1 {
		t.Fatalf("%d nonces on the page\n%s", len(found), page.body)
	}
	return found[0][1]
}

// links sends what was typed with some more, and returns where each answer leads.
func (in *intake) links(t *testing.T, each ...[]string) (links []string) {
	t.Helper()
	for _, more := range each {
		a := in.post("/forms/contact", append(slices.Clone(typed), more...)...)
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("answer %d\n%s", a.StatusCode, a.body)
		}
		links = append(links, a.Header.Get("Location"))
	}
	return links
}

func TestEachPageHasItsNonce(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	for _, path := range []string{"/forms/contact", "/en/forms/contact", follow} {
		if first, second := in.servedNonce(t, path), in.servedNonce(t, path); first == second {
			t.Errorf("%s: two pages have the nonce %s", path, first)
		}
	}
}

func TestAFormThatComesBackKeepsItsNonce(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	for _, path := range []string{"/forms/contact", follow} {
		nonce := in.servedNonce(t, path)
		if a := in.post(path, "nonce", nonce, "email", "jo"); a.StatusCode != http.StatusUnprocessableEntity || nonceIn(t, a) != nonce {
			t.Errorf("%s: answer %d with another nonce", path, a.StatusCode)
		}
		if a := in.post(path, "nonce", "1", "email", "jo"); nonceIn(t, a) == "1" {
			t.Errorf("%s: a nonce of the sender's own is on the page", path)
		}
	}
}

func TestADoubleClickIsOneTicket(t *testing.T) {
	for _, stale := range []bool{false, true} {
		in := newIntake(t, nil)
		in.stale = stale
		nonce := in.servedNonce(t, "/forms/contact")
		links := make([]string, 5)
		var wait sync.WaitGroup
		for i := range links {
			wait.Go(func() {
				links[i] = in.post("/forms/contact", append(slices.Clone(typed), "nonce", nonce)...).Header.Get("Location")
			})
		}
		wait.Wait()
		if len(in.changes) != 1 || links[0] == "" || len(slices.Compact(links)) != 1 {
			t.Errorf("%d commits, links %v", len(in.changes), links)
		}
		if page := in.get(links[0]); page.StatusCode != http.StatusOK {
			t.Errorf("answer %d", page.StatusCode)
		}
		in.sound(t)
		if strings.Contains(strings.Join(slices.Collect(maps.Values(in.added())), "\n"), nonce) {
			t.Error("the nonce is in the repository")
		}
	}
}

func TestOnlyTheSameContentByTheSamePageIsOneTicket(t *testing.T) {
	in := newIntake(t, nil)
	nonce, other := in.servedNonce(t, "/forms/contact"), in.servedNonce(t, "/forms/contact")
	links := in.links(t, []string{"nonce", nonce}, []string{"nonce", nonce, "name", "Jo"}, []string{"nonce", other}, []string{"nonce", nonce, "incident", "1118-payments"}, []string{"nonce", "1"}, []string{"nonce", "1"}, nil, nil)
	if slices.Sort(links); len(slices.Compact(links)) != 8 || len(in.changes) != 8 {
		t.Errorf("%d commits, links %v", len(in.changes), links)
	}
	for _, label := range []string{"a.png", "a.png", "b.png"} {
		in.do(multi("/forms/contact", []file{{"files", label, png}}, append(slices.Clone(typed), "nonce", nonce)...))
	}
	if len(in.changes) != 10 {
		t.Errorf("%d commits of one file twice and another one", len(in.changes)-8)
	}
}

func TestTheSameAfterElevenMinutesIsAnotherTicket(t *testing.T) {
	in := newIntake(t, nil)
	nonce := []string{"nonce", in.servedNonce(t, "/forms/contact")}
	first := in.links(t, nonce)
	in.now = in.now.Add(9 * time.Minute)
	second := in.links(t, nonce)
	in.now = in.now.Add(2 * time.Minute)
	third := in.links(t, nonce, nonce)
	if first[0] != second[0] || third[0] == first[0] || third[1] != third[0] || len(in.changes) != 2 {
		t.Errorf("links %s %s %s, %d commits", first, second, third, len(in.changes))
	}
	in.now = in.now.Add(25 * time.Hour) // the store has forgotten
	if fourth := in.links(t, nonce); fourth[0] == third[0] || len(in.changes) != 3 {
		t.Errorf("link %s, %d commits", fourth, len(in.changes))
	}
	in.sound(t)
}

func TestARepetitionAfterARestart(t *testing.T) {
	dir := t.TempDir()
	open := func() *store.Store {
		s, err := store.Open(t.Context(), dir, "intake")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	in := newIntake(t, nil, func(c *Config) { c.Store = open() })
	nonce := []string{"nonce", in.servedNonce(t, "/forms/contact")}
	first := in.links(t, nonce)
	in.Store.Close()
	in.now = in.now.Add(time.Minute)
	in.Config.Store = open()
	in = in.restart(t)
	if again := in.links(t, nonce); again[0] != first[0] || len(in.changes) != 1 {
		t.Errorf("link %s, then %s, %d commits", first, again, len(in.changes))
	}
}

// from sends a question as a program at an address does.
func (in *intake) from(address, body string, header ...string) answer {
	r := httptest.NewRequest("POST", "/forms/contact", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr = address
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return in.do(r)
}

func TestTheSameFromOneAddress(t *testing.T) {
	for name, tt := range map[string]struct {
		first, second string
		header        []string // of both
		tickets       int
	}{
		"one address":         {"192.0.2.1:1000", "192.0.2.1:2000", nil, 1},
		"two addresses":       {"192.0.2.1:1000", "192.0.2.2:1000", nil, 2},
		"one IPv6 network":    {"[2001:db8:0:1::1]:1", "[2001:db8:0:1:ffff::2]:1", nil, 1},
		"two IPv6 networks":   {"[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1", nil, 2},
		"IPv4 within IPv6":    {"[::ffff:192.0.2.1]:1", "192.0.2.1:1", nil, 1},
		"a loopback":          {"127.0.0.1:1", "127.0.0.1:1", nil, 2},
		"a private address":   {"10.0.0.1:1", "10.0.0.1:1", nil, 2},
		"a shared address":    {"100.64.0.1:1", "100.64.0.1:1", nil, 2},
		"a trusted proxy":     {"198.51.100.1:1", "198.51.100.1:1", nil, 2},
		"a proxy that tells":  {"192.0.2.1:1", "192.0.2.1:1", []string{"X-Forwarded-For", "203.0.113.1"}, 2},
		"two keys":            {"192.0.2.1:1", "192.0.2.1:1", []string{"Idempotency-Key", ""}, 2},
		"no address at all":   {"@", "@", nil, 2},
		"a link-local sender": {"[fe80::1%eth0]:1", "[fe80::1%eth0]:1", nil, 2},
	} {
		in := newIntake(t, map[string]string{"site.yaml": smallDesk["site.yaml"] + "guard: {trusted_proxies: [198.51.100.0/24]}\n"})
		header := slices.Clone(tt.header)
		if name == "two keys" {
			header[1] = "k1"
		}
		first := in.from(tt.first, question, header...)
		if name == "two keys" {
			header[1] = "k2"
		}
		second := in.from(tt.second, question, header...)
		if first.StatusCode != http.StatusCreated || second.StatusCode != http.StatusCreated || len(in.changes) != tt.tickets || (first.body == second.body) != (tt.tickets == 1) {
			t.Errorf("%s: %d tickets, answers %d %s and %d %s", name, len(in.changes), first.StatusCode, first.body, second.StatusCode, second.body)
		}
	}
}

func TestTheSameFromOneAddressIsAnotherTicket(t *testing.T) {
	optional := strings.Replace(smallDesk["forms/contact.yaml"], "type: email, required: true", "type: email", 1)
	anonymous := strings.Replace(question, `"email":"jo@klant.example",`, "", 1)
	const address = "192.0.2.1:1"
	for name, bodies := range map[string][2]string{
		"without an e-mail address": {anonymous, anonymous},
		"with other content":        {question, strings.Replace(question, "bank", "pas", 1)},
		"of somebody else":          {question, strings.Replace(question, "jo@", "an@", 1)},
	} {
		in := newIntake(t, map[string]string{"forms/contact.yaml": optional})
		first, second := in.from(address, bodies[0]), in.from(address, bodies[1])
		if len(in.changes) != 2 || second.StatusCode != http.StatusCreated || first.body == second.body {
			t.Errorf("%s: %d tickets, answer %d %s", name, len(in.changes), second.StatusCode, second.body)
		}
	}
	in := newIntake(t, nil)
	in.from(address, question)
	in.now = in.now.Add(11 * time.Minute)
	if in.from(address, question); len(in.changes) != 2 {
		t.Errorf("after eleven minutes: %d tickets", len(in.changes))
	}
}

func TestTheSameMessageByOnePageIsOneEvent(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	nonce := in.servedNonce(t, follow)
	var wait sync.WaitGroup
	for range 5 {
		wait.Go(func() {
			if a := in.post(follow, "message", "Nog iets", "nonce", nonce); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != follow+"?sent=message#sent" {
				t.Errorf("answer %d", a.StatusCode)
			}
		})
	}
	wait.Wait()
	if got := in.order(); got != "received message" {
		t.Errorf("in the order %s", got)
	}
	in.post(follow, "message", "Nog iets", "nonce", in.servedNonce(t, follow))
	in.post(follow, "message", "En dit", "nonce", nonce)
	in.now = in.now.Add(11 * time.Minute)
	in.post(follow, "message", "Nog iets", "nonce", nonce)
	if got := in.order(); got != "received message message message message" {
		t.Errorf("in the order %s", got)
	}

	in.now = in.now.Add(time.Hour)
	in.write(content.TicketDir(number)+"/"+content.EventName(in.now.Add(-time.Minute), content.Solved, "anna")+".md", "Antwoord.\n")
	in.write(content.TicketDir(number)+"/"+content.EventName(in.now, content.Closed, content.Balie)+".md", "")
	nonce = in.servedNonce(t, follow)
	first := in.post(follow, "message", "Het is er weer", "nonce", nonce).Header.Get("Location")
	if again := in.post(follow, "message", "Het is er weer", "nonce", nonce).Header.Get("Location"); strings.HasPrefix(first, follow) || again != first {
		t.Errorf("the tickets that follow a closed one are %s and %s", first, again)
	}
	in.sound(t)
}

func TestAButtonIsComparedWithTheTicketAndNotWithItsPage(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	nonce := in.servedNonce(t, follow)
	in.post(follow, "action", "solved", "nonce", nonce)
	in.post(follow, "message", "Toch niet", "nonce", nonce)
	in.post(follow, "action", "solved", "nonce", nonce)
	if got := in.order(); !strings.HasSuffix(got, "confirmed") || strings.Count(got, "confirmed") != 2 {
		t.Errorf("in the order %s", got)
	}
}

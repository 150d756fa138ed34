package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/altcha-org/altcha-lib-go"

	"balie/content"
)

// withSite is the small desk with more in its site.yaml.
func withSite(more string) map[string]string {
	return map[string]string{"site.yaml": smallDesk["site.yaml"] + more}
}

// solved asks for a challenge and solves it, as the page's script does.
func (in *intake) solved(t *testing.T) string {
	t.Helper()
	a := in.get("/challenge")
	if a.StatusCode != http.StatusOK || a.Header.Get("Access-Control-Allow-Origin") != "https://hulp.example" || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("answer %d %s", a.StatusCode, a.Header)
	}
	c := decode[altcha.Challenge](t, a)
	s, err := altcha.SolveChallenge(c.Challenge, c.Salt, altcha.SHA256, int(c.MaxNumber), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, _ := json.Marshal(altcha.Payload{Algorithm: c.Algorithm, Challenge: c.Challenge, Number: int64(s.Number), Salt: c.Salt, Signature: c.Signature})
	return base64.StdEncoding.EncodeToString(data)
}

// last is the newest ticket.
func (in *intake) last(t *testing.T) *content.Ticket {
	t.Helper()
	in.sound(t)
	all := in.Tree().Tickets
	if len(all) == 0 {
		t.Fatal("no ticket")
	}
	return all[len(all)-1]
}

func TestAProofOfWorkIsGoodOnce(t *testing.T) {
	in := newIntake(t, withSite("guard: {proof_of_work: true}\n"))
	proof := in.solved(t)
	for i, tt := range []struct {
		more []string
		held bool
	}{{[]string{"altcha", proof}, false}, {[]string{"altcha", proof, "name", "Jo"}, true}, {nil, true}, {[]string{"altcha", in.solved(t)}, false}} {
		link := in.links(t, tt.more)[0]
		ticket := in.last(t)
		if ticket.Review != tt.held || ticket.At(in.now).Owes != content.OwesDesk || in.get(link).StatusCode != http.StatusOK {
			t.Errorf("%d: held %t, want %t", i, ticket.Review, tt.held)
		}
	}
	if a := in.postJSON("/forms/contact", question); a.StatusCode != http.StatusCreated || !in.last(t).Review {
		t.Errorf("a program without proof: answer %d, held %t", a.StatusCode, in.last(t).Review)
	}
}

// A double click sends one proof twice, and is one ticket that is not held.
func TestADoubleClickSpendsOneProof(t *testing.T) {
	in := newIntake(t, withSite("guard: {proof_of_work: true}\n"))
	more := append([]string{"altcha", in.solved(t), "nonce", in.servedNonce(t, "/forms/contact")}, typed...)
	var links [4]string
	var wait sync.WaitGroup
	for i := range links {
		wait.Go(func() { links[i] = in.post("/forms/contact", more...).Header.Get("Location") })
	}
	wait.Wait()
	if len(in.changes) != 1 || links[0] == "" || links[0] != links[3] || in.last(t).Review {
		t.Errorf("%d commits, links %v", len(in.changes), links)
	}
}

func TestOnlyAFormThatProvesWorkHasItsScript(t *testing.T) {
	script := regexp.MustCompile(`<script src="(/assets/proof\.[0-9a-f]+\.js)" defer></script>`)
	in := newIntake(t, withSite("guard: {proof_of_work: true}\n"))
	page := in.get("/forms/contact")
	found := script.FindStringSubmatch(page.body)
	if policy := page.Header.Get("Content-Security-Policy"); found == nil || !strings.Contains(page.body, ` data-challenge="/challenge"`) || !strings.Contains(policy, "script-src 'self'; connect-src 'self';") {
		t.Fatalf("policy %s\n%s", policy, page.body)
	}
	if a := in.get(found[1]); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(a.body, "data-challenge") {
		t.Errorf("%s: answer %d %s", found[1], a.StatusCode, a.Header)
	}
	in.post("/forms/contact", append([]string{"altcha", in.solved(t)}, typed...)...)
	follow := in.get("/t/" + in.last(t).Follow + "/")
	if strings.Contains(follow.body, "<script") || strings.Contains(follow.Header.Get("Content-Security-Policy"), "script-src") {
		t.Error("a follow page may run a script")
	}
	for _, more := range []string{"", "guard: {hold: 3s}\n"} {
		off := newIntake(t, withSite(more))
		if page := off.get("/forms/contact"); strings.Contains(page.body, "/assets/proof.") || off.get("/challenge").StatusCode != http.StatusNotFound {
			t.Errorf("with %q there is a proof", more)
		}
	}
}

func TestTheHoneypotMakesSpam(t *testing.T) {
	in := newIntake(t, withSite("guard: {proof_of_work: true}\n"))
	good := decode[acceptedTicket](t, in.postJSON("/forms/contact", question))
	spam := decode[acceptedTicket](t, in.postJSON("/forms/contact", strings.Replace(question, "{", `{"website":"https://x.example","incident":"2026/1118-payments",`, 1)))
	ticket := in.last(t)
	at := ticket.At(in.now)
	if at.State != content.SpamState || at.Owes != content.OwesNobody || len(ticket.Events) != 2 || ticket.Events[1].Author != content.Balie || ticket.Events[1].Body == "" {
		t.Errorf("%+v", at)
	}
	if len(spam.Promises) != len(good.Promises) || spam.Follow == "" {
		t.Errorf("answered by %+v, and what is none by %+v", spam, good)
	}
	page := in.get("/t/" + ticket.Follow + "/")
	if page.StatusCode != http.StatusOK || strings.Contains(strings.ToLower(page.body), "spam") || strings.Contains(page.body, ticket.Events[1].Body) {
		t.Errorf("answer %d\n%s", page.StatusCode, page.body)
	}
	without := newIntake(t, nil)
	without.post("/forms/contact", append([]string{}, append(typed[:len(typed)-1:len(typed)-1], "x")...)...)
	if state := without.last(t).At(in.now).State; state != content.New {
		t.Errorf("without a guard it is %s", state)
	}
}

var servedField = regexp.MustCompile(`name="served" value="([^"]+)"`)

func TestWhoIsFasterThanAPersonIsHeld(t *testing.T) {
	in := newIntake(t, withSite("guard: {hold: 10s}\n"))
	served := servedField.FindStringSubmatch(in.get("/forms/contact").body)
	if served == nil {
		t.Fatal("the page does not say when it was served")
	}
	back := in.post("/forms/contact", "served", served[1])
	if again := servedField.FindStringSubmatch(back.body); back.StatusCode != http.StatusUnprocessableEntity || again == nil || again[1] != served[1] {
		t.Errorf("answer %d, which came back with %q", back.StatusCode, again)
	}
	for _, tt := range []struct {
		after time.Duration
		held  bool
	}{{9 * time.Second, true}, {10 * time.Second, false}} {
		in.now = friday.Add(tt.after)
		in.links(t, []string{"served", served[1]})
		if held := in.last(t).Review; held != tt.held {
			t.Errorf("after %s: held %t", tt.after, held)
		}
	}
	in.links(t, nil)
	if in.last(t).Review {
		t.Error("a page that was built ahead is held")
	}
}

func TestWhoSendsTooMuchWaits(t *testing.T) {
	in := newIntake(t, withSite("guard: {per_address: 3/h, trusted_proxies: [127.0.0.1/32]}\n"))
	send := func(path, address string) answer {
		r := browserPost(path, append([]string{"message", "Mijn <verhaal>"}, typed[:4]...)...)
		if strings.HasPrefix(path, "/t/") {
			r = browserPost(path, "message", "Mijn <verhaal>")
		}
		r.Header.Set("X-Forwarded-For", address)
		return in.do(r)
	}
	_, follow := in.hand(t)
	for _, path := range []string{"/forms/contact", follow} {
		in.now = in.now.Add(24 * time.Hour)
		for range 3 {
			if a := send(path, "203.0.113.1"); a.StatusCode == http.StatusTooManyRequests {
				t.Fatalf("%s: answer %d", path, a.StatusCode)
			}
		}
		a := send(path, "203.0.113.1")
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "1200" || !strings.Contains(a.body, "Mijn &lt;verhaal&gt;") {
			t.Errorf("%s: answer %d %s\n%s", path, a.StatusCode, a.Header, a.body)
		}
		if a := send(path, "203.0.113.2"); a.StatusCode == http.StatusTooManyRequests {
			t.Errorf("%s: another address waits", path)
		}
	}
	if strings.Contains(in.log.String(), "203.0.113") {
		t.Errorf("the log has an address: %s", in.log)
	}
}

// sentPhoto is a JPEG picture with a comment.
func sentPhoto(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()[:2] + "\xff\xfe\x00\x09GPS 52N" + b.String()[2:]
}

var photos = strings.Replace(smallDesk["forms/contact.yaml"], "types: [image/png]", "types: [image/png, image/jpeg, text/plain]", 1)

func TestAPhotoIsStoredWithoutItsPlace(t *testing.T) {
	in := newIntake(t, map[string]string{"forms/contact.yaml": photos})
	send := func() answer {
		r := multi("/forms/contact", []file{{"files", "a.jpg", sentPhoto(t)}, {"files", "b.png", png}}, typed...)
		r.Header.Set("Idempotency-Key", "k")
		return in.do(r)
	}
	first, second := send(), send()
	if first.StatusCode != http.StatusSeeOther || second.Header.Get("Location") != first.Header.Get("Location") || len(in.changes) != 1 {
		t.Fatalf("answers %d and %d, %d commits", first.StatusCode, second.StatusCode, len(in.changes))
	}
	files := in.last(t).Events[0].Data().Attachments
	if len(files) != 2 || files[0].AsSent || !files[1].AsSent {
		t.Fatalf("%+v", files)
	}
	for name, data := range in.added() {
		if strings.Contains(data, "GPS") {
			t.Errorf("%s has the place", name)
		}
	}
	a := in.get(first.Header.Get("Location") + "attachments/" + files[0].File)
	for name, want := range map[string]string{"Content-Type": "application/octet-stream", "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment; filename=a.jpg"} {
		if a.StatusCode != http.StatusOK || a.Header.Get(name) != want {
			t.Errorf("answer %d, %s: %q, want %q", a.StatusCode, name, a.Header.Get(name), want)
		}
	}
}

func TestWhatTheScannerRefusesIsForStaff(t *testing.T) {
	more := withSite("attachments: {scan: [grep, -v, virus]}\n")
	more["forms/contact.yaml"] = photos
	in := newIntake(t, more)
	a := in.do(multi("/forms/contact", []file{{"files", "bad.txt", "virus"}, {"files", "good.txt", "hello"}}, typed...))
	files := in.last(t).Events[0].Data().Attachments
	if a.StatusCode != http.StatusSeeOther || len(files) != 2 || files[0].Withheld != content.RefusedByScan || files[1].Withheld != "" {
		t.Fatalf("answer %d, %+v", a.StatusCode, files)
	}
	follow := a.Header.Get("Location")
	page := in.get(follow).body
	if !strings.Contains(page, "bad.txt") || strings.Contains(page, files[0].File) || !strings.Contains(page, files[1].File) || !strings.Contains(page, "virusscanner") {
		t.Errorf("the page\n%s", page)
	}
	for i, want := range []int{http.StatusNotFound, http.StatusOK} {
		if a := in.get(follow + "attachments/" + files[i].File); a.StatusCode != want {
			t.Errorf("%s: answer %d, want %d", files[i].Label, a.StatusCode, want)
		}
	}
}

func TestTotalsOfFiles(t *testing.T) {
	more := withSite("attachments: {per_ticket: 300B, per_day: 1kB}\n")
	more["forms/contact.yaml"] = photos
	in := newIntake(t, more)
	text := func(n int) []file { return []file{{"files", "a.txt", strings.Repeat("a", n)}} }
	follow := in.do(multi("/forms/contact", text(200), typed...)).Header.Get("Location")
	message := func(n int, key string) answer {
		r := multi(follow, text(n), "message", "Mijn <verhaal>")
		r.Header.Set("Idempotency-Key", key)
		return in.do(r)
	}
	if a := message(101, "k"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Samen met de bestanden") || !strings.Contains(a.body, "Mijn &lt;verhaal&gt;") {
		t.Errorf("more than its ticket may have: answer %d\n%s", a.StatusCode, a.body)
	}
	for range 2 { // a repetition counts once
		if a := message(100, "l"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("as much as its ticket may have: answer %d", a.StatusCode)
		}
	}
	in = in.restart(t) // 300 of 1,000 bytes were sent
	for _, n := range []int{300, 299} {
		if a := in.do(multi("/forms/contact", text(n), typed...)); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%d bytes: answer %d", n, a.StatusCode)
		}
	}
	a := in.do(multi("/forms/contact", text(290), typed...))
	if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") != fmt.Sprint(8*3600+54*60+51) || !strings.Contains(a.body, "Betalen lukt niet") {
		t.Errorf("beyond the day: answer %d %s", a.StatusCode, a.Header)
	}
	if a := in.post("/forms/contact", typed...); a.StatusCode != http.StatusSeeOther {
		t.Errorf("without files: answer %d", a.StatusCode)
	}
	in.now = in.now.Add(9 * time.Hour)
	if a := in.do(multi("/forms/contact", text(290), typed...)); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the next day: answer %d", a.StatusCode)
	}
}

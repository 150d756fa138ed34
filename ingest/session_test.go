package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/content"
)

const platformKey = "a key of the platform's, 32 bytes at least"

// vouchedDesk is the small desk with a platform that vouches for its customers.
func vouchedDesk(t *testing.T) map[string]string {
	t.Setenv("BALIE_TEST_IDENTITY", platformKey)
	policy := strings.Replace(smallDesk["policy/2026-01-01.yaml"], "promises:", "entitlement: {requesters_per_organisation: 2, attachments: signed_in}\npromises:", 1)
	return map[string]string{
		"policy/2026-01-01.yaml": policy,
		"site.yaml": smallDesk["site.yaml"] +
			"identity: {algorithm: HS256, key: {env: BALIE_TEST_IDENTITY}, audience: balie, claims: {id: sub, name: name, email: email, phone: phone, organisation: shop}}\n",
		"organisations/0042.yaml": "name: Bakkerij Peeters\n",
	}
}

// jwt is a token that the platform signed.
func jwt(t *testing.T, now time.Time, change map[string]any) string {
	t.Helper()
	claims := map[string]any{"aud": "balie", "exp": now.Add(5 * time.Minute).Unix(), "sub": "shop-4411", "name": "Jo Claes", "email": "jo@klant.example", "shop": "0042"}
	maps.Copy(claims, change)
	head, _ := json.Marshal(map[string]any{"alg": "HS256"})
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	said := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	mac := hmac.New(sha256.New, []byte(platformKey))
	mac.Write([]byte(said))
	return said + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signIn opens the platform's link, and returns the cookie.
func (in *intake) signIn(t *testing.T, change map[string]any) *http.Cookie {
	t.Helper()
	a := in.get("/forms/contact?identity=" + jwt(t, in.now, change))
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		t.Fatalf("%d, cookies %v\n%s", a.StatusCode, a.Cookies(), a.body)
	}
	return a.Cookies()[0]
}

func (in *intake) getAs(path string, cookie *http.Cookie) answer {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", browser)
	r.AddCookie(cookie)
	return in.do(r)
}

// postAs sends a form as a browser does that is signed in; header is names and values in turn.
func (in *intake) postAs(path string, cookie *http.Cookie, header []string, pairs ...string) answer {
	r := browserPost(path, pairs...)
	r.AddCookie(cookie)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return in.do(r)
}

func TestTheLinkBecomesASession(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	token := jwt(t, in.now, nil)
	a := in.get("/en/forms/contact/?incident=2026%2F1118-payments&identity=" + token + "&lang=nl")
	if got, want := a.Header.Get("Location"), "/en/forms/contact/?incident=2026%2F1118-payments&lang=nl"; a.StatusCode != 303 || got != want {
		t.Fatalf("%d to %q, want %q", a.StatusCode, got, want)
	}
	cookie := a.Cookies()[0]
	if cookie.Name != "__Host-balie" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge != 3600 {
		t.Errorf("cookie %s", cookie)
	}
	if strings.Contains(cookie.Value, token) {
		t.Error("the cookie has the token")
	}
	page := in.getAs("/en/forms/contact", cookie)
	for _, want := range []string{
		"You are signed in as Jo Claes, for Bakkerij Peeters (0042).", `value="jo@klant.example" readonly`, `value="0042" readonly`, `name="identity" value="session"`,
		`name="action" value="sign_out"`, `type="file"`,
	} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, r := range []answer{a, page} {
		if r.Header.Get("Cache-Control") != "no-store, private" || !strings.Contains(strings.Join(r.Header.Values("Vary"), ", "), "Cookie") {
			t.Errorf("headers %v", r.Header)
		}
	}
	if other := in.get("/forms/contact"); strings.Contains(other.body, "Jo Claes") || strings.Contains(other.body, `type="file"`) || !strings.Contains(other.body, "vanuit uw account") {
		t.Error("somebody else is served the page of one who is signed in")
	}
	if strings.Contains(in.log.String(), token[:20]) || strings.Contains(in.log.String(), "Jo Claes") {
		t.Errorf("the log tells of it: %s", in.log)
	}
}

func TestACookieForPlainHTTPOnLoopback(t *testing.T) {
	for address, secure := range map[string]bool{"http://127.0.0.1:8080": false, "http://localhost:8080": false, "http://[::1]:8080": false, "http://hulp.example": true, "https://127.0.0.1": true} {
		in := newIntake(t, vouchedDesk(t), func(c *Config) { c.IntakeURL = address })
		if cookie := in.signIn(t, nil); cookie.Secure != secure || strings.HasPrefix(cookie.Name, "__Host-") != secure {
			t.Errorf("%s: %s", address, cookie)
		}
	}
}

// What the platform says counts, whatever was typed.
func TestATicketOfAVouchedRequester(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	cookie := in.signIn(t, map[string]any{"phone": "0470 12 34 56"})
	r := multi("/forms/contact", []file{{"files", "scherm.png", png}}, "subject", "Betalen", "message", "Help", "name", "Iemand anders", "email", "ander@klant.example", "site_id", "9999")
	r.AddCookie(cookie)
	if a := in.do(r); a.StatusCode != 303 {
		t.Fatalf("%d\n%s", a.StatusCode, a.body)
	}
	record := in.added()["ticket.yaml"]
	for _, want := range []string{"id: shop-4411", "name: Jo Claes", "email: jo@klant.example", `phone: "0470 12 34 56"`, `organisation: "0042"`} {
		if !strings.Contains(record, want) {
			t.Errorf("ticket.yaml lacks %q:\n%s", want, record)
		}
	}
	if strings.Contains(record, "ander") || len(in.changes[0].Files) != 3 {
		t.Errorf("%d files, %s", len(in.changes[0].Files), record)
	}
	in.sound(t)
	page := in.getAs("/forms/contact", cookie)
	number := in.Tree().Tickets[0].Number
	for _, want := range []string{number[:4] + " " + number[4:8] + " " + number[8:], "/t/" + in.Tree().Tickets[0].Follow + "/", "Betalen", "Wij zijn aan zet."} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the list of earlier tickets lacks %q", want)
		}
	}
	if other := in.getAs("/forms/contact", in.signIn(t, map[string]any{"sub": "shop-1"})); strings.Contains(other.body, "Betalen</span>") {
		t.Error("another customer sees the ticket")
	}
}

// On its follow page files can be attached by the requester alone, not by anybody who is signed in.
func TestFilesOnTheFollowPage(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	cookie := in.signIn(t, nil)
	if a := in.postAs("/forms/contact", cookie, nil, "subject", "Betalen", "message", "Help"); a.StatusCode != 303 {
		t.Fatal(a.StatusCode, a.body)
	}
	path := "/t/" + in.Tree().Tickets[0].Follow
	for name, c := range map[string]struct {
		cookie *http.Cookie
		status int
	}{"the requester": {cookie, 303}, "another": {in.signIn(t, map[string]any{"sub": "shop-1"}), 422}} {
		r := multi(path, []file{{"files", "a.png", png}}, "message", "Zie "+name)
		r.AddCookie(c.cookie)
		if a := in.do(r); a.StatusCode != c.status {
			t.Errorf("%s: %d\n%s", name, a.StatusCode, a.body)
		}
	}
	if a := in.do(multi(path, []file{{"files", "a.png", png}}, "message", "Bewaar mij", "identity", "x.y.z")); a.StatusCode != 401 || !strings.Contains(a.body, "Bewaar mij") {
		t.Errorf("a token that is none: %d", a.StatusCode)
	}
}

func TestATokenAmongTheAnswers(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	body := func(token, message string) string {
		return fmt.Sprintf(`{"subject":"Betalen","message":%q,"identity":%q}`, message, token)
	}
	a := in.postJSON("/forms/contact", body(jwt(t, in.now, nil), "Help"), "Idempotency-Key", "k")
	if a.StatusCode != 201 || len(a.Cookies()) != 0 || !strings.Contains(in.added()["ticket.yaml"], "id: shop-4411") {
		t.Fatalf("%d %v %s", a.StatusCode, a.Cookies(), in.added()["ticket.yaml"])
	}
	// A retry may bring a new token. The same key by another customer is another submission.
	again := in.postJSON("/forms/contact", body(jwt(t, in.now.Add(time.Second), nil), "Help"), "Idempotency-Key", "k")
	if again.StatusCode != 201 || again.body != a.body {
		t.Errorf("the retry: %d %s", again.StatusCode, again.body)
	}
	if other := in.postJSON("/forms/contact", body(jwt(t, in.now, map[string]any{"sub": "shop-1"}), "Help"), "Idempotency-Key", "k"); other.StatusCode != 422 {
		t.Errorf("another customer under the same key: %d %s", other.StatusCode, other.body)
	}
}

func TestTokensThatAreNone(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	right := jwt(t, in.now, nil)
	for name, token := range map[string]string{
		"expired":          jwt(t, in.now, map[string]any{"exp": in.now.Add(-time.Minute).Unix()}),
		"foreign audience": jwt(t, in.now, map[string]any{"aud": "shop"}),
		"wrongly signed":   right[:len(right)-4] + "AAAA",
		"unsigned":         base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + strings.Split(right, ".")[1] + ".",
		"a text":           "hello",
	} {
		a := in.get("/en/forms/contact?identity=" + token)
		if a.StatusCode != 401 || !strings.Contains(a.body, "Open the form again from your account") || !strings.Contains(a.body, `<button>Send`) || len(a.Cookies()) != 0 {
			t.Errorf("%s: %d %v\n%s", name, a.StatusCode, a.Cookies(), a.body)
		}
		a = in.post("/forms/contact", "message", "Dit typte ik lang", "subject", "Betalen", "identity", token)
		if a.StatusCode != 401 || !strings.Contains(a.body, "Dit typte ik lang</textarea>") || !strings.Contains(a.body, "vanuit uw account") {
			t.Errorf("%s: %d\n%s", name, a.StatusCode, a.body)
		}
		p := decode[problem](t, in.postJSON("/forms/contact", fmt.Sprintf(`{"message":"x","identity":%q}`, token)))
		if p.Status != 401 || len(p.Errors) != 1 || p.Errors[0].Field != "identity" || !strings.Contains(p.Detail, "token") {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if len(in.changes) > 0 {
		t.Error("something was filed")
	}
}

// A link that is none ends the session before it: the page is for somebody who is not signed in.
func TestABadLinkEndsTheSession(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	a := in.getAs("/forms/contact?identity=x", in.signIn(t, nil))
	if a.StatusCode != 401 || len(a.Cookies()) != 1 || a.Cookies()[0].MaxAge >= 0 || strings.Contains(a.body, "Jo Claes") {
		t.Errorf("%d %v", a.StatusCode, a.Cookies())
	}
}

func TestASessionEnds(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	cookie := in.signIn(t, nil)
	out := in.postAs("/en/forms/contact", cookie, nil, "action", "sign_out")
	if out.StatusCode != 303 || out.Header.Get("Location") != "/en/forms/contact" || len(out.Cookies()) != 1 || out.Cookies()[0].MaxAge >= 0 {
		t.Errorf("signed out: %d %v %v", out.StatusCode, out.Header, out.Cookies())
	}
	in.now = in.now.Add(time.Hour)
	if page := in.getAs("/forms/contact", cookie); strings.Contains(page.body, "Jo Claes") {
		t.Error("signed in after an hour")
	}
	// The page was shown to somebody signed in, so its answers come back as those of nobody.
	a := in.postAs("/forms/contact", cookie, nil, "identity", "session", "subject", "Betalen", "message", "Lange tekst", "email", "jo@klant.example", "site_id", "0042")
	for _, want := range []string{"dat geldt een uur", "Lange tekst</textarea>", `value="jo@klant.example" required`} {
		if a.StatusCode != 401 || !strings.Contains(a.body, want) {
			t.Errorf("%d, without %q\n%s", a.StatusCode, want, a.body)
		}
	}
	if len(in.changes) > 0 {
		t.Error("something was filed")
	}
}

// A page of another origin can't post as somebody who is signed in. What it posts counts as
// anybody's.
func TestNobodyPostsForAnother(t *testing.T) {
	for name, c := range map[string]struct {
		header []string
		signed bool
	}{
		"its own page":             {[]string{"Sec-Fetch-Site", "same-origin", "Origin", "https://hulp.example"}, true},
		"its own, behind a proxy":  {[]string{"Origin", "https://hulp.example"}, true},
		"no page":                  {nil, true},
		"another site":             {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		"another site, old":        {[]string{"Origin", "https://evil.example"}, false},
		"an opaque origin":         {[]string{"Origin", "null"}, false},
		"a neighbour":              {[]string{"Sec-Fetch-Site", "same-site", "Origin", "https://evil.hulp.example"}, false},
		"a name that begins alike": {[]string{"Origin", "https://hulp.example.evil.example"}, false},
	} {
		in := newIntake(t, vouchedDesk(t))
		cookie := in.signIn(t, nil)
		a := in.postAs("/forms/contact", cookie, c.header, "subject", "Betalen", "message", "Help", "email", "x@klant.example")
		if got := strings.Contains(in.added()["ticket.yaml"], "shop-4411"); a.StatusCode != 303 || got != c.signed {
			t.Errorf("%s: %d, as the customer: %t", name, a.StatusCode, got)
		}
		if a := in.postAs("/forms/contact", cookie, c.header, "identity", "session", "subject", "Nog iets", "message", "Help"); !c.signed && (a.StatusCode != 401 || !strings.Contains(a.body, "Help</textarea>")) {
			t.Errorf("%s, from a page that was shown to the customer: %d", name, a.StatusCode)
		}
	}
}

func TestAnOrganisationsRequesters(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	post := func(id string, more ...string) answer {
		cookie := in.signIn(t, map[string]any{"sub": id, "email": id + "@klant.example"})
		return in.postAs("/en/forms/contact", cookie, nil, append([]string{"subject", "Betalen", "message", "Help " + id}, more...)...)
	}
	for range 3 { // who merely types the organisation takes nobody's place
		in.now = in.now.Add(time.Minute)
		if a := in.post("/forms/contact", "subject", "x", "message", "x", "email", fmt.Sprint(in.now.Unix(), "@x.example"), "site_id", "0042"); a.StatusCode != 303 {
			t.Fatal(a.StatusCode)
		}
	}
	for i, id := range []string{"a", "b", "a"} {
		if a := post(id, "message2", ""); a.StatusCode != 303 {
			t.Errorf("%d: %d\n%s", i, a.StatusCode, a.body)
		}
	}
	a := post("c")
	for _, want := range []string{"For Bakkerij Peeters (0042), 2 people may ask us", "Help c</textarea>", "You are signed in"} {
		if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, want) {
			t.Errorf("%d, without %q", a.StatusCode, want)
		}
	}
	p := decode[problem](t, in.postJSON("/forms/contact", fmt.Sprintf(`{"subject":"x","message":"x","identity":%q}`, jwt(t, in.now, map[string]any{"sub": "c"}))))
	if p.Status != 403 || len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Detail, "Bakkerij Peeters") {
		t.Errorf("%+v", p)
	}
	if a := post("d"); a.StatusCode != 403 {
		t.Errorf("one that is refused takes a place: %d", a.StatusCode)
	}
	if a := in.postAs("/forms/contact", in.signIn(t, map[string]any{"sub": "e", "shop": "0043"}), nil, "subject", "x", "message", "x"); a.StatusCode != 303 {
		t.Errorf("another organisation: %d", a.StatusCode)
	}
}

// Of many at once no more get in than may, also while git takes nothing.
func TestAnOrganisationsRequestersAtOnce(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	in.fail = errors.New("no git")
	status := make([]int, 8)
	var all sync.WaitGroup
	for i := range status {
		cookie := in.signIn(t, map[string]any{"sub": fmt.Sprint("id-", i), "email": fmt.Sprint(i, "@klant.example")})
		all.Go(func() {
			r := browserPost("/forms/contact", "subject", "x", "message", "x")
			r.AddCookie(cookie)
			w := httptest.NewRecorder()
			in.Handler.ServeHTTP(w, r)
			status[i] = w.Code
		})
	}
	all.Wait()
	in.fail = nil
	var accepted, refused int
	for _, code := range status {
		switch code {
		case 303:
			accepted++
		case 403:
			refused++
		}
	}
	if accepted != 2 || refused != 6 {
		t.Errorf("%v", status)
	}
}

// A repetition without a key is found by the platform's id, from one address. Another customer's
// same words are another ticket.
func TestARepetitionByAVouchedCustomer(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	post := func(id string) string {
		r := browserPost("/forms/contact", "subject", "Betalen", "message", "Help")
		r.RemoteAddr = "192.0.2.1:4000"
		r.AddCookie(in.signIn(t, map[string]any{"sub": id, "email": nil}))
		return in.do(r).Header.Get("Location")
	}
	in.write("forms/contact.yaml", strings.Replace(smallDesk["forms/contact.yaml"], "type: email, required: true", "type: email", 1))
	first := post("a")
	if first == "" || post("a") != first {
		t.Error("the repetition is another ticket")
	}
	if post("b") == first {
		t.Error("another customer was given the link")
	}
}

// Without the key nobody is signed in, and all else goes on.
func TestAKeyThatIsNotThere(t *testing.T) {
	in := newIntake(t, vouchedDesk(t))
	token, cookie := jwt(t, in.now, nil), in.signIn(t, nil)
	t.Setenv("BALIE_TEST_IDENTITY", "")
	if a := in.get("/forms/contact?identity=" + token); a.StatusCode != 503 {
		t.Errorf("a link: %d", a.StatusCode)
	}
	if a := in.getAs("/forms/contact", cookie); a.StatusCode != 200 || strings.Contains(a.body, "Jo Claes") {
		t.Errorf("a session: %d", a.StatusCode)
	}
	if a := in.post("/forms/contact", "subject", "x", "message", "x", "email", "x@klant.example"); a.StatusCode != 303 {
		t.Errorf("a form: %d", a.StatusCode)
	}
	if strings.Contains(in.log.String(), platformKey) || strings.Contains(in.log.String(), token[:30]) {
		t.Errorf("the log: %s", in.log)
	}
	t.Setenv("BALIE_TEST_IDENTITY", "another key of the platform's, as long as that")
	if a := in.getAs("/forms/contact", cookie); strings.Contains(a.body, "Jo Claes") {
		t.Error("a session outlives the platform's key")
	}
}

// A site without identity knows nobody, whatever is sent.
func TestWithoutIdentity(t *testing.T) {
	in := newIntake(t, nil)
	a := in.get("/forms/contact?identity=" + jwt(t, in.now, nil))
	if a.StatusCode != 200 || len(a.Cookies()) > 0 || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	if a := in.post("/forms/contact", "subject", "x", "message", "x", "email", "x@klant.example", "identity", "anything"); a.StatusCode != 303 {
		t.Error(a.StatusCode)
	}
}

// At most twenty earlier tickets are listed, the newest first; how many are open is said from half
// of fair use on.
func TestManyEarlierTickets(t *testing.T) {
	more := vouchedDesk(t)
	more["policy/2026-01-01.yaml"] = strings.Replace(more["policy/2026-01-01.yaml"], "entitlement:", "fair_use: {open_tickets: 40}\nentitlement:", 1)
	for i := range 23 {
		dir := fmt.Sprintf("tickets/2026/11/19/%s/", content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 19}, 1, i+1))
		more[dir+"ticket.yaml"] = fmt.Sprintf("form: contact\nlanguage: nl\nsubject: Vraag %02d\nrequester: {id: shop-4411}\nfollow: %s\n", i, strings.Repeat(string(rune('a'+i)), 26))
		more[dir+fmt.Sprintf("2026-11-19T10%02d00Z-received.md", i)] = "---\n---\nHelp\n"
	}
	in := newIntake(t, more)
	page := in.getAs("/forms/contact", in.signIn(t, nil)).body
	if strings.Count(page, `<span class="num">`) != 20 || !strings.Contains(page, "en nog 3") || strings.Index(page, "Vraag 22") > strings.Index(page, "Vraag 21") || strings.Contains(page, "Vraag 02") {
		t.Errorf("%s", page)
	}
	if !strings.Contains(page, "U hebt 23 vragen openstaan. Vanaf 40 ") {
		t.Errorf("fair use is not said before it is reached: %s", page)
	}
}

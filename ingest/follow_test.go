package ingest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/themes"
)

func TestMessage(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	a := in.do(multi(follow, []file{{"files", "more.png", png}}, "message", "---\nNog iets", "language", "nl"))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != follow+"?sent=message#sent" {
		t.Fatalf("answer %d to %s\n%s", a.StatusCode, a.Header.Get("Location"), a.body)
	}
	event := in.added()["2026-11-20T150509Z-message.md"]
	if !strings.HasPrefix(event, "---\nid: ") || !strings.HasSuffix(event, "\n---\n---\nNog iets\n") || !strings.Contains(event, "label: more.png") || len(in.added()) != 2 {
		t.Errorf("files %v", in.added())
	}
	if m := in.changes[1].Message; m != "ticket "+number+": message" {
		t.Errorf("message %q", m)
	}
	if page := in.get(follow); !strings.Contains(page.body, "Nog iets") || !strings.Contains(page.body, "more.png") {
		t.Errorf("the follow page lacks the message\n%s", page.body)
	}
	// The same file again is stored once; the same second is taken.
	in.do(multi(follow, []file{{"files", "again.png", png}}, "message", "En dit"))
	if _, ok := in.added()["2026-11-20T150510Z-message.md"]; !ok || len(in.added()) != 1 {
		t.Errorf("files %v", in.added())
	}
	if page := in.get(follow); !strings.Contains(page.body, "En dit") {
		t.Error("the second message is not shown")
	}
	in.sound(t)
}

func TestAMessageOfFilesAlone(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	if a := in.do(multi(follow, []file{{"files", "scherm.png", png}}, "message", "")); a.StatusCode != http.StatusSeeOther || len(in.added()) != 2 {
		t.Fatalf("answer %d\n%s", a.StatusCode, a.body)
	}
	if page := in.get(follow); !strings.Contains(page.body, "scherm.png") {
		t.Errorf("the follow page lacks the file\n%s", page.body)
	}
	if at := in.Tree().Tickets[0].At(in.now); len(at.Unanswered) != 2 {
		t.Errorf("%d messages wait for an answer", len(at.Unanswered))
	}
	if a := in.do(multi(follow, []file{{"files", "", ""}}, "message", "")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing at all: answer %d", a.StatusCode)
	}
	in.sound(t)
}

func TestTheFollowPageShowsWhatWasFilledIn(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	page := in.get(follow).body
	for _, want := range []string{
		`<dt>Adres</dt><dd dir="auto">jo@klant.example</dd>`, `<dt>Site</dt><dd dir="auto">0042</dd>`, `<dt>Product</dt><dd dir="auto">Album</dd>`, `<h1 dir="auto">`,
		"Bewaar het adres van deze pagina", `accept="image/png"`, "Tot 2\u00a0bestanden", "Is het opgelost?", "voorgoed",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the follow page lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}

func TestWhatIsWrongIsSaidInOneLanguage(t *testing.T) {
	in := newIntake(t, nil)
	for _, tt := range []struct{ body, lang, detail, mistake string }{
		{`{"subject":"s","message":"m"}`, "nl", "Eén ding klopt nog niet", "Vul dit in."},
		{`{"subject":"s","message":"m"}`, "en", "One thing is not right yet", "Please fill this in."},
		{`{"message":"m","email":"x"}`, "en", "2\u00a0things are not right yet", "Please fill this in."},
		{`{"subject":"s","message":"m","email":"a@b.example","site_id":"x"}`, "nl", "Eén ding klopt nog niet", "Schrijf 4 cijfers, bijvoorbeeld 1234."},
	} {
		a := in.postJSON("/forms/contact", tt.body, "Accept-Language", tt.lang)
		p := decode[problem](t, a)
		if p.Detail != tt.detail || len(p.Errors) == 0 || p.Errors[0].Detail != tt.mistake || a.Header.Get("Content-Language") != tt.lang {
			t.Errorf("%s, %s: %+v, %q, %q", tt.body, tt.lang, p, p.Detail, a.Header.Get("Content-Language"))
		}
	}
	in.breakStore()
	if p := decode[problem](t, in.postJSON("/forms/contact", question)); !strings.HasPrefix(p.Detail, "Met wat u schreef is niets mis.") {
		t.Errorf("%+v", p)
	}
}

func TestNothingIsThereHasASearch(t *testing.T) {
	in := newIntake(t, map[string]string{"site.yaml": smallDesk["site.yaml"] + "intake_url: https://balie.example\n"})
	for path, want := range map[string]string{"/x": `action="https://hulp.example/search/"`, "/en/forms/none": `action="https://hulp.example/en/search/"`} {
		if a := in.get(path); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d\n%s", path, a.StatusCode, a.body)
		}
	}
}

func TestMessageByProgram(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	first := in.postJSON(strings.TrimSuffix(follow, "/"), `{"message":"Nog iets"}`, "Idempotency-Key", "m1")
	again := in.postJSON(strings.TrimSuffix(follow, "/"), `{"message":"Nog iets"}`, "Idempotency-Key", "m1")
	want := `{"number":"` + number + `","kind":"message","at":"2026-11-20T15:05:09Z"}` + "\n"
	if first.StatusCode != http.StatusCreated || first.body != want || again.body != want || len(in.changes) != 2 {
		t.Errorf("answers %d %s %s", first.StatusCode, first.body, again.body)
	}
}

func TestMistakenMessage(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	for _, tt := range []struct {
		send  []string
		field string
	}{
		{[]string{"message", " "}, "message"},
		{[]string{"message", strings.Repeat("x", 20_001)}, "message"},
		{[]string{"message", "x", "kind", "solved"}, "kind"},
		{[]string{"action", "close"}, "action"},
		{[]string{"action", "rate", "score", "6"}, "score"},
		{[]string{"action", "solved", "message", "x"}, "message"},
	} {
		r := browserPost(follow, tt.send...)
		a := in.do(r)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Header.Get("Content-Type"), "html") {
			t.Errorf("%.40q: answer %d %s", tt.send, a.StatusCode, a.Header)
		}
		r = browserPost(follow, tt.send...)
		r.Header.Set("Accept", "application/json")
		if p := decode[problem](t, in.do(r)); len(p.Errors) != 1 || p.Errors[0].Field != tt.field {
			t.Errorf("%.40q: %+v", tt.send, p)
		}
	}
	if len(in.changes) != 1 {
		t.Errorf("%d commits", len(in.changes))
	}
}

func TestSolvedAndRated(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	if a := in.post(follow, "action", "solved"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer %d\n%s", a.StatusCode, a.body)
	}
	if event := in.added()["2026-11-20T150509Z-confirmed.md"]; !strings.HasPrefix(event, "---\nid: ") {
		t.Errorf("files %v", in.added())
	}
	if a := in.post(follow, "action", "solved"); a.StatusCode != http.StatusSeeOther || len(in.changes) != 2 {
		t.Errorf("solved twice: answer %d, %d commits", a.StatusCode, len(in.changes))
	}
	if a := in.postJSON(follow, `{"action":"solved"}`); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"kind":"confirmed","at":"2026-11-20T15:05:09Z"`) || len(in.changes) != 2 {
		t.Errorf("solved thrice: answer %d %s, %d commits", a.StatusCode, a.body, len(in.changes))
	}
	for range 2 { // a double click
		if a := in.post(follow, "action", "rate", "score", "4"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("answer %d", a.StatusCode)
		}
	}
	if event := in.added()["2026-11-20T150510Z-rated.md"]; !strings.Contains(event, "score: 4\n") || len(in.changes) != 3 {
		t.Errorf("%d commits, files %v", len(in.changes), in.added())
	}
	for later, want := range map[time.Duration]content.TicketState{0: content.SolvedState, time.Hour: content.ClosedState} {
		if at := in.Tree().Tickets[0].At(in.now.Add(later)); at.State != want {
			t.Errorf("after %s: state %s", later, at.State)
		}
	}
	in.sound(t)
}

func TestAMessageWithinTheHourOpensAgain(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	in.post(follow, "action", "solved")
	in.now = in.now.Add(59 * time.Minute)
	if a := in.post(follow, "message", "Toch niet"); a.Header.Get("Location") != follow+"?sent=message#sent" {
		t.Errorf("sent to %s", a.Header.Get("Location"))
	}
	if at := in.Tree().Tickets[0].At(in.now); at.State != content.Open || len(at.Unanswered) != 1 {
		t.Errorf("state %s, %d unanswered", at.State, len(at.Unanswered))
	}
	in.sound(t)
}

func TestAGetChangesNothing(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.get(follow + "?action=solved")
	in.get(follow + "?message=x")
	if len(in.changes) != 1 {
		t.Errorf("%d commits", len(in.changes))
	}
}

func TestMessageOnAClosedTicketMakesAFollowUp(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	in.post(follow, "action", "solved")
	in.now = in.now.Add(time.Hour)
	a := in.post(follow, "message", "Toch weer stuk")
	next := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || strings.HasPrefix(next, follow) {
		t.Fatalf("answer %d to %s", a.StatusCode, next)
	}
	old := `<a class="num" href="` + follow + `">` + content.SayNumber(number) + `</a>`
	if page := in.get(next); !strings.Contains(page.body, "Toch weer stuk") || !strings.Contains(page.body, old) {
		t.Errorf("the new follow page\n%s", page.body)
	}
	if page := in.get(follow); !strings.Contains(page.body, `<a class="num" href="`+next+`">`) {
		t.Errorf("the old page does not lead to the new one\n%s", page.body)
	}
	link := in.added()["2026-11-20T160509Z-linked.md"]
	if !strings.Contains(link, `ticket: "`+number+`"`) || !strings.Contains(link, "as: follow_up") {
		t.Errorf("files %v", in.added())
	}
	record := in.added()["ticket.yaml"]
	for _, want := range []string{"email: jo@klant.example", `organisation: "0042"`, "product: album", "subject: Betalen lukt niet", "channel: form"} {
		if !strings.Contains(record, want) {
			t.Errorf("the new ticket lacks %q\n%s", want, record)
		}
	}
	if old := in.Tree().Ticket(number); len(old.Events) != 2 || old.At(in.now).State != content.ClosedState {
		t.Errorf("the closed ticket changed: %+v", old)
	}
	in.sound(t)
}

// A follow-up does not go on naming a form that was taken away.
func TestAFollowUpWhenTheFormIsGone(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	in.post(follow, "action", "solved")
	in.now = in.now.Add(time.Hour)
	delete(in.files, "forms/contact.yaml")
	in.reload()
	a := in.post(follow, "message", "Toch weer stuk")
	if next := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || strings.HasPrefix(next, follow) {
		t.Fatalf("answer %d to %s\n%s", a.StatusCode, next, a.body)
	}
	if record := in.added()["ticket.yaml"]; strings.Contains(record, "form: contact") || !strings.Contains(record, "subject: Betalen lukt niet") {
		t.Errorf("the new ticket\n%s", record)
	}
}

func TestMessageOnAMergedTicket(t *testing.T) {
	in := newIntake(t, nil)
	first, _ := in.hand(t)
	second, follow := in.hand(t)
	in.write(content.TicketDir(second)+"/2026-11-20T141000Z-merged-anna.md", "---\ninto: \""+first+"\"\n---\n")
	in.now = in.now.Add(time.Hour)
	in.post(follow, "message", "Nog iets")
	if got := in.changes[2].Files[0].Path; got != content.TicketDir(second)+"/2026-11-20T150509Z-message.md" { // content/desk counts it on the survivor
		t.Errorf("the message went to %s", got)
	}
	in.write(content.TicketDir(first)+"/2026-11-20T151000Z-confirmed.md", "---\nid: aaaa1111\n---\n")
	in.now = in.now.Add(2 * time.Hour)
	in.post(follow, "message", "En weer")
	if _, ok := in.added()["ticket.yaml"]; !ok {
		t.Errorf("the survivor is closed, and no follow-up was made: %v", in.added())
	}
	in.sound(t)
}

func TestTheReceiptAnswersBeforeTheTreeHasIt(t *testing.T) {
	in := newIntake(t, nil)
	in.stale = true
	number, follow := in.hand(t)
	if page := in.get(follow); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "Betalen lukt niet") || !strings.Contains(page.body, "kom ik terug") || !strings.Contains(page.body, `datetime="2026-11-20T15:05`) {
		t.Fatalf("the receipt: %d\n%s", page.StatusCode, page.body)
	}
	in.now = in.now.Add(time.Hour)
	if a := in.post(follow, "message", "Nog iets"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer %d", a.StatusCode)
	}
	if other, _ := in.hand(t); other == number {
		t.Error("the number was given twice")
	}
	for range 2 { // before and after the tree has caught up
		if page := in.get(follow); strings.Count(page.body, "Nog iets") != 1 || strings.Count(page.body, "kom ik terug") != 1 {
			t.Errorf("the follow page\n%s", page.body)
		}
		in.reload()
	}
}

func TestAChangedTokenRetiresTheOld(t *testing.T) {
	for _, stale := range []bool{false, true} {
		in := newIntake(t, nil)
		in.stale = stale
		number, follow := in.hand(t)
		token := strings.Split(follow, "/")[2]
		path := content.TicketDir(number) + "/ticket.yaml"
		renewed := strings.Repeat("b", 32)
		in.write(path, strings.Replace(string(in.files[path].Data), token, renewed, 1))
		if a := in.get(follow); a.StatusCode != http.StatusNotFound {
			t.Errorf("the old link: %d", a.StatusCode)
		}
		if a := in.post(follow, "message", "x"); a.StatusCode != http.StatusNotFound || len(in.changes) != 1 {
			t.Errorf("a message by the old link: %d", a.StatusCode)
		}
		if a := in.get("/t/" + renewed + "/"); a.StatusCode != http.StatusOK {
			t.Errorf("the new link: %d", a.StatusCode)
		}
	}
}

// One token of two tickets opens neither, until one of them has another.
func TestATokenOfTwoTicketsOpensNothing(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	second, _ := in.hand(t)
	path := content.TicketDir(second) + "/ticket.yaml"
	own := string(in.files[path].Data)
	token := in.Tree().Ticket(second).Follow
	in.write(path, strings.Replace(own, token, strings.Split(follow, "/")[2], 1))
	for _, link := range []string{follow, "/t/" + token + "/"} {
		if a := in.get(link); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, "Betalen lukt niet") {
			t.Errorf("%s: %d", link, a.StatusCode)
		}
		if a := in.post(link, "message", "x"); a.StatusCode != http.StatusNotFound || len(in.changes) != 2 {
			t.Errorf("a message to %s: %d", link, a.StatusCode)
		}
	}
	in.write(path, own)
	for _, link := range []string{follow, "/t/" + token + "/"} {
		if a := in.get(link); a.StatusCode != http.StatusOK {
			t.Errorf("mended, %s: %d", link, a.StatusCode)
		}
	}
}

func TestFollowPageWithoutItsSlash(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	if a := in.get(strings.TrimSuffix(follow, "/")); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != follow {
		t.Errorf("answer %d to %s", a.StatusCode, a.Header.Get("Location"))
	}
}

func TestStaffsWordsStayWithStaff(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	dir := content.TicketDir(number)
	in.write(dir+"/2026-11-20T141000Z-note-anna.md", "Lastige klant.\n")
	in.write(dir+"/2026-11-20T141100Z-linked-anna.md", "---\nincident: 2026/1116-secret\n---\n")
	in.write(dir+"/2026-11-20T141200Z-reply-anna.md", "Wij kijken ernaar.\n")
	in.write(dir+"/2026-11-20T141300Z-spam-anna.md", "")
	in.now = in.now.Add(time.Hour)
	page := in.get(follow)
	for _, hidden := range []string{"Lastige", "Geheim", "Peeters", "spam"} {
		if strings.Contains(page.body, hidden) {
			t.Errorf("the follow page has %q", hidden)
		}
	}
	for _, shown := range []string{"Wij kijken ernaar.", "Anna"} {
		if !strings.Contains(page.body, shown) {
			t.Errorf("the follow page lacks %q\n%s", shown, page.body)
		}
	}
}

func TestNoTokenInTheLog(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	in.breakStore()
	in.post(follow, "message", "x")
	in.post(follow, "action", "solved")
	if in.log.Len() == 0 || strings.Contains(in.log.String(), strings.Split(follow, "/")[2]) {
		t.Errorf("the log: %s", in.log)
	}
}

func TestAnIntakeOfItsOwn(t *testing.T) {
	in := newIntake(t, map[string]string{"site.yaml": smallDesk["site.yaml"] + "intake_url: https://balie.example\n"})
	a := in.postJSON("/forms/contact", question)
	if !strings.HasPrefix(a.Header.Get("Location"), "https://balie.example/t/") {
		t.Errorf("follow page at %s", a.Header.Get("Location"))
	}
	page := in.get("/en/forms/contact")
	for _, want := range []string{`action="/en/forms/contact"`, `href="https://hulp.example/en/incidents/2026/1118-payments/"`, `href="/en/incidents/2026/1118-payments/me-too?form=contact"`, `href="/assets/style.`, `href="https://hulp.example/en/"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the form lacks %s\n%s", want, page.body)
		}
	}
	for path, want := range map[string]string{
		"/en/forms/contact?incident=2026/1118-payments":          `<a href="/forms/contact/?incident=2026%2F1118-payments" lang="nl"`,
		"/en/incidents/2026/1118-payments/me-too?form=contact":   `<a href="/incidents/2026/1118-payments/me-too?form=contact" lang="nl"`,
		"/en/incidents/2026/1118-payments/me-too?form=contact&x": `href="https://hulp.example/en/incidents/2026/1118-payments/"`,
	} {
		if page := in.get(path); !strings.Contains(page.body, want) {
			t.Errorf("%s lacks %s\n%s", path, want, page.body)
		}
	}
}

func TestASearchGoesToTheSite(t *testing.T) {
	in := newIntake(t, map[string]string{"site.yaml": smallDesk["site.yaml"] + "intake_url: https://balie.example\n"})
	for path, want := range map[string]string{
		"/search/?q=a%26b&x=1": "https://hulp.example/search/?q=a%26b&x=1", "/en/search/?q=a": "https://hulp.example/en/search/?q=a", "/search": "https://hulp.example/search/",
		"/nl/search/": "", "/search/x": "", "/x/search/": "",
	} {
		a := in.get(path)
		if status := map[bool]int{true: http.StatusSeeOther, false: http.StatusNotFound}[want != ""]; a.StatusCode != status || a.Header.Get("Location") != want {
			t.Errorf("%s: answer %d to %s", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
	if csp := in.get("/forms/contact").Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' https://hulp.example;") {
		t.Errorf("a form page's search may not be sent: %s", csp)
	}
	in = newIntake(t, nil)
	if csp := in.get("/forms/contact").Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self';") {
		t.Errorf("without an address of its own: %s", csp)
	}
}

func TestHealth(t *testing.T) {
	var warnings []string
	in := newIntake(t, nil, func(c *Config) {
		c.Next = http.NotFoundHandler()
		c.Warnings = func(context.Context) []string { return warnings }
	})
	is := func(path string, status int, text string) {
		t.Helper()
		if a := in.get(path); a.StatusCode != status || a.body != text || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q", path, a.StatusCode, a.body)
		}
	}
	is("/healthz", 200, "ok\n")
	is("/readyz", 200, "ok\n")
	warnings = []string{"committing"}
	is("/readyz", 200, "ok\nwarning: committing\n")
	in.Store.Close()
	is("/healthz", 200, "ok\n")
	is("/readyz", 503, "What is handed in can't be kept now.\n")
	if log := in.log.String(); !strings.Contains(log, "the store is closed") {
		t.Errorf("why not is not logged: %q", log)
	}
	if a := in.post("/healthz"); a.StatusCode == http.StatusOK {
		t.Errorf("a POST: %d", a.StatusCode)
	}
}

// Where no version of the setup is right there is no theme, and forms and follow pages answer 503.
func TestWithoutASetup(t *testing.T) {
	shown := theme()
	in := newIntake(t, nil, func(c *Config) { c.Theme = func() *themes.Theme { return shown } })
	_, follow := in.hand(t)
	shown = nil
	for _, a := range []answer{
		in.get("/forms/contact"), in.postJSON("/forms/contact", question), in.post("/forms/contact", "subject", "s", "message", "m", "email", "jo@klant.example"),
		in.get(follow), in.post(follow, "message", "Nog iets"),
	} {
		if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s %d, try again after %q", a.body, a.StatusCode, a.Header.Get("Retry-After"))
		}
	}
	if a := in.get("/healthz"); a.StatusCode != http.StatusOK || len(in.changes) != 1 {
		t.Errorf("healthz: %d; %d commits", a.StatusCode, len(in.changes))
	}
	shown = theme()
	if a := in.get(follow); a.StatusCode != http.StatusOK {
		t.Errorf("mended: %d", a.StatusCode)
	}
}

func TestTheSiteBehindServesTheRest(t *testing.T) {
	in := newIntake(t, nil, func(c *Config) {
		c.Next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("built " + r.URL.Path)) })
	})
	for path, built := range map[string]bool{"/": true, "/forms/contact/": false, "/en/forms/contact/": false, "/nl/forms/contact/": true, "/assets/x.css": true, "/forms/contact": false, "/en/forms/contact?incident=x": false, "/t/x/": false} {
		if got := strings.HasPrefix(in.get(path).body, "built /"); got != built {
			t.Errorf("%s: built %v", path, got)
		}
	}
	if a := in.post("/forms/contact/", "subject", "s", "message", "m", "email", "jo@klant.example"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a post to the built page's address: %d", a.StatusCode)
	}
}

// What staff erase stays gone, though nobody looked between the tree that had it and the one that has it no more.
func TestWhatIsErasedStaysGone(t *testing.T) {
	in := newIntake(t, nil)
	in.stale = true
	_, follow := in.hand(t)
	in.reload()
	in.caughtUp()
	in.now = in.now.Add(time.Hour)
	for _, text := range []string{"Mijn wachtwoord is geheim", "Graag wissen"} {
		in.now = in.now.Add(time.Minute)
		if a := in.post(follow, "message", text); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("answer %d", a.StatusCode)
		}
	}
	in.reload()
	in.caughtUp()
	for name, file := range in.files {
		if strings.Contains(string(file.Data), "geheim") {
			delete(in.files, name)
		}
	}
	in.reload()
	if page := in.get(follow); strings.Contains(page.body, "geheim") || !strings.Contains(page.body, "Graag wissen") {
		t.Errorf("the follow page\n%s", page.body)
	}
}

// For an hour the requester can take back that it is solved; after that a late click is told so.
func TestUndo(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	const button = `name="action" value="undo"`
	if page := in.get(follow); strings.Contains(page.body, button) {
		t.Error("there is something to take back before anything was said")
	}
	if a := in.post(follow, "action", "undo"); a.StatusCode != http.StatusUnprocessableEntity || len(in.changes) != 1 {
		t.Errorf("nothing to take back: answer %d, %d commits", a.StatusCode, len(in.changes))
	}
	in.now = in.now.Add(time.Hour)
	in.post(follow, "action", "solved")
	if page := in.get(follow); !strings.Contains(page.body, button) || !strings.Contains(page.body, "Tot <time") || strings.Contains(page.body, "Is het opgelost?") {
		t.Errorf("the follow page\n%s", page.body)
	}
	in.now = in.now.Add(59 * time.Minute)
	for range 2 { // a double click
		if a := in.post(follow, "action", "undo"); a.StatusCode != http.StatusSeeOther || len(in.changes) != 3 {
			t.Errorf("answer %d, %d commits", a.StatusCode, len(in.changes))
		}
	}
	if event := in.added()["2026-11-20T160409Z-reopened.md"]; !strings.HasPrefix(event, "---\nid: ") {
		t.Errorf("files %v", in.added())
	}
	if at := in.Tree().Tickets[0].At(in.now); at.State != content.Open || len(at.Unanswered) != 1 {
		t.Errorf("state %s, %d unanswered", at.State, len(at.Unanswered))
	}
	if page := in.get(follow); strings.Contains(page.body, button) || !strings.Contains(page.body, "U nam terug") || !strings.Contains(page.body, "Is het opgelost?") {
		t.Errorf("the follow page\n%s", page.body)
	}
	if a := in.postJSON(follow, `{"action":"undo"}`); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"kind":"reopened"`) {
		t.Errorf("by program: answer %d %s", a.StatusCode, a.body)
	}
	in.post(follow, "action", "solved")
	in.now = in.now.Add(time.Hour + time.Second)
	if page := in.get(follow); strings.Contains(page.body, button) {
		t.Error("the button is there after an hour")
	}
	if a := in.post(follow, "action", "undo"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "niet meer terugnemen") || len(in.changes) != 4 {
		t.Errorf("too late: answer %d, %d commits\n%s", a.StatusCode, len(in.changes), a.body)
	}
	in.sound(t)
}

// What staff took for spam the requester does not open again, and is not told of it.
func TestUndoOfSpam(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	in.post(follow, "action", "solved")
	in.write(content.TicketDir(number)+"/2026-11-20T151000Z-spam-anna.md", "")
	in.now = in.now.Add(30 * time.Minute)
	if a := in.post(follow, "action", "undo"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("answer %d", a.StatusCode)
	}
	if at := in.Tree().Tickets[0].At(in.now); at.State != content.SpamState {
		t.Errorf("state %s", at.State)
	}
	in.sound(t)
}

package themes

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"balie/content"
	"balie/themes/view"
)

func testSetup() *content.Setup {
	return &content.Setup{
		Site: &content.Site{
			Name: content.Text{"nl": "Muntplein", "it": "Piazza"}, BaseURL: "https://hulp.muntplein.example/desk", Languages: []string{"nl", "it", "en", "fr", "de"},
			Brand: content.Brand{Accent: "#8a4b14", Logo: "brand/logo.svg"}, Channels: []content.Channel{{ID: "forum", Not: content.Text{"nl": "Niet <hier>."}}},
			Links: []content.Link{{Text: content.Text{"nl": "Meer"}, URL: "https://www.muntplein.example/"}},
		},
		Zone: time.UTC,
	}
}

func frames(t testing.TB, theme *Theme, at Site) *Frames {
	t.Helper()
	f, err := theme.Frames(testSetup(), at)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func render(t testing.TB, layout, lang string, view any) string {
	t.Helper()
	theme := load(t)
	f := frames(t, theme, Site{Logo: []byte("<svg fill='currentColor'/>")})
	var b strings.Builder
	if err := theme.Render(&b, layout, Page{Frame: f.Frame(Place{Lang: lang, Path: "/x/", Nav: "contact"}), View: view}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile is what a customer might type everywhere.
const hostile = `"><script>alert(1)</script>'{{.}}<b onmouseover=x>`

var at = time.Date(2026, 11, 20, 14, 5, 0, 0, time.UTC)

// fullForm has a field of every type, each with all that it can have.
func fullForm() view.Form {
	v := view.Form{
		ID: "contact", Title: hostile, Intro: hostile, Action: "/forms/contact", Nonce: hostile, Home: "/search/", Search: true, Multi: true,
		Known:    []view.Incident{{ID: "2026/1120-x", Title: hostile, URL: "/incidents/2026/1120-x/", State: content.MajorOutage, Since: at, MeToo: "/incidents/2026/1120-x/me-too?form=contact"}},
		Rules:    []*content.Promise{{Clock: content.FirstResponse, Target: &content.Target{Within: content.Duration(4 * time.Hour)}}},
		Promised: promised(),
	}
	for _, kind := range []content.FieldType{"text", "textarea", "email", "tel", "url", "number", "choice", "checkbox", "date", "file", "service", "hidden"} {
		m := view.Mistake{Field: string(kind), Label: hostile, Code: "too_long", Args: map[string]string{"max": "5", "length": hostile}}
		f := view.Field{
			ID: string(kind), Type: kind, Label: hostile, Help: hostile, Value: hostile, Error: &m, Autocomplete: "name", InputMode: "text", Width: "short",
			MaxLength: 9, Min: "1", Max: "2026-11-20", Accept: "image/png,text/plain", MaxFiles: 3, MaxSize: 5e6,
		}
		if kind == "choice" || kind == "service" {
			f.Options = []view.Option{{Value: hostile, Label: hostile}, {Value: "b", Label: "b", Selected: true}}
		}
		v.Fields, v.Errors = append(v.Fields, f), append(v.Errors, m)
	}
	many := v.Fields[6]
	many.ID, many.Role, many.Label, many.Error, many.Help = "many", "subject", "", nil, ""
	for i := range 12 {
		many.Options = append(many.Options, view.Option{Value: fmt.Sprint(i), Label: hostile})
	}
	v.Fields = append(v.Fields, many)
	v.Errors = append(v.Errors, view.Mistake{Code: "unknown", Args: map[string]string{"name": hostile}})
	return v
}

func promised() []view.Promised {
	var list []view.Promised
	for _, clock := range content.ClocksOf("ticket") {
		for _, strength := range content.Strengths() {
			list = append(list, view.Promised{Clock: clock, Strength: content.Strength(strength), Due: at})
		}
		list = append(list, view.Promised{Clock: clock, Due: at, Goal: at}, view.Promised{Clock: clock, Due: at, Late: true}, view.Promised{Clock: clock, Due: at, Met: true})
	}
	return list
}

// fullFollow has an entry of every kind that a requester may see, by each who may have written it.
func fullFollow() view.Follow {
	v := view.Follow{
		Number: "2611 2042 16", Subject: hostile, State: content.Open, Owes: content.OwesDesk, Promised: promised(), Action: "/t/x", CanWrite: true, CanSolve: true, CanRate: true, UndoUntil: at,
		Rated: 4, Payment: &view.Payment{Lane: hostile, Price: content.Money{Cents: 500, Currency: "EUR"}, URL: "https://pay.example/"}, Paid: &view.Paid{At: at, Amount: content.Money{Cents: 500, Currency: "CHF"}}, Survivor: "/t/y/", Errors: fullForm().Errors, Write: fullForm(),
		Given:    []view.Given{{Label: hostile, Value: hostile}, {Role: "email", Value: hostile}, {Label: "x", Yes: true}, {Label: "d", Value: "2026-11-20", Date: at}},
		Incident: &view.Incident{Title: hostile, URL: "/incidents/2026/1120-x/", State: content.DegradedPerformance},
	}
	for _, k := range content.KindsOf(content.TicketCase) {
		text, fact := (&content.Event{Kind: k, Front: &content.Front{Incident: "x"}}).Sees(func(string) bool { return true })
		e := view.Entry{At: at, Kind: k, Fact: fact && !text, Into: []string{"2611 2042 16"}, Reason: hostile, Files: []view.File{{Label: hostile, URL: "/t/x/attachments/a.png", Size: 99}}}
		if !text && !fact {
			continue
		}
		if k == content.Rated {
			e.Score = 3
		}
		said := e
		said.Body, said.Author = hostile, hostile
		mine := said
		mine.Mine = true
		linked := e
		linked.Incident = v.Incident
		v.Timeline = append(v.Timeline, e, said, linked)
		if k.ByRequester() || k == content.Reopened {
			e.Mine = true
			v.Timeline = append(v.Timeline, e, mine)
		}
	}
	for _, k := range content.KindsOf(content.IncidentCase) {
		if !content.IsStaffOnly(k) {
			v.Timeline = append(v.Timeline, view.Entry{At: at, Kind: k, Body: hostile, Lang: "nl", Incident: v.Incident})
		}
	}
	for _, noted := range []view.Noted{view.NotedCall, view.NotedOther} {
		v.Timeline = append(v.Timeline, view.Entry{At: at, Kind: content.Received, Noted: noted, Author: hostile, Body: hostile})
	}
	for i := range v.Timeline {
		v.Timeline[i].Name = fmt.Sprint(i)
	}
	v.Address, v.MailedTo, v.Lost, v.Closes = hostile, hostile, "/t/lost?lang=nl", at
	v.Asked, v.Follows, v.Sent = &v.Timeline[1], &view.Linked{Number: hostile, URL: "/t/z/"}, &view.Sent{Kind: content.Rated, Event: "1"}
	v.FollowUps, v.Remark.Value = []view.Linked{{Number: hostile, URL: hostile}, {Number: hostile}}, hostile
	return v
}

// receipts are first pages of a ticket, with all that each can have.
func receipts() (list []any) {
	for _, call := range []*view.Call{nil, {}, {Number: hostile, Dial: hostile}} {
		for _, noted := range []view.Noted{"", view.NotedCall} {
			v := fullFollow()
			v.IsNew, v.Call, v.Noted, v.Asked = true, call, noted, nil
			list = append(list, v)
		}
	}
	return list
}

func TestPagesOfTheIntake(t *testing.T) {
	views := map[string][]any{"form": {view.Form{}, view.Form{Closed: true}, fullForm()}, "follow": {view.Follow{}, fullFollow()}}
	views["follow"] = append(views["follow"], receipts()...)
	views["asklinks"] = []any{view.AskLinks{}, view.AskLinks{Lang: "nl", Action: "/t/lost", Served: hostile, Fields: fullForm().Fields, Errors: fullForm().Errors}, view.AskLinks{Asked: true}}
	views["metoo"] = []any{
		view.MeToo{Stage: content.Investigating}, view.MeToo{Stage: content.Monitoring, Counted: true}, view.MeToo{Stage: content.Investigating, Over: true, Typed: hostile},
		view.MeToo{Lang: "nl", Title: hostile, In: "en", URL: hostile, State: content.MajorOutage, Stage: content.Identified, Next: &view.Deadline{}, Workaround: hostile, AdviceIn: "en", Action: "/incidents/2026/1120-x/me-too", Form: hostile, Nonce: hostile, Served: hostile, Fields: fullForm().Fields, Errors: fullForm().Errors},
	}
	choice := view.Choice{Field: fullForm().Fields[0], All: view.Option{Value: "all", Selected: true}}
	for _, code := range []string{"services", "incidents", "maintenance"} {
		options := []view.Option{{Value: hostile, Label: hostile, Selected: true}}
		choice.Grouped = append(choice.Grouped, view.OptionGroup{Code: code, Options: options}, view.OptionGroup{Label: hostile, Options: options})
	}
	views["following"] = []any{
		view.Following{}, view.Following{Mail: true, Asked: true},
		view.Following{Lang: "nl", Mail: true, Action: "/follow", Served: hostile, Choice: choice, Fields: fullForm().Fields[2:4], Errors: fullForm().Errors[:1], Feed: hostile, Atom: "/feed.atom"},
	}
	views["following"] = append(views["following"], view.Following{Hooks: true, HookAction: "/follow/hooks", HookFields: fullForm().Fields[2:4], Choice: choice})
	for _, state := range []view.HookState{view.HookAsked, view.HookUnconfirmed, view.HookOn, view.HookGivenUp, view.HookEnded, view.HookGone} {
		views["hook"] = append(views["hook"], view.Hook{State: state, URL: hostile, Others: "/follow/"}, view.Hook{State: state, URL: hostile, What: view.Named{Of: "case", Text: hostile}, Secret: hostile, Manage: hostile, Action: "/follow/hooks/x/stop", Others: "/follow/"})
	}
	for _, state := range []view.SubscriptionState{view.Unconfirmed, view.Subscribed, view.AsksToStop, view.Unsubscribed, view.Unknown} {
		for _, what := range []view.Named{{Of: "all"}, {Of: "case", Text: hostile, Lang: "nl", URL: "/x/"}} {
			views["subscription"] = append(views["subscription"], view.Subscription{State: state, What: what, Action: "/follow/x", Others: "/follow/"})
		}
	}
	for _, state := range []content.TicketState{"new", "open", "pending", "on_hold", "solved", "closed", "merged", "spam", ""} {
		for _, owes := range []content.Owes{"desk", "requester", "third_party", ""} {
			views["follow"] = append(views["follow"], view.Follow{State: state, Owes: owes, CanWrite: true})
		}
	}
	for _, code := range troubles {
		views["error"] = append(views["error"], Trouble{Code: code}, Trouble{Code: code, Retry: 5, Typed: hostile})
	}
	for _, lang := range languages {
		for layout, list := range views {
			for _, view := range list {
				inspect(t, layout+" "+lang, lang, render(t, layout, lang, view))
			}
		}
	}
}

// inspect parses a page and reports what none may have or lack.
func inspect(t *testing.T, name, lang, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	count, ids := map[string]int{}, map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		if n.Data == "script" && (n.FirstChild != nil || !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "src" && strings.HasPrefix(a.Val, "/desk/assets/") })) {
			t.Errorf("%s: a script of the page's own", name)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("%s: id %q twice", name, a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case strings.HasPrefix(a.Key, "on") || a.Key == "style":
				t.Errorf("%s: %s=%q", name, a.Key, a.Val)
			case n.Data == "html" && a.Key == "lang" && a.Val != lang:
				t.Errorf("%s: lang %q", name, a.Val)
			}
		}
	}
	for what, want := range map[string]int{"h1": 1, "title": 1, "main": 1, "b": 0} {
		if count[what] != want {
			t.Errorf("%s: %d of <%s>", name, count[what], what)
		}
	}
	if !strings.Contains(page, `<a class="skip" href="#main">`) || strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "<no value>") {
		t.Errorf("%s:\n%s", name, page)
	}
}

func TestErrorsLeadToTheirFields(t *testing.T) {
	page := render(t, "form", "nl", fullForm())
	for _, want := range []string{
		`role="alert" tabindex="-1" autofocus`, `<a href="#f-email">`, `aria-describedby="f-email-hint f-email-error " aria-invalid="true"`, `enctype="multipart/form-data" novalidate`,
		`<input type="hidden" name="language" value="nl">`, `autocomplete="name"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
}

func TestFrames(t *testing.T) {
	f := frames(t, load(t), Site{})
	public := f.Frame(Place{Lang: "it", Path: "/help/x/", Feed: "/services/y/"})
	if public.Canonical != "https://hulp.muntplein.example/desk/it/help/x/" || len(public.Languages) != 5 || public.Languages[0].URL != "/desk/help/x/" || public.Feeds[0].URL != "/desk/it/services/y/feed.atom" {
		t.Errorf("%+v", public)
	}
	private := f.Frame(Place{Lang: "nl", Path: "/t/secret/", Private: true})
	if private.Canonical != "" || private.Languages != nil || !private.NoIndex || !private.Private {
		t.Errorf("%+v", private)
	}
	away := frames(t, load(t), Site{Links: "https://hulp.muntplein.example/desk"}).Frame(Place{Lang: "nl", Path: "/"})
	if away.Home != "https://hulp.muntplein.example/desk/" || !strings.HasPrefix(away.Stylesheet, "/desk/assets/style.") {
		t.Errorf("%+v", away)
	}
	if other := f.Frame(Place{Lang: "xx", Path: "/"}); other.Lang != "nl" {
		t.Errorf("a language that the desk does not have: %q", other.Lang)
	}
	if foot := string(public.Foot); !strings.Contains(foot, `/desk/it/contact/"`) || strings.Contains(foot, "hier&gt;") {
		t.Errorf("foot: %s", foot)
	}
}

func TestADeskOverlaysTheTheme(t *testing.T) {
	over := fstest.MapFS{
		"layouts/error.html":   {Data: []byte(`{{template "top" (titled .Frame "mine")}}<h1>mine</h1>{{template "bottom" .}}`)},
		"locales/nl.json":      {Data: []byte(`{"skip": "Sla over"}`)},
		"locales/es.json":      {Data: []byte(`{"skip": "Saltar", "language.name": "Español"}`)},
		"locales/pt-BR.json":   {Data: []byte(`{"skip": "Pular"}`)},
		"assets/style.css":     {Data: []byte("body{}")},
		"partials/README.txt":  {Data: []byte("not read")},
		"somewhere/other.html": {Data: []byte("{{")},
	}
	theme, err := Load(nil, over)
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"nl": "Sla over", "es": "Saltar", "pt-BR": "Pular", "nl-BE": "Sla over"} {
		var b bytes.Buffer
		if err := theme.Render(&b, "error", Page{Frame: Frame{Lang: lang}}); err != nil || !strings.Contains(b.String(), want) || !strings.Contains(b.String(), "mine") {
			t.Errorf("%s: %v\n%s", lang, err, b.String())
		}
	}
	if err := theme.Render(&bytes.Buffer{}, "error", Page{Frame: Frame{Lang: "ja"}}); err == nil || !strings.Contains(err.Error(), "theme/locales/ja.json") {
		t.Errorf("a language it does not speak: %v", err)
	}
	if sheet := frames(t, theme, Site{}).Assets()[0]; !bytes.HasSuffix(sheet.Data, []byte("body{}")) {
		t.Errorf("%s", sheet.Data)
	}
}

func TestABrokenThemeIsNotLoaded(t *testing.T) {
	for want, file := range map[string][2]string{
		`no locale has the key "nowhere"`:        {"layouts/error.html", `{{t "nowhere"}}`},
		`there is no partial "nowhere"`:          {"layouts/error.html", `{{template "nowhere" .}}`},
		`defines "words", which another`:         {"partials/mine.html", `{{define "words"}}x{{end}}`},
		`key "skip" has plural forms`:            {"locales/af.json", `{"skip": {"one": "x", "other": "y"}}`},
		`partials/pieces.html: does not define`:  {"partials/pieces.html", `{{define "crumbs"}}x{{end}}`},
		`layouts/error.html:2: {{if}} branches`:  {"layouts/error.html", "\n{{if .View}}<a href=\"{{end}}x"},
		`key "skip" stands twice`:                {"locales/nl.json", `{"skip": "x", "skip": "y"}`},
		`layouts/error.html:1: unclosed action`:  {"layouts/error.html", `{{if`},
		`the JSON object is not closed`:          {"locales/nl.json", `{`},
		`more stands behind`:                     {"locales/nl.json", `{} {}`},
		`"not a language" is not a language tag`: {"locales/not a language.json", `{}`},
	} {
		if _, err := Load(fstest.MapFS{file[0]: {Data: []byte(file[1])}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A broken theme names every file with a mistake, and where it is.
func TestWhereAThemeIsBroken(t *testing.T) {
	_, err := Load(fstest.MapFS{
		"layouts/error.html":  {Data: []byte("a\n{{t \"skip\"")},
		"layouts/home.html":   {Data: []byte("{{if}}")},
		"locales/nl.json":     {Data: []byte("{\n  \"skip\": \"é\" \"x\"}")},
		"locales/fr.json":     {Data: []byte("{\n  \"skip\": \"é\",\n}")},
		"locales/it.json":     {Data: []byte("{\n  \"skip\": \"x\",\n  \"skip\": \"y\"}")},
		"locales/de.json":     {Data: []byte("{\"askus\": \"x\", \"skip\": \"{\"}")},
		"partials/pieces.txt": {Data: []byte("{{")},
	})
	var got []string
	for _, e := range FileErrors(err) {
		got = append(got, fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column))
		if e.Hint == "" {
			t.Errorf("%s: no hint", e.File)
		}
	}
	want := []string{"locales/de.json:1:16", "locales/fr.json:3:1", "locales/it.json:3:3", "locales/nl.json:2:15", "layouts/error.html:2:1", "layouts/home.html:1:1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	_, err = Load(fstest.MapFS{"layouts/error.html": {Data: []byte("a\nb {{t \"skipp\"}}{{template \"wordz\" .}}")}})
	got = nil
	for _, e := range FileErrors(err) {
		got = append(got, fmt.Sprintf("%s:%d:%d: %v (%s)", e.File, e.Line, e.Column, e.Err, strings.Split(e.Hint, "?")[0]))
	}
	want = []string{`layouts/error.html:2:7: no locale has the key "skipp" (did you mean "skip")`, `layouts/error.html:2:27: there is no partial "wordz" (did you mean "words")`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// What has no effect is told, and the theme is used all the same.
func TestWhatOfAThemeIsUnused(t *testing.T) {
	theme, err := Load(fstest.MapFS{
		"layout/home.html":     {Data: []byte("x")},
		"layouts/homes.html":   {Data: []byte("x")},
		"layouts/error.html":   {Data: []byte(`{{template "mine" .}}{{template "inmore" .}}{{t "my.words"}}`)},
		"partials/mine.html":   {Data: []byte("x")},
		"partials/more.html":   {Data: []byte(`{{define "inmore"}}x{{end}}`)},
		"partials/self.html":   {Data: []byte(`{{define "inself"}}{{template "self"}}{{end}}`)},
		"partials/answer.html": {Data: []byte(`x{{define "next"}}{{end}}`)},
		"partials/old.htm":     {Data: []byte("x")},
		"assets/styles.css":    {Data: []byte("x")},
		"assets/style.css":     {Data: []byte("x")},
		"locales/README":       {Data: []byte("x")},
		"README.md":            {Data: []byte("x")},
		"locales/nl.json":      {Data: []byte("{\n \"my.words\": \"x\",\n \"skipp\": \"x\",\n \"zone.note\": \"{zne}\",\n \"askus\": \"{site}!\", \"month.incidents\": \"alle {n}\"\n}")},
		"locales/es.json":      {Data: []byte(`{"zone.note": "Todo", "skip": "x"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range theme.Unused {
		got = append(got, fmt.Sprintf("%s:%d:%d: %v (%s)", e.File, e.Line, e.Column, e.Err, e.Hint))
	}
	for i, want := range []string{
		`layout:0:0: this is not read (did you mean "layouts"?`,
		`partials/old.htm:0:0: this is not read (name it <name>.html`,
		`assets/styles.css:0:0: this is not read (did you mean "style.css"?`,
		`locales/README:0:0: this is not read (name it <language>.json`,
		`layouts/homes.html:0:0: nothing uses this`,
		`partials/self.html:0:0: nothing uses this`,
		`locales/es.json:1:2: key "zone.note": {zone} is left out`,
		`locales/nl.json:3:2: nothing asks for the key "skipp" (did you mean "skip"?`,
		`locales/nl.json:4:2: key "zone.note": there is no value for {zne}, which is shown as it is written (did you mean "zone"?`,
		`locales/nl.json:4:2: key "zone.note": {zone} is left out`,
		`locales/nl.json:5:2: key "askus": there is no value for {site}`,
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Fatalf("got\n%s\nwant at %d %s", strings.Join(got, "\n"), i, want)
		}
	}
	if len(got) != 11 {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if s, err := theme.Locale("nl").T("askus"); err != nil || s != "{site}!" {
		t.Errorf("a name without a value: %q %v", s, err)
	}
	if s, err := theme.Locale("fr").T("my.words"); err != nil || s != "x" {
		t.Errorf("a word of one language, in another: %q %v", s, err)
	}
}

func TestStylesheet(t *testing.T) {
	f := frames(t, load(t), Site{Logo: []byte("<svg fill='currentColor'/>")})
	sheet, logo := f.Assets()[0], f.Assets()[1]
	if len(sheet.Data) > 16_400 {
		t.Errorf("%d bytes", len(sheet.Data))
	}
	css := string(sheet.Data)
	if strings.Count(css, "{") != strings.Count(css, "}") || strings.Contains(css, "@import") || strings.Count(css, "url(") != 1 || !strings.Contains(css, `url("/desk/`+logo.Path+`")`) {
		t.Errorf("%.300s", css)
	}
	if other := frames(t, load(t), Site{}).Assets(); len(other) != len(f.Assets())-1 || other[0].Path == sheet.Path {
		t.Errorf("%v", other)
	}
}

// The script of forms is small, and has no comments when it is sent.
func TestFormScript(t *testing.T) {
	if s := load(t).form; len(s) > 2_900 || strings.Contains(string(s), "/*") || !strings.Contains(string(s), "localStorage") {
		t.Errorf("%d bytes", len(s))
	}
}

// Whatever accent a desk chooses, it can be read on each paper and what stands on it too.
func TestAccentIsReadable(t *testing.T) {
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				checkPalette(t, fmt.Sprintf("#%02x%02x%02x", r, g, b))
			}
		}
	}
	checkPalette(t, "")
	checkPalette(t, "red")
}

func checkPalette(t *testing.T, accent string) {
	t.Helper()
	var light, tint, dark, on, darkTint string
	format := ":root{--accent:%7s;--on-accent:#fff;--tint:%7s}\n@media screen and (prefers-color-scheme:dark){:root{--accent:%7s;--on-accent:%7s;--tint:%7s}}\n"
	if _, err := fmt.Sscanf(palette(accent), format, &light, &tint, &dark, &on, &darkTint); err != nil {
		t.Fatalf("%s: %v in %s", accent, err, palette(accent))
	}
	for _, pair := range [][2]string{{light, paper}, {light, card}, {light, "#ffffff"}, {light, tint}, {dark, darkPaper}, {dark, darkCard}, {dark, on}, {dark, darkTint}, {"#211e1a", tint}, {"#ece8df", darkTint}} {
		a, _ := parseColour(pair[0])
		b, _ := parseColour(pair[1])
		if got := contrast(a, b); got < 4.5 {
			t.Errorf("%s: %s on %s is %.2f to 1", accent, pair[0], pair[1], got)
		}
	}
}

func TestProseOfATheme(t *testing.T) {
	theme := load(t).WithProse(Prose{})
	w := words{Locale: theme.Locale("nl")}
	if got := string(w.markdown("<b>\nx")); got != "<p class=\"typed\">&lt;b&gt;\nx</p>" {
		t.Errorf("%q", got)
	}
}

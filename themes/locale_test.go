package themes

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/themes/view"
)

var languages = []string{"de", "en", "fr", "it", "nl"}

var once = sync.OnceValues(Default)

func load(t testing.TB) *Theme {
	t.Helper()
	theme, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return theme
}

// own reads a language's own messages, without what would be taken from English.
func own(t *testing.T, lang string) map[string]message {
	t.Helper()
	data, err := os.ReadFile("default/locales/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	messages, err := decodeMessages(data)
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

func TestEachLanguageSaysTheSame(t *testing.T) {
	if got := load(t).Languages(); !slices.Equal(got, languages) {
		t.Fatalf("languages: %v", got)
	}
	english := own(t, "en")
	for _, lang := range languages {
		messages := own(t, lang)
		for key, m := range english {
			other, ok := messages[key]
			switch {
			case !ok:
				t.Errorf("%s lacks %s", lang, key)
			case !slices.Equal(m.names(), other.names()) && !strings.HasPrefix(key, "date."):
				t.Errorf("%s: %s asks for %v, in English for %v", lang, key, other.names(), m.names())
			case other.forms != nil && len(other.forms) != 2:
				t.Errorf("%s: %s has %d plural forms, not one and other", lang, key, len(other.forms))
			}
		}
		for key, m := range messages {
			if _, ok := english[key]; !ok {
				t.Errorf("%s: unknown key %s", lang, key)
			}
			if len(m.text) == 0 && m.forms == nil {
				t.Errorf("%s: %s is empty", lang, key)
			}
		}
	}
}

// troubles are the codes that the layout error has words for: error.<code> and error.<code>.why.
var troubles = []string{"not_found", "method", "malformed", "too_large", "media_type", "conflict", "too_many", "unavailable", "refused", "internal"}

// families are the keys that templates make of a value: each value must have its words.
func families() []string {
	var keys []string
	add := func(prefix string, values ...string) {
		for _, v := range values {
			keys = append(keys, prefix+v)
		}
	}
	for code := range form.Codes() {
		add("mistake.", code)
	}
	for _, c := range []content.CaseType{content.IncidentCase, content.MaintenanceCase} {
		for _, k := range content.KindsOf(c) {
			if !content.IsStaffOnly(k) {
				add("kind.", string(k))
			}
		}
	}
	for _, k := range content.KindsOf(content.TicketCase) {
		add("event.", string(k))
		e := content.Event{Kind: k}
		switch text, fact := e.Sees(func(string) bool { return true }); {
		case text && k.ByRequester(): // written by themselves, or by staff for them
			add("entry.mine.", string(k))
			add("entry.", string(k))
			add("kind.", string(k))
		case text:
			add("entry.", string(k))
			add("kind.", string(k))
		case fact:
			add("entry.fact.", string(k))
		}
	}
	add("entry.fact.", "linked")
	add("entry.mine.", "reopened") // the undo of their confirmed
	add("staff.unreached.", "no_mail", "no_address", "bouncing")
	for _, code := range troubles {
		add("error.", code, code+".why")
	}
	for _, clock := range content.ClocksOf("ticket") {
		add("promised."+string(clock)+".", append(content.Strengths(), "goal", "late", "met")...)
	}
	for _, clock := range slices.Concat(content.ClocksOf("ticket"), content.ClocksOf("incident")) {
		add("promise.", string(clock))
		for _, prefix := range []string{"clock.name.", "report.clock."} {
			add(prefix, string(clock))
		}
	}
	add("report.strength.", content.Strengths()...)
	add("clock.", "running", "paused", "late", "overdue", "met", "missed", "cancelled")
	add("state.", "unknown", "operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
	add("is.", "operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
	add("was.", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
	add("ticketstate.", "new", "open", "pending", "on_hold", "solved", "closed", "merged", "spam")
	add("maintenance.", "scheduled", "in_progress", "verifying", "completed", "cancelled")
	add("answer.", "investigating", "confirmed", "identified", "monitoring")
	add("resolution.", "handled", "no_reaction", "out_of_scope", "duplicate", "withdrawn")
	add("role.", "subject", "body", "name", "email", "phone", "organisation", "updates", "follows", "endpoint")
	add("strength.", "aim", "typical") // what is neither is a promise, which nobody needs to be told
	add("feeds.", "incident", "maintenance", "service", "history")
	for _, says := range []string{"turn", "more", "keep", "solved", "closed"} {
		add("mail."+says, ".reply", ".page")
	}
	add("staff.mail.", "waiting", "sent", "failed", "late", "stopped")
	add("mail.staff.", content.Notice("").Words()...)
	for _, prefix := range []string{"file.withheld.", "staff.withheld."} {
		add(prefix, content.Withheld("").Words()...)
	}
	add("follow.sent.", "message", "confirmed", "reopened", "rated")
	add("entry.noted.", "call", "other")
	add("staff.ended.", "closed", "merged", "none.closed", "none.merged")
	add("staff.data.", "assignee", "lane", "to", "reason", "reference", "amount", "address", "incident", "ticket", "as", "resolution", "until", "score", "partly", "answers")
	add("following.", "services", "incidents", "maintenance")
	for _, state := range []view.SubscriptionState{view.Unconfirmed, view.Subscribed, view.AsksToStop} {
		add("subscription."+string(state), "", ".why", ".do")
	}
	for _, state := range []view.SubscriptionState{view.Unsubscribed, view.Unknown} {
		add("subscription."+string(state), "", ".why")
	}
	for _, state := range []view.HookState{view.HookAsked, view.HookUnconfirmed, view.HookOn, view.HookGivenUp, view.HookEnded, view.HookGone} {
		add("hook."+string(state), "", ".why")
	}
	add("staff.hook.", "unconfirmed", "on")
	add("staff.call.", "waiting", "taken")
	add("staff.translations.", "missing", "stale")
	add("owes.short.", "desk", "requester", "third_party", "nobody")
	return keys
}

func TestEachValueHasItsWords(t *testing.T) {
	english := load(t).Locale("en")
	for _, key := range families() {
		if !english.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
	for code, args := range form.Codes() {
		for _, name := range english.messages["mistake."+code].names() {
			if !slices.Contains(args, name) {
				t.Errorf("mistake.%s asks for {%s}, which it is not given", code, name)
			}
		}
	}
}

// Every message is asked for somewhere: by a template, by a family, or by this package's own code.
func TestNoMessageIsLeftOver(t *testing.T) {
	used := map[string]bool{}
	for _, u := range load(t).uses() {
		used[u.name] = true
	}
	for _, key := range families() {
		used[key] = true
	}
	quoted := regexp.MustCompile(`"([a-z]+[a-z_.]*)"`)
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".go" || strings.HasSuffix(p, "_test.go") {
			return err
		}
		source, err := os.ReadFile(p)
		for _, m := range quoted.FindAllSubmatch(source, -1) {
			used[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	prefixes := []string{
		"language.name.", "weekday.", "month.", "zone.", "channel.", "chart.", "feed.", "home.title.", "nav.", "owes.", "ticket.", "score.", "programs.api.", "search.kind.", "staff.due.", "date.", "tick.", "report.", "money.",
	}
	for _, key := range slices.Sorted(maps.Keys(own(t, "en"))) {
		if !used[key] && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("nobody says %s", key)
		}
	}
}

func TestDates(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	friday, first := time.Date(2026, 11, 20, 14, 5, 0, 0, zone), time.Date(2026, 5, 1, 9, 30, 0, 0, zone)
	for _, c := range []struct{ lang, at, full, short, first, zone string }{
		{"nl", "vrijdag 20 november om 14:05", "vrijdag 20 november 2026 om 14:05", "vr 20 nov. 14:05", "vrijdag 1 mei", "Nederlandse tijd"},
		{"en", "Friday 20 November at 14:05", "Friday 20 November 2026 at 14:05", "Fri 20 Nov 14:05", "Friday 1 May", "Dutch time"},
		{"it", "venerdì 20 novembre, ore 14:05", "venerdì 20 novembre 2026, ore 14:05", "ven 20 nov 14:05", "venerdì 1º maggio", "ora dei Paesi Bassi"},
		{"fr", "vendredi 20 novembre à 14\u00a0h\u00a005", "vendredi 20 novembre 2026 à 14\u00a0h\u00a005", "ven. 20 nov. 14:05", "vendredi 1er mai", "heure des Pays-Bas"},
		{"de", "Freitag, 20. November, 14:05\u00a0Uhr", "Freitag, 20. November 2026, 14:05\u00a0Uhr", "Fr 20. Nov. 14:05", "Freitag, 1. Mai", "niederländische Zeit"},
	} {
		l := load(t).Locale(c.lang)
		if got := []string{l.At(friday), l.FullAt(friday), l.ShortAt(friday), l.Date(first), l.Zone(friday)}; !slices.Equal(got, []string{c.at, c.full, c.short, c.first, c.zone}) {
			t.Errorf("%s: %q", c.lang, got)
		}
	}
	tokyo, err := time.LoadLocation("America/Argentina/Buenos_Aires")
	if err != nil {
		t.Fatal(err)
	}
	if got := load(t).Locale("nl").Zone(friday.In(tokyo)); got != "de tijd van Buenos Aires" {
		t.Errorf("zone: %q", got)
	}
}

func TestFigures(t *testing.T) {
	l := load(t).Locale("nl")
	for want, got := range map[string]string{
		"1234": l.Number(1234), "12.345": l.Number(12345), "1.234.567": l.Number(1234567), "−20.000": l.Number(-20000),
		"99,61\u00a0%": l.Percent(9961), "100\u00a0%": l.Percent(10000), "0,05\u00a0%": l.Percent(5),
		"1\u00a0kB": l.Bytes(1), "212\u00a0kB": l.Bytes(211_001), "1,5\u00a0MB": l.Bytes(1_500_000), "5\u00a0MB": l.Bytes(5_000_000), "€\u00a05,00": l.Money(content.Money{Cents: 500, Currency: "EUR"}), "12.345,60\u00a0CHF": l.Money(content.Money{Cents: 1234560, Currency: "CHF"}), "2\u00a0GB": l.Bytes(2e9),
		"1\u00a0uur en 40\u00a0minuten": l.Duration(100 * time.Minute), "2\u00a0dagen": l.Duration(48*time.Hour + 5*time.Minute), "1\u00a0minuut": l.Duration(time.Second),
		"1\u00a0dag en 7\u00a0uur": l.Duration(31 * time.Hour), "1\u00a0u 40\u00a0min": l.ShortDuration(100 * time.Minute), "4\u00a0uur": l.Duration(4 * time.Hour),
		"a, b en c": l.List([]string{"a", "b", "c"}), "a en b": l.List([]string{"a", "b"}), "a": l.List([]string{"a"}), "": l.List(nil),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := load(t).Locale("fr").Number(12345); got != "12\u202f345" {
		t.Errorf("%q", got)
	}
}

func TestPlurals(t *testing.T) {
	for lang, want := range map[string]string{"nl": "En nog 0\u00a0storingen", "fr": "Et 0\u00a0autre incident"} {
		got, err := load(t).Locale(lang).T("answer.more", "n", 0)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", lang, got, err)
		}
	}
	if _, err := load(t).Locale("nl").T("answer.more"); err == nil {
		t.Error("no n, and no error")
	}
	if _, err := load(t).Locale("nl").T("next"); err == nil {
		t.Error("no {at}, and no error")
	}
}

func TestSayEscapesAllButHTML(t *testing.T) {
	got, err := load(t).Locale("nl").Say("incident.about", "title", "<b>", "kind", "x")
	if err != nil || string(got) != "&lt;b&gt;: x" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTargetsInWords(t *testing.T) {
	hours := func(n int) content.Duration { return content.Duration(time.Duration(n) * time.Hour) }
	sixteen, err := content.ParseClock("16:00")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		promise content.Promise
		nl, de  string
	}{
		{content.Promise{Target: &content.Target{Within: hours(4)}}, "binnen 4\u00a0werkuren", "innerhalb von 4\u00a0Arbeitsstunden"},
		{content.Promise{Target: &content.Target{Within: content.Duration(15 * time.Minute)}, Calendar: "always"}, "binnen 15\u00a0minuten", "innerhalb von 15\u00a0Minuten"},
		{content.Promise{Target: &content.Target{Goal: hours(24), Limit: hours(48)}, Calendar: "always"}, "binnen 24\u00a0uur, en op zijn laatst binnen 48\u00a0uur", "innerhalb von 24\u00a0Stunden, spätestens von 48\u00a0Stunden"},
		{content.Promise{Target: &content.Target{EndOfDayBefore: sixteen}}, "dezelfde werkdag als het vóór 16:00 kwam, en anders de volgende", "am selben Arbeitstag, wenn es vor 16:00\u00a0Uhr kam, sonst am nächsten"},
		{content.Promise{Target: &content.Target{WorkingDays: 1}}, "binnen 1\u00a0werkdag", "innerhalb von 1\u00a0Arbeitstag"},
		{content.Promise{Target: &content.Target{Every: hours(24)}}, "elke werkdag", "an jedem Arbeitstag"},
		{content.Promise{Target: &content.Target{Every: hours(24)}, Calendar: "always"}, "elke dag", "jeden Tag"},
	} {
		for lang, want := range map[string]string{"nl": c.nl, "de": c.de} {
			got, err := words{Locale: load(t).Locale(lang)}.when(&c.promise)
			if err != nil || got != want {
				t.Errorf("%s: %q, want %q (%v)", lang, got, want, err)
			}
		}
	}
}

func TestDecodeMessages(t *testing.T) {
	for source, want := range map[string]string{
		`{"a": "x", "a": "y"}`: `key "a" stands twice`,
		`{"a": "x {"}`:         "a { without its name",
		`{"a": {"one": "x"}}`:  "has no plural form other",
		`{"a": {"once": "x"}}`: `unknown plural form "once"`,
		`{"a": 1}`:             "neither a text nor",
		`["a"]`:                "not a JSON object",
	} {
		if _, err := decodeMessages([]byte(source)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
}

func FuzzDecodeMessages(f *testing.F) {
	f.Add([]byte(`{"a": "x {n}", "b": {"one": "{n}", "other": "y"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		messages, err := decodeMessages(data)
		if err != nil {
			return
		}
		l := &Locale{Lang: "en", messages: messages}
		for key := range messages {
			l.T(key, "n", 1)
		}
	})
}

package load

import (
	"fmt"
	"os"
	"path"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"balie/content"
)

// fuzzed is how the records of the fuzz targets are read: in a zone with summer time, in two languages.
func fuzzed(t testing.TB) *reading {
	zone, err := LoadZone("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return &reading{zone: zone, languages: []string{"nl", "en"}}
}

// recordTypes are the records that a YAML file holds; the number that a fuzz input has is an index of this list.
var recordTypes = []struct {
	name string
	zero func() any
}{
	{"site", func() any { return &content.Site{} }},
	{"services", func() any { return &[]*content.Service{} }},
	{"people", func() any { return &content.Map[*content.Person]{} }},
	{"organisation", func() any { return &content.Organisation{} }},
	{"policy", func() any { return &content.Policy{} }},
	{"holidays", func() any { return &content.Holidays{} }},
	{"form", func() any { return &content.Form{} }},
	{"hooks", func() any { return &[]*content.Hook{} }},
	{"section", func() any { return &content.Section{} }},
	{"incident", func() any { return &content.Incident{} }},
	{"maintenance", func() any { return &content.Maintenance{} }},
	{"ticket", func() any { return &content.Ticket{} }},
}

// decodeInto reads a text into what into points to: a record, a list or a map.
func decodeInto(r *reading, text string, into any) []content.Problem {
	d := &decoder{reading: r, file: "f.yaml"}
	if n := d.parse(text); n != nil && (n.Kind != yaml.MappingNode || len(n.Content) > 0) {
		d.value(n, reflect.ValueOf(into).Elem(), "")
	}
	return d.problems
}

// FuzzRecord: no text makes the decoder of a record panic; what it reads without a problem is the same after it was written and read again.
func FuzzRecord(f *testing.F) {
	r := fuzzed(f)
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		of := recordTypes[int(kind)%len(recordTypes)]
		record := of.zero()
		if text, problems := readText(text), []content.Problem(nil); text == nil {
			return
		} else if problems = decodeInto(r, *text, record); len(problems) > 0 {
			placed(t, *text, problems)
			return
		}
		data, err := Encode(record)
		if err != nil {
			t.Fatalf("encode %s: %v", of.name, err)
		}
		again := of.zero()
		if problems := decodeInto(r, string(data), again); len(problems) > 0 {
			t.Fatalf("%s\n wrote:\n%s\n found:\n%s", of.name, data, problemText(problems))
		}
		if !reflect.DeepEqual(record, again) {
			t.Fatalf("%s\n wrote:\n%s\n read:\n%+v\n was:\n%+v", of.name, data, again, record)
		}
	})
}

// readText reads a text as from a file; nil where it is none.
func readText(text string) *string {
	l := lister{fsys: fstest.MapFS{"f": &fstest.MapFile{Data: []byte(text)}}}
	read, ok := l.text("f", MaxYAML)
	if !ok {
		return nil
	}
	return &read
}

// placed holds problems to positions that the text has.
func placed(t *testing.T, text string, problems []content.Problem) {
	t.Helper()
	lines := strings.Count(text, "\n") + 2 // one may be missing at the end of the last
	for _, p := range problems {
		if p.Line < 1 || p.Line > lines || p.Column < 1 || p.Code == "" || p.Message == "" {
			t.Fatalf("no place in a text of %d lines, no code or no message: %+v", lines, p)
		}
	}
}

// FuzzEvent: the same for an event's file, of every kind.
func FuzzEvent(f *testing.F) {
	r := fuzzed(f)
	f.Fuzz(func(t *testing.T, of, kind uint8, text string) {
		typ := content.CaseType(caseDirs[int(of)%len(caseDirs)])
		rule := content.Kinds[typ][int(kind)%len(content.Kinds[typ])]
		e, problems := readEvent(r, typ, rule.Kind, text)
		if len(problems) > 0 {
			return
		}
		data, err := EncodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		again, problems := readEvent(r, typ, rule.Kind, string(data))
		if len(problems) > 0 {
			t.Fatalf("%s\n wrote:\n%s\n found:\n%s", rule.Kind, data, problemText(problems))
		}
		if !reflect.DeepEqual(e, again) {
			t.Fatalf("%s\n wrote:\n%s\n read:\n%+v %+v\n was:\n%+v %+v", rule.Kind, data, again, again.Front, e, e.Front)
		}
	})
}

func readEvent(r *reading, typ content.CaseType, kind content.Kind, text string) (*content.Event, []content.Problem) {
	file := "2026-11-20T130509Z-" + string(kind) + ".md"
	c := &caseReader{fileReader: fileReader{reading: r, lister: lister{fsys: fstest.MapFS{file: &fstest.MapFile{Data: []byte(text)}}}}, kind: typ}
	name, problem, _ := content.ParseEventName(file, typ, r.zone)
	if problem != "" {
		panic(problem)
	}
	return c.event(file, name), c.problems
}

// FuzzArticle: the same for an article's file.
func FuzzArticle(f *testing.F) {
	r := fuzzed(f)
	read := func(text string) (*content.Prose, []content.Problem) {
		s := &setupReader{fileReader: fileReader{reading: r, lister: lister{fsys: fstest.MapFS{"a.md": &fstest.MapFile{Data: []byte(text)}}}}, setup: &content.Setup{}}
		p := s.article("a.md", "A slug")
		p.Whole = ""
		return p, s.problems
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, problems := read(text)
		if len(problems) > 0 {
			return
		}
		data := encodeArticle(t, p)
		again, problems := read(string(data))
		if len(problems) > 0 {
			t.Fatalf("wrote:\n%s\n found:\n%s", data, problemText(problems))
		}
		if !reflect.DeepEqual(p, again) {
			t.Fatalf("wrote:\n%s\n read:\n%+v\n was:\n%+v", data, again, p)
		}
	})
}

// encodeArticle writes an article as a person would.
func encodeArticle(t *testing.T, p *content.Prose) []byte {
	front, err := Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	body := content.PlainLines(p.Body)
	if m := firstHeading.FindStringSubmatch(body); m != nil && m[1] == p.Title {
		body = "# " + p.Title + "\n\n" + body // the first one is taken for the title when it is read
	}
	return fmt.Appendf(nil, "---\n%s---\n%s\n", front, body)
}

// FuzzText: whatever a requester or a program writes comes back as it was, wherever it stands in a record.
func FuzzText(f *testing.F) {
	r := fuzzed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.TrimSpace(s) == "" {
			return
		}
		ticket := &content.Ticket{Subject: s, Organisation: s, Requester: content.Requester{Name: s, Email: s}, Fields: content.Map[string]{{Key: s, Value: s}, {Key: "x" + s, Value: ""}}}
		data, err := Encode(ticket)
		if err != nil {
			t.Fatal(err)
		}
		again := &content.Ticket{}
		if problems := decodeInto(r, string(data), again); len(problems) > 0 || !reflect.DeepEqual(ticket, again) {
			t.Fatalf("wrote:\n%s\n read:\n%+v\n found:\n%s", data, again, problemText(problems))
		}
		front := &content.Event{Kind: content.Postmortem, Front: &content.Front{Cause: content.Text{"nl": s}, Reason: s, Actions: []content.Action{{Text: content.Text{"nl": s, "en": s}}}}}
		data, err = Encode(front.Front)
		if err != nil {
			t.Fatal(err)
		}
		frontAgain := &content.Front{}
		if problems := decodeInto(r, string(data), frontAgain); len(problems) > 0 || !reflect.DeepEqual(front.Front, frontAgain) {
			t.Fatalf("wrote:\n%s\n read:\n%+v\n found:\n%s", data, frontAgain, problemText(problems))
		}
		message(t, r, s)
	})
}

// message: what a requester writes is the body of their message, and nothing else.
func message(t *testing.T, r *reading, s string) {
	e := &content.Event{Kind: content.Message, Name: "m", Body: s}
	data, err := EncodeEvent(e)
	if strings.Contains(s, "\x00") {
		if err == nil {
			t.Fatalf("%q was written", s)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	again, problems := readEvent(r, content.TicketCase, content.Message, string(data))
	if len(problems) > 0 || again.Body != content.PlainLines(s) || again.Front != nil {
		t.Fatalf("%q was read as %q under %+v\n%s", s, again.Body, again.Front, problemText(problems))
	}
}

// FuzzScalar: what a parser takes, it takes again as it is written, and it is the same.
func FuzzScalar(f *testing.F) {
	zone := fuzzed(f).zone
	f.Fuzz(func(t *testing.T, s string) {
		same(t, s, content.ParseDate)
		same(t, s, content.ParseDuration)
		same(t, s, content.ParseClock)
		same(t, s, content.ParseWindow)
		same(t, s, content.ParseSize)
		same(t, s, content.ParseRate)
		same(t, s, content.ParseMoney)
		if at, err := content.ParseTime(s, zone); err == nil {
			if again, err := content.ParseTime(content.UTC(at), zone); err != nil || again != at {
				t.Errorf("%q is %v, written %q is %v (%v)", s, at, content.UTC(at), again, err)
			}
		}
		if n, ok := content.ParseNumber(s); ok {
			if again, ok := content.ParseNumber(content.SayNumber(n)); !ok || again != n || path.Base(content.TicketDir(n)) != n {
				t.Errorf("%q is %s, said %q is %s in %s", s, n, content.SayNumber(n), again, content.TicketDir(n))
			}
		}
	})
}

func same[T interface {
	comparable
	String() string
}](t *testing.T, s string, parse func(string) (T, error)) {
	v, err := parse(s)
	if err != nil {
		return
	}
	if again, err := parse(v.String()); err != nil || again != v {
		t.Errorf("%q is %v, written %q is %v (%v)", s, v, v.String(), again, err)
	}
}

// FuzzEventName: a name that says something says it again when it is made of what it says.
func FuzzEventName(f *testing.F) {
	zone := fuzzed(f).zone
	f.Fuzz(func(t *testing.T, of uint8, file string) {
		typ := content.CaseType(caseDirs[int(of)%len(caseDirs)])
		name, problem, hint := content.ParseEventName(file, typ, zone)
		if problem != "" {
			if hint == "" {
				t.Errorf("%q: %s, and no hint", file, problem)
			}
			return
		}
		for _, stem := range []string{content.EventName(name.At, name.Kind, name.Author), content.LocalEventName(name.At, zone, name.Kind, name.Author)} {
			if typ == content.TicketCase {
				stem = content.EventName(name.At, name.Kind, name.Author)
			}
			again, problem, _ := content.ParseEventName(stem+".md", typ, zone)
			if problem != "" || again.At != name.At || again.Kind != name.Kind || again.Author != name.Author {
				t.Errorf("%q: %+v\n%q: %+v %s", file, name, stem, again, problem)
			}
		}
	})
}

// TestEncode shows what is written.
func TestEncode(t *testing.T) {
	zone := fuzzed(t).zone
	e := &content.Event{Kind: content.Reply, Body: "\n\nDag\r\n---\nTot ziens\n", Front: &content.Front{
		At: time.Date(2026, 11, 20, 14, 5, 9, 0, zone), ID: "12345678", Services: content.Map[content.ComponentState]{{Key: "search", Value: content.Operational}, {Key: "no", Value: content.MajorOutage}},
		Amount: content.Money{Cents: 1250, Currency: "EUR"}, Into: content.Numbers{"2611204216"}, Score: 5, Partly: true, Attachments: []content.Attachment{{File: "a.png", Label: "scherm: één.png"}},
	}}
	want, err := os.ReadFile("testdata/event.md")
	if err != nil {
		t.Fatal(err)
	}
	got, err := EncodeEvent(e)
	if err != nil || string(got) != string(want) {
		t.Errorf("%v\n got:\n%s\n want:\n%s", err, got, want)
	}
	for _, bad := range []string{"a\x00b", "caf\xe9"} {
		if _, err := EncodeEvent(&content.Event{Name: "x", Body: bad}); err == nil {
			t.Errorf("%q was written", bad)
		}
	}
	if _, err := Encode(&content.Ticket{Subject: "caf\xe9"}); err == nil {
		t.Error("a subject that is not UTF-8 was written")
	}
}

func problemText(problems []content.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString("[" + p.Code + "] " + p.String() + "\n")
	}
	return b.String()
}

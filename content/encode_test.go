package content

import (
	"fmt"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"
)

// fuzzed is how the records of the fuzz targets are read: in a zone with summer time, in two languages.
func fuzzed(t testing.TB) *reading {
	zone, err := loadZone("Europe/Amsterdam")
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
	{"site", func() any { return &Site{} }},
	{"services", func() any { return &[]*Service{} }},
	{"people", func() any { return &Map[*Person]{} }},
	{"organisation", func() any { return &Organisation{} }},
	{"policy", func() any { return &Policy{} }},
	{"holidays", func() any { return &Holidays{} }},
	{"form", func() any { return &Form{} }},
	{"hooks", func() any { return &[]*Hook{} }},
	{"section", func() any { return &Section{} }},
	{"incident", func() any { return &Incident{} }},
	{"maintenance", func() any { return &Maintenance{} }},
	{"ticket", func() any { return &Ticket{} }},
}

// decodeInto reads a text into what into points to: a record, a list or a map.
func decodeInto(r *reading, text string, into any) []Problem {
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
		if text, problems := readText(text), []Problem(nil); text == nil {
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
	read, ok := l.text("f", maxYAML)
	if !ok {
		return nil
	}
	return &read
}

// placed holds problems to places that the text has.
func placed(t *testing.T, text string, problems []Problem) {
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
		typ := CaseType(caseDirs[int(of)%len(caseDirs)])
		rule := kinds[typ][int(kind)%len(kinds[typ])]
		e, problems := readEvent(r, typ, rule.kind, text)
		if len(problems) > 0 {
			return
		}
		data, err := EncodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		again, problems := readEvent(r, typ, rule.kind, string(data))
		if len(problems) > 0 {
			t.Fatalf("%s\n wrote:\n%s\n found:\n%s", rule.kind, data, problemText(problems))
		}
		if !reflect.DeepEqual(e, again) {
			t.Fatalf("%s\n wrote:\n%s\n read:\n%+v %+v\n was:\n%+v %+v", rule.kind, data, again, again.Front, e, e.Front)
		}
	})
}

func readEvent(r *reading, typ CaseType, kind Kind, text string) (*Event, []Problem) {
	file := "2026-11-20T130509Z-" + string(kind) + ".md"
	c := &caseReader{reading: r, kind: typ, lister: lister{fsys: fstest.MapFS{file: &fstest.MapFile{Data: []byte(text)}}}}
	name, problem, _ := parseEventName(file, typ, r.zone)
	if problem != "" {
		panic(problem)
	}
	return c.event(file, name), c.problems
}

// FuzzArticle: the same for an article's file.
func FuzzArticle(f *testing.F) {
	r := fuzzed(f)
	read := func(text string) (*Prose, []Problem) {
		s := &setupReader{reading: *r, setup: &Setup{}, lister: lister{fsys: fstest.MapFS{"a.md": &fstest.MapFile{Data: []byte(text)}}}}
		p := &Prose{}
		s.article("a.md", "A slug", p)
		p.whole = ""
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
func encodeArticle(t *testing.T, p *Prose) []byte {
	front, err := Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	body := plainLines(p.Body)
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
		ticket := &Ticket{Subject: s, Organisation: s, Requester: Requester{Name: s, Email: s}, Fields: Map[string]{{s, s}, {"x" + s, ""}}}
		data, err := Encode(ticket)
		if err != nil {
			t.Fatal(err)
		}
		again := &Ticket{}
		if problems := decodeInto(r, string(data), again); len(problems) > 0 || !reflect.DeepEqual(ticket, again) {
			t.Fatalf("wrote:\n%s\n read:\n%+v\n found:\n%s", data, again, problemText(problems))
		}
		front := &Event{Kind: Postmortem, Front: &Front{Cause: Text{"nl": s}, Reason: s, Actions: []Action{{Text: Text{"nl": s, "en": s}}}}}
		data, err = Encode(front.Front)
		if err != nil {
			t.Fatal(err)
		}
		frontAgain := &Front{}
		if problems := decodeInto(r, string(data), frontAgain); len(problems) > 0 || !reflect.DeepEqual(front.Front, frontAgain) {
			t.Fatalf("wrote:\n%s\n read:\n%+v\n found:\n%s", data, frontAgain, problemText(problems))
		}
		message(t, r, s)
	})
}

// message: what a requester writes is the body of their message, and nothing else.
func message(t *testing.T, r *reading, s string) {
	e := &Event{Kind: Message, Name: "m", Body: s}
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
	again, problems := readEvent(r, TicketCase, Message, string(data))
	if len(problems) > 0 || again.Body != plainLines(s) || again.Front != nil {
		t.Fatalf("%q was read as %q under %+v\n%s", s, again.Body, again.Front, problemText(problems))
	}
}

// FuzzScalar: what a parser takes, it takes again as it is written, and it is the same.
func FuzzScalar(f *testing.F) {
	zone := fuzzed(f).zone
	f.Fuzz(func(t *testing.T, s string) {
		same(t, s, ParseDate)
		same(t, s, ParseDuration)
		same(t, s, ParseClock)
		same(t, s, ParseWindow)
		same(t, s, ParseSize)
		same(t, s, ParseRate)
		same(t, s, ParseMoney)
		if at, err := ParseTime(s, zone); err == nil {
			if again, err := ParseTime(utc(at), zone); err != nil || again != at {
				t.Errorf("%q is %v, written %q is %v (%v)", s, at, utc(at), again, err)
			}
		}
		if n, ok := ParseNumber(s); ok {
			if again, ok := ParseNumber(SayNumber(n)); !ok || again != n || path.Base(TicketDir(n)) != n {
				t.Errorf("%q is %s, said %q is %s in %s", s, n, SayNumber(n), again, TicketDir(n))
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
		typ := CaseType(caseDirs[int(of)%len(caseDirs)])
		name, problem, hint := parseEventName(file, typ, zone)
		if problem != "" {
			if hint == "" {
				t.Errorf("%q: %s, and no hint", file, problem)
			}
			return
		}
		for _, stem := range []string{EventName(name.at, name.kind, name.author), LocalEventName(name.at, zone, name.kind, name.author)} {
			if typ == TicketCase {
				stem = EventName(name.at, name.kind, name.author)
			}
			again, problem, _ := parseEventName(stem+".md", typ, zone)
			if problem != "" || again.at != name.at || again.kind != name.kind || again.author != name.author {
				t.Errorf("%q: %+v\n%q: %+v %s", file, name, stem, again, problem)
			}
		}
	})
}

// FuzzLoad: no repository makes Load or Check panic, and each problem has a file, a code and a message.
func FuzzLoad(f *testing.F) {
	base, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		fsys := fstest.MapFS{}
		for _, file := range slices.Concat(base.Files, txtar.Parse(archive).Files) {
			if validFile(fsys, file.Name) {
				fsys[file.Name] = &fstest.MapFile{Data: file.Data}
			}
		}
		for _, p := range Check(Load(fsys), checkNow) {
			if p.File == "" || p.Code == "" || p.Message == "" || (p.Line == 0) != (p.Column == 0) {
				t.Errorf("%+v", p)
			}
		}
	})
}

// validFile reports a name that a file can have beside the others: none of them is a directory above it, or below.
func validFile(fsys fstest.MapFS, name string) bool {
	if !utf8.ValidString(name) || name == "." || path.Clean("/"+name) != "/"+name {
		return false
	}
	for other := range fsys {
		if other != name && (within(other, name) || within(name, other)) {
			return false
		}
	}
	return true
}

// TestEncode shows what is written.
func TestEncode(t *testing.T) {
	zone := fuzzed(t).zone
	e := &Event{Kind: Reply, Body: "\n\nDag\r\n---\nTot ziens\n", Front: &Front{
		At: time.Date(2026, 11, 20, 14, 5, 9, 0, zone), ID: "12345678", Services: Map[ComponentState]{{"search", Operational}, {"no", MajorOutage}},
		Amount: Money{1250, "EUR"}, Into: Numbers{"2611204216"}, Score: 5, Partly: true, Attachments: []Attachment{{File: "a.png", Label: "scherm: één.png"}},
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
		if _, err := EncodeEvent(&Event{Name: "x", Body: bad}); err == nil {
			t.Errorf("%q was written", bad)
		}
	}
	if _, err := Encode(&Ticket{Subject: "caf\xe9"}); err == nil {
		t.Error("a subject that is not UTF-8 was written")
	}
}

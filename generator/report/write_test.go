package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/content/load"
	"balie/content/sample"
)

var sampler = Table{
	ID: "sampler",
	Columns: []Column{
		textColumn("subject"), countColumn("n"), percentColumn("within"), {ID: "a_week", Kind: AverageKind}, durationColumn("working"), dateColumn("from"), timeColumn("at"),
	},
	Rows: [][]Cell{
		{text("=1+1"), count(3), percentage(2, 3), average(3, 8), span(90*time.Minute + time.Millisecond), date(content.Date{Year: 2026, Month: 11, Day: 2}), instant(time.Date(2026, 11, 2, 9, 0, 0, 0, time.FixedZone("", 3600)))},
		{text("says \"no\",\nthen yes"), count(0), {}, {}, {}, {}, {}},
	},
	Total: []Cell{{}, count(3), {}, {}, {}, {}, {}},
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := sampler.CSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = "subject,n,within_percent,a_week,working_seconds,from,at\r\n" +
		"'=1+1,3,66.6,0.4,5400,2026-11-02,2026-11-02T08:00:00Z\r\n" +
		"\"says \"\"no\"\",\r\nthen yes\",0,,,,,\r\n"
	if b.String() != want {
		t.Errorf("%q\nwant\n%q", b.String(), want)
	}
}

func TestHarmless(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+31 20": "'+31 20", "-1": "'-1", "@sum": "'@sum", " =1": "' =1", "\t=1": "\t'=1", "\"=1\"": "'\"=1\"", "＝1": "'＝1",
		"a;=1": "a;'=1", "a; -1": "a;' -1", "a\n@x": "a\n'@x", "a\r=x": "a\r'=x",
		"": "", "a=b": "a=b", "a - b": "a - b", "anna@example.com": "anna@example.com", "Vraag over = en +": "Vraag over = en +",
	} {
		if got := harmless(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := sampler.JSON(&b, time.Date(2026, 11, 20, 15, 0, 0, 0, time.FixedZone("", 3600))); err != nil {
		t.Fatal(err)
	}
	var got any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var want any
	json.Unmarshal([]byte(`{"table": "sampler", "at": "2026-11-20T14:00:00Z",
		"columns": [{"key": "subject", "kind": "text"}, {"key": "n", "kind": "count"}, {"key": "within_percent", "kind": "percent"}, {"key": "a_week", "kind": "average"},
			{"key": "working_seconds", "kind": "duration"}, {"key": "from", "kind": "date"}, {"key": "at", "kind": "time"}],
		"rows": [{"subject": "=1+1", "n": 3, "within_percent": 66.6, "a_week": 0.4, "working_seconds": 5400, "from": "2026-11-02", "at": "2026-11-02T08:00:00Z"},
			{"subject": "says \"no\",\nthen yes", "n": 0, "within_percent": null, "a_week": null, "working_seconds": null, "from": null, "at": null}],
		"total": {"subject": null, "n": 3, "within_percent": null, "a_week": null, "working_seconds": null, "from": null, "at": null}}`), &want)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s", b.String())
	}
	b.Reset()
	if err := (&Table{ID: "empty"}).JSON(&b, time.Time{}); err != nil || !strings.Contains(b.String(), `"rows": []`) || !strings.Contains(b.String(), `"total": null`) {
		t.Errorf("%v %s", err, b.String())
	}
}

// FuzzCSV: whatever a customer calls a ticket, a reader of RFC 4180 gets as many cells as there are columns, and none that a spreadsheet takes for a formula.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "=1+1", "a;=1", "\"\n=1", "-", "+\r\n@", "\x00=", "a,b\r\n,=c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, subject string) {
		table := Table{ID: "t", Columns: []Column{textColumn("a"), textColumn("b")}, Rows: [][]Cell{{text(subject), text("x")}}}
		var b bytes.Buffer
		if err := table.CSV(&b); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 2 {
			t.Fatalf("%q: %v %q", subject, err, rows)
		}
		for _, piece := range strings.FieldsFunc(rows[1][0], func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
			if cell := strings.TrimLeft(piece, " \v\f\""); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("%q is written as %q", subject, rows[1][0])
			}
		}
	})
}

// Nothing that anybody wrote, and no number of a ticket, is in what everybody may see.
func TestNothingPersonalIsPublic(t *testing.T) {
	s := autumn(t)
	s.ticket("subject2: x\nrequester: {name: Greta Secret, email: greta@secret.example, phone: \"555\"}\norganisation: \"0042\"\nfields: {a: Confidential}"[len("subject2: x\n"):],
		"2026-11-03T09:00 received", "2026-11-03T10:00 demoted anna {until: 2026-11-05T10:00; reason: Rude}", "2026-11-03T11:00 reply anna", "2026-11-03T12:00 rated {score: 1}")
	f := s.facts("2026-11-09T12:00")
	public := written(t, f, Public(f))
	for _, private := range []string{"Secret", "secret.example", "0042", "Confidential", "Question", "anna", "ben", "Rude", "Some words"} {
		if strings.Contains(public, private) {
			t.Errorf("%q is public", private)
		}
	}
	for _, ticket := range f.Tickets {
		if strings.Contains(public, ticket.Record.Number) {
			t.Errorf("%s is public", ticket.Record.Number)
		}
	}
}

// The sample desks have everything a desk has: their figures agree, and what is public of them tells nothing of anybody.
func TestSampleDesks(t *testing.T) {
	for _, name := range sample.Names() {
		fsys, err := sample.FS(name)
		if err != nil {
			t.Fatal(err)
		}
		f := gather(t, load.Load(fsys, nil).Tree, time.Date(2026, 11, 20, 13, 42, 0, 0, time.UTC))
		r := Public(f)
		agree(t, r)
		agree(t, Staff(f))
		public := written(t, f, r)
		for _, ticket := range f.Tickets {
			for _, private := range []string{ticket.Record.Number, ticket.Record.Subject, ticket.Record.Requester.Name, ticket.Record.Requester.Email} {
				if len(private) > 3 && strings.Contains(public, private) {
					t.Errorf("%s: %q is public", name, private)
				}
			}
		}
		if len(f.Tickets) < 40 || len(f.Incidents) < 5 || r.Recent.Most == 0 || r.Backlog.Desk == 0 {
			t.Errorf("%s: %d tickets, %d incidents, %+v, %+v", name, len(f.Tickets), len(f.Incidents), r.Recent, r.Backlog)
		}
	}
}

// A desk to which nothing ever happened, and one without a policy, has every table of any other.
func TestEmptyDesk(t *testing.T) {
	full := Staff(autumn(t).facts("2026-11-09T12:00"))
	empty := newStory(t)
	bare := newStory(t)
	delete(bare.files, "policy/2024-01-01.yaml")
	bare.ticket("", "2026-11-02T09:00 received", "2026-11-07T09:00 reply anna")
	for name, s := range map[string]*story{"empty": empty, "without a policy": bare} {
		f := s.facts("2026-11-09T12:00")
		r := Staff(f)
		agree(t, r)
		if len(r.Tables) != len(full.Tables) || len(r.Charts) != len(full.Charts) {
			t.Errorf("%s: %d tables, %d charts", name, len(r.Tables), len(r.Charts))
		}
		both(t, f)
	}
	if r := Public(empty.facts("2026-11-09T12:00")); r.Estimate.Outlook != Idle || r.Notice.Slow || r.Recent != (Recent{}) || r.Oldest != 0 {
		t.Errorf("%+v", r)
	}
	if first := bare.facts("2026-11-09T12:00").Tickets[0].First; first.Working != 5*24*time.Hour {
		t.Errorf("without a calendar every hour counts: %v", first.Working)
	}
}

// What a report says agrees with what package desk does: the queue has as many tickets that wait.
func TestBacklogIsTheQueue(t *testing.T) {
	stories(t, 10, func(t *testing.T, _ *rand.Rand, s *story, now time.Time) {
		tree := s.load().Tree
		d, _ := desk.New(tree.Setup)
		var b Backlog
		for _, q := range d.Queue(tree, now, false) {
			if !q.Ticket.Ticket.Events[0].At.After(now) {
				b.add(&Ticket{Owes: q.Owes})
			}
		}
		if got := Gather(tree, d, now, new(Cache)).backlog(); got != b {
			t.Errorf("%+v, the queue has %+v", got, b)
		}
	})
}

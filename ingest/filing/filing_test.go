package filing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/load"
	"balie/ingest/commit"
	"balie/ingest/store"
)

// repository is a content repository in memory, and its own committer.
type repository struct {
	files   fstest.MapFS
	tree    *content.Tree
	changes []commit.Change
	store   *store.Store
	now     time.Time
	log     bytes.Buffer
	had     map[string][]byte // what some files were in a commit before
}

func newRepository(t testing.TB, more map[string]string) *repository {
	all := map[string]string{
		"site.yaml":     "name: Balie\nbase_url: https://hulp.example\nlanguages: [nl]\ntime_zone: Europe/Brussels\n",
		"services.yaml": "- {id: checkout, name: Afrekenen}\n",
	}
	maps.Copy(all, more)
	kept, err := store.Open(context.Background(), t.TempDir(), "intake")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	r := &repository{files: fstest.MapFS{}, store: kept, now: friday}
	for name, text := range all {
		r.files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	r.reload()
	return r
}

func (r *repository) reload() { r.tree = load.Load(maps.Clone(r.files), nil).Tree }

func (r *repository) Commit(_ context.Context, c commit.Change) (string, error) {
	if err := c.Check(); err != nil {
		return "", err
	}
	if c.Needs != "" && r.files[c.Needs] == nil {
		return "", commit.ErrGone
	}
	for _, f := range c.Files {
		if r.files[f.Path] != nil {
			return "", &commit.Taken{Path: f.Path}
		}
	}
	for _, f := range c.Files {
		r.files[f.Path] = &fstest.MapFile{Data: f.Data}
	}
	r.changes = append(r.changes, c)
	return fmt.Sprint(len(r.changes)), nil
}

func (r *repository) Versions(_ context.Context, paths []string, _ string) (map[string][]commit.Version, error) {
	all := map[string][]commit.Version{}
	for _, path := range paths {
		if data := r.had[path]; data != nil {
			all[path] = []commit.Version{{Revision: "later"}, {Revision: "before", Data: data}}
		}
	}
	return all, nil
}

// remember keeps what a file was, as git does.
func (r *repository) remember(path string) {
	r.had = map[string][]byte{path: r.files[path].Data}
}

// friday is the afternoon on which the tests take place: in Brussels it is 15:05.
var friday = time.Date(2026, 11, 20, 14, 5, 9, 500, time.UTC)

func (r *repository) filer(instance int) *Filer {
	f := &Filer{
		Tree: func() *content.Tree { return r.tree }, Committer: r, Now: func() time.Time { return r.now },
		Random: rand.NewChaCha8([32]byte{byte(instance)}), Instance: instance, Log: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	if instance > 0 {
		f.Store = r.store
	}
	return f
}

func must(t *testing.T, f *Filer, s Submission) Receipt {
	t.Helper()
	receipt, err := f.File(t.Context(), s)
	if err == nil && f.Store != nil {
		err = f.DrainOnce(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func event(kind content.Kind, author, body string) []*content.Event {
	return []*content.Event{{Kind: kind, Author: author, Body: body}}
}

var ids int

// ticket is a submission under an id of its own.
func ticket() Submission {
	ids++
	return Submission{ID: content.Hex(fmt.Sprintf("%016x", ids)), Ticket: &content.Ticket{Subject: "s"}, Events: event(content.Received, "", "Help")}
}

func TestNumbersOfStaffAreDrawn(t *testing.T) {
	r := newRepository(t, nil)
	f := r.filer(0)
	s := ticket()
	s.At = time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC) // in Brussels it is the 21st
	got := must(t, f, s).Ticket
	if len(got.Number) != 12 || !strings.HasPrefix(got.Number, "2611210") || got.Dir != content.TicketDir(got.Number) || len(got.Follow) != 32 {
		t.Errorf("number %s in %s, token %s", got.Number, got.Dir, got.Follow)
	}
	if next := must(t, f, ticket()).Ticket; !strings.HasPrefix(next.Number, "2611200") {
		t.Errorf("number %s", next.Number)
	}
}

func TestNoNumberIsGivenTwice(t *testing.T) {
	day := content.Date{Year: 2026, Month: 11, Day: 20}
	number := func(count int) string { return content.NewNumber(day, 1, count) }
	r := newRepository(t, map[string]string{
		content.TicketDir(number(1)) + "/ticket.yaml": "subject: s\n",
		content.TicketDir(number(2)) + "/ticket.yaml": "subject: s\ngiven: \"" + number(4) + "\"\n",
		"erased.txt": number(6) + "\n",
	})
	f := r.filer(1)
	for _, count := range []int{5, 7, 8} {
		if got := must(t, f, ticket()).Ticket.Number; got != number(count) {
			t.Errorf("number %s, want %s", got, number(count))
		}
	}
}

// What never read is not in the tree. Its number or directory is taken all the same, also where the
// case's own file is missing and nothing would be overwritten.
func TestWhatNeverReadIsTaken(t *testing.T) {
	day := content.Date{Year: 2026, Month: 11, Day: 20}
	number := func(count int) string { return content.NewNumber(day, 1, count) }
	unread := map[string]string{
		content.TicketDir(number(1)) + "/ticket.yaml":                      "subject: [\n",
		content.TicketDir(number(2)) + "/2026-11-20T090000Z-received.md":   "Help\n",
		"tickets/2026/11/21/" + number(3) + "/ticket.yaml":                 "subject: [\n", // below another day
		"incidents/2026/1120-stuk/2026-11-20T0900-investigating.md":        "Wij zoeken.\n",
		"incidents/2026/1120-stuk-2/incident.yaml":                         "titel: Stuk\n",
		"maintenance/2026/1201-databank/2026-11-20T0900-scheduled-anna.md": "Straks.\n",
	}
	r := newRepository(t, unread)
	if got := must(t, r.filer(1), ticket()).Ticket.Number; got != number(4) {
		t.Errorf("number %s, want %s", got, number(4))
	}
	for _, instance := range []int{1, 0} { // an intake, and staff
		f := newRepository(t, unread).filer(instance)
		for _, tt := range []struct {
			want string
			s    Submission
		}{
			{"incidents/2026/1120-stuk-3", Submission{Incident: &content.Incident{Title: content.Text{"nl": "Stuk"}}, Events: event(content.Investigating, "", "x")}},
			{"maintenance/2026/1201-databank-2", Submission{Maintenance: &content.Maintenance{Title: content.Text{"nl": "Databank"},
				Planned: content.Planned{Start: friday.AddDate(0, 0, 11), End: friday.AddDate(0, 0, 12)}}, Events: event(content.Scheduled, "", "x")}},
		} {
			file := must(t, f, tt.s).Events[0].Path
			if dir := file[:strings.LastIndex(file, "/")]; dir != tt.want {
				t.Errorf("filed in %s, want %s", dir, tt.want)
			}
		}
	}
}

// taken is a committer by which every path is taken.
type taken struct{}

func (taken) Commit(context.Context, commit.Change) (string, error) { return "", commit.ErrTaken }

func (taken) Versions(context.Context, []string, string) (map[string][]commit.Version, error) {
	return nil, nil
}

func TestAllIsTaken(t *testing.T) {
	number := content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 20}, 1, 1)
	r := newRepository(t, map[string]string{content.TicketDir(number) + "/ticket.yaml": "subject: s\n"})
	f := r.filer(0)
	f.Committer = taken{}
	for name, s := range map[string]Submission{
		"a ticket": ticket(), "an event": {Dir: content.TicketDir(number), Events: event(content.Message, "", "Nog iets")},
		"an incident": {Incident: &content.Incident{Title: content.Text{"nl": "Stuk"}}, Events: event(content.Investigating, "", "x")},
	} {
		if _, err := f.File(t.Context(), s); !errors.Is(err, ErrAllTaken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	all := make([]string, 10_000)
	for i := range all {
		all[i] = content.NewNumber(content.Date{Year: 2026, Month: 11, Day: 20}, 0, i)
	}
	r.tree.Erased = all
	if _, err := r.filer(0).File(t.Context(), ticket()); !errors.Is(err, ErrAllTaken) {
		t.Errorf("every number is erased: %v", err)
	}
}

func TestIncidents(t *testing.T) {
	r := newRepository(t, nil)
	f := r.filer(1)
	file := func(id content.Hex, title string) string {
		incident := &content.Incident{Title: content.Text{"nl": title}, Services: content.Map[content.ComponentState]{{Key: "checkout", Value: content.MajorOutage}}}
		receipt := must(t, f, Submission{ID: id, Incident: incident, Events: event(content.Investigating, "alerts", "Wij zoeken.")})
		return receipt.Events[0].Path
	}
	id := KeyID("hooks/alerts", "delivery 1", []byte("body"))
	first := file(id, "Betalen lukt écht niet meer vandaag!")
	if first != "incidents/2026/1120-betalen-lukt-echt-niet-meer/2026-11-20T150509-investigating-alerts.md" {
		t.Errorf("filed at %s", first)
	}
	again := file("aaaa", "Betalen lukt écht niet meer.")
	if !strings.HasPrefix(again, "incidents/2026/1120-betalen-lukt-echt-niet-meer-2/") { // the tree does not have the first yet
		t.Errorf("filed at %s", again)
	}
	r.reload()
	if got := file("bbbb", "Betalen lukt écht niet meer"); !strings.HasPrefix(got, "incidents/2026/1120-betalen-lukt-echt-niet-meer-3/") {
		t.Errorf("filed at %s", got)
	}
	if got := file(id, "Betalen lukt écht niet meer vandaag!"); got != first || len(r.changes) != 3 {
		t.Errorf("the same delivery was filed at %s", got)
	}
	update := Submission{Dir: "incidents/2026/1120-betalen-lukt-echt-niet-meer", Events: event(content.Resolved, "alerts", "Opgelost.")}
	if got := must(t, f, update).Events[0]; got.Name != "2026-11-20T150510-resolved-alerts" {
		t.Errorf("named %s", got.Name)
	}
	update.Dir = "incidents/2026/1120-none"
	if _, err := f.File(t.Context(), update); !errors.Is(err, ErrNoCase) {
		t.Errorf("error %v", err)
	}
}

func TestTheSameKey(t *testing.T) {
	r := newRepository(t, nil)
	s := ticket()
	s.ID = KeyID("forms/contact", "k", []byte("Help"))
	first := must(t, r.filer(1), s)
	r.reload()
	s.Ticket = &content.Ticket{Subject: "s"}
	if again := must(t, r.filer(1), s); again.Ticket.Number != first.Ticket.Number || again.Events[0].Name != first.Events[0].Name || len(r.changes) != 1 {
		t.Errorf("filed again: %s, %d changes", again.Ticket.Number, len(r.changes))
	}
	s.ID = KeyID("forms/contact", "k", []byte("Something else"))
	if _, err := r.filer(1).File(t.Context(), s); !errors.Is(err, ErrOther) {
		t.Errorf("other content: %v", err)
	}
	for _, id := range []content.Hex{KeyID("forms/other", "k", []byte("Help")), KeyID("forms/contact", "l", []byte("Help")), KeyID("forms/contactk", "", []byte("Help"))} {
		if _, found, err := r.filer(1).Filed(Submission{ID: id}); found || err != nil {
			t.Errorf("%s was found: %v", id, err)
		}
	}
}

func TestSecondAfter(t *testing.T) {
	events := func(seconds ...int) (list []*content.Event) {
		for _, s := range seconds {
			list = append(list, &content.Event{At: friday.Truncate(time.Second).Add(time.Duration(s) * time.Second)})
		}
		return list
	}
	for _, tt := range []struct {
		before  []int
		present bool
		want    int // seconds after friday; 100: too fast
	}{
		{nil, true, 0}, {[]int{-1}, true, 0}, {[]int{0}, true, 1}, {[]int{0, 1, 5}, true, 6}, {[]int{0, 61}, true, 1}, {[]int{60}, true, 100}, {[]int{59}, true, 60},
		{nil, false, 0}, {[]int{0, 1, 5}, false, 2}, {[]int{-1, 3000}, false, 0},
	} {
		got, err := secondAfter(events(tt.before...), friday, tt.present)
		if tt.want == 100 {
			if !errors.Is(err, ErrTooFast) {
				t.Errorf("%v: %v", tt.before, err)
			}
			continue
		}
		if after := got.Sub(friday.Truncate(time.Second)); err != nil || after != time.Duration(tt.want)*time.Second {
			t.Errorf("%v, at present %v: %s after, want %d s (%v)", tt.before, tt.present, after, tt.want, err)
		}
	}
}

func TestByRule(t *testing.T) {
	at := friday.Truncate(time.Second)
	change, err := RuleChange([]RuleEvent{
		{"tickets/2026/11/20/2611201012", &content.Event{Kind: content.Reminder, At: at, Author: content.Balie, Body: "Nog even."}},
		{"maintenance/2026/1120-database", &content.Event{Kind: content.InProgress, At: at, Author: content.Balie}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%s %s %q %s", change.Message, change.Files[0].Path, change.Files[0].Data, change.Files[1].Path)
	if want := `by rule: 2 events tickets/2026/11/20/2611201012/2026-11-20T140509Z-reminder-balie.md "Nog even.\n" maintenance/2026/1120-database/2026-11-20T140509Z-in_progress-balie.md`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func (r *repository) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	return commit.OneByOne(ctx, r, changes)
}

func (k taken) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	return commit.OneByOne(ctx, k, changes)
}

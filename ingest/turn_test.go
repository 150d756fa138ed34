package ingest

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/ingest/commit"
)

// order is a ticket's events as a program that reads the repository finds them.
func (in *intake) order() string {
	in.reload()
	var kinds []string
	for _, e := range in.Tree().Tickets[0].Events {
		kinds = append(kinds, string(e.Kind))
	}
	return strings.Join(kinds, " ")
}

func TestEventsOfOneSecondKeepTheirOrder(t *testing.T) {
	for _, stale := range []bool{false, true} { // whether the tree has what was committed a moment ago
		in := newIntake(t, nil)
		in.stale = stale
		_, follow := in.hand(t)
		in.postJSON(follow, `{"message":"En dit nog"}`)
		in.postJSON(follow, `{"action":"solved"}`)
		a := in.postJSON(follow, `{"action":"rate","score":5}`)
		if a.StatusCode != http.StatusCreated || !strings.Contains(a.body, `"at":"2026-11-20T14:05:11Z"`) {
			t.Errorf("answer %d %s", a.StatusCode, a.body)
		}
		if got := in.order(); got != "received message confirmed rated" {
			t.Errorf("in the order %s", got)
		}
		if at := in.Tree().Tickets[0].At(in.now); at.State != content.ClosedState || len(at.NoEffect) > 0 {
			t.Errorf("state %s, without effect %d", at.State, len(at.NoEffect))
		}
		if in.waited >= 2*time.Second {
			t.Errorf("waited %s", in.waited)
		}
	}
}

func TestQuickMessagesAreNeverDatedAhead(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	for i := range 26 {
		if a := in.postJSON(follow, fmt.Sprintf(`{"message":"bericht %d"}`, i)); a.StatusCode != http.StatusCreated {
			t.Fatalf("answer %d %s", a.StatusCode, a.body)
		}
		events := in.Tree().Tickets[0].Events
		if last := events[len(events)-1]; last.At.After(in.now) {
			t.Fatalf("%s at %s", last.Name, in.now)
		}
	}
	in.post(follow, "action", "solved")
	if got := in.order(); !strings.HasSuffix(got, "message confirmed") || strings.Count(got, "message") != 26 {
		t.Errorf("in the order %s", got)
	}
	if events := in.Tree().Tickets[0].Events; events[20].Body != "bericht 19" {
		t.Errorf("%s says %s", events[20].Name, events[20].Body)
	}
}

func TestAnEventComesAfterWhatStaffWrote(t *testing.T) {
	for name, tt := range map[string]struct {
		ahead  time.Duration
		author string
		status int
		at     string
	}{
		"in the same second":                  {0, "anna", http.StatusCreated, "10"},
		"by rule in the same second":          {0, "balie", http.StatusCreated, "10"},
		"by a clock that is a second ahead":   {time.Second, "anna", http.StatusCreated, "11"},
		"by a clock that is far ahead":        {30 * time.Second, "anna", http.StatusTooManyRequests, ""},
		"for tomorrow: it does not exist yet": {24 * time.Hour, "anna", http.StatusCreated, "09"},
	} {
		in := newIntake(t, nil)
		number, follow := in.hand(t)
		in.now = in.now.Add(time.Minute)
		in.write(content.TicketDir(number)+"/"+content.EventName(in.now.Add(tt.ahead), content.Reply, tt.author)+".md", "Antwoord.\n")
		a := in.postJSON(follow, `{"message":"Nog iets"}`)
		if want := `"at":"2026-11-20T14:06:` + tt.at; a.StatusCode != tt.status || tt.at != "" && !strings.Contains(a.body, want) {
			t.Errorf("%s: answer %d %s, want %s", name, a.StatusCode, a.body, want)
		}
	}
}

func TestWhoWritesTooFastIsAskedToComeBack(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	in.write(content.TicketDir(number)+"/"+content.EventName(in.now.Add(20*time.Second), content.Reply, "anna")+".md", "Antwoord.\n")
	a := in.post(follow, "message", "Mijn lange verhaal")
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "21" || !strings.Contains(a.body, "Mijn lange verhaal") {
		t.Errorf("answer %d, Retry-After %s\n%s", a.StatusCode, a.Header.Get("Retry-After"), a.body)
	}
	if len(in.changes) != 1 || in.waited > 0 {
		t.Errorf("%d commits, waited %s", len(in.changes), in.waited)
	}
}

// rival files an event of its own at the path that the intake is about to take, the first few times.
type rival struct {
	*memory
	left int
}

func (r *rival) Commit(ctx context.Context, c commit.Change) (string, error) {
	if name := path.Base(c.Files[0].Path); strings.HasSuffix(name, "-message.md") && r.left > 0 {
		r.left--
		r.write(c.Files[0].Path, "---\n---\nVan een ander.\n")
	}
	return r.memory.Commit(ctx, c)
}

func TestAnotherIntakeWasQuicker(t *testing.T) {
	for times, status := range map[int]int{1: http.StatusCreated, 2: http.StatusCreated, 5: http.StatusTooManyRequests} {
		var other rival
		in := newIntake(t, nil, func(c *Config) { c.Committer = &other })
		other = rival{in.memory, times}
		_, follow := in.hand(t)
		in.now = in.now.Add(time.Hour)
		if a := in.postJSON(follow, `{"message":"Nog iets"}`); a.StatusCode != status {
			t.Errorf("%d times: answer %d %s", times, a.StatusCode, a.body)
		}
		if in.waited > patience {
			t.Errorf("waited %s", in.waited)
		}
	}
}

func TestATicketThatIsClosedMeanwhile(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	dir := content.TicketDir(number)
	in.now = in.now.Add(time.Hour)
	in.write(dir+"/"+content.EventName(in.now, content.Reply, "anna")+".md", "Antwoord.\n")
	in.Handler.Wait = func(ctx context.Context, d time.Duration) error {
		in.write(dir+"/"+content.EventName(in.now.Add(d), content.Confirmed, "")+".md", "")
		return in.wait(ctx, d)
	}
	if a := in.post(follow, "message", "Nog iets"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") == follow {
		t.Errorf("answer %d to %s: no ticket that follows the closed one", a.StatusCode, a.Header.Get("Location"))
	}
	in.sound(t)
}

package ingest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
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
		if a.StatusCode != http.StatusCreated || !strings.Contains(a.body, `"at":"2026-11-20T14:05:12Z"`) {
			t.Errorf("answer %d %s", a.StatusCode, a.body)
		}
		if page := in.get(follow); strings.Count(page.body, "En dit nog") != 1 || strings.Contains(page.body, `value="solved"`) {
			t.Errorf("what was written within a second is not on the page\n%s", page.body)
		}
		if got := in.order(); got != "received message confirmed rated" {
			t.Errorf("in the order %s", got)
		}
		if at := in.Tree().Tickets[0].At(in.now.Add(3 * time.Second)); len(at.NoEffect) > 0 {
			t.Errorf("%d without effect", len(at.NoEffect))
		}
	}
}

func TestQuickMessagesKeepTheirOrder(t *testing.T) {
	in := newIntake(t, nil)
	_, follow := in.hand(t)
	for i := range 26 {
		if a := in.postJSON(follow, fmt.Sprintf(`{"message":"bericht %d"}`, i)); a.StatusCode != http.StatusCreated {
			t.Fatalf("answer %d %s", a.StatusCode, a.body)
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
		at     string
	}{
		"in the same second":                  {0, "anna", "06:10"},
		"by rule in the same second":          {0, "balie", "06:10"},
		"by a clock that is a second ahead":   {time.Second, "anna", "06:11"},
		"by a clock that is far ahead":        {30 * time.Second, "anna", "06:40"},
		"for tomorrow: it does not exist yet": {24 * time.Hour, "anna", "06:09"},
	} {
		in := newIntake(t, nil)
		number, follow := in.hand(t)
		in.now = in.now.Add(time.Minute)
		in.write(content.TicketDir(number)+"/"+content.EventName(in.now.Add(tt.ahead), content.Reply, tt.author)+".md", "Antwoord.\n")
		a := in.postJSON(follow, `{"message":"Nog iets"}`)
		if want := `"at":"2026-11-20T14:` + tt.at; a.StatusCode != http.StatusCreated || !strings.Contains(a.body, want) {
			t.Errorf("%s: answer %d %s, want %s", name, a.StatusCode, a.body, want)
		}
		if page := in.get(follow); !strings.Contains(page.body, "Nog iets") {
			t.Errorf("%s: the message is not on the page", name)
		}
	}
}

func TestWhoWritesTooFastIsAskedToComeBack(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	in.write(content.TicketDir(number)+"/"+content.EventName(in.now.Add(time.Minute), content.Reply, "anna")+".md", "Antwoord.\n")
	a := in.post(follow, "message", "Mijn lange verhaal")
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "5" || !strings.Contains(a.body, "Mijn lange verhaal") {
		t.Errorf("answer %d, Retry-After %s\n%s", a.StatusCode, a.Header.Get("Retry-After"), a.body)
	}
	if len(in.changes) != 1 {
		t.Errorf("%d commits", len(in.changes))
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
	for _, times := range []int{1, 2, 5} {
		var other rival
		in := newIntake(t, nil, func(c *Config) { c.Committer = &other })
		other = rival{in.memory, times}
		_, follow := in.hand(t)
		in.now = in.now.Add(time.Hour)
		if a := in.postJSON(follow, `{"message":"Nog iets"}`); a.StatusCode != http.StatusCreated {
			t.Errorf("%d times: answer %d %s", times, a.StatusCode, a.body)
		}
		in.reload()
		last := in.Tree().Tickets[0].Events[times+1]
		if want := fmt.Sprintf("15:05:%02d", 9+times); last.Body != "Nog iets" || last.At.UTC().Format(time.TimeOnly) != want {
			t.Errorf("%d times: %s says %q, want it at %s", times, last.Name, last.Body, want)
		}
	}
}

// slowBody runs arrived when the body has been read.
type slowBody struct {
	io.Reader
	arrived func()
}

func (s slowBody) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err == io.EOF {
		s.arrived()
	}
	return n, err
}

func TestATicketThatIsClosedWhileAMessageArrives(t *testing.T) {
	in := newIntake(t, nil)
	number, follow := in.hand(t)
	in.now = in.now.Add(time.Hour)
	in.write(content.TicketDir(number)+"/"+content.EventName(in.now.Add(-time.Minute), content.Solved, "anna")+".md", "Antwoord.\n")
	r := browserPost(follow, "message", "Nog iets")
	r.Body = io.NopCloser(slowBody{r.Body, func() {
		in.write(content.TicketDir(number)+"/"+content.EventName(in.now, content.Closed, content.Balie)+".md", "")
	}})
	if a := in.do(r); a.StatusCode != http.StatusSeeOther || strings.HasPrefix(a.Header.Get("Location"), follow) {
		t.Errorf("answer %d to %s: no ticket that follows the closed one", a.StatusCode, a.Header.Get("Location"))
	}
	in.sound(t)
}

func TestTheSameTwiceAtOnceIsSolvedOnce(t *testing.T) {
	in := newIntake(t, nil)
	in.stale = true
	_, follow := in.hand(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { in.post(follow, "action", "solved") })
	}
	wait.Wait()
	if got := in.order(); got != "received confirmed" {
		t.Errorf("in the order %s", got)
	}
}

func (r *rival) CommitAll(ctx context.Context, changes []commit.Change) ([]string, error) {
	return commit.OneByOne(ctx, r, changes)
}

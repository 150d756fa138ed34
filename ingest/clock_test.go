package ingest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTheClockJumps lets the clock jump between submissions. No number is given twice, a ticket's
// events stay in the order in which they were handed in and are on its page, and what is repeated is
// filed once.
func TestTheClockJumps(t *testing.T) {
	for name, jumps := range map[string][]time.Duration{
		"back":                 {-time.Hour},
		"forward":              {time.Hour},
		"forward and back":     {time.Hour, -time.Hour},
		"back and forward":     {-time.Hour, time.Hour},
		"back over midnight":   {-15*time.Hour - 30*time.Minute, time.Minute},
		"to and fro, and back": {time.Hour, -time.Hour, time.Hour, -time.Hour, -time.Hour},
	} {
		for _, stale := range []bool{false, true} { // whether the tree has what was committed a moment ago
			t.Run(fmt.Sprintf("%s, stale %v", name, stale), func(t *testing.T) {
				in := newIntake(t, nil)
				in.stale = stale
				in.jump(t, jumps)
			})
		}
	}
}

func (in *intake) jump(t *testing.T, jumps []time.Duration) {
	number, follow := in.hand(t)
	numbers := []string{number}
	nonce := in.servedNonce(t, "/forms/contact")
	first := decode[acceptedTicket](t, in.postJSON("/forms/contact", question, "Idempotency-Key", "k"))
	numbers = append(numbers, first.Number)
	clicked := in.links(t, []string{"nonce", nonce})[0]
	commits, messages := 3, []string{"Na het kiezen"}
	for i, by := range jumps {
		in.now = in.now.Add(by)
		if again := decode[acceptedTicket](t, in.postJSON("/forms/contact", question, "Idempotency-Key", "k")); again.Number != first.Number || again.Follow != first.Follow {
			t.Errorf("the same key was answered by %+v and %+v", first, again)
		}
		if link := in.links(t, []string{"nonce", nonce})[0]; link != clicked && by < 0 {
			t.Errorf("a double click over the jump made another ticket")
		} else if link != clicked {
			clicked = link // as after an hour
			commits++
		}
		another, _ := in.hand(t)
		numbers = append(numbers, another)
		text := fmt.Sprintf("bericht %d", i)
		a := in.postJSON(follow, fmt.Sprintf(`{"message":%q}`, text), "Idempotency-Key", text)
		again := in.postJSON(follow, fmt.Sprintf(`{"message":%q}`, text), "Idempotency-Key", text)
		if a.StatusCode != http.StatusCreated || a.body != again.body {
			t.Fatalf("a message: answer %d %s, and again %s", a.StatusCode, a.body, again.body)
		}
		messages = append(messages, text)
		commits += 2
		in.areShown(t, follow, messages)
	}
	if a := in.postJSON(follow, `{"action":"solved"}`); a.StatusCode != http.StatusCreated {
		t.Errorf("it is solved: answer %d %s", a.StatusCode, a.body)
	}
	in.reload()
	in.areShown(t, follow, messages)
	ticket := in.Tree().Ticket(number)
	var kinds []string
	for _, e := range ticket.Events {
		kinds = append(kinds, string(e.Kind))
	}
	if want := "received" + strings.Repeat(" message", len(jumps)) + " confirmed"; strings.Join(kinds, " ") != want {
		t.Errorf("the events are %s", kinds)
	}
	if at := ticket.At(in.Tree().LastAccepted(in.now)); len(at.NoEffect) > 0 {
		t.Errorf("%d have no effect", len(at.NoEffect))
	}
	if len(in.changes) != commits+1 {
		t.Errorf("%d commits, want %d", len(in.changes), commits+1)
	}
	if slices.Sort(numbers); len(slices.Compact(slices.Clone(numbers))) != len(numbers) {
		t.Errorf("numbers were given twice: %s", numbers)
	}
}

// areShown fails the test where messages are not on a follow page, or in another order.
func (in *intake) areShown(t *testing.T, follow string, messages []string) {
	t.Helper()
	page := in.get(follow).body
	for _, m := range messages {
		_, rest, ok := strings.Cut(page, m)
		if !ok {
			t.Errorf("%q is not on the page, or not after what was written before", m)
			return
		}
		page = rest
	}
}

// A clock that is more than a minute behind is told to staff.
func TestAClockThatIsBehindIsTold(t *testing.T) {
	for _, behind := range []time.Duration{30 * time.Second, time.Hour} {
		in := newIntake(t, nil)
		_, follow := in.hand(t)
		in.now = in.now.Add(-behind)
		in.postJSON(follow, `{"message":"Nog iets"}`)
		if told := strings.Contains(in.log.String(), "clock"); told != (behind > time.Minute) {
			t.Errorf("behind by %s: told %v\n%s", behind, told, in.log)
		}
	}
}

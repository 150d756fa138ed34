package desk

import (
	"errors"
	"testing"

	"balie/content"
)

// Where the platform vouches, an organisation's people are those its file lists and those for whom
// it vouched before: who typed the organisation takes nobody's place.
func TestMayAsk(t *testing.T) {
	w := makeWorld(t, map[string]string{"2026-01-01": askingPolicy + excludedYAML}, // three may; of 0042 a and b are listed
		asks("2604011", "c@x.example", "0042", "2026-04-01 09:00 received"),
		asks("2604012", "d@x.example", "0042", "2026-04-01 09:10 received"),
		"ticket 2604013 {channel: form; organisation: \"0042\"; requester: {id: u-a, email: A@x.example}}\n2026-04-01 09:20 received",
		"ticket 2604014 {channel: form; organisation: \"0042\"; requester: {id: u-junk}}\n2026-04-01 09:30 received\n2026-04-01 10:00 spam")
	waiting := func(tickets ...*content.Ticket) func() ([]*content.Ticket, error) {
		return func() ([]*content.Ticket, error) { return tickets, nil }
	}
	of := func(id string) *content.Ticket {
		return &content.Ticket{Organisation: "0042", Requester: content.Requester{ID: id}}
	}
	for name, c := range map[string]struct {
		who     content.Requester
		waiting []*content.Ticket
		ok      bool
	}{
		"the third":                     {content.Requester{ID: "u-c"}, nil, true},
		"listed by address":             {content.Requester{ID: "u-b", Email: "b@x.example"}, []*content.Ticket{of("u-c")}, true},
		"known under another address":   {content.Requester{ID: "u-c", Email: "new@x.example"}, []*content.Ticket{of("u-c")}, true},
		"a fourth":                      {content.Requester{ID: "u-d"}, []*content.Ticket{of("u-c")}, false},
		"who typed it before, and came": {content.Requester{ID: "u-e", Email: "c@x.example"}, []*content.Ticket{of("u-c")}, false},
		"of another organisation":       {content.Requester{ID: "u-d"}, []*content.Ticket{{Organisation: "0107", Requester: content.Requester{ID: "u-x"}}}, true},
	} {
		limit, ok, err := w.MayAsk(w.tree, c.who, "0042", w.at("2026-04-02 09:00"), waiting(c.waiting...))
		if ok != c.ok || limit != 3 || err != nil {
			t.Errorf("%s: %t of %d, %v", name, ok, limit, err)
		}
	}
	broken := errors.New("broken")
	if _, _, err := w.MayAsk(w.tree, content.Requester{ID: "u-c"}, "0042", w.at("2026-04-02 09:00"), func() ([]*content.Ticket, error) { return nil, broken }); err != broken {
		t.Error(err)
	}
}

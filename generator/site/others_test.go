package site

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content"
)

// rows are the numbers of the rows around a ticket.
func rows(group []*ticket, f *ticket) string {
	m := &Plan{Input: Input{Tree: &content.Tree{Setup: &content.Setup{Zone: time.UTC}}}}
	var all []string
	for _, row := range m.others(group, "all", f).Rows {
		all = append(all, row.Number)
	}
	return strings.Join(all, " ")
}

func TestOthersOfARequester(t *testing.T) {
	of := func(number string, r content.Requester) *ticket {
		return &ticket{Ticket: &content.Ticket{Number: number, Requester: r}}
	}
	list := []*ticket{
		of("1", content.Requester{ID: "shop-1", Email: "a@x.example"}),
		of("2", content.Requester{Email: "A@X.example"}),
		of("3", content.Requester{ID: "shop-2", Email: "a@x.example"}),
		of("4", content.Requester{ID: "shop-1"}),
		of("5", content.Requester{Phone: "112"}),
		of("6", content.Requester{Phone: "112"}),
		of("7", content.Requester{Phone: "112", Email: "b@x.example"}),
		of("8", content.Requester{}),
		of("9", content.Requester{}),
	}
	g := groupsOf(list)
	for i, want := range []string{"4 2", "3 1", "2", "1", "6", "5", "", "", ""} {
		got, _ := g.ofRequester(list[i])
		if rows(got, list[i]) != want {
			t.Errorf("of %s: %s, want %s", list[i].Number, rows(got, list[i]), want)
		}
		for _, other := range list { // as content has it
			if listed := other != list[i] && slices.Contains(got, other); listed != (other != list[i] && other.Requester.Same(list[i].Requester)) {
				t.Errorf("of %s: %s is listed: %t", list[i].Number, other.Number, listed)
			}
		}
	}
}

// Of many those are shown that came nearest, so one more changes the pages of the last few alone.
func TestNearest(t *testing.T) {
	var list []*ticket
	for i := range 40 {
		list = append(list, &ticket{Ticket: &content.Ticket{Number: fmt.Sprint(10 + i), Organisation: "0042"}})
	}
	before, after := groupsOf(list[:39]), groupsOf(list)
	for at, want := range map[int]string{0: "20 19 18 17 16 15 14 13 12 11", 20: "35 34 33 32 31 29 28 27 26 25", 39: "48 47 46 45 44 43 42 41 40 39"} {
		if group, _ := after.ofOrganisation(list[at]); rows(group, list[at]) != want {
			t.Errorf("of %s: %s, want %s", list[at].Number, rows(group, list[at]), want)
		}
	}
	changed := 0
	for _, f := range list[:39] {
		a, _ := before.ofOrganisation(f)
		b, _ := after.ofOrganisation(f)
		if !slices.Equal(nearest(a, f), nearest(b, f)) {
			changed++
		}
	}
	if changed > maxOthers {
		t.Errorf("%d pages change because of a new ticket", changed)
	}
}

// BenchmarkOthers is what the lists of other tickets add to each build, where no page changes.
func BenchmarkOthers(b *testing.B) {
	var list []*ticket
	for i := range 100_000 {
		f := &ticket{Ticket: &content.Ticket{Number: fmt.Sprint(2_600_000_000 + i), Organisation: fmt.Sprint(i % 300), Requester: content.Requester{ID: fmt.Sprint(i % 4000), Email: fmt.Sprintf("c%d@x.example", i%4000)}}}
		f.number, f.listed, f.Received = uint64(i), uint64(i), time.Unix(int64(i), 0)
		list = append(list, f)
	}
	m := &Plan{Input: Input{Tree: content.NewTree(&content.Setup{}, nil, nil, nil)}}
	for b.Loop() {
		g := groupsOf(list)
		for _, f := range list {
			m.ticketSources(g, f)
		}
	}
}

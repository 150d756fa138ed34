package report

import (
	"slices"
	"time"
)

// Flow is what happened in a week.
type Flow struct {
	Arrivals     int // tickets, spam left out
	FirstAnswers int
	Solved       int // by anybody's word or by rule; what was out of scope left out
	Reopened     int // thanks left out
	ClosedByRule int
	Spam         int // tickets
}

// flow counts by week. Each thing is counted in the week in which it happened: a ticket may be in
// several.
func (f *Facts) flow(weeks []Week) map[Week]*Flow {
	all, from := map[Week]*Flow{}, weeks[0].start(f.hours.zone)
	for _, w := range weeks {
		all[w] = &Flow{}
	}
	in := func(at time.Time, count func(*Flow)) {
		if !at.Before(from) {
			count(all[weekOf(at, f.hours.zone)])
		}
	}
	for _, t := range f.Tickets {
		if t.Spam() {
			in(t.Received, func(w *Flow) { w.Spam++ })
			continue
		}
		in(t.Received, func(w *Flow) { w.Arrivals++ })
		if t.First != nil {
			in(t.First.At, func(w *Flow) { w.FirstAnswers++ })
		}
		for _, m := range t.Moments {
			in(m.At, func(w *Flow) { w.add(m.What) })
		}
	}
	return all
}

func (w *Flow) add(what Happening) {
	switch what {
	case WasSolved:
		w.Solved++
	case WasReopened:
		w.Reopened++
	case WasClosedByRule:
		w.ClosedByRule++
	}
}

// flowTable has a row for each week, the newest first.
func (f *Facts) flowTable(weeks []Week) Table {
	t := Table{ID: "flow", Columns: []Column{
		textColumn("week"), dateColumn("from"), countColumn("arrivals"), countColumn("first_answers"), countColumn("solved"), countColumn("reopened"), countColumn("closed_by_rule"), countColumn("spam"),
	}}
	flow := f.flow(weeks)
	for _, week := range slices.Backward(weeks) {
		w := flow[week]
		t.add(text(week.String()), date(week.Monday), count(w.Arrivals), count(w.FirstAnswers), count(w.Solved), count(w.Reopened), count(w.ClosedByRule), count(w.Spam))
	}
	t.sum()
	return t
}

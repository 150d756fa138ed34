package report

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// Cohort is tickets that arrived together, and how long their first response took. Tickets belong
// to the week in which they arrived: counted by the week of the answer, a desk that answers only
// new tickets would look quick. Those without an answer yet are in no percentile, and are counted
// beside it.
type Cohort struct {
	Arrived    int // all of them: answered, unanswered and without
	Answered   int
	Unanswered int // still waiting
	Without    int // it ended without one: merged, withdrawn, solved without a word
	Met        int // of those to which a response was promised
	Breached   int // answered too late, or overdue now

	working, calendar []time.Duration // of those answered
}

// add counts a ticket.
func (c *Cohort) add(t *Ticket) {
	c.Arrived++
	switch {
	case t.First != nil:
		c.Answered++
		c.working = append(c.working, t.First.Working)
		c.calendar = append(c.calendar, t.First.At.Sub(t.Arrived))
	case t.Waiting():
		c.Unanswered++
	default:
		c.Without++
	}
	if clock := t.promised(content.FirstResponse); clock != nil {
		switch {
		case clock.Breached():
			c.Breached++
		case clock.State == desk.Met:
			c.Met++
		}
	}
}

// promised is the last clock of a name, or nil: one that was started again on another lane's
// evidence counts, and not what it replaced.
func (t *Ticket) promised(name content.ClockName) *Clock {
	for i := len(t.Clocks) - 1; i >= 0; i-- {
		if t.Clocks[i].Name == name {
			return &t.Clocks[i]
		}
	}
	return nil
}

// Decided is to how many a response was promised of which it is known whether it was kept.
func (c *Cohort) Decided() int { return c.Met + c.Breached }

// Working is a percentile of the working time until the first response, 50 or 90; ok is false where
// nothing was answered.
func (c *Cohort) Working(percent int) (d time.Duration, ok bool) {
	return nearestRank(c.working, percent)
}

// nearestRank is the smallest value that at least so many per cent of all are not above. The values
// are in order.
func nearestRank(sorted []time.Duration, percent int) (time.Duration, bool) {
	if len(sorted) == 0 {
		return 0, false
	}
	return sorted[max(0, (len(sorted)*percent+99)/100-1)], true
}

func (c *Cohort) sort() {
	slices.Sort(c.working)
	slices.Sort(c.calendar)
}

// cohortKey is what tickets have in common.
type cohortKey struct {
	week Week
	of   string // a lane or a channel; "" for all
}

// cohorts sorts the tickets that count into cohorts, by the weeks of their arrival and what else
// they have in common.
func (f *Facts) cohorts(weeks []Week, of func(*Ticket) string) map[cohortKey]*Cohort {
	all, from := map[cohortKey]*Cohort{}, weeks[0].start(f.hours.zone)
	for _, t := range f.Tickets {
		if t.Arrived.Before(from) || !t.Counts() {
			continue
		}
		key := cohortKey{weekOf(t.Arrived, f.hours.zone), of(t)}
		if all[key] == nil {
			all[key] = &Cohort{}
		}
		all[key].add(t)
	}
	for _, c := range all {
		c.sort()
	}
	return all
}

// audience is from how many tickets on a percentile is shown.
type audience struct{ fewest int }

var (
	everyone = audience{Fewest}
	staff    = audience{1}
)

// percentile is a cell, none where it would tell of one ticket what is nobody's business.
func (a audience) percentile(sorted []time.Duration, percent int) Cell {
	d, ok := nearestRank(sorted, percent)
	if !ok || len(sorted) < a.fewest {
		return Cell{}
	}
	return span(d)
}

var cohortColumns = []Column{
	countColumn("arrived"), countColumn("answered"), countColumn("unanswered"), countColumn("without"),
	countColumn("met"), countColumn("decided"), percentColumn("within_target"),
	durationColumn("p50_working"), durationColumn("p90_working"), durationColumn("p50_calendar"), durationColumn("p90_calendar"),
}

func (a audience) cohort(c *Cohort) []Cell {
	met := count(c.Met)
	if c.Decided() > 0 && c.Decided() < a.fewest {
		met = Cell{}
	}
	return []Cell{
		count(c.Arrived), count(c.Answered), count(c.Unanswered), count(c.Without), met, count(c.Decided()), share(c.Met, c.Decided()),
		a.percentile(c.working, 50), a.percentile(c.working, 90), a.percentile(c.calendar, 50), a.percentile(c.calendar, 90),
	}
}

// byWeek has a row for each week, the newest first.
func (f *Facts) byWeek(weeks []Week, cohorts map[cohortKey]*Cohort, a audience) Table {
	t := Table{ID: "first_response_by_week", Columns: slices.Concat([]Column{textColumn("week"), dateColumn("from")}, cohortColumns)}
	for _, w := range slices.Backward(weeks) {
		c := cohorts[cohortKey{week: w}]
		if c == nil {
			c = &Cohort{}
		}
		t.add(slices.Concat([]Cell{text(w.String()), date(w.Monday)}, a.cohort(c))...)
	}
	return t
}

// byWeekAnd has a row for each week and each value of what else tickets have in common, where there
// are any.
func (f *Facts) byWeekAnd(id, column string, weeks []Week, of func(*Ticket) string, a audience) Table {
	t := Table{ID: id, Columns: slices.Concat([]Column{textColumn("week"), dateColumn("from"), wordColumn(column, column)}, cohortColumns)}
	cohorts := f.cohorts(weeks, of)
	keys := make([]cohortKey, 0, len(cohorts))
	for k := range cohorts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b cohortKey) int {
		return cmp.Or(cmp.Compare(b.week.String(), a.week.String()), f.compareLanes(a.of, b.of))
	})
	for _, k := range keys {
		t.add(slices.Concat([]Cell{text(k.week.String()), date(k.week.Monday), text(k.of)}, a.cohort(cohorts[k]))...)
	}
	return t
}

// compareLanes puts lanes in order of rank, and what is none by name.
func (f *Facts) compareLanes(a, b string) int {
	return cmp.Or(cmp.Compare(f.hours.rank(a, f.At), f.hours.rank(b, f.At)), cmp.Compare(a, b))
}

func laneOf(t *Ticket) string    { return t.Lane }
func channelOf(t *Ticket) string { return t.Record.Channel }
func allAlike(*Ticket) string    { return "" }

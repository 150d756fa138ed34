package report

import (
	"balie/content"
	"balie/content/desk"
)

// Attainment is met / (met + breached) of the last four weeks. A clock is counted by the instant at
// which it was decided: when it was fulfilled, or when nobody could fulfil it any more. An overdue
// clock counts as breached for as long as it is open. Counted by its due time it would leave the
// figure after four weeks, and a desk could improve its figure by never answering.
//
// The promises are those of the policy in force, by their ids. A clock of an earlier version counts
// under the promise of the same id, judged as it was promised then. The times that staff named in
// incidents have a row of their own, next_update.

// attainmentDays is how far back clocks are counted.
const attainmentDays = 28

// Kept is how often a promise was kept.
type Kept struct {
	Promise *content.Promise
	Of      int  // how many were decided
	Met     int  // of those; 0 where it is withheld
	Known   bool // Of is enough for a share
	Late    int  // overdue now, among the breached
}

// Below reports whether less was attained than is expected; false where nothing is expected, or too
// little is known.
func (k Kept) Below() bool { return k.Known && k.Met*100 < k.Promise.Attainment*k.Of }

// tally is how the clocks of one promise ended.
type tally struct {
	met      int
	breached int // missed, and overdue ones that are open still
	late     int // overdue now, among the breached
	behind   int // their goal went by and their limit did not
}

// tallies counts the clocks of the last days by their promises' ids.
func (f *Facts) tallies(days int) map[string]*tally {
	all := map[string]*tally{}
	from := f.ago(days)
	add := func(c *Clock) {
		decided := c.Ended
		if c.State == desk.Overdue || c.State == desk.Late {
			decided = f.At
		}
		if !f.since(from, decided) {
			return
		}
		if all[c.Promise.ID] == nil {
			all[c.Promise.ID] = &tally{}
		}
		all[c.Promise.ID].add(c)
	}
	for _, t := range f.Tickets {
		for i := range t.Clocks {
			if t.Counts() {
				add(&t.Clocks[i])
			}
		}
	}
	for _, i := range f.Incidents {
		for n := range i.Clocks {
			add(&i.Clocks[n])
		}
	}
	return all
}

func (t *tally) add(c *Clock) {
	switch {
	case c.State == desk.Late:
		t.behind++
	case c.State == desk.Met:
		t.met++
	case c.Breached():
		t.breached++
	}
	if c.State == desk.Overdue {
		t.late++
	}
}

// kept is the attainment of each promise that is measured, in the order of the policy.
func (f *Facts) kept(days int) []Kept {
	tallies := f.tallies(days)
	var all []Kept
	add := func(p *content.Promise, t *tally) {
		if t == nil {
			t = &tally{}
		}
		k := Kept{Promise: p, Of: t.met + t.breached, Late: t.late}
		if k.Known = k.Of >= Fewest; k.Known {
			k.Met = t.met
		}
		all = append(all, k)
	}
	for _, p := range f.promises() {
		add(p, tallies[p.ID])
		delete(tallies, p.ID)
	}
	if named := tallies[namedUpdate.ID]; named != nil {
		add(namedUpdate, named)
	}
	return all
}

// namedUpdate stands for the times that staff name themselves.
var namedUpdate = &content.Promise{ID: "next_update", Clock: content.PeriodicUpdate, On: "incident", Strength: "promise"}

// promises are those in force that are measured.
func (f *Facts) promises() []*content.Promise {
	var measured []*content.Promise
	if f.policy != nil {
		for _, p := range f.policy.Promises {
			if p.Clock != "" {
				measured = append(measured, p)
			}
		}
	}
	return measured
}

// attainmentTable sets what was attained beside what was promised.
func attainmentTable(all []Kept) Table {
	t := Table{ID: "attainment", Columns: []Column{
		textColumn("promise"), wordColumn("clock", "clock"), wordColumn("on", "subject"), wordColumn("strength", "strength"),
		percentColumn("expected"), percentColumn("attained"), countColumn("met"), countColumn("n"), countColumn("overdue"), wordColumn("verdict", "verdict"),
	}}
	for _, k := range all {
		var expected, met Cell
		if k.Promise.Attainment > 0 {
			expected = percentage(k.Promise.Attainment, 100)
		}
		if k.Known {
			met = count(k.Met)
		}
		t.add(text(k.Promise.ID), text(string(k.Promise.Clock)), text(string(k.Promise.Subject())), text(string(k.Promise.Strength)),
			expected, share(k.Met, k.Of), met, count(k.Of), count(k.Late), text(k.verdict()))
	}
	return t
}

func (k Kept) verdict() string {
	switch {
	case !k.Known || k.Promise.Attainment == 0:
		return ""
	case k.Below():
		return "below"
	}
	return "kept"
}

package report

import (
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// office is when a desk works and how its lanes rank, by the version of the policy in force.
type office struct {
	versions []version      // oldest first, never empty
	zone     *time.Location // of the calendar in force
	byCall   bool           // some lane is entered by a call
}

type version struct {
	from  time.Time
	cal   *desk.Calendar
	lanes []content.Lane
}

func newOffice(setup *content.Setup, d *desk.Desk, now time.Time) *office {
	o := &office{}
	for _, p := range setup.Policies {
		o.versions = append(o.versions, version{p.From.In(setup.Zone), d.Calendar(p, ""), p.Lanes})
		o.byCall = o.byCall || slices.ContainsFunc(p.Lanes, func(l content.Lane) bool { return l.Requires == "call" })
	}
	if len(o.versions) == 0 {
		o.versions = []version{{cal: desk.Always(setup.Zone)}}
	}
	o.zone = o.calendar(now).Zone()
	return o
}

// at is the place of the version in force at an instant.
func (o *office) at(t time.Time) int {
	for i := len(o.versions) - 1; i > 0; i-- {
		if !t.Before(o.versions[i].from) {
			return i
		}
	}
	return 0
}

// calendar is the one for reports, in force at an instant.
func (o *office) calendar(at time.Time) *desk.Calendar { return o.versions[o.at(at)].cal }

// working is the working time of [from, to).
func (o *office) working(from, to time.Time) time.Duration {
	return o.calendar(from).Elapsed(from, to)
}

// rank is a lane's place at an instant: a lane that the version in force no longer names keeps the last it had.
func (o *office) rank(lane string, at time.Time) int {
	current := o.at(at)
	if len(o.versions[current].lanes) == 0 {
		return 0
	}
	for i := current; i >= 0; i-- {
		if rank := slices.IndexFunc(o.versions[i].lanes, func(l content.Lane) bool { return l.ID == lane }); rank >= 0 {
			return rank
		}
	}
	return unranked
}

// unranked is after every lane that is named.
const unranked = 1 << 30

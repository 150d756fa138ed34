package report

import (
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// workingHours is when a desk works and how its lanes rank, by the version of the policy in force.
type workingHours struct {
	versions []version      // oldest first, never empty
	zone     *time.Location // of the calendar in force
}

type version struct {
	from  time.Time
	cal   *desk.Calendar
	lanes []content.Lane
}

func newWorkingHours(setup *content.Setup, d *desk.Desk, now time.Time) *workingHours {
	h := &workingHours{}
	for _, p := range setup.Policies {
		h.versions = append(h.versions, version{p.From.In(setup.Zone), d.Calendar(p, ""), p.Lanes})
	}
	if len(h.versions) == 0 {
		h.versions = []version{{cal: desk.Always(setup.Zone)}}
	}
	h.zone = h.calendar(now).Zone()
	return h
}

// at returns the index of the version in force at an instant.
func (h *workingHours) at(t time.Time) int {
	for i := len(h.versions) - 1; i > 0; i-- {
		if !t.Before(h.versions[i].from) {
			return i
		}
	}
	return 0
}

// calendar is the one for reports, in force at an instant.
func (h *workingHours) calendar(at time.Time) *desk.Calendar { return h.versions[h.at(at)].cal }

// working is the working time of [from, to).
func (h *workingHours) working(from, to time.Time) time.Duration {
	return h.calendar(from).Elapsed(from, to)
}

// rank returns a lane's index at an instant: a lane that the version in force no longer names keeps
// the last it had.
func (h *workingHours) rank(lane string, at time.Time) int {
	current := h.at(at)
	if len(h.versions[current].lanes) == 0 {
		return 0
	}
	for i := current; i >= 0; i-- {
		if rank := slices.IndexFunc(h.versions[i].lanes, func(l content.Lane) bool { return l.ID == lane }); rank >= 0 {
			return rank
		}
	}
	return unranked
}

// unranked is after every lane that is named.
const unranked = 1 << 30

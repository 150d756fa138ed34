package desk

import (
	"time"

	"balie/content"
)

// Incident returns an incident's clocks at an instant, in order of their start: from each public
// update to the next, and from its end to the postmortem. An incident that only staff know of has
// none.
//
// A time that staff named themselves (next_update) is a clock of its own. Its promise has the id
// "next_update" and no target, its Policy is nil, and the clock on the wall judges it.
func (d *Desk) Incident(i *content.Incident, now time.Time) []Clock {
	if !i.Public() {
		return nil
	}
	r := incidentClockRunner{d: d, clocks: make([]Clock, 0, len(i.Events)), periodic: noClock, postmortem: noClock, named: noClock}
	for e, progress := range i.Steps(now) {
		r.step(e, progress)
	}
	for n := range r.clocks {
		r.clocks[n].judgeIncident(now)
	}
	return r.clocks
}

// incidentClockRunner runs an incident's clocks through its updates. Each index is of the clock
// that runs, or none.
type incidentClockRunner struct {
	d      *Desk
	clocks []Clock
	open   bool // it has begun, and is not over

	periodic, named, postmortem int
}

// step takes one event, after which the incident has come so far.
func (r *incidentClockRunner) step(e *content.Event, progress content.Progress) {
	before := r.open
	r.open = progress.Open
	switch {
	case e.Kind == content.Note, e.Kind == content.Reports:
	case e.Kind == content.Postmortem, e.Kind == content.Waived:
		if before && !r.open { // it is over by being explained
			r.resolve(e, progress)
		}
		r.stop(&r.postmortem, fulfilled, e)
	case !r.open && before:
		r.resolve(e, progress)
	case r.open:
		r.stop(&r.postmortem, cancelled, e) // it began again
		r.update(e, progress, !before)
	}
}

// update ends the wait for an update and starts the next. What a rule wrote is no update, but the
// first event of an incident counts also where a machine wrote it.
func (r *incidentClockRunner) update(e *content.Event, p content.Progress, first bool) {
	if e.Author == content.Balie && !first {
		return
	}
	r.stop(&r.periodic, fulfilled, e)
	r.stop(&r.named, fulfilled, e)
	r.periodic = r.start(content.PeriodicUpdate, e, p)
	if next := e.Data().NextUpdate; !next.IsZero() {
		r.named = len(r.clocks)
		r.clocks = append(r.clocks, Clock{Promise: r.d.namedUpdate, Calendar: always, Name: content.PeriodicUpdate, Started: e.At, Why: e.Kind, Due: next})
	}
}

func (r *incidentClockRunner) resolve(e *content.Event, p content.Progress) {
	r.stop(&r.periodic, fulfilled, e)
	r.stop(&r.named, fulfilled, e)
	r.postmortem = r.start(content.PostmortemDue, e, p)
	if p.Waived != nil { // staff said before that there will be none
		r.stop(&r.postmortem, fulfilled, p.Waived)
	}
}

func (r *incidentClockRunner) start(name content.ClockName, e *content.Event, p content.Progress) int {
	v := r.d.versionAt(e.At)
	matched := v.incidentRule(name, p.Impact, p.Services)
	if matched == nil {
		return noClock
	}
	r.clocks = append(r.clocks, newClock(matched, v, name, e.At, e.Kind))
	return len(r.clocks) - 1
}

func (r *incidentClockRunner) stop(index *int, how ending, by *content.Event) {
	if *index != noClock {
		r.clocks[*index].stop(how, by.At, by)
		*index = noClock
	}
}

// judgeIncident is judge without pauses. The clock on the wall judges a time that staff named.
func (c *Clock) judgeIncident(now time.Time) {
	if c.calendar != nil {
		c.judge(nil, now)
		return
	}
	end := c.Ended
	if c.Open() {
		end = now
	}
	c.Elapsed = max(0, end.Sub(c.Started))
	c.setVerdict(false, end.After(c.Due))
}

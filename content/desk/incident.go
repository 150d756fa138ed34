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
	w := incidentTimer{d: d, clocks: make([]Clock, 0, len(i.Events)), periodic: none, postmortem: none, named: none}
	for e, progress := range i.Steps(now) {
		w.step(e, progress)
	}
	for n := range w.clocks {
		w.clocks[n].judgeIncident(now)
	}
	return w.clocks
}

// incidentTimer runs an incident's clocks through its updates. Each index is of the clock that
// runs, or none.
type incidentTimer struct {
	d      *Desk
	clocks []Clock
	open   bool // it has begun, and is not over

	periodic, named, postmortem int
}

// step takes one event, after which the incident has come so far.
func (w *incidentTimer) step(e *content.Event, progress content.Progress) {
	before := w.open
	w.open = progress.Open
	switch {
	case e.Kind == content.Postmortem, e.Kind == content.Waived:
		if before && !w.open { // it is over by being explained
			w.resolve(e, progress)
		}
		w.stop(&w.postmortem, fulfilled, e)
	case !w.open && before:
		w.resolve(e, progress)
	case w.open:
		w.stop(&w.postmortem, cancelled, e) // it began again
		w.update(e, progress, !before)
	}
}

// update ends the wait for an update and starts the next. What a rule wrote is no update, but the
// first event of an incident counts also where a machine wrote it.
func (w *incidentTimer) update(e *content.Event, p content.Progress, first bool) {
	if e.Author == content.Balie && !first {
		return
	}
	w.stop(&w.periodic, fulfilled, e)
	w.stop(&w.named, fulfilled, e)
	w.periodic = w.start(content.PeriodicUpdate, e, p)
	if next := e.Data().NextUpdate; !next.IsZero() {
		w.named = len(w.clocks)
		w.clocks = append(w.clocks, Clock{Promise: w.d.named, Calendar: always, Name: content.PeriodicUpdate, Started: e.At, Why: e.Kind, Due: next})
	}
}

func (w *incidentTimer) resolve(e *content.Event, p content.Progress) {
	w.stop(&w.periodic, fulfilled, e)
	w.stop(&w.named, fulfilled, e)
	w.postmortem = w.start(content.PostmortemDue, e, p)
	if p.Waived != nil { // staff said before that there will be none
		w.stop(&w.postmortem, fulfilled, p.Waived)
	}
}

func (w *incidentTimer) start(name content.ClockName, e *content.Event, p content.Progress) int {
	v := w.d.at(e.At)
	r := v.incidentRule(name, p.Impact, p.Services)
	if r == nil {
		return none
	}
	w.clocks = append(w.clocks, newClock(r, v, name, e.At, e.Kind))
	return len(w.clocks) - 1
}

func (w *incidentTimer) stop(index *int, how ending, by *content.Event) {
	if *index != none {
		w.clocks[*index].stop(how, by.At, by)
		*index = none
	}
}

// judgeIncident is judge without pauses. The clock on the wall judges a time that staff named.
func (c *Clock) judgeIncident(now time.Time) {
	if c.cal != nil {
		c.judge(nil, now)
		return
	}
	end := c.Ended
	if c.Open() {
		end = now
	}
	c.Elapsed = max(0, end.Sub(c.Started))
	c.verdict(false, end.After(c.Due))
}

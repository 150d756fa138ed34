package desk

import (
	"time"

	"balie/content"
)

// ticketClocks are the clocks of a ticket in the order in which they are listed.
var ticketClocks = [...]content.ClockName{
	content.Acknowledgement, content.FirstResponse, content.NextResponse, content.PeriodicUpdate, content.Resolution, content.Closure,
}

// Promised is what a ticket is promised that arrives at an instant: each clock as if the event that
// starts it came then. lane "" is the common one.
func (d *Desk) Promised(arrived time.Time, lane, channel, form string) []Clock {
	v := d.versionAt(arrived)
	if lane == "" {
		lane = v.commonLane()
	}
	var clocks []Clock
	for _, name := range ticketClocks {
		if r := v.ticketRule(name, v.laneIn(lane), channel, form); r != nil {
			c := newClock(r, v, name, arrived, content.Received)
			c.judge(nil, arrived)
			clocks = append(clocks, c)
		}
	}
	return clocks
}

// Begins is the lane in which a ticket begins that arrives at an instant and is meant for a lane,
// or for none (""). It is the common lane where the other is entered on its evidence.
func (d *Desk) Begins(arrived time.Time, meant string) string {
	var s laneState
	s.enterFirst(meant, d.versionAt(arrived))
	return s.currentLane
}

package desk

import (
	"math"
	"slices"
	"time"

	"balie/content"
)

// lane returns a lane of a version, or nil.
func (v *version) lane(id string) *content.Lane {
	if v == nil {
		return nil
	}
	for i := range v.Lanes {
		if v.Lanes[i].ID == id {
			return &v.Lanes[i]
		}
	}
	return nil
}

// commonLane is where a ticket is that is meant for no lane, or for one it may not enter yet.
func (v *version) commonLane() string {
	if v == nil || len(v.Lanes) == 0 || v.lane(standardLane) != nil {
		return standardLane
	}
	for _, l := range slices.Backward(v.Lanes) {
		if l.Requires == "" {
			return l.ID
		}
	}
	return v.Lanes[len(v.Lanes)-1].ID
}

// laneIn is the lane that counts under a version: all in one where it has no lanes.
func (v *version) laneIn(lane string) string {
	if v == nil || len(v.Lanes) == 0 {
		return standardLane
	}
	return lane
}

// rank is a lane's place by the version in force; one that it no longer names keeps the last it had, and one that none ever named comes last.
func (d *Desk) rank(lane string, now time.Time) int {
	if v := d.at(now); v == nil || len(v.Lanes) == 0 {
		return 0
	}
	for _, v := range slices.Backward(d.versions) {
		if v.from.After(now) && v != d.versions[0] {
			continue
		}
		if i := slices.IndexFunc(v.Lanes, func(l content.Lane) bool { return l.ID == lane }); i >= 0 {
			return i
		}
	}
	return math.MaxInt32
}

// place follows a ticket through the lanes.
type place struct {
	meant string // the lane it is meant for
	lane  string // the lane it is in
	paid  []*content.Event
	call  *content.Event
	heard bool // that call has let it into a lane
}

// begin puts a ticket into its first lane.
func (p *place) begin(meant string, v *version) {
	p.meant, p.lane = meant, meant
	if l := v.lane(meant); meant == "" || l != nil && l.Requires != "" {
		p.lane = v.commonLane()
	}
	if p.meant == "" {
		p.meant = p.lane
	}
}

// step takes an event, and returns the evidence on which it let the ticket into a lane that requires any, else nil.
func (p *place) step(e *content.Event, v *version) *content.Event {
	switch e.Kind {
	case content.LaneChange:
		if p.meant = e.Data().Lane; p.meant == "" { // it could not be read
			p.meant = p.lane
		}
	case content.Paid:
		p.paid = append(p.paid, e)
	case content.Call, content.Evidence:
		if !p.heard {
			p.call = e
		}
	default:
		return nil
	}
	if p.meant == p.lane {
		return nil
	}
	l := v.lane(p.meant)
	if l == nil || l.Requires == "" {
		p.lane = p.meant
		return nil
	}
	evidence := p.evidence(l)
	if evidence != nil {
		p.lane, p.heard = p.meant, p.heard || evidence == p.call
	}
	return evidence
}

// evidence is the last that opens a lane, or nil.
func (p *place) evidence(l *content.Lane) *content.Event {
	if l.Requires == "call" {
		return p.call
	}
	for _, e := range slices.Backward(p.paid) {
		if amount := e.Data().Amount; l.Price.IsZero() || amount.Currency == l.Price.Currency && amount.Cents >= l.Price.Cents {
			return e
		}
	}
	return nil
}

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

// rank returns a lane's index in the version in force. A lane that it no longer names keeps the
// last rank it had, and one that no version ever named comes last.
func (d *Desk) rank(lane string, now time.Time) int {
	if v := d.versionAt(now); v == nil || len(v.Lanes) == 0 {
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

// laneState is in which lane a ticket is, and what evidence it has for others.
type laneState struct {
	meantLane   string // the lane it is meant for
	currentLane string // the lane it is in
	payments    []*content.Event
	call        *content.Event
	callUsed    bool // the call was evidence for a lane; later calls are none
}

// enterFirst puts a ticket into its first lane.
func (s *laneState) enterFirst(meant string, v *version) {
	s.meantLane, s.currentLane = meant, meant
	if l := v.lane(meant); meant == "" || l != nil && l.Requires != "" {
		s.currentLane = v.commonLane()
	}
	if s.meantLane == "" {
		s.meantLane = s.currentLane
	}
}

// step takes an event, and returns the evidence where it let the ticket into a lane that requires
// any.
func (s *laneState) step(e *content.Event, v *version) *content.Event {
	switch e.Kind {
	case content.LaneChange:
		if s.meantLane = e.Data().Lane; s.meantLane == "" { // it could not be read
			s.meantLane = s.currentLane
		}
	case content.Paid:
		s.payments = append(s.payments, e)
	case content.Call:
		if !s.callUsed {
			s.call = e
		}
	default:
		return nil
	}
	if s.meantLane == s.currentLane {
		return nil
	}
	l := v.lane(s.meantLane)
	if l == nil || l.Requires == "" {
		s.currentLane = s.meantLane
		return nil
	}
	evidence := s.evidenceFor(l)
	if evidence != nil {
		s.currentLane, s.callUsed = s.meantLane, s.callUsed || evidence == s.call
	}
	return evidence
}

// evidenceFor returns the last evidence that opens a lane, or nil.
func (s *laneState) evidenceFor(l *content.Lane) *content.Event {
	if l.Requires == "call" {
		return s.call
	}
	for _, e := range slices.Backward(s.payments) {
		if amount := e.Data().Amount; l.Price.IsZero() || amount.Currency == l.Price.Currency && amount.Cents >= l.Price.Cents {
			return e
		}
	}
	return nil
}

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

// rank is a lane's place by the version in force. A lane that it no longer names keeps the last
// rank it had, and one that no version ever named comes last.
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

// laneState follows a ticket through the lanes.
type laneState struct {
	meant string // the lane it is meant for
	lane  string // the lane it is in
	paid  []*content.Event
	call  *content.Event
	used  bool // the call has let it into a lane; a later one lets it into none
}

// begin puts a ticket into its first lane.
func (s *laneState) begin(meant string, v *version) {
	s.meant, s.lane = meant, meant
	if l := v.lane(meant); meant == "" || l != nil && l.Requires != "" {
		s.lane = v.commonLane()
	}
	if s.meant == "" {
		s.meant = s.lane
	}
}

// step takes an event, and returns the evidence where it let the ticket into a lane that requires
// any.
func (s *laneState) step(e *content.Event, v *version) *content.Event {
	switch e.Kind {
	case content.LaneChange:
		if s.meant = e.Data().Lane; s.meant == "" { // it could not be read
			s.meant = s.lane
		}
	case content.Paid:
		s.paid = append(s.paid, e)
	case content.Call:
		if !s.used {
			s.call = e
		}
	default:
		return nil
	}
	if s.meant == s.lane {
		return nil
	}
	l := v.lane(s.meant)
	if l == nil || l.Requires == "" {
		s.lane = s.meant
		return nil
	}
	evidence := s.evidence(l)
	if evidence != nil {
		s.lane, s.used = s.meant, s.used || evidence == s.call
	}
	return evidence
}

// evidence is the last that opens a lane, or nil.
func (s *laneState) evidence(l *content.Lane) *content.Event {
	if l.Requires == "call" {
		return s.call
	}
	for _, e := range slices.Backward(s.paid) {
		if amount := e.Data().Amount; l.Price.IsZero() || amount.Currency == l.Price.Currency && amount.Cents >= l.Price.Cents {
			return e
		}
	}
	return nil
}

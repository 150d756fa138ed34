package filing

import (
	"slices"
	"time"

	"balie/content"
)

// maxSkew is how far the clocks of those who write on a case may differ.
const maxSkew = time.Minute

// secondAfter returns the second at which an event is filed in a case that has other events. At
// present it comes after all of them that count. Otherwise at was given by a person, and the event
// takes the first second from then on in which nothing else took place.
func secondAfter(events []*content.Event, at time.Time, atPresent bool) (time.Time, error) {
	second := at.UTC().Truncate(time.Second)
	if atPresent {
		last := lastUpTo(events, at)
		if last != nil && !last.At.Before(second) {
			second = last.At.UTC().Truncate(time.Second).Add(time.Second)
		}
		if second.After(at.Add(maxSkew)) && !last.At.After(at.Add(maxSkew)) {
			return second, ErrTooFast
		}
		return second, nil
	}
	taken := map[int64]bool{}
	for _, e := range events {
		taken[e.At.Unix()] = true
	}
	for taken[second.Unix()] {
		second = second.Add(time.Second)
	}
	return second, nil
}

// lastUpTo returns the last of a case's events that count at an instant, or nil. Somebody's own clock
// may be a minute ahead. What an intake accepted counts up to a day ahead, as it does in
// Tree.LastAccepted: it is there, so a clock that says otherwise is behind.
func lastUpTo(events []*content.Event, at time.Time) *content.Event {
	for _, e := range slices.Backward(events) {
		if !e.At.After(at.Add(maxSkew)) || e.Data().ID != "" && !e.At.After(at.AddDate(0, 0, 1)) {
			return e
		}
	}
	return nil
}

// Instant returns the instant as of which a ticket is shown: now or, where that is ahead, the time of
// its last event that counts.
func Instant(t *content.Ticket, now time.Time) time.Time { return InstantOf(t.Events, now) }

// InstantOf is Instant for a case with some events.
func InstantOf(events []*content.Event, now time.Time) time.Time {
	if last := lastUpTo(events, now); last != nil && last.At.After(now) {
		return last.At.In(now.Location())
	}
	return now
}

package desk

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// Lookup finds what other tickets mean for one. *content.Tree is one.
type Lookup interface {
	MergeEffect(merged *content.Event) content.MergeEffect  // what effect a merge has
	MergedInto(number string) []*content.Ticket             // those whose merge into it takes effect
	SplitFrom(number string) *content.Ticket                // the one it was split from, or nil
	FollowUps(number string) []*content.Event               // the links of tickets that follow it
	Demotions(requester content.Requester) []*content.Event // on any ticket of the requester
}

// noOthers is the Lookup of a ticket by itself.
type noOthers struct{}

func (noOthers) MergeEffect(*content.Event) content.MergeEffect {
	return content.MergeCounts
}
func (noOthers) MergedInto(string) []*content.Ticket          { return nil }
func (noOthers) SplitFrom(string) *content.Ticket             { return nil }
func (noOthers) FollowUps(string) []*content.Event            { return nil }
func (noOthers) Demotions(content.Requester) []*content.Event { return nil }

// timeline is a ticket's events as they count, with those that other tickets bring.
type timeline struct {
	*content.Ticket
	occurrences []content.Occurrence
	evidence    *content.Event // the call by which it entered a lane; nil where there is none
	splitEvent  *content.Event // by which it was split off; nil where it was not
	parentSince time.Time      // the first message of the ticket that it was split from
}

// timelineOf gathers a ticket's events as they count by what is known at an instant.
func (d *Desk) timelineOf(t *content.Ticket, all Lookup, now time.Time) timeline {
	return d.timelineIn(nil, t, all, now)
}

// timelineIn is timelineOf with its list of events in memory that is used again.
func (d *Desk) timelineIn(memory []content.Occurrence, t *content.Ticket, all Lookup, now time.Time) timeline {
	l := timeline{Ticket: t, occurrences: t.AppendOccurrences(slices.Grow(memory[:0], len(t.Events)))}
	own := len(l.occurrences)
	l.voidMerges(all)
	if parent := all.SplitFrom(t.Number); parent != nil && parent != t {
		l.beginAtSplit(parent)
	}
	for _, other := range all.MergedInto(t.Number) {
		l.addMerged(d.timelineOf(other, all, farFuture))
	}
	for _, link := range all.FollowUps(t.Number) {
		l.occurrences = append(l.occurrences, content.Occurrence{Event: link, At: link.At, As: content.FollowUpFiled})
	}
	if len(l.occurrences) > own || l.splitEvent != nil {
		slices.SortStableFunc(l.occurrences, compareOccurrences)
	}
	d.markEvidence(&l, now)
	return l
}

// snapshotAt is the ticket as it is at an instant.
func (l *timeline) snapshotAt(now time.Time) content.TicketSnapshot {
	return l.Replay(l.occurrences, now, func(*content.Occurrence, *content.TicketSnapshot, *content.TicketSnapshot) {})
}

var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// compareOccurrences orders occurrences by time, and within a second as the events of one ticket.
func compareOccurrences(a, b content.Occurrence) int {
	return cmp.Or(cmp.Compare(a.At.Unix(), b.At.Unix()), content.InSecond(content.TicketCase, a.Event, b.Event))
}

// voidMerges marks the merges that have no effect.
func (l *timeline) voidMerges(all Lookup) {
	for i := range l.occurrences {
		o := &l.occurrences[i]
		if o.Event.Kind == content.Merged && all.MergeEffect(o.Event) != content.MergeCounts {
			o.As = content.VoidMerge
		}
	}
}

// beginAtSplit lets the ticket begin at the split: what came before counts from then.
func (l *timeline) beginAtSplit(parent *content.Ticket) {
	split := find(parent.Events, func(e *content.Event) bool {
		return e.Kind == content.Split && slices.Contains(e.Data().Into, l.Number)
	})
	first := find(parent.Events, (*content.Event).RequesterMessage)
	if split == nil || first == nil {
		return
	}
	l.splitEvent, l.parentSince = split, first.At
	for i := range l.occurrences {
		o := &l.occurrences[i]
		if o.Event.Kind == content.Received || o.At.Before(split.At) {
			o.At, o.Cause = split.At, split
		}
	}
}

func find(events []*content.Event, is func(*content.Event) bool) *content.Event {
	if i := slices.IndexFunc(events, is); i >= 0 {
		return events[i]
	}
	return nil
}

// addMerged brings the unanswered messages of a ticket that was merged into this one, from the
// merge on, and what its requester wrote there since.
func (l *timeline) addMerged(other timeline) {
	var merged *content.Event
	own := len(l.occurrences)
	other.Replay(other.occurrences, farFuture, func(o *content.Occurrence, before, after *content.TicketSnapshot) {
		switch {
		case merged != nil:
			if o.Event.Kind == content.Message {
				l.occurrences = append(l.occurrences, content.Occurrence{Event: o.Event, At: o.At, As: content.MovedMessage})
			}
		case o.Event.Kind == content.Merged && after.State == content.MergedState:
			merged = o.Event
			for _, e := range before.Unanswered {
				l.occurrences = append(l.occurrences, content.Occurrence{Event: e, At: merged.At, As: content.MovedMessage, Cause: merged})
			}
		}
	})
	for i := range l.occurrences[:own] {
		o := &l.occurrences[i]
		isNamed := func(e *content.Event) bool { return e.Name == o.Event.Data().Answers }
		if message := find(other.Events, isNamed); message != nil && find(l.Events, isNamed) == nil {
			o.ReadUpTo(message)
		}
	}
}

// occurrence returns how an event counts here, or nil.
func (l *timeline) occurrence(e *content.Event) *content.Occurrence {
	for i := range l.occurrences {
		if l.occurrences[i].Event == e {
			return &l.occurrences[i]
		}
	}
	return nil
}

// queuedSince returns the time by which a message is ordered in the queue. For messages from before
// a split it is the first message of the parent.
func (l *timeline) queuedSince(message *content.Event) time.Time {
	if l.splitEvent != nil && slices.Contains(l.Events, message) && (message.Kind == content.Received || message.At.Before(l.splitEvent.At)) {
		return l.parentSince
	}
	return message.At
}

// oldestQueued returns the earliest queuedSince of messages. It is zero where there are none.
func (l *timeline) oldestQueued(messages []*content.Event) (since time.Time) {
	for _, e := range messages {
		if at := l.queuedSince(e); since.IsZero() || at.Before(since) {
			since = at
		}
	}
	return since
}

// A call by which a ticket enters a lane is the evidence for that: the requester's word that it is
// urgent, and no answer to it. Whichever came first, the call or staff's word that the ticket is
// meant for the lane, it counts so from the moment at which both are on record; until then a call
// is an answer. One call is enough: what lets the ticket into a lane once lets it in again, and
// every later call is an answer. A ticket that was closed or merged by then stays so.

// markEvidence marks the call by which a ticket entered a lane by an instant, if any.
func (d *Desk) markEvidence(l *timeline, now time.Time) {
	isCall := func(o content.Occurrence) bool { return o.Event.Kind == content.Call }
	if !d.hasCallLane || !slices.ContainsFunc(l.occurrences, isCall) {
		return
	}
	var lane laneState
	l.Replay(l.occurrences, now, func(o *content.Occurrence, before, _ *content.TicketSnapshot) {
		v := d.versionAt(o.At)
		if before.State == content.NotYet {
			lane.enterFirst(l.Lane, v)
		}
		evidence := lane.step(o.Event, v)
		if evidence != nil && evidence.Kind == content.Call && before.State != content.ClosedState && before.State != content.MergedState {
			l.evidence = evidence
		}
	})
	for i := range l.occurrences {
		if o := &l.occurrences[i]; o.Event == l.evidence {
			o.As = content.LaneEvidence
		}
	}
}

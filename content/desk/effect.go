package desk

import (
	"slices"
	"time"

	"balie/content"
)

// Effect is what an event does to a ticket.
type Effect struct {
	After    Ticket              // how the ticket stands once it came
	NoEffect bool                // it does not change what its kind is there to change
	AsReply  bool                // its writer had not read a message: it is a reply only
	Merge    content.MergeEffect // of merged
}

// Effect derives what an event that is not written yet would do to a ticket of a tree. The event
// may name in Answers a message of the ticket, or of one merged into it.
func (d *Desk) Effect(tree *content.Tree, t *content.Ticket, e *content.Event) Effect {
	event := *e
	for _, message := range t.Events {
		if message.Name == e.Data().Answers {
			event.ReadUpTo(message)
		}
	}
	with := *t
	with.Events = append(slices.Clone(t.Events), &event)
	slices.SortFunc(with.Events, func(a, b *content.Event) int { return content.InOrder(content.TicketCase, a, b) })
	all := treeWithEvent{Tree: tree, effects: mergeEffects(tree, t, &with)}
	var found Effect
	found.After = d.Follow(&with, all, event.At, func(s Step) {
		if s.Event == &event {
			found.NoEffect = slices.Contains(s.After.NoEffect, s.Event)
			found.AsReply = slices.Contains(s.After.AsReply, s.Event)
		}
	})
	if event.Kind == content.Merged {
		found.Merge = all.effects[&event]
	}
	return found
}

// treeWithEvent is a tree in which one ticket has one more event.
type treeWithEvent struct {
	*content.Tree
	effects map[*content.Event]content.MergeEffect
}

// MergeEffect says what effect a merge has.
func (t treeWithEvent) MergeEffect(merged *content.Event) content.MergeEffect {
	return t.effects[merged]
}

// mergeEffects returns the effects of the merges in a tree in which a ticket is replaced by with.
func mergeEffects(tree *content.Tree, t, with *content.Ticket) map[*content.Event]content.MergeEffect {
	tickets := slices.Clone(tree.Tickets)
	tickets[slices.Index(tickets, t)] = with
	return content.Merges(tickets, func(number string) *content.Ticket {
		if number == t.Number {
			return with
		}
		return tree.Ticket(number)
	})
}

// LastMessage is the name of the last of a ticket's messages by an instant, those of tickets merged
// into it among them: what an answer names whose writer has read all. It is content.AnswersNone
// where there is none.
func LastMessage(tree *content.Tree, t *content.Ticket, now time.Time) string {
	var last *content.Event
	for _, one := range append([]*content.Ticket{t}, tree.MergedInto(t.Number)...) {
		for _, e := range one.Events {
			if e.RequesterMessage() && !e.At.After(now) && (last == nil || content.InOrder(content.TicketCase, last, e) < 0) {
				last = e
			}
		}
	}
	if last == nil {
		return content.AnswersNone
	}
	return last.Name
}

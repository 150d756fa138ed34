package ingest

import (
	"slices"
	"sync"

	"balie/content"
)

// maxRecent is how many tickets are remembered between their commit and the tree that has it. That is a matter of moments; should the tree not come, the oldest are forgotten.
const maxRecent = 10_000

// recent is what was committed and may not be in the tree yet, so that a page shows at once what its reader has just sent.
type recent struct {
	mu      sync.Mutex
	writes  map[string]*written // by number
	byToken map[string]string   // a new ticket's number by its token
	order   []string            // numbers, oldest first
	swept   *content.Tree       // the tree whose tickets have been forgotten
}

// written is one ticket's part: the record of a new one, and the events that were added.
type written struct {
	ticket *content.Ticket // nil for one that the tree knew already
	events []*content.Event
}

// add remembers events of a ticket, and the ticket itself where it is new. What the tree has by now is forgotten.
func (r *recent) add(tree *content.Tree, t *content.Ticket, isNew bool, events ...*content.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(tree)
	if r.writes == nil {
		r.writes, r.byToken = map[string]*written{}, map[string]string{}
	}
	w := r.writes[t.Number]
	if w == nil {
		w = &written{}
		r.writes[t.Number] = w
		r.order = append(r.order, t.Number)
	}
	if isNew {
		w.ticket = t // without its events
		r.byToken[t.Follow] = t.Number
	}
	w.events = append(w.events, events...)
	for len(r.order) > maxRecent {
		r.forget(r.order[0])
	}
}

// read forgets what a tree has.
func (r *recent) read(tree *content.Tree) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(tree)
}

func (r *recent) sweep(tree *content.Tree) {
	if r.swept == tree {
		return
	}
	r.swept = tree
	for _, number := range slices.Clone(r.order) {
		if t := tree.Ticket(number); t != nil {
			r.with(t, number)
		}
	}
}

func (r *recent) forget(number string) {
	if w := r.writes[number]; w != nil && w.ticket != nil {
		delete(r.byToken, w.ticket.Follow)
	}
	delete(r.writes, number)
	r.order = slices.DeleteFunc(r.order, func(n string) bool { return n == number })
}

// follow returns the ticket with a token, with what was added since the tree was read; nil where the token is nobody's, or no longer.
// A token is looked up by its hash in a map with a seed of its own, so the time this takes tells nothing of how near a guess was.
func (r *recent) follow(t *content.Tree, token string) *content.Ticket {
	ticket := t.Follow(token)
	r.mu.Lock()
	defer r.mu.Unlock()
	number := r.byToken[token]
	switch {
	case ticket != nil:
		number = ticket.Number
	case number == "":
		return nil
	case t.Ticket(number) != nil: // the tree has it under another token: this one was retired
		r.forget(number)
		return nil
	default:
		ticket = r.writes[number].ticket
	}
	return r.with(ticket, number)
}

// with returns the ticket and the remembered events that it lacks; those it has are forgotten, so that what staff erase afterwards stays gone.
func (r *recent) with(t *content.Ticket, number string) *content.Ticket {
	w := r.writes[number]
	if w == nil {
		return t
	}
	var missing []*content.Event
	for _, e := range w.events {
		if !slices.ContainsFunc(t.Events, func(had *content.Event) bool { return had.Path == e.Path }) {
			missing = append(missing, e)
		}
	}
	if w.events = missing; len(missing) == 0 {
		r.forget(number)
		return t
	}
	seen := *t
	seen.Events = append(slices.Clone(t.Events), missing...)
	slices.SortFunc(seen.Events, func(a, b *content.Event) int { return content.InOrder(content.TicketCase, a, b) })
	return &seen
}

// isKnown reports whether a ticket with a number is in the tree or was committed lately.
func (r *recent) isKnown(t *content.Tree, number string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return t.Ticket(number) != nil || r.writes[number] != nil
}

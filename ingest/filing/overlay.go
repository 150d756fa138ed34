package filing

import (
	"slices"
	"sync"

	"balie/content"
)

// maxFiled is how many tickets the overlay holds. Should the tree not come, the oldest are
// forgotten.
const maxFiled = 10_000

// overlay holds what was filed of tickets and is not in the tree yet, so that a page shows at once
// what its reader has just sent. Its users ask for the tree while they hold mu: so the tree is
// never older than the one whose events the overlay has forgotten.
type overlay struct {
	mu       sync.Mutex
	byNumber map[string]*filedTicket
	byToken  map[string]string // a new ticket's number by its follow token
	order    []string          // numbers, oldest first
	swept    *content.Tree     // the last tree whose events were forgotten
}

// filedTicket is what was filed of one ticket.
type filedTicket struct {
	record *content.Ticket // of a new ticket, without events; nil for one that the tree knew
	events []*content.Event
}

// remember keeps what was filed of a ticket. What the tree has by now is forgotten.
func (f *Filer) remember(r Receipt, isNew bool) {
	if r.Ticket == nil {
		return
	}
	f.overlay.mu.Lock()
	defer f.overlay.mu.Unlock()
	f.overlay.sweep(f.Tree())
	f.overlay.add(r, isNew)
}

func (o *overlay) add(r Receipt, isNew bool) {
	if o.byNumber == nil {
		o.byNumber, o.byToken = map[string]*filedTicket{}, map[string]string{}
	}
	f := o.byNumber[r.Ticket.Number]
	if f == nil {
		f = &filedTicket{}
		o.byNumber[r.Ticket.Number] = f
		o.order = append(o.order, r.Ticket.Number)
	}
	if isNew {
		f.record = r.Ticket
		o.byToken[r.Ticket.Follow] = r.Ticket.Number
	}
	f.events = append(f.events, r.Events...)
	for len(o.order) > maxFiled {
		o.forget(o.order[0])
	}
}

// TreeChanged must be called after every new reading. It drops what the tree has now, so that an
// event that staff delete later does not come back.
func (f *Filer) TreeChanged() {
	f.overlay.mu.Lock()
	defer f.overlay.mu.Unlock()
	f.overlay.sweep(f.Tree())
}

// sweep forgets what a tree has.
func (o *overlay) sweep(tree *content.Tree) {
	if o.swept == tree {
		return
	}
	o.swept = tree
	for _, number := range slices.Clone(o.order) {
		if t := tree.Ticket(number); t != nil {
			o.merge(t)
		}
	}
}

func (o *overlay) forget(number string) {
	if f := o.byNumber[number]; f != nil && f.record != nil {
		delete(o.byToken, f.record.Follow)
	}
	delete(o.byNumber, number)
	o.order = slices.DeleteFunc(o.order, func(n string) bool { return n == number })
}

// Follow returns the ticket with a follow token, with what was filed since the tree was read, or
// nil. Maps hash tokens under a random seed, so the time of a look-up does not tell how near a
// guess was.
func (f *Filer) Follow(token string) *content.Ticket {
	o := &f.overlay
	o.mu.Lock()
	defer o.mu.Unlock()
	tree := f.Tree()
	if t := tree.Follow(token); t != nil {
		return o.merge(t)
	}
	number, ok := o.byToken[token]
	if !ok {
		return nil
	}
	if tree.Ticket(number) != nil { // under another token, which retired this one
		o.forget(number)
		return nil
	}
	return o.merge(o.byNumber[number].record)
}

// ticket returns the ticket with a number, with what was filed since the tree was read, or nil.
func (f *Filer) ticket(number string) *content.Ticket {
	f.overlay.mu.Lock()
	defer f.overlay.mu.Unlock()
	return f.overlay.ticket(f.Tree(), number)
}

func (o *overlay) ticket(tree *content.Tree, number string) *content.Ticket {
	if t := tree.Ticket(number); t != nil {
		return o.merge(t)
	}
	if f := o.byNumber[number]; f != nil && f.record != nil {
		return o.merge(f.record)
	}
	return nil
}

// merge returns a ticket with the remembered events that it lacks. Those that it has are forgotten.
func (o *overlay) merge(t *content.Ticket) *content.Ticket {
	f := o.byNumber[t.Number]
	if f == nil {
		return t
	}
	f.events = slices.DeleteFunc(f.events, func(filed *content.Event) bool {
		return slices.ContainsFunc(t.Events, func(e *content.Event) bool { return e.Path == filed.Path })
	})
	if len(f.events) == 0 {
		o.forget(t.Number)
		return t
	}
	shown := *t
	shown.Events = append(slices.Clone(t.Events), f.events...)
	slices.SortFunc(shown.Events, func(a, b *content.Event) int { return content.InOrder(content.TicketCase, a, b) })
	return &shown
}

// underKey returns the ticket of which something is remembered under an id's key, or nil.
func (o *overlay) underKey(tree *content.Tree, id content.Hex) *content.Ticket {
	for number, f := range o.byNumber {
		if len(underKey(f.events, id)) > 0 {
			return o.ticket(tree, number)
		}
	}
	return nil
}

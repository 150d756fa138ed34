package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"balie/content"
	"balie/ingest/form"
)

// An event's name tells its second, and events are read in order of time, within a second in an order of their own (content.InOrder). So what comes second on a ticket within a second
// must not be filed under that same second where it would then be read first: "it is solved" before the message that it ends. Nor under a later second than it is: an event after now does
// not exist yet, so pages, queue and staff would miss it, and what came later would be read before it. Therefore it waits for its second, and who writes faster than that is asked to come back.

// patience is how long an event waits for its second.
const patience = 2 * time.Second

// ahead is how far the clocks of those who write on a ticket may differ: what is dated later than that does not exist yet.
const ahead = time.Minute

// notYet is the error of an event that would not come after what the ticket has, if it were filed before a second.
type notYet struct{ until time.Time }

func (n *notYet) Error() string { return fmt.Sprintf("not before %s", utc(n.until)) }

// tooEarly says when an event can be filed, where it can't be at its own second: it would not be the ticket's last.
func tooEarly(t *content.Ticket, e *content.Event) *notYet {
	last := lastBefore(t, e.At.Add(ahead))
	if last == nil || content.InOrder(content.TicketCase, last, e) < 0 {
		return nil
	}
	at := last.At.UTC().Truncate(time.Second)
	next := *e
	next.At, next.Name = at, content.EventName(at, e.Kind, e.Author)
	if !at.After(e.At) || content.InOrder(content.TicketCase, last, &next) >= 0 {
		at = at.Add(time.Second)
	}
	return &notYet{at}
}

// lastBefore is a ticket's last event up to an instant, or nil.
func lastBefore(t *content.Ticket, at time.Time) *content.Event {
	for i := len(t.Events) - 1; i >= 0; i-- {
		if !t.Events[i].At.After(at) {
			return t.Events[i]
		}
	}
	return nil
}

// inTurn carries out a submission on a ticket once its second has come. Whenever it has waited it looks again what there is.
func (c *call) inTurn(t *content.Ticket, s *form.Submission, id content.Hex) (reply, error) {
	left := patience
	for {
		t, err := c.again(t)
		if err != nil {
			return reply{}, err
		}
		r, err := c.carryOut(t, s, id)
		var early *notYet
		if !errors.As(err, &early) {
			return r, err
		}
		wait := early.until.Sub(c.now)
		if left -= wait; left < 0 {
			return reply{}, &refusal{status: http.StatusTooManyRequests, code: "too_many", detail: "this ticket takes no event before " + utc(early.until), retry: wait}
		}
		if c.Wait(c.r.Context(), wait) != nil {
			return reply{}, errGone
		}
	}
}

// again is a ticket as it stands now: a body takes its time to arrive, and others write too.
func (c *call) again(t *content.Ticket) (*content.Ticket, error) {
	c.tree, c.now = c.Tree(), c.Now().In(c.tree.Zone)
	o, err := c.officeOf(c.tree)
	if err != nil {
		return nil, err
	}
	c.office = o
	if t = c.recent.follow(c.tree, t.Follow); t == nil {
		return nil, notFound("page")
	}
	return t, nil
}

// wait lets a time pass, or gives up with its context.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/ingest/store"
	"balie/themes/view"
)

// newMails lists the mails of a reading that the store does not know.
func (o *Outbox) newMails(tree *content.Tree, now time.Time) []store.Mail {
	l := &list{o: o, tree: tree, now: now, since: o.sinceOf(tree)}
	same := o.unchanged(tree)
	for _, t := range tree.Tickets {
		if !same(t) {
			l.addTicket(t)
		}
		if t.Updates {
			l.addUpdates(t)
		}
	}
	if now.Sub(o.overdueAt) >= overdueEvery {
		l.addOverdue()
	}
	return l.mails
}

// sinceOf returns from when on mail goes out.
func (o *Outbox) sinceOf(tree *content.Tree) time.Time {
	if from := tree.Site.Mail.Since; !from.IsZero() && from.In(tree.Zone).After(o.since) {
		return from.In(tree.Zone)
	}
	return o.since
}

// overdueEvery is how often staff are told of broken promises at most: that takes the whole queue,
// and readings may come each second.
const overdueEvery = time.Minute

// unchanged returns what reports whether a ticket of a reading is as it was in the one before,
// under the same setup. It is asked for tickets in the reading's order.
func (o *Outbox) unchanged(tree *content.Tree) func(*content.Ticket) bool {
	if o.prior == nil || o.prior.Setup != tree.Setup {
		return func(*content.Ticket) bool { return false }
	}
	before := o.prior.Tickets
	return func(t *content.Ticket) bool {
		for len(before) > 0 && before[0].Number < t.Number {
			before = before[1:]
		}
		i := slices.Index(before[:min(len(before), 2)], t) // two tickets may have one number
		return i >= 0
	}
}

// list collects the mails of a reading.
type list struct {
	o     *Outbox
	tree  *content.Tree
	now   time.Time
	since time.Time
	mails []store.Mail
}

// add adds a mail about what happened at an instant, unless it is known, or told before mail began.
func (l *list) add(event, recipient string, at time.Time) {
	if at.Before(l.since) || l.o.known[[2]string{event, recipient}] {
		return
	}
	m := store.Mail{Event: event, Recipient: recipient, State: store.MailWaits, Added: l.now, Due: at}
	if l.now.Sub(at) > maxAge {
		m.State = store.MailLate
	}
	l.mails = append(l.mails, m)
}

// addTicket adds the mails about a ticket's own events: to its requester, and to staff.
func (l *list) addTicket(t *content.Ticket) {
	if len(t.Events) == 0 || t.Events[len(t.Events)-1].At.Before(l.since) {
		return
	}
	at := t.At(l.now)
	if at.State == content.SpamState {
		return
	}
	told := t.Requester.Email != "" && !at.Held
	for _, e := range t.Events {
		if told && view.IsMailed(t, e) {
			l.add(eventName(e), t.Dir, e.At)
		}
		if notice := l.noticeOf(t, e); notice != "" {
			l.tellStaff(notice, eventName(e), lane(t, e), e.At)
		}
	}
}

// eventName is how the outbox knows an event: its path without .md.
func eventName(e *content.Event) string { return strings.TrimSuffix(e.Path, ".md") }

// stopsUpdates stands in the outbox for what a requester does not want to hear any more: the
// updates of their ticket's incident.
const stopsUpdates = "updates"

// StopUpdates ends the mails about the incident of a ticket, in a directory.
func (o *Outbox) StopUpdates(ctx context.Context, dir string) error {
	now := o.Now()
	o.noting.Lock()
	defer o.noting.Unlock()
	err := o.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.PutMail(store.Mail{Event: stopsUpdates, Recipient: dir, State: store.MailStopped, Added: now, Due: now})
		return err
	})
	if err == nil && o.known != nil {
		o.known[[2]string{stopsUpdates, dir}] = true
	}
	return err
}

// addUpdates adds the mails about the updates of a ticket's incident, to its requester.
func (l *list) addUpdates(t *content.Ticket) {
	if t.Requester.Email == "" || l.o.known[[2]string{stopsUpdates, t.Dir}] {
		return
	}
	at := t.At(l.now)
	i := l.tree.Incident(at.Incident)
	if i == nil || !i.Public() || at.Held || at.State == content.SpamState {
		return
	}
	for _, e := range i.At(l.now).Updates {
		if e.At.After(at.Received) {
			l.add(eventName(e), t.Dir, e.At)
		}
	}
}

// noticeOf returns of what an event is a notice to staff; "" for none.
func (l *list) noticeOf(t *content.Ticket, e *content.Event) content.Notice {
	switch e.Kind {
	case content.Received:
		if t.Channel != "staff" {
			return content.NoticeNew
		}
	case content.Message:
		return content.NoticeMessage
	case content.LaneChange:
		if l.requiresCall(e.Data().Lane, e.At) {
			return content.NoticeEmergency
		}
	case content.Call: // by which a ticket that was filed for such a lane enters it
		isCall := func(e *content.Event) bool { return e.Kind == content.Call }
		if first := slices.IndexFunc(t.Events, isCall); t.Events[first] == e && l.requiresCall(t.Lane, e.At) {
			return content.NoticeEmergency
		}
	}
	return ""
}

// requiresCall reports whether nothing enters a lane without a call, by the policy in force then.
func (l *list) requiresCall(lane string, at time.Time) bool {
	p := l.tree.PolicyAt(at)
	return p != nil && slices.ContainsFunc(p.Lanes, func(one content.Lane) bool { return one.ID == lane && one.Requires == "call" })
}

func lane(t *content.Ticket, e *content.Event) string {
	if e.Kind == content.LaneChange {
		return e.Data().Lane
	}
	return t.Lane
}

// maxNoticeAge is how old what staff hear of is at most: who begins to listen is not told of the
// past.
const maxNoticeAge = 24 * time.Hour

// tellStaff adds a notice for each of the staff who want to hear of it.
func (l *list) tellStaff(notice content.Notice, event, lane string, at time.Time) {
	if l.now.Sub(at) > maxNoticeAge {
		return
	}
	today := content.DateOf(l.now.In(l.tree.Zone))
	for _, p := range l.tree.People {
		person := p.Value
		left := !person.Until.IsZero() && person.Until.Before(today)
		if left || person.Email == "" || !slices.Contains(person.Hears, notice) || len(person.HearsLanes) > 0 && !slices.Contains(person.HearsLanes, lane) {
			continue
		}
		l.add(string(notice)+" "+event, "people/"+p.Key, at)
	}
}

// addOverdue tells staff of each promise to a requester that was broken.
func (l *list) addOverdue() {
	if !slices.ContainsFunc(l.tree.People, func(p content.Entry[*content.Person]) bool {
		return slices.Contains(p.Value.Hears, content.NoticeOverdue)
	}) {
		return
	}
	c, err := l.o.composerOf(l.tree)
	if err != nil { // the setup can't be read now: the next reading tells
		return
	}
	for _, q := range c.desk.Queue(l.tree, l.now, false) {
		for _, clock := range q.Clocks {
			if clock.State == desk.Overdue {
				event := fmt.Sprintf("%s %s %d", q.Ticket.Ticket.Dir, clock.Promise.ID, clock.Started.Unix())
				l.tellStaff(content.NoticeOverdue, event, q.Lane, clock.Due)
			}
		}
	}
}

package view

import (
	"slices"

	"balie/content"
)

// Earlier lists the tickets of a requester for whom the platform vouches, by its id: the newest
// first, at most so many, and how many more there are.
func (s Setting) Earlier(id string, most int) (list []EarlierTicket, more int) {
	var own []*content.Ticket
	for _, t := range s.Tree.Tickets {
		if t.Requester.ID == id && t.Follow != "" && len(s.eventsUpToNow(t)) > 0 {
			own = append(own, t)
		}
	}
	slices.SortStableFunc(own, func(a, b *content.Ticket) int { return b.Events[0].At.Compare(a.Events[0].At) })
	for _, t := range own[:min(len(own), most)] {
		at := s.ticketNow(WithoutSpam(t))
		list = append(list, EarlierTicket{Number: content.SayNumber(t.Number), Subject: t.Subject, Lang: s.language(t), State: at.State, Owes: at.Owes, URL: s.followURL(t)})
	}
	return list, len(own) - len(list)
}

// OpenOf returns how many tickets of a requester for whom the platform vouches wait for a move.
func (s Setting) OpenOf(id string) int {
	n := 0
	for _, t := range s.Tree.Tickets {
		if t.Requester.ID == id && len(s.eventsUpToNow(t)) > 0 && s.ticketNow(WithoutSpam(t)).Owes != content.OwesNobody {
			n++
		}
	}
	return n
}

// followURL returns the address of a ticket's follow page.
func (s Setting) followURL(t *content.Ticket) string { return s.Intake + "/t/" + t.Follow + "/" }

// survivorURL returns the follow page of the ticket into which one was merged, where the platform
// vouches for one and the same requester of both; else "".
func (s Setting) survivorURL(t *content.Ticket, into string) string {
	survivor := s.Tree.Ticket(into)
	if survivor == nil || t.Requester.ID == "" || survivor.Requester.ID != t.Requester.ID || survivor.Follow == "" {
		return ""
	}
	return s.followURL(survivor)
}

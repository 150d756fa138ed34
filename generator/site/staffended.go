package site

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"balie/content"
)

// StaffEnded lists the tickets that were closed, or those that were merged: a page of them, in the
// order in which they ended.
type StaffEnded struct {
	State        content.TicketState
	Rows         []TicketRow // newest first; At is when they ended
	Older, Newer string      // the pages before and after, or ""
	Months       []EndedMonth
	Current      time.Time // the month of this page; zero on the first page
	First        string
	Other        string // the list of the others
}

// EndedMonth is a month in which tickets ended.
type EndedMonth struct {
	Month time.Time
	Count int
	URL   string
}

// endedPerPage is how many tickets a page lists.
const endedPerPage = 50

const (
	closedPath = "/closed/"
	mergedPath = "/merged/"
)

// endedPage is a page's tickets, oldest first. They are counted from a month's oldest: what ends
// changes the last page and no other.
type endedPage struct {
	month   time.Time
	url     string
	tickets []*ticket
}

// staffEnded plans the lists of tickets that are closed and that are merged.
func (m *Plan) staffEnded() {
	closed, merged := m.ended(content.ClosedState), m.ended(content.MergedState)
	m.endedPages(content.ClosedState, closedPath, mergedPath, closed)
	m.endedPages(content.MergedState, mergedPath, closedPath, merged)
}

// ended lists the tickets in a state, in the order in which they ended.
func (m *Plan) ended(state content.TicketState) []*ticket {
	var list []*ticket
	for _, f := range m.tickets() {
		if f.State == state {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *ticket) int { return cmp.Or(a.ended.Compare(b.ended), inNumberOrder(a, b)) })
	return list
}

func (m *Plan) endedPages(state content.TicketState, path, other string, list []*ticket) {
	var pages []endedPage
	var months []EndedMonth
	for len(list) > 0 {
		month := firstOfMonth(m.zoned(list[0].ended))
		n := 0
		for n < len(list) && firstOfMonth(m.zoned(list[n].ended)).Equal(month) {
			n++
		}
		number := 0
		for chunk := range slices.Chunk(list[:n], endedPerPage) {
			number++
			pages = append(pages, endedPage{month, fmt.Sprintf("%s%s/%d/", path, month.Format("2006-01"), number), chunk})
		}
		months = append(months, EndedMonth{month, n, pages[len(pages)-1].url})
		list = list[n:]
	}
	slices.Reverse(months)
	first := StaffEnded{State: state, Months: months, Other: other}
	if last := len(pages) - 1; last >= 0 {
		first.Rows = m.endedRows(pages[last].tickets)
		if last > 0 {
			first.Older = pages[last-1].url
		}
	}
	m.addStaff(path, "staffended", "", func() any { return first })
	for i, p := range pages {
		v := StaffEnded{State: state, Current: p.month, First: path, Other: other}
		numbers := []uint64{0, 0}
		if i > 0 {
			v.Older = pages[i-1].url
			numbers[0] = uint64(len(pages[i-1].tickets))
		}
		if i+1 < len(pages) {
			v.Newer = pages[i+1].url
			numbers[1] = 1
		}
		for _, f := range p.tickets {
			numbers = append(numbers, f.listed)
		}
		m.addStaff(p.url, "staffended", sourcesOf(numbers...), func() any {
			v.Rows = m.endedRows(p.tickets)
			return v
		})
	}
}

func firstOfMonth(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

func (m *Plan) endedRows(tickets []*ticket) []TicketRow {
	var rows []TicketRow
	for _, f := range slices.Backward(tickets) {
		row := m.ticketRow(f)
		row.At = m.zoned(f.ended)
		rows = append(rows, row)
	}
	return rows
}

// endedAt is when a ticket was closed or merged; zero where it was not.
func endedAt(f *ticket) (at time.Time) {
	kind := content.Closed
	switch f.State {
	case content.MergedState:
		kind = content.Merged
	case content.ClosedState:
		if f.Solved != nil { // by the requester's word it is closed without an event
			at = f.Solved.At
		}
	default:
		return at
	}
	for _, e := range f.Ticket.Events[:f.TicketSnapshot.Events] {
		if e.Kind == kind && !slices.Contains(f.NoEffect, e) {
			at = e.At
		}
	}
	return at
}

package report

import (
	"strings"
	"time"

	"balie/content"
)

// fairUseTable lists the requesters with more open tickets than is fair use, who has most first:
// since when the oldest is open, until when they are demoted, and which tickets they have.
func (f *Facts) fairUseTable() Table {
	t := Table{ID: "fair_use", Columns: []Column{
		textColumn("customer"), textColumn("email"), countColumn("open"), countColumn("fair_use"), timeColumn("oldest"), timeColumn("demoted_until"), textColumn("numbers"),
	}}
	candidates, fair := f.Requesters().Candidates()
	for _, c := range candidates {
		name := c.Requester.Name
		if name == "" {
			name = c.Requester.ID
		}
		t.add(text(name), text(c.Requester.Email), count(len(c.Open)), count(fair), instant(c.Open[0].Events[0].At), instant(f.demotedUntil(c.Open)), text(numbersOf(c.Open)))
	}
	return t
}

// demotedUntil is until when at the latest one of some tickets goes behind the others of its lane;
// zero where none does.
func (f *Facts) demotedUntil(records []*content.Ticket) (last time.Time) {
	for _, record := range records {
		if t := f.ticket(record); t != nil && t.demotedUntil.After(last) {
			last = t.demotedUntil
		}
	}
	return last
}

func numbersOf(tickets []*content.Ticket) string {
	numbers := make([]string, len(tickets))
	for i, t := range tickets {
		numbers[i] = t.Number
	}
	return strings.Join(numbers, " ")
}

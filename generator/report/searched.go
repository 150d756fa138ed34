package report

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// asked counts the questions of the last quarter that came although, or because, of one thing.
type asked struct {
	of      string // a page's path, or what was searched for
	tickets int
	lately  int // of the last four weeks
	first   int // a page was the first that was found
	named   int // an article was named as one that did not help
	numbers []string
}

// askedBy gathers what was asked, by what it is of.
type askedBy map[string]*asked

func (l askedBy) at(of string) *asked {
	a := l[of]
	if a == nil {
		a = &asked{of: of}
		l[of] = a
	}
	return a
}

func (a *asked) count(t *Ticket, month time.Time) {
	a.tickets++
	if !t.Received.Before(month) {
		a.lately++
	}
	a.numbers = append(a.numbers, t.Record.Number)
}

// sorted lists them, those with the most questions first.
func (l askedBy) sorted() []*asked {
	list := make([]*asked, 0, len(l))
	for _, a := range l {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *asked) int { return cmp.Or(b.tickets-a.tickets, cmp.Compare(a.of, b.of)) })
	return list
}

// eachAsked yields the tickets of the last quarter that are no spam.
func (f *Facts) eachAsked(yield func(t *Ticket)) {
	from := f.ago(auditDays)
	for _, t := range f.Tickets {
		if !t.Spam() && f.since(from, t.Received) {
			yield(t)
		}
	}
}

// offeredTable has a row for each page that somebody was shown, or named, and asked nonetheless.
func (f *Facts) offeredTable() Table {
	t := Table{ID: "asked_despite", Columns: []Column{
		textColumn("page"), countColumn("arrived"), countColumn("lately"), countColumn("first"), countColumn("named"), textColumn("numbers"),
	}}
	all, month := askedBy{}, f.ago(attainmentDays)
	f.eachAsked(func(ticket *Ticket) {
		var pages []string
		if s := ticket.Record.Searched; s != nil {
			pages = slices.Clone(s.Offered)
			if len(pages) > 0 {
				all.at(pages[0]).first++
			}
		}
		if article := ticket.Record.Article; article != "" {
			page := "/help/" + article + "/"
			all.at(page).named++
			pages = append(pages, page)
		}
		slices.Sort(pages)
		for _, page := range slices.Compact(pages) {
			all.at(page).count(ticket, month)
		}
	})
	for _, a := range all.sorted() {
		t.add(text(a.of), count(a.tickets), count(a.lately), count(a.first), count(a.named), text(strings.Join(a.numbers, " ")))
	}
	return t
}

// nothingTable has a row for each search that found nothing before a question, in small letters.
func (f *Facts) nothingTable() Table {
	t := Table{ID: "found_nothing", Columns: []Column{textColumn("query"), countColumn("arrived"), countColumn("lately"), textColumn("numbers")}}
	all, month := askedBy{}, f.ago(attainmentDays)
	f.eachAsked(func(ticket *Ticket) {
		if s := ticket.Record.Searched; s != nil && len(s.Offered) == 0 {
			all.at(strings.ToLower(strings.Join(strings.Fields(s.Query), " "))).count(ticket, month)
		}
	})
	for _, a := range all.sorted() {
		t.add(text(a.of), count(a.tickets), count(a.lately), text(strings.Join(a.numbers, " ")))
	}
	return t
}

package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// What staff must be able to look into one by one is listed for the last quarter, the newest first.

// auditDays is how far back lists go.
const auditDays = 91

// listed is a row of a list, with what it is put in order by.
type listed struct {
	at     time.Time
	number string
	cells  []Cell
}

// newestFirst puts rows into a table.
func (t *Table) newestFirst(rows []listed) {
	slices.SortStableFunc(rows, func(a, b listed) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.number, b.number)) })
	for _, r := range rows {
		t.add(r.cells...)
	}
}

// pauseTable lists each time in which somebody else owed the next move because of staff, or in
// which a clock was paused: by whom and how, how long it was in working time, and which promises
// were paused. A pause that goes on has no end, and its length up to now.
func (f *Facts) pauseTable() Table {
	t := Table{ID: "pauses", Columns: []Column{
		textColumn("number"), wordColumn("why", "why"), wordColumn("kind", "kind"), textColumn("by"), timeColumn("from"), timeColumn("to"), durationColumn("working"), textColumn("paused"),
	}}
	from := f.ago(auditDays)
	var rows []listed
	for _, ticket := range f.Tickets {
		if ticket.Spam() {
			continue
		}
		for i := range ticket.Pauses {
			if p := &ticket.Pauses[i]; p.To.IsZero() || !p.To.Before(from) {
				rows = append(rows, listed{p.From, ticket.Record.Number, f.pauseCells(ticket, p)})
			}
		}
	}
	t.newestFirst(rows)
	return t
}

func (f *Facts) pauseCells(t *Ticket, p *Pause) []Cell {
	end := p.To
	if end.IsZero() {
		end = f.At
	}
	var kind, author string
	if p.By != nil {
		kind, author = string(p.By.Kind), p.By.Author
	}
	return []Cell{text(t.Record.Number), text(string(p.Why)), text(kind), text(author), instant(p.From), instant(p.To), span(f.hours.working(p.From, end)), text(idsOf(p.Counted))}
}

// idsOf lists promises.
func idsOf(promises []*content.Promise) string {
	var ids []string
	for _, p := range promises {
		if !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	return strings.Join(ids, " ")
}

// happened makes a list of what happened to tickets.
func (f *Facts) happened(t *Table, what Happening, cells func(*Ticket, Moment) []Cell) {
	from := f.ago(auditDays)
	var rows []listed
	for _, ticket := range f.Tickets {
		for _, m := range ticket.Moments {
			if m.What == what && f.since(from, m.At) {
				rows = append(rows, listed{m.At, ticket.Record.Number, cells(ticket, m)})
			}
		}
	}
	t.newestFirst(rows)
}

// demotionTable lists who was sent behind others, by whom, until when, and why.
func (f *Facts) demotionTable() Table {
	t := Table{ID: "demotions", Columns: []Column{timeColumn("at"), textColumn("number"), textColumn("by"), timeColumn("until"), textColumn("reason")}}
	f.happened(&t, WasDemoted, func(ticket *Ticket, m Moment) []Cell {
		return []Cell{instant(m.At), text(ticket.Record.Number), text(m.By.Author), instant(m.By.Data().Until), text(m.By.Data().Reason)}
	})
	return t
}

// reopeningTable lists what was solved and was not: by the requester's message, or by staff.
func (f *Facts) reopeningTable() Table {
	t := Table{ID: "reopenings", Columns: []Column{timeColumn("at"), textColumn("number"), textColumn("subject"), wordColumn("kind", "kind"), textColumn("by"), wordColumn("lane", "lane")}}
	f.happened(&t, WasReopened, func(ticket *Ticket, m Moment) []Cell {
		return []Cell{instant(m.At), text(ticket.Record.Number), text(ticket.Record.Subject), text(string(m.By.Kind)), text(m.By.Author), text(ticket.Lane)}
	})
	return t
}

// ratingTable counts the ratings of the last quarter by score: of each ticket the last one.
func (f *Facts) ratingTable() Table {
	t := Table{ID: "ratings", Columns: []Column{textColumn("score"), countColumn("tickets"), percentColumn("share")}}
	var scores [6]int
	n, from := 0, f.ago(auditDays)
	for _, ticket := range f.Tickets {
		if score := ticket.rating(); score > 0 && f.since(from, ticket.lastRated()) {
			scores[score]++
			n++
		}
	}
	for score := 5; score >= 1; score-- {
		t.add(text(string(rune('0'+score))), count(scores[score]), share(scores[score], n))
	}
	t.sum()
	return t
}

// rating is the last score that the requester gave; 0 where there is none.
func (t *Ticket) rating() int {
	for _, m := range slices.Backward(t.Moments) {
		if score := m.By.Data().Score; m.What == WasRated && score >= 1 && score <= 5 {
			return score
		}
	}
	return 0
}

func (t *Ticket) lastRated() time.Time {
	for _, m := range slices.Backward(t.Moments) {
		if m.What == WasRated {
			return m.At
		}
	}
	return time.Time{}
}

// sortedLast are the keys of a map in order, but one of them last.
func sortedLast[V any](m map[string]V, last string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(compareBools(a == last, b == last), cmp.Compare(a, b))
	})
	return keys
}

package report

import (
	"slices"

	"balie/content"
)

// organisationTable counts tickets by their requesters' organisation: those of the last quarter,
// and those that wait now, whenever they came. Beside them stand how many people ask for it,
// whenever they did, and how many may. The last row is of those with no organisation.
func (f *Facts) organisationTable() Table {
	type line struct {
		tickets int
		Backlog
	}
	lines, from := map[string]*line{}, f.ago(auditDays)
	for _, t := range f.Tickets {
		recent := f.since(from, t.Received)
		if t.Spam() || !recent && t.Owes == content.OwesNobody {
			continue
		}
		l := lines[t.Record.Organisation]
		if l == nil {
			l = &line{}
			lines[t.Record.Organisation] = l
		}
		if l.add(t); recent {
			l.tickets++
		}
	}
	t := Table{ID: "organisations", Columns: slices.Concat([]Column{
		textColumn("organisation"), textColumn("name"), countColumn("people"), countColumn("may_ask"), countColumn("tickets"),
	}, backlogColumns)}
	for _, id := range sortedLast(lines, "") {
		t.add(slices.Concat(f.organisation(id), []Cell{count(lines[id].tickets)}, lines[id].cells())...)
	}
	t.sum("people", "may_ask")
	return t
}

// organisation is who one is: its name, how many people ask for it and how many may.
func (f *Facts) organisation(id string) []Cell {
	if id == "" {
		return make([]Cell, 4)
	}
	var name string
	if o, ok := f.setup.Organisations.Get(id); ok {
		name = o.Name
	}
	people, mayAsk := f.Requesters().Organisation(id)
	may := count(mayAsk)
	may.Known = mayAsk > 0
	return []Cell{text(id), text(name), count(people), may}
}

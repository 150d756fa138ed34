package report

import (
	"fmt"
	"time"

	"balie/content"
)

// Week is a week of ISO 8601 by the Monday on which it begins.
type Week struct{ Monday content.Date }

// weekOf is the week in which an instant falls on a zone's calendar.
func weekOf(t time.Time, zone *time.Location) Week {
	d := content.DateOf(t.In(zone))
	return Week{d.AddDays(-(int(d.Weekday()) + 6) % 7)}
}

// String is the week as ISO 8601 writes it, 2026-W47: it belongs to the year of its Thursday.
func (w Week) String() string {
	year, number := w.Monday.In(time.UTC).ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, number)
}

func (w Week) plus(n int) Week { return Week{w.Monday.AddDays(7 * n)} }

// start is its first instant in a zone.
func (w Week) start(zone *time.Location) time.Time { return w.Monday.In(zone) }

func (w Week) before(v Week) bool { return w.Monday.Before(v.Monday) }

// weeks are those up to now, the oldest first: as many as asked for, fewer where the desk is
// younger, and always the one that is going on.
func (f *Facts) weeks(most int) []Week {
	current, began := weekOf(f.At, f.hours.zone), f.At
	for _, t := range f.Tickets {
		if t.Received.Before(began) {
			began = t.Received
		}
	}
	first := weekOf(began, f.hours.zone)
	if earliest := current.plus(1 - most); first.before(earliest) {
		first = earliest
	}
	var all []Week
	for w := first; !current.before(w); w = w.plus(1) {
		all = append(all, w)
	}
	return all
}

// ago is the same local time a number of days earlier.
func (f *Facts) ago(days int) time.Time {
	local := f.At.In(f.hours.zone)
	hour, minute, second := local.Clock()
	return content.Local(content.DateOf(local).AddDays(-days), (hour*60+minute)*60+second, f.hours.zone)
}

// since reports whether something happened in a span up to now.
func (f *Facts) since(from, at time.Time) bool {
	return !at.IsZero() && !at.Before(from) && !at.After(f.At)
}

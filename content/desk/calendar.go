package desk

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"
	_ "time/tzdata" // a calendar's zone must be known on every machine

	"balie/content"
)

// Calendar says when a desk works: windows of local time by the day of the week, and dates that are
// different.
//
// It is known from 1970 to 2249; outside of that the desk is closed. It may be used by several
// goroutines at once, and answers the same whatever was asked before: its table of years is filled
// as years are asked for.
type Calendar struct {
	zone    *time.Location
	week    [7][]content.Window               // by time.Weekday
	special map[content.Date][]content.Window // the whole day's windows instead; none: closed
	years   [lastYear - firstYear + 1]atomic.Pointer[year]
}

// newCalendar makes a calendar of what is written. Its holidays are found by the names of their
// sets; zone is the site's, for a calendar that names none. check.Check finds what is an error
// here: an unknown zone, set, day or date, and a calendar without one open minute.
func newCalendar(written *content.Calendar, holidays map[string]content.Holidays, zone *time.Location) (*Calendar, error) {
	c := &Calendar{zone: zone, special: map[content.Date][]content.Window{}}
	if err := c.loadZone(written.TimeZone); err != nil {
		return nil, err
	}
	if err := c.addHours(written.Hours); err != nil {
		return nil, err
	}
	for _, set := range written.Holidays {
		if err := c.addHolidays(set, holidays); err != nil {
			return nil, err
		}
	}
	if err := c.addExceptions(written.Exceptions); err != nil {
		return nil, err
	}
	if !c.everOpen() {
		return nil, fmt.Errorf("a calendar without one open minute")
	}
	return c, nil
}

// Always is every hour of every day of a zone.
func Always(zone *time.Location) *Calendar {
	c := &Calendar{zone: zone}
	for day := range c.week {
		c.week[day] = []content.Window{{Start: 0, End: minutesOfDay}}
	}
	return c
}

// Zone is where its local times are meant.
func (c *Calendar) Zone() *time.Location { return c.zone }

const minutesOfDay = 24 * 60

func (c *Calendar) loadZone(name string) error {
	if name == "" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return fmt.Errorf("unknown time zone %q", name)
	}
	c.zone = zone
	return nil
}

func (c *Calendar) addHours(written content.Map[[]content.Window]) error {
	for _, h := range written {
		days := content.Days(h.Key)
		if days == nil {
			return fmt.Errorf("hours: %q is no day", h.Key)
		}
		windows, err := inOrder(h.Value)
		if err != nil {
			return fmt.Errorf("hours.%s: %w", h.Key, err)
		}
		for _, day := range days {
			c.week[day] = windows
		}
	}
	return nil
}

func (c *Calendar) addHolidays(set string, known map[string]content.Holidays) error {
	dates, ok := known[set]
	if !ok {
		return fmt.Errorf("unknown holiday set %q", set)
	}
	for _, h := range dates {
		date, err := content.ParseDate(h.Key)
		if err != nil {
			return fmt.Errorf("holidays %s: %w", set, err)
		}
		c.special[date] = nil
	}
	return nil
}

// addExceptions come after the holidays: closed beats windows, so hours don't open a holiday.
func (c *Calendar) addExceptions(written content.Map[*content.Exception]) error {
	for _, e := range written {
		date, err := content.ParseDate(e.Key)
		if err != nil {
			return fmt.Errorf("exceptions: %w", err)
		}
		windows, err := inOrder(e.Value.Hours)
		if err != nil {
			return fmt.Errorf("exceptions.%s: %w", e.Key, err)
		}
		if _, holiday := c.special[date]; e.Value.Closed || holiday {
			windows = nil
		}
		c.special[date] = windows
	}
	return nil
}

// inOrder sorts a day's windows and joins those that overlap.
func inOrder(written []content.Window) ([]content.Window, error) {
	windows := slices.Clone(written)
	slices.SortFunc(windows, func(a, b content.Window) int { return a.Start - b.Start })
	kept := windows[:0]
	for _, w := range windows {
		if w.Start < 0 || w.End <= w.Start || w.End > minutesOfDay {
			return nil, fmt.Errorf("%s is no window of a day", w)
		}
		if n := len(kept); n > 0 && w.Start <= kept[n-1].End {
			kept[n-1].End = max(kept[n-1].End, w.End)
			continue
		}
		kept = append(kept, w)
	}
	return kept, nil
}

func (c *Calendar) everOpen() bool {
	hasWindows := func(w []content.Window) bool { return len(w) > 0 }
	if slices.ContainsFunc(c.week[:], hasWindows) {
		return true
	}
	for _, windows := range c.special {
		if hasWindows(windows) {
			return true
		}
	}
	return false
}

// windows are a date's as written, in order.
func (c *Calendar) windows(d content.Date) []content.Window {
	if windows, ok := c.special[d]; ok {
		return windows
	}
	return c.week[d.Weekday()]
}

// isOpen reports whether the desk is open at an instant.
func (c *Calendar) isOpen(at time.Time) bool {
	next := c.nextOpen(at)
	return !next.IsZero() && next.Equal(at)
}

// closing is the last closing time of a date; zero on one that is closed.
func (c *Calendar) closing(d content.Date) time.Time {
	y, i, ok := c.day(d)
	if !ok {
		return time.Time{}
	}
	return c.instant(y.closing(i))
}

// nextClosing is the first closing time of a day at or after an instant; zero where there is none.
func (c *Calendar) nextClosing(at time.Time) time.Time {
	d := content.DateOf(at.In(c.zone)).AddDays(-2) // the day before may close at this midnight
	for range 3 {
		d = c.AddDays(d, 1)
		if d.IsZero() {
			break
		}
		if closing := c.closing(d); !closing.Before(at) {
			return closing
		}
	}
	return time.Time{}
}

// AddDays is the n-th working day after a date or, where n is negative, before it; the date itself
// does not count. With 0 it is the date itself. It is zero where there is no such day.
func (c *Calendar) AddDays(d content.Date, n int) content.Date {
	if n == 0 {
		return d
	}
	if d.Year < firstYear || d.Year > lastYear {
		return content.Date{}
	}
	number, y := d.Year, c.year(d.Year)
	i := y.daysBefore(yearDay(d)) + n
	if n > 0 {
		i = y.daysBefore(yearDay(d)+1) + n - 1
	}
	for ; i < 0; i += len(y.days) {
		if number--; number < firstYear {
			return content.Date{}
		}
		y = c.year(number)
	}
	for ; i >= len(y.days); y = c.year(number) {
		i -= len(y.days)
		if number++; number > lastYear {
			return content.Date{}
		}
	}
	return content.Date{Year: number, Month: time.January, Day: 1}.AddDays(int(y.days[i].number) - 1)
}

func yearDay(d content.Date) int {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).YearDay()
}

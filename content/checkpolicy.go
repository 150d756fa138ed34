package content

import (
	"fmt"
	"slices"
	"time"
)

// policy checks one version of the promises.
func (c *checker) policy(p *Policy, now time.Time) {
	for _, cal := range p.Calendars {
		c.calendar(p.Path, "calendars."+cal.Key, cal.Value, now)
	}
	if p.Calendar != "" {
		c.calendarName(p, "calendar", p.Calendar)
	}
	duplicates(p.Lanes, func(l Lane) string { return l.ID }, func(i int, id string) {
		c.error(p.Path, fmt.Sprintf("lanes[%d].id", i), "duplicate", "", "lanes[%d]: a second lane %q", i, id)
	})
	for i, l := range p.Lanes {
		c.identifier(p.Path, fmt.Sprintf("lanes[%d].id", i), l.ID)
		if l.Requires == "payment" && l.Price.IsZero() {
			c.error(p.Path, fmt.Sprintf("lanes[%d]", i), "missing-key", "add price: 5.00 EUR", "lanes[%d]: a lane that requires payment has a price", i)
		}
	}
	duplicates(p.Promises, func(pr *Promise) string { return pr.ID }, func(i int, id string) {
		c.error(p.Path, fmt.Sprintf("promises[%d].id", i), "duplicate", "give it another id", "promises[%d]: a second promise %q", i, id)
	})
	for i := range p.Promises {
		c.promise(p, i)
	}
	c.closing(p)
	c.coverage(p)
}

func (c *checker) calendarName(p *Policy, key, name string) {
	if _, ok := p.Calendars.Get(name); !ok && name != "always" {
		c.reference(p.Path, key, "calendar", name, append(p.Calendars.Keys(), "always"), "this policy")
	}
}

func (c *checker) calendar(file, key string, cal *Calendar, now time.Time) {
	if cal.TimeZone != "" {
		if _, err := loadZone(cal.TimeZone); err != nil {
			c.error(file, key+".time_zone", "unknown-zone", "write a name of the IANA database, such as Europe/Brussels", "%s.time_zone: %v", key, err)
		}
	}
	open, byDay := false, map[time.Weekday][]Window{}
	for _, h := range cal.Hours {
		at := key + ".hours." + h.Key
		days := Days(h.Key)
		if days == nil {
			c.error(file, at+"~", "wrong-value", "write a day such as mon, or days such as mon-thu", "%s: %q is no day", at, h.Key)
		}
		open = open || len(days) > 0 && len(h.Value) > 0
		for _, d := range days {
			if byDay[d] != nil {
				c.error(file, at+"~", "duplicate", "put the windows of a day in one list", "%s: %s has hours already", at, dayNames[d])
			}
			byDay[d] = h.Value
		}
		c.windows(file, at, h.Value)
	}
	if !open && len(cal.Hours) > 0 || len(cal.Hours) == 0 {
		c.error(file, key+".hours", "closed", "give it hours", "%s: a calendar without one open minute", key)
	}
	c.exceptions(file, key, cal)
	for i, set := range cal.Holidays {
		c.holidaySet(file, fmt.Sprintf("%s.holidays[%d]", key, i), set, now)
	}
}

func (c *checker) windows(file, key string, windows []Window) {
	for i := 1; i < len(windows); i++ {
		if windows[i].Start < windows[i-1].End {
			c.error(file, fmt.Sprintf("%s[%d]", key, i), "overlap", "windows of a day follow one another", "%s: %s overlaps %s", key, windows[i], windows[i-1])
		}
	}
}

func (c *checker) exceptions(file, key string, cal *Calendar) {
	for _, e := range cal.Exceptions {
		at := key + ".exceptions." + e.Key
		if _, err := ParseDate(e.Key); err != nil {
			c.error(file, at+"~", "wrong-value", "", "%s: %v", at, err)
		}
		if e.Value.Closed == (len(e.Value.Hours) > 0) {
			c.error(file, at, "wrong-value", "write closed: true, or hours: […]", "%s: either closed or with hours of its own", at)
		}
		c.windows(file, at+".hours", e.Value.Hours)
	}
}

// holidaySet finds a set that is not there, or that has no dates for the coming year.
func (c *checker) holidaySet(file, key, set string, now time.Time) {
	dates, ok := c.Holidays[set]
	if !ok {
		known := make([]string, 0, len(c.Holidays))
		for name := range c.Holidays {
			known = append(known, name)
		}
		slices.Sort(known)
		c.reference(file, key, "holiday set", set, known, "holidays/")
		return
	}
	coming := fmt.Sprint(now.In(c.Zone).Year() + 1)
	if !slices.ContainsFunc(dates, func(d Entry[Text]) bool { return len(d.Key) == 10 && d.Key[:4] == coming }) {
		c.warn("holidays/"+set+".yaml", "", "missing-holidays", "add the dates of "+coming, "no holidays of %s yet", coming)
	}
}

var promiseClocks = map[Subject][]ClockName{
	"ticket":   {Acknowledgement, FirstResponse, NextResponse, Resolution, Closure, PeriodicUpdate},
	"incident": {PeriodicUpdate, PostmortemDue},
}

func (c *checker) promise(p *Policy, i int) {
	pr, key := p.Promises[i], fmt.Sprintf("promises[%d]", i)
	c.identifier(p.Path, key+".id", pr.ID)
	if pr.Clock == "" {
		if pr.Text == nil {
			c.error(p.Path, key, "missing-key", "add clock: … and target: …, or text: …", "%s: neither a clock nor words", key)
		}
		return
	}
	on := pr.Subject()
	if !slices.Contains(promiseClocks[on], pr.Clock) {
		c.error(p.Path, key+".clock", "wrong-value", "add on: incident, or use another clock", "%s: an %s has no clock %s", key, on, pr.Clock)
	}
	c.target(p.Path, key, pr)
	if pr.Calendar != "" {
		c.calendarName(p, key+".calendar", pr.Calendar)
	}
	if pr.Attainment > 100 {
		c.error(p.Path, key+".attainment", "wrong-value", "per cent, up to 100", "%s.attainment: %d per cent", key, pr.Attainment)
	}
	c.selectors(p, pr, key)
	for j := range i {
		if covers(p.Promises[j], pr) {
			c.warn(p.Path, key, "unreachable", "put it first, or narrow the other", "%s: %q can never apply: %q comes first and matches all that it does", key, pr.ID, p.Promises[j].ID)
			break
		}
	}
}

// Subject is what a promise is about, by its word or else by its clock.
func (p *Promise) Subject() Subject {
	if p.On != "" {
		return p.On
	}
	if p.Clock == PostmortemDue || p.Clock == PeriodicUpdate {
		return "incident"
	}
	return "ticket"
}

func (c *checker) target(file, key string, pr *Promise) {
	t := pr.Target
	if t == nil {
		c.error(file, key, "missing-key", "add target: {within: 4h} or another", "%s: a clock has a target", key)
		return
	}
	if n := countSet(t.Within, t.Goal, t.EndOfDayBefore, t.WorkingDays, t.Every); n != 1 {
		c.error(file, key+".target", "wrong-value", "one of within, goal with limit, end_of_day_before, working_days, every, and more than zero", "%s.target: %d kinds of target", key, n)
	}
	if (t.Goal > 0) != (t.Limit > 0) || t.Goal > t.Limit {
		c.error(file, key+".target", "wrong-value", "write {goal: 24h, limit: 48h}", "%s.target: a goal has a limit that is not less", key)
	}
	if t.At != "" && t.WorkingDays == 0 {
		c.error(file, key+".target.at", "wrong-value", "", "%s.target: at belongs to working_days", key)
	}
}

func (c *checker) selectors(p *Policy, pr *Promise, key string) {
	var lanes []string
	for _, l := range p.Lanes {
		lanes = append(lanes, l.ID)
	}
	each := func(name, what string, list, known []string, where string) {
		for j, s := range list {
			if !slices.Contains(known, s) {
				c.reference(p.Path, fmt.Sprintf("%s.%s[%d]", key, name, j), what, s, known, where)
			}
		}
	}
	each("lanes", "lane", pr.Lanes, lanes, "this policy")
	each("forms", "form", pr.Forms, c.words.forms, "forms/")
	each("services", "service", pr.Services, c.words.services, "services.yaml")
	each("channels", "channel", pr.Channels, channels, "there")
}

// covers reports whether a, which comes first, matches everything that b matches.
func covers(a, b *Promise) bool {
	return a.Clock == b.Clock && a.Subject() == b.Subject() && subset(b.Lanes, a.Lanes) && subset(b.Channels, a.Channels) &&
		subset(b.Forms, a.Forms) && subset(b.Impacts, a.Impacts) && subset(b.Services, a.Services)
}

func (c *checker) closing(p *Policy) {
	if p.Closing == nil {
		return
	}
	last := 0
	for i, n := range p.Closing.Reminders {
		if n <= last {
			c.error(p.Path, fmt.Sprintf("closing.reminders[%d]", i), "wrong-value", "each later than the one before", "closing.reminders[%d]: %d working days", i, n)
		}
		last = n
	}
	if p.Closing.Notice > 0 && p.Closing.Notice <= last {
		c.error(p.Path, "closing.notice", "wrong-value", "", "closing.notice: before the last reminder")
	}
}

func (c *checker) coverage(p *Policy) {
	all := slices.Concat(p.Coverage.Included, p.Coverage.Excluded)
	duplicates(all, func(e Covered) string { return e.ID }, func(i int, id string) {
		c.error(p.Path, "coverage", "duplicate", "", "coverage: %q stands twice", id)
	})
	for i, e := range p.Coverage.Excluded {
		if e.Instead != "" && !slices.Contains(c.words.forms, e.Instead) {
			c.reference(p.Path, fmt.Sprintf("coverage.excluded[%d].instead", i), "form", e.Instead, c.words.forms, "forms/")
		}
	}
}

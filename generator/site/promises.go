package site

import (
	"slices"
	"strings"
	"time"

	"balie/content"
)

func (m *Plan) promises(lang string) {
	policy := m.Tree.PolicyAt(m.Now)
	if policy == nil {
		return
	}
	m.add(lang, "/promises/", Page{Layout: "promises", Nav: "promises"}, func() any { return m.promisesView(policy, lang) })
}

func (m *Plan) promisesView(policy *content.Policy, lang string) Promises {
	v := Promises{Calendars: m.hours(policy, lang), Closing: m.closing(policy), FairUse: policy.FairUse, From: policy.From.In(m.Tree.Zone)}
	for _, p := range policy.Promises {
		promise := m.promise(policy, p, lang)
		switch {
		case !p.Measured() && p.Text == nil: // it promises nothing
		case p.Clock == "" && p.On == "":
			v.Words = append(v.Words, promise)
		case p.Subject() == "incident":
			v.Incidents = append(v.Incidents, promise)
		default:
			v.Tickets = append(v.Tickets, promise)
		}
	}
	v.Included, v.Excluded = m.covered(policy.Coverage.Included, lang), m.covered(policy.Coverage.Excluded, lang)
	for _, l := range policy.Lanes {
		v.Lanes = append(v.Lanes, Lane{m.words(l.Name, lang), l.Requires, l.Price})
	}
	if m.Queue != nil {
		v.Queue = m.url(lang, "/queue/")
	}
	if i := slices.Index(m.Tree.Policies, policy); i+1 < len(m.Tree.Policies) {
		from := m.Tree.Policies[i+1].From.In(m.Tree.Zone)
		v.Next = &from
	}
	return v
}

// closing says how a ticket ends that waits for its requester. It is nil where the policy does not
// say it, and where nobody could be told and so nothing is closed.
func (m *Plan) closing(policy *content.Policy) *Closing {
	v := &Closing{Closing: policy.Closing, ByMail: m.Tree.Site.Mail != nil}
	if policy.Closing == nil {
		return nil
	}
	v.Keeps = policy.Closing.Unreachable != content.CloseAnyway
	if v.Keeps && !v.ByMail {
		return nil
	}
	return v
}

func (m *Plan) promise(policy *content.Policy, p *content.Promise, lang string) Promise {
	v := Promise{Promise: p, Text: m.words(p.Text, lang), Hours: p.Calendar != "always", Attained: m.attained(p.ID, lang)}
	for _, id := range p.Lanes {
		i := slices.IndexFunc(policy.Lanes, func(l content.Lane) bool { return l.ID == id })
		if i >= 0 && len(policy.Lanes) > 1 {
			v.For = append(v.For, m.words(policy.Lanes[i].Name, lang))
		}
	}
	for _, id := range p.Forms {
		i := slices.IndexFunc(m.Tree.Forms, func(f *content.Form) bool { return f.ID == id })
		if i >= 0 {
			v.For = append(v.For, m.words(m.Tree.Forms[i].Title, lang))
		}
	}
	return v
}

func (m *Plan) covered(list []content.Covered, lang string) []Covered {
	var views []Covered
	for _, c := range list {
		v := Covered{Text: m.words(c.Text, lang), Why: m.words(c.Why, lang)}
		i := slices.IndexFunc(m.Tree.Forms, func(f *content.Form) bool { return f.ID == c.Instead })
		if i >= 0 {
			title := m.words(m.Tree.Forms[i].Title, lang)
			v.Instead = &Link{title.Text, m.url(lang, "/forms/"+c.Instead+"/"), title.Lang}
		}
		views = append(views, v)
	}
	return views
}

// ahead is how many days of holidays and exceptions are told in advance.
const ahead = 100

// hours are the policy's own calendar and then the others that a promise counts by.
func (m *Plan) hours(policy *content.Policy, lang string) []Hours {
	if len(policy.Calendars) == 0 {
		return nil
	}
	names := []string{policy.Calendar}
	if policy.Calendar == "" {
		names[0] = policy.Calendars[0].Key
	}
	for _, p := range policy.Promises {
		if p.Calendar != "" && p.Calendar != "always" && !slices.Contains(names, p.Calendar) {
			names = append(names, p.Calendar)
		}
	}
	var list []Hours
	for _, name := range names {
		if c, ok := policy.Calendars.Get(name); ok {
			list = append(list, m.calendar(name, c, lang))
		}
	}
	return list
}

func (m *Plan) calendar(name string, c *content.Calendar, lang string) Hours {
	zone := m.Tree.Zone
	if c.TimeZone != "" {
		if own, err := time.LoadLocation(c.TimeZone); err == nil {
			zone = own
		}
	}
	week := weekOf(c)
	h := Hours{Name: name, Zone: m.today.In(zone), Days: dayHours(week)}
	for i := range ahead {
		day := m.today.AddDays(i)
		if closed, ok := m.different(c, day, len(week[day.Weekday()]) > 0, lang); ok {
			h.Closed = append(h.Closed, closed)
		}
	}
	return h
}

// different tells of a day that is not as its weekday is.
func (m *Plan) different(c *content.Calendar, day content.Date, open bool, lang string) (Closed, bool) {
	if e, ok := c.Exceptions.Get(day.String()); ok {
		return Closed{day.In(m.Tree.Zone), m.words(e.Reason, lang), e.Hours}, open || len(e.Hours) > 0
	}
	for _, set := range c.Holidays {
		if name, ok := m.Tree.Holidays[set].Get(day.String()); ok {
			return Closed{Day: day.In(m.Tree.Zone), Why: m.words(name, lang)}, open
		}
	}
	return Closed{}, false
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// weekOf spreads a calendar's hours, written by day or range of days, over the week.
func weekOf(c *content.Calendar) (week [7][]content.Window) {
	for _, entry := range c.Hours {
		from, to, ranged := strings.Cut(entry.Key, "-")
		first, last := slices.Index(weekdays, from), slices.Index(weekdays, to)
		if !ranged {
			last = first
		}
		if first < 0 || last < 0 {
			continue
		}
		for d := first; ; d = (d + 1) % 7 {
			week[d] = entry.Value
			if d == last {
				break
			}
		}
	}
	return week
}

// dayHours groups the days, from Monday on, that have the same windows; days without any are left
// out.
func dayHours(week [7][]content.Window) []DayHours {
	var list []DayHours
	last := -1 // the day before, if it is in the list
	for i := range 7 {
		d := (i + 1) % 7
		if len(week[d]) == 0 {
			continue
		}
		if n := len(list); n > 0 && last == i-1 && slices.Equal(list[n-1].Windows, week[d]) {
			list[n-1].To = time.Weekday(d)
		} else {
			list = append(list, DayHours{time.Weekday(d), time.Weekday(d), week[d]})
		}
		last = i
	}
	return list
}

// report plans the public queue report, where there is one.
func (m *Plan) report(lang string) {
	if m.Queue == nil {
		return
	}
	m.add(lang, "/queue/", Page{Layout: "queue", Nav: "promises"}, func() any {
		v := *m.Queue
		v.Promises = m.url(lang, "/promises/")
		return v
	})
}

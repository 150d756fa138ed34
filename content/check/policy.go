package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// policies checks every version of the promises.
func (c *checker) policies(now time.Time) {
	inForce := c.PolicyAt(now)
	coming := false
	for _, p := range c.Policies {
		coming = coming || p == inForce
		c.policy(p, coming, now)
	}
}

// policy checks one version of the promises; coming ones, from that in force on, want the holidays
// of the coming year.
func (c *checker) policy(p *content.Policy, coming bool, now time.Time) {
	if len(p.Calendars) == 0 && p.Calendars != nil {
		c.error(p.Path, "calendars", content.CodeEmpty, "add one, such as office: {hours: {mon-fri: [\"09:00-17:00\"]}}", "calendars: none")
	}
	for _, cal := range p.Calendars {
		c.calendar(p.Path, cal.Key, cal.Value)
		if coming {
			c.holidaysAhead(p.Path, cal.Key, cal.Value, now)
		}
	}
	c.calendarName(p, "calendar", p.Calendar)
	c.lanes(p)
	duplicates(p.Promises, func(pr *content.Promise) string { return pr.ID }, func(i int, id string) {
		key := fmt.Sprintf("promises[%d].id", i)
		c.error(p.Path, key, content.CodeDuplicate, "give it another id", "%s: a second %q", key, id)
	})
	for i := range p.Promises {
		c.promise(p, i)
	}
	c.closing(p)
	c.coverage(p)
}

func (c *checker) calendarName(p *content.Policy, key, name string) {
	c.reference(p.Path, key, name, names{what: "calendar", where: "this policy has the calendars ", known: append(p.Calendars.Keys(), always)}, content.Error)
}

func (c *checker) lanes(p *content.Policy) {
	duplicates(p.Lanes, func(l content.Lane) string { return l.ID }, func(i int, id string) {
		key := fmt.Sprintf("lanes[%d].id", i)
		c.error(p.Path, key, content.CodeDuplicate, "give it another id", "%s: a second %q", key, id)
	})
	for i, l := range p.Lanes {
		key := fmt.Sprintf("lanes[%d]", i)
		c.identifier(p.Path, key+".id", l.ID)
		c.absoluteURL(p.Path, key+".pay_url", l.PayURL, false)
		if l.PayURL != "" && !strings.Contains(l.PayURL, "{number}") {
			c.warn(p.Path, key+".pay_url", content.CodeValue, "write {number} where the ticket's number belongs, such as ?client_reference_id={number}",
				"%s.pay_url: no {number}, so nobody learns for which ticket was paid", key)
		}
		c.laneCall(p, key, l)
		switch {
		case c.isMisread(p.Path, key+".price", key+".requires"):
		case l.Requires == "payment" && l.Price.IsZero():
			c.error(p.Path, key, content.CodeMissingKey, "add price: 5.00 EUR", "%s: a lane that requires payment has a price", key)
		case l.Requires != "payment" && (!l.Price.IsZero() || l.PayURL != ""):
			c.error(p.Path, key, content.CodeValue, "add requires: payment, or take price and pay_url out", "%s: a price, and no payment is required", key)
		}
	}
}

// laneCall checks the number that a requester must call.
func (c *checker) laneCall(p *content.Policy, key string, l content.Lane) {
	switch {
	case c.isMisread(p.Path, key+".call", key+".requires"):
	case l.Requires == "call" && l.Call == "":
		c.warn(p.Path, key, content.CodeMissingKey, "add call: \"+32 2 555 01 00\"", "%s: no number to call, so the requester's page can't say which", key)
	case l.Requires != "call" && l.Call != "":
		c.error(p.Path, key+".call", content.CodeValue, "add requires: call, or take call out", "%s: a number to call, and no call is required", key)
	case l.Call != "" && !strings.ContainsAny(l.Call, "0123456789"):
		c.error(p.Path, key+".call", content.CodeValue, "write it as people dial it: \"+32 2 555 01 00\"", "%s.call: %q is no telephone number", key, l.Call)
	}
}

func (c *checker) promise(p *content.Policy, i int) {
	pr, key := p.Promises[i], fmt.Sprintf("promises[%d]", i)
	c.identifier(p.Path, key+".id", pr.ID)
	if pr.Clock == "" && c.words.misread[p.Path] {
		return // it may be one of those that could not be read
	}
	if pr.Clock == "" {
		c.spoken(p, key, pr)
		return
	}
	on := pr.Subject()
	if !slices.Contains(content.PromiseClocks[on], pr.Clock) {
		hint := "on: " + string(on) + " has " + content.WordList(content.PromiseClocks[on])
		c.error(p.Path, key+".clock", content.CodeValue, hint, "%s.clock: %s is no clock of %s", key, pr.Clock, indefinite(on))
	}
	c.target(p.Path, key, pr)
	c.calendarName(p, key+".calendar", pr.Calendar)
	if pr.Measure != "" && pr.Clock != content.Resolution {
		c.warn(p.Path, key+".measure", content.CodeNoEffect, "take it out", "%s.measure: changes nothing: only a resolution is measured first or total", key)
	}
	c.selectors(p, pr, key)
	for _, before := range p.Promises[:i] {
		if covers(p, before, pr) {
			c.warn(p.Path, key, content.CodeUnreachable, fmt.Sprintf("put it above %q, or narrow that one", before.ID), "%s: %q never applies: %q comes first and matches all that it does", key, pr.ID, before.ID)
			break
		}
	}
}

// spoken checks a promise that is said, and not measured.
func (c *checker) spoken(p *content.Policy, key string, pr *content.Promise) {
	switch {
	case pr.Text == nil:
		c.error(p.Path, key, content.CodeMissingKey, "add clock: … and target: …, or text: … where it is only said", "%s: neither a clock nor a text", key)
	case pr.Target != nil:
		c.error(p.Path, key+".target", content.CodeMissingKey, "add clock: …, such as first_response", "%s: a target, and no clock that it is for", key)
	}
}

// indefinite is a subject with its article.
func indefinite(s content.Subject) string {
	if s == "incident" {
		return "an incident"
	}
	return "a " + string(s)
}

// target finds a promise's target that is not of one kind, or not of its clock. Without one, or
// with one of zero, there is no clock: so a policy may except a lane.
func (c *checker) target(file, key string, pr *content.Promise) {
	t := pr.Target
	if t == nil {
		if pr.Text == nil && !c.words.misread[file] { // else it is said, and not measured
			c.warn(file, key, content.CodeNoEffect, targetHint, "%s: a clock without a target measures nothing", key)
		}
		return
	}
	var kinds []string
	for _, kind := range []struct {
		name  string
		named bool
	}{{"within", t.Within > 0}, {"goal with limit", t.Goal > 0 || t.Limit > 0}, {"end_of_day_before", t.EndOfDayBefore > 0}, {"working_days", t.WorkingDays > 0}, {"every", t.Every > 0}} {
		if kind.named {
			kinds = append(kinds, kind.name)
		}
	}
	key += ".target"
	switch {
	case len(kinds) == 0 && c.words.misread[file]:
	case len(kinds) == 0:
		c.warn(file, key, content.CodeNoEffect, targetHint, "%s: a target of nothing: this clock measures nothing", key)
	case len(kinds) > 1:
		c.error(file, key, content.CodeValue, "keep one of "+content.WordList(kinds), "%s: %d kinds of target", key, len(kinds))
	case t.Goal > 0 && t.Limit == 0 || t.Limit > 0 && t.Goal == 0 || t.Goal > t.Limit:
		c.error(file, key, content.CodeValue, "write both, such as {goal: 24h, limit: 48h}", "%s: a goal has a limit, which is not less", key)
	}
	if t.At != "" && t.WorkingDays == 0 {
		c.error(file, key+".at", content.CodeValue, "take it out, or write working_days", "%s.at: belongs to working_days", key)
	}
}

const targetHint = "write one of within, goal with limit, end_of_day_before, working_days, every, more than zero; or leave it where nothing is meant to be measured"

// selectors finds what a promise is limited to, and which is not there or can't be.
func (c *checker) selectors(p *content.Policy, pr *content.Promise, key string) {
	each := func(name string, list []string, n names) {
		for j, s := range list {
			c.reference(p.Path, fmt.Sprintf("%s.%s[%d]", key, name, j), s, n, content.Error)
		}
	}
	each("lanes", pr.Lanes, names{what: "lane", where: "this policy has ", known: lanesOf(p)})
	each("forms", pr.Forms, c.words.forms)
	each("services", pr.Services, c.words.services)
	each("channels", pr.Channels, c.words.channels)
	for _, s := range []struct {
		name  string
		named bool
		of    content.Subject
	}{
		{"lanes", pr.Lanes != nil, "ticket"}, {"channels", pr.Channels != nil, "ticket"}, {"forms", pr.Forms != nil, "ticket"},
		{"impacts", pr.Impacts != nil, "incident"}, {"services", pr.Services != nil, "incident"},
	} {
		if on := pr.Subject(); s.named && s.of != on {
			c.error(p.Path, key+"."+s.name, content.CodeValue, "take it out, or write on: "+string(s.of), "%s.%s: %s has none", key, s.name, indefinite(on))
		}
	}
}

// covers reports whether a, which comes first, matches everything that b matches.
func covers(p *content.Policy, a, b *content.Promise) bool {
	return a.Clock == b.Clock && a.Subject() == b.Subject() && subset(b.Lanes, a.Lanes, lanesOf(p)) && subset(b.Channels, a.Channels, channels) &&
		subset(b.Forms, a.Forms, nil) && subset(b.Impacts, a.Impacts, []content.Impact{content.NoImpact, content.Minor, content.Major, content.Critical}) && subset(b.Services, a.Services, nil)
}

// subset reports whether b has all of a; an empty list stands for everything there is.
func subset[T comparable](a, b, everything []T) bool {
	if len(b) == 0 {
		return true
	}
	if len(a) == 0 {
		a = everything
	}
	return len(a) > 0 && !slices.ContainsFunc(a, func(x T) bool { return !slices.Contains(b, x) })
}

func (c *checker) closing(p *content.Policy) {
	if p.Closing == nil {
		return
	}
	last := 0
	for i, n := range p.Closing.Reminders {
		if n <= last {
			key := fmt.Sprintf("closing.reminders[%d]", i)
			c.error(p.Path, key, content.CodeValue, "write working days after we asked, each more than the one before", "%s: %d does not come after %d", key, n, last)
		}
		last = max(last, n)
	}
	if p.Closing.Notice > 0 && p.Closing.Notice <= last {
		c.error(p.Path, "closing.notice", content.CodeValue, fmt.Sprintf("write more than %d", last), "closing.notice: %d working days, and the last reminder comes after %d", p.Closing.Notice, last)
	}
}

func (c *checker) coverage(p *content.Policy) {
	seen := map[string]bool{}
	for _, part := range []struct {
		name string
		list []content.Covered
	}{{"included", p.Coverage.Included}, {"excluded", p.Coverage.Excluded}} {
		for i, e := range part.list {
			key := fmt.Sprintf("coverage.%s[%d]", part.name, i)
			c.identifier(p.Path, key+".id", e.ID)
			c.reference(p.Path, key+".instead", e.Instead, c.words.forms, content.Error)
			if e.ID != "" && seen[e.ID] {
				c.error(p.Path, key+".id", content.CodeDuplicate, "give it another id", "%s.id: a second %q", key, e.ID)
			}
			seen[e.ID] = true
			if part.name == "included" && (e.Why != nil || e.Instead != "") {
				c.error(p.Path, key, content.CodeValue, "take them out, or move the entry to excluded", "%s: why and instead belong to what is excluded", key)
			}
		}
	}
}

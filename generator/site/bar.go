package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// barDays is how many days a service's bar has, today being the last.
const barDays = 90

// Bar is how a service fared in the last 90 days. In its drawing each day is a stroke three wide
// and one apart, the higher the worse.
type Bar struct {
	Bands      []Band
	Out        int // days on which it was out, partly or wholly
	Slow       int // days on which it was slow, and no worse
	Maintained int // days with maintenance and no incident
	Unknown    int // days before the service's first
	// Availability is in which part of the days before today it was not out, partly or wholly: in
	// hundredths of a per cent, or -1 if no day is known.
	Availability int
	From, To     time.Time
}

// Band is the days of one shape, as the path of an SVG 359 wide and 24 high: a line as thick as
// Height, with a dash of three and a gap of one for each day.
type Band struct {
	Shape  string
	Height int
	Path   string
}

// stroke is how high a day is drawn. Heights differ, so that print and eyes without colour tell
// them apart.
var strokes = []struct {
	shape  string
	height int
}{{"none", 4}, {"ok", 10}, {"work", 14}, {"slow", 16}, {"part", 20}, {"down", 24}}

// dayState indexes strokes: unknown, operational, then by rank.
type dayState int

const unknownDay dayState = 0

func dayOf(s content.ComponentState) dayState { return dayState(s.Rank() + 1) }

// service is what is measured of one service for a plan.
type service struct {
	*content.Service
	group *content.Service
	state content.ComponentState
	days  [barDays]dayState
	avail int
	past  []*incident
	open  []*incident
	ahead []*maintenance
	done  []*maintenance // over, of the days in the bar; oldest first
	feed  []*incident    // all incidents that ever named it, oldest first
	work  []*maintenance
}

// measure gathers what each service's page and its row on the home page show.
func (m *Plan) measure() []*service {
	byID := map[string]*service{}
	var list []*service
	m.Tree.EachService(func(group, s *content.Service) {
		one := &service{Service: s, group: group, state: content.Operational}
		byID[s.ID] = one
		list = append(list, one)
	})
	first := m.today.AddDays(1 - barDays).In(m.Tree.Zone)
	spans := map[string][]content.Span{}
	for _, f := range m.incidents {
		m.gather(f, byID, spans, first)
	}
	for _, f := range m.maintenance {
		m.gatherMaintenance(f, byID, spans, first)
	}
	for _, s := range list {
		s.fill(spans[s.ID], m.today, m.Tree.Zone)
	}
	return list
}

func (m *Plan) gather(f *incident, byID map[string]*service, spans map[string][]content.Span, first time.Time) {
	for _, touched := range f.touched() {
		s := byID[touched]
		if s == nil {
			continue
		}
		s.feed = append(s.feed, f)
		switch {
		case f.Open:
			s.open = append(s.open, f)
		case !f.Resolved.Before(first):
			s.past = append(s.past, f)
		}
	}
	if f.Open {
		for _, entry := range f.Progress.Services {
			if s := byID[entry.Key]; s != nil && entry.Value.Rank() > s.state.Rank() {
				s.state = entry.Value
			}
		}
	}
	gatherSpans(spans, f.spans, f.Open, f.from, first, m.Now)
}

func (m *Plan) gatherMaintenance(f *maintenance, byID map[string]*service, spans map[string][]content.Span, first time.Time) {
	for _, entry := range f.Course.Services {
		s := byID[entry.Key]
		if s == nil {
			continue
		}
		s.work = append(s.work, f)
		switch {
		case slices.Contains(m.planned, f), slices.Contains(m.active, f):
			s.ahead = append(s.ahead, f)
		case !f.Started.IsZero() && !f.Ended.Before(first):
			s.done = append(s.done, f)
		}
		if f.Active() && entry.Value.Rank() > s.state.Rank() {
			s.state = entry.Value
		}
	}
	gatherSpans(spans, f.spans, f.Active(), f.from, first, m.Now)
}

// gatherSpans adds those that reach into the bar. What goes on ends now, and not when its facts
// were derived.
func gatherSpans(all map[string][]content.Span, spans []content.Span, open bool, derived, first, now time.Time) {
	for _, span := range spans {
		if open && span.To.Equal(derived) {
			span.To = now.Add(1) // the instant itself is a part of it: at midnight, the new day is
		}
		if span.To.After(first) {
			all[span.Service] = append(all[span.Service], span)
		}
	}
}

// touched lists the services that an incident names, at first or later.
func (f *incident) touched() []string {
	var list []string
	for _, s := range f.Progress.Services {
		list = append(list, s.Key)
	}
	return list
}

// fill works out the days and the availability.
func (s *service) fill(spans []content.Span, today content.Date, zone *time.Location) {
	var known, out time.Duration
	for i := range s.days {
		day := today.AddDays(i + 1 - barDays)
		from, to := day.In(zone), day.AddDays(1).In(zone)
		if day.Before(s.Since) {
			continue
		}
		s.days[i] = dayOf(content.Operational)
		for _, span := range spans {
			if span.From.Before(to) && span.To.After(from) {
				s.days[i] = max(s.days[i], dayOf(span.State))
			}
		}
		if day != today {
			known += to.Sub(from)
			out += outage(spans, from, to)
		}
	}
	s.avail = -1
	if known > 0 {
		s.avail = int((known - out) / time.Second * 10000 / (known / time.Second))
	}
}

// outage is how much of a day the service was out, partly or wholly; what overlaps counts once.
func outage(spans []content.Span, from, to time.Time) time.Duration {
	var cut []content.Span
	for _, s := range spans {
		if s.State.Rank() >= content.PartialOutage.Rank() && s.From.Before(to) && s.To.After(from) {
			cut = append(cut, content.Span{From: later(s.From, from), To: earlier(s.To, to)})
		}
	}
	slices.SortFunc(cut, func(a, b content.Span) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	var sum time.Duration
	end := from
	for _, s := range cut {
		if s.To.After(end) {
			sum += s.To.Sub(later(s.From, end))
			end = s.To
		}
	}
	return sum
}

// bar draws the days.
func (s *service) bar(today content.Date, zone *time.Location) Bar {
	b := Bar{Availability: s.avail, From: today.AddDays(1 - barDays).In(zone), To: today.In(zone)}
	paths := make([]strings.Builder, len(strokes))
	for i := 0; i < barDays; {
		run := 1
		for i+run < barDays && s.days[i+run] == s.days[i] {
			run++
		}
		h := strokes[s.days[i]].height
		fmt.Fprintf(&paths[s.days[i]], "M%d %dh%d", 4*i, 24-h/2, 4*run-1)
		b.count(s.days[i], run)
		i += run
	}
	for i := range paths {
		if paths[i].Len() > 0 {
			b.Bands = append(b.Bands, Band{strokes[i].shape, strokes[i].height, paths[i].String()})
		}
	}
	return b
}

func (b *Bar) count(d dayState, days int) {
	switch {
	case d == unknownDay:
		b.Unknown += days
	case d == dayOf(content.UnderMaintenance):
		b.Maintained += days
	case d == dayOf(content.DegradedPerformance):
		b.Slow += days
	case d > dayOf(content.DegradedPerformance):
		b.Out += days
	}
}

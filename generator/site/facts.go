package site

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// common is what nearly every page depends on besides its own case, and changes seldom: all of the setup but the articles.
type common struct {
	setup  *content.Setup
	base   string
	look   string
	digest [sha256.Size]byte
	serial uint64        // another whenever the digest is: what keys hold
	me     *content.Form // the form by which a customer adds to an incident, or nil
}

// shared returns the facts of the setup, those of the last plan while it is the same.
func (p *Planner) shared(in Input) *common {
	base := in.BaseURL
	if p.common.setup != in.Tree.Setup || p.common.base != base || p.common.look != in.Look {
		digest, serial := digestOf(in.Tree.Setup, base, in.Look), p.common.serial
		if digest != p.common.digest { // what was derived of cases hangs on the policy, the zone and the services too
			p.incidents, p.maintenance, p.tickets = map[*content.Incident]*incident{}, map[*content.Maintenance]*maintenance{}, map[*content.Ticket]*ticket{}
			serial = p.newSerial()
		}
		p.common = common{setup: in.Tree.Setup, base: base, look: in.Look, digest: digest, serial: serial, me: meToo(in.Tree.Forms)}
	}
	c := p.common
	return &c
}

// digestOf is a hash of the setup without its articles and replies, which only their own pages show.
func digestOf(s *content.Setup, base, look string) [sha256.Size]byte {
	without := *s
	without.Sections, without.Replies, without.Hooks, without.Organisations = nil, nil, nil, nil
	data, err := json.Marshal(struct {
		Setup *content.Setup
		Base  string
		Look  string
		Help  bool
		Zone  string
	}{&without, base, look, len(s.Sections) > 0, s.Zone.String()})
	if err != nil { // plain records always can be
		panic("site: digest of setup: " + err.Error())
	}
	return sha256.Sum256(data)
}

// meToo is the first form that shows known incidents, else the first of all.
func meToo(forms []*content.Form) *content.Form {
	for _, f := range forms {
		if slices.Contains(f.Steps, "known_incidents") {
			return f
		}
	}
	if len(forms) > 0 {
		return forms[0]
	}
	return nil
}

// settled is the end of what is known of a case that nothing of time can change any more.
var settled = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// story is what all public cases have: what was said of them. A story stays the same value until its own next instant, or until its record changes.
type story struct {
	serial uint64
	path   string // /incidents/2026/1120-payments/
	title  content.Text
	events []*content.Event // public ones that have happened, oldest first
	last   time.Time        // the newest
	months []month          // in which there are any
	spans  []content.Span
	from   time.Time         // when this was derived
	until  time.Time         // when it is to be derived anew
	place  int               // among the plan's cases: of its prose
	pages  map[string][]Page // by language: planned once, since nothing in them changes while the story is the same
}

// incident is what is derived of one public incident.
type incident struct {
	*content.Incident
	content.Progress
	story
	owed     Owed
	reported int
}

// maintenance is the same of a maintenance.
type maintenance struct {
	*content.Maintenance
	content.Course
	story
}

// told makes a story of the events that have happened.
func (m *plan) told(dir string, title content.Text, events []*content.Event, spans []content.Span) story {
	s := story{path: "/" + dir + "/", title: title, events: events, spans: spans, from: m.Now, pages: map[string][]Page{}}
	for _, e := range events {
		s.last = later(s.last, e.At)
		s.months = addMonth(s.months, monthOf(m.zoned(e.At)))
	}
	return s
}

// stale reports that a story can't tell of now.
func (s *story) stale(now time.Time) bool { return now.Before(s.from) || !now.Before(s.until) }

// month is a month of a year on the site's clock, as one number that grows with time.
type month int

func monthOf(t time.Time) month { return month(t.Year()*12 + int(t.Month()) - 1) }

func (m month) start(zone *time.Location) time.Time {
	return content.Date{Year: int(m) / 12, Month: time.Month(int(m)%12 + 1), Day: 1}.In(zone)
}

// newSerial is a number that was never given before.
func (p *Planner) newSerial() uint64 {
	p.serial++
	return p.serial
}

// derive brings the facts of all public cases to the plan's now. Facts of records that are gone are dropped.
func (p *Planner) derive(m *plan) {
	p.deriveIncidents(m)
	p.deriveMaintenance(m)
	slices.SortStableFunc(m.open, func(a, b *incident) int { return b.Started.Compare(a.Started) })
	slices.SortStableFunc(m.planned, func(a, b *maintenance) int { return a.Course.Planned.Start.Compare(b.Course.Planned.Start) })
}

func (p *Planner) deriveIncidents(m *plan) {
	facts := make([]*incident, len(m.Tree.Incidents))
	content.OnAllCores(len(facts), func(i int) {
		if record := m.Tree.Incidents[i]; record.Public() {
			facts[i] = p.incident(m, record)
		}
	})
	known := make(map[*content.Incident]*incident, len(facts))
	for _, f := range facts {
		if f == nil {
			continue
		}
		if f.serial == 0 {
			f.serial = p.newSerial()
		}
		known[f.Incident] = f
		if len(f.Updates) == 0 { // not yet
			continue
		}
		f.place = len(m.incidents)
		m.incidents = append(m.incidents, f)
		if f.Open {
			m.open = append(m.open, f)
		}
	}
	p.incidents = known
}

// incident is what is known of a record, or derived of it anew, without a serial yet. It is called by many at once.
func (p *Planner) incident(m *plan, record *content.Incident) *incident {
	reported := len(m.Tree.Linked(record.ID))
	if f := p.incidents[record]; f != nil && f.reported == reported && !f.stale(m.Now) {
		return f
	}
	f := &incident{Incident: record, Progress: record.At(m.Now), reported: reported}
	f.story = m.told(record.Dir, record.Title, f.Updates, record.Spans(m.Now))
	f.owed = m.owes(f)
	ahead := future(record.Events, m.Now)
	for _, due := range []Due{f.owed.Named, f.owed.Update, f.owed.Postmortem} {
		ahead = append(ahead, after(due.At), due.Breaks)
	}
	f.until = next(m.Now, ahead...)
	return f
}

// owes is what is promised of an incident. Where nobody knows the promises, it is what staff named, by the clock on the wall.
func (m *plan) owes(f *incident) Owed {
	switch at := f.NextUpdate; {
	case m.Owed != nil:
		return m.Owed(f.Incident, f.Progress)
	case !at.IsZero():
		return Owed{Named: Due{at, m.Now.After(at), after(at)}}
	}
	return Owed{}
}

func (p *Planner) deriveMaintenance(m *plan) {
	known := make(map[*content.Maintenance]*maintenance, len(m.Tree.Maintenance))
	for _, record := range m.Tree.Maintenance {
		f := p.maintenance[record]
		if f == nil || f.stale(m.Now) {
			f = p.newMaintenance(m, record)
		}
		known[record] = f
		f.place = len(m.incidents) + len(m.maintenance)
		m.maintenance = append(m.maintenance, f)
		switch {
		case f.Active():
			m.active = append(m.active, f)
		case f.Status == content.Scheduled && f.Course.Planned.End.After(m.Now):
			m.planned = append(m.planned, f)
		}
	}
	p.maintenance = known
}

func (p *Planner) newMaintenance(m *plan, record *content.Maintenance) *maintenance {
	f := &maintenance{Maintenance: record, Course: record.At(m.Now)}
	f.story = m.told(record.Dir, record.Title, f.Updates, record.Spans(m.Now))
	f.serial = p.newSerial()
	f.until = next(m.Now, append(future(record.Events, m.Now), f.Course.Planned.Start, f.Course.Planned.End)...)
	return f
}

// future lists the instants of events that have not happened.
func future(events []*content.Event, now time.Time) []time.Time {
	var list []time.Time
	for _, e := range events {
		if e.At.After(now) {
			list = append(list, e.At)
		}
	}
	return list
}

// next is the earliest of the instants that lie ahead.
func next(now time.Time, instants ...time.Time) time.Time {
	first := settled
	for _, t := range instants {
		if t.After(now) && t.Before(first) {
			first = t
		}
	}
	return first
}

// after is the first instant at which a deadline has gone by.
func after(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(1)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func addMonth(months []month, m month) []month {
	if slices.Contains(months, m) {
		return months
	}
	return append(months, m)
}

// deadline is nil where nothing was promised.
func (m *plan) deadline(d Due) *Deadline {
	if d.At.IsZero() {
		return nil
	}
	deadline := &Deadline{At: m.zoned(d.At), Late: d.Late}
	if !d.Late && m.Now.After(d.At) {
		deadline.Opens = m.zoned(d.Breaks)
	}
	return deadline
}

// NextChange is the first instant after now at which a page changes although nothing in the repository does: an event that was written ahead, a deadline that goes by,
// a maintenance that starts or ends, or midnight, when the bars move on by a day. For how long a clock has run, which staff read to the minute, it does not wait.
func (p *Planner) NextChange(now time.Time) time.Time {
	first := settled
	for f := range maps.Values(p.incidents) {
		first = earlier(first, f.until)
	}
	for f := range maps.Values(p.maintenance) {
		first = earlier(first, f.until)
	}
	for f := range maps.Values(p.tickets) {
		first = earlier(first, f.turns)
	}
	if p.common.setup == nil {
		return first
	}
	zone := p.common.setup.Zone
	return earlier(first, content.DateOf(now.In(zone)).AddDays(1).In(zone))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// serials is a comparable list of facts: eight bytes each, of numbers that are never given twice.
type serials []byte

func (s serials) add(n uint64) serials { return binary.LittleEndian.AppendUint64(s, n) }

// feedHost is the host in the ids of feed entries: it must not depend on where a site is tried out.
func feedHost(s *content.Site) string {
	if s.FeedHost != "" {
		return s.FeedHost
	}
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" {
		return strings.Trim(s.BaseURL, "/")
	}
	return u.Hostname()
}

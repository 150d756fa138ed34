// Package desk keeps a desk's promises: when it is open, which clocks run on a case and when each
// is due, in which order tickets are worked on, and what falls due by rule.
//
// Everything here is a pure function of records, policy and an instant. Events later than the
// instant do not exist, so the past is had by asking for the past.
//
// # Time
//
// A [Calendar] has half-open windows of local time in its zone. Elapsed time is real seconds of
// windows minus pauses. A target is due at the earliest instant at which so much has elapsed, which
// may be the closing instant. A clock is breached, whatever its target, once an open and unpaused
// second lies between its due time and its fulfilment, or now.
//
// # Clocks
//
// A [Clock] belongs to the version of the policy that was in force at the event that started it,
// and to the lane the ticket was in then. For each clock the first promise that matches applies;
// without one, or without a target, there is no clock.
//
//	acknowledgement   received until the number reached them: at once by form and API, else
//	                  acknowledged or, where no mail can go, the first public word or call by a person
//	first_response    the requester's first message until the first public message by a person
//	next_response     the oldest message after that without an answer, until a public message by a
//	                  person, or solved; after a partial answer, from that answer on
//	periodic_update   the last public update until the next; it ends when the case is resolved or solved
//	resolution        the requester's first message until solved; a reopening continues it, and the
//	                  time it was solved is a pause
//	closure           the closing notice until any reaction, or closed; none after the requester's own
//	                  word, which closes the ticket an hour later
//	postmortem        resolved until the postmortem, or the word that there will be none
//
// An automatic text is never a response. Neither is solved without a text: the first response stays
// awaited until a person gives it or the ticket is closed. Where the requester writes to a solved
// ticket and staff solve it again without an answer, the clock of that message can't be missed, and
// the resolution is judged as before. A clock that nobody can fulfil any more, because the ticket
// was closed, is missed if it was breached by then, else cancelled. Spam and out_of_scope cancel
// every clock of a ticket while it is either.
//
// An answer says which messages its writer had read. A message that it does not answer and that
// came before it starts its clock at its own time, and the answer is a reply and no more.
//
// A merge moves the unanswered messages of the other ticket to the survivor, and what is written to
// it later. If no response is awaited there, next_response starts at the merge. The clocks of a
// ticket that was split off start at the split; in the queue it counts from the first message.
//
// # Lanes
//
// A lane that requires evidence is entered when both are on record: the evidence (a payment of its
// price, a call), and that the ticket is meant for the lane. Entering it cancels running response
// clocks and starts the new lane's at the evidence. Until then, and where no lane is named, a
// ticket is in the lane "standard", or the last that requires nothing. A call is an answer, but the
// one by which a ticket enters a lane is not.
package desk

import (
	"fmt"
	"slices"
	"time"

	"balie/content"
)

// Desk is a setup whose policies have been compiled. It is immutable, and may be used by several
// goroutines at once.
type Desk struct {
	setup       *content.Setup
	versions    []*version // oldest first
	hasCallLane bool       // some version has a lane that is entered by a call
	namedUpdate *content.Promise
}

// version is one version of the promises.
type version struct {
	*content.Policy
	from         time.Time
	calendars    map[string]*Calendar
	mainCalendar *Calendar // for closing, fair use and reports
	promisesBy   map[content.Subject]map[content.ClockName][]rule
}

// rule is a promise that is measured.
type rule struct {
	*content.Promise
	calendarName string
	calendar     *Calendar
}

const always = "always"

// standardLane is the lane of a policy that names none.
const standardLane = "standard"

// New compiles every version of the policy. check.Check reports the same errors with their
// positions.
func New(setup *content.Setup) (*Desk, error) {
	d := &Desk{setup: setup, namedUpdate: &content.Promise{ID: "next_update", Clock: content.PeriodicUpdate, On: "incident", Strength: "promise"}}
	for _, p := range setup.Policies {
		v, err := compile(p, setup)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Path, err)
		}
		d.versions = append(d.versions, v)
		d.hasCallLane = d.hasCallLane || slices.ContainsFunc(p.Lanes, func(l content.Lane) bool { return l.Requires == "call" })
	}
	slices.SortStableFunc(d.versions, func(a, b *version) int { return a.from.Compare(b.from) })
	return d, nil
}

func compile(p *content.Policy, setup *content.Setup) (*version, error) {
	v := &version{Policy: p, from: p.From.In(setup.Zone), calendars: map[string]*Calendar{always: Always(setup.Zone)}}
	for _, c := range p.Calendars {
		cal, err := newCalendar(c.Value, setup.Holidays, setup.Zone)
		if err != nil {
			return nil, fmt.Errorf("calendars.%s: %w", c.Key, err)
		}
		v.calendars[c.Key] = cal
	}
	if v.mainCalendar = v.calendars[v.mainCalendarName()]; v.mainCalendar == nil {
		return nil, fmt.Errorf("unknown calendar %q", p.Calendar)
	}
	return v, v.compileRules()
}

// mainCalendarName is the calendar that a policy means where it names none.
func (v *version) mainCalendarName() string {
	switch {
	case v.Policy.Calendar != "":
		return v.Policy.Calendar
	case len(v.Calendars) > 0:
		return v.Calendars[0].Key
	}
	return always
}

func (v *version) compileRules() error {
	v.promisesBy = map[content.Subject]map[content.ClockName][]rule{}
	for _, p := range v.Promises {
		if p.Clock == "" {
			continue
		}
		r := rule{Promise: p, calendarName: p.Calendar}
		if r.calendarName == "" {
			r.calendarName = v.mainCalendarName()
		}
		if r.calendar = v.calendars[r.calendarName]; r.calendar == nil {
			return fmt.Errorf("promise %s: unknown calendar %q", p.ID, r.calendarName)
		}
		on := p.Subject()
		if v.promisesBy[on] == nil {
			v.promisesBy[on] = map[content.ClockName][]rule{}
		}
		v.promisesBy[on][p.Clock] = append(v.promisesBy[on][p.Clock], r)
	}
	return nil
}

// versionAt returns the version in force at an instant; before the first one that one holds. Nil
// where there is none.
func (d *Desk) versionAt(t time.Time) *version {
	for i := len(d.versions) - 1; i > 0; i-- {
		if !t.Before(d.versions[i].from) {
			return d.versions[i]
		}
	}
	if len(d.versions) == 0 {
		return nil
	}
	return d.versions[0]
}

// Calendar returns a calendar of a version by its name, "always" among them, or nil. "" is the one
// that the policy means for closing, fair use and reports.
func (d *Desk) Calendar(p *content.Policy, name string) *Calendar {
	for _, v := range d.versions {
		if v.Policy != p {
			continue
		}
		if name == "" {
			return v.mainCalendar
		}
		return v.calendars[name]
	}
	return nil
}

// ticketRule is the first promise of a clock that matches; nil where there is none, or where it has
// no target.
func (v *version) ticketRule(clock content.ClockName, lane, channel, form string) *rule {
	if v == nil {
		return nil
	}
	list := v.promisesBy["ticket"][clock]
	for i := range list {
		r := &list[i]
		if matches(r.Lanes, lane) && matches(r.Channels, channel) && matches(r.Forms, form) {
			return onlyMeasured(r)
		}
	}
	return nil
}

// incidentRule is ticketRule for an incident with an impact, of services as they stand.
func (v *version) incidentRule(clock content.ClockName, impact content.Impact, services content.Map[content.ComponentState]) *rule {
	if v == nil {
		return nil
	}
	touches := func(service string) bool { _, ok := services.Get(service); return ok }
	list := v.promisesBy["incident"][clock]
	for i := range list {
		r := &list[i]
		if matches(r.Impacts, impact) && (len(r.Services) == 0 || slices.ContainsFunc(r.Services, touches)) {
			return onlyMeasured(r)
		}
	}
	return nil
}

func onlyMeasured(r *rule) *rule {
	if !r.Measured() {
		return nil
	}
	return r
}

// matches reports whether a promise's selector lets a value in: an absent one lets in all.
func matches[T comparable](selector []T, value T) bool {
	return len(selector) == 0 || slices.Contains(selector, value)
}

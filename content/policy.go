package content

import (
	"slices"
	"strings"
	"time"
)

// Policy is one version of the promises, in force from midnight of From in the site's zone until
// the next one's.
type Policy struct {
	From        Date           `key:"-"`
	Path        string         `key:"-"`
	Calendar    string         `key:"calendar"` // for closing, fair use and reports; default the first
	Calendars   Map[*Calendar] `key:"calendars,required"`
	Lanes       []Lane         `key:"lanes"` // in order of rank
	Promises    []*Promise     `key:"promises"`
	Closing     *Closing       `key:"closing"`
	FairUse     *FairUse       `key:"fair_use"`
	Entitlement *Entitlement   `key:"entitlement"`
	Coverage    Coverage       `key:"coverage"`
}

// PolicyAt returns the version in force at an instant; before the first one that one holds. Nil
// where there is none.
func (s *Setup) PolicyAt(at time.Time) *Policy {
	for i := len(s.Policies) - 1; i > 0; i-- {
		if !at.Before(s.Policies[i].From.In(s.Zone)) {
			return s.Policies[i]
		}
	}
	if len(s.Policies) == 0 {
		return nil
	}
	return s.Policies[0]
}

// Calendar says when a desk works, as written.
type Calendar struct {
	TimeZone   string          `key:"time_zone"`      // default: the site's
	Hours      Map[[]Window]   `key:"hours,required"` // by day (mon) or range of days (mon-thu)
	Holidays   []string        `key:"holidays"`
	Exceptions Map[*Exception] `key:"exceptions"` // by date
}

// Window is a half-open time of day, in minutes from midnight, up to 24:00 (1440).
type Window struct{ Start, End int }

// Exception replaces a whole day: closed, or other windows.
type Exception struct {
	Closed bool     `key:"closed"`
	Hours  []Window `key:"hours"`
	Reason Text     `key:"reason"`
}

// Holidays is holidays/<set>.yaml: the dates, in order, and their names.
type Holidays = Map[Text]

// Lane is a row in which tickets wait, in order of rank.
type Lane struct {
	ID       string      `key:"id,required"`
	Name     Text        `key:"name,required"`
	Requires Requirement `key:"requires"`
	Call     string      `key:"call"` // the telephone number of a lane that requires a call
	Price    Money       `key:"price"`
	PayURL   string      `key:"pay_url"`
}

// Requirement is the evidence without which no ticket enters a lane.
type Requirement string

func (Requirement) Words() []string { return []string{"payment", "call"} }

// Promise is one promise, aim or usual time, or words about one.
type Promise struct {
	ID         string    `key:"id,required"`
	Clock      ClockName `key:"clock"`
	On         Subject   `key:"on"`
	Lanes      []string  `key:"lanes"`
	Channels   []string  `key:"channels"`
	Forms      []string  `key:"forms"`
	Impacts    []Impact  `key:"impacts"`
	Services   []string  `key:"services"`
	Calendar   string    `key:"calendar"` // a calendar's name, "always", or the policy's
	Target     *Target   `key:"target,some"`
	Pauses     []Owes    `key:"pauses"`
	Measure    Measure   `key:"measure"`
	Strength   Strength  `key:"strength"`          // promise where none is named
	Attainment int       `key:"attainment,1..100"` // per cent expected; 0: none named
	Text       Text      `key:"text"`
}

// ClockName names what is timed.
type ClockName string

// The clocks.
const (
	Acknowledgement ClockName = "acknowledgement"
	FirstResponse   ClockName = "first_response"
	NextResponse    ClockName = "next_response"
	Resolution      ClockName = "resolution"
	Closure         ClockName = "closure"
	PeriodicUpdate  ClockName = "periodic_update"
	PostmortemDue   ClockName = "postmortem"
)

func (ClockName) Words() []string {
	return []string{"acknowledgement", "first_response", "next_response", "resolution", "closure", "periodic_update", "postmortem"}
}

// Subject is what a promise is about: ticket or incident.
type Subject string

func (Subject) Words() []string { return []string{"ticket", "incident"} }

// ClocksOf lists the clocks that a promise on a subject may have. Each needs its words in each
// language.
func ClocksOf(s Subject) []ClockName { return PromiseClocks[s] }

// Strength is how firmly it is said.
type Strength string

func (Strength) Words() []string { return strengths }

var strengths = []string{"promise", "aim", "typical"}

// Strengths lists how firmly a promise may be said. Each needs its words too.
func Strengths() []string { return slices.Clone(strengths) }

// Measure is, of a resolution, total (a reopening runs on) or first.
type Measure string

func (Measure) Words() []string { return []string{"total", "first"} }

// Target is one of five kinds: Within; Goal with Limit; EndOfDayBefore; WorkingDays; Every. The
// others are zero; all of them is no target.
type Target struct {
	Within         Duration `key:"within"`
	Goal           Duration `key:"goal"`
	Limit          Duration `key:"limit"`
	EndOfDayBefore Clock    `key:"end_of_day_before"`
	WorkingDays    int      `key:"working_days"`
	At             DueAt    `key:"at"` // of WorkingDays: closing (default) or same_time
	Every          Duration `key:"every"`
}

// Measured reports whether there is a clock: one without a target, or with one of zero, never runs.
func (p *Promise) Measured() bool {
	t := p.Target
	return p.Clock != "" && t != nil && (t.Within > 0 || t.Goal > 0 || t.Limit > 0 || t.EndOfDayBefore > 0 || t.WorkingDays > 0 || t.Every > 0)
}

// DueAt is when on its last day a target of working days falls due.
type DueAt string

func (DueAt) Words() []string { return []string{"closing", "same_time"} }

// Closing says how a ticket that waits for its requester ends. All are working days: after we
// asked, after we asked, after the notice.
type Closing struct {
	Reminders []int `key:"reminders"`
	Notice    int   `key:"notice,1.."`
	Close     int   `key:"close,1.."`
	// Answered is after how many working days without a message an answer makes a ticket solved.
	Answered int `key:"answered,1.."`
	// Unreachable says what happens to tickets whose requester no mail reaches; "" is KeepOpen.
	Unreachable Unreachable `key:"unreachable"`
}

// Unreachable is what happens by rule to a ticket whose requester no mail reaches.
type Unreachable string

// The choices.
const (
	KeepOpen    Unreachable = "keep"
	CloseAnyway Unreachable = "close"
)

func (Unreachable) Words() []string { return []string{"keep", "close"} }

// FairUse guards the queue.
type FairUse struct {
	OpenTickets int      `key:"open_tickets,1.."`
	Demotion    Duration `key:"demotion,1.."`   // the longest one
	Starvation  Duration `key:"starvation,1.."` // working time after which a demotion is void
}

// Entitlement says who may ask.
type Entitlement struct {
	RequestersPerOrganisation int         `key:"requesters_per_organisation,1.."`
	Attachments               Attachments `key:"attachments"`
}

// Attachments says who may attach files: all or signed_in.
type Attachments string

func (Attachments) Words() []string { return []string{"all", "signed_in"} }

// Coverage says what support includes and what not.
type Coverage struct {
	Included []Covered `key:"included"`
	Excluded []Covered `key:"excluded"`
}

// Covered is one thing that is included or not; Why and Instead (a form) only for the latter.
type Covered struct {
	ID      string `key:"id,required"`
	Text    Text   `key:"text,required"`
	Why     Text   `key:"why"`
	Instead string `key:"instead"`
}

// PromiseClocks are the clocks of a ticket and of an incident.
var PromiseClocks = map[Subject][]ClockName{
	"ticket":   {Acknowledgement, FirstResponse, NextResponse, Resolution, Closure, PeriodicUpdate},
	"incident": {PeriodicUpdate, PostmortemDue},
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

// DefaultLane is where a form files that names no lane: "standard" where the policy has it, else
// the last that needs no evidence.
func DefaultLane(p *Policy) string {
	if p == nil {
		return "standard"
	}
	last := "standard"
	for _, l := range p.Lanes {
		if l.ID == "standard" {
			return l.ID
		}
		if l.Requires == "" {
			last = l.ID
		}
	}
	return last
}

var DayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Days returns the weekdays of a key of hours: mon, or mon-thu; nil where it is neither.
func Days(key string) []time.Weekday {
	from, to, isRange := strings.Cut(key, "-")
	first := slices.Index(DayNames, from)
	last := first
	if isRange {
		last = slices.Index(DayNames, to)
	}
	if first < 0 || last < 0 {
		return nil
	}
	var days []time.Weekday
	for d := first; ; d = (d + 1) % 7 {
		days = append(days, time.Weekday(d))
		if d == last {
			return days
		}
	}
}

package report

import (
	"time"

	"balie/content"
	"balie/content/desk"
)

// Outlook is what can be said to somebody who writes now.
type Outlook string

// The outlooks. Unknown: too little happened. Idle: nobody waits. Steady: Wait says how long it
// takes. Slower: more comes in than is answered, or a backlog is being worked off, so only how many
// wait can be said.
const (
	Unknown Outlook = "unknown"
	Idle    Outlook = "idle"
	Steady  Outlook = "steady"
	Slower  Outlook = "slower"
)

// Estimate is how long an answer takes now, by Little's law: how many wait, divided by how many are
// answered in a time. The law holds where as many come in as go out. So it is used only where the
// turns that began and those that ended in the last 20 working days differ by less than a tenth of
// those that began. A turn that ended without an answer counts too. Today counts up to now.
//
// It is the wait of somebody whom nobody overtakes. Where a few were left behind and others
// answered at once it is far longer than half of the answers took ([Recent]); both are true.
type Estimate struct {
	Outlook Outlook
	Waiting int           // tickets with a message that waits for an answer
	Began   int           // turns, in that time
	Ended   int           // turns, in that time
	Wait    time.Duration // in working time; of Steady alone
}

// estimateDays is how many working days back an estimate looks.
const estimateDays = 20

func (f *Facts) estimate() Estimate {
	from := f.workingDaysAgo(estimateDays)
	var e Estimate
	for _, t := range f.Tickets {
		if t.Waiting() {
			e.Waiting++
		}
		for i := range t.Turns {
			if !t.Spam() && f.since(from, t.Turns[i].From) {
				e.Began++
			}
			if !t.Spam() && f.since(from, t.Turns[i].To) {
				e.Ended++
			}
		}
	}
	e.conclude(f.hours.calendar(f.At).Elapsed(from, f.At))
	return e
}

func (e *Estimate) conclude(open time.Duration) {
	difference := max(e.Began-e.Ended, e.Ended-e.Began)
	switch {
	case e.Waiting == 0:
		e.Outlook = Idle
	case e.Began == 0 && e.Ended == 0:
		e.Outlook = Unknown
	case 10*difference >= e.Began:
		e.Outlook = Slower
	case e.Ended < Fewest:
		e.Outlook = Unknown
	default:
		e.Outlook = Steady
		e.Wait = time.Duration(float64(open) * float64(e.Waiting) / float64(e.Ended)).Truncate(time.Second)
	}
}

// workingDaysAgo is the beginning of the n-th working day before today; zero where there are not so
// many.
func (f *Facts) workingDaysAgo(n int) time.Time {
	cal := f.hours.calendar(f.At)
	d := cal.AddDays(content.DateOf(f.At.In(cal.Zone())), -n)
	if d.IsZero() {
		return time.Time{}
	}
	return d.In(cal.Zone())
}

// Notice says whether the desk is slower than it promises, for whoever writes now. It looks at the
// response clocks of each promise that were decided in the last seven days, and at those that are
// late or overdue now. A clock whose goal went by is slow, also where its limit has not.
//
// Of at least five clocks the desk is slow when more were slow than the promise allows, besides
// one: with few clocks one miss is chance. Of fewer, or where the promise does not say how often it
// is kept, the desk is slow when more than half were. What is only typical promises nothing, and
// does not count.
type Notice struct {
	Slow    bool
	Late    int      // response clocks that are late or overdue now
	Running int      // response clocks that run, those that are late among them
	Below   []string // the promises, by id, that are not kept as they should be
}

// noticeDays is how far back a notice looks.
const noticeDays = 7

func (f *Facts) notice() Notice {
	var n Notice
	for _, t := range f.Tickets {
		for i := range t.Clocks {
			if isResponse(t.Clocks[i].Promise) {
				n.add(t.Clocks[i].State)
			}
		}
	}
	tallies := f.tallies(noticeDays)
	for _, p := range f.promises() {
		if t := tallies[p.ID]; t != nil && isResponse(p) && t.slow(p.Attainment) {
			n.Below = append(n.Below, p.ID)
		}
	}
	n.Slow = len(n.Below) > 0
	return n
}

// slow reports whether fewer were in time than is expected, in per cent.
func (t *tally) slow(expected int) bool {
	slow := t.breached + t.behind
	all := t.met + slow
	if all < Fewest || expected == 0 {
		return 2*slow > all
	}
	return 100*(slow-1) > (100-expected)*all
}

func isResponse(p *content.Promise) bool {
	return (p.Clock == content.FirstResponse || p.Clock == content.NextResponse) && p.Strength != "typical"
}

func (n *Notice) add(s desk.ClockState) {
	switch s {
	case desk.Late, desk.Overdue:
		n.Late++
		n.Running++
	case desk.Running:
		n.Running++
	}
}

// estimateTable is the estimate and the notice in one row.
func estimateTable(e Estimate, n Notice) Table {
	t := Table{ID: "outlook", Columns: []Column{
		wordColumn("outlook", "outlook"), countColumn("waiting"), countColumn("began"), countColumn("ended"), durationColumn("wait"), wordColumn("pace", "pace"), countColumn("late"), countColumn("running"),
	}}
	wait, pace := Cell{}, "as_promised"
	if e.Outlook == Steady {
		wait = span(e.Wait)
	}
	if n.Slow {
		pace = "slower"
	}
	t.add(text(string(e.Outlook)), count(e.Waiting), count(e.Began), count(e.Ended), wait, text(pace), count(n.Late), count(n.Running))
	return t
}

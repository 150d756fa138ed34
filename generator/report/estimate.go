package report

import (
	"time"

	"balie/content"
	"balie/content/desk"
)

// Outlook is what can be said to somebody who writes now.
type Outlook string

// The outlooks. Unknown: too little happened to go by. Idle: nobody waits. Steady: Wait says how long it takes. Slower: more comes in than is answered, or a backlog is being
// worked off, so nothing honest can be said but how many wait.
const (
	Unknown Outlook = "unknown"
	Idle    Outlook = "idle"
	Steady  Outlook = "steady"
	Slower  Outlook = "slower"
)

// Estimate is how long an answer takes now, by Little's law: what waits, divided by how fast it is answered. The law holds where as much comes in as goes out; so it is used only
// where the turns that began and those that ended in the last 20 working days differ by less than a tenth of those that began. A turn that ended without an answer left the line
// too, so it counts. The working days before today count whole, and today up to now.
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
	e.conclude(f.office.calendar(f.At).Elapsed(from, f.At))
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
	case e.Ended < fewest:
		e.Outlook = Unknown
	default:
		e.Outlook = Steady
		e.Wait = time.Duration(float64(open) * float64(e.Waiting) / float64(e.Ended)).Truncate(time.Second)
	}
}

// workingDaysAgo is the beginning of the n-th working day before today; zero where there are not so many.
func (f *Facts) workingDaysAgo(n int) time.Time {
	cal := f.office.calendar(f.At)
	d := cal.AddDays(content.DateOf(f.At.In(cal.Zone())), -n)
	if d.IsZero() {
		return time.Time{}
	}
	return d.In(cal.Zone())
}

// Notice says by itself that the desk is slower than it promises: when more than a quarter of the response clocks that run (not paused) are late or overdue, or when of the response
// promises that were decided in the last seven days, at least five, fewer were kept than is expected. What is only typical promises nothing, and counts in neither.
type Notice struct {
	Slow    bool
	Late    int      // response clocks that are late or overdue
	Running int      // response clocks that run, those that are late among them
	Below   []string // the promises, by id, of which too few were kept
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
	for _, k := range f.kept(noticeDays) {
		if isResponse(k.Promise) && k.Below() {
			n.Below = append(n.Below, k.Promise.ID)
		}
	}
	n.Slow = 4*n.Late > n.Running || len(n.Below) > 0
	return n
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

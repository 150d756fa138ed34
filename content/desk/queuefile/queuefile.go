// Package queuefile writes the queue for programs, as CONTRACT.md's `balie queue` has it: its names are kept, since others read them. Times are RFC 3339 in UTC.
package queuefile

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"balie/content"
	"balie/content/desk"
)

// Ticket is a ticket as programs read it.
type Ticket struct {
	Number       string              `json:"number"`
	Position     *int                `json:"position"` // null: nobody owes a move
	Lane         string              `json:"lane"`
	State        content.TicketState `json:"state"`
	Owes         *string             `json:"owes"`
	Subject      string              `json:"subject"`
	Received     *string             `json:"received"`
	WaitingSince *string             `json:"waiting_since"`
	Assignee     *string             `json:"assignee"`
	DemotedUntil *string             `json:"demoted_until"`
	Clocks       []Clock             `json:"clocks"`
}

// Clock is a clock as programs read it.
type Clock struct {
	Promise   string            `json:"promise"`
	Clock     content.ClockName `json:"clock"`
	Strength  content.Strength  `json:"strength"`
	Started   *string           `json:"started"`
	Due       *string           `json:"due"`
	GoalDue   *string           `json:"goal_due"`
	LimitDue  *string           `json:"limit_due"`
	Fulfilled *string           `json:"fulfilled"`
	Elapsed   int64             `json:"elapsed_seconds"`
	State     desk.ClockState   `json:"state"`
}

// JSON writes {"at","tickets":[…]}: every key is there, null where there is nothing.
func JSON(w io.Writer, queue []desk.Queued, at time.Time) error {
	document := struct {
		At      string   `json:"at"`
		Tickets []Ticket `json:"tickets"`
	}{stamp(at), []Ticket{}}
	for _, q := range queue {
		document.Tickets = append(document.Tickets, TicketOf(q))
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(document); err != nil {
		return fmt.Errorf("write queue: %w", err)
	}
	return nil
}

// TicketOf is a ticket with its place in the queue; 0 for none.
func TicketOf(q desk.Queued) Ticket {
	t := Ticket{
		Number: q.Ticket.Ticket.Number, Lane: q.Lane, State: q.State, Owes: orNull(string(q.Owes)), Subject: q.Ticket.Ticket.Subject, Received: orNull(stamp(q.Received)),
		WaitingSince: orNull(stamp(q.Since)), Assignee: orNull(q.Assignee), DemotedUntil: orNull(stamp(q.DemotedUntil)), Clocks: ClocksOf(q.Clocks),
	}
	if q.Position > 0 {
		t.Position = &q.Position
	}
	return t
}

// ClocksOf are clocks, never nil.
func ClocksOf(clocks []desk.Clock) []Clock {
	list := []Clock{}
	for _, c := range clocks {
		list = append(list, Clock{
			c.Promise.ID, c.Name, c.Promise.Strength, orNull(stamp(c.Started)), orNull(stamp(c.Due)), orNull(stamp(c.GoalDue)), orNull(stamp(c.LimitDue)),
			orNull(stamp(c.Fulfilled)), int64(c.Elapsed / time.Second), c.State,
		})
	}
	return list
}

var columns = []string{"position", "number", "lane", "state", "owes", "subject", "received", "waiting_since", "assignee", "demoted_until", "clock", "due", "clock_state"}

// CSV writes RFC 4180, with the clock of each ticket that is due first.
func CSV(w io.Writer, queue []desk.Queued) error {
	out := csv.NewWriter(w)
	out.Write(columns)
	for _, q := range queue {
		position := ""
		if q.Position > 0 {
			position = strconv.Itoa(q.Position)
		}
		row := []string{
			position, q.Ticket.Ticket.Number, q.Lane, string(q.State), string(q.Owes), q.Ticket.Ticket.Subject, stamp(q.Received), stamp(q.Since), q.Assignee,
			stamp(q.DemotedUntil), "", "", "",
		}
		if c := Pressing(q.Clocks); c != nil {
			row[10], row[11], row[12] = string(c.Name), stamp(c.Due), string(c.State)
		}
		for i := range row {
			row[i] = formula.ReplaceAllString(row[i], "$1'$2")
		}
		out.Write(row)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write queue: %w", err)
	}
	return nil
}

// formula is what a spreadsheet would run (OWASP, CSV Injection): customers write subjects.
var formula = regexp.MustCompile(`(^|[;\t\r\n])([ \v\f"']*[=+\-@＝＋－＠])`)

// Pressing is the open clock that is due first, or nil.
func Pressing(clocks []desk.Clock) *desk.Clock {
	var first *desk.Clock
	for i := range clocks {
		if c := &clocks[i]; c.Open() && !c.Due.IsZero() && (first == nil || c.Due.Before(first.Due)) {
			first = c
		}
	}
	return first
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Package queuefile writes the queue as balie queue prints it for programs. Others read its names,
// so they are kept. Times are RFC 3339 in UTC.
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
func JSON(w io.Writer, queue []*desk.Queued, at time.Time) error {
	document := struct {
		At      string   `json:"at"`
		Tickets []Ticket `json:"tickets"`
	}{Stamp(at), []Ticket{}}
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
func TicketOf(q *desk.Queued) Ticket {
	t := Ticket{
		Number: q.Ticket.Ticket.Number, Lane: q.Lane, State: q.State, Owes: OrNull(string(q.Owes)), Subject: q.Ticket.Ticket.Subject, Received: OrNull(Stamp(q.Received)),
		WaitingSince: OrNull(Stamp(q.Since)), Assignee: OrNull(q.Assignee), DemotedUntil: OrNull(Stamp(q.DemotedUntil)), Clocks: ClocksOf(q.Clocks),
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
			c.Promise.ID, c.Name, c.Promise.Strength, OrNull(Stamp(c.Started)), OrNull(Stamp(c.Due)), OrNull(Stamp(c.GoalDue)), OrNull(Stamp(c.LimitDue)),
			OrNull(Stamp(c.Fulfilled)), int64(c.Elapsed / time.Second), c.State,
		})
	}
	return list
}

var columns = []string{"position", "number", "lane", "state", "owes", "subject", "received", "waiting_since", "assignee", "demoted_until", "clock", "due", "clock_state"}

// CSV writes RFC 4180, with the clock of each ticket that is due first.
func CSV(w io.Writer, queue []*desk.Queued) error {
	out := csv.NewWriter(w)
	out.Write(columns)
	for _, q := range queue {
		position := ""
		if q.Position > 0 {
			position = strconv.Itoa(q.Position)
		}
		row := []string{
			position, q.Ticket.Ticket.Number, q.Lane, string(q.State), string(q.Owes), q.Ticket.Ticket.Subject, Stamp(q.Received), Stamp(q.Since), q.Assignee,
			Stamp(q.DemotedUntil), "", "", "",
		}
		if c := Pressing(q.Clocks); c != nil {
			row[10], row[11], row[12] = string(c.Name), Stamp(c.Due), string(c.State)
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

// Stamp is a time as programs read it: RFC 3339 in UTC, to the second; "" for none.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// OrNull is a word as it stands in JSON, where null is none.
func OrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

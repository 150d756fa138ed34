package site

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// StaffSpam lists what was set aside as spam, so that staff find a wrong verdict.
type StaffSpam struct {
	Rows []SpamRow // newest first
	More int       // how many older ones there are
}

// SpamRow is one ticket that was set aside.
type SpamRow struct {
	Number  string // in groups
	URL     string
	Subject string
	At      time.Time // when it was set aside
	By      string    // who did, "balie" by rule
}

// maxSpamRows is how many are listed.
const maxSpamRows = 500

const staffSpamPath = "/spam/"

func (m *Plan) staffSpam() StaffSpam {
	var v StaffSpam
	for _, f := range m.tickets() {
		if f.State == content.SpamState {
			v.Rows = append(v.Rows, m.spamRow(f))
		}
	}
	slices.SortFunc(v.Rows, func(a, b SpamRow) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Number, a.Number)) })
	v.More = max(0, len(v.Rows)-maxSpamRows)
	v.Rows = v.Rows[:len(v.Rows)-v.More]
	return v
}

func (m *Plan) spamRow(f *ticket) SpamRow {
	row := SpamRow{Number: content.SayNumber(f.Number), URL: "/tickets/" + f.Number + "/", Subject: f.Subject}
	for _, e := range f.Ticket.Events[:f.TicketSnapshot.Events] {
		if e.Kind == content.Spam {
			row.At, row.By = m.zoned(e.At), e.Author
		}
	}
	return row
}

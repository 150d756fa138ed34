package site

import (
	"slices"
	"time"

	"balie/content"
)

// month is a month of a year on the site's clock, as one number that grows with time.
type month int

func monthOf(t time.Time) month { return month(t.Year()*12 + int(t.Month()) - 1) }

func (m month) start(zone *time.Location) time.Time {
	return content.Date{Year: int(m) / 12, Month: time.Month(int(m)%12 + 1), Day: 1}.In(zone)
}

func addMonth(months []month, m month) []month {
	if slices.Contains(months, m) {
		return months
	}
	return append(months, m)
}

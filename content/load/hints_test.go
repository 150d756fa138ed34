package load

import (
	"testing"

	"balie/content"
)

// What is likely meant is said, and can then be read.
func TestNotationHints(t *testing.T) {
	for _, c := range []struct {
		v       any
		s, want string
	}{
		{new(content.Duration), "4", "write 4h for hours, 4m for minutes, 4d for days"},
		{new(content.Duration), "4 h", "write 4h"},
		{new(content.Duration), "4 uur", "write h for hours, m for minutes, d for days of 24 hours: 1d12h"},
		{new(content.Window), "9-17", `write "09:00-17:00"`},
		{new(content.Window), "9:00 - 17:30", `write "09:00-17:30"`},
		{new(content.Window), "9:00-25:00", `write both times with two digits each, up to 24:00: "09:00-17:00"`},
		{new(content.Window), "17:00-09:00", ""},
		{new(content.Clock), "9.30", `write "09:30"`},
		{new(content.Clock), "noon", `write "09:00", up to "24:00"`},
		{new(content.Money), "10 EUR", "write 10.00 EUR"},
		{new(content.Money), "5,5 eur", "write 5.50 EUR"},
		{new(content.Money), "EUR 5", "write 5.00 EUR"},
		{new(content.Money), "5", "write the currency's code behind it, such as 5.00 EUR"},
		{new(content.Money), "€5", "write the amount with two decimals, a space, and the currency's code"},
		{new(content.Size), "5 MB", "write 5MB"},
		{new(content.Size), "5MiB", "write digits and B, kB, MB or GB, without a space"},
		{new(content.Date), "2026-1-9", "write the year, the month and the day, with zeros: 2026-01-09"},
		{new(content.Hex), "xyz", ""},
	} {
		if got := notationHint(c.v, c.s); got != c.want {
			t.Errorf("%T %q: %q, want %q", c.v, c.s, got, c.want)
		}
	}
}

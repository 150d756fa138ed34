package content

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day of the calendar, 2006-01-02; the zero Date is none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day on which an instant falls in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads 2006-01-02.
func ParseDate(s string) (Date, error) {
	if d, rest, ok := readDate(s); ok && rest == "" {
		return d, nil
	}
	return Date{}, fmt.Errorf("%q is not a date such as 2026-11-20", s)
}

// In returns the date's first instant in a zone: midnight or, where there is none, the first moment
// after it.
func (d Date) In(zone *time.Location) time.Time {
	return Local(d, 0, zone)
}

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// Weekday returns its day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Weekday()
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool {
	return d.Year < e.Year || d.Year == e.Year && (d.Month < e.Month || d.Month == e.Month && d.Day < e.Day)
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns 2006-01-02, or "" for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Local returns the instant at which a zone's clocks show a date and a number of seconds after
// midnight (up to 24 hours). A time that is skipped moves forward by the gap; of one that comes
// twice the first counts. The wall clock decides, so a day of 23 or 25 hours is no case of its own.
func Local(d Date, seconds int, zone *time.Location) time.Time {
	naive := time.Date(d.Year, d.Month, d.Day, 0, 0, seconds, 0, time.UTC)
	early, late := offsetsAround(naive, zone)
	first := naive.Add(-early)
	// An instant that is valid by the offset before the change is the first, or the only one.
	if early == late || offset(first, zone) == early {
		return first.In(zone)
	}
	if second := naive.Add(-late); offset(second, zone) == late {
		return second.In(zone)
	}
	return first.In(zone) // in the gap: the offset before it moves the time forward
}

// localStrict is Local for a time that must exist exactly once: instants are all those at which the
// zone's clocks show it, the first one first. There are none for a time that is skipped.
func localStrict(d Date, seconds int, zone *time.Location) (at time.Time, instants []time.Time) {
	naive := time.Date(d.Year, d.Month, d.Day, 0, 0, seconds, 0, time.UTC)
	early, late := offsetsAround(naive, zone)
	if early == late {
		at = naive.Add(-early).In(zone)
		return at, []time.Time{at}
	}
	for _, off := range []time.Duration{early, late} {
		if t := naive.Add(-off); offset(t, zone) == off {
			instants = append(instants, t.In(zone))
		}
	}
	return Local(d, seconds, zone), instants
}

// offsetsAround returns a zone's offsets a day before and a day after, which bracket any change
// near a wall time. Where they are equal there is none: no zone changes its clocks twice in two
// days.
func offsetsAround(naive time.Time, zone *time.Location) (early, late time.Duration) {
	return offset(naive.Add(-24*time.Hour), zone), offset(naive.Add(24*time.Hour), zone)
}

func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// ParseTime reads a time as people write it: RFC 3339 in whole seconds, or 2026-11-20T14:05 (or :09
// besides) as a zone's clocks show it exactly once. The time is in the zone.
func ParseTime(s string, zone *time.Location) (time.Time, error) {
	t, problem, hint := ReadTime(s, zone)
	switch {
	case problem == "":
		return t, nil
	case hint == "":
		return time.Time{}, fmt.Errorf("%q %s", s, problem)
	}
	return time.Time{}, fmt.Errorf("%q %s: %s", s, problem, hint)
}

const TimeForms = "write a time such as 2026-11-20T14:05 (in the site's zone) or 2026-11-20T13:05:00Z"

// ReadTime is ParseTime with what is wrong and the next step apart; with a problem, the time is the
// nearest one there is, or zero.
func ReadTime(s string, zone *time.Location) (at time.Time, problem, hint string) {
	day, rest, ok := readDate(s)
	if !ok || !strings.HasPrefix(rest, "T") {
		return time.Time{}, "is not a time", timeHint(s, rest, ok)
	}
	seconds, rest, hasSeconds, ok := readClock(rest[1:], ":")
	switch {
	case !ok:
		return time.Time{}, "is not a time", TimeForms
	case !Usable(day):
		return time.Time{}, "is not of our time", "write a year from 1970 to 2999"
	case rest == "":
		return localOnce(day, seconds, zone)
	}
	// The layout is RFC 3339's; what comes before the offset has been read strictly, which
	// time.Parse does not.
	t, err := time.Parse("Z07:00", rest)
	if err != nil || !hasSeconds {
		return time.Time{}, "is not a time", TimeForms
	}
	_, east := t.Zone()
	return time.Date(day.Year, day.Month, day.Day, 0, 0, seconds-east, 0, time.UTC).In(zone), "", ""
}

func timeHint(s, rest string, dated bool) string {
	switch {
	case noSuchDay(s):
		return "there is no day " + s[:10]
	case dated && rest == "":
		return "add the time of day: " + s + "T14:05"
	case dated && strings.HasPrefix(rest, " "):
		return "put a T between date and time: " + strings.Replace(s, " ", "T", 1)
	}
	return TimeForms
}

// localOnce reads a wall time as a zone's; a problem where it is skipped or comes twice.
func localOnce(d Date, seconds int, zone *time.Location) (at time.Time, problem, hint string) {
	at, instants := localStrict(d, seconds, zone)
	switch len(instants) {
	case 0:
		return at, fmt.Sprintf("does not exist in %s: the clocks go forward over it", zone), "if " + at.Format("15:04") + " there is meant, write " + UTC(at)
	case 2:
		return at, fmt.Sprintf("comes twice in %s: the clocks go back over it", zone), fmt.Sprintf("write %s for the first, %s for the second", UTC(instants[0]), UTC(instants[1]))
	}
	return at, "", ""
}

func UTC(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Usable bounds years to those that every notation of ours can hold in every zone.
func Usable(d Date) bool { return d.Year >= 1970 && d.Year <= 2999 }

// readDate reads 2006-01-02 off the front of s.
func readDate(s string) (d Date, rest string, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return d, s, false
	}
	y, m, day := digits(s[:4]), digits(s[5:7]), digits(s[8:10])
	if y < 0 || m < 1 || m > 12 || day < 1 || day > daysIn(y, m) {
		return d, s, false
	}
	return Date{y, time.Month(m), day}, s[10:], true
}

// noSuchDay reports whether s is written like a date and is none, such as 2026-02-30.
func noSuchDay(s string) bool {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' || min(digits(s[:4]), digits(s[5:7]), digits(s[8:10])) < 0 {
		return false
	}
	_, _, ok := readDate(s)
	return !ok
}

// readClock reads 15:04 or 15:04:05 off the front of s as seconds after midnight; sep may be empty.
func readClock(s, sep string) (seconds int, rest string, hasSeconds, ok bool) {
	h, s, ok := readTwo(s, 23)
	if !ok || !strings.HasPrefix(s, sep) {
		return 0, s, false, false
	}
	m, s, ok := readTwo(s[len(sep):], 59)
	if !ok {
		return 0, s, false, false
	}
	seconds = h*3600 + m*60
	if after, found := strings.CutPrefix(s, sep); found {
		if sec, rest, ok := readTwo(after, 59); ok {
			return seconds + sec, rest, true, true
		}
	}
	return seconds, s, false, true
}

func readTwo(s string, most int) (n int, rest string, ok bool) {
	if len(s) < 2 {
		return 0, s, false
	}
	n = digits(s[:2])
	return n, s[2:], n >= 0 && n <= most
}

// digits is the value of a few ASCII digits; -1 for anything else.
func digits(s string) (n int) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

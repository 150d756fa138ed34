package load

import (
	"fmt"
	"regexp"
	"strings"

	"balie/content"
)

// A value that is not written as its type wants is refused, since what it might mean may be wrong;
// what is likely meant stands in the hint.

// notationHint words the next step for a value that could not be read as v's type.
func notationHint(v any, s string) string {
	switch v.(type) {
	case *content.Duration:
		return durationHint(s)
	case *content.Window:
		return windowHint(s)
	case *content.Clock:
		if t := timeOfDay(s); t != "" {
			return `write "` + t + `"`
		}
		return `write "09:00", up to "24:00"`
	case *content.Money:
		return moneyHint(s)
	case *content.Size:
		if fixed := strings.ReplaceAll(s, " ", ""); readable(fixed, content.ParseSize) {
			return "write " + fixed
		}
		return "write digits and B, kB, MB or GB, without a space"
	case *content.Rate:
		return "write a number, a slash, and s, m, h or d"
	case *content.Pointer:
		return "write a slash before each key, and ~1 for a slash and ~0 for a tilde in a key"
	case *content.Date:
		return "write the year, the month and the day, with zeros: 2026-01-09"
	}
	return ""
}

func readable[T any](s string, parse func(string) (T, error)) bool {
	_, err := parse(s)
	return err == nil
}

var fewDigits = regexp.MustCompile(`^[0-9]{1,5}$`)

func durationHint(s string) string {
	if fewDigits.MatchString(s) {
		return fmt.Sprintf("write %sh for hours, %sm for minutes, %sd for days", s, s, s)
	}
	if fixed := strings.ReplaceAll(s, " ", ""); fixed != s && readable(fixed, content.ParseDuration) {
		return "write " + fixed
	}
	return "write h for hours, m for minutes, d for days of 24 hours: 1d12h"
}

var looseTime = regexp.MustCompile(`^(\d{1,2})(?:[:.h](\d\d)?)?$`)

// timeOfDay is a time that is written otherwise as 09:00; "" where it is none.
func timeOfDay(s string) string {
	m := looseTime.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return ""
	}
	if m[2] == "" {
		m[2] = "00"
	}
	t := strings.Repeat("0", 2-len(m[1])) + m[1] + ":" + m[2]
	if !readable(t, content.ParseClock) {
		return ""
	}
	return t
}

func windowHint(s string) string {
	from, to, _ := strings.Cut(strings.ReplaceAll(s, "–", "-"), "-")
	start, end := timeOfDay(from), timeOfDay(to)
	if fixed := start + "-" + end; readable(fixed, content.ParseWindow) {
		return `write "` + fixed + `"`
	}
	if start != "" && end != "" {
		return "" // it ends before it starts, which is said
	}
	return `write both times with two digits each, up to 24:00: "09:00-17:00"`
}

var looseMoney = regexp.MustCompile(`^(?:([A-Za-z]{3}) ?)?(\d{1,9})(?:[.,](\d\d?))? ?([A-Za-z]{3})?$`)

func moneyHint(s string) string {
	m := looseMoney.FindStringSubmatch(s)
	if m == nil {
		return "write the amount with two decimals, a space, and the currency's code"
	}
	cents := (m[3] + "00")[:2]
	currency := strings.ToUpper(m[1] + m[4])
	if len(currency) != 3 {
		return fmt.Sprintf("write the currency's code behind it, such as %s.%s EUR", m[2], cents)
	}
	return fmt.Sprintf("write %s.%s %s", m[2], cents, currency)
}

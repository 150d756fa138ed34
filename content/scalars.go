package content

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time: Go's notation, and whole days of 24 hours (4h, 90m, 5d, 1d12h).
type Duration time.Duration

// longest is a bound that no promise needs and that keeps sums of durations from running over.
const longest = 100 * 365 * 24 * time.Hour

// ParseDuration reads a Duration; it is never negative, and at most 100 years.
func ParseDuration(s string) (Duration, error) {
	rest, total := s, time.Duration(0)
	if number, after, ok := strings.Cut(s, "d"); ok && len(number) <= 5 && number != "" && digits(number) >= 0 {
		total, rest = time.Duration(digits(number))*24*time.Hour, after
	}
	if rest != "" || s == "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 || d > longest {
			return 0, fmt.Errorf("%q is not a duration such as 4h, 90m or 5d", s)
		}
		total += d
	}
	if total > longest {
		return 0, fmt.Errorf("%q is longer than 100 years", s)
	}
	return Duration(total), nil
}

// String returns the shortest notation: 5d, 4h, 1h30m.
func (d Duration) String() string {
	t := time.Duration(d)
	if t != 0 && t%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", t/(24*time.Hour))
	}
	s := t.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Clock is a time of day in minutes after midnight, plus one, so that zero is none.
type Clock int

// Minutes returns the minutes after midnight.
func (c Clock) Minutes() int { return int(c) - 1 }

// ParseClock reads 16:00, up to 24:00.
func ParseClock(s string) (Clock, error) {
	m, err := parseMinutes(s)
	return Clock(m + 1), err
}

// String returns 16:00, or "" for none.
func (c Clock) String() string {
	if c == 0 {
		return ""
	}
	return MinutesString(c.Minutes())
}

var clockTime = regexp.MustCompile(`^(\d\d):(\d\d)$`)

func parseMinutes(s string) (int, error) {
	m := clockTime.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is not a time of day such as 09:00 or 24:00", s)
	}
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	if total := h*60 + min; min < 60 && total <= 24*60 {
		return total, nil
	}
	return 0, fmt.Errorf("%q is not a time of day such as 09:00 or 24:00", s)
}

func MinutesString(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// ParseWindow reads 09:00-12:30.
func ParseWindow(s string) (Window, error) {
	from, to, ok := strings.Cut(s, "-")
	start, err1 := parseMinutes(from)
	end, err2 := parseMinutes(to)
	if !ok || err1 != nil || err2 != nil {
		return Window{}, fmt.Errorf("%q is not a window such as 09:00-12:30", s)
	}
	if end <= start {
		return Window{}, fmt.Errorf("%q ends before it starts; a night shift is two windows: up to 24:00, and from 00:00 on the next day", s)
	}
	return Window{start, end}, nil
}

// String returns 09:00-12:30.
func (w Window) String() string { return MinutesString(w.Start) + "-" + MinutesString(w.End) }

// Size is a number of bytes: 500kB, 5MB, 1GB in powers of ten.
type Size int64

var size = regexp.MustCompile(`^(\d{1,9})(B|kB|MB|GB)$`)

var units = []struct {
	name  string
	bytes int64
}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}}

// ParseSize reads a Size.
func ParseSize(s string) (Size, error) {
	if m := size.FindStringSubmatch(s); m != nil {
		n, _ := strconv.ParseInt(m[1], 10, 64)
		for _, u := range units {
			if u.name == m[2] {
				return Size(n * u.bytes), nil
			}
		}
	}
	return 0, fmt.Errorf("%q is not a size such as 500kB, 5MB or 1GB", s)
}

// String returns the size in the largest unit that divides it.
func (s Size) String() string {
	for _, u := range units {
		if int64(s) >= u.bytes && int64(s)%u.bytes == 0 {
			return fmt.Sprintf("%d%s", int64(s)/u.bytes, u.name)
		}
	}
	return "0B"
}

// Rate is a number of times in a span, 20/h; the zero Rate is none named, and Off no limit.
type Rate struct {
	Count int
	Per   time.Duration
	Off   bool
}

var rate = regexp.MustCompile(`^(\d{1,7})/(s|m|h|d)$`)

var spans = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

// ParseRate reads 20/h, or 0 for no limit.
func ParseRate(s string) (Rate, error) {
	if s == "0" {
		return Rate{Off: true}, nil
	}
	if m := rate.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		if n > 0 {
			return Rate{Count: n, Per: spans[m[2]]}, nil
		}
	}
	return Rate{}, fmt.Errorf("%q is not a rate such as 20/h, or 0 for no limit", s)
}

// String returns 20/h.
func (r Rate) String() string {
	if r.Off {
		return "0"
	}
	for name, span := range spans {
		if span == r.Per {
			return fmt.Sprintf("%d/%s", r.Count, name)
		}
	}
	return ""
}

// Money is an amount in a currency's hundredths: 5.00 EUR; the zero Money is none named.
type Money struct {
	Cents    int64
	Currency string // ISO 4217
}

var money = regexp.MustCompile(`^(\d{1,9})\.(\d\d) ([A-Z]{3})$`)

// ParseMoney reads 5.00 EUR.
func ParseMoney(s string) (Money, error) {
	m := money.FindStringSubmatch(s)
	if m == nil {
		return Money{}, fmt.Errorf("%q is not an amount such as 5.00 EUR", s)
	}
	whole, _ := strconv.ParseInt(m[1], 10, 64)
	cents, _ := strconv.ParseInt(m[2], 10, 64)
	return Money{whole*100 + cents, m[3]}, nil
}

// IsZero reports whether no amount is named.
func (m Money) IsZero() bool { return m == Money{} }

// String returns 5.00 EUR.
func (m Money) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%02d %s", m.Cents/100, m.Cents%100, m.Currency)
}

package themes

import (
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"balie/content"
)

// Rule is what a measured promise says, in a sentence of a language.
func (t *Theme) Rule(p *content.Promise, lang string) (string, error) {
	w, err := t.in(lang)
	if err != nil {
		return "", err
	}
	text, err := w.partial("rule", p)
	return html.UnescapeString(string(text)), err
}

// when says a promise's target: within 4 working hours, the same working day if it came before
// 16:00, every working day.
func (w words) when(p *content.Promise) (string, error) {
	t, open := p.Target, p.Calendar != "always"
	switch {
	case t == nil:
		return "", nil
	case t.EndOfDayBefore != 0:
		return w.T("when.end_of_day", "clock", w.hours(t.EndOfDayBefore.Minutes()))
	case t.WorkingDays != 0:
		return w.T("when.working_days", "n", t.WorkingDays)
	case t.Goal != 0:
		return w.T("when.goal", "goal", w.span(time.Duration(t.Goal), open), "limit", w.span(time.Duration(t.Limit), open))
	case t.Every != 0:
		return w.every(time.Duration(t.Every), open)
	}
	return w.T("when.within", "time", w.span(time.Duration(t.Within), open))
}

func (w words) every(d time.Duration, open bool) (string, error) {
	switch {
	case d == 24*time.Hour && open:
		return w.T("when.every.workday")
	case d == 24*time.Hour:
		return w.T("when.every.day")
	}
	return w.T("when.every", "time", w.span(d, open))
}

// span is a length of time, in working hours where only those count.
func (w words) span(d time.Duration, open bool) string {
	if !open {
		return w.clockTime(d)
	}
	return w.worktime(d)
}

// clockTime is 48 hours or 3 days: up to two days people say hours.
func (w words) clockTime(d time.Duration) string {
	if d <= 48*time.Hour && d%time.Hour == 0 {
		return w.must("duration.hours", "n", int(d/time.Hour))
	}
	return w.Duration(d)
}

// worktime is 4 working hours, or 1 hour and 40 minutes of working time.
func (w words) worktime(v any) string {
	d := asDuration(v)
	if d%time.Hour == 0 && d > 0 {
		return w.must("worktime.hours", "n", int(d/time.Hour))
	}
	return w.must("worktime", "time", w.List(w.hoursAndMinutes(d)))
}

func (w words) hoursAndMinutes(d time.Duration) []string {
	m := max(int(d.Round(time.Minute)/time.Minute), 1)
	var parts []string
	if m >= 60 {
		parts = append(parts, w.must("duration.hours", "n", m/60))
	}
	if m%60 > 0 {
		parts = append(parts, w.must("duration.minutes", "n", m%60))
	}
	return parts
}

// asDuration is time's own of content's.
func asDuration(v any) time.Duration {
	switch v := v.(type) {
	case content.Duration:
		return time.Duration(v)
	case time.Duration:
		return v
	}
	return 0
}

// windows are times of a day: 9:00 to 12:30 and 13:00 to 17:00.
func (w words) windows(list []content.Window) string {
	var parts []string
	for _, one := range list {
		parts = append(parts, w.must("hours.window", "from", w.hours(one.Start), "to", w.hours(one.End)))
	}
	return w.List(parts)
}

// days are counts in a sentence: 2 and 4.
func (w words) days(list []int) string {
	parts := make([]string, len(list))
	for i, n := range list {
		parts[i] = strconv.Itoa(n)
	}
	return w.List(parts)
}

func sameDay(a, b time.Time) bool { return content.DateOf(a) == content.DateOf(b) }

// daySpan is 16 – 20 nov., or with both months where they differ, for tables: a narrow one breaks
// it after the dash.
func (w words) daySpan(from, to time.Time) string {
	day := func(t time.Time) string { return strings.ReplaceAll(w.ShortDay(t), " ", "\u00a0") }
	if from.Month() == to.Month() && from.Year() == to.Year() {
		return w.must("period.month", "from", strconv.Itoa(from.Day()), "to", day(to))
	}
	return w.must("period.days", "from", day(from), "to", day(to))
}

// capital makes a first letter large, to begin a line.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// lower makes a word's first letter small, to stand inside of a sentence, in languages that do so.
func (w words) lower(s string) string {
	if w.word("language.nouns") == "capital" || s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToLower(string(r[0])) + string(r[1:])
}

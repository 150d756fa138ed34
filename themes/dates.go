package themes

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateWords are a language's names of days and months, and how it puts a date and a time of day
// together.
type dateWords struct {
	weekdays, shortWeekdays [7]string  // from Sunday
	months, shortMonths     [13]string // from 1
}

func (l *Locale) readDateWords() dateWords {
	var w dateWords
	for i := range 7 {
		w.weekdays[i] = l.word(fmt.Sprintf("weekday.%d", i))
		w.shortWeekdays[i] = l.word(fmt.Sprintf("weekday.short.%d", i))
	}
	for i := 1; i <= 12; i++ {
		w.months[i] = l.word(fmt.Sprintf("month.%d", i))
		w.shortMonths[i] = l.word(fmt.Sprintf("month.short.%d", i))
	}
	return w
}

// pattern fills a date pattern of the locale, such as "{weekday} {day} {month}".
func (l *Locale) pattern(key string, t time.Time) string {
	var b strings.Builder
	for _, p := range l.messages[key].text {
		if !p.name {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(l.datePart(p.text, t))
	}
	return b.String()
}

func (l *Locale) datePart(name string, t time.Time) string {
	switch name {
	case "weekday":
		return l.dates.weekdays[t.Weekday()]
	case "wd":
		return l.dates.shortWeekdays[t.Weekday()]
	case "day":
		if t.Day() == 1 && l.Has("date.first") {
			return l.word("date.first")
		}
		return strconv.Itoa(t.Day())
	case "month":
		return l.dates.months[t.Month()]
	case "mon":
		return l.dates.shortMonths[t.Month()]
	case "year":
		return strconv.Itoa(t.Year())
	case "hour":
		return strconv.Itoa(t.Hour())
	case "hh":
		return two(t.Hour())
	case "mm":
		return two(t.Minute())
	case "date":
		return l.pattern("date.long", t)
	case "fulldate":
		return l.pattern("date.full", t)
	case "short":
		return l.pattern("date.short", t)
	case "clock":
		return l.pattern("date.clock", t)
	}
	return "{" + name + "}"
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Date is vrijdag 20 november.
func (l *Locale) Date(t time.Time) string { return l.pattern("date.long", t) }

// FullDate is vrijdag 20 november 2026.
func (l *Locale) FullDate(t time.Time) string { return l.pattern("date.full", t) }

// ShortDate is vr 20 nov.
func (l *Locale) ShortDate(t time.Time) string { return l.pattern("date.short", t) }

// Day is 20 november, without its weekday.
func (l *Locale) Day(t time.Time) string { return l.pattern("date.day", t) }

// ShortDay is 20 nov.
func (l *Locale) ShortDay(t time.Time) string { return l.pattern("date.shortday", t) }

// Clock is 14:05.
func (l *Locale) Clock(t time.Time) string { return l.pattern("date.clock", t) }

// At is vrijdag 20 november om 14:05.
func (l *Locale) At(t time.Time) string { return l.pattern("date.at", t) }

// FullAt is vrijdag 20 november 2026 om 14:05.
func (l *Locale) FullAt(t time.Time) string { return l.pattern("date.fullat", t) }

// ShortAt is vr 20 nov. 14:05.
func (l *Locale) ShortAt(t time.Time) string { return l.pattern("date.shortat", t) }

// Month is november 2026.
func (l *Locale) Month(t time.Time) string { return l.pattern("date.month", t) }

// MonthName is november.
func (l *Locale) MonthName(t time.Time) string { return l.dates.months[t.Month()] }

// Weekday is vrijdag, of a day counted from Sunday.
func (l *Locale) Weekday(d time.Weekday) string { return l.dates.weekdays[d] }

// Zone is what people call the clock of a time's location: Nederlandse tijd, or the place's name
// where the language has no word for it.
func (l *Locale) Zone(t time.Time) string {
	name := t.Location().String()
	if key := "zone." + name; l.Has(key) {
		return l.word(key)
	}
	city := strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
	s, _ := l.T("zone.other", "city", city)
	return s
}

// Duration is 1 uur en 40 minuten: its two largest units, days being 24 hours.
func (l *Locale) Duration(d time.Duration) string {
	parts := l.units(d, "duration.days", "duration.hours", "duration.minutes")
	return l.List(parts)
}

// ShortDuration is 1 u 40 min, for tables.
func (l *Locale) ShortDuration(d time.Duration) string {
	return strings.Join(l.units(d, "duration.short.days", "duration.short.hours", "duration.short.minutes"), " ")
}

// units names the two largest units of a duration, rounded to the minute; less than one is one.
func (l *Locale) units(d time.Duration, keys ...string) []string {
	m := max(int(d.Round(time.Minute)/time.Minute), 1)
	counts := []int{m / (24 * 60), m / 60 % 24, m % 60}
	largest := 0
	for counts[largest] == 0 {
		largest++
	}
	var parts []string
	for i := largest; i < min(largest+2, len(counts)); i++ {
		if counts[i] > 0 {
			parts = append(parts, l.must(keys[i], "n", counts[i]))
		}
	}
	return parts
}

// must is T for keys of our own that a test fills.
func (l *Locale) must(key string, args ...any) string {
	s, err := l.T(key, args...)
	if err != nil {
		return ""
	}
	return s
}

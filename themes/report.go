package themes

import (
	"strconv"
	"strings"
	"time"
)

// Kinds of a table's figures, besides those that Go has.
type (
	Word     string        // a key of the locales
	Tenths   int           // an average, in tenths
	WorkTime time.Duration // working time: hours and minutes, since a day of it is not 24 hours
)

// tenthsOf is 7,2.
func (l *Locale) tenthsOf(v int) string {
	return l.Number(v/10) + l.figures.decimal + strconv.Itoa(v%10)
}

// ShortWork is 30 u 15 min of working time, for tables; what came while nobody worked has waited
// for none.
func (l *Locale) ShortWork(d time.Duration) string {
	m := int(d.Round(time.Minute) / time.Minute)
	if d > 0 {
		m = max(m, 1)
	}
	var parts []string
	if m >= 60 {
		parts = append(parts, l.must("duration.short.hours", "n", m/60))
	}
	if m%60 > 0 || m == 0 {
		parts = append(parts, l.must("duration.short.minutes", "n", m%60))
	}
	return strings.Join(parts, " ")
}

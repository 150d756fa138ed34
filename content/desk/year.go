package desk

import (
	"sort"
	"time"

	"balie/content"
)

// Time arithmetic over years must not walk their days. Each year of a calendar is laid out once, as
// instants in order with the sum of open time before each; then a question is two searches and one
// addition for each whole year between.

const (
	firstYear = 1970
	lastYear  = 2249 // open time over all the years still counts in 64 bits of nanoseconds
)

// year is when the desk is open in one year of its zone. Instants are nanoseconds since 1970, UTC.
type year struct {
	from, to int64 // the first instant of this year and of the next
	spans    []span
	days     []workingDay
	total    int64 // in all
}

// span is a time during which the desk is open, half-open; before is how long it was open in the
// year until then.
type span struct{ from, to, before int64 }

// workingDay is a day with an opening: its number in the year, from 1, and its first span.
type workingDay struct{ number, first int32 }

// year returns one year's table, laying it out where nobody has asked for it yet. Two who ask at
// once lay out the same.
func (c *Calendar) year(number int) *year {
	at := &c.years[number-firstYear]
	y := at.Load()
	if y == nil {
		y = c.layOut(number)
		at.Store(y)
	}
	return y
}

func (c *Calendar) layOut(number int) *year {
	y := &year{}
	date := content.Date{Year: number, Month: time.January, Day: 1}
	start := date.In(c.zone)
	y.from = start.UnixNano()
	for day := int32(1); date.Year == number; day++ {
		next := date.AddDays(1)
		end := next.In(c.zone)
		if spans := c.spans(date, start, end); len(spans) > 0 {
			y.days = append(y.days, workingDay{day, int32(len(y.spans))})
			y.add(spans)
		}
		date, start = next, end
	}
	y.to = start.UnixNano()
	return y
}

func (y *year) add(spans []span) {
	for _, s := range spans {
		s.before = y.total
		y.total += s.to - s.from
		y.spans = append(y.spans, s)
	}
}

// spans are a date's windows as instants. A window that the change of the clocks moves out of the
// date or shrinks to nothing is dropped; windows that it moves over each other are joined.
func (c *Calendar) spans(d content.Date, start, end time.Time) []span {
	windows := c.windows(d)
	spans := make([]span, 0, len(windows))
	even := end.Sub(start) == 24*time.Hour && offsetOf(start) == offsetOf(end)
	for _, w := range windows {
		from, to := start.Add(time.Duration(w.Start)*time.Minute), start.Add(time.Duration(w.End)*time.Minute)
		if !even {
			from, to = content.Local(d, w.Start*60, c.zone), content.Local(d, w.End*60, c.zone)
		}
		s := span{from: max(from.UnixNano(), start.UnixNano()), to: min(to.UnixNano(), end.UnixNano())}
		if s.from < s.to {
			spans = append(spans, s)
		}
	}
	if even {
		return spans
	}
	return joinSpans(spans)
}

func offsetOf(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

func joinSpans(spans []span) []span {
	sort.Slice(spans, func(i, j int) bool { return spans[i].from < spans[j].from })
	kept := spans[:0]
	for _, s := range spans {
		if n := len(kept); n > 0 && s.from < kept[n-1].to {
			kept[n-1].to = max(kept[n-1].to, s.to)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// openBefore is how long the desk was open in the year before an instant.
func (y *year) openBefore(at int64) int64 {
	i := y.spansBegunBy(at)
	if i == 0 {
		return 0
	}
	s := &y.spans[i-1]
	return s.before + min(at, s.to) - s.from
}

// spansBegunBy counts the spans that begin at or before an instant.
func (y *year) spansBegunBy(at int64) int {
	low, high := 0, len(y.spans)
	for low < high {
		if middle := int(uint(low+high) >> 1); y.spans[middle].from <= at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// afterOpenTime returns the earliest instant by which the desk was open for so long in the year; 0
// < open ≤ y.open.
func (y *year) afterOpenTime(open int64) int64 {
	low, high := 0, len(y.spans)
	for low < high {
		if middle := int(uint(low+high) >> 1); y.spans[middle].before < open {
			low = middle + 1
		} else {
			high = middle
		}
	}
	s := &y.spans[low-1]
	return s.from + open - s.before
}

// daysBefore counts the working days before a day of the year.
func (y *year) daysBefore(number int) int {
	return sort.Search(len(y.days), func(i int) bool { return int(y.days[i].number) >= number })
}

// spansOf are those of the i-th working day.
func (y *year) spansOf(i int) []span {
	if i+1 < len(y.days) {
		return y.spans[y.days[i].first:y.days[i+1].first]
	}
	return y.spans[y.days[i].first:]
}

func (y *year) closing(i int) int64 {
	spans := y.spansOf(i)
	return spans[len(spans)-1].to
}

// day finds a working day; ok is false for a date on which the desk is closed.
func (c *Calendar) day(d content.Date) (y *year, i int, ok bool) {
	if d.Year < firstYear || d.Year > lastYear {
		return nil, 0, false
	}
	y, number := c.year(d.Year), yearDay(d)
	i = y.daysBefore(number)
	return y, i, i < len(y.days) && int(y.days[i].number) == number
}

// meanYear is the length of a year of the Gregorian calendar.
const meanYear = 31_556_952 * int64(time.Second)

// yearAt returns the year in which an instant lies: the first or the last for one outside of them.
func (c *Calendar) yearAt(at int64) (y *year, number int) {
	number = min(max(firstYear+int(at/meanYear), firstYear), lastYear)
	y = c.year(number)
	switch {
	case at < y.from && number > firstYear:
		number--
	case at >= y.to && number < lastYear:
		number++
	default:
		return y, number
	}
	return c.year(number), number
}

// nanos is an instant as it stands in the tables; those far outside of them all count as one.
func nanos(t time.Time) int64 {
	const day, end = 24 * 60 * 60, int64(8_835_955_200) // 2250-01-01
	switch s := t.Unix(); {
	case s < -day:
		return -day * int64(time.Second)
	case s > end+day:
		return (end + day) * int64(time.Second)
	}
	return t.UnixNano()
}

func (c *Calendar) instant(at int64) time.Time { return time.Unix(0, at).In(c.zone) }

// Elapsed is how long the desk is open in [from, to): real time, zero where to is not after from.
func (c *Calendar) Elapsed(from, to time.Time) time.Duration {
	return time.Duration(c.elapsed(nanos(from), nanos(to)))
}

func (c *Calendar) elapsed(from, to int64) int64 {
	if from >= to {
		return 0
	}
	first, number := c.yearAt(from)
	last, end := c.yearAt(to)
	open := last.openBefore(to) - first.openBefore(from)
	for ; number < end; number++ {
		open += c.year(number).total
	}
	return open
}

// due is the earliest instant by which the desk was open for d since from, which may be a closing
// instant. Where d is zero it is next. It is zero where that never comes.
func (c *Calendar) due(from time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return c.nextOpen(from)
	}
	at := nanos(from)
	y, number := c.yearAt(at)
	left := int64(d) - (y.total - y.openBefore(at))
	for left > 0 {
		if number++; number > lastYear {
			return time.Time{}
		}
		y = c.year(number)
		left -= y.total
	}
	return c.instant(y.afterOpenTime(y.total + left))
}

// dueBackwards returns the latest instant from which on the desk was open for d until to.
// Where d is zero it is the last moment at which the desk was open. It is zero where there is none.
// Tests compare it with other projects' answers.
func (c *Calendar) dueBackwards(to time.Time, d time.Duration) time.Time {
	at := nanos(to)
	y, number := c.yearAt(at)
	open := y.openBefore(at) - int64(max(d, 0))
	for open < 0 || open == 0 && y.spansBegunBy(at) == 0 {
		if number--; number < firstYear {
			return time.Time{}
		}
		y = c.year(number)
		open += y.total
	}
	if d <= 0 {
		return c.instant(min(at, y.spans[y.spansBegunBy(at)-1].to))
	}
	i := sort.Search(len(y.spans), func(i int) bool { return y.spans[i].before > open })
	s := y.spans[i-1]
	return c.instant(s.from + open - s.before)
}

// nextOpen is the first moment at or after an instant at which the desk is open; zero where it
// never is.
func (c *Calendar) nextOpen(at time.Time) time.Time {
	t := nanos(at)
	y, number := c.yearAt(t)
	i := max(y.spansBegunBy(t)-1, 0)
	for {
		for ; i < len(y.spans); i++ {
			if y.spans[i].to > t {
				return c.instant(max(t, y.spans[i].from))
			}
		}
		if number++; number > lastYear {
			return time.Time{}
		}
		y, i = c.year(number), 0
	}
}

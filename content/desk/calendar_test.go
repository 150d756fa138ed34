package desk

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"balie/content"
)

// written reads a calendar as "mon-fri 09:00-12:30 13:00-17:00; 2026-12-25 closed; 2026-12-24 09:00-12:00"; holidays are dates alone.
func written(t testing.TB, zone, text string) (*content.Calendar, map[string]content.Holidays) {
	t.Helper()
	c := &content.Calendar{TimeZone: zone, Holidays: []string{"set"}}
	holidays := content.Holidays{}
	for _, part := range strings.Split(text, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		var windows []content.Window
		for _, w := range words[1:] {
			if w == "closed" {
				continue
			}
			window, err := content.ParseWindow(w)
			if err != nil {
				t.Fatal(err)
			}
			windows = append(windows, window)
		}
		switch {
		case words[0][0] > '9':
			c.Hours = append(c.Hours, content.Entry[[]content.Window]{Key: words[0], Value: windows})
		case len(words) == 1:
			holidays = holidays.Set(words[0], content.Text{"nl": words[0]})
		default:
			c.Exceptions = c.Exceptions.Set(words[0], &content.Exception{Closed: windows == nil, Hours: windows})
		}
	}
	return c, map[string]content.Holidays{"set": holidays}
}

func calendar(t testing.TB, zone, text string) *Calendar {
	t.Helper()
	w, holidays := written(t, zone, text)
	c, err := newCalendar(w, holidays, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at reads a local time of a zone, with seconds or without, or an instant in UTC with a Z.
func at(t testing.TB, zone *time.Location, s string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		in := zone
		if strings.HasSuffix(s, "Z") {
			in = time.UTC
		}
		if got, err := time.ParseInLocation(layout, strings.TrimSuffix(s, "Z"), in); err == nil {
			return got
		}
	}
	t.Fatalf("no time: %q", s)
	return time.Time{}
}

func TestOpenTimeOfOddDays(t *testing.T) {
	const day = "mon-sun 00:00-24:00"
	for _, c := range []struct {
		name, zone, hours, from, to string
		want                        time.Duration
	}{
		{"a day of 25 hours has 25", "Europe/Brussels", day, "2026-10-25", "2026-10-26", 25 * time.Hour},
		{"a day of 23 hours has 23", "Europe/Brussels", day, "2026-03-29", "2026-03-30", 23 * time.Hour},
		{"a window across the gap loses it", "Europe/Brussels", "sun 01:00-05:00", "2026-03-29", "2026-03-30", 3 * time.Hour},
		{"a window across the overlap has both", "Europe/Brussels", "sun 01:00-05:00", "2026-10-25", "2026-10-26", 5 * time.Hour},
		{"of the overlap the first end counts", "Europe/Brussels", "sun 01:00-02:30", "2026-10-25", "2026-10-26", 90 * time.Minute},
		{"of the overlap the first start counts", "Europe/Brussels", "sun 02:30-04:00", "2026-10-25", "2026-10-26", 150 * time.Minute},
		{"a start in the gap moves forward", "Europe/Brussels", "sun 02:30-05:00", "2026-03-29", "2026-03-30", 90 * time.Minute},
		{"an end in the gap moves forward", "Europe/Brussels", "sun 01:00-02:30", "2026-03-29", "2026-03-30", 90 * time.Minute},
		{"a window that collapses is dropped", "Europe/Brussels", "sun 02:30-03:15", "2026-03-29", "2026-03-30", 0},
		{"moved onto another, it counts once", "Europe/Brussels", "sun 01:00-02:30 03:00-04:00", "2026-03-29", "2026-03-30", 2 * time.Hour},
		{"moved before another, it counts once", "Europe/Brussels", "sun 02:30-02:45 03:00-04:00", "2026-03-29", "2026-03-30", time.Hour},
		{"no midnight", "America/Sao_Paulo", day, "2015-10-17 12:00", "2015-10-18 12:00", 23 * time.Hour},
		{"the day after no midnight", "America/Sao_Paulo", "sun 00:00-24:00", "2015-10-17", "2015-10-20", 23 * time.Hour},
		{"a window before no midnight", "America/Sao_Paulo", "sat 22:00-24:00", "2015-10-17", "2015-10-20", 2 * time.Hour},
		{"a midnight that comes twice", "America/Sao_Paulo", "sat 22:00-24:00", "2016-02-20", "2016-02-22", 3 * time.Hour},
		{"a midnight that comes twice, in all", "America/Sao_Paulo", day, "2016-02-20", "2016-02-22", 49 * time.Hour},
		{"a date that does not exist", "Pacific/Apia", day, "2011-12-29", "2012-01-01", 48 * time.Hour},
		{"its hours are nowhere", "Pacific/Apia", "fri 09:00-17:00", "2011-12-28", "2012-01-05", 0},
		{"nor on the next date", "Pacific/Apia", "thu-fri 09:00-17:00", "2011-12-28", "2012-01-05", 8 * time.Hour},
		{"half an hour forward", "Australia/Lord_Howe", day, "2026-10-04", "2026-10-05", 23*time.Hour + 30*time.Minute},
		{"half an hour back", "Australia/Lord_Howe", day, "2026-04-05", "2026-04-06", 24*time.Hour + 30*time.Minute},
		{"a window within the half hour", "Australia/Lord_Howe", "sun 01:30-02:00", "2026-04-05", "2026-04-06", time.Hour},
		{"29 February", "UTC", "mon-sun 09:00-17:00; 2028-02-29", "2028-02-28", "2028-03-02", 16 * time.Hour},
		{"no 29 February", "UTC", "mon-sun 09:00-17:00", "2027-02-28", "2027-03-02", 16 * time.Hour},
		{"an exception replaces the day", "UTC", "mon-fri 09:00-17:00; 2026-12-24 08:00-10:00 11:00-12:00", "2026-12-24", "2026-12-25", 3 * time.Hour},
		{"an exception opens a Sunday", "UTC", "mon-fri 09:00-17:00; 2026-12-20 10:00-12:00", "2026-12-20", "2026-12-21", 2 * time.Hour},
		{"closed beats windows", "UTC", "mon-fri 09:00-17:00; 2026-12-25; 2026-12-25 10:00-12:00", "2026-12-25", "2026-12-26", 0},
		{"a night shift is two windows", "UTC", "mon 22:00-24:00; tue 00:00-06:00", "2026-11-16", "2026-11-18", 8 * time.Hour},
		{"over the turn of the year", "Europe/Brussels", day, "2025-12-31 12:00", "2026-01-01 12:00", 24 * time.Hour},
		{"two hundred years", "UTC", day, "2000-01-01", "2200-01-01", 73049 * 24 * time.Hour},
		{"before the calendar is known", "UTC", day, "1900-01-01", "1970-01-02", 24 * time.Hour},
		{"after it is known", "UTC", day, "2249-12-31", "2999-01-01", 24 * time.Hour},
		{"the other way round", "UTC", day, "2026-01-02", "2026-01-01", 0},
	} {
		zone := mustZone(t, c.zone)
		cal := calendar(t, c.zone, c.hours)
		if got := cal.Elapsed(at(t, zone, c.from), at(t, zone, c.to)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDueAtTheEdges(t *testing.T) {
	const office = "mon-fri 09:00-12:30 13:00-17:00; 2026-04-06"
	for _, c := range []struct {
		name, hours, from string
		d                 time.Duration
		want              string
	}{
		{"at opening it counts from then", office, "2026-04-03 09:00", time.Hour, "2026-04-03 10:00"},
		{"before opening too", office, "2026-04-03 03:00", time.Hour, "2026-04-03 10:00"},
		{"at closing the desk is closed", office, "2026-04-03 17:00", time.Hour, "2026-04-07 10:00"},
		{"used up at closing", office, "2026-04-03 16:00", time.Hour, "2026-04-03 17:00"},
		{"used up at noon", office, "2026-04-03 12:00", 30 * time.Minute, "2026-04-03 12:30"},
		{"a second later", office, "2026-04-03 12:00:01", 30 * time.Minute, "2026-04-03 13:00:01"},
		{"over noon", office, "2026-04-03 12:00", time.Hour, "2026-04-03 13:30"},
		{"closed for a month", "mon-fri 09:00-17:00;" + closedDays("2026-07-01", 31), "2026-06-30 16:00", 2 * time.Hour, "2026-08-03 10:00"},
		{"closed for two years", "mon-fri 09:00-17:00;" + closedDays("2026-01-01", 730), "2025-12-31 16:30", time.Hour, "2028-01-03 09:30"},
		{"ten years of one hour a week", "mon 09:00-10:00", "2026-01-01", 520 * time.Hour, "2035-12-17 10:00"},
		{"never", "2026-12-24 09:00-12:00", "2026-12-24 11:00", 2 * time.Hour, ""},
		{"a promise of three hundred years", office, "2026-12-24", 600_000 * time.Hour, ""},
	} {
		cal := calendar(t, "Europe/Brussels", c.hours)
		got := cal.due(at(t, cal.zone, c.from), c.d)
		if c.want == "" {
			if !got.IsZero() {
				t.Errorf("%s: %v, want never", c.name, got)
			}
			continue
		}
		if want := at(t, cal.zone, c.want); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

func closedDays(from string, n int) string {
	d, _ := content.ParseDate(from)
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "; %s closed", d)
		d = d.AddDays(1)
	}
	return b.String()
}

func TestCompileRefuses(t *testing.T) {
	for name, c := range map[string]*content.Calendar{
		"no hours":         {},
		"no windows":       {Hours: content.Map[[]content.Window]{{Key: "mon"}}},
		"only closed":      {Exceptions: content.Map[*content.Exception]{{Key: "2026-12-24", Value: &content.Exception{Closed: true}}}},
		"a zone unknown":   {TimeZone: "Europe/Bruges", Hours: content.Map[[]content.Window]{{Key: "mon", Value: []content.Window{{Start: 0, End: 60}}}}},
		"the machine's":    {TimeZone: "Local", Hours: content.Map[[]content.Window]{{Key: "mon", Value: []content.Window{{Start: 0, End: 60}}}}},
		"a day unknown":    {Hours: content.Map[[]content.Window]{{Key: "day", Value: []content.Window{{Start: 0, End: 60}}}}},
		"backwards":        {Hours: content.Map[[]content.Window]{{Key: "mon", Value: []content.Window{{Start: 60, End: 0}}}}},
		"beyond 24:00":     {Hours: content.Map[[]content.Window]{{Key: "mon", Value: []content.Window{{Start: 0, End: 1441}}}}},
		"a set unknown":    {Holidays: []string{"be"}, Hours: content.Map[[]content.Window]{{Key: "mon", Value: []content.Window{{Start: 0, End: 60}}}}},
		"29 February 2027": {Exceptions: content.Map[*content.Exception]{{Key: "2027-02-29", Value: &content.Exception{Closed: true}}}, Hours: content.Map[[]content.Window]{{Key: "mon", Value: []content.Window{{Start: 0, End: 60}}}}},
	} {
		if _, err := newCalendar(c, nil, time.UTC); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWorkingDays(t *testing.T) {
	cal := calendar(t, "Europe/Brussels", "mon-fri 09:00-17:00; 2026-12-25; 2027-01-01")
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-12-23", 1, "2026-12-24"}, {"2026-12-24", 1, "2026-12-28"}, {"2026-12-26", 1, "2026-12-28"}, {"2026-12-26", 2, "2026-12-29"},
		{"2026-12-31", 1, "2027-01-04"}, {"2026-12-28", 0, "2026-12-28"}, {"2027-01-04", -1, "2026-12-31"}, {"2027-01-02", -2, "2026-12-30"},
		{"2026-12-28", -1, "2026-12-24"}, {"2026-01-05", 2600, "2035-12-26"},
	} {
		d, _ := content.ParseDate(c.from)
		if got := cal.AddDays(d, c.n); got.String() != c.want {
			t.Errorf("%s and %d: %s, want %s", c.from, c.n, got, c.want)
		}
	}
	for date, want := range map[string]string{"2026-12-24": "2026-12-24 17:00", "2026-12-25": ""} {
		d, _ := content.ParseDate(date)
		if got := cal.closing(d); want == "" != got.IsZero() || want != "" && !got.Equal(at(t, cal.zone, want)) {
			t.Errorf("closing of %s: %v, want %q", date, got, want)
		}
	}
	for from, want := range map[string]string{"2026-12-24 08:00": "2026-12-24 17:00", "2026-12-24 17:00": "2026-12-24 17:00", "2026-12-24 17:01": "2026-12-28 17:00", "2026-12-27 00:00": "2026-12-28 17:00"} {
		if got := cal.nextClosing(at(t, cal.zone, from)); !got.Equal(at(t, cal.zone, want)) {
			t.Errorf("closing after %s: %v, want %s", from, got, want)
		}
	}
}

// A calendar answers the same whoever asks at the same time, and whatever was asked before.
func TestCalendarIsSharedSafely(t *testing.T) {
	const hours = "mon-fri 09:00-17:00"
	shared := calendar(t, "Europe/Brussels", hours)
	from := at(t, shared.zone, "2026-01-05")
	ask := func(c *Calendar, years int) string {
		return fmt.Sprint(c.Elapsed(from, from.AddDate(years, 0, 0)), c.due(from, time.Duration(years)*2000*time.Hour), c.dueBackwards(from, time.Duration(years)*1000*time.Hour))
	}
	want := make([]string, 40)
	for years := range want {
		want[years] = ask(calendar(t, "Europe/Brussels", hours), years)
	}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for n := range 40 {
				years := (n*7 + i*5) % 40
				if got := ask(shared, years); got != want[years] {
					t.Errorf("%d years: %s, want %s", years, got, want[years])
				}
			}
		})
	}
	wait.Wait()
}

// zones have odd changes of their clocks within the years that the random calendars are asked about.
var zones = []string{"UTC", "Europe/Brussels", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns"}

// randomCalendar draws hours, lunch breaks, closed weeks and windows at the times at which clocks change.
func randomCalendar(t testing.TB, r *rand.Rand) *Calendar {
	var text strings.Builder
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		if windows := randomWindows(r); windows != "" && r.IntN(5) > 0 {
			fmt.Fprintf(&text, "; %s %s", day, windows)
		}
	}
	fmt.Fprintf(&text, "; wed 10:00-10:0%d", 1+r.IntN(9))
	start := content.Date{Year: 2009 + r.IntN(9), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)}
	for n := range r.IntN(40) {
		if d := start.AddDays(n); r.IntN(3) == 0 {
			fmt.Fprintf(&text, "; %s %s", d, randomWindows(r)+" closed")
		} else {
			fmt.Fprintf(&text, "; %s closed", d)
		}
	}
	return calendar(t, zones[r.IntN(len(zones))], text.String())
}

func randomWindows(r *rand.Rand) string {
	var windows []string
	minute := r.IntN(600)
	for range r.IntN(4) {
		minute += r.IntN(200)
		end := min(minute+1+r.IntN(400), minutesOfDay)
		if end <= minute {
			break
		}
		windows = append(windows, content.Window{Start: minute, End: end}.String())
		minute = end
	}
	return strings.Join(windows, " ")
}

func randomTime(r *rand.Rand) time.Time {
	const years = 9 * 365 * 24 * 60 * 60
	return time.Unix(int64(1230768000+r.IntN(years)), 0)
}

func randomPauses(r *rand.Rand, from time.Time) []Pause {
	var pauses []Pause
	for range r.IntN(5) {
		start := from.Add(time.Duration(r.IntN(300)-100) * time.Hour / 3)
		p := Pause{From: start, To: start.Add(time.Duration(r.IntN(200)) * time.Hour / 5)}
		if r.IntN(12) == 0 {
			p.To = time.Time{}
		}
		pauses = append(pauses, p)
	}
	return tidy(pauses, from, time.Time{})
}

// checkDue checks due against elapsed: so much has elapsed by then, and less a second before.
func checkDue(t *testing.T, cal *Calendar, from time.Time, d time.Duration, pauses []Pause) {
	t.Helper()
	due := cal.dueAfterPauses(from, d, pauses)
	if due.IsZero() {
		if n := len(pauses); n == 0 || !pauses[n-1].To.IsZero() {
			t.Fatalf("%v after %v never comes", d, from)
		}
		return
	}
	if got := cal.elapsedWithoutPauses(from, due, pauses); got != d {
		t.Fatalf("%v from %v is due %v, by when %v has elapsed (pauses %v)", d, from, due, got, pauses)
	}
	if got := cal.elapsedWithoutPauses(from, due.Add(-time.Second), pauses); got >= d {
		t.Fatalf("%v from %v is due %v, but %v had elapsed a second before", d, from, due, got)
	}
	if len(pauses) > 0 {
		return
	}
	if back := cal.dueBackwards(due, d); cal.Elapsed(back, due) != d || cal.Elapsed(back.Add(time.Second), due) >= d || back.Before(from) {
		t.Fatalf("%v back from %v is %v, where it was %v", d, due, back, from)
	}
}

func TestDueAgreesWithElapsed(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		cal := randomCalendar(t, r)
		for range 25 {
			from := randomTime(r)
			checkDue(t, cal, from, time.Duration(1+r.IntN(300000))*time.Second, nil)
			checkDue(t, cal, from, time.Duration(1+r.IntN(300000))*time.Second, randomPauses(r, from))
		}
	}
}

func FuzzDueAgreesWithElapsed(f *testing.F) {
	f.Add(uint64(1), int64(1230768000), int64(14400))
	f.Add(uint64(7), int64(1325203200), int64(1))
	f.Fuzz(func(t *testing.T, seed uint64, from, seconds int64) {
		r := rand.New(rand.NewPCG(seed, 2))
		start := time.Unix(from%(1<<33), 0)
		cal := randomCalendar(t, r)
		if start.Year() < firstYear+1 || start.Year() > 2100 || seconds <= 0 {
			cal.due(start, time.Duration(seconds))
			cal.dueBackwards(start, time.Duration(seconds))
			return
		}
		checkDue(t, cal, start, time.Duration(seconds%1_000_000+1)*time.Second, randomPauses(r, start))
	})
}

// The open time of a day is the sum of what a clock on the wall shows as open, minute by minute, where the clocks don't change.
func TestElapsedAgreesWithTheWall(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		cal := randomCalendar(t, r)
		from := randomTime(r).Truncate(time.Minute)
		to := from.Add(time.Duration(r.IntN(5*24*60)) * time.Minute)
		var want time.Duration
		changes := offsetOf(from.In(cal.zone)) != offsetOf(to.In(cal.zone).Add(24*time.Hour)) || offsetOf(from.In(cal.zone).Add(-24*time.Hour)) != offsetOf(to.In(cal.zone))
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			if cal.shows(at) {
				want += time.Minute
			}
		}
		if got := cal.Elapsed(from, to); got != want && !changes {
			t.Errorf("seed %d: %v, by the wall %v", seed, got, want)
		}
	}
}

func (c *Calendar) shows(at time.Time) bool {
	local := at.In(c.zone)
	hour, minute, _ := local.Clock()
	for _, w := range c.windows(content.DateOf(local)) {
		if m := hour*60 + minute; w.Start <= m && m < w.End {
			return true
		}
	}
	return false
}

// Targets in days are due at a time when what has gone before is never less than without the pauses, and never before their own day.
func TestDayTargetsWaitForPauses(t *testing.T) {
	targets := []content.Target{{WorkingDays: 3}, {WorkingDays: 2, At: "same_time"}, {EndOfDayBefore: 16*60 + 1}, {Every: content.Duration(24 * time.Hour)}}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 4))
		cal, target := randomCalendar(t, r), targets[r.IntN(len(targets))]
		from := randomTime(r)
		pauses := randomPauses(r, from)
		_, base := cal.goalAndDue(&target, from, nil)
		_, due := cal.goalAndDue(&target, from, pauses)
		if due.IsZero() {
			if n := len(pauses); n == 0 || !pauses[n-1].To.IsZero() {
				t.Errorf("seed %d: never due", seed)
			}
			continue
		}
		if base.Before(from) || due.Before(base) {
			t.Errorf("seed %d: from %v due %v, with pauses %v", seed, from, base, due)
		}
		if got, want := cal.elapsedWithoutPauses(base, due, pauses), cal.openTimeOf(from, base, pauses); got != want {
			t.Errorf("seed %d: moved by %v, paused for %v", seed, got, want)
		}
	}
}

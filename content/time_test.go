package content

import (
	"slices"
	"testing"
	"time"
)

// changes are days on which zones change their clocks, each in its own way.
var changes = []struct {
	zone string
	days []Date
}{
	{"UTC", []Date{{2026, 3, 29}}},
	{"Europe/Amsterdam", []Date{{2026, 3, 29}, {2026, 10, 25}}},
	{"Europe/Dublin", []Date{{2026, 3, 29}, {2026, 10, 25}}},      // winter time is its daylight saving time
	{"America/New_York", []Date{{2026, 3, 8}, {2026, 11, 1}}},     // west of Greenwich
	{"America/St_Johns", []Date{{2006, 4, 2}, {2006, 10, 29}}},    // a minute after midnight, with half an hour in its offset
	{"America/Sao_Paulo", []Date{{2018, 2, 18}, {2018, 11, 4}}},   // at midnight: a day without one, and one that comes twice
	{"Australia/Lord_Howe", []Date{{2026, 4, 5}, {2026, 10, 4}}},  // by half an hour
	{"Antarctica/Troll", []Date{{2026, 3, 29}, {2026, 10, 25}}},   // by two hours
	{"Pacific/Apia", []Date{{2011, 12, 30}, {2011, 9, 24}}},       // a day left out
	{"Pacific/Kwajalein", []Date{{1969, 9, 30}, {1993, 8, 21}}},   // a day left out, and in 1969 one that comes twice
	{"Africa/Casablanca", []Date{{2026, 2, 15}, {2026, 3, 22}}},   // back for Ramadan
	{"Asia/Kathmandu", []Date{{1986, 1, 1}}},                      // by a quarter of an hour, for good
	{"Europe/Istanbul", []Date{{2016, 3, 27}, {2016, 9, 7}}},      // summer time kept for good
	{"Asia/Pyongyang", []Date{{2015, 8, 15}, {2018, 5, 4}}},       // half an hour back, and on again
	{"America/Caracas", []Date{{2007, 12, 9}, {2016, 5, 1}}},      // the same
	{"Africa/Juba", []Date{{2021, 2, 1}}},                         // an hour back, at midnight
	{"Asia/Tehran", []Date{{2022, 3, 22}, {2022, 9, 21}}},         // at midnight
	{"Atlantic/Azores", []Date{{2026, 3, 29}, {2026, 10, 25}}},    // across midnight
	{"Europe/Moscow", []Date{{2011, 3, 27}, {2014, 10, 26}}},      // changed for good
	{"America/Nuuk", []Date{{2023, 3, 25}, {2024, 10, 26}}},       // on the evening before
	{"Asia/Gaza", []Date{{2026, 3, 28}, {2026, 10, 31}}},          // at two on a Saturday
	{"Pacific/Chatham", []Date{{2026, 4, 5}, {2026, 9, 27}}},      // 2:45
	{"America/Asuncion", []Date{{2024, 3, 24}, {2024, 10, 6}}},    // at midnight
	{"Australia/Sydney", []Date{{2026, 4, 5}, {2026, 10, 4}}},     // the other way round in the year
	{"America/Santiago", []Date{{2026, 4, 4}, {2026, 9, 6}}},      // at midnight, the other way round
	{"Europe/London", []Date{{1971, 10, 31}, {2026, 3, 29}}},      // after three years of summer time
	{"Asia/Hong_Kong", []Date{{1973, 12, 30}, {1979, 10, 21}}},    // at 3:30
	{"America/Havana", []Date{{2026, 3, 8}, {2026, 11, 1}}},       // at midnight and at one
	{"Africa/Cairo", []Date{{2026, 4, 24}, {2026, 10, 29}}},       // at midnight
	{"Asia/Beirut", []Date{{2026, 3, 29}, {2026, 10, 24}}},        // at midnight
	{"Africa/El_Aaiun", []Date{{2026, 2, 15}, {2026, 3, 22}}},     // as in Morocco
	{"America/Scoresbysund", []Date{{2024, 3, 31}, {2024, 4, 1}}}, // another zone on the day of the change
}

// TestLocal holds Local and localStrict to what the zone's clocks show, minute by minute around every change.
func TestLocal(t *testing.T) {
	for _, c := range changes {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, day := range c.days {
			shown := clocks(day, zone)
			for d := -1; d <= 1; d++ {
				for minute := 0; minute < 24*60; minute++ {
					local(t, day.AddDays(d), minute*60, zone, shown)
				}
			}
		}
	}
}

// wall is what a clock shows.
type wall struct {
	day     Date
	seconds int
}

// clocks lists the instants at which a zone's clocks show each minute, for some days around one.
func clocks(day Date, zone *time.Location) map[wall][]time.Time {
	shown := map[wall][]time.Time{}
	middle := time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, time.UTC)
	for at := middle.Add(-96 * time.Hour); at.Before(middle.Add(96 * time.Hour)); at = at.Add(time.Minute) {
		l := at.In(zone)
		h, m, s := l.Clock()
		w := wall{DateOf(l), h*3600 + m*60 + s}
		shown[w] = append(shown[w], l)
	}
	return shown
}

func local(t *testing.T, day Date, seconds int, zone *time.Location, shown map[wall][]time.Time) {
	t.Helper()
	want := shown[wall{day, seconds}]
	at, instants := localStrict(day, seconds, zone)
	if !slices.EqualFunc(instants, want, time.Time.Equal) {
		t.Fatalf("%s: %s %02d:%02d is at %v, want %v", zone, day, seconds/3600, seconds/60%60, instants, want)
	}
	if got := Local(day, seconds, zone); !got.Equal(at) || got.Location() != zone && zone != time.UTC {
		t.Fatalf("%s: %s %02d:%02d: Local is %v, localStrict %v", zone, day, seconds/3600, seconds/60%60, got, at)
	}
	switch {
	case len(want) > 0:
		if !at.Equal(want[0]) {
			t.Fatalf("%s: %s %02d:%02d is %v, want the first, %v", zone, day, seconds/3600, seconds/60%60, at, want[0])
		}
	default: // as much after the gap's end as the time asked for lies after its beginning
		gap := gapAt(day, seconds, shown)
		h, m, s := at.Clock()
		if moved := naive(DateOf(at), h*3600+m*60+s).Sub(naive(day, seconds)); moved != gap {
			t.Fatalf("%s: %s %02d:%02d, in a gap of %v, moves to %v", zone, day, seconds/3600, seconds/60%60, gap, at)
		}
	}
}

// gapAt is how much the clocks leave out around a time that they don't show.
func gapAt(day Date, seconds int, shown map[wall][]time.Time) (gap time.Duration) {
	for _, step := range []int{-60, 60} {
		for at := (wall{day, seconds}); shown[at] == nil; gap += time.Minute {
			at = at.plus(step)
		}
	}
	return gap - time.Minute // the time itself was counted twice
}

func (w wall) plus(seconds int) wall {
	t := naive(w.day, w.seconds+seconds)
	h, m, s := t.Clock()
	return wall{DateOf(t), h*3600 + m*60 + s}
}

func naive(d Date, seconds int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, seconds, 0, time.UTC)
}

// TestDateIn: a day begins at midnight or, where there is none, at the first moment after it; 24:00 is the next day's beginning.
func TestDateIn(t *testing.T) {
	for _, c := range []struct{ zone, day, want string }{
		{"Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, // 01:00 there
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},      // 00:00 on the 31st
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},    // the first of two
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, err := ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := UTC(day.In(zone)); got != c.want {
			t.Errorf("%s begins in %s at %s, want %s", c.day, c.zone, got, c.want)
		}
		if end := Local(day, 24*3600, zone); !end.Equal(day.AddDays(1).In(zone)) {
			t.Errorf("%s ends in %s at %v", c.day, c.zone, end)
		}
	}
}

func TestParseTime(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ written, want string }{
		{"2026-11-20T14:05", "2026-11-20T13:05:00Z"},
		{"2026-11-20T14:05:09", "2026-11-20T13:05:09Z"},
		{"2026-07-20T14:05", "2026-07-20T12:05:00Z"},
		{"2026-11-20T13:05:00Z", "2026-11-20T13:05:00Z"},
		{"2026-11-20T14:05:00+05:30", "2026-11-20T08:35:00Z"},
		{"1970-01-01T00:00:00+14:00", "1969-12-31T10:00:00Z"},
		{"2999-12-31T23:59:59-12:00", "3000-01-01T11:59:59Z"},
		{"2024-02-29T00:00", "2024-02-28T23:00:00Z"},
	} {
		at, err := ParseTime(c.written, zone)
		if err != nil || UTC(at) != c.want || at.Location() != zone {
			t.Errorf("%s is %v (%v), want %s", c.written, at, err, c.want)
		}
	}
	for _, written := range []string{
		"", "2026", "2026-11-20", "2026-11-20T", "2026-11-20T14", "2026-11-20T1405", "2026-11-20 14:05", "2026-11-20t14:05", "2026-1-20T14:05", "2026-11-20T4:05",
		"2026-11-20T24:00", "2026-11-20T14:60", "2026-11-20T14:05:60", "2026-11-20T14:05Z", "2026-11-20T14:05:00z", "2026-11-20T14:05:00.5Z", "2026-11-20T14:05:00+0100",
		"2026-11-20T14:05:00+25:00", "2026-02-29T00:00", "2026-11-31T00:00", "2026-00-10T00:00", "1969-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "2026-03-29T02:30", "2026-10-25T02:30",
		"2026-11-20T14:05 ", " 2026-11-20T14:05", "2026-11-20T14:05:", "２０２６-11-20T14:05",
	} {
		if at, err := ParseTime(written, zone); err == nil {
			t.Errorf("%q was read as %v", written, at)
		}
	}
}

package sample_test

import (
	"bytes"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/load"
	"balie/content/sample"
)

// TestHistory tells every desk's story at many instants, in order, and checks what has come about:
// the calendar's odd days are where whole weeks do not fit.
func TestHistory(t *testing.T) {
	for _, name := range append(sample.Names(), sample.Starter) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys, err := sample.FS(name)
			if err != nil {
				t.Fatal(err)
			}
			desk := load.Load(fsys, nil).Tree
			told := &telling{name: name, files: fstest.MapFS{}}
			for i, now := range instants(desk) {
				if !testing.Short() || i%10 == 0 {
					told.tell(t, now)
				}
			}
		})
	}
}

// instants are those at which a desk's story is told: each hour of the nights in which clocks change,
// the ends of months, the desk's holidays, and midnights.
func instants(desk *content.Tree) []time.Time {
	var all []time.Time
	add := func(year int, month time.Month, day, hour, minute int) {
		all = append(all, time.Date(year, month, day, hour, minute, 0, 0, desk.Zone))
	}
	add(2024, 2, 29, 12, 0)
	for _, year := range []int{2026, 2027} {
		for month := time.January; month <= time.December; month++ {
			add(year, month+1, 0, 23, 59) // the last day
		}
		for _, change := range []content.Date{lastSunday(year, time.March), lastSunday(year, time.October)} {
			for at := change.AddDays(-1).In(desk.Zone).Add(23*time.Hour + 30*time.Minute); at.Before(change.In(desk.Zone).Add(5 * time.Hour)); at = at.Add(time.Hour) {
				all = append(all, at)
			}
		}
	}
	for week := 0; week < 8; week++ { // each hour of a day, the days of a week, and of the month
		add(2026, 11, 16+week*8, week*3, 30)
	}
	for _, days := range desk.Holidays {
		for _, day := range days {
			if date, err := content.ParseDate(day.Key); err == nil {
				add(date.Year, date.Month, date.Day, 0, 0)
			}
		}
	}
	add(2028, 2, 29, 0, 0)
	add(2028, 2, 29, 23, 59)
	add(2028, 3, 1, 0, 0)
	return all
}

// lastSunday is the day of a month on which Europe's clocks change.
func lastSunday(year int, month time.Month) content.Date {
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
	return content.DateOf(last.AddDate(0, 0, -int(last.Weekday())))
}

// telling is a desk as its story was told last.
type telling struct {
	name    string
	files   fstest.MapFS
	loaded  *load.Loaded
	checker check.Checker
}

// tell tells the story up to an instant. Nothing in it is wrong, or yet to come, and it is not long over.
func (d *telling) tell(t *testing.T, now time.Time) {
	commits, err := sample.History(d.name, now)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, c := range commits {
		if c.At.After(now) {
			t.Errorf("at %s: a commit of %s", now, c.At)
		}
		for _, f := range c.Files {
			if files[f.Path] != nil {
				t.Errorf("at %s: %s is written twice", now, f.Path)
			}
			files[f.Path] = &fstest.MapFile{Data: f.Data}
		}
	}
	changed := d.changed(files)
	if d.files = files; d.loaded == nil {
		d.loaded = load.Load(files, nil)
	} else {
		d.loaded = d.loaded.Reload(files, changed, nil)
	}
	for _, p := range d.checker.Check(d.loaded, now) {
		if p.Severity == content.Error || p.Code != content.CodeHolidays {
			t.Errorf("at %s: %s", now, p)
		}
	}
	if last := commits[len(commits)-1].At; now.Sub(last) > 4*24*time.Hour && d.name != sample.Starter {
		t.Errorf("at %s: the story ends at %s", now, last)
	}
}

// changed lists the paths of files that are not as they were told last.
func (d *telling) changed(files fstest.MapFS) (paths []string) {
	for path, f := range files {
		if before := d.files[path]; before == nil || !bytes.Equal(before.Data, f.Data) {
			paths = append(paths, path)
		}
	}
	for path := range d.files {
		if files[path] == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

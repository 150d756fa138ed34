package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/load"
)

// always is the calendar of every hour of every day.
const always = "always"

func (c *checker) calendar(file, name string, cal *content.Calendar) {
	key := "calendars." + name
	if name == always {
		c.error(file, key+"~", content.CodeName, "give it another name", "calendars: %q is the calendar of every hour of every day", always)
	} else if !content.IsID(name) {
		c.error(file, key+"~", content.CodeName, content.IDHint, "calendars: %q is no id", name)
	}
	if cal.TimeZone != "" {
		if _, err := load.LoadZone(cal.TimeZone); err != nil {
			c.error(file, key+".time_zone", content.CodeZone, load.ZoneHint, "%s.time_zone: %v", key, err)
		}
	}
	c.hours(file, key+".hours", cal.Hours)
	c.exceptions(file, key+".exceptions", cal)
	for i, set := range cal.Holidays {
		c.reference(file, fmt.Sprintf("%s.holidays[%d]", key, i), set, c.words.holidays, content.Error)
	}
}

// hours checks a week's windows.
func (c *checker) hours(file, key string, hours content.Map[[]content.Window]) {
	open, byDay := false, map[time.Weekday]string{}
	for _, h := range hours {
		at, days := key+"."+h.Key, content.Days(h.Key)
		if days == nil {
			c.error(file, at+"~", content.CodeValue, "write a day such as mon, or days such as mon-thu: "+strings.Join(content.DayNames, ", "), "%s: %q is no day", key, h.Key)
		}
		for _, d := range days {
			if first, taken := byDay[d]; taken {
				c.error(file, at+"~", content.CodeDuplicate, fmt.Sprintf("put all windows of a day into one list; %s has it already", first), "%s: %s is here twice", key, content.DayNames[d])
				break
			}
			byDay[d] = h.Key
		}
		c.windows(file, at, h.Value)
		open = open || len(h.Value) > 0
	}
	if !open && hours != nil {
		c.error(file, key, content.CodeClosed, "add hours, such as mon-fri: [\"09:00-17:00\"]", "%s: a calendar without one open minute", key)
	}
}

func (c *checker) windows(file, key string, windows []content.Window) {
	for i := 1; i < len(windows); i++ {
		at, before, after := fmt.Sprintf("%s[%d]", key, i), windows[i-1], windows[i]
		switch {
		case after == content.Window{} || before == content.Window{}: // could not be read
		case after.End <= before.Start:
			c.error(file, at, content.CodeOverlap, "write the earlier one first", "%s: %s comes before %s", at, after, before)
		case after.Start < before.End:
			c.error(file, at, content.CodeOverlap, "let it begin at "+content.MinutesString(before.End)+" or later, or make one window of both", "%s: %s overlaps %s", at, after, before)
		}
	}
}

func (c *checker) exceptions(file, key string, cal *content.Calendar) {
	for _, e := range cal.Exceptions {
		at := key + "." + e.Key
		if _, err := content.ParseDate(e.Key); err != nil {
			c.error(file, at+"~", content.CodeValue, "write a day as 2026-12-24", "%s: %v", key, err)
		}
		if e.Value.Closed == (len(e.Value.Hours) > 0) {
			c.error(file, at, content.CodeValue, "write closed: true, or hours: [\"09:00-12:00\"]", "%s: either closed, or open at hours of its own", at)
		}
		c.windows(file, at+".hours", e.Value.Hours)
	}
}

// holidaysAhead finds sets without the dates of this year and the coming one.
func (c *checker) holidaysAhead(file, name string, cal *content.Calendar, now time.Time) {
	this := now.In(c.Zone).Year()
	for _, set := range cal.Holidays {
		dates, there := c.Holidays[set]
		if !there || c.words.holidays.unsure {
			continue
		}
		for _, year := range []int{this, this + 1} {
			prefix := fmt.Sprintf("%04d-", year)
			if !slices.ContainsFunc(dates, func(d content.Entry[content.Text]) bool { return strings.HasPrefix(d.Key, prefix) }) {
				c.warn("holidays/"+set+".yaml", "", content.CodeHolidays, fmt.Sprintf("add the dates of %d; the calendar %s in %s counts them as working days until then", year, name, file), "no holidays of %d", year)
			}
		}
	}
}

func (c *checker) holidays(file string, dates content.Holidays) {
	for _, d := range dates {
		if _, err := content.ParseDate(d.Key); err != nil {
			c.error(file, d.Key+"~", content.CodeValue, "write a day as 2026-12-25", "%v", err)
		}
	}
}

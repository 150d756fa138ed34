package themes

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"balie/content"
)

// Links are several links in a cell, and how many more there would be.
type Links struct {
	Links []Link
	More  int
}

// cell is a table's figure as the language writes it: of a string, Word, int, Tenths,
// time.Duration, WorkTime, time.Time, content.Date, Link or Links; nil is nothing to tell.
func (w words) cell(v any) (template.HTML, error) {
	switch v := v.(type) {
	case nil:
		return "–", nil
	case Link:
		return w.partial("link", v)
	case Links:
		return w.partial("links", v)
	case time.Time:
		return w.moment("shortat", v)
	}
	return template.HTML(template.HTMLEscapeString(w.figure(v))), nil
}

func (w words) figure(v any) string {
	switch v := v.(type) {
	case int:
		return w.Number(v)
	case time.Duration:
		return w.ShortDuration(v)
	case WorkTime:
		return w.ShortWork(time.Duration(v))
	case Tenths:
		return w.tenthsOf(int(v))
	case content.Date:
		return strings.ReplaceAll(w.Day(v.In(time.UTC)), " ", "\u00a0") // on one line
	case Word:
		return w.word(string(v))
	}
	return fmt.Sprint(v)
}

// Chart is bars from zero in groups, such as a bar for what came and one for what was answered for
// each day of the week. Its words are messages: chart.<id>.title, with the group that stands out as
// {name}; .about; .group; and .0, .1 for each series.
type Chart struct {
	ID     string
	Series int
	Groups []Group
	Unit   int // what a whole is in the values: 1, or 10 for tenths
	Peak   int // the group that stands out
}

// Group is the bars of one name, one for each series. Name is a time.Weekday, an hour as an int, a
// time.Time for its day, a Word, or text.
type Group struct {
	Name   any
	Values []int
}

// groupName is a group's name, short where it stands under a bar.
func (w words) groupName(name any, short bool) string {
	switch v := name.(type) {
	case time.Weekday:
		if short {
			return w.dates.shortWeekdays[v]
		}
		return w.Weekday(v)
	case time.Time:
		return w.Day(v)
	case int:
		return w.hours(v * 60)
	case Word:
		return w.word(string(v))
	}
	return fmt.Sprint(name)
}

// peak is the name of the group that stands out.
func (w words) peak(c Chart) string {
	if c.Peak < 0 || c.Peak >= len(c.Groups) {
		return ""
	}
	return w.groupName(c.Groups[c.Peak].Name, false)
}

// Drawing is where a chart's bars and words stand.
type Drawing struct {
	Width, Height, Base int
	Bars                []DrawnBar
	Names               []DrawnName
}

// DrawnBar is one bar and the number on it.
type DrawnBar struct {
	Series, X, Y, W, H int
	Label              string
	LabelX, LabelY     int
	Anchor             string // of the label: the outer side, so that two labels never touch
}

// DrawnName is what stands under a group.
type DrawnName struct {
	X, Y int
	Text string
}

const (
	chartWidth, chartHeight = 640, 200
	chartBase, chartTop     = 172, 22
)

// drawBars lays a chart out. With many groups the numbers would stand over one another: then only
// the highest bar has one.
func (w words) drawBars(c Chart) Drawing {
	d := Drawing{Width: chartWidth, Height: chartHeight, Base: chartBase}
	most := 1
	for _, g := range c.Groups {
		for _, v := range g.Values {
			most = max(most, v)
		}
	}
	for i, g := range c.Groups {
		left, right := i*chartWidth/len(c.Groups), (i+1)*chartWidth/len(c.Groups)
		gap := max((right-left)/6, 1)
		wide := (right - left - 2*gap) / max(len(g.Values), 1)
		for s, v := range g.Values {
			bar := DrawnBar{Series: s, X: left + gap + s*wide, W: max(wide-1, 1), H: v * (chartBase - chartTop) / most}
			bar.Y = chartBase - bar.H
			if len(c.Groups) <= 10 && v > 0 || v == most {
				bar.Label, bar.LabelX, bar.LabelY, bar.Anchor = w.tenths(v, c.Unit), bar.X+bar.W/2, bar.Y-6, "middle"
				if len(g.Values) == 2 {
					bar.LabelX, bar.Anchor = bar.X+bar.W*(1-s)+8*s-4, []string{"end", "start"}[s]
				}
			}
			d.Bars = append(d.Bars, bar)
		}
		if len(c.Groups) <= 10 || i%3 == 0 {
			d.Names = append(d.Names, DrawnName{max((left+right)/2, 32), chartHeight - 8, w.groupName(g.Name, true)})
		}
	}
	return d
}

// tenths is a value of which unit is a whole.
func (w words) tenths(v, unit int) string {
	switch {
	case unit <= 1:
		return w.Number(v)
	case unit == 10 && v%10 == 0:
		return w.Number(v / 10)
	case unit == 10:
		return w.tenthsOf(v)
	}
	return w.Decimal(v * 100 / unit)
}

package generator

import (
	"time"

	"balie/generator/report"
	"balie/themes"
)

// charted is a report's chart as a theme draws it: averages in tenths, durations in tenths of
// hours.
func charted(c *report.Chart, id string) *themes.Chart {
	chart := &themes.Chart{ID: id, Series: len(c.Series), Unit: 1, Peak: -1}
	if c.Series[0].Kind != report.CountKind {
		chart.Unit = 10
	}
	most := 0
	for _, bar := range c.Bars {
		g := themes.Group{Name: groupName(c.Label, bar.Label)}
		for i, v := range bar.Values {
			g.Values = append(g.Values, height(c.Series[i].Kind, v))
		}
		if g.Values[0] > most {
			most, chart.Peak = g.Values[0], len(chart.Groups)
		}
		chart.Groups = append(chart.Groups, g)
	}
	return chart
}

func height(k report.Kind, v report.Cell) int {
	switch k {
	case report.AverageKind:
		return int(v.Tenths(k))
	case report.DurationKind:
		return int((v.Duration() + 3*time.Minute) / (6 * time.Minute))
	}
	return int(v.N)
}

func groupName(label report.Column, c report.Cell) any {
	switch label.ID {
	case "weekday":
		return report.WeekdayOf(c.Text)
	case "hour":
		hour, _ := time.Parse("15:04", c.Text)
		return hour.Hour()
	case "age":
		return themes.Word("report.age." + c.Text)
	}
	return c.Text
}

package report

import (
	"fmt"
	"slices"
	"time"
)

// trafficWeeks is over how long arrivals and answers are counted by weekday and hour. The span is
// whole weeks back from now, so that each weekday comes equally often.
const trafficWeeks = 8

// Traffic is what came in and what was answered. Came is tickets and the further messages that
// began to wait; Answers are turns that a response ended.
type Traffic struct{ Tickets, Further, Answers int }

// Came is everything that began to wait for an answer.
func (t Traffic) Came() int { return t.Tickets + t.Further }

// Grid is the traffic by weekday (time.Weekday) and hour of the desk's zone.
type Grid [7][24]Traffic

// traffic counts the last weeks.
func (f *Facts) traffic() *Grid {
	from, g := f.ago(7*trafficWeeks), &Grid{}
	for _, t := range f.Tickets {
		if t.Spam() {
			continue
		}
		for i := range t.Turns {
			turn := &t.Turns[i]
			if f.since(from, turn.From) {
				g.at(turn.From, f.hours.zone).came(i == 0)
			}
			if turn.Answered && f.since(from, turn.To) {
				g.at(turn.To, f.hours.zone).Answers++
			}
		}
	}
	return g
}

func (g *Grid) at(t time.Time, zone *time.Location) *Traffic {
	local := t.In(zone)
	return &g[local.Weekday()][local.Hour()]
}

func (t *Traffic) came(first bool) {
	if first {
		t.Tickets++
	} else {
		t.Further++
	}
}

func (t *Traffic) plus(u Traffic) {
	t.Tickets += u.Tickets
	t.Further += u.Further
	t.Answers += u.Answers
}

// Day is the traffic of a weekday, in all.
func (g *Grid) Day(d time.Weekday) (sum Traffic) {
	for _, t := range g[d] {
		sum.plus(t)
	}
	return sum
}

// Hour is the traffic of an hour, on all days.
func (g *Grid) Hour(h int) (sum Traffic) {
	for d := range g {
		sum.plus(g[d][h])
	}
	return sum
}

// Sum is all of it.
func (g *Grid) Sum() (sum Traffic) {
	for d := range g {
		sum.plus(g.Day(time.Weekday(d)))
	}
	return sum
}

// weekdays are those of a week as it begins on Monday, and how they are called in tables.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

var weekdayIDs = [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// WeekdayOf returns the weekday that tables call by an id.
func WeekdayOf(id string) time.Weekday { return time.Weekday(slices.Index(weekdayIDs[:], id)) }

var trafficColumns = []Column{
	countColumn("arrivals"), countColumn("further"), countColumn("came"), countColumn("answers"),
	{ID: "came_a_week", Kind: AverageKind}, {ID: "answers_a_week", Kind: AverageKind},
}

func (t Traffic) cells() []Cell {
	return []Cell{count(t.Tickets), count(t.Further), count(t.Came()), count(t.Answers), average(t.Came(), trafficWeeks), average(t.Answers, trafficWeeks)}
}

// weekdayTable has a row for each day of the week. A week has one of each, so what came a week is
// what came on such a day.
func (g *Grid) weekdayTable() Table {
	t := Table{ID: "by_weekday", Columns: append([]Column{wordColumn("weekday", "weekday")}, trafficColumns...)}
	for _, d := range weekdays {
		t.add(append([]Cell{text(weekdayIDs[d])}, g.Day(d).cells()...)...)
	}
	t.sum()
	return t
}

// hourTable has a row for each hour of the day.
func (g *Grid) hourTable() Table {
	t := Table{ID: "by_hour", Columns: append([]Column{textColumn("hour")}, trafficColumns...)}
	for h := range 24 {
		t.add(append([]Cell{text(hourID(h))}, g.Hour(h).cells()...)...)
	}
	t.sum()
	return t
}

// gridTable has a row for each hour and a column for each weekday: what came in.
func (g *Grid) gridTable() Table {
	t := Table{ID: "by_weekday_and_hour", Columns: []Column{textColumn("hour")}}
	for _, d := range weekdays {
		t.Columns = append(t.Columns, countColumn(weekdayIDs[d]))
	}
	for h := range 24 {
		row := []Cell{text(hourID(h))}
		for _, d := range weekdays {
			row = append(row, count(g[d][h].Came()))
		}
		t.add(row...)
	}
	t.sum()
	return t
}

func hourID(h int) string { return fmt.Sprintf("%02d:00", h) }

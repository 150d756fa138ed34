package report

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// Report is what is reported of a desk at an instant: figures for sentences, and tables and charts
// in the order in which they are shown.
type Report struct {
	Zone *time.Location // of its weeks, days and hours

	Backlog  Backlog
	Oldest   time.Duration // the longest wait for an answer, in working time; 0 where nobody waits
	Recent   Recent
	Estimate Estimate
	Notice   Notice
	Traffic  *Grid  // of the last 8 weeks
	Kept     []Kept // by promise, in the order of the policy
	Owed     []Owed // updates and postmortems of public incidents to come, the soonest first

	Tables []Table
	Charts []Chart
}

// Recent is how long the first answers of the last 7 days took, in working time, or of the last 28
// where there were fewer than five. It is zero where those are too few too.
type Recent struct {
	Median time.Duration // half came within
	Most   time.Duration // nine in ten came within
}

// How many weeks of arrival are shown.
const (
	publicWeeks = 8
	staffWeeks  = 26
)

// Public is what everybody may see: no ticket's number, no name, no text that anybody wrote, and of
// fewer than five tickets only their count.
func Public(f *Facts) *Report {
	weeks := f.weeks(publicWeeks)
	r, cohorts := f.report(weeks)
	byWeek := f.byWeek(weeks, cohorts, everyone)
	r.Tables = append(r.Tables, byWeek,
		f.byWeekAnd("first_response_by_lane", "lane", weeks, laneOf, everyone), f.byWeekAnd("first_response_by_channel", "channel", weeks, channelOf, everyone))
	r.finish(f, weeks, &byWeek)
	return r
}

// Staff is everything.
func Staff(f *Facts) *Report {
	weeks := f.weeks(staffWeeks)
	r, cohorts := f.report(weeks)
	byWeek := f.byWeek(weeks, cohorts, staff)
	r.Tables = append(r.Tables, f.oldestTable(f.aged()), byWeek,
		f.byWeekAnd("first_response_by_lane", "lane", weeks, laneOf, staff), f.byWeekAnd("first_response_by_channel", "channel", weeks, channelOf, staff))
	r.finish(f, weeks, &byWeek)
	r.Tables = append(r.Tables, r.Traffic.gridTable(), f.incidentTable(), inversionTable(f.inversions(f.ago(auditDays))),
		f.paymentTable(), f.fairUseTable(), f.demotionTable(), f.closingTable(), f.pauseTable(), f.reopeningTable(), f.ratingTable(), f.organisationTable(), f.offeredTable(), f.nothingTable())
	return r
}

// report is what both begin with.
func (f *Facts) report(weeks []Week) (*Report, map[cohortKey]*Cohort) {
	aged, cohorts := f.aged(), f.cohorts(weeks, allAlike)
	r := &Report{
		Zone: f.hours.zone, Backlog: f.backlog(), Recent: f.recent(), Estimate: f.estimate(), Notice: f.notice(),
		Traffic: f.traffic(), Kept: f.kept(attainmentDays), Owed: f.owed(),
	}
	if len(aged) > 0 {
		r.Oldest = aged[0].Working
	}
	ageing := ageingTable(aged)
	r.Tables = []Table{f.backlogTable(), ageing}
	r.Charts = []Chart{ageing.chart("ageing", "age", "unanswered")}
	return r, cohorts
}

// finish adds what both go on with.
func (r *Report) finish(f *Facts, weeks []Week, byWeek *Table) {
	days, hours, flow := r.Traffic.weekdayTable(), r.Traffic.hourTable(), f.flowTable(weeks)
	r.Tables = append(r.Tables, attainmentTable(r.Kept), flow, days, hours, estimateTable(r.Estimate, r.Notice))
	r.Charts = append(r.Charts,
		byWeek.chart("first_response", "week", "p50_working", "p90_working"),
		flow.chart("flow", "week", "arrivals", "first_answers"),
		days.chart("by_weekday", "weekday", "came_a_week", "answers_a_week"),
		hours.chart("by_hour", "hour", "came_a_week", "answers_a_week"))
}

// recent looks at the last week's first answers or, where they are too few, at those of the last
// four.
func (f *Facts) recent() Recent {
	for _, days := range []int{7, attainmentDays} {
		from, c := f.ago(days), Cohort{}
		for _, t := range f.Tickets {
			if t.First != nil && t.Counts() && f.since(from, t.First.At) {
				c.add(t)
			}
		}
		if c.sort(); c.Answered >= Fewest {
			median, _ := c.Working(50)
			most, _ := c.Working(90)
			return Recent{median, most}
		}
	}
	return Recent{}
}

// Table returns the table with an id, or nil.
func (r *Report) Table(id string) *Table {
	for i := range r.Tables {
		if r.Tables[i].ID == id {
			return &r.Tables[i]
		}
	}
	return nil
}

// ticket returns the facts of a record, or nil where it has not begun.
func (f *Facts) ticket(record *content.Ticket) *Ticket {
	i, _ := slices.BinarySearchFunc(f.Tickets, record.Number, func(t *Ticket, number string) int { return cmp.Compare(t.Record.Number, number) })
	for ; i < len(f.Tickets) && f.Tickets[i].Record.Number == record.Number; i++ {
		if f.Tickets[i].Record == record {
			return f.Tickets[i]
		}
	}
	return nil
}

// Chart returns the chart with an id, or nil.
func (r *Report) Chart(id string) *Chart {
	for i := range r.Charts {
		if r.Charts[i].ID == id {
			return &r.Charts[i]
		}
	}
	return nil
}

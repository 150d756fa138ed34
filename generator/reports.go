package generator

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/desk/queuefile"
	"balie/generator/report"
	"balie/generator/site"
	"balie/themes"
)

// figures adds what is counted: of the queue and the promises for everybody, and the staff's reports where their tree is built.
func (f facts) figures(in *site.Input, cache *report.Cache, staff bool) {
	counted := report.Gather(f.Tree, f.desk, f.now, cache)
	public := report.Public(counted)
	in.Attained = attained(public)
	if f.Tree.PolicyAt(f.now) != nil {
		in.Queue = f.publicQueue(public)
	}
	if !staff {
		return
	}
	in.Marks = marks(counted)
	w := reportWriter{facts: f, report: report.Staff(counted), public: strings.TrimSuffix(cmp.Or(in.BaseURL, f.Tree.Site.BaseURL), "/")}
	w.queueFiles()
	for _, s := range subjects {
		w.page(s)
	}
	in.Reports, in.Files = w.pages, w.files
}

// marks is what staff should know of who asks.
func marks(counted *report.Facts) func(*content.Ticket) site.Mark {
	return func(t *content.Ticket) (shown site.Mark) {
		mark := counted.Requesters().Of(t)
		if mark.Beyond {
			shown.MayAsk, shown.People = mark.Limit, mark.Others+1
		}
		if mark.Open > 0 {
			shown.Open, shown.FairUse, shown.Report = mark.Open, mark.FairUse, "/reports/order/#fair_use"
		}
		return shown
	}
}

// attainedWeeks is over how long report counts what was attained.
const attainedWeeks = 4

// overdueNamed is how many incidents are named that owe what a promise is about; the others are counted.
const overdueNamed = 5

// attained is what was attained of each promise in force, by its id.
func attained(r *report.Report) map[string]*site.Attained {
	all := map[string]*site.Attained{}
	for _, k := range r.Kept {
		a := &site.Attained{Kept: k.Met, Of: k.Of, Weeks: attainedWeeks, State: looks(k)}
		for _, o := range r.Owed {
			switch {
			case o.Promise.ID != k.Promise.ID || !o.Breached():
			case len(a.Overdue) == overdueNamed:
				a.More++
			default:
				a.Overdue = append(a.Overdue, site.Overdue{ID: o.Incident.ID, Title: o.Incident.Title})
			}
		}
		all[k.Promise.ID] = a
	}
	return all
}

// looks is how an attainment is drawn: as what is expected or less; as unknown where it is not said what to expect.
func looks(k report.Kept) content.ComponentState {
	switch {
	case k.Below():
		return content.DegradedPerformance
	case k.Promise.Attainment > 0 || k.Known && k.Met == k.Of:
		return content.Operational
	}
	return ""
}

// publicQueue is the queue report for everybody: counts and durations, and nothing of fewer than five but their count.
func (f facts) publicQueue(r *report.Report) *site.Queue {
	q := &site.Queue{
		Desk: r.Backlog.Desk, Requester: r.Backlog.Requester, ThirdParty: r.Backlog.ThirdParty,
		Oldest: r.Oldest.Truncate(time.Minute), Half: r.Recent.Median, Most: r.Recent.Most, Slow: r.Notice.Slow, State: content.Operational, Asof: f.now.In(f.Tree.Zone),
	}
	if k := mostAsked(r.Kept); k != nil {
		q.Promised, q.Kept = k.Promise, &site.Attained{Kept: k.Met, Of: k.Of, Weeks: attainedWeeks, State: looks(*k)}
	}
	if q.Slow || q.Kept != nil && q.Kept.State == content.DegradedPerformance {
		q.State = content.DegradedPerformance
	}
	weeks := r.Table("first_response_by_week")
	for row := range weeks.Rows {
		q.Weeks = append(q.Weeks, queueWeek(weeks, row))
	}
	if r.Traffic.Sum().Came() >= fewest {
		q.Days, q.Hours = charted(r.Chart("by_weekday"), "days"), charted(r.Chart("by_hour"), "hours")
	}
	return q
}

// mostAsked is the promise of a first answer that was made to most; nil where none is.
func mostAsked(all []report.Kept) *report.Kept {
	var most *report.Kept
	for i := range all {
		p := all[i].Promise
		if p.Clock == content.FirstResponse && p.Strength != "typical" && (most == nil || all[i].Of > most.Of) {
			most = &all[i]
		}
	}
	return most
}

// fewest is from how many on the public is told more than their count.
const fewest = 5

func queueWeek(t *report.Table, row int) site.QueueWeek {
	cell := func(column string) report.Cell { return t.Cell(row, column) }
	monday := cell("from").At
	w := site.QueueWeek{
		From: monday, To: monday.AddDate(0, 0, 6), Came: int(cell("arrived").N), InTime: -1,
		Half: cell("p50_working").Duration(), Most: cell("p90_working").Duration(), Waiting: int(cell("unanswered").N),
	}
	if share := cell("within_target"); share.Known {
		w.InTime, w.Of = int(share.Tenths(report.PercentKind))/10*100, int(share.Of)
	}
	return w
}

// charted is a report's chart as a theme draws it: averages in tenths, durations in tenths of hours.
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
		return weekdays[c.Text]
	case "hour":
		hour, _ := time.Parse("15:04", c.Text)
		return hour.Hour()
	case "age":
		return themes.Word("report.age." + c.Text)
	}
	return c.Text
}

var weekdays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday,
}

// subject is a page of the reports and its tables.
type subject struct {
	id     string
	tables []told
}

// told is a table, and over which time it is counted.
type told struct{ id, span string }

// subjects are the staff's reports. Each table of report.Staff is on one of them.
var subjects = []subject{
	{"backlog", []told{{"backlog", "now"}, {"ageing", "now"}, {"oldest", "now"}}},
	{"answers", []told{{"first_response_by_week", "week"}, {"first_response_by_lane", "week"}, {"first_response_by_channel", "week"}, {"outlook", "outlook"}}},
	{"kept", []told{{"attainment", "kept"}}},
	{"incidents", []told{{"incidents_owed", "now"}}},
	{"flow", []told{{"flow", "flow"}}},
	{"busy", []told{{"by_weekday", "traffic"}, {"by_hour", "traffic"}, {"by_weekday_and_hour", "traffic"}}},
	{"order", []told{{"inversions", "quarter"}, {"fair_use", "now"}, {"demotions", "quarter"}}},
	{"closing", []told{{"closing_due", "next"}, {"pauses", "quarter"}, {"reopenings", "quarter"}, {"ratings", "quarterly"}}},
	{"organisations", []told{{"organisations", "quarterly"}}},
}

// reportWriter makes the staff's pages of a report, and the files beside them.
type reportWriter struct {
	facts
	report *report.Report
	public string // the public site's address
	pages  []site.Report
	files  []site.File
}

// queueFiles are the queue for programs, as `balie queue` prints it.
func (w *reportWriter) queueFiles() {
	w.file("queue.csv", func(out io.Writer) error { return queuefile.CSV(out, w.queued()) })
	w.file("queue.json", func(out io.Writer) error { return queuefile.JSON(out, w.queued(), w.now) })
}

// file adds a file whose bytes are made when they are asked for.
func (w *reportWriter) file(path string, write func(io.Writer) error) {
	w.files = append(w.files, site.File{File: path, Data: func() ([]byte, error) {
		var b bytes.Buffer
		err := write(&b)
		return b.Bytes(), err
	}})
}

func (w *reportWriter) page(s subject) {
	dir := "/reports/" + s.id + "/"
	page := site.Report{ID: s.id, URL: dir}
	for _, one := range s.tables {
		t := w.report.Table(one.id)
		section := w.section(t)
		section.Span, section.CSV, section.JSON = one.span, dir+t.ID+".csv", dir+t.ID+".json"
		page.Sections = append(page.Sections, section)
		w.file(section.CSV[1:], t.CSV)
		w.file(section.JSON[1:], func(out io.Writer) error { return t.JSON(out, w.now) })
	}
	w.pages = append(w.pages, page)
}

func (w *reportWriter) section(t *report.Table) site.ReportSection {
	s := site.ReportSection{ID: t.ID, Of: len(t.Rows), Chart: w.chart(t)}
	for _, c := range t.Columns {
		s.Columns = append(s.Columns, site.ReportColumn{ID: c.ID, Number: isNumber(c), Free: c.Kind == report.TextKind && c.Words == "", Long: slices.Contains(long, c.ID)})
	}
	for _, row := range t.Rows[:min(site.ReportRows, len(t.Rows))] {
		s.Rows = append(s.Rows, w.row(t, row))
	}
	if t.Total != nil && len(t.Rows) > 1 {
		s.Total = w.row(t, t.Total)
	}
	return s
}

// long are the columns of subjects, reasons and lists.
var long = []string{"subject", "title", "reason", "numbers"}

func isNumber(c report.Column) bool {
	return c.Kind == report.CountKind || c.Kind == report.PercentKind || c.Kind == report.AverageKind || c.Kind == report.DurationKind
}

// chartedWeeks is how many weeks are drawn: more bars could not be told apart.
const chartedWeeks = 13

// chart is the one of a table, oldest bar first; nil where there is none, or nothing to draw.
func (w *reportWriter) chart(t *report.Table) *site.ReportChart {
	i := slices.IndexFunc(w.report.Charts, func(c report.Chart) bool { return c.Table == t.ID })
	if i < 0 || w.report.Charts[i].Top == 0 {
		return nil
	}
	c := w.report.Charts[i]
	if c.Label.ID == "week" {
		c.Bars = slices.Clone(c.Bars[:min(chartedWeeks, len(c.Bars))])
		slices.Reverse(c.Bars)
		for i := range c.Bars {
			c.Bars[i].Label.Text = shortWeek(c.Bars[i].Label.Text)
		}
	}
	chart := &site.ReportChart{Chart: charted(&c, c.ID)}
	if chart.Peak >= 0 {
		chart.Value = chart.Groups[chart.Peak].Values[0]
	}
	for _, s := range c.Series {
		chart.Columns = append(chart.Columns, s.ID)
	}
	return chart
}

// shortWeek is W47 of 2026-W47: what is drawn spans no year.
func shortWeek(id string) string { return id[len("2026-"):] }

func (w *reportWriter) row(t *report.Table, cells []report.Cell) []any {
	row := make([]any, len(cells))
	for i, c := range cells {
		if c.Known {
			row[i] = w.value(t.Columns[i], c)
		}
	}
	return row
}

// value is a cell as a theme writes it.
func (w *reportWriter) value(column report.Column, c report.Cell) any {
	switch column.Kind {
	case report.CountKind:
		return int(c.N)
	case report.PercentKind, report.AverageKind:
		return themes.Tenths(c.Tenths(column.Kind))
	case report.DurationKind:
		if isCalendar(column.ID) {
			return c.Duration()
		}
		return themes.WorkTime(c.Duration())
	case report.DateKind:
		return content.DateOf(c.At)
	case report.TimeKind:
		return c.At.In(w.report.Zone)
	}
	return w.text(column, c.Text)
}

// isCalendar says that a duration is by the clock on the wall, and not working time.
func isCalendar(column string) bool {
	return column == "calendar" || column == "late_by" || column == "p50_calendar" || column == "p90_calendar"
}

// text is a word of the locales, a name of the desk's own, a link to a ticket or, else, what it says.
func (w *reportWriter) text(column report.Column, s string) any {
	switch {
	case column.ID == "number" || column.ID == "first_ahead":
		return ticketLink(s)
	case column.ID == "numbers":
		return ticketLinks(strings.Fields(s))
	case column.ID == "incident":
		return themes.Link{Text: s, URL: w.public + "/incidents/" + s + "/"}
	case column.ID == "promise" && s == "next_update":
		return themes.Word("report.named")
	case column.Words == "lane":
		return w.laneName(s)
	case column.Words == "channel" && !slices.Contains(channels, s), column.Words == "":
		return s
	}
	return themes.Word("report." + column.Words + "." + s)
}

func ticketLink(number string) themes.Link {
	return themes.Link{Text: content.SayNumber(number), URL: "/tickets/" + number + "/"}
}

// shownLinks is how many tickets a cell links to; the files beside the page name all.
const shownLinks = 12

func ticketLinks(numbers []string) (links themes.Links) {
	for _, number := range numbers[:min(shownLinks, len(numbers))] {
		links.Links = append(links.Links, ticketLink(number))
	}
	links.More = len(numbers) - len(links.Links)
	return links
}

// channels are those that have words; a desk may name others.
var channels = []string{"form", "email", "phone", "api", "staff"}

package generator

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"balie/content"
	"balie/content/desk/queuefile"
	"balie/generator/report"
	"balie/generator/site"
	"balie/themes"
)

// subject is a page of the reports and its tables.
type subject struct {
	id     string
	tables []tableOf
}

// tableOf is a table by its id, and the time over which it is counted.
type tableOf struct{ id, span string }

// subjects are the staff's reports. Each table of report.Staff is on one of them.
var subjects = []subject{
	{"backlog", []tableOf{{"backlog", "now"}, {"ageing", "now"}, {"oldest", "now"}}},
	{"answers", []tableOf{{"first_response_by_week", "week"}, {"first_response_by_lane", "week"}, {"first_response_by_channel", "week"}, {"outlook", "outlook"}}},
	{"kept", []tableOf{{"attainment", "kept"}}},
	{"incidents", []tableOf{{"incidents_owed", "now"}}},
	{"flow", []tableOf{{"flow", "flow"}}},
	{"busy", []tableOf{{"by_weekday", "traffic"}, {"by_hour", "traffic"}, {"by_weekday_and_hour", "traffic"}}},
	{"order", []tableOf{{"inversions", "quarter"}, {"fair_use", "now"}, {"demotions", "quarter"}}},
	{"closing", []tableOf{{"closing_due", "next"}, {"pauses", "quarter"}, {"reopenings", "quarter"}, {"ratings", "quarterly"}}},
	{"payments", []tableOf{{"payments", "quarter"}}},
	{"organisations", []tableOf{{"organisations", "quarterly"}}},
	{"searches", []tableOf{{"asked_despite", "quarterly"}, {"found_nothing", "quarterly"}}},
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
var long = []string{"subject", "title", "reason", "numbers", "query"}

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

// text is a word of the locales, a name of the desk's own, a link to a ticket or, else, what it
// says.
func (w *reportWriter) text(column report.Column, s string) any {
	switch {
	case column.ID == "number" || column.ID == "first_ahead":
		return ticketLink(s)
	case column.ID == "numbers":
		return ticketLinks(strings.Fields(s))
	case column.ID == "page":
		return themes.Link{Text: s, URL: w.public + s}
	case column.ID == "incident":
		return themes.Link{Text: s, URL: w.public + "/incidents/" + s + "/"}
	case column.ID == "promise" && s == "next_update":
		return themes.Word("report.named")
	case column.Words == "lane":
		return site.LaneName(w.Tree, w.now, s)
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

package site

import (
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/themes"
)

// Report is one page of the staff's reports: tables about one subject.
type Report struct {
	ID       string // of the subject: answers
	URL      string
	Queue    string // the queue's address
	Index    string // that of the list of reports
	Sections []ReportSection
	Asof     time.Time
}

// ReportSection is one table, with a chart of some of its columns above it, and where it is for
// programs.
type ReportSection struct {
	ID        string // of the table
	Span      string // over which time: a key beneath report.span
	Chart     *ReportChart
	Columns   []ReportColumn
	Rows      [][]any // cells are what the theme's function cell takes; at most ReportRows of them
	Total     []any   // nil: they don't add up to anything
	Of        int     // how many rows there are
	CSV, JSON string
}

// ReportRows is how many rows of a table a page shows; the files beside it have all.
const ReportRows = 50

// ReportColumn is one column. Its heading is a message.
type ReportColumn struct {
	ID     string
	Number bool // stands on the right
	Free   bool // somebody's own words, in whatever direction
	Long   bool // and many of them, or other things of which there may be many: not to be squeezed
}

// ReportChart is bars from zero. Columns are the ids of its series.
type ReportChart struct {
	*themes.Chart
	Columns []string
	Value   int // of its highest bar of the first series
}

// Reports is the list of the staff's reports.
type Reports struct {
	Now   *Queue // the figures of this moment; nil where nothing is promised
	Pages []Report
	Queue string
	Asof  time.Time
}

// Overdue is an incident that owes the public something and is late with it.
type Overdue struct {
	ID    string
	Title content.Text
}

// attained is what was attained of a promise, with what is late now in the page's language.
func (m *Plan) attained(promise, lang string) *Attained {
	a := m.Attained[promise]
	if a == nil || len(a.Overdue) == 0 {
		return a
	}
	shown := *a
	for _, o := range a.Overdue {
		title := m.words(o.Title, lang)
		shown.Late = append(shown.Late, Link{title.Text, m.url(lang, "/incidents/"+o.ID+"/"), title.Lang})
	}
	return &shown
}

// reports plans the staff's reports and the files beside them.
func (m *Plan) reports() {
	if len(m.Reports) > 0 {
		m.addStaff("/reports/", "reports", "", func() any { return Reports{Now: m.Queue, Pages: m.Reports, Queue: "/", Asof: m.zoned(m.Now)} })
	}
	for _, r := range m.Reports {
		m.addStaff(r.URL, "report", "", func() any {
			r.Queue, r.Index, r.Asof = "/", "/reports/", m.zoned(m.Now)
			return r
		})
	}
	for _, f := range m.Files {
		m.pages = append(m.pages, Page{File: f.File, Tree: StaffTree, Hidden: true, View: func() (any, error) { return f.Data() }})
	}
}

// File is a file of the staff's tree that is no page.
type File struct {
	File string
	Data func() ([]byte, error)
}

// publicLink makes the address of a place on the public site, as it is written in prose, for a page
// that is not on it.
func (m *Plan) publicLink(lang string) func(string) string {
	if !slices.Contains(m.Tree.Site.Languages, lang) {
		lang = m.paths.Source
	}
	local := m.link(lang)
	return func(path string) string { return m.base + strings.TrimPrefix(local(path), m.paths.Prefix) }
}

package site

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"balie/content"
	"balie/generator/markdown"
	"balie/themes/view"
)

// StaffIncidents lists incidents for staff, public or not: the open ones, and those of one year
// that are over.
type StaffIncidents struct {
	Open  []StaffIncidentRow // newest first
	Over  []StaffIncidentRow // newest first
	Years []YearLink
}

// YearLink leads to the incidents of a year.
type YearLink struct {
	Year    int
	URL     string
	Current bool
}

// StaffIncidentRow is an incident in the staff's list.
type StaffIncidentRow struct {
	Title     string
	URL       string
	State     content.ComponentState // the worst of its whole time
	Services  []Words
	Open      bool
	Started   time.Time
	Resolved  time.Time // zero while it is open
	StaffOnly bool
	Owes      []Owes
}

// Owes is what an incident owes the public, and by when.
type Owes struct {
	What string // update or postmortem
	Due  view.Deadline
}

// StaffIncident is an incident's page for staff.
type StaffIncident struct {
	Title     string
	Path      string // of its directory
	Public    string // its page for everybody; "" where only staff know of it
	List      string
	Open      bool
	Status    content.Kind
	State     content.ComponentState
	Services  []ServiceState
	Started   time.Time
	Resolved  time.Time
	Reported  int
	Owes      []Owes
	Updates   []StaffUpdate // newest first
	StaffOnly bool
	Tickets   Others   // that were ever linked to it
	Mistakes  Mistakes // in its own files
}

// StaffUpdate is an event of an incident, with who wrote it.
type StaffUpdate struct {
	Update
	Author    string
	StaffOnly bool // on a public incident's page, it is not shown
}

const staffIncidentsPath = "/incidents/"

// staffIncidents plans the list of all incidents, a page for each earlier year, and a page for each
// incident.
func (m *Plan) staffIncidents() {
	var open []*incident
	years := map[int][]*incident{}
	for _, f := range m.all {
		if f.Open {
			open = append(open, f)
		} else {
			year := m.zoned(f.Started).Year()
			years[year] = append(years[year], f)
		}
		m.tickets() // whose rows stand on the page
		linked, more := m.linkedTo(f.Incident)
		numbers := []uint64{f.caseFacts.number}
		for _, t := range linked {
			numbers = append(numbers, t.listed)
		}
		sources := sourcesOf(numbers...)
		if len(m.mistakes(f.Dir).List) > 0 { // which no source tells
			sources = ""
		}
		m.addStaff("/"+f.Dir+"/", "staffincident", sources, func() any {
			v := m.staffIncident(f)
			v.Tickets.Query = more
			for _, t := range linked {
				v.Tickets.Rows = append(v.Tickets.Rows, m.ticketRow(t))
			}
			return v
		})
	}
	var links []YearLink
	for year := range years {
		links = append(links, YearLink{Year: year, URL: fmt.Sprintf("%s%d/", staffIncidentsPath, year)})
	}
	slices.SortFunc(links, func(a, b YearLink) int { return cmp.Compare(b.Year, a.Year) })
	if len(links) == 0 {
		m.addStaffIncidents(staffIncidentsPath, open, nil, nil)
		return
	}
	links[0].URL = staffIncidentsPath
	for i, l := range links {
		shown := slices.Clone(links)
		shown[i].Current = true
		m.addStaffIncidents(l.URL, open, years[l.Year], shown)
		open = nil
	}
}

func (m *Plan) addStaffIncidents(path string, open, over []*incident, years []YearLink) {
	m.addStaff(path, "staffincidents", "", func() any {
		return StaffIncidents{Open: m.staffIncidentRows(open), Over: m.staffIncidentRows(over), Years: years}
	})
}

func (m *Plan) staffIncidentRows(list []*incident) []StaffIncidentRow {
	lang := m.paths.Source
	rows := make([]StaffIncidentRow, len(list))
	for i, f := range list {
		services := f.shownServices()
		state := f.Progress.WorstState(services)
		rows[i] = StaffIncidentRow{
			Title: m.words(f.Title, lang).Text, URL: "/" + f.Dir + "/", State: state, Services: m.names(with(state, services), lang), Open: f.Open,
			Started: m.zoned(f.Started), Resolved: m.zoned(f.Resolved), StaffOnly: !f.Public(), Owes: m.owedBy(f),
		}
	}
	slices.SortStableFunc(rows, func(a, b StaffIncidentRow) int { return b.Started.Compare(a.Started) })
	return rows
}

func (m *Plan) owedBy(f *incident) []Owes {
	var list []Owes
	if due := m.deadline(f.owed.Next()); due != nil {
		list = append(list, Owes{"update", *due})
	}
	if due := m.deadline(f.owed.Postmortem); due != nil {
		list = append(list, Owes{"postmortem", *due})
	}
	return list
}

func (m *Plan) staffIncident(f *incident) StaffIncident {
	lang := m.paths.Source
	services := f.shownServices()
	v := StaffIncident{
		Title: m.words(f.Title, lang).Text, Path: f.Dir, List: staffIncidentsPath, Open: f.Open, Status: f.Status, State: f.Progress.WorstState(services),
		Services: m.publicStates(services), Started: m.zoned(f.Started), Resolved: m.zoned(f.Resolved), Reported: f.reported,
		Owes: m.owedBy(f), StaffOnly: !f.Public(), Mistakes: m.mistakes(f.Dir),
	}
	if f.Open {
		v.Status = f.Progress.Stage()
	}
	if f.Public() {
		v.Public = m.absolute(lang, f.path)
	}
	for _, e := range slices.Backward(f.Incident.Events) {
		if e.At.After(m.Now) {
			continue
		}
		html := m.Prose.HTML(e.Body, markdown.Options{Top: 4, At: f.path, Link: m.publicLink(lang)})
		u := StaffUpdate{Update: m.update(e, Prose{HTML: html}, lang), Author: e.Author, StaffOnly: content.IsStaffOnly(e.Kind)}
		u.Services = m.publicStates(e.Data().Services)
		v.Updates = append(v.Updates, u)
	}
	return v
}

// publicStates are the states of services whose names lead to the public site.
func (m *Plan) publicStates(services content.Map[content.ComponentState]) []ServiceState {
	states := m.states(services, m.paths.Source)
	link := m.publicLink(m.paths.Source)
	for i, s := range states {
		if s.URL != "" { // else the service was taken away
			states[i].URL = link(s.URL[len(m.paths.Prefix):])
		}
	}
	return states
}

package site

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"balie/content"
	"balie/generator/statusapi"
)

// apiWindow is how many incidents, and how many maintenances, the lists of the status API have.
const apiWindow = 50

// statusAPI makes the documents of the status API, in the source language alone.
type statusAPI struct {
	*Plan
	lang        string
	page        statusapi.Page
	began       time.Time // what has no time of its own is this old
	components  []statusapi.Component
	byID        map[string]apiService // by the service's id
	newest      []*incident           // apiWindow of them, newest first
	lastPlanned []*maintenance        // apiWindow of them, the last first
}

// apiService is a service as a component, and its name with its group's.
type apiService struct {
	statusapi.Component
	fullName string
}

// statusAPI plans the documents below /api/v2/, and each incident's beside its page.
func (m *Plan) statusAPI() {
	a := m.newStatusAPI()
	add := func(path string, sources Sources, view func() any) {
		m.pages = append(m.pages, Page{File: path, Sources: sources, View: plain(view)})
	}
	for _, d := range a.documents() {
		add("api/v2/"+d.name+".json", "", d.view)
	}
	for _, f := range m.incidents {
		id, sources := statusapi.ID(f.path), sourcesOf(f.number, uint64(a.began.Unix()))
		view := sync.OnceValue(func() any { return a.incident(f) })
		add("api/v2/incidents/"+id+".json", sources, view)
		add("incidents/"+id+".json", sources, view)
	}
}

// apiDocument is one that tells of the whole desk: its path below /api/v2/ without .json.
type apiDocument struct {
	name string
	view func() any
}

func (a *statusAPI) documents() []apiDocument {
	incidents := func(list []*incident) any {
		return statusapi.IncidentsDocument{Page: a.page, Incidents: a.incidentList(list)}
	}
	maintenances := func(list []*maintenance) any {
		return statusapi.MaintenancesDocument{Page: a.page, Maintenances: a.maintenanceList(list)}
	}
	return []apiDocument{
		{"summary", func() any { return a.summary() }},
		{"status", func() any { return statusapi.StatusDocument{Page: a.page, Status: a.status()} }},
		{"components", func() any { return statusapi.ComponentsDocument{Page: a.page, Components: a.components} }},
		{"incidents", func() any { return incidents(a.newest) }},
		{"incidents/unresolved", func() any { return incidents(a.unresolved()) }},
		{"scheduled-maintenances", func() any { return maintenances(a.lastPlanned) }},
		{"scheduled-maintenances/upcoming", func() any { return maintenances(a.upcoming()) }},
		{"scheduled-maintenances/active", func() any { return maintenances(a.underWay()) }},
	}
}

func (m *Plan) newStatusAPI() *statusAPI {
	a := &statusAPI{Plan: m, lang: m.paths.Source, byID: map[string]apiService{}, began: m.began(content.Date{})}
	if a.began.IsZero() {
		a.began = time.Unix(0, 0)
	}
	a.newest = slices.Clone(m.incidents)
	slices.SortFunc(a.newest, compareNewest)
	a.newest = a.newest[:min(len(a.newest), apiWindow)]
	a.lastPlanned = slices.Clone(m.maintenance)
	slices.SortFunc(a.lastPlanned, compareLast)
	a.page = statusapi.Page{
		ID: statusapi.ID(m.host), Name: m.words(m.Tree.Site.Name, a.lang).Text, URL: m.base, TimeZone: m.Tree.Site.TimeZone, UpdatedAt: a.time(a.updated()),
	}
	a.lastPlanned = a.lastPlanned[:min(len(a.lastPlanned), apiWindow)]
	a.gatherComponents()
	return a
}

// compareNewest orders incidents: the one that began last is first.
func compareNewest(a, b *incident) int {
	return cmp.Or(b.Started.Compare(a.Started), strings.Compare(a.path, b.path))
}

// compareLast orders maintenances: the one that is planned last is first.
func compareLast(a, b *maintenance) int {
	return cmp.Or(b.Course.Planned.Start.Compare(a.Course.Planned.Start), strings.Compare(a.path, b.path))
}

func (a *statusAPI) time(at time.Time) statusapi.Time { return statusapi.Time{At: a.zoned(at)} }

// updated is when anything that the documents tell of was last said, changed or put right.
func (a *statusAPI) updated() time.Time {
	last := a.began
	for _, f := range a.incidents {
		last = later(last, f.last)
	}
	for _, f := range slices.Concat(a.newest, a.open) {
		last = later(last, a.told(&f.caseFacts))
	}
	for _, f := range a.maintenance {
		last = later(last, a.lastTold(f))
	}
	return last
}

// told is when the newest update of a case was made, or any was put right; zero where there is
// none.
func (a *statusAPI) told(f *caseFacts) time.Time {
	last := f.last
	for _, e := range f.events {
		last = later(last, a.written(e))
	}
	return last
}

// lastTold is the same of a maintenance, which may begin and end without an update.
func (a *statusAPI) lastTold(f *maintenance) time.Time {
	return later(a.told(&f.caseFacts), later(f.Started, f.Ended))
}

// written is when an update got the text that it has.
func (a *statusAPI) written(e *content.Event) time.Time {
	if edited := a.edited(e, a.lang); edited != nil {
		return *edited
	}
	return e.At
}

// gatherComponents makes a component of each service and each group.
func (a *statusAPI) gatherComponents() {
	a.components = []statusapi.Component{}
	changed := a.lastChanges()
	measured := map[*content.Service]*service{}
	for _, s := range a.services {
		measured[s.Service] = s
	}
	for i, entry := range a.Tree.Services {
		if len(entry.Services) == 0 {
			a.addService(measured[entry], i+1, changed[entry.ID], nil)
			continue
		}
		at := len(a.components)
		group := a.component("/groups/"+entry.ID+"/", entry, i+1)
		group.Group, group.Status = true, string(content.Operational)
		a.components = append(a.components, group)
		worst := content.Operational
		for k, s := range entry.Services {
			one := a.addService(measured[s], k+1, changed[s.ID], &group)
			worst = worse(worst, measured[s].state)
			group.Components = append(group.Components, one.ID)
			group.UpdatedAt = a.time(later(group.UpdatedAt.At, one.UpdatedAt.At))
		}
		group.Status = string(worst)
		a.components[at] = group
	}
}

func (a *statusAPI) addService(s *service, position int, changed time.Time, group *statusapi.Component) statusapi.Component {
	c := a.component(apiPath(s.ID), s.Service, position)
	c.Status, c.UpdatedAt = string(s.state), a.time(later(c.CreatedAt.At, changed))
	fullName := c.Name
	if group != nil {
		c.GroupID = &group.ID
		fullName = group.Name + " - " + c.Name
	}
	a.components = append(a.components, c)
	a.byID[s.ID] = apiService{c, fullName}
	return c
}

// apiPath names a service for its component's id: also one that is no longer there.
func apiPath(service string) string { return "/services/" + service + "/" }

// component is a service or a group at a position, as it was made.
func (a *statusAPI) component(path string, s *content.Service, position int) statusapi.Component {
	created := a.began
	c := statusapi.Component{ID: statusapi.ID(path), Name: a.words(s.Name, a.lang).Text, Position: position, Showcase: true, PageID: a.page.ID}
	if text := a.words(s.Description, a.lang).Text; text != "" {
		c.Description = &text
	}
	if !s.Since.IsZero() {
		since := s.Since.String()
		c.StartDate = &since
		if at := s.Since.In(a.Tree.Zone); !at.After(a.Now) {
			created = at
		}
	}
	c.CreatedAt, c.UpdatedAt = a.time(created), a.time(created)
	return c
}

// lastChanges are when a public case last began, changed or ended what it does to each service.
func (a *statusAPI) lastChanges() map[string]time.Time {
	changed := map[string]time.Time{}
	for _, f := range a.incidents {
		f.changes(changed)
	}
	for _, f := range a.maintenance {
		for _, span := range f.spans {
			changed[span.Service] = later(later(changed[span.Service], span.From), f.Ended)
		}
	}
	return changed
}

// changes notes when the incident last changed what it does to each service. A span that goes on
// ends when it was derived, and nothing changed then.
func (f *incident) changes(changed map[string]time.Time) {
	for _, span := range f.spans {
		at := later(changed[span.Service], span.From)
		state, _ := f.Progress.Services.Get(span.Service)
		if goesOn := f.Open && state == span.State && span.To.Equal(f.from); !goesOn {
			at = later(at, span.To)
		}
		changed[span.Service] = at
	}
}

// status is the answer. While an incident is open it is never that all is well.
func (a *statusAPI) status() statusapi.Status {
	state := content.Operational
	for _, s := range a.services {
		state = worse(state, s.state)
	}
	degraded := state == content.DegradedPerformance
	if len(a.open) > 0 {
		state = worse(worse(state, content.DegradedPerformance), a.open[0].shown())
	}
	switch {
	case state == content.MajorOutage:
		return statusapi.Status{Indicator: statusapi.Critical, Description: "Major System Outage"}
	case state == content.PartialOutage:
		return statusapi.Status{Indicator: statusapi.Major, Description: "Partial System Outage"}
	case degraded:
		return statusapi.Status{Indicator: statusapi.Minor, Description: "Partially Degraded Service"}
	case state == content.DegradedPerformance:
		return statusapi.Status{Indicator: statusapi.Minor, Description: "Minor Service Outage"}
	case len(a.active) > 0:
		return statusapi.Status{Indicator: statusapi.Maintenance, Description: "Service Under Maintenance"}
	}
	return statusapi.Status{Indicator: statusapi.None, Description: "All Systems Operational"}
}

func (a *statusAPI) summary() statusapi.Summary {
	maintenances := append(a.upcoming(), a.underWay()...)
	return statusapi.Summary{
		Page: a.page, Components: a.components, Incidents: a.incidentList(a.unresolved()), Maintenances: a.maintenanceList(maintenances), Status: a.status(),
	}
}

func (a *statusAPI) unresolved() []*incident {
	return slices.SortedFunc(slices.Values(a.open), compareNewest)
}

func (a *statusAPI) upcoming() []*maintenance {
	return slices.SortedFunc(slices.Values(a.planned), compareLast)
}

func (a *statusAPI) underWay() []*maintenance {
	return slices.SortedFunc(slices.Values(a.active), compareLast)
}

func (a *statusAPI) incidentList(list []*incident) []statusapi.Incident {
	all := make([]statusapi.Incident, 0, len(list))
	for _, f := range list {
		all = append(all, a.incident(f))
	}
	return all
}

func (a *statusAPI) maintenanceList(list []*maintenance) []statusapi.ScheduledMaintenance {
	all := make([]statusapi.ScheduledMaintenance, 0, len(list))
	for _, f := range list {
		all = append(all, a.scheduledMaintenance(f))
	}
	return all
}

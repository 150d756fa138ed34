package site

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"balie/content"
	"balie/generator/markdown"
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

// incident is one incident. What it shows hangs on nothing but its facts, the setup and began.
func (a *statusAPI) incident(f *incident) statusapi.Incident {
	v := statusapi.Incident{Case: a.caseOf(&f.caseFacts)}
	v.Status, v.Impact = f.apiStatus(), string(f.apiImpact())
	v.CreatedAt, v.StartedAt, v.UpdatedAt = a.time(f.Started), a.time(f.Started), a.time(a.told(&f.caseFacts))
	v.ResolvedAt = statusapi.TimeOf(a.zoned(f.Resolved))
	v.Updates = a.incidentUpdates(f, v.ID)
	for _, e := range slices.Backward(f.Updates) {
		if e.Kind == content.Monitoring {
			v.MonitoringAt = statusapi.TimeOf(a.zoned(e.At))
			break
		}
	}
	changed := map[string]time.Time{}
	f.changes(changed)
	v.Components = make([]statusapi.Component, 0, len(f.Progress.Services))
	for _, s := range f.Progress.Services {
		v.Components = append(v.Components, a.touchedBy(s.Key, s.Value, changed[s.Key], f.Started))
	}
	if e := f.Postmortem; e != nil {
		v.PostmortemBody, v.PostmortemPublished = a.text(&f.caseFacts, e), statusapi.TimeOf(a.zoned(e.At))
		v.PostmortemEdited = statusapi.TimeOf(a.zoned(a.written(e)))
	}
	return v
}

func (a *statusAPI) caseOf(f *caseFacts) statusapi.Case {
	return statusapi.Case{ID: statusapi.ID(f.path), Name: a.words(f.title, a.lang).Text, Shortlink: a.absolute(a.lang, f.path), PageID: a.page.ID}
}

// apiStatus is how far the incident is, in the words of the API.
func (f *incident) apiStatus() string {
	if f.Postmortem != nil {
		return string(content.Postmortem)
	}
	status := ""
	for _, e := range f.Updates {
		status = apiStatusAfter(status, e.Kind)
	}
	return status
}

// apiStatusAfter is the status with an update of a kind, after those before. The API has no word
// for what only confirms or adds to what was known.
func apiStatusAfter(before string, kind content.Kind) string {
	switch kind {
	case content.Confirmed, content.Update:
		return cmp.Or(before, string(content.Investigating))
	}
	return string(kind)
}

// apiImpact is at least minor while the incident is open.
func (f *incident) apiImpact() content.Impact {
	if f.Open && f.Progress.Impact.Rank() < content.Minor.Rank() {
		return content.Minor
	}
	return f.Progress.Impact
}

// touchedBy is a component as one case has it: of a service that was taken away, its id as its
// name.
func (a *statusAPI) touchedBy(id string, state content.ComponentState, changed, started time.Time) statusapi.Component {
	one, known := a.byID[id]
	if !known {
		one.Component = statusapi.Component{ID: statusapi.ID(apiPath(id)), Name: id, Showcase: true, PageID: a.page.ID, CreatedAt: a.time(started)}
	}
	one.Status, one.UpdatedAt = string(state), a.time(later(one.CreatedAt.At, changed))
	return one.Component
}

func (a *statusAPI) incidentUpdates(f *incident, id string) []statusapi.Update {
	list := make([]statusapi.Update, 0, len(f.Updates))
	var before content.Map[content.ComponentState]
	status := ""
	for e, p := range f.Incident.Steps(a.Now) {
		if content.IsStaffOnly(e.Kind) {
			continue
		}
		status = apiStatusAfter(status, e.Kind)
		list = append(list, a.apiUpdate(&f.caseFacts, e, id, status, a.affected(before, p.Services, e)))
		before = p.Services
	}
	slices.Reverse(list)
	return list
}

func (a *statusAPI) apiUpdate(f *caseFacts, e *content.Event, id, status string, affected []statusapi.AffectedComponent) statusapi.Update {
	at := a.time(e.At)
	return statusapi.Update{
		ID: statusapi.ID(f.path + e.Name), Status: status, Body: a.text(f, e), IncidentID: id,
		CreatedAt: at, DisplayAt: at, UpdatedAt: a.time(a.written(e)), Affected: affected, DeliverNotifications: true,
	}
}

// affected are the services that an update names or changes.
func (a *statusAPI) affected(before, after content.Map[content.ComponentState], e *content.Event) []statusapi.AffectedComponent {
	var list []statusapi.AffectedComponent
	for _, s := range after {
		old, _ := before.Get(s.Key)
		old = cmp.Or(old, content.Operational)
		if _, named := e.Data().Services.Get(s.Key); !named && old == s.Value {
			continue
		}
		one, known := a.byID[s.Key]
		if !known {
			one.ID, one.fullName = statusapi.ID(apiPath(s.Key)), s.Key
		}
		list = append(list, statusapi.AffectedComponent{Code: one.ID, Name: one.fullName, OldStatus: string(old), NewStatus: string(s.Value)})
	}
	return list
}

// scheduledMaintenance is one maintenance. One without an update is as old as its plan.
func (a *statusAPI) scheduledMaintenance(f *maintenance) statusapi.ScheduledMaintenance {
	planned := f.Course.Planned
	v := statusapi.ScheduledMaintenance{Case: a.caseOf(&f.caseFacts), ScheduledFor: a.time(planned.Start), ScheduledUntil: a.time(planned.End)}
	created := planned.Start
	if len(f.events) > 0 {
		created = f.events[0].At
	}
	v.Status, v.Impact = apiMaintenanceStatus(f.Status), string(statusapi.Maintenance)
	v.CreatedAt, v.UpdatedAt = a.time(created), a.time(later(created, a.lastTold(f)))
	v.StartedAt = a.time(planned.Start)
	if !f.Started.IsZero() {
		v.StartedAt = a.time(f.Started)
	}
	v.ResolvedAt = statusapi.TimeOf(a.zoned(f.Ended))
	v.Updates = a.maintenanceUpdates(f, v.ID)
	v.Components = make([]statusapi.Component, 0, len(f.Course.Services))
	for _, s := range stateIn(f.Course) {
		v.Components = append(v.Components, a.touchedBy(s.Key, s.Value, later(f.Started, f.Ended), created))
	}
	return v
}

// apiMaintenanceStatus is the status in the words of the API, which has none for one that is called
// off.
func apiMaintenanceStatus(status content.Kind) string {
	if status == content.Cancelled {
		return string(content.Completed)
	}
	return string(status)
}

// stateIn is what a maintenance does to its services: nothing before it begins and after its
// end.
func stateIn(c content.Course) content.Map[content.ComponentState] {
	if c.Active() {
		return c.Services
	}
	services := slices.Clone(c.Services)
	for i := range services {
		services[i].Value = content.Operational
	}
	return services
}

func (a *statusAPI) maintenanceUpdates(f *maintenance, id string) []statusapi.Update {
	list := make([]statusapi.Update, 0, len(f.Updates))
	for _, e := range slices.Backward(f.Updates) {
		before, after := f.Maintenance.At(e.At.Add(-1)), f.Maintenance.At(e.At)
		status := apiMaintenanceStatus(e.Kind)
		if e.Kind == content.Update {
			status = apiMaintenanceStatus(after.Status)
		}
		list = append(list, a.apiUpdate(&f.caseFacts, e, id, status, a.affected(stateIn(before), stateIn(after), e)))
	}
	return list
}

// text is what an update says, with links that lead there from anywhere. One without a text says
// what it is, and one that calls off says so first, since its status does not.
func (a *statusAPI) text(f *caseFacts, e *content.Event) string {
	source, _ := e.In(a.lang, a.lang)
	body := a.Prose.PlainText(source, markdown.Options{At: f.path, Link: a.absoluteLink, Picture: a.absolutePicture})
	if e.Kind == content.Postmortem {
		body = a.explanation(e, body)
	}
	if body == "" || e.Kind == content.Cancelled {
		return joined(a.kindName(e.Kind), body)
	}
	return body
}

// explanation is a postmortem's cause, its text and what prevents a repeat.
func (a *statusAPI) explanation(e *content.Event, body string) string {
	var actions []string
	for _, action := range e.Data().Actions {
		line := "- " + a.words(action.Text, a.lang).Text
		if !action.Done.IsZero() {
			line += " (" + action.Done.String() + ")"
		}
		actions = append(actions, line)
	}
	return joined(a.words(e.Data().Cause, a.lang).Text, body, strings.Join(actions, "\n"))
}

// joined puts those paragraphs that are there one under the other.
func joined(paragraphs ...string) string {
	return strings.Join(slices.DeleteFunc(paragraphs, func(s string) bool { return s == "" }), "\n\n")
}

// kindName is what the theme calls a kind of update.
func (a *statusAPI) kindName(kind content.Kind) string {
	if a.Word == nil {
		return string(kind)
	}
	return cmp.Or(a.Word("kind."+string(kind), a.lang), string(kind))
}

func (a *statusAPI) origin() string { return strings.TrimSuffix(a.base, a.paths.Prefix) }

func (a *statusAPI) absoluteLink(path string) string { return a.origin() + a.link(a.lang)(path) }

func (a *statusAPI) absolutePicture(address string) (markdown.Picture, bool) {
	p, there := a.picture("", a.lang)(address)
	p.URL = a.origin() + p.URL
	return p, there
}

package site

import (
	"balie/content"
	"balie/generator/markdown"
	"balie/generator/statusapi"
	"cmp"
	"slices"
	"strings"
	"time"
)

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

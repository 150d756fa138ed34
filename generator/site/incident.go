package site

import (
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/themes/view"
)

// cases plans the page of each incident and maintenance, and the feed beside it.
func (m *Plan) cases(lang string) {
	for _, f := range m.incidents {
		m.addCase(lang, "incident", &f.caseFacts, func() any { return m.incidentView(f, lang) })
	}
	for _, f := range m.maintenance {
		m.addCase(lang, "maintenance", &f.caseFacts, func() any { return m.maintenanceView(f, lang) })
	}
}

func (m *Plan) addCase(lang, layout string, f *caseFacts, view func() any) {
	sources := sourcesOf(f.number)
	m.add(lang, f.path, Page{Layout: layout, Nav: "status", Feed: f.path, AtomOnly: true, Sources: sources}, view)
	m.addFile(lang, f.path+"feed.atom", sources, func() any { return m.caseFeed(f, lang) })
}

func (m *Plan) incidentView(f *incident, lang string) Incident {
	services := f.shownServices()
	v := Incident{
		Title: m.words(f.Title, lang), Crumbs: m.crumbs(f.Incident.ID, lang),
		Open: f.Open, Status: f.Status, State: f.Progress.WorstState(services), Services: m.states(services, lang),
		Started: m.zoned(f.Started), Resolved: m.zoned(f.Resolved), Reported: f.reported, Feeds: m.caseFeeds("incident", lang, f.path),
		Missing: m.missing(f.Updates, lang, f.path), Articles: m.about(f.touched(), lang),
	}
	for _, e := range slices.Backward(f.Updates) {
		if e == f.Postmortem {
			v.Postmortem = m.postmortem(e, m.body(&f.caseFacts, e, lang), lang)
			continue
		}
		v.Updates = append(v.Updates, m.update(e, m.body(&f.caseFacts, e, lang), lang))
	}
	tellYears(v.Updates)
	if f.Open {
		v.Status = f.Progress.Stage()
		v.Next, v.MeToo = m.nextUpdate(f), m.meTooURL(lang, f.ID)
		v.Workaround = m.words(f.Progress.Workaround, lang)
		v.Promised = !f.owed.Postmortem.At.IsZero()
		return v
	}
	v.Ask = m.ask(lang)
	if f.Postmortem == nil && f.Waived == nil {
		v.Cause = m.deadline(f.owed.Postmortem)
	}
	return v
}

// ask is where a question is asked: the form by which customers add to incidents, or "".
func (m *Plan) ask(lang string) string {
	if m.meToo == nil {
		return ""
	}
	return m.url(lang, "/forms/"+m.meToo.ID+"/")
}

func (m *Plan) nextUpdate(f *incident) *view.Deadline { return m.deadline(f.owed.Next()) }

// shown is the state that stands for an incident: the worst now or, when it is over, of its whole
// time.
func (f *incident) shown() content.ComponentState { return f.Progress.WorstState(f.shownServices()) }

// shownServices is what an incident does to each service now or, when it is over, the worst that it
// did.
func (f *incident) shownServices() content.Map[content.ComponentState] {
	if f.Open {
		return f.Progress.Services
	}
	return f.peaks()
}

// touched lists the services that an incident names, at first or later.
func (f *incident) touched() []string {
	var list []string
	for _, s := range f.Progress.Services {
		list = append(list, s.Key)
	}
	return list
}

func worse(a, b content.ComponentState) content.ComponentState {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}

// with are the services in a state, or all of them where that is an incident's by its impact alone.
func with(state content.ComponentState, services content.Map[content.ComponentState]) content.Map[content.ComponentState] {
	var list content.Map[content.ComponentState]
	for _, s := range services {
		if s.Value == state {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return services
	}
	return list
}

// peaks is the worst that an incident did to each service.
func (f *incident) peaks() content.Map[content.ComponentState] {
	var peaks content.Map[content.ComponentState]
	for _, s := range f.spans {
		before, _ := peaks.Get(s.Service)
		peaks = peaks.Set(s.Service, worse(before, s.State))
	}
	return peaks
}

// states are services with their names, the worst first.
func (m *Plan) states(services content.Map[content.ComponentState], lang string) []ServiceState {
	var list []ServiceState
	for _, entry := range services {
		name, url := m.serviceName(entry.Key, lang)
		list = append(list, ServiceState{name, url, entry.Value})
	}
	slices.SortStableFunc(list, func(a, b ServiceState) int { return b.State.Rank() - a.State.Rank() })
	return list
}

// serviceName is a service's name and its page; of one that is not there, its id and "".
func (m *Plan) serviceName(id, lang string) (name Words, url string) {
	if s := m.Tree.Service(id); s != nil {
		return m.words(s.Name, lang), m.url(lang, "/services/"+s.ID+"/")
	}
	return Words{Text: id}, ""
}

func (m *Plan) names(services content.Map[content.ComponentState], lang string) []Words {
	var list []Words
	for _, entry := range services {
		name, _ := m.serviceName(entry.Key, lang)
		list = append(list, name)
	}
	return list
}

func (m *Plan) update(e *content.Event, body Prose, lang string) Update {
	return Update{
		Anchor: e.Name, At: m.zoned(e.At), Kind: e.Kind, Body: body, Edited: m.edited(e, lang),
		Services: m.states(e.Data().Services, lang), Planned: m.plannedOf(e.Data().Planned),
		Workaround: m.workaround(e, lang),
	}
}

func (m *Plan) plannedOf(p *content.Planned) *content.Planned {
	if p == nil {
		return nil
	}
	return &content.Planned{Start: m.zoned(p.Start), End: m.zoned(p.End)}
}

// workaround is what an update says to do meanwhile.
func (m *Plan) workaround(e *content.Event, lang string) Words {
	if e.Data().Withdraws() {
		return Words{}
	}
	return m.words(e.Data().Workaround, lang)
}

// editGrace is how long after its first commit an update may still be put right without being
// marked as edited.
const editGrace = 5 * time.Minute

// edited is when an update's text was last changed, if that was after it had been read: the
// source's or, where it is shown, the translation's.
func (m *Plan) edited(e *content.Event, lang string) *time.Time {
	path := e.Path
	if t, ok := e.Translations[lang]; ok && lang != m.paths.Source {
		path = t.Path
	}
	first, last := m.committed(path)
	if last.Sub(first) <= editGrace {
		return nil
	}
	return &last
}

// tellYears marks the updates at which the year is another than above.
func tellYears(updates []Update) {
	for i := range updates {
		updates[i].Year = i > 0 && updates[i].At.Year() != updates[i-1].At.Year()
	}
}

func (m *Plan) postmortem(e *content.Event, body Prose, lang string) *Postmortem {
	p := &Postmortem{Anchor: e.Name, At: m.zoned(e.At), Body: body, Cause: m.words(e.Data().Cause, lang), Edited: m.edited(e, lang)}
	p.Actions = m.actions(e, lang)
	return p
}

func (m *Plan) actions(e *content.Event, lang string) (list []Action) {
	for _, a := range e.Data().Actions {
		action := Action{Text: m.words(a.Text, lang)}
		if !a.Done.IsZero() {
			action.Done = a.Done.In(m.Tree.Zone)
		}
		list = append(list, action)
	}
	return list
}

// caseFeeds is the feed beside a case's page: Atom alone.
func (m *Plan) caseFeeds(of, lang, path string) Feeds {
	what := content.Follows(strings.Trim(path, "/"))
	if path == "/" {
		what = content.FollowsAll
	}
	return Feeds{Of: of, Mail: m.setting(lang).FollowURL(what), Address: m.absolute(lang, path+"feed.atom"), Atom: m.url(lang, path+"feed.atom")}
}

// allFeeds are the feeds beside a page, in all formats.
func (m *Plan) allFeeds(of, lang, path string) Feeds {
	f := m.caseFeeds(of, lang, path)
	f.RSS, f.JSON = m.url(lang, path+"feed.rss"), m.url(lang, path+"feed.json")
	return f
}

// missing lists the languages in which an update is not there yet, as links to the page in them.
func (m *Plan) missing(updates []*content.Event, lang, path string) []Link {
	var list []Link
	for _, other := range m.Tree.Site.Languages[1:] {
		lacks := func(e *content.Event) bool { return e.Body != "" && e.Translations[other] == nil }
		if other != lang && slices.ContainsFunc(updates, lacks) {
			list = append(list, Link{Text: other, URL: m.url(other, path), Lang: other})
		}
	}
	return list
}

// meTooURL is where a customer says that they have it too: the intake, since only it knows what was
// clicked.
func (m *Plan) meTooURL(lang, id string) string {
	if m.meToo == nil {
		return ""
	}
	return m.intake() + m.paths.Local(lang, "/incidents/"+id+"/me-too")
}

// intake is what stands before the path of what the intake serves.
func (m *Plan) intake() string {
	if m.Tree.Site.IntakeURL != "" {
		return strings.TrimSuffix(m.Tree.Site.IntakeURL, "/")
	}
	return m.paths.Prefix
}

func (m *Plan) incidentRow(f *incident, lang string) IncidentRow {
	services := f.shownServices()
	state := f.Progress.WorstState(services)
	r := IncidentRow{
		Title: m.words(f.Title, lang), URL: m.url(lang, f.path), State: state, Status: f.Status, Open: f.Open,
		Services: m.names(with(state, services), lang), Started: m.zoned(f.Started), Resolved: m.zoned(f.Resolved),
	}
	if !f.Open && f.Postmortem == nil && f.Waived == nil {
		r.Cause = m.deadline(f.owed.Postmortem)
	}
	return r
}

func (m *Plan) incidentRows(list []*incident, lang string) []IncidentRow {
	rows := make([]IncidentRow, len(list))
	for i, f := range list {
		rows[i] = m.incidentRow(f, lang)
	}
	slices.SortStableFunc(rows, func(a, b IncidentRow) int { return b.Started.Compare(a.Started) })
	return rows
}

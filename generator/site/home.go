package site

import (
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/themes/view"
)

// recentDays is how long an incident that is over is still told of on the home page.
const recentDays = 14

func (m *Plan) home(lang string) {
	m.add(lang, "/", Page{Layout: "home", Nav: "status"}, func() any { return m.homeView(lang) })
}

// recent are incidents that are over, newest first.
func (m *Plan) recent() []*incident {
	since := m.today.AddDays(-recentDays).In(m.Tree.Zone)
	var list []*incident
	for _, f := range slices.Backward(m.incidents) {
		if !f.Open && !f.Resolved.Before(since) {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b *incident) int { return b.Resolved.Compare(a.Resolved) })
	return list[:min(len(list), 5)]
}

// asof is when anything that the home page tells of last changed: something was said, or fell late.
func (m *Plan) asof() time.Time {
	var last time.Time
	for _, f := range m.incidents {
		last = later(last, f.last)
		for _, due := range []view.Due{f.owed.Named, f.owed.Update, f.owed.Postmortem} {
			if due.Late {
				last = later(last, due.Breaks)
			}
		}
	}
	for _, f := range m.maintenance {
		last = later(later(last, f.last), later(f.Started, f.Ended))
	}
	return last
}

func (m *Plan) busy() Busy {
	if m.Queue == nil {
		return Busy{}
	}
	return Busy{Waiting: m.Queue.Desk, Usual: m.Queue.Half}
}

func (m *Plan) homeView(lang string) Home {
	v := Home{
		Answer: m.answer(lang), Active: m.maintenanceRows(m.active, lang), Planned: m.maintenanceRows(m.planned, lang),
		Groups: m.groups(lang), Recent: m.incidentRows(m.recent(), lang), Popular: m.popular(lang), Ways: m.ways(lang),
		Search: m.url(lang, "/search/"), Contact: m.url(lang, "/contact/"), History: m.url(lang, "/history/"), Asof: m.zoned(m.asof()), Help: m.helpURL(lang), Calendar: m.url(lang, "/"+calendarFile),
	}
	for _, f := range m.open {
		v.Open = append(v.Open, m.openIncident(f, lang))
	}
	if m.Rules != nil && m.meToo != nil {
		v.Promise = m.Rules(m.meToo)
	}
	if m.Queue != nil {
		busy := m.busy()
		v.Busy = &busy
	}
	return v
}

// answer derives the sentence that comes first.
func (m *Plan) answer(lang string) Answer {
	switch {
	case len(m.open) > 0:
		f := m.open[0]
		a := Answer{
			Kind: "one", N: len(m.open), State: f.shown(), Title: m.words(f.Title, lang), Status: f.Progress.Stage(), Next: m.nextUpdate(f),
			Workaround: m.words(f.Progress.Workaround, lang), More: len(m.open) - 1,
		}
		if a.More > 0 {
			a.Kind, a.MoreID = "many", m.open[1].pageID()
		}
		if a.Next != nil && a.Next.Late { // said where the incident stands
			a.Next = nil
		}
		return a
	case len(m.active) > 0:
		f := m.active[0]
		return Answer{
			Kind: "maintenance", N: len(m.active), State: content.UnderMaintenance, Title: m.words(f.Title, lang),
			Services: m.names(f.Course.Services, lang), Until: m.zoned(f.Course.Planned.End),
		}
	}
	return Answer{Kind: "ok", State: content.Operational}
}

// pageID is the incident's id in the home page.
func (f *incident) pageID() string { return strings.ReplaceAll(f.ID, "/", "-") }

func (m *Plan) openIncident(f *incident, lang string) OpenIncident {
	o := OpenIncident{
		ID: f.pageID(), Title: m.words(f.Title, lang), URL: m.url(lang, f.path), State: f.shown(),
		Status: f.Progress.Stage(), Services: troubled(m.states(f.Progress.Services, lang)), Since: m.zoned(f.Started), Reported: f.reported, Next: m.nextUpdate(f),
		Workaround: m.words(f.Progress.Workaround, lang), MeToo: m.meTooURL(lang, f.ID),
	}
	n := len(f.Updates) - 1
	last := m.update(f.Updates[n], m.body(&f.caseFacts, f.Updates[n], lang), lang)
	o.Last = &last
	return o
}

// troubled leaves out the services that work.
func troubled(states []ServiceState) []ServiceState {
	return slices.DeleteFunc(states, func(s ServiceState) bool { return s.State == content.Operational })
}

// groups are the services as they stand in services.yaml.
func (m *Plan) groups(lang string) []ServiceGroup {
	var groups []ServiceGroup
	var last *content.Service
	for i, s := range m.services {
		if i == 0 || s.group != last {
			g := ServiceGroup{}
			if s.group != nil {
				g.Name = m.words(s.group.Name, lang)
			}
			groups = append(groups, g)
			last = s.group
		}
		g := &groups[len(groups)-1]
		g.Services = append(g.Services, ServiceRow{m.words(s.Name, lang), m.url(lang, "/services/"+s.ID+"/"), s.state, m.bar(s, lang)})
	}
	return groups
}

func (m *Plan) popular(lang string) []Link {
	var list []Link
	for _, s := range m.Tree.Sections {
		for _, a := range s.Articles {
			if a.Popular {
				r := m.articleRow(a, lang)
				list = append(list, Link{r.Title, r.URL, r.Lang})
			}
		}
	}
	return list[:min(len(list), 6)]
}

func (m *Plan) ways(lang string) []Way {
	var list []Way
	for _, f := range m.Tree.Forms {
		list = append(list, Way{m.words(f.Title, lang), m.words(f.Intro, lang), m.url(lang, "/forms/"+f.ID+"/")})
	}
	return list
}

func (m *Plan) helpURL(lang string) string {
	if len(m.Tree.Sections) == 0 {
		return ""
	}
	return m.url(lang, "/help/")
}

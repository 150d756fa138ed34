package site

import (
	"slices"
	"strings"
	"time"

	"balie/content"
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
		for _, due := range []Due{f.owed.Named, f.owed.Update, f.owed.Postmortem} {
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
		Search: m.url(lang, "/search/"), Contact: m.url(lang, "/contact/"), History: m.url(lang, "/history/"), Asof: m.zoned(m.asof()), Help: m.helpURL(lang),
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
	case len(m.open) == 1:
		f := m.open[0]
		return Answer{Kind: "one", N: 1, State: m.worst(), Title: m.words(f.Title, lang), Status: f.stage(), Next: m.nextUpdate(f)}
	case len(m.open) > 1:
		next, on := m.firstNext(lang)
		return Answer{Kind: "many", N: len(m.open), State: m.worst(), Services: m.touched(lang), Next: next, NextOn: on, Late: m.late(lang)}
	case len(m.active) > 0:
		f := m.active[0]
		return Answer{
			Kind: "maintenance", N: len(m.active), State: content.UnderMaintenance, Title: m.words(f.Title, lang),
			Services: m.names(f.Course.Services, lang), Until: m.zoned(f.Course.Planned.End),
		}
	}
	return Answer{Kind: "ok", State: content.Operational}
}

// worst is the worst that stands for any open incident.
func (m *Plan) worst() content.ComponentState {
	state := content.DegradedPerformance
	for _, f := range m.open {
		state = worse(state, f.shown())
	}
	return state
}

// touched names the services that are not as they should be because of an incident.
func (m *Plan) touched(lang string) []Words {
	var list []Words
	for _, s := range m.services {
		if s.state.Rank() > content.UnderMaintenance.Rank() {
			list = append(list, m.words(s.Name, lang))
		}
	}
	return list
}

// firstNext is the earliest next update that is not late, and the incident of which it tells.
func (m *Plan) firstNext(lang string) (best *Deadline, on Link) {
	for _, f := range m.open {
		if d := m.nextUpdate(f); d != nil && !d.Late && (best == nil || d.At.Before(best.At)) {
			best, on = d, m.linkTo(f, lang)
		}
	}
	return best, on
}

func (m *Plan) linkTo(f *incident, lang string) Link {
	title := m.words(f.Title, lang)
	return Link{title.Text, m.url(lang, f.path), title.Lang}
}

// late are the open incidents whose next update is late, the longest first.
func (m *Plan) late(lang string) []Link {
	var late []*incident
	for _, f := range m.open {
		if f.owed.Next().Late {
			late = append(late, f)
		}
	}
	slices.SortStableFunc(late, func(a, b *incident) int { return a.owed.Next().At.Compare(b.owed.Next().At) })
	var list []Link
	for _, f := range late {
		list = append(list, m.linkTo(f, lang))
	}
	return list
}

func (m *Plan) openIncident(f *incident, lang string) OpenIncident {
	o := OpenIncident{
		ID: strings.ReplaceAll(f.ID, "/", "-"), Title: m.words(f.Title, lang), URL: m.url(lang, f.path), State: f.shown(),
		Status: f.stage(), Services: troubled(m.states(f.Progress.Services, lang)), Since: m.zoned(f.Started), Reported: f.reported, Next: m.nextUpdate(f),
		MeToo: m.meTooURL(lang, f.ID),
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

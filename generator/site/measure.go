package site

import (
	"slices"

	"balie/content"
)

// service is what is measured of one service for a plan.
type service struct {
	*content.Service
	group *content.Service
	state content.ComponentState
	days  []day          // those of the plan
	past  []*incident    // of the months of these days, oldest first; those that are open too
	done  []*maintenance // of the same months, over
	open  []*incident
	ahead []*maintenance
	cases []*caseFacts // all that its page shows
	feed  []*incident  // all incidents that ever named it, oldest first
	work  []*maintenance
}

// measure gathers what each service's page and its row on the home page show.
func (m *Plan) measure() []*service {
	byID := map[string]*service{}
	var list []*service
	m.Tree.EachService(func(group, s *content.Service) {
		one := &service{Service: s, group: group, state: content.Operational}
		byID[s.ID] = one
		list = append(list, one)
	})
	since, troubles := m.days[0].from, map[string][]trouble{}
	add := func(list []trouble) {
		for _, one := range list {
			troubles[one.Service] = append(troubles[one.Service], one)
		}
	}
	for _, f := range m.incidents {
		m.gather(f, byID)
		add(f.troubles(f.Progress.Services, f.Open, since, m.Now))
	}
	for _, f := range m.maintenance {
		m.gatherMaintenance(f, byID)
		add(f.troubles(f.Course.Services, f.Active(), since, m.Now))
	}
	for _, s := range list {
		s.fill(troubles[s.ID], m.days)
	}
	return list
}

func (m *Plan) gather(f *incident, byID map[string]*service) {
	first := m.days[0].from
	inYear := dirMonth(f.Incident.ID) >= monthOf(first)
	for _, entry := range f.Progress.Services {
		s := byID[entry.Key]
		if s == nil {
			continue
		}
		s.feed = append(s.feed, f)
		if inYear {
			s.past = append(s.past, f)
		}
		if inYear || f.Open || f.Resolved.After(first) {
			s.cases = append(s.cases, &f.caseFacts)
		}
		if !f.Open {
			continue
		}
		s.open = append(s.open, f)
		s.state = worse(s.state, entry.Value)
	}
}

func (m *Plan) gatherMaintenance(f *maintenance, byID map[string]*service) {
	first := m.days[0].from
	ahead := slices.Contains(m.planned, f) || slices.Contains(m.active, f)
	done := !ahead && !f.Started.IsZero() && dirMonth(f.Maintenance.ID) >= monthOf(first)
	for _, entry := range f.Course.Services {
		s := byID[entry.Key]
		if s == nil {
			continue
		}
		s.work = append(s.work, f)
		if ahead {
			s.ahead = append(s.ahead, f)
		}
		if done {
			s.done = append(s.done, f)
		}
		if ahead || done || f.Ended.After(first) {
			s.cases = append(s.cases, &f.caseFacts)
		}
		if f.Active() {
			s.state = worse(s.state, entry.Value)
		}
	}
}

package large

import (
	"fmt"
	"math/rand/v2"
	"time"

	"balie/content"
)

// updateKinds are the kinds of an incident's five updates.
type updateKinds []content.Kind

var (
	usual     = updateKinds{content.Investigating, content.Identified, content.Update, content.Monitoring, content.Resolved}
	confirmed = updateKinds{content.Investigating, content.Confirmed, content.Identified, content.Monitoring, content.Resolved}
	explained = updateKinds{content.Investigating, content.Identified, content.Monitoring, content.Resolved, content.Postmortem}
	stillOpen = updateKinds{content.Investigating, content.Confirmed, content.Update, content.Identified, content.Update}
)

// incident writes the i-th incident, which begins at an instant.
func (w *writer) incident(i int, at time.Time, open bool) {
	r := random(i, 1)
	service, trouble := pick(r, services), pick(r, troubles)
	dir := fmt.Sprintf("incidents/%s-%s-%s-%d", at.In(w.zone).Format("2006/0102"), service.id, trouble.slug, i)
	incident := &content.Incident{Title: content.Text{"en": service.name + " " + trouble.what}, Services: content.Map[content.ComponentState]{{Key: service.id, Value: trouble.state}}}
	if other := pick(r, services); other != service && r.IntN(3) == 0 {
		incident.Services = incident.Services.Set(other.id, content.DegradedPerformance)
	}
	w.record(dir+"/incident.yaml", incident)

	kinds := pick(r, []updateKinds{usual, usual, confirmed, explained})
	switch {
	case open:
		kinds = stillOpen
	case trouble.state == content.MajorOutage: // the policy promises its cause
		kinds = explained
	}
	for n, kind := range kinds {
		e := &content.Event{Kind: kind, Author: pick(r, staff), Body: prose(r, updates[kind], service.name), Front: front(r, kind, at, service)}
		w.event(dir, content.LocalEventName(at, w.zone, kind, e.Author), e)
		if at = at.Add(pause(r, kind)); open {
			at = Now().Add(-time.Duration(4-n) * 20 * time.Minute)
		}
	}
}

// pause is the time until the next update: minutes at first, days before a postmortem.
func pause(r *rand.Rand, after content.Kind) time.Duration {
	if after == content.Resolved {
		return 26*time.Hour + time.Duration(r.IntN(60))*time.Hour
	}
	return time.Duration(10+r.IntN(170)) * time.Minute
}

// front is the front matter of two updates in five.
func front(r *rand.Rand, kind content.Kind, at time.Time, service service) *content.Front {
	switch {
	case kind == content.Postmortem:
		return &content.Front{Cause: content.Text{"en": pick(r, causes)}, Actions: []content.Action{{Text: content.Text{"en": pick(r, actions)}, Done: content.DateOf(at)}}}
	case kind == content.Monitoring:
		return &content.Front{Services: content.Map[content.ComponentState]{{Key: service.id, Value: content.DegradedPerformance}}}
	case kind == content.Investigating:
		return &content.Front{NextUpdate: at.Add(2 * time.Hour)}
	}
	return nil
}

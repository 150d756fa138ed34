package content

import (
	"path"
	"slices"
	"strings"
	"time"
)

// Follows is what somebody follows: FollowsAll, a service as services/<id>, or a case by its
// directory: incidents/2026/1120-payments.
type Follows string

// FollowsAll is everything that the public may know.
const FollowsAll Follows = "all"

// ServiceFollows returns what follows a service.
func ServiceFollows(id string) Follows { return Follows("services/" + id) }

// ServiceID returns the service that is followed, or "".
func (f Follows) ServiceID() string {
	id, _ := strings.CutPrefix(string(f), "services/")
	if id == string(f) {
		return ""
	}
	return id
}

// The questions of FollowForm.
const (
	FollowsField = "follows"       // what is to be followed, as Follows
	FollowsRole  = Role("follows") // its word in the locales
)

// FollowForm returns the form by which people ask to follow something by mail.
func FollowForm() *Form {
	return &Form{ID: "follow", Fields: []Field{
		{ID: FollowsField, Role: FollowsRole, Type: TextField, Required: true},
		{ID: "email", Role: EmailRole, Type: EmailField, Required: true},
	}}
}

// EndpointRole is the word in the locales for the address of a program that follows.
const EndpointRole = Role("endpoint")

// HookForm returns the form by which programs ask to follow something by webhooks.
func HookForm() *Form {
	return &Form{ID: "hooks", Fields: []Field{
		{ID: FollowsField, Role: FollowsRole, Type: TextField, Required: true},
		{ID: "url", Role: EndpointRole, Type: URLField, Required: true},
	}}
}

// Followed is a public update of an incident or a maintenance, one of which is nil.
type Followed struct {
	Incident    *Incident
	Maintenance *Maintenance
	Event       *Event
}

// Dir returns the directory of the case.
func (f Followed) Dir() string {
	if f.Incident != nil {
		return f.Incident.Dir
	}
	return f.Maintenance.Dir
}

// Title returns the case's title.
func (f Followed) Title() Text {
	if f.Incident != nil {
		return f.Incident.Title
	}
	return f.Maintenance.Title
}

// Services are those that the case ever named by an instant.
func (f Followed) Services(now time.Time) []string {
	if f.Incident != nil {
		return f.Incident.At(now).Services.Keys()
	}
	return f.Maintenance.At(now).Services.Keys()
}

// IsFollowed reports whether there is what somebody follows, and the public may know of it.
func (t *Tree) IsFollowed(what Follows) bool {
	if what == FollowsAll {
		return true
	}
	if id, ok := strings.CutPrefix(string(what), "services/"); ok {
		return t.Service(id) != nil
	}
	for _, i := range t.Incidents {
		if i.Dir == string(what) {
			return i.Public()
		}
	}
	return slices.ContainsFunc(t.Maintenance, func(m *Maintenance) bool { return m.Dir == string(what) })
}

// PublicUpdates lists the public updates after an instant and up to now, by time.
func (t *Tree) PublicUpdates(after, now time.Time) []Followed {
	var list []Followed
	add := func(f Followed, events []*Event) {
		for _, e := range events {
			if e.At.After(after) && !e.At.After(now) && !IsStaffOnly(e.Kind) {
				f.Event = e
				list = append(list, f)
			}
		}
	}
	for _, i := range t.Incidents {
		if i.Public() {
			add(Followed{Incident: i}, i.Events)
		}
	}
	for _, m := range t.Maintenance {
		add(Followed{Maintenance: m}, m.Events)
	}
	slices.SortStableFunc(list, func(a, b Followed) int { return a.Event.At.Compare(b.Event.At) })
	return list
}

// PublicUpdate returns the public update in a file, whose name is given without .md.
func (t *Tree) PublicUpdate(name string) (f Followed, ok bool) {
	dir := path.Dir(name)
	find := func(events []*Event) bool {
		i := slices.IndexFunc(events, func(e *Event) bool { return e.Path == name+".md" && !IsStaffOnly(e.Kind) })
		if i >= 0 {
			f.Event = events[i]
		}
		return i >= 0
	}
	for _, i := range t.Incidents {
		if i.Dir == dir && i.Public() {
			f.Incident = i
			return f, find(i.Events)
		}
	}
	for _, m := range t.Maintenance {
		if m.Dir == dir {
			f.Maintenance = m
			return f, find(m.Events)
		}
	}
	return f, false
}

// IsOf reports whether an update is of what somebody follows.
func (f Followed) IsOf(what Follows, now time.Time) bool {
	if id, ok := strings.CutPrefix(string(what), "services/"); ok {
		return slices.Contains(f.Services(now), id)
	}
	return what == FollowsAll || f.Dir() == string(what)
}

package webhook

import (
	"slices"
	"strconv"
	"time"

	"balie/content"
)

// parseAlertmanager reads Alertmanager's webhook, version 4 (Prometheus, Alertmanager
// configuration, webhook_config). One delivery is one group of alerts, firing or resolved.
func parseAlertmanager(h *content.Hook, r Request) (Delivery, error) {
	body, err := readJSON(r.Body)
	if err != nil {
		return Delivery{}, err
	}
	g, err := readGroup(body)
	if err != nil {
		return Delivery{}, err
	}
	return Delivery{ID: g.id(h), Actions: []Action{Alert{
		Key:      g.key,
		At:       g.at(),
		Open:     g.status == firing,
		Services: g.services(h),
		Title:    fillLine(h.Title, g.label),
		Text:     fill(h.Text, g.label),
		Facts:    g.facts(),
	}}}, nil
}

const (
	firing   = "firing"
	resolved = "resolved"
)

// alertGroup is one notification.
type alertGroup struct {
	key, status string
	alerts      []value
	body        value
}

func readGroup(body value) (alertGroup, error) {
	g := alertGroup{key: body.at("groupKey").text(), status: body.at("status").text(), alerts: body.at("alerts").items(), body: body}
	switch {
	case body.at("version").text() != "4":
		return g, malformed("not version 4 of Alertmanager's webhook")
	case g.key == "":
		return g, malformed("no groupKey")
	case len(g.alerts) == 0:
		return g, malformed("no alerts")
	}
	for _, a := range slices.Concat(g.alerts, []value{body}) {
		if s := a.at("status").text(); s != firing && s != resolved {
			return g, malformed("a status that is neither firing nor resolved")
		}
	}
	return g, nil
}

// id tells one notification from another. Alertmanager has no id of its own; while nothing changes
// it repeats a notification, which then has the same one.
func (g alertGroup) id(h *content.Hook) string {
	var alerts []string
	for _, a := range g.alerts {
		alerts = append(alerts, hashOf(append(times(a), a.at("fingerprint").text())...))
	}
	slices.Sort(alerts)
	return hashOf(slices.Concat([]string{h.Name, g.key, g.status}, alerts)...)
}

// times returns when an alert began to fire and when it was resolved, as they were sent. The end
// of an alert that fires is a guess, and left out.
func times(alert value) []string {
	list := []string{alert.at("startsAt").text()}
	if alert.at("status").text() == resolved {
		list = append(list, alert.at("endsAt").text())
	}
	return list
}

// at returns when the group came to be as it is: the latest time at which an alert began to fire,
// or was resolved.
func (g alertGroup) at() time.Time {
	var latest time.Time
	for _, a := range g.alerts {
		for _, s := range times(a) {
			if t, ok := readTime(s, time.RFC3339); ok && t.After(latest) {
				latest = t
			}
		}
	}
	return latest
}

// shown returns the alerts that fire or, where none does, all.
func (g alertGroup) shown() []value {
	var fire []value
	for _, a := range g.alerts {
		if a.at("status").text() == firing {
			fire = append(fire, a)
		}
	}
	if fire == nil {
		return g.alerts
	}
	return fire
}

// services returns what the alerts that fire name, each in the worst state.
func (g alertGroup) services(h *content.Hook) map[string]content.ComponentState {
	services := map[string]content.ComponentState{}
	for _, a := range g.shown() {
		name := line(a.at("labels", h.ServiceLabel).text())
		if name == "" || h.ServiceLabel == "" || a.at("status").text() != firing {
			continue
		}
		state, ok := h.States.Get(a.at("labels", "severity").text())
		if !ok {
			state = content.DegradedPerformance
		}
		addService(services, name, state)
	}
	return services
}

// addService keeps the worst state of a service.
func addService(services map[string]content.ComponentState, name string, state content.ComponentState) {
	if was, ok := services[name]; !ok || state.Rank() > was.Rank() {
		services[name] = state
	}
}

// label returns the values that a label has among the alerts, or the group's.
func (g alertGroup) label(name string) string {
	if all := g.values("labels", name); all != "" {
		return all
	}
	for _, of := range []string{"commonLabels", "groupLabels"} {
		if s := line(g.body.at(of, name).text()); s != "" {
			return s
		}
	}
	return ""
}

// values joins what the alerts have under a key of their labels or annotations.
func (g alertGroup) values(of, key string) string {
	var list []string
	for _, a := range g.shown() {
		list = append(list, line(a.at(of, key).text()))
	}
	slices.Sort(list)
	return shorten(distinct(list), maxValue)
}

// facts lists annotations and labels by name, and how many alerts the notification leaves out.
func (g alertGroup) facts() []Fact {
	var facts []Fact
	if n, _ := g.body.at("truncatedAlerts").scalar(); isCount(n) {
		facts = append(facts, Fact{"truncatedAlerts", n})
	}
	for _, of := range []string{"annotations", "labels"} {
		for _, key := range g.names(of) {
			name, s := line(key), g.values(of, key)
			if name != "" && s != "" && len(facts) < maxFacts {
				facts = append(facts, Fact{name, s})
			}
		}
	}
	return facts
}

// isCount reports whether a number is a whole one above zero.
func isCount(n string) bool {
	i, err := strconv.ParseUint(n, 10, 64)
	return err == nil && i > 0
}

// names lists the keys of the alerts' labels or annotations.
func (g alertGroup) names(of string) []string {
	var names []string
	for _, a := range g.shown() {
		names = append(names, a.at(of).keys()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

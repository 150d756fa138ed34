package delivery

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/store"
	"balie/ingest/webhook"
)

const (
	reopensWithin = 30 * time.Minute // what begins again so soon is the same incident
	flapsWithin   = 10 * time.Minute
	maxChanges    = 2                // within flapsWithin, beyond which a state must hold
	mustHold      = 10 * time.Second // before it is filed
)

// said is what a machine said of one incident, as the store keeps it.
type said struct {
	Last     state       // what it said last, by its own time
	Filed    string      // the hash of what was filed last
	Changes  []time.Time // when it said something else, within flapsWithin of the last
	Resolved time.Time   // when it last said that it is over
	Silent   bool        // staff said that it is resolved, and the machine has not yet
}

// state is one thing that a machine said. Of two the later one is the greater.
type state struct {
	At    time.Time
	Open  bool
	Touch int    // how many services are touched, and how much
	Hash  string // of all that it says
}

// compare orders what was said by its time. Of what was said of one instant "over" comes last, and
// before it what touches more.
func (s state) compare(other state) int {
	return cmp.Or(s.At.Compare(other.At), cmp.Compare(s.over(), other.over()), cmp.Compare(s.Touch, other.Touch), cmp.Compare(s.Hash, other.Hash))
}

func (s state) over() int {
	if s.Open {
		return 0
	}
	return 1
}

// stateOf is what an alert says.
func stateOf(a webhook.Alert, received time.Time) state {
	s := state{At: a.At, Open: a.Open}
	if s.At.IsZero() {
		s.At = received
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%t %q", a.Open, a.Kind)
	for _, name := range slices.Sorted(maps.Keys(a.Services)) {
		fmt.Fprintf(sum, " %q %q", name, a.Services[name])
		s.Touch += a.Services[name].Rank() + 1
	}
	for _, text := range []content.Text{a.Title, a.Text} {
		for _, lang := range slices.Sorted(maps.Keys(text)) {
			fmt.Fprintf(sum, " %q %q", lang, text[lang])
		}
	}
	s.Hash = hex.EncodeToString(sum.Sum(nil)[:16])
	return s
}

// fileAlert files what a machine says of an incident, if it is news. until is the instant up to
// which it must hold first; zero: it is dealt with.
func (w *Worker) fileAlert(tx *store.Tx, hook *content.Hook, a webhook.Alert, d *store.Delivery, id content.Hex) (until time.Time, err error) {
	if err := w.checkServices(a); err != nil {
		return until, err
	}
	kept, err := tx.Alert(hook.Name, a.Key)
	if err != nil {
		return until, err
	}
	var before said
	if kept == nil {
		kept = &store.Alert{Hook: hook.Name, Key: a.Key}
	} else if err := json.Unmarshal([]byte(kept.State), &before); err != nil {
		return until, fmt.Errorf("read what %s said before: %w", hook.Name, err)
	}
	now := stateOf(a, d.Received)
	order := now.compare(before.Last)
	switch {
	case kept.State == "":
	case a.Kind != "" && a.At.IsZero(): // events that are told in order
	case a.Kind != "" && order < 0:
		return until, unusable("it is older than what was said last")
	case order < 0, order == 0 && d.Due.IsZero():
		return until, nil
	}
	if d.Due.IsZero() && isChange(before, now) {
		before.note(now.At)
	}
	before.Last = now
	if a.Kind == "" && d.Due.IsZero() && len(before.Changes) > maxChanges {
		until = w.Now().Add(mustHold)
	} else if err := w.fileState(tx, hook, a, kept, &before, id); err != nil {
		return time.Time{}, err
	}
	text, err := json.Marshal(before)
	if err != nil {
		return until, err
	}
	kept.State = string(text)
	return until, tx.PutAlert(*kept, w.Now())
}

// isChange reports whether something else is said than before.
func isChange(before said, now state) bool {
	return before.Last.Hash != now.Hash && (now.Open || before.Last.Open)
}

// note counts a change at an instant, and forgets those of long before.
func (s *said) note(at time.Time) {
	s.Changes = slices.DeleteFunc(append(s.Changes, at), func(t time.Time) bool { return !t.After(at.Add(-flapsWithin)) })
}

// checkServices finds a service that services.yaml does not have.
func (w *Worker) checkServices(a webhook.Alert) error {
	for _, name := range slices.Sorted(maps.Keys(a.Services)) {
		if w.Tree().Service(name) == nil {
			return unusablef("services.yaml has no service %q", name)
		}
	}
	return nil
}

// fileState brings the incident to what the machine says.
func (w *Worker) fileState(tx *store.Tx, hook *content.Hook, a webhook.Alert, kept *store.Alert, before *said, id content.Hex) error {
	var incident *content.Incident
	var err error
	if kept.Dir != "" {
		if incident, err = w.Filer.IncidentIn(tx, kept.Dir); err != nil {
			return err
		}
	}
	now := w.Now()
	open := incident != nil && incident.At(filing.InstantOf(incident.Events, now)).Open
	told := before.Filed != "" // what was filed last says that it goes on
	switch {
	case !a.Open:
		before.Filed, before.Silent, before.Resolved = "", false, before.Last.At
		if !open {
			return nil
		}
		return w.fileEvent(tx, hook, a, incident, content.Resolved, id)
	case open && before.Filed == before.Last.Hash && a.Kind == "":
		return nil
	case open:
		before.Filed = before.Last.Hash
		return w.fileEvent(tx, hook, a, incident, cmp.Or(a.Kind, content.Update), id)
	case incident != nil && (told || before.Silent):
		before.Silent = true
		return nil
	case incident != nil && before.Last.At.Sub(before.Resolved) <= reopensWithin:
		before.Filed = before.Last.Hash
		return w.fileEvent(tx, hook, a, incident, reopening(a.Kind), id)
	}
	before.Filed = before.Last.Hash
	kept.Dir, err = w.openIncident(tx, hook, a, id)
	return err
}

// reopening is the kind of an event that opens an incident again.
func reopening(k content.Kind) content.Kind {
	if k == content.Identified || k == content.Monitoring {
		return k
	}
	return content.Investigating
}

// openIncident files a new incident and returns its directory.
func (w *Worker) openIncident(tx *store.Tx, hook *content.Hook, a webhook.Alert, id content.Hex) (dir string, err error) {
	i := &content.Incident{
		Title:      w.title(hook, a),
		Services:   servicesOf(a),
		Visibility: hook.Visibility,
		Source:     &content.Source{Hook: hook.Name, Key: sourceKey(a.Key)},
	}
	if i.Visibility == "" {
		i.Visibility = content.StaffOnly
	}
	first := cmp.Or(a.Kind, content.Investigating)
	if first == content.Update {
		first = content.Investigating
	}
	e, err := w.event(hook, a, first)
	if err != nil {
		return "", err
	}
	events := append([]*content.Event{e}, factsNote(hook, a)...)
	receipt, err := w.Filer.FileIn(tx, filing.Submission{ID: id, Incident: i, Events: events})
	if err != nil {
		return "", err
	}
	return receipt.Dir(), nil
}

// sourceKey is what incident.yaml says of a machine's key, which may be long.
func sourceKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:6])
}

// servicesOf are an alert's services, by name.
func servicesOf(a webhook.Alert) (services content.Map[content.ComponentState]) {
	for _, name := range slices.Sorted(maps.Keys(a.Services)) {
		services = services.Set(name, a.Services[name])
	}
	return services
}

// fileEvent files an event on a known incident.
func (w *Worker) fileEvent(tx *store.Tx, hook *content.Hook, a webhook.Alert, i *content.Incident, kind content.Kind, id content.Hex) error {
	e, err := w.event(hook, a, kind)
	if err != nil {
		return err
	}
	if kind != content.Resolved && a.Services != nil {
		services := servicesOf(a)
		for _, s := range i.At(filing.InstantOf(i.Events, w.Now())).Services {
			if _, ok := services.Get(s.Key); !ok && a.Kind == "" && s.Value != content.Operational {
				services = services.Set(s.Key, content.Operational) // it works again
			}
		}
		e.Front = &content.Front{Services: services}
	}
	events := []*content.Event{e}
	if kind != content.Resolved {
		events = append(events, factsNote(hook, a)...)
	}
	_, err = w.Filer.FileIn(tx, filing.Submission{ID: id, Dir: i.Dir, Events: events})
	return err
}

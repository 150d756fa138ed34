package content

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Progress is all that can be derived of an incident at an instant, from the updates up to then.
type Progress struct {
	Status     Kind // "" before the first update
	Open       bool
	Services   Map[ComponentState] // each that was ever named; operational once resolved
	Impact     Impact              // as written, else the peak of what its services went through
	Started    time.Time           // the first update
	Resolved   time.Time           // the last time it was; zero while open
	Updates    []*Event            // that have happened, oldest first, waived left out
	NextUpdate time.Time           // what staff named in the last update, or zero
	Workaround Text                // what to do meanwhile, or nil
	Reports    int                 // who have it too, and left no message and no address
	Postmortem *Event
	Waived     *Event
}

// Last returns the newest public update, or nil.
func (p Progress) Last() *Event {
	if len(p.Updates) == 0 {
		return nil
	}
	return p.Updates[len(p.Updates)-1]
}

// WorstState is the worst state of services that an incident touches. It is never operational:
// where no service is worse, the state follows from the impact.
func (p Progress) WorstState(services Map[ComponentState]) ComponentState {
	state := worst(services)
	switch {
	case state != Operational:
		return state
	case p.Open && p.Status == Monitoring:
		return DegradedPerformance
	case p.Impact == Critical:
		return MajorOutage
	case p.Impact == Major:
		return PartialOutage
	}
	return DegradedPerformance
}

// Stage is how far an open incident is, as people are told: the last update that says so. A
// confirmation says more than that it is being looked into.
func (p Progress) Stage() Kind {
	for _, e := range slices.Backward(p.Updates) {
		switch e.Kind {
		case Investigating, Confirmed, Identified, Monitoring:
			return e.Kind
		}
	}
	return Investigating
}

// CompareWorst orders open incidents, the worst first: by the worst state of a service, then by
// impact, then the earliest.
func CompareWorst(a, b Progress) int {
	return cmp.Or(b.WorstState(b.Services).Rank()-a.WorstState(a.Services).Rank(), b.Impact.Rank()-a.Impact.Rank(), a.Started.Compare(b.Started))
}

// At derives how far the incident was at an instant. A service that an update does not name keeps
// its state.
func (i *Incident) At(now time.Time) Progress {
	p := Progress{Services: i.Services, Impact: cmp.Or(i.Impact, impactOf(worst(i.Services)))}
	for _, p = range i.Steps(now) {
	}
	return p
}

// Steps yields each event until an instant, and how far the incident was with it.
func (i *Incident) Steps(now time.Time) iter.Seq2[*Event, Progress] {
	return func(yield func(*Event, Progress) bool) {
		p := Progress{Services: i.Services}
		peak := worst(i.Services)
		for _, e := range i.Events {
			if e.At.After(now) {
				return
			}
			p.Apply(e, i.Services)
			peak = worse(peak, worst(p.Services))
			p.Impact = cmp.Or(i.Impact, impactOf(peak))
			if !yield(e, p) {
				return
			}
		}
	}
}

func (p *Progress) Apply(e *Event, first Map[ComponentState]) {
	switch e.Kind {
	case Note:
		return
	case Reports:
		p.Reports += e.Data().Count
		return
	case Waived:
		p.Waived = e
		return
	}
	if len(p.Updates) == 0 {
		p.Started = e.At
	}
	p.Updates = append(p.Updates, e)
	p.NextUpdate = e.Data().NextUpdate
	switch e.Kind {
	case Postmortem:
		p.Postmortem = e
		if p.Open || p.Status == "" { // told before it was said to be over: it is over
			p.resolve(e)
		}
		p.Status = Postmortem
		return
	case Resolved:
		p.resolve(e)
		p.Status = Resolved
		return
	case Investigating, Identified, Monitoring:
		// One that opens again without states has those it began with.
		if !p.Open && p.Status != "" {
			if len(e.Data().Services) == 0 {
				for _, s := range first {
					p.Services = p.Services.Set(s.Key, s.Value)
				}
			}
			p.Resolved, p.Postmortem, p.Waived = time.Time{}, nil, nil
		}
		p.Status, p.Open = e.Kind, true
	case Confirmed:
		if p.Status == "" {
			p.Status, p.Open = Confirmed, true
		}
	case Update:
		if p.Status == "" {
			p.Status, p.Open = Investigating, true
		}
	}
	if p.Open {
		for _, s := range e.Data().Services {
			p.Services = p.Services.Set(s.Key, s.Value)
		}
		p.advise(e.Data())
	}
}

// advise replaces what to do meanwhile, or withdraws it.
func (p *Progress) advise(f *Front) {
	switch {
	case f.Withdraws():
		p.Workaround = nil
	case len(f.Workaround) > 0:
		p.Workaround = f.Workaround
	}
}

// Withdraws reports whether an update withdraws the workaround: its text is NoWorkaround in some
// language.
func (f *Front) Withdraws() bool {
	for _, s := range f.Workaround {
		if s == NoWorkaround {
			return true
		}
	}
	return false
}

func (p *Progress) resolve(e *Event) {
	p.Open, p.Resolved, p.NextUpdate, p.Workaround = false, e.At, time.Time{}, nil
	restored := make(Map[ComponentState], len(p.Services))
	for i, s := range p.Services {
		restored[i] = Entry[ComponentState]{s.Key, Operational}
	}
	p.Services = restored
}

// Span is how a service fared for a time, because of one case.
type Span struct {
	Service  string
	State    ComponentState
	From, To time.Time // half-open; To is now for what goes on
}

// Spans returns what an incident did to each service up to an instant, operational spans left out.
func (i *Incident) Spans(now time.Time) []Span {
	var spans []Span
	p := Progress{Services: i.Services}
	open := map[string]Span{}
	settle := func(at time.Time) {
		for _, s := range p.Services {
			last, running := open[s.Key]
			state := s.Value
			if !p.Open {
				state = Operational
			}
			if running && last.State == state {
				continue
			}
			if running {
				last.To = at
				spans = append(spans, last)
				delete(open, s.Key)
			}
			if state != Operational {
				open[s.Key] = Span{Service: s.Key, State: state, From: at}
			}
		}
	}
	var e *Event
	for e, p = range i.Steps(now) {
		settle(e.At)
	}
	for _, s := range p.Services {
		if last, running := open[s.Key]; running {
			last.To = now
			spans = append(spans, last)
		}
	}
	return spans
}

// worst returns the worst state of a map; operational for an empty one.
func worst(services Map[ComponentState]) ComponentState {
	state := Operational
	for _, s := range services {
		state = worse(state, s.Value)
	}
	return state
}

func worse(a, b ComponentState) ComponentState {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}

// impactOf is the impact of an incident by the worst state that its services had. Without affected
// services it is minor: it is told, so it touches somebody.
func impactOf(peak ComponentState) Impact {
	switch peak {
	case MajorOutage:
		return Critical
	case PartialOutage:
		return Major
	}
	return Minor
}

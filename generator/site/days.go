package site

import (
	"cmp"
	"slices"
	"time"

	"balie/content"
)

// yearMonths is how many months a service's page shows, the current one being the last.
const yearMonths = 12

// clockDay is a day on the site's clock, half-open. It has 23 or 25 hours where the clock changes.
type clockDay struct{ from, to time.Time }

// yearDays are the days of the last twelve months, today being the last.
func yearDays(today content.Date, zone *time.Location) []clockDay {
	day := content.DateOf((monthOf(today.In(zone)) - yearMonths + 1).start(zone))
	var days []clockDay
	for from := day.In(zone); !today.Before(day); {
		day = day.AddDays(1)
		to := day.In(zone)
		days = append(days, clockDay{from, to})
		from = to
	}
	return days
}

// day is how a service fared on one day.
type day struct {
	state  dayState
	spells []Spell // what was not as it should be, the worst first
	cases  []*caseFacts
}

// trouble is a time in which a case kept a service from working as it should.
type trouble struct {
	content.Span
	of     *caseFacts
	goesOn bool // until now, and further
}

// troubles lists what a case did to its services since an instant. States are how it says that they
// are, if it goes on. What goes on ends now, and not when its facts were derived. A span that an
// event of that instant ended is over.
func (f *caseFacts) troubles(states content.Map[content.ComponentState], goesOn bool, since, now time.Time) []trouble {
	var list []trouble
	for _, span := range f.spans {
		state, _ := states.Get(span.Service)
		one := trouble{span, f, goesOn && state == span.State && span.To.Equal(f.from)}
		if one.goesOn {
			one.To = now.Add(1) // the instant itself is a part of it: at midnight, the new day is
		}
		if one.To.After(since) {
			list = append(list, one)
		}
	}
	return list
}

// fill works out how each day was.
func (s *service) fill(troubles []trouble, days []clockDay) {
	s.days = make([]day, len(days))
	slices.SortStableFunc(troubles, func(a, b trouble) int { return a.From.Compare(b.From) })
	of := make([][]trouble, len(days))
	for _, one := range troubles {
		first := dayAt(days, one.From)
		of[first] = append(of[first], one)
		for i := first + 1; i < len(days) && days[i].from.Before(one.To); i++ {
			of[i] = append(of[i], one)
		}
	}
	for i := range days {
		if !content.DateOf(days[i].from).Before(s.Since) {
			s.days[i] = dayOfTroubles(of[i], days[i])
		}
	}
}

// dayAt is the day in which an instant falls, or the first where it is earlier.
func dayAt(days []clockDay, at time.Time) int {
	i, found := slices.BinarySearchFunc(days, at, func(d clockDay, at time.Time) int { return d.from.Compare(at) })
	if found {
		return i
	}
	return max(i-1, 0)
}

func dayOfTroubles(troubles []trouble, in clockDay) day {
	d := day{state: dayOf(content.Operational), spells: spellsOf(troubles, in)}
	if len(d.spells) > 0 {
		d.state = dayOf(d.spells[0].State)
	}
	for _, one := range troubles {
		if !slices.Contains(d.cases, one.of) {
			d.cases = append(d.cases, one.of)
		}
	}
	return d
}

// spellsOf returns for how long of a day each state was the worst: what overlaps counts once. The
// worst state of all is there also where it lasted no time.
func spellsOf(troubles []trouble, in clockDay) []Spell {
	if len(troubles) == 0 {
		return nil
	}
	edges := []time.Time{in.from, in.to}
	var worst trouble
	for _, one := range troubles {
		edges = append(edges, one.From, one.To)
		if one.State.Rank() > worst.State.Rank() {
			worst = one
		}
	}
	spells := []Spell{{State: worst.State}}
	slices.SortFunc(edges, time.Time.Compare)
	for i := range edges[1:] {
		if from, to := edges[i], edges[i+1]; !from.Before(in.from) && !to.After(in.to) && from.Before(to) {
			spells = addSpell(spells, troubles, from, to)
		}
	}
	for i, s := range spells {
		spells[i].Whole = s.Time == in.to.Sub(in.from)
	}
	slices.SortFunc(spells, func(a, b Spell) int { return cmp.Compare(b.State.Rank(), a.State.Rank()) })
	return spells
}

// addSpell counts a part of a day in which nothing changed.
func addSpell(spells []Spell, troubles []trouble, from, to time.Time) []Spell {
	var now trouble
	for _, one := range troubles {
		if !one.From.After(from) && !one.To.Before(to) && (one.State.Rank() > now.State.Rank() || one.State == now.State && one.goesOn) {
			now = one
		}
	}
	if now.of == nil {
		return spells
	}
	i := slices.IndexFunc(spells, func(s Spell) bool { return s.State == now.State })
	if i < 0 {
		i, spells = len(spells), append(spells, Spell{State: now.State})
	}
	spells[i].Time += to.Sub(from)
	spells[i].GoesOn = spells[i].GoesOn || now.goesOn && to.Equal(now.To)
	return spells
}

// availability is in which part of the days that are known a service was not out, partly or wholly:
// in hundredths of a per cent, or -1 if no day is known.
func availability(days []day, clock []clockDay) int {
	var known, out time.Duration
	for i, d := range days {
		if d.state == unknownDay {
			continue
		}
		known += clock[i].to.Sub(clock[i].from)
		for _, s := range d.spells {
			if s.State.Rank() >= content.PartialOutage.Rank() {
				out += s.Time
			}
		}
	}
	if known == 0 {
		return -1
	}
	return int((known - out) / time.Second * 10000 / (known / time.Second))
}

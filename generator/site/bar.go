package site

import (
	"fmt"
	"strings"
	"time"

	"balie/content"
)

// barDays is how many days a service's bar has, today being the last.
const barDays = 90

// Bar is how a service fared in the last 90 days. In its drawing each day is a stroke three wide
// and one apart, the higher the worse.
type Bar struct {
	Name       Words
	Bands      []Band
	Out        int // days on which it was out, partly or wholly
	Slow       int // days on which it had problems, and no worse
	Maintained int // days with maintenance and no incident
	Unknown    int // days before the service's first
	// Availability is in which part of the days before today it was not out, partly or wholly: in
	// hundredths of a per cent, or -1 if no day is known.
	Availability int
	From, To     time.Time
}

// Band is the days of one shape, as the path of an SVG 24 high and four wide for each day but the
// last, which has no gap: a line as thick as Height, with a dash of three and a gap of one for each
// day.
type Band struct {
	Shape  string
	Height int
	Path   string
}

// stroke is how high a day is drawn. Heights differ, so that print and eyes without colour tell
// them apart.
var strokes = []struct {
	shape  string
	height int
}{{"none", 4}, {"ok", 10}, {"work", 14}, {"slow", 16}, {"part", 20}, {"down", 24}}

// dayState indexes strokes: unknown, operational, then by rank.
type dayState int

const unknownDay dayState = 0

func dayOf(s content.ComponentState) dayState { return dayState(s.Rank() + 1) }

// bar draws the last days.
func (m *Plan) bar(s *service, lang string) Bar {
	first := len(s.days) - barDays
	b := Bar{
		Name: m.words(s.Name, lang), Bands: bandsOf(s.days[first:]), From: m.days[first].from, To: m.days[len(m.days)-1].from,
		Availability: availability(s.days[first:len(s.days)-1], m.days[first:]),
	}
	for _, d := range s.days[first:] {
		b.count(d.state)
	}
	return b
}

// bandsOf draws days, the first at the left.
func bandsOf(days []day) []Band {
	paths := make([]strings.Builder, len(strokes))
	for i := 0; i < len(days); {
		state, run := days[i].state, 1
		for i+run < len(days) && days[i+run].state == state {
			run++
		}
		h := strokes[state].height
		fmt.Fprintf(&paths[state], "M%d %dh%d", 4*i, 24-h/2, 4*run-1)
		i += run
	}
	var bands []Band
	for i := range paths {
		if paths[i].Len() > 0 {
			bands = append(bands, Band{strokes[i].shape, strokes[i].height, paths[i].String()})
		}
	}
	return bands
}

func (b *Bar) count(d dayState) {
	switch {
	case d == unknownDay:
		b.Unknown++
	case d == dayOf(content.UnderMaintenance):
		b.Maintained++
	case d == dayOf(content.DegradedPerformance):
		b.Slow++
	case d > dayOf(content.DegradedPerformance):
		b.Out++
	}
}

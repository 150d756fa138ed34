// Package large writes content repositories of any size, for benchmarks: incidents of five updates,
// tickets of five events.
//
// The same number gives the same bytes. A smaller repository is not a part of a larger one: each
// spreads its cases over its whole time, incidents over the three years before Now, tickets over
// the last one. The site is in one language, so that no translation is missing, and Check finds
// nothing wrong with it at Now.
package large

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"balie/content"
	"balie/content/load"
)

// Now is the instant for which the repository is made: the newest incidents are open, the newest
// tickets have no answer.
func Now() time.Time { return time.Date(2026, time.November, 20, 14, 0, 0, 0, time.UTC) }

// Incidents writes a repository with n incidents of five updates each into a directory.
func Incidents(dir string, n int) error {
	w, err := newWriter(dir)
	if err != nil {
		return err
	}
	start, end := Now().AddDate(-3, 0, 0), Now().AddDate(0, 0, -6)
	for i := range n {
		if newest := n - i; newest <= openIncidents {
			w.incident(i, Now().Add(-time.Duration(newest)*3*time.Hour), true)
		} else {
			w.incident(i, evenlySpaced(start, end, i, n), false)
		}
	}
	return w.err
}

// openIncidents is how many of the newest incidents are not resolved.
const openIncidents = 3

// Tickets writes a repository with n tickets of five events each into a directory, or adds them to
// one with incidents.
func Tickets(dir string, n int) error {
	w, err := newWriter(dir)
	if err != nil {
		return err
	}
	start, end := Now().AddDate(-1, 0, 0), Now().Add(-2*time.Hour)
	for i := range n {
		at := movedToWorkingHours(evenlySpaced(start, end, i, n))
		w.ticket(i, at, Now().Sub(at) < 48*time.Hour)
	}
	return w.err
}

// evenlySpaced returns the i-th of n instants between two, to the minute.
func evenlySpaced(start, end time.Time, i, n int) time.Time {
	return start.Add(time.Duration(float64(end.Sub(start)) * float64(i) / float64(max(n, 1)))).Truncate(time.Minute)
}

// movedToWorkingHours moves most instants at night or in the weekend into working hours. Monday
// gets most of them.
func movedToWorkingHours(at time.Time) time.Time {
	switch {
	case at.Weekday() == time.Saturday && at.Day()%4 > 0:
		at = at.Add(48 * time.Hour)
	case at.Weekday() == time.Sunday && at.Day()%4 > 0:
		at = at.Add(24 * time.Hour)
	}
	if at.Hour() < 7 || at.Hour() > 16 {
		at = at.Truncate(24 * time.Hour).Add(7*time.Hour + at.Sub(at.Truncate(24*time.Hour))/3)
	}
	return at.Truncate(time.Minute)
}

// writer writes files below a directory, and keeps the first error.
type writer struct {
	dir          string
	zone         *time.Location
	numbersGiven map[content.Date]int // how many ticket numbers of a day were used
	err          error
}

func newWriter(dir string) (*writer, error) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return nil, fmt.Errorf("write a large repository: %w", err)
	}
	w := &writer{dir: dir, zone: zone, numbersGiven: map[content.Date]int{}}
	for name, text := range base {
		w.write(name, []byte(text))
	}
	return w, w.err
}

func (w *writer) write(name string, data []byte) {
	if w.err != nil {
		return
	}
	file := filepath.Join(w.dir, filepath.FromSlash(name))
	if w.err = os.WriteFile(file, data, 0o644); w.err == nil {
		return
	}
	if w.err = os.MkdirAll(filepath.Dir(file), 0o755); w.err == nil {
		w.err = os.WriteFile(file, data, 0o644)
	}
}

// record writes a case's own file.
func (w *writer) record(name string, record any) {
	data, err := load.Encode(record)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.write(name, data)
}

// event writes an event's file into a case.
func (w *writer) event(dir, name string, e *content.Event) {
	e.Name = name
	data, err := load.EncodeEvent(e)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.write(dir+"/"+name+".md", data)
}

// random is a source of its own for each case, so that none depends on how many there are.
func random(i int, salt uint64) *rand.Rand { return rand.New(rand.NewPCG(uint64(i), salt)) }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// prose writes sentences until it is long enough: 300 to 900 bytes.
func prose(r *rand.Rand, sentences []string, subject string) string {
	var b strings.Builder
	want := 300 + r.IntN(450)
	for used := r.IntN(len(sentences)); b.Len() < want; used += 1 + r.IntN(3) {
		switch {
		case b.Len() == 0:
		case r.IntN(4) == 0:
			b.WriteString("\n\n")
		default:
			b.WriteByte(' ')
		}
		s := strings.NewReplacer("{subject}", subject, "{percent}", fmt.Sprint(2+r.IntN(60)), "{minutes}", fmt.Sprint(5*(1+r.IntN(11))), "{place}", pick(r, places))
		b.WriteString(s.Replace(sentences[used%len(sentences)]))
	}
	return b.String()
}

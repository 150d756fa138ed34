package desk

// Attained counts how often a promise was kept. A clock that was cancelled or still runs in time is in neither count.
type Attained struct {
	Met      int
	Breached int // missed, and overdue ones that are open still
}

// fewest is below how many clocks a share says more about a person than about the desk.
const fewest = 5

// Attainment counts clocks.
func Attainment(clocks []Clock) Attained {
	var a Attained
	for i := range clocks {
		a.Add(&clocks[i])
	}
	return a
}

// Add counts one clock.
func (a *Attained) Add(c *Clock) {
	switch {
	case c.Breached():
		a.Breached++
	case c.State == Met:
		a.Met++
	}
}

// N is how many were counted.
func (a Attained) N() int { return a.Met + a.Breached }

// Percent is the share that was met, whole per cents, rounded down so that 100 means all. ok is false where so few were counted that it is withheld.
func (a Attained) Percent() (percent int, ok bool) {
	if a.N() < fewest {
		return 0, false
	}
	return 100 * a.Met / a.N(), true
}

package guard

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"balie/content"
)

// The rates where `guard` does not name them. One office has one address, and a mailing sends many
// to a form at once.
var (
	defaultPerAddress = content.Rate{Count: 60, Per: time.Hour}
	defaultWhole      = content.Rate{Count: 5000, Per: time.Hour}
)

// challengesPerPost is how many challenges may be asked for each post: a page that is opened and
// left asks for one too.
const challengesPerPost = 10

// maxAddresses is how many addresses are counted at once. Beyond it some are forgotten, and the
// rate of all still holds.
const maxAddresses = 50_000

// Limiter counts posts. The zero value is ready. It is safe for use by many at once.
type Limiter struct {
	mu        sync.Mutex
	rates     [2]content.Rate // of an address and of all, as they were last
	addresses map[string]*rate.Limiter
	scopes    map[string]*rate.Limiter // by form, and "" for all
}

// Request is what is counted.
type Request struct {
	Address   string // "": unknown, and not counted
	Scope     string // a form's id, or whatever else has a share of its own
	Challenge bool   // it only asks for a challenge
}

// Wait counts a request, and returns how long its sender must wait; 0 where it may go on. One that
// must wait does not count against the others.
func (l *Limiter) Wait(g *content.Guard, r Request, now time.Time) time.Duration {
	if g == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	perAddress, whole := orDefault(g.PerAddress, defaultPerAddress), orDefault(g.Whole, defaultWhole)
	if rates := [2]content.Rate{perAddress, whole}; l.addresses == nil || l.rates != rates {
		l.rates, l.addresses, l.scopes = rates, map[string]*rate.Limiter{}, map[string]*rate.Limiter{}
	}
	times, prefix := 1, ""
	if r.Challenge {
		times, prefix = challengesPerPost, "challenge "
	}
	if r.Address != "" && !perAddress.Off {
		if wait := take(l.ofAddress(prefix+r.Address, perAddress, times, now), now); wait > 0 {
			return wait
		}
	}
	if whole.Off {
		return 0
	}
	// A form has half of the whole, so that a flood of one leaves the others open.
	half := content.Rate{Count: max(1, whole.Count*times/2), Per: whole.Per}
	if wait := take(l.ofScope(prefix+"form "+r.Scope, half), now); wait > 0 {
		return wait
	}
	return take(l.ofScope(prefix, content.Rate{Count: whole.Count * times, Per: whole.Per}), now)
}

func orDefault(r, fallback content.Rate) content.Rate {
	if r == (content.Rate{}) {
		return fallback
	}
	return r
}

// newLimiter lets as many at once as the rate says, and as many again over its span.
func newLimiter(r content.Rate) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(float64(r.Count)/r.Per.Seconds()), r.Count)
}

// take counts one, or returns how long to wait for it.
func take(l *rate.Limiter, now time.Time) time.Duration {
	reserved := l.ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now)
	}
	return wait
}

func (l *Limiter) ofScope(name string, r content.Rate) *rate.Limiter {
	limiter := l.scopes[name]
	if limiter == nil {
		limiter = newLimiter(r)
		l.scopes[name] = limiter
	}
	return limiter
}

func (l *Limiter) ofAddress(name string, r content.Rate, times int, now time.Time) *rate.Limiter {
	limiter := l.addresses[name]
	if limiter == nil {
		if len(l.addresses) >= maxAddresses {
			l.forget(now)
		}
		limiter = newLimiter(content.Rate{Count: r.Count * times, Per: r.Per})
		l.addresses[name] = limiter
	}
	return limiter
}

// forget forgets the addresses that have their whole rate again and, in any case, a quarter of all.
func (l *Limiter) forget(now time.Time) {
	for name, limiter := range l.addresses {
		if limiter.TokensAt(now) >= float64(limiter.Burst()) {
			delete(l.addresses, name)
		}
	}
	for name := range l.addresses {
		if len(l.addresses) <= maxAddresses*3/4 {
			return
		}
		delete(l.addresses, name)
	}
}

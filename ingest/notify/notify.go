// Package notify tells programs that follow of each public update of incidents and maintenance, by
// Standard Webhooks 1.0.0 (https://www.standardwebhooks.com).
//
//	asked ─► store: a call that verifies ─► the program answers it: it follows from now on
//	reading ─► Note: what is new ─► store: a call for each follower
//	store: a call that is due ─► body, from the reading as it is then ─► POST ─► taken, or again
//
// # Who follows
//
// Whoever asks gets a secret, once, and an address at which to see how it stands, and to end it.
// The first call is a challenge, with up to an hour of tries:
//
//	{"type": "endpoint.verify", "timestamp": "2026-11-20T14:00:00Z",
//	  "data": {"challenge": "…", "follows": "services/checkout"}}
//
// The program proves that it wants what comes by answering 2xx with {"challenge": "…"}, or with the
// challenge alone. Else it is forgotten. Who asks again before that gets another secret, and so
// does who was given up. Followers are kept in the store alone, and never in git. There are at most
// 1000, and 50 at one host.
//
// # What is told
//
// Each public update that is newer than the proof, and at most seven days old when it is first
// seen:
//
//	{"type": "incident.identified", "timestamp": "2026-11-20T14:20:00Z", "data": {
//	  "key": "incidents/2026/1120-payments",
//	  "title": "Payments fail", "text": "We found it.", "language": "en",
//	  "status": "identified", "impact": "major", "services": {"checkout": "partial_outage"},
//	  "workaround": "Pay by bank transfer.", "next_update": "2026-11-20T15:00:00Z",
//	  "url": "https://status.example/incidents/2026/1120-payments/"}}
//
// The type is incident. or maintenance. and the update's kind. The timestamp is the update's, and
// so are status, impact and services. Key is the case's directory, the same for all its updates.
// Text is plain; language is the one that the text is in: the follower's, else the site's first. A
// key without a value is left out. Maintenance has no impact, workaround and next_update, but
//
//	"planned": {"start": "2026-11-21T22:00:00Z", "end": "2026-11-21T23:00:00Z"}
//
// So a hook of kind standard of another balie takes it as it is. New keys may come.
//
// # Once, in order, for three days
//
// A follower has one call for each update. Its webhook-id is the same at each try, its
// webhook-timestamp is the try's. That a call was taken is noted after the answer: a kill between
// the two sends it again, under the same id. The calls to a follower go out one after the other,
// those to others beside them.
//
// 2xx takes a call. 410 ends it all: the follower is forgotten. Everything else, redirects too, is
// tried again after longer and longer times, for about three days, and not before a Retry-After.
// Then the follower is given up: staff see it for 30 days, and nothing is sent any more.
//
// # Whom an address may reach
//
// The intake must never be the way into the network that it stands in. An address is https, of a
// host by name, at port 443 or 8443, without a user. What the name leads to is judged when it is
// dialled, and must be a public address (the registries of IANA, package ssrf). No redirect is
// followed, no proxy asked, and at most 64 kB of an answer are read, in ten seconds. What went
// wrong is told in a few fixed words: they must not say what stands in that network.
package notify

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"balie/content"
	"balie/ingest/store"
	"balie/themes"
)

// Notifier calls the programs that follow. Its fields are set before the first use. It is then safe
// for use by many at once.
type Notifier struct {
	Tree    func() *content.Tree
	Theme   func() *themes.Theme // of the staff's page
	Store   *store.Store
	BaseURL string // the site's address; default: site.yaml's
	Now     func() time.Time
	Log     *slog.Logger
	Finds   bool // staff can search where their page is served
	// PlainText returns Markdown as plain text. At is the path of the page on which it stands.
	PlainText func(markdown, at string) string
	// Called is told of each call whether it was taken; default: nobody is.
	Called func(taken bool)

	// Dial and Roots reach endpoints in tests: by default public addresses alone, with
	// certificates that the system trusts.
	Dial  func(ctx context.Context, network, address string) (net.Conn, error)
	Roots *x509.CertPool

	noting   sync.Mutex      // held while a reading is looked through
	noted    map[string]bool // the updates for which every follower has its call
	forgotAt time.Time       // when it was looked for what can be forgotten

	starting sync.Once
	client   *http.Client
	wake     chan struct{} // holds a token while there may be calls that are due
}

const (
	maxAge       = 7 * 24 * time.Hour // how old an update is at most when it is first seen
	maxFollowers = 1000
	maxPerHost   = 50
	secretSize   = 32 // bytes: Standard Webhooks wants 24 to 64
	forgetEvery  = time.Hour
	// verifyAfter leaves whoever asked the time to keep the secret.
	verifyAfter = 2 * time.Second
)

// The errors of Ask.
var (
	ErrURL     = errors.New("no https address of a host by name, at port 443 or 8443, without a user")
	ErrKnown   = errors.New("this address follows it already")
	ErrTooMany = errors.New("as many follow as may")
)

// verifyEvent is how the store knows the call that verifies.
const verifyEvent = "verify"

func (n *Notifier) start() {
	n.starting.Do(func() {
		n.client, n.wake = n.newClient(), make(chan struct{}, 1)
	})
}

func (n *Notifier) wakeUp() {
	n.start()
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// Ask notes that a program at an address is to follow something, and lets it be asked whether it
// wants to. The errors are ErrURL, ErrKnown, ErrTooMany or the store's.
func (n *Notifier) Ask(ctx context.Context, address string, what content.Follows, lang string) (store.Follower, error) {
	u, err := parseURL(address)
	if err != nil {
		return store.Follower{}, err
	}
	if err := n.checkNumber(ctx, u.Hostname()); err != nil {
		return store.Follower{}, err
	}
	givenUp, err := n.Store.GivenUp(ctx)
	if err != nil {
		return store.Follower{}, err
	}
	now := n.Now()
	wanted := store.Follower{Medium: store.ByHook, Address: u.String(), Follows: string(what), Language: lang, Secret: make([]byte, secretSize), Asked: now}
	rand.Read(wanted.Secret)
	var f store.Follower
	err = n.Store.Write(ctx, func(tx *store.Tx) error {
		there, isNew, err := tx.PutFollower(wanted)
		if err == nil && !isNew {
			if !there.Confirmed.IsZero() && !givenUp[there.Seq] {
				return ErrKnown
			}
			if err = tx.StopFollower(there.Token); err == nil {
				there, _, err = tx.PutFollower(wanted)
			}
		}
		if err != nil {
			return err
		}
		f = there
		return tx.PutCalls(verifyEvent, []int64{f.Seq}, now, now.Add(verifyAfter))
	})
	if err != nil {
		return store.Follower{}, err
	}
	n.wakeUp()
	return f, nil
}

// checkNumber refuses more followers than there may be, in all and at one host.
func (n *Notifier) checkNumber(ctx context.Context, host string) error {
	all, err := n.Store.Asked(ctx, store.ByHook)
	if err != nil {
		return err
	}
	there := 0
	for _, f := range all {
		if u, err := url.Parse(f.Address); err == nil && u.Hostname() == host {
			there++
		}
	}
	if len(all) >= maxFollowers || there >= maxPerHost {
		return ErrTooMany
	}
	return nil
}

// Secret returns a follower's secret as Standard Webhooks writes it: whsec_ and base64.
func Secret(f store.Follower) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(f.Secret)
}

// ShownURL returns a follower's address as it may be shown: without its query, which may be secret.
func ShownURL(f store.Follower) string {
	u, err := url.Parse(f.Address)
	if err != nil {
		return ""
	}
	return u.Host + u.EscapedPath()
}

// Note lets a call wait for each follower of each public update that is new.
func (n *Notifier) Note(ctx context.Context) error {
	n.noting.Lock()
	defer n.noting.Unlock()
	tree, now := n.Tree(), n.Now()
	if !tree.Site.Follow.Hooks {
		return nil
	}
	if err := n.forget(ctx, now); err != nil {
		return err
	}
	var followers []store.Follower
	noted := map[string]bool{}
	for _, u := range tree.PublicUpdates(now.Add(-maxAge), now) {
		event := eventName(u.Event)
		if !n.noted[event] {
			if followers == nil {
				var err error
				if followers, err = n.active(ctx); err != nil {
					return err
				}
			}
			if err := n.noteUpdate(ctx, u, followers, now); err != nil {
				return err
			}
		}
		noted[event] = true
	}
	n.noted = noted
	return nil
}

// active lists the followers who are to be told.
func (n *Notifier) active(ctx context.Context) ([]store.Follower, error) {
	all, err := n.Store.Followers(ctx, store.ByHook)
	if err != nil {
		return nil, err
	}
	givenUp, err := n.Store.GivenUp(ctx)
	list := []store.Follower{}
	for _, f := range all {
		if !givenUp[f.Seq] {
			list = append(list, f)
		}
	}
	return list, err
}

// noteUpdate lets a call about an update wait for each follower that has none yet. One that
// confirms later is newer than the update: so an update is looked at once.
func (n *Notifier) noteUpdate(ctx context.Context, u content.Followed, followers []store.Follower, now time.Time) error {
	event := eventName(u.Event)
	called, err := n.Store.CalledAbout(ctx, event)
	if err != nil {
		return err
	}
	var missing []int64
	isOf := map[string]bool{}
	for _, f := range followers {
		if called[f.Seq] || !u.Event.At.After(f.Confirmed) {
			continue
		}
		of, known := isOf[f.Follows]
		if !known {
			of = u.IsOf(content.Follows(f.Follows), now)
			isOf[f.Follows] = of
		}
		if of {
			missing = append(missing, f.Seq)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := n.Store.Write(ctx, func(tx *store.Tx) error { return tx.PutCalls(event, missing, now, now) }); err != nil {
		return err
	}
	n.wakeUp()
	return nil
}

// forget forgets, once an hour, what ended long ago.
func (n *Notifier) forget(ctx context.Context, now time.Time) error {
	if now.Sub(n.forgotAt) < forgetEvery {
		return nil
	}
	n.forgotAt = now
	return n.Store.Write(ctx, func(tx *store.Tx) error { return tx.ForgetCalls(now) })
}

// eventName is how the store knows an update: its path without .md.
func eventName(e *content.Event) string { return strings.TrimSuffix(e.Path, ".md") }

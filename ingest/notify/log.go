package notify

import (
	"bytes"
	"net/http"
	"time"

	"balie/ingest/store"
	"balie/themes"
)

// Log is the staff's page of the programs that follow, and of what they answered last.
type Log struct {
	Followers []Listed
	Calls     []Logged // the newest first
}

// Listed is a program that follows, or was asked whether it wants to.
type Listed struct {
	URL     string // without scheme and query
	Follows string
	Since   time.Time // when it proved that it wants to, else when somebody asked
	State   string    // unconfirmed, on or given_up
}

// Logged is one call.
type Logged struct {
	URL    string
	Event  string // the update's file without .md; "" of the call that verifies
	At     time.Time
	Tries  int
	State  store.CallState
	Status int // 0: there was no answer
	Reason string
}

// shownCalls is how many calls the page shows.
const shownCalls = 100

// Page serves the staff's page.
func (n *Notifier) Page() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		if !n.Tree().Site.Follow.Hooks || n.Theme() == nil {
			http.NotFound(w, r)
			return
		}
		page, err := n.page(r)
		if err != nil {
			n.Log.ErrorContext(r.Context(), "the page of programs that follow failed", "error", err)
			http.Error(w, "it can't be read now", http.StatusServiceUnavailable)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page) // whoever asked may have gone
	})
}

func (n *Notifier) page(r *http.Request) ([]byte, error) {
	v, err := n.log(r)
	if err != nil {
		return nil, err
	}
	tree, theme := n.Tree(), n.Theme()
	site := n.site(tree)
	frames, err := theme.Frames(tree.Setup, themes.Site{BaseURL: site, Links: site, Logo: tree.Logo, Finds: n.Finds})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	frame := frames.Frame(themes.Place{Lang: tree.Site.Source(), Path: "/hooks/", Staff: true})
	err = theme.Render(&b, "staffhooks", themes.Page{Frame: frame, View: v})
	return b.Bytes(), err
}

func (n *Notifier) log(r *http.Request) (v Log, err error) {
	all, err := n.Store.Asked(r.Context(), store.ByHook)
	if err != nil {
		return v, err
	}
	givenUp, err := n.Store.GivenUp(r.Context())
	if err != nil {
		return v, err
	}
	zone, urls := n.Tree().Zone, map[int64]string{}
	for _, f := range all {
		l := Listed{URL: ShownURL(f), Follows: f.Follows, Since: f.Confirmed.In(zone), State: "on"}
		if f.Confirmed.IsZero() {
			l.Since, l.State = f.Asked.In(zone), "unconfirmed"
		}
		if givenUp[f.Seq] {
			l.State = "given_up"
		}
		urls[f.Seq] = l.URL
		v.Followers = append(v.Followers, l)
	}
	calls, err := n.Store.LastCalls(r.Context(), 0, shownCalls)
	for _, c := range calls {
		l := Logged{URL: urls[c.Follower], Event: c.Event, At: c.Changed.In(zone), Tries: c.Tries, State: c.State, Status: c.Status, Reason: c.Reason}
		if c.Event == verifyEvent {
			l.Event = ""
		}
		v.Calls = append(v.Calls, l)
	}
	return v, err
}

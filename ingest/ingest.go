// Package ingest is the intake: what people hand in is kept, answered at once, and becomes a
// commit.
//
//	request ─► form.Decode ─► form.Check ─► filing.Filer ─► store ─► answer
//	                                                          └─► Drain ─► one commit each
//
// # Routes
//
// routes.go lists them all. A form is served and taken at /forms/<form>, in another language than
// the source at /<lang>/forms/<form>. Its script asks for proof of work at /challenge. That
// somebody has an open incident too is said in one step at /incidents/<id>/me-too (metoo.go). A
// ticket's follow page lives at /t/<token>/: there its requester writes on, says that it is solved,
// takes that back, rates it, fetches attachments and ends the mails about its incident
// (updates.go). /follow/ shows all ways to follow incidents and maintenance and, where people
// follow by mail, takes their addresses; /follow/<token> is where one of them confirms, and stops
// (following.go). Where programs follow, they ask at /follow/hooks; /follow/hooks/<token> says how
// it stands with one, and ends it (followhooks.go). Programs post to /hooks/<name> (hooks.go).
// /healthz says that the process runs, /readyz whether a submission could be kept now. Everything
// else goes to Config.Next, so do the search and the stylesheet. Where there is no Next, a search
// is redirected to the site.
//
// # Answers
//
// A handler answers or returns an error, and [Handler] turns errors into answers in one place. A
// browser (it accepts text/html, and JSON no better) gets pages in its language and is redirected
// with 303, so that reloading hands nothing in twice. A program gets JSON and, where something is
// wrong, RFC 9457 problem details. A form with mistakes comes back as it was typed; a browser must
// be given its files once more.
//
// A submission is acknowledged when it is durable in the store (package store), whatever the
// repository is doing. Its follow page shows it at once (package filing).
//
// # What a customer can't do
//
// Every path, number, token, identifier and time is made here. What was sent is only ever the value
// of a field in ticket.yaml, the body of an event beneath its front matter, or the bytes of an
// attachment that is named by their hash. A commit's message names the ticket and nothing that was
// typed. A log has no token, address, name or text, and nothing of a delivery: it names requests by
// their route.
//
// # Customers that the platform vouches for
//
// A token of the platform's in a form's address becomes a session of an hour in a cookie
// (session.go). A program sends it as the answer `identity`. What the platform says stands in the
// ticket, whatever was typed, with its id of the requester. A session counts only for what its own
// pages post. On a follow page it counts for the ticket's requester alone.
//
// # The same thing twice
//
// A retry under the same Idempotency-Key is answered as the first time, also after a restart. Other
// content under the same key is refused.
//
// Without a key, equal content within ten minutes is the same submission where it comes by the same
// page that the intake served or, of a form with an e-mail address, from the same address
// (repeat.go).
//
// # Bodies
//
// The memory for bodies is limited ([Config.Memory]) and taken as bytes arrive (body.go). A body
// that brings too little in too long is ended with 408. One whose files find no memory is answered
// 503, with the text that was typed. Besides it one picture at a time is decoded (package
// attachment).
//
// # Files
//
// Files are stored before their submission is filed (files.go): pictures without the place where
// they were taken, and what the scanner refuses for staff alone (package attachment). They are
// limited by ticket and, where they are posted to a form or a follow page, by day. Those of a mail
// are stored in the same way.
//
// # Mail in
//
// A mail is what a program posts to a hook of kind email. It is kept as it came, and read when it
// is worked off (packages delivery and mail). Only its sender's address decides whose message it
// is: a number in it just finds the ticket.
//
// # Guard
//
// Where site.yaml has a guard, posts to forms and follow pages and requests for challenges have
// rates by address, by form and in all; what is beyond is refused with the text that was typed
// (guarding.go). Programs that ask to follow have these rates without a guard too: what they ask
// for makes the intake call a stranger. Hooks have none: they prove themselves. A new ticket by a
// form is accepted, held for a look or taken for spam (package guard), and answered alike. A proof
// of work is spent in the transaction that files its ticket. Who is vouched for needs none.
package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"balie/content"
	"balie/ingest/attachment"
	"balie/ingest/commit"
	"balie/ingest/delivery"
	"balie/ingest/filing"
	"balie/ingest/guard"
	"balie/ingest/notify"
	"balie/ingest/store"
	"balie/themes"
)

// Config is what an intake needs. Tree, Files, Theme, Store and Committer have no default.
type Config struct {
	Tree      func() *content.Tree // the current reading, never nil
	Files     func() fs.FS         // what that tree was read from: attachments and the logo
	Theme     func() *themes.Theme // nil where no version of the setup is right
	Store     *store.Store         // stays the caller's to close
	Committer commit.Committer
	BaseURL   string // the site's; default site.yaml's base_url
	IntakeURL string // default site.yaml's intake_url, else the site's
	// Instance is 1 to 9, another for each intake of a repository; default 1.
	Instance int
	Now      func() time.Time // default time.Now
	Random   io.Reader        // default crypto/rand
	// Warnings names what is not as it should be, for /readyz.
	Warnings func(context.Context) []string
	// Fetch is told that something was pushed to a ref; default: nobody is.
	Fetch func(ref string)
	// Counted is told how what was posted was answered; default: nobody is.
	Counted func(Outcome)
	// Proven is told the index of the secret that proved a delivery; default: nobody is.
	Proven func(hook string, secret int)
	// Next is the built site, which serves all other paths; default: none.
	Next http.Handler
	Log  *slog.Logger // of our own mistakes; default: none
	// Memory is how many bytes of bodies are held at once; default 128 MB.
	Memory int64

	// EndMails ends the mails about the incident of a ticket, in a directory; default: there are
	// none.
	EndMails func(ctx context.Context, dir string) error
	// MailLinks mails the addresses of their questions to the requester with an e-mail address, if
	// there is one; default: nobody can ask for them.
	MailLinks func(ctx context.Context, address string) error
	// AskToFollow mails an e-mail address, where it is confirmed that it follows something in a
	// language; default: nobody follows by mail.
	AskToFollow func(ctx context.Context, address string, what content.Follows, lang string) error
	// Notifier calls programs that follow; default: none can.
	Notifier *notify.Notifier
}

func (c Config) withDefaults() Config {
	if c.Instance == 0 {
		c.Instance = 1
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Memory == 0 {
		c.Memory = 128e6
	}
	return c
}

// Handler is the intake. It is safe for use by many at once.
type Handler struct {
	Config
	routed http.Handler
	budget bodyBudget
	filer  *filing.Filer
	worker *delivery.Worker
	acting sync.Mutex // held while a submission of a follow page is carried out

	limiter guard.Limiter
	finding chan struct{} // holds one for each e-mail address whose questions are being looked for
	storer  *attachment.Storer

	mu       sync.Mutex
	compiled *siteContext // of the setup last seen
	key      guard.Key    // nil until it was needed
}

// New returns the intake of a content repository.
func New(c Config) (*Handler, error) {
	if c.Tree == nil || c.Files == nil || c.Theme == nil || c.Store == nil || c.Committer == nil {
		return nil, errors.New("an intake needs a tree, its files, a theme, a store and a committer")
	}
	if c.Instance < 0 || c.Instance > 9 {
		return nil, fmt.Errorf("instance %d is not from 1 to 9", c.Instance)
	}
	h := &Handler{Config: c.withDefaults(), finding: make(chan struct{}, maxFinding)}
	h.filer = &filing.Filer{Tree: h.Tree, Store: h.Store, Committer: h.Committer, Now: h.Now, Random: h.Random, Instance: h.Instance, Log: h.Log}
	h.worker = &delivery.Worker{Tree: h.Tree, Theme: h.Theme, Filer: h.filer, Store: h.Store, Now: h.Now, Fetch: h.Fetch, StoreFile: h.storeFile, Log: h.Log}
	h.budget = newBodyBudget(h.Memory)
	h.storer = attachment.NewStorer()
	h.routed = h.routes()
	return h, nil
}

// Drain commits what was handed in until ctx ends. Report is told once why nothing can be committed
// now, and with nil when that is over.
func (h *Handler) Drain(ctx context.Context, report func(error)) error {
	return h.filer.Drain(ctx, report)
}

// DrainOnce commits what was handed in, up to the first that can't be committed now.
func (h *Handler) DrainOnce(ctx context.Context) error { return h.filer.DrainOnce(ctx) }

// Settle must be called after every new reading, so that what staff delete later does not come
// back. HasCommit reports whether the reading has a commit.
func (h *Handler) Settle(ctx context.Context, hasCommit func(revision string) (bool, error)) error {
	return h.filer.Settle(ctx, hasCommit)
}

// Filer files what the intake takes in.
func (h *Handler) Filer() *filing.Filer { return h.filer }

// WorkOff works off what hooks delivered until ctx ends.
func (h *Handler) WorkOff(ctx context.Context) error { return h.worker.Run(ctx) }

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.routed.ServeHTTP(w, r) }

// siteContextOf returns the context of a tree's setup. It is made once for a setup and a theme.
func (h *Handler) siteContextOf(t *content.Tree) (*siteContext, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	theme := h.Theme()
	if theme == nil {
		return nil, unavailable("the desk's own files are wrong, and no earlier version of them is right", time.Minute, errors.New("no version of the setup is right"))
	}
	if h.compiled == nil || h.compiled.setup != t.Setup || h.compiled.theme != theme {
		o, err := h.newSiteContext(t, theme)
		if err != nil {
			return nil, err
		}
		h.compiled = o
	}
	return h.compiled, nil
}

// Package ingest is the intake: what people hand in becomes a commit, and they get an answer at once.
//
//	request ─► form.Decode ─► form.Check ─► content.Ticket, content.Event ─► one commit ─► answer
//
// # Routes
//
// routes.go is the whole list. A form is served and taken at /forms/<form> and, in another language than the source, at /<lang>/forms/<form>; a ticket's follow page
// lives at /t/<token>/, where its requester writes on, says that it is solved, rates it, and fetches attachments. What is none of these is
// Config.Next's, and so are the search and the stylesheet as they were built; where there is no Next a search is sent on to the site. For machines that watch: /healthz (the process runs) and
// /readyz (what is handed in now could be kept).
//
// # Answers
//
// A handler returns an error or has answered; [Handler] turns errors into answers in one place. A browser (it accepts text/html, and JSON no better) gets pages in its language and
// is sent on with 303, so that reloading hands nothing in twice; a program gets JSON, and RFC 9457 problem details where something is wrong. A form with mistakes comes back with all
// that was typed; only a browser's files can't be given back.
//
// A submission is acknowledged after it was committed, never before. What was acknowledged is on its follow page at once: until the tree has it, it is shown from memory (package filing).
//
// An event comes after all that its ticket has; who writes so fast that it would be dated a minute ahead is answered 429 (package filing).
//
// # What a customer can't do
//
// Every path, number, token, identifier and time is made here. What was sent is only ever the value of a field in ticket.yaml, the body of an event beneath its front matter, or the
// bytes of an attachment that is named by their hash. The commit's message names the ticket and nothing that was typed. A log never has a token, an address, a name or a text: requests are
// named by their route.
//
// # The same thing twice
//
// An Idempotency-Key makes a retry harmless: the same content under it is answered as it was the first time, also after a restart; other content is refused.
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
	"balie/ingest/commit"
	"balie/ingest/filing"
	"balie/themes"
)

// Config is what an intake needs. Tree, Files, Theme and Committer have no default.
type Config struct {
	Tree      func() *content.Tree // as it stands; checked, and never nil
	Files     func() fs.FS         // what that tree was read from: attachments and the logo
	Theme     func() *themes.Theme // nil where nobody knows how a page looks: no version of the setup is right
	Committer commit.Committer
	BaseURL   string                      // the site's; default site.yaml's base_url
	IntakeURL string                      // the intake's own; default site.yaml's intake_url, else the site's
	Instance  int                         // 1 to 9, each intake of a repository its own; default 1
	Now       func() time.Time            // default time.Now
	Random    io.Reader                   // default crypto/rand
	Ready     func(context.Context) error // why nothing could be kept now, for GET /readyz; default: nothing is known to prevent it
	Next      http.Handler                // serves what is not the intake's: the built site; default: nothing is there
	Log       *slog.Logger                // of what is ours to mend; default: nobody
	Memory    int64                       // how many bytes of bodies are held at once; default 128 MB
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
	mux    *http.ServeMux
	budget bodyBudget
	filer  *filing.Filer
	acting sync.Mutex // held while an act on a follow page is judged and filed

	mu     sync.Mutex
	office *office // of the setup last seen
}

// New returns the intake of a content repository.
func New(c Config) (*Handler, error) {
	if c.Tree == nil || c.Files == nil || c.Theme == nil || c.Committer == nil {
		return nil, errors.New("an intake needs a tree, its files, a theme and a committer")
	}
	if c.Instance < 0 || c.Instance > 9 {
		return nil, fmt.Errorf("instance %d is not from 1 to 9", c.Instance)
	}
	h := &Handler{Config: c.withDefaults()}
	h.filer = &filing.Filer{Tree: h.Tree, Committer: h.Committer, Now: h.Now, Random: h.Random, Instance: h.Instance}
	h.budget = newBodyBudget(h.Memory)
	h.mux = h.routes()
	return h, nil
}

// Read must be called after every new reading, so that what staff delete later does not come back.
func (h *Handler) Read() { h.filer.TreeChanged() }

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// officeOf returns what is made of a tree's setup once.
func (h *Handler) officeOf(t *content.Tree) (*office, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	theme := h.Theme()
	if theme == nil {
		return nil, unavailable("the desk's own files are wrong, and no earlier version of them is right", time.Minute, errors.New("no version of the setup is right"))
	}
	if h.office == nil || h.office.setup != t.Setup || h.office.theme != theme {
		o, err := h.open(t, theme)
		if err != nil {
			return nil, err
		}
		h.office = o
	}
	return h.office, nil
}

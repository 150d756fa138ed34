package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/ingest/identity"
	"balie/themes/view"
)

// call is one request, with the tree and the instant that it is answered from.
type call struct {
	*Handler
	*siteContext
	r    *http.Request
	tree *content.Tree
	now  time.Time
	lang string // of the answer
	json bool   // a program asks

	customer      *identity.Customer         // for whom the platform vouches; nil: nobody
	openIncidents func() []view.OpenIncident // the worst first
}

// errGone is the error of a sender who has closed the connection. It is not logged.
var errGone = errors.New("the requester has gone")

// route serves the actions of one pattern. It is the only place where a request becomes a call, and
// an error an answer.
func (h *Handler) route(pattern string, m methods) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := h.Tree()
		if h.Next != nil && isNext(t.Site, pattern, r) {
			h.Next.ServeHTTP(w, r)
			return
		}
		h.setHeaders(w.Header(), t, pattern)
		if t.Site.Identity != nil && r.PathValue("form")+r.PathValue("token")+r.PathValue("slug") != "" {
			w.Header().Set("Cache-Control", "no-store, private")
			w.Header().Add("Vary", "Cookie")
		}
		pace(w, r)
		c, err := h.call(r, t)
		if err == nil {
			err = c.do(m, w)
		}
		h.count(t, pattern, r, err)
		if err != nil {
			h.answer(r.Context(), c, pattern, w, err)
		}
	})
}

// setHeaders sets the headers of every answer. A page loads its stylesheet and images from its own
// origin and can't be framed. It runs no script, but a form's or a me-too page the theme's own. They
// prove work and read the site's search index. Its forms go to the intake or, with a search, to the
// site.
func (h *Handler) setHeaders(header http.Header, t *content.Tree, pattern string) {
	forms := "'self'"
	if origin := originOf(cmp.Or(h.BaseURL, t.Site.BaseURL)); origin != "" && origin != originOf(cmp.Or(h.IntakeURL, t.Site.IntakeURL, origin)) {
		forms += " " + origin
	}
	scripts := ""
	if kind := kindOf(pattern); kind == "form" || kind == "me_too" {
		scripts = "script-src 'self'; connect-src " + forms + "; "
	}
	header.Set("Content-Security-Policy", "default-src 'none'; "+scripts+"style-src 'self'; img-src 'self' data:; form-action "+forms+"; base-uri 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Robots-Tag", "noindex")
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept, Accept-Language")
}

// originOf returns an address's scheme and host, or "".
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || strings.ContainsAny(u.Host, "; ,'") {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (h *Handler) call(r *http.Request, t *content.Tree) (*call, error) {
	o, err := h.siteContextOf(t)
	if err != nil {
		return nil, err
	}
	c := &call{Handler: h, siteContext: o, r: r, tree: t, now: h.Now().In(t.Zone), json: wantsJSON(r)}
	c.openIncidents = sync.OnceValue(func() []view.OpenIncident { return view.OpenIncidents(c.tree, c.desk, c.now) })
	c.lang = cmp.Or(r.PathValue("lang"), acceptedLanguage(r.Header.Get("Accept-Language"), t.Site.Languages), t.Site.Source())
	return c, nil
}

// do carries out the request by its method. A panic becomes an error.
func (c *call) do(m methods, w http.ResponseWriter) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if lang := c.r.PathValue("lang"); lang != "" && !slices.Contains(c.tree.Site.Languages[1:], lang) {
		c.lang = c.tree.Site.Source()
		return notFound("page")
	}
	method := c.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	act, ok := m[method]
	if !ok {
		w.Header().Set("Allow", m.allow())
		return &refusal{status: http.StatusMethodNotAllowed, code: "method", detail: "this address takes " + m.allow()}
	}
	return act(c, w)
}

// answer answers a request that failed, and logs what is our own mistake.
func (h *Handler) answer(ctx context.Context, c *call, route string, w http.ResponseWriter, err error) {
	if errors.Is(err, errGone) {
		return
	}
	r := refusalOf(err)
	if r.status >= 500 {
		h.Log.ErrorContext(ctx, "request failed", "route", route, "status", r.status, "error", cmp.Or(r.cause, error(r)))
	}
	if r.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((r.retry+time.Second-1)/time.Second)))
	}
	if c == nil {
		http.Error(w, http.StatusText(r.status), r.status)
		return
	}
	c.drain(r)
	tell := c.writeTrouble
	if c.json {
		tell = c.writeProblem
	}
	if err := tell(w, r); err != nil && !errors.Is(err, errGone) {
		h.Log.ErrorContext(ctx, "answer failed", "route", route, "status", r.status, "error", err)
		http.Error(w, http.StatusText(r.status), r.status)
	}
}

// drain reads what a browser still sends, up to form.MaxBody in all. A browser whose connection is
// closed before never shows the answer. What a program posts to a hook is not waited for.
func (c *call) drain(r *refusal) {
	unread := r.status == http.StatusRequestEntityTooLarge || r.status == http.StatusServiceUnavailable
	body, paced := c.r.Body.(*pacedBody)
	if !unread || !paced || c.r.PathValue("hook") != "" || c.r.ContentLength > form.MaxBody || c.r.Header.Get("Expect") != "" {
		return
	}
	io.Copy(io.Discard, io.LimitReader(body, form.MaxBody-body.read))
}

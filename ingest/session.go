package ingest

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/ingest/identity"
	"balie/ingest/secret"
	"balie/themes/view"
)

// The platform's link brings a token in the address of a form. It becomes a session in a cookie,
// and the address goes on without it. A program sends the token with the answers and gets no
// session.
//
// A session counts for what is posted from a page of the intake's own origin. The cookie is
// SameSite=Lax, so other sites don't send it. Where a browser sends it nevertheless, what is posted
// counts as posted by somebody who is not signed in: so the same form works on a desk's built pages
// elsewhere, and on a page of the platform's, for those who are signed in here too. Whatever is
// filed without a session anybody may file.

// errEnded says that a form was shown to somebody who was signed in then, and is not now.
var errEnded = errors.New("the session has ended")

// verifier returns what verifies the platform's tokens, and the key by which.
func (c *call) verifier() (v *identity.Verifier, key string, err error) {
	of := c.tree.Site.Identity
	if key, err = secret.Read(of.Key); err == nil {
		v, err = identity.NewVerifier(of, key)
	}
	if err != nil {
		return nil, "", unavailable("nobody can be signed in now", time.Minute, fmt.Errorf("identity: %w", err))
	}
	return v, key, nil
}

// sessions returns what seals sessions under the platform's key.
func (c *call) sessions(key string) (identity.Session, error) {
	secret, err := c.Store.Secret(c.r.Context(), "sessions")
	if err != nil {
		return identity.Session{}, unavailable("nobody can be signed in now", time.Minute, err)
	}
	return identity.NewSession(secret, key, c.tree.Site.Identity.Audience), nil
}

// signIn makes a session of the token in a form's address.
func (c *call) signIn(w http.ResponseWriter, f *content.Form, token string) error {
	v, key, err := c.verifier()
	if err != nil {
		return err
	}
	customer, err := v.Verify(token, c.now)
	if err != nil {
		return c.unrecognised(w, c.formAgain(f, form.Answers{}), err)
	}
	sessions, err := c.sessions(key)
	if err != nil {
		return err
	}
	value, err := sessions.Seal(customer, c.now)
	if err != nil {
		return err
	}
	c.setCookie(w, value, int(identity.SessionTime/time.Second))
	query := c.r.URL.Query()
	query.Del(form.Identity)
	location := url.URL{Path: c.intakePrefix + c.r.URL.Path, RawQuery: query.Encode()}
	w.Header().Set("Location", location.String())
	return write(w, http.StatusSeeOther, nil)
}

// signOut ends the session.
func (c *call) signOut(w http.ResponseWriter, f *content.Form) error {
	c.endSession(w)
	w.Header().Set("Location", c.intakePrefix+c.in(c.lang, "/forms/"+f.ID))
	return write(w, http.StatusSeeOther, nil)
}

// recognise finds out for whom the platform vouches: by the token among the answers, else by the
// session.
func (c *call) recognise(a form.Answers) error {
	token := a.Get(form.Identity)
	if c.tree.Site.Identity == nil || token == "" || token == form.InSession {
		if err := c.readSession(); err != nil || c.customer != nil || token != form.InSession {
			return err
		}
		return errEnded
	}
	v, _, err := c.verifier()
	if err == nil {
		c.customer, err = v.Verify(token, c.now)
	}
	return err
}

// readSession finds out for whom the platform vouched when the session began. Without the
// platform's key there are no sessions.
func (c *call) readSession() error {
	if c.tree.Site.Identity == nil {
		return nil
	}
	cookie, err := c.r.Cookie(c.cookieName())
	if err != nil || !c.isOwnPage() {
		return nil
	}
	_, key, err := c.verifier()
	if err != nil {
		return nil
	}
	sessions, err := c.sessions(key)
	if err != nil {
		return err
	}
	c.customer = sessions.Open(cookie.Value, c.now)
	return nil
}

// isOwnPage reports whether a request comes from a page of the intake's own origin, or from no page
// at all. A request that changes nothing may come from anywhere.
func (c *call) isOwnPage() bool {
	var p http.CrossOriginProtection
	p.AddTrustedOrigin(originOf(c.intake)) // a proxy may put another name into Host
	return p.Check(c.r) == nil
}

// cookieName returns the session's name. With the prefix a browser takes it from us alone, and over
// TLS alone (RFC 6265bis, 4.1.3.2).
func (c *call) cookieName() string {
	if c.isSecure() {
		return "__Host-balie"
	}
	return "balie"
}

// isSecure reports whether the cookie is for TLS alone: always but on a machine of one's own.
func (c *call) isSecure() bool {
	u, err := url.Parse(c.intake)
	if err != nil || u.Scheme != "http" || c.r.TLS != nil {
		return true
	}
	address, _ := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && !address.IsLoopback()
}

func (c *call) setCookie(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: c.cookieName(), Value: value, Path: "/", MaxAge: seconds, Secure: c.isSecure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// endSession lets a browser forget its session.
func (c *call) endSession(w http.ResponseWriter) {
	c.customer = nil
	if _, err := c.r.Cookie(c.cookieName()); err == nil {
		c.setCookie(w, "", -1)
	}
}

// unrecognised is the answer where the platform does not vouch for whoever said so. The page comes
// back as it was typed, for somebody who is not signed in.
func (c *call) unrecognised(w http.ResponseWriter, again pageAgain, err error) error {
	if errors.As(err, new(*refusal)) {
		return err // our own mistake
	}
	c.endSession(w)
	code := "identity"
	if errors.Is(err, errEnded) {
		code = "session"
	}
	back, wrong, viewErr := again(view.Mistake{Code: code, Args: map[string]string{"name": form.Identity}})
	if viewErr != nil {
		return viewErr
	}
	return &refusal{status: http.StatusUnauthorized, code: code, detail: err.Error(), wrong: wrong, page: &back}
}

// pageAgain returns a page as it was typed, with what is wrong.
type pageAgain func(wrong ...view.Mistake) (page, []view.Mistake, error)

func (c *call) formAgain(f *content.Form, a form.Answers) pageAgain {
	return func(wrong ...view.Mistake) (page, []view.Mistake, error) { return c.back(f, a, wrong...) }
}

// mistaken answers with the page.
func (again pageAgain) mistaken(wrong ...view.Mistake) error {
	back, wrong, err := again(wrong...)
	if err != nil {
		return err
	}
	return mistaken(wrong, back)
}

// back returns a form as it was typed, with what is wrong.
func (c *call) back(f *content.Form, a form.Answers, wrong ...view.Mistake) (page, []view.Mistake, error) {
	v, err := c.view(f, a.Get, a)
	if err != nil {
		return page{}, nil, err
	}
	v = form.Typed(v, a, wrong)
	return c.formView(f, v, a.Get), v.WithLabels(wrong), nil
}

// onlyIf forgets for whom the platform vouches where they are not a ticket's requester.
func (c *call) onlyIf(t *content.Ticket) {
	if c.customer != nil && c.customer.ID != t.Requester.ID {
		c.customer = nil
	}
}

// recogniseOn is recognise for a ticket's follow page.
func (c *call) recogniseOn(w http.ResponseWriter, t *content.Ticket, a form.Answers) error {
	err := c.recognise(a)
	c.onlyIf(t)
	if err == nil || errors.As(err, new(*refusal)) {
		return err
	}
	c.endSession(w)
	v, viewErr := c.followView(t, a)
	if viewErr != nil {
		return viewErr
	}
	wrong := []view.Mistake{{Code: "identity", Args: map[string]string{"name": form.Identity}}}
	back := c.follow(form.TypedMessage(v, a, wrong))
	return &refusal{status: http.StatusUnauthorized, code: "identity", detail: err.Error(), wrong: wrong, page: &back}
}

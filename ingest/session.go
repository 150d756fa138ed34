package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/ingest/identity"
	"balie/themes/view"
)

// The platform's link brings a token in the address of a form. It becomes a session in a cookie, and
// the address goes on without it. A program sends the token with the answers and gets no session.
//
// A session counts for what is posted from a page of the intake's own origin. The cookie is
// SameSite=Lax, so other sites don't send it. Where a browser sends it nevertheless, what is posted
// counts as posted by somebody who is not signed in: so the same form works on a desk's built pages
// elsewhere, and on a page of the platform's, for those who are signed in here too. Whatever is filed
// without a session anybody may file.

// errEnded says that a form was shown to somebody who was signed in then, and is not now.
var errEnded = errors.New("the session has ended")

// vouching is how a site knows for whom its platform vouches.
type vouching struct {
	*identity.Verifier
	identity.Session
}

// vouching reads the site's key.
func (c *call) vouching() (v vouching, err error) {
	of := c.tree.Site.Identity
	key, err := readSecret(of.Key)
	if err == nil {
		v.Verifier, err = identity.NewVerifier(of, key)
	}
	if err != nil {
		return v, unavailable("nobody can be signed in now", time.Minute, fmt.Errorf("identity: %w", err))
	}
	secret, err := c.Store.Secret(c.r.Context(), "sessions")
	if err != nil {
		return v, unavailable("nobody can be signed in now", time.Minute, err)
	}
	v.Session = identity.NewSession(secret, key, of.Audience)
	return v, nil
}

// signIn makes a session of the token in a form's address.
func (c *call) signIn(w http.ResponseWriter, f *content.Form, token string) error {
	v, err := c.vouching()
	if err != nil {
		return err
	}
	customer, err := v.Verify(token, c.now)
	if err != nil {
		return c.unrecognised(w, f, form.Answers{}, err)
	}
	value, err := v.Seal(customer, c.now)
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
	v, err := c.vouching()
	if err == nil {
		c.customer, err = v.Verify(token, c.now)
	}
	return err
}

// readSession finds out for whom the platform vouched when the session began.
func (c *call) readSession() error {
	if c.tree.Site.Identity == nil {
		return nil
	}
	cookie, err := c.r.Cookie(c.cookieName())
	if err != nil || !c.isOwnPage() {
		return nil
	}
	v, err := c.vouching()
	if err != nil {
		return err
	}
	c.customer = v.Open(cookie.Value, c.now)
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

// unrecognised is the answer where the platform does not vouch for whoever said so. The form comes
// back as it was typed, for somebody who is not signed in.
func (c *call) unrecognised(w http.ResponseWriter, f *content.Form, a form.Answers, err error) error {
	if errors.As(err, new(*refusal)) {
		return err // our own mistake
	}
	c.endSession(w)
	code := "identity"
	if errors.Is(err, errEnded) {
		code = "session"
	}
	back, wrong, viewErr := c.back(f, a, view.Mistake{Code: code, Args: map[string]string{"name": form.Identity}})
	if viewErr != nil {
		return viewErr
	}
	return &refusal{status: http.StatusUnauthorized, code: code, detail: err.Error(), wrong: wrong, page: &back}
}

// back returns a form as it was typed, with what is wrong.
func (c *call) back(f *content.Form, a form.Answers, wrong ...view.Mistake) (page, []view.Mistake, error) {
	v, err := c.view(f, a.Get(form.Incident), a)
	if err != nil {
		return page{}, nil, err
	}
	v = form.Typed(v, a, wrong)
	return c.formView(f, v), v.WithLabels(wrong), nil
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

// vouched returns what the platform says of its customer, by the role of the field that asks for it.
func (c *call) vouched() map[content.Role]string {
	if c.customer == nil {
		return nil
	}
	all := map[content.Role]string{
		content.NameRole: c.customer.Name, content.EmailRole: c.customer.Email,
		content.PhoneRole: c.customer.Phone, content.OrganisationRole: c.customer.Organisation,
	}
	for role, said := range all {
		if said == "" {
			delete(all, role)
		}
	}
	return all
}

// requesterID returns the platform's id of its customer, or "".
func (c *call) requesterID() string {
	if c.customer == nil {
		return ""
	}
	return c.customer.ID
}

// vouchedParts lists all that the platform says of its customer, so that the same answers by another
// one are not the same submission.
func (c *call) vouchedParts() [][]byte {
	if c.customer == nil {
		return nil
	}
	v := c.customer
	var parts [][]byte
	for _, said := range []string{v.ID, v.Name, v.Email, v.Phone, v.Organisation} {
		parts = append(parts, []byte(said))
	}
	return parts
}

// mayAsk returns what refuses a submission within the store's transaction where the platform's
// customer is one too many for their organisation; nil where nothing does.
func (c *call) mayAsk(f *content.Form, a form.Answers) func(*content.Tree, func() ([]*content.Ticket, error)) error {
	if c.customer == nil || c.customer.Organisation == "" {
		return nil
	}
	who := content.Requester{ID: c.customer.ID, Email: c.customer.Email}
	return func(tree *content.Tree, waiting func() ([]*content.Ticket, error)) error {
		limit, ok, err := c.desk.MayAsk(tree, who, c.customer.Organisation, c.now, waiting)
		if err != nil || ok {
			return err
		}
		return c.beyondLimit(f, a, limit)
	}
}

// beyondLimit is the answer to one customer too many of an organisation.
func (c *call) beyondLimit(f *content.Form, a form.Answers, limit int) error {
	named := c.organisationName(c.customer.Organisation)
	back, wrong, err := c.back(f, a, view.Mistake{Code: "organisation", Args: map[string]string{"name": "organisation", "organisation": named, "people": fmt.Sprint(limit)}})
	if err != nil {
		return err
	}
	return &refusal{status: http.StatusForbidden, code: "refused", detail: "the organisation has as many requesters as it may have", wrong: wrong, page: &back}
}

// organisationName returns the name of an organisation beside its id, or the id alone.
func (c *call) organisationName(id string) string {
	if o, ok := c.tree.Organisations.Get(id); ok && o.Name != "" && o.Name != id {
		return o.Name + " (" + id + ")"
	}
	return id
}

// shownEarlier is how many of their tickets a customer is shown.
const shownEarlier = 20

// signedIn returns what a form's page says of the platform's customer; nil where there is none.
func (c *call) signedIn() *view.SignedIn {
	if c.customer == nil {
		return nil
	}
	v := &view.SignedIn{Name: cmp.Or(c.customer.Name, c.customer.Email, c.customer.ID), Organisation: c.organisationName(c.customer.Organisation)}
	v.Earlier, v.More = c.setting().Earlier(c.customer.ID, shownEarlier)
	return v
}

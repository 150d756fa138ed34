package ingest

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/guard"
	"balie/themes"
	"balie/themes/view"
)

// formPage serves an empty form with the open incidents and what a ticket handed in now is
// promised. The parameter `lang` chooses the language where the path does not, `incident` the open
// incident to link; `searched`, `offered` and `article` say what the customer did before.
func (c *call) formPage(w http.ResponseWriter) error {
	f := c.tree.Setup.Form(c.r.PathValue("form"))
	if f == nil {
		return notFound("form")
	}
	query := c.r.URL.Query()
	c.lang = cmp.Or(c.r.PathValue("lang"), c.oneOf(query.Get("lang")), c.tree.Site.Source())
	if token := query.Get(form.Identity); token != "" && c.tree.Site.Identity != nil {
		return c.signIn(w, f, token)
	}
	if err := c.readSession(); err != nil {
		return err
	}
	v, err := c.view(f, query.Get, form.Answers{})
	if err != nil {
		return err
	}
	return c.writePage(w, http.StatusOK, c.formView(f, v, query.Get))
}

// outage returns the line about what is open, with which a page begins.
func (c *call) outage() *view.Outage { return c.setting().Outage(c.openIncidents()) }

// oneOf returns a language that the site has, or "".
func (c *call) oneOf(lang string) string {
	if slices.Contains(c.tree.Site.Languages, lang) {
		return lang
	}
	return ""
}

// view is the empty form, with the nonce of what was sent or a new one. get returns what the page's
// address, or what was sent, says by a name.
func (c *call) view(f *content.Form, get func(name string) string, sent form.Answers) (view.Form, error) {
	v := c.setting().Form(f, c.openIncidents(), get(form.Incident), c.shown(f))
	before := form.Rules{Setup: c.tree.Setup, Form: f}.Before(get)
	v = c.setting().WithBefore(v, before.Searched, before.Article)
	v.SignedIn = c.signedIn()
	var err error
	v.Nonce, err = c.nonce(sent)
	v.Served = c.servedNow(f, sent)
	return v, err
}

func (c *call) formView(f *content.Form, v view.Form, get func(name string) string) page {
	place := themes.Place{Lang: c.lang, Path: "/forms/" + f.ID + "/", Nav: "contact", NoIndex: true, Intake: true, Query: keptQuery(get), Typed: v.Typed && !v.Closed, Outage: c.outage()}
	return page{"form", place, v}
}

// keptQuery returns what of a form's address goes along to the form in another language.
func keptQuery(get func(name string) string) string {
	kept := url.Values{}
	for _, name := range []string{form.Incident, "searched", "offered", "article"} {
		if value := get(name); value != "" && len(value) <= 1000 {
			kept.Set(name, value)
		}
	}
	return kept.Encode()
}

// inLanguage answers with the form in another language, as it was typed and not judged.
func (c *call) inLanguage(w http.ResponseWriter, f *content.Form, a form.Answers, lang string) error {
	c.lang = lang
	page, _, err := c.back(f, a)
	if err != nil {
		return err
	}
	return c.writePage(w, http.StatusOK, page)
}

// setting returns the setting of the call's views.
func (c *call) setting() view.Setting {
	return view.Setting{Tree: c.tree, Lang: c.lang, Now: c.now, Pages: c.sitePrefix, Intake: c.intakePrefix, Attach: c.attach(), Vouched: c.vouched(), Size: c.fileSize, TicketNow: c.ticketNow, Address: c.intake}
}

// attach reports whether the requester may attach files.
func (c *call) attach() bool { return c.tree.PolicyAt(c.now).MayAttach(c.customer != nil) }

// mayTurnOutToAttach reports whether the requester may attach files if the platform vouches for
// them, which is known when the body was read.
func (c *call) mayTurnOutToAttach() bool {
	return c.tree.PolicyAt(c.now).MayAttach(c.tree.Site.Identity != nil)
}

// decode reads the body by a form's limits. release gives the memory of the answers back.
// A body whose files find no memory is refused with what was typed.
func (c *call) decode(rules form.Rules) (a form.Answers, release func(), err error) {
	if c.r.ContentLength > form.MaxBody {
		return a, nil, &refusal{status: http.StatusRequestEntityTooLarge, code: "too_large", detail: form.ErrTooLarge.Error()}
	}
	var held int64
	limits := rules.Limits()
	limits.Keep = func(n int64, ofFile bool) bool {
		ok := c.budget.take(n, ofFile)
		if ok {
			held += n
		}
		return ok
	}
	release = func() { c.budget.give(held) }
	a, err = form.Decode(c.r.Header.Get("Content-Type"), c.r.Body, limits)
	c.lang = cmp.Or(c.oneOf(a.Get(form.Language)), c.lang)
	switch {
	case err != nil:
		err = undecoded(err)
	case a.NoMemory:
		err = keepTyped(noMemory(form.ErrNoMemory), rules.TypedText(a))
	}
	if err != nil {
		release()
		return a, nil, err
	}
	return a, release, nil
}

func noMemory(err error) *refusal {
	return unavailable("too many are sending at once", 5*time.Second, err)
}

// undecoded returns the answer to a body that could not be read.
func undecoded(err error) *refusal {
	r := &refusal{status: http.StatusBadRequest, code: "malformed", detail: form.ErrMalformed.Error()}
	var tooMuch *http.MaxBytesError
	switch {
	case errors.Is(err, form.ErrNoMemory):
		return noMemory(err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		r.status, r.detail = http.StatusRequestTimeout, "the body arrived too slowly"
	case errors.Is(err, form.ErrTooLarge), errors.As(err, &tooMuch):
		r.status, r.code, r.detail = http.StatusRequestEntityTooLarge, "too_large", form.ErrTooLarge.Error()
	case errors.Is(err, form.ErrMediaType):
		r.status, r.code, r.detail = http.StatusUnsupportedMediaType, "media_type", form.ErrMediaType.Error()
	}
	return r
}

// submit files what was handed in by a form.
func (c *call) submit(w http.ResponseWriter) error {
	f := c.tree.Setup.Form(c.r.PathValue("form"))
	if f == nil {
		return notFound("form")
	}
	rules := form.Rules{Setup: c.tree.Setup, Form: f, Attach: c.mayTurnOutToAttach()}
	answers, release, err := c.decode(rules)
	if err != nil {
		return err
	}
	defer release()
	if err := c.limit(f.ID, false); err != nil {
		return keepTyped(err, rules.TypedText(answers))
	}
	if answers.Get("action") == form.SignOut {
		return c.signOut(w, f)
	}
	again := c.formAgain(f, answers)
	if err := c.recognise(answers); err != nil {
		return keepTyped(c.unrecognised(w, again, err), rules.TypedText(answers))
	}
	if lang := c.oneOf(answers.Get("action")); lang != "" && !c.json {
		return c.inLanguage(w, f, answers, lang)
	}
	rules.Attach, rules.Vouched = c.attach(), c.vouched()
	s, wrong := rules.Check(answers)
	if len(wrong) > 0 {
		return again.mistaken(wrong...)
	}
	sub, err := c.identify("forms/"+f.ID, answers, s)
	if err != nil {
		return keepTyped(err, s.Body())
	}
	sub.May = c.mayAsk(again)
	verdict, err := c.judge(f, answers, c.customer != nil)
	if err != nil {
		return keepTyped(err, s.Body())
	}
	if sub.Files, err = c.storeFiles(sub, nil, s.Files); err != nil {
		return notStored(err, s.Body(), again.mistaken)
	}
	reply, err := c.newTicket(sub, c.ticketOf(s), s, c.meToo(s.Incident), verdict)
	if err != nil {
		return keepTyped(err, s.Body())
	}
	return c.accepted(w, reply)
}

// keepTyped adds the text that was typed to the answer, so that the sender does not lose it.
func keepTyped(err error, typed string) error {
	if errors.Is(err, errGone) {
		return err
	}
	r := refusalOf(err)
	r.typed = typed
	return r
}

// The channels that a request comes by.
const (
	channelForm = "form"
	channelAPI  = "api"
)

func (c *call) channel() string {
	if c.json {
		return channelAPI
	}
	return channelForm
}

// ticketOf returns the ticket that a submission makes, without number and token.
func (c *call) ticketOf(s *form.Submission) *content.Ticket {
	t := s.Ticket()
	t.Requester.ID = c.requesterID()
	t.Channel, t.Language = c.channel(), cmp.Or(s.Language, c.lang)
	return t
}

// meToo returns the event that links a ticket to the incident that its requester named, or nil
// where that is not open.
func (c *call) meToo(incident string) *content.Event {
	i := c.tree.Incident(incident)
	if i == nil || !i.Public() || !i.At(c.now).Open {
		return nil
	}
	return &content.Event{Kind: content.Linked, Front: &content.Front{Incident: i.ID}}
}

// newTicket files a ticket with its first message and, where link is not nil, its link to another
// case. sub has what the submission is known by. One that is held waits for a look; spam is linked
// to nothing.
func (c *call) newTicket(sub filing.Submission, t *content.Ticket, s *form.Submission, link *content.Event, j judged) (reply, error) {
	events := []*content.Event{{Kind: content.Received, Body: s.Body()}}
	switch {
	case j.verdict == guard.Spam:
		spam, err := c.spamEvent()
		if err != nil {
			return reply{}, err
		}
		events = append(events, spam)
	case link != nil:
		events = append(events, link)
		t.Updates = s.Updates && link.Data().Incident != "" && t.Requester.Email != ""
	}
	t.Review = j.verdict == guard.Held
	sub.Ticket, sub.Events = t, events
	return c.file(sub, j.proof)
}

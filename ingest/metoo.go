package ingest

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/guard"
	"balie/ingest/store"
	"balie/themes"
	"balie/themes/view"
)

// Of an open incident a customer says in one step that they have it too. What they write, or an
// e-mail address, makes a ticket as a form does. Nothing but the click is counted, once a browser
// (store.Reported), and filed later on (package delivery).
//
// A click that comes at once is no sign of a machine. So a page's signed time counts only for a
// ticket. Where the desk wants proof of work, a click without one does not count, because nobody
// could look at it: the page comes back and asks for words, which a person will see.

// meTooScope is what has its own share of the guard's rates, so that an outage leaves the forms
// open.
const meTooScope = "me-too"

// joining is an incident, and the form as of which what is written about it is taken in.
type joining struct {
	view.OpenIncident
	form  *content.Form
	named bool // the customer named the form
}

// joining finds the incident of the path, which may be over.
func (c *call) joining(form string) (joining, error) {
	j := joining{form: c.tree.IncidentForm(), named: form != ""}
	if j.named {
		if j.form = c.tree.Setup.Form(form); j.form == nil {
			return j, notFound("form")
		}
	}
	i := c.tree.Incident(c.r.PathValue("year") + "/" + c.r.PathValue("slug"))
	if i == nil || !i.Public() || j.form == nil {
		return j, notFound("incident")
	}
	j.OpenIncident = view.OpenIncident{Incident: i, Progress: i.At(c.now)}
	if len(j.Progress.Updates) == 0 {
		return j, notFound("incident")
	}
	j.Next = view.OwedOf(c.desk, i, c.now).Next().Deadline(c.now, c.tree.Zone)
	return j, nil
}

// meTooPage serves the page. The parameter `lang` chooses the language where the path does not,
// `form` the form.
func (c *call) meTooPage(w http.ResponseWriter) error {
	query := c.r.URL.Query()
	c.lang = cmp.Or(c.r.PathValue("lang"), c.oneOf(query.Get("lang")), c.tree.Site.Source())
	j, err := c.joining(query.Get("form"))
	if err != nil {
		return err
	}
	if !j.Progress.Open {
		return c.isOver(j, "")
	}
	v, err := c.meTooView(j, form.Answers{})
	if err != nil {
		return err
	}
	return c.writePage(w, http.StatusOK, c.placeMeToo(j, v))
}

// meTooThanks tells a customer that they are counted.
func (c *call) meTooThanks(w http.ResponseWriter) error {
	c.lang = cmp.Or(c.r.PathValue("lang"), c.tree.Site.Source())
	j, err := c.joining("")
	if err != nil {
		return err
	}
	v := c.setting().MeToo(j.OpenIncident, j.form)
	v.Counted = true
	p := c.placeMeToo(j, v)
	p.place.Path += "/thanks"
	return c.writePage(w, http.StatusOK, p)
}

// meTooView is the page, with the nonce of what was sent or a new one.
func (c *call) meTooView(j joining, sent form.Answers) (v view.MeToo, err error) {
	v = c.setting().MeToo(j.OpenIncident, j.form)
	if j.named {
		v.Form = j.form.ID
	}
	for i, key := range []string{"metoo.see", "metoo.reach"} { // of the message, and of the address
		if v.Fields[i].Label, err = c.siteContext.theme.Locale(c.lang).T(key); err != nil {
			return v, err
		}
	}
	v.Served = c.servedNow(j.form, sent)
	v.Nonce, err = c.nonce(sent)
	return v, err
}

func (c *call) placeMeToo(j joining, v view.MeToo) page {
	place := themes.Place{Lang: c.lang, Path: "/incidents/" + j.Incident.ID + "/me-too", Nav: "status", NoIndex: true, Intake: true}
	if v.Form != "" {
		place.Query = "form=" + v.Form
	}
	return page{"metoo", place, v}
}

// meTooAgain returns the page as it was typed.
func (c *call) meTooAgain(j joining, a form.Answers) pageAgain {
	return func(wrong ...view.Mistake) (page, []view.Mistake, error) {
		v, err := c.meTooView(j, a)
		if err != nil {
			return page{}, nil, err
		}
		typed := form.Typed(view.Form{Fields: v.Fields}, a, wrong)
		v.Fields, v.Errors = typed.Fields, typed.Errors
		p := c.placeMeToo(j, v)
		p.place.Typed = true
		return p, typed.WithLabels(wrong), nil
	}
}

// isOver is the answer where an incident is resolved: whoever has it still writes by the form.
func (c *call) isOver(j joining, typed string) error {
	v := c.setting().MeToo(j.OpenIncident, j.form)
	v.Typed = typed
	p := c.placeMeToo(j, v)
	return &refusal{
		status: http.StatusConflict, code: "resolved", page: &p,
		detail: "this incident is resolved; what is still wrong is taken in at " + c.intake + c.in(c.lang, "/forms/"+j.form.ID),
	}
}

// takeMeToo files what was written, or counts the click.
func (c *call) takeMeToo(w http.ResponseWriter) error {
	j, err := c.joining("")
	if err != nil {
		return err
	}
	rules := form.Rules{Setup: c.tree.Setup, Form: content.MeTooForm(j.form)}
	answers, release, err := c.decode(rules)
	if err != nil {
		return err
	}
	defer release()
	typed := rules.TypedText(answers)
	if err := c.limit(meTooScope, false); err != nil {
		return keepTyped(err, typed)
	}
	if j, err = c.joining(answers.Get("form")); err != nil {
		return err
	}
	answers.Values = slices.DeleteFunc(answers.Values, func(v form.Answer) bool { return v.Name == "form" })
	rules.Form = content.MeTooForm(j.form)
	if !j.Progress.Open {
		return c.isOver(j, typed)
	}
	again := c.meTooAgain(j, answers)
	if err := c.recognise(answers); err != nil {
		return keepTyped(c.unrecognised(w, again, err), typed)
	}
	if lang := c.oneOf(answers.Get("action")); lang != "" && !c.json {
		return c.meTooIn(w, again, lang)
	}
	rules.Vouched = c.vouched()
	s, wrong := rules.Check(answers)
	if len(wrong) > 0 {
		return again.mistaken(wrong...)
	}
	if len(s.Values) == 0 {
		return c.countMeToo(w, j, answers, again)
	}
	r, err := c.meTooTicket(j, answers, s, again)
	if err != nil {
		return keepTyped(err, typed)
	}
	return c.accepted(w, r)
}

// meTooIn answers with the page in another language, as it was typed and not judged.
func (c *call) meTooIn(w http.ResponseWriter, again pageAgain, lang string) error {
	c.lang = lang
	p, _, err := again()
	if err != nil {
		return err
	}
	return c.writePage(w, http.StatusOK, p)
}

// meTooTicket files a ticket that is linked to the incident, and named after it.
func (c *call) meTooTicket(j joining, a form.Answers, s *form.Submission, again pageAgain) (reply, error) {
	s.Incident = j.Incident.ID
	sub, err := c.identify("me-too/"+j.Incident.ID+"/"+j.form.ID, a, s)
	if err != nil {
		return reply{}, err
	}
	sub.May = c.mayAsk(again)
	verdict, err := c.judge(j.form, a, c.customer != nil)
	if err != nil {
		return reply{}, err
	}
	lang := cmp.Or(s.Language, c.lang)
	if s.Body() == "" {
		said, err := c.siteContext.theme.Locale(lang).T("metoo")
		if err != nil {
			return reply{}, err
		}
		s.Values = s.Values.Set("message", said)
	}
	t := c.ticketOf(s)
	t.Subject, _ = j.Incident.Title.In(lang, c.tree.Site.Source())
	return c.newTicket(sub, t, s, c.meToo(j.Incident.ID), verdict)
}

// counted is what a program is told that left nothing.
type counted struct {
	Incident string `json:"incident"`
	Count    int    `json:"count"` // of all who have it too
}

// errSpent says that a proof of work was good for another click.
var errSpent = errors.New("the proof of work is spent")

// countMeToo counts a browser. Spam is not counted, and answered alike.
func (c *call) countMeToo(w http.ResponseWriter, j joining, a form.Answers, again pageAgain) error {
	atOnce := form.Answers{Values: slices.DeleteFunc(slices.Clone(a.Values), func(v form.Answer) bool { return v.Name == form.Served })}
	judged, err := c.judge(j.form, atOnce, c.customer != nil)
	if err != nil {
		return err
	}
	noProof := view.Mistake{Field: "message", Role: content.BodyRole, Code: "required"}
	if judged.verdict == guard.Held {
		return again.mistaken(noProof)
	}
	answer := counted{Incident: j.Incident.ID}
	err = c.filer.Store.Write(c.r.Context(), func(tx *store.Tx) error {
		if judged.verdict != guard.Spam {
			if err := c.addReport(tx, j.Incident.ID, a, judged.proof); err != nil {
				return err
			}
		}
		if !c.json {
			return nil
		}
		answer.Count, err = c.reportedIn(tx, j.Incident)
		return err
	})
	switch {
	case errors.Is(err, errSpent):
		return again.mistaken(noProof)
	case err != nil:
		return notFiled(err)
	case c.json:
		return writeJSON(w, "application/json", http.StatusOK, answer)
	}
	w.Header().Set("Location", c.intakePrefix+c.in(c.lang, "/incidents/"+j.Incident.ID+"/me-too/thanks"))
	return write(w, http.StatusSeeOther, nil)
}

// addReport counts a browser by its address and its name. Where the address is not known its page
// stands for it.
func (c *call) addReport(tx *store.Tx, incident string, a form.Answers, proof guard.Proof) error {
	address, _ := c.address()
	isNew, err := tx.AddReport(incident, cmp.Or(address, nonceOf(a))+"\n"+c.r.UserAgent(), c.now)
	if err != nil || !isNew || proof.Name == "" {
		return err
	}
	first, err := tx.Spend(proof.Name, c.now, proof.Until)
	if err == nil && !first {
		err = errSpent
	}
	return err
}

// reportedIn counts all who have an incident too: its tickets, and those who wrote nothing.
func (c *call) reportedIn(tx *store.Tx, i *content.Incident) (int, error) {
	waits, err := tx.Reported(i.ID)
	if err != nil {
		return 0, err
	}
	withRows, err := c.filer.IncidentIn(tx, i.Dir)
	if err != nil {
		return 0, err
	}
	if withRows != nil {
		i = withRows
	}
	at := i.At(filing.InstantOf(i.Events, c.now))
	return len(c.tree.Linked(i.ID)) + at.Reports + waits.Waiting, nil
}

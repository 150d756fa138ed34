package ingest

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/ingest/guard"
	"balie/themes"
	"balie/themes/view"
)

// linksPage asks for an e-mail address, to which the addresses of its questions are mailed.
func (c *call) linksPage(w http.ResponseWriter) error {
	if !c.mailsLinks() {
		return notFound("page")
	}
	c.lang = cmp.Or(c.oneOf(c.r.URL.Query().Get("lang")), c.tree.Site.Source())
	return c.writePage(w, http.StatusOK, c.linksView(form.Answers{}, nil))
}

// mailLinks answers every e-mail address alike, and as fast: whether there are questions is found
// out afterwards.
func (c *call) mailLinks(w http.ResponseWriter) error {
	if !c.mailsLinks() {
		return notFound("page")
	}
	rules := form.Rules{Setup: c.tree.Setup, Form: content.LinksForm()}
	answers, release, err := c.decode(rules)
	if err != nil {
		return err
	}
	defer release()
	if err := c.limit("/t/lost", false); err != nil {
		return err
	}
	s, wrong := rules.Check(answers)
	if len(wrong) > 0 {
		back := c.linksView(answers, wrong)
		return mistaken(back.view.(view.AskLinks).Errors, back)
	}
	judged, err := c.judge(rules.Form, answers, false)
	if err != nil {
		return err
	}
	if judged.verdict != guard.Spam {
		if err := c.findLinks(s.Role(content.EmailRole)); err != nil {
			return err
		}
	}
	if c.json {
		return write(w, http.StatusAccepted, nil)
	}
	p := c.linksView(form.Answers{}, nil)
	v := p.view.(view.AskLinks)
	v.Asked = true
	p.view = v
	return c.writePage(w, http.StatusAccepted, p)
}

// maxFinding is for how many e-mail addresses questions are looked for at once.
const maxFinding = 16

// mailsLinks reports whether addresses of questions can be mailed.
func (c *call) mailsLinks() bool { return c.MailLinks != nil && c.tree.Site.Mail != nil }

// findLinks looks for the questions of an e-mail address in the background, so that how long the
// answer takes says nothing of them. Where too many are being looked for, the sender is asked to
// come back.
func (c *call) findLinks(address string) error {
	select {
	case c.finding <- struct{}{}:
	default:
		return unavailable("too many are asking at once", 30*time.Second, nil)
	}
	h, ctx := c.Handler, context.WithoutCancel(c.r.Context())
	go func() {
		defer func() { <-h.finding }()
		if err := h.MailLinks(ctx, address); err != nil {
			h.Log.ErrorContext(ctx, "the addresses of questions were not mailed", "error", err)
		}
	}()
	return nil
}

// linksView is the page as it was typed, with what is wrong.
func (c *call) linksView(a form.Answers, wrong []view.Mistake) page {
	v := c.setting().AskLinks()
	typed := form.Typed(view.Form{Fields: v.Fields}, a, wrong)
	v.Fields, v.Errors = typed.Fields, typed.Errors
	v.Served = c.servedNow(content.LinksForm(), a)
	return page{"asklinks", themes.Place{Lang: c.lang, Path: "/", Nav: "contact", NoIndex: true, Private: true, Outage: c.outage()}, v}
}

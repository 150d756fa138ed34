package ingest

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/ingest/guard"
	"balie/ingest/store"
	"balie/themes"
	"balie/themes/view"
)

// followsByMail reports whether people can ask to follow by mail.
func (c *call) followsByMail() bool {
	return c.AskToFollow != nil && c.tree.Site.Follow.Mail && c.tree.Site.Mail != nil
}

// followingPage shows all ways to follow. The parameter `follows` says what is chosen: of what the
// public knows nothing, nothing is.
func (c *call) followingPage(w http.ResponseWriter) error {
	query := c.r.URL.Query()
	c.lang = cmp.Or(c.oneOf(query.Get("lang")), c.tree.Site.Source())
	return c.writeFollowing(w, query.Get(content.FollowsField))
}

func (c *call) writeFollowing(w http.ResponseWriter, chosen string) error {
	if c.tree.Site.Follow == (content.Following{}) { // then the site's page is the whole of it
		w.Header().Set("Location", c.site+c.in(c.lang, "/follow/"))
		return write(w, http.StatusSeeOther, nil)
	}
	p := c.followingView(chosen, form.Answers{}, nil)
	if c.tree.IsFollowed(content.Follows(chosen)) {
		p.place.Query = url.Values{content.FollowsField: {chosen}}.Encode()
	}
	return c.writePage(w, http.StatusOK, p)
}

// checkFollowing judges what was asked for: by a form's rules, and whether there is what is to be
// followed.
func (c *call) checkFollowing(rules form.Rules, answers form.Answers) (s *form.Submission, what string, wrong []view.Mistake) {
	s, wrong = rules.Check(answers)
	what = answers.Get(content.FollowsField)
	if what != "" && !c.tree.IsFollowed(content.Follows(what)) {
		wrong = append([]view.Mistake{{Field: content.FollowsField, Role: content.FollowsRole, Code: "choice"}}, wrong...)
	}
	return s, what, wrong
}

// ask takes an e-mail address and what is to be followed. It answers every address alike: whoever
// asked first makes it known, so the second time tells nothing of it either.
func (c *call) ask(w http.ResponseWriter) error {
	if !c.followsByMail() {
		return notFound("page")
	}
	rules := form.Rules{Setup: c.tree.Setup, Form: content.FollowForm()}
	answers, release, err := c.decode(rules)
	if err != nil {
		return err
	}
	defer release()
	if err := c.limit("/follow", false); err != nil {
		return err
	}
	s, what, wrong := c.checkFollowing(rules, answers)
	if len(wrong) > 0 {
		back := c.followingView(what, answers, wrong)
		return mistaken(back.view.(view.Following).Errors, back)
	}
	judged, err := c.judge(rules.Form, answers, false)
	if err != nil {
		return err
	}
	// What is held elsewhere for a look is mailed: how often an address is mailed is limited
	// anyway.
	if judged.verdict != guard.Spam {
		if err := c.AskToFollow(c.r.Context(), s.Role(content.EmailRole), content.Follows(what), c.lang); err != nil {
			return unavailable("it could not be kept", 30*time.Second, err)
		}
	}
	if c.json {
		return write(w, http.StatusAccepted, nil)
	}
	p := c.followingView("", form.Answers{}, nil)
	v := p.view.(view.Following)
	v.Asked = true
	p.view = v
	return c.writePage(w, http.StatusAccepted, p)
}

// followingView is the page as it was typed, with what is wrong.
func (c *call) followingView(chosen string, a form.Answers, wrong []view.Mistake) page {
	what := content.Follows(chosen)
	if !c.tree.IsFollowed(what) {
		what = content.FollowsAll
	}
	v := c.setting().Following(c.site, what)
	if v.Mail {
		typed := form.Typed(view.Form{Fields: append([]view.Field{v.Choice.Field}, v.Fields...)}, a, wrong)
		v.Choice.Field, v.Fields, v.Errors = typed.Fields[0], typed.Fields[1:], typed.Errors
		v.Served = c.servedNow(content.FollowForm(), a)
	}
	return page{"following", themes.Place{Lang: c.lang, Path: "/follow/", Nav: "status", NoIndex: true}, v}
}

// subscriber finds who follows by mail under the token in the address, or answers that nobody does.
// The answer is in the language of their mails.
func (c *call) subscriber() (store.Follower, error) {
	f, err := c.Store.Follower(c.r.Context(), c.r.PathValue("token"))
	if err != nil {
		return f, unavailable("it can't be read now", 30*time.Second, err)
	}
	if f.Medium != store.ByMail {
		gone := c.subscription(view.Unknown, f)
		r := notFound("subscription")
		r.detail, r.page = "it has ended, or never was", &gone
		return f, r
	}
	c.lang = cmp.Or(c.oneOf(f.Language), c.tree.Site.Source())
	return f, nil
}

func (c *call) subscription(state view.SubscriptionState, f store.Follower) page {
	v := c.setting().Subscription(state, content.Follows(f.Follows), f.Token)
	return page{"subscription", themes.Place{Lang: c.lang, Path: "/", Nav: "status", NoIndex: true, Private: true}, v}
}

// subscriptionPage asks for the confirmation: mail programs follow links by themselves. Afterwards
// it shows what is followed.
func (c *call) subscriptionPage(w http.ResponseWriter) error {
	f, err := c.subscriber()
	if err != nil {
		return err
	}
	state := view.Unconfirmed
	if !f.Confirmed.IsZero() {
		state = view.Subscribed
	}
	return c.writePage(w, http.StatusOK, c.subscription(state, f))
}

// confirm takes the confirmation.
func (c *call) confirm(w http.ResponseWriter) error {
	f, err := c.subscriber()
	if err != nil {
		return err
	}
	err = c.Store.Write(c.r.Context(), func(tx *store.Tx) error {
		_, err := tx.ConfirmFollower(f.Token, c.now)
		return err
	})
	if err != nil {
		return unavailable("it could not be kept", 30*time.Second, err)
	}
	if c.json {
		return write(w, http.StatusNoContent, nil)
	}
	w.Header().Set("Location", c.intakePrefix+"/follow/"+f.Token)
	return write(w, http.StatusSeeOther, nil)
}

// stopPage asks whether the mails are to end.
func (c *call) stopPage(w http.ResponseWriter) error {
	f, err := c.subscriber()
	if err != nil {
		return err
	}
	return c.writePage(w, http.StatusOK, c.subscription(view.AsksToStop, f))
}

// stop ends them, for a person and for a mail program's one click (RFC 8058). The address is
// forgotten with what it followed.
func (c *call) stop(w http.ResponseWriter) error {
	f, err := c.subscriber()
	if err != nil {
		return err
	}
	err = c.Store.Write(c.r.Context(), func(tx *store.Tx) error { return tx.StopFollower(f.Token) })
	if err != nil {
		return unavailable("it could not be kept", 30*time.Second, err)
	}
	if c.json {
		return write(w, http.StatusNoContent, nil)
	}
	return c.writePage(w, http.StatusOK, c.subscription(view.Unsubscribed, f))
}

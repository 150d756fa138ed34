package ingest

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"balie/content"
	"balie/ingest/form"
	"balie/ingest/notify"
	"balie/ingest/store"
	"balie/themes"
	"balie/themes/view"
)

// followsByHook reports whether programs can ask to follow.
func (c *call) followsByHook() bool { return c.Notifier != nil && c.tree.Site.Follow.Hooks }

// hookAsked is the answer to a program that asks to follow. The secret is never told again.
type hookAsked struct {
	Secret   string `json:"secret"`
	Follows  string `json:"follows"`
	URL      string `json:"url"`
	Language string `json:"language"`
	Manage   string `json:"manage"`
}

// askByHook takes an address and what is to be followed, and answers with the secret at once: the
// program has it before the first call, which verifies that it wants the others. That proof and the
// rates are the guard. Proof of work is asked of nobody, since a program has none.
//
//	202 asked             422 an address that is not called, or something that nobody can follow
//	409 it follows it     429 too many ask, or follow
func (c *call) askByHook(w http.ResponseWriter) error {
	if !c.followsByHook() {
		return notFound("page")
	}
	rules := form.Rules{Setup: c.tree.Setup, Form: content.HookForm()}
	answers, release, err := c.decode(rules)
	if err != nil {
		return err
	}
	defer release()
	// A desk without a guard has rates here too: what is asked for makes the intake call a
	// stranger.
	if err := c.limitBy(cmp.Or(c.tree.Site.Guard, &content.Guard{}), "/follow/hooks", false); err != nil {
		return err
	}
	s, what, wrong := c.checkFollowing(rules, answers)
	if len(wrong) > 0 {
		return c.hookMistaken(what, answers, wrong, http.StatusUnprocessableEntity)
	}
	f, err := c.Notifier.Ask(c.r.Context(), s.Role(content.EndpointRole), content.Follows(what), c.lang)
	mistake := func(code string) []view.Mistake {
		return []view.Mistake{{Field: "url", Role: content.EndpointRole, Code: code}}
	}
	switch {
	case errors.Is(err, notify.ErrURL):
		return c.hookMistaken(what, answers, mistake(form.NotEndpoint), http.StatusUnprocessableEntity)
	case errors.Is(err, notify.ErrKnown):
		return c.hookMistaken(what, answers, mistake(form.FollowsAlready), http.StatusConflict)
	case errors.Is(err, notify.ErrTooMany):
		return &refusal{status: http.StatusTooManyRequests, code: "too_many", detail: err.Error(), retry: time.Hour}
	case err != nil:
		return unavailable("it could not be kept", 30*time.Second, err)
	}
	manage := c.intake + "/follow/hooks/" + f.Token
	if c.json {
		w.Header().Set("Location", manage)
		return writeJSON(w, "application/json", http.StatusAccepted, hookAsked{notify.Secret(f), f.Follows, f.Address, f.Language, manage})
	}
	v := c.setting().Hook(view.HookAsked, f.Address, content.Follows(f.Follows), f.Token)
	v.Secret = notify.Secret(f)
	return c.writePage(w, http.StatusAccepted, c.hookPage(v))
}

// hookMistaken gives the page back as it was typed.
func (c *call) hookMistaken(what string, a form.Answers, wrong []view.Mistake, status int) error {
	back := c.followingView(what, form.Answers{}, nil)
	v := back.view.(view.Following)
	typed := form.Typed(view.Form{Fields: v.HookFields}, a, wrong)
	v.HookFields, v.Errors = typed.Fields, typed.Errors
	back.view = v
	r := mistaken(wrong, back)
	r.status = status
	return r
}

func (c *call) hookPage(v view.Hook) page {
	return page{"hook", themes.Place{Lang: c.lang, Path: "/", Nav: "status", NoIndex: true, Private: true}, v}
}

// toFollowing leads to the page with all ways to follow.
func (c *call) toFollowing(w http.ResponseWriter) error {
	w.Header().Set("Location", c.intakePrefix+c.in(c.lang, "/follow/"))
	return write(w, http.StatusSeeOther, nil)
}

// hook finds the program that follows under the token in the address, or answers that none does.
func (c *call) hook() (store.Follower, error) {
	f, err := c.Store.Follower(c.r.Context(), c.r.PathValue("token"))
	if err != nil {
		return f, unavailable("it can't be read now", 30*time.Second, err)
	}
	if f.Medium != store.ByHook {
		gone := c.hookPage(c.setting().Hook(view.HookGone, "", content.FollowsAll, ""))
		r := notFound("subscription")
		r.detail, r.page = "it has ended, was never verified, or never was", &gone
		return f, r
	}
	c.lang = cmp.Or(c.oneOf(f.Language), c.tree.Site.Source())
	return f, nil
}

// hookState is how it stands with a program that follows. Times are null where there are none.
type hookState struct {
	State     string     `json:"state"` // unconfirmed, on or given_up
	Follows   string     `json:"follows"`
	URL       string     `json:"url"` // without scheme and query
	Language  string     `json:"language"`
	Asked     time.Time  `json:"asked"`
	Confirmed *time.Time `json:"confirmed"`
	Calls     []hookCall `json:"calls"` // the newest first
}

// hookCall is one call to it.
type hookCall struct {
	Event  string     `json:"event"` // verify, or the update's file without .md
	State  string     `json:"state"` // waiting, taken, failed or stopped
	Added  time.Time  `json:"added"`
	Tries  int        `json:"tries"`
	Status int        `json:"status"` // of the last answer; 0: there was none
	Reason string     `json:"reason"` // why it was not taken
	Next   *time.Time `json:"next"`   // when it is tried again
}

// shownCalls is how many calls a program is shown.
const shownCalls = 20

// hookStatus shows how it stands with a program that follows. Its secret is not shown again.
func (c *call) hookStatus(w http.ResponseWriter) error {
	f, err := c.hook()
	if err != nil {
		return err
	}
	calls, err := c.Store.LastCalls(c.r.Context(), f.Seq, shownCalls)
	if err != nil {
		return unavailable("it can't be read now", 30*time.Second, err)
	}
	state := view.HookUnconfirmed
	if !f.Confirmed.IsZero() {
		state = view.HookOn
	}
	list := []hookCall{}
	for _, one := range calls {
		shown := hookCall{one.Event, string(one.State), one.Added, one.Tries, one.Status, one.Reason, nil}
		switch one.State {
		case store.CallWaits:
			shown.Next = &one.Due
		case store.CallFailed:
			state = view.HookGivenUp
		}
		list = append(list, shown)
	}
	if !c.json {
		return c.writePage(w, http.StatusOK, c.hookPage(c.setting().Hook(state, notify.ShownURL(f), content.Follows(f.Follows), f.Token)))
	}
	v := hookState{State: string(state), Follows: f.Follows, URL: notify.ShownURL(f), Language: f.Language, Asked: f.Asked, Calls: list}
	if !f.Confirmed.IsZero() {
		v.Confirmed = &f.Confirmed
	}
	return writeJSON(w, "application/json", http.StatusOK, v)
}

// stopHook ends it. The address is forgotten with its secret and its calls.
func (c *call) stopHook(w http.ResponseWriter) error {
	f, err := c.hook()
	if err != nil {
		return err
	}
	if err := c.Store.Write(c.r.Context(), func(tx *store.Tx) error { return tx.StopFollower(f.Token) }); err != nil {
		return unavailable("it could not be kept", 30*time.Second, err)
	}
	if c.json {
		return write(w, http.StatusNoContent, nil)
	}
	return c.writePage(w, http.StatusOK, c.hookPage(c.setting().Hook(view.HookEnded, notify.ShownURL(f), content.Follows(f.Follows), "")))
}

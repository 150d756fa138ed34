package ingest

import (
	"context"
	"net/http"
	"time"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/guard"
	"balie/ingest/store"
)

// judged is the guard's verdict on a submission, and the proof of work that counted.
type judged struct {
	verdict guard.Verdict
	proof   guard.Proof
}

// judge judges a submission of a form. Vouched tells whether the platform vouches for its sender.
func (c *call) judge(f *content.Form, a form.Answers, vouched bool) (judged, error) {
	if c.tree.Site.Guard == nil {
		return judged{}, nil
	}
	key, err := c.guardKey(c.r.Context())
	if err != nil {
		return judged{}, notFiled(err)
	}
	sent := guard.Sent{Form: f.ID, Honeypot: a.Get(form.Honeypot), Served: a.Get(form.Served), Proof: a.Get(form.Proof), Vouched: vouched}
	verdict, proof := guard.Judge(c.tree.Site.Guard, key, sent, c.now)
	return judged{verdict, proof}, nil
}

// guardKey returns the key that signs what pages carry. All intakes that share the store have it.
func (h *Handler) guardKey(ctx context.Context) (guard.Key, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.key == nil {
		key, err := h.filer.Store.Secret(ctx, "forms")
		if err != nil {
			return nil, err
		}
		h.key = key
	}
	return h.key, nil
}

// limit refuses a request whose sender must wait, by the guard's rates.
func (c *call) limit(scope string, isChallenge bool) error {
	g := c.tree.Site.Guard
	if g == nil {
		return nil
	}
	return c.limitBy(g, scope, isChallenge)
}

// limitBy refuses a request whose sender must wait, by the rates of a guard.
func (c *call) limitBy(g *content.Guard, scope string, isChallenge bool) error {
	address, _ := guard.Address(c.r, g.TrustedProxies)
	wait := c.limiter.Wait(g, guard.Request{Address: address, Scope: scope, Challenge: isChallenge}, c.Now())
	if wait == 0 {
		return nil
	}
	return &refusal{status: http.StatusTooManyRequests, code: "too_many", detail: "too much was sent in a short time", retry: max(wait.Round(time.Second), time.Second)}
}

// challenge serves a challenge to the script of a form, which may be the site's on another origin.
func (c *call) challenge(w http.ResponseWriter) error {
	if !c.tree.Site.Guard.WantsProof() {
		return notFound("page")
	}
	w.Header().Set("Access-Control-Allow-Origin", originOf(c.site))
	if err := c.limit("", true); err != nil {
		return err
	}
	key, err := c.guardKey(c.r.Context())
	if err != nil {
		return notFiled(err)
	}
	challenge, err := key.Challenge(c.now)
	if err != nil {
		return err
	}
	return writeJSON(w, "application/json", http.StatusOK, challenge)
}

// servedNow returns the signed time that a page carries: the one that was sent, where a form comes
// back, or now's. It is "" where nobody asks, and where the store can't be read.
func (c *call) servedNow(f *content.Form, sent form.Answers) string {
	if g := c.tree.Site.Guard; g == nil || g.Hold == 0 {
		return ""
	}
	if at := sent.Get(form.Served); at != "" {
		return at
	}
	key, err := c.guardKey(c.r.Context())
	if err != nil {
		return ""
	}
	return key.Served(f.ID, c.now)
}

// spamEvent says why a ticket was taken for spam, for staff.
func (c *call) spamEvent() (*content.Event, error) {
	why, err := c.siteContext.theme.Locale(c.tree.Site.Source()).T("guard.spam")
	return &content.Event{Kind: content.Spam, Author: content.Balie, Body: why}, err
}

// spendAndFile files a new ticket and spends the proof of work that came with it. Where that was
// spent before, the ticket is held.
func (c *call) spendAndFile(ctx context.Context, s filing.Submission, proof guard.Proof) (receipt filing.Receipt, err error) {
	err = c.filer.Store.Write(ctx, func(tx *store.Tx) error {
		first, err := tx.Spend(proof.Name, c.now, proof.Until)
		if err != nil {
			return err
		}
		again, ticket := s, *s.Ticket
		ticket.Review = !first
		again.Ticket = &ticket
		receipt, err = c.filer.FileIn(tx, again)
		return err
	})
	return receipt, err
}

package ingest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"balie/content"
	"balie/ingest/delivery"
	"balie/ingest/mail"
	"balie/ingest/secret"
	"balie/ingest/store"
	"balie/ingest/webhook"
)

// maxHookBody is how many bytes a delivery has at most. A mail may be larger.
const maxHookBody = 4 << 20

// bodyLimit returns how many bytes a hook takes at once.
func bodyLimit(hook *content.Hook) int64 {
	if hook.Kind == content.EmailHook {
		return mail.MaxSize
	}
	return maxHookBody
}

// receive keeps what a program posted to a hook. It is worked off afterwards (package delivery).
//
//	202 kept, now or before     401 unproven        413 too large
//	200 there is nothing to do  404 no such hook    422 answers that don't fit the form
//	400 not what its kind says  503 can't be kept now
func (c *call) receive(w http.ResponseWriter) error {
	c.json = true
	hook := c.tree.Hook(c.r.PathValue("hook"))
	if hook == nil {
		return notFound("hook")
	}
	request, release, err := c.readHook(bodyLimit(hook))
	if err != nil {
		return err
	}
	defer release()
	if err := c.prove(hook, request); err != nil {
		return err
	}
	d, err := webhook.Parse(hook, request)
	switch {
	case errors.Is(err, webhook.ErrMalformed):
		return c.keepMalformed(hook, request, err)
	case err != nil:
		return err
	case d.Challenge != "":
		return writeJSON(w, "application/json", http.StatusOK, map[string]string{"challenge": d.Challenge})
	case d.Ignored != "":
		// Why is not logged: it may have the sender's words.
		c.Log.InfoContext(c.r.Context(), "a delivery asks for nothing", "hook", hook.Name)
		return write(w, http.StatusOK, nil)
	}
	if err := c.checkTickets(hook, d); err != nil {
		return err
	}
	if err := c.keep(hook, request, d.ID, d.Unusable); err != nil {
		return err
	}
	return write(w, http.StatusAccepted, nil)
}

// readHook reads a delivery's body within the memory for bodies. release gives that back.
func (c *call) readHook(limit int64) (request webhook.Request, release func(), err error) {
	tooLarge := &refusal{status: http.StatusRequestEntityTooLarge, code: "too_large", detail: fmt.Sprintf("a delivery has at most %d bytes", limit)}
	size := c.r.ContentLength
	switch {
	case size > limit:
		return request, nil, tooLarge
	case size < 0:
		size = limit
	}
	if !c.budget.take(size, limit > maxHookBody) {
		return request, nil, noMemory(errors.New("too many deliveries at once"))
	}
	release = func() { c.budget.give(size) }
	body, err := io.ReadAll(io.LimitReader(c.r.Body, limit+1))
	switch {
	case err != nil:
		err = undecoded(err)
	case int64(len(body)) > limit:
		err = tooLarge
	}
	if err != nil {
		release()
		return request, nil, err
	}
	return webhook.Request{Header: c.r.Header, Body: body}, release, nil
}

// prove refuses a request that none of the hook's secrets proves.
func (c *call) prove(hook *content.Hook, request webhook.Request) error {
	secrets, err := readSecrets(hook.Secret)
	if err != nil {
		return unavailable("the hook has no secret yet", time.Minute, fmt.Errorf("hook %s: %w", hook.Name, err))
	}
	used, err := webhook.Verify(hook, secrets, request, c.now)
	switch {
	case errors.Is(err, webhook.ErrKind):
		return notFound("hook")
	case err != nil:
		return &refusal{status: http.StatusUnauthorized, code: "unproven", detail: webhook.ErrUnproven.Error()}
	}
	if c.Proven != nil {
		c.Proven(hook.Name, used)
	}
	return nil
}

// readSecrets returns the secrets that there are, in order. It is an error where there is none.
func readSecrets(list content.Secrets) (secrets []string, err error) {
	for _, s := range list {
		value, readErr := secret.Read(s)
		secrets, err = append(secrets, value), errors.Join(err, readErr)
	}
	if strings.Join(secrets, "") == "" {
		return nil, cmp.Or(err, errors.New("its secret is empty"))
	}
	return secrets, nil
}

// checkTickets refuses answers that don't fit the form of a hook of kind standard: its sender can
// mend them. Those of other kinds are kept for staff to see.
func (c *call) checkTickets(hook *content.Hook, d webhook.Delivery) error {
	if hook.Kind != content.StandardHook {
		return nil
	}
	for _, a := range d.Actions {
		ticket, ok := a.(webhook.Ticket)
		if !ok {
			continue
		}
		if _, wrong, err := delivery.CheckTicket(c.tree, hook, ticket); err == nil && len(wrong) > 0 {
			return &refusal{status: http.StatusUnprocessableEntity, code: "mistaken", detail: "answers are not right", wrong: wrong}
		}
	}
	return nil
}

// keep puts a delivery into the store, with why it can't be used where that is known.
func (c *call) keep(hook *content.Hook, request webhook.Request, id, reason string) error {
	d := store.Delivery{Hook: hook.Name, ID: id, Headers: webhook.Kept(hook, request.Header), Body: request.Body, Received: c.now, Reason: reason}
	err := c.Store.Write(c.r.Context(), func(tx *store.Tx) error {
		_, err := tx.PutDelivery(d)
		return err
	})
	if err != nil {
		return notFiled(err)
	}
	return nil
}

// keepMalformed keeps, once, what is proven and not what its kind says.
func (c *call) keepMalformed(hook *content.Hook, request webhook.Request, why error) error {
	sum := sha256.Sum256(request.Body)
	if err := c.keep(hook, request, "malformed "+hex.EncodeToString(sum[:]), why.Error()); err != nil {
		return err
	}
	return &refusal{status: http.StatusBadRequest, code: "malformed", detail: why.Error()}
}

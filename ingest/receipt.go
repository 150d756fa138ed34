package ingest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"balie/content"
	"balie/ingest/filing"
	"balie/ingest/form"
	"balie/ingest/guard"
	"balie/ingest/store"
	"balie/themes/view"
)

// reply is the answer to what was accepted.
type reply struct {
	number   string
	kind     content.Kind
	at       time.Time
	token    string // of the follow page
	promises []view.Promised
	ticket   bool // a ticket was made
	made     bool // something was: else it was there already
}

// acceptedTicket is what a program is told of a new ticket.
type acceptedTicket struct {
	Number   string            `json:"number"`
	Follow   string            `json:"follow"`
	Received string            `json:"received"`
	Promises []acceptedPromise `json:"promises"`
}

type acceptedPromise struct {
	Promise  string `json:"promise"`
	Clock    string `json:"clock"`
	Strength string `json:"strength"`
	Due      string `json:"due"`
}

// acceptedEvent is what a program is told of an event on a ticket.
type acceptedEvent struct {
	Number string `json:"number"`
	Kind   string `json:"kind"`
	At     string `json:"at"`
}

// accepted tells a program what was made of it, and sends a browser to the follow page.
func (c *call) accepted(w http.ResponseWriter, r reply) error {
	path := "/t/" + r.token + "/"
	if !c.json { // by path alone: the browser stays where it is, whatever that is called from outside
		// What was done on the page is confirmed there; a new ticket's page is its receipt.
		if !r.ticket {
			path += "?sent=" + string(r.kind) + "#sent"
		}
		w.Header().Set("Location", c.intakePrefix+path)
		return write(w, http.StatusSeeOther, nil)
	}
	follow := c.intake + path
	w.Header().Set("Location", follow)
	status := http.StatusCreated
	if !r.made {
		status = http.StatusOK
	}
	if !r.ticket {
		return writeJSON(w, "application/json", status, acceptedEvent{r.number, string(r.kind), utc(r.at)})
	}
	answer := acceptedTicket{Number: r.number, Follow: follow, Received: utc(r.at), Promises: []acceptedPromise{}}
	for _, p := range r.promises {
		answer.Promises = append(answer.Promises, acceptedPromise{p.Promise, string(p.Clock), string(p.Strength), utc(p.Due)})
	}
	return writeJSON(w, "application/json", status, answer)
}

func utc(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// maxKey is how long an Idempotency-Key may be.
const maxKey = 255

// identify returns a submission that has only what a repetition of it is found by: an id that
// follows from the Idempotency-Key or, without one, what repeatKey makes of it. scope is the form
// or ticket that either holds for.
func (c *call) identify(scope string, a form.Answers, s *form.Submission) (sub filing.Submission, err error) {
	key := c.r.Header.Get("Idempotency-Key")
	switch {
	case key == "":
		sub.Repeat = c.repeatKey(scope, a, s)
		sub.ID, err = c.filer.NewID()
		return sub, err
	case len(key) > maxKey:
		return sub, &refusal{status: http.StatusUnprocessableEntity, code: "conflict", detail: "the Idempotency-Key is longer than 255 characters"}
	}
	sub.ID = filing.KeyID(scope, key, append(parts(a), c.vouchedParts()...)...)
	return sub, nil
}

// parts lists the names, values and files that were sent, but no token: that of a retry may be a
// new one.
func parts(a form.Answers) [][]byte {
	var parts [][]byte
	for _, v := range a.Values {
		if v.Name == form.Identity {
			continue
		}
		parts = append(parts, []byte(v.Name), []byte(v.Value))
	}
	for _, u := range a.Uploads {
		parts = append(parts, []byte(u.Name), []byte(u.Label), u.Body)
	}
	return parts
}

// file files a submission, and returns the answer to it. The proof of work that came with it, where
// one counted, is good once.
func (c *call) file(s filing.Submission, proof guard.Proof) (reply, error) {
	file := c.filer.File
	if proof.Name != "" {
		file = func(ctx context.Context, s filing.Submission) (filing.Receipt, error) {
			return c.spendAndFile(ctx, s, proof)
		}
	}
	receipt, err := file(c.r.Context(), s)
	if err != nil {
		return reply{}, notFiled(err)
	}
	return c.replyTo(receipt), nil
}

// replyTo returns the answer to what was filed.
func (c *call) replyTo(r filing.Receipt) reply {
	first := r.Events[0]
	a := reply{number: r.Ticket.Number, kind: first.Kind, at: first.At, token: r.Ticket.Follow, made: true}
	if first.Kind == content.Received {
		a.ticket, a.promises = true, c.promisedTo(r.Ticket, r.Events)
	}
	return a
}

// notFiled returns the answer to a submission that could not be filed. Where the store could not
// keep it, the sender is asked to come back.
func notFiled(err error) *refusal {
	switch {
	case errors.Is(err, filing.ErrOther):
		return &refusal{status: http.StatusUnprocessableEntity, code: "conflict", detail: "this Idempotency-Key was used with other content"}
	case errors.Is(err, filing.ErrTooFast):
		return &refusal{status: http.StatusTooManyRequests, code: "too_many", detail: "this ticket has too many events of the last minute", retry: 5 * time.Second}
	case errors.Is(err, filing.ErrNoCase):
		return notFound("page")
	case errors.Is(err, filing.ErrAllTaken):
		return unavailable("no number or second is free", time.Minute, err)
	case errors.Is(err, store.ErrNotKept), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return unavailable("it could not be kept", 30*time.Second, err)
	}
	return refusalOf(err)
}

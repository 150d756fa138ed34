package ingest

import (
	"net/http"
	"time"

	"balie/content"
	"balie/themes"
	"balie/themes/view"
)

// updatesPage asks whether the mails about a ticket's incident are to end. A link alone ends
// nothing: mail programs follow links by themselves.
func (c *call) updatesPage(w http.ResponseWriter) error {
	t, err := c.updatesOf()
	if err != nil {
		return err
	}
	return c.writeUpdates(w, t, false)
}

// endUpdates ends them, for a person and for a mail program's one click (RFC 8058).
func (c *call) endUpdates(w http.ResponseWriter) error {
	t, err := c.updatesOf()
	if err != nil {
		return err
	}
	if err := c.EndMails(c.r.Context(), t.Dir); err != nil {
		return unavailable("it could not be kept", 30*time.Second, err)
	}
	if c.json {
		return write(w, http.StatusNoContent, nil)
	}
	return c.writeUpdates(w, t, true)
}

// updatesOf finds the ticket whose incident's updates are mailed.
func (c *call) updatesOf() (*content.Ticket, error) {
	t, err := c.ticket()
	if err != nil {
		return nil, err
	}
	if c.EndMails == nil || !t.Updates {
		return nil, notFound("page")
	}
	return t, nil
}

func (c *call) writeUpdates(w http.ResponseWriter, t *content.Ticket, ended bool) error {
	follow := c.intakePrefix + "/t/" + t.Follow + "/"
	v := view.EndUpdates{Number: content.SayNumber(t.Number), Action: follow + "updates/end", Page: follow, Ended: ended}
	return c.writePage(w, http.StatusOK, page{"updates", themes.Place{Lang: c.lang, Path: "/", Nav: "contact", NoIndex: true, Private: true}, v})
}

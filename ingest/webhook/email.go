package webhook

import (
	"balie/content"
	"balie/ingest/mail"
)

// parseEmail takes a raw mail (RFC 5322). It is known again by what its writer wrote.
func parseEmail(_ *content.Hook, r Request) (Delivery, error) {
	id, err := mail.ID(r.Body)
	if err != nil {
		return Delivery{}, malformed("%v", err)
	}
	return Delivery{ID: id, Actions: []Action{Mail{r.Body}}}, nil
}

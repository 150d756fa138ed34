package ingest

import (
	"cmp"
	"fmt"
	"net/http"

	"balie/content"
	"balie/themes/view"
)

// vouched returns what the platform says of its customer, by the role of the field that asks for
// it.
func (c *call) vouched() map[content.Role]string {
	if c.customer == nil {
		return nil
	}
	all := map[content.Role]string{
		content.NameRole: c.customer.Name, content.EmailRole: c.customer.Email,
		content.PhoneRole: c.customer.Phone, content.OrganisationRole: c.customer.Organisation,
	}
	for role, said := range all {
		if said == "" {
			delete(all, role)
		}
	}
	return all
}

// requesterID returns the platform's id of its customer, or "".
func (c *call) requesterID() string {
	if c.customer == nil {
		return ""
	}
	return c.customer.ID
}

// vouchedParts lists all that the platform says of its customer, so that the same answers by
// another one are not the same submission.
func (c *call) vouchedParts() [][]byte {
	if c.customer == nil {
		return nil
	}
	v := c.customer
	var parts [][]byte
	for _, said := range []string{v.ID, v.Name, v.Email, v.Phone, v.Organisation} {
		parts = append(parts, []byte(said))
	}
	return parts
}

// mayAsk returns what refuses a submission within the store's transaction where the platform's
// customer is one too many for their organisation; nil where nothing does.
func (c *call) mayAsk(again pageAgain) func(*content.Tree, func() ([]*content.Ticket, error)) error {
	if c.customer == nil || c.customer.Organisation == "" {
		return nil
	}
	who := content.Requester{ID: c.customer.ID, Email: c.customer.Email}
	return func(tree *content.Tree, waiting func() ([]*content.Ticket, error)) error {
		limit, ok, err := c.desk.MayAsk(tree, who, c.customer.Organisation, c.now, waiting)
		if err != nil || ok {
			return err
		}
		return c.beyondLimit(again, limit)
	}
}

// beyondLimit is the answer to one customer too many of an organisation.
func (c *call) beyondLimit(again pageAgain, limit int) error {
	named := c.organisationName(c.customer.Organisation)
	back, wrong, err := again(view.Mistake{Code: "organisation", Args: map[string]string{"name": "organisation", "organisation": named, "people": fmt.Sprint(limit)}})
	if err != nil {
		return err
	}
	return &refusal{status: http.StatusForbidden, code: "refused", detail: "the organisation has as many requesters as it may have", wrong: wrong, page: &back}
}

// organisationName returns the name of an organisation beside its id, or the id alone.
func (c *call) organisationName(id string) string {
	if o, ok := c.tree.Organisations.Get(id); ok && o.Name != "" && o.Name != id {
		return o.Name + " (" + id + ")"
	}
	return id
}

// shownEarlier is how many of their tickets a customer is shown.
const shownEarlier = 20

// signedIn returns what a form's page says of the platform's customer; nil where there is none.
func (c *call) signedIn() *view.SignedIn {
	if c.customer == nil {
		return nil
	}
	v := &view.SignedIn{Name: cmp.Or(c.customer.Name, c.customer.Email, c.customer.ID), Organisation: c.organisationName(c.customer.Organisation)}
	v.Earlier, v.More = c.setting().Earlier(c.customer.ID, shownEarlier)
	if p := c.tree.PolicyAt(c.now); p != nil && p.FairUse != nil && p.FairUse.OpenTickets > 0 {
		v.FairUse = p.FairUse.OpenTickets
		if n := c.setting().OpenOf(c.customer.ID); n*2 >= v.FairUse {
			v.Open = n
		}
	}
	return v
}

package desk

import (
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Entitlement says whether somebody may ask for an organisation.
type Entitlement struct {
	Beyond bool // the organisation has as many requesters as the policy lets it have, and this is another
	Limit  int  // requesters an organisation may have; 0: any number
	Others int  // that it has besides
}

// Entitled counts an organisation's requesters at an instant: those its file lists, then those who asked for it, first come. Anybody may ask for no organisation.
func (d *Desk) Entitled(tree *content.Tree, organisation string, r content.Requester, now time.Time) Entitlement {
	v := d.at(now)
	if v == nil || v.Entitlement == nil || v.Entitlement.RequestersPerOrganisation <= 0 || organisation == "" {
		return Entitlement{}
	}
	e := Entitlement{Limit: v.Entitlement.RequestersPerOrganisation}
	all := requesters(tree, organisation, now)
	place, others := len(all), len(all)
	if i := indexOf(all, r); i >= 0 {
		place, others = i, others-1
	}
	e.Others, e.Beyond = others, place >= e.Limit
	return e
}

// requesters are an organisation's, in order.
func requesters(tree *content.Tree, organisation string, now time.Time) []content.Requester {
	var all []content.Requester
	add := func(r content.Requester) {
		if r.Key() != "" && indexOf(all, r) < 0 {
			all = append(all, r)
		}
	}
	if o, ok := tree.Organisations.Get(organisation); ok {
		for _, who := range o.Requesters {
			add(listed(who))
		}
	}
	for _, t := range tree.Tickets {
		if t.Organisation == organisation && len(t.Events) > 0 && !t.Events[0].At.After(now) {
			add(t.Requester)
		}
	}
	return all
}

// listed reads an entry of an organisation's list: an address, or the platform's id.
func listed(who string) content.Requester {
	if strings.Contains(who, "@") {
		return content.Requester{Email: who}
	}
	return content.Requester{ID: who}
}

// indexOf finds somebody by id or by address, since a list has only one of them; -1 where they are not there.
func indexOf(all []content.Requester, r content.Requester) int {
	return slices.IndexFunc(all, func(o content.Requester) bool {
		return r.ID != "" && r.ID == o.ID || r.Email != "" && strings.EqualFold(r.Email, o.Email)
	})
}

// MayAttach reports whether a requester may attach files at an instant; signedIn is whether the platform vouches for them.
func (d *Desk) MayAttach(now time.Time, signedIn bool) bool {
	v := d.at(now)
	return signedIn || v == nil || v.Entitlement == nil || v.Entitlement.Attachments != "signed_in"
}

// Excluded is what support does not include, by its id: as the version in force at an instant has it, else the newest that does; nil where none has.
func (d *Desk) Excluded(id string, at time.Time) *content.Covered {
	find := func(v *version) *content.Covered {
		if i := slices.IndexFunc(v.Coverage.Excluded, func(c content.Covered) bool { return c.ID == id }); i >= 0 {
			return &v.Coverage.Excluded[i]
		}
		return nil
	}
	if v := d.at(at); v != nil && find(v) != nil {
		return find(v)
	}
	for _, v := range slices.Backward(d.versions) {
		if c := find(v); c != nil {
			return c
		}
	}
	return nil
}

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

// Entitled says whether somebody may ask for an organisation: anybody for none, and whom nothing tells apart for any.
func (r *Requesters) Entitled(organisation string, who content.Requester) Entitlement {
	if r.mayAsk == 0 || organisation == "" || !isKnown(who) {
		return Entitlement{}
	}
	p := r.people[organisation]
	if p == nil {
		return Entitlement{Limit: r.mayAsk}
	}
	place, others := p.place(who), p.n-1
	if place < 0 {
		place, others = p.n, p.n
	}
	return Entitlement{Beyond: place >= r.mayAsk, Limit: r.mayAsk, Others: others}
}

// listed reads an entry of an organisation's list: an address, or the platform's id.
func listed(who string) content.Requester {
	if strings.Contains(who, "@") {
		return content.Requester{Email: who}
	}
	return content.Requester{ID: who}
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

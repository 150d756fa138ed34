package desk

import "testing"

func TestEntitlement(t *testing.T) {
	policy := officeYAML + "entitlement: {requesters_per_organisation: 3, attachments: signed_in}\n" + excludedYAML
	w := makeWorld(t, map[string]string{"2026-01-01": policy},
		"ticket 2604011 {channel: form; organisation: \"0042\"; requester: {email: B@x.example}}\n2026-04-01 10:00 received",
		"ticket 2604012 {channel: form; organisation: \"0042\"; requester: {email: c@x.example}}\n2026-04-01 11:00 received",
		"ticket 2604013 {channel: form; organisation: \"0042\"; requester: {email: d@x.example, id: shop-4}}\n2026-04-01 12:00 received",
		"ticket 2604014 {channel: form; organisation: \"0042\"; requester: {email: junk@x.example}}\n2026-04-01 09:00 received\n2026-04-01 09:30 spam")
	for _, c := range []struct {
		organisation, who, now string
		want                   Entitlement
	}{
		{"0042", "a@x.example", "2026-04-02", Entitlement{false, 3, 3}},
		{"0042", "A@x.example", "2026-04-02", Entitlement{false, 3, 3}},
		{"0042", "c@x.example", "2026-04-02", Entitlement{false, 3, 3}},
		{"0042", "d@x.example", "2026-04-02", Entitlement{true, 3, 3}},
		{"0042", "e@x.example", "2026-04-02", Entitlement{true, 3, 4}},
		{"0042", "shop-4", "2026-04-02", Entitlement{true, 3, 3}}, // known by the address first, and by the id since
		{"0042", "e@x.example", "2026-04-01 10:30", Entitlement{false, 3, 2}},
		{"0042", "junk@x.example", "2026-04-01 09:10", Entitlement{false, 3, 2}},
		{"0042", "junk@x.example", "2026-04-02", Entitlement{true, 3, 4}},
		{"0042", "", "2026-04-02", Entitlement{}},
		{"0043", "e@x.example", "2026-04-02", Entitlement{false, 3, 0}},
		{"", "e@x.example", "2026-04-02", Entitlement{}},
	} {
		if got := w.Requesters(w.tree, w.Open(w.tree, w.at(c.now)), w.at(c.now)).Entitled(c.organisation, listed(c.who)); got != c.want {
			t.Errorf("%s for %s at %s: %+v, want %+v", c.who, c.organisation, c.now, got, c.want)
		}
	}
	if w.MayAttach(w.at("2026-04-02"), false) || !w.MayAttach(w.at("2026-04-02"), true) {
		t.Error("only who is signed in may attach")
	}
	if w.Excluded("custom", w.at("2026-04-02")) == nil || w.Excluded("else", w.at("2026-04-02")) != nil {
		t.Error("excluded: custom alone")
	}
}

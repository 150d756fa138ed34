package view

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"balie/content"
	"balie/content/desk"
)

// The link to pay stands on the page as long as nothing was paid and something waits; what was paid
// is told, and whether it brought what was paid for.
func TestFollowOfAPayment(t *testing.T) {
	const received, paid, lane = "2026-11-20T100000Z-received.md", "2026-11-20T110000Z-paid-shop.md", "2026-11-20T110000Z-lane-shop.md"
	pays := func(amount string) string { return "---\nreference: pi_1\namount: " + amount + "\n---\n" }
	for name, c := range map[string]struct {
		events map[string]string
		want   string // whether there is a link; the amount, and whether it opened the lane
	}{
		"new":               {nil, "true -"},
		"asked":             {map[string]string{"2026-11-20T110000Z-waiting-anna.md": "Which?\n"}, "true -"},
		"solved":            {map[string]string{"2026-11-20T110000Z-solved-anna.md": "Done.\n"}, "false -"},
		"paid":              {map[string]string{paid: pays("5.00 EUR"), lane: "---\nlane: priority\n---\n"}, "false 5.00 EUR true"},
		"too little":        {map[string]string{paid: pays("4.00 EUR")}, "false 4.00 EUR false"},
		"paid and not told": {map[string]string{"2026-11-22T110000Z-paid-shop.md": pays("5.00 EUR")}, "true -"},
	} {
		files := map[string]string{received: "---\nid: aaaa\n---\nHelp\n"}
		for name, text := range c.events {
			files[name] = text
		}
		tr := loadDesk(ticketFiles(files))
		d, err := desk.New(tr.Setup)
		if err != nil {
			t.Fatal(err)
		}
		s := Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z")}
		s.TicketNow = func(t *content.Ticket) TicketNow { return TicketAt(d, t, tr, s.Now) }
		v := s.Follow(tr.Tickets[0])
		got := fmt.Sprint(v.Payment != nil, " -")
		if v.Paid != nil {
			got = fmt.Sprint(v.Payment != nil, " ", v.Paid.Amount, " ", v.Paid.Opened)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A form tells of the paid lane before its own, and of no other.
func TestFormOfAPayment(t *testing.T) {
	files := maps.Clone(sampleDesk)
	files["policy/2026-01-01.yaml"] = strings.Replace(files["policy/2026-01-01.yaml"], "coverage:",
		"promises:\n  - {id: slow, clock: first_response, lanes: [standard], target: {within: 8h}}\n  - {id: fast, clock: first_response, lanes: [priority], target: {within: 1h}}\ncoverage:", 1)
	tr := loadDesk(files)
	s := Setting{Tree: tr, Lang: "nl", Now: at("2026-11-21T12:00:00Z")}
	v := s.Form(tr.Setup.Form("contact"), nil, "", nil)
	if v.Payment == nil || v.Payment.Lane != "Voorrang" || v.Payment.Price.String() != "5.00 EUR" || v.Payment.Rule == nil || v.Payment.Rule.ID != "fast" {
		t.Errorf("%+v", v.Payment)
	}
	form := *tr.Setup.Form("contact")
	form.Lane = "priority"
	if v := s.Form(&form, nil, "", nil); v.Payment != nil {
		t.Errorf("a form of the paid lane itself: %+v", v.Payment)
	}
}

// What the platform says stands in the field, and can't be changed; nothing else is filled in.
func TestFormOfAVouchedCustomer(t *testing.T) {
	s := Setting{Tree: loadDesk(sampleDesk), Lang: "nl", Now: at("2026-11-21T12:00:00Z"), Vouched: map[content.Role]string{content.EmailRole: "jo@x.example", content.PhoneRole: "1"}}
	for _, f := range s.Form(s.Tree.Setup.Form("contact"), nil, "", nil).Fields {
		if got, want := fmt.Sprint(f.Fixed, f.Value), map[string]string{"email": "true" + "jo@x.example"}[f.ID]; want != "" && got != want || want == "" && got != "false" {
			t.Errorf("%s: %s", f.ID, got)
		}
	}
}

// The page of a merged ticket leads to its survivor where the platform vouches for one requester of
// both, and nowhere else.
func TestTheWayToTheSurvivor(t *testing.T) {
	const survivor = "tickets/2026/11/20/2611201116/"
	for _, c := range []struct{ one, other, want string }{
		{"{id: shop-1}", "{id: shop-1}", "https://i.example/t/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/"},
		{"{email: jo@x.example}", "{id: shop-1, email: jo@x.example}", ""},
		{"{email: jo@x.example}", "{email: jo@x.example}", ""},
	} {
		files := ticketFiles(map[string]string{
			"2026-11-20T100000Z-received.md":            "---\nid: aaaa\n---\nHelp\n",
			"2026-11-20T100100Z-merged-anna.md":         "---\ninto: \"2611201116\"\n---\n",
			survivor + "ticket.yaml":                    "form: contact\nlane: standard\nlanguage: nl\nsubject: First\nrequester: " + c.other + "\nfollow: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n",
			survivor + "2026-11-20T090000Z-received.md": "---\nid: bbbb\n---\nOther words\n",
		})
		for name := range files {
			if strings.HasSuffix(name, "2611201103/ticket.yaml") {
				files[name] = "form: contact\nlane: standard\nlanguage: nl\nsubject: Second\nrequester: " + c.one + "\nfollow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
			}
		}
		tr := loadDesk(files)
		d, err := desk.New(tr.Setup)
		if err != nil {
			t.Fatal(err)
		}
		s := Setting{Tree: tr, Intake: "https://i.example", Now: at("2026-11-21T12:00:00Z")}
		s.TicketNow = func(t *content.Ticket) TicketNow { return TicketAt(d, t, tr, s.Now) }
		if v := s.Follow(tr.Ticket("2611201103")); v.State != content.MergedState || v.Survivor != c.want {
			t.Errorf("%s and %s: %s, %q", c.one, c.other, v.State, v.Survivor)
		}
	}
}

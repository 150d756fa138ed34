package report

import "testing"

func TestOrganisations(t *testing.T) {
	s := newStory(t)
	s.write("organisations/0042.yaml", "name: The mill\nrequesters: [a@x.example, b@x.example]\n")
	from := func(email string) string { return "organisation: \"0042\"\nrequester: {email: " + email + "}" }
	s.times(2, from("a@x.example"), "2026-11-02T09:00 received")
	s.ticket(from("c@x.example"), "2026-07-01T09:00 received", "2026-07-01T10:00 reply anna") // long ago, and open
	s.ticket(from("d@x.example"), "2026-07-01T09:00 received", "2026-07-01T10:00 confirmed")  // long ago, and closed
	s.ticket(from("e@x.example"), "2026-11-02T09:00 received", "2026-11-02T10:00 spam anna")
	s.ticket(`organisation: "0007"`, "2026-11-02T09:00 received", "2026-11-02T09:30 hold anna") // whose requester nobody knows
	s.ticket("", "2026-11-02T09:00 received")
	table := Staff(s.facts("2026-11-03T12:00")).Table("organisations")
	want(t, "organisations", lines(table, "organisation", "name", "people", "may_ask", "tickets", "desk", "requester", "third_party"), `
		0007 - 0 3 1 0 0 1
		0042 The mill 4 3 2 2 1 0
		- - - - 1 1 0 0`)
	if total := table.Total[table.Index("people")]; total.Known {
		t.Errorf("people who ask for two organisations were added up: %+v", total)
	}
}

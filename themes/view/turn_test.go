package view

import (
	"strings"
	"testing"
	"time"

	"balie/content"
	"balie/content/desk"
)

// mailDesk is the small desk with mail, an emergency lane, and closing by rule.
func mailDesk(events map[string]string) map[string]string {
	files := ticketFiles(events)
	files["site.yaml"] += "mail: {from: hulp@hulp.example, since: 2026-01-01, smtp: {host: localhost}}\n"
	files["policy/2026-01-01.yaml"] = strings.Replace(files["policy/2026-01-01.yaml"], "lanes:\n", "lanes:\n  - {id: emergency, name: {nl: Nood}, requires: call, call: +32 2 555 01 00}\n", 1) +
		"closing: {reminders: [2], notice: 4, close: 5}\n"
	return files
}

// followOf is the follow page of the ticket of ticketFiles at an instant.
func followOf(t *testing.T, files map[string]string, now time.Time) Follow {
	t.Helper()
	tr := loadDesk(files)
	d, err := desk.New(tr.Setup)
	if err != nil {
		t.Fatal(err)
	}
	s := Setting{Tree: tr, Now: now, Address: "https://hulp.example", TicketNow: func(t *content.Ticket) TicketNow { return TicketAt(d, t, tr, now) }}
	return s.Follow(tr.Ticket("2611201103"))
}

func TestTheQuestionStandsWithTheDayOfClosing(t *testing.T) {
	files := mailDesk(map[string]string{
		"2026-11-20T090000Z-received.md":     "It fails.\n",
		"2026-11-20T100000Z-waiting-anna.md": "Which browser?\n",
		"2026-11-20T110000Z-note-bert.md":    "SECRET\n",
	})
	v := followOf(t, files, at("2026-11-20T12:00:00Z"))
	if v.Asked == nil || v.Asked.Body != "Which browser?" || v.Asked.Author != "Anna" || v.IsNew {
		t.Errorf("asked %+v", v.Asked)
	}
	// Four working days after Friday the notice comes, and five later it is closed.
	if want := at("2026-12-03T16:00:00Z"); !v.Closes.Equal(want) {
		t.Errorf("closes %s, want %s", v.Closes, want)
	}
	files["tickets/2026/11/20/2611201103/2026-11-20T113000Z-message.md"] = "Firefox.\n"
	if v := followOf(t, files, at("2026-11-20T12:00:00Z")); v.Asked != nil || !v.Closes.IsZero() {
		t.Errorf("answered: asked %+v, closes %s", v.Asked, v.Closes)
	}
}

func TestAReceiptSaysHowToComeBack(t *testing.T) {
	received := map[string]string{"2026-11-20T090000Z-received.md": "It fails.\n"}
	now := at("2026-11-20T12:00:00Z")
	v := followOf(t, mailDesk(received), now)
	if !v.IsNew || v.MailedTo != "jo@x.example" || v.Lost != "/t/lost?lang=en" || v.Address != "https://hulp.example/t/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/" || v.Call != nil {
		t.Errorf("%+v", v)
	}
	record := "tickets/2026/11/20/2611201103/"
	for what, change := range map[string]func(files map[string]string){
		"held": func(f map[string]string) { f[record+"ticket.yaml"] += "review: true\n" },
		"spam": func(f map[string]string) { f[record+"2026-11-20T100000Z-spam-anna.md"] = "" },
		"bounced": func(f map[string]string) {
			f[record+"2026-11-20T100000Z-bounced-balie.md"] = "---\naddress: jo@x.example\n---\n"
		},
		"no mail at all": func(f map[string]string) { f["site.yaml"] = sampleDesk["site.yaml"] },
		"no address": func(f map[string]string) {
			f[record+"ticket.yaml"] = strings.Replace(f[record+"ticket.yaml"], "{email: jo@x.example}", "{name: Jo}", 1)
		},
	} {
		files := mailDesk(received)
		change(files)
		if v := followOf(t, files, now); v.MailedTo != "" || !v.IsNew {
			t.Errorf("%s: mailed to %q, receipt %t", what, v.MailedTo, v.IsNew)
		}
	}
}

func TestWhichCallIsMissing(t *testing.T) {
	const record = "tickets/2026/11/20/2611201103/"
	now := at("2026-11-20T12:00:00Z")
	for what, tt := range map[string]struct {
		lane string
		more map[string]string
		want bool
	}{
		"for another lane":    {"standard", nil, false},
		"before the call":     {"emergency", nil, true},
		"after an assignment": {"emergency", map[string]string{"2026-11-20T100000Z-assigned-anna.md": "---\nassignee: anna\n---\n"}, true},
		"after the call":      {"emergency", map[string]string{"2026-11-20T100000Z-call-anna.md": "SECRET\n"}, false},
		"once answered":       {"emergency", map[string]string{"2026-11-20T100000Z-reply-anna.md": "Done.\n"}, false},
		"once solved":         {"emergency", map[string]string{"2026-11-20T100000Z-confirmed.md": ""}, false},
		"meant by staff":      {"standard", map[string]string{"2026-11-20T100000Z-lane-anna.md": "---\nlane: emergency\n---\n"}, true},
	} {
		files := mailDesk(map[string]string{"2026-11-20T090000Z-received.md": "It fails.\n"})
		for name, text := range tt.more {
			files[record+name] = text
		}
		files[record+"ticket.yaml"] = strings.Replace(files[record+"ticket.yaml"], "lane: standard", "lane: "+tt.lane, 1)
		v := followOf(t, files, now)
		if got := v.Call != nil; got != tt.want || got && *v.Call != (Call{"+32 2 555 01 00", "+3225550100"}) {
			t.Errorf("%s: %+v", what, v.Call)
		}
	}
}

func TestDial(t *testing.T) {
	for number, want := range map[string]string{"+32 2 555 01 00": "+3225550100", "+32 (0)2/555.01.00": "+3225550100", "02 555-01-00": "025550100", "(02) 555": "02555", "": ""} {
		if got := dial(number); got != want {
			t.Errorf("%s: %q", number, got)
		}
	}
}

func TestWhatStaffWroteDown(t *testing.T) {
	const record = "tickets/2026/11/20/2611201103/"
	for _, tt := range []struct{ channel, name, want string }{
		{"form", "received", "my"}, {"email", "received", "my"}, {"phone", "received", "call"}, {"staff", "received", "other"},
		{"form", "message-anna", "other"}, {"phone", "message-anna", "call"}, {"phone", "message", "my"}, {"staff", "message", "my"}, {"form", "received-anna", "other"},
	} {
		files := mailDesk(map[string]string{"2026-11-20T090000Z-" + tt.name + ".md": "It fails.\n"})
		files[record+"ticket.yaml"] = strings.Replace(files[record+"ticket.yaml"], "channel: form", "channel: "+tt.channel, 1)
		e := followOf(t, files, at("2026-11-20T12:00:00Z")).Timeline[0]
		got := string(e.Noted)
		if e.Mine {
			got += "my"
		}
		if got != tt.want {
			t.Errorf("%s by %s: %q, want %q", tt.name, tt.channel, got, tt.want)
		}
	}
}

func TestLinkedTickets(t *testing.T) {
	number := content.NewNumber(content.DateOf(at("2026-11-20T12:00:00Z")), 1, 11)
	old, next, said := "tickets/2026/11/20/2611201103/", content.TicketDir(number)+"/", content.SayNumber(number)
	const record = "form: contact\nlane: standard\nchannel: form\nlanguage: en\nsubject: Again\nrequester: {email: %}\nfollow: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
	for what, tt := range map[string]struct{ email, link, want string }{
		"by the intake":                 {"jo@x.example", "linked.md: id: aaaaaaaa", said + " /t/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/"},
		"by staff":                      {"JO@x.example", "linked-anna.md: reason", said + " "},
		"by staff, of two":              {"other@x.example", "linked-anna.md: reason", ""},
		"by staff, with an id for both": {"jo@x.example, id: shop-1", "linked-anna.md: reason", said + " /t/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/"},
	} {
		files := mailDesk(map[string]string{"2026-11-20T090000Z-received.md": "It fails.\n", "2026-11-20T100000Z-confirmed.md": ""})
		if strings.Contains(tt.email, "shop-1") {
			files[old+"ticket.yaml"] = strings.Replace(files[old+"ticket.yaml"], "jo@x.example", "jo@x.example, id: shop-1", 1)
		}
		name, key, _ := strings.Cut(tt.link, ": ")
		front := "ticket: \"2611201103\"\nas: follow_up\n"
		if strings.HasPrefix(key, "id") {
			front += key + "\n"
		}
		files[next+"ticket.yaml"] = strings.Replace(record, "%", tt.email, 1)
		files[next+"2026-11-20T113000Z-received.md"] = "Again.\n"
		files[next+"2026-11-20T113000Z-"+name] = "---\n" + front + "---\n"
		v := followOf(t, files, at("2026-11-20T12:00:00Z"))
		got := ""
		for _, l := range v.FollowUps {
			got += l.Number + " " + l.URL
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", what, got, tt.want)
		}
		tr := loadDesk(files)
		back := Setting{Tree: tr, Now: at("2026-11-20T12:00:00Z")}.Follow(tr.Ticket(number)).Follows
		if (back != nil) != (tt.want != "") || back != nil && (back.Number != "2611 2011 03" || (back.URL != "") != strings.Contains(tt.want, "/t/")) {
			t.Errorf("%s: follows %+v", what, back)
		}
	}
}

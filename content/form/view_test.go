package form

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"balie/content"
)

func contact(t *testing.T) *content.Form {
	t.Helper()
	f := FormOf(setup(t), "contact")
	if f == nil {
		t.Fatal("no form contact")
	}
	return f
}

func TestNew(t *testing.T) {
	s := Setting{Tree: tree(), Lang: "en", Now: at("2026-11-20T12:00:00Z"), Intake: "https://intake.example"}
	open := OpenIncidents(s.Tree, s.Now)
	v := New(contact(t), s, open, "", nil)
	if v.Action != "https://intake.example/en/forms/contact" || v.Home != "/en/search/" || v.Title != "Contact us" || !v.Search || v.Multi {
		t.Errorf("view %+v", v)
	}
	if len(v.Known) != 1 { // neither the one for staff nor the one that is over
		t.Fatalf("known %+v", v.Known)
	}
	k := v.Known[0]
	if k.URL != "/en/incidents/2026/1118-payments/" || k.MeToo != "https://intake.example/en/forms/contact?incident=2026/1118-payments" || k.State != content.MajorOutage || k.Title != "Payments fail" {
		t.Errorf("known %+v", k)
	}
	v = New(contact(t), s, open, "2026/1118-payments", nil)
	if v.Incident != "2026/1118-payments" || v.About != "Payments fail" || v.Known != nil {
		t.Errorf("me too: %q %q %v", v.Incident, v.About, v.Known)
	}
	for _, closed := range []string{"2026/1101-old", "2026/1117-secret", "../../x"} {
		if v = New(contact(t), s, open, closed, nil); v.Incident != "" {
			t.Errorf("%s was linked", closed)
		}
	}
}

func TestNewAsksForFilesOnlyOfThoseWhoMayAttach(t *testing.T) {
	s := Setting{Tree: tree(), Lang: "nl"}
	has := func(v View) bool {
		return slices.ContainsFunc(v.Fields, func(f FieldView) bool { return f.Type == typeFile })
	}
	if v := New(testForm, s, nil, "", nil); has(v) || v.Multi {
		t.Error("asked for files")
	}
	s.Attach = true
	if v := New(testForm, s, nil, "", nil); !has(v) || !v.Multi {
		t.Error("did not ask for files")
	}
}

func TestWith(t *testing.T) {
	s := Setting{Tree: tree(), Lang: "nl", Attach: true}
	a := values("subject", "", "message", "a\x00b\xff<b>", "product", "coin", "agree", "on", "from", "forged", "zzz", "1")
	a.Uploads = []Upload{upload("a.png", png)}
	_, mistakes := (Rules{Setup: setup(t), Form: testForm, Attach: true}).Check(a)
	v := New(testForm, s, nil, "", nil).With(a, mistakes)
	var got []string
	for _, m := range v.Errors {
		got = append(got, m.Field+":"+m.Code)
	}
	if want := []string{"subject:required", "message:encoding", "from:hidden", "files:files_again", ":unknown"}; !slices.Equal(got, want) {
		t.Errorf("errors %v, want %v", got, want)
	}
	for _, f := range v.Fields {
		switch f.ID {
		case "message":
			if f.Value != "ab\ufffd<b>" || f.Error == nil {
				t.Errorf("message %q, %v", f.Value, f.Error)
			}
		case "product":
			if !f.Options[1].Selected || f.Options[0].Selected {
				t.Errorf("options %+v", f.Options)
			}
		case "agree":
			if f.Value == "" {
				t.Error("the tick was lost")
			}
		case "from":
			if f.Value != "shop" {
				t.Errorf("a hidden field became %q", f.Value)
			}
		}
	}
}

func TestWithDoesNotTouchTheEmptyForm(t *testing.T) {
	v := New(testForm, Setting{Tree: tree(), Lang: "nl"}, nil, "", nil)
	v.With(values("product", "coin", "subject", "x"), []Mistake{{Field: "subject", Code: tooLong}})
	for _, f := range v.Fields {
		if f.Error != nil || f.ID == "subject" && f.Value != "" || f.ID == "product" && f.Options[1].Selected {
			t.Errorf("field %+v", f)
		}
	}
}

func TestFieldViews(t *testing.T) {
	f := &content.Form{Fields: []content.Field{
		{ID: "site", Role: roleOrganisation, Type: typeText, Pattern: "[0-9]{4}"},
		{ID: "company", Role: roleOrganisation, Type: typeText},
		{ID: "version", Type: typeText, MaxLength: 12, Pattern: `[0-9]+(\.[0-9]+){1,2}`},
		{ID: "mail", Role: roleEmail, Type: typeEmail},
	}}
	want := []string{" numeric short", "organization  middle", "  short", "email email middle"}
	for i, v := range New(f, Setting{Tree: tree(), Lang: "nl"}, nil, "", nil).Fields {
		if got := v.Autocomplete + " " + v.InputMode + " " + v.Width; got != want[i] {
			t.Errorf("%s: %q, want %q", v.ID, got, want[i])
		}
	}
}

func TestEveryCodeIsListed(t *testing.T) {
	for _, typ := range []content.FieldType{typeEmail, typeTel, typeURL, typeNumber, typeChoice, typeCheckbox, typeDate, typeService, typeHidden} {
		if _, ok := Codes()[string(typ)]; !ok { // a type's own mistake has its name
			t.Errorf("no code for type %s", typ)
		}
	}
	for code, args := range Codes() {
		if code != strings.ToLower(code) || len(args) > 3 {
			t.Errorf("code %s %v", code, args)
		}
	}
}

func TestGiven(t *testing.T) {
	tr := tree()
	setup := *tr.Setup
	setup.Forms = []*content.Form{{ID: "test", Fields: []content.Field{
		{ID: "subject", Role: roleSubject, Type: typeText},
		{ID: "message", Role: roleBody, Type: typeTextarea},
		{ID: "email", Role: roleEmail, Type: typeEmail},
		{ID: "day", Type: typeDate, Label: content.Text{"nl": "Dag"}},
		{ID: "product", Type: typeChoice, Choices: []content.Choice{{ID: "album", Label: content.Text{"nl": "Album"}}}},
		{ID: "agree", Type: typeCheckbox},
		{ID: "empty", Type: typeText},
		{ID: "from", Type: typeHidden},
		{ID: "files", Type: typeFile, MaxFiles: 2, Types: []string{"image/png"}},
	}}}
	with := *tr
	with.Setup = &setup
	ticket := &content.Ticket{Number: "2611201004", Form: "test", Subject: "s", Language: "nl", Channel: "form", Follow: "x", Requester: content.Requester{Email: "jo@kalnt.example", ID: "shop-1"},
		Fields: content.Map[string]{{Key: "product", Value: "album"}, {Key: "day", Value: "2026-11-20"}, {Key: "agree", Value: "true"}, {Key: "from", Value: "shop"}}}
	s := Setting{Tree: &with, Lang: "nl", Attach: true}
	v := Follow(ticket, s)
	want := []Given{
		{Role: roleEmail, Value: "jo@kalnt.example"}, {Label: "Dag", Value: "2026-11-20", Date: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}, {Label: "Album", Value: "Album"}, {Yes: true},
	}
	want[2].Label = ""
	if !slices.Equal(v.Given, want) {
		t.Errorf("given %+v", v.Given)
	}
	if f := v.Write.Fields; len(f) != 2 || f[1].Accept != "image/png" || f[1].MaxFiles != 2 || !v.Write.Multi || v.Write.Action != "/t/x" {
		t.Errorf("the form of a message %+v", v.Write)
	}
	ticket.Channel = "staff"
	if v := Follow(ticket, s); len(v.Given) != 0 {
		t.Errorf("of what staff filled in the requester sees %+v", v.Given)
	}
}

func TestAMessageOfFilesAlone(t *testing.T) {
	setup := setup(t)
	rules := Rules{Setup: setup, Form: MessageForm(testForm), Attach: true}
	if s, wrong := rules.CheckMessage(Answers{Uploads: []Upload{upload("a.png", png)}}); len(wrong) > 0 || len(s.Files) != 1 || s.Body() != "" {
		t.Errorf("%+v", wrong)
	}
	if _, wrong := rules.CheckMessage(Answers{}); len(wrong) != 1 || wrong[0].Field != "message" || wrong[0].Code != required {
		t.Errorf("nothing at all: %+v", wrong)
	}
	if !rules.Form.Field("message").Required {
		t.Error("the form was changed")
	}
}

// ticketFiles is the small desk and one ticket of it.
func ticketFiles(events map[string]string) map[string]string {
	files := maps.Clone(sampleDesk)
	const dir = "tickets/2026/11/20/2611201103/"
	files[dir+"ticket.yaml"] = "form: contact\nlane: standard\nchannel: form\nlanguage: en\nsubject: It fails\nrequester: {email: jo@x.example}\nfollow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
	for name, text := range events {
		if !strings.Contains(name, "/") {
			name = dir + name
		}
		files[name] = text
	}
	return files
}

// timeline says an entry in a line.
func timeline(v FollowView) []string {
	var lines []string
	for _, e := range v.Timeline {
		line := string(e.Kind)
		if e.Mine {
			line = "my " + line
		}
		if e.Author != "" {
			line += " by " + e.Author
		}
		if e.Fact {
			line += " (fact)"
		}
		if e.Incident != nil {
			line += " of " + e.Incident.ID
		}
		if e.Lang != "" {
			line += " in " + e.Lang
		}
		if e.Body != "" {
			line += ": " + e.Body
		}
		if e.Reason != "" {
			line += " because " + e.Reason
		}
		if len(e.Into) > 0 {
			line += " into " + strings.Join(e.Into, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

func TestFollow(t *testing.T) {
	tr := load(ticketFiles(map[string]string{
		"2026-11-20T100000Z-received.md":          "---\nid: aa\n---\nHelp\n",
		"2026-11-20T100000Z-linked.md":            "---\nincident: 2026/1118-payments\n---\n",
		"2026-11-20T100100Z-linked-anna.md":       "---\nincident: 2026/1117-secret\n---\n",
		"2026-11-20T100200Z-note-anna.md":         "Between us.\n",
		"2026-11-20T100300Z-assigned-bert.md":     "---\nassignee: bert\n---\n",
		"2026-11-20T100400Z-reply-bert.md":        "We look.\n",
		"2026-11-20T100500Z-call-anna.md":         "What was said on the phone.\n",
		"2026-11-20T100600Z-out_of_scope-anna.md": "---\nreason: custom\n---\nSorry.\n",
		"2026-11-20T100700Z-rated.md":             "---\nscore: 2\n---\n",
		"2026-11-20T100800Z-rated.md":             "---\nscore: 4\n---\n",
		"2026-11-20T100900Z-linked-anna.md":       "---\nincident: 2026/1118-payments\n---\n",
		"2026-11-22T100000Z-reply-anna.md":        "From the future.\n",
	}))
	v := Follow(tr.Tickets[0], Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z"), Intake: "https://i.example"})
	want := []string{
		"identified of 2026/1118-payments: It is the bank.",
		"my received: Help",
		"linked (fact)",
		"reply: We look.",
		"call by Anna (fact)",
		"out_of_scope by Anna: Sorry. because Custom work",
		"my rated",
		"my rated",
		"linked by Anna (fact)",
		"update by Anna of 2026/1118-payments in nl: Bijna klaar.",
	}
	if got := timeline(v); !slices.Equal(got, want) {
		t.Errorf("timeline\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if v.State != content.SolvedState || !v.CanRate || !v.CanSolve || v.Rated != 4 || v.Number != "2611 2011 03" || v.Action != "https://i.example/t/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" || v.Incident.Title != "Payments fail" {
		t.Errorf("view %+v", v)
	}
}

func TestFollowHidesSpamAndStaffsIncidents(t *testing.T) {
	tr := load(ticketFiles(map[string]string{
		"2026-11-20T100000Z-received.md":    "---\nid: aa\n---\nHelp\n",
		"2026-11-20T100100Z-linked-anna.md": "---\nincident: 2026/1117-secret\n---\n",
		"2026-11-20T100200Z-spam-anna.md":   "",
	}))
	v := Follow(tr.Tickets[0], Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z")})
	if got := timeline(v); !slices.Equal(got, []string{"my received: Help"}) || v.State != content.New || v.Incident != nil {
		t.Errorf("timeline %v, state %s, incident %v", got, v.State, v.Incident)
	}
	if v.PayURL != "https://pay.example/p?ticket=2611201103" {
		t.Errorf("pay at %q", v.PayURL)
	}
}

func TestFollowOfAMergedTicket(t *testing.T) {
	survivor := "tickets/2026/11/20/2611201116/"
	if _, ok := content.ParseNumber("2611201116"); !ok {
		t.Fatal("the survivor's number is none")
	}
	for _, tt := range []struct {
		requester string
		same      bool
	}{{"{email: JO@x.example}", true}, {"{email: other@x.example}", false}, {"{email: jo@x.example, id: shop-1}", false}} {
		tr := load(ticketFiles(map[string]string{
			"2026-11-20T100000Z-received.md":              "---\nid: aa\n---\nHelp\n",
			"2026-11-20T100100Z-merged-anna.md":           "---\ninto: \"2611201116\"\n---\n",
			survivor + "ticket.yaml":                      "form: contact\nlane: standard\nlanguage: nl\nsubject: First\nrequester: " + tt.requester + "\nfollow: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n",
			survivor + "2026-11-20T090000Z-received.md":   "---\nid: bb\nattachments: [{file: 0123456789abcdef.png, label: x.png}]\n---\nOther words\n",
			survivor + "2026-11-20T110000Z-reply-anna.md": "Answered there.\n",
		}))
		s := Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z")}
		v := Follow(tr.Ticket("2611201103"), s)
		want := []string{"my received: Help", "merged by Anna"}
		if tt.same {
			want = []string{"my received: Other words", "my received: Help", "merged by Anna into 2611 2011 16", "reply by Anna: Answered there."}
		}
		if got := timeline(v); !slices.Equal(got, want) {
			t.Errorf("%s: timeline %v, want %v", tt.requester, got, want)
		}
		if _, ok := Attachments(tr.Ticket("2611201103"), s)["0123456789abcdef.png"]; ok != tt.same {
			t.Errorf("%s: the survivor's file is served: %v", tt.requester, ok)
		}
	}
}

func TestActionForms(t *testing.T) {
	for _, tt := range []struct {
		action string
		send   []string
		codes  int
	}{
		{"solved", []string{"action", "solved"}, 0},
		{"solved", []string{"action", "solved", "message", "x"}, 1},
		{"rate", []string{"action", "rate", "score", "5"}, 0},
		{"rate", []string{"action", "rate", "score", "6"}, 1},
		{"rate", []string{"action", "rate", "score", "1.5"}, 1},
		{"rate", []string{"action", "rate"}, 1},
	} {
		_, mistakes := (Rules{Setup: setup(t), Form: ActionForm(tt.action)}).Check(values(tt.send...))
		if len(mistakes) != tt.codes {
			t.Errorf("%v: %+v", tt.send, mistakes)
		}
	}
	if ActionForm("close") != nil {
		t.Error("an unknown action has a form")
	}
}

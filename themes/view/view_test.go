package view

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/content/load"
)

func contact(t *testing.T) *content.Form {
	t.Helper()
	f := setup(t).Form("contact")
	if f == nil {
		t.Fatal("no form contact")
	}
	return f
}

func TestNew(t *testing.T) {
	s := Setting{Tree: tree(), Lang: "en", Now: at("2026-11-20T12:00:00Z"), Intake: "https://intake.example"}
	d, err := desk.New(s.Tree.Setup)
	if err != nil {
		t.Fatal(err)
	}
	open := OpenIncidents(s.Tree, d, s.Now)
	v := s.Form(contact(t), open, "", nil)
	if v.Action != "https://intake.example/en/forms/contact" || v.Home != "/en/search/" || v.Title != "Contact us" || !v.Search || v.Multi {
		t.Errorf("view %+v", v)
	}
	if len(v.Known) != 1 { // neither the one for staff nor the one that is over
		t.Fatalf("known %+v", v.Known)
	}
	k := v.Known[0]
	if k.URL != "/en/incidents/2026/1118-payments/" || k.MeToo != "https://intake.example/en/incidents/2026/1118-payments/me-too?form=contact" || k.State != content.MajorOutage || k.Title != "Payments fail" {
		t.Errorf("known %+v", k)
	}
	v = s.Form(contact(t), open, "2026/1118-payments", nil)
	if v.Incident != "2026/1118-payments" || v.About != "Payments fail" || v.Known != nil {
		t.Errorf("me too: %q %q %v", v.Incident, v.About, v.Known)
	}
	for _, closed := range []string{"2026/1101-old", "2026/1117-secret", "../../x"} {
		if v = s.Form(contact(t), open, closed, nil); v.Incident != "" {
			t.Errorf("%s was linked", closed)
		}
	}
}

func TestNewAsksForFilesOnlyOfThoseWhoMayAttach(t *testing.T) {
	s := Setting{Tree: tree(), Lang: "nl"}
	has := func(v Form) bool {
		return slices.ContainsFunc(v.Fields, func(f Field) bool { return f.Type == content.FileField })
	}
	if v := s.Form(testForm, nil, "", nil); has(v) || v.Multi {
		t.Error("asked for files")
	}
	s.Attach = true
	if v := s.Form(testForm, nil, "", nil); !has(v) || !v.Multi {
		t.Error("did not ask for files")
	}
}

func TestFields(t *testing.T) {
	f := &content.Form{Fields: []content.Field{
		{ID: "site", Role: content.OrganisationRole, Type: content.TextField, Pattern: "[0-9]{4}"},
		{ID: "company", Role: content.OrganisationRole, Type: content.TextField},
		{ID: "version", Type: content.TextField, MaxLength: 12, Pattern: `[0-9]+(\.[0-9]+){1,2}`},
		{ID: "mail", Role: content.EmailRole, Type: content.EmailField},
	}}
	want := []string{" numeric short", "organization  middle", "  short", "email email middle"}
	for i, v := range (Setting{Tree: tree(), Lang: "nl"}).Form(f, nil, "", nil).Fields {
		if got := v.Autocomplete + " " + v.InputMode + " " + v.Width; got != want[i] {
			t.Errorf("%s: %q, want %q", v.ID, got, want[i])
		}
	}
}

func TestGiven(t *testing.T) {
	tr := tree()
	setup := *tr.Setup
	setup.Forms = []*content.Form{{ID: "test", Fields: []content.Field{
		{ID: "subject", Role: content.SubjectRole, Type: content.TextField},
		{ID: "message", Role: content.BodyRole, Type: content.TextareaField},
		{ID: "email", Role: content.EmailRole, Type: content.EmailField},
		{ID: "day", Type: content.DateField, Label: content.Text{"nl": "Dag"}},
		{ID: "product", Type: content.ChoiceField, Choices: []content.Choice{{ID: "album", Label: content.Text{"nl": "Album"}}}},
		{ID: "agree", Type: content.CheckboxField},
		{ID: "empty", Type: content.TextField},
		{ID: "from", Type: content.HiddenField},
		{ID: "files", Type: content.FileField, MaxFiles: 2, Types: []string{"image/png"}},
	}}}
	with := *tr
	with.Setup = &setup
	ticket := &content.Ticket{Number: "2611201004", Form: "test", Subject: "s", Language: "nl", Channel: "form", Follow: "x", Requester: content.Requester{Email: "jo@kalnt.example", ID: "shop-1"},
		Fields: content.Map[string]{{Key: "product", Value: "album"}, {Key: "day", Value: "2026-11-20"}, {Key: "agree", Value: "true"}, {Key: "from", Value: "shop"}}}
	s := Setting{Tree: &with, Lang: "nl", Attach: true}
	v := s.Follow(ticket)
	want := []Given{
		{Role: content.EmailRole, Value: "jo@kalnt.example"}, {Label: "Dag", Value: "2026-11-20", Date: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}, {Label: "Album", Value: "Album"}, {Yes: true},
	}
	want[2].Label = ""
	if !slices.Equal(v.Given, want) {
		t.Errorf("given %+v", v.Given)
	}
	if f := v.Write.Fields; len(f) != 2 || f[1].Accept != "image/png" || f[1].MaxFiles != 2 || !v.Write.Multi || v.Write.Action != "/t/x" {
		t.Errorf("the form of a message %+v", v.Write)
	}
	ticket.Channel = "staff"
	if v := s.Follow(ticket); len(v.Given) != 0 {
		t.Errorf("of what staff filled in the requester sees %+v", v.Given)
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
func timeline(v Follow) []string {
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
	tr := loadDesk(ticketFiles(map[string]string{
		"2026-11-20T100000Z-received.md":          "---\nid: aaaa\n---\nHelp\n",
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
	v := Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z"), Intake: "https://i.example"}.Follow(tr.Tickets[0])
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
	tr := loadDesk(ticketFiles(map[string]string{
		"2026-11-20T100000Z-received.md":    "---\nid: aaaa\n---\nHelp\n",
		"2026-11-20T100100Z-linked-anna.md": "---\nincident: 2026/1117-secret\n---\n",
		"2026-11-20T100200Z-spam-anna.md":   "",
	}))
	v := Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z")}.Follow(tr.Tickets[0])
	if got := timeline(v); !slices.Equal(got, []string{"my received: Help"}) || v.State != content.New || v.Incident != nil {
		t.Errorf("timeline %v, state %s, incident %v", got, v.State, v.Incident)
	}
	if v.Payment == nil || v.Payment.URL != "https://pay.example/p?ticket=2611201103" || v.Payment.Price.String() != "5.00 EUR" || v.Paid != nil {
		t.Errorf("pay %+v, paid %+v", v.Payment, v.Paid)
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
	}{{"{email: JO@x.example}", true}, {"{email: other@x.example}", false}, {"{email: jo@x.example, id: shop-1}", true}} {
		tr := loadDesk(ticketFiles(map[string]string{
			"2026-11-20T100000Z-received.md":              "---\nid: aaaa\n---\nHelp\n",
			"2026-11-20T100100Z-merged-anna.md":           "---\ninto: \"2611201116\"\n---\n",
			survivor + "ticket.yaml":                      "form: contact\nlane: standard\nlanguage: nl\nsubject: First\nrequester: " + tt.requester + "\nfollow: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n",
			survivor + "2026-11-20T090000Z-received.md":   "---\nid: bbbb\nattachments: [{file: 0123456789abcdef.png, label: x.png}]\n---\nOther words\n",
			survivor + "2026-11-20T110000Z-reply-anna.md": "Answered there.\n",
		}))
		d, err := desk.New(tr.Setup)
		if err != nil {
			t.Fatal(err)
		}
		s := Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z")}
		s.TicketNow = func(t *content.Ticket) TicketNow { return TicketAt(d, t, tr, s.Now) }
		v := s.Follow(tr.Ticket("2611201103"))
		want := []string{"my received: Help"}
		if tt.same {
			want = []string{"my received: Help", "merged by Anna into 2611 2011 16"}
		}
		if got := timeline(v); !slices.Equal(got, want) {
			t.Errorf("%s: timeline %v, want %v", tt.requester, got, want)
		}
		if _, ok := s.Attachments(tr.Ticket("2611201103"))["0123456789abcdef.png"]; ok {
			t.Errorf("%s: the survivor's file is served", tt.requester)
		}
	}
}

// A text by a person is shown also where its event has no effect, or is a reply and no more; an event
// without a text and without effect is not.
func TestFollowOfEventsWithoutEffect(t *testing.T) {
	tr := loadDesk(ticketFiles(map[string]string{
		"2026-11-20T100000Z-received.md":     "---\nid: aaaa\n---\nPlease delete it\n",
		"2026-11-20T105957Z-message.md":      "---\nid: aabb\n---\nSTOP\n",
		"2026-11-20T110000Z-solved-anna.md":  "---\nanswers: 2026-11-20T100000Z-received\n---\nDone: deleted.\n",
		"2026-11-20T110001Z-solved-anna.md":  "---\nanswers: 2026-11-20T100000Z-received\n---\n",
		"2026-11-20T110002Z-closed-anna.md":  "Bye.\n",
		"2026-11-20T110003Z-waiting-anna.md": "",
	}))
	v := Setting{Tree: tr, Now: at("2026-11-21T12:00:00Z")}.Follow(tr.Tickets[0])
	if got := timeline(v); !slices.Equal(got, []string{"my received: Please delete it", "my message: STOP", "reply by Anna: Done: deleted.", "reply by Anna: Bye."}) || v.State != content.Open {
		t.Errorf("timeline %v, state %s", got, v.State)
	}
}

// sampleDesk is a small content repository.
var sampleDesk = map[string]string{
	"site.yaml": "name: {nl: Balie, en: Desk}\nbase_url: https://hulp.example\nlanguages: [nl, en]\ntime_zone: Europe/Brussels\n",
	"services.yaml": `- {id: shop, name: {nl: Winkel, en: Shop}, services: [{id: checkout, name: {nl: Afrekenen, en: Checkout}}]}
- {id: search, name: {nl: Zoeken, en: Search}}
`,
	"people.yaml": "anna: {name: Anna Peeters, public_name: Anna}\nbert: {name: Bert Claes}\n",
	"policy/2026-01-01.yaml": `calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
lanes:
  - {id: priority, name: {nl: Voorrang}, requires: payment, price: 5.00 EUR, pay_url: "https://pay.example/p?ticket={number}"}
  - {id: standard, name: {nl: Gewoon}}
coverage: {excluded: [{id: custom, text: {nl: Maatwerk, en: Custom work}}]}
`,
	"forms/contact.yaml": `title: {nl: Contact, en: Contact us}
lane: standard
steps: [known_incidents, search]
fields:
  - {id: subject, role: subject, type: text, required: true, max_length: 20}
  - {id: message, role: body, type: textarea, required: true, min_length: 3}
  - {id: email, role: email, type: email, required: true}
`,
	"incidents/2026/1118-payments/incident.yaml":                    "title: {nl: Betalen lukt niet, en: Payments fail}\nservices: {checkout: major_outage, search: degraded_performance}\n",
	"incidents/2026/1118-payments/2026-11-18T0900-investigating.md": "Wij zoeken het uit.\n",
	"incidents/2026/1118-payments/2026-11-19T0900-identified.md":    "De bank is het.\n",
	"incidents/2026/1118-payments/2026-11-19T0900-identified.en.md": "It is the bank.\n",
	"incidents/2026/1118-payments/2026-11-21T0900-update-anna.md":   "Bijna klaar.\n",
	"incidents/2026/1117-secret/incident.yaml":                      "title: {nl: Geheim}\nservices: {search: partial_outage}\nvisibility: staff\n",
	"incidents/2026/1117-secret/2026-11-17T0900-investigating.md":   "Niemand weet het.\n",
	"incidents/2026/1101-old/incident.yaml":                         "title: {nl: Oud}\nservices: {search: partial_outage}\n",
	"incidents/2026/1101-old/2026-11-01T0900-investigating.md":      "Wij zoeken het uit.\n",
	"incidents/2026/1101-old/2026-11-01T1000-resolved.md":           "Opgelost.\n",
}

func loadDesk(files map[string]string) *content.Tree {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return load.Load(fsys, nil).Tree
}

var tree = sync.OnceValue(func() *content.Tree { return loadDesk(sampleDesk) })

func setup(t testing.TB) *content.Setup {
	t.Helper()
	return tree().Setup
}

// testForm has a field of each type, with rules.
var testForm = &content.Form{ID: "test", Lane: "standard", Fields: []content.Field{
	{ID: "subject", Role: content.SubjectRole, Type: content.TextField, Required: true, MaxLength: 10},
	{ID: "message", Role: content.BodyRole, Type: content.TextareaField, MinLength: 3},
	{ID: "name", Role: content.NameRole, Type: content.TextField},
	{ID: "email", Role: content.EmailRole, Type: content.EmailField},
	{ID: "phone", Role: content.PhoneRole, Type: content.TelField},
	{ID: "site", Role: content.OrganisationRole, Type: content.TextField, Pattern: "[0-9]{4}|test"},
	{ID: "url", Type: content.URLField},
	{ID: "amount", Type: content.NumberField, Min: "0.5", Max: "100"},
	{ID: "day", Type: content.DateField, Min: "2026-01-01", Max: "2026-12-31"},
	{ID: "product", Type: content.ChoiceField, Choices: []content.Choice{{ID: "album"}, {ID: "coin"}}},
	{ID: "part", Type: content.ServiceField},
	{ID: "agree", Type: content.CheckboxField},
	{ID: "from", Type: content.HiddenField, Value: "shop"},
	{ID: "ref", Type: content.HiddenField},
	{ID: "files", Type: content.FileField, MaxFiles: 2, MaxSize: 1000, Types: []string{"image/png", "text/csv"}},
}}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

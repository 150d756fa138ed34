package form

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"balie/content"
	"balie/content/load"
)

// tree is a small desk with two services.
var tree = sync.OnceValue(func() *content.Tree {
	return load.Load(fstest.MapFS{
		"site.yaml":     {Data: []byte("name: {nl: Balie}\nbase_url: https://hulp.example\nlanguages: [nl, en]\ntime_zone: Europe/Brussels\n")},
		"services.yaml": {Data: []byte("- {id: shop, name: Winkel, services: [{id: checkout, name: Afrekenen}]}\n- {id: search, name: Zoeken}\n")},
	}, nil).Tree
})

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

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"

func upload(label, body string) Upload {
	return Upload{Name: "files", Label: label, Size: int64(len(body)), Body: []byte(body)}
}

func values(pairs ...string) Answers {
	var a Answers
	for i := 0; i < len(pairs); i += 2 {
		a.Values = append(a.Values, Answer{Name: pairs[i], Value: pairs[i+1]})
	}
	return a
}

func TestCheckField(t *testing.T) {
	long := strings.Repeat("x", 600)
	for _, tt := range []struct {
		field, value string
		code         string // of the mistake, "" for none
		kept         string
	}{
		{"subject", "", required, ""},
		{"subject", " \u200b\t", required, ""},
		{"subject", "éééééééééé", "", "éééééééééé"},
		{"subject", "ééééééééééé", tooLong, ""},
		{"subject", "a\r\nb", "", "a b"},
		{"subject", "a\xff", encoding, ""},
		{"message", "ab", tooShort, ""},
		{"message", "a\r\n\r\nb\r\n", "", "a\n\nb"},
		{"message", "<script>alert(1)</script>", "", "<script>alert(1)</script>"},
		{"message", "---\nkind: solved\n---\n", "", "---\nkind: solved\n---"},
		{"name", long, tooLong, ""},
		{"email", "a@b.example", "", "a@b.example"},
		{"email", " a@b.example ", "", "a@b.example"},
		{"email", "José@bücher.example", "", "José@bücher.example"},
		{"email", "a@localhost", notEmail, ""},
		{"email", "a@b.example, c@d.example", notEmail, ""},
		{"email", "a@b.example\nBcc: c@d.example", notEmail, ""},
		{"email", "<a@b.example>", notEmail, ""},
		{"email", "a@-b.example", notEmail, ""},
		{"phone", "+32 2 555 01 00", "", "+32 2 555 01 00"},
		{"phone", "(02) 555-01.00 ext 12", "", "(02) 555-01.00 ext 12"},
		{"phone", "call me", notTel, ""},
		{"phone", "1234567890123456789", notTel, ""},
		{"site", "0042", "", "0042"},
		{"site", "test", "", "test"},
		{"site", "00421", patternUnsaid, ""},
		{"site", "0042\n", "", "0042"},
		{"url", "https://x.example/a?b#c", "", "https://x.example/a?b#c"},
		{"url", "javascript:alert(1)", notURL, ""},
		{"url", "//x.example", notURL, ""},
		{"url", "https://", urlBroken, ""},
		{"url", "https://x.example/a b", urlSpace, ""},
		{"url", "HTTPS://x.example/", "", "HTTPS://x.example/"},
		{"url", "https://bank.example@evil.example/", urlUser, ""},
		{"url", "https://u:p@x.example/", urlUser, ""},
		{"url", `https://x.example/"onclick=`, urlBroken, ""},
		{"amount", "0.5", "", "0.5"},
		{"amount", "0.49999999999999999999999", numberMin, ""},
		{"amount", "100.000000000000000000001", numberMax, ""},
		{"amount", "1e1", notNumber, ""},
		{"amount", "0x10", notNumber, ""},
		{"amount", "NaN", notNumber, ""},
		{"day", "2026-02-29", notDate, ""},
		{"day", "20-11-2026", notDate, ""},
		{"day", "2025-12-31", dateMin, ""},
		{"day", "2027-01-01", dateMax, ""},
		{"day", "2026-12-31", "", "2026-12-31"},
		{"product", "album", "", "album"},
		{"product", "Album", notChoice, ""},
		{"part", "checkout", "", "checkout"},
		{"part", "shop", notService, ""},
		{"agree", "on", "", "true"},
		{"agree", "off", "", ""},
		{"agree", "maybe", notTicked, ""},
		{"from", "elsewhere", notHidden, ""},
		{"from", "", "", "shop"},
		{"ref", "free", "", "free"},
	} {
		t.Run(tt.field+"="+tt.value[:min(len(tt.value), 30)], func(t *testing.T) {
			a := values(tt.field, tt.value)
			if tt.field != "subject" {
				a.Values = append(a.Values, Answer{Name: "subject", Value: "s"})
			}
			s, mistakes := (Rules{Setup: setup(t), Form: testForm}).Check(a)
			if tt.code != "" {
				if len(mistakes) != 1 || mistakes[0].Code != tt.code || mistakes[0].Field != tt.field {
					t.Fatalf("mistakes %+v, want one of code %s", mistakes, tt.code)
				}
				return
			}
			if len(mistakes) > 0 {
				t.Fatalf("mistakes %+v", mistakes)
			}
			if got, _ := s.Values.Get(tt.field); got != tt.kept {
				t.Errorf("kept %q, want %q", got, tt.kept)
			}
		})
	}
}

func TestCheckNamesTypesAndFiles(t *testing.T) {
	ok := Answer{Name: "subject", Value: "s"}
	csv := "a,b\n1,2\n3,4\n"
	for _, tt := range []struct {
		name    string
		answers Answers
		attach  bool
		codes   []string // field:code
		files   int
	}{
		{"repeated", values("subject", "a", "subject", "a"), true, []string{"subject:repeated"}, 0},
		{"unknown", values("subject", "a", "lane", "emergency", "follow", "x", "../../etc/passwd", "x", "gone", ""), true, []string{"lane:unknown", "follow:unknown", "passwd:unknown"}, 0},
		{"reserved", values("subject", "a", "incident", "2026/1118-payments", "language", "en", "website", "spam", "altcha", "x", "identity", "y"), true, nil, 0},
		{"reserved twice", values("subject", "a", "incident", "x", "incident", "y"), true, []string{"incident:repeated"}, 0},
		{"json types", Answers{Values: []Answer{ok, {"name", "5", JSONNumber}, {"amount", "5", JSONNumber}, {"agree", "true", JSONBool}, {"message", "", JSONOther}, {"email", "true", JSONBool}}}, true,
			[]string{"message:not_text", "name:not_text", "email:not_text"}, 0},
		{"many unknown", many(300), true, slices.Repeat([]string{"x:unknown"}, 0), -1},
		{"files", Answers{Values: []Answer{ok}, Uploads: []Upload{upload("a.png", png), upload("b.csv", csv)}}, true, nil, 2},
		{"the same file twice", Answers{Values: []Answer{ok}, Uploads: []Upload{upload("a.png", png), upload("b.png", png)}}, true, nil, 1},
		{"too many files", Answers{Values: []Answer{ok}, Uploads: []Upload{upload("a", png), upload("b", csv), upload("c", csv)}}, true, []string{"files:file_count"}, 0},
		{"too large", Answers{Values: []Answer{ok}, Uploads: []Upload{{"files", "a.png", 1001, nil}}}, true, []string{"files:file_size"}, 0},
		{"empty file", Answers{Values: []Answer{ok}, Uploads: []Upload{upload("a.png", "")}}, true, []string{"files:file_empty"}, 0},
		{"a page that calls itself a picture", Answers{Values: []Answer{ok}, Uploads: []Upload{upload("a.png", "<!doctype html><script>alert(1)</script>")}}, true, []string{"files:file_type"}, 0},
		{"a program that calls itself a table", Answers{Values: []Answer{ok}, Uploads: []Upload{upload("a.csv", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff")}}, true, []string{"files:file_type"}, 0},
		{"a file where text is asked for", Answers{Values: []Answer{ok}, Uploads: []Upload{{"message", "a.txt", 1, []byte("x")}}}, true, []string{"message:not_file"}, 0},
		{"a file under an unknown name", Answers{Values: []Answer{ok}, Uploads: []Upload{{"../x", "a.txt", 1, []byte("x")}}}, true, []string{"x:unknown"}, 0},
		{"a file's name as text", values("subject", "a", "files", "a.png"), true, []string{"files:as_form"}, 0},
		{"no files allowed", Answers{Values: []Answer{ok}, Uploads: []Upload{upload("a.png", png)}}, false, []string{"files:no_files"}, 0},
		{"no files allowed, none sent", values("subject", "a", "files", ""), false, nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, mistakes := (Rules{Setup: setup(t), Form: testForm, Attach: tt.attach}).Check(tt.answers)
			if tt.files < 0 {
				if len(mistakes) != 20 {
					t.Errorf("%d mistakes told", len(mistakes))
				}
				return
			}
			var codes []string
			for _, m := range mistakes {
				codes = append(codes, m.Name()+":"+m.Code)
			}
			if !slices.Equal(codes, tt.codes) {
				t.Errorf("mistakes %v, want %v", codes, tt.codes)
			}
			if s != nil && len(s.Files) != tt.files {
				t.Errorf("%d files, want %d", len(s.Files), tt.files)
			}
		})
	}
}

func many(n int) Answers {
	a := values("subject", "s")
	for i := range n {
		a.Values = append(a.Values, Answer{Name: "x" + strings.Repeat("y", i), Value: "1"})
	}
	return a
}

func TestFilesAreNamedByTheirContent(t *testing.T) {
	a := values("subject", "s")
	a.Uploads = []Upload{upload("../../ticket.yaml", png)}
	s, mistakes := (Rules{Setup: setup(t), Form: testForm, Attach: true}).Check(a)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	if f := s.Files[0]; f.Name != "0f1ec4c4ad6a5a73.png" && (len(f.Name) != 20 || strings.ContainsAny(f.Name, "/\\")) {
		t.Errorf("stored as %q", f.Name)
	}
}

func TestTotalOfFiles(t *testing.T) {
	s := *setup(t)
	site := *s.Site
	site.Attachments.PerTicket = 1200
	s.Site = &site
	r := Rules{Setup: &s, Form: testForm, Attach: true}
	if got := r.Limits(); got.File != 1000 || got.Files != 1200 {
		t.Errorf("limits %+v", got)
	}
	a := values("subject", "s")
	a.Uploads = []Upload{upload("a", png+strings.Repeat("a", 700)), upload("b", png+strings.Repeat("b", 700))}
	if _, mistakes := r.Check(a); len(mistakes) != 1 || mistakes[0].Code != filesSize {
		t.Errorf("mistakes %+v", mistakes)
	}
}

func TestSubmissionTicket(t *testing.T) {
	a := values("subject", "Hi", "message", "It fails", "name", "Jo", "email", "jo@x.example", "phone", "555 0100", "site", "0042", "product", "coin", "url", "https://x.example", "agree", "on", "language", "en")
	s, mistakes := (Rules{Setup: setup(t), Form: testForm}).Check(a)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	got, err := load.Encode(s.Ticket())
	if err != nil {
		t.Fatal(err)
	}
	want := `form: test
lane: standard
subject: Hi
requester:
  name: Jo
  email: jo@x.example
  phone: "555 0100"
organisation: "0042"
fields:
  url: "https://x.example"
  product: coin
  agree: "true"
  from: shop
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if s.Body() != "It fails" || s.Language != "en" {
		t.Errorf("body %q, language %q", s.Body(), s.Language)
	}
}

func TestSubjectWithoutAQuestionForOne(t *testing.T) {
	f := &content.Form{ID: "plain", Fields: []content.Field{{ID: "message", Role: content.BodyRole, Type: content.TextareaField}}}
	for body, want := range map[string]string{"": "plain", "One\nTwo": "One", strings.Repeat("é", 100): strings.Repeat("é", 79) + "…"} {
		s, _ := (Rules{Setup: setup(t), Form: f}).Check(values("message", body))
		if got := s.Ticket().Subject; got != want {
			t.Errorf("subject of %q is %q, want %q", body, got, want)
		}
	}
}

// No field of a desk's may take a name under which a form sends something else.
func TestReserved(t *testing.T) {
	for _, name := range reserved {
		if !slices.Contains(content.ReservedFields(), name) {
			t.Errorf("check lets a field be called %q", name)
		}
	}
}

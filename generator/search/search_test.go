package search

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// page is a document whose title, keywords and texts are given: "# heading" begins a section.
func page(url, title string, lines ...string) Document {
	d := Document{URL: url, Kind: Article, Title: title}
	for _, line := range lines {
		if heading, isHeading := strings.CutPrefix(line, "# "); isHeading {
			d.Sections = append(d.Sections, Section{Heading: heading, ID: strings.ReplaceAll(heading, " ", "-")})
			continue
		}
		if len(d.Sections) == 0 {
			d.Sections = []Section{{}}
		}
		d.Sections[len(d.Sections)-1].Text += line
	}
	return d
}

func urls(results []Result) string {
	var list []string
	for _, r := range results {
		list = append(list, r.URL)
	}
	return strings.Join(list, " ")
}

// others are documents that a test is not about, so that no word is in most of them.
func others(docs ...Document) []Document {
	for _, w := range []string{"xanthippe", "xylofoon", "xenon", "xerxes", "xeres"} {
		docs = append(docs, page("/"+w+"/", w))
	}
	return docs
}

func TestWords(t *testing.T) {
	tests := []struct {
		lang, title, query string
		found              bool
	}{
		{"en", "Paying later", "PAY", true},
		{"nl", "Verzendkosten instellen", "kosten", true},
		{"nl", "Verzendkosten", "verzendkotsen", true},
		{"nl", "Betaling", "betlaing", true},
		{"nl", "Betaling", "etaling", false}, // the first letter is right
		{"nl", "Pas", "pad", false},          // too short for a mistake
		{"nl", "Verzendkosten", "verz", true},
		{"nl", "De kosten van een klacht", "klachtkosten", true},
		{"nl", "Terugbetaling", "terugbetaalde", true},           // begins alike
		{"nl", "De kosten van verzenden", "verzendkosten", true}, // a compound that no document has
		{"nl", "Een btw-nummer", "btwnummer", true},
		{"de", "Versandkosten ändern", "Kosten", true},
		{"de", "Kosten und Versand", "Versandkosten", true},
		{"de", "Die Überweisung", "uberweisungen", true},
		{"de", "Straße", "strasse", true},
		{"fr", "Œuvre d’art", "oeuvre", true},
		{"fr", "Paiement refusé", "refuse", true},
		{"fr", "L'accès", "acces", true},
		{"it", "La città", "citta", true},
		{"it", "Dell'ordine", "ordini", true},
		{"pt", "Reembolso", "reembolso", true},
		{"el", "Πληρωμές Ελλάδας", "ελλαδασ", true},
		{"ru", "Ошибка платежа", "ошибка", true},
		{"ar", "استرداد الأموال", "استرداد", true},
		{"ja", "返金について", "返金", true},
		{"en", "Error 404", "404", true},
		{"en", "Paying with iDEAL", "ideal", true},
		{"en", "E-mail does not arrive", "email", true},
		{"en", "Email does not arrive", "e-mail", true},
		{"en", "Email does not arrive", "does not", true}, // only stop words
		{"en", "Email does not arrive", "does zzz", false},
		{"nl", "x", "", false},
	}
	for _, tt := range tests {
		ix := Build(tt.lang, others(page("/it/", tt.title)))
		if found := slices.Contains(strings.Fields(urls(Search(tt.query, 10, ix))), "/it/"); found != tt.found {
			t.Errorf("%s: %q found by %q: %v", tt.lang, tt.title, tt.query, found)
		}
	}
}

func TestRanking(t *testing.T) {
	incident := func(url string, rank int, open bool) Document {
		d := page(url, "Payouts are late")
		d.Kind, d.Rank, d.Open = Incident, rank, open
		return d
	}
	body := strings.Repeat("About payouts. ", 50)
	keyword := page("/keyword/", "Money")
	keyword.Keywords = []string{"payout"}
	tests := []struct {
		name, query string
		docs        []Document
		want        string
	}{
		{"titles above headings above bodies", "payout",
			[]Document{page("/body/", "Money", body), page("/heading/", "Money", "# Your payout"), page("/title/", "Payouts")}, "/title/ /heading/#Your-payout /body/"},
		{"a keyword is a heading", "payout", []Document{page("/body/", "Money", body), keyword}, "/keyword/ /body/"},
		{"both words above one", "late payout", []Document{page("/one/", "Payout"), page("/both/", "Money", "The payout is late.")}, "/both/ /one/"},
		{"an open incident first", "payout", []Document{page("/title/", "Payouts", body), incident("/open/", 0, true)}, "/open/ /title/"},
		{"not for one word of three", "payout terminal broken", []Document{page("/title/", "Payout terminal broken"), incident("/open/", 0, true)}, "/title/ /open/"},
		{"an article above what is over", "payout", []Document{incident("/over/", 0, false), page("/title/", "Payouts")}, "/title/ /over/"},
		{"newer incidents first", "payout", []Document{incident("/old/", 20, false), incident("/new/", 1, false)}, "/new/ /old/"},
		{"the order of documents where nothing else tells", "payout", []Document{page("/a/", "Payout"), page("/b/", "Payout")}, "/a/ /b/"},
		{"the best heading", "bank", []Document{page("/a/", "Payout", "About a bank.", "# Waiting", "Wait.", "# Your bank", "Bank.")}, "/a/#Your-bank"},
		{"the beginning where the title says it", "payout", []Document{page("/a/", "Payout", "# Late", "A payout, a payout, a payout.")}, "/a/"},
	}
	for _, tt := range tests {
		if got := urls(Search(tt.query, 10, Build("en", others(tt.docs...)))); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		// In two parts the documents rank as in one.
		first, second := Build("en", others(tt.docs[0])), Build("en", tt.docs[1:])
		if got := urls(Search(tt.query, 10, first, second)); got != tt.want {
			t.Errorf("%s, in two parts: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestOtherLanguage(t *testing.T) {
	d := page("/it/", "Verzendkosten betalen")
	d.Lang = "nl"
	ix := Build("en", others(d))
	for _, query := range []string{"verzendkosten", "betaling", "betalen"} {
		results := Search(query, 10, ix)
		if urls(results) != "/it/" || results[0].Lang != "nl" {
			t.Errorf("%s: %v", query, results)
		}
	}
}

// TestBeside finds in a small part the compounds of words that only the large one has.
func TestBeside(t *testing.T) {
	setup := Build("nl", others(page("/a/", "Een kudde volgen")))
	incident := page("/b/", "Schapenkudde", "Schapen.")
	if got := urls(Search("kudde", 10, setup, Build("nl", []Document{incident}, setup))); got != "/a/ /b/" {
		t.Error(got)
	}
}

func TestSpans(t *testing.T) {
	d := page("/a/", "Prijzen (per land)", "# Hoge verzendkosten", "Wat de <b>kosten</b> zijn.")
	d.Summary = "Over geld."
	got := Search("kost zijn", 1, Build("nl", others(d)))[0]
	want := Result{URL: "/a/#Hoge-verzendkosten", Kind: Article,
		Title:   []Span{{"Prijzen (per land)", false}},
		Heading: []Span{{"Hoge ", false}, {"verzendkosten", true}},
		Excerpt: []Span{{"Wat de <b>", false}, {"kosten", true}, {"</b> zijn.", false}}}
	if !slices.Equal(got.Title, want.Title) || !slices.Equal(got.Heading, want.Heading) || !slices.Equal(got.Excerpt, want.Excerpt) || got.URL != want.URL || got.Kind != want.Kind {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestShorten(t *testing.T) {
	word := strings.Repeat("é", 200)
	for text, want := range map[string]string{
		"  a\n b ":                      "a b",
		strings.Repeat("abcd ", 40):     strings.TrimSuffix(strings.Repeat("abcd ", 31), " ") + "…",
		strings.Repeat("abc, ", 40):     strings.TrimSuffix(strings.Repeat("abc, ", 31), ", ") + "…",
		word:                            word[:2*159] + "…",
		word + " a":                     word[:2*159] + "…",
		strings.Repeat("abcdefgh ", 17): strings.TrimSuffix(strings.Repeat("abcdefgh ", 17), " "),
	} {
		if got := shorten(text); got != want || len([]rune(got)) > maxExcerpt {
			t.Errorf("%d letters: %q, want %q", len([]rune(got)), got, want)
		}
	}
}

// TestFilesAreTheSame builds an index on two cores, on two again, and on one.
func TestFilesAreTheSame(t *testing.T) {
	c := readCorpus(t, "nl")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	first := Build("nl", c.all()).Files()
	for _, cores := range []int{2, 1} {
		runtime.GOMAXPROCS(cores)
		again := Build("nl", c.all()).Files()
		if len(again) != len(first) {
			t.Fatalf("%d files, then %d", len(first), len(again))
		}
		for i, f := range first {
			if f.Name != again[i].Name || !bytes.Equal(f.Data, again[i].Data) {
				t.Errorf("%s differs on %d cores", f.Name, cores)
			}
		}
	}
}

// FuzzSearch asks anything.
func FuzzSearch(f *testing.F) {
	indexes := readCorpus(f, "nl").build("nl")
	for _, q := range hostile {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		words := parts(indexes).queryWords(query)
		if len(words) > 2*maxWords {
			t.Errorf("%d words", len(words))
		}
		for _, r := range Search(query, 5, indexes...) {
			for _, spans := range [][]Span{r.Title, r.Heading, r.Excerpt} {
				for _, s := range spans {
					if s.Text == "" || s.Hit && len(split(s.Text)) != 1 {
						t.Errorf("span %v", s)
					}
				}
			}
		}
	})
}

// FuzzBuild finds each document by each word of its title, if there are not too many.
func FuzzBuild(f *testing.F) {
	f.Add("Betaling <mislukt>", "Tekst\x00", "nl")
	f.Add("𝐡𝐞𝐥𝐥𝐨 ﬁ ½ e-mail か\u3099", "\xff", "de")
	f.Add("\u0345a a\u0345 ΐ ǰ İi ŉ", "", "el")
	f.Fuzz(func(t *testing.T, title, text, lang string) {
		ix := Build(lang, []Document{page("/a/", title, text), page("/b/", text, title)})
		ix.Files()
		for _, word := range split(title) {
			if len(Search(word, 10, ix)) == 0 && fold(word) != "" {
				t.Errorf("%q is not found by %q", title, word)
			}
		}
	})
}

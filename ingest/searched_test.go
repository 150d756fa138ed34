package ingest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// searchingDesk asks customers to search first, and has an article.
func searchingDesk() map[string]string {
	return map[string]string{
		"forms/contact.yaml":          strings.Replace(smallDesk["forms/contact.yaml"], "[known_incidents]", "[known_incidents, search]", 1),
		"articles/pay/fails.md":       "---\ntitle: Betalen mislukt\n---\nProbeer het nog eens.\n",
		"articles/pay/fails.en.md":    "---\ntitle: Payments <fail>\n---\nTry again.\n",
		"articles/pay/section.yaml":   "title: {nl: Betalen, en: Paying}\n",
		"articles/pay/refund.md":      "---\ntitle: Terugbetalen\n---\nZo.\n",
		"articles/pay/refund.en.md":   "---\ntitle: Refunds\n---\nSo.\n",
		"articles/order/section.yaml": "title: {nl: Bestellen, en: Ordering}\n",
	}
}

const found = "/help/pay/fails/,/promises/"

// A form's page takes along what its customer searched for, and does not ask them to search again.
func TestAFormKnowsWhatWasSearched(t *testing.T) {
	in := newIntake(t, searchingDesk())
	asked := in.get("/en/forms/contact").body
	if !strings.Contains(asked, `action="/en/search/"`) || !strings.Contains(asked, `<input type="hidden" name="form" value="contact">`) || !strings.Contains(asked, `data-index="/search/index/en/"`) {
		t.Errorf("nobody is asked to search:\n%s", asked)
	}
	query := url.Values{"searched": {`pay "twice" <b>`}, "offered": {found}}.Encode()
	page := in.get("/en/forms/contact/?" + query).body
	for _, want := range []string{
		`name="searched" value="pay &#34;twice&#34; &lt;b&gt;"`, `name="offered" value="` + found + `"`, `id="f-subject" name="subject" class="w-full" value="pay &#34;twice&#34; &lt;b&gt;"`, "You searched for “pay &#34;twice&#34; &lt;b&gt;”",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	if strings.Contains(page, `role="search"`) {
		t.Errorf("they are asked to search again:\n%s", page)
	}
	about := in.get("/en/forms/contact/?article=pay/fails").body
	if !strings.Contains(about, `name="article" value="pay/fails"`) || !strings.Contains(about, `About: <a href="/en/help/pay/fails/">Payments &lt;fail&gt;</a>`) {
		t.Errorf("about no article:\n%s", about)
	}
	for _, wrong := range []string{"article=pay/none", "article=../x", "offered=/promises/", "searched=%ff", "searched=%20%00"} {
		if page := in.get("/forms/contact/?" + wrong).body; strings.Contains(page, `name="searched"`) || strings.Contains(page, `name="offered"`) || strings.Contains(page, `name="article"`) {
			t.Errorf("%s is taken:\n%s", wrong, page)
		}
	}
}

func TestATicketSaysWhatWasSearched(t *testing.T) {
	in := newIntake(t, searchingDesk())
	pairs := []string{"subject", "", "message", "Twice", "email", "jo@klant.example", "searched", "pay twice", "offered", found, "article", "pay/fails"}
	back := in.post("/forms/contact", pairs...)
	if back.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(back.body, `name="searched" value="pay twice"`) || !strings.Contains(back.body, `name="offered" value="`+found+`"`) || !strings.Contains(back.body, `name="article" value="pay/fails"`) {
		t.Fatalf("the form that comes back: %d\n%s", back.StatusCode, back.body)
	}
	pairs[1] = "Paid twice"
	if a := in.post("/forms/contact", append(pairs, "incident", "2026/1118-payments")...); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.StatusCode, a.body)
	}
	const want = "searched:\n  query: pay twice\n  offered:\n    - \"/help/pay/fails/\"\n    - \"/promises/\"\narticle: pay/fails\n"
	if file := in.added()["ticket.yaml"]; !strings.Contains(file, want) {
		t.Errorf("no\n%s in\n%s", want, file)
	}
	in.sound(t)
}

// TestWrongWordsOfASearchAreDropped: nobody's question is refused because of them.
func TestWrongWordsOfASearchAreDropped(t *testing.T) {
	long := strings.Repeat("/services/checkout/,", 500)
	for body, want := range map[string]string{
		`"searched":"pay","offered":"/help/pay/fails/,https://evil.example/,/t/aaaa/,/promises/,/promises/#x,/promises/"`: "searched:\n  query: pay\n  offered:\n    - \"/help/pay/fails/\"\n    - \"/promises/\"\n",
		`"searched":" pay\u202e\u0000\n twice ","offered":""`:                                                             "searched:\n  query: pay  twice\n",
		`"searched":"","offered":"/promises/"`:                                                                            "",
		`"searched":["x"],"offered":{"a":1},"article":7`:                                                                  "",
		`"searched":"a","searched":"b"`:                                                                                   "searched:\n  query: a\n",
		`"searched":"` + strings.Repeat("é", 10_000) + `","offered":"` + long + `"`:                                       "searched:\n  query: " + strings.Repeat("é", 200) + "\n  offered:\n    - \"/services/checkout/\"\n",
		`"article":"pay/refund"`:                                                                                          "article: pay/refund\n",
		`"article":"pay/none"`:                                                                                            "",
	} {
		in := newIntake(t, searchingDesk())
		a := in.postJSON("/forms/contact", `{"subject":"s","message":"m","email":"jo@klant.example",`+body+`}`)
		file := in.added()["ticket.yaml"]
		if a.StatusCode != http.StatusCreated || !strings.Contains(file, want) || want == "" && (strings.Contains(file, "searched") || strings.Contains(file, "article")) {
			t.Errorf("%.60s: %d %.300s\n%s", body, a.StatusCode, a.body, file)
		}
	}
}

// A search at an intake alone is answered by the site.
func TestASearchIsTheSites(t *testing.T) {
	in := newIntake(t, nil)
	for path, want := range map[string]string{"/search/?q=a%26b&form=contact": "https://hulp.example/search/?q=a%26b&form=contact", "/en/search/?q=x": "https://hulp.example/en/search/?q=x", "/search/": "https://hulp.example/search/"} {
		if a := in.get(path); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
}

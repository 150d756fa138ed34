package generator_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"balie/content/sample"
)

// questionsDir has what customers of the sample desks type.
const questionsDir = "../content/sample/questions/"

// TestQuestions asks every sample desk what its customers type. Of the questions for which the
// articles got their words nine in ten have an answer among the first three results. Of those in
// later/, for which nothing was mended, four in five have.
func TestQuestions(t *testing.T) {
	asked, later, laterFound := 0, 0, 0
	for _, name := range sample.Names() {
		f := follow(t, config(t, desk(t, name)))
		if _, err := f.build(nil, at); err != nil {
			t.Fatal(err)
		}
		for _, file := range questionFiles(t, name) {
			found, all := f.ask(t, file)
			if t.Logf("%s: %d of %d", file, found, all); found < all*9/10 {
				t.Errorf("%s: %d of %d questions find their answer", file, found, all)
			}
			asked += all
		}
		for _, file := range questionFiles(t, "later/"+name) {
			found, all := f.ask(t, file)
			t.Logf("%s: %d of %d", file, found, all)
			later, laterFound = later+all, laterFound+found
		}
		f.Close()
	}
	if t.Logf("later/: %d of %d", laterFound, later); laterFound < later*8/10 {
		t.Errorf("later/: %d of %d questions find their answer", laterFound, later)
	}
	if asked < 190 || later < 80 {
		t.Errorf("%d questions were asked, and %d later", asked, later)
	}
}

func questionFiles(t *testing.T, name string) []string {
	t.Helper()
	files, err := filepath.Glob(questionsDir + name + ".*.txt")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// ask asks a file's questions, and counts those with an answer among the first three results.
func (f *following) ask(t *testing.T, file string) (found, all int) {
	t.Helper()
	lang := strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(file, ".txt")), ".")
	for _, q := range readQuestions(t, file) {
		all++
		results := f.search(t, lang, q.text)
		if results = results[:min(3, len(results))]; slices.ContainsFunc(results, q.isAnswer) {
			found++
		} else {
			t.Logf("%q finds %q, not %q", q.text, results, q.articles)
		}
	}
	return found, all
}

// question is what a customer types, and the articles that answer it: section/slug.
type question struct {
	text     string
	articles []string
}

// isAnswer reports whether a result's address is that of an article that answers the question.
func (q question) isAnswer(address string) bool {
	return slices.ContainsFunc(q.articles, func(a string) bool { return strings.Contains(address, "/help/"+a+"/") })
}

func readQuestions(t *testing.T, file string) (list []question) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		text, articles, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			t.Fatalf("%s: no tab in %q", file, line)
		}
		list = append(list, question{text, strings.Fields(articles)})
	}
	return list
}

// search returns the addresses of what a search of the last build finds, the best first.
func (f *following) search(t *testing.T, lang, query string) (addresses []string) {
	t.Helper()
	path := "/search/"
	if lang != "nl" {
		path = "/" + lang + path
	}
	r := httptest.NewRequest("GET", path+"?q="+url.QueryEscape(query), nil)
	r.Header.Set("Accept", "application/json")
	w := httptest.NewRecorder()
	if !f.Answer(w, r) {
		t.Fatalf("no answer at %s", path)
	}
	var answer struct{ Results []struct{ URL string } }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	for _, result := range answer.Results {
		addresses = append(addresses, result.URL)
	}
	return addresses
}

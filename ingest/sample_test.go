package ingest

import (
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"balie/content"
	"balie/content/load"
)

// TestSampleDesks hands in a ticket by every form of every sample desk, in each of its languages.
func TestSampleDesks(t *testing.T) {
	for _, name := range []string{"marketplace", "webshop", "servicedesk", "plugins"} {
		t.Run(name, func(t *testing.T) {
			files := os.DirFS("../content/sample/" + name)
			tree := load.Load(files, nil).Tree
			in := newIntake(t, nil, func(c *Config) {
				c.Tree, c.Files = func() *content.Tree { return tree }, func() fs.FS { return files }
			})
			in.stale = true // the tree stays as it is
			before := len(in.changes)
			for _, f := range tree.Forms {
				for i, lang := range tree.Site.Languages {
					path := "/forms/" + f.ID
					if i > 0 {
						path = "/" + lang + path
					}
					page := in.get(path)
					if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `<html lang="`+lang+`"`) || !strings.Contains(page.body, "<form") {
						t.Errorf("%s: answer %d", path, page.StatusCode)
					}
					if empty := in.post(path, "language", lang); empty.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(empty.body, `id="errors"`) {
						t.Errorf("%s, empty: answer %d", path, empty.StatusCode)
					}
					a := in.post(path, append(filled(f), "language", lang)...)
					if a.StatusCode != http.StatusSeeOther {
						t.Fatalf("%s: answer %d\n%s", path, a.StatusCode, a.body)
					}
					if page := in.get(a.Header.Get("Location")); page.StatusCode != http.StatusOK || !strings.Contains(page.body, `<html lang="`+lang+`"`) {
						t.Errorf("the follow page of %s: answer %d\n%s", path, page.StatusCode, page.body)
					}
				}
			}
			if made := len(in.changes) - before; made != len(tree.Forms)*len(tree.Site.Languages) {
				t.Errorf("%d tickets", made)
			}
		})
	}
}

// filled is an answer to each field of a form that asks for one.
func filled(f *content.Form) []string {
	answers := map[content.FieldType]string{"text": "Vraag", "textarea": "Het lukt niet", "email": "jo@klant.example", "tel": "+32 2 555 01 00", "url": "https://klant.example/", "number": "1", "date": "2026-11-23", "checkbox": "true"}
	var pairs []string
	for _, field := range f.Fields {
		value := answers[field.Type]
		switch {
		case field.Type == "choice":
			value = field.Choices[0].ID
		case strings.HasPrefix(field.Pattern, "[0-9]{4}"):
			value = "0042"
		case strings.HasPrefix(field.Pattern, "[0-9]{8}"):
			value = "00420042"
		case strings.HasPrefix(field.Pattern, "[0-9]+"):
			value = "4.0"
		case field.Pattern != "" && !field.Required:
			continue
		}
		if value != "" {
			pairs = append(pairs, field.ID, value)
		}
	}
	return pairs
}

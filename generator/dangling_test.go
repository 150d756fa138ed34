package generator_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"balie/content"
	"balie/content/sample"
)

// TestNamesThatLeadNowhere takes away all that cases name: services, people, lanes, forms and organisations.
// Every page is made all the same, and an id stands where a name would.
func TestNamesThatLeadNowhere(t *testing.T) {
	names := sample.Names()
	if testing.Short() {
		names = names[:1]
	}
	for _, name := range names {
		dir := desk(t, name)
		c := config(t, dir)
		f := follow(t, c)
		if _, err := f.build(nil, at); err != nil {
			t.Fatal(err)
		}
		tree := f.reading.Tree
		rename := func(pattern string, ids ...string) {
			files, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil || len(files) == 0 {
				t.Fatal(pattern, err)
			}
			for _, file := range files {
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				text := string(data)
				for _, id := range ids {
					where := `()`
					if strings.HasPrefix(pattern, "forms/") && tree.Service(id) != nil {
						// Elsewhere in a form the word is another thing.
						where = `(when: \{part: .*)`
					}
					text = regexp.MustCompile(where+`\b`+id+`\b`).ReplaceAllString(text, "${1}"+id+"9")
				}
				if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
		takeAway := func(from, to string) {
			if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
				t.Fatal(err)
			}
		}
		service := tree.Incidents[0].Services[0].Key
		tree.EachService(func(_, s *content.Service) {
			rename("services.yaml", s.ID)
			rename("policy/*.yaml", s.ID)
			rename("forms/*.yaml", s.ID)
		})
		for _, p := range tree.People {
			rename("people.yaml", p.Key)
		}
		for _, p := range tree.Policies {
			for _, l := range p.Lanes {
				rename("policy/*.yaml", l.ID)
				rename("forms/*.yaml", l.ID)
			}
		}
		for _, f := range tree.Forms {
			rename("policy/*.yaml", f.ID)
			if len(tree.Hooks) > 0 {
				rename("hooks.yaml", f.ID)
			}
			takeAway("forms/"+f.ID+".yaml", "forms/"+f.ID+"9.yaml")
		}
		for _, o := range tree.Organisations {
			takeAway("organisations/"+o.Key+".yaml", "organisations/"+o.Key+"9.yaml")
		}
		clean := config(t, dir)
		for _, o := range []*following{f, follow(t, clean)} {
			result, err := o.build([]string{"."}, at)
			if err != nil {
				t.Fatal(name, err)
			}
			if !content.HasErrors(result.Problems) || !o.reading.Fit || o.reading.Setup != nil {
				t.Errorf("%s: %d problems, fit %v", name, len(result.Problems), o.reading.Fit)
			}
			o.Close()
		}
		page, err := os.ReadFile(filepath.Join(c.Out, tree.Incidents[0].Dir, "index.html"))
		if err != nil || !strings.Contains(string(page), service) {
			t.Errorf("%s: the page of %s does not name %s: %v", name, tree.Incidents[0].Dir, service, err)
		}
		ticket := tree.Tickets[0]
		page, err = os.ReadFile(filepath.Join(c.Staff, "tickets", ticket.Number, "index.html"))
		for _, id := range []string{ticket.Lane, ticket.Form} {
			if err != nil || !strings.Contains(string(page), "<dd>"+id+"</dd>") {
				t.Errorf("%s: the page of %s does not name %q: %v", name, ticket.Number, id, err)
			}
		}
		same(t, 0, c.Out, clean.Out)
		same(t, 0, c.Follow, clean.Follow)
		same(t, 0, c.Staff, clean.Staff)
	}
}

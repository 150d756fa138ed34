package search

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"balie/content"
	"balie/content/load"
	"balie/content/sample"
	"balie/generator/markdown"
)

var (
	update   = flag.Bool("update", false, "write the queries and their answers anew")
	resample = flag.Bool("resample", false, "read the documents from the sample desks anew")
)

// languages are those of the sample desks.
var languages = []string{"nl", "it", "de", "fr", "en"}

// corpus is what the sample desks say in a language, as it was when testdata was last written. So a
// change of a sample changes no answer here.
type corpus struct{ Setup, Incidents []Document }

func (c corpus) build(lang string) []*Index {
	setup := Build(lang, c.Setup)
	return []*Index{setup, Build(lang, c.Incidents, setup)}
}

func (c corpus) all() []Document { return slices.Concat(c.Setup, c.Incidents) }

func readCorpus(t testing.TB, lang string) corpus {
	name := "testdata/" + lang + "-documents.json"
	if *resample {
		writeJSON(t, name, sampleCorpus(t, lang))
	}
	var c corpus
	readJSON(t, name, &c)
	return c
}

func readJSON(t testing.TB, name string, v any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(name, err)
	}
}

func writeJSON(t testing.TB, name string, v any) {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

// sampleCorpus reads the desks that speak a language.
func sampleCorpus(t testing.TB, lang string) corpus {
	var c corpus
	md := markdown.New()
	for _, desk := range sample.Names() {
		fsys, err := sample.FS(desk)
		if err != nil {
			t.Fatal(err)
		}
		tree := load.Load(fsys, nil).Tree
		if !slices.Contains(tree.Site.Languages, lang) {
			continue
		}
		source := tree.Site.Source()
		for _, section := range tree.Sections {
			for _, a := range section.Articles {
				prose, in := &a.Prose, source
				if p := a.Translations[lang]; p != nil {
					prose, in = p, lang
				}
				d := Document{URL: "/" + desk + "/help/" + section.ID + "/" + a.Slug + "/", Kind: Article, Lang: otherThan(lang, in),
					Title: prose.Title, Summary: prose.Summary, Keywords: prose.Keywords}
				for i, part := range strings.Split("\n"+prose.Body, "\n## ") {
					s := Section{}
					if i > 0 {
						s.Heading, part, _ = strings.Cut(part, "\n")
						s.Heading = md.Text(s.Heading, 0)
						s.ID = "h-" + strings.Join(strings.FieldsFunc(strings.ToLower(s.Heading), func(r rune) bool { return !startsWord(r) }), "-")
					}
					s.Text = md.Text(part, 0)
					d.Sections = append(d.Sections, s)
				}
				c.Setup = append(c.Setup, d)
			}
		}
		for _, s := range tree.Services {
			for _, s := range s.Services {
				name, in := s.Name.In(lang, source)
				about, _ := s.Description.In(lang, source)
				c.Setup = append(c.Setup, Document{URL: "/" + desk + "/services/" + s.ID + "/", Kind: Service, Lang: otherThan(lang, in), Title: name, Summary: about})
			}
		}
		incidents := slices.DeleteFunc(slices.Clone(tree.Incidents), func(i *content.Incident) bool { return !i.Public() })
		slices.Reverse(incidents)
		for rank, i := range incidents {
			title, in := i.Title.In(lang, source)
			d := Document{URL: "/" + desk + "/incidents/" + i.ID + "/", Kind: Incident, Lang: otherThan(lang, in), Title: title, Rank: rank, Open: rank == 0}
			for _, e := range i.Events {
				body := e.Body
				if p := e.Translations[lang]; p != nil {
					body = p.Body
				}
				d.Sections = append(d.Sections, Section{Text: md.Text(body, 0)})
			}
			c.Incidents = append(c.Incidents, d)
		}
	}
	return c
}

func otherThan(lang, in string) string {
	if in == lang {
		return ""
	}
	return in
}

package content

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// setupReader reads everything but the cases.
type setupReader struct {
	lister
	reading
	setup *Setup
}

// readSetup reads everything but the cases. The setup is usable whatever is wrong: the site has at least one language and a zone.
func readSetup(l lister) (*Setup, []Problem) {
	r := &setupReader{lister: l, setup: &Setup{Site: &Site{}}}
	r.site()
	for _, read := range []func(){r.services, r.people, r.organisations, r.policies, r.holidays, r.forms, r.hooks, r.articles, r.replies} {
		read()
	}
	return r.setup, r.problems
}

func (r *setupReader) decode(file string, into any) bool {
	text, ok := r.text(file, maxYAML)
	if ok {
		r.problems = append(r.problems, decodeYAML(&r.reading, file, text, 0, into)...)
	}
	return ok
}

func (r *setupReader) has(file string) bool {
	files, _ := r.list(path.Dir(file))
	return slices.Contains(files, path.Base(file))
}

// site reads site.yaml; its languages and zone first, since all texts and times depend on them.
func (r *setupReader) site() {
	r.reading = reading{zone: time.UTC, languages: []string{"en"}}
	site := r.setup.Site
	defer func() { r.setup.Zone, site.Languages = r.zone, r.languages }()
	if !r.has("site.yaml") {
		r.problem("site.yaml", "missing-file", "balie init writes one", "site.yaml is missing: this is no content repository")
		return
	}
	text, ok := r.text("site.yaml", maxYAML)
	if !ok {
		return
	}
	r.languages = firstLanguages(text, r.languages)
	r.problems = append(r.problems, decodeYAML(&r.reading, "site.yaml", text, 0, site)...)
	if site.TimeZone != "" {
		zone, err := loadZone(site.TimeZone)
		if err != nil {
			r.problems = append(r.problems, Problem{File: "site.yaml", key: "time_zone", Severity: Error, Code: "unknown-zone",
				Message: fmt.Sprintf("time_zone: %v", err), Hint: "write a name of the IANA database, such as Europe/Amsterdam"})
		} else {
			r.zone = zone
		}
	}
	if site.Brand.Logo != "" && path.IsAbs(site.Brand.Logo) == false && r.has(path.Clean(site.Brand.Logo)) {
		r.setup.Logo, _ = r.bytes(path.Clean(site.Brand.Logo), maxLogo)
	}
}

// firstLanguages finds the languages of site.yaml before anything else is read from it.
func firstLanguages(text string, absent []string) []string {
	d := &decoder{file: "site.yaml", zone: time.UTC, languages: absent}
	n := d.parse([]byte(text))
	if n == nil || n.Kind != yaml.MappingNode {
		return absent
	}
	var languages []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "languages" && n.Content[i+1].Kind == yaml.SequenceNode {
			d.value(n.Content[i+1], reflect.ValueOf(&languages).Elem(), "languages")
		}
	}
	languages = slices.DeleteFunc(languages, func(l string) bool { return !languageTag.MatchString(l) })
	if len(languages) == 0 {
		return absent
	}
	return languages
}

// loadZone loads a zone by its IANA name.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no time zone", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q", name)
	}
	return zone, nil
}

func (r *setupReader) services() {
	if r.has("services.yaml") {
		r.decodeList("services.yaml", reflect.ValueOf(&r.setup.Services).Elem())
	}
}

func (r *setupReader) hooks() {
	if r.has("hooks.yaml") {
		r.decodeList("hooks.yaml", reflect.ValueOf(&r.setup.Hooks).Elem())
	}
}

// decodeList reads a file that is a list.
func (r *setupReader) decodeList(file string, into reflect.Value) {
	r.decodeWith(file, func(d *decoder, n *yaml.Node) { d.value(n, into, "") })
}

func (r *setupReader) decodeWith(file string, read func(*decoder, *yaml.Node)) {
	text, ok := r.text(file, maxYAML)
	if !ok {
		return
	}
	d := &decoder{file: file, zone: r.zone, languages: r.languages}
	if n := d.parse([]byte(text)); n != nil {
		read(d, n)
	}
	r.problems = append(r.problems, d.problems...)
}

func (r *setupReader) people() {
	if r.has("people.yaml") {
		r.decodeWith("people.yaml", func(d *decoder, n *yaml.Node) { r.setup.People.decode(d, n, "") })
	}
}

// yamlFiles lists the YAML files of a directory by the names without the ending; others there are problems.
func (r *setupReader) yamlFiles(dir, example string) []string {
	files, dirs := r.list(dir)
	var stems []string
	for _, f := range files {
		if stem, ok := strings.CutSuffix(f, ".yaml"); ok {
			stems = append(stems, stem)
		} else {
			r.problem(path.Join(dir, f), "unknown-file", "files here are named like "+example, "a file that is not read")
		}
	}
	for _, d := range dirs {
		r.problem(path.Join(dir, d), "unknown-file", "files here are named like "+example, "a directory that is not read")
	}
	return stems
}

func (r *setupReader) organisations() {
	for _, id := range r.yamlFiles("organisations", "organisations/0042.yaml") {
		o := &Organisation{}
		if r.decode("organisations/"+id+".yaml", o) {
			r.setup.Organisations = append(r.setup.Organisations, Entry[*Organisation]{id, o})
		}
	}
}

func (r *setupReader) policies() {
	for _, stem := range r.yamlFiles("policy", "policy/2026-01-01.yaml") {
		file := "policy/" + stem + ".yaml"
		p := &Policy{Path: file}
		var err error
		if p.From, err = ParseDate(stem); err != nil {
			r.problem(file, "wrong-name", "name it after the date from which it holds: policy/2026-01-01.yaml", "%v", err)
			continue
		}
		if r.decode(file, p) {
			r.setup.Policies = append(r.setup.Policies, p)
		}
	}
}

func (r *setupReader) holidays() {
	r.setup.Holidays = map[string]Holidays{}
	for _, set := range r.yamlFiles("holidays", "holidays/be.yaml") {
		var dates Holidays
		r.decodeWith("holidays/"+set+".yaml", func(d *decoder, n *yaml.Node) { dates.decode(d, n, "") })
		r.setup.Holidays[set] = dates
	}
}

func (r *setupReader) forms() {
	for _, id := range r.yamlFiles("forms", "forms/contact.yaml") {
		f := &Form{ID: id}
		if r.decode("forms/"+id+".yaml", f) {
			r.setup.Forms = append(r.setup.Forms, f)
		}
	}
	slices.SortStableFunc(r.setup.Forms, func(a, b *Form) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) })
}

// orderOf puts what names no order last.
func orderOf(n int) int {
	if n == 0 {
		return 1 << 30
	}
	return n
}

func (r *setupReader) articles() {
	files, dirs := r.list("articles")
	for _, f := range files {
		r.problem("articles/"+f, "unknown-file", "articles are in sections: articles/<section>/<slug>.md", "an article outside of a section")
	}
	for _, id := range dirs {
		s := &Section{ID: id}
		dir := "articles/" + id
		if r.has(dir + "/section.yaml") {
			r.decode(dir+"/section.yaml", s)
		}
		if s.Title == nil {
			s.Title = Text{r.languages[0]: titleOf(id)}
		}
		s.Articles = r.articlesIn(dir, id)
		r.setup.Sections = append(r.setup.Sections, s)
	}
	slices.SortStableFunc(r.setup.Sections, func(a, b *Section) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) })
}

func (r *setupReader) replies() { r.setup.Replies = r.articlesIn("replies", "") }

var articleFile = regexp.MustCompile(`^([a-z0-9][a-z0-9-]{0,79})(?:\.([a-z]{2,3}(?:-[A-Z]{2})?))?\.md$`)

// articlesIn reads the articles of a directory with their translations.
func (r *setupReader) articlesIn(dir, section string) []*Article {
	files, dirs := r.list(dir)
	bySlug := map[string]*Article{}
	var articles []*Article
	translations := map[string][]string{} // slug → languages
	for _, f := range files {
		m := articleFile.FindStringSubmatch(f)
		switch {
		case section != "" && f == "section.yaml":
		case m == nil:
			r.problem(path.Join(dir, f), "wrong-name", "name it <slug>.md, in small letters, digits and dashes, or <slug>.<language>.md", "%q is no name for an article", f)
		case m[2] == "":
			a := &Article{Section: section, Slug: m[1], Translations: map[string]*Prose{}}
			r.article(path.Join(dir, f), m[1], &a.Prose)
			bySlug[m[1]] = a
			articles = append(articles, a)
		default:
			translations[m[1]] = append(translations[m[1]], m[2])
		}
	}
	for _, d := range dirs {
		r.problem(path.Join(dir, d), "unknown-file", "articles stand directly in their section", "a directory that is not read")
	}
	r.translations(dir, bySlug, translations)
	slices.SortStableFunc(articles, func(a, b *Article) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) })
	return articles
}

func (r *setupReader) translations(dir string, bySlug map[string]*Article, translations map[string][]string) {
	for slug, languages := range translations {
		for _, lang := range languages {
			file := path.Join(dir, slug+"."+lang+".md")
			a := bySlug[slug]
			if a == nil {
				r.problem(file, "translation", "add "+slug+".md in "+r.languages[0]+", the source language", "a translation without its source")
				continue
			}
			if problem, hint := checkLanguage(lang, r.languages); problem != "" {
				r.problem(file, "unknown-language", hint, "%s", problem)
				continue
			}
			p := &Prose{}
			r.article(file, a.Title, p)
			a.Translations[lang] = p
		}
	}
}

var firstHeading = regexp.MustCompile(`^# +(.+?)\s*#*\s*(?:\n|$)`)

// article reads one language of an article; without a title in its front matter its first heading is the title, else absent.
func (r *setupReader) article(file, absent string, p *Prose) {
	p.Path = file
	front, body, ok := r.prose(file)
	if !ok {
		return
	}
	if front != "" {
		r.problems = append(r.problems, decodeYAML(&r.reading, file, front, 1, p)...)
	}
	if m := firstHeading.FindStringSubmatch(body); m != nil && (p.Title == "" || p.Title == m[1]) {
		p.Title, body = m[1], body[len(m[0]):]
	}
	if p.Title == "" {
		p.Title = titleOf(absent)
	}
	p.Body = PlainLines(body)
}

// titleOf makes a title of a slug.
func titleOf(slug string) string {
	s := strings.ReplaceAll(slug, "-", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

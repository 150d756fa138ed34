package load

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a desk's zone is known on any machine

	"gopkg.in/yaml.v3"

	"balie/content"
)

// setupReading is everything but the cases, as it was read.
type setupReading struct {
	written  *content.Setup
	shown    *content.Setup // may be of another commit, and has only text that reads
	problems []content.Problem
	older    []Older // articles and replies
	broken   []string
}

// setupReader reads everything but the cases.
type setupReader struct {
	fileReader
	setup *content.Setup
}

// readSetup reads everything but the cases. A setup is usable whatever is wrong: the site has at
// least one language and a zone.
func (l *Loaded) readSetup() {
	r := &setupReader{fileReader: l.files(l.fsys, &reading{}), setup: &content.Setup{Site: &content.Site{}}}
	r.unit()
	shown := r.texts()
	l.setup = setupReading{written: r.setup, shown: shown, problems: r.problems, older: r.fileReader.shown, broken: r.broken}
	if l.history.Setup != nil {
		o := &setupReader{fileReader: l.files(l.history.Setup.Files, &reading{}), setup: &content.Setup{Site: &content.Site{}}}
		o.unit()
		o.lister.fsys = l.fsys
		l.setup.shown = o.texts()
		l.setup.older, r = o.fileReader.shown, o
	}
	l.reading = r.reading
}

// unit reads what must agree with one another.
func (r *setupReader) unit() {
	r.site()
	for _, read := range []func(){r.services, r.people, r.organisations, r.policies, r.holidays, r.forms, r.hooks} {
		read()
	}
}

// keyed says what is wrong with the value of a key; Check looks its place up.
func (l *lister) keyed(file, key, code, hint, format string, args ...any) {
	l.problem(file, code, hint, format, args...)
	l.problems[len(l.problems)-1].Key = key
}

// site reads site.yaml; its languages and zone first, since all texts and times depend on them.
func (r *setupReader) site() {
	*r.reading = reading{zone: time.UTC, languages: []string{"en"}, anyTongue: true}
	site := r.setup.Site
	defer func() { r.setup.Zone, site.Languages = r.zone, r.languages }()
	if !r.hasFile("site.yaml") {
		r.problem("site.yaml", content.CodeMissingFile, "balie init writes one; or name the right directory with -C", "site.yaml is missing: this is no content repository")
		return
	}
	r.decodeWith("site.yaml", func(d *decoder, n *yaml.Node) {
		r.findLanguages(n)
		d.record(n, reflect.ValueOf(site).Elem(), "")
	})
	r.checkLanguages(site.Languages)
	r.findZone(site.TimeZone)
	if site.Brand.Logo != "" {
		r.logo(path.Clean(site.Brand.Logo))
	}
}

// findLanguages takes the languages out of site.yaml before anything else is read from it: those
// that are language tags, each once.
func (r *setupReader) findLanguages(site *yaml.Node) {
	var found []string
	misspelt := false
	for i := 0; i+1 < len(site.Content); i += 2 {
		if site.Content[i].Value != "languages" {
			continue
		}
		for _, n := range site.Content[i+1].Content {
			if content.IsLanguage(n.Value) && !slices.Contains(found, n.Value) {
				found = append(found, n.Value)
			}
			misspelt = misspelt || !content.IsLanguage(n.Value)
		}
	}
	if len(found) > 0 { // one that is misspelt may be any of those that texts are in
		r.languages, r.anyTongue = found, misspelt
	}
}

func (r *setupReader) checkLanguages(written []string) {
	for i, l := range written {
		key := fmt.Sprintf("languages[%d]", i)
		switch {
		case !content.IsLanguage(l):
			r.keyed("site.yaml", key, content.CodeValue, "write a language's short code, such as nl, pt-BR or zh-Hant", "%s: %q is no language", key, l)
		case slices.Contains(written[:i], l):
			r.keyed("site.yaml", key, content.CodeDuplicate, "keep one of them", "%s: %q is here twice", key, l)
		}
	}
}

func (r *setupReader) findZone(name string) {
	if name == "" {
		return // said to be missing
	}
	zone, err := LoadZone(name)
	if err != nil {
		r.keyed("site.yaml", "time_zone", content.CodeZone, ZoneHint, "time_zone: %v", err)
		return
	}
	r.zone = zone
}

const ZoneHint = "write a name of the IANA database, such as Europe/Amsterdam"

// LoadZone loads a zone by its IANA name.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("unknown time zone %q", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q", name)
	}
	return zone, nil
}

func (r *setupReader) logo(file string) {
	const key = "brand.logo"
	switch ext := path.Ext(file); {
	case !fs.ValidPath(file):
		r.keyed("site.yaml", key, content.CodeValue, "write its path from the repository's root, such as brand/logo.svg", "brand.logo: %q leads out of the repository", file)
	case ext != ".svg" && ext != ".png":
		r.keyed("site.yaml", key, content.CodeValue, "use an SVG or PNG file", "brand.logo: %q is neither SVG nor PNG", file)
	case !r.hasFile(file):
		r.keyed("site.yaml", key, content.CodeReference, "write its path from the repository's root, such as brand/logo.svg", "brand.logo: there is no file %q", file)
	default:
		r.setup.Logo, _ = r.bytes(file, MaxLogo)
	}
}

// decodeWith reads a YAML file as read says.
func (r *setupReader) decodeWith(file string, read func(*decoder, *yaml.Node)) {
	text, ok := r.readChecked(file, MaxYAML)
	if !ok {
		return
	}
	d := &decoder{reading: r.reading, file: file}
	if n := d.parse(text); n != nil {
		read(d, n)
	}
	r.problems = append(r.problems, d.problems...)
}

// decode reads a YAML file into a record.
func (r *setupReader) decode(file string, into any) {
	r.decodeWith(file, func(d *decoder, n *yaml.Node) { d.record(n, reflect.ValueOf(into).Elem(), "") })
}

// decodeList reads a YAML file, if it is there, into a list.
func (r *setupReader) decodeList(file string, into reflect.Value) {
	if !r.hasFile(file) {
		return
	}
	r.decodeWith(file, func(d *decoder, n *yaml.Node) {
		if n.Kind != yaml.MappingNode || len(n.Content) > 0 { // an empty file is an empty list
			d.value(n, into, "")
		}
	})
}

func (r *setupReader) services() {
	r.decodeList("services.yaml", reflect.ValueOf(&r.setup.Services).Elem())
}

func (r *setupReader) hooks() {
	r.decodeList("hooks.yaml", reflect.ValueOf(&r.setup.Hooks).Elem())
}

func (r *setupReader) people() {
	if r.hasFile("people.yaml") {
		r.decodeWith("people.yaml", func(d *decoder, n *yaml.Node) { d.entries(n, reflect.ValueOf(&r.setup.People).Elem(), "") })
	}
}

// yamlFiles lists the YAML files of a directory by their names without the ending; others there are
// not read, and said to be so.
func (r *setupReader) yamlFiles(dir, example string, named func(string) bool) []string {
	files, dirs := r.top(dir)
	var stems []string
	for _, f := range files {
		stem, ext := strings.TrimSuffix(f, path.Ext(f)), path.Ext(f)
		switch {
		case ext == ".yaml" && named(stem):
			stems = append(stems, stem)
		case ext == ".yaml":
			r.problem(path.Join(dir, f), content.CodeName, "name it as in "+example+", in letters, digits, - and _", "%q is no name for a file here", f)
		case strings.EqualFold(ext, ".yaml") || strings.EqualFold(ext, ".yml"):
			r.problem(path.Join(dir, f), content.CodeUnknownFile, "name it "+strings.ToLower(stem)+".yaml", "files here end in .yaml")
		default:
			r.unread(path.Join(dir, f), "files here are named like "+example)
		}
	}
	for _, d := range dirs {
		r.unread(path.Join(dir, d), "files here are named like "+example)
	}
	return stems
}

// unread warns of something that stands where files are read, and is not.
func (l *lister) unread(p, hint string) {
	l.problem(p, content.CodeUnknownFile, hint, "this is not read")
	l.problems[len(l.problems)-1].Severity = content.Warning
}

func (r *setupReader) organisations() {
	for _, id := range r.yamlFiles("organisations", "organisations/0042.yaml", content.IsOrganisation) {
		o := &content.Organisation{}
		r.decode("organisations/"+id+".yaml", o)
		r.setup.Organisations = append(r.setup.Organisations, content.Entry[*content.Organisation]{Key: id, Value: o})
	}
}

func (r *setupReader) policies() {
	for _, stem := range r.yamlFiles("policy", "policy/2026-01-01.yaml", content.IsID) {
		file := "policy/" + stem + ".yaml"
		p := &content.Policy{Path: file}
		var err error
		if p.From, err = content.ParseDate(stem); err != nil || !content.Usable(p.From) {
			r.problem(file, content.CodeName, "name it after the date from which it holds, such as policy/2026-01-01.yaml", "%q is no date", stem)
			continue
		}
		r.decode(file, p)
		complete(p)
		r.setup.Policies = append(r.setup.Policies, p)
	}
}

// complete gives what may be left out its default.
func complete(p *content.Policy) {
	for _, promise := range p.Promises {
		promise.Strength = cmp.Or(promise.Strength, "promise")
	}
}

func (r *setupReader) holidays() {
	r.setup.Holidays = map[string]content.Holidays{}
	for _, set := range r.yamlFiles("holidays", "holidays/be.yaml", content.IsID) {
		var dates content.Holidays
		r.decodeWith("holidays/"+set+".yaml", func(d *decoder, n *yaml.Node) { d.entries(n, reflect.ValueOf(&dates).Elem(), "") })
		r.setup.Holidays[set] = dates
	}
}

func (r *setupReader) forms() {
	for _, id := range r.yamlFiles("forms", "forms/contact.yaml", content.IsID) {
		f := &content.Form{ID: id}
		r.decode("forms/"+id+".yaml", f)
		r.setup.Forms = append(r.setup.Forms, f)
	}
	slices.SortStableFunc(r.setup.Forms, func(a, b *content.Form) int { return cmp.Compare(orderOf(a.Order), orderOf(b.Order)) })
}

// orderOf puts what names no order last.
func orderOf(n int) int {
	if n == 0 {
		return 1 << 30
	}
	return n
}

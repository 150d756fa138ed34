package check

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"balie/content/load"
)

// versions are what the files of a repository may be from one change to the next: each kind of file, right and wrong, and what does not belong there.
var versions = map[string][]string{
	"site.yaml": {
		"name: Hulp\nbase_url: https://help.example\nlanguages: [nl, en]\ntime_zone: Europe/Amsterdam\nbrand: {logo: other/logo.svg}\n",
		"name: Help\nbase_url: https://help.example\nlanguages: [nl, en]\ntime_zone: Europe/Amsterdam\nbrand: {logo: brand/logo.svg}\n",
		"name: Hulp\nbase_url: https://help.example\nlanguages: [nl]\ntime_zone: Europe/Amsterdam\n",
		"name: Hulp\nbase_url: https://help.example\nlanguages: [nl, en]\ntime_zone: America/New_York\n",
		"name: [\n",
	},
	"services.yaml":               {"- {id: checkout, name: Afrekenen}\n- {id: search, name: Zoeken}\n", "- {id: search, name: Zoeken}\n", "checkout\n"},
	"people.yaml":                 {"anna: {name: Anna}\nbert: {name: Bert}\n", "anna: {name: Anna}\n", "anna: Anna\n"},
	"hooks.yaml":                  {"- {name: alerts, kind: alertmanager, secret: {env: A}}\n", "- {name: alerts}\n"},
	"policy/2026-01-01.yaml":      {"calendars: {office: {hours: {mon-fri: [\"09:00-17:00\"]}, holidays: [be]}}\nlanes: [{id: standard, name: Gewoon}]\nfair_use: {demotion: 5d}\n", "calendars: {}\n"},
	"policy/2026-06-01.yaml":      {"calendars: {office: {hours: {mon: [\"09:00-17:00\"]}}}\nlanes: [{id: gold, name: Goud}]\n"},
	"holidays/be.yaml":            {"2026-12-25: Kerstmis\n2027-01-01: Nieuwjaar\n", "2026-12-25: Kerstmis\n"},
	"forms/contact.yaml":          {"title: Contact\nlane: standard\nfields: [{id: message, role: body, type: textarea}]\n", "title: Contact\nlane: gold\nfields: []\n"},
	"forms/quote.yml":             {"title: Offerte\n"},
	"organisations/0042.yaml":     {"name: Bakkerij\n", "naam: Bakkerij\n"},
	"articles/help/section.yaml":  {"title: Hulp\n"},
	"articles/help/a.md":          {"# A\n\nTekst.\n", "---\ntitle: A\n"},
	"articles/help/a.en.md":       {"Text.\n"},
	"articles/notes.txt":          {"x\n"},
	"replies/which.md":            {"Welke pagina?\n", ""},
	"brand/logo.svg":              {"<svg/>", "<svg></svg>"},
	"other/logo.svg":              {"<svg/>", "<svg></svg>"},
	"README.md":                   {"Hallo\n"},
	"incident/2026/x.yaml":        {"title: X\n"},
	"service.yaml":                {"[]\n"},
	"incidents/notes.txt":         {"x\n"},
	"incidents/2026/notes.md":     {"x\n"},
	"incidents/2026-old/a/x.yaml": {"x\n"},
	"tickets/2026/11/x.md":        {"x\n"},
	"tickets/2026/11/20/x.md":     {"x\n"},
	"tickets/.hidden/x":           {"x\n"},

	"incidents/2026/1120-a/incident.yaml":                                                  {"title: {nl: A, en: A}\nservices: {checkout: major_outage}\n", "title: A\nservices: {search: major_outage}\n", "titel: A\n"},
	"incidents/2026/1120-a/2026-11-20T1405-investigating.md":                               {"Tekst.\n", "---\nnext_update: 2026-11-20T16:00\n---\nTekst.\n", "---\n"},
	"incidents/2026/1120-a/2026-11-20T1405-investigating.en.md":                            {"---\ntranslates: f9effc9a\n---\nText.\n", "Text.\n"},
	"incidents/2026/1120-a/2026-11-20T1500-resolved-anna.md":                               {"Opgelost.\n", "---\nat: 2026-11-20T14:00\n---\nOpgelost.\n"},
	"incidents/2026/1120-a/2026-11-20T1501-resolvd.md":                                     {"Opgelost.\n"},
	"incidents/2026/1120-a/drafts/x.md":                                                    {"x\n"},
	"incidents/2026/1120-b/incident.yaml":                                                  {"title: B\nvisibility: staff\n"},
	"incidents/2026/1120-b/2026-11-20T1405-update-bert.md":                                 {"Tekst.\n"},
	"incidents/2025/1120-c/incident.yaml":                                                  {"title: C\n"},
	"incidents/2025/1120-c/2026-10-25T0230-update.md":                                      {"Tekst.\n"},
	"maintenance/2026/1201-d/maintenance.yaml":                                             {"title: D\nservices: [checkout]\nplanned: {start: 2026-12-01T06:00, end: 2026-12-01T07:00}\n", "title: D\n"},
	"maintenance/2026/1201-d/2026-11-20T1200-scheduled.md":                                 {"", "Gepland.\n"},
	"tickets/2026/11/20/2611204216/ticket.yaml":                                            {"form: contact\nsubject: A\nrequester: {id: a}\nfollow: abcdefghijklmnopqrstuvwxyz\n", "subject: A\nrequester: {email: A@x.example}\nfollow: zzzzzzzzzzzzzzzzzzzzzzzzzz\n", ""},
	"tickets/2026/11/20/2611204216/2026-11-20T130500Z-received.md":                         {"---\nid: 0a1b2c3d\n---\nEen\n", "---\nattachments: [{file: 3f2a1c9b5d0c9e71.png}]\n---\nEen\n"},
	"tickets/2026/11/20/2611204216/2026-11-20T130501Z-linked-anna.md":                      {"---\nincident: 2026/1120-a\n---\n", "---\nincident: 2026/1120-b\n---\n", "---\nticket: \"2611204242\"\n---\n"},
	"tickets/2026/11/20/2611204216/2026-11-20T130502Z-demoted-anna.md":                     {"---\nuntil: 2026-11-22T12:00\nreason: Veel\n---\n"},
	"tickets/2026/11/20/2611204216/attachments/3f2a1c9b5d0c9e71.png":                       {"x"},
	"tickets/2026/11/20/2611204242/ticket.yaml":                                            {"subject: B\nlane: gold\nfollow: zzzzzzzzzzzzzzzzzzzzzzzzzz\n"},
	"tickets/2026/11/20/2611204242/2026-11-20T130500Z-received.md":                         {"---\n---\nTwee\n"},
	"tickets/2026/11/20/2611204242/2026-11-20T130501Z-merged-bert.md":                      {"---\ninto: \"2611204216\"\n---\n", "---\ninto: \"2611204250\"\n---\n"},
	"tickets/2026/11/20/2611204250/ticket.yaml":                                            {"subject: C\n"},
	"tickets/2026/11/20/2611204250/2026-11-20T130500Z-split-anna.md":                       {"---\ninto: [\"2611204216\", \"2611204242\"]\n---\n"},
	"tickets/2026/11/21/2611204216/ticket.yaml":                                            {"subject: The wrong day\nfollow: abcdefghijklmnopqrstuvwxyz\n"},
	"tickets/2026/11/20/first/ticket.yaml":                                                 {"subject: D\n"},
	"incidents/2026/1120-e/incident.yaml/strange":                                          {"x\n"},
	"maintenance/2026/1201-d/" + strings.Repeat("long", 20) + "/2026-11-20T1200-update.md": {"x\n"},
}

// TestReload changes a repository at random, over and over, and holds what Reload gives to what Load does.
func TestReload(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		fsys := fstest.MapFS{}
		names := slices.Sorted(maps.Keys(versions))
		for _, name := range names {
			if r.IntN(3) > 0 {
				put(fsys, name, versions[name][0])
			}
		}
		tree := load.Load(fsys, nil)
		Check(tree, checkNow)
		for step := range 60 {
			next := maps.Clone(fsys)
			changed := edit(r, next, names)
			was := snapshot(tree)
			reloaded := tree.Reload(next, changed, nil)
			t.Logf("seed %d, step %d: %s", seed, step, changed)
			sameTree(t, reloaded, load.Load(next, nil))
			shared(t, tree, reloaded, changed)
			if snapshot(tree) != was {
				t.Fatal("the tree before has changed")
			}
			if t.Failed() {
				return
			}
			fsys, tree = next, reloaded
		}
	}
}

// put writes a file unless another stands in its way.
func put(fsys fstest.MapFS, name, text string) bool {
	if !validFile(fsys, name) {
		return false
	}
	fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	return true
}

// edit changes some files, and returns their paths or, now and then, directories above them.
func edit(r *rand.Rand, fsys fstest.MapFS, names []string) (changed []string) {
	for range 1 + r.IntN(3) {
		name := names[r.IntN(len(names))]
		there := slices.Sorted(maps.Keys(fsys))
		switch what := r.IntN(10); {
		case what < 5: // write, new or over another version
			if put(fsys, name, versions[name][r.IntN(len(versions[name]))]) {
				changed = append(changed, name)
			}
		case what < 7 && len(there) > 0: // delete
			gone := there[r.IntN(len(there))]
			delete(fsys, gone)
			changed = append(changed, gone)
		case what < 8 && len(there) > 0: // delete a directory with all that is in it
			dir := path.Dir(there[r.IntN(len(there))])
			for _, file := range there {
				if dir != "." && load.Within(file, dir) {
					delete(fsys, file)
					changed = append(changed, file)
				}
			}
		case what < 9 && len(there) > 0: // rename
			from := there[r.IntN(len(there))]
			if f := fsys[from]; put(fsys, name, string(f.Data)) && name != from {
				delete(fsys, from)
				changed = append(changed, from, name)
			}
		default: // a link in place of a file or a case's directory
			link := name
			if r.IntN(2) == 0 {
				link = path.Dir(name)
			}
			for _, file := range there {
				if load.Within(file, link) && link != "." {
					delete(fsys, file)
					changed = append(changed, file)
				}
			}
			if link != "." && validFile(fsys, link) {
				fsys[link] = &fstest.MapFile{Data: []byte("site.yaml"), Mode: fs.ModeSymlink | 0o777}
				changed = append(changed, link)
			}
		}
	}
	for i, p := range changed {
		for r.IntN(5) == 0 && path.Dir(p) != "." {
			p = path.Dir(p)
		}
		changed[i] = p
	}
	if r.IntN(40) == 0 {
		changed = append(changed, ".")
	}
	return changed
}

// snapshot is what a tree says of itself.
func snapshot(t *load.Loaded) string {
	return fmt.Sprint(len(t.Tree.Incidents), len(t.Tree.Maintenance), len(t.Tree.Tickets), len(t.Cases()), len(t.Problems())) + problemText(Check(t, checkNow))
}

func sameTree(t *testing.T, got, want *load.Loaded) {
	t.Helper()
	for what, pair := range map[string][2]any{
		"shown": {got.Tree, want.Tree}, "written": {got.Written, want.Written}, "older": {got.Older, want.Older},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s\n reloaded:\n%+v\n loaded:\n%+v", what, pair[0], pair[1])
		}
	}
	if got, want := problemText(Check(got, checkNow)), problemText(Check(want, checkNow)); got != want {
		t.Errorf("reloaded:\n%s\n loaded:\n%s", got, want)
	}
}

// shared: what no changed path touches is the same record as before, and so is the setup.
func shared(t *testing.T, before, after *load.Loaded, changed []string) {
	t.Helper()
	if before.Tree.Zone.String() != after.Tree.Zone.String() || !slices.Equal(before.Tree.Site.Languages, after.Tree.Site.Languages) || before.AnyLanguage() != after.AnyLanguage() {
		return
	}
	touched := func(dir string) bool {
		return slices.ContainsFunc(changed, func(p string) bool { return p == "." || load.Within(p, dir) || load.Within(dir, p) })
	}
	for dir, e := range before.Cases() {
		if !touched(dir) && after.Cases()[dir] != e {
			t.Errorf("%s was read again", dir)
		}
	}
	ofCases := func(p string) bool {
		root, _, _ := strings.Cut(path.Clean(p), "/")
		return slices.Contains([]string{"incidents", "maintenance", "tickets"}, root)
	}
	if !slices.ContainsFunc(changed, func(p string) bool { return !ofCases(p) }) && after.Tree.Setup != before.Tree.Setup {
		t.Error("the setup was read again")
	}
}

// TestReloadDirectory: a path may be a directory, of which all below it is read again, or gone with its case.
func TestReloadDirectory(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, texts := range versions {
		put(fsys, name, texts[0])
	}
	tree := load.Load(fsys, nil)
	kept := tree.Tree.Incident("2025/1120-c")
	for _, changed := range [][]string{
		{"incidents/2026/1120-a"}, {"incidents/2026/1120-a/"}, {"./incidents/2026"}, {"incidents"}, {"incidents/2026/1120-a/incident.yaml", "incidents/2026/1120-a/2026-11-20T1405-investigating.md"},
	} {
		next := maps.Clone(fsys)
		for name := range fsys {
			if load.Within(name, "incidents/2026/1120-a") {
				delete(next, name)
			}
		}
		after := tree.Reload(next, changed, nil)
		sameTree(t, after, load.Load(next, nil))
		if after.Tree.Incident("2026/1120-a") != nil {
			t.Errorf("%s: the case is still there", changed)
		}
		if changed[0] != "incidents" && after.Tree.Incident("2025/1120-c") != kept {
			t.Errorf("%s: another case was read again", changed)
		}
		sameTree(t, after.Reload(fsys, changed, nil), tree)
	}
	if after := tree.Reload(fsys, nil, nil); after.Tree.Setup != tree.Tree.Setup || after.Tree.Incident("2025/1120-c") != kept {
		t.Error("nothing has changed, and something was read again")
	}
}

// TestReloadLogo: the logo may lie anywhere; a change of it, or of a directory that it is in, is a change of the setup.
func TestReloadLogo(t *testing.T) {
	fsys := fstest.MapFS{"site.yaml": {Data: []byte(versions["site.yaml"][0])}, "other/logo.svg": {Data: []byte("<svg/>")}}
	tree := load.Load(fsys, nil)
	next := maps.Clone(fsys)
	next["other/logo.svg"] = &fstest.MapFile{Data: []byte("<svg></svg>")}
	for _, changed := range []string{"other/logo.svg", "other"} {
		sameTree(t, tree.Reload(next, []string{changed}, nil), load.Load(next, nil))
	}
}

// TestReloadEmptyDirectory: a case whose files are gone and whose directory is still there is gone, as it is for git.
func TestReloadEmptyDirectory(t *testing.T) {
	dir := "incidents/2026/1120-a"
	fsys := fstest.MapFS{"site.yaml": {Data: []byte(versions["site.yaml"][0])}, dir + "/incident.yaml": {Data: []byte("title: A\n")}}
	tree := load.Load(fsys, nil)
	next := maps.Clone(fsys)
	delete(next, dir+"/incident.yaml")
	next[dir] = &fstest.MapFile{Mode: fs.ModeDir | 0o755}
	for _, p := range Check(load.Load(next, nil), checkNow) {
		if p.File != "site.yaml" {
			t.Error(p)
		}
	}
	sameTree(t, tree.Reload(next, []string{dir + "/incident.yaml"}, nil), load.Load(next, nil))
}

// FuzzLoad: no repository makes Load or Check panic, and each problem has a file, a code and a message.
func FuzzLoad(f *testing.F) {
	base, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		fsys := fstest.MapFS{}
		for _, file := range slices.Concat(base.Files, txtar.Parse(archive).Files) {
			if validFile(fsys, file.Name) {
				fsys[file.Name] = &fstest.MapFile{Data: file.Data}
			}
		}
		for _, p := range Check(load.Load(fsys, nil), checkNow) {
			if p.File == "" || p.Code == "" || p.Message == "" || (p.Line == 0) != (p.Column == 0) {
				t.Errorf("%+v", p)
			}
		}
	})
}

// validFile reports a name that a file can have beside the others: none of them is a directory above it, or below.
func validFile(fsys fstest.MapFS, name string) bool {
	if !utf8.ValidString(name) || name == "." || path.Clean("/"+name) != "/"+name {
		return false
	}
	for other := range fsys {
		if other != name && (load.Within(other, name) || load.Within(name, other)) {
			return false
		}
	}
	return true
}

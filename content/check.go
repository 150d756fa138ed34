package content

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Check returns every problem of a tree at an instant, sorted by place: of reading it, of what its records say, and of what they say of one another.
// The result depends on the files and on now alone.
func Check(t *Tree, now time.Time) []Problem {
	c := &checker{Setup: t.Setup}
	c.add(t.rootProblems)
	c.add(t.setupProblems)
	for _, problems := range t.outside {
		c.add(problems)
	}
	c.words = newVocabulary(t)
	c.setup(now)
	locate(t.fsys, c.problems)
	c.add(t.checked.cases(t, c.words))
	across := &checker{Setup: t.Setup, words: c.words}
	across.across(t, now)
	locate(t.fsys, across.problems)
	c.add(across.problems)
	return SortProblems(c.problems)
}

// Unspoken are the problems of a site's languages in which its theme says nothing, each at its place in site.yaml.
func Unspoken(t *Tree, speaks func(lang string) bool) []Problem {
	c := &checker{Setup: t.Setup}
	for i, lang := range t.Site.Languages {
		if !t.reading.anyTongue && !speaks(lang) {
			key := fmt.Sprintf("languages[%d]", i)
			c.error("site.yaml", key, codeUnknownLanguage, "write its words into theme/locales/"+lang+".json; what is not in it is said in English", "%s: nothing on the pages is written in %q", key, lang)
		}
	}
	locate(t.fsys, c.problems)
	return c.problems
}

// checkCache keeps what was found in cases that did not change since, by a setup that did not either.
type checkCache struct {
	mu    sync.Mutex
	setup *Setup
	found map[*entry][]Problem
}

// check finds what is wrong with a case by itself, its reading included.
func (e *entry) check(t *Tree, words vocabulary) []Problem {
	c := &checker{Setup: t.Setup, words: words}
	c.add(e.problems)
	c.entry(e)
	locate(t.fsys, c.problems)
	return c.problems
}

// cases checks each case that has not been checked with this setup.
func (k *checkCache) cases(t *Tree, words vocabulary) []Problem {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.setup != t.Setup {
		k.setup, k.found = t.Setup, nil
	}
	entries := slices.Collect(maps.Values(t.entries))
	checked := make([][]Problem, len(entries))
	OnAllCores(len(entries), func(i int) {
		problems, known := k.found[entries[i]]
		if !known {
			problems = entries[i].check(t, words)
		}
		checked[i] = problems
	})
	k.found = make(map[*entry][]Problem, len(entries))
	var all []Problem
	for i, e := range entries {
		k.found[e] = checked[i]
		all = append(all, checked[i]...)
	}
	return all
}

// checker collects what is wrong with records. A problem's place is looked up at the end, by its key.
type checker struct {
	*Setup
	words    vocabulary
	problems []Problem
}

// hasErrors reports whether something is wrong so far: of a case, with the reading of its files.
func (c *checker) hasErrors() bool { return HasErrors(c.problems) }

// misread reports whether a file, or one of some keys in it, could not be read: what it then seems to lack may be that.
func (c *checker) misread(file string, keys ...string) bool {
	return slices.ContainsFunc(c.problems, func(p Problem) bool {
		if p.File != file || p.Severity != Error {
			return false
		}
		at, _, _ := strings.Cut(p.Message, ": ")
		return p.Line == 0 && p.key == "" || p.Code == codeSyntax || p.Code == codeConflict || p.Code == codeFrontMatter || p.Code == codeEncoding || at == orFile("") || slices.Contains(keys, at)
	})
}

func (c *checker) add(problems []Problem) { c.problems = append(c.problems, problems...) }

func (c *checker) error(file, key, code, hint, format string, args ...any) {
	c.problems = append(c.problems, Problem{File: file, key: key, Severity: Error, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (c *checker) warn(file, key, code, hint, format string, args ...any) {
	c.error(file, key, code, hint, format, args...)
	c.problems[len(c.problems)-1].Severity = Warning
}

// names are what may be named, and where it stands. Where that could not be read whole, nothing is said to be unknown: the one mistake would be told a hundred times.
type names struct {
	what   string // service
	where  string // "services.yaml has "
	known  []string
	unsure bool
}

// reference finds a name that is not there; severity is Error unless told otherwise.
func (c *checker) reference(file, key, name string, n names, severity Severity) {
	if name == "" || n.unsure || slices.Contains(n.known, name) {
		return
	}
	at := strings.TrimSuffix(key, "."+name+"~") // of a key that is a name, what holds it
	if at != "" {
		at += ": "
	}
	c.error(file, key, codeReference, Nearest(name, n.known, n.where), "%sunknown %s %q", at, n.what, name)
	c.problems[len(c.problems)-1].Severity = severity
}

// vocabulary is all that records may name.
type vocabulary struct {
	torn                                                                                        map[string]bool // files of the setup that could not be read whole: of what they lack nothing more is said
	services, people, authors, forms, lanes, organisations, hooks, excluded, channels, holidays names
}

func newVocabulary(t *Tree) vocabulary {
	s := t.Setup
	torn := map[string]bool{}
	for _, p := range t.setupProblems {
		torn[p.File] = torn[p.File] || p.Severity == Error
	}
	broken := func(roots ...string) bool {
		return slices.ContainsFunc(t.setupProblems, func(p Problem) bool {
			return p.Severity == Error && slices.ContainsFunc(roots, func(root string) bool { return within(p.File, root) })
		})
	}
	v := vocabulary{
		torn:          torn,
		services:      names{what: "service", where: "services.yaml has ", unsure: broken("services.yaml")},
		people:        names{what: "person", where: "people.yaml has ", unsure: broken("people.yaml") || len(s.People) == 0}, // people.yaml is optional
		authors:       names{what: "author", where: "people.yaml and hooks.yaml have ", unsure: broken("people.yaml", "hooks.yaml") || len(s.People) == 0},
		forms:         names{what: "form", where: "forms/ has ", unsure: broken("forms")},
		lanes:         names{what: "lane", where: "policy/ has ", unsure: broken("policy")},
		organisations: names{what: "organisation", where: "organisations/ has ", unsure: broken("organisations") || len(s.Organisations) == 0},
		hooks:         names{what: "hook", where: "hooks.yaml has ", unsure: broken("hooks.yaml")},
		excluded:      names{what: "reason", where: "coverage.excluded in policy/ has ", unsure: broken("policy")},
		channels:      names{what: "channel", where: "channels are ", known: channels},
		holidays:      names{what: "holiday set", where: "holidays/ has ", unsure: broken("holidays")},
	}
	v.fill(s)
	return v
}

var channels = []string{"form", "email", "phone", "api", "staff"}

func (v *vocabulary) fill(s *Setup) {
	s.EachService(func(_, service *Service) { v.services.known = append(v.services.known, service.ID) })
	for _, h := range s.Hooks {
		v.hooks.known = append(v.hooks.known, h.Name)
	}
	v.people.known, v.organisations.known = s.People.Keys(), s.Organisations.Keys()
	v.authors.known = slices.Concat(v.people.known, v.hooks.known)
	for _, f := range s.Forms {
		v.forms.known = append(v.forms.known, f.ID)
	}
	for set := range s.Holidays {
		v.holidays.known = append(v.holidays.known, set)
	}
	slices.Sort(v.holidays.known)
	for _, p := range s.Policies {
		v.lanes.known = append(v.lanes.known, lanesOf(p)...)
		for _, e := range p.Coverage.Excluded {
			v.excluded.known = append(v.excluded.known, e.ID)
		}
	}
	if len(s.Policies) == 0 {
		v.lanes.known = lanesOf(nil)
	}
	v.lanes.known, v.excluded.known = distinct(v.lanes.known), distinct(v.excluded.known)
}

// lanesOf lists a policy's lanes, or the one lane of a policy that names none.
func lanesOf(p *Policy) (ids []string) {
	if p == nil || len(p.Lanes) == 0 {
		return []string{DefaultLane(p)}
	}
	for _, l := range p.Lanes {
		ids = append(ids, l.ID)
	}
	return ids
}

// distinct leaves out what comes again; the order stays.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// bodyDigest is what a translation's `translates` names: the first 8 hex of the SHA-256 of the source's body.
func bodyDigest(body string) Hex {
	sum := sha256.Sum256([]byte(plainLines(body)))
	return Hex(hex.EncodeToString(sum[:4]))
}

// stale finds a translation older than its source.
func (c *checker) stale(file, source string, translates Hex) {
	want := bodyDigest(source)
	line := "translates: " + quoteHex(want)
	switch translates {
	case want:
	case "":
		c.warn(file, "", codeStale, "when it says what the source says, write in its front matter: "+line, "nothing says which text this translates")
	default:
		c.warn(file, "translates", codeStale, "when it says what the source says now, write: "+line, "the source has changed since this was translated")
	}
}

// quoteHex quotes what YAML would take for a number; our reading does not mind, another's may.
func quoteHex(h Hex) string {
	if quoting(string(h)) != 0 {
		return `"` + string(h) + `"`
	}
	return string(h)
}

// duplicates calls yield for each id that an earlier one has already.
func duplicates[T any](list []T, id func(T) string, yield func(i int, id string)) {
	seen := map[string]bool{}
	for i, item := range list {
		if name := id(item); seen[name] {
			yield(i, name)
		} else if name != "" {
			seen[name] = true
		}
	}
}

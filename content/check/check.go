// Package check finds what is wrong with a content repository beyond reading its files: names that
// lead nowhere, promises that can't be kept, calendars, stale translations, what was told twice.
//
//	Check(loaded, now) ──► []content.Problem, sorted by place, those of reading included
//
// It looks at the files as they are written, not as they are shown, so that all that is wrong is
// told at once. What follows from a problem is not told besides: while services.yaml can't be read,
// no service is unknown.
//
// There is a file for each part of the content; a rule stands in the function that words its
// message.
package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/load"
)

// Checker checks a repository again and again, and remembers what it found in cases that did not
// change since. The zero value is ready. It is not for use by two at once.
type Checker struct {
	// Prose reads a text in Markdown; nil: nothing is said of links and pictures in texts.
	Prose func(text string) Prose

	setup *content.Setup
	found map[*load.Case][]content.Problem
	prose map[string]Prose // by text, of this setup
}

// Check returns every problem of a repository at an instant, sorted by place: of reading it, of
// what its records say, and of what they say of one another. It depends on the files and on now
// alone.
func Check(l *load.Loaded, now time.Time) []content.Problem { return new(Checker).Check(l, now) }

// Check is the function Check, quicker from the second time on.
func (k *Checker) Check(l *load.Loaded, now time.Time) []content.Problem {
	t := l.Written
	c := &checker{Setup: t.Setup, words: newVocabulary(l)}
	c.add(l.Problems())
	c.setup(now)
	load.Locate(l.Files(), c.problems)
	c.add(k.cases(l, c.words))
	across := &checker{Setup: t.Setup, words: c.words}
	across.across(t, l, now)
	across.untranslated(t, now)
	if k.Prose != nil {
		across.links(t, l, &proseReader{k.Prose, k.prose})
	}
	load.Locate(l.Files(), across.problems)
	c.add(across.problems)
	return tellOnce(content.SortProblems(c.problems))
}

// SetupAgrees reports whether the setup as it is written reads, and whether its names lead
// somewhere. Articles and replies are not asked: each stands for itself.
func SetupAgrees(l *load.Loaded) bool {
	c := &checker{Setup: l.Written.Setup, words: newVocabulary(l)}
	c.add(l.SetupProblems())
	c.setup(time.Time{}) // no error depends on the time
	return !slices.ContainsFunc(c.problems, func(p content.Problem) bool {
		return p.Severity == content.Error && !load.Within(p.File, "articles") && !load.Within(p.File, "replies")
	})
}

// Unspoken are the problems of a site's languages in which its theme says nothing, each at its
// place in site.yaml.
func Unspoken(l *load.Loaded, speaks func(lang string) bool) []content.Problem {
	c := &checker{Setup: l.Written.Setup}
	for i, lang := range c.Site.Languages {
		if !l.AnyLanguage() && !speaks(lang) {
			key := fmt.Sprintf("languages[%d]", i)
			c.error("site.yaml", key, content.CodeUnknownLanguage, "write its words into theme/locales/"+lang+".json; what is not in it is said in English", "%s: nothing on the pages is written in %q", key, lang)
		}
	}
	load.Locate(l.Files(), c.problems)
	return c.problems
}

// checkCase finds what is wrong with a case by itself, its reading included.
func checkCase(l *load.Loaded, r *load.Case, words vocabulary) []content.Problem {
	c := &checker{Setup: l.Written.Setup, words: words}
	c.add(r.Problems)
	c.record(r.Written)
	load.Locate(l.Files(), c.problems)
	return c.problems
}

// cases checks each case that has not been checked with this setup.
func (k *Checker) cases(l *load.Loaded, words vocabulary) []content.Problem {
	if k.setup != l.Written.Setup {
		k.setup, k.found, k.prose = l.Written.Setup, nil, map[string]Prose{}
	}
	cases := slices.Collect(maps.Values(l.Cases()))
	checked := make([][]content.Problem, len(cases))
	content.OnAllCores(len(cases), func(i int) {
		problems, known := k.found[cases[i]]
		if !known {
			problems = checkCase(l, cases[i], words)
		}
		checked[i] = problems
	})
	k.found = make(map[*load.Case][]content.Problem, len(cases))
	var all []content.Problem
	for i, c := range cases {
		k.found[c] = checked[i]
		found := checked[i]
		if t := c.Written.Ticket; t != nil && len(l.Written.MergedInto(t.Number)) > 0 {
			found = slices.DeleteFunc(slices.Clone(found), isNoEffect)
		}
		all = append(all, found...)
	}
	return all
}

// isNoEffect reports whether a problem is an event without effect. A ticket that was merged into
// another may give the other's events one, so package desk looks at those.
func isNoEffect(p content.Problem) bool { return p.Code == content.CodeNoEffect }

// checker collects what is wrong with records. A problem's place is looked up at the end, by its
// key.
type checker struct {
	*content.Setup
	words    vocabulary
	problems []content.Problem
}

// hasErrors reports whether something is wrong so far: of a case, with the reading of its files.
func (c *checker) hasErrors() bool { return content.HasErrors(c.problems) }

// isMisread reports whether a file, or one of some keys in it, could not be read: what it then
// seems to lack may be that.
func (c *checker) isMisread(file string, keys ...string) bool {
	return slices.ContainsFunc(c.problems, func(p content.Problem) bool {
		return p.File == file && p.Severity == content.Error && (p.Key == "" || slices.Contains(keys, p.Key))
	})
}

func (c *checker) add(problems []content.Problem) { c.problems = append(c.problems, problems...) }

func (c *checker) error(file, key, code, hint, format string, args ...any) {
	c.problems = append(c.problems, content.Problem{File: file, Key: key, Severity: content.Error, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (c *checker) warn(file, key, code, hint, format string, args ...any) {
	c.error(file, key, code, hint, format, args...)
	c.problems[len(c.problems)-1].Severity = content.Warning
}

// names are what may be named, and where it stands. Where that could not be read whole, nothing is
// said to be unknown: the one mistake would be told a hundred times.
type names struct {
	what   string // service
	where  string // "services.yaml has "
	known  []string
	unsure bool
}

// reference finds a name that is not there; severity is Error unless told otherwise.
func (c *checker) reference(file, key, name string, n names, severity content.Severity) {
	if name == "" || n.unsure || slices.Contains(n.known, name) {
		return
	}
	at := strings.TrimSuffix(key, "."+name+"~") // of a key that is a name, what holds it
	if at != "" {
		at += ": "
	}
	c.error(file, key, content.CodeReference, content.Nearest(name, n.known, n.where), "%sunknown %s %q", at, n.what, name)
	p := &c.problems[len(c.problems)-1]
	p.Severity, p.Names = severity, fmt.Sprintf("%s%s %q", n.where, n.what, name)
}

// tellOnce says once of a name that leads nowhere how many files of cases have it: the cause is
// one. The problems are in order.
func tellOnce(problems []content.Problem) []content.Problem {
	type cause struct {
		names    string
		severity content.Severity
	}
	first := map[cause]int{} // where its problem is in told
	files := map[cause]map[string]bool{}
	told := problems[:0]
	for _, p := range problems {
		if p.Names == "" || !load.IsOfCase(p.File) {
			told = append(told, p)
			continue
		}
		of := cause{p.Names, p.Severity}
		if _, again := first[of]; !again {
			first[of], files[of] = len(told), map[string]bool{}
			told = append(told, p)
		}
		files[of][p.File] = true
	}
	for of, i := range first {
		if n := len(files[of]); n > 1 {
			told[i].Message += fmt.Sprintf("; %d files name it", n)
		}
	}
	return told
}

// vocabulary is all that records may name.
type vocabulary struct {
	// misread are files of the setup that could not be read whole: of what they lack nothing more
	// is said.
	misread                                                                                               map[string]bool
	services, people, authors, forms, lanes, organisations, hooks, excluded, channels, holidays, articles names
}

func newVocabulary(l *load.Loaded) vocabulary {
	s, problems := l.Written.Setup, l.SetupProblems()
	misread := map[string]bool{}
	for _, p := range problems {
		misread[p.File] = misread[p.File] || p.Severity == content.Error
	}
	broken := func(roots ...string) bool {
		return slices.ContainsFunc(problems, func(p content.Problem) bool {
			return p.Severity == content.Error && slices.ContainsFunc(roots, func(root string) bool { return load.Within(p.File, root) })
		})
	}
	v := vocabulary{
		misread:       misread,
		services:      names{what: "service", where: "services.yaml has ", unsure: broken("services.yaml")},
		people:        names{what: "person", where: "people.yaml has ", unsure: broken("people.yaml") || len(s.People) == 0},
		authors:       names{what: "author", where: "people.yaml and hooks.yaml have ", unsure: broken("people.yaml", "hooks.yaml") || len(s.People) == 0},
		forms:         names{what: "form", where: "forms/ has ", unsure: broken("forms")},
		lanes:         names{what: "lane", where: "policy/ has ", unsure: broken("policy")},
		organisations: names{what: "organisation", where: "organisations/ has ", unsure: broken("organisations") || len(s.Organisations) == 0},
		hooks:         names{what: "hook", where: "hooks.yaml has ", unsure: broken("hooks.yaml")},
		excluded:      names{what: "reason", where: "coverage.excluded in policy/ has ", unsure: broken("policy")},
		channels:      names{what: "channel", where: "channels are ", known: channels},
		holidays:      names{what: "holiday set", where: "holidays/ has ", unsure: broken("holidays")},
		articles:      names{what: "article", where: "articles/ has "},
	}
	v.fill(s)
	return v
}

var channels = []string{"form", "email", "phone", "api", "staff"}

func (v *vocabulary) fill(s *content.Setup) {
	s.EachService(func(_, service *content.Service) { v.services.known = append(v.services.known, service.ID) })
	for _, h := range s.Hooks {
		v.hooks.known = append(v.hooks.known, h.Name)
	}
	v.people.known, v.organisations.known = s.People.Keys(), s.Organisations.Keys()
	v.authors.known = slices.Concat(v.people.known, v.hooks.known)
	for _, f := range s.Forms {
		v.forms.known = append(v.forms.known, f.ID)
	}
	for _, sec := range s.Sections {
		for _, a := range sec.Articles {
			v.articles.known = append(v.articles.known, a.ID())
		}
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
func lanesOf(p *content.Policy) (ids []string) {
	if p == nil || len(p.Lanes) == 0 {
		return []string{content.DefaultLane(p)}
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

// stale finds a translation older than its source.
func (c *checker) stale(file, source string, translates content.Hex) {
	want := content.BodyDigest(source)
	line := "translates: " + QuoteHex(want)
	switch translates {
	case want:
	case "":
		c.warn(file, "", content.CodeStale, "when it says what the source says, write in its front matter: "+line, "nothing says which text this translates")
	default:
		c.warn(file, "translates", content.CodeStale, "when it says what the source says now, write: "+line, "the source has changed since this was translated")
	}
}

// QuoteHex quotes what YAML would take for a number; our reading does not mind, another's may.
func QuoteHex(h content.Hex) string {
	if load.Quoting(string(h)) != 0 {
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

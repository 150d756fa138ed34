package content

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"
)

// Check returns every problem of a tree at an instant, sorted by place: of reading it, of what its records say, and of what they say of one another.
// The result depends on the files and on now alone.
func Check(t *Tree, now time.Time) []Problem {
	c := &checker{Setup: t.Setup, lister: lister{fsys: t.fsys}}
	c.problems = append(slices.Clone(t.setupProblems), t.outside...)
	c.add(t.checked.ofSetup(t, now))
	c.add(t.checked.ofCases(t))
	for _, e := range t.entries {
		c.links(t, e)
		c.future(e, now)
	}
	c.follow(t)
	c.locate()
	return sortProblems(c.problems)
}

// checkCache keeps what was found in records that did not change since.
type checkCache struct {
	mu    sync.Mutex
	setup *Setup
	found map[*entry][]Problem
}

// ofCases checks each case that has not been checked with this setup.
func (k *checkCache) ofCases(t *Tree) []Problem {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.setup != t.Setup {
		k.setup, k.found = t.Setup, nil
	}
	found := make(map[*entry][]Problem, len(t.entries))
	words := newVocabulary(t.Setup)
	var all []Problem
	for _, e := range t.entries {
		problems, known := k.found[e]
		if !known {
			c := &checker{Setup: t.Setup, lister: lister{fsys: t.fsys}, words: words}
			c.problems = slices.Clone(e.problems)
			c.entry(e)
			c.locate()
			problems = c.problems
		}
		found[e] = problems
		all = append(all, problems...)
	}
	k.found = found
	return all
}

func (k *checkCache) ofSetup(t *Tree, now time.Time) []Problem {
	c := &checker{Setup: t.Setup, lister: lister{fsys: t.fsys}, words: newVocabulary(t.Setup)}
	c.checkSetup(now)
	return c.problems
}

// checker collects what is wrong with records. A problem's place is looked up at the end, by its key.
type checker struct {
	*Setup
	lister
	words vocabulary
}

func (c *checker) add(problems []Problem) { c.problems = append(c.problems, problems...) }

func (c *checker) error(file, key, code, hint, format string, args ...any) {
	c.problems = append(c.problems, Problem{File: file, key: key, Severity: Error, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (c *checker) warn(file, key, code, hint, format string, args ...any) {
	c.problems = append(c.problems, Problem{File: file, key: key, Severity: Warning, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// reference says that a record names something that is not there.
func (c *checker) reference(file, key, what, name string, known []string, where string) {
	c.error(file, key, "unknown-reference", nearest(name, known, where+" has "), "%s: unknown %s %q", key, what, name)
}

// vocabulary is all that cases may name.
type vocabulary struct {
	services, people, forms, lanes, organisations, hooks, excluded []string
}

func newVocabulary(s *Setup) vocabulary {
	var v vocabulary
	s.EachService(func(_, service *Service) { v.services = append(v.services, service.ID) })
	v.people, v.organisations = s.People.Keys(), s.Organisations.Keys()
	for _, f := range s.Forms {
		v.forms = append(v.forms, f.ID)
	}
	for _, h := range s.Hooks {
		v.hooks = append(v.hooks, h.Name)
	}
	for _, p := range s.Policies {
		for _, l := range p.Lanes {
			v.lanes = append(v.lanes, l.ID)
		}
		for _, e := range p.Coverage.Excluded {
			v.excluded = append(v.excluded, e.ID)
		}
	}
	slices.Sort(v.lanes)
	v.lanes = slices.Compact(v.lanes)
	return v
}

// locate looks up the place of each problem that has a key but no line, reading its file once more.
func (c *checker) locate() {
	roots := map[string]*yaml.Node{}
	above := map[string]int{}
	for i := range c.problems {
		p := &c.problems[i]
		if p.key == "" || p.Line > 0 {
			continue
		}
		if _, read := roots[p.File]; !read {
			roots[p.File], above[p.File] = c.reread(p.File)
		}
		if n := find(roots[p.File], p.key); n != nil {
			p.Line, p.Column = n.Line+above[p.File], n.Column
		}
	}
}

func (c *checker) reread(file string) (root *yaml.Node, above int) {
	l := lister{fsys: c.fsys}
	text, ok := l.text(file, maxProse)
	if !ok {
		return nil, 0
	}
	if path.Ext(file) == ".md" {
		text, _, above, _ = splitFront(text)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) == 0 {
		return nil, above
	}
	return doc.Content[0], above
}

// find follows a key such as services.checkout or fields[2].id, as far as it leads. A ~ at its end means the key itself, not its value.
func find(n *yaml.Node, key string) *yaml.Node {
	key, wantKey := strings.CutSuffix(key, "~")
	for n != nil && key != "" {
		next, rest, at := step(n, key)
		if next == nil {
			return n
		}
		if rest == "" && wantKey && at != nil {
			return at
		}
		n, key = next, rest
	}
	return n
}

func step(n *yaml.Node, key string) (next *yaml.Node, rest string, at *yaml.Node) {
	if n.Kind == yaml.SequenceNode && key[0] == '[' {
		var i int
		if _, err := fmt.Sscanf(key, "[%d]", &i); err == nil && i < len(n.Content) {
			return n.Content[i], strings.TrimPrefix(key[strings.IndexByte(key, ']')+1:], "."), nil
		}
	}
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		name := n.Content[i].Value
		rest, ok := strings.CutPrefix(key, name)
		if ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return n.Content[i+1], strings.TrimPrefix(rest, "."), n.Content[i]
		}
	}
	return nil, "", nil
}

// BodyDigest is what a translation's `translates` names: the first 8 hex of the SHA-256 of the source's body.
func BodyDigest(body string) Hex {
	sum := sha256.Sum256([]byte(PlainLines(body)))
	return Hex(hex.EncodeToString(sum[:4]))
}

// stale finds a translation older than its source.
func (c *checker) stale(file, source string, translates Hex, lang string) {
	want := BodyDigest(source)
	if translates == want {
		return
	}
	key := "translates"
	if translates == "" {
		c.warn(file, "", "stale-translation", fmt.Sprintf("when it says what the source says, add to its front matter: translates: %s", quoteHex(want)), "nothing says which text this translates")
		return
	}
	c.warn(file, key, "stale-translation", fmt.Sprintf("when it says what the source says, write: translates: %s", quoteHex(want)),
		"the source has changed since this was translated")
}

var digitsLike = regexp.MustCompile(`^[0-9.]+(e[0-9]+)?$`)

func quoteHex(h Hex) string {
	if digitsLike.MatchString(string(h)) {
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

// subset reports whether every element of a is in b; an empty b is everything.
func subset[T comparable](a, b []T) bool {
	if len(b) == 0 {
		return true
	}
	if len(a) == 0 {
		return false
	}
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}

// countSet counts the values that are not zero.
func countSet(values ...any) (n int) {
	for _, v := range values {
		if !reflect.ValueOf(v).IsZero() {
			n++
		}
	}
	return n
}

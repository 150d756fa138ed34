package content

import (
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// loaded is how a tree was read: what Reload needs to read only what changed, and Check to say what is wrong.
type loaded struct {
	fsys          fs.FS
	reading       *reading
	entries       map[string]*entry    // by the case's directory
	outside       map[string][]Problem // what stands between cases and is none, by path
	rootProblems  []Problem
	setupProblems []Problem
	checked       *checkCache
	index
}

// Load reads a whole content repository. What is wrong with it Check says; a tree with errors is fit for nothing else.
func Load(fsys fs.FS) *Tree {
	t := &Tree{loaded: loaded{fsys: fsys, rootProblems: checkRoot(fsys), entries: map[string]*entry{}, outside: map[string][]Problem{}, checked: &checkCache{}}}
	t.Setup, t.reading, t.setupProblems = readSetup(fsys)
	t.read(slices.Clone(caseDirs))
	return t
}

// Reload reads again what the changed paths touch, and shares every other record with the tree. A path may be a file or a directory, there or gone.
func (t *Tree) Reload(fsys fs.FS, changed []string) *Tree {
	next := &Tree{Setup: t.Setup, loaded: t.loaded}
	next.fsys, next.rootProblems = fsys, checkRoot(fsys)
	cases, setup := t.touched(changed)
	if setup {
		next.Setup, next.reading, next.setupProblems = readSetup(fsys)
		if next.reading.same(t.reading) {
			next.Setup.Zone, next.reading = t.Zone, t.reading // the cases' times are in it
		} else {
			cases = slices.Clone(caseDirs) // every text and time may mean something else
		}
	}
	next.entries, next.outside = maps.Clone(t.entries), maps.Clone(t.outside)
	next.read(cases)
	return next
}

// touched sorts changed paths into the setup and places below which to read cases again.
func (t *Tree) touched(changed []string) (cases []string, setup bool) {
	for _, p := range changed {
		p = strings.TrimPrefix(path.Clean("/"+p), "/")
		root, _, _ := strings.Cut(p, "/")
		switch {
		case p == "":
			return slices.Clone(caseDirs), true
		case slices.Contains(caseDirs, root):
			cases = append(cases, caseOf(p))
		case slices.Contains(setupFiles, root), slices.Contains(setupDirs, root), t.isLogo(p):
			setup = true
		}
	}
	slices.Sort(cases)
	return slices.CompactFunc(cases, func(above, below string) bool { return within(below, above) }), setup
}

// isLogo reports the logo's file, or a directory that it is in.
func (t *Tree) isLogo(p string) bool {
	return t.Site.Brand.Logo != "" && within(path.Clean(t.Site.Brand.Logo), p)
}

// within reports whether a path is another or below it.
func within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, dir) && p[len(dir)] == '/'
}

// caseOf cuts a path in a case off at the case's directory; what lies above cases it returns as it is.
func caseOf(p string) string {
	root, _, _ := strings.Cut(p, "/")
	parts := strings.Split(p, "/")
	return strings.Join(parts[:min(len(parts), depth[CaseType(root)]+2)], "/")
}

// caseDir is the directory of a case.
type caseDir struct {
	kind CaseType
	dir  string
}

// read reads all cases at and below some places, and forgets what was known of them.
func (t *Tree) read(places []string) {
	l := lister{fsys: t.fsys}
	var dirs []caseDir
	for _, place := range places {
		t.forget(place)
		dirs = append(dirs, l.cases(place)...)
	}
	for _, p := range l.problems {
		t.outside[p.File] = append(t.outside[p.File], p)
	}
	maps.Copy(t.entries, readCases(l, t.reading, dirs))
	t.assemble()
}

// forget drops the cases at and below a place.
func (t *Tree) forget(place string) {
	delete(t.entries, place)
	delete(t.outside, place)
	if caseLevel(place) > 0 {
		maps.DeleteFunc(t.entries, func(dir string, _ *entry) bool { return within(dir, place) })
		maps.DeleteFunc(t.outside, func(p string, _ []Problem) bool { return within(p, place) })
	}
}

// caseLevel is how many levels of directories a place is above its cases; 0 for a case's own.
func caseLevel(place string) int {
	root, _, _ := strings.Cut(place, "/")
	return depth[CaseType(root)] + 1 - strings.Count(place, "/")
}

// cases lists the directories of the cases at and below a place, which may be gone or no directory.
func (l *lister) cases(place string) []caseDir {
	mode, there := l.look(place)
	switch {
	case !there || strings.Contains(place, "/."):
		return nil
	case mode.IsDir():
		return l.casesIn(place)
	case mode.IsRegular():
		l.stray(place)
	default:
		l.odd(place, mode)
	}
	return nil
}

// casesIn is cases for a directory.
func (l *lister) casesIn(dir string) []caseDir {
	if caseLevel(dir) == 0 {
		root, _, _ := strings.Cut(dir, "/")
		return []caseDir{{CaseType(root), dir}}
	}
	files, dirs := l.list(dir)
	for _, f := range files {
		l.stray(path.Join(dir, f))
	}
	var all []caseDir
	for _, d := range dirs {
		all = append(all, l.casesIn(path.Join(dir, d))...)
	}
	return all
}

// stray says that a file stands where cases' directories do.
func (l *lister) stray(file string) {
	root, rest, _ := strings.Cut(file, "/")
	hint := "put it into the directory of its case, such as " + root + "/2026/1120-payments/"
	if CaseType(root) == TicketCase {
		hint = "put it into the directory of its ticket, such as tickets/2026/11/20/2611204216/"
	}
	if rest == "" {
		hint = "rename or move it"
	}
	l.problem(file, codeUnknownFile, hint, "a file outside of a case")
}

// readCases reads cases on all cores.
func readCases(l lister, r *reading, dirs []caseDir) map[string]*entry {
	entries := make([]*entry, len(dirs))
	OnAllCores(len(dirs), func(i int) { entries[i] = readCase(l, r, dirs[i].kind, dirs[i].dir) })
	byDir := make(map[string]*entry, len(dirs))
	for i, d := range dirs {
		if entries[i] != nil {
			byDir[d.dir] = entries[i]
		}
	}
	return byDir
}

// OnAllCores calls do for each number below n: a case costs little, and a desk of many years has very many.
func OnAllCores(n int, do func(i int)) {
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), n)
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wait.Wait()
}

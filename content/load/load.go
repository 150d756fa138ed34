// Package load reads the files of a content repository into records, and writes records as files.
//
//	Load(fs.FS, history) ──► *Loaded ──► Tree, Written, Problems
//	loaded.Reload(fs.FS, paths) ──► *Loaded, records that did not change shared
//	Encode(record), EncodeEvent(event) ──► bytes that read as the same again
//
// Reading is strict: an unknown key, a wrong type, an ambiguous time is a problem with its place.
// Load never fails. Everything is read, and every problem of a file's own name and bytes is found;
// what records say of one another is package check's.
//
// A file with an error does not read. Each file of a case, each article and each reply stands for
// itself: where a History is given, such a file is shown in its newest older version that reads.
// The rest of the setup is read from one place, which may be an older commit.
//
// Reading follows no symbolic link, takes no file over a limit, and knows YAML in no other form
// than plain keys and values (yaml.go). Nothing past this package sees YAML.
//
// Where things are: decode.go and notation.go read values into records by their `key` tags;
// setup.go, articles.go, case.go and event.go know files and names; mistakes.go is what a file can
// be wrong by itself; older.go chooses a version; load.go puts the trees together; encode.go
// writes.
package load

import (
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Loaded is a repository as it was read: a tree to show, and what there is to say of its files.
//
// Tree has only what reads without an error. A file that does not is shown as Older tells. Written
// has every file as it stands now, half-read where it has an error: only Check is interested in it.
// Where nothing is wrong the two are the same.
type Loaded struct {
	Tree    *content.Tree
	Written *content.Tree
	Older   []Older // files of cases, articles and replies that are shown in an older version, by path

	fsys    fs.FS
	history History
	reading *reading
	cases   map[string]*Case             // by directory
	outside map[string][]content.Problem // what stands between cases and is none, by path
	root    []content.Problem            // of erased.txt, and of names at the root
	erased  []string                     // the numbers of erased.txt
	setup   setupReading
}

// History says where older versions of files come from. The zero value knows none.
type History struct {
	// Versions lists the versions of a file before the one that is read, the newest first.
	Versions func(file string) iter.Seq[Version]
	// Setup is the commit from which the setup is read, but for articles and replies; nil: it is
	// read with all else.
	Setup *SetupVersion
}

// SetupVersion is the setup as it was in a commit.
type SetupVersion struct {
	Commit string
	At     time.Time // of the commit
	Files  fs.FS
}

// commit is "" where the setup is read with all else.
func (v *SetupVersion) commit() string {
	if v == nil {
		return ""
	}
	return v.Commit
}

// Version is what a file was in a commit.
type Version struct {
	Commit string
	At     time.Time // of the commit
	Data   []byte
}

// Older is a file that is shown as it was in a commit, since it can't be read as it is now.
type Older struct {
	File   string
	Commit string
	At     time.Time
}

// Short returns the first ten digits of the commit, for people.
func (o Older) Short() string { return o.Commit[:min(10, len(o.Commit))] }

// Load reads a whole content repository; h may be nil. What is wrong with it package check says.
func Load(fsys fs.FS, h *History) *Loaded {
	l := &Loaded{fsys: fsys, history: orNone(h), cases: map[string]*Case{}, outside: map[string][]content.Problem{}}
	l.readRoot()
	l.readSetup()
	l.read(slices.Clone(caseDirs))
	return l
}

func orNone(h *History) History {
	if h == nil {
		return History{}
	}
	return *h
}

// Reload reads again what the changed paths touch, and what is shown in an older version. Every
// other record is shared. A path may be a file or a directory, there or gone.
func (l *Loaded) Reload(fsys fs.FS, changed []string, h *History) *Loaded {
	next := &Loaded{fsys: fsys, history: orNone(h), reading: l.reading, setup: l.setup, cases: maps.Clone(l.cases), outside: maps.Clone(l.outside)}
	next.readRoot()
	cases, setup := l.touched(changed)
	for dir, c := range l.cases {
		if len(c.broken) > 0 && next.history.Versions != nil {
			cases = append(cases, dir)
		}
	}
	if setup || len(l.setup.broken) > 0 && next.history.Versions != nil || next.history.Setup.commit() != l.history.Setup.commit() {
		next.readSetup()
		if next.reading.same(l.reading) {
			next.reading = l.reading // the cases' times are in its zone
			for _, s := range []*content.Setup{next.setup.shown, next.setup.written} {
				if s.Zone.String() == next.reading.zone.String() {
					s.Zone = next.reading.zone
				}
			}
		} else {
			cases = slices.Clone(caseDirs) // every text and time may mean something else
		}
	}
	next.read(outermost(cases))
	return next
}

// LoadSetup reads the setup alone.
func LoadSetup(fsys fs.FS) *Loaded {
	l := &Loaded{fsys: fsys}
	l.readRoot()
	l.readSetup()
	l.assemble()
	return l
}

// SetupCommit is the commit from which the setup is shown, since it can't be read as it is now; nil
// where it can.
func (l *Loaded) SetupCommit() *SetupVersion { return l.history.Setup }

// Problems are what was found in reading the setup and what stands outside of cases.
func (l *Loaded) Problems() []content.Problem {
	problems := slices.Concat(l.root, l.setup.problems)
	for _, p := range l.outside {
		problems = append(problems, p...)
	}
	return problems
}

// SetupProblems are what was found in reading the setup.
func (l *Loaded) SetupProblems() []content.Problem { return l.setup.problems }

// Cases are all cases by directory. They are not to be changed.
func (l *Loaded) Cases() map[string]*Case { return l.cases }

// Files is what was read.
func (l *Loaded) Files() fs.FS { return l.fsys }

// AnyLanguage reports whether site.yaml does not say which languages there are: then any will do.
func (l *Loaded) AnyLanguage() bool { return l.reading.anyTongue }

// touched sorts changed paths into the setup and positions below which to read cases again.
func (l *Loaded) touched(changed []string) (cases []string, setup bool) {
	for _, p := range changed {
		p = strings.TrimPrefix(path.Clean("/"+p), "/")
		root, _, _ := strings.Cut(p, "/")
		switch {
		case p == "":
			return slices.Clone(caseDirs), true
		case slices.Contains(caseDirs, root):
			cases = append(cases, caseOf(p))
		case slices.Contains(setupFiles, root), slices.Contains(setupDirs, root), l.isLogo(p):
			setup = true
		}
	}
	return cases, setup
}

// outermost sorts directories and leaves out those that are within another.
func outermost(dirs []string) []string {
	slices.Sort(dirs)
	return slices.CompactFunc(dirs, func(above, below string) bool { return Within(below, above) })
}

// isLogo reports whether p is the logo's file, or a directory that it is in.
func (l *Loaded) isLogo(p string) bool {
	logo := l.setup.written.Site.Brand.Logo
	return logo != "" && Within(path.Clean(logo), p)
}

// Within reports whether a path is another or below it.
func Within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, dir) && p[len(dir)] == '/'
}

// caseOf cuts a path in a case off at the case's directory; what lies above cases it returns as it
// is.
func caseOf(p string) string {
	root, _, _ := strings.Cut(p, "/")
	parts := strings.Split(p, "/")
	return strings.Join(parts[:min(len(parts), depth[content.CaseType(root)]+2)], "/")
}

// caseDir is the directory of a case.
type caseDir struct {
	kind content.CaseType
	dir  string
}

// read reads all cases at and below some directories, forgets what was known of them, and puts the
// trees together.
func (l *Loaded) read(dirs []string) {
	in := lister{fsys: l.fsys}
	var found []caseDir
	for _, dir := range dirs {
		l.forget(dir)
		found = append(found, in.cases(dir)...)
	}
	for _, p := range in.problems {
		l.outside[p.File] = append(l.outside[p.File], p)
	}
	maps.Copy(l.cases, l.readCases(found))
	l.assemble()
}

// forget drops the cases at and below a directory.
func (l *Loaded) forget(dir string) {
	delete(l.cases, dir)
	delete(l.outside, dir)
	if caseLevel(dir) > 0 {
		maps.DeleteFunc(l.cases, func(d string, _ *Case) bool { return Within(d, dir) })
		maps.DeleteFunc(l.outside, func(p string, _ []content.Problem) bool { return Within(p, dir) })
	}
}

// assemble makes the trees of the setup and the cases.
func (l *Loaded) assemble() {
	var shown, written records
	same := l.setup.shown == l.setup.written
	l.Older = slices.Clone(l.setup.older)
	var unread []string
	for dir, c := range l.cases {
		if c.Shown == (Record{}) {
			unread = append(unread, dir)
		}
		shown.add(c.Shown)
		written.add(c.Written)
		same = same && c.Shown == c.Written
		l.Older = append(l.Older, c.older...)
	}
	slices.SortFunc(l.Older, func(a, b Older) int { return strings.Compare(a.File, b.File) })
	l.Tree = content.NewTree(l.setup.shown, shown.incidents, shown.maintenance, shown.tickets)
	if l.Written = l.Tree; !same {
		l.Written = content.NewTree(l.setup.written, written.incidents, written.maintenance, written.tickets)
	}
	slices.Sort(unread)
	l.Tree.Erased, l.Tree.Unread = l.erased, unread
	l.Written.Erased, l.Written.Unread = l.erased, unread
}

type records struct {
	incidents   []*content.Incident
	maintenance []*content.Maintenance
	tickets     []*content.Ticket
}

func (r *records) add(c Record) {
	switch {
	case c.Incident != nil:
		r.incidents = append(r.incidents, c.Incident)
	case c.Maintenance != nil:
		r.maintenance = append(r.maintenance, c.Maintenance)
	case c.Ticket != nil:
		r.tickets = append(r.tickets, c.Ticket)
	}
}

// caseLevel is how many levels of directories a place is above its cases; 0 for a case's own.
func caseLevel(place string) int {
	root, _, _ := strings.Cut(place, "/")
	return depth[content.CaseType(root)] + 1 - strings.Count(place, "/")
}

// cases lists the directories of the cases at and below a place, which may be gone or no directory.
func (l *lister) cases(place string) []caseDir {
	mode, there := l.modeOf(place)
	switch {
	case !there || strings.Contains(place, "/."):
		return nil
	case mode.IsDir():
		return l.casesIn(place)
	case mode.IsRegular():
		l.stray(place)
	default:
		l.refuseMode(place, mode)
	}
	return nil
}

// casesIn is cases for a directory.
func (l *lister) casesIn(dir string) []caseDir {
	if caseLevel(dir) == 0 {
		root, _, _ := strings.Cut(dir, "/")
		return []caseDir{{content.CaseType(root), dir}}
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
	if content.CaseType(root) == content.TicketCase {
		hint = "put it into the directory of its ticket, such as tickets/2026/11/20/2611204216/"
	}
	if rest == "" {
		hint = "rename or move it"
	}
	l.problem(file, content.CodeUnknownFile, hint, "a file outside of a case")
}

// readCases reads cases on all cores.
func (l *Loaded) readCases(dirs []caseDir) map[string]*Case {
	cases := make([]*Case, len(dirs))
	content.OnAllCores(len(dirs), func(i int) { cases[i] = l.readCase(dirs[i].kind, dirs[i].dir) })
	byDir := make(map[string]*Case, len(dirs))
	for i, d := range dirs {
		if cases[i] != nil {
			byDir[d.dir] = cases[i]
		}
	}
	return byDir
}

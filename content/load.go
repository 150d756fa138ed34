package content

import (
	"cmp"
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
	entries       map[string]*entry // by the case's directory
	outside       []Problem         // of directories that hold cases
	setupProblems []Problem
	checked       *checkCache

	byNumber map[string]*Ticket
	byFollow map[string]*Ticket
	byID     map[string]*Incident
	merged   map[string][]*Ticket // by the survivor's number
	split    map[string]*Ticket   // by the child's number: the ticket it was split from
	demoted  map[string][]*Event  // by the requester's key
	linked   map[string][]*Ticket // by the incident's id
}

// depth is how many directories lie between a case type's own and its cases' names.
var depth = map[CaseType]int{IncidentCase: 1, MaintenanceCase: 1, TicketCase: 3}

// Load reads a whole content repository. What is wrong with it Check says; a tree with errors is fit for nothing else.
func Load(fsys fs.FS) *Tree {
	l := lister{fsys: fsys}
	setup, problems := readSetup(l)
	t := &Tree{Setup: setup, loaded: loaded{fsys: fsys, setupProblems: problems, checked: &checkCache{}}}
	var dirs []caseDir
	for kind := range depth {
		dirs = append(dirs, l.cases(kind, string(kind), depth[kind])...)
	}
	t.outside = l.problems
	t.entries = readCases(l, t.reading(), dirs)
	t.assemble()
	return t
}

// Reload reads again what the changed paths touch, and shares every other record with the tree. A path may be a file or a directory, there or gone.
func (t *Tree) Reload(fsys fs.FS, changed []string) *Tree {
	l := lister{fsys: fsys}
	next := &Tree{Setup: t.Setup, loaded: loaded{fsys: fsys, setupProblems: t.setupProblems, outside: t.outside, checked: t.checked}}
	touched := map[caseDir]bool{}
	for _, p := range changed {
		kind, dir, known := caseOf(p)
		switch {
		case known && dir == "": // a directory that holds cases: anything below it
			return Load(fsys)
		case known:
			touched[caseDir{kind, dir}] = true
		case next.Setup == t.Setup && isSetup(p):
			next.Setup, next.setupProblems = readSetup(l)
		}
	}
	if !next.reading().same(t.reading()) {
		return Load(fsys)
	}
	next.entries = maps.Clone(t.entries)
	var dirs []caseDir
	for d := range touched {
		delete(next.entries, d.dir)
		if l.exists(d.dir) {
			dirs = append(dirs, d)
		}
	}
	maps.Copy(next.entries, readCases(l, next.reading(), dirs))
	next.assemble()
	return next
}

func (t *Tree) reading() *reading { return &reading{zone: t.Zone, languages: t.Site.Languages} }

// setupRoots are the files and directories that make up a Setup.
var setupRoots = []string{"site.yaml", "services.yaml", "people.yaml", "hooks.yaml", "organisations", "policy", "holidays", "forms", "articles", "replies", "brand"}

func isSetup(p string) bool {
	root, _, _ := strings.Cut(p, "/")
	return slices.Contains(setupRoots, root) || strings.HasSuffix(p, ".svg") || strings.HasSuffix(p, ".png")
}

// caseOf names the case that a path belongs to; dir is "" for a directory that holds cases.
func caseOf(p string) (kind CaseType, dir string, known bool) {
	parts := strings.Split(p, "/")
	kind = CaseType(parts[0])
	n, known := depth[kind]
	if !known || len(parts) < n+2 {
		return kind, "", known
	}
	return kind, strings.Join(parts[:n+2], "/"), true
}

type caseDir struct {
	kind CaseType
	dir  string
}

// exists reports whether a directory is there and is one, no link on the way to it.
func (l *lister) exists(dir string) bool {
	info, err := fs.Stat(l.fsys, dir)
	return err == nil && info.IsDir()
}

// cases lists the directories of the cases below dir.
func (l *lister) cases(kind CaseType, dir string, deep int) []caseDir {
	files, dirs := l.list(dir)
	for _, f := range files {
		l.problem(path.Join(dir, f), "unknown-file", "a case is a directory; its events are files in it", "a file outside of a case")
	}
	var all []caseDir
	for _, d := range dirs {
		if sub := path.Join(dir, d); deep == 0 {
			all = append(all, caseDir{kind, sub})
		} else {
			all = append(all, l.cases(kind, sub, deep-1)...)
		}
	}
	return all
}

// readCases reads cases on all cores.
func readCases(l lister, r *reading, dirs []caseDir) map[string]*entry {
	entries := make([]*entry, len(dirs))
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(dirs))
	for w := range workers {
		wait.Go(func() {
			for i := w; i < len(dirs); i += workers {
				entries[i] = readCase(l, r, dirs[i].kind, dirs[i].dir)
			}
		})
	}
	wait.Wait()
	byDir := make(map[string]*entry, len(dirs))
	for i, d := range dirs {
		byDir[d.dir] = entries[i]
	}
	return byDir
}

// assemble puts the records in order and finds them by what names them.
func (t *Tree) assemble() {
	t.byNumber, t.byFollow, t.byID = map[string]*Ticket{}, map[string]*Ticket{}, map[string]*Incident{}
	t.merged, t.linked = map[string][]*Ticket{}, map[string][]*Ticket{}
	t.split, t.demoted = map[string]*Ticket{}, map[string][]*Event{}
	for _, e := range t.entries {
		switch {
		case e.incident != nil:
			t.Incidents = append(t.Incidents, e.incident)
			t.byID[e.incident.ID] = e.incident
		case e.maintenance != nil:
			t.Maintenance = append(t.Maintenance, e.maintenance)
		case e.ticket != nil:
			t.Tickets = append(t.Tickets, e.ticket)
		}
	}
	slices.SortFunc(t.Incidents, func(a, b *Incident) int { return cmp.Compare(a.Dir, b.Dir) })
	slices.SortFunc(t.Maintenance, func(a, b *Maintenance) int { return cmp.Compare(a.Dir, b.Dir) })
	slices.SortFunc(t.Tickets, func(a, b *Ticket) int { return cmp.Compare(a.Number, b.Number) })
	for _, ticket := range t.Tickets {
		t.index(ticket)
	}
}

func (t *Tree) index(ticket *Ticket) {
	t.byNumber[ticket.Number] = ticket
	if ticket.Follow != "" {
		t.byFollow[ticket.Follow] = ticket
	}
	for _, l := range t.entries[ticket.Dir].links {
		switch {
		case l.incident != "":
			if !slices.Contains(t.linked[l.incident], ticket) {
				t.linked[l.incident] = append(t.linked[l.incident], ticket)
			}
		case l.event.Kind == Merged:
			t.merged[l.ticket] = append(t.merged[l.ticket], ticket)
		case l.event.Kind == Split && t.split[l.ticket] == nil:
			t.split[l.ticket] = ticket
		}
	}
	if key := ticket.Requester.Key(); key != "" && len(t.entries[ticket.Dir].demotions) > 0 {
		t.demoted[key] = append(t.demoted[key], t.entries[ticket.Dir].demotions...)
	}
}

// Ticket returns the ticket with a number, written with spaces and dashes or without, or nil.
func (t *Tree) Ticket(number string) *Ticket {
	n, _ := ParseNumber(number)
	return t.byNumber[n]
}

// Follow returns the ticket with a follow token, or nil.
func (t *Tree) Follow(token string) *Ticket { return t.byFollow[token] }

// Incident returns the incident with an id (2026/1120-payments), or nil.
func (t *Tree) Incident(id string) *Incident { return t.byID[id] }

// Linked returns the tickets that were ever linked to an incident, by number.
func (t *Tree) Linked(incident string) []*Ticket { return t.linked[incident] }

// MergedInto returns the tickets that an event says were merged into one, by number.
func (t *Tree) MergedInto(number string) []*Ticket { return t.merged[number] }

// SplitFrom returns the ticket that an event says one was split from, or nil.
func (t *Tree) SplitFrom(number string) *Ticket { return t.split[number] }

// Demotions returns the demotions of a requester, on whichever of their tickets they were made; none of somebody without id or address.
func (t *Tree) Demotions(r Requester) []*Event {
	if len(t.demoted) == 0 {
		return nil
	}
	return t.demoted[r.Key()]
}

// Package sample holds complete desks, each a valid content repository, and tells their story as it
// would have come about by now.
//
// A desk's story runs over eight weeks. History shifts it by whole weeks, so that weekdays hold and
// now lies in its last week, and leaves out what has not happened yet: every date in names, front
// matter and records moves, the prose, policies and holidays stay.
package sample

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/load"
)

//go:embed all:marketplace all:plugins all:servicedesk all:webshop all:starter
var desks embed.FS

// Names lists the sample desks. Starter is the small one that a new repository begins with; it is
// not among them.
func Names() []string { return []string{"marketplace", "plugins", "servicedesk", "webshop"} }

// Starter is the desk that a new repository begins with.
const Starter = "starter"

// lastWeek is the Monday of the last week of every story, in the desk's zone.
var lastWeek = content.Date{Year: 2026, Month: time.November, Day: 16}

// FS returns a desk as it was written.
func FS(name string) (fs.FS, error) {
	if name != Starter && !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no sample desk %q: there are %s", name, strings.Join(Names(), ", "))
	}
	return fs.Sub(desks, name)
}

// Commit is one change of a desk's story.
type Commit struct {
	At      time.Time
	Author  string // a person's id, or "" for the desk itself
	Message string
	Files   []File
}

// File is one file of the content repository.
type File struct {
	Path string
	Data []byte
}

// History returns a desk's story up to now as commits in order: first what a desk writes once, then
// each event with its translations.
func History(name string, now time.Time) ([]Commit, error) {
	fsys, err := FS(name)
	if err != nil {
		return nil, err
	}
	tree := load.Load(fsys, nil).Tree
	s := shift{zone: tree.Zone, numbers: map[string]string{}}
	today := content.DateOf(now.In(tree.Zone))
	for !today.Before(lastWeek.AddDays(s.days + 7)) {
		s.days += 7
	}
	for today.Before(lastWeek.AddDays(s.days)) {
		s.days -= 7
	}
	for _, t := range tree.Tickets {
		s.numbers[t.Number] = s.number(t.Number)
	}
	story := story{fsys: fsys, shift: s, now: now}
	return story.tell(tree)
}

// story gathers commits.
type story struct {
	fsys    fs.FS
	shift   shift
	now     time.Time
	commits []Commit
}

func (s *story) tell(tree *content.Tree) ([]Commit, error) {
	if err := s.setup(tree); err != nil {
		return nil, err
	}
	for _, i := range tree.Incidents {
		if err := s.tellCase("incident "+s.shift.path(i.ID), i.Dir, i.Events); err != nil {
			return nil, err
		}
	}
	for _, m := range tree.Maintenance {
		if err := s.tellCase("maintenance "+s.shift.path(m.ID), m.Dir, m.Events); err != nil {
			return nil, err
		}
	}
	for _, t := range tree.Tickets {
		if err := s.tellCase("ticket "+s.shift.numbers[t.Number], t.Dir, t.Events); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(s.commits, func(a, b Commit) int { return a.At.Compare(b.At) })
	return s.commits, nil
}

// setup is the first commit: all that belongs to no case.
func (s *story) setup(tree *content.Tree) error {
	first := Commit{At: s.shift.date(lastWeek.AddDays(-56)).In(tree.Zone).Add(8 * time.Hour), Message: "the desk as it opens"}
	err := fs.WalkDir(s.fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p == "incidents" || p == "maintenance" || p == "tickets" {
				return fs.SkipDir
			}
			return nil
		}
		data, err := fs.ReadFile(s.fsys, p)
		first.Files = append(first.Files, File{p, data})
		return err
	})
	s.commits = append(s.commits, first)
	return err
}

// tellCase makes a commit of each event that has happened; the case's own files come with the
// first.
func (s *story) tellCase(what, dir string, events []*content.Event) error {
	if len(events) == 0 {
		return nil
	}
	files, err := s.files(dir)
	if err != nil {
		return err
	}
	own := slices.DeleteFunc(slices.Clone(files), func(f File) bool { return path.Dir(f.Path) == s.shift.path(dir) && path.Ext(f.Path) == ".md" })
	for i, e := range events {
		at := s.shift.at(e.At)
		if at.After(s.now) {
			continue
		}
		c := Commit{At: at, Author: e.Author, Message: what + ": " + strings.ReplaceAll(string(e.Kind), "_", " ")}
		if i == 0 {
			c.Files = append(c.Files, own...)
		} else if s.shift.at(events[0].At).After(s.now) {
			return nil
		}
		stem := s.shift.path(dir + "/" + e.Name + ".")
		for _, f := range files {
			if strings.HasPrefix(f.Path, stem) {
				c.Files = append(c.Files, f)
			}
		}
		s.commits = append(s.commits, c)
	}
	return nil
}

// files reads a case's files, shifted.
func (s *story) files(dir string) ([]File, error) {
	var files []File
	err := fs.WalkDir(s.fsys, dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(s.fsys, p)
		files = append(files, File{s.shift.path(p), s.shift.data(p, data)})
		return err
	})
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, err
}

// shift moves dates by whole weeks; clocks on the wall stay as they are.
type shift struct {
	days    int
	zone    *time.Location
	numbers map[string]string // ticket numbers, old to new
}

func (s shift) date(d content.Date) content.Date { return d.AddDays(s.days) }

// at moves an instant, keeping the time of day in the desk's zone.
func (s shift) at(t time.Time) time.Time {
	local := t.In(s.zone)
	h, m, sec := local.Clock()
	return content.Local(s.date(content.DateOf(local)), h*3600+m*60+sec, s.zone)
}

func (s shift) number(old string) string {
	d := s.date(content.Date{Year: 2000 + digits(old[:2]), Month: time.Month(digits(old[2:4])), Day: digits(old[4:6])})
	return content.NewNumber(d, digits(old[6:7]), digits(old[7:len(old)-1]))
}

func digits(s string) (n int) {
	for _, c := range []byte(s) {
		n = n*10 + int(c-'0')
	}
	return n
}

var (
	utcName    = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d{6}Z`)
	localName  = regexp.MustCompile(`(\d{4}-\d\d-\d\d)(T\d{4}(?:\d\d)?-)`)
	caseDir    = regexp.MustCompile(`(\d{4})/(\d\d)(\d\d)(-[a-z0-9])`)
	ticketPath = regexp.MustCompile(`tickets/\d{4}/\d\d/\d\d/(\d+)`)
	numberWord = regexp.MustCompile(`\b\d{10,}\b`)
	utcTime    = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)`)
	anyDate    = regexp.MustCompile(`\d{4}-\d\d-\d\d`)
)

// path moves the dates and numbers in a path.
func (s shift) path(p string) string {
	p = ticketPath.ReplaceAllStringFunc(p, func(m string) string {
		return content.TicketDir(s.numbers[path.Base(m)])
	})
	p = caseDir.ReplaceAllStringFunc(p, s.caseDir)
	p = utcName.ReplaceAllStringFunc(p, func(m string) string {
		t, err := time.Parse("2006-01-02T150405Z", m)
		if err != nil {
			return m
		}
		return s.at(t).UTC().Format("2006-01-02T150405Z")
	})
	return localName.ReplaceAllStringFunc(p, func(m string) string {
		if strings.Contains(m, "Z") {
			return m
		}
		return s.dateWord(m[:10]) + m[10:]
	})
}

func (s shift) caseDir(m string) string {
	d, err := content.ParseDate(m[:4] + "-" + m[5:7] + "-" + m[7:9])
	if err != nil {
		return m
	}
	d = s.date(d)
	return fmt.Sprintf("%04d/%02d%02d%s", d.Year, d.Month, d.Day, m[9:])
}

func (s shift) dateWord(m string) string {
	d, err := content.ParseDate(m)
	if err != nil {
		return m
	}
	return s.date(d).String()
}

// data moves the dates and references in a record or in front matter; prose stays.
func (s shift) data(p string, data []byte) []byte {
	switch path.Ext(p) {
	case ".yaml":
		return []byte(s.yaml(string(data)))
	case ".md":
		text := string(data)
		if !strings.HasPrefix(text, "---\n") {
			return data
		}
		end := strings.Index(text[3:], "\n---\n")
		if end < 0 {
			return data
		}
		return []byte(s.yaml(text[:end+3]) + text[end+3:])
	}
	return data
}

func (s shift) yaml(text string) string {
	const moved = "\x00" // marks a UTC time that is done, so that its date is not moved twice
	text = utcTime.ReplaceAllStringFunc(text, func(m string) string {
		t, err := time.Parse(time.RFC3339, m)
		if err != nil {
			return m
		}
		return strings.ReplaceAll(s.at(t).UTC().Format(time.RFC3339), "-", moved)
	})
	text = anyDate.ReplaceAllStringFunc(text, s.dateWord)
	text = strings.ReplaceAll(text, moved, "-")
	text = caseDir.ReplaceAllStringFunc(text, s.caseDir)
	return numberWord.ReplaceAllStringFunc(text, func(m string) string { return cmp.Or(s.numbers[m], m) })
}

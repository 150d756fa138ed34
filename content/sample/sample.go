// Package sample holds complete desks, each a valid content repository, and their histories up to
// now.
//
// A desk's history covers eight weeks. History shifts it by whole weeks, so that weekdays hold and
// now lies in its last week. It leaves out what has not happened yet. Every date in names, front
// matter and records is shifted. Prose, policies and holidays are not.
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

// lastWeek is the Monday of the last week of every history, in the desk's zone.
var lastWeek = content.Date{Year: 2026, Month: time.November, Day: 16}

// FS returns a desk as it was written.
func FS(name string) (fs.FS, error) {
	if name != Starter && !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no sample desk %q: there are %s", name, strings.Join(Names(), ", "))
	}
	return fs.Sub(desks, name)
}

// Commit is one commit of a desk's history.
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

// History returns a desk's commits up to now, in order: first the setup, then each event with its
// translations.
func History(name string, now time.Time) ([]Commit, error) {
	fsys, err := FS(name)
	if err != nil {
		return nil, err
	}
	tree := load.Load(fsys, nil).Tree
	s := dateShift{zone: tree.Zone, numbers: map[string]string{}}
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
	builder := commitBuilder{fsys: fsys, shift: s, now: now}
	return builder.build(tree)
}

// commitBuilder collects a history's commits.
type commitBuilder struct {
	fsys    fs.FS
	shift   dateShift
	now     time.Time
	commits []Commit
}

func (b *commitBuilder) build(tree *content.Tree) ([]Commit, error) {
	if err := b.addSetup(tree); err != nil {
		return nil, err
	}
	for _, i := range tree.Incidents {
		if err := b.addCase("incident "+b.shift.path(i.ID), i.Dir, i.Events); err != nil {
			return nil, err
		}
	}
	for _, m := range tree.Maintenance {
		if err := b.addCase("maintenance "+b.shift.path(m.ID), m.Dir, m.Events); err != nil {
			return nil, err
		}
	}
	for _, t := range tree.Tickets {
		if err := b.addCase("ticket "+b.shift.numbers[t.Number], t.Dir, t.Events); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(b.commits, func(a, b Commit) int { return a.At.Compare(b.At) })
	return b.commits, nil
}

// addSetup adds the first commit: all files that belong to no case.
func (b *commitBuilder) addSetup(tree *content.Tree) error {
	first := Commit{At: b.shift.date(lastWeek.AddDays(-56)).In(tree.Zone).Add(8 * time.Hour), Message: "the desk as it opens"}
	err := fs.WalkDir(b.fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p == "incidents" || p == "maintenance" || p == "tickets" {
				return fs.SkipDir
			}
			return nil
		}
		data, err := fs.ReadFile(b.fsys, p)
		first.Files = append(first.Files, File{p, data})
		return err
	})
	b.commits = append(b.commits, first)
	return err
}

// addCase adds a commit for each event that has happened. The first has the case's own files too.
func (b *commitBuilder) addCase(what, dir string, events []*content.Event) error {
	if len(events) == 0 {
		return nil
	}
	files, err := b.caseFiles(dir)
	if err != nil {
		return err
	}
	own := slices.DeleteFunc(slices.Clone(files), func(f File) bool { return path.Dir(f.Path) == b.shift.path(dir) && path.Ext(f.Path) == ".md" })
	for i, e := range events {
		at := b.shift.instant(e.At)
		if at.After(b.now) {
			continue
		}
		c := Commit{At: at, Author: e.Author, Message: what + ": " + strings.ReplaceAll(string(e.Kind), "_", " ")}
		if i == 0 {
			c.Files = append(c.Files, own...)
		} else if b.shift.instant(events[0].At).After(b.now) {
			return nil
		}
		stem := b.shift.path(dir + "/" + e.Name + ".")
		for _, f := range files {
			if strings.HasPrefix(f.Path, stem) {
				c.Files = append(c.Files, f)
			}
		}
		b.commits = append(b.commits, c)
	}
	return nil
}

// caseFiles reads a case's files, shifted.
func (b *commitBuilder) caseFiles(dir string) ([]File, error) {
	var files []File
	err := fs.WalkDir(b.fsys, dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(b.fsys, p)
		files = append(files, File{b.shift.path(p), b.shift.file(p, data)})
		return err
	})
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, err
}

// dateShift moves dates by whole weeks. The time of day stays.
type dateShift struct {
	days    int
	zone    *time.Location
	numbers map[string]string // ticket numbers, old to new
}

func (s dateShift) date(d content.Date) content.Date { return d.AddDays(s.days) }

// instant moves an instant, keeping the time of day in the desk's zone.
func (s dateShift) instant(t time.Time) time.Time {
	local := t.In(s.zone)
	h, m, sec := local.Clock()
	return content.Local(s.date(content.DateOf(local)), h*3600+m*60+sec, s.zone)
}

func (s dateShift) number(old string) string {
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
func (s dateShift) path(p string) string {
	p = ticketPath.ReplaceAllStringFunc(p, func(m string) string {
		return content.TicketDir(s.numbers[path.Base(m)])
	})
	p = caseDir.ReplaceAllStringFunc(p, s.caseDir)
	p = utcName.ReplaceAllStringFunc(p, func(m string) string {
		t, err := time.Parse("2006-01-02T150405Z", m)
		if err != nil {
			return m
		}
		return s.instant(t).UTC().Format("2006-01-02T150405Z")
	})
	return localName.ReplaceAllStringFunc(p, func(m string) string {
		if strings.Contains(m, "Z") {
			return m
		}
		return s.dateText(m[:10]) + m[10:]
	})
}

func (s dateShift) caseDir(m string) string {
	d, err := content.ParseDate(m[:4] + "-" + m[5:7] + "-" + m[7:9])
	if err != nil {
		return m
	}
	d = s.date(d)
	return fmt.Sprintf("%04d/%02d%02d%s", d.Year, d.Month, d.Day, m[9:])
}

func (s dateShift) dateText(m string) string {
	d, err := content.ParseDate(m)
	if err != nil {
		return m
	}
	return s.date(d).String()
}

// file moves the dates and numbers in a record or in front matter. Prose stays.
func (s dateShift) file(p string, data []byte) []byte {
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

func (s dateShift) yaml(text string) string {
	const moved = "\x00" // marks a UTC time that is done, so that its date is not moved twice
	text = utcTime.ReplaceAllStringFunc(text, func(m string) string {
		t, err := time.Parse(time.RFC3339, m)
		if err != nil {
			return m
		}
		return strings.ReplaceAll(s.instant(t).UTC().Format(time.RFC3339), "-", moved)
	})
	text = anyDate.ReplaceAllStringFunc(text, s.dateText)
	text = strings.ReplaceAll(text, moved, "-")
	text = caseDir.ReplaceAllStringFunc(text, s.caseDir)
	return numberWord.ReplaceAllStringFunc(text, func(m string) string { return cmp.Or(s.numbers[m], m) })
}

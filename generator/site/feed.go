package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"balie/content"
)

// Feed is a feed in one format. Its words, such as an entry's kind, are put in when it is written.
type Feed struct {
	Scope   string // site, service, or case
	Format  string // atom, rss, json
	ID      string
	Name    Words // of the service or the case
	Lang    string
	Home    string // the page it follows
	Self    string
	Icon    string
	Entries []*Entry  // newest first
	Began   time.Time // of a feed that has no entries: since when it has none

	Archive bool
	Month   time.Time // of an archive
	Current string
	Newer   string
	Older   string
}

// Entry is one update in a feed.
type Entry struct {
	ID        string
	Case      Words
	Kind      content.Kind
	Link      string
	HTML      string
	Text      string // how it begins, without marks; not in Atom feeds
	Lang      string // where it is not the feed's
	Planned   *content.Planned
	Published time.Time
	Updated   time.Time
	Atom      *Memo // what it is in Atom feeds of its language

	begin  *Memo  // what Text is, where it is told
	source string // in Markdown
}

// Memo holds what was made of an update for one feed, for the others that tell of it.
type Memo struct {
	once sync.Once
	data []byte
	err  error
}

// Once returns what the first call made. Those who ask for it share it: it is not to be changed.
func (m *Memo) Once(made func() ([]byte, error)) ([]byte, error) {
	m.once.Do(func() { m.data, m.err = made() })
	return m.data, m.err
}

// window is how many entries a feed has; older ones are in the archives by month.
const window = 50

// scope is what feeds beside one page tell of.
type scope struct {
	kind   string
	path   string
	name   content.Text
	newest []*story // those with the newest updates, as many as a feed can tell of
	months []*scopeMonth
	rows   string
	began  time.Time // where there are none
}

type scopeMonth struct {
	month   month
	stories []*story
	rows    string
}

type feedKey struct {
	common       uint64
	lang         string
	path         string
	format       string
	month        month
	newer, older month
	rows         string
	began        int64
}

// feedScopes gathers what the site's and each service's feeds tell of.
func (m *plan) feedScopes() []*scope {
	var all []*story
	for _, f := range m.incidents {
		all = append(all, &f.story)
	}
	for _, f := range m.maintenance {
		all = append(all, &f.story)
	}
	scopes := []*scope{m.newScope("site", "/", nil, all, content.Date{})}
	for _, s := range m.services {
		var own []*story
		for _, f := range s.feed {
			own = append(own, &f.story)
		}
		for _, f := range s.work {
			own = append(own, &f.story)
		}
		scopes = append(scopes, m.newScope("service", "/services/"+s.ID+"/", s.Name, own, s.Since))
	}
	return scopes
}

func (m *plan) newScope(kind, path string, name content.Text, all []*story, since content.Date) *scope {
	s := &scope{kind: kind, path: path, name: name, newest: newest(all)}
	s.rows = rowsOf(s.newest)
	if len(s.newest) == 0 {
		s.began = m.began(since)
	}
	byMonth := map[month]*scopeMonth{}
	for _, one := range all {
		for _, at := range one.months {
			if byMonth[at] == nil {
				byMonth[at] = &scopeMonth{month: at}
			}
			byMonth[at].stories = append(byMonth[at].stories, one)
		}
	}
	for _, one := range byMonth {
		one.rows = rowsOf(one.stories)
		s.months = append(s.months, one)
	}
	slices.SortFunc(s.months, func(a, b *scopeMonth) int { return int(b.month - a.month) })
	return s
}

// began is the time of a feed without entries, which must have one: since when its service is told of, else the desk's first event, else the first day of its
// promises. It is never later than now, and zero where none of them is known.
func (m *plan) began(since content.Date) time.Time {
	if at := since.In(m.Tree.Zone); !since.IsZero() && !at.After(m.Now) {
		return at
	}
	var first time.Time
	earlier := func(s *story) {
		if len(s.events) > 0 && (first.IsZero() || s.events[0].At.Before(first)) {
			first = s.events[0].At
		}
	}
	for _, f := range m.incidents {
		earlier(&f.story)
	}
	for _, f := range m.maintenance {
		earlier(&f.story)
	}
	if first.IsZero() && len(m.Tree.Policies) > 0 {
		if at := m.Tree.Policies[0].From.In(m.Tree.Zone); !at.After(m.Now) {
			return at
		}
	}
	return first
}

func rowsOf(stories []*story) string {
	rows := make(serials, 0, 8*len(stories))
	for _, s := range stories {
		rows = rows.add(s.serial)
	}
	return string(rows)
}

// newest are the stories whose newest updates are the newest: a feed's entries are all among theirs, since each of those has at least one that is newer
// than any of a story that is not here.
func newest(all []*story) []*story {
	var top []*story
	for _, s := range all {
		if len(s.events) == 0 || len(top) == window && !s.last.After(top[window-1].last) {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, s, func(a, b *story) int { return b.last.Compare(a.last) })
		if len(top) == window {
			top = top[:window-1]
		}
		top = slices.Insert(top, at, s)
	}
	return top
}

// feeds plans the feeds of the site and of each service with their archives.
func (m *plan) feeds(lang string) {
	for _, s := range m.scopes {
		for _, format := range []string{"atom", "rss", "json"} {
			key := feedKey{common: m.common.serial, lang: lang, path: s.path, format: format, rows: s.rows, began: s.began.Unix()}
			if len(s.months) > 0 {
				key.older = s.months[0].month
			}
			m.addFile(lang, s.path+"feed."+format, key, func() any { return m.feed(s, format, lang) })
		}
		m.archives(s, lang)
	}
}

func (m *plan) addFile(lang, path string, key any, view func() any) {
	m.pages = append(m.pages, Page{File: m.file(lang, path), Path: path, Lang: lang, Key: key, View: view})
}

func (m *plan) archives(s *scope, lang string) {
	for i, one := range s.months {
		key := feedKey{common: m.common.serial, lang: lang, path: s.path, format: "atom", month: one.month, rows: one.rows}
		if i > 0 {
			key.newer = s.months[i-1].month
		}
		if i+1 < len(s.months) {
			key.older = s.months[i+1].month
		}
		m.addFile(lang, s.path+archiveName(one.month), key, func() any { return m.archive(s, one, key, lang) })
	}
}

func archiveName(m month) string { return fmt.Sprintf("feed-%04d-%02d.atom", int(m)/12, int(m)%12+1) }

func (m *plan) caseFeed(s *story, lang string) Feed {
	f := m.newFeed("case", s.path, s.title, "atom", lang)
	f.Entries = m.entries(nil, s, lang, func(*content.Event) bool { return true })
	slices.Reverse(f.Entries)
	return f
}

func (m *plan) newFeed(kind, path string, name content.Text, format, lang string) Feed {
	f := Feed{
		Scope: kind, Format: format, ID: fmt.Sprintf("tag:%s,2026:%s", m.host, m.paths.Local(lang, path)), Lang: lang, Name: m.words(name, lang),
		Home: m.absolute(lang, path), Self: m.absolute(lang, path+"feed."+format),
	}
	return f
}

func (m *plan) feed(s *scope, format, lang string) Feed {
	f := m.newFeed(s.kind, s.path, s.name, format, lang)
	f.Began = m.zoned(s.began)
	since := cutoff(s.newest)
	f.Entries = m.gatherEntries(s.newest, lang, func(e *content.Event) bool { return !e.At.Before(since) })
	f.Entries = f.Entries[:min(len(f.Entries), window)]
	if format != "atom" {
		f.Entries = m.beginnings(f.Entries)
	}
	if len(s.months) > 0 && format == "atom" {
		f.Older = m.absolute(lang, s.path+archiveName(s.months[0].month))
	}
	return f
}

// cutoff is the time of the last update that has a place in the window.
func cutoff(stories []*story) time.Time {
	var times []time.Time
	for _, s := range stories {
		for _, e := range s.events {
			times = append(times, e.At)
		}
	}
	if len(times) <= window {
		return time.Time{}
	}
	slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	return times[window-1]
}

func (m *plan) archive(s *scope, one *scopeMonth, key feedKey, lang string) Feed {
	f := m.newFeed(s.kind, s.path, s.name, "atom", lang)
	f.ID += archiveName(one.month)
	f.Archive, f.Month, f.Current = true, one.month.start(m.Tree.Zone), f.Self
	f.Self = m.absolute(lang, s.path+archiveName(one.month))
	f.Entries = m.gatherEntries(one.stories, lang, func(e *content.Event) bool { return monthOf(m.zoned(e.At)) == one.month })
	if key.newer > 0 {
		f.Newer = m.absolute(lang, s.path+archiveName(key.newer))
	}
	if key.older > 0 {
		f.Older = m.absolute(lang, s.path+archiveName(key.older))
	}
	return f
}

// gatherEntries are the updates of many cases, newest first; of one instant by their ids, so that there is one order.
func (m *plan) gatherEntries(stories []*story, lang string, which func(*content.Event) bool) []*Entry {
	var list []*Entry
	for _, s := range stories {
		list = m.entries(list, s, lang, which)
	}
	slices.SortFunc(list, func(a, b *Entry) int {
		return cmp.Or(b.Published.Compare(a.Published), strings.Compare(b.ID, a.ID))
	})
	return list
}

// entries adds a case's updates to a list, oldest first.
func (m *plan) entries(list []*Entry, s *story, lang string, which func(*content.Event) bool) []*Entry {
	for i, e := range s.events {
		if which(e) {
			list = append(list, m.entry(s, i, lang))
		}
	}
	return list
}

// beginnings are the same entries, each with how it begins.
func (m *plan) beginnings(entries []*Entry) []*Entry {
	list := make([]*Entry, len(entries))
	for i, e := range entries {
		with := *e
		text, _ := e.begin.Once(func() ([]byte, error) { return []byte(m.Input.Prose.Text(e.source, 280)), nil })
		with.Text = string(text)
		list[i] = &with
	}
	return list
}

func (m *plan) newEntry(s *story, i int, lang string) Entry {
	e, body := s.events[i], m.prose(s, i, lang)
	entry := Entry{
		ID: m.entryID(s, e), Case: m.words(s.title, lang), Kind: e.Kind, Link: m.absolute(lang, s.path) + "#" + e.Name,
		HTML: m.away(body), Lang: body.Lang, Planned: m.plannedOf(e.Data().Planned), Published: m.zoned(e.At),
	}
	entry.source, _ = e.In(lang, m.paths.Source)
	path := e.Path
	if t, ok := e.Translations[lang]; ok && lang != m.paths.Source {
		entry.ID += "#" + lang
		path = t.Path
	}
	_, entry.Updated = m.committed(path)
	return entry
}

// entryID names an update for good: by the file's name, which never changes, and not by its time, which may be put right.
func (m *plan) entryID(s *story, e *content.Event) string {
	return "tag:" + m.host + "," + e.Name[:min(4, len(e.Name))] + ":" + s.path[1:] + e.Name
}

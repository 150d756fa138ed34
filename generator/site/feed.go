package site

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
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
	Author  string // the desk's name
	Home    string // the page it follows
	Self    string
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
	ID         string
	Case       Words
	Kind       content.Kind
	Link       string
	HTML       string
	Summary    string // how it begins, without marks
	Lang       string // where it is not the feed's
	Planned    *content.Planned
	Services   []ServiceState // what it says of services
	Workaround Words          // what to do meanwhile
	Next       time.Time      // by when it promises the next update, or zero
	Cause      Words          // of a postmortem
	Actions    []Action       // likewise
	Published  time.Time
	Updated    time.Time
}

// window is how many entries a feed has; older ones are in the archives by month.
const window = 50

// scope is what the feeds beside one page tell of.
type scope struct {
	kind   string // site or service
	path   string
	name   content.Text
	newest []*caseFacts // those with the newest updates, as many as a feed can tell of
	months []*scopeMonth
	began  time.Time // where there are none
}

type scopeMonth struct {
	month month
	cases []*caseFacts
}

// feedScopes gathers what the site's and each service's feeds tell of.
func (m *Plan) feedScopes() []*scope {
	var all []*caseFacts
	for _, f := range m.incidents {
		all = append(all, &f.caseFacts)
	}
	for _, f := range m.maintenance {
		all = append(all, &f.caseFacts)
	}
	scopes := []*scope{m.newScope("site", "/", nil, all, content.Date{})}
	for _, s := range m.services {
		var cases []*caseFacts
		for _, f := range s.feed {
			cases = append(cases, &f.caseFacts)
		}
		for _, f := range s.work {
			cases = append(cases, &f.caseFacts)
		}
		scopes = append(scopes, m.newScope("service", "/services/"+s.ID+"/", s.Name, cases, s.Since))
	}
	return scopes
}

func (m *Plan) newScope(kind, path string, name content.Text, all []*caseFacts, since content.Date) *scope {
	s := &scope{kind: kind, path: path, name: name, newest: newest(all)}
	if len(s.newest) == 0 {
		s.began = m.began(since)
	}
	byMonth := map[month]*scopeMonth{}
	for _, f := range all {
		for _, at := range f.months {
			if byMonth[at] == nil {
				byMonth[at] = &scopeMonth{month: at}
			}
			byMonth[at].cases = append(byMonth[at].cases, f)
		}
	}
	for _, one := range byMonth {
		s.months = append(s.months, one)
	}
	slices.SortFunc(s.months, func(a, b *scopeMonth) int { return int(b.month - a.month) })
	return s
}

// began is the time of a feed without entries, which must have one: since when its service is told
// of, else the desk's first event, else the first day of its promises. It is never later than now,
// and zero where none of them is known.
func (m *Plan) began(since content.Date) time.Time {
	if at := since.In(m.Tree.Zone); !since.IsZero() && !at.After(m.Now) {
		return at
	}
	var first time.Time
	earlier := func(f *caseFacts) {
		if len(f.events) > 0 && (first.IsZero() || f.events[0].At.Before(first)) {
			first = f.events[0].At
		}
	}
	for _, f := range m.incidents {
		earlier(&f.caseFacts)
	}
	for _, f := range m.maintenance {
		earlier(&f.caseFacts)
	}
	if first.IsZero() && len(m.Tree.Policies) > 0 {
		if at := m.Tree.Policies[0].From.In(m.Tree.Zone); !at.After(m.Now) {
			return at
		}
	}
	return first
}

// newest are the cases whose newest updates are the newest: a feed's entries are all among theirs,
// since each of those has at least one that is newer than any of a story that is not here.
func newest(all []*caseFacts) []*caseFacts {
	var top []*caseFacts
	for _, s := range slices.Backward(all) { // the newest come last, so few are put aside again
		if len(s.events) == 0 || len(top) == window && !s.last.After(top[window-1].last) {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, s, func(a, b *caseFacts) int { return b.last.Compare(a.last) })
		if len(top) == window {
			top = top[:window-1]
		}
		top = slices.Insert(top, at, s)
	}
	return top
}

// feeds plans the feeds of the site and of each service with their archives.
func (m *Plan) feeds(lang string) {
	for _, s := range m.scopes {
		for _, format := range []string{"atom", "rss", "json"} {
			m.addFile(lang, s.path+"feed."+format, s.sources(), func() any { return m.feed(s, format, lang) })
		}
		for i := range s.months {
			m.addFile(lang, s.path+s.months[i].file(), s.archiveSources(i), func() any { return m.archive(s, i, lang) })
		}
	}
}

// newer returns the month after the i-th that has updates, or nil; older the one before.
func (s *scope) newer(i int) *scopeMonth {
	if i == 0 {
		return nil
	}
	return s.months[i-1]
}

func (s *scope) older(i int) *scopeMonth {
	if i+1 == len(s.months) {
		return nil
	}
	return s.months[i+1]
}

// sources are those of the feeds, without their archives.
func (s *scope) sources() Sources {
	numbers := []uint64{uint64(s.began.Unix()), 0}
	if len(s.months) > 0 {
		numbers[1] = uint64(s.months[0].month)
	}
	return sourcesOf(append(numbers, numbersOf(s.newest)...)...)
}

// archiveSources are those of a month's archive, which shows what months are beside it too.
func (s *scope) archiveSources(i int) Sources {
	var numbers []uint64
	for _, beside := range []*scopeMonth{s.newer(i), s.older(i)} {
		if beside == nil {
			beside = &scopeMonth{}
		}
		numbers = append(numbers, uint64(beside.month))
	}
	return sourcesOf(append(numbers, numbersOf(s.months[i].cases)...)...)
}

// file is the name of a month's archive.
func (s *scopeMonth) file() string {
	return fmt.Sprintf("feed-%04d-%02d.atom", int(s.month)/12, int(s.month)%12+1)
}

func (m *Plan) caseFeed(f *caseFacts, lang string) Feed {
	v := m.newFeed("case", f.path, f.title, "atom", lang)
	v.Entries = m.entries([]*caseFacts{f}, lang, func(*content.Event) bool { return true })
	return v
}

func (m *Plan) newFeed(kind, path string, name content.Text, format, lang string) Feed {
	return Feed{
		Scope: kind, Format: format, ID: fmt.Sprintf("tag:%s,2026:%s", m.host, m.paths.Local(lang, path)), Lang: lang,
		Name: m.words(name, lang), Author: m.words(m.Tree.Site.Name, lang).Text,
		Home: m.absolute(lang, path), Self: m.absolute(lang, path+"feed."+format),
	}
}

func (m *Plan) feed(s *scope, format, lang string) Feed {
	v := m.newFeed(s.kind, s.path, s.name, format, lang)
	v.Began = m.zoned(s.began)
	since := cutoff(s.newest)
	v.Entries = m.entries(s.newest, lang, func(e *content.Event) bool { return !e.At.Before(since) })
	v.Entries = v.Entries[:min(len(v.Entries), window)]
	if len(s.months) > 0 && format != "json" {
		v.Older = m.absolute(lang, s.path+s.months[0].file())
	}
	return v
}

// cutoff is the time of the last update that has a place in the window.
func cutoff(cases []*caseFacts) time.Time {
	var times []time.Time
	for _, s := range cases {
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

func (m *Plan) archive(s *scope, i int, lang string) Feed {
	one := s.months[i]
	v := m.newFeed(s.kind, s.path, s.name, "atom", lang)
	v.ID += one.file()
	v.Archive, v.Month, v.Current = true, one.month.start(m.Tree.Zone), v.Self
	v.Self = m.absolute(lang, s.path+one.file())
	v.Entries = m.entries(one.cases, lang, func(e *content.Event) bool { return monthOf(m.zoned(e.At)) == one.month })
	if newer := s.newer(i); newer != nil {
		v.Newer = m.absolute(lang, s.path+newer.file())
	}
	if older := s.older(i); older != nil {
		v.Older = m.absolute(lang, s.path+older.file())
	}
	return v
}

// entries are the updates of some cases, newest first; of one instant by their ids, so that there
// is one order.
func (m *Plan) entries(cases []*caseFacts, lang string, which func(*content.Event) bool) []*Entry {
	var list []*Entry
	for _, f := range cases {
		for _, e := range f.events {
			if which(e) {
				list = append(list, m.entryIn(f, e, lang))
			}
		}
	}
	slices.SortFunc(list, func(a, b *Entry) int {
		return cmp.Or(b.Published.Compare(a.Published), strings.Compare(b.ID, a.ID))
	})
	return list
}

// entryIn returns an update's entry, which its case's feed and those of months and services share.
func (m *Plan) entryIn(f *caseFacts, e *content.Event, lang string) *Entry {
	return m.feedEntries.of(e, lang, func() *Entry { return m.entry(f, e, lang) })
}

func (m *Plan) entry(f *caseFacts, e *content.Event, lang string) *Entry {
	body := m.body(f, e, lang)
	entry := &Entry{
		ID: m.entryID(f, e), Case: m.words(f.title, lang), Kind: e.Kind, Link: m.absolute(lang, f.path) + "#" + e.Name,
		HTML: m.absoluteLinks(body), Summary: m.summary(e, lang), Lang: body.Lang, Planned: m.plannedOf(e.Data().Planned), Published: m.zoned(e.At),
		Services: m.states(e.Data().Services, lang), Workaround: m.workaround(e, lang), Next: m.zoned(e.Data().NextUpdate),
	}
	if e.Kind == content.Postmortem {
		entry.Cause, entry.Actions = m.words(e.Data().Cause, lang), m.actions(e, lang)
	}
	path := e.Path
	if t, ok := e.Translations[lang]; ok && lang != m.paths.Source {
		entry.ID += "#" + lang
		path = t.Path
	}
	_, entry.Updated = m.committed(path)
	return entry
}

// entryID names an update for good: by the file's name, which never changes, and not by its time,
// which may be put right.
func (m *Plan) entryID(f *caseFacts, e *content.Event) string {
	return "tag:" + m.host + "," + e.Name[:min(4, len(e.Name))] + ":" + f.path[1:] + e.Name
}

// feedHost is the host in the ids of feed entries: it must not depend on where a site is tried out.
func feedHost(s *content.Site) string {
	if s.FeedHost != "" {
		return s.FeedHost
	}
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" {
		return strings.Trim(s.BaseURL, "/")
	}
	return u.Hostname()
}

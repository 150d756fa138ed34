// Package site plans a desk's pages: from a tree and an instant to a list of pages, each with where
// it goes, how it looks, what it depends on and how to make its view. It reads no disk and no
// clock.
//
// A view is made only when it is asked for. It is a plain value and holds all that its page may
// show, what git or a file says too: a page is written again when the hash of its view is another.
// The facts of a case (how far it is, what it did to which service, what is owed) are derived once
// for each record and kept while what they are made from is the same and their own next instant has
// not come.
//
// Every page exists in every language: the source language at /, each other one under its tag. A
// text that has not been translated stands in the source language, with its own lang.
//
// Nothing of a staff-only incident is in a plan, and of a ticket no more than how many were linked
// to a public one; their requesters' pages are in the tree that Follow lists, and the staff's in
// that of Staff.
package site

import (
	"cmp"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"balie/content"
	"balie/generator/markdown"
	"balie/themes"
	"balie/themes/view"
)

// Input is all that a plan depends on. What is nil is not known, and not shown.
type Input struct {
	Tree    *content.Tree
	Now     time.Time
	BaseURL string // default: site.yaml's
	Look    string // the hash of the theme and of what frames share
	Prose   *markdown.Converter

	// Committed returns when a file changed first and last; zero: unknown.
	Committed func(path string) (first, last time.Time)
	// Owed is what is promised of an incident.
	Owed func(i *content.Incident, p content.Progress) view.Owed
	// TicketNow is a ticket now, and its promises.
	TicketNow func(t *content.Ticket) view.TicketNow
	// Rules are the promises to who uses a form.
	Rules    func(f *content.Form) []*content.Promise
	Rule     func(p *content.Promise, lang string) string // a promise in a sentence
	Word     func(key, lang string) string                // of the theme
	Attained map[string]*Attained                         // by promise
	Queue    *Queue                                       // the public queue report
	Size     func(path string) int64                      // of a stored attachment
	// Read returns a stored attachment, or a picture beside articles.
	Read     func(path string) ([]byte, error)
	Desk     func(now time.Time) StaffQueue          // the queue, for staff
	Clocks   func(t *content.Ticket) []Clock         // a ticket's clocks, for staff
	Limits   func(t *content.Ticket) RequesterLimits // those its requester exceeds
	Reports  []Report                                // the staff's, each a page
	Files    []File                                  // of the staff's tree, not pages
	Mistakes []Mistake                               // in the content, for staff
	// Untranslated is for staff, in the order in which to translate.
	Untranslated []TranslationRow
	Mails        *Mails   // of the intake, for staff
	Hooks        *Hooks   // likewise
	Backlog      *Backlog // of the intake, for staff
	Aside        []Aside  // likewise
	// Lost are refs on what a force push lost, for staff.
	Lost      []string
	Unreached func(t *content.Ticket, s *content.TicketSnapshot) Unreached
}

// Page is one file of a tree.
type Page struct {
	File     string // from the tree's root: it/help/index.html
	Path     string // its address without the language: /help/
	Lang     string
	Layout   string // of the theme; "" for a file that is no page: its view is a Feed, or bytes
	Nav      string // the menu's entry to which it belongs
	Feed     string // the path of feeds of its own, or ""
	AtomOnly bool   // of these feeds there is only the Atom feed
	Tree     Tree
	Hidden   bool // not for search engines
	// Outage is the line with which the page opens; nil: nothing is open, or the page tells it.
	Outage  *view.Outage
	Sources Sources
	View    func() (any, error)
}

// Tree says for whom a page is.
type Tree int

// The trees: each is published by itself.
const (
	PublicTree Tree = iota
	FollowTree
	StaffTree
)

// Planner keeps the facts of cases from one plan to the next. The zero value is ready. A plan's
// trees are listed before the next plan is made. Views may be made by many at once.
type Planner struct {
	numbers     atomic.Uint64 // the last one that facts were given
	setup       *content.Setup
	base, look  string
	incidents   map[*content.Incident]*incident
	maintenance map[*content.Maintenance]*maintenance
	tickets     map[*content.Ticket]*ticket
	indexes     map[string]*searchIndex // by language
}

// Plan is what the pages of all trees are made from.
type Plan struct {
	Input
	paths       themes.Paths
	base        string // absolute, without its last slash
	host        string // of feed ids
	today       content.Date
	meToo       *content.Form // by which a customer adds to an incident, or nil
	all         []*incident   // that have begun, those that only staff know of too, oldest first
	incidents   []*incident   // the public ones of them
	maintenance []*maintenance
	open        []*incident // the worst first
	active      []*maintenance
	planned     []*maintenance // the next one first
	days        []clockDay     // of the last twelve months, today being the last
	services    []*service
	months      []*monthCases
	scopes      []*scope
	tickets     func() []*ticket                               // those that have begun
	factsOf     map[*content.Ticket]*ticket                    // of all, once tickets was called
	byWords     func() map[*content.Article][]*content.Article // related articles
	indexes     func() map[string]*searchIndex
	bodies      cache[Prose]
	summaries   cache[string]
	feedEntries cache[*Entry]
	pages       []Page // of the tree that is being listed
}

// Plan derives what all pages are made from.
func (p *Planner) Plan(in Input) *Plan {
	p.forgetOtherSetup(in)
	base := strings.TrimSuffix(cmp.Or(in.BaseURL, in.Tree.Site.BaseURL), "/")
	m := &Plan{
		Input: in, base: base, paths: themes.NewPaths(in.Tree.Site.Source(), base), host: feedHost(in.Tree.Site),
		today: content.DateOf(in.Now.In(in.Tree.Zone)), meToo: in.Tree.IncidentForm(),
	}
	p.deriveIncidents(m)
	p.deriveMaintenance(m)
	m.tickets = sync.OnceValue(func() []*ticket { return p.deriveTickets(m) })
	m.byWords = sync.OnceValue(func() map[*content.Article][]*content.Article { return relatedByWords(m.Tree.Sections) })
	m.indexes = sync.OnceValue(func() map[string]*searchIndex { return p.deriveIndexes(m) })
	m.days = yearDays(m.today, in.Tree.Zone)
	m.services = m.measure()
	m.months = m.byMonth()
	m.scopes = m.feedScopes()
	return m
}

// forgetOtherSetup drops all facts where the setup, the address or the look is another: facts are
// derived by policies, and a page whose sources are the same is not made again.
func (p *Planner) forgetOtherSetup(in Input) {
	if p.setup == in.Tree.Setup && p.base == in.BaseURL && p.look == in.Look {
		return
	}
	p.setup, p.base, p.look = in.Tree.Setup, in.BaseURL, in.Look
	p.incidents, p.maintenance, p.tickets = map[*content.Incident]*incident{}, map[*content.Maintenance]*maintenance{}, map[*content.Ticket]*ticket{}
	p.indexes = nil
}

// Public lists the pages of the public tree.
func (m *Plan) Public() []Page {
	m.pages = make([]Page, 0, len(m.Tree.Site.Languages)*(2*len(m.incidents)+2*len(m.maintenance)+200))
	for _, lang := range m.Tree.Site.Languages {
		m.home(lang)
		m.service(lang)
		m.history(lang)
		m.help(lang)
		m.forms(lang)
		m.promises(lang)
		m.report(lang)
		m.single(lang)
		m.forPrograms(lang)
	}
	m.embedScript()
	m.sitemap(m.pages)
	m.pictures()
	m.statusAPI()
	for _, lang := range m.Tree.Site.Languages {
		m.cases(lang)
		m.feeds(lang)
		m.searchFiles(lang)
	}
	m.historyFeeds()
	return m.pages
}

// add plans a page of a language at a path that ends in a slash.
func (m *Plan) add(lang, path string, p Page, view func() any) {
	p.Lang, p.Path, p.View = lang, path, plain(view)
	if p.Outage == nil && (p.Nav == "help" || p.Nav == "contact") {
		p.Outage = m.Outage(lang)
	}
	p.File = m.file(lang, path+"index.html")
	m.pages = append(m.pages, p)
}

// addFile plans a file of a language that is no page.
func (m *Plan) addFile(lang, path string, sources Sources, view func() any) {
	m.pages = append(m.pages, Page{File: m.file(lang, path), Path: path, Lang: lang, Sources: sources, View: plain(view)})
}

// plain is a view that reads nothing and can't fail.
func plain(view func() any) func() (any, error) {
	return func() (any, error) { return view(), nil }
}

func (m *Plan) file(lang, path string) string {
	if lang != m.paths.Source {
		path = "/" + lang + path
	}
	return path[1:]
}

// Addresses returns how links are made, and the site's address without its last slash.
func (m *Plan) Addresses() (paths themes.Paths, base string) { return m.paths, m.base }

// url is the link to a page in a language.
func (m *Plan) url(lang, path string) string { return m.paths.URL(lang, path) }

// absolute is a page's address for those who read it elsewhere.
func (m *Plan) absolute(lang, path string) string {
	return m.base + strings.TrimPrefix(m.paths.URL(lang, path), m.paths.Prefix)
}

// words is a text in a language.
func (m *Plan) words(t content.Text, lang string) Words {
	s, in := t.In(lang, m.paths.Source)
	if in == lang {
		in = ""
	}
	return Words{s, in}
}

// zoned is an instant on the site's clock.
func (m *Plan) zoned(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(m.Tree.Zone)
}

func (m *Plan) committed(path string) (first, last time.Time) {
	if m.Committed == nil {
		return first, last
	}
	first, last = m.Committed(path)
	return m.zoned(first), m.zoned(last)
}

// NextChange is the first instant after now at which a page changes although nothing in the
// repository does: an event that was written ahead, a deadline that goes by, a maintenance that
// starts or ends, or midnight, when the bars move on by a day. For how long a clock has run, which
// staff read to the minute, it does not wait.
func (p *Planner) NextChange(now time.Time) time.Time {
	first := settled
	for f := range maps.Values(p.incidents) {
		first = earlier(first, f.until)
	}
	for f := range maps.Values(p.maintenance) {
		first = earlier(first, f.until)
	}
	for f := range maps.Values(p.tickets) {
		first = earlier(first, f.changes)
	}
	if p.setup == nil {
		return first
	}
	return earlier(first, content.DateOf(now.In(p.setup.Zone)).AddDays(1).In(p.setup.Zone))
}

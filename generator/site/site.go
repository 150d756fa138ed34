// Package site plans a desk's pages: from a tree and an instant to a list of pages, each with where it goes, how it looks, what it depends on and how to
// make its view. It reads no disk and no clock.
//
// A view is made only when it is asked for, and is all that its page may show. A page's key is equal to that of an earlier plan by the same Planner exactly
// when its bytes are: it holds the facts of the cases that the page shows, by identity, and whatever of now can be seen. So a page whose key is still there
// need not be made again. The facts of a case (how far it is, what it did to which service, what is owed) are derived once for each record and kept until
// their own next instant: of a case that is settled, for good.
//
// Every page exists in every language: the source language at /, each other one under its tag. A text that has not been translated stands in the source
// language, with its own lang.
//
// Nothing of a staff-only incident is in a plan, and of a ticket no more than how many were linked to a public one; their requesters' pages are in the tree
// that Follow plans, and the staff's in that of Staff.
package site

import (
	"cmp"
	"strings"
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
	Look    string // what of a page's bytes comes from neither content nor now: a mark of the theme and the brand
	Prose   *markdown.Converter

	Committed func(path string) (first, last time.Time)          // when a file first and last changed; zero where that is not known
	Owed      func(i *content.Incident, p content.Progress) Owed // what the policy promises of an incident
	Stands    func(t *content.Ticket) view.Standing              // how a ticket stands now, and what its requester is promised
	Rules     func(f *content.Form) []*content.Promise           // what is promised to who uses a form
	Attained  map[string]*Attained                               // by promise
	Queue     *Queue                                             // the public queue report
	Size      func(path string) int64                            // of a stored attachment
	Desk      func(now time.Time) StaffQueue                     // the queue, for staff
	Clocks    func(t *content.Ticket) []Clock                    // a ticket's clocks, for staff
	Marks     func(t *content.Ticket) Mark                       // what staff should know of who asks
	Reports   []Report                                           // the staff's, each a page
	Files     []File                                             // of the staff's tree, besides its pages
}

// Owed is what is promised of one incident: the next update while it is open, by the policy and as staff named it, the postmortem when it is over. Zero: nothing.
type Owed struct{ Update, Named, Postmortem Due }

// Due is an instant by which something was promised, whether it is late by the desk's own clock, and when it will be if nothing happens: not before the desk is open again.
type Due struct {
	At     time.Time
	Late   bool
	Breaks time.Time
}

// Next is when the next update comes: as staff named it, else by the policy; the policy's where that one alone is late.
func (o Owed) Next() Due {
	if o.Named.At.IsZero() || o.Update.Late && !o.Named.Late {
		return o.Update
	}
	return o.Named
}

// Page is one file of a tree.
type Page struct {
	File   string // from the tree's root: it/help/index.html
	Path   string // its address without the language: /help/
	Lang   string
	Layout string // of the theme; "" for a file that is no page: its view is a Feed, or bytes
	Nav    string // the menu's entry to which it belongs
	Feed   string // the path of feeds of its own, or ""
	Atom   bool   // of which there is only the Atom feed
	Tree   Tree
	Hidden bool // not for search engines
	Key    any
	View   func() any
}

// Tree says for whom a page is.
type Tree int

// The trees: each is published by itself.
const (
	PublicTree Tree = iota
	FollowTree
	StaffTree
)

// Planner keeps the facts of cases from one plan to the next. The zero value is ready. It is not safe for use by two at once; the views of its latest plan are.
type Planner struct {
	serial      uint64
	common      common
	incidents   map[*content.Incident]*incident
	maintenance map[*content.Maintenance]*maintenance
	tickets     map[*content.Ticket]*ticket
	last        *plan // the trees of one build share what they are made from
	current     *plan // of which views are made
}

// plan is one plan in the making, and what its views are made from.
type plan struct {
	Input
	*common
	planner     *Planner
	paths       themes.Paths
	base        string // absolute, without its last slash
	host        string // of feed ids
	today       content.Date
	incidents   []*incident // public ones that have begun, oldest first
	maintenance []*maintenance
	open        []*incident // newest first
	active      []*maintenance
	planned     []*maintenance // the next one first
	services    []*service
	months      []*monthCases
	scopes      []*scope
	proses      *proses
	pages       []Page
}

// Plan lists the pages of the public tree.
func (p *Planner) Plan(in Input) []Page {
	m := p.begin(in)
	m.pages = make([]Page, 0, len(m.Tree.Site.Languages)*(2*len(m.incidents)+2*len(m.maintenance)+200))
	for _, lang := range m.Tree.Site.Languages {
		m.home(lang)
		m.cases(lang)
		m.service(lang)
		m.history(lang)
		m.help(lang)
		m.forms(lang)
		m.promises(lang)
		m.report(lang)
		m.single(lang)
		m.feeds(lang)
	}
	m.sitemap()
	return m.pages
}

// begin derives what all pages share.
func (p *Planner) begin(in Input) *plan {
	if l := p.last; l != nil && l.Tree == in.Tree && l.Now.Equal(in.Now) && l.BaseURL == in.BaseURL && l.Look == in.Look {
		again := *l
		again.Input = in
		p.current = &again
		again.proses = newProses(len(l.incidents)+len(l.maintenance), in.Tree.Site.Languages)
		return &again
	}
	base := strings.TrimSuffix(cmp.Or(in.BaseURL, in.Tree.Site.BaseURL), "/")
	m := &plan{Input: in, planner: p, base: base, paths: themes.NewPaths(in.Tree.Site.Source(), base), today: content.DateOf(in.Now.In(in.Tree.Zone))}
	m.host = feedHost(in.Tree.Site)
	m.common = p.shared(in)
	p.derive(m)
	m.services = m.measure()
	m.months = m.byMonth()
	m.scopes = m.feedScopes()
	m.proses = newProses(len(m.incidents)+len(m.maintenance), in.Tree.Site.Languages)
	kept := *m
	kept.proses = nil // texts live as long as the views that show them
	p.last, p.current = &kept, m
	return m
}

// add plans a page of a language at a path that ends in a slash.
func (m *plan) add(lang, path string, p Page) {
	p.Lang, p.Path = lang, path
	p.File = m.file(lang, path+"index.html")
	m.pages = append(m.pages, p)
}

func (m *plan) file(lang, path string) string {
	if lang != m.paths.Source {
		path = "/" + lang + path
	}
	return path[1:]
}

// url is the link to a page in a language.
func (m *plan) url(lang, path string) string { return m.paths.URL(lang, path) }

// absolute is a page's address for those who read it elsewhere.
func (m *plan) absolute(lang, path string) string {
	return m.base + strings.TrimPrefix(m.paths.URL(lang, path), m.paths.Prefix)
}

// words is a text in a language.
func (m *plan) words(t content.Text, lang string) Words {
	s, in := t.In(lang, m.paths.Source)
	if in == lang {
		in = ""
	}
	return Words{s, in}
}

// zoned is an instant on the site's clock.
func (m *plan) zoned(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(m.Tree.Zone)
}

func (m *plan) committed(path string) (first, last time.Time) {
	if m.Committed == nil {
		return first, last
	}
	first, last = m.Committed(path)
	return m.zoned(first), m.zoned(last)
}

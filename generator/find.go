package generator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"balie/content"
	"balie/content/desk"
	"balie/generator/find"
	"balie/generator/headers"
	"balie/generator/render"
	"balie/generator/site"
	"balie/themes"
)

// finder finds tickets for staff by the last build.
type finder struct {
	mu      sync.Mutex
	index   find.Index
	pages   render.Pages
	tree    *content.Tree
	desk    *desk.Desk
	now     time.Time
	tickets *find.Tickets // of that tree; nil: they are to be brought up to date
}

// keepFinder lets staff find tickets by a build from now on. The index is brought up to date
// meanwhile, so that the build does not wait for it.
func (g *Generator) keepFinder(f facts) {
	s := &g.finder
	s.mu.Lock()
	if s.tree != f.Tree {
		s.tickets = nil
	}
	s.pages, s.tree, s.desk, s.now = g.renderer.Pages(), f.Tree, f.desk, f.now
	s.mu.Unlock()
	go s.upToDate()
}

// upToDate returns a copy of what is searched, with its tickets.
func (s *finder) upToDate() (pages render.Pages, f Finder, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tree == nil {
		return pages, f, false
	}
	if s.tickets == nil {
		s.tickets = s.index.Update(s.tree)
	}
	return s.pages, Finder{s.tree, s.desk, s.now, s.tickets}, true
}

// Finder finds tickets of a tree, as they are at an instant.
type Finder struct {
	tree    *content.Tree
	desk    *desk.Desk
	now     time.Time
	tickets *find.Tickets
}

// NewFinder returns a Finder that is used once.
func NewFinder(tree *content.Tree, d *desk.Desk, now time.Time) Finder {
	return Finder{tree, d, now, new(find.Index).Update(tree)}
}

// FoundTicket is a ticket that was found, as programs read it.
type FoundTicket struct {
	Number  string              `json:"number"`
	Subject string              `json:"subject"`
	State   content.TicketState `json:"state"`
	At      time.Time           `json:"at"` // when it came in, in UTC
	Excerpt string              `json:"excerpt"`
}

// Find returns some of the tickets that have all words of a query, best first, and how many there
// are. most is how many are returned at most, from the one at an index on; 0: all.
func (f Finder) Find(query string, from, most int) (list []FoundTicket, count int) {
	list = []FoundTicket{}
	found := f.tickets.Find(query, f.now)
	shown := found[min(from, len(found)):]
	if most > 0 {
		shown = shown[:min(most, len(shown))]
	}
	for _, one := range shown {
		state := f.desk.Ticket(one.Ticket, f.tree, f.now).State
		list = append(list, FoundTicket{one.Ticket.Number, one.Ticket.Subject, state, one.At.UTC(), one.Excerpt()})
	}
	return list, len(found)
}

// foundPerPage is how many tickets a page of them lists.
const foundPerPage = 50

// FindTickets answers GET /find/?q=… of staff by the last build: a page or, for a program, an array
// of [FoundTicket]. It is for the staff's listener alone. What was searched for is kept nowhere. It
// is safe for use by many at once, also during a build.
func (g *Generator) FindTickets(w http.ResponseWriter, r *http.Request) {
	pages, f, ok := g.finder.upToDate()
	if !ok {
		http.Error(w, "there is nothing to search yet", http.StatusServiceUnavailable)
		return
	}
	query := cleanQuery(r.URL.Query().Get("q"))
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || page < 1 || page > 1_000_000 {
		page = 1
	}
	list, count := f.Find(query, (page-1)*foundPerPage, foundPerPage)
	var body bytes.Buffer
	media := "text/html; charset=utf-8"
	if wantsJSON(r.Header) {
		media = "application/json"
		err = json.NewEncoder(&body).Encode(list)
	} else {
		at := themes.Place{Lang: f.tree.Site.Source(), Path: site.FindPath, NoIndex: true, Staff: true}
		err = pages.Page(&body, "stafffind", at, findView(f.tree, query, page, list, count))
	}
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	headers.Apply(h, site.FindPath, headers.Staff()...)
	h.Add("Vary", "Accept")
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	if r.Method != http.MethodHead {
		w.Write(body.Bytes()) // whoever asked may have gone
	}
}

func findView(tree *content.Tree, query string, page int, list []FoundTicket, count int) site.StaffFind {
	v := site.StaffFind{Query: query, Count: count}
	for _, one := range list {
		row := site.NewTicketRow(tree.Ticket(one.Number), one.State, one.At, tree.Zone)
		row.Subject, row.Excerpt = one.Subject, one.Excerpt
		v.Rows = append(v.Rows, row)
	}
	at := func(page int) string {
		return "?" + url.Values{"q": {query}, "page": {strconv.Itoa(page)}}.Encode()
	}
	if page > 1 && count > 0 {
		v.Newer = at(min(page-1, 1+(count-1)/foundPerPage))
	}
	if page*foundPerPage < count {
		v.Older = at(page + 1)
	}
	return v
}

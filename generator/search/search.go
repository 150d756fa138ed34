// Package search finds the pages that answer a question.
//
// A site has one index for each language, in two parts that are searched together: what its setup
// says (articles, promises, services), and its incidents, which change far more often. An index is
// built once, by Go. The server searches it in memory; on a static host a script reads the same
// index from files and ranks alike.
package search

// Kind is what a page is.
type Kind string

// The kinds.
const (
	Article  Kind = "article"
	Promise  Kind = "promise"
	Service  Kind = "service"
	Incident Kind = "incident"
)

// Document is a page that can be found.
type Document struct {
	URL      string // its address on the site, in the index's language: /it/help/paying/refunds/
	Kind     Kind
	Lang     string // of its text, where that is not the index's
	Title    string
	Summary  string
	Keywords []string
	Sections []Section // in order; the first may be without a heading
	Open     bool      // an incident that is not over
	Rank     int       // of an incident: 0 for the newest, 1 for the one before it
}

// Section is a part of a document under a heading.
type Section struct {
	Heading string
	ID      string // the heading's anchor on the page
	Text    string // plain text, without markup
}

// Result is a document that was found.
type Result struct {
	URL     string `json:"url"` // with the anchor of the heading that fits best
	Kind    Kind   `json:"kind"`
	Lang    string `json:"lang"` // of its text, where that is not the index's
	Title   []Span `json:"title"`
	Heading []Span `json:"heading"` // of the best section; empty where that is the document's beginning
	Excerpt []Span `json:"excerpt"`
}

// Span is a piece of text; Hit says that it is a word that was searched for.
type Span struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

// Package search finds the pages that answer a question.
//
// A site has one index for each language, in two parts that are searched together: what its setup
// says (articles, promises, services), and its incidents, which change far more often. An index is
// built once, by Go. The server searches it in memory (Search). On a static host the script
// themes/default/assets/search.js reads the same index from files (Index.Files), and finds the same
// pages in the same order with the same words marked. What follows holds for both; TestScript asks
// both the same questions.
//
// # Words, forms and terms
//
// A word is a letter or digit of any script with the letters, digits and marks that follow. A
// hyphen after the first letter belongs to it, so that "e-mail" is "email". Japanese and Chinese
// have no spaces: each of their characters is a word, as is each letter beyond Unicode's basic
// plane.
//
// A word's form is what is left of it in lower case without accents, at most 40 letters: Unicode's
// compatibility decomposition without combining marks, and "ss" for "ß", "oe" for "œ" and so on.
//
// A term stands for the forms of one word: what the language's stemmer makes of the word, as a
// form. A language without a stemmer has each form as its own term. A form has several terms where
// words with different accents meet, or words of two languages: a document is stemmed by its own. A
// term is one of its forms. The index has a table from forms to terms, so a query is never stemmed.
//
// In Dutch and German a compound also has the terms of its two parts, of four letters at least,
// with a letter or two that link them. A part is a word that some document has, here or in an index
// beside this one, or one of a short list (compoundParts).
//
// Stop words are counted in titles, headings, summaries and keywords, not in bodies.
//
// # Weights
//
// A posting says that a document has a term. Its weight, from 1 to 15, is 8 for the title, 4 for a
// heading or a keyword or 2 for the summary, and 1 to 3 for the body by BM25's saturated frequency.
// A part of a compound weighs less. The weight depends on the document alone, so those of two
// indexes can be compared. A posting names the section of the document that has most of the term;
// what the title has belongs to the beginning.
//
// # Looking up a query
//
// At most 12 distinct forms of the first 1,000 letters are looked up. Stop words are left out,
// unless there are no others. A form stands for the first of these that any part has:
//
//  1. its own terms (weight 16);
//  2. the terms of forms that it begins, if it has two letters (10), and of forms one edit away, if
//     it has four (8): a letter put in, left out, replaced or swapped with the next. The first
//     letter is taken as right, so that a reader of files loads one letter's;
//  3. two known forms that it consists of, linked as a compound: then it counts as two words;
//  4. the terms of the forms that share its longest beginning: four letters, and half of it (4).
//
// Of one word the eight best forms count: the weightiest, then the shortest, then the first.
//
// # Ranking
//
// All is counted in integers, so that Go and a script agree to the last bit. In a document a word
// of the query scores its best posting: the posting's weight, times the weight of the way in which
// it was found, times the word's rarity (parts.rarity) in all parts together. The document's score
// is the sum over the words, times the number of words that it has, times its boost: 16; of an
// incident that is over 8 to 5, less for older ones; of one that is not over 32. An incident that
// is not over and has half of the words comes before all others. With equal scores the earlier
// part, then the earlier document is first.
//
// A result leads to the section with the greatest share of the score. Its excerpt is that section's
// beginning, or the document's summary. A word in it is marked if its form has a term that was
// found and stands in the shards that were read; in Dutch and German also if it contains such a
// form.
//
// # Files
//
// All are JSON objects with a version, the same in each. A reader that meets two versions begins
// again.
//
//   - meta.json: "words", "postings" and "docs" have where each of the other files begins; "boosts"
//     that of each document; "stop" the stop words; "compound" whether compounds are marked.
//   - words-N.json, a shard: "list" has the forms in order, and how each becomes its term: a
//     character that stands as far after "0" as letters are cut off, then the letters put there.
//   - postings-N.json: "list" has terms in order, then for each a string of its postings: the
//     document, less the one before, in digits; the weight, 1 as "a"; the section, 1 as "A", 0 as
//     nothing.
//   - docs-N.json: "list" has the number of its first document, then each: address, kind, language,
//     title, and of each section heading, anchor and excerpt.
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
	URL   string `json:"url"` // with the anchor of the heading that fits best
	Kind  Kind   `json:"kind"`
	Lang  string `json:"lang"` // of its text, where that is not the index's
	Title []Span `json:"title"`
	// Heading is that of the best section; empty where that is the document's beginning.
	Heading []Span `json:"heading"`
	Excerpt []Span `json:"excerpt"`
}

// Span is a piece of text; Hit says that it is a word that was searched for.
type Span struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

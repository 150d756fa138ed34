// Package find finds tickets by what is in them, for staff: every message, note and field, the
// requester, the organisation, payments, the number however it is typed, in whatever state.
//
// All words must be there, each as a word or a part of one, without regard to case and accents.
// Best first: the ticket whose number, address, telephone or id is what was typed, then those with
// all words in their subject, then the others; among equals the newest.
//
// An [Index] numbers the words that occur. Of each ticket it keeps the numbers of its words, and of
// the text nothing. A search looks through all words once, which are few beside the texts, and then
// through the tickets' numbers. It is only in memory and for staff alone.
package find

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"balie/content"
)

// Index keeps tickets' words from one tree to the next. The zero value is ready. It is for use by
// one at a time; what [Index.Update] returns is for use by many.
type Index struct {
	words   vocabulary
	entries []entry // of the last tree
}

// entry is what a ticket is found by: the numbers of words. First come its keys (the ticket's
// numbers, its requester's address, telephone and id), then its subject and all else.
type entry struct {
	ticket        *content.Ticket
	words         []uint32
	keys, subject uint32 // where they end
	at            time.Time
}

// Tickets are the tickets of a tree, ready to be searched. It is immutable.
type Tickets struct {
	tree    *content.Tree
	words   vocabulary
	entries []entry // in the tree's order
}

// Update returns the tickets of a tree. Only of those that the last tree did not have are the words
// numbered.
func (x *Index) Update(tree *content.Tree) *Tickets {
	entries := make([]entry, len(tree.Tickets))
	var added []int
	before := 0
	for i, t := range tree.Tickets {
		for before < len(x.entries) && x.entries[before].ticket.Number < t.Number {
			before++
		}
		known := false
		for _, e := range x.entries[before:] { // a number is given twice by mistake only
			if known = e.ticket == t; known {
				entries[i] = e
			}
			if known || e.ticket.Number != t.Number {
				break
			}
		}
		if !known {
			added = append(added, i)
		}
	}
	x.add(tree, entries, added)
	x.entries = entries
	return &Tickets{tree, x.words, entries}
}

// maxFolded is how many tickets' texts are folded before their words are numbered.
const maxFolded = 1024

// add makes the entries of those tickets of a tree that are new.
func (x *Index) add(tree *content.Tree, entries []entry, added []int) {
	for chunk := range slices.Chunk(added, maxFolded) {
		folded := make([]texts, len(chunk))
		content.OnAllCores(len(chunk), func(i int) { folded[i] = textsOf(tree.Tickets[chunk[i]]) })
		for i, at := range chunk {
			entries[at] = x.entryOf(tree.Tickets[at], folded[i])
		}
	}
}

func (x *Index) entryOf(t *content.Ticket, folded texts) entry {
	e := entry{ticket: t}
	for _, key := range folded.keys {
		e.words = append(e.words, x.words.number(key))
	}
	e.keys = uint32(len(e.words))
	e.words = append(e.words, x.words.numbers(folded.subject)...)
	e.subject = uint32(len(e.words))
	e.words = slices.Clip(append(e.words, x.words.numbers(folded.other)...))
	if len(t.Events) > 0 {
		e.at = t.Events[0].At
	}
	return e
}

// Found is a ticket that was found.
type Found struct {
	Ticket *content.Ticket
	At     time.Time // when it came in
	words  []string
	rank   rank
}

// rank says how well a ticket fits.
type rank int8

const (
	noMatch rank = iota
	exact        // one of its keys is the query
	inSubject
	inText
)

// Find returns the tickets that had come in by an instant and have all words of a query, best
// first; none for a query without a word.
func (t *Tickets) Find(typed string, now time.Time) []Found {
	q := t.read(typed)
	if len(q.words) == 0 {
		return nil
	}
	ranks := make([]rank, len(t.entries))
	content.OnAllCores(len(t.entries), func(i int) {
		if e := &t.entries[i]; !e.at.IsZero() && !e.at.After(now) {
			ranks[i] = q.rank(e)
		}
	})
	var found []Found
	for i, r := range ranks {
		if r != noMatch {
			found = append(found, Found{t.entries[i].ticket, t.entries[i].at, q.words, r})
		}
	}
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), b.At.Compare(a.At), cmp.Compare(b.Ticket.Dir, a.Ticket.Dir))
	})
	return found
}

// maxWords is how many words of a query count: as many as a set has bits.
const maxWords = 16

// set is a set of a query's words, by their places in it.
type set uint16

// query is what was typed.
type query struct {
	words []string
	all   set
	has   []set          // by a word's number: the words of the query that are parts of it
	keys  []uint32       // the numbers of keys that are the query as a whole
	of    map[string]set // by organisation: the words that are in its name
}

func (t *Tickets) read(typed string) query {
	q := query{has: make([]set, len(t.words.starts)), of: map[string]set{}}
	for _, word := range strings.Fields(fold(typed)) {
		if word = trim(word); word != "" && !slices.Contains(q.words, word) && len(q.words) < maxWords {
			q.words = append(q.words, word)
		}
	}
	q.keys = t.words.find(strings.Join(q.words, " "))
	if digits := digitsOf(typed); digits != "" && strings.Trim(typed, "0123456789 +-./()") == "" {
		q.keys = append(q.keys, t.words.find(digits)...)
		if t.tree.Ticket(digits) != nil {
			q.words = []string{digits}
		}
	}
	for i, word := range q.words {
		q.all |= 1 << i
		t.words.mark(word, func(number uint32) { q.has[number] |= 1 << i })
		for _, o := range t.tree.Organisations {
			if strings.Contains(fold(o.Value.Name), word) {
				q.of[o.Key] |= 1 << i
			}
		}
	}
	return q
}

// rank returns how well a ticket fits.
func (q *query) rank(e *entry) rank {
	var subject, all set
	for i, number := range e.words {
		if uint32(i) < e.keys && slices.Contains(q.keys, number) {
			return exact
		}
		if all |= q.has[number]; uint32(i) >= e.keys && uint32(i) < e.subject {
			subject |= q.has[number]
		}
	}
	switch {
	case subject == q.all:
		return inSubject
	case all == q.all, len(q.of) > 0 && all|q.of[e.ticket.Organisation] == q.all:
		return inText
	}
	return noMatch
}

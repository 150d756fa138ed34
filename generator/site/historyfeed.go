package site

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"balie/content"
)

// HistoryFeed is a feed as Statuspage has it: one entry for a case, in the source language alone.
type HistoryFeed struct {
	Format string // atom, rss
	ID     string
	Name   string // of the desk
	Lang   string
	Home   string
	Self   string
	Cases  []HistoryCase // newest first, by their newest updates
	Began  time.Time     // as in Feed
}

// HistoryCase is an incident, or a maintenance with its plan.
type HistoryCase struct {
	ID      string
	Title   string
	Link    string
	Planned *content.Planned
	Updates []HistoryUpdate // newest first
}

// HistoryUpdate is an update, and how far the case was with it in the words of Statuspage.
type HistoryUpdate struct {
	*Entry
	Status content.Kind
}

func (m *Plan) historyFeeds() {
	site := m.scopes[0]
	for _, format := range []string{"atom", "rss"} {
		m.addFile(m.paths.Source, "/history."+format, site.sources(), func() any { return m.historyFeed(site, format) })
	}
}

func (m *Plan) historyFeed(s *scope, format string) HistoryFeed {
	lang := m.paths.Source
	v := HistoryFeed{
		Format: format, ID: "tag:" + m.host + ",2005:/history", Name: m.words(m.Tree.Site.Name, lang).Text, Lang: lang,
		Home: m.absolute(lang, "/"), Self: m.absolute(lang, "/history."+format), Began: m.zoned(s.began),
	}
	for _, f := range s.newest {
		one := HistoryCase{
			ID: fmt.Sprintf("tag:%s,2005:Incident/%d", m.host, numberOf(f.path)), Title: m.words(f.title, lang).Text,
			Link: m.absolute(lang, f.path), Planned: m.plannedOf(f.planned),
		}
		for i, e := range slices.Backward(f.events) {
			one.Updates = append(one.Updates, HistoryUpdate{m.entryIn(f, e, lang), historyStatus(e.Kind, i == 0 && f.planned == nil)})
		}
		v.Cases = append(v.Cases, one)
	}
	return v
}

// numberOf is a number for a path, the same for good, that JavaScript can hold exactly (2^53).
func numberOf(path string) uint64 {
	sum := sha256.Sum256([]byte(path))
	return binary.BigEndian.Uint64(sum[:8]) >> 11
}

// historyStatus is a kind in the words of Statuspage, which knows neither a confirmation nor a
// maintenance that is called off. An incident begins as Investigating, whatever its first update
// is.
func historyStatus(kind content.Kind, begins bool) content.Kind {
	switch {
	case kind == content.Cancelled:
		return content.Completed
	case begins && (kind == content.Confirmed || kind == content.Update):
		return content.Investigating
	case kind == content.Confirmed:
		return content.Update
	}
	return kind
}

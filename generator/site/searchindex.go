package site

import (
	"slices"

	"balie/content"
	"balie/generator/search"
	"balie/themes/view"
)

// searchIndex is a language's index in its two parts, which are searched together. A part is the
// same from one plan to the next while its documents are. To analyse the incidents takes a seventh
// of a rebuild at 10,000 of them, for each language, and to read their texts would take a quarter
// (measured in the processor's time).
type searchIndex struct {
	setup     indexPart
	policy    *content.Policy // of which the setup's part tells
	incidents indexPart
	found     []found // those of the incidents' part
	documents map[*content.Incident]search.Document
}

// indexPart is one part, with its files.
type indexPart struct {
	*search.Index
	sources Sources
	files   []search.File
}

// deriveIndexes brings the index of each language to the plan's now.
func (p *Planner) deriveIndexes(m *Plan) map[string]*searchIndex {
	languages, found := m.Tree.Site.Languages, m.foundNow()
	list := make([]*searchIndex, len(languages))
	content.OnAllCores(len(list), func(i int) { list[i] = p.deriveIndex(m, languages[i], found) })
	p.indexes = map[string]*searchIndex{}
	for i, lang := range languages {
		p.indexes[lang] = list[i]
	}
	return p.indexes
}

func (p *Planner) deriveIndex(m *Plan, lang string, found []found) *searchIndex {
	var ix searchIndex
	if last := p.indexes[lang]; last != nil {
		ix = *last
	}
	policy := m.Tree.PolicyAt(m.Now)
	isNew := ix.setup.Index == nil || ix.policy != policy
	if isNew {
		ix.setup, ix.policy = p.newPart(lang, m.setupDocuments(lang)), policy
	}
	if isNew || !slices.Equal(ix.found, found) {
		p.readIncidents(m, &ix, found, lang)
	}
	return &ix
}

// readIncidents brings the incidents' part to those that can be found now, with the documents of
// those that are as they were.
func (p *Planner) readIncidents(m *Plan, ix *searchIndex, now []found, lang string) {
	last := map[*content.Incident]found{}
	for _, f := range ix.found {
		last[f.record] = f
	}
	documents := make([]search.Document, len(now))
	content.OnAllCores(len(now), func(i int) {
		f, was := now[i], last[now[i].record]
		if was.rank = f.rank; was == f {
			documents[i] = ix.documents[f.record]
			documents[i].Rank = f.rank
			return
		}
		documents[i] = m.incidentDocument(f, lang)
	})
	ix.found, ix.documents = now, make(map[*content.Incident]search.Document, len(now))
	for i, f := range now {
		ix.documents[f.record] = documents[i]
	}
	ix.incidents = p.newPart(lang, documents, ix.setup.Index)
}

func (p *Planner) newPart(lang string, documents []search.Document, beside ...*search.Index) indexPart {
	part := indexPart{Index: search.Build(lang, documents, beside...), sources: sourcesOf(p.numbers.Add(1))}
	part.files = part.Files()
	return part
}

// SearchParts are the parts of a language's index.
func (m *Plan) SearchParts(lang string) []*search.Index {
	ix := m.indexes()[lang]
	return []*search.Index{ix.setup.Index, ix.incidents.Index}
}

// searchFiles plans the files of a language's index, for the script of a page.
func (m *Plan) searchFiles(lang string) {
	ix := m.indexes()[lang]
	m.partFiles(view.SearchIndex(lang)+"setup/", &ix.setup)
	m.partFiles(view.SearchIndex(lang)+"incidents/", &ix.incidents)
}

func (m *Plan) partFiles(dir string, part *indexPart) {
	for _, f := range part.files {
		m.pages = append(m.pages, Page{File: dir[1:] + f.Name, Sources: part.sources, View: plain(func() any { return f.Data })})
	}
}

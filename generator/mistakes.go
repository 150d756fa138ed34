package generator

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"balie/content"
	"balie/content/live"
	"balie/generator/site"
)

// mistakesOf are the errors among the problems of a reading, with what is shown in their place.
// Those of the setup come first: others may follow from them.
func mistakesOf(r *live.Reading, problems []content.Problem) []site.Mistake {
	var list []site.Mistake
	for _, p := range problems {
		if p.Severity != content.Error {
			continue
		}
		m := site.Mistake{File: p.File, Message: p.Message, Hint: p.Hint, Instead: site.Nothing}
		if p.Line > 0 {
			m.Position = fmt.Sprintf("%d:%d", p.Line, p.Column)
		}
		switch older, found := r.Older(p.File); {
		case found:
			m.Instead, m.Commit, m.Since = site.Older, older.Short(), older.At
		case p.Code == content.CodeReference, p.Code == content.CodeDuplicate:
			m.Instead = site.Unnamed
		}
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b site.Mistake) int {
		return cmp.Compare(rank(a.File), rank(b.File))
	})
	return list
}

func rank(file string) int {
	if live.IsSetup(file) {
		return 0
	}
	return 1
}

// untranslated lists what is behind in a language of the site.
func (g *Generator) untranslated(r *live.Reading, now time.Time) []site.TranslationRow {
	found := g.lacking.Find(r.Tree, now, r.Committed)
	rows := make([]site.TranslationRow, len(found))
	for i, u := range found {
		rows[i] = site.TranslationRow{File: u.File, Language: u.Language, State: string(u.State), Since: u.Since, Command: u.Command()}
	}
	return rows
}

package generator

import (
	"cmp"
	"fmt"
	"slices"

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

package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/live"
	"balie/content/load"
	"balie/generator/site"
)

// mistakesOf are the errors among the problems of a reading, with what is shown in their place. Those
// of the setup come first: others may follow from them.
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
		switch older, found := olderOf(r, p.File); {
		case found:
			m.Instead, m.Commit, m.Since = site.Older, gitfs.Revision(older.Commit).Short(), older.At
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
	if isSetup(file) {
		return 0
	}
	return 1
}

// isSetup reports whether a file is one of those that are shown in one version.
func isSetup(file string) bool {
	return slices.ContainsFunc(load.SetupPaths(), func(p string) bool { return file == p || strings.HasPrefix(file, p+"/") })
}

// olderOf finds the version in which a file is shown instead of as it is.
func olderOf(r *live.Reading, file string) (load.Older, bool) {
	if r.Setup != nil && isSetup(file) {
		return load.Older{File: file, Commit: r.Setup.Commit, At: r.Setup.At}, true
	}
	i := slices.IndexFunc(r.Loaded.Older, func(o load.Older) bool { return o.File == file })
	if i < 0 {
		return load.Older{}, false
	}
	return r.Loaded.Older[i], true
}

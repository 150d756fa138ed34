package load

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"balie/content"
)

// depth is how many directories lie between a case type's own and its cases' names.
var depth = map[content.CaseType]int{content.IncidentCase: 1, content.MaintenanceCase: 1, content.TicketCase: 3}

// setupFiles and setupDirs are what makes up a Setup, at the repository's root.
var (
	setupFiles = []string{"site.yaml", "services.yaml", "people.yaml", "hooks.yaml"}
	setupDirs  = []string{"organisations", "policy", "holidays", "forms", "articles", "replies", "brand"}
	caseDirs   = []string{string(content.IncidentCase), string(content.MaintenanceCase), string(content.TicketCase)}
)

// SetupPaths are the files and directories whose versions belong together: the setup without
// articles and replies, and the theme.
func SetupPaths() []string {
	paths := slices.Concat(setupFiles, setupDirs, []string{"theme"})
	return slices.DeleteFunc(paths, func(p string) bool { return p == "articles" || p == "replies" })
}

// Directories are those at the root that are read as content.
func Directories() []string { return slices.Concat(setupDirs, caseDirs) }

// readRoot reads erased.txt, and finds what is wrong at the root apart from what the records say.
func (l *Loaded) readRoot() {
	in := lister{fsys: l.fsys}
	l.erased = in.readErased()
	if mode, there := in.modeOf("theme"); there && mode.IsDir() {
		in.findLinks("theme")
	} else if there && !mode.IsRegular() {
		in.refuseMode("theme", mode)
	}
	l.root = append(in.problems, misspelt(l.fsys)...)
}

// findLinks finds symbolic links in a directory and below it.
func (l *lister) findLinks(dir string) {
	_, dirs := l.list(dir)
	for _, d := range dirs {
		l.findLinks(path.Join(dir, d))
	}
}

// misspelt warns of files and directories at the root whose names are close to those that are read.
// What else stands there (a README, a theme, workflows) is nobody's business here.
func misspelt(fsys fs.FS) []content.Problem {
	l := lister{fsys: fsys}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		l.problem(".", content.CodeUnreadable, "see that it can be read", "can't be listed: %v", cause(err))
		return l.problems
	}
	for _, e := range entries {
		known := append(slices.Clone(setupFiles), erasedFile)
		if e.IsDir() {
			known = Directories()
		}
		if meant := likely(e.Name(), known); meant != "" {
			l.unread(e.Name(), fmt.Sprintf("did you mean %q?", meant))
			l.problems[len(l.problems)-1].Code = content.CodeMisspelt
		}
	}
	return l.problems
}

// likely returns the one of the known names that is likely meant by another, or "".
func likely(name string, known []string) string {
	if slices.Contains(known, name) || strings.HasPrefix(name, ".") {
		return ""
	}
	for _, k := range known {
		if content.Edits(singular(name), singular(k)) <= 1 {
			return k
		}
	}
	return ""
}

// singular brings incident and incidents, policies and policy, site.yml and site.yaml together.
func singular(name string) string {
	name = strings.ToLower(name)
	if stem, ok := strings.CutSuffix(name, ".yml"); ok {
		name = stem + ".yaml"
	}
	stem, ext := name, ""
	if i := strings.IndexByte(name, '.'); i > 0 {
		stem, ext = name[:i], name[i:]
	}
	if s, ok := strings.CutSuffix(stem, "ies"); ok {
		return s + "y" + ext
	}
	return strings.TrimSuffix(stem, "s") + ext
}

// IsOfCase reports whether a file or directory is an incident's, a maintenance's or a ticket's.
func IsOfCase(p string) bool {
	return slices.ContainsFunc(caseDirs, func(dir string) bool { return Within(p, dir) })
}

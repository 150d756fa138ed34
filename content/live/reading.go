package live

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"balie/content"
	"balie/content/check"
	"balie/content/desk"
	"balie/content/load"
	"balie/content/repository"
	"balie/themes"
)

// Reading is a repository as it was read once, with what is made of its setup.
type Reading struct {
	*repository.Reading
	Theme *themes.Theme
	Desk  *desk.Desk // its promises
	// Setup is the commit from which the setup and the theme are shown, since they are not right as
	// they are now; nil where they are.
	Setup *load.SetupVersion
	// Fit is false where no version of the setup is right: then nobody knows what to show or to
	// take in.
	Fit bool

	theme  error // why the theme as it is written does not read
	speak  func(lang string) bool
	unused []*themes.FileError // what of it has no effect
}

// Reader reads a repository again and again.
type Reader struct {
	repo *repository.Repository
	last *Reading
}

// NewReader returns a reader that has read nothing yet.
func NewReader(repo *repository.Repository) *Reader { return &Reader{repo: repo} }

// Read reads what changed since the last time, or everything. Changed are paths in the work tree;
// of a repository that is read by a ref, git tells them.
func (r *Reader) Read(ctx context.Context, changed []string) (*Reading, error) {
	var earlier *repository.Reading
	var setup *load.SetupVersion
	if r.last != nil {
		earlier, setup = r.last.Reading, r.last.Setup
	}
	now, err := r.repo.Again(ctx, earlier, changed, setup)
	if err != nil {
		return nil, err
	}
	next := &Reading{Reading: now, Setup: setup, Fit: true}
	written := r.writtenTheme(now, next)
	if r.isSame(now, next) {
		next.Theme, next.Desk, next.Fit = r.last.Theme, r.last.Desk, r.last.Fit
		r.last = next
		return next, nil
	}
	if err := r.choose(ctx, next, written); err != nil {
		return nil, err
	}
	r.last = next
	return next, nil
}

// isSame reports whether nothing of the setup changed, nor the history by which it was chosen.
func (r *Reader) isSame(now *repository.Reading, next *Reading) bool {
	l := r.last
	return l != nil && !now.ThemeChanged && l.Loaded.Written.Setup == now.Loaded.Written.Setup && l.Tree.Setup == now.Tree.Setup &&
		(l.Setup == nil && l.Fit || l.Revision == now.Revision)
}

// writtenTheme reads the theme as it is written, which is nil where it does not read.
func (r *Reader) writtenTheme(now *repository.Reading, next *Reading) *themes.Theme {
	if l := r.last; l != nil && !now.ThemeChanged && l.Setup == nil && l.Fit {
		next.theme, next.speak, next.unused = l.theme, l.speak, l.unused
		return l.Theme
	}
	theme, err := themes.Of(now.Files)
	next.theme, next.speak, next.unused = err, nil, nil
	if err != nil {
		return nil
	}
	next.speak, next.unused = theme.Speaks, theme.Unused
	return theme
}

// choose takes the setup as it is written where it is right, else the newest version that is.
func (r *Reader) choose(ctx context.Context, next *Reading, written *themes.Theme) error {
	if agrees(next.Loaded, written) {
		return r.show(ctx, next, nil, written)
	}
	for v, err := range r.repo.OlderSetups(ctx, next.Revision) {
		if err != nil {
			return err
		}
		setup := load.LoadSetup(v.Files)
		if !check.SetupAgrees(setup) { // which costs less to know than what its theme is
			continue
		}
		theme, err := themes.Of(v.Files)
		if err == nil && speaks(setup, theme) {
			return r.show(ctx, next, v, theme)
		}
	}
	next.Setup, next.Fit = nil, false
	return nil
}

// agrees reports whether a setup and a theme (nil: it does not read) are right.
func agrees(l *load.Loaded, theme *themes.Theme) bool {
	return theme != nil && check.SetupAgrees(l) && speaks(l, theme)
}

// speaks reports whether a theme has words in each of a setup's languages.
func speaks(l *load.Loaded, theme *themes.Theme) bool {
	return len(check.Unspoken(l, theme.Speaks)) == 0
}

// show makes a reading of a version of the setup, which is nil for the one that is written.
func (r *Reader) show(ctx context.Context, next *Reading, setup *load.SetupVersion, theme *themes.Theme) (err error) {
	if was := next.Loaded.SetupCommit(); setup != was && (setup == nil || was == nil || setup.Commit != was.Commit) {
		if next.Reading, err = r.repo.Again(ctx, next.Reading, nil, setup); err != nil {
			return err
		}
	}
	next.Setup, next.Theme = next.Loaded.SetupCommit(), theme
	if r.last != nil && r.last.Desk != nil && r.last.Tree.Setup == next.Tree.Setup {
		next.Desk = r.last.Desk
	} else if next.Desk, err = desk.New(next.Tree.Setup); err != nil {
		return fmt.Errorf("compile the promises: %w", err)
	}
	return nil
}

// Checker says what is wrong with readings, one after the other, and remembers what it found in
// what did not change. It is not for use by two at once.
type Checker struct {
	// Prose reads a text in Markdown; nil: nothing is said of links and pictures in texts.
	Prose func(text string) check.Prose

	content  check.Checker
	promises desk.Checker
}

// Problems are all that is wrong with a reading at an instant, by place: of the files as they are
// written, of the theme, and of what promises and history know where nothing else is wrong.
func (c *Checker) Problems(r *Reading, now time.Time) []content.Problem {
	c.content.Prose = c.Prose
	problems := c.content.Check(r.Loaded, now)
	if r.theme != nil {
		problems = append(problems, themeProblems(r.theme)...)
	} else {
		problems = append(problems, check.Unspoken(r.Loaded, r.speak)...)
	}
	for _, e := range r.unused {
		problems = append(problems, problemIn(e, content.Warning))
	}
	if r.Desk != nil && !content.HasErrors(problems) {
		problems = append(problems, c.promises.Check(r.Desk, r.Tree, r.Committed, now)...)
	}
	return content.SortProblems(problems)
}

// themeProblems are why a theme does not read.
func themeProblems(err error) []content.Problem {
	files := themes.FileErrors(err)
	if len(files) == 0 {
		return []content.Problem{{File: "theme", Severity: content.Error, Code: content.CodeTheme, Message: err.Error(), Hint: "mend it, or take the file out: the theme that comes with balie has one"}}
	}
	var problems []content.Problem
	for _, e := range files {
		problems = append(problems, problemIn(e, content.Error))
	}
	return problems
}

// problemIn is what is wrong with a file of a theme.
func problemIn(e *themes.FileError, severity content.Severity) content.Problem {
	return content.Problem{File: "theme/" + e.File, Line: e.Line, Column: e.Column, Severity: severity, Code: content.CodeTheme, Message: e.Err.Error(), Hint: e.Hint}
}

// IsSetup reports whether a file is one of those that are shown in one version: the setup's or the
// theme's.
func IsSetup(file string) bool {
	return slices.ContainsFunc(load.SetupPaths(), func(p string) bool { return file == p || strings.HasPrefix(file, p+"/") })
}

// Older returns the version in which a file is shown, where that is not the file as it is now.
func (r *Reading) Older(file string) (load.Older, bool) {
	if r.Setup != nil && IsSetup(file) {
		return load.Older{File: file, Commit: r.Setup.Commit, At: r.Setup.At}, true
	}
	i := slices.IndexFunc(r.Loaded.Older, func(o load.Older) bool { return o.File == file })
	if i < 0 {
		return load.Older{}, false
	}
	return r.Loaded.Older[i], true
}

package main

import (
	"context"
	"slices"
	"time"

	"balie/content"
	"balie/content/desk"
)

// problems are those of the content and, where it has no errors, of its promises: the same that a build finds, and attachments that were altered.
func (o *opened) problems(ctx context.Context) ([]content.Problem, error) {
	theme, err := loadTheme(ctx, o.Repository)
	if err != nil {
		return nil, err
	}
	problems := content.SortProblems(slices.Concat(content.Check(o.Tree, o.now), content.Unspoken(o.Tree, theme.Speaks), content.Altered(o.Tree)))
	if content.HasErrors(problems) {
		return problems, nil
	}
	d, err := desk.New(o.Tree.Setup)
	if err != nil {
		return nil, err
	}
	return content.SortProblems(append(problems, new(desk.Checker).Check(d, o.Tree, o.committed, o.now)...)), nil
}

// committed is when a file's first and last change were committed.
func (o *opened) committed(path string) (first, last time.Time) {
	c := o.History[path]
	return c.First, c.Last
}

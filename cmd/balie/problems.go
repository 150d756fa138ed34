package main

import (
	"time"

	"balie/content"
	"balie/content/desk"
)

// problems are those of the content and, where it has no errors, of its promises: the same that a build finds.
func (o *opened) problems() ([]content.Problem, error) {
	problems := content.Check(o.Tree, o.now)
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

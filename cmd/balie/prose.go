package main

import (
	"balie/content/check"
	"balie/content/live"
	"balie/generator/markdown"
)

// newChecker returns a checker that also follows the links in texts.
func newChecker() live.Checker {
	converter := markdown.New()
	return live.Checker{Prose: func(text string) check.Prose { return proseOf(converter.Outline(text)) }}
}

func proseOf(o markdown.Outline) check.Prose {
	var p check.Prose
	for _, l := range o.Links {
		p.Links = append(p.Links, check.Link(l))
	}
	for _, h := range o.Headings {
		p.Headings = append(p.Headings, h.ID)
	}
	return p
}

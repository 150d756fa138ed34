package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"balie/content"
	"balie/generator/markdown"
	"balie/ingest/notify"
)

// openNotifier makes what calls programs that follow.
func (s *server) openNotifier() {
	text := markdown.New()
	tree := func() *content.Tree { return s.live.Current().Tree }
	absolute := func(path string) string {
		return strings.TrimSuffix(cmp.Or(s.baseURL, tree().Site.BaseURL), "/") + path
	}
	s.notifier = &notify.Notifier{
		Tree: tree, Theme: s.mailTheme, Store: s.store, BaseURL: s.baseURL, Now: s.clock, Log: s.log(), Finds: s.outputs.Finds, Called: s.metrics.Called,
		PlainText: func(source, at string) string {
			return text.PlainText(source, markdown.Options{At: at, Link: absolute})
		},
	}
	if s.endpoints != nil {
		s.endpoints(s.notifier)
	}
}

// noteCalls puts what programs that follow are to be told into the store. What is half written in a
// draft must not leave.
func (s *server) noteCalls(ctx context.Context) {
	if s.draft || !s.live.Current().Fit {
		return
	}
	if err := s.notifier.Note(ctx); err != nil && ctx.Err() == nil {
		s.report(fmt.Errorf("what programs that follow are to be told is not noted: %w", err))
	}
}

// keepCalling calls programs that follow. Each intake has told its own of them that they follow, so
// each calls them, whatever its instance.
func (s *server) keepCalling(ctx context.Context) error {
	if s.draft {
		return nil
	}
	return s.notifier.Run(ctx, func(err error) { s.report(fmt.Errorf("programs that follow can't be called: %w", err)) })
}

package ingest

import (
	"context"

	"balie/content"
	"balie/ingest/store"
)

// FileAgain lets changes wait for git that were filed before and that a rewritten history lacks.
// Numbers are those of lost tickets, which are never given again.
func (h *Handler) FileAgain(ctx context.Context, rows []store.Row, numbers []string) error {
	return h.filer.FileAgain(ctx, rows, numbers)
}

// FileDropped lets what was committed wait again where the branch lacks its commits, unless a
// reading has its id. Reading is that reading's commit.
func (h *Handler) FileDropped(ctx context.Context, revisions []string, has func(id content.Hex) bool, reading string) error {
	return h.filer.FileDropped(ctx, revisions, has, reading)
}

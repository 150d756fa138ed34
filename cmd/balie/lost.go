package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"balie/content"
	"balie/content/gitfs"
	"balie/content/live"
	"balie/ingest/lost"
	"balie/ingest/store"
)

// againAtOnce is how old what was lost may be to be filed again without being asked.
const againAtOnce = 24 * time.Hour

// maxListed is how many lost things of one kind are listed.
const maxListed = 50

// keepWritten compares a reading with the tip read last. Where history was rewritten it files again
// what was lost, and says so. A draft has no tip.
func (s *server) keepWritten(ctx context.Context, r *live.Reading) error {
	if s.draft {
		return nil
	}
	if err := s.fileDropped(ctx, r); err != nil {
		return err
	}
	old, err := s.store.Tip(ctx, s.intakeName())
	if err != nil {
		return err
	}
	if old != r.Revision {
		if err := s.noteReading(ctx, r, gitfs.Revision(old)); err != nil {
			return err
		}
	}
	return s.tendLost(ctx, r)
}

// noteReading notes which commit is read now, once what it lacks of the one before waits to be filed
// again.
func (s *server) noteReading(ctx context.Context, r *live.Reading, old gitfs.Revision) error {
	if old != "" {
		descends, err := s.repo.Git.Contains(ctx, gitfs.Revision(r.Revision), old)
		if err != nil {
			return err
		}
		if !descends {
			if err := s.fileLost(ctx, r, old); err != nil {
				return err
			}
		}
	}
	if err := lost.SetRef(ctx, s.repo.Git, lost.Kept, gitfs.Revision(r.Revision)); err != nil {
		return err
	}
	return s.store.NoteTip(ctx, s.intakeName(), r.Revision, s.clock())
}

// fileDropped lets rows wait again whose commits neither the reading nor the branch has: they were
// made and never read.
func (s *server) fileDropped(ctx context.Context, r *live.Reading) error {
	noted, err := s.store.Noted(ctx)
	if err != nil {
		return err
	}
	dropped, err := s.lacking(ctx, r.Revision, noted)
	if err != nil || len(dropped) == 0 {
		return err
	}
	// The tip is asked after the rows were listed, so that it has what was committed meanwhile.
	tip, err := s.repo.Git.Resolve(ctx, s.repo.Ref)
	if err != nil {
		return err
	}
	if dropped, err = s.lacking(ctx, string(tip), dropped); err != nil {
		return err
	}
	// A commit that is not here yet may have been made elsewhere, and is fetched later.
	if s.github != nil || s.store.Shared() {
		dropped = slices.DeleteFunc(dropped, func(c string) bool { _, err := s.repo.Git.Resolve(ctx, c); return err != nil })
	}
	if len(dropped) == 0 {
		return nil
	}
	ids := lost.IDs(r.Reading)
	return s.intake.FileDropped(ctx, dropped, func(id content.Hex) bool { return ids[id] }, r.Revision)
}

// fileLost files again what a reading lacks of the tip read last.
func (s *server) fileLost(ctx context.Context, r *live.Reading, old gitfs.Revision) error {
	if _, err := s.repo.Git.Resolve(ctx, string(old)); errors.Is(err, gitfs.ErrNoRevision) {
		s.report(fmt.Errorf("history was rewritten, and the commit read last (%s) is gone: nobody can tell what was lost", old.Short()))
		return nil
	}
	found, err := lost.Find(ctx, s.repo.Git, old, r.Reading)
	if err != nil {
		return err
	}
	now := s.clock()
	newer, older := found.Split(now.Add(-againAtOnce))
	if len(found.Pieces) > 0 {
		name, err := lost.KeepRef(ctx, s.repo.Git, old, now)
		if err != nil {
			return err
		}
		s.reportLost(name, newer, older)
	}
	s.reportLostFiles(old, found.Staff)
	return s.intake.FileAgain(ctx, rowsOf(newer), found.Numbers)
}

func (s *server) reportLost(name string, newer, older []lost.Piece) {
	fmt.Fprintf(s.err, "balie: history was rewritten, and what customers handed in is gone from it; the tip before is kept as %s\n", name)
	s.list("filed again: ", dirsOf(newer))
	s.list("older than a day, not filed again: ", dirsOf(older))
	if len(older) > 0 {
		fmt.Fprintln(s.err, "    to file it again: balie intake refile")
	}
	fmt.Fprintf(s.err, "    when all is well: git update-ref -d %s\n", name)
}

func (s *server) reportLostFiles(old gitfs.Revision, paths []string) {
	if len(paths) == 0 {
		return
	}
	fmt.Fprintf(s.err, "balie: history was rewritten, and these files are gone from it; commit %s has them\n", old.Short())
	s.list("", paths)
}

// list prints names, each after a text, up to maxListed.
func (s *server) list(text string, names []string) {
	for _, name := range names[:min(len(names), maxListed)] {
		fmt.Fprintf(s.err, "    %s%s\n", text, name)
	}
	if more := len(names) - maxListed; more > 0 {
		fmt.Fprintf(s.err, "    %sand %d more\n", text, more)
	}
}

func dirsOf(pieces []lost.Piece) (dirs []string) {
	for _, p := range pieces {
		dirs = append(dirs, p.Dir)
	}
	return dirs
}

// rowsOf are pieces as rows of the store.
func rowsOf(pieces []lost.Piece) []store.Row {
	var rows []store.Row
	for _, p := range pieces {
		rows = append(rows, store.Row{ID: p.ID, Dir: p.Dir, Token: p.Token, Change: p.Change})
	}
	return rows
}

// lostNames are the names of the refs on tips of which something was lost.
func (s *server) lostNames() []string {
	if names := s.lostRefs.Load(); names != nil {
		return *names
	}
	return nil
}

// tendLost notes the refs on lost tips. Of one that has a number of erased.txt the rest is filed
// again, and then the ref is deleted.
func (s *server) tendLost(ctx context.Context, r *live.Reading) error {
	refs, err := lost.ListRefs(ctx, s.repo.Git)
	if err != nil {
		return err
	}
	var names []string
	for _, ref := range refs {
		dropped, err := s.dropErased(ctx, r, ref)
		if err != nil {
			return err
		}
		if !dropped {
			names = append(names, ref.Name)
		}
	}
	s.lostRefs.Store(&names)
	return nil
}

// dropErased deletes a ref that has a number of erased.txt, once the rest of what it has is there.
// Until then it lets the rest wait for git.
func (s *server) dropErased(ctx context.Context, r *live.Reading, ref lost.Ref) (dropped bool, err error) {
	if !lost.HasErased(ctx, s.repo.Git, ref.Revision, r.Tree.Erased) {
		return false, nil
	}
	found, err := lost.Find(ctx, s.repo.Git, ref.Revision, r.Reading)
	if err != nil {
		return false, err
	}
	if len(found.Pieces) > 0 {
		return false, s.intake.FileAgain(ctx, rowsOf(found.Pieces), found.Numbers)
	}
	if err := lost.DropRef(ctx, s.repo.Git, ref); err != nil {
		return false, err
	}
	fmt.Fprintf(s.err, "balie: %s is deleted: it had a ticket that was erased\n", ref.Name)
	return true, nil
}

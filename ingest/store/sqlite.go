package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the database
)

// sqlite is a database in a directory of its own, beside the large files.
type sqlite struct {
	dir      string
	beside   bool      // another process may have it
	lock     *sql.DB   // held while the store is open
	db       *sql.DB   // reads
	writer   *sql.Conn // the only one that writes
	prepared *prepared // by the writer
}

func (s *sqlite) open(ctx context.Context) (err error) {
	if err := errors.Join(os.MkdirAll(s.blobPath(""), 0o700), syncAbove(s.blobPath(""))); err != nil {
		return err
	}
	if !s.beside {
		if err := s.takeLock(ctx); err != nil {
			return err
		}
	}
	// The log is moved into the database each 40 MB, since a writer waits for it, and after a drain.
	s.db, err = sql.Open("sqlite", dsn(filepath.Join(s.dir, "intake.db"), "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(10000)", "secure_delete(ON)", "busy_timeout(10000)"))
	if err != nil {
		return err
	}
	if s.writer, err = s.db.Conn(ctx); err != nil {
		return damaged(err)
	}
	s.prepared = &prepared{s.writer, map[string]*sql.Stmt{}}
	return s.migrate(ctx)
}

func dsn(path string, pragmas ...string) string {
	q := url.Values{"_pragma": pragmas}
	file := url.URL{Path: filepath.ToSlash(path)} // no host: a relative path would begin with it
	return "file:" + file.EscapedPath() + "?" + q.Encode()
}

// takeLock holds a lock for as long as the process lives. SQLite's own lock of a second, empty
// database is one that every system has, and that no crash leaves behind.
func (s *sqlite) takeLock(ctx context.Context) (err error) {
	if s.lock, err = sql.Open("sqlite", dsn(filepath.Join(s.dir, "lock.db"), "busy_timeout(0)")); err != nil {
		return err
	}
	s.lock.SetMaxOpenConns(1)
	if _, err := s.lock.ExecContext(ctx, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT"); err != nil {
		return fmt.Errorf("%w (%v)", ErrInUse, err)
	}
	return nil
}

// migrate makes the schema, and refuses one that is damaged or newer.
func (s *sqlite) migrate(ctx context.Context) error {
	var found int
	if err := s.writer.QueryRowContext(ctx, "PRAGMA user_version").Scan(&found); err != nil {
		return damaged(err)
	}
	if found > len(steps) {
		return fmt.Errorf("%w (its schema is %d, this one knows %d)", ErrNewer, found, len(steps))
	}
	if found > 0 {
		var said string
		if err := s.writer.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil || said != "ok" {
			return damaged(errors.Join(err, errors.New(said)))
		}
	}
	if found == len(steps) {
		return nil
	}
	_, err := s.writer.ExecContext(ctx, fmt.Sprintf("BEGIN; %s PRAGMA user_version = %d; COMMIT", strings.Join(steps[found:], ""), len(steps)))
	return err
}

func damaged(err error) error {
	return fmt.Errorf("%w: put a copy back, or take the directory away: what waited in it is then lost (%v)", ErrDamaged, err)
}

func (s *sqlite) reader() querier { return s.db }

func (s *sqlite) begin(ctx context.Context) (querier, error) {
	_, err := s.prepared.ExecContext(ctx, "BEGIN IMMEDIATE")
	return s.prepared, err
}

func (s *sqlite) commit(ctx context.Context, q querier) error {
	_, err := q.ExecContext(ctx, "COMMIT")
	return err
}

// mayPass: nothing comes between this process and its files.
func (s *sqlite) mayPass(error) bool { return false }

func (s *sqlite) purge() {
	s.prepared.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
}

// lead: nobody else has this database.
func (s *sqlite) lead(context.Context) (int, bool, error) { return 1, true, nil }

func (s *sqlite) close() error {
	var all []error
	if s.prepared != nil {
		all = append(all, s.prepared.close())
	}
	for _, db := range []*sql.DB{s.db, s.lock} {
		if db != nil {
			all = append(all, db.Close())
		}
	}
	return errors.Join(all...)
}

// prepared prepares each statement once, which takes longer than carrying it out. Its one user is
// the goroutine that writes.
type prepared struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

func (p *prepared) statement(query string) (*sql.Stmt, error) {
	if known := p.statements[query]; known != nil {
		return known, nil
	}
	made, err := p.conn.PrepareContext(context.Background(), query)
	if err == nil {
		p.statements[query] = made
	}
	return made, err
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p *prepared) close() error {
	var all []error
	for _, s := range p.statements {
		all = append(all, s.Close())
	}
	return errors.Join(append(all, p.conn.Close())...)
}

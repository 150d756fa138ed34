package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"balie/ingest/commit"
)

// Row is a submission that was accepted.
type Row struct {
	Seq      int64     // dense, in the order of acceptance
	ID       string    // under which it was accepted
	Key      string    // what the sender's key makes of it: no two rows have one; "" for none
	Dir      string    // of its case
	Token    string    // of the follow page that it opens; "" for an event of a known ticket
	Accepted time.Time // to the second
	Change   commit.Change
	Revision string // the commit that has it; "" while it waits
	Settled  bool   // every reading has it: its change is forgotten
	Reason   string // why it was set aside; "" where it was not
}

// payload is how a row's change is kept.
type payload struct {
	Message string
	Needs   string `json:",omitempty"`
	At      time.Time
	Files   []payloadFile
}

type payloadFile struct {
	Path string
	Data []byte `json:",omitempty"`
	Blob string `json:",omitempty"` // the hash of a large file's bytes
}

// querier reads and writes: a connection, or the pool of those that read.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

const columns = "seq, id, COALESCE(key, ''), dir, token, payload, sum, accepted, revision, settled, reason"

// Put adds a row that waits, and gives it the next number.
func (tx *Tx) Put(r Row) error {
	seq, err := tx.Next("seq", func() int64 { return 0 })
	if err != nil {
		return err
	}
	data, blobs, err := tx.s.encode(tx.conn, r.Change)
	if err != nil {
		return err
	}
	r.Seq, r.Token = seq, tokenHash(r.Token)
	var key any
	if r.Key != "" {
		key = r.Key
	}
	tx.added = true
	err = tx.exec("INSERT INTO submissions (seq, id, key, dir, token, payload, sum, accepted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, r.ID, key, r.Dir, r.Token, data, sumOf(r, data), r.Accepted.Unix())
	for _, hash := range blobs {
		if err == nil {
			err = tx.exec("INSERT INTO blobs VALUES (?, ?) ON CONFLICT DO NOTHING", seq, hash)
		}
	}
	return err
}

// FreeKey takes a key from the row that has it, so that another row can be put under it.
func (tx *Tx) FreeKey(key string) error {
	return tx.exec("UPDATE submissions SET key = NULL WHERE key = ?", key)
}

// Next counts on: it returns one more than the counter's value. A new counter begins after what
// start returns.
func (tx *Tx) Next(counter string, start func() int64) (int64, error) {
	var value int64
	tx.changed = true
	err := tx.one("UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value", []any{counter}, &value)
	if errors.Is(err, sql.ErrNoRows) {
		value = start() + 1
		return value, tx.exec("INSERT INTO counters VALUES (?, ?)", counter, value)
	}
	return value, err
}

// Add adds to a counter, and returns its value.
func (tx *Tx) Add(counter string, n int64) (value int64, err error) {
	tx.changed = true
	err = tx.one("INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value", []any{counter, n}, &value)
	return value, err
}

// Raise lets a counter go on after a value at least.
func (tx *Tx) Raise(counter string, value int64) error {
	return tx.exec("INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = CASE WHEN excluded.value > counters.value THEN excluded.value ELSE counters.value END", counter, value)
}

func (tx *Tx) one(query string, args []any, into ...any) error {
	err := one(context.Background(), tx.conn, query, args, into...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		tx.err = errors.Join(tx.err, err)
	}
	return err
}

// one reads the first row of an answer. The error is sql.ErrNoRows where there is none.
func one(ctx context.Context, q querier, query string, args []any, into ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read the intake's store: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return fmt.Errorf("read the intake's store: %w", err)
		}
		return sql.ErrNoRows
	}
	return rows.Scan(into...)
}

// sumOf is the hash of what makes a row.
func sumOf(r Row, data []byte) []byte {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(r.Seq)))
	for _, part := range [][]byte{[]byte(r.ID), []byte(r.Dir), []byte(r.Token), data} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write(part)
	}
	return h.Sum(nil)
}

// tokenHash is what is looked up for a follow token: the time of a look-up does not tell how near a
// guess was.
func tokenHash(token string) string {
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// errSum says that a row is not what was kept.
var errSum = errors.New("its hash is wrong")

func (s *Store) decode(q querier, data []byte) (commit.Change, error) {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return commit.Change{}, err
	}
	change := commit.Change{Message: p.Message, Needs: p.Needs, At: p.At}
	for _, f := range p.Files {
		if f.Blob != "" {
			var err error
			if f.Data, err = s.blob(q, f.Blob); err != nil {
				return commit.Change{}, err
			}
		}
		change.Files = append(change.Files, commit.File{Path: f.Path, Data: f.Data})
	}
	return change, nil
}

func (s *Store) encode(q querier, c commit.Change) (data []byte, blobs []string, err error) {
	p := payload{Message: c.Message, Needs: c.Needs, At: c.At}
	for _, f := range c.Files {
		kept := payloadFile{Path: f.Path, Data: f.Data}
		if len(f.Data) > maxInline {
			if kept.Blob, err = s.keepBlob(q, f.Data); err != nil {
				return nil, nil, err
			}
			kept.Data = nil
			blobs = append(blobs, kept.Blob)
		}
		p.Files = append(p.Files, kept)
	}
	data, err = json.Marshal(p)
	return data, blobs, err
}

// rows reads rows. Those whose hash is wrong are left out and returned by their numbers.
func (s *Store) rows(ctx context.Context, q querier, where string, args ...any) (all []Row, wrong []int64, err error) {
	return s.rowsUpTo(ctx, q, math.MaxInt, where, args...)
}

// rowsUpTo is rows up to the one that fills so many bytes of files.
func (s *Store) rowsUpTo(ctx context.Context, q querier, bytes int, where string, args ...any) (all []Row, wrong []int64, err error) {
	found, wrong, err := s.scanRows(ctx, q, bytes, where, args...)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range found {
		if bytes <= 0 {
			break
		}
		var err error
		if !f.Settled {
			f.Change, err = s.decode(q, f.payload)
		}
		switch {
		case errors.Is(err, errBlob):
			wrong = append(wrong, f.Seq)
		case err != nil:
			return nil, nil, fmt.Errorf("read row %d of the intake's store: %w", f.Seq, err)
		default:
			all = append(all, f.Row)
		}
		for _, file := range f.Change.Files {
			bytes -= len(file.Data)
		}
	}
	return all, wrong, nil
}

// foundRow is a row whose change is not decoded yet.
type foundRow struct {
	Row
	payload []byte
}

// scanRows reads rows without their large files, up to the one that fills so many bytes: a connection
// carries out one query at a time.
func (s *Store) scanRows(ctx context.Context, q querier, bytes int, where string, args ...any) (all []foundRow, wrong []int64, err error) {
	found, err := q.QueryContext(ctx, "SELECT "+columns+" FROM submissions WHERE "+where, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("read the intake's store: %w", err)
	}
	defer found.Close()
	for bytes > 0 && found.Next() {
		r, payload, err := scan(found)
		switch {
		case errors.Is(err, errSum):
			wrong = append(wrong, r.Seq)
		case err != nil:
			return nil, nil, fmt.Errorf("read row %d of the intake's store: %w", r.Seq, err)
		default:
			all = append(all, foundRow{r, payload})
		}
		bytes -= len(payload)
	}
	if err := found.Err(); err != nil {
		return nil, nil, fmt.Errorf("read the intake's store: %w", err)
	}
	return all, wrong, nil
}

func scan(found *sql.Rows) (r Row, data []byte, err error) {
	var sum []byte
	var accepted int64
	if err := found.Scan(&r.Seq, &r.ID, &r.Key, &r.Dir, &r.Token, &data, &sum, &accepted, &r.Revision, &r.Settled, &r.Reason); err != nil {
		return r, nil, err
	}
	r.Accepted = time.Unix(accepted, 0).UTC()
	if !r.Settled && string(sum) != string(sumOf(r, data)) {
		return r, nil, errSum
	}
	return r, data, nil
}

// shown are the rows that a page shows besides what a reading has.
const shown = "settled = 0 AND reason = ''"

// OfCase returns a case's rows that are not settled, in order.
func (s *Store) OfCase(dir string) ([]Row, error) { return s.ofCase(s.reader(), dir) }

// OfCase is the store's, with what the transaction added.
func (tx *Tx) OfCase(dir string) ([]Row, error) { return tx.s.ofCase(tx.conn, dir) }

func (s *Store) ofCase(q querier, dir string) ([]Row, error) {
	rows, _, err := s.rows(context.Background(), q, shown+" AND dir = ? ORDER BY seq", dir)
	return rows, err
}

// NewTickets returns the rows of tickets that are not settled, without their large files.
func (s *Store) NewTickets() ([]Row, error) { return s.newTickets(s.reader()) }

// NewTickets is the store's, with what the transaction added.
func (tx *Tx) NewTickets() ([]Row, error) { return tx.s.newTickets(tx.conn) }

func (s *Store) newTickets(q querier) ([]Row, error) {
	found, _, err := s.scanRows(context.Background(), q, math.MaxInt, shown+" AND token <> ''")
	var all []Row
	for _, f := range found {
		var p payload
		if err := json.Unmarshal(f.payload, &p); err != nil {
			return nil, fmt.Errorf("read row %d of the intake's store: %w", f.Seq, err)
		}
		for _, file := range p.Files {
			if file.Blob == "" {
				f.Change.Files = append(f.Change.Files, commit.File{Path: file.Path, Data: file.Data})
			}
		}
		all = append(all, f.Row)
	}
	return all, err
}

// WithToken returns the row that opens the follow page with a token, or nil.
func (s *Store) WithToken(token string) (*Row, error) {
	return first(s.rows(context.Background(), s.reader(), shown+" AND token = ?", tokenHash(token)))
}

// WithKey returns the row that has a key, or nil.
func (s *Store) WithKey(key string) (*Row, error) {
	return first(s.rows(context.Background(), s.reader(), "key = ?", key))
}

// WithKey is the store's, with what the transaction added.
func (tx *Tx) WithKey(key string) (*Row, error) {
	return first(tx.s.rows(context.Background(), tx.conn, "key = ?", key))
}

func first(rows []Row, _ []int64, err error) (*Row, error) {
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// The keys of PostgreSQL's advisory locks, which are numbers of our own.
const (
	lockSchema = 0x62616c6965_00 // held while the schema is made
	lockWrite  = 0x62616c6965_01 // held by the transaction that writes
	lockLead   = 0x62616c6965_02 // held by the intake that commits to git
)

// chunkSize is into what pieces a large file is cut.
const chunkSize = 1 << 20

// reconnectFor is how long it is tried to find out what became of a transaction whose answer was
// lost, such as while a standby takes over.
const reconnectFor = 30 * time.Second

// answerFor is how long the server may be silent. A machine that vanished is given up then: its
// system sends no more word.
const answerFor = 30 * time.Second

// connectFor is how long one server may take to accept a connection before the next one is tried.
const connectFor = 5 * time.Second

// postgres is a database that several intakes share.
type postgres struct {
	name   string        // of the database, without what is secret
	id     string        // of this open store, of its own
	silent time.Duration // how long the server may be
	db     *sql.DB
	writer *sql.Conn // of the one goroutine that writes; nil: to be opened
	groups int64     // how many transactions it began

	leading sync.Mutex
	leader  *sql.Conn // holds lockLead; nil: somebody else may
	term    int
}

// whenSilent lets the server give up a machine that vanished, and the locks that it held.
var whenSilent = map[string]string{
	"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3",
	"tcp_user_timeout": "30000", "idle_in_transaction_session_timeout": "30000",
}

// newPostgres reads an address. Its password never comes out again. Of several servers the one that
// takes writes is used: a standby's locks are its own.
func newPostgres(address string) (*postgres, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the store's address is not one such as postgres://balie@db.example/balie")
	}
	p := &postgres{name: nameOf(config), id: "groups of " + rand.Text(), silent: answerFor}
	for setting, value := range whenSilent {
		config.RuntimeParams[setting] = value
	}
	config.ConnectTimeout = cmp.Or(config.ConnectTimeout, connectFor)
	config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		return impatient{c, p.silent}, err
	}
	p.db = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(checkDurable))
	return p, nil
}

// checkDurable refuses a server that acknowledges before it is durable. A standby that took over has
// settings of its own.
func checkDurable(ctx context.Context, c *pgx.Conn) error {
	var fsync, commits string
	if err := c.QueryRow(ctx, "SELECT current_setting('fsync'), current_setting('synchronous_commit')").Scan(&fsync, &commits); err != nil {
		return err
	}
	for setting, value := range map[string]string{"fsync": fsync, "synchronous_commit": commits} {
		if value == "off" {
			return fmt.Errorf("%s is off there: what is acknowledged could be lost; turn it on", setting)
		}
	}
	return nil
}

// nameOf is the address of a database, with all its servers and without what is secret.
func nameOf(config *pgx.ConnConfig) string {
	hosts := []string{net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))}
	for _, f := range config.Fallbacks { // one server stands here twice, with TLS and without
		if host := net.JoinHostPort(f.Host, strconv.Itoa(int(f.Port))); !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	name := url.URL{Scheme: "postgres", User: url.User(config.User), Host: strings.Join(hosts, ","), Path: "/" + config.Database}
	return name.String()
}

// impatient is a connection that ends when the other side is silent for too long.
type impatient struct {
	net.Conn
	silent time.Duration
}

func (c impatient) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.silent)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c impatient) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.silent)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// postgresTypes are the types of the schema by PostgreSQL's names.
var postgresTypes = strings.NewReplacer("INTEGER", "BIGINT", "BLOB", "BYTEA")

// open makes the schema, or brings it up to date.
func (p *postgres) open(ctx context.Context) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := makeSchema(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func makeSchema(ctx context.Context, tx *sql.Tx) error {
	var found int
	for _, statement := range []string{
		fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", lockSchema),
		"CREATE TABLE IF NOT EXISTS balie_schema (version BIGINT NOT NULL)",
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM balie_schema").Scan(&found); err != nil {
		return err
	}
	switch {
	case found > len(steps):
		return fmt.Errorf("%w (its schema is %d, this one knows %d)", ErrNewer, found, len(steps))
	case found == len(steps):
		return nil
	case found == 0:
		if _, err := tx.ExecContext(ctx, "CREATE TABLE chunks (hash TEXT NOT NULL, n BIGINT NOT NULL, data BYTEA NOT NULL, PRIMARY KEY (hash, n))"); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, postgresTypes.Replace(strings.Join(steps[found:], ""))); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO balie_schema VALUES ($1)", len(steps))
	return err
}

// numbered is a connection whose statements have ? for PostgreSQL's $1, $2 and so on.
type numbered struct{ querier }

var question = regexp.MustCompile(`\?`)

func number(query string) string {
	n := 0
	return question.ReplaceAllStringFunc(query, func(string) string { n++; return "$" + strconv.Itoa(n) })
}

func (q numbered) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return q.querier.ExecContext(ctx, number(query), args...)
}

func (q numbered) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return q.querier.QueryContext(ctx, number(query), args...)
}

func (p *postgres) reader() querier { return numbered{p.db} }

// transaction is a group's transaction, and the number that it writes of itself.
type transaction struct {
	numbered
	group int64
}

// begin begins a transaction that is the only one that writes, so that numbers and seconds are given
// one after the other, whichever intake gives them.
func (p *postgres) begin(ctx context.Context) (querier, error) {
	if err := p.connect(ctx); err != nil {
		return nil, err
	}
	p.groups++
	t := transaction{numbered{p.writer}, p.groups}
	_, err := p.writer.ExecContext(ctx, "BEGIN")
	if err == nil {
		_, err = p.writer.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", lockWrite))
	}
	if err == nil {
		_, err = t.ExecContext(ctx, "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", p.id, t.group)
	}
	if err != nil {
		p.disconnect()
		return nil, err
	}
	return t, nil
}

func (p *postgres) connect(ctx context.Context) (err error) {
	if p.writer == nil {
		p.writer, err = p.db.Conn(ctx)
	}
	return err
}

// disconnect gives up the connection that writes. What it began is rolled back by the server.
func (p *postgres) disconnect() { giveUp(&p.writer) }

// giveUp closes a connection for good, and with it what it holds at the server. The pool does not
// take it back.
func giveUp(c **sql.Conn) {
	if *c != nil {
		(*c).Raw(func(any) error { return driver.ErrBadConn })
		(*c).Close()
		*c = nil
	}
}

// commit ends a transaction. Where its answer is lost it is looked for, over a new connection, by
// what it wrote of itself: a standby that took over may give a transaction's own number anew.
func (p *postgres) commit(ctx context.Context, q querier) error {
	_, err := q.ExecContext(ctx, "COMMIT")
	if err == nil {
		return nil
	}
	p.disconnect()
	t, ok := q.(transaction)
	if !ok {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, reconnectFor)
	defer cancel()
	for {
		last, asked := p.lastGroup(ctx)
		switch {
		case asked == nil && last == t.group:
			return nil
		case asked == nil:
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(errUnknown, err, asked)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// errUnknown is of a transaction of which nobody could tell whether it took effect.
var errUnknown = errors.New("whether it took effect is not known")

// mayPass reports whether the connection was lost, or the server ends or begins (SQLSTATE 57).
func (p *postgres) mayPass(err error) bool {
	var said *pgconn.PgError
	return !errors.Is(err, errUnknown) && (!errors.As(err, &said) || strings.HasPrefix(said.Code, "57"))
}

// lastGroup returns the number of the last transaction of this store that took effect. It waits for
// one that is still under way, and writes, so that its own COMMIT waits until a synchronous standby
// has what it saw.
func (p *postgres) lastGroup(ctx context.Context) (last int64, err error) {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", lockWrite)); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, "UPDATE counters SET value = value WHERE name = $1 RETURNING value", p.id).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	return last, tx.Commit()
}

func (p *postgres) keepBlob(q querier, hash string, data []byte) error {
	for n := 0; n*chunkSize < len(data); n++ {
		chunk := data[n*chunkSize : min((n+1)*chunkSize, len(data))]
		if _, err := q.ExecContext(context.Background(), "INSERT INTO chunks VALUES (?, ?, ?) ON CONFLICT DO NOTHING", hash, n, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (p *postgres) readBlob(q querier, hash string) (data []byte, err error) {
	rows, err := q.QueryContext(context.Background(), "SELECT data FROM chunks WHERE hash = ? ORDER BY n", hash)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var chunk []byte
		if err := rows.Scan(&chunk); err != nil {
			return nil, err
		}
		data = append(data, chunk...)
	}
	if data == nil {
		err = errBlob
	}
	return data, cmp.Or(rows.Err(), err)
}

func (p *postgres) dropBlobs(tx *Tx) error {
	return tx.exec("DELETE FROM chunks WHERE hash NOT IN (SELECT hash FROM blobs)")
}

// offset is how far the server's clock is ahead of this one, to half of what asking takes.
func (p *postgres) offset(ctx context.Context) (time.Duration, error) {
	var there time.Time
	before := time.Now()
	if err := p.db.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&there); err != nil {
		return 0, err
	}
	return there.Sub(before.Add(time.Since(before) / 2)), nil
}

// purge: PostgreSQL's own log is its server's to keep.
func (p *postgres) purge() {}

// lead takes the lock of the intake that commits, if nobody else has it. It is lost with its
// connection.
func (p *postgres) lead(ctx context.Context) (term int, ok bool, err error) {
	p.leading.Lock()
	defer p.leading.Unlock()
	if p.leader != nil {
		if _, err := p.leader.ExecContext(ctx, "SELECT 1"); err == nil {
			return p.term, true, nil
		}
		giveUp(&p.leader)
	}
	c, err := p.db.Conn(ctx)
	if err != nil {
		return 0, false, err
	}
	if err := c.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", int64(lockLead)).Scan(&ok); err != nil || !ok {
		c.Close()
		return 0, false, err
	}
	p.leader = c
	p.term++
	return p.term, true, nil
}

func (p *postgres) close() error {
	p.disconnect()
	p.leading.Lock()
	defer p.leading.Unlock()
	giveUp(&p.leader)
	return p.db.Close()
}

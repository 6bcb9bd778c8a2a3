package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/ledgermill/ledgermill/storage"
)

// What Open refuses, and Bind of a host's connection.
var (
	ErrSettings      = errors.New("postgres: the database cannot be kept safely")
	ErrSchemaChanged = errors.New("postgres: a migration that was run is not the one that this program has")
	ErrSchemaNewer   = errors.New("postgres: the database was made by a newer version of this program")
)

// Store is one schema of a PostgreSQL database. It is safe for concurrent use, also by several processes.
type Store struct {
	pool  *pgxpool.Pool
	fault func() bool
}

var _ storage.Store = (*Store)(nil)

// Open connects to the database that a connection string names (postgres://user:password@host/database, or key=value), and brings its tables
// up to date. They are in the first schema of the search path, which the string may set (?search_path=books) and which must be there; pool_max_conns sets
// how many connections are kept.
//
// It refuses with [ErrSettings] a database that is older than PostgreSQL 14, not in UTF-8, a standby, or that does not sync its commits, with
// [ErrSchemaChanged] or [ErrSchemaNewer] one whose tables are not those of this program. A role that may not make tables can open a schema that is up to date.
func Open(ctx context.Context, connection string) (*Store, error) {
	config, err := pgxpool.ParseConfig(connection)
	if err != nil {
		return nil, errors.New(err.Error()) // the text leaves the password out, the value does not
	}
	return open(ctx, config)
}

// schemaName is a name that PostgreSQL neither folds nor cuts: two names that differ are two schemas.
var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// planning makes PostgreSQL answer from indexes, in their order. Its statistics lag behind a table that grows fast, and every question here has its index.
const planning = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET enable_memoize = off; SET jit = off"

// patience is how long a call whose context has ended waits for the database to say so: without its answer nobody knows what became of a commit.
const patience = 200 * time.Millisecond

func open(ctx context.Context, config *pgxpool.Config) (*Store, error) {
	if path, given := config.ConnConfig.RuntimeParams["search_path"]; given && !schemaName.MatchString(path) {
		return nil, fmt.Errorf("%w: the search path names no single schema of a-z, 0-9 and _, 63 at most", ErrSettings)
	}
	config.ConnConfig.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: patience}
	}
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.PgConn().Exec(ctx, planning).ReadAll()
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	err = pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		if err := checkSettings(ctx, c.Conn()); err != nil {
			return err
		}
		return migrate(ctx, c.Conn(), migrations())
	})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Store{pool: pool}, nil
}

func checkSettings(ctx context.Context, conn *pgx.Conn) error {
	const settings = `SELECT current_setting('server_version_num')::int >= 140000, current_setting('server_encoding') = 'UTF8', current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
		current_setting('synchronous_commit') <> 'off', NOT pg_is_in_recovery(), current_schema() IS NOT NULL`
	why := [...]string{
		"it is older than version 14", "its encoding is not UTF8", "it does not sync what it writes (fsync, full_page_writes)",
		"a commit does not wait for the log (synchronous_commit)", "it is a standby", "the schema of the search path is not there",
	}
	var good [len(why)]bool
	dest := make([]any, len(good))
	for i := range good {
		dest[i] = &good[i]
	}
	if err := conn.QueryRow(ctx, settings).Scan(dest...); err != nil {
		return err
	}
	for i, ok := range good {
		if !ok {
			return fmt.Errorf("%w: %s", ErrSettings, why[i])
		}
	}
	return nil
}

// Close waits for the calls under way and closes the connections.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

const maxAttempts = 8

// do carries out work on a connection. This is the one place that tries again.
func (s *Store) do(ctx context.Context, writes bool, work func(*session) error) error {
	for attempt := 1; ; attempt++ {
		err := s.once(ctx, work)
		if !again(err, writes) || attempt == maxAttempts || ctx.Err() != nil {
			return refused(err, writes)
		}
		select {
		case <-time.After(rand.N(time.Millisecond << attempt)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Store) once(ctx context.Context, work func(*session) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release() // which closes a connection that is not as it was
	return work(newSession(c.Conn().PgConn(), s.fault))
}

// Load answers a need.
func (s *Store) Load(ctx context.Context, company string, n storage.Need) (rows *storage.Rows, err error) {
	err = s.do(ctx, false, func(w *session) error {
		rows = storage.NewRows()
		list, err := load(company, n, rows)
		if err != nil {
			return err
		}
		return w.run(ctx, loading(list))
	})
	return rows, err
}

// Apply writes changes.
func (s *Store) Apply(ctx context.Context, company string, c *storage.Changes) error {
	list, err := apply(company, c)
	if err != nil {
		return err
	}
	if err := s.do(ctx, true, func(w *session) error { return w.run(ctx, list) }); err != nil {
		return err
	}
	if bits.Len64(uint64(c.Head.Seq)) > max(7, bits.Len64(uint64(c.Was.Seq))) {
		s.learn(ctx)
	}
	return nil
}

// learn lets PostgreSQL look at tables that have outgrown what it knows of them, whenever a company has twice the documents that it had, from 128 on. By itself it
// looks every minute or so, and until then a company that begins with an import is served as an empty table would be, also behind references. What
// was applied stays so whether this succeeds or not, and a role that does not own the tables is only warned.
func (s *Store) learn(ctx context.Context) {
	_ = s.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		const outgrown = `SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
			WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages`
		var tables *string
		err := c.QueryRow(ctx, outgrown).Scan(&tables)
		if err == nil && tables != nil {
			_, err = c.Exec(ctx, "ANALYZE "+*tables)
		}
		return err
	})
}

// Scan gives a page of rows. Its cursor may be kept, and used after the store was opened again.
func (s *Store) Scan(ctx context.Context, company string, q storage.Scan) (page storage.Page, err error) {
	err = s.do(ctx, false, func(w *session) (err error) {
		page, err = w.scan(ctx, company, q)
		return err
	})
	return page, err
}

// Sum gives sums.
func (s *Store) Sum(ctx context.Context, company string, t storage.Total) (rows []storage.TotalRow, err error) {
	err = s.do(ctx, false, func(w *session) (err error) {
		rows, err = w.sum(ctx, company, t)
		return err
	})
	return rows, err
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/ledgermill/ledgermill/storage"
	driver "modernc.org/sqlite"
)

// What Open refuses, and Bind of a host's connection.
var (
	ErrSettings      = errors.New("sqlite: the database cannot be kept safely")
	ErrSchemaChanged = errors.New("sqlite: a migration that was run is not the one that this program has")
	ErrSchemaNewer   = errors.New("sqlite: the database was made by a newer version of this program")
	ErrNotWriting    = errors.New("sqlite: the transaction does not hold the write lock; begin it with BEGIN IMMEDIATE")
)

var errClosed = errors.New("sqlite: the store is closed")

// Store is one SQLite file. It is safe for concurrent use, also by several processes.
type Store struct {
	db      *sql.DB
	writer  chan *session // holds the one writer when it is free
	readers chan *session
	closing chan struct{}
	once    sync.Once
}

var _ storage.Store = (*Store)(nil)

// Open opens the file, makes it if there is none, and brings its tables up to date. It refuses with [ErrSettings] a file that SQLite does
// not keep in WAL mode with full sync, with [ErrSchemaChanged] or [ErrSchemaNewer] one whose tables are not those of this program.
func Open(path string) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// A connector opens connections without registering a driver of our own.
	connector, err := driver.NewConnector((&url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "_dqs=0"}).String())
	if err != nil {
		return nil, err
	}
	readers := max(2, runtime.GOMAXPROCS(0))
	s := &Store{db: sql.OpenDB(connector), writer: make(chan *session, 1), readers: make(chan *session, readers), closing: make(chan struct{})}
	if err := s.open(context.Background()); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	w, err := s.connect(ctx)
	if err != nil {
		return err
	}
	if err := migrate(ctx, w, migrations()); err != nil {
		return err
	}
	s.writer <- w
	for range cap(s.readers) {
		r, err := s.connect(ctx)
		if err != nil {
			return err
		}
		if _, err := r.exec(ctx, "PRAGMA query_only = ON"); err != nil {
			return err
		}
		s.readers <- r
	}
	return nil
}

// connect opens a connection and sets it up.
func (s *Store) connect(ctx context.Context) (*session, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := newSession(conn)
	for _, set := range []string{"PRAGMA busy_timeout = 10000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA cache_size = -16384"} {
		if _, err := w.exec(ctx, set); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSettings, err)
		}
	}
	return w, checkSettings(ctx, w)
}

// checkSettings reads back what SQLite made of the settings: it takes what it cannot do without a word.
func checkSettings(ctx context.Context, w *session) error {
	for _, want := range []struct{ pragma, value, means string }{
		{"journal_mode", "wal", "the journal is not a write-ahead log"},
		{"synchronous", "2", "a commit is not synced to the disk"},
		{"foreign_keys", "1", "references are not checked"},
	} {
		var have string
		if err := w.one(ctx, "PRAGMA "+want.pragma, &have); err != nil {
			return err
		}
		if have != want.value {
			return fmt.Errorf("%w: %s (PRAGMA %s is %s)", ErrSettings, want.means, want.pragma, have)
		}
	}
	return nil
}

// Close waits for the calls under way and closes the file.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closing)
		err = (<-s.writer).close()
		for range cap(s.readers) {
			err = errors.Join(err, (<-s.readers).close())
		}
		err = errors.Join(err, s.db.Close()) // the last connection to go writes the log back into the file
	})
	return err
}

func (s *Store) take(ctx context.Context, from chan *session) (*session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.closing:
		return nil, errClosed
	default:
	}
	select {
	case w := <-from:
		return w, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.closing:
		return nil, errClosed
	}
}

// read runs a question in a read transaction, so that all of it sees one state.
func (s *Store) read(ctx context.Context, ask func(*session) error) error {
	r, err := s.take(ctx, s.readers)
	if err != nil {
		return err
	}
	defer func() { s.readers <- r }()
	return refused(r.within(ctx, "BEGIN", ask))
}

// Load answers a need.
func (s *Store) Load(ctx context.Context, company string, n storage.Need) (rows *storage.Rows, err error) {
	err = s.read(ctx, func(r *session) error {
		rows, err = r.load(ctx, company, n)
		return err
	})
	return rows, err
}

// Apply writes changes.
func (s *Store) Apply(ctx context.Context, company string, c *storage.Changes) error {
	w, err := s.take(ctx, s.writer)
	if err != nil {
		return err
	}
	defer func() { s.writer <- w }()
	return refused(w.within(ctx, "BEGIN IMMEDIATE", func(w *session) error { return w.apply(ctx, company, c) }))
}

// Scan gives a page of rows. Its cursor may be kept, and used after the store was opened again.
func (s *Store) Scan(ctx context.Context, company string, q storage.Scan) (page storage.Page, err error) {
	err = s.read(ctx, func(r *session) error {
		page, err = r.scan(ctx, company, q)
		return err
	})
	return page, err
}

// Sum gives sums.
func (s *Store) Sum(ctx context.Context, company string, t storage.Total) (rows []storage.TotalRow, err error) {
	err = s.read(ctx, func(r *session) error {
		rows, err = r.sum(ctx, company, t)
		return err
	})
	return rows, err
}

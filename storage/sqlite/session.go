package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ledgermill/ledgermill/ledger/refusal"
	codes "modernc.org/sqlite/lib"
)

// session is a connection, or a host's transaction, with its prepared statements. One goroutine uses it at a time.
type session struct {
	conn       preparer
	statements map[string]*sql.Stmt
	decoders   map[*table]*decoder
	waits      bool         // the statement may take long: it is interrupted when its context ends
	fault      func() error // tests make statements fail with it
}

type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

func newSession(conn preparer) *session {
	return &session{conn: conn, statements: map[string]*sql.Stmt{}, decoders: map[*table]*decoder{}}
}

// close gives the connection back, which a closed database would wait for in vain.
func (s *session) close() (err error) {
	for _, st := range s.statements {
		err = errors.Join(err, st.Close())
	}
	if c, ok := s.conn.(*sql.Conn); ok {
		err = errors.Join(err, c.Close())
	}
	return err
}

func (s *session) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.fault != nil {
		if err := s.fault(); err != nil {
			return nil, err
		}
	}
	if st := s.statements[query]; st != nil {
		return st, nil
	}
	st, err := s.conn.PrepareContext(ctx, query)
	if err == nil {
		s.statements[query] = st
	}
	return st, err
}

// during gives the context to run a statement with. Most statements are short and run in this process: their context is looked at
// before them, because watching it costs a goroutine for each.
func (s *session) during(ctx context.Context) context.Context {
	if s.waits {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// exec runs a statement and gives the number of rows that it changed.
func (s *session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	st, err := s.statement(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(s.during(ctx), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// each runs a query and hands over its rows until take says that it has enough.
func (s *session) each(ctx context.Context, query string, args []any, take func(*sql.Rows) (more bool, err error)) error {
	st, err := s.statement(ctx, query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(s.during(ctx), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		if more, err := take(rows); err != nil || !more {
			return err
		}
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return rows.Err()
}

// one reads one value.
func (s *session) one(ctx context.Context, query string, into any, args ...any) error {
	return s.each(ctx, query, args, func(r *sql.Rows) (bool, error) { return false, r.Scan(into) })
}

// within runs work in a transaction, and takes all of it back if it fails.
func (s *session) within(ctx context.Context, begin string, work func(*session) error) error {
	s.waits = begin == "BEGIN IMMEDIATE" // for another process that writes
	_, err := s.exec(ctx, begin)
	if s.waits = false; err != nil {
		return err
	}
	last := context.WithoutCancel(ctx)
	if err = work(s); err == nil {
		err = ctx.Err()
	}
	if err == nil {
		if _, err = s.exec(last, "COMMIT"); err == nil {
			return nil
		}
		if code(err) == codes.SQLITE_IOERR {
			// The commit may be in the log, and be found there when the file is opened again.
			err = refusal.New(refusal.OutcomeUnknown, "commit", "the disk failed while the transaction was written")
		}
	}
	fault := s.fault
	s.fault = nil
	if _, undo := s.exec(last, "ROLLBACK"); undo != nil && code(undo) != codes.SQLITE_ERROR { // SQLite may have rolled back by itself
		err = errors.Join(err, undo)
	}
	s.fault = fault
	return err
}

// code is the primary result code of an error of SQLite, 0 of another.
func code(err error) int {
	var e interface{ Code() int } // *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// refused puts what SQLite says into the words of the library.
func refused(err error) error {
	switch code(err) {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return refusal.New(refusal.Contention, "database", "another process holds the database")
	case codes.SQLITE_FULL:
		return refusal.New(refusal.StorageFull, "database", "there is no room for more")
	}
	return err
}

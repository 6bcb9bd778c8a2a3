package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// session is a connection with its prepared statements. One goroutine uses it at a time.
type session struct {
	conn     *pgconn.PgConn
	prepared map[shape]*pgconn.StatementDescription
	fault    func() bool // tests make statements fail with it
}

// custom is where a connection keeps what was prepared on it.
const custom = "ledgermill"

func newSession(conn *pgconn.PgConn, fault func() bool) *session {
	prepared, ok := conn.CustomData()[custom].(map[shape]*pgconn.StatementDescription)
	if !ok {
		prepared = map[shape]*pgconn.StatementDescription{}
		conn.CustomData()[custom] = prepared
	}
	return &session{conn, prepared, fault}
}

// shape names a statement: the same shape is the same text.
type shape struct {
	table  *table
	text   string // in full, or of a question that takes more to write: see its constants
	index  int
	bound  int // columns of the index that a list gives
	rows   int
	from   bool
	newest bool
}

// statement is one of a batch.
type statement struct {
	shape
	args arguments
	take func(values [][]byte) error // a row of the answer
}

// arguments are the parameters of a statement.
type arguments struct {
	values [][]byte
	oids   []uint32
	buf    []byte
}

func (a *arguments) add(c column, v any) (err error) {
	start := len(a.buf)
	a.buf, err = c.append(a.buf, v)
	a.values = append(a.values, a.buf[start:len(a.buf):len(a.buf)])
	a.oids = append(a.oids, kinds[c.kind].oid)
	return err
}

// of gives arguments that begin with the company.
func of(company string) (a arguments, err error) {
	err = a.add(column{"company", aText}, company)
	return a, err
}

// broken is a batch that was not answered to its end.
type broken struct {
	error
	gone  bool // the connection is lost
	maybe bool // all of its statements may have been carried out and committed
}

func (b broken) Unwrap() error { return b.error }

// unsent is of a batch that was not yet sent.
func (b broken) unsent() broken { return broken{b.error, b.gone, false} }

var (
	binaryFormat = []int16{1}
	injected     = shape{text: "SELECT 1 / 0"}
)

// run sends statements together and hands over their answers. Outside of a transaction they are one.
func (s *session) run(ctx context.Context, list []statement) error {
	batch := &pgconn.Batch{}
	for i := range list {
		st := &list[i]
		if s.fault != nil && s.fault() {
			st = &statement{shape: injected}
		}
		description, err := s.prepare(ctx, st)
		if err != nil {
			return unanswered(ctx, err, false).unsent()
		}
		batch.ExecStatement(description, st.args.values, binaryFormat, binaryFormat)
	}
	results := s.conn.ExecBatch(ctx, batch)
	done := 0
	var failed error
	for results.NextResult() {
		r := results.ResultReader()
		for r.NextRow() {
			if take := list[done].take; take != nil && failed == nil {
				failed = take(r.Values())
			}
		}
		if _, err := r.Close(); err != nil {
			break
		}
		done++
	}
	if err := results.Close(); err != nil {
		return unanswered(ctx, err, done == len(list))
	}
	return failed
}

func (s *session) prepare(ctx context.Context, st *statement) (*pgconn.StatementDescription, error) {
	if d := s.prepared[st.shape]; d != nil {
		return d, nil
	}
	d, err := s.conn.Prepare(ctx, fmt.Sprintf("ledgermill_%d", len(s.prepared)), st.sql(), st.args.oids)
	if err == nil {
		s.prepared[st.shape] = d
	}
	return d, err
}

// unanswered says what is known of a batch that ended in an error. A batch that PostgreSQL refused has left nothing. If the connection broke after it was
// sent, or PostgreSQL shut down behind its last statement, it may have been committed.
func unanswered(ctx context.Context, err error, last bool) broken {
	b := broken{err, true, true} // pgconn.SafeToRetry is no help: of a batch that was sent on a connection that broke it says that nothing was sent
	if e := pgError(err); e != nil {
		b.gone = e.SeverityUnlocalized == "FATAL" || e.SeverityUnlocalized == "PANIC"
		b.maybe = b.gone && last || e.Code == "40003" || e.Code == "08007"
	}
	if ctx.Err() != nil {
		b.error = errors.Join(ctx.Err(), err)
	}
	return b
}

func pgError(err error) *pgconn.PgError {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// contended is the code with which the function rows_are ends a transaction.
const contended = "LM001"

// again says that work may be carried out once more, because nothing of it is left: PostgreSQL gave it up for another transaction's sake, or the connection was
// lost, as those are that waited in the pool when a server ended.
func again(err error, wrote bool) bool {
	var b broken
	if errors.As(err, &b) && b.gone {
		return !b.maybe || !wrote
	}
	e := pgError(err)
	return e != nil && (e.Code == "40001" || e.Code == "40P01") // serialization_failure, deadlock_detected
}

// refused puts what PostgreSQL says into the words of the library.
func refused(err error, wrote bool) error {
	var b broken
	if wrote && errors.As(err, &b) && b.maybe {
		return errors.Join(refusal.New(refusal.OutcomeUnknown, "commit", "the connection was lost before the database had answered"), err)
	}
	e := pgError(err)
	if e == nil {
		return err
	}
	switch e.Code {
	case contended, "23505": // unique_violation
		return refusal.New(refusal.Contention, e.TableName, "somebody else has written since these changes were decided")
	case "40001", "40P01", "55P03": // see again; lock_not_available
		return refusal.New(refusal.Contention, "database", "another transaction is in the way")
	case "53100": // disk_full
		return refusal.New(refusal.StorageFull, "database", "there is no room for more")
	}
	return err
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/ledgermill/ledgermill/storage"
	codes "modernc.org/sqlite/lib"
)

// Bound is a store inside a transaction of the host: what it writes is kept or lost with it. Nothing is retried, and no other
// process writes to the file until the host commits.
type Bound struct {
	mu      sync.Mutex
	session *session
	checked bool
}

var _ storage.Store = (*Bound)(nil)

// Bind gives a store that works in tx, on a file that [Open] has brought up to date. Begin tx with the write lock: with
// modernc.org/sqlite by _txlock=immediate in the data source name. The connection must have foreign_keys on, synchronous=FULL and a journal in
// WAL mode. The first call checks all of this, and is refused with [ErrNotWriting], [ErrSettings], [ErrSchemaChanged] or [ErrSchemaNewer].
func Bind(tx *sql.Tx) *Bound { return &Bound{session: newSession(tx)} }

func (b *Bound) check(ctx context.Context) error {
	if b.checked {
		return nil
	}
	if err := checkSettings(ctx, b.session); err != nil {
		return err
	}
	n, err := applied(ctx, b.session, migrations())
	if err != nil {
		return err
	}
	if n < len(migrations()) {
		return fmt.Errorf("%w: its tables are older than this program; open it once with Open", ErrSchemaChanged)
	}
	// A transaction that was not begun with the write lock gets it here, if nobody has written since it began to read.
	switch _, err = b.session.exec(ctx, "UPDATE schema_migration SET name = name WHERE number < 0"); code(err) {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_READONLY:
		return fmt.Errorf("%w: %w", ErrNotWriting, err)
	}
	b.checked = err == nil
	return err
}

func (b *Bound) do(ctx context.Context, work func(*session) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.check(ctx); err != nil {
		return err
	}
	return refused(work(b.session))
}

// Load answers a need.
func (b *Bound) Load(ctx context.Context, company string, n storage.Need) (rows *storage.Rows, err error) {
	err = b.do(ctx, func(s *session) error {
		rows, err = s.load(ctx, company, n)
		return err
	})
	return rows, err
}

// Apply writes changes. If it fails, nothing of them is left in the host's transaction, which goes on.
func (b *Bound) Apply(ctx context.Context, company string, c *storage.Changes) error {
	return b.do(ctx, func(s *session) error {
		if _, err := s.exec(ctx, "SAVEPOINT ledgermill"); err != nil {
			return err
		}
		last := context.WithoutCancel(ctx)
		err := s.apply(ctx, company, c)
		if err != nil {
			_, undo := s.exec(last, "ROLLBACK TO ledgermill")
			err = errors.Join(err, undo)
		}
		_, end := s.exec(last, "RELEASE ledgermill")
		return errors.Join(err, end)
	})
}

// Scan gives a page of rows.
func (b *Bound) Scan(ctx context.Context, company string, q storage.Scan) (page storage.Page, err error) {
	err = b.do(ctx, func(s *session) error {
		page, err = s.scan(ctx, company, q)
		return err
	})
	return page, err
}

// Sum gives sums.
func (b *Bound) Sum(ctx context.Context, company string, t storage.Total) (rows []storage.TotalRow, err error) {
	err = b.do(ctx, func(s *session) error {
		rows, err = s.sum(ctx, company, t)
		return err
	})
	return rows, err
}

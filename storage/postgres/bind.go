package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/ledgermill/ledgermill/storage"
)

// Bound is a store inside a transaction of the host: what it writes is kept or lost with it. Nothing is retried: the host may run its whole transaction
// again when it is answered contention. From the first load on the company's other writers wait until the host commits, so begin late.
type Bound struct {
	mu      sync.Mutex
	tx      pgx.Tx
	checked bool
}

var _ storage.Store = (*Bound)(nil)

// Bind gives a store that works in tx, on a schema that [Open] has brought up to date and that is the first of the connection's search path. The first
// call checks it, and is refused with [ErrSettings], [ErrSchemaChanged] or [ErrSchemaNewer].
func Bind(tx pgx.Tx) *Bound { return &Bound{tx: tx} }

func (b *Bound) check(ctx context.Context) error {
	if b.checked {
		return nil
	}
	if err := checkSettings(ctx, b.tx.Conn()); err != nil {
		return err
	}
	n, err := applied(ctx, b.tx.Conn(), migrations())
	if err == nil && n < len(migrations()) {
		err = fmt.Errorf("%w: its tables are older than this program; open it once with Open", ErrSchemaChanged)
	}
	b.checked = err == nil
	return err
}

func (b *Bound) do(ctx context.Context, work func(*session) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.check(ctx); err != nil {
		return err
	}
	return refused(work(newSession(b.tx.Conn().PgConn(), nil)), false)
}

// Load answers a need. It locks the head first, so that everything read behind it stays as it is until the host commits.
func (b *Bound) Load(ctx context.Context, company string, n storage.Need) (rows *storage.Rows, err error) {
	err = b.do(ctx, func(s *session) error {
		rows = storage.NewRows()
		list, err := load(company, n, rows)
		if err != nil {
			return err
		}
		lock := statement{shape: shape{text: "SELECT FROM head WHERE company = $1 FOR UPDATE"}}
		if lock.args, err = of(company); err != nil {
			return err
		}
		return s.run(ctx, append([]statement{lock}, list...))
	})
	return rows, err
}

// Apply writes changes. If it fails, nothing of them is left in the host's transaction, which goes on.
func (b *Bound) Apply(ctx context.Context, company string, c *storage.Changes) error {
	return b.do(ctx, func(s *session) error {
		list, err := apply(company, c)
		if err != nil {
			return err
		}
		plain := func(text string) statement { return statement{shape: shape{text: text}} }
		list = append([]statement{plain("SAVEPOINT ledgermill")}, append(list, plain("RELEASE ledgermill"))...)
		if err = s.run(ctx, list); err != nil && s.conn.TxStatus() == 'E' {
			err = errors.Join(err, s.run(context.WithoutCancel(ctx), []statement{plain("ROLLBACK TO ledgermill"), plain("RELEASE ledgermill")}))
		}
		return err
	})
}

// Scan gives a page of rows.
func (b *Bound) Scan(ctx context.Context, company string, q storage.Scan) (page storage.Page, err error) {
	err = b.do(ctx, func(s *session) (err error) {
		page, err = s.scan(ctx, company, q)
		return err
	})
	return page, err
}

// Sum gives sums.
func (b *Bound) Sum(ctx context.Context, company string, t storage.Total) (rows []storage.TotalRow, err error) {
	err = b.do(ctx, func(s *session) (err error) {
		rows, err = s.sum(ctx, company, t)
		return err
	})
	return rows, err
}

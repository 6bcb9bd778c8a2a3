package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/sqlite"
	_ "modernc.org/sqlite" // the driver of the floor
)

// b7 writes receipts of two lines to an SQLite file.
func b7(o options) ([]work, error) {
	var out []work
	for _, c := range []struct {
		name           string
		callers, batch int
		bar            float64
	}{{"callers: 1", 1, 1, 0.85}, {"callers: 4", 4, 1, 0.7}, {"callers: 16", 16, 1, 0.7}, {"import, 1,000 documents a call", 1, 1000, 0.6}} {
		folder, err := os.MkdirTemp("", "bench")
		if err != nil {
			return nil, err
		}
		file := func(name string) string { return filepath.Join(folder, name) }
		r := &replay{docs: o.size(20_000), callers: c.callers, batch: c.batch}
		open := func(name string) (storage.Store, func() error, error) {
			s, err := sqlite.Open(file(name))
			if err != nil {
				return nil, nil, err
			}
			return s, s.Close, nil
		}
		r.open = func() (storage.Store, func() error, error) {
			if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
				return nil, nil, err
			}
			return open("ours.db")
		}
		r.raw = func() (*rawStore, error) {
			_, done, err := open("raw.db") // makes the tables
			if err == nil {
				err = done()
			}
			if err != nil {
				return nil, err
			}
			return rawSQLite(file("raw.db"))
		}
		var size int64
		r.digests = func() (digests [2]string, err error) {
			if info, err := os.Stat(file("ours.db")); err == nil {
				size = info.Size()
			}
			for i, name := range []string{"ours.db", "raw.db"} {
				s, done, err := open(name)
				if err == nil {
					digests[i], err = digest(s, done)
				}
				if err != nil {
					return digests, err
				}
			}
			return digests, nil
		}
		w := r.work(c.name, c.bar)
		w.notes = func() string { return fmt.Sprintf("%s, %d bytes", r.notes(), size/int64(r.docs)) }
		w.finish = func() error { return os.RemoveAll(folder) }
		out = append(out, w)
	}
	return out, nil
}

// rawSQLite writes rows as statements to a file that has its tables.
func rawSQLite(path string) (*rawStore, error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	prepared := map[string]*sql.Stmt{}
	one := func(st statement) error {
		p := prepared[st.sql]
		if p == nil {
			if p, err = conn.PrepareContext(ctx, st.sql); err != nil {
				return err
			}
			prepared[st.sql] = p
		}
		_, err := p.ExecContext(ctx, st.args...)
		return err
	}
	return &rawStore{close: db.Close, write: func(c *storage.Changes) (func() error, error) {
		all := append([]statement{{sql: "BEGIN IMMEDIATE"}}, statements(c, sqliteDialect)...)
		all = append(all, statement{sql: "COMMIT"})
		return func() error {
			for _, st := range all {
				if err := one(st); err != nil {
					return fmt.Errorf("%s: %w", st.sql, err)
				}
			}
			return nil
		}, nil
	}}, nil
}

// sqliteDialect keeps amounts as whole numbers and dates as texts.
var sqliteDialect = dialect{
	parameter: func(int) string { return "?" },
	plain: func(field any) any {
		switch f := field.(type) {
		case *money.Amount:
			return f.Units()
		case *uom.Quantity:
			return f.Units()
		}
		return plain(field)
	},
}

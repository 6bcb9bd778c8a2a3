package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/sqlite"
	_ "modernc.org/sqlite" // the driver of the floor
)

// replay is documents of one round, and the same rows written raw.
type replay struct {
	docs, callers int
	open          func() (storage.Store, func() error, error) // an empty store
	raw           func() (execute func(all []statement) error, closeRaw func() error, err error)
	parameter     dialect

	store      *recorder
	company    *ledgermill.Company
	closeStore func() error
	execute    func([]statement) error
	closeRaw   func() error
	todo       [][]statement
	rows       int
}

// before opens an empty store.
func (r *replay) before() error {
	store, closeStore, err := r.open()
	if err != nil {
		return err
	}
	r.store, r.closeStore = &recorder{Store: store}, closeStore
	r.company, err = shop(r.store)
	return err
}

// ours lets callers write documents at the same time.
func (r *replay) ours() error {
	var next atomic.Int64
	var wg sync.WaitGroup
	failed := make([]error, r.callers)
	for c := range r.callers {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= r.docs && failed[c] == nil; i = int(next.Add(1)) {
				_, failed[c] = r.company.Do(context.Background(), received(i))
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

// ready makes the statements of the same rows, and writes raw what was written before the first document.
func (r *replay) ready() (err error) {
	if err := r.closeStore(); err != nil {
		return err
	}
	if r.execute, r.closeRaw, err = r.raw(); err != nil {
		return err
	}
	r.todo, r.rows = nil, 0
	seq := r.store.applied[0].Was.Seq
	for _, c := range r.store.applied {
		all := statements(c, c.Head.Company, r.parameter)
		if c.Was.Seq < seq+1+shopItems {
			if err := r.execute(all); err != nil {
				return err
			}
			continue
		}
		r.todo, r.rows = append(r.todo, all), r.rows+len(c.Writes)+1
	}
	return nil
}

func (r *replay) floor() error {
	for _, all := range r.todo {
		if err := r.execute(all); err != nil {
			return err
		}
	}
	return nil
}

func (r *replay) notes() string {
	return fmt.Sprintf("%.1f documents a transaction, %.1f rows a document", float64(r.docs)/float64(len(r.todo)), float64(r.rows)/float64(r.docs))
}

// b7 writes receipts of two lines to an SQLite file.
func b7(o options) ([]work, error) {
	var out []work
	for _, callers := range []int{1, 4, 16} {
		folder, err := os.MkdirTemp("", "bench")
		if err != nil {
			return nil, err
		}
		file := func(name string) string { return filepath.Join(folder, name) }
		var sizes [2]int64
		r := &replay{docs: o.size(20_000), callers: callers, parameter: func(int) string { return "?" }}
		r.open = func() (storage.Store, func() error, error) {
			if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
				return nil, nil, err
			}
			s, err := sqlite.Open(file("ours.db"))
			if err != nil {
				return nil, nil, err
			}
			return s, s.Close, nil
		}
		r.raw = func() (func([]statement) error, func() error, error) { return rawSQLite(file("raw.db")) }
		w := work{
			name: fmt.Sprintf("%d callers", callers), unit: "document", n: r.docs, bar: 0.85, least: true,
			before: r.before, ours: r.ours, ready: r.ready, floor: r.floor,
			check: func() error {
				err := r.closeRaw()
				for i, name := range []string{"ours.db", "raw.db"} {
					if info, e := os.Stat(file(name)); e == nil {
						sizes[i] = info.Size()
					}
				}
				return errors.Join(err, same(file("ours.db"), file("raw.db")))
			},
			notes:  func() string { return fmt.Sprintf("%s, %d bytes", r.notes(), sizes[0]/int64(r.docs)) },
			finish: func() error { return os.RemoveAll(folder) },
		}
		if callers > 1 {
			w.bar = 0.7
		}
		out = append(out, w)
	}
	return out, nil
}

// rawSQLite makes the tables, and gives what runs statements as one durable transaction.
func rawSQLite(path string) (func([]statement) error, func() error, error) {
	s, err := sqlite.Open(path) // makes the tables
	if err != nil {
		return nil, nil, err
	}
	if err := s.Close(); err != nil {
		return nil, nil, err
	}
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)")
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
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
	return func(all []statement) error {
		if err := one(statement{sql: "BEGIN IMMEDIATE"}); err != nil {
			return err
		}
		for _, st := range all {
			if err := one(st); err != nil {
				return fmt.Errorf("%s: %w", st.sql, err)
			}
		}
		return one(statement{sql: "COMMIT"})
	}, db.Close, nil
}

// same compares the digests of the books in two files.
func same(ours, raw string) error {
	var digests [2]string
	for i, path := range []string{ours, raw} {
		s, err := sqlite.Open(path)
		if err != nil {
			return err
		}
		company, err := ledgermill.Open(context.Background(), s, nil)
		if err == nil {
			digests[i], err = company.Digest(context.Background())
		}
		if err = errors.Join(err, s.Close()); err != nil {
			return err
		}
	}
	if digests[0] != digests[1] {
		return errors.New("other rows")
	}
	return nil
}

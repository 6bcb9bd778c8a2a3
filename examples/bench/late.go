package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/examples/internal/stores"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/sqlite"
)

// b12 changes the price of one receipt that many moves follow: of one item, and of a part of products of five levels.
func b12(o options) ([]work, error) {
	var out []work
	if strings.Contains(sweepAlone, o.only) || strings.Contains(o.only, sweepAlone) { // else its moves would be in memory beside what is measured
		out = sweeps(o)
	}
	many := o.size(1_000_000)
	if o.moves > 0 {
		many = o.moves
	}
	level := max(many/5000, pastParts)
	for _, p := range []past{
		{"one item, moving average", "average", 0, many},
		{"one item, FIFO", "fifo", 0, many},
		{"five levels, moving average", "average", level, many},
		{"five levels, FIFO", "fifo", level, many},
	} {
		if !strings.Contains(p.name, o.only) && !strings.Contains(o.only, p.name) {
			continue
		}
		more, err := p.works(o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		out = append(out, more...)
	}
	return out, nil
}

// works changes a receipt at 99 % of the history, then one at 10 %, in every store.
func (p past) works(o options) (out []work, err error) {
	file, drop, err := p.file(o.dir)
	if err != nil {
		return nil, err
	}
	for _, kind := range []string{"memory", "SQLite", "PostgreSQL"} {
		late := &lateBill{past: p, from: file, kind: kind, server: o.server}
		before := len(out)
		for _, percent := range []int{99, 10} {
			name := fmt.Sprintf("%s, %s, at %d %%", p.name, kind, percent)
			if !strings.Contains(name, o.only) {
				continue
			}
			if kind == "PostgreSQL" {
				if err := o.server.ready(); errors.Is(err, errNoPostgres) && !strings.Contains(o.only, kind) {
					continue // the other stores have figures all the same
				} else if err != nil {
					return nil, err
				}
			}
			w := late.work(name, percent, o.rounds)
			w.prepare = late.open
			w.before = func() error { // what made the books is no part of what is measured
				debug.FreeOSMemory()
				late.base = held()
				return nil
			}
			out = append(out, w)
		}
		if n := len(out) - 1; n >= before {
			out[n].finish = late.close
		}
	}
	if n := len(out) - 1; n >= 0 {
		last := out[n].finish
		out[n].finish = func() error { return errors.Join(last(), drop()) }
	}
	return out, nil
}

// file gives an SQLite file with the history; it is made once, if a folder is named to keep it in.
func (p past) file(folder string) (path string, drop func() error, err error) {
	drop = func() error { return nil }
	if folder == "" {
		if folder, err = os.MkdirTemp("", "late"); err != nil {
			return "", nil, err
		}
		made := folder
		drop = func() error { return os.RemoveAll(made) }
	}
	path = filepath.Join(folder, fmt.Sprintf("late-%s-%d-%d.db", p.method, p.level, p.moves))
	if _, err := os.Stat(path); err == nil {
		return path, drop, nil
	}
	books := memory.New()
	if err := p.tell(books); err != nil {
		return "", nil, err
	}
	s, err := sqlite.Open(path + ".part")
	if err != nil {
		return "", nil, err
	}
	if err := errors.Join(copyBooks(books, s), s.Close()); err != nil {
		return "", nil, err
	}
	return path, drop, os.Rename(path+".part", path)
}

// copyBooks writes all rows of the books of one store into another, some thousand a transaction.
func copyBooks(from, to storage.Store) error {
	ctx, company := context.Background(), "main"
	changes := storage.Changes{Was: storage.Head{Company: company}, Head: storage.Head{Company: company}}
	var last storage.Head
	flush := func() error {
		changes.Head.Version++
		err := to.Apply(ctx, company, &changes)
		changes.Was, changes.Writes = changes.Head, nil
		return err
	}
	order := []storage.Kind{storage.Documents, storage.BOMs, storage.Orders, storage.Vouchers} // others refer to them
	for _, t := range storage.Tables {
		if !slices.Contains(order, t.Kind) {
			order = append(order, t.Kind)
		}
	}
	for _, k := range order {
		for q := (storage.Scan{Kind: k, Limit: 5000}); ; {
			page, err := from.Scan(ctx, company, q)
			if err != nil {
				return err
			}
			for _, row := range page.Rows {
				if k == storage.Heads {
					last = *row.(*storage.Head)
				} else {
					changes.Insert(k, row)
				}
			}
			if len(changes.Writes) > 20_000 {
				if err := flush(); err != nil {
					return err
				}
			}
			if q.Cursor = page.Cursor; q.Cursor == "" {
				break
			}
		}
	}
	changes.Head = last
	return to.Apply(ctx, company, &changes)
}

// lateBill bills receipts of a history dearer than they came.
type lateBill struct {
	past
	from, kind string
	server     *server
	file       string // of SQLite
	closeStore func() error
	company    *ledgermill.Company

	adjusted, vouchers int
	base, peak         float64 // bytes held before, and at most
	took, cpu          time.Duration
}

func (l *lateBill) open() (err error) {
	if l.company != nil {
		return nil
	}
	where := "memory"
	switch l.kind {
	case "SQLite": // a copy, which is written to
		l.file = l.from + ".copy"
		where = "sqlite:" + l.file
		err = copyFile(l.from, l.file)
	case "PostgreSQL":
		where, err = l.server.schema("late")
	}
	if err != nil {
		return err
	}
	store, closeStore, err := stores.Open(context.Background(), where)
	if err != nil {
		return err
	}
	l.closeStore = closeStore
	if l.file == "" {
		s, err := sqlite.Open(l.from)
		if err != nil {
			return err
		}
		if err := errors.Join(copyBooks(s, store), s.Close()); err != nil {
			return err
		}
	}
	l.company, err = ledgermill.Open(context.Background(), store, nil)
	return err
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

func (l *lateBill) close() error {
	l.company = nil
	err := l.closeStore()
	if l.file != "" {
		err = errors.Join(err, os.Remove(l.file))
	}
	return err
}

// work bills another receipt each round, from so many per cent of the history on.
func (l *lateBill) work(name string, percent, rounds int) work {
	receipts := l.receiptsAt(percent, rounds)
	round := 0
	return work{
		name: name, unit: "later move", n: l.moves * (100 - percent) / 100,
		ours: func() error {
			r := receipts[round]
			round++
			price := decimal.NewNullDecimal(decimal.RequireFromString("10.53"))
			done := make(chan struct{})
			peak := make(chan float64)
			go watch(done, peak)
			start, before := time.Now(), processTime()
			docs, err := l.company.Do(context.Background(), ledgermill.InvoiceIn{
				ID: fmt.Sprintf("late-%d-%d", percent, round), Date: shopDay.AddDays(pastDays + 10), Supplier: "S", Of: []string{r.ref},
				Lines: []ledgermill.InvoiceLine{{Item: r.item, Qty: uom.Of(r.qty), Price: price}},
			})
			l.took, l.cpu = time.Since(start), processTime()-before
			close(done)
			l.peak = <-peak
			if err != nil {
				return err
			}
			l.adjusted, l.vouchers = 0, len(docs[0].Vouchers)
			for _, e := range docs[0].Entries {
				if e.Late {
					l.adjusted++
				}
			}
			return nil
		},
		check: func() error {
			if l.adjusted == 0 && l.moves > 100_000 { // of a short history there may be too little behind 99 % of it
				return errors.New("nothing was adjusted")
			}
			return nil
		},
		notes: func() string {
			return fmt.Sprintf("%.1f s, %.1f s of CPU time here, %d adjustments, %d vouchers, %.2f GB at most, %.2f GB before",
				l.took.Seconds(), l.cpu.Seconds(), l.adjusted, l.vouchers, l.peak/(1<<30), l.base/(1<<30))
		},
	}
}

// watch gives the most memory that the process held till it is done.
func watch(done chan struct{}, peak chan float64) {
	most := 0.0
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		most = max(most, held())
		select {
		case <-done:
			tick.Stop()
			peak <- most
			return
		case <-tick.C:
		}
	}
}

// held is the memory of the process, in bytes.
func held() float64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return float64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

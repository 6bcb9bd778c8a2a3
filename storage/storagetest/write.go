package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func replace[T any](was, row *T) storage.Write {
	c := storage.Changes{}
	c.Replace(kindOf(was), was, row)
	return c.Writes[0]
}

func counter(series string, last, version int64) *ledger.Counter {
	return &ledger.Counter{Series: series, Period: calendar.NewDate(2026, 1, 1).Period(), Last: last, Version: version}
}

func document(seq int64) *posting.Document {
	return &posting.Document{Seq: seq, Ref: fmt.Sprint("D-", seq), ID: fmt.Sprint("id-", seq)}
}

func headConflict(w *twin) {
	w.contention("a head where the company has none", changes(storage.Head{Company: w.company, Seq: 1}, insert(counter("V", 1, 1))...))
	first := w.head
	w.apply(insert(counter("V", 1, 1))...)
	w.contention("no head where the company has one", changes(first, insert(counter("W", 1, 1))...))
	second := w.head
	w.apply(replace(counter("V", 1, 1), counter("V", 2, 2)))
	w.contention("the head of yesterday", changes(second, insert(counter("W", 1, 1))...))
	for name, spoil := range map[string]func(*storage.Head){
		"seq":     func(h *storage.Head) { h.Seq-- },
		"catalog": func(h *storage.Head) { h.Catalog++ },
		"instant": func(h *storage.Head) { h.Instant++ },
		"hash":    func(h *storage.Head) { h.Hash = "0" },
		"version": func(h *storage.Head) { h.Version++ },
	} {
		was := w.head
		spoil(&was)
		w.contention("a head with another "+name, changes(was, insert(counter("W", 1, 1))...))
	}
	w.apply(insert(counter("W", 1, 1))...)
	w.sameBooks()
}

func versionConflict(w *twin) {
	v1, v2, v3 := counter("V", 1, 1), counter("V", 2, 2), counter("V", 3, 3)
	w.apply(insert(v1, counter("W", 1, 1))...)
	w.apply(replace(v1, v2))
	around := func(bad storage.Write) *storage.Changes {
		return changes(w.head, storage.Write{Kind: storage.Counters, New: counter("A", 1, 1)}, bad, storage.Write{Kind: storage.Documents, New: document(9)})
	}
	w.contention("a record replaced from an older version", around(replace(v1, v2)))
	w.contention("a record replaced from a newer version", around(replace(v3, counter("V", 4, 4))))
	w.contention("a record made where there is one", around(storage.Write{Kind: storage.Counters, New: v1}))
	w.contention("a record replaced where there is none", around(replace(counter("X", 1, 1), counter("X", 2, 2))))
	w.contention("a record deleted from an older version", around(storage.Write{Kind: storage.Counters, Old: v1}))
	w.contention("a record deleted where there is none", around(storage.Write{Kind: storage.Counters, Old: counter("X", 1, 1)}))
	w.apply(insert(document(1))...)
	w.contention("a fact where there is one", around(storage.Write{Kind: storage.Documents, New: document(1)}))
	w.apply(replace(v2, counter("V", 9, 5))) // several commands in one transaction raise a version by more than one
	w.sameBooks()
}

// everyWay makes changes that insert into all tables, replace and delete.
func everyWay(w *twin) []storage.Write {
	stock := &inventory.Stock{Item: "A", Warehouse: "W", OnHand: uom.FromInt(5), Version: 1}
	gone := &inventory.Reservation{Holder: "H", Line: 1, Item: "A", Version: 1}
	w.apply(insert(stock, gone)...)
	next := changed(stock)
	next.OnHand = uom.FromInt(3)
	writes := append(rows(3), replace(stock, next), storage.Write{Kind: storage.Reservations, Old: gone})
	return append(writes, figures(4, 20)...)
}

func allOrNothing(w *twin) {
	writes := everyWay(w)
	bad := replace(counter("none", 1, 1), counter("none", 2, 2))
	w.contention("the last write of many does not fit", changes(w.head, append(writes[:len(writes):len(writes)], bad)...))
	w.contention("the first write of many does not fit", changes(w.head, append([]storage.Write{bad}, writes...)...))
	if w.config.FailAt == nil {
		w.apply(writes...)
		w.sameBooks()
		return
	}
	c := changes(w.head, writes...)
	failed := 0
	for n := 1; ; n++ {
		w.config.FailAt(w.store, n)
		err := w.store.Apply(w.ctx, w.company, c)
		w.config.FailAt(w.store, 0)
		if err == nil {
			break
		}
		if failed++; failed > 10_000 {
			w.Fatalf("statement %d still fails: %v", n, err)
		}
		w.sameBooks()
	}
	if failed == 0 {
		w.Error("FailAt made no statement fail: this case has shown nothing")
	}
	if err := w.ref.Apply(w.ctx, w.company, c); err != nil {
		w.Fatalf("the suite is wrong: %v", err)
	}
	w.head = c.Head
	w.sameBooks()
	w.T.Logf("%d statements were made to fail", failed)
}

func deletion(w *twin) {
	for k := range storage.Tables {
		t := &storage.Tables[k]
		if t.Fact || t.Kind == storage.Heads {
			continue
		}
		a, b := row(t.Kind, 3), row(t.Kind, 4)
		base := insert(a, b)
		if t.Kind == storage.Materials { // they name an order
			base = append(base, insert(row(storage.Orders, 3), row(storage.Orders, 4))...)
		}
		w.apply(base...)
		w.apply(storage.Write{Kind: t.Kind, Old: a})
		n := storage.Need{Keys: []storage.Key{keyOf(t.Kind, a), keyOf(t.Kind, b)}}
		for i := range t.Indexes {
			n.Lists = append(n.Lists, listOf(t.Kind, i, a), listOf(t.Kind, i, b))
			w.sameScan("after a deletion", storage.Scan{Kind: t.Kind, Index: i})
		}
		w.sameLoad("after a deletion", n)
		w.apply(insert(a)...)
		w.sameLoad("made again", n)
		if t.Kind == storage.Materials || t.Kind == storage.Orders {
			w.apply(storage.Write{Kind: t.Kind, Old: a}, storage.Write{Kind: t.Kind, Old: b})
		}
	}
	w.sameBooks()
}

func manyRows(w *twin) {
	w.apply(figures(5, 1500)...)
	var made, raised, gone []storage.Write
	for i := range 3000 {
		old := counter(fmt.Sprintf("S%04d", i), 1, 1)
		made = append(made, storage.Write{Kind: storage.Counters, New: old})
		next := counter(old.Series, 2, 2)
		raised = append(raised, replace(old, next))
		gone = append(gone, storage.Write{Kind: storage.Counters, Old: next})
	}
	w.apply(made...)
	w.apply(raised...)
	var n storage.Need
	for _, wr := range raised {
		n.Keys = append(n.Keys, keyOf(storage.Counters, wr.New))
	}
	w.sameLoad("many keys", n)
	w.apply(gone[:2000]...)
	w.sameBooks()
}

func companies(w *twin) {
	names := []string{"acme", "ACME", "acme ", "ac", "acme%", "o'acme", "公司"}
	for i, name := range names {
		w.company, w.head = name, storage.Head{Company: name}
		w.apply(rows(i + 3)...)
		w.apply(rows(50)...) // the same keys in every company
	}
	for i, name := range names {
		w.company = name
		w.sameBooks()
		var n storage.Need
		for k := range storage.Tables {
			for _, sample := range []int{50, i + 3, (i+1)%len(names) + 3} {
				n.Keys = append(n.Keys, keyOf(storage.Kind(k), row(storage.Kind(k), sample)))
				n.Lists = append(n.Lists, listOf(storage.Kind(k), 0, row(storage.Kind(k), sample)))
			}
			n.Keys = append(n.Keys, storage.Key{Kind: storage.Heads, Values: []any{"acme"}})
		}
		n.Totals = []storage.Total{{Kind: storage.Documents, Of: []string{"seq"}}}
		w.sameLoad("company "+name, n)
	}
	w.company = "acme"
	err := w.store.Apply(w.ctx, w.company, changes(storage.Head{Company: "nobody"}, insert(document(77))...))
	if err == nil {
		w.Error("the store wrote the head of another company")
	}
	w.sameBooks()
}

// read gives the head as the store has it.
func (w *twin) read() storage.Head {
	k := storage.Key{Kind: storage.Heads, Values: []any{w.company}}
	rows, err := w.store.Load(w.ctx, w.company, storage.Need{Keys: []storage.Key{k}})
	if err != nil {
		w.Errorf("load: %v", err) // also called from goroutines
		return storage.Head{}
	}
	s := storage.NewSnapshot()
	s.Absorb(storage.Need{Keys: []storage.Key{k}}, rows)
	if row, _ := s.Get(k); row != nil {
		return *row.(*storage.Head)
	}
	return storage.Head{Company: w.company}
}

const writerCount = 8

func writers(w *twin) {
	for round := range 10 {
		was := w.read()
		won := w.race(func(i int) *storage.Changes {
			return changes(was, insert(document(int64(round*writerCount+i+1)), counter(fmt.Sprint(round, "/", i), 1, 1))...)
		})
		if won != 1 {
			w.Errorf("%d of %d writers that saw head %d were told that they wrote", won, writerCount, was.Seq)
		}
		if now := w.read(); now.Seq != was.Seq+1 {
			w.Errorf("the head went from %d to %d", was.Seq, now.Seq)
		}
	}
	start := w.read().Seq
	var done sync.WaitGroup
	for range writerCount {
		done.Go(func() {
			for n := 0; n < 10; {
				was := w.read()
				switch err := w.store.Apply(w.ctx, w.company, changes(was, insert(document(1_000+was.Seq))...)); {
				case err == nil:
					n++
				case refusal.CodeOf(err) != refusal.Contention:
					w.Errorf("a writer was answered: %v", err)
					return
				}
			}
		})
	}
	done.Wait()
	if now := w.read(); now.Seq != start+10*writerCount {
		w.Errorf("%d documents were acknowledged, the head counts %d", 10*writerCount, now.Seq-start)
	}
	if n := len(w.scan(w.store, storage.Scan{Kind: storage.Documents})); n != 10+10*writerCount {
		w.Errorf("%d documents were acknowledged, %d are there", 10+10*writerCount, n)
	}
}

// race applies changes all at once and gives how many were taken.
func (w *twin) race(decide func(i int) *storage.Changes) int {
	var won atomic.Int64
	var done sync.WaitGroup
	start := make(chan struct{})
	for i := range writerCount {
		c := decide(i)
		done.Go(func() {
			<-start
			switch err := w.store.Apply(w.ctx, w.company, c); {
			case err == nil:
				won.Add(1)
			case refusal.CodeOf(err) != refusal.Contention:
				w.Errorf("a writer that lost was answered: %v", err)
			}
		})
	}
	close(start)
	done.Wait()
	return int(won.Load())
}

func periodClose(w *twin) {
	for round := range 20 {
		was := w.read()
		period := calendar.NewDate(2026, 1, 1).AddDays(31 * round).Period()
		seq := int64(round + 1)
		won := w.race(func(i int) *storage.Changes {
			if i%2 == 0 {
				return changes(was, insert(&ledger.PeriodState{Period: period, State: ledger.PeriodClosed, Version: 1})...)
			}
			return changes(was, insert(document(seq), &ledger.Voucher{Doc: seq, N: 1, ID: fmt.Sprint(seq), Series: "V", Period: period, Number: 1})...)
		})
		closed := len(w.scan(w.store, storage.Scan{Kind: storage.Periods, From: []any{period}, To: []any{period}}))
		posted := len(w.scan(w.store, storage.Scan{Kind: storage.Vouchers, From: []any{seq}, To: []any{seq}}))
		if won != 1 || closed+posted != 1 {
			w.Errorf("round %d: %d were told that they wrote; the period is closed %d times and holds %d vouchers", round, won, closed, posted)
		}
	}
}

func cancelled(w *twin) {
	w.apply(rows(3)...)
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	_, loadErr := w.store.Load(ctx, w.company, storage.Need{Keys: []storage.Key{{Kind: storage.Heads, Values: []any{w.company}}}})
	_, scanErr := w.store.Scan(ctx, w.company, storage.Scan{Kind: storage.Moves})
	_, sumErr := w.store.Sum(ctx, w.company, storage.Total{Kind: storage.Moves, Of: []string{"qty"}})
	for name, err := range map[string]error{
		"apply": w.store.Apply(ctx, w.company, changes(w.head, rows(4)...)),
		"load":  loadErr, "scan": scanErr, "sum": sumErr,
	} {
		if !errors.Is(err, context.Canceled) {
			w.Errorf("%s answered %v", name, err)
		}
	}
	w.sameBooks()
	w.apply(rows(4)...)
	w.sameBooks()
}

func reopen(w *twin) {
	if w.config.Reopen == nil {
		w.Skip("the store is not opened again")
	}
	w.apply(rows(3)...)
	w.apply(everyWay(w)[len(rows(3)):]...)
	for range 2 {
		w.store = w.config.Reopen(w.T, w.store)
		w.sameBooks()
		w.head = w.read()
		w.apply(replace(row(storage.Counters, 3).(*ledger.Counter), changed(row(storage.Counters, 3).(*ledger.Counter))))
		w.apply(storage.Write{Kind: storage.Counters, Old: changed(row(storage.Counters, 3).(*ledger.Counter))}, storage.Write{Kind: storage.Counters, New: counter(fmt.Sprint("R", w.head.Seq), 1, 1)})
		w.apply(insert(row(storage.Counters, 3))...)
		w.sameBooks()
	}
}

package sqlite

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// books makes documents of 2 moves and 4 voucher lines, with the records that they change.
type books struct {
	head   storage.Head
	stock  map[string]*inventory.Stock
	stream map[string]*costing.Stream
	count  *ledger.Counter
}

func (b *books) document() *storage.Changes {
	c := &storage.Changes{Was: b.head, Head: b.head}
	seq := b.head.Seq + 1
	c.Head.Seq, c.Head.Version, c.Head.Instant, c.Head.Hash = seq, seq, calendar.Instant(seq), fmt.Sprintf("%064x", seq)
	date := calendar.NewDate(2026, 1, 1).AddDays(int(seq / 100 % 300))
	c.Insert(storage.Documents, &posting.Document{Seq: seq, Ref: fmt.Sprintf("GR-%06d", seq), Verb: "receive", Date: date, Recorded: calendar.Instant(seq), ID: fmt.Sprintf("0198c0de-0000-7000-8000-%012d", seq), Command: `receive 1 {"ID":"GR-000001","Date":"2026-01-01","Supplier":"S","Lines":[{"Item":"A","Qty":"5","Price":"3.25"}]}`})
	c.Insert(storage.Vouchers, &ledger.Voucher{Doc: seq, N: 1, ID: fmt.Sprintf("0198c0de-0000-7000-8001-%012d", seq), Series: "V", Period: date.Period(), Number: seq, Date: date, Previous: b.head.Hash, Hash: c.Head.Hash})
	for line := range int32(2) {
		item := fmt.Sprintf("ITEM-%04d", (seq*7+int64(line))%1000)
		qty, value := uom.FromInt(5), money.MustParse("16.25")
		src := costing.Source{Doc: seq, Line: line + 1}
		c.Insert(storage.Moves, &inventory.Move{Doc: seq, Line: line + 1, Date: date, Item: item, Qty: qty, From: inventory.Place{Type: inventory.AtSupplier, Name: "S"}, To: inventory.Place{Type: inventory.InStock, Name: "W"}})
		c.Insert(storage.Entries, &costing.Entry{Doc: seq, Line: line + 1, Kind: costing.In, Item: item, Qty: qty, Value: value, FactDate: date, PostingDate: date, Account: "1403"})
		c.Insert(storage.Layers, &costing.Layer{Item: item, Date: date, Source: src, Qty: qty, Value: value, Version: 1})
		was := b.stock[item]
		next := &inventory.Stock{Item: item, Warehouse: "W", OnHand: qty, Since: date, SinceDoc: seq, Version: 1}
		if was != nil {
			next.OnHand, next.Version = was.OnHand.Add(qty), was.Version+1
		}
		c.Replace(storage.Stocks, was, next)
		b.stock[item] = next
		old := b.stream[item]
		fresh := &costing.Stream{Item: item, Method: "fifo", Qty: qty, Value: value, LastQty: qty, LastValue: value, LastDate: date, Version: 1}
		if old != nil {
			fresh.Qty, fresh.Value, fresh.Version = old.Qty.Add(qty), old.Value.Add(value), old.Version+1
		}
		c.Replace(storage.Streams, old, fresh)
		b.stream[item] = fresh
	}
	for line := range int32(4) {
		l := &ledger.Line{Doc: seq, N: 1, Line: line + 1, Account: fmt.Sprint(1001 + (seq+int64(line))%300), Period: date.Period(), Date: date, Item: "A", Rule: "receive.goods", Entry: 1}
		if line%2 == 0 {
			l.Debit = money.MustParse("16.25")
		} else {
			l.Credit = money.MustParse("16.25")
		}
		c.Insert(storage.VoucherLines, l)
	}
	count := &ledger.Counter{Series: "V", Period: 1, Last: seq, Version: seq}
	c.Replace(storage.Counters, b.count, count)
	b.count, b.head = count, c.Head
	return c
}

func newBooks() *books {
	return &books{head: storage.Head{Company: "main"}, stock: map[string]*inventory.Stock{}, stream: map[string]*costing.Stream{}}
}

// BenchmarkApply writes documents, so many a transaction, and prints what one costs.
func BenchmarkApply(b *testing.B) {
	for _, batch := range []int{1, 16, 500} {
		for _, sync := range []string{"FULL", "OFF"} {
			b.Run(fmt.Sprintf("batch=%d/sync=%s", batch, sync), func(b *testing.B) {
				s, err := Open(filepath.Join(b.TempDir(), "books.db"))
				if err != nil {
					b.Fatal(err)
				}
				defer s.Close()
				w := <-s.writer
				if _, err := w.exec(b.Context(), "PRAGMA synchronous = "+sync); err != nil {
					b.Fatal(err)
				}
				s.writer <- w
				made := newBooks()
				b.ResetTimer()
				for n := 0; n < b.N; n += batch {
					b.StopTimer()
					var all []*storage.Changes
					for range batch {
						all = append(all, made.document())
					}
					c := storage.Joined(all)
					b.StartTimer()
					if err := s.Apply(b.Context(), "main", c); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	s, err := Open(filepath.Join(b.TempDir(), "books.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	made := newBooks()
	var all []*storage.Changes
	for range 5000 {
		all = append(all, made.document())
	}
	if err := s.Apply(b.Context(), "main", storage.Joined(all)); err != nil {
		b.Fatal(err)
	}
	n := storage.Need{
		Keys: []storage.Key{
			{Kind: storage.Heads, Values: []any{"main"}},
			{Kind: storage.Stocks, Values: []any{"ITEM-0007", "W", "", ""}},
			{Kind: storage.Streams, Values: []any{"ITEM-0007", ""}},
			{Kind: storage.Counters, Values: []any{"V", calendar.Period(1)}},
			{Kind: storage.Periods, Values: []any{calendar.Period(24312)}},
		},
		Lists: []storage.List{{Kind: storage.Layers, Values: []any{"ITEM-0007", ""}, Cover: uom.FromInt(7)}, {Kind: storage.Documents, Index: 1, Values: []any{"GR-000009"}}},
	}
	for b.Loop() {
		if _, err := s.Load(b.Context(), "main", n); err != nil {
			b.Fatal(err)
		}
	}
}

package storagetest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func keyOf(k storage.Kind, row any) storage.Key {
	t := &storage.Tables[k]
	return storage.Key{Kind: k, Values: t.Fields(row)[:t.Keys]}
}

const samples = 24

func roundTrip(w *twin) {
	for sample := range samples {
		written := rows(sample)
		if sample%2 == 1 { // in another order: a transaction is judged by what it leaves
			slices.Reverse(written)
		}
		w.apply(written...)
		n := storage.Need{Keys: []storage.Key{{Kind: storage.Heads, Values: []any{w.company}}}}
		for _, wr := range written {
			n.Keys = append(n.Keys, keyOf(wr.Kind, wr.New))
		}
		w.sameLoad(fmt.Sprintf("sample %d", sample), n)
	}
	for k := range storage.Tables {
		for i := range storage.Tables[k].Indexes {
			w.sameScan("after all samples", storage.Scan{Kind: storage.Kind(k), Index: i})
		}
	}
	w.sameBooks()
}

func empty(w *twin) {
	var n storage.Need
	for k := range storage.Tables {
		t := &storage.Tables[k]
		n.Keys = append(n.Keys, keyOf(t.Kind, row(t.Kind, 5)))
		for i := range t.Indexes {
			n.Lists = append(n.Lists, listOf(t.Kind, i, row(t.Kind, 5)))
		}
		w.sameScan("no rows", storage.Scan{Kind: t.Kind})
	}
	n.Totals = append(n.Totals, storage.Total{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit"}})
	w.sameLoad("no rows", n)
	w.sameLoad("nothing asked", storage.Need{})
	w.sameSum(n.Totals[0])
	w.apply() // a head alone
	w.sameLoad("a head alone", n)
}

// listOf asks for the rows that share the bound columns of an index with a row.
func listOf(k storage.Kind, index int, row any) storage.List {
	t := &storage.Tables[k]
	ix := t.Indexes[index]
	fields := t.Fields(row)
	l := storage.List{Kind: k, Index: index}
	for _, c := range ix.Columns[:ix.Eq] {
		l.Values = append(l.Values, fields[c])
	}
	return l
}

// siblings makes rows that differ from a sample's in one column of the key, the last that can differ.
func siblings(sample, count int) []storage.Write {
	out := rows(sample)
	first := len(out)
	for i := range count {
		for _, wr := range out[:first] {
			t := &storage.Tables[wr.Kind]
			next := row(wr.Kind, sample)
			switch f := t.Fields(next)[t.Keys-1].(type) {
			case *string:
				*f += string(rune('ä' - i*7))
			case *int32:
				*f += int32(i*i*50 + 1)
			case *int64:
				*f += int64(i + 1)
			case *calendar.Period:
				*f += calendar.Period(i + 1)
			}
			out = append(out, storage.Write{Kind: wr.Kind, New: next})
		}
	}
	return out
}

func lists(w *twin) {
	for _, sample := range []int{3, 4, 7} {
		w.apply(siblings(sample, 9)...)
	}
	for k := range storage.Tables {
		for i := range storage.Tables[k].Indexes {
			for _, sample := range []int{3, 4, 5} {
				var n storage.Need
				l := listOf(storage.Kind(k), i, row(storage.Kind(k), sample))
				n.Lists = append(n.Lists, l)
				l.Newest = true
				n.Lists = append(n.Lists, l)
				if len(l.Values) > 1 { // fewer bound columns than the index has
					l.Values, l.Newest = l.Values[:1], false
					n.Lists = append(n.Lists, l)
				}
				w.sameLoad(fmt.Sprintf("siblings of sample %d", sample), n)
			}
		}
	}
}

func covering(w *twin) {
	qtys := []int64{5, 1, 7, 2, 2, 9}
	var layers []any
	for i, q := range qtys {
		layers = append(layers, &costing.Layer{
			Item: "A", Date: calendar.NewDate(2026, 1, 9).AddDays(i / 2), Source: costing.Source{Doc: int64(10 - i%2), Line: 1},
			Qty: uom.FromUnits(q), Value: money.FromUnits(q * 3), Version: 1,
		})
	}
	w.apply(insert(layers...)...)
	list := storage.List{Kind: storage.Layers, Values: []any{"A", ""}}
	for q := int64(0); q <= 27; q++ {
		for _, newest := range []bool{false, true} {
			list.Cover, list.Newest = uom.FromUnits(q), newest
			w.sameLoad(fmt.Sprintf("covering %d, newest first: %v", q, newest), storage.Need{Lists: []storage.List{list}})
		}
	}
	list.Cover = uom.Quantity{}
	for d := range 6 {
		for _, newest := range []bool{false, true} {
			list.From, list.Newest = calendar.NewDate(2026, 1, 8+d), newest
			w.sameLoad(fmt.Sprintf("from day %d, newest first: %v", 8+d, newest), storage.Need{Lists: []storage.List{list}})
		}
	}
	whole := storage.List{Kind: storage.Layers, Values: []any{"A", ""}}
	none := storage.List{Kind: storage.Layers, Values: []any{"B", ""}, Cover: uom.FromInt(1)}
	w.sameLoad("several at once", storage.Need{Lists: []storage.List{list, whole, none}, Keys: []storage.Key{keyOf(storage.Layers, layers[3])}})
}

// figures makes voucher lines, moves and value entries of usual sizes, with their documents.
func figures(seed uint64, docs int) []storage.Write {
	rnd := rand.New(rand.NewPCG(seed, seed))
	pick := func(from ...string) string { return from[rnd.IntN(len(from))] }
	var out []any
	for d := range docs {
		doc := int64(d + 1)
		day := calendar.NewDate(2026, 1, 1).AddDays(rnd.IntN(90))
		out = append(out, &posting.Document{Seq: doc, Ref: fmt.Sprint("D-", doc), Date: day},
			&ledger.Voucher{Doc: doc, N: 1, ID: fmt.Sprint(doc), Series: "V", Period: day.Period(), Number: doc, Date: day})
		for line := range int32(4) {
			l := &ledger.Line{
				Doc: doc, N: 1, Line: line + 1, Account: pick("1001", "1405", "2202", "6001"), Period: day.Period(), Date: day,
				Item: pick("", "A", "a", "B"), Qty: uom.FromUnits(rnd.Int64N(2e9) - 1e9),
			}
			if amount := money.FromUnits(rnd.Int64N(2e9) - 1e9); line%2 == 0 {
				l.Debit = amount
			} else {
				l.Credit = amount
			}
			out = append(out, l,
				&inventory.Move{Doc: doc, Line: line + 1, Date: day, Item: pick("A", "B", "C", "AB"), Qty: uom.FromUnits(rnd.Int64N(1e9)), From: inventory.Place{Type: inventory.InStock, Name: pick("W1", "W2")}},
				&costing.Entry{Doc: doc, Line: line + 1, Kind: costing.In, Item: pick("A", "B"), Scope: pick("", "W1"), Order: pick("", "MO-1"), FactDate: day, PostingDate: day.AddDays(rnd.IntN(9)), Value: money.FromUnits(rnd.Int64N(1e9))})
		}
	}
	return insert(out...)
}

func totals(w *twin) {
	w.apply(figures(1, 60)...)
	day := calendar.NewDate(2026, 2, 10)
	all := []storage.Total{
		{Kind: storage.VoucherLines, Of: []string{"debit", "credit", "qty"}},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit"}},
		{Kind: storage.VoucherLines, Group: []string{"account", "period", "item"}, Of: []string{"debit", "qty", "credit"}},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit"}, Date: "date", AsOf: day},
		{Kind: storage.VoucherLines, Group: []string{"date"}, Of: []string{"debit"}, Date: "date", AsOf: day, Upto: 20},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit"}, Where: []storage.Equal{{Column: "item", Value: "a"}}},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit"}, Where: []storage.Equal{{Column: "item", Value: ""}, {Column: "period", Value: day.Period()}}},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit"}, Where: []storage.Equal{{Column: "doc", Value: int64(7)}}},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit"}, Where: []storage.Equal{{Column: "account", Value: "none"}}},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit"}, AsOf: day}, // no column: every row
		{Kind: storage.Moves, Group: []string{"item", "from_type", "from_name"}, Of: []string{"qty"}, Date: "date", AsOf: day},
		{Kind: storage.Moves, Group: []string{"doc"}, Of: []string{"qty"}, Where: []storage.Equal{{Column: "from_type", Value: inventory.InStock}}},
		{Kind: storage.Entries, Group: []string{"item", "scope"}, Of: []string{"value", "qty"}, Date: "posting_date", AsOf: day},
		{Kind: storage.Vouchers, Group: []string{"red", "series"}, Of: []string{"number"}},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit"}, After: 20, Upto: 40},
		{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit"}, After: 1_000_000},
		{Kind: storage.VoucherLines, Group: []string{"doc", "line"}, Of: []string{"debit", "credit"}, Open: true}, // a line has one or the other
		{Kind: storage.VoucherLines, Group: []string{"doc", "line"}, Of: []string{"debit"}, Open: true, After: 10},
		{Kind: storage.VoucherLines, Of: []string{"foreign_amount"}, Open: true},
	}
	for _, t := range all {
		w.sameSum(t)
	}
	w.sameLoad("all at once", storage.Need{Totals: all})
}

func scanning(w *twin) {
	w.apply(figures(2, 60)...)
	day := func(d int) calendar.Date { return calendar.NewDate(2026, 2, d) }
	for _, q := range []storage.Scan{
		{Kind: storage.Moves},
		{Kind: storage.Moves, From: []any{int64(10)}},
		{Kind: storage.Moves, From: []any{int64(10), int32(3)}, To: []any{int64(40), int32(2)}},
		{Kind: storage.Moves, To: []any{int64(40)}},
		{Kind: storage.Moves, From: []any{int64(7)}, To: []any{int64(7)}},
		{Kind: storage.Moves, From: []any{int64(40)}, To: []any{int64(7)}},
		{Kind: storage.Moves, Index: 1},
		{Kind: storage.Moves, Index: 1, From: []any{"A"}, To: []any{"A"}},
		{Kind: storage.Moves, Index: 1, From: []any{"A", day(1)}, To: []any{"B", day(10)}},
		{Kind: storage.Moves, Index: 1, From: []any{"AA"}, To: []any{"AZ"}},
		{Kind: storage.Entries, Index: 1, From: []any{"A", "W1"}, To: []any{"B", ""}},
		{Kind: storage.Entries, Index: 1, From: []any{"A", "", day(1)}, To: []any{"A", "", day(5)}},
		{Kind: storage.VoucherLines, Index: 1, From: []any{"1405", day(1)}, To: []any{"1405", day(28)}},
		{Kind: storage.Vouchers, Index: 1, From: []any{"V", calendar.NewDate(2026, 2, 1).Period()}},
		{Kind: storage.Heads},
		{Kind: storage.Items},
	} {
		for _, q.Limit = range []int{0, 1, 3, 100} {
			w.sameScan(fmt.Sprintf("from %v to %v by %d", q.From, q.To, q.Limit), q)
		}
	}
}

func scanUnderWrites(w *twin) {
	reserve := func(holder string) *inventory.Reservation {
		return &inventory.Reservation{Holder: holder, Line: 1, Item: "A", Version: 1}
	}
	held := map[string]*inventory.Reservation{}
	for _, h := range []string{"a", "c", "e", "g", "i"} {
		held[h] = reserve(h)
		w.apply(insert(held[h])...)
	}
	cursors := map[storage.Store]string{}
	page := func(limit int) {
		var got [2][]string
		for i, s := range []storage.Store{w.ref, w.store} {
			p, err := s.Scan(w.ctx, w.company, storage.Scan{Kind: storage.Reservations, Index: 1, Cursor: cursors[s], Limit: limit})
			if err != nil {
				w.Fatal(err)
			}
			cursors[s], got[i] = p.Cursor, lines(storage.Reservations, p.Rows)
		}
		w.same("a page", got[0], got[1])
	}
	page(2)
	w.apply(storage.Write{Kind: storage.Reservations, Old: held["c"]}, storage.Write{Kind: storage.Reservations, New: reserve("b")},
		storage.Write{Kind: storage.Reservations, New: reserve("d")}, storage.Write{Kind: storage.Reservations, Old: held["e"]})
	page(2)
	w.apply(storage.Write{Kind: storage.Reservations, New: reserve("z")})
	page(10)
}

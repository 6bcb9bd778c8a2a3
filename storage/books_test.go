package storage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// fill sets every field of a row to something, zero among it.
func fill(fields []any, rnd *rand.Rand) {
	n := int64(0)
	switch rnd.IntN(4) {
	case 0:
		n = rnd.Int64N(1000) - 500
	case 1:
		n = int64(rnd.Uint64() >> 2)
	case 2:
		n = -math.MaxInt64 / 2
	}
	for _, f := range fields {
		switch f := f.(type) {
		case *string:
			*f = strings.Repeat("物 x", rnd.IntN(3)*rnd.IntN(30))
		case *int64:
			*f = n
		case *int32:
			*f = int32(n)
		case *bool:
			*f = n > 0
		case *money.Amount:
			*f = money.FromUnits(n)
		case *uom.Quantity:
			*f = uom.FromUnits(n)
		case *decimal.Decimal:
			*f = decimal.New(n, -3)
		case *uom.Units:
			*f = nil
		default:
			reflect.ValueOf(f).Elem().SetInt(int64(int32(n)))
		}
	}
}

// Whatever a row holds comes back, and its packed form sorts as the row does.
func TestPackedRowsAreTheRows(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	for k := range Tables {
		table := &Tables[k]
		require.LessOrEqual(t, len(table.Columns), 64, table.Name)
		b := NewBooks()
		p := b.table(Kind(k))
		var last []byte
		var lastRow any
		for range 200 {
			row := table.New()
			fill(table.Fields(row), rnd)
			packed := p.pack(nil, table.Fields(row))
			require.Equal(t, len(packed), p.size(append(packed, 1, 2, 3)))
			again := table.New()
			p.unpack(packed, table.Fields(again))
			require.Equal(t, table.Text(row), table.Text(again))
			for i := range table.Indexes {
				key := table.appendKey(nil, i, table.Fields(row))
				require.Zero(t, p.compare(i, packed, key), "%s by index %d", table.Name, i)
				if lastRow != nil {
					want := strings.Compare(table.key(i, lastRow), string(key))
					require.Equal(t, want, p.compare(i, last, key), "%s by index %d", table.Name, i)
				}
			}
			last, lastRow = packed, row
		}
	}
}

// Records that grow, shrink, go and come leave no more behind than a part of the room.
func TestBooksDoNotGrowWithChanges(t *testing.T) {
	b := NewBooks()
	var was *inventory.Stock
	for i := range 200_000 {
		c := &Changes{}
		row := &inventory.Stock{Item: "A", OnHand: uom.FromUnits(1 << (i % 50)), Lot: "L", Version: int64(i + 1)}
		if i%1000 == 999 {
			row = nil
		}
		c.Replace(Stocks, was, row)
		b.Commit(c)
		was = row
	}
	require.LessOrEqual(t, len(b.tables[Stocks].pages), 4)
	for i := range 2000 { // a queue of layers
		l := layer(1+i%28, int64(i), 1)
		c := &Changes{Writes: []Write{{Layers, nil, l}}}
		b.Commit(c)
		b.Commit(&Changes{Writes: []Write{{Layers, l, nil}}})
	}
	require.Empty(t, b.tables[Layers].indexes[0].leaves)
	require.LessOrEqual(t, len(b.tables[Layers].pages), 4)
}

func TestBooksTakeLongRows(t *testing.T) {
	b := NewBooks()
	long := strings.Repeat("{}", 1<<20)
	for i := range int64(3) {
		b.Commit(&Changes{Writes: []Write{{Documents, nil, &posting.Document{Seq: i, Ref: fmt.Sprint(i), Command: long}}}})
	}
	n := Need{Lists: []List{{Kind: Documents, Index: 1, Values: []any{"1"}}}}
	s := NewSnapshot()
	s.Absorb(n, b.Load(n))
	rows, _ := s.List(n.Lists[0])
	require.Equal(t, long, rows[0].(*posting.Document).Command)
}

// A move with its value entry and two links takes at most 200 bytes in all their tables and indexes.
func TestMoveTakesLittleRoom(t *testing.T) {
	b := NewBooks()
	const many = 50_000
	for i := range int64(many) {
		c, item, day := &Changes{}, fmt.Sprintf("ITEM-%04d", i*7%1000), calendar.NewDate(2026, 1, 1).AddDays(int(i/200))
		qty, value := uom.FromUnits(i%50*1_000_000), money.FromUnits(i%999*125)
		c.Insert(Moves, &inventory.Move{Doc: i, Line: 1, Date: day, Item: item, Qty: qty, From: inventory.Place{Type: inventory.InStock, Name: "MAIN", Bin: "A1"}, To: inventory.Place{Type: inventory.AtCustomer, Name: "customer"}})
		c.Insert(Entries, &costing.Entry{Doc: i, Line: 1, Kind: costing.Out, Item: item, Qty: qty, Value: value, FactDate: day, PostingDate: day, Account: "1405"})
		for n := range int32(2) {
			c.Insert(Links, &costing.Link{Doc: i, Line: 1, N: n, Source: costing.Source{Doc: i / 2, Line: 1}, Date: day, Qty: qty, Value: value})
		}
		b.Commit(c)
	}
	room := 0
	for _, k := range []Kind{Moves, Entries, Links} {
		for _, page := range b.tables[k].pages {
			room += cap(page)
		}
		for _, x := range b.tables[k].indexes {
			for _, leaf := range x.leaves {
				room += cap(leaf) * 4
			}
		}
	}
	require.LessOrEqual(t, room/many, 200)
}

package trace_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/trace"
)

var (
	day  = calendar.NewDate(2026, 1, 5)
	cny  = money.Currency{Code: "CNY", Decimals: 2}
	main = inventory.Place{Type: inventory.InStock, Name: "MAIN"}
)

// ledgers are documents of moves alone, and orders, by hand.
type ledgers struct {
	docs   []trace.Document
	orders map[string]*trace.Making
}

func (b *ledgers) Item(code string) (*trace.Item, error) {
	item := &trace.Item{Master: inventory.Item{Code: code}}
	for _, d := range b.docs {
		for _, m := range d.Moves {
			if m.Item == code {
				item.Moves = append(item.Moves, m)
			}
		}
	}
	return item, nil
}

func (b *ledgers) Document(seq int64) (*trace.Document, error) { return &b.docs[seq-1], nil }
func (b *ledgers) Order(ref string) (*trace.Making, error)     { return b.orders[ref], nil }

// told adds a document that moves goods of one lot.
func (b *ledgers) told(verb string, date calendar.Date, l trace.Lot, qty int64, from, to inventory.Place) {
	seq := int64(len(b.docs) + 1)
	b.docs = append(b.docs, trace.Document{
		Document: posting.Document{Seq: seq, Ref: fmt.Sprint("D", seq), Verb: verb, Date: date},
		Moves:    []inventory.Move{{Doc: seq, Line: 1, Date: date, Item: l.Item, Lot: l.Lot, Qty: uom.FromInt(qty), From: from, To: to}},
	})
	for _, p := range []inventory.Place{from, to} {
		if o := b.orders[p.Name]; p.Type == inventory.InProduction && o != nil {
			o.Docs = append(o.Docs, seq)
		}
	}
}

func supplier(name string) inventory.Place {
	return inventory.Place{Type: inventory.AtSupplier, Name: name}
}

func customer(name string) inventory.Place {
	return inventory.Place{Type: inventory.AtCustomer, Name: name}
}

func order(ref string) inventory.Place {
	return inventory.Place{Type: inventory.InProduction, Name: ref}
}

// A lot that went to more customers than a tree holds is cut, and says so.
func TestTreeIsCut(t *testing.T) {
	b := &ledgers{}
	pump := trace.Lot{Item: "PUMP", Lot: "L1"}
	b.told("receive", day, pump, trace.Limit+5, supplier("ACME"), main)
	for n := range trace.Limit + 5 {
		b.told("ship", day, pump, 1, main, customer(fmt.Sprint("C", n)))
	}
	tree, err := trace.Of(b, cny, "company", pump, trace.Forward)
	require.NoError(t, err)
	require.True(t, tree.Cut)
	require.True(t, tree.Root.Cut)
	require.Len(t, tree.Root.Nodes, trace.Limit)
	require.Contains(t, tree.String(), "cut off at 10000 lines")
	require.Len(t, tree.Recall().Received, trace.Limit)
}

// An order whose product was made before its material came in (by the days that were told), and which the material was taken back out of again through
// another order, ends: what stands above is not followed twice.
func TestLoopAgainstTimeEnds(t *testing.T) {
	a, p := trace.Lot{Item: "A", Lot: "1"}, trace.Lot{Item: "P", Lot: "1"}
	b := &ledgers{orders: map[string]*trace.Making{
		"WO-1": {Order: mrp.Order{Ref: "WO-1", Item: "P", Status: mrp.Closed}},
		"WO-2": {Order: mrp.Order{Ref: "WO-2", Item: "A", Status: mrp.Closed}},
	}}
	b.told("complete", day, p, 4, order("WO-1"), main)
	b.told("issue", day.AddDays(1), p, 4, main, order("WO-2"))
	b.told("complete", day.AddDays(2), a, 8, order("WO-2"), main)
	b.told("issue", day.AddDays(3), a, 8, main, order("WO-1"))
	back, err := trace.Of(b, cny, "company", p, trace.Backward)
	require.NoError(t, err)
	require.Equal(t, `backward of P#1: 4 worth 0.00
  work order WO-1: 4 worth 0.00 (D1 of 2026-01-05)
    A#1: 8 worth 0.00 (D4 of 2026-01-08)
      work order WO-2: 8 worth 0.00 (D3 of 2026-01-07)
        P#1: 4 worth 0.00 (D2 of 2026-01-06)
          work order WO-1: 4 worth 0.00 (D1 of 2026-01-05)
            A#1: 8 worth 0.00, see above
`, back.String())
	ahead, err := trace.Of(b, cny, "company", a, trace.Forward)
	require.NoError(t, err)
	require.Equal(t, `forward of A#1: 8 worth 0.00
  work order WO-1: 8 worth 0.00 (D4 of 2026-01-08)
    P#1: 4 worth 0.00, holds 8 of A#1 (D1 of 2026-01-05)
      work order WO-2: 4 worth 0.00, holds 8 of A#1 (D2 of 2026-01-06)
        A#1: 8 worth 0.00 (D3 of 2026-01-07)
          work order WO-1: 8 worth 0.00 (D4 of 2026-01-08)
            P#1: 4 worth 0.00, holds 8 of A#1, see above
`, ahead.String())
}

// Seven used for three lots: 7 x 1/3 each, and the last millionth goes to the first.
func TestSharesAreExact(t *testing.T) {
	steel := trace.Lot{Item: "STEEL", Lot: "L1"}
	b := &ledgers{orders: map[string]*trace.Making{"WO-1": {Order: mrp.Order{Ref: "WO-1", Item: "SHAFT", Status: mrp.Completed}}}}
	b.told("receive", day, steel, 7, supplier("ACME"), main)
	b.told("issue", day, steel, 7, main, order("WO-1"))
	for _, lot := range []string{"P1", "P2", "P3"} {
		b.told("complete", day, trace.Lot{Item: "SHAFT", Lot: lot}, 1, order("WO-1"), main)
	}
	for lot, qty := range map[string]string{"P1": "2.333334", "P2": "2.333333", "P3": "2.333333"} {
		tree, err := trace.Of(b, cny, "company", trace.Lot{Item: "SHAFT", Lot: lot}, trace.Backward)
		require.NoError(t, err)
		require.Equal(t, qty, tree.Lots()[0].Qty.String(), lot)
	}
}

func TestTraceIsRefused(t *testing.T) {
	b := &ledgers{}
	pump := trace.Lot{Item: "PUMP", Lot: "L1"}
	b.told("receive", day, pump, 1, supplier("ACME"), main)
	_, err := trace.Of(b, cny, "company", trace.Lot{Item: "PUMP", Lot: "L2"}, trace.Backward)
	require.Equal(t, refusal.NotFound, refusal.CodeOf(err))
	_, err = trace.Of(b, cny, "company", pump, "up")
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
}

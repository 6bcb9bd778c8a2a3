package explain_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/explain"
)

var (
	yuan = money.Currency{Code: "CNY", Decimals: 2}
	oil  = costing.Stream{Item: "OIL", Method: "average", Qty: uom.FromInt(12), Value: money.MustParse("48.00"), LastDate: day(3)}
)

func day(d int) calendar.Date { return calendar.NewDate(2026, 2, d) }

// shelf is all that there is of one item: two receipts in a pool, and a shipment.
type shelf struct{ state costing.Stream }

func (s shelf) entries() []costing.Entry {
	e := func(doc int64, kind costing.EntryKind, qty int64, value string) costing.Entry {
		return costing.Entry{Doc: doc, Line: 1, Kind: kind, Item: "OIL", Qty: uom.FromInt(qty), Value: money.MustParse(value), FactDate: day(int(doc)), PostingDate: day(int(doc)), Account: "1403", Contra: "6401"}
	}
	return []costing.Entry{e(1, costing.In, 10, "30.00"), e(2, costing.In, 5, "30.00"), e(3, costing.Sold, -3, "-12.00")}
}

// Document, Entries and the others make it explain.Books.
func (s shelf) Document(seq int64) (*posting.Document, bool) {
	ref := map[int64]string{1: "GR-1", 2: "GR-2", 3: "SH-1"}[seq]
	return &posting.Document{Seq: seq, Ref: ref, Verb: map[bool]string{true: "ship", false: "receive"}[seq == 3], Date: day(int(seq))}, true
}

func (s shelf) Entries(doc int64) ([]costing.Entry, bool)       { return s.entries()[doc-1 : doc], true }
func (s shelf) Naming(int64) ([]costing.Entry, bool)            { return nil, true }
func (s shelf) Order(string) ([]costing.Entry, bool)            { return nil, true }
func (s shelf) Vouchers(int64) ([]ledger.Voucher, bool)         { return nil, true }
func (s shelf) Standards(string) ([]costing.StandardCost, bool) { return nil, true }
func (s shelf) Lines(int64) ([]ledger.Line, bool)               { return nil, true }
func (s shelf) Settled(int64) ([]ledger.Settlement, bool)       { return nil, true }
func (s shelf) Unit(string) (string, bool)                      { return "l", true }
func (s shelf) Account(string) string                           { return "Cost of sales" }
func (s shelf) Stream(string, string, calendar.Date) (*explain.Stream, bool, error) {
	return &explain.Stream{Method: costing.Average{}, State: costing.State{Stream: s.state}, Entries: s.entries()}, true, nil
}

// Three litres were shipped out of a pool of two receipts, which were worth the same: each gave half.
func ExampleWalk() {
	books := shelf{oil}
	doc, _ := books.Document(3)
	why := explain.Cost(yuan, *doc)
	if done, err := why.Step(books); !done || err != nil {
		fmt.Println(done, err)
		return
	}
	for _, s := range why.Tree().BySource() {
		fmt.Println(s.Ref, s.Amount)
	}
	went := explain.Follow(yuan, posting.Document{Seq: 1, Ref: "GR-1", Verb: "receive", Date: day(1)})
	if done, err := went.Step(books); !done || err != nil {
		fmt.Println(done, err)
		return
	}
	for _, p := range went.Tree().ByPlace() {
		fmt.Println(p.What, p.Amount)
	}
	// Output:
	// GR-1 6.00
	// GR-2 6.00
	// on hand: OIL 24.00
	// 6401 Cost of sales 6.00
}

// What the stock is worth, for a machine to read.
func ExampleTree_MarshalJSON() {
	w := explain.Stock(yuan, "OIL", []costing.Stream{oil})
	if done, err := w.Step(shelf{oil}); !done || err != nil {
		fmt.Println(done, err)
		return
	}
	text, err := json.MarshalIndent(w.Tree(), "", "  ")
	fmt.Println(string(text), err)
	// Output:
	// {
	//   "amount": "48.00",
	//   "qty": "12",
	//   "unit_cost": "4",
	//   "unit_cost_by_element": {
	//     "material": "4"
	//   },
	//   "by_element": {
	//     "material": "48.00"
	//   },
	//   "by_source": [
	//     {
	//       "ref": "GR-1",
	//       "amount": "24.00"
	//     },
	//     {
	//       "ref": "GR-2",
	//       "amount": "24.00"
	//     }
	//   ],
	//   "nodes": 3,
	//   "tree": {
	//     "kind": "figure",
	//     "what": "stock of OIL",
	//     "item": "OIL",
	//     "amount": "48.00",
	//     "children": [
	//       {
	//         "kind": "receipt",
	//         "what": "part of 10 l OIL received",
	//         "ref": "GR-1",
	//         "date": "2026-02-01",
	//         "item": "OIL",
	//         "amount": "24.00",
	//         "element": "material",
	//         "method": "average"
	//       },
	//       {
	//         "kind": "receipt",
	//         "what": "part of 5 l OIL received",
	//         "ref": "GR-2",
	//         "date": "2026-02-02",
	//         "item": "OIL",
	//         "amount": "24.00",
	//         "element": "material",
	//         "method": "average"
	//       }
	//     ]
	//   }
	// } <nil>
}

// With little room a tree is cut, and still comes to its figure.
func TestBound(t *testing.T) {
	for nodes := 1; nodes < 6; nodes++ {
		w := explain.Stock(yuan, "OIL", []costing.Stream{oil}).Bound(nodes, 9)
		done, err := w.Step(shelf{oil})
		require.NoError(t, err)
		require.True(t, done)
		tree := w.Tree()
		require.LessOrEqual(t, tree.Nodes, nodes)
		require.Equal(t, nodes < 3, tree.Cut, "%d nodes", nodes)
		require.Equal(t, "48.00", tree.Amount().String())
		var sum money.Amount
		for _, s := range tree.BySource() {
			sum = sum.Add(s.Amount)
		}
		require.Equal(t, tree.Amount(), sum)
	}
}

// What the books say that there is, and what came in and did not leave, are the same or nothing is explained.
func TestBooksThatContradictThemselves(t *testing.T) {
	wrong := oil
	wrong.Value = money.MustParse("48.01")
	_, err := explain.Stock(yuan, "OIL", []costing.Stream{wrong}).Step(shelf{wrong})
	require.ErrorContains(t, err, "the books do not explain this")
}

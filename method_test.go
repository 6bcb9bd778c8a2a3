package ledgermill_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting/explain"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// Whatever an item was valued by before and is since: every figure is explained, and the money of every document is followed to where it went, with a bill and
// freight of before that came later.
func TestExplainAndFollowGoThroughAChangeOfMethod(t *testing.T) {
	for _, from := range costing.Methods() {
		for _, to := range costing.Methods() {
			if from == to {
				continue
			}
			t.Run(from+" to "+to, func(t *testing.T) { changed(t, from, to) })
		}
	}
}

func changed(t *testing.T, from, to string) {
	d := day("2026-01-01")
	c, err := ledgermill.Open(t.Context(), memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: d}})
	require.NoError(t, err)
	x := func(n string) []ledgermill.StockLine {
		return []ledgermill.StockLine{{Item: "X", Qty: qty(n), Lot: "L2"}}
	}
	got := func(n, at, lot string) []ledgermill.ReceiveLine {
		return []ledgermill.ReceiveLine{{Item: "X", Qty: qty(n), Price: price(at), Lot: lot}}
	}
	docs, err := c.Do(t.Context(),
		ledgermill.DefineItem{ID: "item:X", Date: d, Code: "X", Method: from, Tracking: "lot", StandardCost: decimal.NewFromInt(15)},
		ledgermill.Receive{ID: "R1", Date: d.AddDays(2), Supplier: "V", Lines: got("10", "10", "L1")},
		ledgermill.Receive{ID: "R2", Date: d.AddDays(3), Supplier: "V", Lines: got("10", "20", "L2")},
		ledgermill.Ship{ID: "S1", Date: d.AddDays(4), Customer: "C", Lines: x("3")},
		ledgermill.Scrap{ID: "SC", Date: d.AddDays(5), Lines: x("1")},
		ledgermill.ChangeMethod{ID: "CM", Date: d.AddDays(31), Item: "X", Method: to},
		ledgermill.Ship{ID: "S2", Date: d.AddDays(32), Customer: "C", Lines: x("4")},
		ledgermill.Receive{ID: "R3", Date: d.AddDays(33), Supplier: "V", Lines: got("5", "17", "L2")},
		ledgermill.SalesReturn{ID: "SR", Date: d.AddDays(34), Of: "S1", Lines: x("2")},
		ledgermill.InvoiceIn{ID: "B1", Date: d.AddDays(35), Supplier: "V", Of: []string{"R1"}, Lines: []ledgermill.InvoiceLine{{Item: "X", Qty: qty("10"), Price: price("12.34")}}},
		ledgermill.LandedCost{ID: "LC", Date: d.AddDays(36), Supplier: "F", Of: []string{"R1", "R2"}, Amount: money.MustParse("7"), By: "qty"},
		ledgermill.Ship{ID: "S3", Date: d.AddDays(37), Customer: "C", Lines: x("6")},
		ledgermill.PurchaseReturn{ID: "PR", Date: d.AddDays(38), Of: "R2", Lines: x("1")},
		ledgermill.Close{ID: "JAN", Date: d.AddDays(39), Period: d.Period()},
		ledgermill.Close{ID: "FEB", Date: d.AddDays(58), Period: d.Period().Next()},
	)
	require.NoError(t, err)
	for _, figure := range []explain.Figure{explain.StockOf("X"), explain.BalanceOf("cogs", 0), explain.BalanceOf("scrap_loss", 0), explain.BalanceOf("revaluation", 0)} {
		tree, err := c.Explain(t.Context(), figure)
		require.NoError(t, err, "%+v", figure)
		var leaves money.Amount
		for _, n := range tree.Leaves() {
			leaves = leaves.Add(n.Amount)
		}
		require.Equal(t, tree.Amount(), leaves, "%s", tree)
	}
	for _, doc := range docs {
		switch doc.Verb {
		case "receive", "invoice_in", "landed_cost", "ship", "sales_return":
			tree, err := c.Follow(t.Context(), doc.Ref)
			require.NoError(t, err, doc.Ref)
			var places money.Amount
			for _, p := range tree.ByPlace() {
				places = places.Add(p.Amount)
			}
			require.Equal(t, tree.Amount(), places, "%s", tree)
		}
	}
	breaks, err := c.Reconcile(t.Context())
	require.NoError(t, err)
	require.Empty(t, breaks)
}

package ledgermill_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/storage/memory"
)

func day(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func qty(s string) uom.Measure {
	m, err := uom.ParseMeasure(s)
	if err != nil {
		panic(err)
	}
	return m
}

func price(s string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(s)) }

func amount(s string) *money.Amount { a := money.MustParse(s); return &a }

// factory founds a company that makes shafts of steel.
func factory(t *testing.T) *ledgermill.Company {
	t.Helper()
	ctx := context.Background()
	c, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}})
	require.NoError(t, err)
	_, err = c.Do(ctx,
		ledgermill.DefineItem{ID: "item:STEEL", Date: day("2026-01-01"), Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"},
		ledgermill.DefineItem{ID: "item:SHAFT", Date: day("2026-01-01"), Code: "SHAFT", Kind: "finished", Method: "average"},
		ledgermill.DefineBOM{ID: "bom:SHAFT", Date: day("2026-01-01"), Item: "SHAFT", Lines: []ledgermill.BOMLine{{Item: "STEEL", Qty: qty("2.5")}}},
	)
	require.NoError(t, err)
	return c
}

func month() []ledgermill.Command {
	return []ledgermill.Command{
		ledgermill.Receive{ID: "GR-1", Date: day("2026-01-03"), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.20")}}},
		ledgermill.Receive{ID: "GR-2", Date: day("2026-01-05"), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.60")}}},
		ledgermill.WorkOrder{ID: "WO-1", Date: day("2026-01-06"), Item: "SHAFT", Qty: qty("48")},
		ledgermill.Release{ID: "RL-1", Date: day("2026-01-06"), Order: "WO-1"},
		ledgermill.Issue{ID: "MI-1", Date: day("2026-01-06"), Order: "WO-1"},
		ledgermill.Report{ID: "RP-1", Date: day("2026-01-07"), Order: "WO-1", Good: uom.FromInt(48), LaborCost: amount("96")},
		ledgermill.Inspect{ID: "QC-1", Date: day("2026-01-07"), Order: "WO-1", Pass: uom.FromInt(48)},
		ledgermill.Complete{ID: "CO-1", Date: day("2026-01-08"), Order: "WO-1", Qty: qty("48")},
		ledgermill.Ship{ID: "SH-1", Date: day("2026-01-09"), Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: qty("40")}}},
		ledgermill.InvoiceOut{ID: "SI-1", Date: day("2026-01-10"), Customer: "BUYER", Of: []string{"SH-1"}, TaxRate: decimal.RequireFromString("0.13"), Lines: []ledgermill.InvoiceLine{{Item: "SHAFT", Qty: qty("40"), Price: price("20")}}},
		ledgermill.InvoiceIn{ID: "PI-1", Date: day("2026-01-11"), Supplier: "ACME", Of: []string{"GR-1", "GR-2"}, TaxRate: decimal.RequireFromString("0.13")},
		ledgermill.Collect{ID: "RC-1", Date: day("2026-01-12"), Partner: "BUYER", Amount: money.MustParse("904")},
		ledgermill.Pay{ID: "PY-1", Date: day("2026-01-12"), Partner: "ACME", Amount: money.MustParse("900")},
		ledgermill.Count{ID: "CT-1", Date: day("2026-01-20"), Lines: []ledgermill.CountLine{{Item: "STEEL", Counted: qty("78")}}},
		ledgermill.SettleCount{ID: "SC-1", Date: day("2026-01-21"), Of: "CT-1"},
		ledgermill.CloseWorkOrder{ID: "CW-1", Date: day("2026-01-22"), Order: "WO-1"},
		ledgermill.Close{ID: "CL-1", Date: day("2026-01-31"), Period: day("2026-01-31").Period(), Profit: true},
	}
}

func TestAMonth(t *testing.T) {
	ctx := context.Background()
	c := factory(t)
	for _, command := range month() {
		before, err := c.Digest(ctx)
		require.NoError(t, err)
		preview, err := c.Preview(ctx, command)
		require.NoError(t, err, "%T", command)
		unchanged, err := c.Digest(ctx)
		require.NoError(t, err)
		require.Equal(t, before, unchanged, "a preview writes nothing")
		docs, err := c.Do(ctx, command)
		require.NoError(t, err, "%T", command)
		require.Equal(t, preview.Documents[0].Entries, docs[0].Entries)
		after, err := c.Digest(ctx)
		require.NoError(t, err)
		require.NotEqual(t, before, after)
		breaks, err := c.Reconcile(ctx)
		require.NoError(t, err)
		require.Empty(t, breaks, "%T", command)
		again, err := c.Do(ctx, command)
		require.NoError(t, err)
		require.True(t, again[0].Replayed)
		replayed, err := c.Digest(ctx)
		require.NoError(t, err)
		require.Equal(t, after, replayed, "a replay changes nothing")
	}
	steel, err := c.Stock(ctx, "STEEL", "", "", "")
	require.NoError(t, err)
	require.Equal(t, "78", steel.Qty.String())
	require.Equal(t, "358.80", steel.Value.String())
	shaft, err := c.Stock(ctx, "SHAFT", "", "", "")
	require.NoError(t, err)
	require.Equal(t, "101.33", shaft.Value.String(), "608.00 for 48, 40 shipped at 506.67")
	tb, err := c.TrialBalance(ctx, ledgermill.AsOf{})
	require.NoError(t, err)
	require.True(t, tb.Balanced())
	_, err = c.Do(ctx, ledgermill.Ship{ID: "SH-1", Date: day("2026-01-09"), Customer: "OTHER", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: qty("40")}}})
	require.Equal(t, refusal.Conflict, refusal.CodeOf(err))
	_, err = c.Do(ctx, ledgermill.Ship{ID: "SH-2", Date: day("2026-01-25"), Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: qty("1")}}})
	require.Equal(t, refusal.ClosedPeriod, refusal.CodeOf(err))
}

// Undone in the opposite order, a month leaves nothing behind.
func TestReversal(t *testing.T) {
	ctx := context.Background()
	c := factory(t)
	all := month()
	all = all[:len(all)-2] // neither the order's nor the period's close
	for _, command := range all {
		_, err := c.Do(ctx, command)
		require.NoError(t, err, "%T", command)
	}
	refs := []string{"SC-1", "CT-1", "PY-1", "RC-1", "PI-1", "SI-1", "SH-1", "CO-1", "QC-1", "RP-1", "MI-1", "RL-1", "GR-2", "GR-1"}
	_, err := c.Do(ctx, ledgermill.Reverse{ID: "R-no", Date: day("2026-01-21"), Of: "GR-1"})
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), "%v", err)
	for _, ref := range refs {
		_, err := c.Do(ctx, ledgermill.Reverse{ID: "R-" + ref, Date: day("2026-01-21"), Of: ref})
		require.NoError(t, err, ref)
		breaks, err := c.Reconcile(ctx)
		require.NoError(t, err)
		require.Empty(t, breaks, ref)
	}
	tb, err := c.TrialBalance(ctx, ledgermill.AsOf{})
	require.NoError(t, err)
	for _, row := range tb.Rows {
		require.True(t, row.Closing.IsZero(), row.Code)
	}
	for _, item := range []string{"STEEL", "SHAFT"} {
		v, err := c.Stock(ctx, item, "", "", "")
		require.NoError(t, err)
		require.True(t, v.Qty.IsZero() && v.Value.IsZero() && v.Reserved.IsZero(), item)
	}
}

// A bill that changed the value of goods is undone also where they went.
func TestABillIsUndoneAfterItsGoodsHaveGone(t *testing.T) {
	ctx := context.Background()
	c := factory(t)
	_, err := c.Do(ctx,
		ledgermill.Receive{ID: "GR-1", Date: day("2026-01-03"), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("10"), Price: price("10")}}},
		ledgermill.InvoiceIn{ID: "PI-1", Date: day("2026-01-04"), Supplier: "ACME", Of: []string{"GR-1"}, Lines: []ledgermill.InvoiceLine{{Item: "STEEL", Qty: qty("10"), Price: price("11")}}},
		ledgermill.Ship{ID: "SH-1", Date: day("2026-01-05"), Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: qty("5")}}},
	)
	require.NoError(t, err)
	cogs := func() string {
		b, err := c.Balance(ctx, "cogs", ledgermill.AsOf{})
		require.NoError(t, err)
		return b.String()
	}
	require.Equal(t, "55.00", cogs())
	_, err = c.Do(ctx, ledgermill.Reverse{ID: "R-1", Date: day("2026-01-06"), Of: "PI-1"})
	require.NoError(t, err)
	require.Equal(t, "50.00", cogs())
	breaks, err := c.Reconcile(ctx)
	require.NoError(t, err)
	require.Empty(t, breaks)
}

// A bill of materials is refused where it makes a structure too deep, whether it is put under one or on top of it.
func TestDepthOfBillsOfMaterials(t *testing.T) {
	ctx := context.Background()
	c := factory(t)
	d := day("2026-01-01")
	level := func(i int) string { return fmt.Sprint("L", i) }
	bom := func(item, of string) ledgermill.DefineBOM {
		return ledgermill.DefineBOM{ID: "bom:" + item, Date: d, Item: item, Lines: []ledgermill.BOMLine{{Item: of, Qty: qty("1")}}}
	}
	var all []ledgermill.Command
	for _, code := range []string{"TOP", "BOTTOM"} {
		all = append(all, ledgermill.DefineItem{ID: code, Date: d, Code: code})
	}
	for i := range mrp.MaxDepth + 1 {
		all = append(all, ledgermill.DefineItem{ID: level(i), Date: d, Code: level(i)})
	}
	for i := range mrp.MaxDepth {
		all = append(all, bom(level(i), level(i+1)))
	}
	_, err := c.Do(ctx, all...)
	require.NoError(t, err)
	refuse(t, c, refusal.LimitExceeded, bom("TOP", level(0)), "a new top")
	refuse(t, c, refusal.LimitExceeded, bom(level(mrp.MaxDepth), "BOTTOM"), "a new bottom")
	_, err = c.Do(ctx, bom("TOP", level(1)))
	require.NoError(t, err)
}

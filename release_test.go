package ledgermill_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

// joinery makes tables of a top (of pine, or else oak) and four legs.
func joinery(t *testing.T) (*lm.Company, func(...lm.Command)) {
	t.Helper()
	c := founded(t, "cas")
	do := func(commands ...lm.Command) {
		t.Helper()
		_, err := c.Do(context.Background(), commands...)
		require.NoError(t, err)
	}
	for _, code := range []string{"PINE", "OAK", "LEG"} {
		do(lm.DefineItem{ID: "i" + code, Date: d1, Code: code, Kind: "raw"})
	}
	do(lm.DefineItem{ID: "iT", Date: d1, Code: "TABLE", Kind: "finished", LeadTime: 2},
		lm.DefineBOM{ID: "bT", Date: d1, Item: "TABLE", Lines: []lm.BOMLine{{Item: "PINE", Qty: qty("1"), Alternates: []string{"OAK"}}, {Item: "LEG", Qty: qty("4")}}},
		lm.Receive{ID: "GR-1", Date: d1, Supplier: "V", Lines: bought("PINE", "6", "10")},
		lm.Receive{ID: "GR-2", Date: d1, Supplier: "V", Lines: bought("OAK", "20", "15")},
		lm.Receive{ID: "GR-3", Date: d1, Supplier: "V", Lines: bought("LEG", "34", "2")},
		lm.WorkOrder{ID: "WO-1", Date: d1, Item: "TABLE", Qty: qty("10"), Due: day("2026-01-20")})
	return c, do
}

func shortages(t *testing.T, c *lm.Company) string {
	t.Helper()
	short, err := c.Shortages(context.Background(), "WO-1", "")
	require.NoError(t, err)
	return fmt.Sprint(short)
}

// What is short is named with its quantity and day, the part that can be made is released, oak stands in for pine, and the rest is asked for once.
func TestReleaseOfABuildablePart(t *testing.T) {
	ctx := context.Background()
	c, do := joinery(t)
	require.Equal(t, "[{2 LEG 40 6 2026-01-18}]", shortages(t, c))
	_, err := c.Do(ctx, lm.Release{ID: "RL-0", Date: d1, Order: "WO-1"})
	requireRefused(t, err, refusal.InsufficientStock, "legs")
	require.ErrorContains(t, err, "on 2026-01-18")
	_, err = c.Do(ctx, lm.Release{ID: "RL-0", Date: d1, Order: "WO-1", Policy: "none"})
	requireRefused(t, err, refusal.InvalidState, "no such policy")

	do(lm.Supply{ID: "PR-1", Date: d1, Item: "LEG", Qty: qty("5"), Due: day("2026-01-15")})
	do(lm.Release{ID: "RL-1", Date: d1, Order: "WO-1", Policy: mrp.BuildablePart})
	o, err := c.Order(ctx, "WO-1")
	require.NoError(t, err)
	require.Len(t, o.Materials, 3)
	require.Equal(t, "2 OAK for line 1", fmt.Sprintf("%s %s for line %d", o.Materials[2].Required, o.Materials[2].Item, o.Materials[2].Stands))
	require.Equal(t, "[{2 LEG 40 6 2026-01-18}]", shortages(t, c))

	do(lm.Receive{ID: "GR-4", Date: day("2026-01-10"), Supplier: "V", For: []string{"PR-1", "RL-1"}, Lines: bought("LEG", "8", "2")})
	do(lm.Issue{ID: "MI-1", Date: day("2026-01-18"), Order: "WO-1", Lines: []lm.StockLine{{Item: "PINE", Qty: qty("6")}, {Item: "OAK", Qty: qty("2")}, {Item: "LEG", Qty: qty("32")}}},
		lm.Complete{ID: "CO-1", Date: day("2026-01-20"), Order: "WO-1", Qty: qty("8")})
	_, err = c.Do(ctx, lm.Reverse{ID: "X-0", Of: "RL-1"})
	requireRefused(t, err, refusal.InvalidState, "its requisition was fulfilled")
	breaks, err := c.Reconcile(ctx)
	require.NoError(t, err)
	require.Empty(t, breaks)
}

// A release undone gives the component its need back, and its requisition goes.
func TestReleaseUndone(t *testing.T) {
	ctx := context.Background()
	c, do := joinery(t)
	do(lm.Release{ID: "RL-1", Date: d1, Order: "WO-1", Policy: mrp.BuildablePart}, lm.Reverse{ID: "X-1", Of: "RL-1"})
	o, err := c.Order(ctx, "WO-1")
	require.NoError(t, err)
	require.Equal(t, "planned: 10 of PINE, 0 of OAK", fmt.Sprintf("%s: %s of %s, %s of %s", o.Status, o.Materials[0].Required, o.Materials[0].Item, o.Materials[2].Required, o.Materials[2].Item))
	s, err := c.Stock(ctx, "OAK", "", "", "")
	require.NoError(t, err)
	require.Equal(t, "20", s.Available.String())
	do(lm.Release{ID: "RL-2", Date: d1, Order: "WO-1", Partial: true})
	o, err = c.Order(ctx, "WO-1")
	require.NoError(t, err)
	require.Len(t, o.Materials, 3)
	require.Equal(t, "4", o.Materials[2].Required.String())
}

func TestWhereUsedAndBuildable(t *testing.T) {
	ctx := context.Background()
	c, _ := joinery(t)
	uses, err := c.WhereUsed(ctx, "LEG", day("2026-01-05"))
	require.NoError(t, err)
	require.Equal(t, []mrp.Use{{Item: "TABLE", Level: 1, Qty: uom.FromInt(4)}}, uses)
	n, short, err := c.Buildable(ctx, "TABLE", "", uom.FromInt(100), day("2026-01-05"))
	require.NoError(t, err)
	require.Equal(t, "8 [{0 LEG 36 2 2026-01-05}]", fmt.Sprint(n, " ", short))
	_, _, err = c.Buildable(ctx, "LEG", "", uom.FromInt(100), day("2026-01-05"))
	requireRefused(t, err, refusal.NotFound, "nobody says what a leg is made of")
	_, err = c.WhereUsed(ctx, "NONE", 0)
	requireRefused(t, err, refusal.UnknownItem, "no such item")
}

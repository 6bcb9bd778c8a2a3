package ledgermill_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

// An order's whole way: planned, firmed, received, made, shipped; and then there is nothing left to plan.
func TestFromDemandToDocuments(t *testing.T) {
	ctx := context.Background()
	c := founded(t, "cas")
	do := func(commands ...lm.Command) {
		t.Helper()
		_, err := c.Do(ctx, commands...)
		require.NoError(t, err)
	}
	at := func(d int) lm.Command { // a plan of that day
		return lm.MakePlan{ID: "plan:" + day("2026-01-01").AddDays(d).String(), Date: day("2026-01-01").AddDays(d)}
	}
	do(lm.DefineItem{ID: "i1", Date: d1, Code: "RAW", Kind: "raw", LeadTime: 3, SafetyStock: pcs("5")},
		lm.DefineItem{ID: "i2", Date: d1, Code: "MADE", Kind: "finished", LeadTime: 2},
		lm.DefineBOM{ID: "b1", Date: d1, Item: "MADE", Lines: []lm.BOMLine{{Item: "RAW", Qty: qty("2")}}},
		lm.Demand{ID: "SO-1", Date: d1, Item: "MADE", Qty: qty("10"), Due: day("2026-01-25")}, at(4))
	alarms, err := c.Alarms(ctx)
	require.NoError(t, err)
	require.Len(t, alarms, 1)
	require.Equal(t, pcs("5"), alarms[0].Short)
	require.NotEmpty(t, alarms[0].Planned)

	done, err := c.FirmPlan(ctx, "", day("2026-01-05"))
	require.NoError(t, err)
	again, err := c.FirmPlan(ctx, "", day("2026-01-05"))
	require.NoError(t, err)
	require.Len(t, again, len(done))
	var order string
	var requisitions []string
	for i, d := range done {
		require.True(t, again[i].Replayed)
		if d.Verb == "work_order" {
			order = d.Ref
		} else {
			requisitions = append(requisitions, d.Ref)
		}
	}
	require.NotEmpty(t, order)
	require.NotEmpty(t, requisitions)
	do(at(5))
	require.Empty(t, plan(t, c).Orders, "all is on order")

	do(lm.Receive{ID: "GR-1", Date: day("2026-01-06"), Supplier: "V", For: requisitions, Lines: bought("RAW", "25", "2")}, at(6))
	require.Empty(t, plan(t, c).Orders, "what came is here, and no longer expected")
	do(lm.Release{ID: "RL-1", Date: day("2026-01-08"), Order: order}, lm.Issue{ID: "MI-1", Date: day("2026-01-08"), Order: order},
		lm.Complete{ID: "CO-1", Date: day("2026-01-09"), Order: order, Qty: qty("10")}, at(9))
	require.Empty(t, plan(t, c).Orders)
	do(lm.Ship{ID: "SH-1", Date: day("2026-01-10"), Customer: "C", For: []string{"SO-1"}, Lines: some("MADE", "4")}, at(10))
	require.Empty(t, plan(t, c).Orders, "four have gone, six are left for six")
	do(lm.Ship{ID: "SH-2", Date: day("2026-01-10"), Customer: "C", For: []string{"SO-1"}, Lines: some("MADE", "6")}, at(11))
	require.Empty(t, plan(t, c).Orders, "nobody waits any more")
	do(lm.Reverse{ID: "X-1", Of: "SH-2"}, lm.Scrap{ID: "SP-1", Date: day("2026-01-12"), Lines: some("MADE", "6")}, at(12))
	require.NotEmpty(t, plan(t, c).Orders, "who got nothing waits again")
	alarms, err = c.Alarms(ctx)
	require.NoError(t, err)
	require.Empty(t, alarms)
	_, err = c.Do(ctx, lm.Ship{ID: "SH-3", Date: day("2026-01-12"), Customer: "C", For: []string{"SO-9"}, Lines: some("RAW", "1")})
	requireRefused(t, err, refusal.NotFound, "no such demand")
	breaks, err := c.Reconcile(ctx)
	require.NoError(t, err)
	require.Empty(t, breaks)
}

func plan(t *testing.T, c *lm.Company) mrp.Plan {
	t.Helper()
	p, err := c.Plan(context.Background(), "")
	require.NoError(t, err)
	return p
}

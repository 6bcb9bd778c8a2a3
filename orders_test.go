package ledgermill_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
)

// What a month says of its one work order, its stock and the capital in it.
func TestOrderReads(t *testing.T) {
	ctx := context.Background()
	c := factory(t)
	for _, command := range month()[:8] { // up to the completion
		_, err := c.Do(ctx, command)
		require.NoError(t, err)
	}
	o, err := c.Order(ctx, "WO-1")
	require.NoError(t, err)
	require.Equal(t, mrp.Completed, o.Status)
	require.Equal(t, "100", o.Percent.String())
	require.Equal(t, "120 of 120 STEEL", fmt.Sprintf("%s of %s %s", o.Materials[0].Issued, o.Materials[0].Required, o.Materials[0].Item))
	require.Equal(t, []mrp.OperationProgress{{Good: qty("48").Qty}}, o.Operations)
	require.Equal(t, "512.00 + 96.00", o.Cost.Charged.Material.String()+" + "+o.Cost.Charged.Labor.String())
	require.True(t, o.Cost.Open.Total().IsZero())

	all, err := c.Orders(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, o.OrderState, all[0])
	open, err := c.Orders(ctx, mrp.Planned, mrp.Released, mrp.Started)
	require.NoError(t, err)
	require.Empty(t, open)
	_, err = c.Order(ctx, "WO-2")
	require.ErrorContains(t, err, "not_found")

	for _, command := range month()[8:] {
		_, err := c.Do(ctx, command)
		require.NoError(t, err)
	}
	turned, err := c.StockTurnover(ctx, day("2026-01-04"), day("2026-01-31"))
	require.NoError(t, err)
	var lines []string
	for _, r := range append(turned, posting.Together(turned)) {
		lines = append(lines, fmt.Sprintf("%s: %s + %s - %s = %s, %s times, %s days", r.Item, r.Opening, r.In, r.Out, r.Closing, r.Times(), r.Days(28)))
	}
	require.Equal(t, []string{
		"SHAFT: 0.00 + 608.00 - 506.67 = 101.33, 10 times, 2.8 days",
		"STEEL: 420.00 + 460.00 - 521.20 = 358.80, 1.34 times, 20.92 days",
		": 420.00 + 1068.00 - 1027.87 = 460.13, 2.34 times, 11.99 days",
	}, lines)
	held, err := c.TiedUp(ctx, ledgermill.AsOf{Day: day("2026-01-08")})
	require.NoError(t, err)
	require.Equal(t, posting.TiedUp{Stock: money.MustParse("976"), NotInvoiced: money.MustParse("-880")}, held)
	held, err = c.TiedUp(ctx, ledgermill.AsOf{})
	require.NoError(t, err)
	require.Equal(t, "460.13", held.Inventory().String())
	require.Equal(t, "365.73", held.Net().String(), "less 94.40 owed to the supplier")
}

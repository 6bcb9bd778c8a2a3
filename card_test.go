package ledgermill_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// An item's card ends at its stock and at its account, also when a price comes late.
func TestStockCard(t *testing.T) {
	ctx := context.Background()
	c := founded(t, "cas")
	_, err := c.Do(ctx, lm.DefineItem{ID: "i", Date: d1, Code: "A"},
		lm.Receive{ID: "R-1", Date: day("2026-01-05"), Supplier: "S", Lines: bought("A", "10", "20")},
		lm.Ship{ID: "S-1", Date: day("2026-01-20"), Customer: "C", Lines: some("A", "4")},
		lm.Receive{ID: "R-2", Date: day("2026-02-03"), Supplier: "S", Lines: bought("A", "5", "30")},
		lm.InvoiceIn{ID: "PI", Date: day("2026-02-10"), Supplier: "S", Of: []string{"R-1"}, Lines: []lm.InvoiceLine{{Item: "A", Qty: qty("10"), Price: bought("A", "1", "22")[0].Price}}},
		lm.Ship{ID: "S-2", Date: day("2026-02-20"), Customer: "C", Lines: some("A", "8")},
		lm.Ship{ID: "S-3", Date: day("2026-03-01"), Customer: "C", Lines: some("A", "1")})
	require.NoError(t, err)
	rows, err := c.StockCard(ctx, "A", lm.Span{To: day("2026-02-28")})
	require.NoError(t, err)
	var text []string
	for _, r := range rows {
		text = append(text, fmt.Sprintf("%s %s: %s for %s, then %s for %s", r.Date, r.Ref, r.Qty, r.Value, r.QtyAfter, r.After))
	}
	require.Equal(t, []string{
		"2026-02-01 : 0 for 0.00, then 6 for 120.00",
		"2026-02-03 R-2: 5 for 150.00, then 11 for 270.00",
		"2026-02-10 PI: 0 for 20.00, then 11 for 290.00",
		"2026-02-10 PI: 0 for -8.00, then 11 for 282.00",
		"2026-02-20 S-2: -8 for -192.00, then 3 for 90.00",
	}, text)
	books, err := c.Balance(ctx, "stock_goods", lm.AsOf{Day: day("2026-02-28")})
	require.NoError(t, err)
	require.Equal(t, books, rows[len(rows)-1].After)
	_, err = c.StockCard(ctx, "NONE", lm.Span{To: day("2026-02-28")})
	requireRefused(t, err, refusal.UnknownItem, "no such item")
}

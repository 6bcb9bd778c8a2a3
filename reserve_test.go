package ledgermill_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// However many writers reserve, confirm and cancel at a time, also from two processes on one store, no more is confirmed than there was.
func TestConfirmedNeverExceedsStock(t *testing.T) {
	ctx := context.Background()
	store := memory.New()
	day := calendar.NewDate(2026, 1, 2)
	one, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: day}})
	require.NoError(t, err)
	_, err = one.Do(ctx, ledgermill.DefineItem{ID: "item", Date: day, Code: "P"},
		ledgermill.Opening{ID: "opening", Date: day, Stock: []ledgermill.OpeningStock{{Item: "P", Qty: qty("50"), Value: money.MustParse("500")}}})
	require.NoError(t, err)
	two, err := ledgermill.Open(ctx, store, nil)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			c := []*ledgermill.Company{one, two}[w%2]
			for n := range 12 {
				ref := fmt.Sprintf("R%d-%d", w, n)
				lines := []ledgermill.StockLine{{Item: "P", Qty: qty("1")}}
				if _, err := c.Do(ctx, ledgermill.Reserve{ID: ref, Date: day, Lines: lines}); err != nil {
					continue
				}
				if n%3 == 0 {
					_, _ = c.Do(ctx, ledgermill.Cancel{ID: ref + "/cancel", Date: day, Of: ref})
				} else {
					_, _ = c.Do(ctx, ledgermill.Confirm{ID: ref + "/confirm", Date: day, Of: ref, As: "ship", Customer: "C"})
				}
			}
		})
	}
	wg.Wait()
	v, err := one.Stock(ctx, "P", "", "", "")
	require.NoError(t, err)
	require.True(t, v.Qty.Sign() >= 0 && v.Available.Sign() >= 0 && v.Reserved.Cmp(v.Qty) <= 0, "%+v", v)
	breaks, err := one.Reconcile(ctx)
	require.NoError(t, err)
	require.Empty(t, breaks)
}

package ledgermill_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// A settlement of a count that is reversed on its own day leaves the books as if it never was, whatever changed the count before, between and after.
func TestASettlementUndoneNeverWas(t *testing.T) {
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 31))
		chart := []string{"cas", "cas_small"}[seed%2]
		to := []string{"", "scrap_loss", "admin_expense"}[rnd.IntN(3)]
		var plain, settled books
		plain.open(t, chart)
		settled.open(t, chart)
		n := 0
		changes := func(times int) {
			for range times {
				n++
				c := lateDocument(rnd, fmt.Sprintf("D-%d", n))
				require.Equal(t, plain.do(t, c), settled.do(t, c), "seed %d: %T", seed, c)
			}
		}
		changes(8)
		for _, ref := range []string{"K-1", "K-2"} {
			count := ledgermill.Count{ID: ref, Date: day("2026-01-10"), Lines: []ledgermill.CountLine{{Item: "average", Counted: aFew(rnd, 8), Cost: price("3")}, {Item: "fifo", Counted: aFew(rnd, 8), Cost: price("3")}, {Item: "standard", Counted: aFew(rnd, 8)}}}
			require.Equal(t, plain.do(t, count), settled.do(t, count), "seed %d", seed)
			changes(3)
			settled.do(t, ledgermill.SettleCount{ID: "S-" + ref, Date: day("2026-01-12"), Of: ref, To: to})
			changes(6)
		}
		for _, ref := range []string{"K-2", "K-1"} {
			settled.do(t, ledgermill.Reverse{ID: "X-" + ref, Of: "S-" + ref})
		}
		changes(4)
		require.Equal(t, plain.balances(t), settled.balances(t), "seed %d", seed)
	}
}

// books is a company with an item of each of some methods.
type books struct{ *ledgermill.Company }

func (b *books) open(t *testing.T, chart string) {
	c, err := ledgermill.Open(t.Context(), memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01"), Chart: chart}})
	require.NoError(t, err)
	b.Company = c
	for _, method := range []string{"average", "fifo", "standard"} {
		_, err := c.Do(t.Context(), ledgermill.DefineItem{ID: "item:" + method, Date: day("2026-01-01"), Code: method, Method: method, StandardCost: decimal.RequireFromString("4")})
		require.NoError(t, err)
	}
}

// do says whether a command was refused, and why.
func (b *books) do(t *testing.T, c ledgermill.Command) string {
	if _, err := b.Do(t.Context(), c); err != nil {
		return err.Error()
	}
	return ""
}

func (b *books) balances(t *testing.T) map[string]string {
	breaks, err := b.Reconcile(t.Context())
	require.NoError(t, err)
	require.Empty(t, breaks)
	tb, err := b.TrialBalance(t.Context(), ledgermill.AsOf{Day: day("2026-01-31")})
	require.NoError(t, err)
	out := map[string]string{}
	for _, r := range tb.Rows {
		if !r.Closing.IsZero() {
			out[r.Code] = r.Closing.String()
		}
	}
	return out
}

func aFew(rnd *rand.Rand, most int) uom.Measure { return qty(fmt.Sprint(1 + rnd.IntN(most))) }

// lateDocument is a document of some day before the counts or after them.
func lateDocument(rnd *rand.Rand, ref string) ledgermill.Command {
	on := calendar.NewDate(2026, 1, 2+rnd.IntN(18))
	item := []string{"average", "fifo", "standard"}[rnd.IntN(3)]
	line := []ledgermill.StockLine{{Item: item, Qty: aFew(rnd, 3)}}
	switch rnd.IntN(6) {
	case 0:
		return ledgermill.Ship{ID: ref, Date: on, Customer: "C", Lines: line}
	case 1:
		return ledgermill.Scrap{ID: ref, Date: on, Lines: line}
	case 2:
		return ledgermill.InvoiceIn{ID: ref, Date: on, Supplier: "V", Of: []string{fmt.Sprintf("D-%d", 1+rnd.IntN(20))}, Lines: []ledgermill.InvoiceLine{{Item: item, Qty: aFew(rnd, 3), Price: price(fmt.Sprint(1 + rnd.IntN(9)))}}}
	case 3:
		return ledgermill.Reverse{ID: ref, Of: fmt.Sprintf("D-%d", 1+rnd.IntN(20))}
	}
	return ledgermill.Receive{ID: ref, Date: on, Supplier: "V", Lines: []ledgermill.ReceiveLine{{Item: item, Qty: aFew(rnd, 9), Price: price(fmt.Sprint(1 + rnd.IntN(9)))}}}
}

package posting_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// Shares and what stays add up to the pool, no order bears more than its part by a coin, and a pool of the other sign is shared alike.
func TestAllocateKeepsThePool(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	cur := money.Currency{Code: "CNY", Decimals: 2}
	for range 2000 {
		pool := money.FromUnits(100 * (1 + rnd.Int64N(1_000_000)))
		weights, sum := posting.Weights{}, decimal.Zero
		for i := range 1 + rnd.IntN(8) {
			w := decimal.New(1+rnd.Int64N(10_000), -int32(rnd.IntN(7)))
			weights[fmt.Sprintf("W%d", i)], sum = w, sum.Add(w)
		}
		capacity := decimal.Zero
		if rnd.IntN(2) == 0 {
			capacity = decimal.New(1+rnd.Int64N(60_000), -1)
		}
		shares, err := posting.Allocate(cur, pool, weights, capacity)
		require.NoError(t, err)
		negative, err := posting.Allocate(cur, pool.Neg(), weights, capacity)
		require.NoError(t, err)
		whole := decimal.Max(sum, capacity)
		for i, s := range shares {
			exact := pool.Decimal().Mul(weights[s.Order]).Div(whole)
			require.True(t, s.Amount.Decimal().Sub(exact).Abs().LessThan(decimal.New(1, -2)), "%s of %s", s.Amount, exact)
			require.Equal(t, s.Amount.Neg(), negative[i].Amount)
		}
		if borne := posting.Allocated(shares); capacity.LessThanOrEqual(sum) {
			require.Equal(t, pool, borne)
		} else {
			require.False(t, pool.Less(borne))
		}
	}
}

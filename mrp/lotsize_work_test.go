package mrp

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
)

// The search for the least cost compares no more than four times a need, however many there are and whether few or many orders are best: every line enters and
// leaves the hull once.
func TestWagnerWhitinIsLinear(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for name, rule := range map[string]LotRule{
		"many orders": {OrderCost: decimal.NewFromInt(1), HoldingCost: decimal.NewFromInt(5)},
		"few orders":  {OrderCost: decimal.NewFromInt(1_000_000), HoldingCost: decimal.New(1, -1)},
		"some":        {OrderCost: decimal.NewFromInt(500), HoldingCost: decimal.NewFromInt(1)},
	} {
		for _, size := range []int{1, 10, 100, 1000, 3000} {
			needs := make([]Bucketed, size)
			for i := range needs {
				needs[i] = Bucketed{i, uom.FromInt(1 + rnd.Int64N(100))}
			}
			next, looks := rule.optimal(needs)
			require.Len(t, next, size)
			require.LessOrEqual(t, looks, 4*size, "%s of %d needs", name, size)
		}
	}
}

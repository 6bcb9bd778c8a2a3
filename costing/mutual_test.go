package costing_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
)

// The power station gives a tenth of its work to the repair shop, the repair shop a fifth of its work to the power station: x = 9,800 + y/5, y = 4,900 + x/10.
func ExampleMutual() {
	total, _ := costing.Mutual(
		[]*big.Rat{big.NewRat(9800, 1), big.NewRat(4900, 1)},
		[][]*big.Rat{{nil, big.NewRat(1, 5)}, {big.NewRat(1, 10), nil}},
	)
	fmt.Println(total[0].FloatString(2), total[1].FloatString(2))
	// Output: 11000.00 6000.00
}

// What is solved is what going round comes to: sums from below come as close as one likes, and never above.
func TestMutualIsWhereGoingRoundEnds(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		own, share := network(r, 1+r.IntN(5), false)
		total, ok := costing.Mutual(own, share)
		require.True(t, ok, "seed %d", seed)
		near := make([]*big.Rat, len(own))
		for i := range near {
			near[i] = new(big.Rat)
			require.Zero(t, total[i].Cmp(once(own, share, total)[i]), "seed %d: the totals answer to the equations exactly", seed)
		}
		for range 60 {
			near = once(own, share, near)
			for i, v := range near {
				f, _ := v.Float64() // denominators would grow without end
				near[i] = new(big.Rat).SetFloat64(f)
			}
		}
		for i := range near {
			gap := new(big.Rat).Sub(total[i], near[i])
			require.Negative(t, gap.Abs(gap).Cmp(big.NewRat(1, 100)), "seed %d: %s is not %s", seed, near[i].FloatString(4), total[i].FloatString(4))
		}
	}
}

// Where all that a circle of pools has goes round in it there is no answer.
func TestMutualWithoutAWayOut(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		own, share := network(r, 1+r.IntN(5), true)
		_, ok := costing.Mutual(own, share)
		require.False(t, ok, "seed %d", seed)
	}
}

// network makes up pools; each gives at most three quarters of itself away, or, if it is closed, all of itself to the others.
func network(r *rand.Rand, n int, closed bool) (own []*big.Rat, share [][]*big.Rat) {
	share = make([][]*big.Rat, n)
	for i := range n {
		own, share[i] = append(own, big.NewRat(r.Int64N(100000), 100)), make([]*big.Rat, n)
	}
	for j := range n {
		weights, sum := make([]int64, n), int64(0)
		for i := range n {
			weights[i] = r.Int64N(5)
			if closed && i == (j+1)%n {
				weights[i]++ // so that all of them are of one circle
			}
			sum += weights[i]
		}
		whole := sum
		if !closed {
			whole = max(1, (4*sum+2)/3)
		}
		for i := range n {
			if weights[i] > 0 {
				share[i][j] = big.NewRat(weights[i], whole)
			}
		}
	}
	return own, share
}

func once(own []*big.Rat, share [][]*big.Rat, total []*big.Rat) []*big.Rat {
	out := make([]*big.Rat, len(own))
	for i := range own {
		out[i] = new(big.Rat).Set(own[i])
		for j, s := range share[i] {
			if s != nil {
				out[i].Add(out[i], new(big.Rat).Mul(s, total[j]))
			}
		}
	}
	return out
}

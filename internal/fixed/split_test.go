package fixed_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/internal/fixed"
)

func TestSplit(t *testing.T) {
	cases := map[string]struct {
		total   int64
		weights []int64
		step    int64
		want    []int64
	}{
		"nobody":                      {5, nil, 1, []int64{}},
		"one":                         {5, []int64{7}, 1, []int64{5}},
		"ties to the first":           {10, []int64{1, 1, 1}, 1, []int64{4, 3, 3}},
		"largest remainder":           {10, []int64{1, 2, 4}, 1, []int64{1, 3, 6}},
		"negative mirrors":            {-10, []int64{1, 1, 1}, 1, []int64{-4, -3, -3}},
		"zero weight gets nothing":    {10, []int64{0, 1, 0, 1, 1}, 1, []int64{0, 4, 0, 3, 3}},
		"all zero":                    {10, []int64{0, 0}, 1, []int64{10, 0}},
		"coins":                       {1000, []int64{1, 1, 1}, 100, []int64{400, 300, 300}},
		"finer than the coin":         {1042, []int64{1, 2, 2}, 100, []int64{200, 442, 400}},
		"less than a coin":            {42, []int64{0, 1, 3, 3}, 100, []int64{0, 0, 42, 0}},
		"step zero is one":            {10, []int64{1, 1}, 0, []int64{5, 5}},
		"wide sum":                    {3, []int64{most, most, most}, 1, []int64{1, 1, 1}},
		"wide sum, wide total":        {most, []int64{most, most, most, 0}, 1, []int64{3074457345618258603, 3074457345618258602, 3074457345618258602, 0}},
		"negative weight":             {10, []int64{1, -1}, 1, []int64{fixed.Overflow, fixed.Overflow}},
		"overflow among the weights":  {10, []int64{1, fixed.Overflow}, 1, []int64{fixed.Overflow, fixed.Overflow}},
		"overflow total":              {fixed.Overflow, []int64{1, 1}, 1, []int64{fixed.Overflow, fixed.Overflow}},
		"overflow total, all at zero": {fixed.Overflow, []int64{0, 0}, 1, []int64{fixed.Overflow, fixed.Overflow}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, fixed.Split(c.total, c.weights, c.step)) })
	}
}

func TestSplitAgainstBig(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	wide := 0
	for range 30_000 {
		weights := make([]int64, 1+rnd.IntN(12))
		sum := new(big.Int)
		spread := []int{1, 4, 63}[rnd.IntN(3)] // huge ones together, or of every size
		for i := range weights {
			if rnd.IntN(4) > 0 {
				weights[i] = int64(rnd.Uint64() >> (1 + rnd.IntN(spread)))
			}
			sum.Add(sum, big.NewInt(weights[i]))
		}
		if sum.BitLen() > 64 {
			wide++
		}
		step := fixed.Pow10(rnd.IntN(5))
		total := int64(rnd.Uint64()>>(1+rnd.IntN(63))) / step * step
		checkSplit(t, total, weights, step, sum)
	}
	require.Greater(t, wide, 1000, "the generator must reach sums beyond 64 bits")
}

// checkSplit states largest remainder without computing it the same way: the
// sum is right, nobody is a whole step away from the exact share, and no one
// with a smaller remainder was rounded up before one with a larger.
func checkSplit(t *testing.T, total int64, weights []int64, step int64, sum *big.Int) {
	t.Helper()
	shares := fixed.Split(total, weights, step)
	mirror := fixed.Split(-total, weights, step)
	var left int64 = total
	for i, share := range shares {
		left -= share
		require.Equal(t, -share, mirror[i])
		require.Zero(t, share%step)
	}
	require.Zero(t, left, "shares of %d over %v sum to the total", total, weights)
	if sum.Sign() == 0 {
		require.Equal(t, total, shares[0])
		return
	}
	var lowestUp, highestDown *big.Int
	for i, w := range weights {
		exact := new(big.Int).Mul(big.NewInt(total/step), big.NewInt(w))
		q, rem := exact.QuoRem(exact, sum, new(big.Int))
		switch shares[i]/step - q.Int64() {
		case 0:
			if highestDown == nil || rem.Cmp(highestDown) > 0 {
				highestDown = rem
			}
		case 1:
			// Ties go to the first, so an earlier one left down must be smaller.
			require.False(t, highestDown != nil && rem.Cmp(highestDown) <= 0, "tie to a later one: %d over %v", total, weights)
			if lowestUp == nil || rem.Cmp(lowestUp) < 0 {
				lowestUp = rem
			}
		default:
			t.Fatalf("share %d of %d over %v is a step away", i, total, weights)
		}
	}
	if lowestUp != nil && highestDown != nil {
		require.GreaterOrEqual(t, lowestUp.Cmp(highestDown), 0)
	}
}

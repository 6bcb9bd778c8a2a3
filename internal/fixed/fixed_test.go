package fixed_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/internal/fixed"
)

const most = math.MaxInt64

func Example() {
	third := fixed.MulDiv(100_00, 1, 3, fixed.HalfUp)
	fmt.Println(fixed.Format(third, 2, 2))
	fmt.Println(fixed.Split(100_00, []int64{1, 1, 1}, 1))
	fmt.Println(fixed.Add(math.MaxInt64, 1) == fixed.Overflow)
	// Output:
	// 33.33
	// [3334 3333 3333]
	// true
}

func TestAddSubNegKeepTheMark(t *testing.T) {
	cases := []struct{ a, b, sum, difference int64 }{
		{1, 2, 3, -1},
		{most, 1, fixed.Overflow, most - 1},
		{-most, -1, fixed.Overflow, -most + 1},
		{-most, 1, -most + 1, fixed.Overflow},
		{most, -most, 0, fixed.Overflow},
		{0, fixed.Overflow, fixed.Overflow, fixed.Overflow},
		{fixed.Overflow, 0, fixed.Overflow, fixed.Overflow},
		{fixed.Overflow, most, fixed.Overflow, fixed.Overflow},
		{fixed.Overflow, fixed.Overflow, fixed.Overflow, fixed.Overflow},
	}
	for _, c := range cases {
		require.Equal(t, c.sum, fixed.Add(c.a, c.b), "%d + %d", c.a, c.b)
		require.Equal(t, c.difference, fixed.Sub(c.a, c.b), "%d - %d", c.a, c.b)
	}
	for _, f := range []func(int64) int64{fixed.Neg, fixed.Abs} {
		require.EqualValues(t, fixed.Overflow, f(fixed.Overflow))
		require.EqualValues(t, 0, f(0))
	}
	require.EqualValues(t, -5, fixed.Neg(5))
	require.EqualValues(t, 5, fixed.Abs(-5))
	require.EqualValues(t, fixed.Overflow, fixed.Max(fixed.Overflow, 1))
	require.EqualValues(t, fixed.Overflow, fixed.Min(1, fixed.Overflow))
	require.EqualValues(t, 2, fixed.Max(1, 2))
}

func TestMulDivRounds(t *testing.T) {
	cases := []struct {
		a, c                 int64
		halfUp, even, dn, up int64
	}{
		{5, 2, 3, 2, 2, 3},
		{7, 2, 4, 4, 3, 4},
		{-5, 2, -3, -2, -2, -3},
		{5, -2, -3, -2, -2, -3},
		{4, 3, 1, 1, 1, 2},
		{5, 3, 2, 2, 1, 2},
		{-4, 3, -1, -1, -1, -2},
		{6, 3, 2, 2, 2, 2},
		{0, 3, 0, 0, 0, 0},
		{1, most, 0, 0, 0, 1},
	}
	for _, c := range cases {
		require.Equal(t, c.halfUp, fixed.MulDiv(c.a, 1, c.c, fixed.HalfUp), "half up %v", c)
		require.Equal(t, c.even, fixed.MulDiv(c.a, 1, c.c, fixed.HalfEven), "half even %v", c)
		require.Equal(t, c.dn, fixed.MulDiv(c.a, 1, c.c, fixed.Down), "down %v", c)
		require.Equal(t, c.up, fixed.MulDiv(c.a, 1, c.c, fixed.Up), "up %v", c)
	}
}

func TestMulDivOverflow(t *testing.T) {
	for _, c := range [][3]int64{
		{1, 1, 0},
		{most, 2, 1},
		{most, most, 1},
		{most, most, most - 1}, // the quotient fits in 64 bits, the rounded value does not
		{most, 3, 2},
		{fixed.Overflow, 0, 1},
		{0, fixed.Overflow, 1},
		{0, 1, fixed.Overflow},
	} {
		for r := fixed.HalfUp; r <= fixed.Up; r++ {
			require.EqualValues(t, fixed.Overflow, fixed.MulDiv(c[0], c[1], c[2], r), "%v", c)
		}
	}
	require.EqualValues(t, -most, fixed.MulDiv(-most, most, most, fixed.Up))
	n, exact := fixed.MulDivExact(7, 1, 2)
	require.False(t, exact)
	require.EqualValues(t, 3, n)
	n, exact = fixed.MulDivExact(8, 1, 2)
	require.True(t, exact)
	require.EqualValues(t, 4, n)
}

// bigMulDiv is the plain statement of what MulDivStep means.
func bigMulDiv(a, b, c, step int64, r fixed.Rounding) int64 {
	if a == fixed.Overflow || b == fixed.Overflow || c == fixed.Overflow || c == 0 {
		return fixed.Overflow
	}
	top := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	low := new(big.Int).Mul(big.NewInt(c), big.NewInt(step))
	negative := top.Sign()*low.Sign() < 0
	q, rem := new(big.Int).QuoRem(top.Abs(top), low.Abs(low), new(big.Int))
	twice := rem.Cmp(new(big.Int).Sub(low, rem))
	switch {
	case rem.Sign() == 0 || r == fixed.Down:
	case r == fixed.Up, twice > 0, twice == 0 && (r == fixed.HalfUp || q.Bit(0) == 1):
		q.Add(q, big.NewInt(1))
	}
	q.Mul(q, big.NewInt(step))
	if negative {
		q.Neg(q)
	}
	if !q.IsInt64() {
		return fixed.Overflow
	}
	return q.Int64()
}

// anyInt gives integers of every size, so that small and huge ones meet.
func anyInt(rnd *rand.Rand) int64 {
	n := int64(rnd.Uint64() >> rnd.IntN(64))
	if rnd.IntN(50) == 0 {
		return fixed.Overflow
	}
	return n
}

func TestMulDivAgainstBig(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	overflows := 0
	for range 300_000 {
		a, b, c := anyInt(rnd), anyInt(rnd), anyInt(rnd)
		r := fixed.Rounding(rnd.IntN(4))
		step := fixed.Pow10(rnd.IntN(5))
		want := bigMulDiv(a, b, c, 1, r)
		if want == fixed.Overflow {
			overflows++
		}
		require.Equal(t, bigMulDiv(a, b, 1, 1, r), fixed.Mul(a, b), "%d*%d", a, b)
		require.Equal(t, want, fixed.MulDiv(a, b, c, r), "%d*%d/%d by %d", a, b, c, r)
		require.Equal(t, bigMulDiv(a, b, c, step, r), fixed.MulDivStep(a, b, c, step, r), "%d*%d/%d to %d by %d", a, b, c, step, r)
	}
	require.Greater(t, overflows, 1000, "the generator must reach what does not fit")
}

func FuzzMulDiv(f *testing.F) {
	f.Add(int64(5), int64(1), int64(2), uint8(0))
	f.Add(int64(most), int64(most), int64(most-1), uint8(1))
	f.Add(int64(-most), int64(most), int64(most), uint8(3))
	f.Add(int64(math.MinInt64), int64(1), int64(1), uint8(2))
	f.Fuzz(func(t *testing.T, a, b, c int64, mode uint8) {
		r := fixed.Rounding(mode % 4)
		require.Equal(t, bigMulDiv(a, b, c, 1, r), fixed.MulDiv(a, b, c, r))
		require.Equal(t, bigMulDiv(a, b, c, 100, r), fixed.MulDivStep(a, b, c, 100, r))
	})
}

func BenchmarkMulDiv(b *testing.B) {
	n := int64(0)
	for i := int64(0); b.Loop(); i++ {
		n += fixed.MulDiv(1_234_567_890_123+i, 987_654_321, 1_000_000_007, fixed.HalfUp)
	}
}

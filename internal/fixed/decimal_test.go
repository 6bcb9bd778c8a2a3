package fixed_test

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/internal/fixed"
)

// anyDecimal gives decimals of every size, beyond int64 and with odd exponents too.
func anyDecimal(rnd *rand.Rand) decimal.Decimal {
	c := new(big.Int).SetUint64(rnd.Uint64() >> rnd.IntN(64))
	if rnd.IntN(8) == 0 {
		c.Mul(c, new(big.Int).SetUint64(rnd.Uint64()))
	}
	if rnd.IntN(2) == 0 {
		c.Neg(c)
	}
	exp := int32(-rnd.IntN(13))
	if rnd.IntN(4) == 0 {
		exp = int32(rnd.IntN(80) - 50)
	}
	return decimal.NewFromBigInt(c, exp)
}

// rounded is the library's own rounding, by name.
func rounded(d decimal.Decimal, digits int32, r fixed.Rounding) decimal.Decimal {
	switch r {
	case fixed.HalfEven:
		return d.RoundBank(digits)
	case fixed.Down:
		return d.RoundDown(digits)
	case fixed.Up:
		return d.RoundUp(digits)
	}
	return d.Round(digits)
}

func TestDecimalAgainstShopspring(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	fits, not := 0, 0
	check := func(exact decimal.Decimal, digits int, r fixed.Rounding, got int64, isExact bool) {
		t.Helper()
		want := rounded(exact, int32(digits), r)
		units := want.Shift(int32(digits)).BigInt()
		if !units.IsInt64() || units.Int64() == fixed.Overflow {
			not++
			require.EqualValues(t, fixed.Overflow, got, "%s", exact)
			require.False(t, isExact)
			return
		}
		fits++
		require.Equal(t, units.Int64(), got, "%s to %d by %d", exact, digits, r)
		require.Equal(t, want.Equal(exact), isExact, "%s to %d", exact, digits)
	}
	for range 100_000 {
		a, b := anyDecimal(rnd), anyDecimal(rnd)
		digits, r := rnd.IntN(7), fixed.Rounding(rnd.IntN(4))
		n, exact := fixed.FromDecimal(a, digits, r)
		check(a, digits, r, n, exact)
		n, exact = fixed.FromProduct(a, b, digits, r)
		check(a.Mul(b), digits, r, n, exact)
	}
	require.Greater(t, fits, 10_000)
	require.Greater(t, not, 10_000)
}

func TestDecimalBounds(t *testing.T) {
	cases := map[string]struct {
		d     decimal.Decimal
		want  int64
		exact bool
	}{
		"zero value":          {decimal.Decimal{}, 0, true},
		"zero far up":         {decimal.New(0, 64), 0, true},
		"exponent bound":      {decimal.New(1, -64), 0, false},
		"beyond it, down":     {decimal.New(1, -65), fixed.Overflow, false},
		"beyond it, up":       {decimal.New(0, 65), fixed.Overflow, false},
		"far beyond, up":      {decimal.New(1, 2_000_000_000), fixed.Overflow, false},
		"far beyond, down":    {decimal.New(1, -2_000_000_000), fixed.Overflow, false},
		"largest":             {decimal.New(most, -4), most, true},
		"smallest":            {decimal.New(-most, -4), -most, true},
		"the mark":            {decimal.New(fixed.Overflow, -4), fixed.Overflow, false},
		"the mark, unscaled":  {decimal.New(fixed.Overflow, 0), fixed.Overflow, false},
		"many digits, exact":  {decimal.RequireFromString("1." + strings.Repeat("0", 60)), 10_000, true},
		"half below the last": {decimal.RequireFromString("0.00005"), 1, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n, exact := fixed.FromDecimal(c.d, 4, fixed.HalfUp)
			require.Equal(t, c.want, n)
			require.Equal(t, c.exact, exact)
		})
	}
	huge := decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 8<<20), 0)
	n, _ := fixed.FromProduct(huge, huge, 4, fixed.HalfUp)
	require.EqualValues(t, fixed.Overflow, n)
}

func TestUsualDecimalsDoNotAllocate(t *testing.T) {
	price, qty := decimal.New(4_630_000, -6), decimal.New(25, -1)
	require.Zero(t, testing.AllocsPerRun(100, func() { fixed.FromProduct(price, qty, 2, fixed.HalfUp) }))
}

func BenchmarkFromProduct(b *testing.B) {
	price, qty := decimal.New(4_630_000, -6), decimal.New(25, -1)
	for b.Loop() {
		fixed.FromProduct(price, qty, 2, fixed.HalfUp)
	}
}

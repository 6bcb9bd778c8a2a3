package money_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var (
	yen  = money.Currency{Code: "JPY", Decimals: 0}
	yuan = money.Currency{Code: "CNY", Decimals: 2}
	even = money.Currency{Code: "CNY", Decimals: 2, Rounding: money.HalfEven}
	fine = money.Currency{Code: "XTS", Decimals: 4}
)

func amounts(texts ...string) []money.Amount {
	as := make([]money.Amount, len(texts))
	for i, s := range texts {
		as[i] = money.MustParse(s)
	}
	return as
}

func TestStepAndFits(t *testing.T) {
	for decimals, step := range map[int]int64{-1: 10000, 0: 10000, 1: 1000, 2: 100, 3: 10, 4: 1, 9: 1} {
		require.Equal(t, step, money.Currency{Decimals: decimals}.Step())
	}
	require.True(t, yuan.Fits(money.MustParse("1.25")))
	require.False(t, yuan.Fits(money.MustParse("1.251")))
	require.False(t, yen.Fits(money.MustParse("1.25")))
	require.False(t, fine.Fits(mark))
}

func TestRoundAndExtend(t *testing.T) {
	cases := []struct {
		currency        money.Currency
		price, qty      string
		rounded, extend string
	}{
		{yuan, "4.635", "1", "4.64", "4.64"},
		{even, "4.645", "1", "4.64", "4.64"},
		{yuan, "-4.635", "3", "-4.64", "-13.91"},
		{yen, "0.5", "0.99", "1", "0"}, // rounded once: 0.495, not 0.5 first
		{fine, "0.000000000001", "1000000", "0", "0"},
		{fine, "0.000000000001", "100000000", "0", "0.0001"},
		{money.Currency{Decimals: 2, Rounding: money.Up}, "1.001", "1", "1.01", "1.01"},
		{money.Currency{Decimals: 2, Rounding: money.Down}, "-1.009", "1", "-1", "-1"},
	}
	for _, c := range cases {
		price := decimal.RequireFromString(c.price)
		got, err := c.currency.Round(price)
		require.NoError(t, err)
		require.Equal(t, money.MustParse(c.rounded), got, "%v", c)
		got, err = c.currency.Extend(price, decimal.RequireFromString(c.qty))
		require.NoError(t, err)
		require.Equal(t, money.MustParse(c.extend), got, "%v", c)
	}
}

func TestRoundRefusesWhatDoesNotFit(t *testing.T) {
	for _, text := range []string{"922337203685477.5808", "-922337203685477.5808", "1e15", "1e1000", "1e-65"} {
		_, err := fine.Round(decimal.RequireFromString(text))
		require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err), text)
	}
	for _, d := range []decimal.Decimal{decimal.New(1, math.MaxInt32), decimal.New(1, math.MinInt32)} {
		_, err := fine.Extend(d, d)
		require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
	}
	got, err := yuan.Round(decimal.RequireFromString("922337203685477.58"))
	require.NoError(t, err)
	require.Equal(t, money.MustParse("922337203685477.58"), got)
	_, err = yuan.Round(decimal.RequireFromString("922337203685477.585")) // rounds to beyond the range
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
}

func TestExtendAgainstDecimal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	fits, overflows := 0, 0
	for range 100_000 {
		price := decimal.New(int64(rnd.Uint64()>>rnd.IntN(64)), int32(-rnd.IntN(13)))
		qty := decimal.New(int64(rnd.Uint64()>>rnd.IntN(64)), int32(-rnd.IntN(7)))
		c := money.Currency{Decimals: rnd.IntN(5)}
		got, err := c.Extend(price, qty)
		want := price.Mul(qty).Round(int32(c.Decimals))
		if units := want.Shift(money.Digits).BigInt(); !units.IsInt64() || units.Int64() == math.MinInt64 {
			overflows++
			require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err), "%s x %s", price, qty)
			continue
		}
		fits++
		require.NoError(t, err)
		require.True(t, want.Equal(got.Decimal()), "%s x %s = %s, not %s", price, qty, want, got)
		require.True(t, c.Fits(got))
	}
	require.Greater(t, fits, 10_000)
	require.Greater(t, overflows, 10_000)
}

func TestShare(t *testing.T) {
	ten := money.MustParse("10")
	cases := map[string]struct {
		currency    money.Currency
		v           money.Amount
		part, whole int64
		want        money.Amount
	}{
		"a third":               {yuan, ten, 1, 3, money.MustParse("3.33")},
		"a third of yen":        {yen, ten, 2, 3, money.MustParse("7")},
		"all, finer than coins": {yuan, money.MustParse("1.2345"), 7, 7, money.MustParse("1.2345")},
		"half, finer":           {yuan, money.MustParse("1.2345"), 1, 2, money.MustParse("0.62")},
		"nothing of it":         {yuan, ten, 0, 3, money.Amount{}},
		"nothing of nothing":    {yuan, money.Amount{}, 0, 0, money.Amount{}},
		"value without whole":   {yuan, ten, 0, 0, mark},
		"part of no whole":      {yuan, ten, 5, 0, mark},
		"negative":              {yuan, ten.Neg(), 1, 3, money.MustParse("-3.33")},
		"half to even":          {even, money.MustParse("0.05"), 1, 2, money.MustParse("0.02")},
		"huge numbers":          {yuan, money.FromUnits(math.MaxInt64), math.MaxInt64 - 1, math.MaxInt64 - 1, money.FromUnits(math.MaxInt64)},
		"does not fit":          {yuan, money.FromUnits(math.MaxInt64), 3, 2, mark},
		"the mark":              {yuan, mark, 1, 2, mark},
		"part is the mark":      {yuan, ten, math.MinInt64, math.MinInt64, mark},
		"zero, part the mark":   {yuan, money.Amount{}, math.MinInt64, 0, mark},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, c.currency.Share(c.v, c.part, c.whole)) })
	}
}

// Issued bit by bit, each taking its share of what is left, a layer ends at
// exactly nothing.
func TestSharesLeaveNothing(t *testing.T) {
	left, qty := money.MustParse("24.46"), int64(70) // 2 @ 4.63 + 5 @ 3.04, by tenths
	for ; qty > 0; qty-- {
		left = left.Sub(yuan.Share(left, 1, qty))
		require.True(t, yuan.Fits(left))
	}
	require.True(t, left.IsZero())
}

func TestSplit(t *testing.T) {
	cases := map[string]struct {
		currency money.Currency
		total    string
		weights  []int64
		want     []money.Amount
	}{
		"15.00 over 13":     {yuan, "15", []int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, amounts("1.16", "1.16", "1.16", "1.16", "1.16", "1.15", "1.15", "1.15", "1.15", "1.15", "1.15", "1.15", "1.15")},
		"yen":               {yen, "10", []int64{1, 1, 1}, amounts("4", "3", "3")},
		"negative":          {yuan, "-0.05", []int64{1, 1}, amounts("-0.03", "-0.02")},
		"finer than a coin": {yuan, "1.0001", []int64{1, 2, 2}, amounts("0.2", "0.4001", "0.4")},
		"all zero":          {yuan, "1", []int64{0, 0}, amounts("1", "0")},
		"nobody":            {yuan, "1", nil, []money.Amount{}},
		"negative weight":   {yuan, "1", []int64{1, -1}, []money.Amount{mark, mark}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, c.currency.Split(money.MustParse(c.total), c.weights))
		})
	}
}

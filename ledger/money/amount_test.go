package money_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var mark = money.FromUnits(math.MinInt64)

func Example() {
	cny := money.Currency{Code: "CNY", Decimals: 2}
	line, err := cny.Extend(decimal.RequireFromString("4.635"), decimal.RequireFromString("3"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(line)
	fmt.Println(cny.Split(line, []int64{1, 1, 1}))
	fmt.Println(cny.Share(line, 1, 3))
	// Output:
	// 13.91
	// [4.64 4.64 4.63]
	// 4.64
}

func TestParse(t *testing.T) {
	cases := []struct {
		text  string
		units int64
		code  refusal.Code
	}{
		{"12.5", 125000, ""},
		{"-0.0001", -1, ""},
		{"+3", 30000, ""},
		{"1.00000", 10000, ""},
		{"922337203685477.5807", math.MaxInt64, ""},
		{"922337203685477.5808", 0, refusal.LimitExceeded},
		{strings.Repeat("0", 65), 0, refusal.LimitExceeded},
		{"0.00001", 0, refusal.InvalidAmount},
		{"", 0, refusal.InvalidAmount},
		{"1e3", 0, refusal.InvalidAmount},
		{" 1", 0, refusal.InvalidAmount},
		{"overflow", 0, refusal.InvalidAmount},
	}
	for _, c := range cases {
		a, err := money.Parse(c.text)
		require.Equal(t, c.code, refusal.CodeOf(err), c.text)
		require.Equal(t, c.units, a.Units(), c.text)
	}
	_, err := money.Parse("secret-1234")
	require.NotContains(t, err.Error(), "secret")
	require.Panics(t, func() { money.MustParse("x") })
}

func TestString(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0.00", "1.5": "1.50", "-1.2345": "-1.2345", "1.230": "1.23", "1000000": "1000000.00",
	} {
		require.Equal(t, want, money.MustParse(text).String())
	}
	require.Equal(t, "overflow", mark.String())
}

func TestTextAndJSON(t *testing.T) {
	type line struct {
		Value money.Amount            `json:"value"`
		By    map[money.Amount]string `json:"by,omitempty"`
		Opt   *money.Amount           `json:"opt,omitempty"`
		Zero  money.Amount            `json:"zero,omitzero"`
	}
	out, err := json.Marshal(line{Value: money.MustParse("-3.1"), By: map[money.Amount]string{money.MustParse("2"): "x"}})
	require.NoError(t, err)
	require.Equal(t, `{"value":"-3.10","by":{"2.00":"x"}}`, string(out))

	var in line
	require.NoError(t, json.Unmarshal([]byte(`{"value":1234567890123.4567,"by":{"1":"y"},"opt":null}`), &in))
	require.Equal(t, money.MustParse("1234567890123.4567"), in.Value)
	require.Equal(t, "y", in.By[money.MustParse("1")])
	require.Nil(t, in.Opt)

	for text, code := range map[string]refusal.Code{
		`null`: refusal.InvalidAmount, `1e2`: refusal.InvalidAmount, `""`: refusal.InvalidAmount, `true`: refusal.InvalidAmount,
		`{}`: refusal.InvalidAmount, `"1.00001"`: refusal.InvalidAmount, `99999999999999999999`: refusal.LimitExceeded,
		`"` + strings.Repeat("1", 1000) + `"`: refusal.LimitExceeded,
	} {
		in := line{Value: money.MustParse("7")}
		err := json.Unmarshal([]byte(`{"value":`+text+`}`), &in)
		require.Equal(t, code, refusal.CodeOf(err), text)
		require.Equal(t, money.MustParse("7"), in.Value, "a refused text changes nothing")
	}
	var a money.Amount
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(a.UnmarshalText(make([]byte, 1<<20))))
	require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(a.UnmarshalText([]byte("x"))))
	_, err = json.Marshal(mark)
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
	_, err = mark.MarshalText()
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
}

func TestJSONIgnoresTheGlobalsOfDecimal(t *testing.T) {
	old := decimal.MarshalJSONWithoutQuotes
	decimal.MarshalJSONWithoutQuotes = true
	defer func() { decimal.MarshalJSONWithoutQuotes = old }()
	out, err := json.Marshal(money.MustParse("1"))
	require.NoError(t, err)
	require.Equal(t, `"1.00"`, string(out))
}

func TestTheMarkStays(t *testing.T) {
	one := money.MustParse("1")
	for name, a := range map[string]money.Amount{
		"add": mark.Add(one), "add to": one.Add(mark), "sub": mark.Sub(one), "sub from": one.Sub(mark), "sub itself": mark.Sub(mark),
		"neg": mark.Neg(), "abs": mark.Abs(), "min": one.Min(mark), "max": one.Max(mark), "sum": money.Sum(one, mark, one),
		"beyond": money.FromUnits(math.MaxInt64).Add(one), "below": money.FromUnits(-math.MaxInt64).Sub(one),
	} {
		require.False(t, a.Valid(), name)
	}
	_, err := money.Currency{Decimals: 4}.Round(mark.Decimal())
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
}

func TestOrder(t *testing.T) {
	a, b := money.MustParse("-1"), money.MustParse("2")
	require.Equal(t, []int{-1, 0, 1}, []int{a.Cmp(b), a.Cmp(a), b.Cmp(a)})
	require.True(t, a.Less(b))
	require.False(t, a.Less(a))
	require.Equal(t, []int{-1, 0, 1}, []int{a.Sign(), money.Amount{}.Sign(), b.Sign()})
	require.True(t, money.Amount{}.IsZero())
	require.Equal(t, a, a.Min(b))
	require.Equal(t, b, a.Max(b))
	require.Equal(t, money.MustParse("1"), a.Abs())
	require.Equal(t, money.Amount{}, money.Sum())
}

func TestArithmeticAgainstDecimal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	overflows := 0
	check := func(want decimal.Decimal, got money.Amount) {
		t.Helper()
		if units := want.Shift(money.Digits).BigInt(); !units.IsInt64() || units.Int64() == math.MinInt64 {
			overflows++
			require.False(t, got.Valid())
			return
		}
		require.True(t, want.Equal(got.Decimal()), "%s is not %s", got, want)
		require.Equal(t, want.StringFixed(money.Digits), got.Decimal().StringFixed(money.Digits))
	}
	for range 100_000 {
		x := money.FromUnits(int64(rnd.Uint64()>>rnd.IntN(64)) | 1)
		y := money.FromUnits(int64(rnd.Uint64()>>rnd.IntN(64)) | 1)
		dx, dy := x.Decimal(), y.Decimal()
		check(dx.Add(dy), x.Add(y))
		check(dx.Sub(dy), x.Sub(y))
		check(dx.Neg(), x.Neg())
		check(dx.Abs(), x.Abs())
		require.Equal(t, dx.Cmp(dy), x.Cmp(y))
		back, err := money.Parse(x.String())
		require.NoError(t, err)
		require.Equal(t, x, back)
	}
	require.Greater(t, overflows, 100)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-1.5", "922337203685477.5808", "1e3", "", ".", "1.00000", "+0.0001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := money.Parse(s)
		if err != nil {
			require.Contains(t, []refusal.Code{refusal.InvalidAmount, refusal.LimitExceeded}, refusal.CodeOf(err))
			require.True(t, a.IsZero())
			return
		}
		want, err := decimal.NewFromString(s)
		require.NoError(t, err)
		require.True(t, want.Equal(a.Decimal()), s)
		back, err := money.Parse(a.String())
		require.NoError(t, err)
		require.Equal(t, a, back)
		out, err := json.Marshal(a)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &back))
		require.Equal(t, a, back)
	})
}

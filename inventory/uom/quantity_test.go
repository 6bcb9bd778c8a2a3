package uom_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var mark = uom.FromUnits(math.MinInt64)

func Example() {
	units := uom.Units{"box": {Num: 12, Den: 1}, "third": {Num: 1, Den: 3}}
	pieces, err := units.ToBase(uom.MustParse("2.5"), "box", "pcs")
	fmt.Println(pieces, err)
	_, err = units.ToBase(uom.FromInt(1), "third", "pcs")
	fmt.Println(err)
	// Output:
	// 30 <nil>
	// unit_mismatch: "third": the base unit cannot hold this quantity exactly in six decimals
}

func TestParse(t *testing.T) {
	cases := []struct {
		text  string
		units int64
		code  refusal.Code
	}{
		{"2.5", 2_500_000, ""},
		{"-0.000001", -1, ""},
		{"1.0000000", 1_000_000, ""},
		{"9223372036854.775807", math.MaxInt64, ""},
		{"9223372036854.775808", 0, refusal.LimitExceeded},
		{strings.Repeat("0", 65), 0, refusal.LimitExceeded},
		{"0.0000001", 0, refusal.InvalidQuantity},
		{"", 0, refusal.InvalidQuantity},
		{"1e3", 0, refusal.InvalidQuantity},
	}
	for _, c := range cases {
		q, err := uom.Parse(c.text)
		require.Equal(t, c.code, refusal.CodeOf(err), c.text)
		require.Equal(t, c.units, q.Units(), c.text)
	}
	require.Panics(t, func() { uom.MustParse("x") })
}

func TestFromIntAndDecimal(t *testing.T) {
	require.Equal(t, uom.MustParse("-7"), uom.FromInt(-7))
	require.False(t, uom.FromInt(9_223_372_036_855).Valid())
	cases := map[string]refusal.Code{
		"2.5": "", "-3e2": "", "0.000001": "", "1.0000000000": "", "0.0000001": refusal.InvalidQuantity,
		"1e-64": refusal.InvalidQuantity, "1e-65": refusal.LimitExceeded, "1e13": refusal.LimitExceeded,
		"9223372036854.775808": refusal.LimitExceeded,
	}
	for text, code := range cases {
		d := decimal.RequireFromString(text)
		q, err := uom.FromDecimal(d)
		require.Equal(t, code, refusal.CodeOf(err), text)
		if code == "" {
			require.True(t, d.Equal(q.Decimal()), text)
		}
	}
}

func TestTextAndJSON(t *testing.T) {
	type line struct {
		Qty  uom.Quantity `json:"qty"`
		Zero uom.Quantity `json:"zero,omitzero"`
	}
	out, err := json.Marshal(line{Qty: uom.MustParse("-3.10")})
	require.NoError(t, err)
	require.Equal(t, `{"qty":"-3.1"}`, string(out))
	var in line
	require.NoError(t, json.Unmarshal([]byte(`{"qty":123456.000001}`), &in))
	require.Equal(t, uom.MustParse("123456.000001"), in.Qty)
	for text, code := range map[string]refusal.Code{
		`null`: refusal.InvalidQuantity, `1e2`: refusal.InvalidQuantity, `"0.0000001"`: refusal.InvalidQuantity,
		`[]`: refusal.InvalidQuantity, `99999999999999999999`: refusal.LimitExceeded,
	} {
		err := json.Unmarshal([]byte(`{"qty":`+text+`}`), &line{})
		require.Equal(t, code, refusal.CodeOf(err), text)
	}
	text, err := uom.FromInt(100).MarshalText()
	require.NoError(t, err)
	require.Equal(t, "100", string(text))
	var q uom.Quantity
	require.NoError(t, q.UnmarshalText(text))
	require.Equal(t, uom.FromInt(100), q)
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(q.UnmarshalText(make([]byte, 1<<20))))
	require.Equal(t, refusal.InvalidQuantity, refusal.CodeOf(q.UnmarshalText([]byte("x"))))
	_, err = json.Marshal(mark)
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
}

func TestTheMarkStays(t *testing.T) {
	one := uom.FromInt(1)
	for name, q := range map[string]uom.Quantity{
		"add": mark.Add(one), "sub": one.Sub(mark), "neg": mark.Neg(), "abs": mark.Abs(), "min": one.Min(mark), "max": one.Max(mark),
		"sum": uom.Sum(one, mark), "muldiv": mark.MulDiv(one, one, fixed.Down), "by nothing": one.MulDiv(one, uom.Quantity{}, fixed.Down),
		"from int": uom.FromInt(math.MinInt64), "beyond": uom.FromUnits(math.MaxInt64).Add(one),
	} {
		require.False(t, q.Valid(), name)
	}
}

func TestOrder(t *testing.T) {
	a, b := uom.FromInt(-1), uom.FromInt(2)
	require.Equal(t, []int{-1, 0, 1}, []int{a.Cmp(b), a.Cmp(a), b.Cmp(a)})
	require.True(t, a.Less(b))
	require.Equal(t, []int{-1, 0, 1}, []int{a.Sign(), uom.Quantity{}.Sign(), b.Sign()})
	require.True(t, uom.Quantity{}.IsZero())
	require.Equal(t, a, a.Min(b))
	require.Equal(t, b, a.Max(b))
	require.Equal(t, uom.FromInt(1), a.Abs())
}

func TestArithmeticAgainstDecimal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(13, 14))
	overflows := 0
	check := func(want decimal.Decimal, got uom.Quantity) {
		t.Helper()
		if units := want.Shift(uom.Digits).BigInt(); !units.IsInt64() || units.Int64() == math.MinInt64 {
			overflows++
			require.False(t, got.Valid())
			return
		}
		require.True(t, want.Equal(got.Decimal()), "%s is not %s", got, want)
		require.Equal(t, want.String(), got.String())
		back, err := uom.FromDecimal(want)
		require.NoError(t, err)
		require.Equal(t, got, back)
	}
	for range 100_000 {
		x := uom.FromUnits(int64(rnd.Uint64()>>rnd.IntN(64)) | 1)
		y := uom.FromUnits(int64(rnd.Uint64()>>rnd.IntN(64)) | 1)
		dx, dy := x.Decimal(), y.Decimal()
		check(dx.Add(dy), x.Add(y))
		check(dx.Sub(dy), x.Sub(y))
		check(dx.Neg(), x.Neg())
		check(dx.Mul(dy).Truncate(uom.Digits), x.MulDiv(y, uom.FromInt(1), fixed.Down))
		check(dx.Mul(dy).Round(uom.Digits), x.MulDiv(y, uom.FromInt(1), fixed.HalfUp))
		require.Equal(t, dx.Cmp(dy), x.Cmp(y))
	}
	require.Greater(t, overflows, 100)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-1.5", "9223372036854.775808", "1e3", "", ".", "1.0000000", "1/3", "0.001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := uom.ParseRatio(s); err == nil {
			back, err := uom.ParseRatio(r.String())
			require.NoError(t, err)
			require.Equal(t, r, back)
		} else {
			require.Contains(t, []refusal.Code{refusal.InvalidQuantity, refusal.LimitExceeded}, refusal.CodeOf(err))
		}
		q, err := uom.Parse(s)
		if err != nil {
			require.Contains(t, []refusal.Code{refusal.InvalidQuantity, refusal.LimitExceeded}, refusal.CodeOf(err))
			return
		}
		want, err := decimal.NewFromString(s)
		require.NoError(t, err)
		require.True(t, want.Equal(q.Decimal()), s)
		back, err := uom.Parse(q.String())
		require.NoError(t, err)
		require.Equal(t, q, back)
	})
}

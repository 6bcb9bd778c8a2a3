package uom_test

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func TestRatio(t *testing.T) {
	cases := []struct {
		text string
		want uom.Ratio
		back string
	}{
		{"12", uom.Ratio{Num: 12, Den: 1}, "12"},
		{"0.001", uom.Ratio{Num: 1, Den: 1000}, "0.001"},
		{"1/3", uom.Ratio{Num: 1, Den: 3}, "1/3"},
		{"2/6", uom.Ratio{Num: 1, Den: 3}, "1/3"},
		{"3/8", uom.Ratio{Num: 3, Den: 8}, "0.375"},
		{"12.000000000000000", uom.Ratio{Num: 12, Den: 1}, "12"},
		{"0.453592370000", uom.Ratio{Num: 45359237, Den: 100000000}, "0.45359237"},
		{"0.000000000001", uom.Ratio{Num: 1, Den: 1_000_000_000_000}, "0.000000000001"},
		{"1/10000000000000", uom.Ratio{Num: 1, Den: 10_000_000_000_000}, "1/10000000000000"},
		{"9223372036854775807", uom.Ratio{Num: math.MaxInt64, Den: 1}, "9223372036854775807"},
		{"9223372036854775807/8", uom.Ratio{Num: math.MaxInt64, Den: 8}, "9223372036854775807/8"},
		{"9223372036854775807/9223372036854775806", uom.Ratio{Num: math.MaxInt64, Den: math.MaxInt64 - 1}, "9223372036854775807/9223372036854775806"},
	}
	for _, c := range cases {
		r, err := uom.ParseRatio(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, r, c.text)
		require.Equal(t, c.back, r.String())
	}
	require.Equal(t, "0.5", uom.Ratio{Num: 2, Den: 4}.String())
	require.Equal(t, "0/0", uom.Ratio{}.String())
	for text, code := range map[string]refusal.Code{
		"": refusal.InvalidQuantity, "0": refusal.InvalidQuantity, "-1": refusal.InvalidQuantity, "1/0": refusal.InvalidQuantity,
		"-1/-3": refusal.InvalidQuantity, "1/2/3": refusal.InvalidQuantity, "0.5/2": refusal.InvalidQuantity, "/": refusal.InvalidQuantity,
		"1e3": refusal.InvalidQuantity, "0.0000000000001": refusal.InvalidQuantity, "1.": refusal.InvalidQuantity,
		"9223372036854775808": refusal.LimitExceeded, strings.Repeat("1", 65): refusal.LimitExceeded,
	} {
		_, err := uom.ParseRatio(text)
		require.Equal(t, code, refusal.CodeOf(err), text)
	}
}

func TestToBase(t *testing.T) {
	units := uom.Units{
		"box": {Num: 12, Den: 1}, "g": {Num: 1, Den: 1000}, "third": {Num: 1, Den: 3}, "world": {Num: math.MaxInt64, Den: 1}, "bad": {},
	}
	cases := map[string]struct {
		qty, unit, want string
		code            refusal.Code
	}{
		"no unit":       {"2.5", "", "2.5", ""},
		"base":          {"2.5", "kg", "2.5", ""},
		"box":           {"-2.5", "box", "-30", ""},
		"gram":          {"2.5", "g", "0.0025", ""},
		"exact third":   {"6", "third", "2", ""},
		"nothing":       {"0", "third", "0", ""},
		"inexact":       {"1", "third", "0", refusal.UnitMismatch},
		"too fine":      {"0.0001", "g", "0", refusal.UnitMismatch},
		"unknown":       {"1", "pallet", "0", refusal.UnitMismatch},
		"without ratio": {"1", "bad", "0", refusal.UnitMismatch},
		"too large":     {"2", "world", "0", refusal.LimitExceeded},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := units.ToBase(uom.MustParse(c.qty), c.unit, "kg")
			require.Equal(t, c.code, refusal.CodeOf(err))
			require.Equal(t, uom.MustParse(c.want), got)
		})
	}
	_, err := units.ToBase(mark, "box", "kg")
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
	_, err = uom.Units(nil).ToBase(uom.FromInt(1), "box", "kg")
	require.Equal(t, refusal.UnitMismatch, refusal.CodeOf(err))
}

func TestToBaseAgainstBig(t *testing.T) {
	rnd := rand.New(rand.NewPCG(15, 16))
	seen := map[refusal.Code]int{}
	for range 100_000 {
		r := uom.Ratio{Num: 1 + int64(rnd.Uint64()>>(2+rnd.IntN(61))), Den: 1 + rnd.Int64N(40)}
		q := uom.FromUnits(int64(rnd.Uint64()>>rnd.IntN(64)) | 1)
		want := new(big.Rat).Mul(big.NewRat(q.Units(), 1), big.NewRat(r.Num, r.Den))
		whole := new(big.Int).Quo(want.Num(), want.Denom())
		code := refusal.Code("")
		switch {
		case !whole.IsInt64() || whole.Int64() == math.MinInt64:
			code = refusal.LimitExceeded
		case !want.IsInt():
			code = refusal.UnitMismatch
		}
		seen[code]++
		got, err := uom.Units{"u": r}.ToBase(q, "u", "base")
		require.Equal(t, code, refusal.CodeOf(err), "%v %v", q, r)
		if code == "" {
			require.Equal(t, whole.Int64(), got.Units())
		}
	}
	for _, code := range []refusal.Code{"", refusal.LimitExceeded, refusal.UnitMismatch} {
		require.Greater(t, seen[code], 1000, "the generator must reach %q", code)
	}
}

func TestUnitsTextAndJSON(t *testing.T) {
	units := uom.Units{"pallet": {Num: 480, Den: 1}, "box": {Num: 12, Den: 1}, "third": {Num: 2, Den: 6}}
	third := uom.Units{"pallet": {Num: 480, Den: 1}, "box": {Num: 12, Den: 1}, "third": {Num: 1, Den: 3}}
	for range 20 { // maps have no order; the output must
		text, err := units.MarshalText()
		require.NoError(t, err)
		require.Equal(t, "box=12,pallet=480,third=1/3", string(text))
		out, err := json.Marshal(units)
		require.NoError(t, err)
		require.Equal(t, `{"box":"12","pallet":"480","third":"1/3"}`, string(out))
	}
	var u uom.Units
	require.NoError(t, u.UnmarshalText([]byte("third=1/3,box=12,pallet=480")))
	require.Equal(t, third, u)
	require.NoError(t, u.UnmarshalText(nil))
	require.Empty(t, u)
	u = nil
	require.NoError(t, json.Unmarshal([]byte(`{"box":12,"pallet":"480","third":"1/3"}`), &u))
	require.Equal(t, third, u)
	out, err := json.Marshal(uom.Units(nil))
	require.NoError(t, err)
	require.Equal(t, "{}", string(out))
}

func TestUnitsRefuseBadText(t *testing.T) {
	for text, code := range map[string]refusal.Code{
		"box": refusal.UnitMismatch, "box=12,": refusal.UnitMismatch, "box=1,box=2": refusal.UnitMismatch, "box=x": refusal.InvalidQuantity,
	} {
		var u uom.Units
		require.Equal(t, code, refusal.CodeOf(u.UnmarshalText([]byte(text))), text)
		require.Nil(t, u)
	}
	for _, text := range []string{`{"box":null}`, `{"box":0}`, `{"box":1e3}`, `{"box":""}`} {
		var u uom.Units
		require.Equal(t, refusal.InvalidQuantity, refusal.CodeOf(json.Unmarshal([]byte(text), &u)), text)
	}
	_, err := uom.Units{"a,b": {Num: 1, Den: 1}}.MarshalText()
	require.Equal(t, refusal.UnitMismatch, refusal.CodeOf(err))
	_, err = uom.Units{"a": {}}.MarshalText()
	require.Equal(t, refusal.InvalidQuantity, refusal.CodeOf(err))
	_, err = json.Marshal(uom.Units{"a": {}})
	require.Equal(t, refusal.InvalidQuantity, refusal.CodeOf(err))
}

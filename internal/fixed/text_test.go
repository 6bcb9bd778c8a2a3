package fixed_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func TestParse(t *testing.T) {
	cases := []struct {
		text string
		want int64
		err  error
	}{
		{"0", 0, nil},
		{"-0", 0, nil},
		{"+1", 10000, nil},
		{"-1.5", -15000, nil},
		{"007.25", 72500, nil},
		{"1.23450000", 12345, nil},
		{"1.2345", 12345, nil},
		{"1.23451", 0, fixed.ErrDigits},
		{"922337203685477.5807", most, nil},
		{"-922337203685477.5807", -most, nil},
		{"922337203685477.5808", 0, fixed.ErrRange},
		{"-922337203685477.5808", 0, fixed.ErrRange},
		{strings.Repeat("9", 64), 0, fixed.ErrRange},
		{strings.Repeat("0", 63) + "1", 10000, nil},
		{strings.Repeat("0", 65), 0, fixed.ErrLong},
		{strings.Repeat("9", 60) + "x", 0, fixed.ErrSyntax},
		{"", 0, fixed.ErrSyntax},
		{"-", 0, fixed.ErrSyntax},
		{".5", 0, fixed.ErrSyntax},
		{"5.", 0, fixed.ErrSyntax},
		{"1e3", 0, fixed.ErrSyntax},
		{" 1", 0, fixed.ErrSyntax},
		{"1 ", 0, fixed.ErrSyntax},
		{"1,5", 0, fixed.ErrSyntax},
		{"1.2.3", 0, fixed.ErrSyntax},
		{"--1", 0, fixed.ErrSyntax},
		{"NaN", 0, fixed.ErrSyntax},
		{"0x10", 0, fixed.ErrSyntax},
		{"1_000", 0, fixed.ErrSyntax},
		{"１", 0, fixed.ErrSyntax},
		{"1.00001x", 0, fixed.ErrSyntax},
	}
	for _, c := range cases {
		got, err := fixed.Parse(c.text, 4)
		require.ErrorIs(t, err, c.err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
}

func TestFormat(t *testing.T) {
	cases := []struct {
		v             int64
		digits, least int
		want          string
	}{
		{0, 4, 2, "0.00"},
		{0, 6, 0, "0"},
		{0, 0, 0, "0"},
		{5, 4, 2, "0.0005"},
		{-5, 4, 2, "-0.0005"},
		{12500, 4, 2, "1.25"},
		{12000, 4, 2, "1.20"},
		{10000, 4, 0, "1"},
		{100000, 4, 0, "10"},
		{12345, 4, 9, "1.2345"},
		{42, 0, 2, "42"},
		{1, 18, 0, "0.000000000000000001"},
		{most, 4, 2, "922337203685477.5807"},
		{-most, 18, 0, "-9.223372036854775807"},
		{fixed.Overflow, 4, 2, "overflow"},
	}
	for _, c := range cases {
		require.Equal(t, c.want, fixed.Format(c.v, c.digits, c.least))
	}
}

func TestTextRoundTripAgainstDecimal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 50_000 {
		v, digits := anyInt(rnd), rnd.IntN(19)
		if v == fixed.Overflow {
			continue
		}
		s := fixed.Format(v, digits, rnd.IntN(digits+1))
		back, err := fixed.Parse(s, digits)
		require.NoError(t, err)
		require.Equal(t, v, back, s)
		require.Equal(t, decimal.New(v, int32(-digits)).String(), fixed.Format(v, digits, 0))
	}
}

func TestParseJSON(t *testing.T) {
	for text, want := range map[string]int64{`"1.5"`: 15000, `1.5`: 15000, `-2`: -20000, `"+2"`: 20000} {
		got, err := fixed.ParseJSON([]byte(text), 4)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{`null`, `""`, `"`, ``, `1e3`, `"1e3"`, `+1`, `true`, `{}`, `[1]`, `"\u0031"`, `" 1"`} {
		_, err := fixed.ParseJSON([]byte(text), 4)
		require.ErrorIs(t, err, fixed.ErrSyntax, text)
	}
	_, err := fixed.ParseJSON([]byte(strings.Repeat("1", 1<<20)), 4)
	require.ErrorIs(t, err, fixed.ErrLong)
}

func TestRefuse(t *testing.T) {
	for err, want := range map[error]refusal.Code{
		fixed.ErrSyntax: refusal.InvalidAmount, fixed.ErrDigits: refusal.InvalidAmount,
		fixed.ErrRange: refusal.LimitExceeded, fixed.ErrLong: refusal.LimitExceeded,
	} {
		require.Equal(t, want, refusal.CodeOf(fixed.Refuse(err, refusal.InvalidAmount, "amount")))
	}
}

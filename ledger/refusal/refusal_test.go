package refusal_test

import (
	"errors"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

type number string

func (n number) String() string { return string(n) }

func Example() {
	err := fmt.Errorf("issue MI-1: %w",
		refusal.New(refusal.InsufficientStock, "STEEL", "there is not enough in %s", "MAIN").
			Numbers(number("10"), number("8")).AtLine(2))
	fmt.Println(err)
	fmt.Println(refusal.CodeOf(err) == refusal.InsufficientStock)
	fmt.Println(errors.Is(err, &refusal.Error{Code: refusal.Conflict}))
	// Output:
	// issue MI-1: insufficient_stock: "STEEL": line 2: there is not enough in MAIN (wanted 10, available 8)
	// true
	// false
}

func TestCodesAreDistinctAndPlain(t *testing.T) {
	seen := map[refusal.Code]bool{}
	plain := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	for _, code := range refusal.Codes {
		require.Regexp(t, plain, string(code))
		require.False(t, seen[code], "twice: %s", code)
		seen[code] = true
	}
	require.Len(t, refusal.Codes, 27)
	require.Equal(t, refusal.InsufficientStock, refusal.Codes[0])
	require.Equal(t, refusal.StorageFull, refusal.Codes[26])
}

func TestErrorText(t *testing.T) {
	cases := map[string]struct {
		err  *refusal.Error
		want string
	}{
		"code alone":         {&refusal.Error{Code: refusal.NoRule}, "no_rule"},
		"percent is safe":    {refusal.New(refusal.InvalidAmount, "", "over 100%"), "invalid_amount: over 100%"},
		"arguments":          {refusal.New(refusal.NotFound, "X", "no %s %d", "lot", 7), `not_found: "X": no lot 7`},
		"line":               {refusal.New(refusal.NotFound, "X", "").AtLine(3), `not_found: "X": line 3`},
		"subject is escaped": {refusal.New(refusal.NotFound, "a\nb", ""), `not_found: "a\nb"`},
		"what there is":      {refusal.New(refusal.NotFound, "X", "no such colour").Known("red", "blue"), `not_found: "X": no such colour; known are: blue, red`},
		"there is nothing":   {refusal.New(refusal.NotFound, "X", "no such colour").Known(), `not_found: "X": no such colour`},
		"nil number":         {refusal.New(refusal.OverReturn, "", "").Numbers(number("5"), nil), "over_return (wanted 5, available )"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, c.err.Error()) })
	}
}

func TestIsComparesCodesAlone(t *testing.T) {
	err := refusal.New(refusal.Conflict, "GR-1", "other content").AtLine(4)
	require.ErrorIs(t, err, &refusal.Error{Code: refusal.Conflict})
	require.NotErrorIs(t, err, &refusal.Error{Code: refusal.NotFound})
	require.NotErrorIs(t, err, errors.New("conflict"))
	require.False(t, err.Is((*refusal.Error)(nil)))
}

func TestCodeOf(t *testing.T) {
	first, second := refusal.New(refusal.NoRule, "", ""), refusal.New(refusal.NotFound, "", "")
	cases := map[string]struct {
		err  error
		want refusal.Code
	}{
		"nil":         {nil, ""},
		"another":     {errors.New("x"), ""},
		"itself":      {first, refusal.NoRule},
		"wrapped":     {fmt.Errorf("at: %w", second), refusal.NotFound},
		"joined":      {errors.Join(errors.New("x"), first, second), refusal.NoRule},
		"deep":        {fmt.Errorf("at: %w", errors.Join(errors.New("x"), fmt.Errorf("y: %w", second))), refusal.NotFound},
		"typed nil":   {(*refusal.Error)(nil), ""},
		"joined nils": {errors.Join(nil, nil), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, refusal.CodeOf(c.err)) })
	}
}

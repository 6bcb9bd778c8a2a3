// Package money holds exact amounts of money.
//
// Its nouns: an Amount (a whole count of 1/10,000 of a currency unit) and a
// Currency (how many decimals its amounts have and how they are rounded). An
// amount is rounded once, by the currency, where it is made from a price, a rate
// or a share; from then on it is only added, subtracted and split.
//
// An amount that does not fit (9.2 x 10^14) becomes a mark that stays: every
// operation on it gives it again, and Valid tells it apart.
package money

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Digits is the number of decimals that an Amount keeps.
const Digits = 4

// Amount is an amount of money in 1/10,000 of a unit. The zero value is 0, and
// equal amounts are equal with ==. Which currency it is in stands beside it.
type Amount struct{ n int64 }

// FromUnits gives the amount of n times 1/10,000.
func FromUnits(n int64) Amount { return Amount{n} }

// Units gives the count of 1/10,000.
func (a Amount) Units() int64 { return a.n }

// Parse reads a plain decimal text such as "-12.5": at most 64 bytes and four
// decimals, no exponent, no spaces.
func Parse(s string) (Amount, error) {
	n, err := fixed.Parse(s, Digits)
	if err != nil {
		return Amount{}, refuse(err)
	}
	return Amount{n}, nil
}

// MustParse is Parse for tests and constants: it panics on a bad text.
func MustParse(s string) Amount {
	a, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

func refuse(err error) error { return fixed.Refuse(err, refusal.InvalidAmount, "amount") }

func (a Amount) check() error {
	if !a.Valid() {
		return refuse(fixed.ErrRange)
	}
	return nil
}

// String gives the amount with at least two decimals, such as "12.50".
func (a Amount) String() string { return fixed.Format(a.n, Digits, 2) }

// Decimal gives the amount as a decimal. That of an amount that is not Valid is
// out of range, so it is refused on its way back in.
func (a Amount) Decimal() decimal.Decimal { return decimal.New(a.n, -Digits) }

// MarshalText gives the text of String.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), a.check() }

// UnmarshalText reads what Parse reads.
func (a *Amount) UnmarshalText(text []byte) error {
	if len(text) > fixed.MaxText {
		return refuse(fixed.ErrLong)
	}
	v, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// MarshalJSON gives a quoted text: a number would lose digits in the binary
// arithmetic of many readers.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(`"` + a.String() + `"`), a.check() }

// UnmarshalJSON reads a quoted text or a plain number, as text. A null is an
// error: no amount is not an amount of zero.
func (a *Amount) UnmarshalJSON(data []byte) error {
	n, err := fixed.ParseJSON(data, Digits)
	if err != nil {
		return refuse(err)
	}
	*a = Amount{n}
	return nil
}

// Add gives a + b.
func (a Amount) Add(b Amount) Amount { return Amount{fixed.Add(a.n, b.n)} }

// Sub gives a - b.
func (a Amount) Sub(b Amount) Amount { return Amount{fixed.Sub(a.n, b.n)} }

// Neg gives -a.
func (a Amount) Neg() Amount { return Amount{fixed.Neg(a.n)} }

// Abs gives a without its sign.
func (a Amount) Abs() Amount { return Amount{fixed.Abs(a.n)} }

// Cmp gives -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int { return fixed.Cmp(a.n, b.n) }

// Less reports whether a is less than b.
func (a Amount) Less(b Amount) bool { return a.n < b.n }

// Sign gives -1, 0 or 1.
func (a Amount) Sign() int { return fixed.Cmp(a.n, 0) }

// IsZero reports whether a is zero.
func (a Amount) IsZero() bool { return a.n == 0 }

// Min gives the smaller of a and b.
func (a Amount) Min(b Amount) Amount { return Amount{fixed.Min(a.n, b.n)} }

// Max gives the larger of a and b.
func (a Amount) Max(b Amount) Amount { return Amount{fixed.Max(a.n, b.n)} }

// Valid is false for the mark of an amount that did not fit.
func (a Amount) Valid() bool { return a.n != fixed.Overflow }

// Sum adds all amounts.
func Sum(as ...Amount) Amount {
	var total Amount
	for _, a := range as {
		total = total.Add(a)
	}
	return total
}

// Package uom holds exact quantities and units of measure.
//
// Its nouns: a Quantity (a whole count of millionths of an item's base unit), a
// Ratio (how many base units are in one other unit, exactly) and Units (the
// other units of an item). A quantity is never rounded on its way to the base
// unit: it is refused when millionths cannot hold it.
//
// A quantity that does not fit (9.2 x 10^12) becomes a mark that stays: every
// operation on it gives it again, and Valid tells it apart.
package uom

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Digits is the number of decimals that a Quantity keeps.
const Digits = 6

// Quantity is a quantity in millionths of the base unit. The zero value is 0,
// and equal quantities are equal with ==.
type Quantity struct{ n int64 }

// FromUnits gives the quantity of n millionths.
func FromUnits(n int64) Quantity { return Quantity{n} }

// FromInt gives the quantity of n base units.
func FromInt(n int64) Quantity {
	return Quantity{fixed.MulDiv(n, fixed.Pow10(Digits), 1, fixed.Down)}
}

// FromDecimal gives d as a quantity, exactly or not at all.
func FromDecimal(d decimal.Decimal) (Quantity, error) {
	n, exact := fixed.FromDecimal(d, Digits, fixed.Down)
	if n == fixed.Overflow {
		return Quantity{}, refuse(fixed.ErrRange)
	}
	if !exact {
		return Quantity{}, refuse(fixed.ErrDigits)
	}
	return Quantity{n}, nil
}

// Units gives the count of millionths.
func (q Quantity) Units() int64 { return q.n }

// Parse reads a plain decimal text such as "2.5": at most 64 bytes and six
// decimals, no exponent, no spaces.
func Parse(s string) (Quantity, error) {
	n, err := fixed.Parse(s, Digits)
	if err != nil {
		return Quantity{}, refuse(err)
	}
	return Quantity{n}, nil
}

// MustParse is Parse for tests and constants: it panics on a bad text.
func MustParse(s string) Quantity {
	q, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return q
}

func refuse(err error) error { return fixed.Refuse(err, refusal.InvalidQuantity, "quantity") }

func (q Quantity) check() error {
	if !q.Valid() {
		return refuse(fixed.ErrRange)
	}
	return nil
}

// String gives the quantity without trailing zeros, such as "2.5".
func (q Quantity) String() string { return fixed.Format(q.n, Digits, 0) }

// Decimal gives the quantity as a decimal. That of a quantity that is not Valid
// is out of range, so it is refused on its way back in.
func (q Quantity) Decimal() decimal.Decimal { return decimal.New(q.n, -Digits) }

// MarshalText gives the text of String.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), q.check() }

// UnmarshalText reads what Parse reads.
func (q *Quantity) UnmarshalText(text []byte) error {
	if len(text) > fixed.MaxText {
		return refuse(fixed.ErrLong)
	}
	v, err := Parse(string(text))
	if err != nil {
		return err
	}
	*q = v
	return nil
}

// MarshalJSON gives a quoted text: a number would lose digits in the binary
// arithmetic of many readers.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(`"` + q.String() + `"`), q.check() }

// UnmarshalJSON reads a quoted text or a plain number, as text. A null is an
// error: no quantity is not a quantity of zero.
func (q *Quantity) UnmarshalJSON(data []byte) error {
	n, err := fixed.ParseJSON(data, Digits)
	if err != nil {
		return refuse(err)
	}
	*q = Quantity{n}
	return nil
}

// Add gives q + p.
func (q Quantity) Add(p Quantity) Quantity { return Quantity{fixed.Add(q.n, p.n)} }

// Sub gives q - p.
func (q Quantity) Sub(p Quantity) Quantity { return Quantity{fixed.Sub(q.n, p.n)} }

// Neg gives -q.
func (q Quantity) Neg() Quantity { return Quantity{fixed.Neg(q.n)} }

// Abs gives q without its sign.
func (q Quantity) Abs() Quantity { return Quantity{fixed.Abs(q.n)} }

// MulDiv gives q*num/den with a 128-bit intermediate, rounded once to millionths.
func (q Quantity) MulDiv(num, den Quantity, r fixed.Rounding) Quantity {
	return Quantity{fixed.MulDiv(q.n, num.n, den.n, r)}
}

// Split shares q over weights by largest remainder: the shares add up to it, and where q is no more than all weights together none is more than its weight.
// A negative weight makes every share invalid.
func (q Quantity) Split(weights []Quantity) []Quantity {
	units := make([]int64, len(weights))
	for i, w := range weights {
		units[i] = w.n
	}
	out := make([]Quantity, len(weights))
	for i, n := range fixed.Split(q.n, units, 1) {
		out[i].n = n
	}
	return out
}

// Cmp gives -1, 0 or 1 as q is less than, equal to or greater than p.
func (q Quantity) Cmp(p Quantity) int { return fixed.Cmp(q.n, p.n) }

// Less reports whether q is less than p.
func (q Quantity) Less(p Quantity) bool { return q.n < p.n }

// Sign gives -1, 0 or 1.
func (q Quantity) Sign() int { return fixed.Cmp(q.n, 0) }

// IsZero reports whether q is zero.
func (q Quantity) IsZero() bool { return q.n == 0 }

// Min gives the smaller of q and p.
func (q Quantity) Min(p Quantity) Quantity { return Quantity{fixed.Min(q.n, p.n)} }

// Max gives the larger of q and p.
func (q Quantity) Max(p Quantity) Quantity { return Quantity{fixed.Max(q.n, p.n)} }

// Valid is false for the mark of a quantity that did not fit.
func (q Quantity) Valid() bool { return q.n != fixed.Overflow }

// Sum adds all quantities.
func Sum(qs ...Quantity) Quantity {
	var total Quantity
	for _, q := range qs {
		total = total.Add(q)
	}
	return total
}

package money

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Rounding says where a remainder goes.
type Rounding = fixed.Rounding

// The roundings. HalfUp is the zero value.
const (
	HalfUp   = fixed.HalfUp   // to the nearest, a half away from zero
	HalfEven = fixed.HalfEven // to the nearest, a half to the even neighbour
	Down     = fixed.Down     // toward zero
	Up       = fixed.Up       // away from zero
)

// Currency says how amounts are made in one currency. Decimals is 0 to 4; what
// is outside counts as the nearer end. The zero value rounds to whole units.
type Currency struct {
	Code     string
	Decimals int
	Rounding Rounding
}

// ISO gives a currency by its code, with the decimals of ISO 4217: two, but for those that have none or three.
func ISO(code string, r Rounding) Currency {
	switch code {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return Currency{code, 0, r}
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return Currency{code, 3, r}
	}
	return Currency{code, 2, r}
}

func (c Currency) decimals() int { return min(max(c.Decimals, 0), Digits) }

// Step gives the smallest coin in units of 1/10,000: 100 for two decimals.
func (c Currency) Step() int64 { return fixed.Pow10(Digits - c.decimals()) }

// Round makes an amount of d, rounded to the currency's decimals.
func (c Currency) Round(d decimal.Decimal) (Amount, error) {
	n, _ := fixed.FromDecimal(d, c.decimals(), c.Rounding)
	return c.made(n)
}

// Extend makes an amount of price times quantity, rounded once.
func (c Currency) Extend(price decimal.Decimal, qty decimal.Decimal) (Amount, error) {
	n, _ := fixed.FromProduct(price, qty, c.decimals(), c.Rounding)
	return c.made(n)
}

func (c Currency) made(coins int64) (Amount, error) {
	a := Amount{fixed.Mul(coins, c.Step())}
	if !a.Valid() {
		return Amount{}, refusal.New(refusal.LimitExceeded, c.Code, "the amount is too large to be kept")
	}
	return a, nil
}

// Share gives v*part/whole rounded to the currency's decimals. The whole of it
// is v exactly, so what empties a stock takes all its value. A share of nothing
// (whole is zero) is zero when v is zero; otherwise there is no right answer and
// the result is not Valid.
func (c Currency) Share(v Amount, part, whole int64) Amount {
	switch {
	case whole == 0 && v.IsZero() && part != fixed.Overflow:
		return v
	case whole == 0 || part == fixed.Overflow:
		return Amount{fixed.Overflow}
	case part == whole:
		return v
	}
	return Amount{fixed.MulDivStep(v.n, part, whole, c.Step(), c.Rounding)}
}

// Split shares total over weights at the currency's smallest coin, by largest
// remainder, ties to the first; the shares sum to total. A zero weight gets
// nothing; when all are zero the first takes all. What total has finer than the
// coin goes to the first of the largest weights. A negative weight makes every
// share not Valid.
func (c Currency) Split(total Amount, weights []int64) []Amount {
	parts := fixed.Split(total.n, weights, c.Step())
	shares := make([]Amount, len(parts))
	for i, n := range parts {
		shares[i] = Amount{n}
	}
	return shares
}

// Fits reports whether a is a multiple of the smallest coin.
func (c Currency) Fits(a Amount) bool { return a.n == 0 || a.Valid() && a.n%c.Step() == 0 }

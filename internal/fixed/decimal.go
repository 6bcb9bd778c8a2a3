package fixed

import (
	"math"
	"math/big"

	"github.com/shopspring/decimal"
)

// Bounds of a decimal that is looked at at all. They are checked before any
// arithmetic: a decimal of a few bytes can stand for millions of digits.
const (
	maxExponent = 64
	maxBits     = 512
)

// FromDecimal gives d in units of 10^-digits, rounded once, and whether nothing
// was left over. The value is Overflow when it does not fit.
func FromDecimal(d decimal.Decimal, digits int, r Rounding) (n int64, exact bool) {
	return product(factorOf(d), factor{small: 1}, digits, r)
}

// FromProduct gives a*b in units of 10^-digits, rounded once, as FromDecimal does.
func FromProduct(a, b decimal.Decimal, digits int, r Rounding) (n int64, exact bool) {
	return product(factorOf(a), factorOf(b), digits, r)
}

// factor is a decimal taken apart: its coefficient, in small or else in large.
type factor struct {
	small int64
	large *big.Int
	exp   int
	over  bool // beyond the bounds
}

func factorOf(d decimal.Decimal) factor {
	exp := int(d.Exponent())
	if exp < -maxExponent || exp > maxExponent {
		return factor{over: true}
	}
	if exp <= 0 && -exp < len(limits) {
		if at := &limits[-exp]; d.Cmp(at.max) <= 0 && d.Cmp(at.min) >= 0 {
			return factor{small: d.CoefficientInt64(), exp: exp}
		}
	}
	c := d.Coefficient()
	if c.BitLen() > maxBits {
		return factor{over: true}
	}
	if c.IsInt64() && c.Int64() != Overflow {
		return factor{small: c.Int64(), exp: exp}
	}
	return factor{large: c, exp: exp}
}

// limits holds the largest and smallest coefficient for the exponents that
// prices and quantities have. Comparing at one exponent looks at the
// coefficients only, so the usual decimal is taken in without an allocation.
var limits = func() (t [13]struct{ max, min decimal.Decimal }) {
	for i := range t {
		t[i].max = decimal.New(math.MaxInt64, int32(-i))
		t[i].min = decimal.New(-math.MaxInt64, int32(-i))
	}
	return t
}()

func product(a, b factor, digits int, r Rounding) (int64, bool) {
	if a.over || b.over {
		return Overflow, false
	}
	exp := a.exp + b.exp + digits
	if a.large == nil && b.large == nil {
		switch {
		case a.small == 0 || b.small == 0:
			return 0, true
		case exp <= 0 && -exp < len(powers):
			return mulDiv(a.small, b.small, powers[-exp], r)
		case exp > 0 && exp < len(powers):
			// A product that does not fit stays so when it grows.
			return mulDiv(MulDiv(a.small, b.small, 1, Down), powers[exp], 1, Down)
		}
	}
	return scale(new(big.Int).Mul(a.big(), b.big()), exp, r)
}

func (f factor) big() *big.Int {
	if f.large != nil {
		return f.large
	}
	return big.NewInt(f.small)
}

// scale gives c*10^exp rounded to a whole number. Both are bounded by now.
func scale(c *big.Int, exp int, r Rounding) (int64, bool) {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exp, -exp))), nil)
	rem := new(big.Int)
	if exp >= 0 {
		c.Mul(c, power)
	} else {
		negative := c.Sign() < 0
		c.Abs(c)
		c.QuoRem(c, power, rem)
		gap := new(big.Int).Sub(power, rem)
		if rem.Sign() != 0 && away(uint64(c.Bit(0)), rem.Cmp(gap), r) {
			c.Add(c, big.NewInt(1))
		}
		if negative {
			c.Neg(c)
		}
	}
	if !c.IsInt64() || c.Int64() == Overflow {
		return Overflow, false
	}
	return c.Int64(), rem.Sign() == 0
}

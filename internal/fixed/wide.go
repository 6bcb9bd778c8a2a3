package fixed

import (
	"cmp"
	"math/bits"
)

// wide is an unsigned number of 128 bits.
type wide struct{ hi, lo uint64 }

func mul(a, b uint64) wide {
	hi, lo := bits.Mul64(a, b)
	return wide{hi, lo}
}

// plus wraps at 2^128; its one caller adds fewer than 2^64 numbers below 2^63.
func (u wide) plus(v uint64) wide {
	lo, carry := bits.Add64(u.lo, v, 0)
	return wide{u.hi + carry, lo}
}

// sub needs v <= u.
func (u wide) sub(v wide) wide {
	lo, borrow := bits.Sub64(u.lo, v.lo, 0)
	hi, _ := bits.Sub64(u.hi, v.hi, borrow)
	return wide{hi, lo}
}

func (u wide) cmp(v wide) int {
	if u.hi != v.hi {
		return cmp.Compare(u.hi, v.hi)
	}
	return cmp.Compare(u.lo, v.lo)
}

// div gives quotient and remainder; ok is false when v is zero or the quotient
// needs more than 64 bits.
func (u wide) div(v wide) (q uint64, rem wide, ok bool) {
	if v.hi == 0 {
		if u.hi >= v.lo {
			return 0, wide{}, false
		}
		q, r := bits.Div64(u.hi, u.lo, v.lo)
		return q, wide{0, r}, true
	}
	// Divide by the upper 64 bits of v: the estimate is at most one too large,
	// so it is taken one lower and put right by one compare.
	n := bits.LeadingZeros64(v.hi)
	top := v.hi<<n | v.lo>>1>>(63-n)
	q, _ = bits.Div64(u.hi>>1, u.lo>>1|u.hi<<63, top)
	q = q >> (63 - n)
	if q > 0 {
		q--
	}
	p := mul(q, v.lo)
	p.hi += q * v.hi
	rem = u.sub(p)
	if rem.cmp(v) >= 0 {
		q++
		rem = rem.sub(v)
	}
	return q, rem, true
}

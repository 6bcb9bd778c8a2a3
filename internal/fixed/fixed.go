// Package fixed is integer arithmetic for scaled decimals: the ground that
// money and quantities stand on.
//
// Its nouns: a value (an int64 that counts the smallest part, such as 1/10,000),
// the rounding (what happens to a remainder), the step (a coarser part to round
// to, such as a coin) and Overflow (the mark of a value that did not fit).
// Nothing here panics and nothing wraps around.
package fixed

import (
	"cmp"
	"math"
	"math/bits"
)

// Rounding says where a remainder goes.
type Rounding uint8

// The roundings. HalfUp is the zero value.
const (
	HalfUp   Rounding = iota // to the nearest, a half away from zero
	HalfEven                 // to the nearest, a half to the even neighbour
	Down                     // toward zero
	Up                       // away from zero
)

// Overflow marks a value that did not fit. Every operation on it gives it
// again, so a chain of steps is checked once, at its end. The range of true
// values is symmetric: -MaxInt64 to MaxInt64.
const Overflow = math.MinInt64

// Add gives a + b.
func Add(a, b int64) int64 {
	s := a + b
	if a == Overflow || b == Overflow || (a^s)&(b^s) < 0 {
		return Overflow
	}
	return s
}

// Sub gives a - b.
func Sub(a, b int64) int64 {
	if b == Overflow {
		return Overflow
	}
	return Add(a, -b)
}

// Neg gives -a. The mark is its own negative in two's complement.
func Neg(a int64) int64 { return -a }

// Abs gives a without its sign; the mark stays the mark.
func Abs(a int64) int64 {
	if a < 0 {
		return -a
	}
	return a
}

// Min gives the smaller of a and b.
func Min(a, b int64) int64 { return min(a, b) } // the mark is the smallest int64

// Max gives the larger of a and b.
func Max(a, b int64) int64 {
	if a == Overflow || b == Overflow {
		return Overflow
	}
	return max(a, b)
}

// Mul gives a * b.
func Mul(a, b int64) int64 {
	hi, lo := bits.Mul64(size(a), size(b))
	switch {
	case a == Overflow || b == Overflow || hi > 0 || lo > math.MaxInt64:
		return Overflow
	case (a ^ b) < 0:
		return -int64(lo)
	}
	return int64(lo)
}

// MulDiv gives a*b/c with a 128-bit intermediate, rounded once. It is Overflow
// when c is zero or the result does not fit.
func MulDiv(a, b, c int64, r Rounding) int64 {
	n, _ := mulDiv(a, b, c, r)
	return n
}

// MulDivExact gives a*b/c and whether nothing was left over. Without exactness
// the value is the one toward zero, or Overflow.
func MulDivExact(a, b, c int64) (n int64, exact bool) { return mulDiv(a, b, c, Down) }

func mulDiv(a, b, c int64, r Rounding) (n int64, exact bool) {
	if a == Overflow || b == Overflow || c == Overflow || c == 0 {
		return Overflow, false
	}
	hi, lo := bits.Mul64(size(a), size(b))
	d := size(c)
	if hi >= d {
		return Overflow, false
	}
	q, rem := lo/d, lo%d
	if hi > 0 {
		q, rem = bits.Div64(hi, lo, d)
	}
	if rem != 0 && q <= math.MaxInt64 && away(q, cmp.Compare(rem, d-rem), r) {
		q++
	}
	if q > math.MaxInt64 {
		return Overflow, false
	}
	if (a ^ b ^ c) < 0 {
		return -int64(q), rem == 0
	}
	return int64(q), rem == 0
}

// MulDivStep gives a*b/c rounded once to a multiple of step.
func MulDivStep(a, b, c, step int64, r Rounding) int64 {
	if step <= 1 {
		return MulDiv(a, b, c, r)
	}
	if a%step == 0 && a != Overflow { // the usual case: the value is in whole steps already
		return Mul(MulDiv(a/step, b, c, r), step)
	}
	if a == Overflow || b == Overflow || c == Overflow || c == 0 {
		return Overflow
	}
	d := mul(size(c), size(step))
	q, rem, ok := mul(size(a), size(b)).div(d)
	if !ok || q > math.MaxInt64 {
		return Overflow
	}
	if rem != (wide{}) && away(q, rem.cmp(d.sub(rem)), r) {
		q++
	}
	if q > math.MaxInt64 {
		return Overflow
	}
	n := Mul(int64(q), step)
	if (a ^ b ^ c) < 0 {
		return Neg(n)
	}
	return n
}

// away says whether a quotient q with a remainder that is not zero moves away
// from zero; half compares the remainder with what is missing to the next q.
func away(q uint64, half int, r Rounding) bool {
	switch r {
	case Down:
		return false
	case Up:
		return true
	case HalfEven:
		return half > 0 || half == 0 && q&1 == 1
	default:
		return half >= 0
	}
}

// Cmp gives -1, 0 or 1 as a is less than, equal to or greater than b.
func Cmp(a, b int64) int { return cmp.Compare(a, b) }

func size(a int64) uint64 {
	if a < 0 {
		return uint64(-a)
	}
	return uint64(a)
}

// Pow10 gives 10^n for n from 0 to 18, and Overflow otherwise.
func Pow10(n int) int64 {
	if n < 0 || n >= len(powers) {
		return Overflow
	}
	return powers[n]
}

var powers = [19]int64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

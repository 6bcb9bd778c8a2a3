package fixed

import "slices"

// Split shares total over weights in multiples of step: each gets its share
// rounded down, and what is left goes, one step each, to the largest remainders,
// ties to the first. The shares sum to total exactly. A zero weight gets
// nothing; when all are zero the first takes all. What total has beyond whole
// steps goes to the first of the largest weights. A negative total mirrors its
// positive. A negative weight or Overflow anywhere makes every share Overflow.
func Split(total int64, weights []int64, step int64) []int64 {
	shares := make([]int64, len(weights))
	if len(weights) == 0 {
		return shares
	}
	sum, largest, ok := weigh(weights)
	if !ok || total == Overflow {
		for i := range shares {
			shares[i] = Overflow
		}
		return shares
	}
	if sum == (wide{}) {
		shares[0] = total
		return shares
	}
	step = max(step, 1)
	steps := Abs(total) / step
	deal(shares, weights, steps, sum)
	for i := range shares {
		shares[i] *= step // at most |total|
	}
	shares[largest] += Abs(total) % step
	if total < 0 {
		for i := range shares {
			shares[i] = -shares[i]
		}
	}
	return shares
}

func weigh(weights []int64) (sum wide, largest int, ok bool) {
	for i, w := range weights {
		if w < 0 {
			return wide{}, 0, false
		}
		sum = sum.plus(uint64(w))
		if w > weights[largest] {
			largest = i
		}
	}
	return sum, largest, true
}

// deal fills shares with whole steps by largest remainder.
func deal(shares, weights []int64, steps int64, sum wide) {
	type remainder struct {
		at   int
		size wide
	}
	var rest []remainder
	left := steps
	for i, w := range weights {
		q, rem, _ := mul(uint64(steps), uint64(w)).div(sum) // w <= sum, so it fits
		shares[i] = int64(q)
		left -= int64(q)
		if rem != (wide{}) {
			rest = append(rest, remainder{i, rem})
		}
	}
	if left == 0 {
		return
	}
	// More remainders than steps left: each is less than a whole step.
	slices.SortStableFunc(rest, func(a, b remainder) int { return b.size.cmp(a.size) })
	for _, r := range rest[:left] {
		shares[r.at]++
	}
}

package costing

import "math/big"

// Mutual gives what pools come to that give to each other: each has what comes from outside and shares of the others' totals,
//
//	total[i] = own[i] + Σ share[i][j] × total[j]
//
// which is the algebraic method of reciprocal allocation (代数分配法, 交互分配): departments that serve each other, products that are made of each other, goods
// that are reworked. The totals are exact. It is not ok where value goes round among pools and nothing of it leaves: shares of an order that leads back
// to where it began come to one, and no total answers to them. Shares are not below zero; a missing one (nil) is none.
//
// It is Gauss's elimination on rationals, without exchange of rows: a system of shares has an answer for every own value exactly if all its pivots are above
// zero (Hawkins and Simon, 1949).
func Mutual(own []*big.Rat, share [][]*big.Rat) (total []*big.Rat, ok bool) {
	n := len(own)
	rows := make([][]*big.Rat, n) // of (1 - share) x total = own
	for i := range rows {
		rows[i] = make([]*big.Rat, n+1)
		for j := range n {
			if s := share[i][j]; s != nil && s.Sign() != 0 {
				rows[i][j] = new(big.Rat).Neg(s)
			}
		}
		if rows[i][i] == nil {
			rows[i][i] = new(big.Rat)
		}
		rows[i][i].Add(rows[i][i], big.NewRat(1, 1))
		rows[i][n] = new(big.Rat).Set(own[i])
	}
	for k := range n {
		if rows[k][k].Sign() <= 0 {
			return nil, false
		}
		for i := k + 1; i < n; i++ {
			subtract(rows[i], rows[k], k)
		}
	}
	total = make([]*big.Rat, n)
	for i := n - 1; i >= 0; i-- {
		sum := rows[i][n]
		for j := i + 1; j < n; j++ {
			if c := rows[i][j]; c != nil {
				sum.Sub(sum, new(big.Rat).Mul(c, total[j]))
			}
		}
		total[i] = sum.Quo(sum, rows[i][i])
	}
	return total, true
}

// subtract takes a row from another, as often as makes its column k nothing.
func subtract(from, row []*big.Rat, k int) {
	if from[k] == nil || from[k].Sign() == 0 {
		return
	}
	times := new(big.Rat).Quo(from[k], row[k])
	from[k] = nil
	for j := k + 1; j < len(row); j++ {
		if row[j] == nil {
			continue
		}
		if from[j] == nil {
			from[j] = new(big.Rat)
		}
		from[j].Sub(from[j], new(big.Rat).Mul(times, row[j]))
	}
}

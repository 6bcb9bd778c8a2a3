package explain

import (
	"fmt"
	"math/big"
	"math/bits"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// weights are amounts before they are rounded, by what they are of: scaled by 2^64.
type weights struct {
	of []weight
	at map[costing.Source]int
}

type weight struct {
	of costing.Source
	w  *big.Int
}

func newWeights() weights { return weights{at: map[costing.Source]int{}} }

func (ws *weights) add(of costing.Source, w *big.Int) {
	i, there := ws.at[of]
	if !there {
		i, ws.at[of] = len(ws.of), len(ws.of)
		ws.of = append(ws.of, weight{of, new(big.Int)})
	}
	ws.of[i].w.Add(ws.of[i].w, w)
}

// sum is what the weights come to as an amount; they were split without a loss.
func (ws *weights) sum() money.Amount {
	all := new(big.Int)
	for _, w := range ws.of {
		all.Add(all, w.w)
	}
	return money.FromUnits(all.Rsh(all, 64).Int64())
}

// parts splits a total by the weights. What is below zero by less than a coin is what rounding left.
func (ws *weights) parts(cur money.Currency, total money.Amount) (out []part) {
	all, coin := new(big.Int), scaled(money.FromUnits(-cur.Step()))
	of := make([]weight, 0, len(ws.of))
	for _, w := range ws.of {
		if w.w.Sign() > 0 || w.w.Cmp(coin) < 0 || total.Sign() < 0 {
			of = append(of, w)
			all.Add(all, new(big.Int).Abs(w.w))
		}
	}
	shift := uint(max(all.BitLen()-62, 0))
	units := make([]int64, len(of))
	for i, w := range of {
		units[i] = w.w.Quo(w.w, new(big.Int).Lsh(big.NewInt(1), shift)).Int64()
	}
	for i, a := range apportion(cur, total, units) {
		if !a.IsZero() {
			out = append(out, part{of[i].of, a})
		}
	}
	return out
}

// part is how much of an amount came from one root: the entry that brought it into a stream, or charged it to an order.
type part struct {
	root   costing.Source
	amount money.Amount
}

func sumOf(parts []part) (sum money.Amount) {
	for _, p := range parts {
		sum = sum.Add(p.amount)
	}
	return sum
}

// share splits a total over amounts so that the shares sum to it: the amounts themselves where they do. Nothing can be split over what sums to nothing: nil.
func share(cur money.Currency, total money.Amount, over []money.Amount) []money.Amount {
	if money.Sum(over...) == total {
		return append([]money.Amount{}, over...)
	}
	units := make([]int64, len(over))
	for i, w := range over {
		units[i] = w.Units()
	}
	return apportion(cur, total, units)
}

// apportion splits a total by weights: by largest remainder; where some are below zero, by rounding the running sum. Nil if they sum to nothing.
func apportion(cur money.Currency, total money.Amount, weights []int64) []money.Amount {
	var sum int64
	up, down := 0, 0
	size := make([]int64, len(weights))
	for i, w := range weights {
		sum += w
		switch {
		case w > 0:
			up++
			size[i] = w
		case w < 0:
			down++
			size[i] = -w
		}
	}
	switch {
	case sum == 0:
		return nil
	case up == 0 || down == 0:
		return cur.Split(total, size)
	}
	out := make([]money.Amount, len(weights))
	var upto int64
	var given money.Amount
	for i, w := range weights {
		upto += w
		of, reached := sum, upto
		if sum < 0 {
			of, reached = -sum, -upto
		}
		now := cur.Share(total, reached, of)
		out[i], given = now.Sub(given), now
	}
	return out
}

// mulDiv is a x b / c for amounts above zero, of which b is no more than c.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}

// byRoot adds up parts of one root, in order.
func byRoot(parts []part) (out []part) {
	at := map[costing.Source]int{}
	for _, p := range parts {
		if i, there := at[p.root]; there {
			out[i].amount = out[i].amount.Add(p.amount)
			continue
		}
		at[p.root] = len(out)
		out = append(out, p)
	}
	return out
}

// broken says that the books contradict themselves: two figures that must be the same are not.
func broken(subject string, want, have fmt.Stringer, reason string, args ...any) error {
	return refusal.New(refusal.InvalidState, subject, "the books do not explain this: "+reason, args...).Numbers(want, have)
}

package explain

import (
	"fmt"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// layerKey names a layer of a stream: what a receipt made, or a part of it.
type layerKey struct {
	costing.Source
	part int32
}

// part is how much of an amount came from one root: the entry that brought it into a stream, or charged it to an order.
type part struct {
	layer  layerKey
	root   costing.Source
	amount money.Amount
}

func sumOf(parts []part) (sum money.Amount) {
	for _, p := range parts {
		sum = sum.Add(p.amount)
	}
	return sum
}

// share splits a total over weights so that the shares sum to it: the weights themselves where they do, else by largest remainder; where some are below zero,
// by rounding the running sum. Nothing can be split over weights that sum to nothing: nil.
func share(cur money.Currency, total money.Amount, weights []money.Amount) []money.Amount {
	sum, up, down := money.Sum(weights...), 0, 0
	units := make([]int64, len(weights))
	for i, w := range weights {
		units[i] = w.Abs().Units()
		switch w.Sign() {
		case 1:
			up++
		case -1:
			down++
		}
	}
	switch {
	case sum == total:
		return append([]money.Amount{}, weights...)
	case sum.IsZero():
		return nil
	case up == 0 || down == 0:
		return cur.Split(total, units)
	}
	out := make([]money.Amount, len(weights))
	var upto, given money.Amount
	for i, w := range weights {
		upto = upto.Add(w)
		whole, reached := sum, upto
		if sum.Sign() < 0 {
			whole, reached = sum.Neg(), upto.Neg()
		}
		now := cur.Share(total, reached.Units(), whole.Units())
		out[i], given = now.Sub(given), now
	}
	return out
}

// sharing splits a total over parts.
func sharing(cur money.Currency, total money.Amount, parts []part) (out []part, ok bool) {
	weights := make([]money.Amount, len(parts))
	for i, p := range parts {
		weights[i] = p.amount
	}
	shares := share(cur, total, weights)
	for i, s := range shares {
		if !s.IsZero() {
			p := parts[i]
			p.amount = s
			out = append(out, p)
		}
	}
	return out, shares != nil
}

// less takes parts out of others that hold them.
func less(parts, gone []part) (left []part) {
	out := map[part]money.Amount{}
	for _, g := range gone {
		k := part{layer: g.layer, root: g.root}
		out[k] = out[k].Add(g.amount)
	}
	for _, p := range parts {
		k := part{layer: p.layer, root: p.root}
		p.amount = p.amount.Sub(out[k])
		delete(out, k)
		if !p.amount.IsZero() {
			left = append(left, p)
		}
	}
	return left
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
		out = append(out, part{root: p.root, amount: p.amount})
	}
	return out
}

// broken says that the books contradict themselves: two figures that must be the same are not.
func broken(subject string, want, have fmt.Stringer, reason string, args ...any) error {
	return refusal.New(refusal.InvalidState, subject, "the books do not explain this: "+reason, args...).Numbers(want, have)
}

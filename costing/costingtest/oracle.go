package costingtest

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
)

// Oracle says what an issue from a state should cost, exactly: the method may differ by half of the smallest coin for each layer that it takes from.
// The state has all its layers.
type Oracle func(s costing.State, i costing.Issue) decimal.Decimal

// OldestFirst is the cost of the oldest goods.
func OldestFirst(s costing.State, i costing.Issue) decimal.Decimal {
	left, cost := i.Qty.Decimal(), decimal.Zero
	for _, l := range s.Layers {
		part := decimal.Min(left, l.Qty.Decimal())
		cost = cost.Add(share(l.Value.Decimal(), part, l.Qty.Decimal()))
		left = left.Sub(part)
	}
	return cost
}

// NewestFirst is the cost of the newest goods.
func NewestFirst(s costing.State, i costing.Issue) decimal.Decimal {
	turned := s.Clone()
	for n, l := range s.Layers {
		turned.Layers[len(s.Layers)-1-n] = l
	}
	return OldestFirst(turned, i)
}

// Average is the quantity's share of all that is here.
func Average(s costing.State, i costing.Issue) decimal.Decimal {
	return share(s.Stream.Value.Decimal(), i.Qty.Decimal(), s.Stream.Qty.Decimal())
}

func share(value, part, whole decimal.Decimal) decimal.Decimal {
	return value.Mul(part).DivRound(whole, 20)
}

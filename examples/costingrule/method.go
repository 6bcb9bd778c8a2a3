package main

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// ThirtyDays is a thirty-day average: what came in within the thirty days before an issue leaves at its average; what is older leaves before it, the
// oldest first. So old prices are used up, and a single dear purchase is spread over a month. Receipts come in as under FIFO, each as a layer.
type ThirtyDays struct{ costing.FIFO }

// Name is what items say.
func (ThirtyDays) Name() string { return "thirty_days" }

// Reads says what an issue must see.
func (ThirtyDays) Reads() costing.Reads { return costing.ReadsSince(30) }

// Out takes old layers one by one, then of all recent ones in proportion to what each holds: that is their average.
func (m ThirtyDays) Out(s *costing.State, cur money.Currency, i costing.Issue) ([]costing.Taken, error) {
	if err := s.Enough(m, i.Qty); err != nil {
		return nil, err
	}
	taken := i.Room
	recent, _ := m.Reads().Since(i.Date)
	left := i.Qty
	for !left.IsZero() && s.Layers[0].Date < recent {
		t := s.TakeLayer(cur, 0, left)
		taken, left = append(taken, t), left.Sub(t.Qty)
	}
	if left.IsZero() {
		return taken, nil
	}
	held := make([]uom.Quantity, len(s.Layers))
	for n, l := range s.Layers {
		held[n] = l.Qty
	}
	parts := left.Split(held)
	for n := len(parts) - 1; n >= 0; n-- { // from behind: a layer that is used up is no longer in the list
		if !parts[n].IsZero() {
			taken = append(taken, s.TakeLayer(cur, n, parts[n]))
		}
	}
	return taken, nil
}

// cost says the same as a formula: an oracle for the proof.
func cost(s costing.State, i costing.Issue) decimal.Decimal {
	recent, _ := ThirtyDays{}.Reads().Since(i.Date)
	left, sum := i.Qty.Decimal(), decimal.Zero
	var value, qty decimal.Decimal
	for _, l := range s.Layers {
		if l.Date >= recent {
			value, qty = value.Add(l.Value.Decimal()), qty.Add(l.Qty.Decimal())
			continue
		}
		part := decimal.Min(left, l.Qty.Decimal())
		sum, left = sum.Add(l.Value.Decimal().Mul(part).DivRound(l.Qty.Decimal(), 20)), left.Sub(part)
	}
	if left.IsZero() {
		return sum
	}
	return sum.Add(value.Mul(left).DivRound(qty, 20))
}

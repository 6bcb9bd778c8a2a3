package storagetest

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Methods are costing methods as a host may have them, for tests: what they read is none of what the built-in ones do.
func Methods() []costing.Method { return []costing.Method{dearest{}, byLot{}, recent{}} }

// dearest takes the dearest goods first.
type dearest struct{ costing.FIFO }

func (dearest) Name() string         { return "dearest" }
func (dearest) Reads() costing.Reads { return costing.ReadsAll }

func (m dearest) Out(s *costing.State, cur money.Currency, i costing.Issue) ([]costing.Taken, error) {
	if err := s.Enough(m, i.Qty); err != nil {
		return nil, err
	}
	return drawn(s, cur, i.Qty, func() int {
		best := 0
		for n, l := range s.Layers {
			of := s.Layers[best]
			if l.Value.Decimal().Mul(of.Qty.Decimal()).GreaterThan(of.Value.Decimal().Mul(l.Qty.Decimal())) {
				best = n
			}
		}
		return best
	}), nil
}

// byLot takes the oldest goods of the lot that is asked for.
type byLot struct{ costing.FIFO }

func (byLot) Name() string         { return "by_lot" }
func (byLot) Reads() costing.Reads { return costing.ReadsNamed }

func (m byLot) Out(s *costing.State, cur money.Currency, i costing.Issue) ([]costing.Taken, error) {
	of := func(l costing.Layer) bool { return i.Lot == "" || l.Lot == i.Lot }
	var here uom.Quantity
	for _, l := range s.Layers {
		if of(l) {
			here = here.Add(l.Qty)
		}
	}
	if err := s.Enough(m, i.Qty); err != nil {
		return nil, err
	}
	if here.Less(i.Qty) {
		return nil, refusal.New(refusal.InsufficientStock, s.Stream.Item, "less of lot %s is valued than is to leave", i.Lot).Numbers(i.Qty, here)
	}
	return drawn(s, cur, i.Qty, func() int { return slices.IndexFunc(s.Layers, of) }), nil
}

// drawn takes a quantity from one layer after another, as choose says.
func drawn(s *costing.State, cur money.Currency, qty uom.Quantity, choose func() int) (out []costing.Taken) {
	for !qty.IsZero() {
		t := s.TakeLayer(cur, choose(), qty)
		out, qty = append(out, t), qty.Sub(t.Qty)
	}
	return out
}

// recent takes old goods first, the oldest before the others, and then of all that came in the last three days in proportion.
type recent struct{ costing.FIFO }

func (recent) Name() string         { return "recent" }
func (recent) Reads() costing.Reads { return costing.ReadsSince(3) }

func (m recent) Out(s *costing.State, cur money.Currency, i costing.Issue) ([]costing.Taken, error) {
	if err := s.Enough(m, i.Qty); err != nil {
		return nil, err
	}
	var out []costing.Taken
	since, _ := m.Reads().Since(i.Date)
	for !i.Qty.IsZero() && s.Layers[0].Date < since {
		t := s.TakeLayer(cur, 0, i.Qty)
		out, i.Qty = append(out, t), i.Qty.Sub(t.Qty)
	}
	return append(out, proportionally(s, cur, i.Qty, since)...), nil
}

func proportionally(s *costing.State, cur money.Currency, qty uom.Quantity, since calendar.Date) (out []costing.Taken) {
	if qty.IsZero() {
		return nil
	}
	weights := make([]uom.Quantity, len(s.Layers))
	for n, l := range s.Layers {
		if l.Date >= since {
			weights[n] = l.Qty
		}
	}
	parts := qty.Split(weights)
	for n := len(parts) - 1; n >= 0; n-- { // from behind, so that what is used up moves none that is still to come
		if !parts[n].IsZero() {
			out = append(out, s.TakeLayer(cur, n, parts[n]))
		}
	}
	return out
}

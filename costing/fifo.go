package costing

import (
	"slices"

	"github.com/ledgermill/ledgermill/ledger/money"
)

// FIFO is first in, first out: every receipt is a layer, and an issue takes from the oldest.
type FIFO struct{}

// Name is fifo.
func (FIFO) Name() string { return "fifo" }

// Reads says that an issue must see the oldest layers that cover it.
func (FIFO) Reads() Reads { return ReadsOldest }

// In puts a layer in its place by date and source.
func (FIFO) In(s *State, r Receipt) {
	i, _ := s.find(r.Date, r.Source, 0)
	s.Layers = slices.Insert(s.Layers, i, Layer{Item: s.Stream.Item, Scope: s.Stream.Scope, Date: r.Date, Source: r.Source, Lot: r.Lot, Qty: r.Qty, Value: r.Value})
	s.in(r.Qty, r.Value)
}

// Out takes the quantity from the layers in their order: a layer that is used up gives all its value, the last one its share.
func (f FIFO) Out(s *State, cur money.Currency, i Issue) ([]Taken, error) {
	if err := s.Enough(f, i.Qty); err != nil {
		return nil, err
	}
	taken := i.Room
	for qty := i.Qty; !qty.IsZero(); {
		t := s.TakeLayer(cur, 0, qty)
		taken, qty = append(taken, t), qty.Sub(t.Qty)
	}
	return taken, nil
}

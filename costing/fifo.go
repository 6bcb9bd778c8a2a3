package costing

import (
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
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
func (f FIFO) Out(s *State, cur money.Currency, qty uom.Quantity, _ string) ([]Taken, error) {
	if err := s.enough(f, qty); err != nil {
		return nil, err
	}
	var taken []Taken
	for !qty.IsZero() {
		t := s.takeFrom(cur, 0, qty)
		taken, qty = append(taken, t), qty.Sub(t.Qty)
	}
	return taken, nil
}

// takeFrom takes up to a quantity from one layer: all its value with its last units, else their share of what it is worth.
func (s *State) takeFrom(cur money.Currency, i int, qty uom.Quantity) Taken {
	l := &s.Layers[i]
	qty = qty.Min(l.Qty)
	t := Taken{l.Source, l.Part, l.Date, l.Lot, qty, cur.Share(l.Value, qty.Units(), l.Qty.Units())}
	l.Qty, l.Value = l.Qty.Sub(t.Qty), l.Value.Sub(t.Value)
	s.out(t.Qty, t.Value)
	if l.Qty.IsZero() {
		s.drop(i)
	}
	return t
}

// drop takes a layer out. The oldest goes without moving those behind it, however many there are.
func (s *State) drop(i int) {
	if i == 0 {
		s.Layers[0] = Layer{}
		s.Layers = s.Layers[1:]
		return
	}
	s.Layers = slices.Delete(s.Layers, i, i+1)
}

// PutBack returns units to the layer they came from, which is made again if it was used up.
func (FIFO) PutBack(s *State, t Taken) {
	i, found := s.find(t.Date, t.Source, t.Part)
	if !found {
		s.Layers = slices.Insert(s.Layers, i, Layer{Item: s.Stream.Item, Scope: s.Stream.Scope, Date: t.Date, Source: t.Source, Part: t.Part, Lot: t.Lot})
	}
	l := &s.Layers[i]
	l.Qty, l.Value = l.Qty.Add(t.Qty), l.Value.Add(t.Value)
	s.in(t.Qty, t.Value)
}

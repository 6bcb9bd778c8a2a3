package costing

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Average is the moving weighted average: one pool, and an issue takes its share of the pool's value.
type Average struct{}

// Name is average.
func (Average) Name() string { return "average" }

// Reads says that the totals are enough.
func (Average) Reads() Reads { return ReadsPool }

// In adds to the pool.
func (Average) In(s *State, r Receipt) { s.in(r.Qty, r.Value) }

// Out takes the quantity's share of the pool's value; the last units take all of it.
func (a Average) Out(s *State, cur money.Currency, qty uom.Quantity, _ string) ([]Taken, error) {
	if err := s.enough(a, qty); err != nil {
		return nil, err
	}
	value := cur.Share(s.Stream.Value, qty.Units(), s.Stream.Qty.Units())
	s.out(qty, value)
	return []Taken{{Qty: qty, Value: value}}, nil
}

// PutBack adds to the pool what was taken from it.
func (Average) PutBack(s *State, t Taken) { s.in(t.Qty, t.Value) }

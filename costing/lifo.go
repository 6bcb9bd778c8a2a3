package costing

import (
	"github.com/ledgermill/ledgermill/ledger/money"
)

// LIFO is last in, first out: layers as under FIFO, and an issue takes from the newest. It is for management books: IAS 2 and CAS 1 forbid it in statements.
type LIFO struct{ FIFO }

// Name is lifo.
func (LIFO) Name() string { return "lifo" }

// Reads says that an issue must see the newest layers that cover it.
func (LIFO) Reads() Reads { return ReadsNewest }

// Out takes the quantity from the newest layer, then the one before it.
func (f LIFO) Out(s *State, cur money.Currency, i Issue) ([]Taken, error) {
	if err := s.Enough(f, i.Qty); err != nil {
		return nil, err
	}
	taken := i.Room
	for qty := i.Qty; !qty.IsZero(); {
		t := s.TakeLayer(cur, len(s.Layers)-1, qty)
		taken, qty = append(taken, t), qty.Sub(t.Qty)
	}
	return taken, nil
}

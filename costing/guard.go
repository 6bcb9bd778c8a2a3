package costing

import (
	"errors"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// guarded is a host's method whose word is not taken for how goods leave: what it took is compared with what was asked, and a panic is a refusal. The state
// may have changed by then: the document is refused with all that it did.
type guarded struct{ Method }

// Out takes exactly what is asked for.
func (g guarded) Out(s *State, cur money.Currency, i Issue) (taken []Taken, err error) {
	was := s.Stream
	defer func() {
		if r := recover(); r != nil {
			taken, err = nil, refusal.New(refusal.InvalidState, g.Name(), "the costing method broke off: %v", r)
		}
	}()
	if taken, err = g.Method.Out(s, cur, i); err != nil {
		var typed *refusal.Error
		if !errors.As(err, &typed) {
			err = refusal.New(refusal.InvalidState, g.Name(), "the costing method refused: %v", err)
		}
		return nil, err
	}
	qty, value := Total(taken)
	sound := qty == i.Qty && s.Stream.Qty == was.Qty.Sub(qty) && s.Stream.Value == was.Value.Sub(value)
	for _, t := range taken {
		sound = sound && t.Qty.Sign() > 0 && t.Value.Sign() >= 0
	}
	if !sound {
		return nil, refusal.New(refusal.InvalidState, g.Name(), "the costing method took %s for %s, and left %s for %s of %s for %s", qty, value, s.Stream.Qty, s.Stream.Value, was.Qty, was.Value).Numbers(i.Qty, qty)
	}
	return taken, nil
}

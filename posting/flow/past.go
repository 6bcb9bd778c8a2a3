package flow

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/mrp"
)

// Upto is the order by what had been recorded when a document was the last.
func (o *Order) Upto(doc int64) *Order {
	past := *o
	past.Steps = slices.DeleteFunc(slices.Clone(o.Steps), func(s mrp.Progress) bool { return s.Doc > doc })
	past.Entries = slices.DeleteFunc(slices.Clone(o.Entries), func(e costing.Entry) bool { return e.Doc > doc })
	return &past
}

// Cost adds up the order's cost by those of its entries that count, with where each part of it went.
func (o *Order) Cost(counts func(*costing.Entry) bool) costing.OrderCost {
	n := newOrder(o)
	cost := costing.OrderCost{Order: o.Order.Ref}
	for i := range n.Entries {
		if e := &n.Entries[i]; counts(e) {
			n.sum(&cost, n.KeyOf(e), costing.Only(e.Element, e.Value))
		}
	}
	return cost
}

// sum adds a part of the order's cost to where it belongs: below zero it was taken out.
func (n *orderNode) sum(cost *costing.OrderCost, k costing.PartKey, c costing.Cost) {
	of := k
	if undone, ok := n.undone(k); ok {
		of = undone
	}
	e := n.Stock[of.Cause]
	if of.Kind == costing.Charge || e != nil && n.returned(of) {
		cost.Charge(c, 0)
		return
	}
	cost.GiveBack(n.verbOf(of), e != nil && e.Item == n.Order.Order.Item, c, 0)
}

// Unwound is Before, and says false if the stream was valued by another method then: layers of that are not told.
func (s *Stream) Unwound() (costing.State, bool) {
	for i := range s.Events {
		if s.Events[i].Kind == costing.Becomes {
			return costing.State{}, false
		}
	}
	return s.Before(), true
}

package flow

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
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

// Material is what an order held of one item and lot at the end of a day: what was issued, less what came back. Value is by the day of posting, Restated by the day's
// facts, late ones where they belong.
type Material struct {
	Item, Lot string
	Qty       uom.Quantity
	Value     money.Amount
	Restated  money.Amount
}

// MaterialsAt adds up what had been issued to the order by the end of a day (0: in all), in the order in which it was issued first.
func (o *Order) MaterialsAt(day calendar.Date) []Material {
	n := newOrder(o)
	at := map[[2]string]int{}
	var out []Material
	for i := range n.Entries {
		e := &n.Entries[i]
		k := n.KeyOf(e)
		of, undoes := n.undone(k)
		if !undoes {
			of = k
		}
		in := n.Stock[of.Cause]
		if in == nil || of.Kind != costing.Charge && !n.returned(of) || day != 0 && e.FactDate > day {
			continue
		}
		j, there := at[[2]string{in.Item, in.Lot}]
		if !there {
			j, at[[2]string{in.Item, in.Lot}] = len(out), len(out)
			out = append(out, Material{Item: in.Item, Lot: in.Lot})
		}
		m := &out[j]
		m.Restated = m.Restated.Add(e.Value)
		if day == 0 || e.PostingDate <= day {
			m.Value = m.Value.Add(e.Value)
		}
		switch {
		case e.Source() != n.Of[k].Source(): // a change of value
		case undoes:
			m.Qty = m.Qty.Add(in.Qty)
		default:
			m.Qty = m.Qty.Sub(in.Qty)
		}
	}
	return out
}

// Made are the entries of what the order completed of its product, in order, without those that were reversed.
func (o *Order) Made() []*costing.Entry { return newOrder(o).made() }

// Before gives the stream as it was before its events.
func (s *Stream) Before() costing.State {
	state, never := s.State.Clone(), s.never()
	for i := len(s.Events) - 1; i >= 0; i-- {
		if e := &s.Events[i]; !e.Own && !never[e.Source()] {
			state.Apply(s.by(i), e, -1)
		}
	}
	return state
}

// never gives the events that an earlier document annulled, and what did: to the books of now they never were. What the document under way annuls is in them yet.
func (s *Stream) never() map[costing.Source]bool {
	undone := map[costing.Source]bool{}
	for i := range s.Events {
		if e := &s.Events[i]; e.Own && e.Annulled {
			undone[e.Cause] = true
		}
	}
	never := map[costing.Source]bool{}
	for i := range s.Events {
		if e := &s.Events[i]; e.Annulled && !e.Own && !undone[e.Source()] {
			never[e.Source()] = true
		}
	}
	return never
}

// At gives the stream as it was at the end of a day; its events must be those from the first on.
func (s *Stream) At(day calendar.Date) costing.State {
	state := s.Before()
	state.Forget() // what it cost last is of a later day
	for i := range s.Events {
		if e := &s.Events[i]; !e.Own && !e.Annulled && e.FactDate <= day {
			state.Apply(s.by(i), e, 1)
		}
	}
	return state
}

// Changed is the day on which the method changes first among the events; none if it does not.
func (s *Stream) Changed() calendar.Date {
	for i := range s.Events {
		if e := &s.Events[i]; e.Kind == costing.Becomes && !e.Own {
			return e.FactDate
		}
	}
	return 0
}

// Stays says whether the stream was handed over to another method on a day, with all that it held in it.
func (s *Stream) Stays(day calendar.Date) bool {
	of := slices.IndexFunc(s.Events, func(e costing.Event) bool { return e.Kind == costing.Becomes && e.FactDate == day })
	return of >= 0 && !slices.ContainsFunc(s.Events, func(e costing.Event) bool { return e.Doc == s.Events[of].Doc && !e.Qty.IsZero() })
}

// Unwound is Before, and says false if the stream was valued by another method then: layers of that are not told.
func (s *Stream) Unwound() (costing.State, bool) {
	if s.Changed() != 0 {
		return costing.State{}, false
	}
	return s.Before(), true
}

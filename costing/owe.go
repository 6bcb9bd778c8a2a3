package costing

import (
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Where stock may go below nothing, an issue beyond what is there owes the rest: a layer below zero that bears the issue's own name. What comes in
// next covers what is owed, in order, at its own cost; so the issue costs in the end what covered it. Until then it stands at the last known cost.
// A stream never holds goods and owes some at once. A pool, which has no layers, has these.

// Cover says that a receipt covers part of what an issue owes.
type Cover struct {
	Debt    Source // the issue
	Date    calendar.Date
	Receipt Source
	Qty     uom.Quantity
	Value   money.Amount
}

// Owes is the part of what an event moved that it owes: less than nothing, of its own name.
func (e *Event) Owes() (owed Taken, any bool) {
	for _, t := range e.Moved {
		if e.owes(t) {
			return t, true
		}
	}
	return Taken{}, false
}

func (e *Event) owes(t Taken) bool {
	return t.Qty.Sign() < 0 && t.Source == e.Source() && !e.Kind.brings()
}

// covers says whether a receipt covers with this part what an issue owes.
func (e *Event) covers(t Taken) bool {
	return t.Qty.Sign() > 0 && t.Source != e.Source() && e.Kind.brings()
}

// redeems says whether a reversal takes back with this part what the issue owed, or what the receipt covered.
func (e *Event) redeems(t Taken) bool {
	switch {
	case e.Cause == (Source{}):
		return false
	case e.Kind.brings():
		return t.Qty.Sign() < 0 && t.Source != e.Source() && t.Source != e.Cause
	default:
		return t.Qty.Sign() > 0 && t.Source == e.Cause
	}
}

// Covered gives the parts with which a receipt covers what issues before it owe.
func (e *Event) Covered() (out []Taken) {
	for _, t := range e.Moved {
		if e.covers(t) {
			out = append(out, t)
		}
	}
	return out
}

// Debts gives what a stream owes, the earliest first.
func (s *State) Debts() (out []Layer) {
	for _, l := range s.Layers {
		if l.Qty.Sign() < 0 {
			out = append(out, l)
		}
	}
	return out
}

// Covers says how receipts cover what issues owe, by quantity alone, in order; a value is not known yet.
func Covers(start State, events []Event) (out []Cover) {
	var owed []Layer
	here, months := start.Stream.Qty, AveragedMonths(events)
	for _, l := range start.Debts() {
		owed = append(owed, l)
		here = here.Sub(l.Qty)
	}
	for i := range events {
		e := &events[i]
		switch {
		case e.Annulled:
		case months[e.FactDate.Period()]: // all that the month holds is known: nothing is owed
			here = here.Add(e.Qty)
		case e.Qty.Sign() < 0:
			if want := e.Qty.Neg(); here.Less(want) {
				owed = append(owed, Layer{Source: e.Source(), Date: e.FactDate, Qty: here.Sub(want)})
				here = uom.Quantity{}
			} else {
				here = here.Sub(want)
			}
		default:
			left := e.Qty
			for len(owed) > 0 && left.Sign() > 0 {
				part := owed[0].Qty.Neg().Min(left)
				out = append(out, Cover{Debt: owed[0].Source, Date: owed[0].Date, Receipt: e.Source(), Qty: part})
				left, owed[0].Qty = left.Sub(part), owed[0].Qty.Add(part)
				if owed[0].Qty.IsZero() {
					owed = owed[1:]
				}
			}
			here = here.Add(left)
		}
	}
	return out
}

// PriceCovers gives the covers of one receipt their value: each its share of what is left of the receipt.
func PriceCovers(cur money.Currency, qty uom.Quantity, value money.Amount, covers []Cover) {
	for i := range covers {
		c := &covers[i]
		c.Value = cur.Share(value, c.Qty.Units(), qty.Units())
		qty, value = qty.Sub(c.Qty), value.Sub(c.Value)
	}
}

// Here is how much of a quantity is in the stream; the rest would be owed.
func (s *State) Here(qty uom.Quantity) (here, rest uom.Quantity) {
	if s.Stream.Qty.Sign() > 0 {
		here = s.Stream.Qty.Min(qty)
	}
	return here, qty.Sub(here)
}

// Provisional is what goods that are owed stand at: the standard of the day, else the last known cost (what is owed has none of its own), else nothing.
func (s *State) Provisional(m Method, cur money.Currency, standards []StandardCost, day calendar.Date, owed uom.Quantity) (money.Amount, error) {
	switch {
	case m.Reads() == ReadsStandard:
		return AtStandard(cur, s.Stream.Item, standards, day, owed)
	case s.Stream.LastQty.Sign() > 0:
		return cur.Share(s.Stream.LastValue, owed.Units(), s.Stream.LastQty.Units()), nil
	}
	return money.Amount{}, nil
}

// Owe takes goods that are not there. The last known cost stays what it was.
func (s *State) Owe(src Source, date calendar.Date, qty uom.Quantity, value money.Amount) Taken {
	i, _ := s.find(date, src, 0)
	s.Layers = slices.Insert(s.Layers, i, Layer{Item: s.Stream.Item, Scope: s.Stream.Scope, Date: date, Source: src, Qty: qty.Neg(), Value: value.Neg()})
	s.Stream.Qty, s.Stream.Value = s.Stream.Qty.Sub(qty), s.Stream.Value.Sub(value)
	return Taken{Source: src, Date: date, Qty: qty, Value: value}
}

// Forget drops the last known cost of a state that was unwound: it is that of a later day.
func (s *State) Forget() { s.Stream.LastQty, s.Stream.LastValue = uom.Quantity{}, money.Amount{} }

// Recall keeps the last known cost of a state if nothing since says another.
func (s *State) Recall(of State) {
	if s.Stream.LastQty.IsZero() {
		s.Stream.LastQty, s.Stream.LastValue = of.Stream.LastQty, of.Stream.LastValue
	}
}

// CoveredBy notes that a receipt's value went at once to what was owed: an issue that follows it in the same document.
func (s *State) CoveredBy(date calendar.Date, doc int64) { s.Priced(date, doc+1) }

// beyond applies an issue, or a return to the supplier, that may take more than is there.
func (s *State) beyond(m Method, cur money.Currency, e *Event, n News, standards []StandardCost) ([]Taken, error) {
	want := e.Qty.Neg()
	here, rest := s.Here(want)
	out := func(qty uom.Quantity) ([]Taken, error) { return m.Out(s, cur, e.issue(qty)) }
	if e.Kind == Back {
		back := s.Return
		if n.Allow {
			back = s.ReturnHere
		}
		out = func(uom.Quantity) ([]Taken, error) {
			return back(m, cur, e.Cause, s.layerOf(e.Cause), e.issue(want), e.Stated)
		}
	}
	if !n.Allow || rest.IsZero() {
		return out(want)
	}
	var taken []Taken
	var err error
	if here.Sign() > 0 {
		if taken, err = out(here); err != nil {
			return nil, err
		}
	}
	open := rest
	var value money.Amount
	for _, c := range n.Covers {
		open, value = open.Sub(c.Qty), value.Add(c.Value)
	}
	part, err := s.Provisional(m, cur, standards, e.FactDate, open)
	if err != nil {
		return nil, err
	}
	return append(taken, s.Owe(e.Source(), e.FactDate, rest, value.Add(part))), nil
}

// covering gives what a receipt moves that covers what is owed: those parts first, what is left of it as a layer of its own.
func (e *Event) covering(m Method, covers []Cover) []Taken {
	var out []Taken
	qty, value := e.Qty, e.Value
	for _, c := range covers {
		out = append(out, Taken{Source: c.Debt, Date: c.Date, Qty: c.Qty, Value: c.Value})
		qty, value = qty.Sub(c.Qty), value.Sub(c.Value)
	}
	if Layered(m) && qty.Sign() > 0 {
		out = append(out, Taken{e.Source(), 0, e.FactDate, e.Lot, qty, value})
	}
	return out
}

// owing refuses to undo on another day an issue of goods that were not there, or any while goods are owed.
func (s *State) owing(of *Event) error {
	if _, owes := of.Owes(); owes || len(s.Debts()) > 0 {
		return refusal.New(refusal.InvalidState, of.Item, "an issue of %s is undone on its own day only while, or if, goods left before they came", of.FactDate)
	}
	return nil
}

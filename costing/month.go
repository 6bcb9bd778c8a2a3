package costing

import (
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// AveragedMonths are the months that a stream's events say are averaged.
func AveragedMonths(events []Event) map[calendar.Period]bool {
	var out map[calendar.Period]bool
	for i := range events {
		if events[i].Kind == Averaged {
			if out == nil {
				out = map[calendar.Period]bool{}
			}
			out[events[i].FactDate.Period()] = true
		}
	}
	return out
}

// AveragedPart says which of a stream's events the average of a month is of: those of the month, but for what came before a change of the method within it.
func AveragedPart(events []Event, month calendar.Period) (from, to int) {
	from = max(slices.IndexFunc(events, func(e Event) bool { return e.FactDate.Period() == month }), 0)
	for to = from; to < len(events) && events[to].FactDate.Period() == month; to++ {
		if events[to].Kind == Becomes {
			from = to + 1
		}
	}
	return from, to
}

// MonthTotal is what the issues of a month share: what there was at the month's beginning and all that came in it, less what went back to suppliers. worth is
// what a receipt is worth as far as it is known. What a stocktake found is not in it: that takes the average of the rest.
func MonthTotal(opening State, events []Event, worth func(*Event) money.Amount) (uom.Quantity, money.Amount) {
	return monthTotal(opening, events, undoneOf(events), worth, map[Source]money.Amount{})
}

func monthTotal(opening State, events []Event, undone map[Source]bool, worth func(*Event) money.Amount, out map[Source]money.Amount) (uom.Quantity, money.Amount) {
	qty, value := opening.Stream.Qty, opening.Stream.Value
	for i := range events {
		e := &events[i]
		switch {
		case e.Annulled || undone[e.Source()] || e.Kind == Found && e.Qty.Sign() > 0:
		case e.goes():
			v := e.Stated.Neg()
			if e.Kind != Back {
				v = worth(e)
			}
			out[e.Source()] = v
			qty, value = qty.Add(e.Qty), value.Add(v)
		case e.Kind == Worth:
			out[e.Source()] = e.Value
			value = value.Add(e.Value)
		case e.Qty.Sign() > 0:
			qty, value = qty.Add(e.Qty), value.Add(worth(e))
		}
	}
	return qty, value
}

// leave takes what goes out of a month before its issues one by one, in order, where all together would not leave what it should: each takes what it says, or
// its share of what is there if that is less, or if these are the last units. It gives what is left.
func leave(cur money.Currency, qty uom.Quantity, value money.Amount, events []Event, out map[Source]money.Amount) (uom.Quantity, money.Amount) {
	var going []*Event
	for i := range events {
		e := &events[i]
		if v, known := out[e.Source()]; known && e.goes() {
			going = append(going, e)
			qty, value = qty.Sub(e.Qty), value.Sub(v)
		}
	}
	for _, e := range going {
		v, want := out[e.Source()].Neg(), e.Qty.Neg()
		if (value.Less(v) || qty == want) && !qty.Less(want) {
			v = cur.Share(value, want.Units(), qty.Units())
		}
		out[e.Source()] = v.Neg()
		qty, value = qty.Sub(want), value.Sub(v)
	}
	return qty, value
}

// goes says whether an event takes out of a month what itself says: a return to the supplier, the reversal of a receipt.
func (e *Event) goes() bool { return e.Qty.Sign() < 0 && (e.Kind == Back || e.Kind.brings()) }

// undoneOf are the issues of a month that are undone within it, and what undoes them.
func undoneOf(events []Event) map[Source]bool {
	undone := map[Source]bool{}
	at := map[Source]*Event{}
	for i := range events {
		at[events[i].Source()] = &events[i]
	}
	for i := range events {
		e := &events[i]
		if of := at[e.Cause]; of != nil && !e.Annulled && !e.Kind.brings() && e.Qty.Sign() > 0 && e.Undoes(&of.Entry) {
			undone[e.Source()], undone[e.Cause] = true, true
		}
	}
	return undone
}

// MonthlyValues says what the issues of a month are worth, and what a stocktake found in it: shares, in order, of its [MonthTotal]. An issue that is undone
// within the month takes nothing. What the month does not hold is left out.
func MonthlyValues(cur money.Currency, opening State, events []Event, worth func(*Event) money.Amount) map[Source]money.Amount {
	out, undone := map[Source]money.Amount{}, undoneOf(events)
	qty, value := monthTotal(opening, events, undone, worth, out)
	if value.Sign() < 0 || qty.IsZero() && !value.IsZero() {
		qty, value = leave(cur, qty, value, events, out)
	}
	for i := range events {
		if e := &events[i]; e.Kind == Found && e.Qty.Sign() > 0 && !e.Annulled && qty.Sign() > 0 {
			v := cur.Share(value, e.Qty.Units(), qty.Units())
			out[e.Source()] = v
			qty, value = qty.Add(e.Qty), value.Add(v)
		}
	}
	for i := range events {
		e := &events[i]
		want := e.Qty.Neg()
		if e.Annulled || e.Kind == Back || e.Kind.brings() || want.Sign() <= 0 || qty.Less(want) {
			continue
		}
		v := cur.Share(value, want.Units(), qty.Units())
		out[e.Source()] = v.Neg()
		if !undone[e.Source()] {
			qty, value = qty.Sub(want), value.Sub(v)
		}
	}
	return out
}

// average applies an event at what it is worth by the average of its month.
func (s *State) average(m Method, e Event, worth money.Amount) Event {
	e.Value, e.Moved = worth, nil
	s.Apply(m, &e, 1)
	return e
}

// Await adds what a receipt is worth more to a stream that shares it out when it gets the average of the month: until then it is worth that much more, and its
// issues are what they were.
func (s *Stream) Await(change money.Amount) { s.Value = s.Value.Add(change) }

// QtyBefore is what a stream held before entries of it.
func (s Stream) QtyBefore(later []*Entry) uom.Quantity {
	qty := s.Qty
	for _, e := range later {
		qty = qty.Sub(e.Qty)
	}
	return qty
}

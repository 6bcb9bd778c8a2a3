package costing

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Refolding goes over an item's entries again to find its layers as they were when less was known: links say only where goods come from by all that is
// known now.
type Refolding struct {
	Currency  money.Currency
	Methods   map[string]Method                 // by scope: of now
	Named     func(name string) (Method, error) // those that the item had before
	Standards []StandardCost
	Negative  bool // stock may go below nothing

	methods map[string]Method // by scope, as it goes
	states  map[string]*State
	done    map[Source]*Event
	covers  map[Source][]Cover // by debt, and by receipt
	months  map[string]map[calendar.Period]bool
}

// At gives the streams at the end of a day (0: of all days) by what had been recorded when upto was the last document; entries are all that the item has, in any
// order. It says false if they cannot be known: the item had another method and its entries of then do not say which, or they do not come out as they were booked.
func (r Refolding) At(entries []Entry, day calendar.Date, upto int64) (map[string]*State, bool) {
	r.states, r.done, r.covers, r.months = map[string]*State{}, map[Source]*Event{}, map[Source][]Cover{}, map[string]map[calendar.Period]bool{}
	r.methods = map[string]Method{}
	byScope, ever := map[string][]Entry{}, map[string][]Entry{}
	for _, e := range entries {
		if ever[e.Scope] = append(ever[e.Scope], e); e.Doc <= upto {
			byScope[e.Scope] = append(byScope[e.Scope], e)
		}
	}
	r.Standards = slices.DeleteFunc(slices.Clone(r.Standards), func(s StandardCost) bool { return s.Doc > upto })
	var all []*Event
	for _, scope := range slices.Sorted(maps.Keys(byScope)) {
		m := r.first(ever[scope], r.Methods[scope]) // also of a change that was recorded later
		if m == nil {
			return nil, false
		}
		r.methods[scope] = m
		events := Events(m, byScope[scope], nil)
		r.foresee(scope, events)
		for i := range events {
			all = append(all, &events[i])
		}
	}
	slices.SortFunc(all, func(a, b *Event) int { return a.Compare(b) })
	for _, e := range all {
		if day != 0 && e.FactDate > day {
			break
		}
		if !r.step(e) {
			return nil, false
		}
	}
	return r.states, true
}

// first is the method that a stream had at first: the one that it has, or had before it was handed over to another; nil if that is not known.
func (r *Refolding) first(entries []Entry, now Method) Method {
	entries = slices.DeleteFunc(entries, func(e Entry) bool { return e.Kind == Averaged }) // a month before the first goods may have it
	if !slices.ContainsFunc(entries, func(e Entry) bool { return e.Kind == Becomes }) {
		return now
	}
	first := slices.MinFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.FactDate, b.FactDate), cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Line, b.Line))
	})
	m, err := r.Named(first.Method)
	if err != nil {
		return nil
	}
	return m
}

// foresee works out what later events say of earlier ones: what covers the goods that left before they came, and which months have their average.
func (r *Refolding) foresee(scope string, events []Event) {
	r.months[scope] = AveragedMonths(events)
	if !r.Negative {
		return
	}
	at := map[Source]*Event{}
	for i := range events {
		at[events[i].Source()] = &events[i]
	}
	byReceipt := map[Source][]Cover{}
	for _, c := range Covers(State{}, events) {
		byReceipt[c.Receipt] = append(byReceipt[c.Receipt], c)
	}
	for receipt, covers := range byReceipt {
		PriceCovers(r.Currency, at[receipt].Qty, at[receipt].Value, covers)
		r.covers[receipt] = covers
	}
	for i := range events { // in the order of the receipts
		for _, c := range byReceipt[events[i].Source()] {
			r.covers[c.Debt] = append(r.covers[c.Debt], c)
		}
	}
}

// step goes over one event: it must come to what was booked.
func (r *Refolding) step(e *Event) bool {
	s := r.states[e.Scope]
	if s == nil {
		s = &State{Stream: Stream{Item: e.Item, Scope: e.Scope}}
		r.states[e.Scope] = s
	}
	m := r.methods[e.Scope]
	if e.Kind == Becomes {
		to, err := r.Named(e.Method)
		if err == nil {
			s.Convert(m, to, e.Source(), e.FactDate)
			r.methods[e.Scope] = to
		}
		return err == nil
	}
	news := News{Allow: r.Negative, Covers: r.covers[e.Source()]}
	if r.months[e.Scope][e.FactDate.Period()] {
		news.Stands = &e.Value
	}
	if of := r.done[e.Cause]; of != nil {
		switch {
		case e.Undoes(&of.Entry):
			news.Undoes = of
			if e.Kind.brings() {
				e.Moved = opposite(of.Moved)
			}
		case of.Doc == e.Doc && of.Scope != e.Scope && e.Kind.brings() && Layered(m): // a transfer carries its layers
			news.Carry = opposite(of.Moved)
		}
	}
	after, err := s.Next(m, r.Currency, *e, news, r.Standards)
	if err != nil || after.Value != e.Value {
		return false
	}
	r.done[e.Source()] = &after
	return true
}

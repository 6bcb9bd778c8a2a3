package flow

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// Before gives the stream as it was before its events.
func (s *Stream) Before() costing.State {
	state, never := s.State.Clone(), s.never()
	for i := len(s.Events) - 1; i >= 0; i-- {
		if e := &s.Events[i]; !e.Own && !never[e.Source()] {
			state.Apply(s.Method, e, -1)
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
			state.Apply(s.Method, e, 1)
		}
	}
	return state
}

// Fact is the entry that records an adjustment: it speaks of the entry that it changes, on that entry's day.
func (a *Adjustment) Fact(doc int64, line int32, posted calendar.Date) *costing.Entry {
	e := a.Entry
	f := &costing.Entry{
		Doc: doc, Line: line, Kind: costing.Adjust, Item: e.Item, Scope: e.Scope, Order: e.Order, Element: e.Element, Value: a.Change, Stated: a.Stated,
		FactDate: e.FactDate, PostingDate: posted, Cause: e.Source(), Account: e.Account, Late: true,
	}
	if e.Order != "" {
		f.Kind, f.Cause = e.Kind, e.Cause
	}
	return f
}

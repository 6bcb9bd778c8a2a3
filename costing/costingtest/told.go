package costingtest

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// teller folds facts as they are told: one of an earlier day takes back what came after it, and goes over that again, as the library does.
type teller struct {
	m      costing.Method
	h      *history
	state  costing.State
	events []costing.Event
}

// tell carries a fact out, and says whether it could.
func (w *teller) tell(f *fact) bool {
	events, at := slices.Clone(w.events), 0
	var changed *costing.Event
	if f.kind == bill {
		at = slices.IndexFunc(events, func(e costing.Event) bool { return e.Doc == f.of })
		if at < 0 {
			return false
		}
		changed = &events[at]
	} else {
		e, could := w.event(f)
		if !could {
			return false
		}
		at, _ = slices.BinarySearchFunc(events, e, func(a, b costing.Event) int { return a.Compare(&b) })
		events = slices.Insert(events, at, e)
	}
	state := w.state.Clone()
	after := w.events[min(at, len(w.events)):]
	for i := len(after) - 1; i >= 0; i-- {
		state.Apply(w.m, &after[i], -1)
	}
	if len(after) > 0 {
		state.Forget() // the last known cost is no method's to read
	}
	for i := at; i < len(events); i++ {
		var news costing.News
		e := &events[i]
		switch {
		case e == changed:
			news.Change = f.value.Sub(e.Value)
		case e.Kind == costing.In && e.Cause.Doc != 0:
			news.Change = original(events[:i], e).Sub(e.Value)
		}
		next, err := state.Next(w.m, coins, *e, news, nil)
		if err != nil {
			return false
		}
		events[i] = next
	}
	w.state, w.events = state, events
	return true
}

// original is what goods that come back had cost when they left, as it is known by now.
func original(events []costing.Event, e *costing.Event) money.Amount {
	for i := range events {
		if of := &events[i]; of.Source() == e.Cause {
			return coins.Share(of.Value.Neg(), e.Qty.Units(), of.Qty.Neg().Units())
		}
	}
	return e.Value
}

// event is a fact before it is folded. It cannot be one if what it speaks of never was.
func (w *teller) event(f *fact) (costing.Event, bool) {
	e := costing.Event{Entry: entryOf(w.h, f, costing.In, f.qty, f.value)}
	switch f.kind {
	case receipt:
		e.Cause = costing.Source{}
		return e, true
	case issue:
		e.Kind, e.Qty, e.Value, e.Cause = costing.Out, f.qty.Neg(), money.Amount{}, costing.Source{}
		return e, true
	case toVendor:
		e.Kind, e.Qty, e.Value, e.Stated = costing.Back, f.qty.Neg(), money.Amount{}, f.value
	}
	for i := range w.events {
		if w.events[i].Doc == f.of {
			return e, true
		}
	}
	return e, false
}

// asTold folds a history as it is told and, of what could be done, in order; both must end in the same.
func asTold(m costing.Method, h *history) *fault {
	w := &teller{m: m, h: h, state: empty(m, h)}
	done := &history{item: h.item, price: h.price, plain: h.plain}
	for i := range h.facts {
		if w.tell(&h.facts[i]) {
			done.facts = append(done.facts, h.facts[i])
		}
	}
	d := newFold(m, done, nil)
	for _, f := range done.inOrder() {
		if !d.do(&f) {
			return &fault{lateAsInOrder, f.doc, "told late it is taken, in order it is refused"}
		}
		i := slices.IndexFunc(w.events, func(e costing.Event) bool { return e.Doc == f.doc })
		_, value := costing.Total(d.took[f.doc])
		if late := w.events[i].Value.Abs(); late != value {
			return &fault{lateAsInOrder, f.doc, "told late it is worth " + late.String() + ", in order " + value.String()}
		}
	}
	if d.fault == nil && !alike(d.state, w.state) {
		return &fault{lateAsInOrder, 0, "told late there are in the end\n" + layers(w.state) + "    and in order\n" + layers(d.state)}
	}
	return d.fault
}

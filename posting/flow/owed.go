package flow

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// hindsight is what an event of a stream must know of later ones: what covers the goods that left before they came. Quantities alone decide who covers
// whom, so it is known before the stream is gone over; what a receipt is worth is taken as it stands, and if it turns out to be worth something else the
// stream is gone over once more, from the first issue that it covers to the last.
type hindsight struct {
	debts    map[costing.Source][]costing.Cover
	receipts map[costing.Source][]costing.Cover
	assumed  map[costing.Source][]money.Amount // what a receipt was taken to be worth, each time it was asked
	months   map[calendar.Period]bool          // that have their average
	month    calendar.Period                   // the one whose values are in `stands`
	stands   map[costing.Source]money.Amount
}

// foresee works out what covers what. The events must be those from a time on at which the stream is as n.start.
func (n *node) foresee() {
	n.hindsight = hindsight{months: costing.AveragedMonths(n.Events), assumed: map[costing.Source][]money.Amount{}}
	for _, c := range costing.Covers(n.start, n.Events) {
		if n.debts == nil {
			n.debts, n.receipts = map[costing.Source][]costing.Cover{}, map[costing.Source][]costing.Cover{}
		}
		n.debts[c.Debt] = append(n.debts[c.Debt], c)
		n.receipts[c.Receipt] = append(n.receipts[c.Receipt], c)
	}
}

// covers gives an event what covers it, or what it covers, at the values that stand now.
func (g *Graph) covers(n *node, e *costing.Event) []costing.Cover {
	if covers := n.receipts[e.Source()]; len(covers) > 0 {
		return g.price(n, e, covers)
	}
	var out []costing.Cover
	for _, c := range n.debts[e.Source()] {
		r := &n.Events[n.index[c.Receipt]]
		for _, p := range g.price(n, r, n.receipts[c.Receipt]) {
			if p.Debt == c.Debt {
				out = append(out, p)
			}
		}
		n.assume(c.Receipt, g.worth(n, r))
	}
	return out
}

// price shares a receipt out to what it covers.
func (g *Graph) price(n *node, r *costing.Event, covers []costing.Cover) []costing.Cover {
	out := slices.Clone(covers)
	costing.PriceCovers(g.Currency, r.Qty, g.worth(n, r), out)
	return out
}

// worth is what a receipt is worth as far as it is known.
func (g *Graph) worth(n *node, r *costing.Event) money.Amount {
	src := r.Source()
	if n.by(n.index[src]).Reads() == costing.ReadsStandard {
		return r.Value
	}
	return money.Sum(r.Value, n.news[src].Change, n.given[src])
}

func (n *node) assume(receipt costing.Source, worth money.Amount) money.Amount {
	n.assumed[receipt] = append(n.assumed[receipt], worth)
	return worth
}

// settle goes over the stream again if a receipt came out otherwise than the issues that it covers were told.
func (g *Graph) settle(n *node, was []costing.Taken, after *costing.Event) {
	covers := n.receipts[after.Source()]
	assumed, told := n.assumed[after.Source()]
	delete(n.assumed, after.Source())
	if told && !slices.ContainsFunc(assumed, func(v money.Amount) bool { return v != after.Value }) {
		return
	}
	if told && n.months[after.FactDate.Period()] {
		first := n.firstOf(after.FactDate.Period())
		g.back = append(g.back, sentBack{to: &n.Events[first].Entry, floor: max(after.FactDate.Period().Last(), g.floor)})
		return
	}
	if len(covers) == 0 || !told && slices.Equal(was, after.Covered()) {
		return
	}
	for _, c := range covers { // each is told: the first may be worth what it was
		if i, ok := n.index[c.Debt]; ok {
			g.back = append(g.back, sentBack{to: &n.Events[i].Entry, floor: max(after.FactDate, g.floor)})
		}
	}
}

// standing is what an event of a month that has its average is worth by it; nil if it says so itself.
func (g *Graph) standing(n *node, e *costing.Event) (*money.Amount, error) {
	month := e.FactDate.Period()
	if !n.months[month] || e.Kind == costing.Averaged || n.next < n.firstOf(month) {
		return nil, nil
	}
	if n.stands == nil || n.month != month {
		if err := g.foretell(month); err != nil {
			return nil, err
		}
		from, to := costing.AveragedPart(n.Events, month)
		n.month = month
		n.stands = costing.MonthlyValues(g.Currency, n.new, n.Events[from:to], func(r *costing.Event) money.Amount {
			return g.worthIn(n, month, r)
		})
	}
	if v, ok := n.stands[e.Source()]; ok {
		return &v, nil
	}
	return nil, nil
}

// worthIn is what a receipt of a month, or what undoes something, will come to be worth.
func (g *Graph) worthIn(n *node, month calendar.Period, r *costing.Event) money.Amount {
	if i, there := n.index[r.Cause]; there && r.Undoes(&n.Events[i].Entry) {
		if of := &n.Events[i]; of.FactDate.Period() == month {
			return g.worthIn(n, month, of).Neg()
		}
		return n.Events[i].Value.Neg()
	}
	if v, told := g.foretold[month].worth[r.Source()]; told {
		return v
	}
	return n.assume(r.Source(), g.worth(n, r))
}

// firstOf is the first event of a month, or of what is left of it after a change of the method.
func (n *node) firstOf(month calendar.Period) int {
	first, _ := costing.AveragedPart(n.Events, month)
	return first
}

// monthOf is the beginning of the month of a place, if that has its average: all of it depends on all that came in it.
func (n *node) monthOf(p Place) Place {
	if month := p.Date.Period(); n.months[month] {
		return Place{Date: month.First()}
	}
	return p
}

// within says whether the next event is in a month that has its average, and has begun.
func (n *node) within() bool {
	return n.next < len(n.Events) && n.stands != nil && n.Events[n.next].FactDate.Period() == n.month
}

// firstDebt is the place of the earliest issue that a receipt covers, or that the stream owes where it is now.
func (n *node) firstDebt(at Place) Place {
	for _, l := range n.new.Debts() {
		if p := n.placeOf(l.Source, l.Date); p.compare(at) < 0 {
			at = p
		}
	}
	return at
}

// covering is the place of the earliest issue that a receipt covers: it must hear first of what the receipt is worth.
func (n *node) covering(src costing.Source, at Place) Place {
	if i, ok := n.index[src]; ok {
		for _, t := range n.Events[i].Covered() {
			if p := n.placeOf(t.Source, t.Date); p.compare(at) < 0 {
				at = p
			}
		}
	}
	return at
}

// placeOf is the place of the issue that left a debt: as far as is known, if its day must be loaded first.
func (n *node) placeOf(src costing.Source, date calendar.Date) Place {
	if i, ok := n.index[src]; ok {
		return n.place(i)
	}
	return Place{date, src.Doc, src.Line}
}

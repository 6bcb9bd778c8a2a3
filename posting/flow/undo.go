package flow

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

// undone is the part that a reversal's part undoes: its cause is that part's entry.
func (n *orderNode) undone(k costing.PartKey) (costing.PartKey, bool) {
	if of, ok := n.givenBack[k]; ok {
		return of, true
	}
	return n.Undone(k)
}

// givesBack adds to a reversal's parts those of what it undoes that came late: the books have no entry of the reversal for them.
func (n *orderNode) givesBack(d doc, is map[costing.PartKey]money.Amount) []costing.PartKey {
	if !d.step.Undo {
		return d.keys
	}
	known := map[costing.PartKey]bool{}
	for _, k := range d.keys {
		if of, undoes := n.undone(k); undoes {
			known[of] = true
		}
	}
	var more []costing.PartKey
	add := func(of costing.PartKey) {
		if of.Kind != costing.Credit || of.Cause.Doc != d.step.Undoes || known[of] {
			return
		}
		known[of] = true
		k := costing.PartKey{Kind: of.Kind, Cause: costing.Source{Doc: d.Doc}, Element: of.Element}
		for src, e := range n.Stock {
			if src.Doc == d.Doc && e.Cause == of.Cause {
				k.Cause = src
			}
		}
		n.givenBack[k] = of
		if !slices.Contains(d.keys, k) { // an earlier document may have given it back
			more = append(more, k)
		}
	}
	for of := range n.Of {
		add(of)
	}
	for of := range is {
		add(of)
	}
	sortParts(more)
	return append(slices.Clone(d.keys), more...)
}

// undo gives back what a reversed document charged or took, as it is now.
func (n *orderNode) undo(d doc, is map[costing.PartKey]money.Amount) {
	for _, k := range n.givesBack(d, is) {
		of, undoes := n.undone(k)
		if !undoes {
			continue
		}
		value, computed := is[of]
		if !computed {
			value = n.Of[of].Worth
		}
		is[k] = value.Neg()
		if n.never[d.Doc] {
			continue
		}
		c := costing.Only(k.Element, value.Neg())
		e := n.Stock[of.Cause]
		switch {
		case of.Kind == costing.Charge:
			n.cost.Charge(c, d.Date)
			if e != nil {
				n.hold(e).Put(e.Qty, value.Neg())
			}
		case e != nil && n.returned(of):
			n.cost.Charge(c, d.Date)
			n.hold(e).Put(e.Qty, value.Neg())
		default:
			n.cost.GiveBack(n.verbOf(of), e != nil && e.Item == n.Order.Order.Item, c, d.Date)
		}
	}
}

func (n *orderNode) stepOf(k costing.PartKey) mrp.Progress {
	for _, d := range n.docs {
		if d.Doc == k.Cause.Doc {
			return d.step
		}
	}
	return mrp.Progress{}
}

func (n *orderNode) returned(k costing.PartKey) bool { return n.stepOf(k).Completed.IsZero() }

func (n *orderNode) verbOf(k costing.PartKey) string {
	s := n.stepOf(k)
	switch {
	case !s.Completed.IsZero():
		return "complete"
	case !s.Expensed.IsZero():
		return "report"
	}
	return "close_work_order"
}

// overdrawn is what is missing of a cost that the order's nth document takes back, because it had gone to what was completed since; zero if nothing is, or if the
// document under way has no part in that: what was taken back may come to cost more, and what is completed next, or the close, has the less.
func (n *orderNode) overdrawn(nth int) (least money.Amount) {
	d := n.docs[nth]
	var of int64
	for _, k := range d.keys {
		if u, undoes := n.undone(k); undoes {
			of = u.Cause.Doc
		}
	}
	if of == 0 {
		return least
	}
	var between []mrp.Progress
	takes := d.Doc == n.doing
	for _, x := range n.docs[:nth] {
		takes = takes || x.Doc == n.doing
		if between = append(between, x.step); x.Doc == of {
			between = nil
		}
	}
	if !takes || !mrp.Took(between) {
		return least
	}
	for _, e := range costing.Elements {
		least = least.Min(n.cost.Open.Of(e))
	}
	return least
}

// gap books what the reversal of a receipt takes more (or less) out of stock than the receipt brought: the other side gets what it gave.
func (g *Graph) gap(standard bool, e, after, undone *costing.Event) error {
	more := after.Gap(undone).Sub(e.Gap(nil))
	stated := after.Value.Neg().Sub(after.Gap(undone)).Sub(e.Stated)
	if !more.IsZero() && e.Contra == "" {
		return refusal.New(refusal.NoRule, e.Item, "the goods of a receipt that is undone have come to be worth %s more than it brought, and no account takes that", more)
	}
	if !more.IsZero() {
		g.line(&e.Entry, e.FactDate, e.Contra, more)
	}
	if !stated.IsZero() && standard { // what the receipt stands at more, its variance has less: that is given back too
		g.line(&e.Entry, e.FactDate, e.Contra, stated)
	}
	if !stated.IsZero() {
		e.Stated = e.Stated.Add(stated)
		g.Adjustments = append(g.Adjustments, Adjustment{Entry: &e.Entry, Stated: stated, Floor: g.floor})
	}
	return nil
}

package explain

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// ofEntry is a node for an entry of value; whole is what all of it is worth.
func ofEntry(kind Kind, e *costing.Entry, whole money.Amount, element costing.Element) Node {
	return Node{Kind: kind, Item: e.Item, Order: e.Order, Date: e.FactDate, Element: element, doc: e.Doc, entry: e, whole: whole}
}

// inStock are the roots that parts of a stream came from.
func (s *stock) inStock(parts []part) []comp {
	var out []comp
	for _, p := range byRoot(parts) {
		out = append(out, s.root(p))
	}
	return out
}

// root is a part of what a stream holds, or of what left it.
func (s *stock) root(p part) comp {
	c := comp{weight: p.amount}
	e := s.event(p.root)
	if _, before := s.before[p.root]; before || e == nil {
		c.node = Node{Kind: KindEarlier, Item: s.item, Date: s.from, Element: costing.Material, doc: p.root.Doc, Cut: "of before the first day that was gone over"}
		return c
	}
	kind := KindReceipt
	switch {
	case e.Kind == costing.Worth:
		kind = KindWorth
	case brings(e):
		c.more = s.origin(e)
	case e.Qty.Sign() > 0: // an issue was undone, and what it had taken is of before
		c.more = undoing(e)
	default:
		kind = KindOwed
	}
	c.node = ofEntry(kind, &e.Entry, e.Value, costing.Material)
	return c
}

// undoing leads from the reversal of an issue to the issue.
func undoing(e *costing.Event) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		entries, ok := b.Entries(e.Cause.Doc)
		for i := range entries {
			if entries[i].Source() == e.Cause {
				c, err := w.left(&entries[i], e.Value, costing.Material)
				return []comp{c}, true, err
			}
		}
		return nil, ok, nil
	}
}

// left is an issue, or a part of one, that value came from.
func (w *Walk) left(e *costing.Entry, weight money.Amount, element costing.Element) (comp, error) {
	n := ofEntry(KindIssue, e, money.Amount{}, element)
	return comp{node: n, weight: weight, more: taken(e), made: true}, nil
}

// taken says what an entry took out of its stream.
func taken(e *costing.Entry) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		src := e.Source()
		s, ok, err := w.stockOf(b, streamKey{e.Item, e.Scope}, e.FactDate, func(s *stock) []part { return s.took(src) })
		if !ok || err != nil {
			return nil, ok, err
		}
		now := s.event(src)
		if now == nil || s.skips(now) {
			return nil, true, nil // it was reversed as if it never was
		}
		took := s.took(src)
		if sum := sumOf(took); sum != now.Value.Neg() {
			return nil, false, broken(e.Item, now.Value.Neg(), sum, "entry %d/%d of %s took something else than it is worth", e.Doc, e.Line, e.FactDate)
		}
		return s.inStock(took), true, nil
	}
}

// origin says where the value of a receipt came from: an order, stock elsewhere, or outside; and what later documents changed of it.
func (s *stock) origin(e *costing.Event) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		src := e.Source()
		naming, ok := b.Naming(src.Doc)
		if !ok {
			return nil, false, nil
		}
		for _, c := range naming {
			if c.Cause == src && c.Kind == costing.Credit && !c.Late {
				return s.ofOrder(w, b, e, c.Order)
			}
		}
		rest := e.Value
		var adjusts []comp
		for i := range s.adjusts[src] {
			a := &s.adjusts[src][i]
			rest = rest.Sub(a.Value)
			adjusts = append(adjusts, comp{node: ofEntry(KindAdjust, a, a.Value, costing.Material), weight: a.Value})
		}
		if e.Cause != (costing.Source{}) {
			entries, ok := b.Entries(e.Cause.Doc)
			for i := range entries {
				if entries[i].Source() == e.Cause {
					c, err := w.left(&entries[i], rest, costing.Material)
					return append([]comp{c}, adjusts...), true, err
				}
			}
			if !ok {
				return nil, false, nil
			}
		}
		if len(adjusts) == 0 {
			return nil, true, nil
		}
		n := ofEntry(KindReceipt, &e.Entry, rest, costing.Material)
		n.What = "as first booked"
		return append([]comp{{node: n, weight: rest}}, adjusts...), true, nil
	}
}

// ofOrder says what an order gave to an entry of stock. What is neither that nor another document's is what closes of the order sent after it; at standard cost
// the gap.
func (s *stock) ofOrder(w *Walk, b Books, e *costing.Event, ref string) ([]comp, bool, error) {
	if s.skips(e) { // reversed on its own day it stands at what it was then worth, and its order went on
		return nil, true, nil
	}
	o, ok, err := w.work(b, ref)
	if !ok || err != nil {
		return nil, ok, err
	}
	src := e.Source()
	made := o.made(src)
	out, rest := o.charged(w, made), e.Value.Sub(sumOf(made))
	closed, closes := o.closed()
	for i := range s.adjusts[src] {
		a := &s.adjusts[src][i]
		if closes[a.Doc] {
			continue
		}
		rest = rest.Sub(a.Value)
		out = append(out, comp{node: ofEntry(KindAdjust, a, a.Value, costing.Outside), weight: a.Value})
	}
	switch {
	case rest.IsZero():
	case e.Contra != "":
		n := ofEntry(KindGap, &e.Entry, rest, variance)
		n.Account = e.Contra
		out = append(out, comp{node: n, weight: rest})
	case sumOf(closed).IsZero():
		return nil, false, broken(e.Item, e.Value, e.Value.Sub(rest), "entry %d/%d of %s is worth something else than its order gave it", e.Doc, e.Line, e.FactDate)
	default:
		n := Node{Kind: KindClose, Order: ref, Date: o.dateOf(closes), doc: o.lastOf(closes)}
		out = append(out, comp{node: n, weight: rest, more: func(w *Walk, _ Books) ([]comp, bool, error) { return o.charged(w, closed), true, nil }})
	}
	return out, true, nil
}

// variance is the element of a gap to standard cost.
const variance costing.Element = "variance"

// Elements are the elements of cost that leaves have, in the order in which they are stated: those of orders, and the gap to standard cost.
var Elements = append(slices.Clone(costing.Elements), variance)

// charged are the costs of an order that parts of it came from.
func (o *work) charged(w *Walk, parts []part) []comp {
	var out []comp
	for _, p := range byRoot(parts) {
		of := o.part(p.root)
		issue := o.stock[of.Cause]
		c := comp{weight: p.amount, node: ofEntry(KindCharge, &of.Entry, of.Worth, of.Element)}
		switch {
		case of.Kind == costing.Credit:
			c.node.Kind = KindShort
		case issue != nil:
			c.node = ofEntry(KindIssue, issue, of.Worth, of.Element)
			c.node.Order = o.ref
			c.more, c.made = taken(issue), true
		}
		out = append(out, c)
	}
	return out
}

func (o *work) lastOf(docs map[int64]bool) (last int64) {
	for d := range docs {
		if o.verbs[d] != "reverse" {
			last = max(last, d)
		}
	}
	return last
}

func (o *work) dateOf(docs map[int64]bool) calendar.Date {
	for _, d := range o.Docs {
		if d.Doc == o.lastOf(docs) {
			return d.Date
		}
	}
	return 0
}

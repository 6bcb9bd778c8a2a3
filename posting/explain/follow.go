package explain

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
)

// Follow says where the money of a document went: what its goods are worth where they are now, in stock, in orders, in cost of sales; and what went to accounts at
// once. The leaves are places.
func Follow(cur money.Currency, doc posting.Document) *Walk {
	root := Node{Kind: KindFigure, Date: doc.Date, doc: doc.Seq, What: "where the money of " + doc.Ref + " went"}
	w := newWalk(cur, root, func(w *Walk, b Books) ([]comp, bool, error) {
		entries, ok1 := b.Entries(doc.Seq)
		lines, ok2 := b.Lines(doc.Seq)
		settled, ok3 := b.Settled(doc.Seq)
		if !ok1 || !ok2 || !ok3 {
			return nil, false, nil
		}
		out, ok, err := w.gave(b, entries)
		if err != nil || !ok {
			return nil, false, err
		}
		if len(out) == 0 {
			if out, ok, err = w.sent(b, entries); err != nil || !ok {
				return nil, false, err
			}
		}
		billed, ok, err := w.billed(b, doc, settled)
		if err != nil || !ok {
			return nil, false, err
		}
		out = append(append(out, billed...), atOnce(doc, lines)...)
		if len(out) == 0 {
			return nil, false, refusal.New(refusal.NotFound, doc.Ref, "this document (%s) brought no money that could be followed", doc.Verb)
		}
		return out, true, nil
	})
	w.tree.Forward = true
	return w
}

// gave is what a document brought into stock, or into orders.
func (w *Walk) gave(b Books, entries []costing.Entry) (out []comp, ok bool, err error) {
	all := true
	for i := range entries {
		e := &entries[i]
		if e.Late {
			continue
		}
		var c comp
		switch ok = true; {
		case e.Kind == costing.Adjust:
			c, ok, err = w.receipt(b, e.Cause, e.Value)
		case e.Order != "":
			if e.Kind != costing.Charge || e.Cause != (costing.Source{}) {
				continue
			}
			c, ok, err = w.charge(b, e)
		case e.Qty.Sign() > 0 && (e.Kind == costing.In || e.Kind == costing.Found), e.Kind == costing.Worth:
			c, ok, err = w.receipt(b, e.Source(), money.Amount{})
		default:
			continue
		}
		if err != nil {
			return nil, false, err
		}
		all = all && ok
		out = append(out, c)
	}
	return out, all, nil
}

// sent is what a document that brings nothing took out of stock.
func (w *Walk) sent(b Books, entries []costing.Entry) (out []comp, ok bool, err error) {
	all := true
	for i := range entries {
		e := &entries[i]
		if e.Late || e.Order != "" || e.Qty.Sign() >= 0 {
			continue
		}
		s, ok, err := w.stockOf(b, streamKey{e.Item, e.Scope}, e.FactDate, nothing)
		if err != nil {
			return nil, false, err
		}
		if all = all && ok; !ok {
			continue
		}
		value := s.event(e.Source()).Value.Neg()
		out = append(out, comp{node: ofEntry(KindIssue, e, value, ""), weight: value, more: fed(e)})
	}
	return out, all, nil
}

func nothing(*stock) []part { return nil }

// receipt leads to a receipt; without an amount it is what came in with it, apart from what other documents added.
func (w *Walk) receipt(b Books, src costing.Source, amount money.Amount) (comp, bool, error) {
	e, ok := entryOf(b, src)
	if e == nil {
		return comp{}, ok, nil
	}
	s, ok, err := w.stockOf(b, streamKey{e.Item, e.Scope}, e.FactDate, func(s *stock) (owed []part) {
		for _, t := range s.event(src).Covered() {
			if s.event(t.Source) == nil { // what it covered left before the first day
				owed = append(owed, part{root: t.Source})
			}
		}
		return owed
	})
	if !ok || err != nil {
		return comp{}, ok, err
	}
	now := s.event(src)
	if amount.IsZero() {
		amount = now.Value
		for _, a := range s.adjusts[src] {
			amount = amount.Sub(a.Value)
		}
	}
	kind := KindReceipt
	if e.Kind == costing.Worth {
		kind = KindWorth
	}
	return comp{node: ofEntry(kind, e, now.Value, ""), weight: amount, more: s.onward(now)}, true, nil
}

// billed are the goods that a bill pays for.
func (w *Walk) billed(b Books, doc posting.Document, settled []ledger.Settlement) (out []comp, ok bool, err error) {
	all := true
	for _, f := range settled {
		if doc.Verb != "invoice_in" || f.Kind != ledger.Accrued || f.ItemDoc == doc.Seq || f.Amount.IsZero() {
			continue
		}
		c, ok, err := w.receipt(b, costing.Source{Doc: f.ItemDoc, Line: f.ItemLine}, f.Amount.Neg())
		if err != nil {
			return nil, false, err
		}
		if all = all && ok; c.more == nil && ok { // goods that a supplier shipped were never in stock
			c = comp{node: Node{Kind: KindVoucher, doc: f.ItemDoc}, weight: f.Amount.Neg()}
		}
		out = append(out, c)
	}
	return out, all, nil
}

// atOnce is what a document's vouchers debited to accounts that are no goods: services, tax, exchange, variances.
func atOnce(doc posting.Document, lines []ledger.Line) (out []comp) {
	for _, l := range lines {
		event, measure := posting.Measured(l.Rule)
		switch {
		case event != doc.Verb:
		case measure == "variance", event == "invoice_in" && (measure == "service" || measure == "fx" || measure == "tax" || measure == "transit" || measure == "cost" || measure == "waiting"):
			n := Node{Kind: KindExpense, Account: l.Account, Rule: l.Rule, doc: doc.Seq}
			out = append(out, comp{node: n, weight: l.Debit.Sub(l.Credit)})
		}
	}
	return out
}

// charge leads to an order.
func (w *Walk) charge(b Books, e *costing.Entry) (comp, bool, error) {
	o, ok, err := w.work(b, e.Order)
	if !ok || err != nil {
		return comp{}, ok, err
	}
	p := o.part(e.Source())
	return comp{node: ofEntry(KindCharge, e, p.Worth, ""), weight: p.Worth, more: o.onward(e.Source())}, true, nil
}

// onward says where the value of a receipt is: here, or with whatever took it.
func (s *stock) onward(e *costing.Event) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		src := e.Source()
		if s.skips(e) {
			return []comp{{node: Node{Kind: KindUndone, Item: s.item, Date: e.FactDate}, weight: e.Value}}, true, nil
		}
		went, sum := s.went(src)
		var out []comp
		for _, g := range went {
			by := s.event(g.by)
			switch {
			case by == nil:
				out = append(out, comp{node: Node{Kind: KindStock, Item: s.item, scope: s.scope, What: "on hand: " + s.item + in(s.scope)}, weight: g.amount})
			case brings(by):
				out = append(out, comp{node: ofEntry(KindUndone, &by.Entry, by.Value.Neg(), ""), weight: g.amount})
			default:
				out = append(out, comp{node: ofEntry(KindIssue, &by.Entry, by.Value.Neg(), ""), weight: g.amount, more: fed(&by.Entry)})
			}
		}
		if sum != e.Value {
			return nil, false, broken(s.item, e.Value, sum, "what came in with entry %d/%d of %s is not what is here and what left", e.Doc, e.Line, e.FactDate)
		}
		return out, true, nil
	}
}

// fed says where an issue went: into an order, to a customer (less what came back), into other stock, or to an account.
func fed(e *costing.Entry) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		if e.Kind == costing.Back {
			return nil, true, nil
		}
		naming, all := b.Naming(e.Doc)
		s, ok, err := w.stockOf(b, streamKey{e.Item, e.Scope}, e.FactDate, nothing)
		if !ok || !all || err != nil {
			return nil, false, err
		}
		rest := s.event(e.Source()).Value.Neg()
		var out []comp
		for i := range naming {
			f := &naming[i]
			if f.Cause != e.Source() || f.Late || f.Kind == costing.Adjust {
				continue
			}
			switch {
			case f.Order != "" && f.Kind == costing.Charge:
				o, ok, err := w.work(b, f.Order)
				if !ok || err != nil {
					return nil, false, err
				}
				comps, ok, err := o.onward(f.Source())(w, b)
				return comps, ok, err
			case f.Kind == costing.In:
				c, ok, err := w.receipt(b, f.Source(), money.Amount{})
				if err != nil {
					return nil, false, err
				}
				all = all && ok
				out, rest = append(out, c), rest.Sub(c.weight)
			}
		}
		if !all {
			return nil, false, nil
		}
		if !rest.IsZero() {
			n := ofEntry(KindExpense, e, rest, "")
			n.Account, n.Item = e.Contra, ""
			out = append(out, comp{node: n, weight: rest})
		}
		return out, true, nil
	}
}

// onward says where a cost of an order is: in process, or with what the order made, or in an account.
func (o *work) onward(root costing.Source) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		var out []comp
		went, sum := o.went(root)
		for _, g := range went {
			c := comp{node: Node{Kind: KindOrder, Order: o.ref, What: "in process: " + o.ref}}
			if k, taken := o.Named[g.by]; taken {
				var ok bool
				var err error
				if c, ok, err = o.credited(w, b, k); !ok || err != nil {
					return nil, false, err
				}
			}
			c.weight = g.amount
			out = append(out, c)
		}
		if want := o.part(root).Worth; sum != want {
			return nil, false, broken(o.ref, want, sum, "a cost of the order is not what it holds and what left it")
		}
		return out, true, nil
	}
}

// credited is where something that left an order went.
func (o *work) credited(w *Walk, b Books, k costing.PartKey) (comp, bool, error) {
	p := o.Of[k]
	_, undoes := o.Undone(k)
	switch in := o.stock[p.Cause]; {
	case undoes:
		return comp{node: ofEntry(KindUndone, &p.Entry, p.Worth.Neg(), "")}, true, nil
	case in != nil:
		return comp{node: ofEntry(KindReceipt, in, money.Amount{}, ""), more: o.product(in)}, true, nil
	case p.Contra != "":
		n := ofEntry(KindExpense, &p.Entry, p.Worth.Neg(), "")
		n.Account = p.Contra
		return comp{node: n}, true, nil
	}
	return comp{node: ofEntry(KindClose, &p.Entry, p.Worth.Neg(), ""), more: o.residual(p)}, true, nil
}

// product is where a product (or material that came back) is; at standard cost the gap is in a variance.
func (o *work) product(in *costing.Entry) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		c, ok, err := w.receipt(b, in.Source(), money.Amount{})
		if !ok || err != nil {
			return nil, ok, err
		}
		out, ok, err := c.more(w, b)
		if gap := sumOf(o.made(in.Source())).Sub(c.weight); ok && in.Contra != "" && !gap.IsZero() {
			out = append(out, comp{node: Node{Kind: KindExpense, Account: in.Contra, Date: in.FactDate, doc: in.Doc}, weight: gap})
		}
		return out, ok, err
	}
}

// residual is where the close of an order sent what was left in it: to what it had completed.
func (o *work) residual(p *costing.Part) expander {
	return func(w *Walk, b Books) ([]comp, bool, error) {
		entries, all := b.Entries(p.Cause.Doc)
		var out []comp
		for i := range entries {
			if e := &entries[i]; e.Kind == costing.Adjust && !e.Late {
				c, ok, err := w.receipt(b, e.Cause, e.Value)
				if err != nil {
					return nil, false, err
				}
				all = all && ok
				out = append(out, c)
			}
		}
		return out, all, nil
	}
}

package trace

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
)

// rootForward traces all that ever came into a lot.
func (t *tracer) rootForward(n *Node, h *history) {
	marks := h.fresh(true)
	for i, q := range marks {
		n.Qty, n.Of = n.Qty.Add(q), n.Of.Add(q)
		n.Value = n.Value.Add(t.cur.Share(h.flows[i].value, q.Units(), h.flows[i].qty.Units()))
	}
	t.goals(n, h, marks)
}

// madeForward traces what a work made of a lot; the node says how much of the traced lot is in it.
func (t *tracer) madeForward(n *Node, h *history, by end) {
	leave, ok := t.enter(n, by)
	if !ok {
		return
	}
	defer leave()
	at, qty := h.between(true, by)
	_, _, n.Steps = gather(h.flows, at)
	marks := map[int]uom.Quantity{}
	for i, part := range n.Of.Split(qty) {
		marks[at[i]] = part
	}
	t.goals(n, h, marks)
}

// goals puts below a lot where it went since the traced lot came into it, and where it is.
func (t *tracer) goals(n *Node, h *history, marks map[int]uom.Quantity) {
	out, rest, reached := h.wentTo(marks)
	var ends []*Node
	var by []end
	places := map[end]int{}
	for i, f := range h.flows {
		part, ok := out[i]
		if !ok {
			continue
		}
		k, seen := places[f.end]
		if !seen {
			k = len(by)
			places[f.end] = k
			by, ends = append(by, f.end), append(ends, &Node{Kind: f.end.kind, Lot: n.Lot, Name: f.end.name, Bin: f.end.bin})
		}
		e := ends[k]
		e.Qty, e.Value, e.Of, e.Steps = e.Qty.Add(f.qty), e.Value.Add(f.value), e.Of.Add(part), append(e.Steps, f.steps...)
	}
	for i, e := range ends {
		if at := t.add(n, *e); at != nil && !at.Qty.IsZero() {
			t.products(at, by[i])
		}
	}
	t.here(n, h, rest, reached)
}

// here puts below a lot where it lies now.
func (t *tracer) here(n *Node, h *history, rest uom.Quantity, reached bool) {
	item := t.item(n.Item)
	if item == nil || !reached && rest.IsZero() {
		return
	}
	qty := make([]uom.Quantity, len(h.rows))
	for i, s := range h.rows {
		qty[i] = s.OnHand.Max(uom.Quantity{})
	}
	if len(qty) == 0 || uom.Sum(qty...).IsZero() {
		t.add(n, Node{Kind: Unknown, Lot: n.Lot, Of: rest})
		return
	}
	for i, part := range rest.Split(qty) {
		if s := h.rows[i]; s.OnHand.Sign() > 0 {
			t.add(n, Node{Kind: OnHand, Lot: n.Lot, Name: s.Warehouse, Bin: s.Bin, Qty: s.OnHand, Value: t.worthHere(item, s), Of: part})
		}
	}
}

// products puts below an order or an unbuilding what it made, and what it holds still.
func (t *tracer) products(n *Node, e end) {
	if e.kind != Order && e.kind != Unbuilt {
		return
	}
	w := t.work(e)
	if w == nil {
		return
	}
	over, left := w.holds(n.Of, t.root)
	_, rest := w.share(n.Qty, w.product)
	switch {
	case len(w.made) == 0 && w.rest.IsZero() && w.open.IsZero():
		t.add(n, Node{Kind: Lost, Lot: n.Lot, Name: e.name, Qty: n.Qty, Value: n.Value, Of: n.Of})
	case len(w.made) == 0 && w.rest.IsZero(): // nothing came out, and the order is not closed
		t.add(n, Node{Kind: InProcess, Lot: n.Lot, Name: e.name, Qty: n.Qty, Value: w.open, Of: n.Of})
	case !rest.IsZero() || !w.open.IsZero():
		t.add(n, Node{Kind: InProcess, Lot: n.Lot, Name: e.name, Qty: rest, Value: w.open, Of: left})
	}
	for _, m := range w.made {
		at := t.add(n, Node{Kind: Goods, Lot: m.Lot, Qty: m.Qty, Value: m.Value, Of: over[m.Lot]})
		if at == nil {
			continue
		}
		if h := t.history(m.Lot); h != nil && m.Qty.Sign() > 0 {
			t.madeForward(at, h, e)
		}
	}
}

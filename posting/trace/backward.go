package trace

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// rootBackward traces all of a lot that there is, or was before it left.
func (t *tracer) rootBackward(n *Node, h *history) {
	share := map[int]uom.Quantity{}
	var rest uom.Quantity
	wants := h.fresh(false)
	for i := range h.flows {
		if q, ok := wants[i]; ok {
			rest = rest.Add(h.cameOf(i, q, share))
			n.Qty = n.Qty.Add(q)
		}
	}
	if here := h.after[len(h.after)-1]; here.Sign() > 0 {
		rest = rest.Add(h.cameOf(len(h.flows), here, share))
		n.Qty = n.Qty.Add(here)
	}
	worth := map[int]money.Amount{}
	for i, q := range share {
		worth[i] = t.cur.Share(h.flows[i].value, q.Units(), h.flows[i].qty.Units())
		n.Value = n.Value.Add(worth[i])
	}
	t.sources(n, h, share, rest, worth)
}

// usedBackward traces what a work used of a lot: qty of it, out of all that went there.
func (t *tracer) usedBackward(n *Node, h *history, by end) {
	leave, ok := t.enter(n, by)
	if !ok {
		return
	}
	defer leave()
	share := map[int]uom.Quantity{}
	var rest uom.Quantity
	at, qty := h.between(false, by)
	_, _, n.Steps = gather(h.flows, at)
	for i, part := range n.Qty.Split(qty) {
		rest = rest.Add(h.cameOf(at[i], part, share))
	}
	t.sources(n, h, share, rest, nil)
}

// sources puts below a lot where quantities of it came from, with what they are worth: as given, else the lot's value shared among them by quantity.
func (t *tracer) sources(n *Node, h *history, share map[int]uom.Quantity, rest uom.Quantity, worth map[int]money.Amount) {
	var ends []*Node
	var by []end
	places := map[end]int{}
	for i, f := range h.flows {
		if share[i].IsZero() {
			continue
		}
		k, seen := places[f.end]
		if !seen {
			k = len(by)
			places[f.end] = k
			by, ends = append(by, f.end), append(ends, &Node{Kind: f.end.kind, Lot: n.Lot, Name: f.end.name, Bin: f.end.bin})
		}
		e := ends[k]
		e.Qty, e.Value, e.Steps = e.Qty.Add(share[i]), e.Value.Add(worth[i]), append(e.Steps, f.steps...)
	}
	if !rest.IsZero() {
		by, ends = append(by, end{}), append(ends, &Node{Kind: Unknown, Lot: n.Lot, Qty: rest})
	}
	if worth == nil {
		qty := make([]uom.Quantity, len(ends))
		for i, e := range ends {
			qty[i] = e.Qty
		}
		for i, value := range splitAmount(t.cur, n.Value, qty) {
			ends[i].Value = value
		}
	}
	for i, e := range ends {
		if at := t.add(n, *e); at != nil && by[i].kind != "" {
			t.ingredients(at, by[i])
		}
	}
}

// ingredients puts below an order or an unbuilding what it used for the goods of the node, and what else they cost.
func (t *tracer) ingredients(n *Node, e end) {
	if e.kind != Order && e.kind != Unbuilt {
		return
	}
	w := t.work(e)
	if w == nil {
		return
	}
	var nodes []*Node
	var weights []int64
	made := w.ofMade(n.Lot)
	for _, u := range w.used {
		if u.Qty.Sign() <= 0 {
			continue
		}
		over, _ := w.share(u.Qty, n.Item)
		nodes = append(nodes, &Node{Kind: Goods, Lot: u.Lot, Qty: over[n.Lot].MulDiv(n.Qty, made.Qty, fixed.HalfUp)})
		weights = append(weights, u.Value.Max(money.Amount{}).Units())
	}
	for _, element := range costing.Elements {
		if cost := w.charged.Of(element); cost.Sign() > 0 {
			nodes, weights = append(nodes, &Node{Kind: Cost, Name: string(element)}), append(weights, cost.Units())
		}
	}
	for i, value := range t.cur.Split(n.Value, weights) {
		nodes[i].Value = value
		m := t.add(n, *nodes[i])
		if m == nil || m.Kind == Cost {
			continue
		}
		if h := t.history(m.Lot); h != nil {
			t.usedBackward(m, h, e)
		}
	}
}

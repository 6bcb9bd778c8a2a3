package trace

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// end is what stands at the other side of what a lot did.
type end struct {
	kind      Kind
	name, bin string
	doc       int64 // of unbuilding, which is one by document
}

// flow is a quantity that came into a lot or left it, with its value; both are above zero.
type flow struct {
	date  calendar.Date
	doc   int64
	in    bool
	verb  string
	end   end
	qty   uom.Quantity
	value money.Amount
	steps []Step
}

// history is what a lot did, in order, with what there was of it after each flow, and where it is now.
type history struct {
	flows []flow
	after []uom.Quantity
	rows  []inventory.Stock
}

var kinds = map[inventory.PlaceType]Kind{
	inventory.AtSupplier: Supplier, inventory.AtCustomer: Customer, inventory.InProduction: Order, inventory.InCount: Counted,
	inventory.Scrapped: Scrapped, inventory.Elsewhere: Other, inventory.AtOpening: Opening,
}

// history gives what a lot did; nil if more must be loaded first.
func (t *tracer) history(l Lot) *history {
	if h := t.lots[l]; h != nil {
		return h
	}
	item := t.item(l.Item)
	if item == nil {
		return nil
	}
	h := &history{}
	for _, s := range item.Stocks {
		if s.Lot == l.Lot && !s.OnHand.IsZero() {
			h.rows = append(h.rows, s)
		}
	}
	docs, ok := t.documents(docsOf(item.Moves, l))
	if !ok {
		return nil
	}
	for _, d := range docs {
		h.flows = append(h.flows, t.flowsOf(d, l)...)
	}
	slices.SortStableFunc(h.flows, func(a, b flow) int { return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.doc, b.doc)) })
	h.net(t.cur)
	var qty uom.Quantity
	for _, f := range h.flows {
		qty = qty.Add(f.signed())
		h.after = append(h.after, qty)
	}
	t.lots[l] = h
	return h
}

func (f flow) signed() uom.Quantity {
	if f.in {
		return f.qty
	}
	return f.qty.Neg()
}

// docsOf are the documents that moved a lot.
func docsOf(moves []inventory.Move, l Lot) (docs []int64) {
	for _, m := range moves {
		if m.Lot == l.Lot && m.Item == l.Item && !slices.Contains(docs[max(0, len(docs)-1):], m.Doc) {
			docs = append(docs, m.Doc)
		}
	}
	slices.Sort(docs)
	return slices.Compact(docs)
}

// flowsOf gives what a document brought into a lot or took out of it. A transfer does neither.
func (t *tracer) flowsOf(d *Document, l Lot) []flow {
	var out []flow
	for _, m := range d.Moves {
		in, other := m.To.Type == inventory.InStock, m.From
		if !in {
			other = m.To
		}
		if m.Item != l.Item || m.Lot != l.Lot || in && m.From.Type == inventory.InStock {
			continue
		}
		e := end{kind: kinds[other.Type], name: other.Name}
		if d.Verb == "unbuild" {
			e = end{kind: Unbuilt, name: other.Name, doc: d.Seq}
		}
		i := slices.IndexFunc(out, func(f flow) bool { return f.in == in && f.end == e })
		if i < 0 {
			i = len(out)
			out = append(out, flow{date: d.Date, doc: d.Seq, in: in, verb: d.Verb, end: e})
		}
		out[i].qty = out[i].qty.Add(m.Qty)
	}
	for _, in := range []bool{true, false} { // nearly always one of each at most
		var qty []uom.Quantity
		for _, f := range out {
			if f.in == in {
				qty = append(qty, f.qty)
			}
		}
		shares := splitAmount(t.cur, d.worth(l, in), qty)
		for i := range out {
			if f := &out[i]; f.in == in {
				f.value, shares = shares[0], shares[1:]
				f.steps = []Step{{d.Seq, d.Ref, d.Verb, d.Date, f.qty, f.value, d.bills()}}
			}
		}
	}
	return out
}

// bills names the documents that say what the goods of a document cost, or were sold for.
func (d *Document) bills() (refs []string) {
	for _, b := range d.Bills {
		if slices.Contains([]string{"invoice_in", "credit_in", "landed_cost", "invoice_out", "credit_out"}, b.Verb) && !slices.Contains(refs, b.Ref) {
			refs = append(refs, b.Ref)
		}
	}
	return refs
}

// splitAmount shares an amount over quantities by largest remainder.
func splitAmount(cur money.Currency, total money.Amount, over []uom.Quantity) []money.Amount {
	weights := make([]int64, len(over))
	for i, q := range over {
		weights[i] = q.Units()
	}
	return cur.Split(total, weights)
}

// worth is what a document's part of a lot has cost in all, with what later facts changed of it.
func (d *Document) worth(l Lot, in bool) (sum money.Amount) {
	for _, e := range d.Entries {
		if e.Item != l.Item || e.Lot != l.Lot || e.Order != "" || e.Kind == costing.Adjust || in != (e.Qty.Sign() > 0) {
			continue
		}
		sum = sum.Add(e.Value)
		for _, c := range d.Changes {
			if c.Kind == costing.Adjust && c.Cause == e.Source() {
				sum = sum.Add(c.Value)
			}
		}
	}
	if !in {
		return sum.Neg()
	}
	return sum
}

// returns says whether goods come back from where they went.
func (f *flow) returns() bool {
	return f.in && (f.end.kind == Customer || f.end.kind == Order && f.verb == "return_material")
}

// net takes what came back off what went there, the latest first. What is more than went there stays.
func (h *history) net(cur money.Currency) {
	for i := range h.flows {
		back := &h.flows[i]
		if !back.returns() {
			continue
		}
		for j := i - 1; j >= 0 && !back.qty.IsZero(); j-- {
			went := &h.flows[j]
			if went.in || went.end != back.end || went.qty.IsZero() {
				continue
			}
			qty := went.qty.Min(back.qty)
			value := cur.Share(back.value, qty.Units(), back.qty.Units())
			s := back.steps[0]
			s.Qty, s.Value = qty.Neg(), value.Neg()
			went.qty, went.value, went.steps = went.qty.Sub(qty), went.value.Sub(value), append(went.steps, s)
			back.qty, back.value = back.qty.Sub(qty), back.value.Sub(value)
		}
		back.steps[0].Qty, back.steps[0].Value = back.qty, back.value
	}
	h.flows = slices.DeleteFunc(h.flows, func(f flow) bool { return f.returns() && f.qty.IsZero() })
}

// between are the flows of one direction with one end, by their places.
func (h *history) between(in bool, e end) (at []int, qty []uom.Quantity) {
	for i, f := range h.flows {
		if f.in == in && f.end == e {
			at, qty = append(at, i), append(qty, f.qty)
		}
	}
	return at, qty
}

// fresh is what of the flows of one direction is not the lot itself, worked over: an order that both used and made some of the lot counts by the difference.
func (h *history) fresh(in bool) map[int]uom.Quantity {
	out, orders, over := map[int]uom.Quantity{}, map[end][]int{}, map[end]uom.Quantity{}
	for i, f := range h.flows {
		switch {
		case f.in == in:
			out[i] = f.qty
			if f.end.kind == Order {
				orders[f.end] = append(orders[f.end], i)
			}
		case f.end.kind == Order:
			over[f.end] = over[f.end].Add(f.qty)
		}
	}
	for e, at := range orders {
		if over[e].IsZero() {
			continue
		}
		_, qty := h.between(in, e)
		for i, q := range uom.Sum(qty...).Sub(over[e]).Max(uom.Quantity{}).Split(qty) {
			out[at[i]] = q
		}
	}
	return out
}

// cameOf shares a quantity that left just before flow i over what came in until then; rest is what nothing says the origin of.
func (h *history) cameOf(i int, qty uom.Quantity, share map[int]uom.Quantity) (rest uom.Quantity) {
	for j := i - 1; j >= 0 && !qty.IsZero(); j-- {
		f := h.flows[j]
		if !f.in || f.qty.IsZero() {
			continue
		}
		part := qty
		if f.qty.Less(h.after[j]) {
			part = qty.MulDiv(f.qty, h.after[j], fixed.HalfUp)
		}
		share[j] = share[j].Add(part)
		qty = qty.Sub(part)
	}
	return qty
}

// wentTo follows quantities of the traced lot that came in with some flows. It gives for every later flow out how much of it left then, and what is still here;
// reached says whether the goods here now may hold some.
func (h *history) wentTo(marks map[int]uom.Quantity) (out map[int]uom.Quantity, rest uom.Quantity, reached bool) {
	out = map[int]uom.Quantity{}
	for i, f := range h.flows {
		if q, ok := marks[i]; ok {
			rest, reached = rest.Add(q), true
		}
		if f.in || !reached {
			continue
		}
		part := rest
		if have := h.after[i].Add(f.qty); f.qty.Less(have) {
			part = rest.MulDiv(f.qty, have, fixed.HalfUp)
		}
		out[i], rest = part, rest.Sub(part)
		reached = h.after[i].Sign() > 0
	}
	return out, rest, reached
}

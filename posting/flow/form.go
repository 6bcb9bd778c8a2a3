package flow

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
)

// form is an amount that is not known yet: a share of the total of each of some streams, and last what is known. A missing coefficient (nil) is none.
type form []*big.Rat

func sum(a, b *big.Rat) *big.Rat {
	switch {
	case b == nil:
		return a
	case a == nil:
		return new(big.Rat).Set(b)
	}
	return new(big.Rat).Add(a, b)
}

func (f form) plus(g form) form {
	out := make(form, max(len(f), len(g)))
	copy(out, f)
	for i, c := range g {
		out[i] = sum(out[i], c)
	}
	return out
}

func (f form) times(r *big.Rat) form {
	out := make(form, len(f))
	for i, c := range f {
		if c != nil {
			out[i] = new(big.Rat).Mul(c, r)
		}
	}
	return out
}

func (f form) neg() form { return f.times(big.NewRat(-1, 1)) }

// at is the amount, once the totals (in units of an amount) are known.
func (f form) at(total []*big.Rat) decimal.Decimal {
	v := new(big.Rat)
	for i, c := range f {
		switch {
		case c == nil:
		case i < len(total):
			v.Add(v, new(big.Rat).Mul(c, total[i]))
		default:
			v.Add(v, c)
		}
	}
	v.Quo(v, big.NewRat(10_000, 1))
	d, _ := decimal.NewFromString(v.FloatString(money.Digits + 4))
	return d
}

func ratio(part, whole int64) *big.Rat { return big.NewRat(part, whole) }

// unknowns are the amounts of a circle as forms of the totals of its n streams.
type unknowns struct {
	n        int
	charges  map[*monthOrder]map[costing.PartKey]form
	receipts map[costing.Source]form
}

func (u *unknowns) known(v money.Amount) form {
	f := make(form, u.n+1)
	f[u.n] = big.NewRat(v.Units(), 1)
	return f
}

// issues are shares of the stream's total, by quantity.
func (u *unknowns) issues(i int, s *monthStream, qty *big.Rat) {
	for _, out := range s.outlets {
		f := make(form, u.n+1)
		f[i] = new(big.Rat).Quo(big.NewRat(-out.event.Qty.Units(), 1), qty)
		for _, c := range out.parts {
			if u.charges[c.order] == nil {
				u.charges[c.order] = map[costing.PartKey]form{}
			}
			u.charges[c.order][c.key] = f
		}
		for k, r := range out.fractions() {
			u.receipts[out.to[k]] = f.times(r)
		}
	}
}

// orderForms are what an order holds and has given, as it goes through its documents.
type orderForms struct {
	*unknowns
	*monthOrder
	open form
	held map[[2]string]form
	left map[[2]string]uom.Quantity
	is   map[formKey]form // charges, and what was taken out
}

// formKey names a part of an order, or all elements of what one cause took out of it.
type formKey costing.PartKey

func keyOfForm(k costing.PartKey) formKey {
	if k.Kind == costing.Credit {
		k.Element = ""
	}
	return formKey(k)
}

// order goes through an order's documents as fold does, with forms for amounts: exactly, and without the bounds (no share below nothing) that decide
// nothing where all is as it should be.
func (u *unknowns) order(o *monthOrder, g *Graph) {
	f := orderForms{u, o, make(form, u.n+1), map[[2]string]form{}, map[[2]string]uom.Quantity{}, map[formKey]form{}}
	past := o.Order.Order.Replayed(nil)
	for _, d := range o.docs {
		if o.never[d.Doc] {
			continue
		}
		own, service := f.charge(d)
		f.giveBack(d)
		f.undo(d)
		switch {
		case d.step.Undo:
		case d.step.Completed.Sign() > 0:
			f.complete(d, past.Remaining(), own, service)
		case d.step.Expensed.Sign() > 0:
			_, of := past.Excess(d.step.Scrap, g.Absorb)
			f.take(costing.Source{Doc: d.Doc}, f.open.times(ratio(d.step.Expensed.Units(), of.Units())))
		case d.step.To == mrp.Closed:
			left := f.open
			f.take(costing.Source{Doc: d.Doc}, left)
			f.send(left, g)
		}
		past.Apply(d.step)
	}
}

// take takes an amount out of the order.
func (f *orderForms) take(cause costing.Source, v form) {
	f.open = f.open.plus(v.neg())
	f.is[formKey{costing.Credit, cause, ""}] = v.neg()
}

// charge adds a document's costs; it gives all of them, and those for outside work.
func (f *orderForms) charge(d doc) (own, service form) {
	own, service = make(form, f.n+1), make(form, f.n+1)
	for _, k := range d.keys {
		if _, undoes := f.undone(k); undoes || k.Kind != costing.Charge {
			continue
		}
		v := f.charges[f.monthOrder][k]
		if v == nil {
			v = f.known(f.Of[k].Worth)
		}
		f.is[keyOfForm(k)] = v
		f.open, own = f.open.plus(v), own.plus(v)
		if k.Element == costing.Outside {
			service = service.plus(v)
		}
		if e := f.Stock[k.Cause]; e != nil {
			f.put(e, e.Qty.Neg(), v)
		}
	}
	return own, service
}

func (f *orderForms) put(e *costing.Entry, qty uom.Quantity, v form) {
	k := [2]string{e.Item, e.Lot}
	f.held[k], f.left[k] = f.held[k].plus(v), f.left[k].Add(qty)
}

// giveBack takes out of the order material that came back: its share of what the order held of it.
func (f *orderForms) giveBack(d doc) {
	if d.step.Completed.Sign() != 0 || d.step.Undo {
		return
	}
	for _, k := range d.keys {
		e := f.Stock[k.Cause]
		if k.Kind != costing.Credit || e == nil {
			continue
		}
		at := [2]string{e.Item, e.Lot}
		if f.left[at].Sign() <= 0 {
			continue
		}
		v := f.held[at].times(ratio(e.Qty.Units(), f.left[at].Units()))
		f.put(e, e.Qty.Neg(), v.neg())
		f.take(k.Cause, v)
		f.receipts[k.Cause] = v
	}
}

// undo gives back what a reversed document charged or took.
func (f *orderForms) undo(d doc) {
	done := map[costing.Source]bool{}
	for _, k := range d.keys {
		of, undoes := f.undone(k)
		if !undoes || of.Kind == costing.Credit && done[of.Cause] {
			continue
		}
		done[of.Cause] = of.Kind == costing.Credit
		v := f.is[keyOfForm(of)].neg()
		f.open = f.open.plus(v)
		if e := f.Stock[of.Cause]; e != nil && (of.Kind == costing.Charge || f.returned(of)) {
			f.put(e, e.Qty, v)
		}
	}
}

// complete shares out a completion, as costing.OrderCost.Complete does.
func (f *orderForms) complete(d doc, remaining uom.Quantity, own, service form) {
	if remaining.Sign() <= 0 {
		return
	}
	share := f.open.plus(own.neg()).times(ratio(d.step.Completed.Units(), remaining.Units()))
	shared := share.plus(own).plus(service.neg())
	outputs := f.outputs(d)
	product := shared.plus(service)
	for i, p := range f.percents(outputs) {
		part := shared.times(new(big.Rat).Quo(p.Rat(), big.NewRat(100, 1)))
		product = product.plus(part.neg())
		f.take(outputs[i+1].Source(), part)
		f.receipts[outputs[i+1].Source()] = part
	}
	f.take(outputs[0].Source(), product)
	f.receipts[outputs[0].Source()] = product
}

// send shares what is left at the close out to what the order completed.
func (f *orderForms) send(left form, g *Graph) {
	if !f.revalues(g.Residual) {
		return
	}
	var all int64
	weights := quantities(f.made())
	for _, w := range weights {
		all += w
	}
	for i, e := range f.made() {
		f.receipts[e.Source()] = f.receipts[e.Source()].plus(left.times(ratio(weights[i], all)))
	}
}

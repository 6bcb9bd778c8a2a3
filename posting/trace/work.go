package trace

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
)

// work turns goods into others: a work order, or the unbuilding of one document.
type work struct {
	used, made []Part
	product    string       // of an order
	rest       uom.Quantity // what an order still has to make
	open       money.Amount // its cost in process
	charged    costing.Cost // beside material
	docs       []int64
}

// work gives an order or an unbuilding; nil if more must be loaded first.
func (t *tracer) work(e end) *work {
	if w := t.works[e]; w != nil {
		return w
	}
	w := &work{docs: []int64{e.doc}}
	if e.kind == Order {
		o, err := t.books.Order(e.name)
		if o = found(t, o, err); o == nil {
			return nil
		}
		w.product, w.open, w.charged, w.docs = o.Item, o.Cost.Open.Total(), o.Cost.Charged, o.Docs
		w.charged.Material = money.Amount{}
		if !slices.Contains([]mrp.Status{mrp.Completed, mrp.Closed, mrp.Cancelled}, o.Status) {
			w.rest = o.Remaining().Max(uom.Quantity{})
		}
	}
	docs, ok := t.documents(w.docs)
	if !ok {
		return nil
	}
	for _, d := range docs {
		w.take(d, e)
	}
	t.works[e] = w
	return w
}

// take adds what a document moved into the work and out of it.
func (w *work) take(d *Document, e end) {
	if (d.Verb == "unbuild") != (e.kind == Unbuilt) {
		return
	}
	var seen []Lot
	for _, m := range d.Moves {
		if l := (Lot{m.Item, m.Lot}); !slices.Contains(seen, l) {
			seen = append(seen, l)
		}
	}
	for _, l := range seen {
		into, outOf := moved(d.Moves, l, e.name)
		switch {
		case d.Verb == "return_material":
			note(&w.used, Part{l, outOf.Neg(), d.worth(l, true).Neg()})
			continue
		case !into.IsZero():
			note(&w.used, Part{l, into, d.worth(l, false)})
		}
		if !outOf.IsZero() {
			note(&w.made, Part{l, outOf, d.worth(l, true)})
		}
	}
}

// moved is what some moves of a lot took into production for an order, and out of it.
func moved(moves []inventory.Move, l Lot, name string) (into, outOf uom.Quantity) {
	for _, m := range moves {
		if m.Item != l.Item || m.Lot != l.Lot {
			continue
		}
		if m.To.Type == inventory.InProduction && m.To.Name == name {
			into = into.Add(m.Qty)
		}
		if m.From.Type == inventory.InProduction && m.From.Name == name {
			outOf = outOf.Add(m.Qty)
		}
	}
	return into, outOf
}

// note adds to what is known of a lot.
func note(parts *[]Part, p Part) {
	i := slices.IndexFunc(*parts, func(q Part) bool { return q.Lot == p.Lot })
	if i < 0 {
		*parts = append(*parts, p)
		return
	}
	q := &(*parts)[i]
	q.Qty, q.Value = q.Qty.Add(p.Qty), q.Value.Add(p.Value)
}

// share splits a quantity of what the work used over the lots of one item that it made, by their quantities, and over what it has still to make of its product;
// left is the part of that. Every item that comes out is out of all that went in.
func (w *work) share(qty uom.Quantity, item string) (over map[Lot]uom.Quantity, left uom.Quantity) {
	over, left = w.byQuantity(qty, w.product, w.rest)
	if item != w.product {
		over, _ = w.byQuantity(qty.Sub(left), item, uom.Quantity{})
	}
	return over, left
}

func (w *work) byQuantity(qty uom.Quantity, item string, rest uom.Quantity) (over map[Lot]uom.Quantity, left uom.Quantity) {
	weights, lots := []uom.Quantity{rest}, []Lot{{}}
	for _, m := range w.made {
		if m.Item == item {
			weights, lots = append(weights, m.Qty), append(lots, m.Lot)
		}
	}
	over = map[Lot]uom.Quantity{}
	if len(lots) == 1 && rest.IsZero() {
		return over, left
	}
	for i, q := range qty.Split(weights) {
		if i == 0 {
			left = q
			continue
		}
		over[lots[i]] = q
	}
	return over, left
}

// holds shares what the work took of the traced lot over what it made: by the product's lots; of an unbuilding over the parts that are of the traced item, or if none is over
// all by what they are worth.
func (w *work) holds(qty uom.Quantity, root Lot) (over map[Lot]uom.Quantity, left uom.Quantity) {
	if w.product != "" {
		return w.share(qty, w.product)
	}
	if slices.ContainsFunc(w.made, func(p Part) bool { return p.Item == root.Item }) {
		return w.share(qty, root.Item)
	}
	weights := make([]uom.Quantity, len(w.made))
	for i, p := range w.made {
		weights[i] = uom.FromUnits(p.Value.Max(money.Amount{}).Units())
	}
	over = map[Lot]uom.Quantity{}
	for i, q := range qty.Split(weights) {
		over[w.made[i].Lot] = q
	}
	return over, left
}

// ofMade is what the work made of a lot.
func (w *work) ofMade(l Lot) (p Part) {
	for _, m := range w.made {
		if m.Lot == l {
			p = m
		}
	}
	return p
}

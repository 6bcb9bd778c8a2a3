package mrp

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// OwnLine is a component or by-product that an order states itself: the total for the order.
type OwnLine struct {
	Item      string
	Qty       uom.Quantity
	ByProduct bool
	Share     decimal.Decimal // by-product: per cent of the completion's cost
}

// OwnMaterials gives the materials of an order that has lines of its own instead of a BOM, numbered from 1. It refuses quantities that are not above zero
// (invalid_quantity), by-product shares outside 0 to 100 together (invalid_amount) and more than MaxChildren lines (limit_exceeded).
func OwnMaterials(order string, lines []OwnLine) ([]Material, error) {
	if len(lines) > MaxChildren {
		return nil, refusal.New(refusal.LimitExceeded, order, "an order of %d lines; at most %d", len(lines), MaxChildren)
	}
	var shares decimal.Decimal
	out := make([]Material, len(lines))
	for i, l := range lines {
		if l.Qty.Sign() <= 0 {
			return nil, refusal.New(refusal.InvalidQuantity, l.Item, "a material's quantity is more than zero").Numbers(l.Qty, uom.Quantity{}).AtLine(i + 1)
		}
		if e := addShare(&shares, l.Item, l.Share); e != nil {
			return nil, e.AtLine(i + 1)
		}
		out[i] = Material{Order: order, Line: int32(i + 1), ByProduct: l.ByProduct, Item: l.Item, Required: l.Qty, Share: l.Share}
	}
	return out, nil
}

// WithByProducts puts an order's own by-products in the place of those of its BOM, and numbers the lines anew.
func WithByProducts(materials, own []Material) []Material {
	out := slices.DeleteFunc(slices.Clone(materials), func(m Material) bool { return m.ByProduct })
	out = append(out, own...)
	for i := range out {
		out[i].Line = int32(i + 1)
	}
	return out
}

// Need is what done finished units of the order take of one material in all (of a by-product: give). The whole order takes what is required. A part takes
// what the BOM line says for that part, rounded once; where no one BOM line says it (the order's own lines, components of phantoms), its part of what
// is required: Required x done / ordered. A fixed line is taken whole with the first unit.
func (o Order) Need(m Material, done uom.Quantity) uom.Quantity {
	switch {
	case !done.Valid():
		return done
	case done.Sign() <= 0:
		return uom.Quantity{}
	case m.Fixed || done.Cmp(o.Qty) >= 0:
		return m.Required
	}
	if m.BOMQty.Sign() > 0 && m.Scrap.LessThan(hundred) {
		b, l := BOM{Qty: m.BOMQty, Yield: o.Yield}, BOMLine{Qty: m.PerUnit, Scrap: m.Scrap, ByProduct: m.ByProduct}
		if rounded(usage(b, l, rat(o.Qty)), m.ByProduct) == m.Required {
			return rounded(usage(b, l, rat(done)), m.ByProduct)
		}
	}
	part := new(big.Rat).Mul(rat(m.Required), rat(done))
	return rounded(part.Quo(part, rat(o.Qty)), m.ByProduct)
}

// Outstanding is what an order needs and has not got, not below zero.
func Outstanding(m Material) uom.Quantity { return m.Required.Sub(m.Issued).Max(uom.Quantity{}) }

// Portion is what one line of an order gets of an issue.
type Portion struct {
	Material *Material
	Qty      uom.Quantity
}

// Allot shares an issue of an item out to the order's component lines of that item: in order up to what each requires, the rest to the last. A return, below
// zero, takes it off again from the last on, so that how much each line has follows from the total alone. An item that is not on the order has no line.
func Allot(ms []*Material, item string, qty uom.Quantity) []Portion {
	return spread(linesOf(ms, item, false), qty)
}

// Unallot notes a move undone: an issue (qty below zero) comes off the lines of its item; a return (returned, above zero) goes back to them; a by-product
// that had come out (returned, above zero) comes off the by-product's lines.
func Unallot(ms []*Material, item string, qty uom.Quantity, returned bool) []Portion {
	if lines := linesOf(ms, item, true); returned && len(lines) > 0 {
		return spread(lines, qty.Neg())
	}
	return Allot(ms, item, qty)
}

func linesOf(ms []*Material, item string, byProduct bool) []*Material {
	var out []*Material
	for _, m := range ms {
		if m.Item == item && m.ByProduct == byProduct {
			out = append(out, m)
		}
	}
	return out
}

func spread(lines []*Material, qty uom.Quantity) []Portion {
	var out []Portion
	give := func(m *Material, q uom.Quantity) {
		if !q.IsZero() {
			out = append(out, Portion{m, q})
			qty = qty.Sub(q)
		}
	}
	if qty.Sign() < 0 {
		for _, m := range slices.Backward(lines) {
			give(m, qty.Max(m.Issued.Neg().Min(uom.Quantity{})))
		}
		return out
	}
	for i, m := range lines {
		if i == len(lines)-1 {
			give(m, qty)
		} else {
			give(m, qty.Min(Outstanding(*m)))
		}
	}
	return out
}

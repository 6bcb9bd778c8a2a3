package mrp

import (
	"math"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Explode gives the materials of an order for qty of b.Item, one level deep; phantoms are replaced by the components of their own BOM of that day, with
// its losses. The lines are numbered from 1 in order; two lines of one item stay two.
//
// A need is line x qty / b.Qty x 100/(100 - scrap) x 100/yield, exactly through all phantoms, and rounded up to the sixth decimal once per line. A
// fixed line is needed once, whatever qty, and so is all that a fixed phantom is made of. By-products are line x qty / b.Qty, rounded down.
//
// missing are phantoms whose BOM is not loaded yet, each once: the caller loads them and asks again. It refuses what CheckBOM refuses, a phantom without
// a BOM (not_found), needs that no quantity holds, more than MaxChildren lines and more than MaxDepth levels (limit_exceeded).
func Explode(order string, b BOM, lines []BOMLine, qty uom.Quantity, on calendar.Date, s Structure, phantom func(item string) bool) (
	materials []Material, missing []string, err error,
) {
	if qty.Sign() <= 0 {
		return nil, nil, refusal.New(refusal.InvalidQuantity, order, "an order is for more than zero").Numbers(qty, uom.Quantity{})
	}
	e := explosion{order: order, on: on, s: s, phantom: phantom, asked: map[string]bool{}}
	if err := e.level(b, lines, big.NewRat(1, 1), false, 1); err != nil {
		return nil, nil, err
	}
	for i, p := range e.out {
		if !p.once {
			p.need.Mul(p.need, rat(qty))
		}
		m := Material{
			Order: order, Line: int32(i + 1), ByProduct: p.line.ByProduct, Item: p.line.Component, Required: rounded(p.need, p.line.ByProduct),
			PerUnit: p.line.Qty, BOMQty: p.bom, Fixed: p.once, Scrap: p.line.Scrap, Op: p.line.Op, Share: p.line.Share, Alternates: p.line.Alternates,
		}
		if !m.Required.Valid() {
			return nil, nil, tooMuch(m.Item)
		}
		materials = append(materials, m)
	}
	return materials, e.missing, nil
}

func tooMuch(item string) error {
	return refusal.New(refusal.LimitExceeded, item, "the order needs more of it than a quantity can hold")
}

type explosion struct {
	order   string
	on      calendar.Date
	s       Structure
	phantom func(string) bool
	walked  int             // lines, also of phantoms: paths through shared phantoms double with every level
	shares  decimal.Decimal // of all by-products
	out     []part
	missing []string
	asked   map[string]bool
}

// part is what an order takes of a line: need of a unit of the product, or, once, of the order.
type part struct {
	line BOMLine
	bom  uom.Quantity
	need *big.Rat
	once bool
}

// level adds what qty of b.Item is made of; once is set below a fixed line.
func (e *explosion) level(b BOM, lines []BOMLine, qty *big.Rat, once bool, depth int) error {
	if depth > MaxDepth {
		return refusal.New(refusal.LimitExceeded, b.Item, "phantoms deeper than %d levels", MaxDepth)
	}
	if err := CheckBOM(b, lines); err != nil {
		return err
	}
	for _, l := range lines {
		if e.walked++; e.walked > MaxChildren {
			return refusal.New(refusal.LimitExceeded, e.order, "more than %d lines, those of phantoms included", MaxChildren)
		}
		fixed, need := once || l.Fixed, usage(b, l, qty)
		if !l.ByProduct && e.phantom(l.Component) {
			if err := e.through(l.Component, need, fixed, depth); err != nil {
				return err
			}
			continue
		}
		if err := addShare(&e.shares, l.Component, l.Share); err != nil {
			return err
		}
		e.out = append(e.out, part{l, b.Qty, need, fixed})
	}
	return nil
}

func (e *explosion) through(item string, qty *big.Rat, once bool, depth int) error {
	versions, known := e.s.Versions(item)
	if !known {
		e.miss(item)
		return nil
	}
	b, ok := Effective(versions, e.on)
	if !ok {
		return refusal.New(refusal.NotFound, item, "the phantom has no bill of materials on %s", e.on)
	}
	lines, known := e.s.Lines(item, b.Doc)
	if !known {
		e.miss(item)
		return nil
	}
	return e.level(b, lines, qty, once, depth+1)
}

func (e *explosion) miss(item string) {
	if !e.asked[item] {
		e.asked[item] = true
		e.missing = append(e.missing, item)
	}
}

// usage is what qty of a product takes of one line of its BOM, exactly. A by-product comes out of what is put in: losses are not its own.
func usage(b BOM, l BOMLine, qty *big.Rat) *big.Rat {
	n := rat(l.Qty)
	if !l.Fixed {
		n.Mul(n, qty).Quo(n, rat(b.Qty))
	}
	if l.ByProduct {
		return n
	}
	n.Mul(n, hundred.Rat()).Quo(n, hundred.Sub(l.Scrap).Rat())
	if b.Yield.IsPositive() {
		n.Mul(n, hundred.Rat()).Quo(n, b.Yield.Rat())
	}
	return n
}

func rat(q uom.Quantity) *big.Rat { return big.NewRat(q.Units(), million) }

const million = 1_000_000

// rounded gives a need that is not below zero in millionths: up, or down; what does not fit is the overflow mark.
func rounded(need *big.Rat, down bool) uom.Quantity {
	n := new(big.Int).Mul(need.Num(), big.NewInt(million))
	q, rest := n.QuoRem(n, need.Denom(), new(big.Int))
	if !down && rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() {
		return uom.FromUnits(math.MinInt64)
	}
	return uom.FromUnits(q.Int64())
}

package mrp

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// CheckUnbuild refuses to take nothing apart (invalid_quantity), or more than the order has completed and was not taken apart before (over_return).
func (o Order) CheckUnbuild(qty uom.Quantity) error {
	can := o.Completed.Sub(o.Unbuilt)
	if qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "what is taken apart is more than zero").Numbers(qty, can)
	}
	if can.Less(qty) {
		return refusal.New(refusal.OverReturn, o.Ref, "more than the order has completed").Numbers(qty, can)
	}
	return nil
}

// Regained is what taking qty units of the order apart gives back of a component of which it used `used` in all: used x qty / completed, rounded down so
// that all parts together give back what was used, and no more.
func (o Order) Regained(used, qty uom.Quantity) uom.Quantity {
	upTo := func(done uom.Quantity) uom.Quantity {
		part := new(big.Rat).Mul(rat(used), rat(done))
		return rounded(part.Quo(part, rat(o.Completed)), true)
	}
	return upTo(o.Unbuilt.Add(qty)).Sub(upTo(o.Unbuilt))
}

// Contents is what qty units of b.Item are made of, without an order that says so: Explode without losses, for what was lost is not there, without
// by-products, and without what is needed once an order, for that is in no unit.
func Contents(b BOM, lines []BOMLine, qty uom.Quantity, on calendar.Date, s Structure, phantom func(item string) bool) (materials []Material, missing []string, err error) {
	b.Yield = decimal.Zero
	return Explode(b.Item, b, lossless(lines), qty, on, bare{s}, phantom)
}

func lossless(lines []BOMLine) []BOMLine {
	var out []BOMLine
	for _, l := range lines {
		if !l.ByProduct && !l.Fixed {
			l.Scrap = decimal.Zero
			out = append(out, l)
		}
	}
	return out
}

// bare shows BOMs without their losses.
type bare struct{ Structure }

func (s bare) Versions(item string) ([]BOM, bool) {
	boms, ok := s.Structure.Versions(item)
	out := make([]BOM, len(boms))
	for i, b := range boms {
		b.Yield = decimal.Zero
		out[i] = b
	}
	return out, ok
}

func (s bare) Lines(item string, doc int64) ([]BOMLine, bool) {
	lines, ok := s.Structure.Lines(item, doc)
	return lossless(lines), ok
}

package mrp

import (
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// The limits of a bill of materials.
const (
	MaxDepth    = 64
	MaxChildren = 10_000
)

// Effective gives the version that holds on a day: From up to, not including, To; of several the latest From, then the latest recorded.
func Effective(versions []BOM, on calendar.Date) (BOM, bool) {
	var best BOM
	found := false
	for _, v := range versions {
		if v.From > on || v.To != 0 && v.To <= on {
			continue
		}
		if !found || v.From > best.From || v.From == best.From && v.Doc > best.Doc {
			best, found = v, true
		}
	}
	return best, found
}

var hundred = decimal.NewFromInt(100)

// CheckBOM refuses a version whose figures make no sense.
func CheckBOM(b BOM, lines []BOMLine) error {
	if len(lines) > MaxChildren {
		return refusal.New(refusal.LimitExceeded, b.Item, "a BOM of %d lines; at most %d", len(lines), MaxChildren)
	}
	if b.Qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, b.Item, "a BOM is for more than zero").Numbers(b.Qty, uom.Quantity{})
	}
	if b.Yield.IsNegative() || b.Yield.GreaterThan(hundred) {
		return refusal.New(refusal.InvalidAmount, b.Item, "a yield is above 0 and at most 100 per cent").Numbers(b.Yield, hundred)
	}
	if b.To != 0 && b.To <= b.From {
		return refusal.New(refusal.InvalidDate, b.Item, "a BOM ends after it begins")
	}
	shares := decimal.Zero
	for i, l := range lines {
		if l.Component == b.Item {
			return refusal.New(refusal.CyclicBOM, b.Item, "%s > %s", b.Item, b.Item).AtLine(i + 1)
		}
		if l.Qty.Sign() <= 0 {
			return refusal.New(refusal.InvalidQuantity, l.Component, "a component's quantity is more than zero").Numbers(l.Qty, uom.Quantity{}).AtLine(i + 1)
		}
		if l.Scrap.IsNegative() || l.Scrap.GreaterThanOrEqual(hundred) {
			return refusal.New(refusal.InvalidAmount, l.Component, "scrap is at least 0 and below 100 per cent").Numbers(l.Scrap, hundred).AtLine(i + 1)
		}
		shares = shares.Add(l.Share)
		if l.Share.IsNegative() || shares.GreaterThan(hundred) {
			return refusal.New(refusal.InvalidAmount, l.Component, "by-products take 0 to 100 per cent together").Numbers(shares, hundred).AtLine(i + 1)
		}
	}
	return nil
}

// Structure answers for the bills of materials of other items; false: not loaded yet.
type Structure interface {
	Versions(item string) ([]BOM, bool)
	Lines(item string, doc int64) ([]BOMLine, bool)
}

// FindCycle looks whether a new version would make its item a component of itself, through any version of any component. A cycle is cyclic_bom with its
// path. missing are items whose BOM is not loaded yet: the caller loads them and asks again.
func FindCycle(b BOM, lines []BOMLine, s Structure) (missing []string, err error) {
	w := walk{s: s, root: b.Item, done: map[string]bool{}}
	for _, l := range lines {
		if l.ByProduct {
			continue
		}
		if err := w.visit(l.Component, []string{b.Item}); err != nil {
			return nil, err
		}
	}
	return w.missing, nil
}

type walk struct {
	s       Structure
	root    string
	done    map[string]bool
	missing []string
}

func (w *walk) visit(item string, path []string) error {
	path = append(path, item)
	if item == w.root {
		return refusal.New(refusal.CyclicBOM, w.root, "%s", strings.Join(path, " > "))
	}
	if len(path) > MaxDepth {
		return refusal.New(refusal.LimitExceeded, w.root, "a BOM deeper than %d levels", MaxDepth)
	}
	if w.done[item] {
		return nil
	}
	w.done[item] = true
	versions, known := w.s.Versions(item)
	if !known {
		w.missing = append(w.missing, item)
	}
	for _, v := range versions {
		lines, known := w.s.Lines(item, v.Doc)
		if !known {
			w.missing = append(w.missing, item)
		}
		for _, l := range lines {
			if l.ByProduct {
				continue
			}
			if err := w.visit(l.Component, path); err != nil {
				return err
			}
		}
	}
	return nil
}

func rat(d decimal.Decimal) *big.Rat { return d.Rat() }

// loss is the factor of usage and yield lost: 1/(1 - scrap/100) x 100/yield.
func loss(scrap, yield decimal.Decimal) *big.Rat {
	f := new(big.Rat).Quo(rat(hundred), rat(hundred.Sub(scrap)))
	if yield.IsPositive() {
		f.Mul(f, new(big.Rat).Quo(rat(hundred), rat(yield)))
	}
	return f
}

func ratio(a, b uom.Quantity) *big.Rat { return big.NewRat(a.Units(), b.Units()) }

// roundUp gives a need in millionths, rounded up; what does not fit is the overflow mark.
func roundUp(r *big.Rat) uom.Quantity {
	n := new(big.Int).Mul(r.Num(), big.NewInt(1_000_000))
	q, m := new(big.Int).QuoRem(n, r.Denom(), new(big.Int))
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() {
		return uom.FromInt(1 << 62)
	}
	return uom.FromUnits(q.Int64())
}

// need is what qty finished units take of a line, exactly.
func need(qty uom.Quantity, b BOM, l BOMLine) *big.Rat {
	n := big.NewRat(l.Qty.Units(), 1_000_000)
	if !l.Fixed {
		n.Mul(n, ratio(qty, b.Qty))
	}
	return n.Mul(n, loss(l.Scrap, b.Yield))
}

// Explode gives the materials of an order by its BOM, one level deep; phantoms are replaced by their own components. A need is rounded up to
// the sixth decimal once per line; by-products are rounded down. missing are phantoms whose BOM is not loaded yet.
func Explode(order string, b BOM, lines []BOMLine, qty uom.Quantity, on calendar.Date, s Structure, phantom func(item string) bool) ([]Material, []string, error) {
	e := explosion{order: order, on: on, s: s, phantom: phantom}
	err := e.level(b, lines, big.NewRat(qty.Units(), 1_000_000), 1)
	return e.out, e.missing, err
}

type explosion struct {
	order   string
	on      calendar.Date
	s       Structure
	phantom func(string) bool
	out     []Material
	missing []string
}

func (e *explosion) level(b BOM, lines []BOMLine, qty *big.Rat, depth int) error {
	if depth > MaxDepth || len(e.out) > MaxChildren {
		return refusal.New(refusal.LimitExceeded, b.Item, "phantoms deeper than %d levels or more than %d components", MaxDepth, MaxChildren)
	}
	for _, l := range lines {
		n := big.NewRat(l.Qty.Units(), 1_000_000)
		if !l.Fixed {
			n.Mul(n, qty).Quo(n, big.NewRat(b.Qty.Units(), 1_000_000))
		}
		if !l.ByProduct {
			n.Mul(n, loss(l.Scrap, b.Yield))
		}
		if !l.ByProduct && e.phantom(l.Component) {
			if err := e.through(l.Component, n, depth); err != nil {
				return err
			}
			continue
		}
		m := Material{Order: e.order, Line: int32(len(e.out) + 1), ByProduct: l.ByProduct, Item: l.Component, Required: roundUp(n),
			PerUnit: l.Qty, BOMQty: b.Qty, Fixed: l.Fixed, Scrap: l.Scrap, Op: l.Op, Share: l.Share}
		if l.ByProduct {
			whole := new(big.Int).Quo(new(big.Int).Mul(n.Num(), big.NewInt(1_000_000)), n.Denom())
			m.Required = uom.FromUnits(whole.Int64())
		}
		e.out = append(e.out, m)
	}
	return nil
}

func (e *explosion) through(item string, qty *big.Rat, depth int) error {
	versions, known := e.s.Versions(item)
	if !known {
		e.missing = append(e.missing, item)
		return nil
	}
	b, ok := Effective(versions, e.on)
	if !ok {
		return refusal.New(refusal.NotFound, item, "the phantom has no bill of materials on %s", e.on)
	}
	lines, known := e.s.Lines(item, b.Doc)
	if !known {
		e.missing = append(e.missing, item)
		return nil
	}
	return e.level(b, lines, qty, depth+1)
}

// Need is what `done` finished units of an order take of one material in all: fixed ones whole with the first, the others their part of what the whole
// order requires, rounded up.
func Need(m Material, ordered, done uom.Quantity) uom.Quantity {
	if m.Fixed || done.Cmp(ordered) >= 0 {
		return m.Required
	}
	n := new(big.Rat).Mul(big.NewRat(m.Required.Units(), 1_000_000), ratio(done, ordered))
	return roundUp(n).Min(m.Required)
}

// Outstanding is what an order needs and has not got.
func Outstanding(m Material) uom.Quantity { return m.Required.Sub(m.Issued).Max(uom.Quantity{}) }

package mrp

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// The limits of a bill of materials.
const (
	MaxDepth    = 64     // levels; a BOM of bought parts has one
	MaxChildren = 10_000 // lines, those of phantoms included
)

// percentDigits is the most decimals of a percentage. The bound is checked before any arithmetic: a short text such as 1e-999999999 stands for
// more digits than there is memory.
const percentDigits = 16

var hundred = decimal.NewFromInt(100)

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

// CheckBOM refuses a version whose figures make no sense: a quantity that is not above zero (invalid_quantity); usage lost outside 0 to below 100 per
// cent, a yield outside 0 to 100 or by-product shares above 100 together (invalid_amount); an end that is not after the beginning (invalid_date); the
// item as its own component (cyclic_bom); too many lines or decimals (limit_exceeded). A yield of zero is none stated.
func CheckBOM(b BOM, lines []BOMLine) error {
	if len(lines) > MaxChildren {
		return refusal.New(refusal.LimitExceeded, b.Item, "a BOM of %d lines; at most %d", len(lines), MaxChildren)
	}
	if b.Qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, b.Item, "a BOM is for more than zero").Numbers(b.Qty, uom.Quantity{})
	}
	if e := checkPercent(b.Item, b.Yield); e != nil {
		return e
	}
	if b.Yield.IsNegative() || b.Yield.GreaterThan(hundred) {
		return refusal.New(refusal.InvalidAmount, b.Item, "a yield is above 0 and at most 100 per cent").Numbers(b.Yield, hundred)
	}
	if b.To != 0 && b.To <= b.From {
		return refusal.New(refusal.InvalidDate, b.Item, "a BOM ends after it begins")
	}
	var shares decimal.Decimal
	for i, l := range lines {
		if e := checkLine(b, l); e != nil {
			return e.AtLine(i + 1)
		}
		if e := addShare(&shares, l.Component, l.Share); e != nil {
			return e.AtLine(i + 1)
		}
	}
	return nil
}

func checkLine(b BOM, l BOMLine) *refusal.Error {
	if l.Component == b.Item {
		return refusal.New(refusal.CyclicBOM, b.Item, "%s > %s", b.Item, b.Item)
	}
	if l.Qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, l.Component, "a component's quantity is more than zero").Numbers(l.Qty, uom.Quantity{})
	}
	if e := checkPercent(l.Component, l.Scrap); e != nil {
		return e
	}
	if l.Scrap.IsNegative() || l.Scrap.GreaterThanOrEqual(hundred) {
		return refusal.New(refusal.InvalidAmount, l.Component, "scrap is at least 0 and below 100 per cent").Numbers(l.Scrap, hundred)
	}
	return nil
}

// addShare adds a by-product's share of cost to those before it.
func addShare(sum *decimal.Decimal, item string, share decimal.Decimal) *refusal.Error {
	if e := checkPercent(item, share); e != nil {
		return e
	}
	*sum = sum.Add(share)
	if share.IsNegative() || sum.GreaterThan(hundred) {
		return refusal.New(refusal.InvalidAmount, item, "by-products take 0 to 100 per cent together").Numbers(*sum, hundred)
	}
	return nil
}

// checkPercent refuses a percentage of more decimals than are looked at.
func checkPercent(item string, d decimal.Decimal) *refusal.Error {
	if d.Exponent() < -percentDigits || d.Exponent() > percentDigits || d.NumDigits() > 2*percentDigits {
		return refusal.New(refusal.LimitExceeded, item, "a percentage has at most %d decimals", percentDigits)
	}
	return nil
}

// Structure answers for the bills of materials of other items; false: not loaded yet. An item that is bought has no versions, and is known.
type Structure interface {
	Versions(item string) ([]BOM, bool)
	Lines(item string, doc int64) ([]BOMLine, bool)
}

// Upwards answers for the items that have an item among the components of any of their BOMs; false: not loaded yet.
type Upwards interface {
	Parents(item string) ([]string, bool)
}

// FindCycle looks whether a new version would make an item a component of itself, through any version of any component: cyclic_bom, with its path
// ("A > B > A"). A structure of more than MaxDepth levels, counted from the topmost item that this one goes into, is limit_exceeded. By-products are not
// components. missing are the items whose BOM or parents are not loaded yet, each once: the caller loads them and asks again. Every item is walked once,
// however many paths lead to it.
func FindCycle(b BOM, lines []BOMLine, s Structure, up Upwards) (missing []string, err error) {
	w := walk{s: s, height: map[string]int{b.Item: open}, path: []string{b.Item}}
	height, err := w.below(lines, 0)
	if err != nil {
		return nil, err
	}
	if len(w.missing) > 0 {
		return w.missing, nil
	}
	c := climb{up: up, depth: map[string]int{}, room: MaxDepth - height}
	if c.above(b.Item, 0) > c.room {
		return nil, w.tooDeep()
	}
	return c.missing, nil
}

// climb walks from an item up to what it goes into.
type climb struct {
	up      Upwards
	depth   map[string]int // of the items walked: levels above them
	room    int            // levels that there may be
	missing []string
}

// above gives the levels above an item; it climbs no further than one level beyond the room that there is. What is there already has no cycle.
func (c *climb) above(item string, climbed int) int {
	d, seen := c.depth[item]
	if seen || climbed > c.room {
		return d
	}
	parents, known := c.up.Parents(item)
	if !known {
		c.missing = append(c.missing, item)
	}
	for _, p := range parents {
		d = max(d, 1+c.above(p, climbed+1))
	}
	c.depth[item] = d
	return d
}

// open marks an item whose components are being walked; a done one has its height: levels below it.
const open = -1

type walk struct {
	s       Structure
	height  map[string]int
	path    []string // from the root to the item being walked
	missing []string
}

// visit gives the height of an item.
func (w *walk) visit(item string) (int, error) {
	h, seen := w.height[item]
	if h == open {
		loop := append(slices.Clone(w.path[slices.Index(w.path, item):]), item)
		return 0, refusal.New(refusal.CyclicBOM, w.path[0], "%s", strings.Join(loop, " > "))
	}
	if seen {
		return h, nil
	}
	w.height[item] = open
	w.path = append(w.path, item)
	versions, known := w.s.Versions(item)
	for _, v := range versions {
		lines, loaded := w.s.Lines(item, v.Doc)
		known = known && loaded
		var err error
		if h, err = w.below(lines, h); err != nil {
			return 0, err
		}
	}
	if !known {
		w.missing = append(w.missing, item)
	}
	w.path = w.path[:len(w.path)-1]
	w.height[item] = h
	return h, nil
}

// below gives the larger of h and the height that these components give the last item of the path.
func (w *walk) below(lines []BOMLine, h int) (int, error) {
	for _, l := range lines {
		if l.ByProduct {
			continue
		}
		if len(w.path) > MaxDepth && w.height[l.Component] != open { // the walk itself goes no deeper
			return 0, w.tooDeep()
		}
		under, err := w.visit(l.Component)
		if err != nil {
			return 0, err
		}
		if len(w.path)+under > MaxDepth {
			return 0, w.tooDeep()
		}
		h = max(h, 1+under)
	}
	return h, nil
}

func (w *walk) tooDeep() error {
	return refusal.New(refusal.LimitExceeded, w.path[0], "a BOM deeper than %d levels", MaxDepth)
}

package mrp

import (
	"math"
	"math/big"
	"slices"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// oddUse is a use that is no plain factor.
type oddUse struct {
	from, to   calendar.Date // of orders released from a day up to, not including, another
	den        int64         // num/den of a unit; 0: num for the whole order
	exact      *big.Rat      // where num and den are too large; else nil
	byProduct  bool
	alternates string
}

// fault is a refusal for orders of an item that are released from a day up to, not including, another: what they are made of cannot be said.
type fault struct {
	from, to calendar.Date
	err      error
}

// recipes turns bills of materials into factors: what an order of one item takes of another, through phantoms, by the days on which it may be released.
func (n *Network) recipes(s Structure) {
	byItem := make([][]use, len(n.items))
	for i := range n.items {
		if !n.items[i].Make && !n.items[i].Phantom {
			continue
		}
		versions, _ := s.Versions(n.codes[i])
		if len(versions) == 0 {
			continue
		}
		item := int32(i)
		cuts := n.editions(item, s)
		for k := range len(cuts) - 1 {
			err := n.edition(item, versions, s, cuts[k], cuts[k+1], len(cuts) == 2, byItem)
			if err != nil {
				if n.faults == nil {
					n.faults = map[int32][]fault{}
				}
				n.faults[item] = append(n.faults[item], fault{cuts[k], cuts[k+1], err})
			}
		}
	}
	n.usedAt = make([]int32, len(n.items)+1)
	for i, uses := range byItem {
		n.used = append(n.used, uses...)
		n.usedAt[i+1] = int32(len(n.used))
	}
}

// editions gives the days within the horizon on which what an order of an item is made of may become another, its first day and its end around them.
func (n *Network) editions(item int32, s Structure) []calendar.Date {
	cuts := []calendar.Date{n.back(item, n.start), n.end}
	seen := map[int32]bool{}
	var walk func(i int32)
	walk = func(i int32) {
		if seen[i] {
			return
		}
		seen[i] = true
		versions, _ := s.Versions(n.codes[i])
		for _, v := range versions {
			for _, day := range []calendar.Date{v.From, v.To} {
				if day > cuts[0] && day < n.end {
					cuts = append(cuts, day)
				}
			}
		}
		for _, c := range n.below[i] {
			if n.items[c].Phantom {
				walk(c)
			}
		}
	}
	walk(item)
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// edition adds what an order released between two days takes.
func (n *Network) edition(item int32, versions []BOM, s Structure, from, to calendar.Date, always bool, byItem [][]use) error {
	bom, ok := Effective(versions, from)
	if !ok {
		return nil // it is made of nothing that anybody stated
	}
	lines, _ := s.Lines(n.codes[item], bom.Doc)
	e := explosion{on: from, s: s, asked: map[string]bool{}, phantom: func(code string) bool {
		i, ok := n.number[code]
		return ok && n.items[i].Phantom
	}}
	if err := e.level(bom, lines, big.NewRat(1, 1), false, 1); err != nil {
		return err
	}
	for _, p := range e.out {
		if _, err := n.known(p.line.Component); err != nil {
			return err
		}
	}
	for _, p := range e.out {
		part := n.number[p.line.Component]
		u, odd := use{by: item, odd: -1}, oddUse{from: from, to: to, byProduct: p.line.ByProduct, alternates: p.line.Alternates, den: 1}
		switch num, den := p.need.Num(), p.need.Denom(); {
		case p.once:
			u.num, odd.den = rounded(p.need, p.line.ByProduct).Units(), 0
		case num.IsInt64() && den.IsInt64():
			u.num, odd.den = num.Int64(), den.Int64()
		default:
			odd.exact = p.need
		}
		if !always || odd.den != 1 || odd.exact != nil || odd.byProduct || odd.alternates != "" {
			u.odd = int32(len(n.odd))
			n.odd = append(n.odd, odd)
		}
		n.spills[part] = n.spills[part] || odd.byProduct
		byItem[part] = append(byItem[part], u)
	}
	return nil
}

// takes is what an order for a quantity takes by a use.
func (n *Network) takes(u use, qty uom.Quantity) uom.Quantity {
	if u.odd < 0 {
		return uom.FromUnits(fixed.MulDiv(qty.Units(), u.num, 1, fixed.Down))
	}
	o := &n.odd[u.odd]
	round := fixed.Up
	if o.byProduct {
		round = fixed.Down
	}
	switch {
	case o.exact != nil:
		return rounded(new(big.Rat).Mul(o.exact, rat(qty)), o.byProduct)
	case o.den == 0:
		return uom.FromUnits(u.num)
	}
	return uom.FromUnits(fixed.MulDiv(qty.Units(), u.num, o.den, round))
}

// holds says whether a use is one of orders released on a day.
func (n *Network) holds(u use, release calendar.Date) bool {
	return u.odd < 0 || n.odd[u.odd].from <= release && release < n.odd[u.odd].to
}

// wrong gives the refusal of an order that is released on a day, if what it is made of cannot be said.
func (n *Network) wrong(item int32, release calendar.Date) error {
	for _, f := range n.faults[item] {
		if f.from <= release && release < f.to {
			return f.err
		}
	}
	return nil
}

// tooMuchNeeded refuses needs that add up to more than a quantity holds.
func tooMuchNeeded(item string) error {
	return refusal.New(refusal.LimitExceeded, item, "all that is needed of it is more than a quantity can hold").Numbers(uom.FromUnits(math.MaxInt64), uom.Quantity{})
}

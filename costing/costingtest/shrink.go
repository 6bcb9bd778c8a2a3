package costingtest

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// shrink makes a history that breaks a rule as small as it can: fewer documents, then plainer figures.
func shrink(m costing.Method, h *history, f *fault, oracles []Oracle) (*fault, *history) {
	try := func(smaller *history) bool {
		g := check(m, smaller, oracles)
		if g == nil || g.rule != f.rule {
			return false
		}
		f, h = g, smaller
		return true
	}
	for again := true; again; {
		again = false
		for i := len(h.facts) - 1; i >= 0; i-- {
			if i < len(h.facts) && try(h.without(h.facts[i].doc)) {
				again = true
			}
		}
		for i := range h.facts {
			for _, change := range plainer {
				if s := h.with(i, change); s != nil && try(s) {
					again = true
				}
			}
		}
	}
	try(h.renumbered())
	return f, h
}

// plainer are changes of a fact that make it easier to read; they do nothing to one that is plain already.
var plainer = []func(f *fact){
	func(f *fact) { f.lot = "" },
	func(f *fact) { f.qty = uom.FromInt(max(1, f.qty.Units()/uom.FromInt(1).Units()/10)) },
	func(f *fact) { f.qty = uom.FromInt(max(1, f.qty.Units()/uom.FromInt(1).Units())) },
	func(f *fact) { f.value = whole(f.value, 100) },
	func(f *fact) { f.value = whole(f.value, 10) },
	func(f *fact) { f.value = whole(f.value, 1) },
}

// whole gives an amount without what it has beyond whole units of money.
func whole(a money.Amount, of int64) money.Amount {
	one := of * money.MustParse("1").Units()
	if a.Units() < one { // goods without value show less
		return a
	}
	return money.FromUnits(a.Units() / one * one)
}

// without leaves out a document and what speaks of it.
func (h *history) without(doc int64) *history {
	out := *h
	out.facts = slices.DeleteFunc(slices.Clone(h.facts), func(f fact) bool { return f.doc == doc || f.of == doc })
	for i := range out.facts { // what spoke of those
		if f := out.facts[i]; f.of != 0 && out.find(f.of) == nil {
			return out.without(f.doc)
		}
	}
	return &out
}

// with changes one fact; nil if that changes nothing, or would change what others take their figures from.
func (h *history) with(i int, change func(f *fact)) *history {
	out := *h
	out.facts = slices.Clone(h.facts)
	change(&out.facts[i])
	if f := &out.facts[i]; f.kind == receipt && !h.price.IsZero() {
		f.value = h.at(f.qty)
	}
	f := out.facts[i]
	if f == h.facts[i] {
		return nil
	}
	for _, g := range h.facts {
		if g.of == f.doc && g.kind != bill && f.qty.Less(g.qty) {
			return nil
		}
	}
	return &out
}

// renumbered numbers the documents from 1.
func (h *history) renumbered() *history {
	out := *h
	out.facts = slices.Clone(h.facts)
	number := map[int64]int64{}
	for i := range out.facts {
		f := &out.facts[i]
		number[f.doc] = int64(i + 1)
		f.doc, f.of = number[f.doc], number[f.of]
	}
	return &out
}

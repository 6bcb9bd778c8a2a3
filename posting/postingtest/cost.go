package postingtest

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/posting/explain"
	"github.com/shopspring/decimal"
)

// costOf compares what the cost of a document is made of: the elements that are stated, and exactly the sources that are.
func (p *player) costOf(line int, want *costWanted) {
	tree, err := p.company.Explain(p.ctx, explain.CostOf(want.Of))
	if err != nil {
		p.fail(line, "cost of %s: %v", want.Of, err)
		return
	}
	by := tree.ByElement()
	for _, w := range want.ByElement {
		e := costing.Element(w.Key)
		if !slices.Contains(explain.Elements, e) {
			p.fail(w.Line, "there is no element of cost %s", w.Key)
			continue
		}
		p.figure(w.Key+" of "+want.Of, w.Value, by[e].Decimal(), nil)
	}
	if want.BySource == nil {
		return
	}
	sources := tree.BySource()
	for _, w := range want.BySource.sources {
		books := decimal.Decimal{}
		if i := slices.IndexFunc(sources, func(s explain.Share) bool { return s.Ref == w.ref }); i >= 0 {
			books = sources[i].Amount.Decimal()
			sources = slices.Delete(sources, i, i+1)
		}
		p.figure("cost of "+want.Of+" from "+w.ref, w.value, books, nil)
	}
	for _, s := range sources {
		p.differs(want.BySource.line, "cost of "+want.Of+" from "+s.Ref, "nothing", s.Amount)
	}
}

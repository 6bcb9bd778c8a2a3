package flow

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Given says that the document under way changes the value of a receipt by an amount that it books itself.
func (g *Graph) Given(item, scope string, src costing.Source, date calendar.Date, change money.Amount) error {
	n, err := g.wakeFor(key{item, scope}, src, Place{date, src.Doc, src.Line})
	switch {
	case n != nil:
		n.given[src] = n.given[src].Add(change)
	case err == nil:
		g.wait(Place{date, src.Doc, src.Line}, func() error { return g.Given(item, scope, src, date, change) })
	}
	return err
}

// Late says that the document under way has entries in a stream that went on after their date.
func (g *Graph) Late(item, scope string, date calendar.Date) error {
	n, err := g.wake(key{item, scope}, Place{Date: date})
	if n == nil && err == nil {
		g.wait(Place{Date: date}, func() error { return g.Late(item, scope, date) })
	}
	return err
}

// Restate says that a return to the supplier took more (or less) with it than is in the books: what it states changes.
func (g *Graph) Restate(back *costing.Entry, more money.Amount) error {
	n, err := g.wake(key{back.Item, back.Scope}, placeOf(back))
	if err != nil {
		return err
	}
	if n == nil {
		g.wait(placeOf(back), func() error { return g.Restate(back, more) })
		return nil
	}
	src := back.Source()
	e := &n.Events[n.index[src]]
	e.Stated = e.Stated.Add(more)
	if _, told := n.news[src]; !told {
		n.news[src] = costing.News{} // that there is news of it makes it worth a look
	}
	g.Adjustments = append(g.Adjustments, Adjustment{Entry: &e.Entry, Stated: more, Floor: g.floor})
	return nil
}

// Even says that every unit of a receipt carries more (or less), and that units which had gone back take their part of that along: in all the receipt
// is worth what it was. At standard cost there is nothing to carry.
func (g *Graph) Even(receipt, back *costing.Entry, part money.Amount) error {
	if receipt.Scope != back.Scope { // other goods went back
		return nil
	}
	n, err := g.wake(key{receipt.Item, receipt.Scope}, placeOf(receipt))
	if err != nil {
		return err
	}
	if n == nil {
		g.wait(placeOf(receipt), func() error { return g.Even(receipt, back, part) })
		return nil
	}
	for _, e := range []*costing.Entry{receipt, back} {
		if n.by(n.index[e.Source()]).Reads() == costing.ReadsStandard {
			return nil
		}
	}
	if err := g.Given(receipt.Item, receipt.Scope, receipt.Source(), receipt.FactDate, part); err != nil {
		return err
	}
	src := back.Source()
	e := &n.Events[n.index[src]]
	e.Stated = e.Stated.Add(part)
	n.given[src] = n.given[src].Sub(part)
	floor, offset := max(g.floor, back.FactDate), receipt.Account == back.Account // on one day: each is the other's other side
	g.Adjustments = append(g.Adjustments,
		Adjustment{Entry: receipt, Change: part, Floor: floor, Offset: offset},
		Adjustment{Entry: &e.Entry, Change: part.Neg(), Stated: part, Floor: floor, Offset: offset})
	return nil
}

// wait puts off what cannot be done before something is loaded.
func (g *Graph) wait(p Place, do func() error) { g.waiting = append(g.waiting, waiting{p, do}) }

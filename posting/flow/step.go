package flow

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// step goes over the next event of a stream.
func (g *Graph) step(n *node) error {
	e, m := &n.Events[n.next], n.by(n.next)
	standard := m.Reads() == costing.ReadsStandard
	g.Touched++
	n.fresh = false
	news, given, err := g.told(n, e)
	if err != nil {
		return err
	}
	switch {
	case e.Own:
		n.own--
	case !n.gone[e.Source()]:
		n.old.Apply(m, e, 1)
	}
	was := e.Covered()
	after, err := g.next(n, e, news)
	if err != nil {
		return err
	}
	if e.Kind == costing.In && e.Qty.Sign() < 0 && !e.Annulled {
		if err := g.gap(standard, e, &after, news.Undoes); err != nil {
			return err
		}
	}
	change := after.Value.Sub(e.Value).Sub(given)
	moved := !slices.Equal(after.Moved, e.Moved)
	e.Value, e.Moved, e.Own = after.Value, after.Moved, false
	if moved {
		g.Relinked = append(g.Relinked, e)
	}
	if !change.IsZero() {
		g.adjust(&e.Entry, change)
	}
	if gap := news.Change; standard {
		if e.Kind == costing.In && e.Qty.Sign() > 0 {
			gap = gap.Sub(change)
		}
		if !gap.IsZero() {
			g.line(&e.Entry, e.FactDate, e.Contra, gap) // it stands at its standard: the gap is a variance
		}
	}
	n.next++
	g.settle(n, was, e)
	if moved || !change.IsZero() {
		n.awaitReversal(e)
	}
	if !n.within() && n.old.Same(&n.new) && len(n.news)+len(n.given)+n.own == 0 {
		n.awake = false
	} else {
		g.push(n)
	}
	if !change.IsZero() || moved {
		return g.follow(e, change)
	}
	return nil
}

// next is an event as it is now, with what came before it.
func (g *Graph) next(n *node, e *costing.Event, news costing.News) (costing.Event, error) {
	if e.Kind == costing.Becomes {
		return g.becomes(n, e)
	}
	return n.new.Next(n.by(n.next), g.Currency, *e, news, n.Standards)
}

// told is what an event is told of things before it, once; and by how much the document under way changes its value itself.
func (g *Graph) told(n *node, e *costing.Event) (news costing.News, given money.Amount, err error) {
	src := e.Source()
	news, given = n.news[src], n.given[src]
	if g.Negative {
		news.Allow, news.Covers = true, g.covers(n, e)
	}
	if news.Stands, err = g.standing(n, e); err != nil {
		return news, given, err
	}
	delete(n.news, src)
	delete(n.given, src)
	news.Change = news.Change.Add(given)
	if i, ok := n.index[e.Cause]; ok && e.Undoes(&n.Events[i].Entry) {
		news.Undoes = &n.Events[i]
		if e.Own && n.changed(i) != 0 {
			return news, given, refusal.New(refusal.InvalidDate, e.Item, "since %s the item is valued by another method: what moved before that day is not undone", n.changed(i))
		}
		if e.Kind == costing.Worth && n.left(i) {
			return news, given, refusal.New(refusal.InvalidState, e.Item, "some of these goods have gone since they were revalued on %s", n.Events[i].FactDate)
		}
	}
	return news, given, nil
}

// becomes hands the stream over to another method: what it holds by now goes on in it. Nothing has another value for it.
func (g *Graph) becomes(n *node, e *costing.Event) (costing.Event, error) {
	after := *e
	after.Moved = n.new.Convert(n.by(n.next), n.by(n.next+1), e.Source(), e.FactDate)
	if err := n.new.MayConvert(); err != nil {
		return after, err
	}
	named := slices.ContainsFunc(n.Events[:n.next], func(e costing.Event) bool { return e.Method != "" })
	if len(e.Moved) == 0 && len(after.Moved) > 0 && !n.old.Stream.Qty.IsZero() || n.next > 0 && !named {
		return after, refusal.New(refusal.InvalidDate, e.Item, "since %s the item is valued by another method, and the books do not say what it took over: what is dated before is settled", e.FactDate)
	}
	return after, nil
}

// awaitReversal keeps the stream awake until the reversal of an event that has changed, if there is one.
func (n *node) awaitReversal(e *costing.Event) {
	if i, ok := n.undoneBy[e.Source()]; ok && i >= n.next {
		if _, told := n.news[n.Events[i].Source()]; !told {
			n.news[n.Events[i].Source()] = costing.News{}
		}
	}
}

// changed is the day on which the method changed between an event and the one that is at hand; none if it did not.
func (n *node) changed(from int) calendar.Date {
	for _, e := range n.Events[from:n.next] {
		if e.Kind == costing.Becomes {
			return e.FactDate
		}
	}
	return 0
}

// left says whether goods have left the stream between an event and the one that is at hand.
func (n *node) left(from int) bool {
	for _, e := range n.Events[from:n.next] {
		if e.Qty.Sign() < 0 && !e.Annulled {
			return true
		}
	}
	return false
}

package flow

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// step goes over the next event of a stream.
func (g *Graph) step(n *node) error {
	e := &n.Events[n.next]
	g.Touched++
	n.fresh = false
	if n.handsOver() {
		return refusal.New(refusal.InvalidDate, e.Item, "since %s the item is valued by another method: what is dated before is settled", e.FactDate)
	}
	news, given, err := g.told(n, e)
	if err != nil {
		return err
	}
	switch {
	case e.Own:
		n.own--
	case !n.gone[e.Source()]:
		n.old.Apply(n.Method, e, 1)
	}
	was := e.Covered()
	after, err := n.new.Next(n.Method, g.Currency, *e, news, n.Standards)
	if err != nil {
		return err
	}
	if e.Kind == costing.In && e.Qty.Sign() < 0 && !e.Annulled {
		if err := g.gap(n.Method.Reads() == costing.ReadsStandard, e, &after, news.Undoes); err != nil {
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
	if gap := news.Change; n.Method.Reads() == costing.ReadsStandard {
		if e.Gaps() {
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
		if e.Kind == costing.Worth && n.left(i) {
			return news, given, refusal.New(refusal.InvalidState, e.Item, "some of these goods have gone since they were revalued on %s", n.Events[i].FactDate)
		}
	}
	return news, given, nil
}

// handsOver says whether a change of the method is next: its entry, or goods that it carries off to where they are valued from then on.
func (n *node) handsOver() bool {
	doc := n.Events[n.next].Doc
	for _, e := range n.Events[n.next:] {
		if e.Kind == costing.Becomes || e.Doc != doc {
			return e.Doc == doc
		}
	}
	return false
}

// awaitReversal keeps the stream awake until the reversal of an event that has changed, if there is one.
func (n *node) awaitReversal(e *costing.Event) {
	if i, ok := n.undoneBy[e.Source()]; ok && i >= n.next {
		if _, told := n.news[n.Events[i].Source()]; !told {
			n.news[n.Events[i].Source()] = costing.News{}
		}
	}
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

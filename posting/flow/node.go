package flow

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// node is a stream in the graph: as it was (old) and as it is now (new) before its next event.
type node struct {
	key
	*Stream
	hindsight
	start    costing.State // before its events
	from     calendar.Date
	next     int
	old, new costing.State
	awake    bool
	fresh    bool // awake, and no event was gone over yet: old and new are the same
	turns    int
	own      int // events of the document under way that were not reached
	news     map[costing.Source]costing.News
	given    map[costing.Source]money.Amount
	index    map[costing.Source]int
	undoneBy map[costing.Source]int  // by what it undoes, the event that does
	gone     map[costing.Source]bool // events that never were
}

// wake makes a stream go on from a place. It is nil while the stream must be loaded.
func (g *Graph) wake(k key, p Place) (*node, error) {
	n := g.nodes[k]
	if n == nil {
		s, err := g.Load.Stream(k.item, k.scope, p.Date)
		if s == nil || err != nil {
			return nil, err
		}
		if g.nodes == nil {
			g.nodes = map[key]*node{}
		}
		n = &node{key: k, Stream: s, from: p.Date, news: map[costing.Source]costing.News{}, given: map[costing.Source]money.Amount{}}
		g.nodes[k] = n
		n.begin(n.Before())
	}
	if n.behind(p) {
		if there, err := g.rewind(n, p); !there || err != nil {
			return nil, err
		}
	}
	if n.awake {
		return n, nil
	}
	n.forward(p)
	if there, err := g.lookBack(n, p); !there || err != nil {
		return nil, err
	}
	n.new = n.old.Clone()
	if first := n.firstDebt(n.monthOf(p)); first != p {
		return g.wake(k, first)
	}
	n.fresh, n.awake = true, true
	g.push(n)
	return n, nil
}

// forward goes to a place, in which nothing before has changed.
func (n *node) forward(p Place) {
	for n.next < len(n.Events) && n.place(n.next).compare(p) < 0 && !n.Events[n.next].Own {
		if e := &n.Events[n.next]; !n.gone[e.Source()] {
			n.old.Apply(n.by(n.next), e, 1)
		}
		n.next++
	}
}

// lookBack finds the last known cost for an event that needs it because nothing is here.
func (g *Graph) lookBack(n *node, p Place) (there bool, err error) {
	for _, days := range []int{10, 100, 1000, int(p.Date)} {
		if n.old.Stream.Qty.Sign() > 0 || !n.old.Stream.LastQty.IsZero() || !g.needsLast(n) {
			return true, nil
		}
		if there, err := g.rewind(n, Place{Date: p.Date.AddDays(-days)}); !there || err != nil {
			return false, err
		}
		n.forward(p)
	}
	return true, nil
}

// needsLast says whether an event of the stream, from where it is now, asks for the last known cost before another says it anew; what never was says nothing.
func (g *Graph) needsLast(n *node) bool {
	for i := n.next; i < len(n.Events); i++ {
		if e := &n.Events[i]; !e.Annulled && !e.Qty.IsZero() {
			return e.Kind == costing.Found || g.Negative && e.Qty.Sign() < 0
		}
	}
	return g.forgets(n)
}

// forgets says whether the document under way undoes one of its own day: if that was the last to say what goods cost here, what was known before it counts again.
func (g *Graph) forgets(n *node) bool {
	for i := range n.Events {
		if n.Events[i].Annulled && n.Events[i].Doc == g.Doc {
			return true
		}
	}
	return false
}

// wakeFor makes a stream go on from a receipt, or from the first issue that it covers.
func (g *Graph) wakeFor(k key, src costing.Source, p Place) (*node, error) {
	n, err := g.wake(k, p)
	if n == nil || err != nil {
		return nil, err
	}
	first := n.covering(src, p)
	if first == p || !n.fresh || !n.behind(first) { // an issue that was gone over already is told when the receipt is reached
		return n, nil
	}
	return g.wake(k, first)
}

// behind says whether a place has been passed.
func (n *node) behind(p Place) bool {
	return p.Date < n.from || n.next > 0 && n.place(n.next-1).compare(p) >= 0
}

func (n *node) place(i int) Place { return placeOf(&n.Events[i].Entry) }

// begin goes back to before the first event. What is there is what was: a state that was gone over may have had debts at other values than what covered them.
func (n *node) begin(start costing.State) {
	start.Forget()
	n.start, n.old, n.next, n.own, n.awake, n.gone = start, start.Clone(), 0, 0, false, n.never()
	n.index, n.undoneBy = make(map[costing.Source]int, len(n.Events)), map[costing.Source]int{}
	for i := len(n.Events) - 1; i >= 0; i-- {
		e := &n.Events[i]
		n.index[e.Source()] = i
		if e.Own {
			n.own++
		}
	}
	for i := range n.Events {
		if of, there := n.index[n.Events[i].Cause]; there && n.Events[i].Undoes(&n.Events[of].Entry) {
			n.undoneBy[n.Events[i].Cause] = i
		}
	}
	n.foresee()
}

func (g *Graph) push(n *node) {
	n.turns++
	if n.next < len(n.Events) {
		g.queue.push(turn{Place: n.place(n.next), stream: n, n: n.turns})
		return
	}
	if !g.forgets(n) {
		n.new.Recall(n.State)
	}
	n.State, n.awake = n.new, false
}

// rewind starts a stream again from an earlier place, as it is after what has been done; not while what was before must be loaded.
func (g *Graph) rewind(n *node, p Place) (there bool, err error) {
	start := n.start
	if p.Date < n.from {
		s, err := g.Load.Stream(n.item, n.scope, p.Date)
		if s == nil || err != nil {
			return false, err
		}
		var earlier []costing.Event
		for _, e := range s.Events {
			if e.FactDate < n.from {
				earlier = append(earlier, e)
			}
		}
		n.Events, n.from, start = append(earlier, n.Events...), p.Date, s.Before()
		n.Had, n.changes = s.Had, nil
	}
	n.begin(start)
	return true, nil
}

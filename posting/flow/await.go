package flow

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// A month too large for one transaction is closed in several documents: each gives some streams their average. What it changes of a receipt of a stream that
// has its turn later is added to what that stream holds, and goes no further: the stream's own turn shares it out. So each document goes over the streams
// that it names, what they feed that has no average to wait for, and nothing else.

// Awaiting is by how much a stream that has its average later is worth more.
type Awaiting struct {
	Item, Scope string
	Change      money.Amount
}

// Awaiting gives the streams that hold more (or less) until they get their average.
func (g *Graph) Awaiting() []Awaiting {
	var out []Awaiting
	for k, change := range g.awaiting {
		out = append(out, Awaiting{k.item, k.scope, change})
	}
	slices.SortFunc(out, func(a, b Awaiting) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Scope, b.Scope)) })
	return out
}

func (g *Graph) awaits(k key) bool { return g.Awaits != nil && g.Awaits(k.item, k.scope) }

// await books a change of a receipt, and leaves it to wait with the stream.
func (g *Graph) await(k key, to *costing.Entry, change money.Amount) {
	if change.IsZero() {
		return
	}
	if g.awaiting == nil {
		g.awaiting = map[key]money.Amount{}
	}
	g.awaiting[k] = g.awaiting[k].Add(change)
	g.adjust(to, change)
}

// InTurn sorts the streams of a month as a close gives them their averages: what is made of least first (height: how far an item is from bought parts), so that
// each has its turn after what it is made of. Another order would come to the same, and go over streams more than once.
func InTurn(streams []*costing.Stream, height map[string]int) []*costing.Stream {
	out := slices.Clone(streams)
	slices.SortFunc(out, func(a, b *costing.Stream) int {
		return cmp.Or(cmp.Compare(height[a.Item], height[b.Item]), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Scope, b.Scope))
	})
	return out
}

// Ask is how many more streams to look at when so many had so many entries together and no more than `most` are wanted.
func Ask(streams, entries, most int) int {
	const least = 8
	if entries == 0 {
		return max(streams, least)
	}
	return max(least, streams/4, min(streams, (most-entries)*streams/entries)) // growing, so that there are few loads
}

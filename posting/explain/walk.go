package explain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// Books gives what an explanation must see. What is not there yet is noted by whoever reads the books, and the answer is false: all that a level of the tree
// needs is asked for at once. A key that the books do not have gives nothing, and true.
type Books interface {
	Document(seq int64) (*posting.Document, bool)
	Entries(doc int64) ([]costing.Entry, bool)     // of value, that a document made
	Naming(doc int64) ([]costing.Entry, bool)      // that name an entry of a document as their cause
	Order(ref string) ([]costing.Entry, bool)      // of a work order
	Vouchers(doc int64) ([]ledger.Voucher, bool)   // of a document
	Lines(doc int64) ([]ledger.Line, bool)         // of a document's vouchers
	Settled(doc int64) ([]ledger.Settlement, bool) // what a document opened or settled
	Unit(item string) (string, bool)
	Standards(item string) ([]costing.StandardCost, bool)
	Account(code string) string // its name
	Stream(item, scope string, from calendar.Date) (*Stream, bool, error)
}

// Walk is an explanation under way. Step goes on as far as the books are known; once it is done, Tree has the answer.
type Walk struct {
	cur      money.Currency
	maxNodes int
	maxDepth int
	tree     Tree
	level    []*task
	next     []*task
	depth    int
	streams  map[streamKey]*stock
	asked    map[streamKey]calendar.Date // streams to be loaded, from the first day that was asked for
	orders   map[string]*work
	steps    int  // entries, puts, draws and parts that were looked at
	given    bool // what the figure is: else it is what it is made of
}

// comp is what a node is made of, before it is known how much of it.
type comp struct {
	node   Node
	weight money.Amount
	more   expander // nil: a source
	made   bool     // it is no source, for certain
}

// expander says what a node is made of; nothing: it is a source after all. It is called again when what it asked for was loaded.
type expander func(w *Walk, b Books) (comps []comp, ok bool, err error)

type task struct {
	node  *Node
	more  expander
	comps []comp
	made  bool
	ready bool
	cut   bool // there is no room for what it is made of
}

func newWalk(cur money.Currency, root Node, more expander) *Walk {
	w := &Walk{cur: cur, maxNodes: MaxNodes, maxDepth: MaxDepth, streams: map[streamKey]*stock{}, asked: map[streamKey]calendar.Date{}, orders: map[string]*work{}}
	w.tree = Tree{Root: &root, Nodes: 1}
	w.level = []*task{{node: w.tree.Root, more: more}}
	return w
}

// Bound makes the bounds of the tree lower than [MaxNodes] and [MaxDepth].
func (w *Walk) Bound(nodes, depth int) *Walk {
	w.maxNodes, w.maxDepth = min(max(nodes, 1), MaxNodes), min(max(depth, 0), MaxDepth)
	return w
}

// Step goes on until something must be loaded (false), or the tree is complete (true). A figure that the books do not explain to the cent is invalid_state.
func (w *Walk) Step(b Books) (done bool, err error) {
	for len(w.level) > 0 {
		// where the bound is near, the largest go on
		slices.SortStableFunc(w.level, func(a, b *task) int { return b.node.Amount.Abs().Cmp(a.node.Amount.Abs()) })
		for pending := true; pending; {
			if pending, err = w.expand(b); err != nil {
				return false, err
			}
			if !pending {
				break
			}
			if more, err := w.fetch(b); !more || err != nil {
				return false, err
			}
		}
		for _, t := range w.level {
			if err := w.grow(t); err != nil {
				return false, err
			}
		}
		w.level, w.next = w.next, nil
		w.depth++
	}
	if !w.name(b) {
		return false, nil
	}
	return true, w.tree.check()
}

// expand asks what the nodes of a level are made of, as far as there is room for it; true: it is not known yet.
func (w *Walk) expand(b Books) (pending bool, err error) {
	room := w.maxNodes - w.tree.Nodes
	for _, t := range w.level {
		if !t.ready && t.made && room <= 0 {
			t.ready, t.cut = true, true
		}
		if !t.ready {
			w.steps++
			if t.comps, t.ready, err = t.more(w, b); err != nil {
				return false, err
			}
			w.steps += len(t.comps)
		}
		pending = pending || !t.ready
		if t.made || t.ready {
			room -= max(len(t.comps), 1)
		}
	}
	return pending, nil
}

// fetch loads the streams that a level asked for, each from the first day that anybody asked for; false: none of them is there yet.
func (w *Walk) fetch(b Books) (some bool, err error) {
	keys := slices.SortedFunc(maps.Keys(w.asked), func(a, b streamKey) int { return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.scope, b.scope)) })
	for _, k := range keys {
		from := w.asked[k]
		in, ok, err := b.Stream(k.item, k.scope, from)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		s, err := newStock(k, newMix(w.cur, &w.steps), in, from)
		if err != nil {
			return false, err
		}
		if was := w.streams[k]; was != nil {
			s.known = len(was.events)
		}
		w.streams[k], some = s, true
		delete(w.asked, k)
	}
	return some, nil
}

// Tree is the explanation of a walk that is done.
func (w *Walk) Tree() *Tree { return &w.tree }

// grow gives a node its children.
func (w *Walk) grow(t *task) error {
	comps := slices.DeleteFunc(t.comps, func(c comp) bool { return c.weight.IsZero() })
	if t.cut {
		w.cut(t.node)
	}
	if len(comps) == 0 {
		return nil
	}
	weights := make([]money.Amount, len(comps))
	for i, c := range comps {
		weights[i] = c.weight
	}
	if w.depth == 0 { // the figure itself: all of what it is made of
		sum := money.Sum(weights...)
		if w.given && sum != t.node.Amount {
			return broken(t.node.subject(), t.node.Amount, sum, "what it is made of comes to something else")
		}
		t.node.Amount = sum
	}
	shares := share(w.cur, t.node.Amount, weights)
	if shares == nil {
		return broken(t.node.subject(), t.node.Amount, money.Amount{}, "it is made of what comes to nothing")
	}
	room := w.maxNodes - w.tree.Nodes
	if w.depth >= w.maxDepth || room < min(len(comps), 2) {
		w.cut(t.node)
		return nil
	}
	last := w.smallest(shares, room)
	rest := Node{Kind: KindOthers}
	for i, c := range comps {
		if shares[i].IsZero() {
			continue
		}
		n := c.node
		n.Amount = shares[i]
		if n.Amount == n.whole && n.entry != nil {
			n.Qty = n.entry.Qty.Abs()
		}
		if last != nil && last[i] {
			rest.Amount = rest.Amount.Add(n.Amount)
			rest.others = append(rest.others, Share{Ref: n.source(), Element: n.Element, Amount: n.Amount, doc: n.doc})
			continue
		}
		child := &n
		t.node.Children = append(t.node.Children, child)
		w.tree.Nodes++
		if c.more != nil {
			w.next = append(w.next, &task{node: child, more: c.more, made: c.made})
		}
	}
	if len(rest.others) > 0 {
		rest.Cut = fmt.Sprintf("not followed beyond %d nodes", w.maxNodes)
		t.node.Children = append(t.node.Children, &rest)
		w.tree.Nodes++
		w.tree.Cut = true
	}
	return nil
}

func (w *Walk) cut(n *Node) {
	n.Cut = fmt.Sprintf("not followed beyond %d nodes and %d steps", w.maxNodes, w.maxDepth)
	w.tree.Cut = true
}

// smallest says which shares find no room of their own: none (nil), or all but the largest.
func (w *Walk) smallest(shares []money.Amount, room int) map[int]bool {
	if len(shares) <= room {
		return nil
	}
	at := make([]int, len(shares))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return shares[b].Abs().Cmp(shares[a].Abs()) })
	out := map[int]bool{}
	for _, i := range at[room-1:] {
		out[i] = true
	}
	return out
}

func (n *Node) subject() string { return cmp.Or(n.Ref, n.Item, n.Order, n.Account, n.What) }

// firstDay is before all others: from there on all of a stream is known.
const firstDay calendar.Date = 1

// stockOf gives a stream that was gone over from a day on, or earlier: far enough back that it is known which roots the parts asked for have.
func (w *Walk) stockOf(b Books, k streamKey, day calendar.Date, parts func(*stock) []part) (*stock, bool, error) {
	s, from := w.streams[k], max(day.AddDays(-31), firstDay)
	if s != nil && s.from <= day {
		first, opens := s.opens(parts(s))
		switch {
		case !opens || s.from <= firstDay || len(s.events) > MaxEvents:
			return s, true, nil
		case s.unlinked || s.known == len(s.events):
			from = firstDay
		case first < s.from:
			from = first
		default: // a pool: twice as far back
			from = max(s.from.AddDays(-1-s.span(day)), firstDay)
		}
	}
	if a, before := w.asked[k]; !before || from < a {
		w.asked[k] = from
	}
	return nil, false, nil
}

// work gives an order that was gone over.
func (w *Walk) work(b Books, ref string) (*work, bool, error) {
	if o := w.orders[ref]; o != nil {
		return o, true, nil
	}
	entries, ok := b.Order(ref)
	if !ok {
		return nil, false, nil
	}
	stock, docs := map[costing.Source]*costing.Entry{}, map[int64]*posting.Document{}
	for _, e := range entries {
		for _, seq := range []int64{e.Doc, e.Cause.Doc} {
			if seq == 0 || docs[seq] != nil {
				continue
			}
			doc, here := b.Document(seq)
			made, here2 := b.Entries(seq)
			if ok = ok && here && here2; doc == nil {
				continue
			}
			docs[seq] = doc
			for i := range made {
				if made[i].Order == "" && made[i].Kind != costing.Adjust {
					stock[made[i].Source()] = &made[i]
				}
			}
		}
	}
	if !ok {
		return nil, false, nil
	}
	o, err := newWork(ref, newMix(w.cur, &w.steps), slices.Clone(entries), stock, docs)
	if err != nil {
		return nil, false, err
	}
	w.orders[ref] = o
	return o, true, nil
}

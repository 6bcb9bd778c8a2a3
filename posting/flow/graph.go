package flow

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Place is a point in the order of facts.
type Place struct {
	Date calendar.Date
	Doc  int64
	Line int32
}

func placeOf(e *costing.Entry) Place {
	at := e.Place()
	return Place{e.FactDate, at.Doc, at.Line}
}

func (p Place) compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Date, q.Date), cmp.Compare(p.Doc, q.Doc), cmp.Compare(p.Line, q.Line))
}

// Stream is what the books say of a stream: its state with all layers as it is stored, and its events from a date on, in order, with those of the
// document under way among them.
type Stream struct {
	Method    costing.Method
	Standards []costing.StandardCost
	State     costing.State
	Events    []costing.Event
}

// Fed is what an issue gave its value to: the entries that name it as their cause, and of a shipment what is open of it.
type Fed struct {
	Entries  []costing.Entry
	Shipped  *Pool
	Unbilled *Pool  // where cost of sales waits for the invoice
	Cogs     string // the account that cost of sales goes to when it is billed
}

// Pool is an open item that holds value of a shipment, with all its settlements in order.
type Pool struct {
	Item   ledger.OpenItem
	Facts  []ledger.Settlement
	Undoes map[int64]int64 // by a reversal among them, the document that it undoes
	now    []money.Amount  // what each settlement takes, once it was shared out anew
}

// Loader gives what the graph must see; nil, without an error, says that it must be loaded first. The graph then goes on as far as it can, so that all
// that a frontier needs is asked for at once, and takes up what waited when it runs again. That only finds out what must be loaded: what it comes to counts
// when nothing was missing from the start.
type Loader interface {
	Stream(item, scope string, from calendar.Date) (*Stream, error)
	Fed(e *costing.Entry) (*Fed, error)
	Order(ref string) (*Order, error)
}

// Adjustment is by how much an entry is worth more (or less) than it was.
type Adjustment struct {
	Entry  *costing.Entry // which it is; of an order also one that never was, for an element that comes in late
	Change money.Amount
	Stated money.Amount  // of a return to the supplier: by how much what it states changes
	Floor  calendar.Date // it is booked no earlier: the day of the close that brought it
	Offset bool          // another adjustment takes it back in the same account: there is no line
}

// Line is a change of an account that no entry has: debit above zero, on behalf of an entry.
type Line struct {
	Entry   *costing.Entry
	Date    calendar.Date
	Account string
	Amount  money.Amount
	Floor   calendar.Date
}

// Open is a change of an open item: of what it is in all, or of what was settled.
type Open struct {
	Item    *ledger.OpenItem
	Settled bool
	Amount  money.Amount
}

type key struct{ item, scope string }

// Graph is one sweep.
type Graph struct {
	Currency money.Currency
	Load     Loader
	Absorb   bool          // scrap beyond plan stays in the order
	Residual string        // revalue or variance
	Negative bool          // stock may go below nothing
	Doc      int64         // the document under way
	Floor    calendar.Date // nothing is booked before it
	// Awaits says which streams get the average of the month that is being closed in a later document: what changes of their receipts waits in them for it
	Awaits func(item, scope string) bool

	Adjustments []Adjustment
	Lines       []Line
	Opens       []Open
	Relinked    []*costing.Event
	Touched     int // events that were looked at

	nodes  map[key]*node
	orders map[string]*orderNode
	pools  map[costing.Source]*Fed
	at     map[atKey]int // adjustments by entry and floor
	queue  queue
	floor  calendar.Date
	back   []sentBack

	awaiting map[key]money.Amount

	waiting  []waiting
	foretold map[calendar.Period]*month
}

type atKey struct {
	costing.Source
	floor calendar.Date
}

// sentBack is value that the close of an order sends back to what the order completed.
type sentBack struct {
	to     *costing.Entry
	change money.Amount
	floor  calendar.Date
}

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

// waiting is what cannot be done before something is loaded. The earliest goes on first, so that a stream is loaded, and gone over, from the earliest place on.
type waiting struct {
	Place
	do func() error
}

// passes is how often value may be sent back in time: goods that an order completed and used itself change its residual, that changes the goods.
const passes = 300

// Run sweeps until nothing changes any more, or what is left waits for something that must be loaded.
func (g *Graph) Run() error {
	g.floor = g.Floor
	again := g.waiting
	g.waiting = nil
	slices.SortStableFunc(again, func(a, b waiting) int { return a.compare(b.Place) })
	for _, w := range again {
		if err := w.do(); err != nil {
			return err
		}
	}
	for range passes {
		for len(g.queue) > 0 {
			t := g.queue.pop()
			var err error
			switch {
			case t.stream != nil && t.n != t.stream.turns:
			case t.stream != nil:
				err = g.step(t.stream)
			default:
				err = g.replay(t.order)
			}
			if err != nil {
				return err
			}
		}
		if len(g.back)+len(g.waiting) == 0 {
			g.check()
		}
		if len(g.back) == 0 || len(g.waiting) > 0 {
			return nil
		}
		if err := g.sendBack(); err != nil {
			return err
		}
	}
	return refusal.New(refusal.LimitExceeded, "late fact", "value went round in a circle %d times: goods of an order are used in it, and its residual goes to them", passes)
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
		n.unwind()
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
			n.old.Apply(n.Method, e, 1)
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

// unwind takes all events back out of the stored state.
func (n *node) unwind() {
	n.old, n.next, n.own, n.awake, n.gone = n.Before(), 0, 0, false, n.never()
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
	n.old.Forget()
	n.start = n.old.Clone()
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

// sendBack sends back what the closes of one day have, the earliest first, and goes over the streams concerned once more. What comes of it is booked no
// earlier than that day.
func (g *Graph) sendBack() error {
	slices.SortStableFunc(g.back, func(a, b sentBack) int {
		return cmp.Or(cmp.Compare(a.floor, b.floor), placeOf(a.to).compare(placeOf(b.to)))
	})
	g.floor = g.back[0].floor
	var now, later []sentBack
	for _, s := range g.back {
		if s.floor == g.floor {
			now = append(now, s)
		} else {
			later = append(later, s)
		}
	}
	g.back = later
	for _, s := range now {
		if err := g.send(s.to, costing.News{Change: s.change}); err != nil {
			return err
		}
	}
	return nil
}

// rewind starts a stream again from an earlier place, as it is after what has been done; not while what was before must be loaded.
func (g *Graph) rewind(n *node, p Place) (there bool, err error) {
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
		n.Events, n.from = append(earlier, n.Events...), p.Date
	}
	n.unwind()
	return true, nil
}

// send tells an event of a stream what has changed before it.
func (g *Graph) send(to *costing.Entry, news costing.News) error {
	if k := (key{to.Item, to.Scope}); g.awaits(k) {
		g.await(k, to, news.Change)
		return nil
	}
	if n := g.nodes[key{to.Item, to.Scope}]; n != nil && n.awake && !n.fresh && n.behind(placeOf(to)) {
		g.back = append(g.back, sentBack{to, news.Change, g.floor})
		return nil
	}
	n, err := g.wakeFor(key{to.Item, to.Scope}, to.Source(), placeOf(to))
	if err != nil {
		return err
	}
	if n == nil {
		g.wait(placeOf(to), func() error { return g.send(to, news) })
		return nil
	}
	all := n.news[to.Source()]
	all.Change = all.Change.Add(news.Change)
	if news.Carry != nil {
		all.Carry = news.Carry
	}
	n.news[to.Source()] = all
	return nil
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

// step goes over the next event of a stream.
func (g *Graph) step(n *node) error {
	e := &n.Events[n.next]
	g.Touched++
	n.fresh = false
	if n.handsOver() {
		return refusal.New(refusal.InvalidDate, e.Item, "since %s the item is valued by another method: what is dated before is settled", e.FactDate)
	}
	src := e.Source()
	news, given := n.news[src], n.given[src]
	if g.Negative {
		news.Allow, news.Covers = true, g.covers(n, e)
	}
	stands, err := g.standing(n, e)
	if err != nil {
		return err
	}
	news.Stands = stands
	delete(n.news, src)
	delete(n.given, src)
	news.Change = news.Change.Add(given)
	if i, ok := n.index[e.Cause]; ok && e.Undoes(&n.Events[i].Entry) {
		news.Undoes = &n.Events[i]
		if e.Kind == costing.Worth && n.left(i) {
			return refusal.New(refusal.InvalidState, e.Item, "some of these goods have gone since they were revalued on %s", n.Events[i].FactDate)
		}
	}
	switch {
	case e.Own:
		n.own--
	case !n.gone[src]:
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

// States gives the streams that were gone over, as they are now.
func (g *Graph) States() []costing.State {
	var out []costing.State
	for _, n := range g.nodes {
		out = append(out, n.State)
	}
	slices.SortFunc(out, func(a, b costing.State) int {
		return cmp.Or(cmp.Compare(a.Stream.Item, b.Stream.Item), cmp.Compare(a.Stream.Scope, b.Stream.Scope))
	})
	return out
}

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
	Method    costing.Method   // of now
	Had       []costing.Method // before each change of it among the events, in order
	Standards []costing.StandardCost
	State     costing.State
	Events    []costing.Event
	changes   []int // the places of these changes
}

// by is the method by which an event is valued; for a change of the method the one that it ends.
func (s *Stream) by(i int) costing.Method {
	if len(s.Had) == 0 {
		return s.Method
	}
	if s.changes == nil {
		for at := range s.Events {
			if s.Events[at].Kind == costing.Becomes {
				s.changes = append(s.changes, at)
			}
		}
	}
	if n, _ := slices.BinarySearch(s.changes, i); n < len(s.Had) {
		return s.Had[n]
	}
	return s.Method
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

// Fact is the entry that records an adjustment: it speaks of the entry that it changes, on that entry's day.
func (a *Adjustment) Fact(doc int64, line int32, posted calendar.Date) *costing.Entry {
	e := a.Entry
	f := &costing.Entry{
		Doc: doc, Line: line, Kind: costing.Adjust, Item: e.Item, Scope: e.Scope, Order: e.Order, Element: e.Element, Value: a.Change, Stated: a.Stated,
		FactDate: e.FactDate, PostingDate: posted, Cause: e.Source(), Account: e.Account, Late: true,
	}
	if e.Order != "" {
		f.Kind, f.Cause = e.Kind, e.Cause
	}
	return f
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

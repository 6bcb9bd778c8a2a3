package trace

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
)

// Books gives a trace what it must see. Nothing, without an error, says that it must be loaded first: the trace then asks for what else it can and gives an
// incomplete tree, and is made again when all that is there.
type Books interface {
	Item(code string) (*Item, error)
	Document(seq int64) (*Document, error)
	Order(ref string) (*Making, error)
}

// Item is an item with all its moves, where it lies, and its value.
type Item struct {
	Master  inventory.Item
	Moves   []inventory.Move
	Stocks  []inventory.Stock
	Streams []costing.Stream
}

// Document is a document with its moves and value entries, and the entries that changed these since.
type Document struct {
	posting.Document
	Undone  bool // another document reverses it
	Moves   []inventory.Move
	Entries []costing.Entry
	Changes []costing.Entry
	Bills   []posting.Document // that settled what it opened, or changed what it cost, and hold
}

// Making is a work order with the documents that moved its goods.
type Making struct {
	mrp.Order
	Cost costing.OrderCost
	Docs []int64
}

// tracer makes one tree.
type tracer struct {
	books Books
	cur   money.Currency
	scope string // cost scope of the company
	root  Lot
	nodes int
	err   error
	items map[string]*Item
	lots  map[Lot]*history
	works map[end]*work
	path  map[pathKey]bool
	cut   bool
}

// pathKey is a lot that was entered from an end.
type pathKey struct {
	lot Lot
	by  end
}

// Of traces a lot. An item that is told apart by lots needs one (lot_required); a lot that never was is not_found.
func Of(books Books, cur money.Currency, costScope string, l Lot, d Direction) (Tree, error) {
	t := &tracer{books: books, cur: cur, scope: costScope, root: l, items: map[string]*Item{}, lots: map[Lot]*history{}, works: map[end]*work{}, path: map[pathKey]bool{}}
	if d != Backward && d != Forward {
		return Tree{}, refusal.New(refusal.InvalidState, string(d), "a trace goes backward or forward")
	}
	tree := Tree{Direction: d, Root: &Node{Kind: Goods, Lot: l}}
	item, h := t.item(l.Item), t.history(l)
	if t.err == nil && item != nil && l.Lot == "" && item.Master.Tracking != "" && item.Master.Tracking != inventory.NoTracking {
		t.err = refusal.New(refusal.LotRequired, l.Item, "this item is told apart by %s: the trace of one must name it", item.Master.Tracking)
	}
	if t.err != nil || h == nil {
		return tree, t.err
	}
	if len(h.flows) == 0 {
		return tree, refusal.New(refusal.NotFound, l.String(), "nothing was ever moved of this lot, or all of it was reversed")
	}
	if d == Backward {
		t.rootBackward(tree.Root, h)
	} else {
		t.rootForward(tree.Root, h)
	}
	tree.Cut = t.cut
	return tree, t.err
}

// found notes what a read of the books gave.
func found[T any](t *tracer, row *T, err error) *T {
	if err != nil && t.err == nil {
		t.err = err
	}
	return row
}

func (t *tracer) item(code string) *Item {
	if t.items[code] == nil {
		row, err := t.books.Item(code)
		t.items[code] = found(t, row, err)
	}
	return t.items[code]
}

func (t *tracer) document(seq int64) *Document {
	row, err := t.books.Document(seq)
	return found(t, row, err)
}

// documents gives those of some documents that hold: not undone, and not themselves a reversal. It is not ok while one of them is missing.
func (t *tracer) documents(seqs []int64) (out []*Document, ok bool) {
	ok = true
	for _, seq := range seqs {
		d := t.document(seq)
		ok = ok && d != nil
		if d != nil && !d.Undone && d.Document.Reverses == 0 {
			out = append(out, d)
		}
	}
	return out, ok
}

// add puts a node under another; nil if the tree is full.
func (t *tracer) add(to *Node, n Node) *Node {
	if t.nodes >= Limit {
		to.Cut, t.cut = true, true
		return nil
	}
	t.nodes++
	to.Nodes = append(to.Nodes, &n)
	return &n
}

// enter says whether a lot that was reached from an end is followed: once on every path.
func (t *tracer) enter(n *Node, by end) (leave func(), ok bool) {
	k := pathKey{n.Lot, by}
	if t.path[k] {
		n.Again = true
		return nil, false
	}
	t.path[k] = true
	return func() { delete(t.path, k) }, true
}

// worthHere is the value of a row of stock: its part of the stream that it is valued in.
func (t *tracer) worthHere(item *Item, s inventory.Stock) money.Amount {
	scope := costing.ScopeOf(t.scope, item.Master.Method, s.Warehouse, s.Lot)
	for _, v := range item.Streams {
		if v.Scope == scope && v.Qty.Sign() > 0 {
			return t.cur.Share(v.Value, s.OnHand.Units(), v.Qty.Units())
		}
	}
	return money.Amount{}
}

// gather adds up what the documents of some flows moved.
func gather(flows []flow, at []int) (qty uom.Quantity, value money.Amount, steps []Step) {
	for _, i := range at {
		qty, value, steps = qty.Add(flows[i].qty), value.Add(flows[i].value), append(steps, flows[i].steps...)
	}
	return qty, value, steps
}

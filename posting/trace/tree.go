package trace

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Direction says which way a trace goes.
type Direction string

// The directions.
const (
	Backward Direction = "backward" // what the lot came of
	Forward  Direction = "forward"  // what came of the lot
)

// Lot is goods that are not told apart: of an item with a lot or serial number, or all of an item that has none.
type Lot struct {
	Item string `json:"item"`
	Lot  string `json:"lot,omitempty"`
}

func (l Lot) String() string {
	if l.Lot == "" {
		return l.Item
	}
	return l.Item + "#" + l.Lot
}

// Kind says what a node is.
type Kind string

// The kinds of node. Lots, orders and unbuilding have nodes below them; the others are ends.
const (
	Goods     Kind = "lot"
	Order     Kind = "order"
	Unbuilt   Kind = "unbuild"
	OnHand    Kind = "on hand"
	InProcess Kind = "in process" // in an order that goes on
	Lost      Kind = "lost"       // in an order that was closed and made nothing
	Supplier  Kind = "supplier"
	Customer  Kind = "customer"
	Counted   Kind = "count"
	Scrapped  Kind = "scrap"
	Other     Kind = "other"
	Opening   Kind = "opening"
	Cost      Kind = "cost"    // of an order beside its material, by element
	Unknown   Kind = "unknown" // of goods that left before they came in
)

// Step is what one document moved; what it took back is below zero.
type Step struct {
	Doc   int64         `json:"doc"`
	Ref   string        `json:"ref"`
	Verb  string        `json:"verb"`
	Date  calendar.Date `json:"date"`
	Qty   uom.Quantity  `json:"qty"`
	Value money.Amount  `json:"value"`           // in the books now
	Bills []string      `json:"bills,omitempty"` // the invoices of it, and what added to its cost
}

// Node is a stop on the way. Backward, Qty and Value are what went from here into the traced lot, and the nodes below are where that came from. Forward, they
// are what is here of goods that the traced lot may be in, Of says how much of it is, and the nodes below are where those went.
type Node struct {
	Kind Kind `json:"kind"`
	Lot
	Name  string       `json:"name,omitempty"` // of an order, partner, warehouse, account or cost element
	Bin   string       `json:"bin,omitempty"`
	Qty   uom.Quantity `json:"qty"` // of Lot; of an end: of the lot above it
	Value money.Amount `json:"value"`
	Of    uom.Quantity `json:"of"`
	Again bool         `json:"again,omitempty"` // the same step stands above: it is not followed again
	Cut   bool         `json:"cut,omitempty"`   // the tree was too large: it is not followed
	Steps []Step       `json:"steps,omitempty"` // the documents between the node above and this one
	Nodes []*Node      `json:"nodes,omitempty"`
}

// Tree is a trace. Its Root is the lot that was asked for; Cut says that it has more nodes than Limit, so that sums are not complete.
type Tree struct {
	Direction Direction `json:"direction"`
	Root      *Node     `json:"root"`
	Cut       bool      `json:"cut,omitempty"`
}

// Limit is the number of nodes that a tree may have.
const Limit = 10_000

// Part is a quantity of a lot that the traced one was made of, or that was made of it.
type Part struct {
	Lot
	Qty   uom.Quantity `json:"qty"`
	Value money.Amount `json:"value"`
}

// Lots gives every other lot of the tree, by item and lot: backward how much of it went into the traced lot, forward how much of it was made with it. A lot
// that was worked into itself counts once.
func (t Tree) Lots() []Part {
	sums := map[Lot]Part{}
	made := map[madeKey]bool{}
	t.walk(func(n *Node, above []*Node) {
		if n.Kind != Goods || slices.ContainsFunc(above, func(a *Node) bool { return a.Kind == Goods && a.Lot == n.Lot }) {
			return
		}
		if k := (madeKey{n.Lot, above[len(above)-1].end()}); t.Direction == Forward {
			if made[k] {
				return // the same goods, met by another way
			}
			made[k] = true
		}
		p := sums[n.Lot]
		sums[n.Lot] = Part{n.Lot, p.Qty.Add(n.Qty), p.Value.Add(n.Value)}
	})
	out := make([]Part, 0, len(sums))
	for _, p := range sums {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Part) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Lot.Lot, b.Lot.Lot)) })
	return out
}

type madeKey struct {
	lot Lot
	by  end
}

// end is what the node is, apart from whose goods it holds.
func (n *Node) end() end {
	e := end{kind: n.Kind, name: n.Name, bin: n.Bin}
	if n.Kind == Unbuilt && len(n.Steps) > 0 {
		e.doc = n.Steps[0].Doc
	}
	return e
}

// walk visits every node below the root, with those above it.
func (t Tree) walk(visit func(n *Node, above []*Node)) {
	var down func(n *Node, above []*Node)
	down = func(n *Node, above []*Node) {
		if len(above) > 0 {
			visit(n, above)
		}
		for _, m := range n.Nodes {
			down(m, append(above, n))
		}
	}
	if t.Root != nil {
		down(t.Root, nil)
	}
}

// Recall is what a forward trace means for goods that must be called back.
type Recall struct {
	Received  []Node       `json:"received"`   // by customers, less what they sent back
	OnHand    money.Amount `json:"on_hand"`    // the value in the books of all that the lot is or may be in, by where it is
	InProcess money.Amount `json:"in_process"` // the open cost of orders that hold some of it
	Sold      money.Amount `json:"sold"`
	Gone      money.Amount `json:"gone"` // scrapped, lost, sent back to suppliers, or issued to elsewhere
}

// Recall reads a forward trace. Goods that are reached by several ways count once.
func (t Tree) Recall() Recall {
	type key struct {
		lot Lot
		end
	}
	at, order := map[key]Node{}, []key{}
	t.walk(func(n *Node, _ []*Node) {
		k := key{n.Lot, n.end()}
		switch n.Kind {
		case Goods, Order, Unbuilt, Cost, Unknown:
			return
		case InProcess:
			k.lot = Lot{} // an order's open cost is one
		}
		was, there := at[k]
		if !there {
			order = append(order, k)
		}
		if !there || was.Qty.Less(n.Qty) {
			at[k] = *n
		}
	})
	var r Recall
	for _, k := range order {
		n := at[k]
		switch n.Kind {
		case Customer:
			r.Sold = r.Sold.Add(n.Value)
			if n.Nodes = nil; n.Qty.Sign() > 0 {
				r.Received = append(r.Received, n)
			}
		case OnHand:
			r.OnHand = r.OnHand.Add(n.Value)
		case InProcess:
			r.InProcess = r.InProcess.Add(n.Value)
		default:
			r.Gone = r.Gone.Add(n.Value)
		}
	}
	return r
}

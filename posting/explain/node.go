package explain

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Bounds of a tree. What lies beyond them stays in its place with its amount, and says why it was not followed.
const (
	MaxNodes  = 1000   // in all
	MaxDepth  = 64     // below the figure
	MaxEvents = 10_000 // entries of a stream beyond which it is not gone further back to find what a pool, or an old layer, was made of
)

// Kind says what a node is.
type Kind string

// The kinds of node.
const (
	KindFigure  Kind = "figure"
	KindStock   Kind = "stock"    // what is here of an item in a scope
	KindOrder   Kind = "order"    // work in process of an order
	KindAccount Kind = "account"  // a balance
	KindReceipt Kind = "receipt"  // value that came into stock: bought, made, returned, found, transferred
	KindIssue   Kind = "issue"    // value that left stock
	KindCharge  Kind = "charge"   // labour, overhead, energy, outside work charged to an order
	KindAdjust  Kind = "adjust"   // what a later document changed of a receipt
	KindClose   Kind = "close"    // what was left in an order when it was closed, and went to what it had completed
	KindWorth   Kind = "worth"    // goods were revalued
	KindGap     Kind = "standard" // the gap between what goods cost and their standard, which a variance took
	KindOwed    Kind = "owed"     // goods left before they came: at the last known cost
	KindShort   Kind = "short"    // more left an order than it held
	KindVoucher Kind = "voucher"  // lines of a document's vouchers that no entry of value stands behind
	KindEarlier Kind = "earlier"  // what was there before the entries that were gone over
	KindOthers  Kind = "others"   // all that found no place in the tree, by document
	KindExpense Kind = "expense"  // an account that took it
	KindUndone  Kind = "reversed" // another document took it back
)

// Node is an amount and what it is made of: its children sum to it. A node without children is a leaf: a source, or the place where a bound was reached.
type Node struct {
	Kind     Kind            `json:"kind"`
	What     string          `json:"what"` // a sentence
	Ref      string          `json:"ref,omitzero"`
	Date     calendar.Date   `json:"date,omitzero"`
	Item     string          `json:"item,omitzero"`
	Order    string          `json:"order,omitzero"`
	Account  string          `json:"account,omitzero"`
	Qty      uom.Quantity    `json:"qty,omitzero"` // of the whole entry, where the node has all of it
	Amount   money.Amount    `json:"amount"`
	Element  costing.Element `json:"element,omitzero"`   // of a leaf
	Rule     string          `json:"rule,omitzero"`      // the posting rule that booked it
	Version  string          `json:"version,omitzero"`   // of the posting rules when it was booked, as its voucher says; vouchers of before that was kept say none
	Method   string          `json:"method,omitzero"`    // the costing method by which it was valued when it was recorded
	Standard *Standard       `json:"standard,omitempty"` // the standard cost that held then, where goods are valued at it
	Cut      string          `json:"cut,omitzero"`       // why a leaf that is no source was not followed
	Children []*Node         `json:"children,omitempty"`

	doc    int64
	scope  string // of a stock
	entry  *costing.Entry
	whole  money.Amount // what all of the entry is worth
	others []Share      // of what found no place
}

// Standard is the standard cost of a unit, and the day from which on it held; zero: that which the item had first.
type Standard struct {
	Cost decimal.Decimal `json:"cost"`
	From calendar.Date   `json:"from,omitzero"`
}

// Tree explains a figure.
type Tree struct {
	Root    *Node
	Qty     uom.Quantity // of the goods that the figure is the value of, if it is
	Nodes   int
	Cut     bool // a bound was reached
	Forward bool // the leaves are where money went, not where it came from
	unit    string
}

// Share is what one source gave.
type Share struct {
	Ref     string          `json:"ref"`
	Element costing.Element `json:"element,omitzero"`
	Amount  money.Amount    `json:"amount"`
	doc     int64
}

// Amount is the figure.
func (t *Tree) Amount() money.Amount { return t.Root.Amount }

// UnitCost is the figure for one unit, to ten places; zero where it is not the value of goods.
func (t *Tree) UnitCost() decimal.Decimal { return costing.UnitCost(t.Qty, t.Root.Amount) }

// UnitCosts are the parts of the unit cost by element.
func (t *Tree) UnitCosts() map[costing.Element]decimal.Decimal {
	out := map[costing.Element]decimal.Decimal{}
	if !t.Qty.IsZero() {
		for e, a := range t.ByElement() {
			out[e] = costing.UnitCost(t.Qty, a)
		}
	}
	return out
}

// walk calls do for a node and all below it, in order.
func (n *Node) walk(do func(n *Node, depth int)) { n.walkFrom(0, do) }

func (n *Node) walkFrom(depth int, do func(n *Node, depth int)) {
	do(n, depth)
	for _, c := range n.Children {
		c.walkFrom(depth+1, do)
	}
}

// Leaves are the sources, in the order of the tree.
func (t *Tree) Leaves() (out []*Node) {
	t.Root.walk(func(n *Node, _ int) {
		if len(n.Children) == 0 {
			out = append(out, n)
		}
	})
	return out
}

// source names what a leaf came from: its document; of a stock, an order or an account that was not followed, that.
func (n *Node) source() string {
	if n.doc != 0 || n.Kind == KindEarlier {
		return n.Ref
	}
	return cmp.Or(n.Ref, n.Item, n.Order, n.Account)
}

// shares are the leaves' amounts, with those of the documents that found no place of their own.
func (t *Tree) shares() (out []Share) {
	for _, n := range t.Leaves() {
		if len(n.others) > 0 {
			out = append(out, n.others...)
			continue
		}
		out = append(out, Share{Ref: n.source(), Element: n.Element, Amount: n.Amount, doc: n.doc})
	}
	return out
}

// ByElement adds up the leaves by element of cost; what no element is known of stands under the empty one.
func (t *Tree) ByElement() map[costing.Element]money.Amount {
	out := map[costing.Element]money.Amount{}
	for _, s := range t.shares() {
		out[s.Element] = out[s.Element].Add(s.Amount)
	}
	maps.DeleteFunc(out, func(_ costing.Element, a money.Amount) bool { return a.IsZero() })
	return out
}

// BySource adds up the leaves by document, in the order in which the documents were recorded.
func (t *Tree) BySource() []Share {
	var out []Share
	at := map[string]int{}
	for _, s := range t.shares() {
		i, there := at[s.Ref]
		if !there {
			i, at[s.Ref] = len(out), len(out)
			out = append(out, Share{Ref: s.Ref, doc: s.doc})
		}
		out[i].Amount = out[i].Amount.Add(s.Amount)
	}
	slices.SortStableFunc(out, func(a, b Share) int { return cmp.Compare(a.doc, b.doc) })
	return slices.DeleteFunc(out, func(s Share) bool { return s.Amount.IsZero() })
}

// Place is where money went: goods on hand, an order in process, an account by a document.
type Place struct {
	Kind    Kind         `json:"kind"`
	What    string       `json:"what"`
	Ref     string       `json:"ref,omitzero"` // of the document that took it there
	Item    string       `json:"item,omitzero"`
	Order   string       `json:"order,omitzero"`
	Account string       `json:"account,omitzero"`
	Amount  money.Amount `json:"amount"`
}

// ByPlace adds up the leaves of a tree that follows money, by where it is, in the order of the tree.
func (t *Tree) ByPlace() (out []Place) {
	for _, n := range t.Leaves() {
		p := Place{Kind: n.Kind, What: n.What, Ref: n.Ref, Item: n.Item, Order: n.Order, Account: n.Account}
		i := slices.IndexFunc(out, func(q Place) bool { q.Amount = money.Amount{}; q.What = p.What; return q == p })
		if i < 0 {
			i, out = len(out), append(out, p)
		}
		out[i].Amount = out[i].Amount.Add(n.Amount)
	}
	return slices.DeleteFunc(out, func(p Place) bool { return p.Amount.IsZero() })
}

// check refuses a tree in which a node is not the sum of its children.
func (t *Tree) check() (err error) {
	t.Root.walk(func(n *Node, _ int) {
		if len(n.Children) == 0 || err != nil {
			return
		}
		var sum money.Amount
		for _, c := range n.Children {
			sum = sum.Add(c.Amount)
		}
		if sum != n.Amount {
			err = broken(n.What, n.Amount, sum, "what it is made of comes to something else")
		}
	})
	return err
}

// MarshalJSON gives the figure, the tree, and its totals: by element and by source, or by place; amounts and quantities are decimal texts.
func (t *Tree) MarshalJSON() ([]byte, error) {
	out := struct {
		Amount    money.Amount                        `json:"amount"`
		Qty       uom.Quantity                        `json:"qty,omitzero"`
		UnitCost  string                              `json:"unit_cost,omitzero"`
		UnitCosts map[costing.Element]decimal.Decimal `json:"unit_cost_by_element,omitempty"`
		ByElement map[costing.Element]money.Amount    `json:"by_element,omitempty"`
		BySource  []Share                             `json:"by_source,omitempty"`
		ByPlace   []Place                             `json:"by_place,omitempty"`
		Nodes     int                                 `json:"nodes"`
		Cut       bool                                `json:"cut,omitzero"`
		Tree      *Node                               `json:"tree"`
	}{Amount: t.Amount(), Qty: t.Qty, Nodes: t.Nodes, Cut: t.Cut, Tree: t.Root}
	if !t.Qty.IsZero() {
		out.UnitCost = t.UnitCost().String()
	}
	if t.Forward {
		out.ByPlace = t.ByPlace()
	} else {
		out.UnitCosts, out.ByElement, out.BySource = t.UnitCosts(), t.ByElement(), t.BySource()
	}
	return json.Marshal(out)
}

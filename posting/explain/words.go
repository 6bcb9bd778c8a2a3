package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/posting"
)

// name says what every node is, in the words of its document. It is false until all of those are loaded.
func (w *Walk) name(b Books) bool {
	all := true
	w.tree.Root.walk(func(n *Node, _ int) {
		is, ok := w.about(b, n)
		all = all && ok
		for i := range n.others {
			o, ok := b.Document(n.others[i].doc)
			if all = all && ok; ok && o != nil {
				n.others[i].Ref = o.Ref
			}
		}
		if !ok {
			return
		}
		if n.Kind == KindExpense && n.What == "" {
			n.What = strings.TrimSpace(n.Account + " " + b.Account(n.Account))
		}
		n.describe(is)
	})
	return all
}

// facts are what the books say of a node.
type facts struct {
	doc      posting.Document
	vouchers []ledger.Voucher
	lines    []ledger.Line
	unit     string
	method   string
	standard *Standard
}

func (w *Walk) about(b Books, n *Node) (is facts, ok bool) {
	ok = true
	if n.doc != 0 {
		doc, here := b.Document(n.doc)
		if ok = here; doc != nil {
			is.doc = *doc
		}
		is.vouchers, here = b.Vouchers(n.doc)
		ok = ok && here
		is.lines, here = b.Lines(n.doc)
		ok = ok && here
	}
	if n.Item != "" {
		var here bool
		is.unit, here = b.Unit(n.Item)
		ok = ok && here
	}
	here := is.valued(w, b, n)
	return is, ok && here
}

// valued says by which method a node was valued, and since when the standard held, if it was one.
func (is *facts) valued(w *Walk, b Books, n *Node) (ok bool) {
	k, e := streamKey{n.Item, n.scope}, n.entry
	switch {
	case n.Kind == KindStock:
	case e == nil || e.Item == "" || e.Kind == costing.Adjust:
		return true
	default:
		k, is.method = streamKey{e.Item, e.Scope}, e.Method
	}
	s := w.streams[k]
	if is.method == "" && s != nil { // recorded before that was kept
		is.method = s.method
	}
	if e == nil || is.method != (costing.Standard{}).Name() && (s == nil || is.method != s.method || !s.standard) {
		return true
	}
	all, ok := b.Standards(e.Item)
	known := slices.DeleteFunc(slices.Clone(all), func(s costing.StandardCost) bool { return s.Doc > e.Doc })
	if of, there := costing.StandardOn(known, e.FactDate); there {
		is.standard = &Standard{of.Cost, of.From}
	}
	return ok
}

// describe fills in what the books say of a node.
func (n *Node) describe(is facts) {
	partner, voucher := "", int32(0)
	if is.doc.Seq != 0 {
		n.Ref = is.doc.Ref
		if n.Date == 0 || n.Kind == KindAdjust {
			n.Date = is.doc.Date
		}
	}
	for _, l := range is.lines {
		if n.entry != nil && n.entry.Doc == l.Doc && l.Entry == n.entry.Line && l.Entry != 0 && n.Rule == "" {
			n.Rule, voucher = l.Rule, l.N
		}
		if partner == "" {
			partner = l.Partner
		}
	}
	for _, v := range is.vouchers {
		if n.Rule != "" && (v.N == voucher || voucher == 0 && n.Version == "") {
			n.Version = v.Rules
		}
	}
	n.Method, n.Standard = cmp.Or(n.Method, is.method), is.standard
	if len(n.Children) > 0 {
		n.Element = ""
	}
	if n.What == "" {
		n.What = n.sentence(is.doc.Verb, partner, is.unit)
	}
	if n.Kind == KindExpense || n.Kind == KindGap {
		n.Qty = uom.Quantity{}
	}
}

// acts say what the entries of a verb do to stock.
var acts = map[string]string{
	"receive": "received", "opening": "opening stock:", "complete": "made:", "return_material": "back from production:", "sales_return": "back from the customer:",
	"transfer": "transferred:", "count": "found by the stocktake:", "other_receipt": "other receipt:", "unbuild": "taken apart:", "change_method": "moved to its new method:",
	"issue": "issued", "confirm": "issued or shipped", "ship": "shipped", "scrap": "scrapped", "other_issue": "other issue:", "purchase_return": "back to the supplier:", "reverse": "reversal:",
}

// adjusts say what a verb changed of the value of goods.
var adjusts = map[string]string{
	"invoice_in": "the bill says another price", "landed_cost": "landed cost", "credit_in": "the supplier allows a price", "close_work_order": "left over in the order",
	"reverse": "what was changed is reversed",
}

var elements = map[costing.Element]string{
	costing.Material: "material", costing.Labor: "labour", costing.Overhead: "overhead", costing.Energy: "energy", costing.Outside: "outside work", variance: "variance",
}

func (n *Node) sentence(verb, partner, unit string) string {
	switch n.Kind {
	case KindClose:
		if n.entry != nil && n.entry.Contra != "" {
			return "left " + n.Order + " at a loss"
		}
		return "left over when " + n.Order + " was closed"
	case KindReceipt, KindIssue:
		return n.movement(verb, partner, unit)
	case KindCharge:
		s := elements[n.entry.Element] + " of " + n.Order
		if verb == "allocate" {
			s += ", allocated"
		}
		return s
	case KindAdjust:
		s := adjusts[verb]
		if s == "" {
			s = "changed by " + verb
		}
		return s + of(partner)
	case KindWorth:
		return "revalued (" + verb + ")"
	case KindGap:
		return "at standard cost: the gap is in account " + n.Account
	case KindOwed:
		return "gone before it came: at the last known cost"
	case KindShort:
		return "more left " + n.Order + " than it held"
	case KindOrder:
		return "work in process of " + n.Order
	case KindUndone:
		return "reversed"
	case KindEarlier:
		if n.Ref != "" {
			return "earlier, of this document"
		}
		return fmt.Sprintf("what was there before %s", n.Date)
	case KindOthers:
		return fmt.Sprintf("%d more", len(n.others))
	case KindVoucher:
		return verb + of(partner)
	}
	return string(n.Kind)
}

func of(partner string) string {
	if partner == "" {
		return ""
	}
	return ", " + partner
}

// movement says what moved, and of how much it is a part.
func (n *Node) movement(verb, partner, unit string) string {
	e := n.entry
	act := acts[verb]
	if verb == "count" && e.Qty.Sign() < 0 {
		act = "missing at the stocktake:"
	}
	if act == "" {
		act = verb
	}
	s := act + " "
	if n.Amount != n.whole && n.whole != n.Amount.Neg() {
		s += "part of "
	}
	s += e.Qty.Abs().String() + " " + unit + " " + e.Item
	switch {
	case e.Lot != "":
		s += " of lot " + e.Lot
	}
	if n.Order != "" && verb == "issue" {
		s += " to " + n.Order
	}
	return s + of(partner)
}

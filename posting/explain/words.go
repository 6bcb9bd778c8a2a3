package explain

import (
	"fmt"
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
		doc, lines, unit, ok := about(b, n)
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
		if s := w.streams[streamKey{n.Item, n.scope}]; s != nil && n.Kind == KindStock {
			n.Method = s.method
		}
		if n.Method == "" && n.entry != nil && n.entry.Item != "" && n.entry.Kind != costing.Adjust {
			if s := w.streams[streamKey{n.entry.Item, n.entry.Scope}]; s != nil {
				n.Method = s.method
			}
		}
		n.describe(doc, lines, unit)
	})
	return all
}

func about(b Books, n *Node) (doc *posting.Document, lines []ledger.Line, unit string, ok bool) {
	ok = true
	if n.doc != 0 {
		here, here2 := false, false
		doc, here = b.Document(n.doc)
		lines, here2 = b.Lines(n.doc)
		ok = here && here2
	}
	if n.Item != "" {
		var here bool
		unit, here = b.Unit(n.Item)
		ok = ok && here
	}
	return doc, lines, unit, ok
}

// describe fills in what a document says of a node.
func (n *Node) describe(doc *posting.Document, lines []ledger.Line, unit string) {
	verb, partner := "", ""
	if doc != nil {
		n.Ref, verb = doc.Ref, doc.Verb
		if n.Date == 0 || n.Kind == KindAdjust {
			n.Date = doc.Date
		}
	}
	for _, l := range lines {
		if n.entry != nil && n.entry.Doc == l.Doc && l.Entry == n.entry.Line && l.Entry != 0 && n.Rule == "" {
			n.Rule = l.Rule
		}
		if partner == "" {
			partner = l.Partner
		}
	}
	if n.Rule != "" {
		n.Version = posting.RulesVersion()
	}
	if len(n.Children) > 0 {
		n.Element = ""
	}
	if n.What == "" {
		n.What = n.sentence(verb, partner, unit)
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

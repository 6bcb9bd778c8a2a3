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
		if n.describe(is); n == w.tree.Root {
			w.tree.unit = is.unit
		}
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
		if n.Rule == "" && n.booked(l) {
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
		n.Qty, n.Method, n.Standard = uom.Quantity{}, "", nil
	}
}

// booked says whether a line is that of the node's entry, or of the account that took it.
func (n *Node) booked(l ledger.Line) bool {
	if n.Kind == KindExpense {
		return n.Account == l.Account
	}
	return n.entry != nil && n.entry.Doc == l.Doc && l.Entry == n.entry.Line && l.Entry != 0
}

// act says what the entries of a verb did to goods, and the word before the partner.
type act struct{ in, out, partner string }

// acts are told with the goods before them: 10 kg STEEL received from ACME.
var acts = map[string]act{
	"receive":         {in: "received", partner: " from "},
	"opening":         {in: "in opening stock"},
	"complete":        {in: "made", out: "used for a completion"},
	"return_material": {in: "back from production"},
	"sales_return":    {in: "sent back", partner: " by "},
	"transfer":        {in: "transferred here", out: "transferred"},
	"count":           {in: "found by the stocktake", out: "missing at the stocktake"},
	"other_receipt":   {in: "received otherwise"},
	"unbuild":         {in: "taken out of a product", out: "taken apart"},
	"change_method":   {in: "moved to another method", out: "moved to another method"},
	"issue":           {out: "issued"},
	"confirm":         {out: "issued or shipped", partner: " to "},
	"ship":            {out: "shipped", partner: " to "},
	"scrap":           {out: "scrapped"},
	"other_issue":     {out: "issued otherwise"},
	"purchase_return": {out: "sent back", partner: " to "},
	"reverse":         {in: "back by a reversal", out: "taken back by a reversal", partner: " of "},
}

// adjusts say what a verb changed of the value of goods.
var adjusts = map[string]string{
	"invoice_in": "price difference on the bill", "landed_cost": "landed cost", "credit_in": "price allowed by the supplier", "close_work_order": "residual of the order",
	"reverse": "a change of value taken back",
}

// papers name the documents of a verb.
var papers = map[string]string{
	"receive": "goods receipt", "invoice_in": "supplier's bill", "credit_in": "supplier's credit note", "landed_cost": "landed cost", "purchase_return": "return to the supplier", "pay": "payment",
	"ship": "shipment", "invoice_out": "sales invoice", "credit_out": "credit note", "sales_return": "customer's return", "collect": "collection", "dropship": "drop shipment",
	"issue": "material issue", "return_material": "return of material", "report": "production report", "complete": "completion", "close_work_order": "close of the order", "allocate": "allocation of overhead",
	"scrap": "scrap", "count": "stocktake", "settle_count": "settlement of the stocktake", "other_receipt": "other receipt", "other_issue": "other issue", "unbuild": "unbuilding", "transfer": "transfer",
	"opening": "opening balance", "voucher": "hand-written voucher", "close": "close of the period", "reverse": "reversal", "fx_revalue": "revaluation of foreign currency", "revalue": "revaluation",
	"standard_cost": "new standard cost", "change_method": "change of costing method", "write_down": "write-down",
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
		return cmp.Or(adjusts[verb], "changed by "+cmp.Or(papers[verb], verb)) + of(partner)
	case KindWorth:
		return cmp.Or(papers[verb], verb)
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
		return cmp.Or(papers[verb], verb) + of(partner)
	}
	return string(n.Kind)
}

func of(partner string) string {
	if partner == "" {
		return ""
	}
	return ", " + partner
}

// movement says what moved, and whether the node is a part of it.
func (n *Node) movement(verb, partner, unit string) string {
	e, s := n.entry, ""
	if n.Amount != n.whole && n.whole != n.Amount.Neg() {
		s = "part of "
	}
	if s += e.Qty.Abs().String() + " " + unit + " " + e.Item; e.Lot != "" {
		s += " of lot " + e.Lot
	}
	act := acts[verb]
	did := act.in
	if e.Qty.Sign() < 0 {
		did = act.out
	}
	s += " " + cmp.Or(did, cmp.Or(papers[verb], verb))
	switch {
	case n.Order != "" && e.Qty.Sign() < 0 && (verb == "issue" || verb == "confirm"):
		return s + " to " + n.Order
	case partner == "":
		return s
	case act.partner == "":
		return s + of(partner)
	}
	return s + act.partner + partner
}

package ledgermill

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// LandedCost is freight, duty or insurance that belongs to the value of goods: the bill of a carrier for receipts or completions (Of), of all their items or
// of those named, shared by value, qty, weight, volume or equal.
type LandedCost struct {
	ID       string        `json:"ref"`
	Date     calendar.Date `json:"date"`
	Memo     string        `json:"memo,omitzero"`
	Supplier string        `json:"supplier"`
	Of       []string      `json:"of"`
	Items    []string      `json:"items,omitempty"`
	Amount   money.Amount  `json:"amount"`
	By       string        `json:"by"`
}

func (c LandedCost) head() header { return header{"landed_cost", c.ID, c.Date, c.Memo} }

func (c LandedCost) ahead(b *book) {
	for _, ref := range c.Of {
		b.wantList(storage.List{Kind: storage.Documents, Index: 1, Values: []any{ref}})
	}
}

func (c LandedCost) decide(b *book) error {
	if c.Amount.Sign() <= 0 || !b.currency.Fits(c.Amount) {
		return refusal.New(refusal.InvalidAmount, c.ID, "a landed cost is above zero, in whole coins").Numbers(c.Amount, money.Amount{})
	}
	entries, err := c.receipts(b)
	if err != nil {
		return err
	}
	lines := make([]posting.Landed, len(entries))
	if err := each(b, entries, func(i int, e brought) (err error) {
		lines[i], err = b.landed(e)
		return err
	}); err != nil {
		return err
	}
	shares, err := posting.ShareLanded(b.currency, c.Amount, c.By, lines)
	if err != nil {
		return err
	}
	if err := each(b, entries, func(i int, e brought) error {
		if shares[i].IsZero() {
			return nil
		}
		return b.land(e, lines[i], shares[i])
	}); err != nil {
		return err
	}
	account, err := b.post("landed_cost", "payable", c.Amount, dims{partner: c.Supplier})
	if err != nil {
		return err
	}
	b.openItem(ledger.OpenItem{Kind: ledger.Payable, Partner: c.Supplier, Account: account, Amount: c.Amount})
	return nil
}

// brought is an entry by which goods came in.
type brought struct {
	*costing.Entry
	made bool // by an order of ours; else bought
}

func (e brought) source() costing.Source { return costing.Source{Doc: e.Doc, Line: e.Line} }

// receipts are the entries by which the documents named brought in the items named.
func (c LandedCost) receipts(b *book) ([]brought, error) {
	if err := checkLines(b, len(c.Of)); err != nil {
		return nil, err
	}
	var out []brought
	found := map[string]bool{}
	err := each(b, c.Of, func(i int, ref string) error {
		doc, err := b.document(ref)
		if err != nil {
			return err
		}
		if doc.Verb != "receive" && doc.Verb != "complete" || slices.Contains(c.Of[:i], ref) {
			return refusal.New(refusal.InvalidState, ref, "a landed cost names receipts and completions, each once")
		}
		if c.Date < doc.Date {
			return refusal.New(refusal.InvalidDate, ref, "a landed cost dated %s, before its receipt of %s", c.Date, doc.Date)
		}
		b.wantList(reversalOf(doc.Seq))
		b.wantList(factsOf(storage.Settlements, doc.Seq))
		entries, err := list[costing.Entry](b, factsOf(storage.Entries, doc.Seq))
		if err != nil {
			return err
		}
		undone, err := list[posting.Document](b, reversalOf(doc.Seq))
		if err != nil {
			return err
		}
		if len(undone) > 0 {
			return refusal.New(refusal.InvalidState, ref, "this document was reversed")
		}
		for _, e := range entries {
			if e.Kind == costing.In && (len(c.Items) == 0 || slices.Contains(c.Items, e.Item)) {
				out, found[e.Item] = append(out, brought{e, doc.Verb == "complete"}), true
			}
		}
		b.mention(doc.Seq)
		return nil
	})
	for _, item := range c.Items {
		if err == nil && !found[item] {
			return nil, refusal.New(refusal.NotFound, item, "none of these documents brought this item in")
		}
	}
	return out, err
}

// landed is what a landed cost must know of a receipt line: how much was received and is kept, and what was accrued for it.
func (b *book) landed(e brought) (posting.Landed, error) {
	b.want(storage.OpenItems, string(ledger.Landed), e.Doc, e.Line)
	b.want(storage.Streams, e.Item, e.Scope)
	item, err := b.item(e.Item)
	if err != nil {
		return posting.Landed{}, err
	}
	kept, err := b.kept(e.source(), e.Qty)
	if err != nil {
		return posting.Landed{}, err
	}
	facts, err := list[ledger.Settlement](b, factsOf(storage.Settlements, e.Doc))
	if err != nil {
		return posting.Landed{}, err
	}
	value := e.Value
	for _, f := range facts { // what was bought may stand at standard cost, which is not what was accrued for it
		if !e.made && f.ItemLine == e.Line && (f.Kind == ledger.Accrued || f.Kind == ledger.Billed) {
			value = f.Amount
		}
	}
	return posting.Landed{Item: *item, Qty: e.Qty, Kept: kept, Value: value}, nil
}

// land adds a share to the value of a receipt line. What goes back to the supplier later leaves its part of it here: see sendBack.
func (b *book) land(e brought, l posting.Landed, share money.Amount) error {
	if err := b.adjust(&l.Item, e.source(), e.FactDate, l.Kept, share, "landed_cost", "stock"); err != nil {
		return err
	}
	if e.made || b.standsAtStandard(l.Item.Method) { // it does not go back, or went to the variance at once
		return nil
	}
	return b.grow(ledger.OpenItem{Doc: e.Doc, Line: e.Line, Item: e.Item, Date: e.FactDate}, ledger.Landed, uom.Quantity{}, share)
}

// landedOf is the part of a receipt line's landed cost that goes with units of it.
func (b *book) landedOf(o ledger.OpenItem, qty uom.Quantity) (money.Amount, error) {
	landed, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Landed), o.Doc, o.Line)
	if err != nil || landed == nil {
		return money.Amount{}, err
	}
	kept, err := b.kept(costing.Source{Doc: o.Doc, Line: o.Line}, o.Qty)
	if err != nil {
		return money.Amount{}, err
	}
	facts, err := list[ledger.Settlement](b, storage.List{Kind: storage.Settlements, Index: 1, Values: []any{string(ledger.Landed), o.Doc}})
	if err != nil {
		return money.Amount{}, err
	}
	for _, f := range facts { // the landed costs cannot be undone before the return is
		if f.ItemLine == o.Line {
			b.mention(f.Doc)
		}
	}
	part := posting.PartOf(b.currency, landed.Open, qty, kept)
	return part, b.settle(*landed, uom.Quantity{}, part)
}

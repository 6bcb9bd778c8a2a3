package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// openItem opens an item of this document.
func (b *book) openItem(o ledger.OpenItem) {
	o.Doc, o.Ref, o.Date = b.doc.Seq, b.doc.Ref, b.doc.Date
	if o.Currency == "" {
		o.Foreign = o.Amount
	}
	opened, fact := ledger.Open(o)
	fact.Doc, fact.Line = b.doc.Seq, b.next(storage.Settlements)
	absent(b, storage.OpenItems, opened, string(o.Kind), o.Doc, o.Line)
	b.fact(storage.Settlements, &fact)
}

// openSum opens an item of this document that may be in foreign money.
func (b *book) openSum(o ledger.OpenItem, s posting.Sum, x posting.Exchange) {
	if o.Amount, o.Foreign = s.Amount, s.Foreign; s.Currency != "" {
		o.Currency, o.Rate = s.Currency, x.Rate
	}
	b.openItem(o)
}

// wantDocument asks for a document by its ref, with its open items of some kinds.
func (b *book) wantDocument(ref string, kinds ...ledger.OpenKind) {
	b.wantList(documentsNamed(ref))
	for _, kind := range kinds {
		b.wantList(itemsOf(kind, ref))
	}
}

// wantBeside asks for the items of other kinds that may belong to the same line as one.
func (b *book) wantBeside(o ledger.OpenItem, kinds ...ledger.OpenKind) {
	for _, kind := range kinds {
		b.want(storage.OpenItems, string(kind), o.Doc, o.Line)
	}
}

// wantReceipt asks for what a change of a receipt's value touches; for its stream, where all of an item is one.
func (b *book) wantReceipt(item *inventory.Item, o ledger.OpenItem) {
	b.want(storage.Entries, o.Doc, o.Line)
	if m, err := b.method(item.Method); err != nil || b.set.CostScope != "company" || item.Method == "specific" {
		return
	} else if costing.Layered(m) {
		b.want(storage.Layers, item.Code, "", o.Date, o.Doc, o.Line, int32(0))
	}
	b.want(storage.Streams, item.Code, "")
}

// items gives the open items of one kind of a document; of one stock item, if it is named.
func (b *book) items(kind ledger.OpenKind, item string, refs ...string) (out []ledger.OpenItem, missing error) {
	for _, ref := range refs {
		rows, err := list[ledger.OpenItem](b, itemsOf(kind, ref))
		if err != nil {
			missing = err // those of all refs are asked for together
		}
		for _, o := range rows {
			if item == "" || o.Item == item {
				out = append(out, *o)
			}
		}
	}
	return out, missing
}

// settle takes a part of an open item in company currency off it (or gives it back, below zero).
func (b *book) settle(o ledger.OpenItem, qty uom.Quantity, amount money.Amount) error {
	return b.take(o, ledger.Part{Qty: qty, Amount: amount, Foreign: amount})
}

// take takes a part off an open item (or gives it back, if it is negative).
func (b *book) take(o ledger.OpenItem, p ledger.Part) error {
	row, err := edit[ledger.OpenItem](b, storage.OpenItems, string(o.Kind), o.Doc, o.Line)
	if err != nil {
		return err
	}
	if err := b.mentionMakers(row); err != nil {
		return err
	}
	fact, err := row.Settle(b.doc.Seq, b.next(storage.Settlements), b.doc.Date, p)
	if err != nil {
		return err
	}
	b.fact(storage.Settlements, &fact)
	b.mention(o.Doc)
	return nil
}

// mentionMakers notes that this document clears what others have made of an item, by returns or a new rate: they cannot be undone before it is.
func (b *book) mentionMakers(o *ledger.OpenItem) error {
	if o.Revalued.IsZero() && o.Kind != ledger.CreditDue && o.Kind != ledger.Returned {
		return nil
	}
	facts, err := list[ledger.Settlement](b, settlementsOf(o.Kind, o.Doc))
	if err != nil {
		return err
	}
	for _, f := range facts {
		if f.ItemLine == o.Line && f.Doc != b.doc.Reverses && (f.Qty.Sign() > 0 || !f.Revalued.IsZero()) {
			b.mention(f.Doc)
		}
	}
	return nil
}

// grow adds to the open item of another kind, in company currency, that belongs to the same line of an earlier document; it is opened if there is none.
func (b *book) grow(like ledger.OpenItem, kind ledger.OpenKind, qty uom.Quantity, amount money.Amount) error {
	return b.add(like, kind, ledger.Part{Qty: qty, Amount: amount, Foreign: amount})
}

// add is grow in the currency of the item.
func (b *book) add(like ledger.OpenItem, kind ledger.OpenKind, p ledger.Part) error {
	row, err := editOr(b, like.Empty(kind), storage.OpenItems, string(kind), like.Doc, like.Line)
	if err != nil {
		return err
	}
	fact := row.Grow(b.doc.Seq, b.next(storage.Settlements), b.doc.Date, p)
	b.fact(storage.Settlements, &fact)
	b.mention(like.Doc)
	return nil
}

// creditPartner posts what a partner is credited with (or, if he is a supplier, debited): it settles one open item as far as that goes, and what is too much
// stays as his credit. It gives what his account takes.
func (b *book) creditPartner(event string, against *ledger.OpenItem, credit ledger.OpenItem, value posting.Sum, x posting.Exchange, d dims) (money.Amount, error) {
	var open []ledger.OpenItem
	if against != nil && against.Currency == value.Currency {
		open = append(open, *against)
	}
	portions, rest := ledger.Allocate(b.currency, open, value.Foreign)
	unused, err := posting.Unused(x, value, rest)
	if err != nil {
		return money.Amount{}, err
	}
	for _, p := range portions {
		if err := b.take(open[p.Index], p.Part); err != nil {
			return money.Amount{}, err
		}
	}
	if unused.Foreign.IsZero() { // too little of the foreign money to be owed: its value is exchange
		unused = posting.Sum{Currency: unused.Currency}
	}
	settled := posting.Total(posting.Cleared(x, portions), unused)
	if credit.Account, err = b.postSum(event, string(credit.Kind), settled, d); err != nil {
		return settled.Amount, err
	}
	if !unused.Foreign.IsZero() {
		b.openSum(credit, unused.Neg(), x)
	}
	return settled.Amount, nil
}

package ledgermill

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
)

// openItem opens an item of this document.
func (b *book) openItem(o ledger.OpenItem) {
	o.Doc, o.Ref, o.Date = b.doc.Seq, b.doc.Ref, b.doc.Date
	o.Foreign = o.Amount
	opened, fact := ledger.Open(o)
	fact.Doc, fact.Line = b.doc.Seq, b.next(storage.Settlements)
	absent(b, storage.OpenItems, opened, string(o.Kind), o.Doc, o.Line)
	b.fact(storage.Settlements, &fact)
}

func itemsOf(kind ledger.OpenKind, ref string) storage.List {
	return storage.List{Kind: storage.OpenItems, Index: 1, Values: []any{string(kind), ref}}
}

// items gives the open items of one kind of a document; of one stock item, if it is named.
func (b *book) items(kind ledger.OpenKind, item string, refs ...string) ([]ledger.OpenItem, error) {
	for _, ref := range refs {
		b.wantList(itemsOf(kind, ref))
	}
	if err := b.ready(); err != nil {
		return nil, err
	}
	var out []ledger.OpenItem
	for _, ref := range refs {
		rows, err := list[ledger.OpenItem](b, itemsOf(kind, ref))
		if err != nil {
			return nil, err
		}
		for _, o := range rows {
			if item == "" || o.Item == item {
				out = append(out, *o)
			}
		}
	}
	return out, nil
}

// settle takes a part off an open item (or gives it back, below zero).
func (b *book) settle(o ledger.OpenItem, qty uom.Quantity, amount money.Amount) error {
	row, err := edit[ledger.OpenItem](b, storage.OpenItems, string(o.Kind), o.Doc, o.Line)
	if err != nil {
		return err
	}
	fact, err := row.Settle(b.doc.Seq, b.next(storage.Settlements), b.doc.Date, qty, amount, amount)
	if err != nil {
		return err
	}
	b.fact(storage.Settlements, &fact)
	b.mention(o.Doc)
	return nil
}

// grow adds to the open item of another kind that belongs to the same line of an earlier document; it is opened if there is none.
func (b *book) grow(like ledger.OpenItem, kind ledger.OpenKind, qty uom.Quantity, amount money.Amount) error {
	fresh := like
	fresh.Kind, fresh.Version, fresh.Settled = kind, 0, false
	fresh.Qty, fresh.OpenQty = uom.Quantity{}, uom.Quantity{}
	fresh.Amount, fresh.Open, fresh.Foreign, fresh.OpenForeign = money.Amount{}, money.Amount{}, money.Amount{}, money.Amount{}
	row, err := editOr(b, fresh, storage.OpenItems, string(kind), like.Doc, like.Line)
	if err != nil {
		return err
	}
	fact := row.Grow(b.doc.Seq, b.next(storage.Settlements), b.doc.Date, qty, amount, amount)
	b.fact(storage.Settlements, &fact)
	b.mention(like.Doc)
	return nil
}

package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func (c PurchaseReturn) head() header { return header{"purchase_return", c.ID, c.Date, c.Memo} }

func (c PurchaseReturn) ahead(b *book) {
	b.wantDocument(c.Of, ledger.Accrued, ledger.Billed)
	for _, l := range c.Lines {
		b.wantList(storage.List{Kind: storage.Stocks, Values: []any{l.Item}})
	}
}

func (c PurchaseReturn) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	of, err := b.document(c.Of)
	if err != nil {
		return err
	}
	if of.Verb == "complete" {
		return refusal.New(refusal.InvalidState, c.Of, "what a subcontractor made is not his to take back: no purchase return")
	}
	if of.Verb == "dropship" {
		return refusal.New(refusal.InvalidState, c.Of, "these goods are not here: what a customer sends back comes into stock by a sales return")
	}
	return each(b, c.Lines, func(_ int, l StockLine) error {
		if err := b.wantReturn(l.Item, c.Of); err != nil {
			return err
		}
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), l.Bin, l.Lot, true)
		if err != nil {
			return err
		}
		accrued, err := b.items(ledger.Accrued, l.Item, c.Of)
		if err != nil {
			return err
		}
		billed, err := b.items(ledger.Billed, l.Item, c.Of)
		if err != nil {
			return err
		}
		unbilled, rest := posting.FillUpTo(b.currency, accrued, g.qty)
		paid, over := posting.FillUpTo(b.currency, billed, rest)
		if !over.IsZero() {
			return refusal.New(refusal.OverReturn, c.Of, "more goes back than was received and kept").Numbers(g.qty, inventory.Rest(g.qty, over))
		}
		for _, p := range unbilled {
			if _, err := b.sendBack(g, accrued[p.Index], p); err != nil {
				return err
			}
		}
		for _, p := range paid {
			due := billed[p.Index]
			if due.Account, err = b.sendBack(g, due, p); err != nil {
				return err
			}
			if err := b.add(due, ledger.CreditDue, p.Part); err != nil {
				return err
			}
		}
		return nil
	})
}

// wantReturn asks for what a return of one item to its supplier touches beside its stock.
func (b *book) wantReturn(code, ref string) error {
	item, err := b.item(code)
	if err != nil {
		return err
	}
	accrued, err := b.items(ledger.Accrued, code, ref)
	if err != nil {
		return err
	}
	billed, err := b.items(ledger.Billed, code, ref)
	if err != nil {
		return err
	}
	for _, o := range append(accrued, billed...) {
		b.wantReceipt(item, o)
		b.wantBeside(o, ledger.Accrued, ledger.Billed, ledger.CreditDue, ledger.Landed)
		if !b.set.GRNI {
			b.wantBeside(o, ledger.Payable)
		}
	}
	return nil
}

// sendBack returns units of one receipt at what was accrued or invoiced for them, and gives the accrual's account that takes them.
func (b *book) sendBack(g goods, o ledger.OpenItem, p posting.Portion) (string, error) {
	g.qty = p.Qty
	s, err := b.stream(g.item, b.scope(g), g.qty)
	if err != nil {
		return "", err
	}
	src := costing.Source{Doc: o.Doc, Line: o.Line}
	if err := b.layer(s, o.Date, src); err != nil {
		return "", err
	}
	if g.held, err = b.held(g.item.Code); err != nil {
		return "", err
	}
	if _, err := b.pick(g, supplier(o.Partner), ""); err != nil {
		return "", err
	}
	landed, err := b.landedOf(o, p.Qty)
	if err != nil {
		return "", err
	}
	out := s.Return
	if b.allowsNegative() { // the rest is owed
		out = s.ReturnHere
	}
	links, err := out(s.method, b.currency, src, o.Date, b.issueOf(g.lot, p.Qty), money.Sum(p.Base(), landed))
	if err != nil {
		return "", err
	}
	t, err := b.leave(g, links, "purchase_return")
	if err != nil {
		return "", err
	}
	t.entry.Kind, t.entry.Cause, t.entry.Stated = costing.Back, src, money.Sum(p.Base(), landed)
	if t.entry.Contra, err = b.post("purchase_return", "variance", posting.Gap(p.Base(), t.value), g.dims(0)); err != nil {
		return "", err
	}
	account, debited, err := b.debitReturn(g, t.line, o, p)
	if err != nil {
		return "", err
	}
	if fx := posting.Gap(debited, p.Base()); !fx.IsZero() {
		if _, err := b.post("purchase_return", "fx", fx, dims{partner: o.Partner}); err != nil {
			return "", err
		}
	}
	return account, b.take(o, p.Part)
}

// debitReturn debits the supplier with units that go back: the accrual, or what is owed at once for goods received. It gives the accrual's account.
func (b *book) debitReturn(g goods, line int32, o ledger.OpenItem, p posting.Portion) (string, money.Amount, error) {
	d := dims{item: g.item, partner: o.Partner}
	if b.set.GRNI {
		account, err := b.postSum("purchase_return", "accrued", posting.SumOf(o, p.Part), d)
		return account, p.Open, err
	}
	owed, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Payable), o.Doc, o.Line)
	if err != nil {
		return "", p.Open, err
	}
	value, err := b.creditPartner("purchase_return", owed, ledger.OpenItem{Kind: ledger.Payable, Line: line, Partner: o.Partner}, posting.SumOf(o, p.Part), posting.ExchangeOf(b.currency, o), d)
	return "", value, err
}

package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func (c Receive) head() header { return header{"receive", c.ID, c.Date, c.Memo} }

func (c Receive) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	return each(b, c.Lines, func(_ int, l ReceiveLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), first(l.Bin, c.Bin), l.Lot, true)
		if err != nil {
			return err
		}
		g.expires = l.Expires
		if c.Invoice != "" {
			return b.receiveBilled(c, g)
		}
		value, err := posting.LineAmount(b.currency, l.Item, l.Qty.Qty, l.Price, l.Value)
		if err != nil {
			return err
		}
		line, err := b.takeIn(&g, value, supplier(c.Supplier), "receive", costing.Source{})
		if err != nil {
			return err
		}
		account, err := b.post("receive", "accrued", value, dims{item: g.item, partner: c.Supplier})
		if err != nil {
			return err
		}
		b.openItem(ledger.OpenItem{Kind: ledger.Accrued, Line: line, Partner: c.Supplier, Account: account, Item: l.Item, Lot: g.lot, Qty: g.qty, Amount: value})
		return nil
	})
}

// receiveBilled receives goods whose bill came first: at the bill's price, out of goods in transit.
func (b *book) receiveBilled(c Receive, g goods) error {
	transit, err := b.items(ledger.Transit, g.item.Code, c.Invoice)
	if err != nil {
		return err
	}
	portions, err := posting.Fill(b.currency, transit, c.Invoice, g.qty, money.Amount{}, refusal.OverInvoice)
	if err != nil {
		return err
	}
	for _, p := range portions {
		part := g
		part.qty = p.Qty
		line, err := b.takeIn(&part, p.Open, supplier(c.Supplier), "receive", costing.Source{})
		if err != nil {
			return err
		}
		if _, err := b.post("receive", "transit", p.Open, dims{item: g.item, partner: c.Supplier}); err != nil {
			return err
		}
		if err := b.settle(transit[p.Index], p.Qty, p.Open); err != nil {
			return err
		}
		b.openItem(ledger.OpenItem{Kind: ledger.Billed, Line: line, Partner: c.Supplier, Item: g.item.Code, Lot: g.lot, Qty: p.Qty, Amount: p.Open})
	}
	return nil
}

func supplier(name string) inventory.Place {
	return inventory.Place{Type: inventory.AtSupplier, Name: name}
}

func customer(name string) inventory.Place {
	return inventory.Place{Type: inventory.AtCustomer, Name: name}
}

func first(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

const maxLines = 1000

func checkLines(b *book, n int) error {
	if n == 0 {
		return refusal.New(refusal.InvalidQuantity, b.doc.Ref, "a document has lines")
	}
	if n > maxLines {
		return refusal.New(refusal.LimitExceeded, b.doc.Ref, "a document of %d lines; at most %d", n, maxLines)
	}
	return nil
}

func (c InvoiceIn) head() header { return header{"invoice_in", c.ID, c.Date, c.Memo} }

func (c InvoiceIn) decide(b *book) error {
	lines, err := c.lines(b)
	if err != nil {
		return err
	}
	if err := checkLines(b, len(lines)); err != nil {
		return err
	}
	nets := make([]money.Amount, len(lines))
	if err := each(b, lines, func(i int, l InvoiceLine) (err error) {
		nets[i], err = c.line(b, int32(i+1), l)
		return err
	}); err != nil {
		return err
	}
	net := money.Sum(nets...)
	tax, err := posting.Tax(b.currency, net, c.TaxRate, c.Tax)
	if err != nil {
		return err
	}
	if _, err := b.post("invoice_in", "tax", tax, dims{partner: c.Supplier}); err != nil {
		return err
	}
	gross := money.Sum(net, tax)
	account, err := b.post("invoice_in", "payable", gross, dims{partner: c.Supplier})
	if err != nil {
		return err
	}
	b.openItem(ledger.OpenItem{Kind: ledger.Payable, Partner: c.Supplier, Account: account, Amount: gross, Due: c.Due})
	return nil
}

// lines are those given, else all that the receipts have open, at its price.
func (c InvoiceIn) lines(b *book) ([]InvoiceLine, error) {
	for _, ref := range c.Of {
		b.wantList(storage.List{Kind: storage.Documents, Index: 1, Values: []any{ref}})
		b.wantList(itemsOf(ledger.Accrued, ref))
	}
	if err := b.ready(); err != nil {
		return nil, err
	}
	for _, ref := range c.Of {
		doc, err := b.document(ref)
		if err != nil {
			return nil, err
		}
		if c.Date < doc.Date {
			return nil, refusal.New(refusal.InvalidDate, ref, "a bill dated %s, before its receipt of %s: late facts are not carried on yet", c.Date, doc.Date)
		}
	}
	if len(c.Lines) > 0 || len(c.Of) == 0 {
		return c.Lines, nil
	}
	open, err := b.items(ledger.Accrued, "", c.Of...)
	if err != nil {
		return nil, err
	}
	var lines []InvoiceLine
	for _, o := range open {
		if !o.OpenQty.IsZero() {
			value := o.Open
			lines = append(lines, InvoiceLine{Item: o.Item, Qty: uom.Of(o.OpenQty), Value: &value})
		}
	}
	if len(lines) == 0 {
		return nil, refusal.New(refusal.OverInvoice, c.ID, "all that was received is invoiced or returned")
	}
	return lines, nil
}

// line books one line of a bill and gives its net amount.
func (c InvoiceIn) line(b *book, n int32, l InvoiceLine) (money.Amount, error) {
	item, err := b.item(l.Item)
	if err != nil {
		return money.Amount{}, err
	}
	net, err := posting.LineAmount(b.currency, l.Item, l.Qty.Qty, l.Price, l.Value)
	if err != nil {
		return net, err
	}
	qty, err := item.Units.ToBase(l.Qty.Qty, l.Qty.Unit, item.Unit)
	if err != nil {
		return net, err
	}
	if qty.Sign() <= 0 {
		return net, refusal.New(refusal.InvalidQuantity, l.Item, "a quantity is more than zero").Numbers(qty, uom.Quantity{})
	}
	switch {
	case !item.Stocked():
		account, err := b.chart.Resolve(first(l.Account, "admin_expense"))
		if err != nil {
			return net, err
		}
		_, err = b.post("invoice_in", "service", net, dims{item: item, partner: c.Supplier, account: account})
		return net, err
	case len(c.Of) == 0:
		account, err := b.post("invoice_in", "transit", net, dims{item: item, partner: c.Supplier}.of(qty))
		if err != nil {
			return net, err
		}
		b.openItem(ledger.OpenItem{Kind: ledger.Transit, Line: n, Partner: c.Supplier, Account: account, Item: l.Item, Qty: qty, Amount: net})
		return net, nil
	}
	return net, c.match(b, item, qty, net)
}

// match bills receipts in the order in which they are named; what the bill says more or less than was accrued changes the value of the receipt.
func (c InvoiceIn) match(b *book, item *inventory.Item, qty uom.Quantity, net money.Amount) error {
	accrued, err := b.items(ledger.Accrued, item.Code, c.Of...)
	if err != nil {
		return err
	}
	portions, err := posting.Fill(b.currency, accrued, item.Code, qty, net, refusal.OverInvoice)
	if err != nil {
		return err
	}
	for _, p := range portions {
		o := accrued[p.Index]
		if o.Partner != c.Supplier {
			return refusal.New(refusal.InvalidState, o.Ref, "this receipt is from %s, the bill from %s", o.Partner, c.Supplier)
		}
		if _, err := b.post("invoice_in", "accrued", p.Open, dims{item: item, partner: c.Supplier, entry: 0}); err != nil {
			return err
		}
		if gap := posting.Gap(p.Billed, p.Open); !gap.IsZero() {
			src := costing.Source{Doc: o.Doc, Line: o.Line}
			kept, err := b.kept(src, o.Qty)
			if err != nil {
				return err
			}
			if err := b.adjust(item, src, o.Date, kept, gap, "invoice_in", "difference"); err != nil {
				return err
			}
		}
		if err := b.settle(o, p.Qty, p.Open); err != nil {
			return err
		}
		if err := b.grow(o, ledger.Billed, p.Qty, p.Billed); err != nil {
			return err
		}
	}
	return nil
}

// kept is what was received on a line, or made, and not sent back.
func (b *book) kept(src costing.Source, received uom.Quantity) (uom.Quantity, error) {
	var held []ledger.OpenItem
	for _, kind := range []ledger.OpenKind{ledger.Accrued, ledger.Billed} {
		o, err := read[ledger.OpenItem](b, storage.OpenItems, string(kind), src.Doc, src.Line)
		if err != nil {
			return uom.Quantity{}, err
		}
		if o != nil {
			held = append(held, *o)
		}
	}
	if len(held) == 0 {
		return received, nil
	}
	return posting.Units(held...), nil
}

func (c PurchaseReturn) head() header { return header{"purchase_return", c.ID, c.Date, c.Memo} }

func (c PurchaseReturn) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	b.wantList(itemsOf(ledger.Accrued, c.Of))
	b.wantList(itemsOf(ledger.Billed, c.Of))
	of, err := b.document(c.Of)
	if err != nil {
		return err
	}
	if of.Verb == "complete" {
		return refusal.New(refusal.InvalidState, c.Of, "what a subcontractor made is not his to take back: no purchase return")
	}
	return each(b, c.Lines, func(_ int, l StockLine) error {
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
			if err := b.sendBack(g, accrued[p.Index], p); err != nil {
				return err
			}
		}
		for _, p := range paid {
			if err := b.sendBack(g, billed[p.Index], p); err != nil {
				return err
			}
			if err := b.grow(billed[p.Index], ledger.CreditDue, p.Qty, p.Open); err != nil {
				return err
			}
		}
		return nil
	})
}

// sendBack returns units of one receipt at what was accrued or invoiced for them.
func (b *book) sendBack(g goods, o ledger.OpenItem, p posting.Portion) error {
	g.qty = p.Qty
	s, err := b.stream(g.item, b.scope(g), g.qty)
	if err != nil {
		return err
	}
	src := costing.Source{Doc: o.Doc, Line: o.Line}
	if err := b.layer(s, o.Date, src); err != nil {
		return err
	}
	if g.held, err = b.held(g.item.Code); err != nil {
		return err
	}
	if _, err := b.pick(g, supplier(o.Partner), ""); err != nil {
		return err
	}
	landed, err := b.landedOf(o, p.Qty)
	if err != nil {
		return err
	}
	links, err := s.Return(s.method, b.currency, src, o.Date, p.Qty, money.Sum(p.Open, landed))
	if err != nil {
		return err
	}
	t, err := b.leave(g, links, "purchase_return")
	if err != nil {
		return err
	}
	if _, err := b.post("purchase_return", "accrued", p.Open, dims{item: g.item, partner: o.Partner}); err != nil {
		return err
	}
	if _, err := b.post("purchase_return", "variance", posting.Gap(p.Open, t.value), g.dims(0)); err != nil {
		return err
	}
	return b.settle(o, p.Qty, p.Open)
}

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

func (c Receive) ahead(b *book) {
	b.wantRates(c.Currency)
	if c.Invoice != "" {
		b.wantList(itemsOf(ledger.Transit, c.Invoice))
	}
	for _, ref := range c.For {
		b.wantDocument(ref, ledger.Expected)
	}
}

func (c Receive) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	x, err := b.exchange(c.Currency)
	if err != nil {
		return err
	}
	return each(b, c.Lines, func(_ int, l ReceiveLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), first(l.Bin, c.Bin), l.Lot, true)
		if err != nil {
			return err
		}
		g.expires = l.Expires
		if err := b.fulfil(ledger.Expected, c.For, l.Item, g.qty); err != nil {
			return err
		}
		if c.Invoice != "" {
			return b.receiveBilled(c, g)
		}
		value, err := x.Line(l.Item, l.Qty.Qty, l.Price, l.Value)
		if err != nil {
			return err
		}
		in, err := b.takeIn(&g, value.Amount, supplier(c.Supplier), "receive", costing.Source{})
		if err != nil {
			return err
		}
		return b.accrue("receive", ledger.OpenItem{Line: in.Line, Partner: c.Supplier, Item: l.Item, Lot: g.lot, Qty: g.qty}, g.item, value, x)
	})
}

// accrue credits a supplier with goods whose bill is to come. A company that keeps no account for that owes the money at once; what the bill is compared with is
// then an item without an account.
func (b *book) accrue(event string, o ledger.OpenItem, item *inventory.Item, value posting.Sum, x posting.Exchange) (err error) {
	d := dims{item: item, partner: o.Partner}
	if b.set.GRNI {
		o.Account, err = b.postSum(event, "accrued", value, d)
	} else {
		owed := ledger.OpenItem{Kind: ledger.Payable, Line: o.Line, Partner: o.Partner}
		owed.Account, err = b.postSum(event, "payable", value, d)
		b.openSum(owed, value, x)
	}
	o.Kind = ledger.Accrued
	b.openSum(o, value, x)
	return err
}

// receiveBilled receives goods whose bill came first: at the bill's price, out of goods in transit.
func (b *book) receiveBilled(c Receive, g goods) error {
	transit, err := b.items(ledger.Transit, g.item.Code, c.Invoice)
	if err != nil {
		return err
	}
	portions, err := posting.Fill(b.currency, transit, c.Invoice, g.qty, posting.Sum{}, refusal.OverInvoice)
	if err != nil {
		return err
	}
	for _, p := range portions {
		part, o := g, transit[p.Index]
		part.qty = p.Qty
		in, err := b.takeIn(&part, p.Open, supplier(c.Supplier), "receive", costing.Source{})
		if err != nil {
			return err
		}
		if _, err := b.post("receive", "transit", p.Open, dims{item: g.item, partner: c.Supplier}); err != nil {
			return err
		}
		if err := b.take(o, p.Part); err != nil {
			return err
		}
		billed := ledger.OpenItem{Kind: ledger.Billed, Line: in.Line, Partner: c.Supplier, Item: g.item.Code, Lot: g.lot, Qty: p.Qty}
		b.openSum(billed, posting.SumOf(o, p.Part), posting.ExchangeOf(b.currency, o))
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

func (c InvoiceIn) ahead(b *book) {
	b.wantRates(c.Currency)
	for _, ref := range c.Of {
		b.wantDocument(ref, ledger.Accrued)
	}
}

func (c InvoiceIn) decide(b *book) error {
	currency, err := c.currency(b)
	if err != nil {
		return err
	}
	x, err := b.exchange(currency)
	if err != nil {
		return err
	}
	lines, err := c.lines(b, x)
	if err != nil {
		return err
	}
	if err := checkLines(b, len(lines)); err != nil {
		return err
	}
	taxed, owed := make([]posting.Taxed, len(lines)), make([]posting.Sum, len(lines))
	if err := each(b, lines, func(i int, l InvoiceLine) (err error) {
		taxed[i].Rate = posting.RateOf(l.TaxRate, c.TaxRate)
		taxed[i].Net, owed[i], err = c.line(b, int32(i+1), l, x)
		return err
	}); err != nil {
		return err
	}
	tax, err := b.postTax("invoice_in", x, taxed, c.Tax, c.Supplier)
	if err != nil {
		return err
	}
	gross := posting.Total(append(owed, tax)...)
	account, err := b.postSum("invoice_in", "payable", gross, dims{partner: c.Supplier})
	if err != nil {
		return err
	}
	b.openSum(ledger.OpenItem{Kind: ledger.Payable, Partner: c.Supplier, Account: account, Due: c.Due}, gross, x)
	return nil
}

// currency is that of the bill; one without lines speaks that of what it bills.
func (c InvoiceIn) currency(b *book) (string, error) {
	if c.Currency != "" || len(c.Lines) > 0 {
		return c.Currency, nil
	}
	open, err := b.items(ledger.Accrued, "", c.Of...)
	if err != nil || len(open) == 0 {
		return "", err
	}
	return open[0].Currency, nil
}

// lines are those given, else all that the receipts have open, at its price.
func (c InvoiceIn) lines(b *book, x posting.Exchange) ([]InvoiceLine, error) {
	for _, ref := range c.Of {
		doc, err := b.document(ref)
		if err != nil {
			return nil, err
		}
		if c.Date < doc.Date {
			return nil, refusal.New(refusal.InvalidDate, ref, "a bill dated %s, before its receipt of %s", c.Date, doc.Date)
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
		if o.OpenQty.IsZero() {
			continue
		}
		if o.Currency != x.Currency() {
			return nil, refusal.New(refusal.InvalidState, o.Ref, "a bill in another currency than its receipt states its lines")
		}
		value := o.OpenForeign
		lines = append(lines, InvoiceLine{Item: o.Item, Qty: uom.Of(o.OpenQty), Value: &value})
	}
	if len(lines) == 0 {
		return nil, refusal.New(refusal.OverInvoice, c.ID, "all that was received is invoiced or returned")
	}
	return lines, nil
}

// line books one line of a bill and gives its net amount, and what of it is owed from now on.
func (c InvoiceIn) line(b *book, n int32, l InvoiceLine, x posting.Exchange) (net, owed posting.Sum, err error) {
	item, err := b.item(l.Item)
	if err != nil {
		return net, net, err
	}
	qty, err := item.BaseQty(l.Qty)
	if err != nil {
		return net, net, err
	}
	if net, err = x.Line(l.Item, l.Qty.Qty, l.Price, l.Value); err != nil {
		return net, net, err
	}
	switch {
	case !item.Stocked():
		account, err := b.chart.Free(first(l.Account, "admin_expense"))
		if err != nil {
			return net, net, err
		}
		_, err = b.post("invoice_in", "service", net.Amount, dims{item: item, partner: c.Supplier, account: account})
		return net, net, err
	case len(c.Of) == 0:
		account, err := b.post("invoice_in", "transit", net.Amount, dims{item: item, partner: c.Supplier}.of(qty))
		if err != nil {
			return net, net, err
		}
		b.openSum(ledger.OpenItem{Kind: ledger.Transit, Line: n, Partner: c.Supplier, Account: account, Item: l.Item, Qty: qty}, net, x)
		return net, net, nil
	}
	owed, err = c.match(b, item, qty, net, x)
	return net, owed, err
}

// match bills receipts in the order in which they are named, and gives what is owed from now on.
func (c InvoiceIn) match(b *book, item *inventory.Item, qty uom.Quantity, net posting.Sum, x posting.Exchange) (posting.Sum, error) {
	accrued, err := b.items(ledger.Accrued, item.Code, c.Of...)
	if err != nil {
		return net, err
	}
	portions, err := posting.Fill(b.currency, accrued, item.Code, qty, net, refusal.OverInvoice)
	if err != nil {
		return net, err
	}
	for _, p := range portions {
		b.wantBeside(accrued[p.Index], ledger.Billed)
		b.wantReceipt(item, accrued[p.Index])
	}
	if err := b.ready(); err != nil {
		return net, err
	}
	owed := net
	for _, p := range portions {
		o := accrued[p.Index]
		if o.Partner != c.Supplier {
			return net, refusal.New(refusal.InvalidState, o.Ref, "this receipt is from %s, the bill from %s", o.Partner, c.Supplier)
		}
		if o.Account == "" {
			if o.Currency != x.Currency() {
				return net, refusal.New(refusal.InvalidState, o.Ref, "the receipt is owed in its currency already: the bill is in the same")
			}
			if owed, p, err = posting.OnTop(x, owed, p); err != nil {
				return net, err
			}
		}
		if err := c.bill(b, item, o, p); err != nil {
			return net, err
		}
	}
	return owed, nil
}

// bill clears what was accrued for units of one receipt; what the bill says more or less changes the value of the receipt.
func (c InvoiceIn) bill(b *book, item *inventory.Item, o ledger.OpenItem, p posting.Portion) error {
	if o.Account != "" {
		if _, err := b.postSum("invoice_in", "accrued", posting.SumOf(o, p.Part), dims{item: item, partner: c.Supplier}); err != nil {
			return err
		}
	}
	price, exchange, err := posting.PriceAndExchange(b.currency, o, p)
	if err != nil {
		return err
	}
	if err := b.reprice(item, o, p.Qty, price, "invoice_in"); err != nil {
		return err
	}
	if !exchange.IsZero() {
		if _, err := b.post("invoice_in", "fx", exchange, dims{partner: c.Supplier}); err != nil {
			return err
		}
	}
	if err := b.take(o, p.Part); err != nil {
		return err
	}
	return b.add(o, ledger.Billed, posting.BilledPart(o, p, price))
}

// reprice changes the value of a receipt by what a bill or an allowance for some of its units says, as the given event.
func (b *book) reprice(item *inventory.Item, o ledger.OpenItem, qty uom.Quantity, gap money.Amount, event string) error {
	if gap.IsZero() {
		return nil
	}
	of, err := read[posting.Document](b, storage.Documents, o.Doc)
	if err != nil {
		return err
	}
	if of.Verb == "dropship" {
		return b.repriceSent(item, o, qty, gap, event)
	}
	src := costing.Source{Doc: o.Doc, Line: o.Line}
	kept, err := b.kept(src, o.Qty)
	if err != nil {
		return err
	}
	return b.adjust(item, src, o.Date, kept, gap, event, "difference")
}

// kept is what was received on a line, or made, and not sent back; where that is not all, a change of its value is shared evenly (even).
func (b *book) kept(src costing.Source, received uom.Quantity) (uom.Quantity, error) {
	var held []ledger.OpenItem
	b.want(storage.OpenItems, string(ledger.Accrued), src.Doc, src.Line)
	b.want(storage.OpenItems, string(ledger.Billed), src.Doc, src.Line)
	for _, kind := range []ledger.OpenKind{ledger.Accrued, ledger.Billed} {
		o, err := read[ledger.OpenItem](b, storage.OpenItems, string(kind), src.Doc, src.Line)
		if err != nil {
			return uom.Quantity{}, err
		}
		if o != nil {
			held = append(held, *o)
		}
		if o != nil && kind == ledger.Accrued {
			received = o.Qty
		}
	}
	if len(held) == 0 {
		return received, nil
	}
	kept := posting.Units(held...)
	b.partKept[src] = kept != received
	return kept, nil
}

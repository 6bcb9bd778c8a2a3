package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func (c Ship) head() header { return header{"ship", c.ID, c.Date, c.Memo} }

func (c Ship) decide(b *book) error {
	return c.send(b, "")
}

// send ships the lines; a holder's reservations of them are used up.
func (c Ship) send(b *book, holder string) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	return each(b, c.Lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), first(l.Bin, c.Bin), l.Lot, false)
		if err != nil {
			return err
		}
		if err := b.fulfil(ledger.Wanted, c.For, l.Item, g.qty); err != nil {
			return err
		}
		parts, err := b.takeOut(g, customer(c.Customer), "ship", holder)
		if err != nil {
			return err
		}
		for _, t := range parts {
			o := ledger.OpenItem{Line: t.line, Partner: c.Customer, Item: l.Item, Lot: t.lot, Qty: t.qty}
			if t.entry.Contra, err = b.sent("ship", g.item, o, t.value); err != nil {
				return err
			}
			t.entry.Kind = costing.Sold
		}
		return nil
	})
}

func (c InvoiceOut) head() header { return header{"invoice_out", c.ID, c.Date, c.Memo} }

func (c InvoiceOut) ahead(b *book) {
	b.wantRates(c.Currency)
	for _, ref := range c.Of {
		b.wantDocument(ref, ledger.Unbilled)
	}
}

func (c InvoiceOut) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	for _, ref := range c.Of {
		if _, err := b.document(ref); err != nil {
			return err
		}
	}
	x, err := b.exchange(c.Currency)
	if err != nil {
		return err
	}
	nets, taxed := make([]posting.Sum, len(c.Lines)), make([]posting.Taxed, len(c.Lines))
	if err := each(b, c.Lines, func(i int, l InvoiceLine) (err error) {
		nets[i], err = c.line(b, l, x)
		taxed[i] = posting.Taxed{Net: nets[i], Rate: posting.RateOf(l.TaxRate, c.TaxRate)}
		return err
	}); err != nil {
		return err
	}
	tax, err := b.postTax("invoice_out", x, taxed, c.Tax, c.Customer)
	if err != nil {
		return err
	}
	gross := posting.Total(append(nets, tax)...)
	account, err := b.postSum("invoice_out", "receivable", gross, dims{partner: c.Customer})
	if err != nil {
		return err
	}
	b.openSum(ledger.OpenItem{Kind: ledger.Receivable, Partner: c.Customer, Account: account, Due: c.Due}, gross, x)
	return nil
}

// line books one line: its revenue and, when cost of sales waits for the invoice, the cost of the units billed.
func (c InvoiceOut) line(b *book, l InvoiceLine, x posting.Exchange) (net posting.Sum, err error) {
	item, err := b.item(l.Item)
	if err != nil {
		return net, err
	}
	qty, err := item.BaseQty(l.Qty)
	if err != nil {
		return net, err
	}
	if net, err = x.Line(l.Item, l.Qty.Qty, l.Price, l.Value); err != nil {
		return net, err
	}
	if _, err := b.post("invoice_out", "revenue", net.Amount, dims{item: item, partner: c.Customer}.of(qty)); err != nil {
		return net, err
	}
	if len(c.Of) == 0 || !item.Stocked() {
		return net, nil
	}
	unbilled, err := b.items(ledger.Unbilled, item.Code, c.Of...)
	if err != nil {
		return net, err
	}
	portions, err := posting.Fill(b.currency, unbilled, item.Code, qty, net, refusal.OverInvoice)
	if err != nil {
		return net, err
	}
	for _, p := range portions {
		o := unbilled[p.Index]
		if o.Partner != c.Customer {
			return net, refusal.New(refusal.InvalidState, o.Ref, "this shipment went to %s, the invoice to %s", o.Partner, c.Customer)
		}
		for _, measure := range []string{"cost", "waiting"} {
			if _, err := b.post("invoice_out", measure, p.Open, dims{item: item, partner: c.Customer}); err != nil {
				return net, err
			}
		}
		if err := b.settle(o, p.Qty, p.Open); err != nil {
			return net, err
		}
	}
	return net, nil
}

func (c SalesReturn) head() header { return header{"sales_return", c.ID, c.Date, c.Memo} }

func (c SalesReturn) ahead(b *book) {
	b.wantDocument(c.Of, ledger.Shipped, ledger.Unbilled)
	for _, l := range c.Lines {
		b.wantList(storage.List{Kind: storage.Stocks, Values: []any{l.Item}})
	}
}

func (c SalesReturn) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	of, err := b.document(c.Of)
	if err != nil {
		return err
	}
	shipped, err := b.items(ledger.Shipped, "", c.Of)
	if err != nil {
		return err
	}
	for _, o := range shipped {
		b.wantBeside(o, ledger.Returned)
	}
	straight := of.Verb == "dropship" // they never left a stock of ours
	return each(b, c.Lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), first(l.Bin, c.Bin), l.Lot, true)
		if err != nil {
			return err
		}
		shipped, err := b.items(ledger.Shipped, l.Item, c.Of)
		if err != nil {
			return err
		}
		if l.Lot != "" && !straight {
			shipped = ledger.OfLot(shipped, l.Lot)
		}
		portions, err := posting.Fill(b.currency, shipped, l.Item, g.qty, posting.Sum{}, refusal.OverReturn)
		if err != nil {
			return err
		}
		for _, p := range portions {
			o := shipped[p.Index]
			cause := costing.Source{Doc: o.Doc, Line: o.Line}
			if straight {
				cause = costing.Source{}
			}
			if err := b.comeBack(g, o, p, cause); err != nil {
				return err
			}
		}
		return nil
	})
}

// comeBack takes units of one shipped line back at their share of the cost at which they left; units not billed come first.
func (b *book) comeBack(g goods, o ledger.OpenItem, p posting.Portion, cause costing.Source) error {
	g.qty = p.Qty
	if _, err := b.takeIn(&g, p.Open, customer(o.Partner), "sales_return", cause); err != nil {
		return err
	}
	if err := b.settle(o, p.Qty, p.Open); err != nil {
		return err
	}
	row, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Unbilled), o.Doc, o.Line)
	if err != nil {
		return err
	}
	waiting := money.Amount{}
	parts, billed := posting.FillUpTo(b.currency, []ledger.OpenItem{*row}, p.Qty)
	for _, part := range parts {
		waiting = part.Open
		if err := b.settle(*row, part.Qty, waiting); err != nil {
			return err
		}
	}
	if !billed.IsZero() { // the customer's credit note is due for them
		if err := b.grow(o, ledger.Returned, billed, money.Amount{}); err != nil {
			return err
		}
	}
	if _, err := b.post("sales_return", "waiting", waiting, dims{item: g.item, partner: o.Partner}); err != nil {
		return err
	}
	_, err = b.post("sales_return", "cost", posting.Gap(p.Open, waiting), dims{item: g.item, partner: o.Partner})
	return err
}

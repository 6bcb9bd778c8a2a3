package ledgermill

import (
	"encoding/json"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/shopspring/decimal"
)

// CreditLine is a line of a credit note. With a quantity it credits units that were sent back; without a price or value what the return took, for a service the
// invoice's price. With an amount instead it allows a price for what is kept.
type CreditLine struct {
	Item   string              `json:"item"`
	Qty    uom.Measure         `json:"qty,omitzero"`
	Price  decimal.NullDecimal `json:"price,omitzero"`
	Value  *money.Amount       `json:"value,omitempty"`
	Amount *money.Amount       `json:"amount,omitempty"`

	TaxRate decimal.NullDecimal `json:"tax_rate,omitzero"` // default: the note's, else that of the item on the invoice
}

// CreditIn is a supplier's credit note for a bill, in its currency, at its rate and rate of tax. It settles the bill; what is too much is our credit with him.
type CreditIn struct {
	ID      string              `json:"ref"`
	Date    calendar.Date       `json:"date"`
	Memo    string              `json:"memo,omitzero"`
	Of      string              `json:"of"`
	Lines   []CreditLine        `json:"lines"`
	TaxRate decimal.NullDecimal `json:"tax_rate,omitzero"` // default: that of the item on the bill
	Tax     *money.Amount       `json:"tax,omitempty"`
}

// CreditOut is our credit note for a sales invoice: see CreditIn. Units of shipments that were invoiced are credited once they have come back.
type CreditOut struct {
	ID      string              `json:"ref"`
	Date    calendar.Date       `json:"date"`
	Memo    string              `json:"memo,omitzero"`
	Of      string              `json:"of"`
	Lines   []CreditLine        `json:"lines"`
	TaxRate decimal.NullDecimal `json:"tax_rate,omitzero"`
	Tax     *money.Amount       `json:"tax,omitempty"`
}

func (c CreditIn) head() header { return header{"credit_in", c.ID, c.Date, c.Memo} }

func (c CreditIn) ahead(b *book) { b.wantDocument(c.Of, ledger.Payable) }

func (c CreditIn) decide(b *book) error {
	bill, err := b.credited(c, "invoice_in", ledger.Payable)
	if err != nil {
		return err
	}
	lines, err := bill.billed(b)
	if err != nil {
		return err
	}
	nets, owed := make([]posting.Sum, len(c.Lines)), make([]posting.Sum, len(c.Lines))
	if err := each(b, c.Lines, func(i int, l CreditLine) error {
		item, err := b.item(l.Item)
		if err != nil {
			return err
		}
		if !item.Stocked() {
			nets[i], err = c.service(b, bill, item, l)
			owed[i] = nets[i]
			return err
		}
		if l.Amount != nil {
			nets[i], err = c.allow(b, bill, item, lines, l)
			owed[i] = nets[i]
			return err
		}
		nets[i], owed[i], err = c.units(b, bill, item, lines, l)
		return err
	}); err != nil {
		return err
	}
	return b.creditNote("credit_in", bill, c, nets, owed)
}

// service credits a service: a quantity at a price, or an amount.
func (c CreditIn) service(b *book, bill invoice, item *inventory.Item, l CreditLine) (posting.Sum, error) {
	net, _, err := bill.net(b, item, l)
	if err != nil {
		return net, err
	}
	account := ""
	for _, was := range bill.Lines {
		if was.Item == l.Item {
			account = first(account, was.Account)
		}
	}
	if account, err = b.chart.Free(first(account, "admin_expense")); err != nil {
		return net, err
	}
	_, err = b.post("credit_in", "service", net.Amount, dims{item: item, partner: bill.open.Partner, account: account})
	return net, err
}

// units credits units that went back: what the return debited, and what the note says more or less.
func (c CreditIn) units(b *book, bill invoice, item *inventory.Item, lines []ledger.Settlement, l CreditLine) (net, owed posting.Sum, err error) {
	var due []ledger.OpenItem
	for _, f := range ledger.EachItem(lines) {
		o, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.CreditDue), f.ItemDoc, f.ItemLine)
		if err != nil {
			return net, net, err
		}
		if o != nil && o.Item == item.Code {
			due = append(due, *o)
		}
	}
	qty, err := item.BaseQty(l.Qty)
	if err != nil {
		return net, net, err
	}
	if net, err = posting.CreditedNet(bill.x, b.currency, due, l.Item, qty, l.Qty.Qty, l.Price, l.Value); err != nil {
		return net, net, err
	}
	portions, err := posting.Fill(b.currency, due, l.Item, qty, net, refusal.OverReturn)
	if err != nil {
		return net, net, err
	}
	owed = net
	for _, p := range portions {
		o := due[p.Index]
		if o.Account == "" { // the return took it off what is owed already
			if owed, p, err = posting.OnTop(bill.x, owed, p); err != nil {
				return net, net, err
			}
		} else if _, err := b.postSum("credit_in", "accrued", posting.SumOf(o, p.Part), dims{item: item, partner: o.Partner}); err != nil {
			return net, net, err
		}
		price, exchange, err := posting.PriceAndExchange(b.currency, o, p)
		if err != nil {
			return net, net, err
		}
		if err := b.postParts("credit_in", price, exchange, dims{item: item, partner: o.Partner}); err != nil {
			return net, net, err
		}
		if err := b.take(o, p.Part); err != nil {
			return net, net, err
		}
	}
	return net, owed, nil
}

// postParts posts what a credit note says more than its units stand for: the price part to variance, the rest to exchange.
func (b *book) postParts(event string, price, exchange money.Amount, d dims) error {
	if !price.IsZero() {
		if _, err := b.post(event, "variance", price.Neg(), d); err != nil {
			return err
		}
	}
	if exchange.IsZero() {
		return nil
	}
	_, err := b.post(event, "fx", exchange, d)
	return err
}

// allow takes a price allowance off the value of the units billed and kept, as a price difference; with none left it is a variance.
func (c CreditIn) allow(b *book, bill invoice, item *inventory.Item, lines []ledger.Settlement, l CreditLine) (posting.Sum, error) {
	net, _, err := bill.net(b, item, l)
	if err != nil {
		return net, err
	}
	var held []ledger.OpenItem
	var qty []uom.Quantity
	for _, f := range lines {
		o, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Billed), f.ItemDoc, f.ItemLine)
		if err != nil {
			return net, err
		}
		if o.Item == item.Code && !o.OpenQty.IsZero() {
			held, qty = append(held, *o), append(qty, f.Qty.Min(o.OpenQty))
			b.wantBeside(*o, ledger.Accrued)
			b.wantReceipt(item, *o)
		}
	}
	if err := b.ready(); err != nil {
		return net, err
	}
	if len(held) == 0 {
		return net, b.postParts("credit_in", net.Amount, money.Amount{}, dims{item: item, partner: bill.open.Partner})
	}
	for i, share := range posting.SpreadSum(b.currency, net, qty) {
		part, exchange, err := posting.Allowance(b.currency, held[i], share)
		if err != nil {
			return net, err
		}
		if err := b.reprice(item, held[i], qty[i], part.Amount.Neg(), "credit_in"); err != nil {
			return net, err
		}
		if err := b.postParts("credit_in", money.Amount{}, exchange, dims{partner: bill.open.Partner}); err != nil {
			return net, err
		}
		if err := b.take(held[i], part); err != nil {
			return net, err
		}
	}
	return net, nil
}

func (c CreditOut) head() header { return header{"credit_out", c.ID, c.Date, c.Memo} }

func (c CreditOut) ahead(b *book) { b.wantDocument(c.Of, ledger.Receivable) }

func (c CreditOut) decide(b *book) error {
	inv, err := b.credited(CreditIn(c), "invoice_out", ledger.Receivable)
	if err != nil {
		return err
	}
	nets := make([]posting.Sum, len(c.Lines))
	if err := each(b, c.Lines, func(i int, l CreditLine) error {
		item, err := b.item(l.Item)
		if err != nil {
			return err
		}
		net, qty, err := inv.net(b, item, l)
		if err != nil {
			return err
		}
		nets[i] = net
		if item.Stocked() && !qty.IsZero() && len(inv.Of) > 0 {
			if err := c.returned(b, inv, item, qty); err != nil {
				return err
			}
		}
		_, err = b.post("credit_out", "revenue", net.Amount, dims{item: item, partner: inv.open.Partner}.of(qty))
		return err
	}); err != nil {
		return err
	}
	return b.creditNote("credit_out", inv, CreditIn(c), nets, nets)
}

// returned takes units off those that came back and are not credited yet.
func (c CreditOut) returned(b *book, inv invoice, item *inventory.Item, qty uom.Quantity) error {
	back, err := b.items(ledger.Returned, item.Code, inv.Of...)
	if err != nil {
		return err
	}
	portions, err := posting.Fill(b.currency, back, item.Code, qty, posting.Sum{}, refusal.OverReturn)
	if err != nil {
		return err
	}
	for _, p := range portions {
		if err := b.take(back[p.Index], p.Part); err != nil {
			return err
		}
	}
	return nil
}

// invoice is an invoice, in or out, that a credit note speaks of, as it was given.
type invoice struct {
	InvoiceIn
	doc  *posting.Document
	open *ledger.OpenItem
	x    posting.Exchange
}

// credited finds the invoice of a credit note.
func (b *book) credited(c CreditIn, verb string, kind ledger.OpenKind) (inv invoice, err error) {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return inv, err
	}
	if inv.doc, err = b.document(c.Of); err != nil {
		return inv, err
	}
	b.want(storage.OpenItems, string(kind), inv.doc.Seq, int32(0))
	b.wantList(factsOf(storage.Settlements, inv.doc.Seq))
	b.wantList(settlementsOf(ledger.Transit, inv.doc.Seq))
	_, given := bare(inv.doc.Command)
	if err := json.Unmarshal([]byte(given), &inv.InvoiceIn); err != nil {
		return inv, refusal.New(refusal.InvalidState, c.Of, "the invoice as it was given cannot be read")
	}
	for _, ref := range inv.Of {
		b.wantDocument(ref, ledger.Billed, ledger.CreditDue, ledger.Returned)
	}
	undone, err := list[posting.Document](b, reversalOf(inv.doc.Seq))
	if err != nil {
		return inv, err
	}
	if inv.doc.Verb != verb || len(undone) > 0 {
		return inv, refusal.New(refusal.InvalidState, c.Of, "a credit note (%s) is for an invoice that stands (%s)", b.doc.Verb, verb)
	}
	if c.Date < inv.doc.Date {
		return inv, refusal.New(refusal.InvalidDate, c.Of, "a credit note of %s, before its invoice of %s", c.Date, inv.doc.Date)
	}
	if inv.open, err = read[ledger.OpenItem](b, storage.OpenItems, string(kind), inv.doc.Seq, int32(0)); err != nil {
		return inv, err
	}
	inv.x = posting.ExchangeOf(b.currency, *inv.open)
	b.mention(inv.doc.Seq)
	return inv, nil
}

// billed are the facts by which a bill, or the receipts of goods that it came before, billed units of receipts.
func (inv invoice) billed(b *book) ([]ledger.Settlement, error) {
	came, err := list[ledger.Settlement](b, settlementsOf(ledger.Transit, inv.doc.Seq))
	if err != nil {
		return nil, err
	}
	var out []ledger.Settlement
	err = each(b, append([]*ledger.Settlement{{Doc: inv.doc.Seq}}, came...), func(i int, f *ledger.Settlement) error {
		if i > 0 && f.Doc == inv.doc.Seq {
			return nil
		}
		facts, err := list[ledger.Settlement](b, factsOf(storage.Settlements, f.Doc))
		for _, f := range facts {
			if f.Kind == ledger.Billed && f.Qty.Sign() > 0 {
				out = append(out, *f)
			}
		}
		return err
	})
	return out, err
}

// net is the net amount of a line, and its quantity. Without a price it is the invoice's.
func (inv invoice) net(b *book, item *inventory.Item, l CreditLine) (net posting.Sum, qty uom.Quantity, err error) {
	if l.Amount != nil {
		net, err = inv.x.Allowed(l.Item, l.Qty.Qty, l.Price, l.Value, *l.Amount)
		return net, qty, err
	}
	if qty, err = item.BaseQty(l.Qty); err != nil {
		return net, qty, err
	}
	if l.Price.Valid || l.Value != nil {
		net, err = inv.x.Line(l.Item, l.Qty.Qty, l.Price, l.Value)
		return net, qty, err
	}
	var nets []posting.Sum
	var units []uom.Quantity
	for _, was := range inv.Lines {
		if was.Item != l.Item {
			continue
		}
		n, err := inv.x.Line(was.Item, was.Qty.Qty, was.Price, was.Value)
		if err != nil {
			return net, qty, err
		}
		u, err := item.BaseQty(was.Qty)
		if err != nil {
			return net, qty, err
		}
		nets, units = append(nets, n), append(units, u)
	}
	net, err = inv.x.AtPriceOf(l.Item, qty, nets, units)
	return net, qty, err
}

// rate is the rate of tax of a line of a credit note.
func (inv invoice) rate(c CreditIn, l CreditLine) (decimal.Decimal, error) {
	if l.TaxRate.Valid || c.TaxRate.Valid {
		return posting.RateOf(l.TaxRate, c.TaxRate.Decimal), nil
	}
	lines := make([]posting.InvoicedLine, len(inv.Lines))
	for i, was := range inv.Lines {
		lines[i] = posting.InvoicedLine{Item: was.Item, Rate: was.TaxRate}
	}
	return posting.CreditedRate(l.Item, lines, inv.TaxRate, inv.Tax)
}

// creditNote posts the tax of a credit note, and what the partner is credited with.
func (b *book) creditNote(event string, inv invoice, c CreditIn, nets, owed []posting.Sum) error {
	taxed := make([]posting.Taxed, len(c.Lines))
	if err := each(b, c.Lines, func(i int, l CreditLine) (err error) {
		if taxed[i].Net = nets[i]; c.Tax == nil {
			taxed[i].Rate, err = inv.rate(c, l)
		}
		return err
	}); err != nil {
		return err
	}
	tax, err := b.postTax(event, inv.x, taxed, c.Tax, inv.open.Partner)
	if err != nil {
		return err
	}
	d := dims{partner: inv.open.Partner}
	gross := posting.Total(append(owed, tax)...)
	settled, err := b.creditPartner(event, inv.open, ledger.OpenItem{Kind: inv.open.Kind, Partner: inv.open.Partner}, gross, inv.x, d)
	if err != nil {
		return err
	}
	return b.postParts(event, money.Amount{}, posting.Gap(settled, gross.Amount), d)
}

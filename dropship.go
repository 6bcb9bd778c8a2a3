package ledgermill

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// DropshipLine is a quantity of goods at the supplier's price per stated unit, or at a value for the whole line.
type DropshipLine struct {
	Item  string              `json:"item"`
	Qty   uom.Measure         `json:"qty"`
	Price decimal.NullDecimal `json:"price,omitzero"`
	Value *money.Amount       `json:"value,omitempty"`
}

// Dropship is goods that a supplier sends straight to a customer (直运): they are never in stock. The supplier's bill and the invoice to the customer name it.
type Dropship struct {
	ID       string         `json:"ref"`
	Date     calendar.Date  `json:"date"`
	Memo     string         `json:"memo,omitzero"`
	Supplier string         `json:"supplier"`
	Customer string         `json:"customer"`
	Currency string         `json:"currency,omitzero"` // of the prices; default: the company's
	Lines    []DropshipLine `json:"lines"`
}

func (c Dropship) head() header { return header{"dropship", c.ID, c.Date, c.Memo} }

func (c Dropship) ahead(b *book) { b.wantRates(c.Currency) }

func (c Dropship) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	x, err := b.exchange(c.Currency)
	if err != nil {
		return err
	}
	return each(b, c.Lines, func(i int, l DropshipLine) error {
		item, err := b.item(l.Item)
		if err != nil {
			return err
		}
		if !item.Stocked() {
			return refusal.New(refusal.InvalidState, l.Item, "a service is not sent")
		}
		qty, err := item.BaseQty(l.Qty)
		if err != nil {
			return err
		}
		value, err := x.Line(l.Item, l.Qty.Qty, l.Price, l.Value)
		if err != nil {
			return err
		}
		b.move(l.Item, "", qty, supplier(c.Supplier), customer(c.Customer))
		sent := ledger.OpenItem{Line: int32(i + 1), Partner: c.Customer, Item: l.Item, Qty: qty}
		if _, err := b.sent("dropship", item, sent, value.Amount); err != nil {
			return err
		}
		return b.accrue("dropship", ledger.OpenItem{Line: sent.Line, Partner: c.Supplier, Item: l.Item, Qty: qty}, item, value, x)
	})
}

// sent charges cost of sales with goods that are at the customer, or keeps their cost waiting for the invoice, and opens what may come back and what is to be
// invoiced.
func (b *book) sent(event string, item *inventory.Item, o ledger.OpenItem, cost money.Amount) (account string, err error) {
	measure, waiting := "cost", money.Amount{}
	if b.set.CogsAt == "invoice" {
		measure, waiting = "waiting", cost
	}
	if o.Account, err = b.post(event, measure, cost, dims{item: item, partner: o.Partner}); err != nil {
		return "", err
	}
	for _, kind := range []ledger.OpenKind{ledger.Shipped, ledger.Unbilled} {
		o.Kind, o.Amount = kind, cost
		if kind == ledger.Unbilled {
			o.Amount = waiting
		}
		b.openItem(o)
	}
	return o.Account, nil
}

// repriceSent changes the cost of goods that went straight to a customer: of what is not invoiced yet it waits, the rest is cost of sales.
func (b *book) repriceSent(item *inventory.Item, o ledger.OpenItem, qty uom.Quantity, gap money.Amount, event string) error {
	var parts []money.Amount
	for _, kind := range []ledger.OpenKind{ledger.Shipped, ledger.Unbilled} {
		row, err := read[ledger.OpenItem](b, storage.OpenItems, string(kind), o.Doc, o.Line)
		if err != nil {
			return err
		}
		part := posting.PartOf(b.currency, gap, qty.Min(row.OpenQty), qty)
		if kind == ledger.Unbilled && b.set.CogsAt != "invoice" {
			part = money.Amount{}
		}
		if err := b.worth(*row, part); err != nil {
			return err
		}
		parts = append(parts, part)
	}
	waiting := parts[1]
	if _, err := b.post(event, "waiting", waiting, dims{item: item, partner: o.Partner}); err != nil {
		return err
	}
	_, err := b.post(event, "cost", posting.Gap(gap, waiting), dims{item: item, partner: o.Partner})
	return err
}

// worth makes what is open of an item worth more, or less.
func (b *book) worth(o ledger.OpenItem, change money.Amount) error {
	switch change.Sign() {
	case 1:
		return b.grow(o, o.Kind, uom.Quantity{}, change)
	case -1:
		return b.settle(o, uom.Quantity{}, change.Neg())
	}
	return nil
}

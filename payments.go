package ledgermill

import (
	"slices"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Pay pays a supplier. It settles Amount + Discount + WriteOff of the invoices named, in their order, or else of all in its currency, the oldest first. For
// invoices named in another currency it counts for what it is worth in that by the rates of the day. Credits of the partner (those named, or all in its
// currency) are used up before the payment; what is too much stays as a credit. The bank takes its Fee on top.
type Pay struct {
	ID       string        `json:"ref"`
	Date     calendar.Date `json:"date"`
	Memo     string        `json:"memo,omitzero"`
	Partner  string        `json:"partner"`
	Amount   money.Amount  `json:"amount"`
	Invoices []string      `json:"invoices,omitempty"`
	Currency string        `json:"currency,omitzero"`
	Discount money.Amount  `json:"discount,omitzero"`
	WriteOff money.Amount  `json:"write_off,omitzero"`
	Fee      money.Amount  `json:"fee,omitzero"`
}

// Collect takes a customer's payment: see Pay. The bank takes its Fee out of what it credits.
type Collect struct {
	ID       string        `json:"ref"`
	Date     calendar.Date `json:"date"`
	Memo     string        `json:"memo,omitzero"`
	Partner  string        `json:"partner"`
	Amount   money.Amount  `json:"amount"`
	Invoices []string      `json:"invoices,omitempty"`
	Currency string        `json:"currency,omitzero"`
	Discount money.Amount  `json:"discount,omitzero"`
	WriteOff money.Amount  `json:"write_off,omitzero"`
	Fee      money.Amount  `json:"fee,omitzero"`
}

func (c Pay) head() header { return header{"pay", c.ID, c.Date, c.Memo} }

func (c Pay) ahead(b *book) { b.wantPayment(ledger.Payable, Collect(c)) }

func (c Pay) decide(b *book) error {
	p, err := b.settlePayment("pay", ledger.Payable, Collect(c))
	if err != nil {
		return err
	}
	_, err = b.postSum("pay", "bank", p.Paid(), dims{partner: c.Partner})
	return err
}

func (c Collect) head() header { return header{"collect", c.ID, c.Date, c.Memo} }

func (c Collect) ahead(b *book) { b.wantPayment(ledger.Receivable, c) }

func (b *book) wantPayment(kind ledger.OpenKind, c Collect) {
	b.wantRates(c.Currency)
	for _, ref := range c.Invoices {
		b.wantList(itemsOf(kind, ref))
	}
	if len(c.Invoices) == 0 {
		b.wantList(openOf(kind, c.Partner))
	}
}

func openOf(kind ledger.OpenKind, partner string) storage.List {
	return storage.List{Kind: storage.OpenItems, Index: 2, Values: []any{string(kind), partner, false}}
}

func (c Collect) decide(b *book) error {
	p, err := b.settlePayment("collect", ledger.Receivable, c)
	if err != nil {
		return err
	}
	_, err = b.postSum("collect", "bank", p.Collected(), dims{partner: c.Partner})
	return err
}

// settlePayment settles a partner's open items and posts all but the bank's line.
func (b *book) settlePayment(verb string, kind ledger.OpenKind, c Collect) (posting.Payment, error) {
	x, err := b.exchange(c.Currency)
	if err != nil {
		return posting.Payment{}, err
	}
	p, err := x.Payment(c.ID, c.Amount, c.Discount, c.WriteOff, c.Fee)
	if err != nil {
		return p, err
	}
	open, err := b.payableItems(kind, c, x.Currency())
	if err != nil {
		return p, err
	}
	due, y := p.Settles(), x
	if len(open) > 0 && open[0].Currency != x.Currency() { // named: the payment counts for what it is worth in their currency
		if y, err = b.exchange(open[0].Currency); err != nil {
			return p, err
		}
		due = y.Worth(due.Amount)
	}
	portions, rest := ledger.Allocate(b.currency, open, due.Foreign)
	if due.Foreign.IsZero() && len(portions) == 0 {
		return p, refusal.New(refusal.InvalidAmount, c.ID, "a payment is more than zero").Numbers(c.Amount, money.Amount{})
	}
	for _, part := range portions {
		if err := b.take(open[part.Index], part.Part); err != nil {
			return p, err
		}
	}
	unused, err := posting.Unused(y, due, rest)
	if err != nil {
		return p, err
	}
	if unused.Currency != x.Currency() {
		unused = x.Worth(unused.Amount)
	}
	cleared, d := posting.Cleared(y, portions), dims{partner: c.Partner}
	if _, err = b.postSum(verb, "settled", cleared, d); err != nil {
		return p, err
	}
	account, err := b.postSum(verb, "settled", unused, d)
	if err != nil {
		return p, err
	}
	if !rest.IsZero() {
		b.openSum(ledger.OpenItem{Kind: kind, Partner: c.Partner, Account: account}, unused.Neg(), x)
	}
	return p, b.postSettled(verb, p, money.Sum(cleared.Amount, unused.Amount), d)
}

// postSettled posts what settles items without money, the fee, and the exchange difference to what was settled.
func (b *book) postSettled(verb string, p posting.Payment, settled money.Amount, d dims) error {
	for _, l := range []struct {
		measure string
		amount  money.Amount
	}{{"discount", p.Discount.Amount}, {"write_off", p.WriteOff.Amount}, {"fee", p.Fee.Amount}, {"fx", posting.Gap(p.Settles().Amount, settled)}} {
		if l.amount.IsZero() {
			continue // the rule may have no account in a chart that has no use for it
		}
		if _, err := b.post(verb, l.measure, l.amount, d); err != nil {
			return err
		}
	}
	return nil
}

// payableItems are what a payment may settle: the items of the invoices and credits named, all in one currency, in their order; else all of the partner's in
// the payment's currency, the oldest first.
func (b *book) payableItems(kind ledger.OpenKind, c Collect, currency string) ([]ledger.OpenItem, error) {
	if len(c.Invoices) == 0 {
		rows, err := list[ledger.OpenItem](b, openOf(kind, c.Partner))
		if err != nil {
			return nil, err
		}
		open := slices.DeleteFunc(values(rows), func(o ledger.OpenItem) bool { return o.Currency != currency })
		ledger.Oldest(open)
		return open, nil
	}
	var open []ledger.OpenItem
	err := each(b, c.Invoices, func(i int, ref string) error {
		named, err := b.items(kind, "", ref)
		if err != nil {
			return err
		}
		if len(named) == 0 {
			return refusal.New(refusal.NotFound, ref, "there is no such invoice")
		}
		if slices.Contains(c.Invoices[:i], ref) {
			return refusal.New(refusal.InvalidState, ref, "an invoice is named once")
		}
		for _, o := range named {
			if o.Partner != c.Partner {
				return refusal.New(refusal.InvalidState, ref, "this invoice is %s's, the payment %s's", o.Partner, c.Partner)
			}
			if o.Currency != append(open, named...)[0].Currency {
				return refusal.New(refusal.InvalidState, ref, "a payment settles invoices of one currency, this one is in %s", first(o.Currency, b.currency.Code))
			}
		}
		open = append(open, named...)
		return nil
	})
	return open, err
}

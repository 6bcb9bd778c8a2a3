package posting

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Allowed is the sum of a price allowance: an amount above zero, and nothing else on its line.
func (x Exchange) Allowed(item string, qty uom.Quantity, price decimal.NullDecimal, value *money.Amount, amount money.Amount) (Sum, error) {
	if !qty.IsZero() || price.Valid || value != nil {
		return Sum{}, refusal.New(refusal.InvalidAmount, item, "a line of a credit note has a quantity, or an amount")
	}
	if amount.Sign() <= 0 || !x.Document.Fits(amount) {
		return Sum{}, refusal.New(refusal.InvalidAmount, item, "an allowance is above zero, in whole coins").Numbers(amount, money.Amount{})
	}
	return x.Sum(amount)
}

// AtPriceOf is what a quantity costs at the price of some lines, taken together; invalid_amount if there are none.
func (x Exchange) AtPriceOf(item string, qty uom.Quantity, nets []Sum, units []uom.Quantity) (Sum, error) {
	if len(nets) == 0 {
		return Sum{}, refusal.New(refusal.InvalidAmount, item, "the invoice states no price for this: the line does")
	}
	return x.Sum(x.Document.Share(Total(nets...).Foreign, qty.Units(), uom.Sum(units...).Units()))
}

// CreditedNet is the net amount of a credit note's line for units that went back: as the note says, or else what the returns debited.
func CreditedNet(x Exchange, company money.Currency, due []ledger.OpenItem, item string, qty, stated uom.Quantity, price decimal.NullDecimal, value *money.Amount) (Sum, error) {
	if price.Valid || value != nil {
		return x.Line(item, stated, price, value)
	}
	debited := money.Amount{}
	portions, _ := FillUpTo(company, due, qty)
	for _, p := range portions {
		if due[p.Index].Currency != x.Currency() {
			return Sum{}, refusal.New(refusal.InvalidAmount, item, "the return was debited in another currency: the line states a price")
		}
		debited = debited.Add(p.Part.Foreign)
	}
	return x.Sum(debited)
}

// Allowance is what a price allowance takes off units that are held: at the rate at which they came in; the rest of it is exchange.
func Allowance(company money.Currency, held ledger.OpenItem, share Sum) (ledger.Part, money.Amount, error) {
	switch held.Currency {
	case "":
		return ledger.Part{Amount: share.Amount, Foreign: share.Amount}, money.Amount{}, nil
	case share.Currency:
		price, err := ExchangeOf(company, held).Sum(share.Foreign)
		return ledger.Part{Amount: price.Amount, Foreign: share.Foreign}, share.Amount.Sub(price.Amount), err
	}
	return ledger.Part{Amount: share.Amount}, money.Amount{}, nil
}

// SpreadSum splits a sum over weights, in both of its currencies.
func SpreadSum(company money.Currency, s Sum, weights []uom.Quantity) []Sum {
	own := Spread(company, s.Amount, weights)
	foreign := own
	if s.Currency != "" {
		foreign = Spread(money.ISO(s.Currency, company.Rounding), s.Foreign, weights)
	}
	out := make([]Sum, len(weights))
	for i := range out {
		out[i] = Sum{s.Currency, foreign[i], own[i]}
	}
	return out
}

package posting

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Sum is an amount in the currency of a document, and in that of the company.
type Sum struct {
	Currency string // empty: the company's; then both amounts are the same
	Foreign  money.Amount
	Amount   money.Amount
}

// Own is an amount in company currency.
func Own(a money.Amount) Sum { return Sum{"", a, a} }

// Neg is the sum with the other sign.
func (s Sum) Neg() Sum { return Sum{s.Currency, s.Foreign.Neg(), s.Amount.Neg()} }

// Sub takes another sum of the same currency off this one.
func (s Sum) Sub(o Sum) Sum {
	return Sum{s.Currency, s.Foreign.Sub(o.Foreign), s.Amount.Sub(o.Amount)}
}

// Total adds up sums of one currency.
func Total(sums ...Sum) (t Sum) {
	for _, s := range sums {
		t = Sum{s.Currency, t.Foreign.Add(s.Foreign), t.Amount.Add(s.Amount)}
	}
	return t
}

func (s Sum) share(cur money.Currency, part, whole uom.Quantity) Sum {
	own := cur.Share(s.Amount, part.Units(), whole.Units())
	if s.Currency == "" {
		return Own(own)
	}
	return Sum{s.Currency, money.ISO(s.Currency, cur.Rounding).Share(s.Foreign, part.Units(), whole.Units()), own}
}

// SumOf is what a part of an open item comes to, in the item's currency.
func SumOf(o ledger.OpenItem, p ledger.Part) Sum { return Sum{o.Currency, p.Foreign, p.Amount} }

// Exchange says in which currency a document speaks, and what one unit of it is worth in that of the company.
type Exchange struct {
	Company  money.Currency
	Document money.Currency
	Rate     decimal.Decimal
}

// ExchangeOf is the exchange at which an open item was opened.
func ExchangeOf(company money.Currency, o ledger.OpenItem) Exchange {
	return NewExchange(company, o.Currency, o.Rate)
}

// NewExchange is the exchange of a document in the currency named (none: the company's).
func NewExchange(company money.Currency, currency string, rate decimal.Decimal) Exchange {
	if currency == "" || currency == company.Code {
		return Exchange{Company: company, Document: company}
	}
	return Exchange{company, money.ISO(currency, company.Rounding), rate}
}

// Currency is the code of a foreign currency; empty for the company's.
func (x Exchange) Currency() string {
	if x.Document.Code == x.Company.Code {
		return ""
	}
	return x.Document.Code
}

// Sum converts an amount of the document, rounded in its currency, and rounds again.
func (x Exchange) Sum(a money.Amount) (Sum, error) {
	if x.Currency() == "" {
		return Own(a), nil
	}
	own, err := x.Company.Extend(x.Rate, a.Decimal())
	return Sum{x.Document.Code, a, own}, err
}

// Worth is the sum that an amount of company currency comes to in that of the document.
func (x Exchange) Worth(own money.Amount) Sum {
	if x.Currency() == "" {
		return Own(own)
	}
	rate, _ := fixed.FromDecimal(x.Rate, ledger.RateDigits, fixed.Down)
	return Sum{x.Document.Code, x.Document.Share(own, fixed.Pow10(ledger.RateDigits), rate), own}
}

// Line is the sum of a document's line: see LineAmount.
func (x Exchange) Line(item string, qty uom.Quantity, price decimal.NullDecimal, value *money.Amount) (Sum, error) {
	a, err := LineAmount(x.Document, item, qty, price, value)
	if err != nil {
		return Sum{}, err
	}
	return x.Sum(a)
}

// PriceAndExchange is what a bill says more (or less) than was accrued for a part of a receipt. The price part is by how much another price, at the receipt's
// rate, makes the goods what they were worth had it been known then, to the cent; the rest is exchange. A bill in another currency than its receipt: all of the
// difference is price.
func PriceAndExchange(company money.Currency, o ledger.OpenItem, p Portion) (price, exchange money.Amount, err error) {
	if p.Billed.Currency != o.Currency || o.Currency == "" {
		return p.Billed.Amount.Sub(p.Base()), p.Part.Revalued.Neg(), nil
	}
	if p.Billed.Foreign == p.Part.Foreign {
		return money.Amount{}, p.Billed.Amount.Sub(p.Part.Amount), nil
	}
	known, err := ExchangeOf(company, o).Sum(p.Billed.Foreign)
	price = known.Amount.Sub(p.Base())
	return price, p.Billed.Amount.Sub(p.Part.Amount).Sub(price), err
}

// OnTop makes of what a bill asks for units of a receipt what it adds to the money owed for them already: the difference in their currency, at the bill's rate.
// It gives all that is owed from now on, and the portion as billed at what is owed for it.
func OnTop(x Exchange, owed Sum, p Portion) (Sum, Portion, error) {
	more, err := x.Sum(p.Billed.Foreign.Sub(p.Part.Foreign))
	owed = Total(owed.Sub(p.Billed), more)
	p.Billed.Amount = p.Part.Amount.Add(more.Amount)
	return owed, p, err
}

// BilledPart is what a bill makes of a part of a receipt: the value of its units, in company currency and, if the bill speaks it, the receipt's.
func BilledPart(o ledger.OpenItem, p Portion, price money.Amount) ledger.Part {
	part := ledger.Part{Qty: p.Qty, Amount: p.Base().Add(price), Foreign: p.Part.Foreign}
	switch o.Currency {
	case "":
		part.Foreign = part.Amount
	case p.Billed.Currency:
		part.Foreign = p.Billed.Foreign
	}
	return part
}

// checkAmounts refuses amounts below zero, or finer than the smallest coin.
func checkAmounts(cur money.Currency, ref string, amounts ...money.Amount) error {
	for _, a := range amounts {
		if a.Sign() < 0 || !cur.Fits(a) {
			return refusal.New(refusal.InvalidAmount, ref, "an amount is not below zero, in whole coins").Numbers(a, money.Amount{})
		}
	}
	return nil
}

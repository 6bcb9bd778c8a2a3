package posting

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// LineAmount is the amount of a line: its value, or quantity x price rounded once. Neither is invalid_amount.
func LineAmount(cur money.Currency, item string, qty uom.Quantity, price decimal.NullDecimal, value *money.Amount) (money.Amount, error) {
	switch {
	case value != nil && price.Valid:
		return money.Amount{}, refusal.New(refusal.InvalidAmount, item, "a line has a price or a value, not both")
	case value != nil && !cur.Fits(*value):
		return money.Amount{}, refusal.New(refusal.InvalidAmount, item, "the value is finer than the smallest coin")
	case value != nil:
		return *value, nonNegative(item, *value)
	case !price.Valid:
		return money.Amount{}, refusal.New(refusal.InvalidAmount, item, "a line has a price or a value")
	}
	a, err := cur.Extend(price.Decimal, qty.Decimal())
	if err != nil {
		return a, err
	}
	return a, nonNegative(item, a)
}

func nonNegative(item string, a money.Amount) error {
	if a.Sign() < 0 {
		return refusal.New(refusal.InvalidAmount, item, "an amount is not below zero").Numbers(a, money.Amount{})
	}
	return nil
}

// DebitOf is a voucher line that debits an account; it credits it with an amount below zero.
func DebitOf(account string, amount money.Amount) ledger.Line {
	return Rule{Debit: true}.Line(account, amount)
}

// Carried says whether a voucher is of what a late fact changed elsewhere.
func Carried(lines []ledger.Line) bool { return len(lines) > 0 && lines[0].Rule == RuleLate }

// Gap is what two figures that should agree differ by.
func Gap(is, should money.Amount) money.Amount { return is.Sub(should) }

// Portion is a part of an open item that a document takes: its quantity, its share of what is open, and what it is billed at.
type Portion struct {
	Index  int
	Qty    uom.Quantity
	Open   money.Amount
	Part   ledger.Part // the same with all its amounts
	Billed Sum
}

// Base is what of the portion's amount was there before new exchange rates changed it: the value of the goods.
func (p Portion) Base() money.Amount { return p.Part.Amount.Sub(p.Part.Revalued) }

// Fill takes a quantity from open items in the order given, each at its share (round(V x q / Q) of what is left); billed, in the currency given, is shared
// out in the same way. What they do not hold is refused with the code given.
func Fill(cur money.Currency, items []ledger.OpenItem, subject string, qty uom.Quantity, billed Sum, over refusal.Code) ([]Portion, error) {
	portions, rest := FillUpTo(cur, items, qty)
	if !rest.IsZero() {
		return nil, refusal.New(over, subject, "more than is open").Numbers(qty, qty.Sub(rest))
	}
	left := qty
	for i := range portions {
		p := &portions[i]
		p.Billed = billed.share(cur, p.Qty, left)
		billed, left = billed.Sub(p.Billed), left.Sub(p.Qty)
	}
	return portions, nil
}

// FillUpTo takes what there is of a quantity and says what is left.
func FillUpTo(cur money.Currency, items []ledger.OpenItem, qty uom.Quantity) ([]Portion, uom.Quantity) {
	portions, rest := ledger.Fill(cur, items, qty)
	out := make([]Portion, len(portions))
	for i, p := range portions {
		out[i] = Portion{Index: p.Index, Qty: p.Qty, Open: p.Amount, Part: p.Part}
	}
	return out, rest
}

// Units is what open items hold together.
func Units(items ...ledger.OpenItem) (sum uom.Quantity) {
	for _, o := range items {
		sum = sum.Add(o.OpenQty)
	}
	return sum
}

// Spread splits a total over weights by largest remainder.
func Spread(cur money.Currency, total money.Amount, weights []uom.Quantity) []money.Amount {
	w := make([]int64, len(weights))
	for i, q := range weights {
		w[i] = q.Units()
	}
	return cur.Split(total, w)
}

// Difference is what a stocktake found more (or less, below zero) than the books say.
func Difference(counted, book uom.Quantity) uom.Quantity { return counted.Sub(book) }

// Reached is the quantity that an order has completed once qty more is.
func Reached(completed, qty uom.Quantity) uom.Quantity { return completed.Add(qty) }

// Missing is what of a need is not there yet, not below zero.
func Missing(need, have uom.Quantity) uom.Quantity { return need.Sub(have).Max(uom.Quantity{}) }

// CountSides are the roles that take what a stocktake found more and what it found less, where the document names none: administrative expense; under the
// small-enterprise standard other income and the loss account.
func CountSides(chart string) (gain, loss string) {
	if chart == "cas_small" {
		return "other_income", "scrap_loss"
	}
	return "admin_expense", "admin_expense"
}

// CountSettledTo is the side that a difference is on.
func CountSettledTo(chart string, difference money.Amount) string {
	gain, loss := CountSides(chart)
	if difference.Sign() > 0 {
		return gain
	}
	return loss
}

// CountParts are the parts of a stocktake difference, of which so much was found more, that go to accounts of their own: gains and losses, where they do.
func CountParts(chart string, difference, found money.Amount) []money.Amount {
	lost := difference.Sub(found)
	if gain, loss := CountSides(chart); gain == loss || found.IsZero() || lost.IsZero() {
		return []money.Amount{difference}
	}
	return []money.Amount{found, lost}
}

// SpreadByWorth splits a total over parts by what each is worth, or if none is worth anything by quantity; the last coins by largest remainder.
func SpreadByWorth(cur money.Currency, total money.Amount, worth []money.Amount, qty []uom.Quantity) []money.Amount {
	weights := make([]int64, len(worth))
	something := false
	for i, w := range worth {
		weights[i] = w.Max(money.Amount{}).Units()
		something = something || weights[i] > 0
	}
	if !something {
		return Spread(cur, total, qty)
	}
	return cur.Split(total, weights)
}

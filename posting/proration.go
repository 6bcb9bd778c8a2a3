package posting

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// RuleVariances names the lines that settle variances at a close.
const RuleVariances = "close.variances"

// Proration weighs the cost of what was sold against what is left.
type Proration struct{ Sold, Left money.Amount }

// Prorate weighs what was sold at standard cost against what is left: stock of streams whose method stands at standard cost, and work in process.
func Prorate(streams []costing.Stream, standard func(method string) bool, orders []costing.OrderCost, sold money.Amount) Proration {
	var left money.Amount
	for _, s := range streams {
		if standard(s.Method) {
			left = left.Add(s.Value)
		}
	}
	for _, o := range orders {
		left = left.Add(o.Open.Total())
	}
	return Proration{Sold: sold.Max(money.Amount{}), Left: left.Max(money.Amount{})}
}

// SoldPart is the part of a variance that falls on what was sold.
func (p Proration) SoldPart(c money.Currency, variance money.Amount) money.Amount {
	return c.Split(variance, []int64{p.Sold.Units(), p.Left.Units()})[0]
}

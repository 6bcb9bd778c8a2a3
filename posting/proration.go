package posting

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// RuleVariances names the lines that settle variances at a close.
const RuleVariances = "close.variances"

// Proration weighs what was sold at standard cost against what is left: stock at standard cost, and work in process.
func Proration(streams []costing.Stream, orders []costing.OrderCost, sold money.Amount) []int64 {
	var left money.Amount
	for _, s := range streams {
		if s.Method == (costing.Standard{}).Name() {
			left = left.Add(s.Value)
		}
	}
	for _, o := range orders {
		left = left.Add(o.Open.Total())
	}
	return []int64{sold.Max(money.Amount{}).Units(), left.Max(money.Amount{}).Units()}
}

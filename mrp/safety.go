package mrp

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Alarm says that there is less of an item than its safety stock.
type Alarm struct {
	Item        string
	OnHand      uom.Quantity
	SafetyStock uom.Quantity
	Short       uom.Quantity
	Planned     []PlannedRow // what the latest plan brings, the first due first
}

// Below gives the alarm of an item, if there is less of it than its safety stock.
func Below(item string, onHand, safety uom.Quantity, planned []PlannedRow) (Alarm, bool) {
	if !onHand.Less(safety) {
		return Alarm{}, false
	}
	a := Alarm{Item: item, OnHand: onHand, SafetyStock: safety, Short: safety.Sub(onHand)}
	for _, o := range planned {
		if o.Item == item {
			a.Planned = append(a.Planned, o)
		}
	}
	return a, true
}

// ReorderPoint is the stock at which to order: what is used while the order is on its way, and the safety stock.
//
// Source: Silver, Pyke, Thomas, Inventory and Production Management in Supply Chains, chapter 6: s = demand per day x lead time + safety stock.
func ReorderPoint(perDay uom.Quantity, leadTime int, safety uom.Quantity) uom.Quantity {
	return perDay.MulDiv(uom.FromInt(int64(leadTime)), uom.FromInt(1), fixed.HalfUp).Add(safety)
}

// Service is how often the stock should last until the next order comes: the part of order cycles without a stockout, in tenths of a percent.
type Service int

// safetyFactors are the quantiles of the normal distribution, times 10,000.
var safetyFactors = map[Service]int64{500: 0, 800: 8416, 850: 10364, 900: 12816, 950: 16449, 975: 19600, 980: 20537, 990: 23263, 995: 25758, 999: 30902}

// ServiceStock is the safety stock that a service level asks for: k x s x the square root of the lead time, where s is the standard deviation of the demand of a
// day and k the quantile of the normal distribution; rounded up, so that the service is reached.
//
// Source: as ReorderPoint. The levels are 50, 80, 85, 90, 95, 97.5, 98, 99, 99.5 and 99.9 %; another is invalid_quantity.
func ServiceStock(level Service, deviation uom.Quantity, leadTime int) (uom.Quantity, error) {
	k, known := safetyFactors[level]
	if !known {
		return uom.Quantity{}, refusal.New(refusal.InvalidQuantity, "service level", "there is no safety factor for %s %%", decimal.New(int64(level), -1))
	}
	if leadTime < 0 || deviation.Sign() < 0 {
		return uom.Quantity{}, refusal.New(refusal.InvalidQuantity, "safety stock", "a lead time and a deviation are not below zero")
	}
	n := new(big.Int).Mul(big.NewInt(k), big.NewInt(deviation.Units()))
	n.Mul(n, n).Mul(n, big.NewInt(int64(leadTime)))
	root := new(big.Int).Sqrt(n) // 10,000 times the units
	if new(big.Int).Mul(root, root).Cmp(n) < 0 {
		root.Add(root, big.NewInt(1))
	}
	d := decimal.NewFromBigInt(root, -4-uom.Digits).RoundUp(uom.Digits)
	q, err := uom.FromDecimal(d)
	return q, err
}

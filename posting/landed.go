package posting

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Landed is a line of a receipt that freight, duty or another landed cost may fall on.
type Landed struct {
	Item  inventory.Item
	Qty   uom.Quantity // as received
	Kept  uom.Quantity // of these, not sent back
	Value money.Amount // as accrued
}

// ShareLanded shares a landed cost over lines of which something is kept: by `value` as accrued, by `qty` as received, by `weight` or `volume` (the item's
// for one base unit x quantity), or `equal`; the last coins go by largest remainder. An item that has no weight or volume is invalid_quantity; lines that
// give nothing to share by, and an unknown basis, are invalid_state.
func ShareLanded(cur money.Currency, total money.Amount, by string, lines []Landed) ([]money.Amount, error) {
	weights := make([]decimal.Decimal, len(lines))
	something := false
	for i, l := range lines {
		if l.Kept.Sign() <= 0 {
			continue
		}
		switch by {
		case "value":
			weights[i] = l.Value.Decimal()
		case "qty":
			weights[i] = l.Qty.Decimal()
		case "equal":
			weights[i] = decimal.NewFromInt(1)
		case "weight", "volume":
			one := l.Item.Weight
			if by == "volume" {
				one = l.Item.Volume
			}
			if !one.IsPositive() {
				return nil, refusal.New(refusal.InvalidQuantity, l.Item.Code, "this item has no %s to share a cost by", by)
			}
			weights[i] = one.Mul(l.Qty.Decimal())
		default:
			return nil, refusal.New(refusal.InvalidState, by, "a landed cost is shared by value, qty, weight, volume or equal")
		}
		something = something || weights[i].IsPositive()
	}
	if !something {
		return nil, refusal.New(refusal.InvalidState, by, "nothing that was received and kept gives a share")
	}
	return cur.Split(total, whole(weights)), nil
}

// whole gives weights as whole numbers in the same proportions; beyond 62 bits the smallest digits are cut.
func whole(weights []decimal.Decimal) []int64 {
	least := int32(0)
	for _, w := range weights {
		least = min(least, w.Exponent())
	}
	const most = 62
	longest := 0
	numbers := make([]*big.Int, len(weights))
	for i, w := range weights {
		numbers[i] = w.Shift(-least).BigInt()
		longest = max(longest, numbers[i].BitLen())
	}
	out := make([]int64, len(weights))
	for i, n := range numbers {
		out[i] = n.Rsh(n, uint(max(longest-most, 0))).Int64()
	}
	return out
}

// PartOf is the share that qty of the units kept has in what they carry: round(V x q / Q), the last take all.
func PartOf(cur money.Currency, carried money.Amount, qty, kept uom.Quantity) money.Amount {
	return cur.Share(carried, qty.Units(), kept.Units())
}

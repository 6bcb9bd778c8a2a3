package posting

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
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

// SentBack is what units of a receipt line that a document sent back took along of the landed costs on it.
type SentBack struct {
	Doc  int64
	N    int // of its document's, from 0
	Qty  uom.Quantity
	Part money.Amount
}

// LandedParts goes through what was received on a line, billed, sent back and landed on it, in the order of facts: of its accrued, billed and landed items. Units that go back
// take their share of what the units kept carry then: round(V x q / Q), the last take all; in the order in which they went. Undoes names the
// document that a reversal undoes: it gives back what that took, and on the same day neither ever was.
func LandedParts(cur money.Currency, facts []ledger.Settlement, undoes map[int64]int64) []SentBack {
	facts = slices.Clone(facts)
	ledger.InOrder(facts)
	var out []SentBack
	var kept uom.Quantity
	var carried money.Amount
	for i, end := 0, 0; i < len(facts); i = end {
		change, landed := uom.Quantity{}, money.Amount{}
		for end = i; end < len(facts) && facts[end].Doc == facts[i].Doc; end++ {
			if f := facts[end]; f.Kind == ledger.Landed {
				landed = landed.Add(f.Amount)
			} else {
				change = change.Add(f.Qty)
			}
		}
		doc, of := facts[i].Doc, undoes[facts[i].Doc]
		switch {
		case never(facts, facts[i], undoes):
			continue
		case change.Sign() < 0 && of == 0:
			for n, f := range facts[i:end] {
				part := PartOf(cur, carried, f.Qty.Neg(), kept)
				out = append(out, SentBack{doc, n, f.Qty.Neg(), part})
				kept, carried = kept.Add(f.Qty), carried.Sub(part)
			}
			continue
		}
		for _, s := range out {
			if of != 0 && s.Doc == of {
				carried = carried.Add(s.Part)
			}
		}
		kept, carried = kept.Add(change), carried.Add(landed)
	}
	return out
}

// Relanded says by how much the parts of other documents change because one is among the facts: it landed a cost, sent units back or undid that before them.
func Relanded(cur money.Currency, facts []ledger.Settlement, undoes map[int64]int64, doc int64) []SentBack {
	was := LandedParts(cur, slices.DeleteFunc(slices.Clone(facts), func(f ledger.Settlement) bool { return f.Doc == doc }), undoes)
	var out []SentBack
	for _, is := range LandedParts(cur, facts, undoes) {
		for _, w := range was {
			if is.Doc == w.Doc && is.N == w.N && is.Part != w.Part {
				is.Part = is.Part.Sub(w.Part)
				out = append(out, is)
			}
		}
	}
	return out
}

// never says whether a document was undone on its own day, or is what undid it.
func never(facts []ledger.Settlement, f ledger.Settlement, undoes map[int64]int64) bool {
	return slices.ContainsFunc(facts, func(o ledger.Settlement) bool {
		return o.Date == f.Date && o.Doc != f.Doc && (undoes[o.Doc] == f.Doc || undoes[f.Doc] == o.Doc)
	})
}

// KeptOn is what was received on a line and not sent back by the end of a day.
func KeptOn(facts []ledger.Settlement, day calendar.Date) uom.Quantity {
	var kept uom.Quantity
	for _, f := range facts {
		if f.Kind != ledger.Landed && f.Date <= day {
			kept = kept.Add(f.Qty)
		}
	}
	return kept
}

// PartOf is the share that qty of the units kept has in what they carry: round(V x q / Q), the last take all.
func PartOf(cur money.Currency, carried money.Amount, qty, kept uom.Quantity) money.Amount {
	return cur.Share(carried, qty.Units(), kept.Units())
}

package mrp

import (
	"encoding/json"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// LotRule says how needs become orders. The zero value is lot for lot.
type LotRule struct {
	Rule        string          `json:"rule"`                    // one of the rules below by name: lot_for_lot (default), fixed, ...
	Qty         uom.Quantity    `json:"qty,omitzero"`            // fixed: what every order is for
	Min         uom.Quantity    `json:"min,omitzero"`            // min_max_multiple; order_up_to: the level below which is ordered
	Max         uom.Quantity    `json:"max,omitzero"`            // an order above it becomes several
	Multiple    uom.Quantity    `json:"multiple,omitzero"`       //
	Periods     int32           `json:"periods,string,omitzero"` // buckets that one order covers
	Demand      decimal.Decimal `json:"demand,omitzero"`         // eoq: in all, over the time that the holding cost is for
	OrderCost   decimal.Decimal `json:"order_cost,omitzero"`     // of an order
	HoldingCost decimal.Decimal `json:"holding_cost,omitzero"`   // of a unit for a bucket
	Target      uom.Quantity    `json:"target,omitzero"`         // order_up_to: what is then filled up to
}

// The rules by name.
const (
	LotForLot     = "lot_for_lot"
	FixedLot      = "fixed"
	MinMax        = "min_max_multiple"
	PeriodsOf     = "periods" // periodic order quantity
	EOQ           = "eoq"     // economic order quantity (Harris 1913)
	OrderUpTo     = "order_up_to"
	WagnerWhitin  = "wagner_whitin" // least cost of all (Wagner and Whitin 1958)
	SilverMeal    = "silver_meal"   // least cost per bucket (Silver and Meal 1973)
	PartPeriod    = "part_period"   // holding balances ordering (DeMatteis 1968)
	LeastUnitCost = "least_unit_cost"
)

// ParseLotRule reads a rule as an item keeps it; an empty text is lot for lot.
func ParseLotRule(text string) (LotRule, error) {
	if text == "" {
		return LotRule{Rule: LotForLot}, nil
	}
	var r LotRule
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, refusal.New(refusal.InvalidState, "lot_size", "%v", err)
	}
	return r, r.Check()
}

// Text is the rule as an item keeps it.
func (r LotRule) Text() string {
	text, err := json.Marshal(r)
	if err != nil || r == (LotRule{}) {
		return ""
	}
	return string(text)
}

// Check refuses a rule that nobody knows (invalid_state) and figures that make no sense (invalid_quantity, invalid_amount).
func (r LotRule) Check() error {
	positive := func(what string, q uom.Quantity) error {
		if q.Sign() <= 0 {
			return refusal.New(refusal.InvalidQuantity, "lot_size", "%s: %s is above zero", r.Rule, what).Numbers(q, uom.Quantity{})
		}
		return nil
	}
	switch r.Rule {
	case "", LotForLot:
		return nil
	case FixedLot:
		return positive("qty", r.Qty)
	case MinMax:
		if r.Min.Sign() < 0 || r.Max.Sign() < 0 || r.Multiple.Sign() < 0 || r.Max.Sign() > 0 && r.Max.Less(r.Min) || r.Max.Sign() > 0 && r.Max.Less(r.Multiple) {
			return refusal.New(refusal.InvalidQuantity, "lot_size", "%s: neither a least quantity nor a multiple above the most", r.Rule).Numbers(r.Min, r.Max)
		}
		return nil
	case PeriodsOf:
		return positive("periods", uom.FromInt(int64(r.Periods)))
	case OrderUpTo:
		if r.Min.Sign() < 0 || r.Target.Less(r.Min) {
			return refusal.New(refusal.InvalidQuantity, "lot_size", "%s: target is not below min", r.Rule).Numbers(r.Target, r.Min)
		}
		return positive("target", r.Target)
	case EOQ, WagnerWhitin, SilverMeal, PartPeriod, LeastUnitCost:
		return r.checkCosts()
	}
	return refusal.New(refusal.InvalidState, "lot_size", "nobody knows the rule %q", r.Rule).Known(
		LotForLot, FixedLot, MinMax, PeriodsOf, EOQ, OrderUpTo, WagnerWhitin, SilverMeal, PartPeriod, LeastUnitCost)
}

func (r LotRule) checkCosts() error {
	for _, d := range []decimal.Decimal{r.Demand, r.OrderCost, r.HoldingCost} {
		if d.Exponent() < -percentDigits || d.Exponent() > percentDigits || d.NumDigits() > 2*percentDigits {
			return refusal.New(refusal.LimitExceeded, "lot_size", "a cost has at most %d decimals", percentDigits)
		}
	}
	if r.OrderCost.IsNegative() || !r.HoldingCost.IsPositive() || r.Rule == EOQ && !r.Demand.IsPositive() {
		return refusal.New(refusal.InvalidAmount, "lot_size", "%s: what is held costs something, and an order not less than nothing", r.Rule).Numbers(r.OrderCost, r.HoldingCost)
	}
	return nil
}

// Bucketed is a need of one bucket.
type Bucketed struct {
	Bucket int // counted from the start of the plan
	Qty    uom.Quantity
}

// Lots turns the needs of buckets, in order, into the orders for each of them: none where an earlier one covers it.
func (r LotRule) Lots(needs []Bucketed) [][]uom.Quantity {
	out := make([][]uom.Quantity, len(needs))
	for _, l := range r.lots(nil, needs) {
		out[l.need] = append(out[l.need], l.qty)
	}
	return out
}

// sized is an order for the need of that number.
type sized struct {
	need int
	qty  uom.Quantity
}

// lots adds the orders for needs to those given.
func (r *LotRule) lots(out []sized, needs []Bucketed) []sized {
	var left, economic uom.Quantity // of what was ordered beyond a need
	switch r.Rule {
	case "", LotForLot:
		for i, n := range needs {
			out = append(out, sized{i, n.Qty})
		}
		return out
	case PeriodsOf, WagnerWhitin, SilverMeal, PartPeriod, LeastUnitCost:
		return r.covering(out, needs)
	case EOQ:
		economic = r.economic()
	}
	for i, n := range needs {
		if want := n.Qty.Sub(left); want.Sign() > 0 {
			at := len(out)
			out = r.size(out, i, want, economic)
			for _, o := range out[at:] {
				left = left.Add(o.qty)
			}
		}
		left = left.Sub(n.Qty)
	}
	return out
}

// covering adds an order for each run of needs that the rule puts together.
func (r *LotRule) covering(out []sized, needs []Bucketed) []sized {
	var best []int
	if r.Rule == WagnerWhitin && len(needs) > 0 {
		best, _ = r.optimal(needs)
	}
	for from := 0; from < len(needs); {
		to := 0
		if best != nil {
			to = best[from]
		} else {
			to = r.cover(needs, from)
		}
		var sum uom.Quantity
		for _, n := range needs[from:to] {
			sum = sum.Add(n.Qty)
		}
		out = append(out, sized{from, sum})
		from = to
	}
	return out
}

// size adds the orders for a quantity.
func (r *LotRule) size(out []sized, need int, want, economic uom.Quantity) []sized {
	switch r.Rule {
	case FixedLot:
		return several(out, need, want, r.Qty, r.Qty)
	case MinMax:
		want = up(want.Max(r.Min), r.Multiple)
		if r.Max.Sign() > 0 && r.Max.Less(want) {
			return several(out, need, want, down(r.Max, r.Multiple), up(r.Min, r.Multiple))
		}
	case EOQ:
		want = want.Max(economic)
	case OrderUpTo:
		want = want.Add(r.Target).Sub(r.Min)
	}
	return append(out, sized{need, want})
}

// maxOrders bounds into how many orders one need is cut.
const maxOrders = 10_000

// several cuts a quantity into orders of `most`, the last not below `least`.
func several(out []sized, need int, want, most, least uom.Quantity) []sized {
	for n := 0; want.Sign() > 0 && n < maxOrders; n++ {
		part := want.Min(most).Max(least)
		out, want = append(out, sized{need, part}), want.Sub(part)
	}
	return out
}

// up rounds a quantity up to a multiple, down down.
func up(q, multiple uom.Quantity) uom.Quantity {
	if multiple.Sign() <= 0 {
		return q
	}
	if d := down(q, multiple); d.Less(q) {
		return d.Add(multiple)
	}
	return q
}

func down(q, multiple uom.Quantity) uom.Quantity {
	if multiple.Sign() <= 0 {
		return q
	}
	return uom.FromUnits(q.Units() - q.Units()%multiple.Units())
}

// economic is the square root of 2 x demand x order cost / holding cost, in whole units, rounded half up (F. W. Harris, How many parts to make at once, 1913).
func (r *LotRule) economic() uom.Quantity {
	square := r.Demand.Mul(r.OrderCost).Mul(decimal.NewFromInt(8)).Div(r.HoldingCost) // four times: twice the root is rounded
	twice := new(big.Int).Sqrt(square.BigInt())
	whole := twice.Add(twice, big.NewInt(1)).Rsh(twice, 1)
	q, err := uom.FromDecimal(decimal.NewFromBigInt(whole, 0))
	if err != nil || q.IsZero() {
		return uom.FromInt(1)
	}
	return q
}

// cover gives the end of the needs that an order at `from` covers.
func (r *LotRule) cover(needs []Bucketed, from int) int {
	if r.Rule == PeriodsOf {
		to := from
		for to < len(needs) && needs[to].Bucket < needs[from].Bucket+int(r.Periods) {
			to++
		}
		return to
	}
	k, h := r.OrderCost.Rat(), r.HoldingCost.Rat()
	held := new(big.Rat) // cost of holding
	units := rat(needs[from].Qty)
	best := r.average(k, held, units, 1)
	to := from + 1
	for ; to < len(needs); to++ {
		n := needs[to]
		wait := int64(n.Bucket - needs[from].Bucket)
		more := new(big.Rat).Mul(rat(n.Qty), big.NewRat(wait, 1))
		held.Add(held, more.Mul(more, h))
		units.Add(units, rat(n.Qty))
		next := r.average(k, held, units, wait+1)
		if next.Cmp(best) > 0 {
			break
		}
		if r.Rule != PartPeriod {
			best = next
		}
	}
	return to
}

// average is what the rule keeps low: cost per bucket, per unit, or (part period) the cost of holding against that of an order.
func (r *LotRule) average(k, held, units *big.Rat, buckets int64) *big.Rat {
	switch r.Rule {
	case PartPeriod:
		if held.Sign() == 0 {
			return new(big.Rat).Set(k)
		}
		return new(big.Rat).Set(held)
	case LeastUnitCost:
		sum := new(big.Rat).Add(k, held)
		return sum.Quo(sum, units)
	}
	sum := new(big.Rat).Add(k, held)
	return sum.Quo(sum, big.NewRat(buckets, 1))
}

// optimal finds the orders of least cost: next[i] is the need at which the order after one at i is. Let D(j) be all needed from need j on, t(i) the
// bucket of need i and T the last. What an order at i costs up to the next at j is, but for what no choice changes, K + h (T - t(i)) (D(i) - D(j)); so
// G(i) = K + c(i) D(i) + min over j of (G(j) - c(i) D(j)) with c(i) = h (T - t(i)). As i falls, c(i) rises and the lines G(j) - c D(j) come in by falling
// slope: the least of them is at the end of their lower hull, every line enters and leaves it once (Wagelmans, van Hoesel and Kolen 1992).
//
// looks counts how often two lines were compared.
func (r *LotRule) optimal(needs []Bucketed) (next []int, looks int) {
	n := len(needs)
	next = make([]int, n)
	cost := make([]*big.Rat, n+1)
	after := make([]*big.Rat, n+1) // D
	cost[n], after[n] = new(big.Rat), new(big.Rat)
	hull := []int{n}
	at := func(j int, c *big.Rat) *big.Rat {
		v := new(big.Rat).Mul(c, after[j])
		return v.Sub(cost[j], v)
	}
	last := needs[n-1].Bucket
	for i := n - 1; i >= 0; i-- {
		after[i] = new(big.Rat).Add(after[i+1], rat(needs[i].Qty))
		c := new(big.Rat).Mul(r.HoldingCost.Rat(), big.NewRat(int64(last-needs[i].Bucket), 1))
		for len(hull) > 1 && at(hull[1], c).Cmp(at(hull[0], c)) <= 0 {
			looks++
			hull = hull[1:] // the front holds the least for this c, and for all that come
		}
		next[i] = hull[0]
		cost[i] = new(big.Rat).Mul(c, after[i])
		cost[i].Add(cost[i], r.OrderCost.Rat()).Add(cost[i], at(hull[0], c))
		for len(hull) > 1 && hidden(cost, after, hull[len(hull)-2], hull[len(hull)-1], i) {
			looks++
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, i)
		looks += 2 // those that ended the two searches
	}
	return next, looks
}

// hidden says whether line b is nowhere below both a and c; slopes fall from a to c.
func hidden(cost, after []*big.Rat, a, b, c int) bool {
	sub := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
	left := sub(cost[c], cost[a])
	left.Mul(left, sub(after[b], after[a]))
	right := sub(cost[b], cost[a])
	right.Mul(right, sub(after[c], after[a]))
	return left.Cmp(right) <= 0
}

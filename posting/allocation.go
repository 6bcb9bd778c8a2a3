package posting

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Activity is what a work order did in a period, or up to a day: what the cost of a pool is shared by.
type Activity struct {
	Order        string
	LaborHours   uom.Quantity
	MachineHours uom.Quantity
	Completed    uom.Quantity
	LaborCost    money.Amount
	MaterialCost money.Amount // issued, less what came back
}

// Add adds what was done, or takes it off again.
func (a *Activity) Add(b Activity) {
	a.LaborHours, a.MachineHours, a.Completed = a.LaborHours.Add(b.LaborHours), a.MachineHours.Add(b.MachineHours), a.Completed.Add(b.Completed)
	a.LaborCost, a.MaterialCost = a.LaborCost.Add(b.LaborCost), a.MaterialCost.Add(b.MaterialCost)
}

// Neg turns the sign of what was done.
func (a Activity) Neg() Activity {
	a.LaborHours, a.MachineHours, a.Completed = a.LaborHours.Neg(), a.MachineHours.Neg(), a.Completed.Neg()
	a.LaborCost, a.MaterialCost = a.LaborCost.Neg(), a.MaterialCost.Neg()
	return a
}

// Weights are how much of a pool's cost each order bears, by its number.
type Weights map[string]decimal.Decimal

// BasisOf gives the weights of orders by what they did: labor_hours, machine_hours, labor_cost, material_cost or qty (what they completed). Who did nothing
// bears nothing. Another basis, or one by which nobody did anything, is invalid_state.
func BasisOf(by string, done []Activity) (Weights, error) {
	out := Weights{}
	for _, a := range done {
		var w decimal.Decimal
		switch by {
		case "labor_hours":
			w = a.LaborHours.Decimal()
		case "machine_hours":
			w = a.MachineHours.Decimal()
		case "labor_cost":
			w = a.LaborCost.Decimal()
		case "material_cost":
			w = a.MaterialCost.Decimal()
		case "qty":
			w = a.Completed.Decimal()
		default:
			return nil, badBasis(by)
		}
		if w.IsPositive() {
			out[a.Order] = w
		}
	}
	if len(out) == 0 {
		return nil, refusal.New(refusal.InvalidState, by, "no order gives anything to share a cost by")
	}
	return out, nil
}

func badBasis(by string) error {
	return refusal.New(refusal.InvalidState, by, "a pool is shared by labor_hours, machine_hours, labor_cost, material_cost, qty or given weights")
}

// GivenWeights checks weights that a document states: above zero, at most 12 digits before the point and 6 behind it; by is then empty.
func GivenWeights(by string, given Weights) error {
	if by != "" {
		return refusal.New(refusal.InvalidState, by, "a pool is shared by what orders did or by weights that are given, not both")
	}
	for order, w := range given {
		if !inBounds(w) {
			return refusal.New(refusal.InvalidQuantity, order, "a weight is above zero, with at most 12 digits before the point and 6 behind it")
		}
	}
	return nil
}

// inBounds looks at the size before anything is computed with it.
func inBounds(w decimal.Decimal) bool {
	const digits, before = 6, 12
	return w.IsPositive() && w.Exponent() >= -digits && w.NumDigits()+int(w.Exponent()) <= before
}

// OrderShare is what one order bears of a pool.
type OrderShare struct {
	Order  string
	Amount money.Amount
}

// Allocate shares a pool's cost over orders by their weights, the last coins by largest remainder, ties to the first by number; what comes to nothing is left
// out. With a capacity above the sum of the weights what was not used stays in the pool: each order bears weight / capacity of it. A pool that holds nothing
// is invalid_state; a capacity out of bounds is invalid_quantity.
func Allocate(cur money.Currency, pool money.Amount, weights Weights, capacity decimal.Decimal) ([]OrderShare, error) {
	if pool.IsZero() {
		return nil, refusal.New(refusal.InvalidState, "pool", "there is nothing to allocate")
	}
	if !capacity.IsZero() && !inBounds(capacity) {
		return nil, refusal.New(refusal.InvalidQuantity, "capacity", "a capacity is above zero, with at most 12 digits before the point and 6 behind it")
	}
	var out []OrderShare
	var all []decimal.Decimal
	idle := capacity
	for order := range weights {
		out = append(out, OrderShare{Order: order})
	}
	slices.SortFunc(out, func(a, b OrderShare) int { return strings.Compare(a.Order, b.Order) })
	for _, s := range out {
		all = append(all, weights[s.Order])
		idle = idle.Sub(weights[s.Order])
	}
	if idle.IsPositive() {
		all = append(all, idle)
	}
	shares := cur.Split(pool, whole(all))
	for i := range out {
		out[i].Amount = shares[i]
	}
	return slices.DeleteFunc(out, func(s OrderShare) bool { return s.Amount.IsZero() }), nil
}

// Allocated is what orders bear together.
func Allocated(shares []OrderShare) (sum money.Amount) {
	for _, s := range shares {
		sum = sum.Add(s.Amount)
	}
	return sum
}

// ActivityOf puts together what orders did up to the end of a period, less what they had done before it, in the order of their numbers.
func ActivityOf(until, before []Activity) []Activity {
	byOrder := map[string]*Activity{}
	note := func(a Activity) {
		if byOrder[a.Order] == nil {
			byOrder[a.Order] = &Activity{Order: a.Order}
		}
		byOrder[a.Order].Add(a)
	}
	for _, a := range until {
		note(a)
	}
	for _, a := range before {
		note(a.Neg())
	}
	out := make([]Activity, 0, len(byOrder))
	for _, a := range byOrder {
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b Activity) int { return strings.Compare(a.Order, b.Order) })
	return out
}

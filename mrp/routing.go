package mrp

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// HoursCost is labour = labour hours x labour rate and overhead = machine hours x machine rate + labour hours x overhead rate, in the currency of the
// rates, each rounded once. Hours below zero are invalid_quantity, rates below zero invalid_amount, what no amount holds limit_exceeded.
func (c Center) HoursCost(cur money.Currency, labor, machine decimal.Decimal) (labour, overhead money.Amount, err error) {
	var parts [3]money.Amount
	for i, p := range []struct{ rate, hours decimal.Decimal }{{c.LaborRate, labor}, {c.MachineRate, machine}, {c.OverheadRate, labor}} {
		if p.hours.IsNegative() {
			return labour, overhead, refusal.New(refusal.InvalidQuantity, c.Code, "hours are not below zero")
		}
		if p.rate.IsNegative() {
			return labour, overhead, refusal.New(refusal.InvalidAmount, c.Code, "an hourly rate is not below zero")
		}
		if parts[i], err = cur.Extend(p.rate, p.hours); err != nil {
			return labour, overhead, err
		}
	}
	// Overhead is one amount: its exact sum is rounded, not its parts. Extend has bounded the digits of the factors.
	overhead, err = cur.Round(c.MachineRate.Mul(machine).Add(c.OverheadRate.Mul(labor)))
	return parts[0], overhead, err
}

// CheckCenter refuses a work centre without a code (invalid_state) or with a rate below zero (invalid_amount).
func CheckCenter(c Center) error {
	if err := inventory.CheckCode("center", c.Code); err != nil {
		return err
	}
	if c.Code == "" {
		return refusal.New(refusal.InvalidState, "center", "a work centre has a code")
	}
	for _, rate := range []decimal.Decimal{c.LaborRate, c.MachineRate, c.OverheadRate} {
		if rate.IsNegative() {
			return refusal.New(refusal.InvalidAmount, c.Code, "an hourly rate is not below zero").Numbers(rate, decimal.Zero)
		}
	}
	return nil
}

// CheckRouting refuses a routing with an operation that has no name or that of another (invalid_state), that names a work centre which is not there
// (not_found), or takes less than no time (invalid_quantity).
func CheckRouting(item string, ops []Operation, centers []Center) error {
	for i, o := range ops {
		if err := inventory.CheckCode("op", o.Op); err != nil {
			return err
		}
		if o.Op == "" || slices.ContainsFunc(ops[:i], func(p Operation) bool { return p.Op == o.Op }) {
			return refusal.New(refusal.InvalidState, item, "every operation of a routing has a name of its own").AtLine(i + 1)
		}
		if o.Center != "" && !slices.ContainsFunc(centers, func(c Center) bool { return c.Code == o.Center }) {
			return refusal.New(refusal.NotFound, o.Center, "there is no such work centre").AtLine(i + 1)
		}
		for _, hours := range []decimal.Decimal{o.SetupHours, o.RunHours, o.LaborHours} {
			if hours.IsNegative() {
				return refusal.New(refusal.InvalidQuantity, item, "hours are not below zero").Numbers(hours, decimal.Zero).AtLine(i + 1)
			}
		}
	}
	return nil
}

// Counts says whether good output reported at an operation is output of the order: at the last of the routing, ops in its order. Without a routing that of
// reports that name no operation is.
func Counts(ops []Operation, op string) bool {
	if len(ops) == 0 {
		return op == ""
	}
	return ops[len(ops)-1].Op == op
}

// CheckOp refuses an operation that the routing does not have (not_found); none named passes.
func CheckOp(order string, ops []Operation, op string) error {
	if op != "" && !slices.ContainsFunc(ops, func(o Operation) bool { return o.Op == op }) {
		names := make([]string, len(ops))
		for i, o := range ops {
			names[i] = o.Op
		}
		return refusal.New(refusal.NotFound, order, "the routing has no operation %q", op).Known(names...)
	}
	return nil
}

// CenterOf is the work centre of an operation; of the only one, where none is named; "" for an operation that the routing does not have.
func CenterOf(ops []Operation, op string) string {
	for _, o := range ops {
		if o.Op == op || op == "" && len(ops) == 1 {
			return o.Center
		}
	}
	return ""
}

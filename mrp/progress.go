package mrp

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
)

// Percent is how far the order is: what is completed, per hundred of what it can complete, to one decimal.
func (o Order) Percent() decimal.Decimal {
	whole := o.Completed.Add(o.Remaining())
	if whole.Sign() <= 0 {
		return decimal.Zero
	}
	return o.Completed.Decimal().Mul(hundred).DivRound(whole.Decimal(), 1)
}

// OperationProgress is what was reported of one operation, in all.
type OperationProgress struct {
	Op           string // empty: reports that named none
	Good         uom.Quantity
	Scrap        uom.Quantity
	Rework       uom.Quantity
	LaborHours   uom.Quantity
	MachineHours uom.Quantity
}

// ByOperation adds up an order's facts by operation: those of the routing in its order, reported or not, then others as they were first reported.
func ByOperation(ops []Operation, facts []Progress) []OperationProgress {
	var out []OperationProgress
	for _, o := range ops {
		out = append(out, OperationProgress{Op: o.Op})
	}
	for _, f := range facts {
		if f.Good.IsZero() && f.Scrap.IsZero() && f.Rework.IsZero() && f.LaborHours.IsZero() && f.MachineHours.IsZero() {
			continue
		}
		i := slices.IndexFunc(out, func(p OperationProgress) bool { return p.Op == f.Op })
		if i < 0 {
			i, out = len(out), append(out, OperationProgress{Op: f.Op})
		}
		p := &out[i]
		p.Good, p.Scrap, p.Rework = p.Good.Add(f.Good), p.Scrap.Add(f.Scrap), p.Rework.Add(f.Rework)
		p.LaborHours, p.MachineHours = p.LaborHours.Add(f.LaborHours), p.MachineHours.Add(f.MachineHours)
	}
	return out
}

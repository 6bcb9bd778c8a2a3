package mrp

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// States is the state table: per verb, the states in which it is allowed, and the state that follows (empty: it stays).
var states = map[string]struct {
	from []Status
	to   Status
}{
	"release":          {[]Status{Planned, Firm}, Released},
	"issue":            {[]Status{Planned, Firm, Released, Started, Completed}, Started},
	"return_material":  {[]Status{Started, Completed}, ""},
	"report":           {[]Status{Planned, Firm, Released, Started}, Started},
	"inspect":          {[]Status{Planned, Firm, Released, Started, Completed}, ""},
	"complete":         {[]Status{Planned, Firm, Released, Started}, Started},
	"close_work_order": {[]Status{Planned, Firm, Released, Started, Completed, Held}, Closed},
}

// Next gives the state after a verb; invalid_state if the verb is not allowed now.
func (o Order) Next(verb string) (Status, error) {
	s, ok := states[verb]
	if !ok || !slices.Contains(s.from, o.Status) {
		return "", refusal.New(refusal.InvalidState, o.Ref, "the order is %s: no %s", o.Status, verb)
	}
	if s.to == "" || s.to == Started && o.Status == Completed {
		return o.Status, nil
	}
	return s.to, nil
}

// plannedScrap is what the BOM's yield expects to lose: ordered x (100/yield - 1).
func (o Order) plannedScrap() uom.Quantity {
	if !o.Yield.IsPositive() {
		return uom.Quantity{}
	}
	q, err := uom.FromDecimal(o.Qty.Decimal().Mul(hundred.Sub(o.Yield)).DivRound(o.Yield, uom.Digits))
	if err != nil {
		return uom.Quantity{}
	}
	return q
}

// ScrapBeyondPlan is reported scrap that the yield does not explain; without a yield, all of it.
func (o Order) ScrapBeyondPlan() uom.Quantity {
	return o.Scrapped.Sub(o.plannedScrap()).Max(uom.Quantity{})
}

// Remaining is what the order can still complete: ordered less scrap beyond plan less completed. It is the denominator of a completion's share.
func (o Order) Remaining() uom.Quantity { return o.Qty.Sub(o.ScrapBeyondPlan()).Sub(o.Completed) }

// Excess gives the scrap of a report that is charged to expense, and what it is a part of: ordered - completed - excess so far. Only an order with a
// yield has any, and only where the company does not absorb all.
func (o Order) Excess(scrap uom.Quantity, absorbAll bool) (excess, of uom.Quantity) {
	if absorbAll || !o.Yield.IsPositive() {
		return uom.Quantity{}, uom.FromInt(1)
	}
	after := o
	after.Scrapped = o.Scrapped.Add(scrap)
	excess = after.ScrapBeyondPlan().Sub(o.ScrapBeyondPlan())
	return excess, o.Qty.Sub(o.Completed).Sub(o.Expensed)
}

// CheckReport refuses a report of less than nothing, or of more scrap than the order has left.
func (o Order) CheckReport(good, scrap uom.Quantity) error {
	for _, q := range []uom.Quantity{good, scrap} {
		if q.Sign() < 0 {
			return refusal.New(refusal.InvalidQuantity, o.Ref, "a report is not below zero").Numbers(q, uom.Quantity{})
		}
	}
	after := o
	after.Scrapped = o.Scrapped.Add(scrap)
	if after.Remaining().Sign() < 0 {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "more scrap than the order has left to make").Numbers(scrap, o.Remaining())
	}
	return nil
}

// CheckComplete refuses to complete more than is ordered and left (over_completion), more than was reported once there are reports, and more than
// passed once there are inspections.
func (o Order) CheckComplete(qty uom.Quantity) error {
	if qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "a completion is more than zero").Numbers(qty, uom.Quantity{})
	}
	can, why := o.Remaining(), "more than is left of the order"
	if left := o.Reported.Sub(o.Completed); o.Reports > 0 && left.Less(can) {
		can, why = left, "more than was reported good"
	}
	if left := o.Passed.Sub(o.Completed); o.Inspections > 0 && left.Less(can) {
		can, why = left, "more than passed inspection"
	}
	if can.Less(qty) {
		return refusal.New(refusal.OverCompletion, o.Ref, "%s", why).Numbers(qty, can)
	}
	return nil
}

// CheckInspect refuses to inspect more than was reported, or than is ordered where nothing was.
func (o Order) CheckInspect(pass, fail uom.Quantity) error {
	if pass.Sign() < 0 || fail.Sign() < 0 || pass.Add(fail).IsZero() {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "an inspection passes or fails something").Numbers(pass, fail)
	}
	can := o.Qty
	if o.Reports > 0 {
		can = o.Reported
	}
	if total := uom.Sum(o.Passed, o.Failed, pass, fail); can.Less(total) {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "more is inspected than was made").Numbers(total, can)
	}
	return nil
}

// Apply folds a fact into the order.
func (o *Order) Apply(p Progress) {
	if p.To != "" {
		o.Status = p.To
	}
	one := int32(1)
	if p.Undo {
		one = -1
	}
	if p.Counts {
		o.Reports += one
		o.Reported = o.Reported.Add(p.Good)
	}
	if p.Inspects {
		o.Inspections += one
	}
	o.Scrapped, o.Expensed = o.Scrapped.Add(p.Scrap), o.Expensed.Add(p.Expensed)
	o.Passed, o.Failed = o.Passed.Add(p.Pass), o.Failed.Add(p.Fail)
	o.Completed = o.Completed.Add(p.Completed)
	o.LastDate = max(o.LastDate, p.Date)
}

// Negated is the fact that undoes p.
func (p Progress) Negated() Progress {
	p.From, p.To, p.Undo = p.To, p.From, !p.Undo
	p.Good, p.Scrap, p.Expensed = p.Good.Neg(), p.Scrap.Neg(), p.Expensed.Neg()
	p.Pass, p.Fail, p.Completed = p.Pass.Neg(), p.Fail.Neg(), p.Completed.Neg()
	return p
}

// Done is the state after a completion: completed once nothing is left to complete.
func (o Order) Done() Status {
	if o.Remaining().Sign() <= 0 {
		return Completed
	}
	return Started
}

// HoursCost is labour = labour hours x rate and overhead = machine hours x rate + labour hours x overhead rate, each rounded once.
func (c Center) HoursCost(cur money.Currency, labor, machine decimal.Decimal) (labour, overhead money.Amount, err error) {
	if labour, err = cur.Extend(c.LaborRate, labor); err != nil {
		return
	}
	byMachine, err := cur.Extend(c.MachineRate, machine)
	if err != nil {
		return
	}
	byLabor, err := cur.Extend(c.OverheadRate, labor)
	return labour, byMachine.Add(byLabor), err
}

// Portion is what one line of an order gets of an issue.
type Portion struct {
	Material *Material
	Qty      uom.Quantity
}

// Allot shares an issue of an item (a return, below zero) out to the order's lines of that item: in order up to what each requires, the rest to the last.
// An item that is not on the order has no line.
func Allot(ms []*Material, item string, qty uom.Quantity) []Portion {
	var out []Portion
	for _, m := range ms {
		if m.Item != item || m.ByProduct {
			continue
		}
		take := qty.Min(Outstanding(*m))
		if qty.Sign() < 0 {
			take = qty.Max(m.Issued.Neg())
		}
		out = append(out, Portion{m, take})
		qty = qty.Sub(take)
	}
	if n := len(out); n > 0 {
		out[n-1].Qty = out[n-1].Qty.Add(qty)
	}
	return out
}

// Counts says whether good output reported at an operation is output of the order: at the last one; without a routing, at none.
func Counts(ops []Operation, op string) bool {
	if len(ops) == 0 {
		return op == ""
	}
	return ops[len(ops)-1].Op == op
}

// CenterOf is the work centre of an operation; of the only one, where none is named.
func CenterOf(ops []Operation, op string) string {
	for _, o := range ops {
		if o.Op == op || op == "" && len(ops) == 1 {
			return o.Center
		}
	}
	return ""
}

// Completions gives the documents that completed output of an order and were not reversed.
func Completions(facts []Progress) []int64 {
	var docs []int64
	for _, p := range facts {
		switch p.Completed.Sign() {
		case 1:
			docs = append(docs, p.Doc)
		case -1:
			docs = slices.DeleteFunc(docs, func(d int64) bool { return d == p.Undoes })
		}
	}
	return docs
}

// Unallot takes a quantity off what an order's lines of an item got (an issue undone, below zero), or adds it back (a return or by-product undone).
func Unallot(ms []*Material, item string, qty uom.Quantity, returned bool) []Portion {
	for _, m := range ms {
		if m.ByProduct && returned && m.Item == item {
			return []Portion{{m, qty.Neg()}}
		}
	}
	return Allot(ms, item, qty)
}

package mrp

import (
	"cmp"
	"math"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// states is the state table: per verb, the states in which it is allowed, and the state that follows (empty: it stays). Completion and reversal need more
// than the table: see Done and Undoing. A completed order still takes cost (a late bill of hours), and refuses to complete more by its quantities.
var states = map[string]struct {
	from []Status
	to   Status
}{
	"release":          {[]Status{Planned, Firm}, Released},
	"issue":            {[]Status{Planned, Firm, Released, Started, Completed}, Started},
	"return_material":  {[]Status{Started, Completed}, ""},
	"report":           {[]Status{Planned, Firm, Released, Started, Completed}, Started},
	"inspect":          {[]Status{Planned, Firm, Released, Started, Completed}, ""},
	"complete":         {[]Status{Planned, Firm, Released, Started, Completed}, Started},
	"allocate":         {[]Status{Planned, Firm, Released, Started, Completed, Closed, Held}, ""},
	"unbuild":          {[]Status{Started, Completed, Closed, Held}, ""},
	"close_work_order": {[]Status{Planned, Firm, Released, Started, Completed, Held}, Closed},
}

// Next gives the state after a verb; invalid_state, naming verb and state, if the verb is not allowed now.
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

// plannedScrap is what the BOM's yield expects to lose: ordered x (100/yield - 1), to the nearest millionth.
func (o Order) plannedScrap() uom.Quantity {
	if !o.Yield.IsPositive() {
		return uom.Quantity{}
	}
	q, err := uom.FromDecimal(o.Qty.Decimal().Mul(hundred.Sub(o.Yield)).DivRound(o.Yield, uom.Digits))
	if err != nil {
		return uom.FromUnits(math.MaxInt64) // more than can be scrapped
	}
	return q
}

// scrapBeyondPlan is reported scrap that the yield does not explain; without a yield, all of it.
func (o Order) scrapBeyondPlan() uom.Quantity {
	return o.Scrapped.Sub(o.plannedScrap()).Max(uom.Quantity{})
}

// Remaining is what the order can still complete: ordered less scrap beyond plan less completed. It is the denominator of a completion's share.
func (o Order) Remaining() uom.Quantity { return o.Qty.Sub(o.scrapBeyondPlan()).Sub(o.Completed) }

// Excess gives the scrap of a report that is charged to expense, and what it is a part of: ordered - completed - expensed so far. Only an order with a
// yield has any, and only where the company does not absorb all. What was expensed before is not expensed again when a report between is undone.
func (o Order) Excess(scrap uom.Quantity, absorbAll bool) (excess, of uom.Quantity) {
	of = o.Qty.Sub(o.Completed).Sub(o.Expensed)
	if absorbAll || !o.Yield.IsPositive() {
		return uom.Quantity{}, of
	}
	after := o
	after.Scrapped = o.Scrapped.Add(scrap)
	beyond := after.scrapBeyondPlan()
	excess = beyond.Sub(o.scrapBeyondPlan()).Min(beyond.Sub(o.Expensed))
	return excess.Max(uom.Quantity{}), of
}

// CheckReport refuses a report of less than nothing, of nothing at all (costed says that it states a cost), or of more scrap than the order has left
// (invalid_quantity).
func (o Order) CheckReport(p Progress, costed bool) error {
	something := costed
	for _, q := range []struct{ so, more uom.Quantity }{
		{o.Reported, p.Good}, {o.Scrapped, p.Scrap}, {o.Reworked, p.Rework}, {o.LaborHours, p.LaborHours}, {o.MachineHours, p.MachineHours},
	} {
		if q.more.Sign() < 0 {
			return refusal.New(refusal.InvalidQuantity, o.Ref, "a report is not below zero").Numbers(q.more, uom.Quantity{})
		}
		if !q.so.Add(q.more).Valid() {
			return refusal.New(refusal.LimitExceeded, o.Ref, "more is reported than a quantity can hold")
		}
		something = something || !q.more.IsZero()
	}
	if !something {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "a report says what was made, or what it took")
	}
	after := o
	after.Scrapped = o.Scrapped.Add(p.Scrap)
	if after.Remaining().Sign() < 0 {
		left := o.Qty.Sub(o.Completed).Add(o.plannedScrap()).Sub(o.Scrapped)
		return refusal.New(refusal.InvalidQuantity, o.Ref, "more scrap than the order has left to make").Numbers(p.Scrap, left)
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

// CheckInspect refuses to inspect nothing, or more than was reported, or than is ordered where nothing was (invalid_quantity).
func (o Order) CheckInspect(pass, fail uom.Quantity) error {
	if pass.Sign() < 0 || fail.Sign() < 0 || pass.Add(fail).IsZero() {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "an inspection passes or fails something").Numbers(pass, fail)
	}
	can := o.Qty
	if o.Reports > 0 {
		can = o.Reported
	}
	total := uom.Sum(o.Passed, o.Failed, pass, fail)
	if !total.Valid() || can.Less(total) {
		return refusal.New(refusal.InvalidQuantity, o.Ref, "more is inspected than was made").Numbers(total, can)
	}
	return nil
}

// Apply folds a fact into the order. Applying p and then its negation gives the order as it was, but for LastDate.
func (o *Order) Apply(p Progress) {
	if p.To != "" {
		o.Status = p.To
	}
	one := int32(1)
	if p.Undo {
		one = -1
	}
	if !p.Good.IsZero() { // also of an operation that is not the last: from then on there is what the last one makes, and no more
		o.Reports += one
	}
	if p.Counts {
		o.Reported = o.Reported.Add(p.Good)
	}
	if p.Inspects {
		o.Inspections += one
	}
	o.Scrapped, o.Reworked, o.Expensed = o.Scrapped.Add(p.Scrap), o.Reworked.Add(p.Rework), o.Expensed.Add(p.Expensed)
	o.LaborHours, o.MachineHours = o.LaborHours.Add(p.LaborHours), o.MachineHours.Add(p.MachineHours)
	o.Passed, o.Failed = o.Passed.Add(p.Pass), o.Failed.Add(p.Fail)
	o.Completed, o.Unbuilt = o.Completed.Add(p.Completed), o.Unbuilt.Add(p.Unbuilt)
	o.LastDate = max(o.LastDate, p.Date)
}

// Replayed is the order as some of its facts, in the order of acceptance, leave it.
func (o Order) Replayed(facts []Progress) Order {
	o.Status, o.Reported, o.Reports, o.Inspections, o.LastDate = Planned, uom.Quantity{}, 0, 0, o.Date
	o.Scrapped, o.Reworked, o.Expensed, o.Passed, o.Failed = uom.Quantity{}, uom.Quantity{}, uom.Quantity{}, uom.Quantity{}, uom.Quantity{}
	o.Completed, o.Unbuilt, o.LaborHours, o.MachineHours = uom.Quantity{}, uom.Quantity{}, uom.Quantity{}, uom.Quantity{}
	for _, p := range facts {
		o.Apply(p)
	}
	return o
}

// negated is p with every quantity the other way and its states swapped. What undoes p on an order that has gone on since is Undoing.
func (p Progress) negated() Progress {
	p.From, p.To, p.Undo = p.To, p.From, !p.Undo
	p.Good, p.Scrap, p.Rework, p.Expensed = p.Good.Neg(), p.Scrap.Neg(), p.Rework.Neg(), p.Expensed.Neg()
	p.LaborHours, p.MachineHours = p.LaborHours.Neg(), p.MachineHours.Neg()
	p.Pass, p.Fail, p.Completed, p.Unbuilt = p.Pass.Neg(), p.Fail.Neg(), p.Completed.Neg(), p.Unbuilt.Neg()
	return p
}

// Reversible refuses to take back what an order does not take any more: its close sent on what was left of that. The close is reversed first.
func (o Order) Reversible(verb string) error {
	if s, ok := states[verb]; ok && verb != "close_work_order" && o.Status == Closed && !slices.Contains(s.from, Closed) {
		return refusal.New(refusal.InvalidState, o.Ref, "the order is closed: its close is reversed before its %s", verb)
	}
	return nil
}

// Undoing gives the fact that undoes p, one of the order's facts (all of them, in order of acceptance). The state is the one that the facts which still
// hold leave: an order with a second issue stays started when the first is undone; without any fact left it is cancelled.
func (o Order) Undoing(p Progress, facts []Progress) Progress {
	undo := p.negated()
	undo.From, undo.To, undo.Undoes = o.Status, Cancelled, p.Doc
	gone := undone(facts)
	for _, f := range facts {
		if f.To != "" && !f.Undo && f.Doc != p.Doc && !gone[f.Doc] {
			undo.To = f.To
		}
	}
	o.Apply(undo)
	if o.Status == Completed && o.Remaining().Sign() > 0 {
		undo.To = Started
	}
	return undo
}

// undone are the documents whose facts were undone by others.
func undone(facts []Progress) map[int64]bool {
	out := map[int64]bool{}
	for _, f := range facts {
		if f.Undo {
			out[f.Undoes] = true
		}
	}
	return out
}

// Took says whether one of some steps, not undone by a later one of them, took cost off the order: it completed or expensed output, or closed the order.
func Took(steps []Progress) bool {
	gone := undone(steps)
	return slices.ContainsFunc(steps, func(f Progress) bool {
		takes := !f.Completed.IsZero() || !f.Expensed.IsZero() || f.To == Closed && f.From != Closed
		return !f.Undo && !gone[f.Doc] && takes
	})
}

// Done is the state after a completion: completed once nothing is left to complete.
func (o Order) Done() Status {
	if o.Remaining().Sign() <= 0 {
		return Completed
	}
	return Started
}

// Completions gives the documents that completed output of an order and were not reversed, in the order of their dates: the first takes the odd cent of what is
// left at the close, whichever was told first.
func Completions(facts []Progress) []int64 {
	var made []Progress
	for _, p := range facts {
		switch p.Completed.Sign() {
		case 1:
			made = append(made, p)
		case -1:
			made = slices.DeleteFunc(made, func(f Progress) bool { return f.Doc == p.Undoes })
		}
	}
	slices.SortFunc(made, func(a, b Progress) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Doc, b.Doc)) })
	docs := make([]int64, len(made))
	for i, p := range made {
		docs[i] = p.Doc
	}
	return docs
}

// DocumentsOf gives the documents of an order's facts, each once, in order.
func DocumentsOf(facts []Progress) []int64 {
	docs := make([]int64, len(facts))
	for i, p := range facts {
		docs[i] = p.Doc
	}
	slices.Sort(docs)
	return slices.Compact(docs)
}

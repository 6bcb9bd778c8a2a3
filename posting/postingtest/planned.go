package postingtest

import (
	"fmt"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
)

// planned compares the latest plan with what is stated of it.
func (p *player) planned(e *expectation) {
	if e.Plan == nil && len(e.Messages)+len(e.Requirements) == 0 {
		return
	}
	plan, err := p.company.Plan(p.ctx, "")
	if err != nil {
		p.fail(p.s.Line, "the plan: %v", err)
		return
	}
	if e.Plan != nil {
		p.plannedOrders(e.Plan, plan)
	}
	for _, w := range e.Messages {
		found := false
		for _, m := range plan.Messages {
			found = found || m.Ref == w.Ref.text && string(m.Action) == w.Action && (w.To == 0 || m.To == w.To)
		}
		if !found {
			p.fail(w.Ref.line, "no message to %s %s %s; the plan says: %v", w.Action, w.Ref.text, w.To, plan.Messages)
		}
	}
	for _, w := range e.Requirements {
		for i, day := range w.Value.Dates {
			r := requirement(plan, w.Key, day)
			for _, one := range []struct {
				what string
				want []figure
				is   uom.Quantity
			}{{"gross", w.Value.Gross, r.Gross}, {"on hand", w.Value.OnHand, r.OnHand}, {"net", w.Value.Net, r.Net}} {
				if i < len(one.want) {
					p.figure(fmt.Sprintf("%s requirement of %s on %s", one.what, w.Key, day), one.want[i], one.is.Decimal(), nil)
				}
			}
		}
	}
}

func requirement(plan mrp.Plan, item string, day calendar.Date) (r mrp.Requirement) {
	for _, x := range plan.Requirements {
		if x.Item == item && x.Date == day {
			r = x
		}
	}
	return r
}

// plannedOrders compares the orders, in any order.
func (p *player) plannedOrders(want *planWanted, plan mrp.Plan) {
	used := make([]bool, len(plan.Orders))
	for _, w := range want.orders {
		found := false
		for i, o := range plan.Orders {
			if !used[i] && !found && o.Item == w.Item && w.Qty.meets(o.Qty.Decimal()) && o.Release == w.Release && o.Due == w.Due && kindOf(o) == w.Type {
				used[i], found = true, true
			}
		}
		if !found {
			p.fail(w.Qty.line, "no planned order to %s %s %s, released %s, due %s", w.Type, w.Qty.text, w.Item, w.Release, w.Due)
		}
	}
	for i, o := range plan.Orders {
		if !used[i] {
			p.fail(want.line, "the plan also orders to %s %s %s, released %s, due %s: %s", kindOf(o), o.Qty, o.Item, o.Release, o.Due, o.Why)
		}
	}
}

func kindOf(o mrp.PlannedOrder) string {
	if o.Make {
		return "make"
	}
	return "buy"
}

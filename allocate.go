package ledgermill

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Allocate spreads what a cost pool (制造费用; From, a role or account) holds at the end of a period over the work orders that did something in it, closed or not:
// By labor_hours, machine_hours, labor_cost, material_cost or qty completed, or by Weights given for each order. With a Capacity the share of what was not
// used of it stays in the pool. It is overhead of the orders; what falls on a closed order goes on to what that completed.
type Allocate struct {
	ID       string          `json:"ref"`
	Date     calendar.Date   `json:"date"`
	Memo     string          `json:"memo,omitzero"`
	From     string          `json:"from"`
	To       string          `json:"to,omitzero"` // wip, which is also the default
	By       string          `json:"by,omitzero"` // labor_hours, machine_hours, labor_cost, material_cost or qty; none if Weights are given
	Weights  posting.Weights `json:"weights,omitempty"`
	Period   calendar.Period `json:"period,omitzero"` // default: that of the date
	Capacity decimal.Decimal `json:"capacity,omitzero"`
}

func (c Allocate) head() header { return header{"allocate", c.ID, c.Date, c.Memo} }

func (c Allocate) decide(b *book) error {
	if c.Period == 0 {
		c.Period = c.Date.Period()
	}
	if c.To != "" && c.To != "wip" {
		return refusal.New(refusal.InvalidState, c.To, "a pool is allocated to wip")
	}
	if c.Period < 0 || c.Date < c.Period.First() {
		return refusal.New(refusal.InvalidDate, c.ID, "an allocation dated %s, before its period %s", c.Date, c.Period)
	}
	if err := checkLines(b, max(len(c.Weights), 1)); err != nil {
		return err
	}
	pool, err := b.chart.Free(c.From)
	if err != nil {
		return err
	}
	weights, err := c.weights(b)
	if err != nil {
		return err
	}
	rows, err := b.total(totalsAt(AsOf{Day: max(c.Date, c.Period.Last())}))
	if err != nil {
		return err
	}
	shares, err := posting.Allocate(b.currency, ledger.BalanceOf(balances(rows), pool), weights, c.Capacity)
	if err != nil {
		return err
	}
	if err := each(b, shares, func(_ int, s posting.OrderShare) error { return b.bear(s) }); err != nil {
		return err
	}
	_, err = b.post("allocate", "pool", posting.Allocated(shares), dims{account: pool})
	return err
}

// weights are those given, else what the orders did in the period.
func (c Allocate) weights(b *book) (posting.Weights, error) {
	if len(c.Weights) > 0 {
		return c.Weights, posting.GivenWeights(c.By, c.Weights)
	}
	until, err := b.activity(c.Period.Last())
	before, err2 := b.activity(c.Period.First().AddDays(-1))
	if err != nil || err2 != nil {
		return nil, errNeed
	}
	return posting.BasisOf(c.By, posting.ActivityOf(until, before))
}

// activity is what orders did and cost up to the end of a day.
func (b *book) activity(day calendar.Date) ([]posting.Activity, error) {
	did, err1 := b.total(storage.Total{Kind: storage.ProgressFacts, Group: []string{"order_ref"}, Of: []string{"labor_hours", "machine_hours", "completed"}, Date: "date", AsOf: day})
	cost, err2 := b.total(storage.Total{Kind: storage.Entries, Group: []string{"order_ref", "element"}, Of: []string{"value"}, Where: []storage.Equal{{Column: "kind", Value: string(costing.Charge)}}, Date: "posting_date", AsOf: day})
	back, err3 := b.total(storage.Total{Kind: storage.VoucherLines, Group: []string{"order_ref"}, Of: []string{"credit", "debit"}, Where: []storage.Equal{{Column: "rule", Value: "return_material.wip"}}, Date: "date", AsOf: day})
	if err1 != nil || err2 != nil || err3 != nil {
		return nil, errNeed
	}
	var out []posting.Activity
	for _, r := range did {
		out = append(out, posting.Activity{Order: *r.Group[0].(*string), LaborHours: uom.FromUnits(r.Sums[0]), MachineHours: uom.FromUnits(r.Sums[1]), Completed: uom.FromUnits(r.Sums[2])})
	}
	for _, r := range cost {
		value := money.FromUnits(r.Sums[0])
		switch costing.Element(*r.Group[1].(*string)) {
		case costing.Material:
			out = append(out, posting.Activity{Order: *r.Group[0].(*string), MaterialCost: value})
		case costing.Labor:
			out = append(out, posting.Activity{Order: *r.Group[0].(*string), LaborCost: value})
		}
	}
	for _, r := range back {
		out = append(out, posting.Activity{Order: *r.Group[0].(*string), MaterialCost: posting.Gap(money.FromUnits(r.Sums[1]), money.FromUnits(r.Sums[0]))})
	}
	return out, nil
}

// bear charges an order with its share of a pool. One that was closed by then passes it on at once, as its close did what it held.
func (b *book) bear(s posting.OrderShare) error {
	o, err := b.workOrder(s.Order, "allocate")
	if err != nil {
		return err
	}
	if err := b.charge(o, "allocate", costing.Overhead, s.Amount, costing.Source{}); err != nil {
		return err
	}
	if o.past.Status != mrp.Closed {
		b.step(o.Order, mrp.Progress{})
		return nil
	}
	if err := b.clearAll(o); err != nil {
		return err
	}
	b.step(o.Order, mrp.Progress{To: mrp.Closed})
	return nil
}

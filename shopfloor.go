package ledgermill

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/storage"
)

// Report says what the shop floor made and what it took: hours at the work centre's rates, or costs as stated.
type Report struct {
	ID           string              `json:"ref"`
	Date         calendar.Date       `json:"date"`
	Memo         string              `json:"memo,omitzero"`
	Order        string              `json:"wo"`
	Op           string              `json:"op,omitzero"`
	Good         uom.Quantity        `json:"good,omitzero"`
	Scrap        uom.Quantity        `json:"scrap,omitzero"`
	Rework       uom.Quantity        `json:"rework,omitzero"`
	LaborHours   decimal.NullDecimal `json:"labor_hours,omitzero"`
	MachineHours decimal.NullDecimal `json:"machine_hours,omitzero"`
	LaborCost    *money.Amount       `json:"labor_cost,omitempty"`
	OverheadCost *money.Amount       `json:"overhead_cost,omitempty"`
	EnergyCost   *money.Amount       `json:"energy_cost,omitempty"`
}

func (c Report) head() header { return header{"report", c.ID, c.Date, c.Memo} }

func (c Report) ahead(b *book) { b.wantOrder(c.Order) }

func (c Report) decide(b *book) error {
	o, err := b.workOrder(c.Order, "report")
	if err != nil {
		return err
	}
	ops, err := list[mrp.Operation](b, storage.List{Kind: storage.Operations, Values: []any{o.Item}})
	if err != nil {
		return err
	}
	if err := mrp.CheckOp(c.Order, values(ops), c.Op); err != nil {
		return err
	}
	report := mrp.Progress{To: o.next, Op: c.Op, Good: c.Good, Scrap: c.Scrap, Rework: c.Rework}
	if report.LaborHours, err = uom.FromDecimal(c.LaborHours.Decimal); err != nil {
		return err
	}
	if report.MachineHours, err = uom.FromDecimal(c.MachineHours.Decimal); err != nil {
		return err
	}
	if err := o.CheckReport(report, c.LaborCost != nil || c.OverheadCost != nil || c.EnergyCost != nil); err != nil {
		return err
	}
	costs, err := c.costs(b, ops)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		element costing.Element
		measure string
	}{{costing.Labor, "labor"}, {costing.Overhead, "overhead"}, {costing.Energy, "energy"}} {
		value := costs.Of(p.element)
		if value.IsZero() {
			continue
		}
		if err := b.charge(o, "report", p.element, value, costing.Source{}); err != nil {
			return err
		}
		if _, err := b.post("report", p.measure, value, o.dims()); err != nil {
			return err
		}
	}
	excess, of := o.Excess(c.Scrap, b.set.Scrap == "absorb_all")
	if !excess.IsZero() {
		if err := b.expense(o, o.cost.Expense(b.currency, excess, of, b.doc.Date)); err != nil {
			return err
		}
	}
	report.Expensed, report.Counts = excess, !c.Good.IsZero() && mrp.Counts(values(ops), c.Op)
	b.step(o.Order, report)
	return nil
}

// atRates gives labour and overhead of the hours at the rates of the operation's work centre. Where none can be named, what the hours cost must be stated.
func (c Report) atRates(b *book, ops []*mrp.Operation) (labor, overhead money.Amount, err error) {
	if !c.LaborHours.Valid && !c.MachineHours.Valid {
		return labor, overhead, nil
	}
	center := mrp.CenterOf(values(ops), c.Op)
	if center == "" {
		if c.LaborHours.Valid && c.LaborCost == nil || c.MachineHours.Valid && c.OverheadCost == nil {
			err = refusal.New(refusal.NotFound, c.Order, "hours are costed at an operation's work centre: operation %q has none", c.Op)
		}
		return labor, overhead, err
	}
	w, err := read[mrp.Center](b, storage.Centers, center)
	if err != nil {
		return labor, overhead, err
	}
	if w == nil {
		return labor, overhead, refusal.New(refusal.NotFound, center, "there is no such work centre")
	}
	return w.HoursCost(b.currency, c.LaborHours.Decimal, c.MachineHours.Decimal)
}

// costs are those stated, else hours at the rates of the operation's work centre.
func (c Report) costs(b *book, ops []*mrp.Operation) (costing.Cost, error) {
	labor, overhead, err := c.atRates(b, ops)
	if err != nil {
		return costing.Cost{}, err
	}
	out := costing.Cost{Labor: labor, Overhead: overhead}
	for _, s := range []struct {
		stated *money.Amount
		to     *money.Amount
	}{{c.LaborCost, &out.Labor}, {c.OverheadCost, &out.Overhead}, {c.EnergyCost, &out.Energy}} {
		if s.stated == nil {
			continue
		}
		if s.stated.Sign() < 0 || !b.currency.Fits(*s.stated) {
			return out, refusal.New(refusal.InvalidAmount, c.Order, "a cost is not below zero, in whole coins").Numbers(*s.stated, money.Amount{})
		}
		*s.to = *s.stated
	}
	return out, nil
}

func (b *book) expense(o *job, c costing.Cost) error {
	loss, err := b.post("report", "loss", c.Total(), o.dims())
	if err != nil {
		return err
	}
	return b.credit(o, "report", "expensed", c, costing.Source{Doc: b.doc.Seq}, loss)
}

// Inspect accepts or rejects reported output.
type Inspect struct {
	ID    string        `json:"ref"`
	Date  calendar.Date `json:"date"`
	Memo  string        `json:"memo,omitzero"`
	Order string        `json:"wo"`
	Pass  uom.Quantity  `json:"pass,omitzero"`
	Fail  uom.Quantity  `json:"fail,omitzero"`
}

func (c Inspect) head() header { return header{"inspect", c.ID, c.Date, c.Memo} }

func (c Inspect) ahead(b *book) { b.wantOrder(c.Order) }

func (c Inspect) decide(b *book) error {
	o, err := b.workOrder(c.Order, "inspect")
	if err != nil {
		return err
	}
	if err := o.CheckInspect(c.Pass, c.Fail); err != nil {
		return err
	}
	b.step(o.Order, mrp.Progress{To: o.next, Pass: c.Pass, Fail: c.Fail, Inspects: true})
	return nil
}

package posting

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
)

// OrderVariances say why a closed order of a product at standard cost cost more (or, below zero, less) than what it made stands at. The figures sum to Total.
// Standard is what the quantity that was completed should have taken: of its bill of materials at the standard costs of the components, and of its
// routing at the rates of its work centres.
type OrderVariances struct {
	Price              money.Amount // components cost other than their standard: actual value - quantity x standard. None for one without a standard
	Usage              money.Amount // other quantities than standard, at standard (without one: at what they cost)
	LaborRate          money.Amount // actual cost - actual hours x rate
	LaborEfficiency    money.Amount // (actual hours - standard hours) x rate
	OverheadSpending   money.Amount // actual cost - actual hours x rates of machines and overhead
	OverheadEfficiency money.Amount // (actual hours - standard hours) x these rates
	Other              money.Amount // energy and outside work, less what went to by-products and scrap
	Standard           money.Amount // what bill and routing come to, less the standard cost that the product stands at
	Total              money.Amount
}

// OrderFacts are what is known of an order.
type OrderFacts struct {
	Order     mrp.Order
	Materials []mrp.Material
	Held      []costing.Consumed         // what was issued, less what came back
	Costs     map[string]decimal.Decimal // standard cost of components that have one
	Steps     []mrp.Progress
	Routing   []mrp.Operation
	Centers   map[string]mrp.Center
	Cost      costing.OrderCost
	Made      []*costing.Entry       // what it completed of its product
	Standards []costing.StandardCost // of the product
}

// Items are the components that an order was to take, and took.
func (f OrderFacts) Items() (out []string) {
	for _, m := range f.Materials {
		out = append(out, m.Item)
	}
	for _, h := range f.Held {
		out = append(out, h.Item)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Variances takes an order's variance apart.
func (f OrderFacts) Variances(cur money.Currency) (v OrderVariances, err error) {
	charged := f.Cost.Charged
	gone, stands := money.Sum(f.Cost.ByProduct, f.Cost.Expensed), money.Amount{}
	for _, e := range f.Made {
		at, err := costing.AtStandard(cur, e.Item, f.Standards, e.FactDate, e.Qty)
		if err != nil {
			return v, err
		}
		stands = stands.Add(at)
	}
	v.Total = money.Sum(charged.Total(), gone.Neg(), stands.Neg())
	standard, err := f.materials(cur, &v)
	if err != nil {
		return v, err
	}
	labor, overhead, err := f.worked(cur)
	if err != nil {
		return v, err
	}
	shouldLabor, shouldOverhead, err := f.planned(cur)
	if err != nil {
		return v, err
	}
	v.LaborRate, v.LaborEfficiency = charged.Labor.Sub(labor), labor.Sub(shouldLabor)
	v.OverheadSpending, v.OverheadEfficiency = charged.Overhead.Sub(overhead), overhead.Sub(shouldOverhead)
	v.Other = money.Sum(charged.Energy, charged.Outside, gone.Neg())
	v.Standard = money.Sum(standard, shouldLabor, shouldOverhead, stands.Neg())
	return v, nil
}

// materials weighs what was used against what should have been, and gives the standard cost of that.
func (f OrderFacts) materials(cur money.Currency, v *OrderVariances) (standard money.Amount, err error) {
	need, held, value := map[string]uom.Quantity{}, map[string]uom.Quantity{}, map[string]money.Amount{}
	var items []string
	know := func(item string) {
		if _, known := need[item]; !known {
			need[item] = uom.Quantity{}
			items = append(items, item)
		}
	}
	for _, m := range f.Materials {
		if !m.ByProduct && m.Stands == 0 {
			know(m.Item)
			need[m.Item] = need[m.Item].Add(f.Order.Need(m, f.Order.Completed))
		}
	}
	for _, h := range f.Held {
		know(h.Item)
		held[h.Item], value[h.Item] = held[h.Item].Add(h.Qty), value[h.Item].Add(h.Value)
	}
	for _, item := range items {
		is, should := value[item], money.Amount{}
		if cost, known := f.Costs[item]; known {
			if is, err = cur.Extend(cost, held[item].Decimal()); err != nil {
				return standard, err
			}
			if should, err = cur.Extend(cost, need[item].Decimal()); err != nil {
				return standard, err
			}
			v.Price = money.Sum(v.Price, value[item], is.Neg())
		} else if !held[item].IsZero() {
			should = cur.Share(is, need[item].Units(), held[item].Units())
		}
		v.Usage = money.Sum(v.Usage, is, should.Neg())
		standard = standard.Add(should)
	}
	return standard, nil
}

// worked is what the hours that were reported come to at the rates of their work centres. Those of none come to nothing: all that they cost is a matter of rate.
func (f OrderFacts) worked(cur money.Currency) (labor, overhead money.Amount, err error) {
	for _, s := range f.Steps {
		l, o, err := f.Centers[mrp.CenterOf(f.Routing, s.Op)].HoursCost(cur, s.LaborHours.Abs().Decimal(), s.MachineHours.Abs().Decimal())
		if err != nil {
			return labor, overhead, err
		}
		if s.LaborHours.Sign() < 0 || s.MachineHours.Sign() < 0 { // taken back
			l, o = l.Neg(), o.Neg()
		}
		labor, overhead = labor.Add(l), overhead.Add(o)
	}
	return labor, overhead, nil
}

// planned is what the hours come to that the routing says for what was completed: of labour as many as of the machine, where it does not say.
func (f OrderFacts) planned(cur money.Currency) (labor, overhead money.Amount, err error) {
	if f.Order.Completed.Sign() <= 0 {
		return labor, overhead, nil
	}
	for _, op := range f.Routing {
		run := op.SetupHours.Add(op.RunHours.Mul(f.Order.Completed.Decimal()))
		work := run
		if !op.LaborHours.IsZero() {
			work = op.LaborHours.Mul(f.Order.Completed.Decimal())
		}
		l, o, err := f.Centers[op.Center].HoursCost(cur, work, run)
		if err != nil {
			return labor, overhead, err
		}
		labor, overhead = labor.Add(l), overhead.Add(o)
	}
	return labor, overhead, nil
}

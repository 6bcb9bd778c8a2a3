package mrp

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// plan nets one item and orders what is missing.
func (x *planner) plan(item *PlanItem) error {
	needs, comes := x.needs[item.Code], x.comes[item.Code]
	slices.SortFunc(needs, func(a, b need) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.ref, b.ref), cmp.Compare(a.parent, b.parent), a.qty.Cmp(b.qty), cmp.Compare(a.alternates, b.alternates))
	})
	slices.SortFunc(comes, func(a, b *arrival) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.parent, b.parent), a.Qty.Cmp(b.Qty))
	})
	needs = x.substitute(item, needs, comes)
	x.planned[item.Code] = true
	rows := x.net(item, needs, comes)
	first := len(x.out.Orders)
	x.order(item, rows)
	x.out.Requirements = append(x.out.Requirements, rows...)
	x.peg(item, needs, comes, first)
	x.judge(item, comes, first)
	return x.explode(item, first)
}

// net goes through the days on which something is needed or comes, and finds what is missing on each.
func (x *planner) net(item *PlanItem, needs []need, comes []*arrival) []Requirement {
	rebuilt := x.days[item.Calendar].step(x.Start, item.LeadTime)
	floor := item.SafetyStock
	if item.Lot.Rule == OrderUpTo {
		floor = floor.Max(item.Lot.Min)
	}
	var days []calendar.Date
	for _, n := range needs {
		days = append(days, n.date)
	}
	for _, c := range comes {
		days = append(days, max(c.Due, x.Start))
	}
	if floor.Sign() > 0 {
		days = append(days, x.Start, max(rebuilt, x.Start))
	}
	slices.Sort(days)
	days = slices.Compact(days)
	here, n, c := item.OnHand, 0, 0
	var rows []Requirement
	for _, day := range days {
		if day >= x.end {
			break
		}
		for ; c < len(comes) && max(comes[c].Due, x.Start) <= day; c++ {
			here = here.Add(comes[c].Qty)
		}
		row := Requirement{Item: item.Code, Date: day}
		for ; n < len(needs) && needs[n].date == day; n++ {
			row.Gross = row.Gross.Add(needs[n].qty)
		}
		for ; c < len(comes) && here.Less(row.Gross) && !comes[c].Firm; c++ { // it can be had earlier
			here = here.Add(comes[c].Qty)
		}
		row.OnHand = here
		here = here.Sub(row.Gross)
		least := uom.Quantity{}
		if item.Protect || day >= rebuilt {
			least = floor
		}
		if here.Less(least) {
			row.Net = least.Sub(here)
			here = least
		}
		if !row.Gross.IsZero() || !row.Net.IsZero() {
			rows = append(rows, row)
		}
	}
	return rows
}

// order turns what is missing into planned orders, by bucket: due on the bucket's first day of need.
func (x *planner) order(item *PlanItem, rows []Requirement) {
	if item.Phantom {
		for _, r := range rows {
			x.add(item, r.Date, r.Net)
		}
		return
	}
	var needs []Bucketed
	var dues []calendar.Date
	for _, r := range rows {
		b := x.bucketOf(r.Date)
		switch last := len(needs) - 1; {
		case r.Net.IsZero():
		case last >= 0 && needs[last].Bucket == b:
			needs[last].Qty = needs[last].Qty.Add(r.Net)
		default:
			needs, dues = append(needs, Bucketed{b, r.Net}), append(dues, r.Date)
		}
	}
	for i, lots := range item.Lot.Lots(needs) {
		for _, qty := range lots {
			x.add(item, dues[i], qty)
		}
	}
}

func (x *planner) add(item *PlanItem, due calendar.Date, qty uom.Quantity) {
	if qty.Sign() > 0 {
		x.out.Orders = append(x.out.Orders, PlannedOrder{Item: item.Code, Qty: qty, Due: due, Release: x.days[item.Calendar].step(due, -item.LeadTime), Make: item.Make})
	}
}

// peg matches what is there and what comes with what is needed, both in order of time.
func (x *planner) peg(item *PlanItem, needs []need, comes []*arrival, first int) {
	type source struct {
		from calendar.Date
		left uom.Quantity
		come *arrival
		made int
	}
	sources := []source{{left: item.OnHand, made: -1}}
	for _, c := range comes {
		sources = append(sources, source{max(c.Due, x.Start), c.Qty, c, -1})
	}
	for i := first; i < len(x.out.Orders); i++ {
		sources = append(sources, source{x.out.Orders[i].Due, x.out.Orders[i].Qty, nil, i})
	}
	if len(comes) > 0 {
		slices.SortStableFunc(sources[1:], func(a, b source) int { return cmp.Compare(a.from, b.from) })
	}
	s := 0
	for _, n := range needs {
		for left := n.qty; left.Sign() > 0 && s < len(sources); {
			part := left.Min(sources[s].left.Max(uom.Quantity{}))
			left, sources[s].left = left.Sub(part), sources[s].left.Sub(part)
			switch src := sources[s]; {
			case part.IsZero():
			case src.come != nil:
				src.come.used = src.come.used.Add(part)
				if src.come.first == 0 {
					src.come.first = n.date
				}
			case src.made >= 0:
				o := &x.out.Orders[src.made]
				o.Pegs = append(o.Pegs, Peg{n.ref, n.parent, part})
			}
			if sources[s].left.Sign() <= 0 {
				s++
			}
		}
	}
}

// judge says what to do with orders on their way.
func (x *planner) judge(item *PlanItem, comes []*arrival, first int) {
	if item.Phantom {
		return
	}
	for _, c := range comes {
		if c.parent >= 0 {
			continue
		}
		m := Message{Ref: c.Ref, Item: item.Code}
		switch {
		case c.first == 0 && item.SafetyStock.IsZero():
			m.Action, m.Why = Cancel, "nobody needs it within the plan"
		case c.first != 0 && c.first < c.Due:
			m.Action, m.To, m.Why = Expedite, c.first, "it is needed before it is due"
		case c.first > max(c.Due, x.Start) && item.SafetyStock.IsZero():
			m.Action, m.To, m.Why = Defer, c.first, "nothing needs it before"
		default:
			for _, o := range x.out.Orders[first:] {
				if o.Due == c.Due && !c.Firm {
					m.Action, m.To, m.Qty, m.Why = Increase, c.Due, c.Qty.Add(o.Qty), "more is needed on the day on which it comes"
				}
			}
		}
		if m.Action != "" {
			x.out.Messages = append(x.out.Messages, m)
		}
	}
	for _, o := range x.out.Orders[first:] {
		if o.Release < x.Start {
			x.out.Messages = append(x.out.Messages, Message{Ref: x.demandOf(o), Item: item.Code, Action: ReleaseLate, To: o.Release, Qty: o.Qty, Why: "to be there in time it should have been released before the plan begins"})
		}
	}
}

// demandOf is the demand, or order, that a planned order is for in the end: the first.
func (x *planner) demandOf(o PlannedOrder) string {
	if len(o.Pegs) == 0 {
		return ""
	}
	return x.source(o.Pegs[0])
}

// source is the demand, or order, that a peg leads to in the end.
func (x *planner) source(p Peg) string {
	if p.Ref == "" && p.Parent >= 0 {
		return x.demandOf(x.out.Orders[p.Parent])
	}
	return p.Ref
}

// explode turns the planned orders of an item into needs of what it is made of, and into supply of by-products.
func (x *planner) explode(item *PlanItem, first int) error {
	if !item.Make && !item.Phantom {
		return nil
	}
	versions, _ := x.BOMs.Versions(item.Code)
	for i := first; i < len(x.out.Orders); i++ {
		o := x.out.Orders[i]
		bom, ok := Effective(versions, o.Release)
		if !ok {
			continue // it is made of nothing that anybody stated
		}
		lines, _ := x.BOMs.Lines(item.Code, bom.Doc)
		materials, _, err := Explode("", bom, lines, o.Qty, o.Release, x.BOMs, func(code string) bool { return x.items[code] != nil && x.items[code].Phantom })
		if err != nil {
			return err
		}
		for _, m := range materials {
			switch {
			case x.items[m.Item] == nil:
				return refusal.New(refusal.UnknownItem, m.Item, "there is no such item")
			case m.ByProduct:
				x.comes[m.Item] = append(x.comes[m.Item], &arrival{Supply: Supply{Item: m.Item, Qty: m.Required, Due: o.Due, Firm: true}, parent: i})
			default:
				x.needs[m.Item] = append(x.needs[m.Item], need{date: max(o.Release, x.Start), qty: m.Required, parent: i, alternates: m.Alternates})
			}
		}
	}
	return nil
}

// explain says in a sentence what every planned order is for.
func (x *planner) explain() {
	for i := range x.out.Orders {
		o := &x.out.Orders[i]
		o.Why = ""
		var pegged uom.Quantity
		for n, p := range o.Pegs {
			pegged = pegged.Add(p.Qty)
			if n == maxReasons {
				o.Why += ", and more"
			}
			if n >= maxReasons {
				continue
			}
			if n > 0 {
				o.Why += ", "
			}
			o.Why += p.Qty.String() + " for " + x.what(p)
		}
		if rest := o.Qty.Sub(pegged); rest.Sign() > 0 {
			if o.Why != "" {
				o.Why += ", "
			}
			o.Why += rest.String() + " for the safety stock, the lot size or later"
		}
	}
}

// maxReasons bounds a sentence; the pegs are complete.
const maxReasons = 5

func (x *planner) what(p Peg) string {
	if p.Parent < 0 {
		if p.Ref == "" {
			return "a demand"
		}
		return p.Ref
	}
	parent := x.out.Orders[p.Parent]
	text := "the planned " + parent.Item + " of " + parent.Due.String()
	if ref := x.demandOf(parent); ref != "" {
		text += " (" + ref + ")"
	}
	return text
}

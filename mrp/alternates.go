package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// substitute lets what there is of a component's alternates stand in for what is missing of it, in the order in which the line names them. Only what nobody
// else needs is taken, and no safety stock; what is still missing is ordered of the component itself. An alternate that was planned before is out of reach.
func (x *planner) substitute(item *PlanItem, needs []need, comes []*arrival) []need {
	if !slices.ContainsFunc(needs, func(n need) bool { return n.alternates != "" }) {
		return needs
	}
	here, c := item.OnHand, 0
	var moved []need
	for i := range needs {
		n := &needs[i]
		if n.date >= x.end {
			break
		}
		for ; c < len(comes) && (max(comes[c].Due, x.Start) <= n.date || here.Less(n.qty) && !comes[c].Firm); c++ {
			here = here.Add(comes[c].Qty)
		}
		for _, code := range strings.Fields(n.alternates) {
			short := n.qty.Sub(here.Max(uom.Quantity{}))
			a := x.items[code]
			if short.Sign() <= 0 || a == nil || a.Phantom || x.planned[code] {
				continue
			}
			part := short.Min(x.spare(a, n.date))
			if part.Sign() <= 0 {
				continue
			}
			n.qty = n.qty.Sub(part)
			x.needs[code] = append(x.needs[code], need{date: n.date, qty: part, ref: n.ref, parent: n.parent})
			moved = append(moved, need{date: n.date, qty: part, ref: n.ref, parent: n.parent, alternates: code})
		}
		here = here.Sub(n.qty)
	}
	for _, m := range moved {
		x.out.Messages = append(x.out.Messages, Message{
			Ref: x.source(Peg{m.ref, m.parent, m.qty}), Item: m.alternates, Action: Substitute, To: m.date, Qty: m.qty, Why: "it stands in for " + item.Code + ", of which there is not enough",
		})
	}
	return slices.DeleteFunc(needs, func(n need) bool { return n.qty.IsZero() })
}

// spare is what is there of an item on a day that nobody needs, then or later: the least of what stock and arrivals leave from that day on, less the safety stock.
func (x *planner) spare(item *PlanItem, on calendar.Date) uom.Quantity {
	type change struct {
		date calendar.Date
		qty  uom.Quantity
	}
	var changes []change
	for _, c := range x.comes[item.Code] {
		changes = append(changes, change{max(c.Due, x.Start), c.Qty})
	}
	for _, n := range x.needs[item.Code] {
		changes = append(changes, change{n.date, n.qty.Neg()})
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.date, b.date), b.qty.Cmp(a.qty)) })
	here, c := item.OnHand, 0
	for ; c < len(changes) && changes[c].date <= on; c++ {
		here = here.Add(changes[c].qty)
	}
	least := here
	for ; c < len(changes) && changes[c].date < x.end; c++ {
		here = here.Add(changes[c].qty)
		least = least.Min(here)
	}
	return least.Sub(item.SafetyStock)
}

// network says what every item is made of, and what may stand in for what.
type network struct {
	below  map[string][]string
	stands map[string][]string // component -> alternates
}

// network walks all versions of all bills of materials, and the material of orders on their way.
func (x *planner) network(codes []string) network {
	n := network{map[string][]string{}, map[string][]string{}}
	instead := func(component, alternates string) {
		for _, a := range strings.Fields(alternates) {
			if x.items[a] != nil && a != component && !slices.Contains(n.stands[component], a) {
				n.stands[component] = append(n.stands[component], a)
			}
		}
	}
	for _, code := range codes {
		versions, _ := x.BOMs.Versions(code)
		for _, v := range versions {
			lines, _ := x.BOMs.Lines(code, v.Doc)
			for _, l := range lines {
				if x.items[l.Component] == nil {
					continue
				}
				if !slices.Contains(n.below[code], l.Component) {
					n.below[code] = append(n.below[code], l.Component)
				}
				instead(l.Component, l.Alternates)
			}
		}
	}
	for _, s := range x.Supplies {
		for _, m := range s.Needs {
			instead(m.Item, m.Alternates)
		}
	}
	for _, alternates := range n.stands { // the same whatever the order in which supplies were told
		slices.Sort(alternates)
	}
	return n
}

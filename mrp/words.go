package mrp

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
)

// words tells a schedule as a plan.
type words struct {
	*Schedule
	out Plan
}

// tell gives all orders with what they are for, the requirements of every day, and the messages.
func (s *Schedule) tell() (Plan, error) {
	w := words{Schedule: s}
	for i := range int32(len(s.n.items)) {
		if err := w.item(i); err != nil {
			return Plan{}, err
		}
	}
	for i := range w.out.Orders {
		w.out.Orders[i].Why = w.why(&w.out.Orders[i])
	}
	return w.out, nil
}

func (w *words) item(i int32) error {
	comes, err := w.comes(i)
	if err != nil {
		return err
	}
	if err := w.gross(i, comes); err != nil {
		return err
	}
	item := &w.n.items[i]
	for _, m := range w.swaps[i] {
		w.out.Messages = append(w.out.Messages, Message{
			Ref: w.source(Peg{w.ref(m.at), int(m.parent), m.qty}), Item: w.n.codes[m.by], Action: Substitute, To: m.date, Qty: m.qty,
			Why: "it stands in for " + item.Code + ", of which there is not enough",
		})
	}
	w.net(i, comes)
	for _, r := range w.bench.rows {
		w.out.Requirements = append(w.out.Requirements, Requirement{item.Code, w.day(r.slot), uom.FromUnits(r.gross), uom.FromUnits(r.here), uom.FromUnits(r.net)})
	}
	first := len(w.out.Orders)
	for _, o := range w.Of(i) {
		w.out.Orders = append(w.out.Orders, PlannedOrder{Item: item.Code, Qty: o.Qty, Release: o.Release, Due: o.Due, Make: item.Make})
	}
	wanted := make([]need, len(comes)) // who first needs what comes
	w.match(i, w.wanted(i), comes, func(n need, come, lot int, part uom.Quantity) {
		switch {
		case lot >= 0:
			o := &w.out.Orders[first+lot]
			o.Pegs = append(o.Pegs, Peg{w.ref(n.at), int(n.parent), part})
		case come >= 0 && wanted[come].date == 0:
			wanted[come] = n
		}
	})
	if !item.Phantom {
		w.judge(item, comes, wanted, w.out.Orders[first:])
	}
	return nil
}

// judge says what to do with orders on their way, and which planned orders are late.
func (w *words) judge(item *PlanItem, comes []arrival, wanted []need, orders []PlannedOrder) {
	for k, c := range comes {
		if c.parent >= 0 {
			continue
		}
		m, first := Message{Ref: c.ref, Item: item.Code}, wanted[k].date
		switch {
		case first == 0 && item.SafetyStock.IsZero():
			m.Action, m.Why = Cancel, "nobody needs it within the plan"
		case first != 0 && first < c.due:
			m.Action, m.To, m.Why = Expedite, first, "it is needed before it is due"
		case first > max(c.due, w.n.start) && item.SafetyStock.IsZero():
			m.Action, m.To, m.Why = Defer, first, "nothing needs it before"
		default:
			for _, o := range orders {
				if o.Due == c.due && !c.firm {
					m.Action, m.To, m.Qty, m.Why = Increase, c.due, c.qty.Add(o.Qty), "more is needed on the day on which it comes"
				}
			}
		}
		if m.Action != "" {
			w.out.Messages = append(w.out.Messages, m)
		}
	}
	for _, o := range orders {
		if o.Release < w.n.start {
			w.out.Messages = append(w.out.Messages, Message{Ref: w.demandOf(&o), Item: item.Code, Action: ReleaseLate, To: o.Release, Qty: o.Qty, Why: "to be there in time it should have been released before the plan begins"})
		}
	}
}

// demandOf is the demand, or order, that a planned order is for in the end: the first.
func (w *words) demandOf(o *PlannedOrder) string {
	if len(o.Pegs) == 0 {
		return ""
	}
	return w.source(o.Pegs[0])
}

// source is the demand, or order, that a peg leads to in the end.
func (w *words) source(p Peg) string {
	if p.Ref == "" && p.Parent >= 0 {
		return w.demandOf(&w.out.Orders[p.Parent])
	}
	return p.Ref
}

// maxReasons bounds a sentence; the pegs are complete.
const maxReasons = 5

// why says in a sentence what a planned order is for.
func (w *words) why(o *PlannedOrder) string {
	text := ""
	var pegged uom.Quantity
	for n, p := range o.Pegs {
		pegged = pegged.Add(p.Qty)
		switch {
		case n == 0:
			text = p.Qty.String() + " for " + w.what(p)
		case n < maxReasons:
			text += ", " + p.Qty.String() + " for " + w.what(p)
		case n == maxReasons:
			text += ", and more"
		}
	}
	if rest := o.Qty.Sub(pegged); rest.Sign() > 0 {
		if text != "" {
			text += ", "
		}
		text += rest.String() + " for the safety stock, the lot size or later"
	}
	return text
}

func (w *words) what(p Peg) string {
	if p.Parent < 0 {
		if p.Ref == "" {
			return "a demand"
		}
		return p.Ref
	}
	parent := &w.out.Orders[p.Parent]
	text := "the planned " + parent.Item + " of " + parent.Due.String()
	if ref := w.demandOf(parent); ref != "" {
		text += " (" + ref + ")"
	}
	return text
}

package mrp

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// SupplyOrder is an order on its way as it was recorded: a purchase, or a requisition that a plan raised.
type SupplyOrder struct {
	Doc  int64
	Ref  string
	Item string
	Qty  uom.Quantity
	Due  calendar.Date
	Firm bool
}

// PlannedRow is a planned order as a plan's document keeps it, numbered from 1.
type PlannedRow struct {
	Doc     int64
	Line    int32
	Item    string
	Qty     uom.Quantity
	Release calendar.Date
	Due     calendar.Date
	Make    bool
	Why     string
}

// PegRow is the n-th peg of a planned order. Parent is the line of the planned order that it is for; 0: none.
type PegRow struct {
	Doc    int64
	Line   int32
	N      int32
	Ref    string
	Parent int32
	Qty    uom.Quantity
}

// NeedRow is a requirement of a plan.
type NeedRow struct {
	Doc  int64
	Line int32
	Requirement
}

// MessageRow is an exception of a plan.
type MessageRow struct {
	Doc  int64
	Line int32
	Message
}

// Rows gives a plan as its document keeps it.
func (p Plan) Rows(doc int64) (orders []*PlannedRow, pegs []*PegRow, needs []*NeedRow, messages []*MessageRow) {
	for i, o := range p.Orders {
		line := int32(i + 1)
		orders = append(orders, &PlannedRow{doc, line, o.Item, o.Qty, o.Release, o.Due, o.Make, o.Why})
		for n, peg := range o.Pegs {
			pegs = append(pegs, &PegRow{doc, line, int32(n + 1), peg.Ref, int32(peg.Parent + 1), peg.Qty})
		}
	}
	for i, r := range p.Requirements {
		needs = append(needs, &NeedRow{doc, int32(i + 1), r})
	}
	for i, m := range p.Messages {
		messages = append(messages, &MessageRow{doc, int32(i + 1), m})
	}
	return orders, pegs, needs, messages
}

// PlanOf puts a plan together again from what its document keeps, each in order.
func PlanOf(orders []PlannedRow, pegs []PegRow, needs []NeedRow, messages []MessageRow) (p Plan) {
	for _, o := range orders {
		p.Orders = append(p.Orders, PlannedOrder{Item: o.Item, Qty: o.Qty, Release: o.Release, Due: o.Due, Make: o.Make, Why: o.Why})
	}
	for _, g := range pegs {
		o := &p.Orders[g.Line-1]
		o.Pegs = append(o.Pegs, Peg{g.Ref, int(g.Parent) - 1, g.Qty})
	}
	for _, n := range needs {
		p.Requirements = append(p.Requirements, n.Requirement)
	}
	for _, m := range messages {
		p.Messages = append(p.Messages, m.Message)
	}
	return p
}

// OpenOrder gives what is still to come of a work order, and what it still needs, for the plan; false if nothing is.
func (o Order) OpenOrder(materials []Material, leadTime int) (Supply, bool) {
	left := o.Remaining()
	switch {
	case left.Sign() <= 0, o.Status == Completed, o.Status == Closed, o.Status == Cancelled:
		return Supply{}, false
	}
	due := o.Due
	if due == 0 {
		due = o.Date.AddDays(leadTime)
	}
	s := Supply{Doc: o.Doc, Ref: o.Ref, Item: o.Item, Qty: left, Due: due, Firm: o.Status != Planned, Start: due.AddDays(-leadTime)}
	for _, m := range materials {
		if m.ByProduct { // what came already is here, what is scrapped gives nothing
			m.Required = o.Need(m, o.Completed.Add(left))
		}
		if Outstanding(m).Sign() > 0 {
			s.Needs = append(s.Needs, m)
		}
	}
	return s, true
}

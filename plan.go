package ledgermill

import (
	"context"
	"fmt"
	"slices"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Demand says that somebody wants goods by a day: an order, or a forecast, which orders of the same bucket use up.
type Demand struct {
	ID   string        `json:"ref"`
	Date calendar.Date `json:"date"`
	Memo string        `json:"memo,omitzero"`
	Item string        `json:"item"`
	Qty  uom.Measure   `json:"qty"`
	Due  calendar.Date `json:"due"`
	Kind string        `json:"kind,omitzero"` // order (default) or forecast
}

func (c Demand) head() header { return header{"demand", c.ID, c.Date, c.Memo} }

func (c Demand) decide(b *book) error {
	if c.Kind != "" && c.Kind != "order" && c.Kind != "forecast" {
		return refusal.New(refusal.InvalidState, c.ID, "a demand is an order or a forecast, not %q", c.Kind)
	}
	qty, due, err := b.planned(c.Item, c.Qty, c.Due)
	if err != nil {
		return err
	}
	if c.Kind != "forecast" { // orders use forecasts up
		b.openItem(ledger.OpenItem{Kind: ledger.Wanted, Item: c.Item, Qty: qty})
	}
	b.fact(storage.Demands, &mrp.Demand{Doc: b.doc.Seq, Ref: c.ID, Item: c.Item, Qty: qty, Due: due, Forecast: c.Kind == "forecast"})
	return nil
}

// Supply says that an order is on its way, for the plan.
type Supply struct {
	ID   string        `json:"ref"`
	Date calendar.Date `json:"date"`
	Memo string        `json:"memo,omitzero"`
	Item string        `json:"item"`
	Qty  uom.Measure   `json:"qty"`
	Due  calendar.Date `json:"due"`
	Firm bool          `json:"firm,omitzero"`
}

func (c Supply) head() header { return header{"supply", c.ID, c.Date, c.Memo} }

func (c Supply) decide(b *book) error {
	qty, due, err := b.planned(c.Item, c.Qty, c.Due)
	if err != nil {
		return err
	}
	b.openItem(ledger.OpenItem{Kind: ledger.Expected, Item: c.Item, Qty: qty})
	b.fact(storage.Supplies, &mrp.SupplyOrder{Doc: b.doc.Seq, Ref: c.ID, Item: c.Item, Qty: qty, Due: due, Firm: c.Firm})
	return nil
}

// planned checks what a demand or supply speaks of; without a day it is the document's.
func (b *book) planned(code string, m uom.Measure, due calendar.Date) (uom.Quantity, calendar.Date, error) {
	item, err := b.item(code)
	if err != nil {
		return noQty, 0, err
	}
	if due == 0 {
		due = b.doc.Date
	}
	qty, err := item.BaseQty(m)
	if err == nil && !item.Stocked() {
		err = refusal.New(refusal.InvalidState, code, "a service is not planned")
	}
	return qty, due, err
}

// fulfil takes goods that came or went off what was to come or go, in the order named: more than that is nobody's.
func (b *book) fulfil(kind ledger.OpenKind, refs []string, item string, qty uom.Quantity) error {
	for _, ref := range refs {
		if _, err := b.document(ref); err != nil {
			return err
		}
	}
	open, err := b.items(kind, item, refs...)
	if err != nil {
		return err
	}
	for i, part := range ledger.Cover(open, qty) {
		if part.IsZero() {
			continue
		}
		if err := b.settle(open[i], part, money.Amount{}); err != nil {
			return err
		}
	}
	return nil
}

// MakePlan plans what to make and buy, and when, for all that is wanted within a horizon (MRP). It proposes: nothing is ordered or moved.
type MakePlan struct {
	ID      string        `json:"ref"`
	Date    calendar.Date `json:"date"`
	Memo    string        `json:"memo,omitzero"`
	Start   calendar.Date `json:"start,omitzero"`          // default: the document's date
	Bucket  string        `json:"bucket,omitzero"`         // day (default) or week
	Horizon int32         `json:"horizon,string,omitzero"` // buckets; default 90
	Protect bool          `json:"protect_safety_stock,omitzero"`
}

func (c MakePlan) head() header { return header{"plan", c.ID, c.Date, c.Memo} }

func (c MakePlan) decide(b *book) error {
	p := mrp.Problem{Start: c.Start, Bucket: 1, Buckets: int(c.Horizon)}
	switch c.Bucket {
	case "", "day":
	case "week":
		p.Bucket = 7
	default:
		return refusal.New(refusal.InvalidState, c.ID, "a bucket is a day or a week, not %q", c.Bucket)
	}
	if p.Start == 0 {
		p.Start = c.Date
	}
	if p.Buckets == 0 {
		p.Buckets = 90
	}
	if err := b.problem(&p, c.Protect); err != nil {
		return err
	}
	plan, err := mrp.MakePlan(p)
	if err != nil {
		return err
	}
	orders, pegs, needs, messages := plan.Rows(b.doc.Seq)
	facts(b, storage.PlannedOrders, orders)
	facts(b, storage.PlanPegs, pegs)
	facts(b, storage.PlanNeeds, needs)
	facts(b, storage.PlanMessages, messages)
	return nil
}

func facts[T any](b *book, k storage.Kind, rows []*T) {
	for _, r := range rows {
		b.fact(k, r)
	}
}

// problem puts together what there is, what is wanted, and what is on its way.
func (b *book) problem(p *mrp.Problem, protect bool) error {
	items, err1 := list[inventory.Item](b, storage.List{Kind: storage.Items})
	stocks, err2 := list[inventory.Stock](b, storage.List{Kind: storage.Stocks})
	demands, err3 := list[mrp.Demand](b, storage.List{Kind: storage.Demands})
	supplies, err4 := list[mrp.SupplyOrder](b, storage.List{Kind: storage.Supplies})
	orders, err5 := list[mrp.Order](b, storage.List{Kind: storage.Orders})
	materials, err6 := list[mrp.Material](b, storage.List{Kind: storage.Materials})
	calendars, err7 := list[mrp.WorkCalendar](b, storage.List{Kind: storage.WorkCalendars})
	boms, err8 := list[mrp.BOM](b, storage.List{Kind: storage.BOMs})
	lines, err9 := list[mrp.BOMLine](b, storage.List{Kind: storage.BOMLines})
	wanted, err10 := list[ledger.OpenItem](b, storage.List{Kind: storage.OpenItems, Index: 1, Values: []any{string(ledger.Wanted)}})
	expected, err11 := list[ledger.OpenItem](b, storage.List{Kind: storage.OpenItems, Index: 1, Values: []any{string(ledger.Expected)}})
	for _, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11} {
		if err != nil {
			return err
		}
	}
	p.Calendars = values(calendars)
	left := ledger.Left(values(wanted))
	for _, d := range demands {
		row := *d
		if !row.Forecast {
			row.Qty = left[ledger.Promised{Doc: row.Doc, Item: row.Item}]
		}
		if !row.Qty.IsZero() {
			p.Demands = append(p.Demands, row)
		}
	}
	recipes := mrp.NewRecipes(values(boms), values(lines))
	p.BOMs = recipes
	onHand := inventory.OnHand(values(stocks))
	for _, i := range items {
		lot, err := mrp.ParseLotRule(i.LotSize)
		if err != nil {
			return err
		}
		p.Items = append(p.Items, mrp.PlanItem{
			Code: i.Code, Make: i.Supply == "make" || i.Supply == "" && recipes.Makes(i.Code), Phantom: i.Phantom, LeadTime: int(i.LeadTime), Calendar: i.Calendar,
			SafetyStock: i.SafetyStock, Protect: protect, OnHand: onHand[i.Code], Lot: lot,
		})
	}
	left = ledger.Left(values(expected))
	for _, s := range supplies {
		if qty := left[ledger.Promised{Doc: s.Doc, Item: s.Item}]; !qty.IsZero() {
			p.Supplies = append(p.Supplies, mrp.Supply{Doc: s.Doc, Ref: s.Ref, Item: s.Item, Qty: qty, Due: s.Due, Firm: s.Firm})
		}
	}
	p.Supplies = append(p.Supplies, mrp.OpenOrders(values(orders), values(materials), p.Items)...)
	return nil
}

// Plan gives a plan by the reference of its document; without one, the latest.
func (c *Company) Plan(ctx context.Context, ref string) (mrp.Plan, error) {
	var plan mrp.Plan
	err := c.query(ctx, func(b *book) error {
		doc, err := b.planDoc(ref)
		if err != nil {
			return err
		}
		orders, err1 := list[mrp.PlannedRow](b, factsOf(storage.PlannedOrders, doc.Seq))
		pegs, err2 := list[mrp.PegRow](b, factsOf(storage.PlanPegs, doc.Seq))
		needs, err3 := list[mrp.NeedRow](b, factsOf(storage.PlanNeeds, doc.Seq))
		messages, err4 := list[mrp.MessageRow](b, factsOf(storage.PlanMessages, doc.Seq))
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				return err
			}
		}
		plan = mrp.PlanOf(values(orders), values(pegs), values(needs), values(messages))
		return nil
	})
	return plan, err
}

// FirmPlan turns a plan into documents, dated on a day: what is made becomes work orders, what is bought requisitions (supplies, firm), each with its reason.
// They are numbered by the plan and its lines, so that doing it twice orders once. Without a reference it is the latest plan.
func (c *Company) FirmPlan(ctx context.Context, plan string, date calendar.Date) ([]Document, error) {
	var commands []Command
	err := c.query(ctx, func(b *book) error {
		doc, err := b.planDoc(plan)
		if err != nil {
			return err
		}
		rows, err := list[mrp.PlannedRow](b, factsOf(storage.PlannedOrders, doc.Seq))
		if err != nil {
			return err
		}
		commands = nil
		for _, o := range rows {
			ref := fmt.Sprintf("%s/%d", doc.Ref, o.Line)
			if o.Make {
				commands = append(commands, WorkOrder{ID: ref, Date: date, Memo: o.Why, Item: o.Item, Qty: uom.Of(o.Qty), Due: o.Due})
			} else {
				commands = append(commands, Supply{ID: ref, Date: date, Memo: o.Why, Item: o.Item, Qty: uom.Of(o.Qty), Due: o.Due, Firm: true})
			}
		}
		return nil
	})
	var out []Document
	for part := range slices.Chunk(commands, maxBatch) {
		done, err := c.Do(ctx, part...)
		if err != nil {
			return out, err
		}
		out = append(out, done...)
	}
	return out, err
}

// Alarms gives the items of which less is here than their safety stock, and what the latest plan does about it.
func (c *Company) Alarms(ctx context.Context) ([]mrp.Alarm, error) {
	var out []mrp.Alarm
	err := c.query(ctx, func(b *book) error {
		items, err1 := list[inventory.Item](b, storage.List{Kind: storage.Items})
		stocks, err2 := list[inventory.Stock](b, storage.List{Kind: storage.Stocks})
		plans, err3 := list[posting.Document](b, documentsOf("plan"))
		for _, err := range []error{err1, err2, err3} {
			if err != nil {
				return err
			}
		}
		var planned []*mrp.PlannedRow
		if n := len(plans); n > 0 {
			var err error
			if planned, err = list[mrp.PlannedRow](b, factsOf(storage.PlannedOrders, plans[n-1].Seq)); err != nil {
				return err
			}
		}
		out = nil
		onHand := inventory.OnHand(values(stocks))
		for _, i := range items {
			if a, low := mrp.Below(i.Code, onHand[i.Code], i.SafetyStock, values(planned)); low {
				out = append(out, a)
			}
		}
		return nil
	})
	return out, err
}

// planDoc finds a plan's document.
func (b *book) planDoc(ref string) (*posting.Document, error) {
	if ref != "" {
		return b.document(ref)
	}
	rows, err := list[posting.Document](b, documentsOf("plan"))
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, refusal.New(refusal.NotFound, "plan", "nothing was planned yet")
	}
	return rows[len(rows)-1], nil
}

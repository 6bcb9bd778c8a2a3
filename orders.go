package ledgermill

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// OrderState is a work order with its cost by element: charged in all, and what of it is still in process.
type OrderState struct {
	mrp.Order
	Cost costing.OrderCost
}

// OrderView is a work order with all that is known of it.
type OrderView struct {
	OrderState
	Percent    decimal.Decimal // completed, per hundred of what it can complete
	Reserved   map[string]uom.Quantity
	Materials  []mrp.Material // what it needs, and what it got; by-products too
	Operations []mrp.OperationProgress
}

// Order gives a work order.
func (c *Company) Order(ctx context.Context, ref string) (OrderView, error) {
	v := OrderView{}
	err := c.query(ctx, func(b *book) error {
		b.want(storage.OrderCosts, ref)
		b.wantList(storage.List{Kind: storage.Reservations, Values: []any{ref}})
		b.wantList(storage.List{Kind: storage.Materials, Values: []any{ref}})
		b.wantList(factsOfOrder(ref))
		o, err := read[mrp.Order](b, storage.Orders, ref)
		if err != nil {
			return err
		}
		if o == nil {
			return refusal.New(refusal.NotFound, ref, "there is no such work order")
		}
		ops, err := list[mrp.Operation](b, storage.List{Kind: storage.Operations, Values: []any{o.Item}})
		if err != nil {
			return err
		}
		cost, err := read[costing.OrderCost](b, storage.OrderCosts, ref)
		if err != nil {
			return err
		}
		reserved, err := list[inventory.Reservation](b, storage.List{Kind: storage.Reservations, Values: []any{ref}})
		if err != nil {
			return err
		}
		materials, err := list[mrp.Material](b, storage.List{Kind: storage.Materials, Values: []any{ref}})
		if err != nil {
			return err
		}
		facts, err := list[mrp.Progress](b, factsOfOrder(ref))
		if err != nil {
			return err
		}
		v = OrderView{OrderState{*o, *cost}, o.Percent(), map[string]uom.Quantity{}, values(materials), mrp.ByOperation(values(ops), values(facts))}
		for _, r := range reserved {
			v.Reserved[r.Item] = uom.Sum(v.Reserved[r.Item], r.Qty)
		}
		return nil
	})
	return v, err
}

// Orders gives the work orders in the states named (none: in all of them), by their numbers.
func (c *Company) Orders(ctx context.Context, in ...mrp.Status) ([]OrderState, error) {
	var out []OrderState
	costs := map[string]costing.OrderCost{}
	if err := c.scan(ctx, storage.OrderCosts, func(r any) { cost := r.(*costing.OrderCost); costs[cost.Order] = *cost }); err != nil {
		return nil, err
	}
	err := c.scan(ctx, storage.Orders, func(r any) {
		if o := r.(*mrp.Order); len(in) == 0 || slices.Contains(in, o.Status) {
			out = append(out, OrderState{*o, costs[o.Ref]})
		}
	})
	return out, err
}

// StockTurnover says, item by item, what the stock was worth at the beginning and the end of a period, what came and left between, and so how often it
// was turned over and for how many days it lasts (see posting.Turnover for the formulas). Both days belong to the period. A transfer between cost scopes
// leaves one and comes into the other.
func (c *Company) StockTurnover(ctx context.Context, from, to calendar.Date) ([]posting.Turnover, error) {
	eve, err := c.valueSums(ctx, AsOf{Day: from.AddDays(-1)})
	if err != nil {
		return nil, err
	}
	end, err := c.valueSums(ctx, AsOf{Day: to})
	return posting.Turnovers(eve, end), err
}

// StockCard gives an item's stock card of a span, in quantity and value (数量金额式明细账): what there was before, and every entry with what there was after it. It
// ends at the item's stock and at what its stock account holds of it, both by the day of posting.
func (c *Company) StockCard(ctx context.Context, item string, s Span) ([]posting.CardRow, error) {
	s, err := c.fixed(ctx, s)
	if err != nil {
		return nil, err
	}
	card := posting.Card{From: s.From, To: s.To}
	for page, err := range c.pages(ctx, storage.Scan{Kind: storage.Entries, Index: 1, From: []any{item}, To: []any{item}, Limit: journalPage}) {
		if err != nil {
			return nil, err
		}
		for _, row := range page {
			if e := row.(*costing.Entry); e.Doc <= s.Upto {
				card.Put(*e)
			}
		}
	}
	rows := card.Rows()
	err = c.query(ctx, func(b *book) error {
		if _, err := b.item(item); err != nil {
			return err
		}
		return each(b, rows[1:], func(i int, r posting.CardRow) error {
			doc, err := read[posting.Document](b, storage.Documents, r.Doc)
			if err == nil {
				rows[i+1].Ref = doc.Ref
			}
			return err
		})
	})
	return rows, err
}

// valueSums adds up the value entries of stock as of a moment, by item and kind.
func (c *Company) valueSums(ctx context.Context, at AsOf) ([]posting.ValueSum, error) {
	t := at.totals(storage.Entries, "posting_date", "value")
	t.Group, t.Where = []string{"item", "kind"}, []storage.Equal{where("order_ref", "")}
	rows, err := c.store.Sum(ctx, c.name, t)
	out := make([]posting.ValueSum, len(rows))
	for i, r := range rows {
		out[i] = posting.ValueSum{Item: *r.Group[0].(*string), Kind: costing.EntryKind(*r.Group[1].(*string)), Value: money.FromUnits(r.Sums[0])}
	}
	return out, err
}

// TiedUp gives the capital that operations hold as of a moment.
func (c *Company) TiedUp(ctx context.Context, at AsOf) (posting.TiedUp, error) {
	var t posting.TiedUp
	sums, err := c.valueSums(ctx, at)
	if err != nil {
		return t, err
	}
	t.Stock = posting.Together(posting.Turnovers(nil, sums)).Closing
	for _, p := range []struct {
		roles []string
		to    *money.Amount
	}{
		{[]string{"wip", "subcontract"}, &t.Process},
		{[]string{"stock_allowance"}, &t.Allowance},
		{[]string{"in_transit"}, &t.InTransit},
		{[]string{"shipped_not_invoiced"}, &t.Shipped},
		{[]string{"receivable"}, &t.Receivable},
		{[]string{"payable"}, &t.Payable},
		{[]string{"grni"}, &t.NotInvoiced},
	} {
		for _, role := range p.roles {
			balance, err := c.Balance(ctx, role, at)
			if err != nil && refusal.CodeOf(err) != refusal.UnknownAccount { // a chart without the role has nothing there
				return t, err
			}
			*p.to = money.Sum(*p.to, balance)
		}
	}
	return t, nil
}

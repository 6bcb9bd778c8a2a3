package ledgermill

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Complete receives finished output into stock with its cost; Backflush first issues the material it needs.
type Complete struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Order     string        `json:"wo"`
	Qty       uom.Measure   `json:"qty"`
	Lot       string        `json:"lot,omitzero"`
	Expires   calendar.Date `json:"expires,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Backflush bool          `json:"backflush,omitzero"`
}

func (c Complete) head() header { return header{"complete", c.ID, c.Date, c.Memo} }

func (c Complete) ahead(b *book) { b.wantOrder(c.Order) }

func (c Complete) decide(b *book) error {
	o, err := b.workOrder(c.Order, "complete")
	if err != nil {
		return err
	}
	if err := c.wantParts(b, o); err != nil {
		return err
	}
	product, err := b.goods(o.Item, c.Qty, c.Warehouse, c.Bin, c.Lot, true)
	if err != nil {
		return err
	}
	if err := o.CheckComplete(product.qty); err != nil {
		return err
	}
	reached := posting.Reached(o.Completed, product.qty)
	backflushed, err := c.backflush(b, o, reached)
	if err != nil {
		return err
	}
	service, err := b.service(o, product.qty)
	if err != nil {
		return err
	}
	outputs, percent, err := c.byProducts(b, o, reached)
	if err != nil {
		return err
	}
	own := costing.Cost{Material: backflushed, Outside: service}
	shares, err := o.cost.Complete(b.currency, product.qty, o.past.Remaining(), own, percent, c.Date, b.doc.Seq)
	if err != nil {
		return err
	}
	product.expires = c.Expires
	outputs = append([]goods{product}, outputs...)
	for i, share := range append([]costing.Cost{shares.Product}, shares.Shares...) {
		g := outputs[i]
		in, err := b.takeIn(&g, share.Total(), production(o.Ref), "complete", costing.Source{})
		if err != nil {
			return err
		}
		if err := b.credit(o, "complete", "made", share, in.Source(), ""); err != nil {
			return err
		}
		if i == 0 && o.Subcontractor != "" {
			if err := b.accrueService(o, g, in.Line, service); err != nil {
				return err
			}
		}
	}
	after := *o.Order
	after.Apply(mrp.Progress{Completed: product.qty})
	b.step(o.Order, mrp.Progress{To: after.Done(), Completed: product.qty})
	return nil
}

// wantParts asks for the stock of what a completion uses and gives beside its product, so that it is loaded together.
func (c Complete) wantParts(b *book, o *job) error {
	w, err := b.warehouse(c.Warehouse)
	if err != nil {
		return err
	}
	for _, m := range o.materials {
		if m.ByProduct || c.Backflush {
			b.want(storage.Items, m.Item)
			b.wantStock(m.Item, w.Code, "", mrp.Outstanding(*m))
		}
	}
	return nil
}

// backflush issues what the order needs for what it has completed then, as far as it has not got it, and gives its cost.
func (c Complete) backflush(b *book, o *job, reached uom.Quantity) (money.Amount, error) {
	if !c.Backflush {
		return money.Amount{}, nil
	}
	var lines []StockLine
	for _, m := range components(o.materials) {
		if q := posting.Missing(o.Need(*m, reached), m.Issued); !q.IsZero() {
			lines = append(lines, StockLine{Item: m.Item, Qty: uom.Of(q)})
		}
	}
	return b.issueTo(o, lines, c.Warehouse, "", o.Ref)
}

// service charges an order with the subcontractor's work on a completion.
func (b *book) service(o *job, qty uom.Quantity) (money.Amount, error) {
	value, err := o.Service(b.currency, qty)
	if err != nil || value.IsZero() {
		return value, err
	}
	return value, b.charge(o, "complete", costing.Outside, value, costing.Source{})
}

// accrueService opens what the subcontractor will bill for a completion: a bill names it as it names a receipt.
func (b *book) accrueService(o *job, g goods, line int32, value money.Amount) error {
	x, err := b.exchange("")
	if err != nil {
		return err
	}
	sum, err := x.Sum(value)
	if err != nil {
		return err
	}
	return b.accrue("complete", ledger.OpenItem{Line: line, Partner: o.Subcontractor, Item: g.item.Code, Lot: g.lot, Qty: g.qty}, g.item, sum, x)
}

// byProducts are what comes out beside the product with this completion, and their shares of its cost.
func (c Complete) byProducts(b *book, o *job, reached uom.Quantity) (out []goods, percent []decimal.Decimal, err error) {
	err = each(b, o.materials, func(_ int, m *mrp.Material) error {
		if !m.ByProduct {
			return nil
		}
		qty := posting.Missing(o.Need(*m, reached), m.Issued)
		if qty.IsZero() {
			return nil
		}
		g, err := b.goods(m.Item, uom.Of(qty), c.Warehouse, "", "", true)
		if err != nil {
			return err
		}
		row, err := edit[mrp.Material](b, storage.Materials, m.Order, m.Line)
		if err != nil {
			return err
		}
		row.Issued = uom.Sum(row.Issued, qty)
		out, percent = append(out, g), append(percent, m.Share)
		return nil
	})
	return out, percent, err
}

// CloseWorkOrder clears what is left in process.
type CloseWorkOrder struct {
	ID    string        `json:"ref"`
	Date  calendar.Date `json:"date"`
	Memo  string        `json:"memo,omitzero"`
	Order string        `json:"wo"`
}

func (c CloseWorkOrder) head() header { return header{"close_work_order", c.ID, c.Date, c.Memo} }

func (c CloseWorkOrder) ahead(b *book) {
	b.wantOrder(c.Order)
	b.wantList(factsOfOrder(c.Order))
}

func (c CloseWorkOrder) decide(b *book) error {
	o, err := b.workOrder(c.Order, "close_work_order")
	if err != nil {
		return err
	}
	if err := b.freeAll(o.Ref); err != nil {
		return err
	}
	if err := b.clearAll(o); err != nil {
		return err
	}
	b.step(o.Order, mrp.Progress{To: o.next})
	return nil
}

// clearAll takes what is left in process out of an order.
func (b *book) clearAll(o *job) (err error) {
	left, gone := o.cost.Clear(b.doc.Date), ""
	if total := left.Total(); !total.IsZero() {
		if gone, err = b.clear(o, total); err != nil {
			return err
		}
	}
	return b.credit(o, "close_work_order", "wip", left, costing.Source{Doc: b.doc.Seq}, gone)
}

// clear sends an order's leftover to what it completed, by quantity; to the loss account if that is nothing, or to variance if the company wants that:
// then it gives the account.
func (b *book) clear(o *job, total money.Amount) (string, error) {
	if o.Completed.IsZero() {
		return b.post("close_work_order", "loss", total, o.dims())
	}
	item, err := b.item(o.Item)
	if err != nil {
		return "", err
	}
	made, err := b.made(o.Order)
	if err != nil {
		return "", err
	}
	if b.set.Residual == "variance" || b.stoodAtStandard(item, made...) {
		return b.post("close_work_order", "variance", total, o.dims())
	}
	weights := make([]uom.Quantity, len(made))
	for i, m := range made {
		weights[i] = m.Qty
	}
	for i, part := range posting.Spread(b.currency, total, weights) {
		m := made[i]
		if part.IsZero() {
			continue
		}
		if err := b.adjust(item, m.Source(), m.FactDate, m.Qty, part, "close_work_order", "stock"); err != nil {
			return "", err
		}
	}
	return "", nil
}

// made gives the stock entries of an order's product, but for those of completions that were reversed.
func (b *book) made(o *mrp.Order) ([]*costing.Entry, error) {
	steps, err := list[mrp.Progress](b, factsOfOrder(o.Ref))
	if err != nil {
		return nil, err
	}
	var out []*costing.Entry
	err = each(b, mrp.Completions(values(steps)), func(_ int, doc int64) error {
		rows, err := list[costing.Entry](b, factsOf(storage.Entries, doc))
		for _, e := range rows {
			if e.Kind == costing.In && e.Item == o.Item {
				out = append(out, e)
			}
		}
		return err
	})
	return out, err
}

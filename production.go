package ledgermill

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func production(order string) inventory.Place {
	return inventory.Place{Type: inventory.InProduction, Name: order}
}

// structure answers for bills of materials from the snapshot.
type structure struct{ b *book }

func (s structure) Versions(item string) ([]mrp.BOM, bool) {
	rows, err := list[mrp.BOM](s.b, storage.List{Kind: storage.BOMs, Values: []any{item}})
	return values(rows), err == nil
}

func (s structure) Lines(item string, doc int64) ([]mrp.BOMLine, bool) {
	rows, err := list[mrp.BOMLine](s.b, storage.List{Kind: storage.BOMLines, Values: []any{item}})
	var out []mrp.BOMLine
	for _, r := range rows {
		if r.Doc == doc {
			out = append(out, *r)
		}
	}
	return out, err == nil
}

func (c WorkOrder) head() header { return header{"work_order", c.ID, c.Date, c.Memo} }

func (c WorkOrder) decide(b *book) error {
	b.wantList(storage.List{Kind: storage.BOMs, Values: []any{c.Item}})
	b.wantList(storage.List{Kind: storage.BOMLines, Values: []any{c.Item}})
	item, err := b.item(c.Item)
	if err != nil {
		return err
	}
	qty, err := item.Units.ToBase(c.Qty.Qty, c.Qty.Unit, item.Unit)
	if err != nil {
		return err
	}
	if err := inventory.CheckLine(*item, qty, "", false); err != nil {
		return err
	}
	order := mrp.Order{Ref: c.ID, Doc: b.doc.Seq, Item: c.Item, Qty: qty, Date: c.Date, Due: c.Due, Status: mrp.Planned}
	materials, err := c.materials(b, &order)
	if err != nil {
		return err
	}
	order.Apply(mrp.Progress{To: mrp.Planned, Date: c.Date})
	absent(b, storage.Orders, order, c.ID)
	absent(b, storage.OrderCosts, costing.OrderCost{Order: c.ID}, c.ID)
	for _, m := range materials {
		absent(b, storage.Materials, m, c.ID, m.Line)
	}
	b.progress(mrp.Progress{Order: c.ID, To: mrp.Planned})
	return nil
}

// materials are the order's own lines, else those of the bill of materials of its day.
func (c WorkOrder) materials(b *book, o *mrp.Order) ([]mrp.Material, error) {
	var out []mrp.Material
	if len(c.Lines) > 0 {
		for i, lines := range [][]OrderLine{c.Lines, c.ByProducts} {
			for _, l := range lines {
				item, err := b.item(l.Item)
				if err != nil {
					return nil, err
				}
				qty, err := item.Units.ToBase(l.Qty.Qty, l.Qty.Unit, item.Unit)
				if err != nil {
					return nil, err
				}
				if err := inventory.CheckLine(*item, qty, "", false); err != nil {
					return nil, err
				}
				out = append(out, mrp.Material{Order: c.ID, Line: int32(len(out) + 1), ByProduct: i == 1, Item: l.Item, Required: qty, Share: l.CostSharePct})
			}
		}
		return out, b.ready()
	}
	s := structure{b}
	versions, _ := s.Versions(c.Item)
	if err := b.ready(); err != nil {
		return nil, err
	}
	bom, ok := mrp.Effective(versions, c.Date)
	if !ok {
		return nil, refusal.New(refusal.NotFound, c.Item, "no bill of materials holds on %s, and the order has no lines of its own", c.Date)
	}
	o.BOM, o.Yield = bom.Doc, bom.Yield
	lines, _ := s.Lines(c.Item, bom.Doc)
	phantom := func(code string) bool {
		item, err := b.item(code)
		return err == nil && item.Phantom
	}
	out, _, err := mrp.Explode(c.ID, bom, lines, o.Qty, c.Date, s, phantom)
	if err := b.ready(); err != nil {
		return nil, err
	}
	return out, err
}

// progress adds a fact of an order; the order itself has it already.
func (b *book) progress(p mrp.Progress) {
	p.Doc, p.Line, p.Date = b.doc.Seq, b.next(storage.ProgressFacts), b.doc.Date
	b.fact(storage.ProgressFacts, &p)
}

// workOrder gives an order to change, with its cost and materials, and checks that the verb is allowed.
func (b *book) workOrder(ref, verb string) (*mrp.Order, *costing.OrderCost, []*mrp.Material, mrp.Status, error) {
	b.want(storage.Orders, ref)
	b.want(storage.OrderCosts, ref)
	b.wantList(storage.List{Kind: storage.Materials, Values: []any{ref}})
	b.wantList(storage.List{Kind: storage.Reservations, Values: []any{ref}})
	b.wantList(storage.List{Kind: storage.Consumption, Values: []any{ref}})
	if err := b.ready(); err != nil {
		return nil, nil, nil, "", err
	}
	o, err := edit[mrp.Order](b, storage.Orders, ref)
	if err != nil {
		return nil, nil, nil, "", err
	}
	if o == nil {
		return nil, nil, nil, "", refusal.New(refusal.NotFound, ref, "there is no such work order")
	}
	next, err := o.Next(verb)
	if err != nil {
		return nil, nil, nil, "", err
	}
	cost, err := edit[costing.OrderCost](b, storage.OrderCosts, ref)
	if err != nil {
		return nil, nil, nil, "", err
	}
	if b.doc.Date < o.LastDate && b.doc.Date < max(cost.LastDate, o.LastDate) {
		return nil, nil, nil, "", refusal.New(refusal.InvalidDate, ref, "dated %s, before the order's latest entry of %s: late facts are not carried on yet", b.doc.Date, o.LastDate)
	}
	rows, err := list[mrp.Material](b, storage.List{Kind: storage.Materials, Values: []any{ref}})
	if err != nil {
		return nil, nil, nil, "", err
	}
	b.mention(o.Doc)
	return o, cost, rows, next, nil
}

// step moves an order on by a fact.
func (b *book) step(o *mrp.Order, p mrp.Progress) {
	p.Order, p.From, p.Date = o.Ref, o.Status, b.doc.Date
	o.Apply(p)
	b.progress(p)
}

func (c Release) head() header { return header{"release", c.ID, c.Date, c.Memo} }

func (c Release) decide(b *book) error {
	o, _, materials, next, err := b.workOrder(c.Order, "release")
	if err != nil {
		return err
	}
	line := int32(0)
	if err := each(b, components(materials), func(_ int, m *mrp.Material) error {
		g, err := b.goods(m.Item, uom.Of(m.Required), c.Warehouse, "", "", false)
		if err != nil {
			return err
		}
		if g.held, err = b.held(m.Item); err != nil {
			return err
		}
		none := func(inventory.Stock) (q uom.Quantity) { return q }
		if c.Partial {
			g.qty = inventory.Free(g.held, g.warehouse.Code).Min(g.qty)
		}
		picks, err := inventory.PickStock(*g.item, g.held, g.warehouse.Code, "", "", g.qty, none)
		if err != nil {
			return err
		}
		for _, p := range picks {
			line++
			s := p.Stock
			r := absent(b, storage.Reservations, inventory.Reservation{Holder: o.Ref, Line: line, Item: s.Item, Warehouse: s.Warehouse, Bin: s.Bin, Lot: s.Lot}, o.Ref, line)
			if err := b.freeze(r, p.Qty); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	b.step(o, mrp.Progress{To: next})
	return nil
}

func components(ms []*mrp.Material) []*mrp.Material {
	var out []*mrp.Material
	for _, m := range ms {
		if !m.ByProduct {
			out = append(out, m)
		}
	}
	return out
}

func (c Issue) head() header { return header{"issue", c.ID, c.Date, c.Memo} }

func (c Issue) decide(b *book) error {
	o, cost, materials, next, err := b.workOrder(c.Order, "issue")
	if err != nil {
		return err
	}
	lines := c.Lines
	if len(lines) == 0 {
		for _, m := range components(materials) {
			if q := mrp.Outstanding(*m); !q.IsZero() {
				lines = append(lines, StockLine{Item: m.Item, Qty: uom.Of(q)})
			}
		}
		if len(lines) == 0 && len(components(materials)) > 0 {
			return refusal.New(refusal.InvalidState, c.Order, "all that the order needs was issued")
		}
	}
	if err := checkLines(b, len(lines)); err != nil {
		return err
	}
	if _, err := b.issueTo(o, cost, materials, lines, c.Warehouse, c.Bin); err != nil {
		return err
	}
	b.step(o, mrp.Progress{To: next})
	return nil
}

// issueTo takes material out of stock into an order and gives its cost.
func (b *book) issueTo(o *mrp.Order, cost *costing.OrderCost, materials []*mrp.Material, lines []StockLine, warehouse, bin string) (money.Amount, error) {
	if b.doc.Date < cost.CompletedDate {
		return money.Amount{}, refusal.New(refusal.InvalidDate, o.Ref, "dated %s, before the completion of %s: late facts are not carried on yet", b.doc.Date, cost.CompletedDate)
	}
	var parts []money.Amount
	err := each(b, lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, warehouse), first(l.Bin, bin), l.Lot, false)
		if err != nil {
			return err
		}
		if g.held, err = b.held(l.Item); err != nil {
			return err
		}
		if err := b.allot(materials, l.Item, g.qty); err != nil {
			return err
		}
		taken, err := b.takeOut(g, production(o.Ref), "issue", o.Ref)
		if err != nil {
			return err
		}
		for _, t := range taken {
			held, err := b.consumed(o.Ref, l.Item, t.lot)
			if err != nil {
				return err
			}
			held.Put(t.qty, t.value)
			if err := b.charge(cost, "issue", "wip", costing.Material, t.value, costing.Source{Doc: b.doc.Seq, Line: t.line}); err != nil {
				return err
			}
			parts = append(parts, t.value)
		}
		return nil
	})
	return money.Sum(parts...), err
}

func (b *book) consumed(order, item, lot string) (*costing.Consumed, error) {
	fresh := costing.Consumed{Order: order, Item: item, Lot: lot}
	if _, seen := b.snap.Get(storage.Key{Kind: storage.Consumption, Values: []any{order, item, lot}}); !seen {
		return absent(b, storage.Consumption, fresh, order, item, lot), nil // all of the order's are loaded
	}
	return editOr(b, fresh, storage.Consumption, order, item, lot)
}

// allot notes what was issued (or came back, below zero) on the order's lines of that item.
func (b *book) allot(materials []*mrp.Material, item string, qty uom.Quantity) error {
	for _, p := range mrp.Allot(materials, item, qty) {
		m, err := edit[mrp.Material](b, storage.Materials, p.Material.Order, p.Material.Line)
		if err != nil {
			return err
		}
		m.Issued = uom.Sum(m.Issued, p.Qty)
		for i := range materials { // the next line of this document sees it
			if materials[i].Line == m.Line {
				materials[i] = m
			}
		}
	}
	return nil
}

// charge books a cost to an order: its line in the voucher and its entry.
func (b *book) charge(cost *costing.OrderCost, event, measure string, element costing.Element, value money.Amount, cause costing.Source) error {
	line := b.next(storage.Entries)
	account, err := b.post(event, measure, value, dims{order: cost.Order, entry: line})
	if err != nil {
		return err
	}
	kind := costing.Charge
	if event == "return_material" {
		value, kind = value.Neg(), costing.Credit
	}
	cost.Charge(costing.Only(element, value), b.doc.Date)
	b.fact(storage.Entries, &costing.Entry{
		Doc: b.doc.Seq, Line: line, Kind: kind, Order: cost.Order, Element: element, Value: value,
		FactDate: b.doc.Date, PostingDate: b.doc.Date, Cause: cause, Account: account,
	})
	return nil
}

func (c ReturnMaterial) head() header { return header{"return_material", c.ID, c.Date, c.Memo} }

func (c ReturnMaterial) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	o, cost, materials, next, err := b.workOrder(c.Order, "return_material")
	if err != nil {
		return err
	}
	if err := each(b, c.Lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), first(l.Bin, c.Bin), l.Lot, true)
		if err != nil {
			return err
		}
		held, err := b.consumed(c.Order, l.Item, l.Lot)
		if err != nil {
			return err
		}
		value, err := held.Take(b.currency, g.qty)
		if err != nil {
			return err
		}
		if err := b.allot(materials, l.Item, g.qty.Neg()); err != nil {
			return err
		}
		line, err := b.takeIn(&g, value, production(c.Order), "return_material", costing.Source{})
		if err != nil {
			return err
		}
		return b.charge(cost, "return_material", "wip", costing.Material, value, costing.Source{Doc: b.doc.Seq, Line: line})
	}); err != nil {
		return err
	}
	b.step(o, mrp.Progress{To: next})
	return nil
}

func (c Report) head() header { return header{"report", c.ID, c.Date, c.Memo} }

func (c Report) decide(b *book) error {
	o, cost, _, next, err := b.workOrder(c.Order, "report")
	if err != nil {
		return err
	}
	ops, err := list[mrp.Operation](b, storage.List{Kind: storage.Operations, Values: []any{o.Item}})
	if err != nil {
		return err
	}
	if err := o.CheckReport(c.Good, c.Scrap); err != nil {
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
		if err := b.charge(cost, "report", "wip", p.element, value, costing.Source{}); err != nil {
			return err
		}
		if _, err := b.post("report", p.measure, value, dims{order: o.Ref}); err != nil {
			return err
		}
	}
	excess, of := o.Excess(c.Scrap, b.set.Scrap == "absorb_all")
	if !excess.IsZero() {
		if err := b.expense(cost, cost.Expense(b.currency, excess, of, b.doc.Date)); err != nil {
			return err
		}
	}
	counts := !c.Good.IsZero() && mrp.Counts(values(ops), c.Op)
	b.step(o, mrp.Progress{To: next, Op: c.Op, Good: c.Good, Scrap: c.Scrap, Expensed: excess, Counts: counts})
	return nil
}

// costs are those stated, else hours at the rates of the operation's work centre.
func (c Report) costs(b *book, ops []*mrp.Operation) (costing.Cost, error) {
	var labor, overhead money.Amount
	if c.LaborHours.Valid || c.MachineHours.Valid {
		center := mrp.CenterOf(values(ops), c.Op)
		if center == "" {
			return costing.Cost{}, refusal.New(refusal.NotFound, c.Order, "hours are costed at an operation's work centre: operation %q has none", c.Op)
		}
		w, err := read[mrp.Center](b, storage.Centers, center)
		if err != nil {
			return costing.Cost{}, err
		}
		if w == nil {
			return costing.Cost{}, refusal.New(refusal.NotFound, center, "there is no such work centre")
		}
		if labor, overhead, err = w.HoursCost(b.currency, c.LaborHours.Decimal, c.MachineHours.Decimal); err != nil {
			return costing.Cost{}, err
		}
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

func (b *book) expense(cost *costing.OrderCost, c costing.Cost) error {
	if _, err := b.post("report", "loss", c.Total(), dims{order: cost.Order}); err != nil {
		return err
	}
	return b.credit(cost, "report", "expensed", c, costing.Source{})
}

// credit books value that leaves an order, element by element.
func (b *book) credit(cost *costing.OrderCost, event, measure string, c costing.Cost, cause costing.Source) error {
	for _, e := range costing.Elements {
		value := c.Of(e)
		if value.IsZero() {
			continue
		}
		line := b.next(storage.Entries)
		account, err := b.post(event, measure, value, dims{order: cost.Order, entry: line})
		if err != nil {
			return err
		}
		b.fact(storage.Entries, &costing.Entry{
			Doc: b.doc.Seq, Line: line, Kind: costing.Credit, Order: cost.Order, Element: e, Value: value.Neg(),
			FactDate: b.doc.Date, PostingDate: b.doc.Date, Cause: cause, Account: account,
		})
	}
	return nil
}

func (c Inspect) head() header { return header{"inspect", c.ID, c.Date, c.Memo} }

func (c Inspect) decide(b *book) error {
	o, _, _, next, err := b.workOrder(c.Order, "inspect")
	if err != nil {
		return err
	}
	if err := o.CheckInspect(c.Pass, c.Fail); err != nil {
		return err
	}
	b.step(o, mrp.Progress{To: next, Pass: c.Pass, Fail: c.Fail, Inspects: true})
	return nil
}

func (c Complete) head() header { return header{"complete", c.ID, c.Date, c.Memo} }

func (c Complete) decide(b *book) error {
	o, cost, materials, _, err := b.workOrder(c.Order, "complete")
	if err != nil {
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
	var backflushed money.Amount
	if c.Backflush {
		var lines []StockLine
		for _, m := range components(materials) {
			if q := posting.Missing(mrp.Need(*m, o.Qty, reached), m.Issued); !q.IsZero() {
				lines = append(lines, StockLine{Item: m.Item, Qty: uom.Of(q)})
			}
		}
		if backflushed, err = b.issueTo(o, cost, materials, lines, c.Warehouse, ""); err != nil {
			return err
		}
	}
	outputs, percent, err := c.byProducts(b, o, materials, reached)
	if err != nil {
		return err
	}
	shares, err := cost.Complete(b.currency, product.qty, o.Remaining(), costing.Only(costing.Material, backflushed), percent, c.Date, b.doc.Seq)
	if err != nil {
		return err
	}
	product.expires = c.Expires
	outputs = append([]goods{product}, outputs...)
	for i, share := range append([]costing.Cost{shares.Product}, shares.Shares...) {
		g := outputs[i]
		line, err := b.takeIn(&g, share.Total(), production(o.Ref), "complete", costing.Source{})
		if err != nil {
			return err
		}
		if err := b.credit(cost, "complete", "wip", share, costing.Source{Doc: b.doc.Seq, Line: line}); err != nil {
			return err
		}
	}
	after := *o
	after.Apply(mrp.Progress{Completed: product.qty})
	b.step(o, mrp.Progress{To: after.Done(), Completed: product.qty})
	return nil
}

// byProducts are what comes out beside the product with this completion, and their shares of its cost.
func (c Complete) byProducts(b *book, o *mrp.Order, materials []*mrp.Material, reached uom.Quantity) (out []goods, percent []decimal.Decimal, err error) {
	err = each(b, materials, func(_ int, m *mrp.Material) error {
		if !m.ByProduct {
			return nil
		}
		qty := posting.Missing(mrp.Need(*m, o.Qty, reached), m.Issued)
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

func (c CloseWorkOrder) head() header { return header{"close_work_order", c.ID, c.Date, c.Memo} }

func (c CloseWorkOrder) decide(b *book) error {
	o, cost, _, next, err := b.workOrder(c.Order, "close_work_order")
	if err != nil {
		return err
	}
	reserved, err := b.reservations(o.Ref)
	if err != nil {
		return err
	}
	for _, r := range reserved {
		if !r.Qty.IsZero() {
			if err := b.freeze(r, r.Qty.Neg()); err != nil {
				return err
			}
		}
	}
	left := cost.Clear(c.Date)
	if total := left.Total(); !total.IsZero() {
		if err := b.clear(o, total); err != nil {
			return err
		}
	}
	if err := b.credit(cost, "close_work_order", "wip", left, costing.Source{}); err != nil {
		return err
	}
	b.step(o, mrp.Progress{To: next})
	return nil
}

// clear sends an order's leftover to what it completed, by quantity; to the loss account if that is nothing, or to variance if the company wants that.
func (b *book) clear(o *mrp.Order, total money.Amount) error {
	switch {
	case o.Completed.IsZero():
		_, err := b.post("close_work_order", "loss", total, dims{order: o.Ref})
		return err
	case b.set.Residual == "variance":
		_, err := b.post("close_work_order", "variance", total, dims{order: o.Ref})
		return err
	}
	item, err := b.item(o.Item)
	if err != nil {
		return err
	}
	made, err := b.made(o)
	if err != nil {
		return err
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
		if err := b.adjust(item, costing.Source{Doc: m.Doc, Line: m.Line}, m.FactDate, m.Qty, part, "close_work_order", "stock"); err != nil {
			return err
		}
	}
	return nil
}

// made gives the stock entries of an order's product, but for those of completions that were reversed.
func (b *book) made(o *mrp.Order) ([]*costing.Entry, error) {
	steps, err := list[mrp.Progress](b, storage.List{Kind: storage.ProgressFacts, Index: 1, Values: []any{o.Ref}})
	if err != nil {
		return nil, err
	}
	var out []*costing.Entry
	err = each(b, mrp.Completions(values(steps)), func(_ int, doc int64) error {
		rows, err := list[costing.Entry](b, storage.List{Kind: storage.Entries, Values: []any{doc}})
		for _, e := range rows {
			if e.Kind == costing.In && e.Item == o.Item {
				out = append(out, e)
			}
		}
		return err
	})
	return out, err
}

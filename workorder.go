package ledgermill

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/storage"
)

// OrderLine is a component (or by-product) of one work order, in total for the order.
type OrderLine struct {
	Item         string          `json:"item"`
	Qty          uom.Measure     `json:"qty"`
	CostSharePct decimal.Decimal `json:"cost_share_pct,omitzero"` // of a by-product
}

// WorkOrder plans to make something. Lines stand instead of the bill of materials.
type WorkOrder struct {
	ID         string        `json:"ref"`
	Date       calendar.Date `json:"date"`
	Memo       string        `json:"memo,omitzero"`
	Item       string        `json:"item"`
	Qty        uom.Measure   `json:"qty"`
	Due        calendar.Date `json:"due,omitzero"`
	Lines      []OrderLine   `json:"lines,omitempty"`
	ByProducts []OrderLine   `json:"byproducts,omitempty"`

	Subcontractor string              `json:"subcontractor,omitzero"` // who makes it for us, of our material
	ServicePrice  decimal.NullDecimal `json:"service_price,omitzero"` // of the subcontractor's work, per unit of Qty
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
	if err := order.Subcontract(b.currency, c.Subcontractor, c.ServicePrice, c.Qty.Qty); err != nil {
		return err
	}
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

// materials are the order's own lines, else those of the bill of materials of its day; by-products likewise.
func (c WorkOrder) materials(b *book, o *mrp.Order) ([]mrp.Material, error) {
	own, err := c.own(b)
	if err != nil || len(c.Lines) > 0 {
		return own, err
	}
	s := structure{b}
	bom, lines, err := s.on(c.Item, c.Date)
	if err != nil {
		return nil, err
	}
	o.BOM, o.Yield = bom.Doc, bom.Yield
	out, _, err := mrp.Explode(c.ID, bom, lines, o.Qty, c.Date, s, b.phantom)
	if err := b.ready(); err != nil {
		return nil, err
	}
	if len(own) > 0 {
		out = mrp.WithByProducts(out, own)
	}
	return out, err
}

// own gives the order's own lines, in base units.
func (c WorkOrder) own(b *book) ([]mrp.Material, error) {
	var lines []mrp.OwnLine
	for i, given := range [][]OrderLine{c.Lines, c.ByProducts} {
		if err := each(b, given, func(_ int, l OrderLine) error {
			item, err := b.item(l.Item)
			if err != nil {
				return err
			}
			qty, err := item.Units.ToBase(l.Qty.Qty, l.Qty.Unit, item.Unit)
			if err != nil {
				return err
			}
			lines = append(lines, mrp.OwnLine{Item: l.Item, Qty: qty, ByProduct: i == 1, Share: l.CostSharePct})
			return inventory.CheckLine(*item, qty, "", false)
		}); err != nil {
			return nil, err
		}
	}
	return mrp.OwnMaterials(c.ID, lines)
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

// Parents are the items whose bills of materials name an item as a component.
func (s structure) Parents(item string) ([]string, bool) {
	rows, err := list[mrp.BOMLine](s.b, usesOf(item))
	var out []string
	for _, r := range rows {
		if !r.ByProduct && !slices.Contains(out, r.Item) {
			out = append(out, r.Item)
		}
	}
	return out, err == nil
}

func usesOf(item string) storage.List {
	return storage.List{Kind: storage.BOMLines, Index: 1, Values: []any{item}}
}

// on gives the version of an item's bill of materials that holds on a day, with its lines.
func (s structure) on(item string, day calendar.Date) (mrp.BOM, []mrp.BOMLine, error) {
	versions, _ := s.Versions(item)
	if err := s.b.ready(); err != nil {
		return mrp.BOM{}, nil, err
	}
	bom, ok := mrp.Effective(versions, day)
	if !ok {
		return bom, nil, refusal.New(refusal.NotFound, item, "no bill of materials holds on %s, and nothing else says what it is made of", day)
	}
	lines, _ := s.Lines(item, bom.Doc)
	return bom, lines, nil
}

func (b *book) phantom(code string) bool {
	item, err := b.item(code)
	return err == nil && item.Phantom
}

// progress adds a fact of an order; the order itself has it already.
func (b *book) progress(p mrp.Progress) {
	p.Doc, p.Line, p.Date = b.doc.Seq, b.next(storage.ProgressFacts), b.doc.Date
	b.fact(storage.ProgressFacts, &p)
}

// job is an order to change, with its cost and materials, and its state after the verb.
type job struct {
	*mrp.Order
	past      *mrp.Order // as it stood on the document's day
	cost      *costing.OrderCost
	materials []*mrp.Material
	next      mrp.Status
}

func (j *job) dims() dims { return dims{order: j.Ref, subcontracted: j.Subcontractor != ""} }

func (b *book) wantOrder(ref string) {
	b.want(storage.Orders, ref)
	b.want(storage.OrderCosts, ref)
	b.wantList(storage.List{Kind: storage.Materials, Values: []any{ref}})
	b.wantList(storage.List{Kind: storage.Reservations, Values: []any{ref}})
	b.wantList(storage.List{Kind: storage.Consumption, Values: []any{ref}})
}

// workOrder gives an order to change and checks that the verb is allowed.
func (b *book) workOrder(ref, verb string) (*job, error) {
	b.wantOrder(ref)
	if err := b.ready(); err != nil {
		return nil, err
	}
	o, err := edit[mrp.Order](b, storage.Orders, ref)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, refusal.New(refusal.NotFound, ref, "there is no such work order")
	}
	next, err := o.Next(verb)
	if err != nil {
		return nil, err
	}
	cost, past, err := b.orderCost(o)
	if err != nil {
		return nil, err
	}
	rows, err := list[mrp.Material](b, storage.List{Kind: storage.Materials, Values: []any{ref}})
	if err != nil {
		return nil, err
	}
	b.mention(o.Doc)
	return &job{o, past, cost, rows, next}, nil
}

// step moves an order on by a fact.
func (b *book) step(o *mrp.Order, p mrp.Progress) {
	p.Order, p.From, p.Date = o.Ref, o.Status, b.doc.Date
	o.Apply(p)
	b.progress(p)
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

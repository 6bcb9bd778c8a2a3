package ledgermill

import (
	"context"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/storage"
)

// Release reserves an order's material; of a component that is short, what stands in for it. Partial reserves what there is and asks for nothing. Else Policy says
// what must be there: all of it (default), what the first_operation takes, or enough for a buildable part. What these two leave short, and is not on its way, the
// release asks for: each item is a requisition under the release's reference, which [Receive] may name.
type Release struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Order     string        `json:"wo"`
	Warehouse string        `json:"warehouse,omitzero"`
	Partial   bool          `json:"partial,omitzero"`
	Policy    mrp.Policy    `json:"policy,omitzero"` // all (default), first_operation or buildable; none if Partial
}

func (c Release) head() header { return header{"release", c.ID, c.Date, c.Memo} }

func (c Release) ahead(b *book) { b.wantOrder(c.Order) }

func (c Release) decide(b *book) error {
	o, err := b.workOrder(c.Order, "release")
	if err != nil {
		return err
	}
	policy, err := c.policy()
	if err != nil {
		return err
	}
	staged, short, err := b.stage(o.Order, values(o.materials), c.Warehouse, policy, nil)
	if err != nil {
		return err
	}
	before, err := b.reservations(o.Ref) // of a release that was undone
	if err != nil {
		return err
	}
	line := inventory.LastLine(before)
	if err := each(b, staged, func(_ int, s mrp.Staged) error {
		g, err := b.goods(s.Item, uom.Of(s.Qty), c.Warehouse, "", "", false)
		if err == nil {
			g.held, err = b.held(s.Item)
		}
		if err == nil {
			line, err = b.promise(g, o.Ref, line, 0)
		}
		return err
	}); err != nil {
		return err
	}
	if err := b.putMaterials(mrp.StandIn(values(o.materials), staged)); err != nil {
		return err
	}
	if policy != mrp.WhatThereIs {
		if err := b.requisition(short); err != nil {
			return err
		}
	}
	b.step(o.Order, mrp.Progress{To: o.next})
	return nil
}

func (c Release) policy() (mrp.Policy, error) {
	switch {
	case !c.Partial:
		return mrp.Policy(first(string(c.Policy), string(mrp.AllMaterial))), nil
	case c.Policy != "" && c.Policy != mrp.WhatThereIs:
		return "", refusal.New(refusal.InvalidState, c.ID, "a partial release asks for nothing: it has no policy")
	}
	return mrp.WhatThereIs, nil
}

// stage says what of an order's material can be reserved in a warehouse; what is frozen already (by item) counts as there.
func (b *book) stage(o *mrp.Order, materials []mrp.Material, warehouse string, p mrp.Policy, frozen []inventory.Reservation) ([]mrp.Staged, []mrp.Shortage, error) {
	b.want(storage.Items, o.Item)
	b.wantList(storage.List{Kind: storage.Operations, Values: []any{o.Item}})
	w, err := b.warehouse(warehouse)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range materials { // what goods will ask for
		if q := mrp.Outstanding(m); !m.ByProduct && !q.IsZero() {
			b.want(storage.Items, m.Item)
			b.wantStock(m.Item, w.Code, "", q)
		}
	}
	there := map[string]uom.Quantity{}
	if err := each(b, mrp.Wanted(materials), func(_ int, code string) error {
		b.want(storage.Items, code)
		b.wantStock(code, w.Code, "", noQty)
		held, err := b.held(code)
		there[code] = inventory.FreeFor(held, w.Code, code, frozen)
		return err
	}); err != nil {
		return nil, nil, err
	}
	item, err := b.item(o.Item)
	if err != nil {
		return nil, nil, err
	}
	ops, err := list[mrp.Operation](b, storage.List{Kind: storage.Operations, Values: []any{o.Item}})
	if err != nil {
		return nil, nil, err
	}
	op := ""
	if len(ops) > 0 {
		op = ops[0].Op
	}
	return o.Stage(materials, there, p, op, o.Start(int(item.LeadTime), b.doc.Date))
}

// putMaterials writes an order's lines as they are now; those that are new are made.
func (b *book) putMaterials(lines []mrp.Material) error {
	return each(b, lines, func(_ int, m mrp.Material) error {
		if m.Version == 0 {
			absent(b, storage.Materials, m, m.Order, m.Line)
			return nil
		}
		was, err := read[mrp.Material](b, storage.Materials, m.Order, m.Line)
		if err != nil || *was == m {
			return err
		}
		row, err := edit[mrp.Material](b, storage.Materials, m.Order, m.Line)
		if err == nil {
			*row = m
		}
		return err
	})
}

// requisition asks for what is short and not on its way, item by item.
func (b *book) requisition(short []mrp.Shortage) error {
	if len(short) == 0 {
		return nil
	}
	coming, err := list[ledger.OpenItem](b, openOf(ledger.Expected, ""))
	if err != nil {
		return err
	}
	for i, s := range mrp.Requisition(short, ledger.ByItem(values(coming))) {
		b.openItem(ledger.OpenItem{Kind: ledger.Expected, Line: int32(i + 1), Item: s.Item, Qty: s.Short})
		b.fact(storage.Supplies, &mrp.SupplyOrder{Doc: b.doc.Seq, Ref: b.doc.Ref, Item: s.Item, Qty: s.Short, Due: s.On, Firm: true})
	}
	return nil
}

// standBack gives an order's components back what stands in for them and was not issued.
func (b *book) standBack(order string) error {
	rows, err := list[mrp.Material](b, storage.List{Kind: storage.Materials, Values: []any{order}})
	if err != nil {
		return err
	}
	return b.putMaterials(mrp.StandBack(values(rows)))
}

// Shortages gives what a work order lacks of its material in a warehouse (none named: the first), beyond what is free there or frozen for it.
func (c *Company) Shortages(ctx context.Context, order, warehouse string) (short []mrp.Shortage, err error) {
	err = c.query(ctx, func(b *book) error {
		b.wantOrder(order)
		if err := b.ready(); err != nil {
			return err
		}
		o, err := read[mrp.Order](b, storage.Orders, order)
		if err != nil {
			return err
		}
		if o == nil {
			return refusal.New(refusal.NotFound, order, "there is no such work order")
		}
		materials, err1 := list[mrp.Material](b, storage.List{Kind: storage.Materials, Values: []any{order}})
		frozen, err2 := b.reservations(order)
		if err1 != nil || err2 != nil {
			return errNeed
		}
		_, short, err = b.stage(o, values(materials), warehouse, mrp.WhatThereIs, frozen)
		return err
	})
	return short, err
}

// WhereUsed gives all that an item goes into on a day: see [mrp.WhereUsed].
func (c *Company) WhereUsed(ctx context.Context, item string, on calendar.Date) (uses []mrp.Use, err error) {
	err = c.query(ctx, func(b *book) error {
		if _, err := b.item(item); err != nil {
			return err
		}
		uses, _ = mrp.WhereUsed(item, on, structure{b}, structure{b})
		return b.ready()
	})
	return uses, err
}

// Buildable gives how many units of an item can be made on a day of what is free in a warehouse (none named: the first), at most a limit, and what one more
// would lack: see [mrp.Buildable].
func (c *Company) Buildable(ctx context.Context, item, warehouse string, limit uom.Quantity, on calendar.Date) (qty uom.Quantity, short []mrp.Shortage, err error) {
	err = c.query(ctx, func(b *book) error {
		if _, err := b.item(item); err != nil {
			return err
		}
		w, err := b.warehouse(warehouse)
		if err != nil {
			return err
		}
		there := map[string]uom.Quantity{}
		for _, code := range mrp.PartsOf(item, on, structure{b}) {
			b.want(storage.Items, code)
			b.wantList(storage.List{Kind: storage.Stocks, Values: []any{code}})
			if held, err := b.held(code); err == nil {
				there[code] = inventory.FreeFor(held, w.Code, code, nil)
			}
		}
		if err := b.ready(); err != nil {
			return err
		}
		qty, short, err = mrp.Buildable(item, limit, there, on, structure{b}, b.phantom)
		return err
	})
	return qty, short, err
}

package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/storage"
)

func production(order string) inventory.Place {
	return inventory.Place{Type: inventory.InProduction, Name: order}
}

// Issue takes material out of stock into an order. Without lines: what the order needs and has not got.
type Issue struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Order     string        `json:"wo"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lines     []StockLine   `json:"lines,omitempty"`
}

func (c Issue) head() header { return header{"issue", c.ID, c.Date, c.Memo} }

func (c Issue) ahead(b *book) { b.wantOrder(c.Order) }

func (c Issue) decide(b *book) error { return c.give(b, c.Order) }

// give issues the lines; a holder's reservations of them are used up.
func (c Issue) give(b *book, holder string) error {
	o, err := b.workOrder(c.Order, "issue")
	if err != nil {
		return err
	}
	lines := c.Lines
	if len(lines) == 0 {
		for _, m := range components(o.materials) {
			if q := mrp.Outstanding(*m); !q.IsZero() {
				lines = append(lines, StockLine{Item: m.Item, Qty: uom.Of(q)})
			}
		}
		if len(lines) == 0 && len(components(o.materials)) > 0 {
			return refusal.New(refusal.InvalidState, c.Order, "all that the order needs was issued")
		}
	}
	if err := checkLines(b, len(lines)); err != nil {
		return err
	}
	if _, err := b.issueTo(o, lines, c.Warehouse, c.Bin, holder); err != nil {
		return err
	}
	b.step(o.Order, mrp.Progress{To: o.next})
	return nil
}

// issueTo takes material out of stock into an order and gives its cost.
func (b *book) issueTo(o *job, lines []StockLine, warehouse, bin, holder string) (money.Amount, error) {
	var parts []money.Amount
	err := each(b, lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, warehouse), first(l.Bin, bin), l.Lot, false)
		if err != nil {
			return err
		}
		if g.held, err = b.held(l.Item); err != nil {
			return err
		}
		if err := b.allot(o.materials, l.Item, g.qty); err != nil {
			return err
		}
		taken, err := b.takeOut(g, production(o.Ref), "issue", holder)
		if err != nil {
			return err
		}
		for _, t := range taken {
			held, err := b.consumed(o.Ref, l.Item, t.lot)
			if err != nil {
				return err
			}
			held.Put(t.qty, t.value)
			if err := b.charge(o, "issue", costing.Material, t.value, costing.Source{Doc: b.doc.Seq, Line: t.line}); err != nil {
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
func (b *book) charge(o *job, event string, element costing.Element, value money.Amount, cause costing.Source) error {
	line := b.next(storage.Entries)
	d := o.dims()
	d.entry = line
	account, err := b.post(event, "wip", value, d)
	if err != nil {
		return err
	}
	kind := costing.Charge
	if event == "return_material" {
		value, kind = value.Neg(), costing.Credit
	}
	o.cost.Charge(costing.Only(element, value), b.doc.Date)
	b.fact(storage.Entries, &costing.Entry{
		Doc: b.doc.Seq, Line: line, Kind: kind, Order: o.Ref, Element: element, Value: value,
		FactDate: b.doc.Date, PostingDate: b.doc.Date, Cause: cause, Account: account,
	})
	return nil
}

// credit books value that leaves an order, element by element, to what cause names or straight to an account.
func (b *book) credit(o *job, event, measure string, c costing.Cost, cause costing.Source, contra string) error {
	for _, e := range costing.Elements {
		value := c.Of(e)
		if value.IsZero() {
			continue
		}
		line := b.next(storage.Entries)
		d := o.dims()
		d.entry = line
		account, err := b.post(event, measure, value, d)
		if err != nil {
			return err
		}
		b.fact(storage.Entries, &costing.Entry{
			Doc: b.doc.Seq, Line: line, Kind: costing.Credit, Order: o.Ref, Element: e, Value: value.Neg(),
			FactDate: b.doc.Date, PostingDate: b.doc.Date, Cause: cause, Account: account, Contra: contra,
		})
	}
	return nil
}

// ReturnMaterial brings issued material back at the cost at which it was issued.
type ReturnMaterial struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Order     string        `json:"wo"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lines     []StockLine   `json:"lines"`
}

func (c ReturnMaterial) head() header { return header{"return_material", c.ID, c.Date, c.Memo} }

func (c ReturnMaterial) ahead(b *book) { b.wantOrder(c.Order) }

func (c ReturnMaterial) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	o, err := b.workOrder(c.Order, "return_material")
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
		if err := b.allot(o.materials, l.Item, g.qty.Neg()); err != nil {
			return err
		}
		in, err := b.takeIn(&g, value, production(c.Order), "return_material", costing.Source{})
		if err != nil {
			return err
		}
		return b.charge(o, "return_material", costing.Material, value, in.Source())
	}); err != nil {
		return err
	}
	b.step(o.Order, mrp.Progress{To: o.next})
	return nil
}

package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Unbuild takes a product apart: what it is made of comes back into stock. Of names the work order that made it; without one its bill of materials says what
// it is made of. Lots says as what tracked components come back, where the order did not take all of a component from one lot.
type Unbuild struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Item      string        `json:"item"`
	Qty       uom.Measure   `json:"qty"`
	Of        string        `json:"of,omitzero"`
	Lot       string        `json:"lot,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lots      []StockLine   `json:"lots,omitempty"`
}

func (c Unbuild) head() header { return header{"unbuild", c.ID, c.Date, c.Memo} }

func (c Unbuild) ahead(b *book) {
	if c.Of != "" {
		b.wantOrder(c.Of)
		b.wantList(factsOfOrder(c.Of))
		return
	}
	b.wantList(storage.List{Kind: storage.BOMs, Values: []any{c.Item}})
	b.wantList(storage.List{Kind: storage.BOMLines, Values: []any{c.Item}})
}

// decide: the product leaves at what its method gives. Its material goes to the parts, by what the order used or what they cost now; its other elements
// are lost.
func (c Unbuild) decide(b *book) error {
	product, err := b.goods(c.Item, c.Qty, c.Warehouse, c.Bin, c.Lot, true)
	if err != nil {
		return err
	}
	source := partsByBOM
	if c.Of != "" {
		source = partsByOrder
	}
	parts, made, err := source(b, c, product.qty)
	if err != nil {
		return err
	}
	taken, err := b.takeOut(product, production(c.Of), "unbuild", "")
	if err != nil {
		return err
	}
	material, total, err := b.takenApart(taken, made)
	if err != nil {
		return err
	}
	worth, qty := make([]money.Amount, len(parts)), make([]uom.Quantity, len(parts))
	for i, p := range parts {
		worth[i], qty[i] = p.worth, p.qty
	}
	shares := posting.SpreadByWorth(b.currency, material, worth, qty)
	lost := posting.Gap(total, money.Sum(shares...)) // all of it, if the order used nothing
	if _, err := b.post("unbuild", "variance", lost, dims{item: product.item, order: c.Of}); err != nil {
		return err
	}
	return each(b, parts, func(i int, p part) error {
		if p.held, err = b.held(p.item.Code); err != nil {
			return err
		}
		_, err := b.takeIn(&p.goods, shares[i], production(c.Of), "unbuild_part", taken[0].entry.Source())
		return err
	})
}

// part is a component that comes back, and what it is worth beside the others.
type part struct {
	goods
	worth money.Amount
}

// partsByOrder gives back what the order used, in its proportions, and tells what its product was made of.
func partsByOrder(b *book, c Unbuild, qty uom.Quantity) ([]part, []*costing.Entry, error) {
	o, err := b.workOrder(c.Of, "unbuild")
	if err != nil {
		return nil, nil, err
	}
	if o.Item != c.Item {
		return nil, nil, refusal.New(refusal.InvalidState, c.Of, "this order makes %s", o.Item)
	}
	if err := o.CheckUnbuild(qty); err != nil {
		return nil, nil, err
	}
	used, err := list[costing.Consumed](b, storage.List{Kind: storage.Consumption, Values: []any{c.Of}})
	if err != nil {
		return nil, nil, err
	}
	var parts []part
	if err := each(b, costing.ByItem(values(used)), func(_ int, u costing.Consumed) error {
		back, err := c.back(b, u.Item, u.Lot, o.Regained(u.Qty, qty), u.Value)
		parts = append(parts, back...)
		return err
	}); err != nil {
		return nil, nil, err
	}
	made, err := b.made(o.Order)
	if err != nil {
		return nil, nil, err
	}
	b.step(o.Order, mrp.Progress{To: o.next, Unbuilt: qty})
	return parts, made, nil
}

// partsByBOM gives back what the bill of materials says, at what that costs now.
func partsByBOM(b *book, c Unbuild, qty uom.Quantity) ([]part, []*costing.Entry, error) {
	s := structure{b}
	bom, lines, err := s.on(c.Item, c.Date)
	if err != nil {
		return nil, nil, err
	}
	contents, _, err := mrp.Contents(bom, lines, qty, c.Date, s, b.phantom)
	if err := b.ready(); err != nil {
		return nil, nil, err
	}
	if err != nil {
		return nil, nil, err
	}
	var parts []part
	err = each(b, contents, func(_ int, m mrp.Material) error {
		back, err := c.back(b, m.Item, "", m.Required, money.Amount{})
		if err != nil {
			return err
		}
		for _, p := range back {
			s, err := b.stream(p.item, b.scope(p.goods), uom.Quantity{})
			if err != nil {
				return err
			}
			cost, _ := costing.LastCost(s.Stream, b.currency, p.qty)
			if p.worth, err = b.atStandard(p.goods, cost); err != nil {
				return err
			}
			parts = append(parts, p)
		}
		return nil
	})
	return parts, nil, err
}

// back resolves a component that comes back: as the lots stated, else as the one lot it came from.
func (c Unbuild) back(b *book, item, lot string, qty uom.Quantity, worth money.Amount) ([]part, error) {
	if qty.IsZero() {
		return nil, nil
	}
	var stated []StockLine
	for _, l := range c.Lots {
		if l.Item == item {
			stated = append(stated, l)
		}
	}
	if len(stated) == 0 {
		stated = []StockLine{{Item: item, Qty: uom.Of(qty), Lot: lot}}
	}
	var parts []part
	var all []uom.Quantity
	if err := each(b, stated, func(_ int, l StockLine) error {
		g, err := b.goods(item, l.Qty, first(l.Warehouse, c.Warehouse), l.Bin, l.Lot, true)
		parts, all = append(parts, part{goods: g}), append(all, g.qty)
		return err
	}); err != nil {
		return nil, err
	}
	if sum := uom.Sum(all...); sum != qty {
		return nil, refusal.New(refusal.InvalidQuantity, item, "the lots stated are not what comes back").Numbers(sum, qty)
	}
	for i, share := range posting.Spread(b.currency, worth, all) {
		parts[i].worth = share
	}
	return parts, nil
}

// takenApart says what left stock and how much of it is material, by the elements of the completions named, else of the receipts that it came from.
func (b *book) takenApart(all []taken, made []*costing.Entry) (material, total money.Amount, err error) {
	var values []money.Amount
	var costs []costing.Cost
	for _, t := range all {
		values = append(values, t.value)
		for _, l := range t.links {
			var mix costing.Cost
			if len(made) == 0 {
				mix, err = b.madeOf(l.Source)
			} else {
				mix, err = b.madeOfAll(made)
			}
			if err != nil {
				return material, total, err
			}
			costs = append(costs, mix.Part(b.currency, l.Value))
		}
	}
	return costing.SumCost(costs...).Material, money.Sum(values...), nil
}

func (b *book) madeOfAll(made []*costing.Entry) (costing.Cost, error) {
	costs := make([]costing.Cost, len(made))
	err := each(b, made, func(i int, e *costing.Entry) (err error) {
		costs[i], err = b.madeOf(e.Source())
		return err
	})
	return costing.SumCost(costs...), err
}

// madeOf gives the elements of what a completion brought in, with what was added to it since: by the order's close in the elements that were left, by bills
// as outside cost. Of goods that no order made nothing is known: all of their cost is material.
func (b *book) madeOf(src costing.Source) (costing.Cost, error) {
	caused, err := list[costing.Entry](b, causedBy(src.Doc))
	if err != nil {
		return costing.Cost{}, err
	}
	made := costing.CreditedFor(values(caused), src)
	if made.Total().IsZero() {
		return made, nil
	}
	costs := []costing.Cost{made}
	err = each(b, caused, func(_ int, e *costing.Entry) error {
		if e.Cause != src || e.Kind != costing.Adjust {
			return nil
		}
		undone, err := list[posting.Document](b, reversalOf(e.Doc))
		if err != nil || len(undone) > 0 {
			return err
		}
		with, err := list[costing.Entry](b, factsOf(storage.Entries, e.Doc))
		if err != nil {
			return err
		}
		added := costing.CreditedFor(values(with), costing.Source{Doc: e.Doc})
		if added.Total().IsZero() {
			added = costing.Only(costing.Outside, e.Value)
		}
		costs = append(costs, added.Part(b.currency, e.Value))
		return nil
	})
	return costing.SumCost(costs...), err
}

package ledgermill

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
)

// Revalue makes what is on hand worth something else: a unit cost, or a new total. Warehouse and lot narrow it where they are valued by themselves.
type Revalue struct {
	ID        string              `json:"ref"`
	Date      calendar.Date       `json:"date"`
	Memo      string              `json:"memo,omitzero"`
	Item      string              `json:"item"`
	Warehouse string              `json:"warehouse,omitzero"`
	Lot       string              `json:"lot,omitzero"`
	UnitCost  decimal.NullDecimal `json:"unit_cost,omitzero"`
	Value     *money.Amount       `json:"value,omitempty"`
}

func (c Revalue) head() header { return header{"revalue", c.ID, c.Date, c.Memo} }

func (c Revalue) decide(b *book) error {
	item, err := b.item(c.Item)
	if err != nil {
		return err
	}
	if b.standsAtStandard(item.Method) {
		return refusal.New(refusal.InvalidState, c.Item, "an item at standard cost is revalued by a new standard")
	}
	streams, err := b.streamsOf(item, c.Warehouse, c.Lot)
	if err != nil {
		return err
	}
	worths, err := costing.Worths(b.currency, c.Item, states(streams), c.UnitCost, c.Value)
	if err != nil {
		return err
	}
	return each(b, streams, func(i int, s *stream) error { return b.revalue(item, s, worths[i], c.UnitCost.Decimal, "revalue") })
}

// streamsOf gives the streams of an item that hold goods on the document's day, with all their layers; warehouse and lot narrow them, if goods are valued so.
func (b *book) streamsOf(item *inventory.Item, warehouse, lot string) ([]*stream, error) {
	rows, err := list[costing.Stream](b, storage.List{Kind: storage.Streams, Values: []any{item.Code}})
	if err != nil {
		return nil, err
	}
	var out []*stream
	if err := each(b, rows, func(_ int, row *costing.Stream) error {
		w, l := costing.OfScope(row.Scope)
		if warehouse != "" && w != warehouse || lot != "" && l != lot || row.Qty.Sign() <= 0 && b.doc.Date >= row.LastDate {
			return nil
		}
		s, err := b.stream(item, row.Scope, row.Qty)
		if err == nil && s.Stream.Qty.Sign() > 0 {
			out = append(out, s)
		}
		return err
	}); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, refusal.New(refusal.InvalidState, inventory.Subject(item.Code, warehouse, "", lot), "nothing that is valued by itself is on hand there")
	}
	return out, nil
}

func states(streams []*stream) []costing.State {
	out := make([]costing.State, len(streams))
	for i, s := range streams {
		out[i] = s.State
	}
	return out
}

// revalue makes a stream worth a new total and posts the change as the given event.
func (b *book) revalue(item *inventory.Item, s *stream, worth money.Amount, unitCost decimal.Decimal, event string) error {
	var changes []costing.Taken
	if !s.Stream.Qty.IsZero() { // goods may turn out to have been there
		var err error
		if changes, err = s.Revalue(s.method, b.currency, worth); err != nil {
			return err
		}
	}
	_, delta := costing.Total(changes)
	line := b.next(storage.Entries)
	warehouse, lot := costing.OfScope(s.Stream.Scope)
	account, err := b.post(event, "stock", delta, dims{item: item, warehouse: warehouse, lot: lot, entry: line})
	if err != nil {
		return err
	}
	contra, err := b.post(event, "revaluation", delta, dims{item: item})
	if err != nil {
		return err
	}
	e := &costing.Entry{
		Doc: b.doc.Seq, Line: line, Kind: costing.Worth, Item: item.Code, Scope: s.Stream.Scope, Lot: lot, Value: delta,
		FactDate: b.doc.Date, PostingDate: b.doc.Date, Account: account, Contra: contra, Stated: worth, UnitCost: unitCost, Method: item.Method,
	}
	b.fact(storage.Entries, e)
	s.Priced(b.doc.Date, b.doc.Seq)
	b.links(e, changes)
	return nil
}

// SetStandard gives an item a new standard cost, from a date on; what is on hand of an item at standard cost is worth that from then on.
type SetStandard struct {
	ID   string          `json:"ref"`
	Date calendar.Date   `json:"date"`
	Memo string          `json:"memo,omitzero"`
	Item string          `json:"item"`
	Cost decimal.Decimal `json:"cost"`
}

func (c SetStandard) head() header { return header{"standard_cost", c.ID, c.Date, c.Memo} }

func (c SetStandard) decide(b *book) error {
	item, err := b.item(c.Item)
	if err != nil {
		return err
	}
	changed := *item
	changed.StandardCost = c.Cost
	if err := inventory.CheckItem(changed); err != nil {
		return err
	}
	b.newStandard(c.Item, c.Date, c.Cost)
	if !b.standsAtStandard(item.Method) {
		return nil
	}
	rows, err := list[costing.Stream](b, storage.List{Kind: storage.Streams, Values: []any{c.Item}})
	if err != nil {
		return err
	}
	return each(b, rows, func(_ int, row *costing.Stream) error {
		s, err := b.stream(item, row.Scope, row.Qty)
		if err != nil {
			return err
		}
		return b.standardise(item, s, "standard_cost")
	})
}

// newStandard records a standard of an item.
func (b *book) newStandard(item string, from calendar.Date, cost decimal.Decimal) {
	b.standard = append(b.standard, &costing.StandardCost{Item: item, From: from, Doc: b.doc.Seq, Cost: cost})
	b.fact(storage.StandardCosts, b.standard[len(b.standard)-1])
	b.head.Catalog = b.doc.Seq
}

// standardise makes a stream of an item worth its standard.
func (b *book) standardise(item *inventory.Item, s *stream, event string) error {
	if s.Stream.Item != item.Code {
		return nil
	}
	warehouse, lot := costing.OfScope(s.Stream.Scope)
	worth, err := b.atStandard(goods{item: item, qty: s.Stream.Qty, lot: lot, warehouse: &inventory.Warehouse{Code: warehouse}}, money.Amount{})
	if err != nil {
		return err
	}
	return b.revalue(item, s, worth, decimal.Decimal{}, event)
}

// WriteDown writes goods down to a net realisable value a unit (存货跌价准备), or up again to at most their cost. Without a quantity it is all that is on hand.
type WriteDown struct {
	ID        string          `json:"ref"`
	Date      calendar.Date   `json:"date"`
	Memo      string          `json:"memo,omitzero"`
	Item      string          `json:"item"`
	Warehouse string          `json:"warehouse,omitzero"`
	Lot       string          `json:"lot,omitzero"`
	Qty       uom.Measure     `json:"qty,omitzero"`
	NRV       decimal.Decimal `json:"nrv"`
}

func (c WriteDown) head() header { return header{"write_down", c.ID, c.Date, c.Memo} }

func (c WriteDown) decide(b *book) error {
	item, err := b.item(c.Item)
	if err != nil {
		return err
	}
	qty, err := item.Units.ToBase(c.Qty.Qty, c.Qty.Unit, item.Unit)
	if err != nil {
		return err
	}
	streams, err := b.streamsOf(item, c.Warehouse, c.Lot)
	if err != nil {
		return err
	}
	parts, err := costing.PartOf(c.Item, states(streams), qty)
	if err != nil {
		return err
	}
	for i, part := range parts {
		s := streams[i]
		if part.IsZero() {
			continue
		}
		change, err := s.WriteDown(b.currency, part, c.NRV)
		if err != nil {
			return err
		}
		warehouse, lot := costing.OfScope(s.Stream.Scope)
		for _, measure := range []string{"loss", "allowance"} {
			if _, err := b.post("write_down", measure, change, dims{item: item, warehouse: warehouse, lot: lot}); err != nil {
				return err
			}
		}
		b.allowance(s, change)
	}
	return nil
}

// allowance records that the allowance of a stream has changed.
func (b *book) allowance(s *stream, change money.Amount) {
	if !change.IsZero() {
		b.fact(storage.Allowances, &costing.Allowance{Doc: b.doc.Seq, Line: b.next(storage.Allowances), Item: s.Stream.Item, Scope: s.Stream.Scope, Date: b.doc.Date, Value: change})
	}
}

// releaseAllowance takes what was written down of goods that leave to where their cost goes: to cost of sales.
func (b *book) releaseAllowance(t taken) error {
	s := b.streams[streamKey{t.item.Code, b.scope(t.goods)}]
	part := s.Release(b.currency, t.qty)
	if part.IsZero() {
		return nil
	}
	for _, measure := range []string{"allowance", "cost"} {
		if _, err := b.post("release", measure, part, t.dims(0)); err != nil {
			return err
		}
	}
	b.allowance(s, part.Neg())
	return nil
}

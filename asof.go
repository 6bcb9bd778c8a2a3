package ledgermill

import (
	"context"
	"errors"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/flow"
	"github.com/ledgermill/ledgermill/storage"
)

// AsOf says at which moment a read looks at the books: at the end of a business day, by the day of posting, and by what had been recorded by then. The zero
// value is now. What a read says of a moment that is past it says for ever.
type AsOf struct {
	Day  calendar.Date // 0: of all that is booked
	Upto int64         // the Seq of a document (see [Company.RecordedBy]); 0: of all that is recorded now
}

// totals is a total of a table as of the moment.
func (a AsOf) totals(k storage.Kind, date string, of ...string) storage.Total {
	return storage.Total{Kind: k, Of: of, Date: date, AsOf: a.Day, Upto: a.Upto}
}

func where(column string, value any) storage.Equal {
	return storage.Equal{Column: column, Value: value}
}

// PastStock is what there was of an item. Qty, Value and UnitCost are those of the books: of what was posted up to the day. Restated is what the day looks like
// by its facts, late ones where they belong; Layers are those of Restated, oldest first. What the two differ by was booked after the day: Deferred lists it.
type PastStock struct {
	Qty      uom.Quantity
	Value    money.Amount // zero, and Valued false, where only quantities are told apart
	UnitCost decimal.Decimal
	Valued   bool
	Restated money.Amount
	Deferred []posting.Deferred
	Layers   []LayerView
	// LayersUnknown says that Layers is empty as they cannot be known: the item was valued by another method then and its entries do not say which (those of before that was
	// kept), or what is kept does not say what its issues were taken from before later documents changed it.
	LayersUnknown bool
}

// PastStock gives what there was of an item as of a moment; warehouse, bin and lot narrow it where they are named. What was promised then is not told.
func (c *Company) PastStock(ctx context.Context, item, warehouse, bin, lot string, at AsOf) (PastStock, error) {
	var v PastStock
	err := c.query(ctx, func(b *book) error {
		it, err := b.item(item)
		if err != nil {
			return err
		}
		rows, err := list[costing.Stream](b, storage.List{Kind: storage.Streams, Values: []any{item}})
		moved, err1 := b.movedBy(item, at)
		booked, err2 := b.valuedBy(item, at, "posting_date")
		looks, err3 := b.valuedBy(item, at, "fact_date")
		deferred, err4 := b.deferred(item, at)
		if err := errors.Join(err, err1, err2, err3, err4, b.ready()); err != nil {
			return err
		}
		v = PastStock{}
		v.Qty, _ = inventory.Totals(inventory.At(inventory.Brought(moved), warehouse, bin, lot))
		if v.Valued = bin == "" && costing.ValuedBy(b.set.CostScope, it.Method, warehouse, lot); !v.Valued {
			return nil
		}
		v.Value = costing.Together(costing.Within(booked, warehouse, lot)).Value
		v.UnitCost = costing.UnitCost(v.Qty, v.Value)
		v.Restated = costing.Together(costing.Within(looks, warehouse, lot)).Value
		for _, d := range deferred {
			if len(costing.Within([]costing.Stream{{Scope: d.Scope}}, warehouse, lot)) > 0 {
				v.Deferred = append(v.Deferred, d)
			}
		}
		return b.pastLayers(&v, costing.Within(values(rows), warehouse, lot), at)
	})
	return v, err
}

// movedBy adds up an item's moves by where they went.
func (b *book) movedBy(item string, at AsOf) ([]inventory.Move, error) {
	t := at.totals(storage.Moves, "date", "qty")
	t.Group, t.Where = []string{"lot", "from_type", "from_name", "from_bin", "to_type", "to_name", "to_bin"}, []storage.Equal{where("item", item)}
	rows, err := b.total(t)
	out := make([]inventory.Move, len(rows))
	for i, r := range rows {
		text := func(n int) string { return *r.Group[n].(*string) }
		out[i] = inventory.Move{
			Item: item, Lot: text(0), Qty: uom.FromUnits(r.Sums[0]),
			From: inventory.Place{Type: inventory.PlaceType(text(1)), Name: text(2), Bin: text(3)}, To: inventory.Place{Type: inventory.PlaceType(text(4)), Name: text(5), Bin: text(6)},
		}
	}
	return out, err
}

// valuedBy adds up an item's value by scope, up to the day by one of the dates of its entries.
func (b *book) valuedBy(item string, at AsOf, date string) ([]costing.Stream, error) {
	t := at.totals(storage.Entries, date, "qty", "value")
	t.Group, t.Where = []string{"scope"}, []storage.Equal{where("item", item), where("order_ref", "")}
	rows, err := b.total(t)
	out := make([]costing.Stream, len(rows))
	for i, r := range rows {
		out[i] = costing.Stream{Item: item, Scope: *r.Group[0].(*string), Qty: uom.FromUnits(r.Sums[0]), Value: money.FromUnits(r.Sums[1])}
	}
	return out, err
}

// deferred are the changes of an item's value that belong to the day or one before it, and were booked after it.
func (b *book) deferred(item string, at AsOf) ([]posting.Deferred, error) {
	if at.Day == 0 {
		return nil, nil
	}
	t := at.totals(storage.Entries, "fact_date", "value")
	t.Group, t.Where = []string{"doc", "posting_date", "scope"}, []storage.Equal{where("item", item), where("kind", string(costing.Adjust))}
	rows, err := b.total(t)
	all := make([]posting.Deferred, len(rows))
	for i, r := range rows {
		all[i] = posting.Deferred{Doc: *r.Group[0].(*int64), Booked: *r.Group[1].(*calendar.Date), Scope: *r.Group[2].(*string), Change: money.FromUnits(r.Sums[0])}
	}
	if err != nil {
		return nil, err
	}
	return b.withRefs(posting.DeferredPast(all, at.Day))
}

// withRefs says which documents brought changes.
func (b *book) withRefs(all []posting.Deferred) ([]posting.Deferred, error) {
	return all, each(b, all, func(i int, d posting.Deferred) error {
		doc, err := read[posting.Document](b, storage.Documents, d.Doc)
		if err == nil {
			all[i].Ref = doc.Ref
		}
		return err
	})
}

// pastLayers finds the layers of some streams. By all that is known now it takes out what came after the day; by what was known earlier it goes over the
// item's entries again; also where it was valued by another method since.
func (b *book) pastLayers(v *PastStock, streams []costing.Stream, at AsOf) error {
	var layers []costing.Layer
	put := func(state *costing.State) { layers = append(layers, state.Layers...) }
	var err error
	if at.Upto == 0 || at.Upto >= b.head.Seq {
		at.Upto = b.head.Seq
		v.LayersUnknown, err = b.unwound(streams, at.Day, put)
	} else {
		v.LayersUnknown = true
	}
	if v.LayersUnknown && err == nil {
		layers = nil
		v.LayersUnknown, err = b.refolded(streams, at, put)
	}
	if err != nil {
		return err
	}
	if v.LayersUnknown {
		layers = nil
	}
	costing.Oldest(layers)
	for _, l := range layers {
		v.Layers = append(v.Layers, LayerView{l.Qty, l.Value})
	}
	return nil
}

func (b *book) unwound(streams []costing.Stream, day calendar.Date, put func(*costing.State)) (unknown bool, err error) {
	err = each(b, streams, func(_ int, s costing.Stream) error {
		if day == 0 {
			stored, err := library{b}.stored(s.Item, s.Scope)
			put(&stored)
			return err
		}
		past, err := library{b}.Stream(s.Item, s.Scope, day.AddDays(1))
		if past == nil || err != nil {
			return errors.Join(err, b.ready())
		}
		state, known := past.Unwound()
		unknown = unknown || !known
		put(&state)
		return nil
	})
	return unknown, err
}

func (b *book) refolded(streams []costing.Stream, at AsOf, put func(*costing.State)) (unknown bool, err error) {
	if len(streams) == 0 {
		return false, nil
	}
	item := streams[0].Item
	entries, err1 := list[costing.Entry](b, storage.List{Kind: storage.Entries, Index: 1, Values: []any{item}})
	standards, err2 := b.standards(item)
	all, err3 := list[costing.Stream](b, storage.List{Kind: storage.Streams, Values: []any{item}})
	if err := errors.Join(err1, err2, err3); err != nil {
		return false, err
	}
	r := costing.Refolding{Currency: b.currency, Methods: map[string]costing.Method{}, Named: b.method, Standards: standards, Negative: b.allowsNegative()}
	for _, s := range all {
		if r.Methods[s.Scope], err = b.method(s.Method); err != nil {
			return false, err
		}
	}
	states, known := r.At(values(entries), at.Day, at.Upto)
	for _, s := range streams {
		if state := states[s.Scope]; state != nil {
			put(state)
		}
	}
	return !known, nil
}

// PastOrder is a work order as of a moment: how far it was, and its cost by element, by the day of posting. Restated is the cost by the day's facts, late ones where
// they belong; what the work in process of the two differs by was booked after the day: Deferred lists it. LastDate and what is named after it are not told of costs.
type PastOrder struct {
	mrp.Order
	Cost      costing.OrderCost
	Restated  costing.OrderCost
	Materials []flow.Material // issued less returned, by item and lot
	Deferred  []posting.Deferred
}

// PastOrder gives a work order as of a moment.
func (c *Company) PastOrder(ctx context.Context, ref string, at AsOf) (PastOrder, error) {
	var v PastOrder
	err := c.query(ctx, func(b *book) error {
		o, err := read[mrp.Order](b, storage.Orders, ref)
		if err != nil {
			return err
		}
		if o == nil || at.Upto != 0 && o.Doc > at.Upto || at.Day != 0 && o.Date > at.Day {
			return refusal.New(refusal.NotFound, ref, "there is no such work order, or there was none then")
		}
		facts, err := library{b}.Order(ref)
		if facts == nil || err != nil {
			return errors.Join(err, b.ready())
		}
		if at.Upto != 0 {
			facts = facts.Upto(at.Upto)
		}
		v = pastOrder(facts, at.Day)
		v.Deferred, err = b.withRefs(v.Deferred)
		return err
	})
	return v, err
}

func pastOrder(facts *flow.Order, day calendar.Date) PastOrder {
	on := func(d calendar.Date) bool { return day == 0 || d <= day }
	v := PastOrder{
		Cost:      facts.Cost(func(e *costing.Entry) bool { return on(e.PostingDate) }),
		Restated:  facts.Cost(func(e *costing.Entry) bool { return on(e.FactDate) }),
		Materials: facts.MaterialsAt(day),
		Deferred:  posting.DeferredOf(facts.Entries, day),
	}
	var steps []mrp.Progress
	for _, s := range facts.Steps {
		if on(s.Date) {
			steps = append(steps, s)
		}
	}
	v.Order = facts.Order.Replayed(steps)
	return v
}

// Since says, line by line, what the documents recorded since a moment changed of the books of its day: every account, item and order that stood
// otherwise then, with the documents that made the difference.
func (c *Company) Since(ctx context.Context, at AsOf) (posting.Revision, error) {
	head, err := c.readHead(ctx)
	if err != nil || at.Upto == 0 || at.Upto >= head.Seq {
		return posting.Revision{}, err
	}
	var d posting.Revising
	on := func(day calendar.Date, doc int64) bool { return doc <= head.Seq && (at.Day == 0 || day <= at.Day) }
	since := func(k storage.Kind, take func(row any)) {
		for page, e := range c.pages(ctx, storage.Scan{Kind: k, From: []any{at.Upto + 1}}) {
			err = errors.Join(err, e)
			for _, row := range page {
				take(row)
			}
		}
	}
	since(storage.VoucherLines, func(row any) {
		if l := row.(*ledger.Line); on(l.Date, l.Doc) {
			d.Later(posting.RevisionName{Kind: "account", Name: l.Account}, l.Doc, posting.Gap(l.Debit, l.Credit), noQty)
		}
	})
	since(storage.Entries, func(row any) {
		e := row.(*costing.Entry)
		if on(e.PostingDate, e.Doc) {
			d.Later(revisionOf(e.Item, e.Scope, e.Order), e.Doc, e.Value, noQty)
		}
		if on(e.FactDate, e.Doc) { // what a count's correction moves is there on the day of the count, whenever it is booked
			d.Later(revisionOf(e.Item, e.Scope, e.Order), e.Doc, money.Amount{}, e.Qty)
		}
	})
	if err != nil {
		return posting.Revision{}, err
	}
	return c.then(ctx, at, &d)
}

func revisionOf(item, scope, order string) posting.RevisionName {
	if order != "" {
		return posting.RevisionName{Kind: "order", Name: order}
	}
	return posting.RevisionName{Kind: "stock", Name: item, Scope: scope}
}

// then adds what the books said then, and the names of the documents.
func (c *Company) then(ctx context.Context, at AsOf, d *posting.Revising) (posting.Revision, error) {
	sums, err := c.store.Sum(ctx, c.name, totalsAt(at))
	if err != nil {
		return posting.Revision{}, err
	}
	for _, b := range balances(sums) {
		d.Then(posting.RevisionName{Kind: "account", Name: b.Account}, b.Net(), noQty)
	}
	worth, err1 := c.valuesAt(ctx, at, "posting_date", "value")
	held, err2 := c.valuesAt(ctx, at, "fact_date", "qty")
	if err := errors.Join(err1, err2); err != nil {
		return posting.Revision{}, err
	}
	for name, units := range worth {
		d.Then(name, money.FromUnits(units), noQty)
	}
	for name, units := range held {
		d.Then(name, money.Amount{}, uom.FromUnits(units))
	}
	var out posting.Revision
	err = c.query(ctx, func(b *book) error {
		out = d.Revision(func(seq int64) posting.Document {
			doc, _ := read[posting.Document](b, storage.Documents, seq)
			if doc == nil {
				return posting.Document{Seq: seq}
			}
			return *doc
		})
		return b.ready()
	})
	return out, err
}

// valuesAt adds up a column of the entries by item and scope, or by order, up to the day by one of their dates.
func (c *Company) valuesAt(ctx context.Context, at AsOf, date, column string) (map[posting.RevisionName]int64, error) {
	t := at.totals(storage.Entries, date, column)
	t.Group = []string{"item", "scope", "order_ref"}
	rows, err := c.store.Sum(ctx, c.name, t)
	out := make(map[posting.RevisionName]int64, len(rows))
	for _, r := range rows {
		out[revisionOf(*r.Group[0].(*string), *r.Group[1].(*string), *r.Group[2].(*string))] += r.Sums[0]
	}
	return out, err
}

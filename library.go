package ledgermill

import (
	"cmp"
	"errors"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/flow"
	"github.com/ledgermill/ledgermill/storage"
)

// library gives the value graph what it must see of the books, with the facts of the document under way.
type library struct{ b *book }

// wanted turns "must be loaded first" into nothing.
func wanted[T any](row *T, err error) (*T, error) {
	if errors.Is(err, errNeed) {
		return nil, nil
	}
	return row, err
}

// own gives the facts of a kind that this document has so far.
func own[T any](b *book, k storage.Kind, keep func(*T) bool) []T {
	var out []T
	for _, w := range b.changes.Writes {
		if row, ok := w.New.(*T); ok && w.Kind == k && keep(row) {
			out = append(out, *row)
		}
	}
	return out
}

// stored gives a stream as it is in the books, with all its layers.
func (l library) stored(item, scope string) (costing.State, error) {
	l.b.want(storage.Streams, item, scope)
	layers, err := list[costing.Layer](l.b, storage.List{Kind: storage.Layers, Values: []any{item, scope}})
	if err != nil {
		return costing.State{}, err
	}
	state := costing.State{Stream: costing.Stream{Item: item, Scope: scope}, Layers: values(layers)}
	if row, _ := l.b.snap.Get(keyOf(storage.Streams, []any{item, scope})); row != nil {
		state.Stream = *row.(*costing.Stream)
	}
	if !l.b.seen(storage.Streams, item, scope) {
		return state, errNeed
	}
	return state, nil
}

// Stream gives a stream with what it did from a day on.
func (l library) Stream(code, scope string, from calendar.Date) (*flow.Stream, error) {
	b := l.b
	item, err := b.itemNow(code)
	standards, err1 := b.standards(code)
	entries, err2 := list[costing.Entry](b, entriesSince(code, scope, from))
	links, err3 := list[costing.Link](b, linksSince(code, scope, from))
	state, err4 := l.stored(code, scope)
	if err := cmp.Or(err, err1, err2, err3, err4); err != nil {
		return wanted[flow.Stream](nil, err)
	}
	m, err := b.method(item.Method)
	if err != nil {
		return nil, err
	}
	mine := own(b, storage.Entries, func(e *costing.Entry) bool {
		return e.Item == code && e.Scope == scope && e.FactDate >= from && e.Kind != costing.Adjust
	})
	all := make([]costing.Entry, 0, len(entries)+len(mine))
	for _, e := range entries {
		all = append(all, *e)
	}
	linked := append(values(links), own(b, storage.Links, func(k *costing.Link) bool { return k.Item == code && k.Scope == scope && k.FactDate >= from })...)
	events, had, err := costing.Told(m, b.method, append(all, mine...), linked)
	if err != nil {
		return nil, err
	}
	for i := range events {
		events[i].Own = events[i].Doc == b.doc.Seq
	}
	return &flow.Stream{Method: m, Had: had, Standards: standards, State: state, Events: events}, nil
}

// Fed gives what an entry's value went to.
func (l library) Fed(e *costing.Entry) (*flow.Fed, error) {
	b := l.b
	rows, err := list[costing.Entry](b, causedBy(e.Doc))
	named := func(f *costing.Entry) bool { return f.Cause == e.Source() && f.Kind != costing.Adjust && !f.Late }
	fed := &flow.Fed{Entries: own(b, storage.Entries, named)}
	for _, f := range rows {
		if named(f) {
			fed.Entries = append(fed.Entries, *f)
		}
	}
	if e.Kind != costing.Sold {
		return wanted(fed, err)
	}
	var err1, err2, err4 error
	fed.Shipped, err1 = l.pool(ledger.Shipped, e.Source())
	fed.Cogs, err2 = b.cogs(e)
	unbilled, err3 := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Unbilled), e.Doc, e.Line)
	if err2 == nil && err3 == nil && unbilled.Account != fed.Cogs {
		fed.Unbilled, err4 = l.pool(ledger.Unbilled, e.Source())
	}
	if err := cmp.Or(err, err1, err2, err3, err4); err != nil {
		return wanted[flow.Fed](nil, err)
	}
	return fed, nil
}

// cogs is the account of cost of sales of an entry's goods.
func (b *book) cogs(e *costing.Entry) (string, error) {
	item, err := b.item(e.Item)
	if err != nil {
		return "", err
	}
	return b.chart.Account("cogs", posting.Party{Item: item})
}

func (l library) pool(kind ledger.OpenKind, e costing.Source) (*flow.Pool, error) {
	item, err := read[ledger.OpenItem](l.b, storage.OpenItems, string(kind), e.Doc, e.Line)
	facts, err2 := list[ledger.Settlement](l.b, settlementsOf(kind, e.Doc))
	if err := errors.Join(err, err2); err != nil {
		return nil, errNeed
	}
	p := &flow.Pool{Item: *item}
	for _, f := range facts {
		if f.ItemLine == e.Line {
			p.Facts = append(p.Facts, *f)
		}
	}
	p.Facts = append(p.Facts, own(l.b, storage.Settlements, func(f *ledger.Settlement) bool { return f.Kind == kind && f.ItemDoc == e.Doc && f.ItemLine == e.Line })...)
	ledger.InOrder(p.Facts)
	var givenBack []ledger.Settlement
	for i := range p.Facts {
		if f := &p.Facts[i]; f.Qty.Sign() > 0 && f.Doc != p.Item.Doc {
			givenBack = append(givenBack, *f)
		}
	}
	if len(givenBack) > 0 {
		p.Undoes, err = l.b.undoing(givenBack)
	}
	return p, err
}

// Order gives all facts of a work order.
func (l library) Order(ref string) (*flow.Order, error) {
	b := l.b
	b.want(storage.Orders, ref)
	materials, err1 := list[mrp.Material](b, storage.List{Kind: storage.Materials, Values: []any{ref}})
	steps, err2 := list[mrp.Progress](b, factsOfOrder(ref))
	entries, err3 := list[costing.Entry](b, entriesOfOrder(ref))
	_, err4 := list[costing.Consumed](b, storage.List{Kind: storage.Consumption, Values: []any{ref}})
	b.want(storage.OrderCosts, ref)
	if err := errors.Join(err1, err2, err3, err4); err != nil || !b.seen(storage.Orders, ref) || !b.seen(storage.OrderCosts, ref) { // not b.ready: what others need is loaded together with this
		return wanted[flow.Order](nil, errNeed)
	}
	o, err := read[mrp.Order](b, storage.Orders, ref)
	if err != nil {
		return nil, err
	}
	out := &flow.Order{
		Order: *o, Materials: values(materials), Stock: map[costing.Source]*costing.Entry{},
		Steps:   append(values(steps), own(b, storage.ProgressFacts, func(p *mrp.Progress) bool { return p.Order == ref })...),
		Entries: append(values(entries), own(b, storage.Entries, func(e *costing.Entry) bool { return e.Order == ref })...),
	}
	if err := cmp.Or(l.stockOf(out), b.closing(out)); err != nil {
		return wanted[flow.Order](nil, err)
	}
	return out, nil
}

// stockOf adds the stock entries of an order's documents.
func (l library) stockOf(o *flow.Order) (err error) {
	for _, s := range o.Steps {
		rows, missing := list[costing.Entry](l.b, factsOf(storage.Entries, s.Doc))
		err = cmp.Or(err, missing)
		if s.Doc == l.b.doc.Seq {
			for _, e := range own(l.b, storage.Entries, func(*costing.Entry) bool { return true }) {
				rows = append(rows, &e)
			}
		}
		for _, e := range rows {
			if e.Order == "" && e.Kind != costing.Adjust {
				o.Stock[e.Source()] = e
			}
		}
	}
	return err
}

// closing says where an order's leftover goes when it cannot go to its product.
func (b *book) closing(o *flow.Order) error {
	item, err := b.item(o.Order.Item)
	if err != nil {
		return err
	}
	o.Standard = b.stoodAtStandard(item, o.Made()...)
	role := "production_variance"
	if o.Order.Completed.IsZero() {
		role = "scrap_loss"
	}
	o.Loss, err = b.chart.Account(role, posting.Party{Item: item})
	return err
}

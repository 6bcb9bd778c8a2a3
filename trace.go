package ledgermill

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/trace"
	"github.com/ledgermill/ledgermill/storage"
)

// Trace follows a lot or serial number of an item: [trace.Backward] to what it was made of and whence that came, [trace.Forward] to what was made of it and
// where that is, with quantities and money. [trace.Tree.Recall] of a forward trace says who received goods of it and what is at risk. An item without lots is one
// lot, named by the empty text. It reads all moves of every item that it meets.
func (c *Company) Trace(ctx context.Context, item, lot string, d trace.Direction) (tree trace.Tree, err error) {
	err = c.query(ctx, func(b *book) error {
		tree, err = trace.Of(genealogy{b}, b.currency, b.set.CostScope, trace.Lot{Item: item, Lot: lot}, d)
		return err
	})
	return tree, err
}

// Lots gives the lots and serial numbers of an item that ever were in stock, in order; an item without lots has one, the empty text.
func (c *Company) Lots(ctx context.Context, item string) (lots []string, err error) {
	err = c.query(ctx, func(b *book) error {
		rows, err := list[inventory.Stock](b, storage.List{Kind: storage.Stocks, Values: []any{item}})
		lots = inventory.LotsOf(values(rows))
		return err
	})
	return lots, err
}

// genealogy gives a trace what it must see of the books.
type genealogy struct{ b *book }

func (g genealogy) Item(code string) (*trace.Item, error) {
	item, err1 := g.b.item(code)
	moves, err2 := list[inventory.Move](g.b, storage.List{Kind: storage.Moves, Index: 1, Values: []any{code}})
	stocks, err3 := list[inventory.Stock](g.b, storage.List{Kind: storage.Stocks, Values: []any{code}})
	streams, err4 := list[costing.Stream](g.b, storage.List{Kind: storage.Streams, Values: []any{code}})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return wanted[trace.Item](nil, err)
	}
	return &trace.Item{Master: *item, Moves: values(moves), Stocks: values(stocks), Streams: values(streams)}, nil
}

func (g genealogy) Document(seq int64) (*trace.Document, error) {
	doc, err1 := read[posting.Document](g.b, storage.Documents, seq)
	undone, err2 := list[posting.Document](g.b, reversalOf(seq))
	moves, err3 := list[inventory.Move](g.b, factsOf(storage.Moves, seq))
	entries, err4 := list[costing.Entry](g.b, factsOf(storage.Entries, seq))
	changes, err5 := list[costing.Entry](g.b, causedBy(seq))
	bought, err6 := list[ledger.Settlement](g.b, settlementsOf(ledger.Accrued, seq))
	sold, err7 := list[ledger.Settlement](g.b, settlementsOf(ledger.Unbilled, seq))
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		return wanted[trace.Document](nil, err)
	}
	d := &trace.Document{Document: *doc, Undone: len(undone) > 0, Moves: values(moves), Entries: values(entries), Changes: values(changes)}
	seen := map[int64]bool{}
	for _, s := range append(bought, sold...) {
		seen[s.Doc] = true
	}
	for _, c := range changes {
		if !c.Late {
			seen[c.Doc] = true
		}
	}
	err := each(g.b, slices.Sorted(maps.Keys(seen)), func(_ int, by int64) error {
		bill, err1 := read[posting.Document](g.b, storage.Documents, by)
		undone, err2 := list[posting.Document](g.b, reversalOf(by))
		if err := errors.Join(err1, err2); err != nil || len(undone) > 0 {
			return err
		}
		d.Bills = append(d.Bills, *bill)
		return nil
	})
	return wanted(d, err)
}

func (g genealogy) Order(ref string) (*trace.Making, error) {
	order, err1 := read[mrp.Order](g.b, storage.Orders, ref)
	cost, err2 := read[costing.OrderCost](g.b, storage.OrderCosts, ref)
	steps, err3 := list[mrp.Progress](g.b, factsOfOrder(ref))
	if err := errors.Join(err1, err2, err3); err != nil {
		return wanted[trace.Making](nil, err)
	}
	if order == nil || cost == nil {
		return nil, refusal.New(refusal.NotFound, ref, "there is no such work order")
	}
	return &trace.Making{Order: *order, Cost: *cost, Docs: mrp.DocumentsOf(values(steps))}, nil
}

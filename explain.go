package ledgermill

import (
	"context"
	"errors"
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/explain"
	"github.com/ledgermill/ledgermill/storage"
)

// Explain gives a figure as a tree down to source documents, as it stands now: every node is the sum of its children, and the leaves sum to the figure. Beyond
// [explain.MaxNodes] and [explain.MaxDepth] a node stays with its amount, and says so. A figure that the books do not have is not_found, unknown_item or
// unknown_account; one that they do not explain to the cent is invalid_state.
func (c *Company) Explain(ctx context.Context, f explain.Figure) (*explain.Tree, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	return c.walk(ctx, func(ctx context.Context) (*explain.Walk, error) { return c.figure(ctx, f) })
}

// Follow says where the money of a document went, as it stands now: the goods that it brought or billed are followed through orders and products to where they are,
// on hand, in process, in cost of sales or another account. The leaves sum to the document's amount; [explain.Tree.ByPlace] adds them up. A document that brought
// no money is not_found.
func (c *Company) Follow(ctx context.Context, ref string) (*explain.Tree, error) {
	return c.walk(ctx, func(ctx context.Context) (w *explain.Walk, err error) {
		err = c.query(ctx, func(b *book) error {
			doc, err := b.document(ref)
			if err == nil {
				w = explain.Follow(b.currency, *doc)
			}
			return err
		})
		return w, err
	})
}

// walk takes an explanation to its end. If somebody writes meanwhile it begins again, so that all of it speaks of one state of the books.
func (c *Company) walk(ctx context.Context, begin func(context.Context) (*explain.Walk, error)) (*explain.Tree, error) {
	for range maxAttempts {
		before, err := c.readHead(ctx)
		if err != nil {
			return nil, err
		}
		w, err := begin(ctx)
		if err == nil {
			err = c.follow(ctx, w)
		}
		after, err2 := c.readHead(ctx)
		if err2 != nil {
			return nil, err2
		}
		if after.Version != before.Version {
			continue
		}
		if err != nil {
			return nil, err
		}
		return w.Tree(), nil
	}
	return nil, refusal.New(refusal.Contention, c.name, "the books change faster than they are explained")
}

// follow loads what an explanation asks for, one load a step.
func (c *Company) follow(ctx context.Context, w *explain.Walk) error {
	snap := storage.NewSnapshot()
	for {
		b := c.book(snap)
		err := b.begin(c.name, header{})
		if err == nil {
			var done bool
			if done, err = w.Step(origins{b}); done || err != nil && !errors.Is(err, errNeed) {
				return err
			}
		}
		if b.need.Empty() {
			return err
		}
		if err := c.load(ctx, b.need, snap); err != nil {
			return err
		}
	}
}

// figure begins the explanation of a figure.
func (c *Company) figure(ctx context.Context, f explain.Figure) (w *explain.Walk, err error) {
	err = c.query(ctx, func(b *book) (err error) {
		switch {
		case f.Item != "":
			w, err = b.explainStock(f)
		case f.Order != "":
			w, err = b.explainOrder(f.Order)
		case f.Document != "":
			doc, err := b.document(f.Document)
			if err != nil {
				return err
			}
			w = explain.Cost(b.currency, *doc)
		}
		return err
	})
	switch {
	case err != nil:
	case f.AllOrders:
		w, err = c.explainOrders(ctx)
	case f.Account != "":
		w, err = c.explainBalance(ctx, f)
	}
	return w, err
}

// explainBalance reads the lines of an account, or of all below a heading, and what entries of value they hold.
func (c *Company) explainBalance(ctx context.Context, f explain.Figure) (*explain.Walk, error) {
	of, err := c.Account(ctx, f.Account)
	if err != nil {
		return nil, err
	}
	all, err := c.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var accounts []*explain.Account
	for _, a := range all {
		if !a.Leaf || !strings.HasPrefix(a.Code, of.Code) {
			continue
		}
		e := &explain.Account{Code: a.Code, Name: a.Name, From: f.From, To: f.AsOf}
		if err := c.readAccount(ctx, e); err != nil {
			return nil, err
		}
		accounts = append(accounts, e)
	}
	var w *explain.Walk
	err = c.query(ctx, func(b *book) error { w = explain.Balance(b.currency, f.Account, accounts); return nil })
	return w, err
}

func (c *Company) readAccount(ctx context.Context, a *explain.Account) error {
	for page, err := range c.pages(ctx, storage.Scan{Kind: storage.VoucherLines, Index: 1, From: []any{a.Code, a.From}, To: []any{a.Code}}) {
		if err != nil {
			return err
		}
		for _, r := range page {
			a.Put(*r.(*ledger.Line))
		}
	}
	for _, now := range []bool{false, true} {
		q := storage.Total{
			Kind: storage.Entries, Group: []string{"item", "scope", "order_ref"}, Of: []string{"value"}, Where: []storage.Equal{{Column: "account", Value: a.Code}},
			Date: "posting_date", AsOf: a.To,
		}
		if now {
			q.AsOf = 0
		}
		sums, err := c.store.Sum(ctx, c.name, q)
		if err != nil {
			return err
		}
		for _, r := range sums {
			a.Hold(*r.Group[0].(*string), *r.Group[1].(*string), *r.Group[2].(*string), money.FromUnits(r.Sums[0]), now)
		}
	}
	return nil
}

func (b *book) explainStock(f explain.Figure) (*explain.Walk, error) {
	b.wantList(storage.List{Kind: storage.Streams, Values: []any{f.Item}})
	item, err := b.item(f.Item)
	if err != nil {
		return nil, err
	}
	if !costing.ValuedBy(b.set.CostScope, item.Method, f.Warehouse, f.Lot) {
		return nil, refusal.New(refusal.InvalidState, f.Item, "the books value the item as a whole and tell only quantities apart here")
	}
	if f.Warehouse != "" {
		if _, err := b.warehouse(f.Warehouse); err != nil {
			return nil, err
		}
	}
	streams, err := list[costing.Stream](b, storage.List{Kind: storage.Streams, Values: []any{f.Item}})
	if err != nil {
		return nil, err
	}
	return explain.Stock(b.currency, f.Item, costing.Within(values(streams), f.Warehouse, f.Lot)), nil
}

func (b *book) explainOrder(ref string) (*explain.Walk, error) {
	cost, err := read[costing.OrderCost](b, storage.OrderCosts, ref)
	if err != nil {
		return nil, err
	}
	if cost == nil {
		return nil, refusal.New(refusal.NotFound, ref, "there is no such work order")
	}
	return explain.WIP(b.currency, []costing.OrderCost{*cost}), nil
}

func (c *Company) explainOrders(ctx context.Context) (*explain.Walk, error) {
	var open []costing.OrderCost
	if err := c.scan(ctx, storage.OrderCosts, func(r any) {
		if o := r.(*costing.OrderCost); o.Open != (costing.Cost{}) {
			open = append(open, *o)
		}
	}); err != nil {
		return nil, err
	}
	var w *explain.Walk
	err := c.query(ctx, func(b *book) error { w = explain.WIP(b.currency, open); return nil })
	return w, err
}

// origins gives an explanation what it must see of the books.
type origins struct{ b *book }

// seen turns a list into what an explanation is given.
func seen[T any](rows []*T, err error) ([]T, bool) { return values(rows), err == nil }

// Document gives a document by its number.
func (o origins) Document(seq int64) (*posting.Document, bool) {
	doc, err := read[posting.Document](o.b, storage.Documents, seq)
	return doc, err == nil
}

// Entries are those of value that a document made.
func (o origins) Entries(doc int64) ([]costing.Entry, bool) {
	return seen(list[costing.Entry](o.b, factsOf(storage.Entries, doc)))
}

// Naming are the entries whose cause is one of a document.
func (o origins) Naming(doc int64) ([]costing.Entry, bool) {
	return seen(list[costing.Entry](o.b, causedBy(doc)))
}

// Order are the entries of a work order.
func (o origins) Order(ref string) ([]costing.Entry, bool) {
	return seen(list[costing.Entry](o.b, entriesOfOrder(ref)))
}

// Vouchers are those of a document.
func (o origins) Vouchers(doc int64) ([]ledger.Voucher, bool) {
	return seen(list[ledger.Voucher](o.b, factsOf(storage.Vouchers, doc)))
}

// Standards are the standard costs that an item has had.
func (o origins) Standards(item string) ([]costing.StandardCost, bool) {
	return seen(list[costing.StandardCost](o.b, standardsOf(item)))
}

// Lines are those of a document's vouchers.
func (o origins) Lines(doc int64) ([]ledger.Line, bool) {
	return seen(list[ledger.Line](o.b, factsOf(storage.VoucherLines, doc)))
}

// Settled is what a document opened or settled.
func (o origins) Settled(doc int64) ([]ledger.Settlement, bool) {
	return seen(list[ledger.Settlement](o.b, factsOf(storage.Settlements, doc)))
}

// Unit is the base unit of an item.
func (o origins) Unit(item string) (string, bool) {
	it, err := o.b.item(item)
	if err != nil {
		return "", !errors.Is(err, errNeed)
	}
	return it.Unit, true
}

// Account is the name of an account.
func (o origins) Account(code string) string {
	a, _ := o.b.chart.Find(code)
	return a.Name
}

// Stream is the stock of an item in a scope, from a day on.
func (o origins) Stream(item, scope string, from calendar.Date) (*explain.Stream, bool, error) {
	b := o.b
	it, err := b.item(item)
	entries, err1 := list[costing.Entry](b, entriesSince(item, scope, from))
	links, err2 := list[costing.Link](b, linksSince(item, scope, from))
	layers, err3 := list[costing.Layer](b, storage.List{Kind: storage.Layers, Values: []any{item, scope}})
	state, err4 := read[costing.Stream](b, storage.Streams, item, scope)
	if err := errors.Join(err, err1, err2, err3, err4); err != nil {
		if errors.Is(err, errNeed) {
			err = nil
		}
		return nil, false, err
	}
	if state == nil {
		return nil, false, refusal.New(refusal.NotFound, item, "there is no stock of this item that is valued by itself")
	}
	m, err := b.method(it.Method)
	return &explain.Stream{Method: m, Named: b.method, State: costing.State{Stream: *state, Layers: values(layers)}, Entries: values(entries), Links: values(links)}, err == nil, err
}

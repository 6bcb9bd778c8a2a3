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
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/tieout"
	"github.com/ledgermill/ledgermill/storage"
)

// query runs a read on a snapshot of its own, loading what it asks for.
func (c *Company) query(ctx context.Context, do func(b *book) error) error {
	snap := storage.NewSnapshot()
	for range maxLoads {
		b := &book{snap: snap, methods: c.methods, live: map[string]*record{}}
		err := b.begin(c.name, header{})
		if err == nil {
			err = do(b)
		}
		if b.need.Empty() {
			return err
		}
		rows, err := c.store.Load(ctx, c.name, b.need)
		if err != nil {
			return err
		}
		snap.Absorb(b.need, rows)
	}
	return refusal.New(refusal.LimitExceeded, c.name, "a read asked for rows more than %d times", maxLoads)
}

// LayerView is what is left of one receipt.
type LayerView struct {
	Qty   uom.Quantity
	Value money.Amount
}

// StockView is what there is of an item. Value is zero and Valued false where only quantities are told apart: a warehouse, bin or lot within a wider cost scope.
type StockView struct {
	Qty, Reserved, Available uom.Quantity
	Value                    money.Amount
	UnitCost                 decimal.Decimal
	Valued                   bool
	Layers                   []LayerView
}

// Stock gives what there is of an item; warehouse, bin and lot narrow it where they are named.
func (c *Company) Stock(ctx context.Context, item, warehouse, bin, lot string) (StockView, error) {
	var v StockView
	err := c.query(ctx, func(b *book) error {
		b.wantList(storage.List{Kind: storage.Stocks, Values: []any{item}})
		b.wantList(storage.List{Kind: storage.Streams, Values: []any{item}})
		it, err := b.item(item)
		if err != nil {
			return err
		}
		held, err := b.held(item)
		if err != nil {
			return err
		}
		if held, err = b.lasting(item, held, calendar.At(c.clock())); err != nil {
			return err
		}
		v = StockView{}
		v.Qty, v.Reserved = inventory.Totals(inventory.At(held, warehouse, bin, lot))
		v.Available = inventory.Rest(v.Qty, v.Reserved)
		streams, err := list[costing.Stream](b, storage.List{Kind: storage.Streams, Values: []any{item}})
		if err != nil {
			return err
		}
		if v.Valued = bin == "" && costing.ValuedBy(b.set.CostScope, it.Method, warehouse, lot); !v.Valued {
			return nil
		}
		narrowed := costing.Within(values(streams), warehouse, lot)
		sum := costing.Together(narrowed)
		v.Value, v.UnitCost = sum.Value, costing.UnitCost(sum.Qty, sum.Value)
		layers, err := b.layersOf(narrowed)
		for _, l := range layers {
			v.Layers = append(v.Layers, LayerView{l.Qty, l.Value})
		}
		return err
	})
	return v, err
}

// lasting gives rows of an item's stock without what is reserved of them no longer: the next document that touches them frees it.
func (b *book) lasting(item string, held []inventory.Stock, now calendar.Instant) ([]inventory.Stock, error) {
	return held, each(b, held, func(i int, s inventory.Stock) error {
		if s.Lapses == 0 || s.Lapses > now {
			return nil
		}
		rows, err := list[inventory.Reservation](b, storage.List{Kind: storage.Reservations, Index: 1, Values: []any{item}})
		held[i] = s.Lasting(values(rows), now)
		return err
	})
}

// layersOf gives all the layers of some streams, oldest first.
func (b *book) layersOf(streams []costing.Stream) ([]costing.Layer, error) {
	var out []costing.Layer
	err := each(b, streams, func(_ int, s costing.Stream) error {
		rows, err := list[costing.Layer](b, storage.List{Kind: storage.Layers, Values: []any{s.Item, s.Scope}})
		out = append(out, values(rows)...)
		return err
	})
	costing.Oldest(out)
	return out, err
}

// Account gives the account of a role, or of a code (it begins with a digit).
func (c *Company) Account(ctx context.Context, name string) (ledger.Account, error) {
	var a ledger.Account
	err := c.query(ctx, func(b *book) error {
		if known, ok := b.chart.Find(name); ok {
			a = known
			return nil
		}
		code, err := b.chart.Resolve(name)
		a, _ = b.chart.Find(code)
		return err
	})
	return a, err
}

func totalsAt(at AsOf) storage.Total {
	t := at.totals(storage.VoucherLines, "date", "debit", "credit")
	t.Group = []string{"account"}
	return t
}

// Balance gives the balance of a role or account as of a moment, debit above zero. A heading includes its sub-accounts.
func (c *Company) Balance(ctx context.Context, name string, at AsOf) (money.Amount, error) {
	a, err := c.Account(ctx, name)
	if err != nil {
		return money.Amount{}, err
	}
	rows, err := c.store.Sum(ctx, c.name, totalsAt(at))
	if err != nil {
		return money.Amount{}, err
	}
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return money.Amount{}, err
	}
	return ledger.Rollup(accounts, balances(rows))[a.Code], nil
}

// Accounts gives the company's chart of accounts.
func (c *Company) Accounts(ctx context.Context) (out []ledger.Account, err error) {
	err = c.query(ctx, func(b *book) error {
		rows, err := list[ledger.Account](b, storage.List{Kind: storage.Accounts})
		out = values(rows)
		return err
	})
	return out, err
}

// TrialBalance gives the trial balance as of a moment.
func (c *Company) TrialBalance(ctx context.Context, at AsOf) (ledger.TrialBalance, error) {
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return ledger.TrialBalance{}, err
	}
	rows, err := c.store.Sum(ctx, c.name, totalsAt(at))
	return ledger.NewTrialBalance(accounts, nil, balances(rows)), err
}

// VouchersOf gives the vouchers that a document brought about; of a close with those of its steps, which come first.
func (c *Company) VouchersOf(ctx context.Context, ref string) ([]PostedVoucher, error) {
	var out []PostedVoucher
	err := c.query(ctx, func(b *book) error {
		out = nil
		doc, err := b.document(ref)
		if err != nil {
			return err
		}
		docs := []*posting.Document{doc}
		if doc.Verb == "close" {
			steps, err := b.closeSteps(ref)
			if err != nil {
				return err
			}
			docs = append(steps, doc)
		}
		return each(b, docs, func(_ int, d *posting.Document) error {
			vouchers, err := b.vouchersOf(d)
			out = append(out, vouchers...)
			return err
		})
	})
	return out, err
}

func (b *book) vouchersOf(doc *posting.Document) ([]PostedVoucher, error) {
	vouchers, err1 := list[ledger.Voucher](b, factsOf(storage.Vouchers, doc.Seq))
	lines, err2 := list[ledger.Line](b, factsOf(storage.VoucherLines, doc.Seq))
	if err := errors.Join(err1, err2); err != nil {
		return nil, errNeed
	}
	out := make([]PostedVoucher, len(vouchers))
	for i, v := range vouchers {
		out[i].Voucher = *v
		for _, l := range lines {
			if l.N == v.N {
				out[i].Lines = append(out[i].Lines, *l)
			}
		}
	}
	return out, nil
}

// Reconcile compares production, stock and finance, to the cent; it gives every break, with the first document after which it no longer held.
func (c *Company) Reconcile(ctx context.Context) ([]tieout.Break, error) {
	books, err := c.books(ctx)
	if err != nil {
		return nil, err
	}
	return tieout.Check(books), nil
}

// books reads all that the tie-outs compare.
func (c *Company) books(ctx context.Context) (tieout.Books, error) {
	var t tieout.Books
	err := c.query(ctx, func(b *book) error {
		t.Chart, t.Settings, t.Methods = b.chart, b.set, b.methods
		return nil
	})
	if err != nil {
		return t, err
	}
	read := func(k storage.Kind, add func(any)) {
		if err == nil {
			err = c.scan(ctx, k, add)
		}
	}
	read(storage.Documents, func(r any) { t.Documents = append(t.Documents, r.(*posting.Document)) })
	read(storage.Moves, func(r any) { t.Moves = append(t.Moves, r.(*inventory.Move)) })
	read(storage.Stocks, func(r any) { t.Stocks = append(t.Stocks, r.(*inventory.Stock)) })
	read(storage.Streams, func(r any) { t.Streams = append(t.Streams, r.(*costing.Stream)) })
	read(storage.Layers, func(r any) { t.Layers = append(t.Layers, r.(*costing.Layer)) })
	read(storage.Entries, func(r any) { t.Entries = append(t.Entries, r.(*costing.Entry)) })
	read(storage.Allowances, func(r any) { t.Allowances = append(t.Allowances, r.(*costing.Allowance)) })
	read(storage.OrderCosts, func(r any) { t.Orders = append(t.Orders, r.(*costing.OrderCost)) })
	read(storage.OpenItems, func(r any) { t.OpenItems = append(t.OpenItems, r.(*ledger.OpenItem)) })
	read(storage.Settlements, func(r any) { t.Settlements = append(t.Settlements, r.(*ledger.Settlement)) })
	read(storage.Vouchers, func(r any) { t.Vouchers = append(t.Vouchers, r.(*ledger.Voucher)) })
	read(storage.VoucherLines, func(r any) { t.Lines = append(t.Lines, r.(*ledger.Line)) })
	return t, err
}

func (c *Company) scan(ctx context.Context, k storage.Kind, add func(any)) error {
	q := storage.Scan{Kind: k, Limit: 1000}
	for {
		page, err := c.store.Scan(ctx, c.name, q)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			add(row)
		}
		if page.Cursor == "" {
			return nil
		}
		q.Cursor = page.Cursor
	}
}

// Digest is a hash over all facts and records: equal for equal books, whatever the store.
func (c *Company) Digest(ctx context.Context) (string, error) {
	return storage.Digest(ctx, c.store, c.name)
}

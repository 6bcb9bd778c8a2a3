package ledgermill

import (
	"context"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
)

// OpenItems gives what a partner (none named: all of them) owed us, or we owed it, at the end of a day (0: by all that is booked), and the items that were open
// then with what was open of them. The sum, in company currency, adds up receivables and payables.
func (c *Company) OpenItems(ctx context.Context, partner string, asOf calendar.Date) (sum money.Amount, items []ledger.OpenItem, err error) {
	err = c.query(ctx, func(b *book) error {
		if asOf == 0 && partner != "" {
			items, err = b.openNow(partner)
		} else {
			items, err = b.openOn(partner, asOf)
		}
		sum = ledger.SumOpen(items)
		return err
	})
	return sum, items, err
}

// Aging gives the items of a partner (none named: of all) that were open at the end of a day (账龄), with their age in days: since they were due, or since their
// document, as the company has decided. ledger.Between adds up those of an age.
func (c *Company) Aging(ctx context.Context, partner string, day calendar.Date) ([]ledger.Aged, error) {
	_, items, err := c.OpenItems(ctx, partner, day)
	if err != nil {
		return nil, err
	}
	var by string
	err = c.query(ctx, func(b *book) error { by = b.set.AgingBy; return nil })
	return ledger.Age(items, day, by), err
}

func (b *book) openNow(partner string) ([]ledger.OpenItem, error) {
	var items []ledger.OpenItem
	for _, kind := range []ledger.OpenKind{ledger.Receivable, ledger.Payable} {
		rows, err := list[ledger.OpenItem](b, openOf(kind, partner))
		if err != nil {
			return nil, err
		}
		items = append(items, values(rows)...)
	}
	return items, nil
}

// openOn adds up what was opened and settled by a day.
func (b *book) openOn(partner string, day calendar.Date) ([]ledger.OpenItem, error) {
	t := storage.Total{
		Kind: storage.Settlements, Group: []string{"kind", "item_doc", "item_line"}, Of: []string{"amount", "foreign_amount"}, Date: "date", AsOf: day,
	}
	if partner != "" {
		t.Where = []storage.Equal{{Column: "partner", Value: partner}}
	}
	rows, err := b.total(t)
	if err != nil {
		return nil, err
	}
	var items []ledger.OpenItem
	err = each(b, rows, func(_ int, r storage.TotalRow) error {
		kind, amount, foreign := ledger.OpenKind(*r.Group[0].(*string)), money.FromUnits(r.Sums[0]), money.FromUnits(r.Sums[1])
		if kind != ledger.Receivable && kind != ledger.Payable || amount.IsZero() && foreign.IsZero() {
			return nil
		}
		o, err := read[ledger.OpenItem](b, storage.OpenItems, string(kind), *r.Group[1].(*int64), *r.Group[2].(*int32))
		if err == nil {
			was := *o
			was.Open, was.OpenForeign = amount, foreign
			items = append(items, was)
		}
		return err
	})
	return items, err
}

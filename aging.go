package ledgermill

import (
	"context"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
)

// OpenItems gives what a partner (none named: all of them) owed us, or we owed it, as of a moment, and the items that were open
// then with what was open of them. The sum, in company currency, adds up receivables and payables.
func (c *Company) OpenItems(ctx context.Context, partner string, at AsOf) (sum money.Amount, items []ledger.OpenItem, err error) {
	err = c.query(ctx, func(b *book) error {
		if at == (AsOf{}) && partner != "" {
			items, err = b.openNow(partner)
		} else {
			items, err = b.openOn(partner, at, ledger.Payable, ledger.Receivable)
		}
		sum = ledger.SumOpen(items)
		return err
	})
	return sum, items, err
}

// Aging gives the items of a partner (none named: of all) that were open as of a moment (账龄), with their age in days on its day: since they were due, or since their
// document, as the company has decided. ledger.Between adds up those of an age.
func (c *Company) Aging(ctx context.Context, partner string, at AsOf) ([]ledger.Aged, error) {
	if at.Day == 0 {
		return nil, refusal.New(refusal.InvalidDate, partner, "an age is told on some day")
	}
	_, items, err := c.OpenItems(ctx, partner, at)
	if err != nil {
		return nil, err
	}
	var by string
	err = c.query(ctx, func(b *book) error { by = b.set.AgingBy; return nil })
	return ledger.Age(items, at.Day, by), err
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

// openOn adds up what was opened and settled as of a moment.
func (b *book) openOn(partner string, at AsOf, kinds ...ledger.OpenKind) ([]ledger.OpenItem, error) {
	var items []ledger.OpenItem
	err := each(b, kinds, func(_ int, kind ledger.OpenKind) error {
		t := at.totals(storage.Settlements, "date", "qty", "amount", "foreign_amount")
		t.Group, t.Where, t.Open = []string{"item_doc", "item_line"}, []storage.Equal{where("kind", string(kind))}, true
		if partner != "" {
			t.Where = append(t.Where, where("partner", partner))
		}
		rows, err := b.total(t)
		if err != nil {
			return err
		}
		return each(b, rows, func(_ int, r storage.TotalRow) error {
			o, err := read[ledger.OpenItem](b, storage.OpenItems, string(kind), *r.Group[0].(*int64), *r.Group[1].(*int32))
			if err == nil {
				was := *o
				was.OpenQty, was.Open, was.OpenForeign = uom.FromUnits(r.Sums[0]), money.FromUnits(r.Sums[1]), money.FromUnits(r.Sums[2])
				items = append(items, was)
			}
			return err
		})
	})
	return items, err
}

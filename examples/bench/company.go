package main

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

const shopItems = 100

var shopDay = calendar.NewDate(2026, 1, 1)

// shop is a company with some items of two units of stock a receipt.
func shop(store storage.Store) (*ledgermill.Company, error) {
	ctx := context.Background()
	company, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: shopDay, Chart: "ifrs", Currency: "USD"}})
	if err != nil {
		return nil, err
	}
	var items []ledgermill.Command
	for i := range shopItems {
		items = append(items, ledgermill.DefineItem{ID: "item:" + shopItem(i), Date: shopDay, Code: shopItem(i), Kind: inventory.Goods, Unit: "EA", Method: "fifo"})
	}
	_, err = company.Do(ctx, items...)
	return company, err
}

func shopItem(i int) string { return fmt.Sprintf("ITEM-%02d", i%shopItems) }

// received is a receipt of two lines, the i-th document.
func received(i int) ledgermill.Receive {
	line := func(item int) ledgermill.ReceiveLine {
		return ledgermill.ReceiveLine{Item: shopItem(item), Qty: uom.Of(uom.FromInt(10)), Price: decimal.NewNullDecimal(decimal.New(int64(100+i%900), -2))}
	}
	return ledgermill.Receive{ID: fmt.Sprintf("GR-%08d", i), Date: shopDay.AddDays(1), Supplier: "S", Lines: []ledgermill.ReceiveLine{line(i), line(i + 1)}}
}

// b16 receives, issues and ships, and sees what a document costs when there are ten times as many.
func b16(o options) ([]work, error) {
	ctx := context.Background()
	n := max(o.size(3_000)/3, 1) * 3
	company, err := shop(memory.New())
	if err != nil {
		return nil, err
	}
	at := 0
	run := func(many int) error {
		for range many / 3 {
			item := []ledgermill.StockLine{{Item: shopItem(at), Qty: uom.Of(uom.FromInt(5))}}
			receive := received(at)
			receive.Lines = receive.Lines[:1]
			for _, c := range []ledgermill.Command{
				receive,
				ledgermill.OtherIssue{ID: fmt.Sprintf("OI-%08d", at), Date: receive.Date, Role: "overhead", Lines: item},
				ledgermill.Ship{ID: fmt.Sprintf("SH-%08d", at), Date: receive.Date, Customer: "C", Lines: item},
			} {
				if _, err := company.Do(ctx, c); err != nil {
					return err
				}
			}
			at++
		}
		return nil
	}
	clean := func() error {
		breaks, err := company.Reconcile(ctx)
		if err == nil && len(breaks) > 0 {
			err = fmt.Errorf("%d breaks", len(breaks))
		}
		return err
	}
	return []work{
		{name: "the first documents", unit: "document", n: n, ours: func() error { return run(n) }},
		{name: "behind ten times as many", unit: "document", n: n, prepare: func() error { return run(10 * n) }, ours: func() error { return run(n) }, finish: clean},
	}, nil
}

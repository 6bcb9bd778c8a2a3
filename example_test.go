package ledgermill_test

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// A receipt is posted: stock, its value and the voucher come from one document.
func Example() {
	ctx := context.Background()
	first := calendar.NewDate(2026, 1, 1)
	company, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: first}})
	if err != nil {
		fmt.Println(err)
		return
	}
	docs, err := company.Do(ctx,
		ledgermill.DefineItem{ID: "item:STEEL", Date: first, Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"},
		ledgermill.Receive{ID: "GR-1", Date: first.AddDays(2), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{
			Item: "STEEL", Qty: uom.Of(uom.MustParse("100")), Price: decimal.NewNullDecimal(decimal.RequireFromString("4.20")),
		}}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range docs[1].Vouchers[0].Lines {
		fmt.Println(line.Account, line.Debit, line.Credit, line.Rule)
	}
	// Output:
	// 1403 420.00 0.00 receive.stock
	// 220202 0.00 420.00 receive.accrued
}

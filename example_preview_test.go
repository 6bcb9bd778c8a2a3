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

// In February a bill comes that says that January's steel cost 4.60, not 4.20. Of 100 kg 60 were used, for 12 shafts, and 3 of these were sold: before the
// bill is posted everybody sees what it does, and that January stays as it was closed.
func ExampleCompany_Preview() {
	ctx := context.Background()
	on := calendar.NewDate
	qty := func(n int64) uom.Measure { return uom.Of(uom.FromInt(n)) }
	price := func(s string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(s)) }
	company, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: on(2026, 1, 1), Chart: "ifrs"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = company.Do(ctx,
		ledgermill.DefineItem{ID: "STEEL", Date: on(2026, 1, 1), Code: "STEEL", Kind: "raw", Unit: "kg"},
		ledgermill.DefineItem{ID: "SHAFT", Date: on(2026, 1, 1), Code: "SHAFT", Kind: "finished"},
		ledgermill.DefineBOM{ID: "BOM", Date: on(2026, 1, 1), Item: "SHAFT", Lines: []ledgermill.BOMLine{{Item: "STEEL", Qty: qty(5)}}},
		ledgermill.Receive{ID: "GR-1", Date: on(2026, 1, 3), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty(100), Price: price("4.20")}}},
		ledgermill.WorkOrder{ID: "WO-1", Date: on(2026, 1, 6), Item: "SHAFT", Qty: qty(12)},
		ledgermill.Issue{ID: "MI-1", Date: on(2026, 1, 6), Order: "WO-1"},
		ledgermill.Complete{ID: "CO-1", Date: on(2026, 1, 8), Order: "WO-1", Qty: qty(12)},
		ledgermill.Ship{ID: "SH-1", Date: on(2026, 1, 9), Customer: "C", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: qty(3)}}},
		ledgermill.Close{ID: "JAN", Date: on(2026, 1, 31), Period: on(2026, 1, 1).Period()},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	preview, err := company.Preview(ctx, ledgermill.InvoiceIn{
		ID: "BILL-1", Date: on(2026, 2, 5), Supplier: "ACME", Of: []string{"GR-1"},
		Lines: []ledgermill.InvoiceLine{{Item: "STEEL", Qty: qty(100), Price: price("4.60")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(preview)
	// Output:
	// invoice_in BILL-1 of 2026-02-05
	//
	// account                                                   before              own             late            after
	// 1310 Raw materials                                        168.00            40.00           -24.00           184.00
	// 1330 Finished goods                                       189.00             0.00            18.00           207.00
	// 2010 Trade payables                                         0.00          -460.00             0.00          -460.00
	// 2020 Goods received, not invoiced                        -420.00           420.00             0.00             0.00
	// 5010 Cost of sales                                         63.00             0.00             6.00            69.00
	// cost of sales                                                                0.00             6.00
	// profit                                                                       0.00            -6.00
	//
	// stock                                    before           change            after
	// SHAFT                                    189.00            18.00           207.00
	// STEEL                                    168.00            16.00           184.00
	//
	// date       earlier document               value of                                 change     booked
	// 2026-01-03 receive GR-1                   STEEL                                     40.00 2026-02-05  2026-01 is not open
	// 2026-01-06 issue MI-1                     STEEL                                    -24.00 2026-02-05  2026-01 is not open
	// 2026-01-06 issue MI-1                     WO-1 material                             24.00 2026-02-05  2026-01 is not open
	// 2026-01-08 complete CO-1                  WO-1 material                            -24.00 2026-02-05  2026-01 is not open
	// 2026-01-08 complete CO-1                  SHAFT                                     24.00 2026-02-05  2026-01 is not open
	// 2026-01-09 ship SH-1                      SHAFT                                     -6.00 2026-02-05  2026-01 is not open
	//
	// period                               own debits      late debits              all
	// 2026-01 (closed)                           0.00             0.00             0.00
	// 2026-02                                  460.00            54.00           514.00
}

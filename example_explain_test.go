package ledgermill_test

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting/explain"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// Where does the cost of a shipment come from? Steel was bought, made into shafts, and a quarter of them shipped; later its bill said more.
func ExampleCompany_Explain() {
	ctx := context.Background()
	day := calendar.NewDate(2026, 1, 3)
	kilos := func(s string) uom.Measure { return uom.Of(uom.MustParse(s)) }
	yuan := func(s string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(s)) }
	wages := money.MustParse("96")
	company, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := company.Do(ctx,
		ledgermill.DefineItem{ID: "item:STEEL", Date: day, Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"},
		ledgermill.DefineItem{ID: "item:SHAFT", Date: day, Code: "SHAFT", Kind: "finished", Method: "average"},
		ledgermill.Receive{ID: "GR-1", Date: day, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: kilos("200"), Price: yuan("4.20")}}},
		ledgermill.WorkOrder{ID: "WO-1", Date: day, Item: "SHAFT", Qty: kilos("48"), Lines: []ledgermill.OrderLine{{Item: "STEEL", Qty: kilos("120")}}},
		ledgermill.Issue{ID: "MI-1", Date: day, Order: "WO-1"},
		ledgermill.Report{ID: "RP-1", Date: day, Order: "WO-1", Good: uom.FromInt(48), LaborCost: &wages},
		ledgermill.Complete{ID: "CO-1", Date: day, Order: "WO-1", Qty: kilos("48")},
		ledgermill.Ship{ID: "SH-1", Date: day.AddDays(6), Customer: "BOB", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: kilos("12")}}},
		ledgermill.InvoiceIn{ID: "PI-1", Date: day.AddDays(17), Supplier: "ACME", Of: []string{"GR-1"}, Lines: []ledgermill.InvoiceLine{{Item: "STEEL", Qty: kilos("200"), Price: yuan("4.50")}}},
	); err != nil {
		fmt.Println(err)
		return
	}
	why, err := company.Explain(ctx, explain.CostOf("SH-1"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(why)
	// Output:
	// 159.00  2026-01-09 cost of SH-1
	// 159.00  └─ SH-1 2026-01-09 shipped 12 pc SHAFT, BOB [ship.stock, average]
	// 159.00     └─ CO-1 2026-01-03 made: part of 48 pc SHAFT [complete.stock, average]
	// 135.00        ├─ MI-1 2026-01-03 issued part of 120 kg STEEL to WO-1 [issue.stock, fifo]
	// 135.00        │  └─ GR-1 2026-01-03 received part of 200 kg STEEL, ACME [receive.stock, fifo]
	// 126.00        │     ├─ GR-1 2026-01-03 at first [receive.stock, fifo]
	//   9.00        │     └─ PI-1 2026-01-20 the bill says another price, ACME [invoice_in.difference]
	//  24.00        └─ RP-1 2026-01-03 labour of WO-1 [report.wip]
	// by element
	// 135.00  material
	//  24.00  labour
	// by source
	// 126.00  GR-1
	//  24.00  RP-1
	//   9.00  PI-1
}

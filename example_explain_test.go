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

// shaftMaker bought steel, made it into shafts and shipped a quarter of them; later the bill of the steel said more.
func shaftMaker(ctx context.Context) (*ledgermill.Company, error) {
	day := calendar.NewDate(2026, 1, 3)
	kilos := func(s string) uom.Measure { return uom.Of(uom.MustParse(s)) }
	yuan := func(s string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(s)) }
	wages := money.MustParse("96")
	company, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day}})
	if err != nil {
		return nil, err
	}
	_, err = company.Do(ctx,
		ledgermill.DefineItem{ID: "item:STEEL", Date: day, Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"},
		ledgermill.DefineItem{ID: "item:SHAFT", Date: day, Code: "SHAFT", Kind: "finished", Method: "average"},
		ledgermill.Receive{ID: "GR-1", Date: day, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: kilos("200"), Price: yuan("4.20")}}},
		ledgermill.WorkOrder{ID: "WO-1", Date: day, Item: "SHAFT", Qty: kilos("48"), Lines: []ledgermill.OrderLine{{Item: "STEEL", Qty: kilos("120")}}},
		ledgermill.Issue{ID: "MI-1", Date: day, Order: "WO-1"},
		ledgermill.Report{ID: "RP-1", Date: day, Order: "WO-1", Good: uom.FromInt(48), LaborCost: &wages},
		ledgermill.Complete{ID: "CO-1", Date: day, Order: "WO-1", Qty: kilos("48")},
		ledgermill.Ship{ID: "SH-1", Date: day.AddDays(6), Customer: "BOB", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: kilos("12")}}},
		ledgermill.InvoiceIn{ID: "PI-1", Date: day.AddDays(17), Supplier: "ACME", Of: []string{"GR-1"}, Lines: []ledgermill.InvoiceLine{{Item: "STEEL", Qty: kilos("200"), Price: yuan("4.50")}}},
	)
	return company, err
}

// explained prints what a figure of the shaft maker is made of.
func explained(f explain.Figure) {
	ctx := context.Background()
	company, err := shaftMaker(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	why, err := company.Explain(ctx, f)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(why)
}

// Where does the cost of a shipment come from?
func ExampleCompany_Explain() {
	explained(explain.CostOf("SH-1"))
	// Output:
	// 159.00  2026-01-09 cost of SH-1
	// 159.00  └─ SH-1 2026-01-09 12 pc SHAFT shipped to BOB [ship.stock, average]
	// 159.00     └─ CO-1 2026-01-03 part of 48 pc SHAFT made [complete.stock, average]
	// 135.00        ├─ MI-1 2026-01-03 part of 120 kg STEEL issued to WO-1 [issue.stock, fifo]
	// 135.00        │  └─ GR-1 2026-01-03 part of 200 kg STEEL received from ACME [receive.stock, fifo]
	// 126.00        │     ├─ GR-1 2026-01-03 as first booked [receive.stock, fifo]
	//   9.00        │     └─ PI-1 2026-01-20 price difference on the bill, ACME [invoice_in.difference]
	//  24.00        └─ RP-1 2026-01-03 labour of WO-1 [report.wip]
	// by element
	// 135.00  material
	//  24.00  labour
	// by source
	// 126.00  GR-1
	//  24.00  RP-1
	//   9.00  PI-1
}

// What is the stock worth, a unit of it, and by element of cost?
func ExampleCompany_Explain_stock() {
	explained(explain.StockOf("SHAFT"))
	// Output:
	// 477.00  stock of SHAFT
	// 477.00  └─ CO-1 2026-01-03 part of 48 pc SHAFT made [complete.stock, average]
	// 405.00     ├─ MI-1 2026-01-03 part of 120 kg STEEL issued to WO-1 [issue.stock, fifo]
	// 405.00     │  └─ GR-1 2026-01-03 part of 200 kg STEEL received from ACME [receive.stock, fifo]
	// 378.00     │     ├─ GR-1 2026-01-03 as first booked [receive.stock, fifo]
	//  27.00     │     └─ PI-1 2026-01-20 price difference on the bill, ACME [invoice_in.difference]
	//  72.00     └─ RP-1 2026-01-03 labour of WO-1 [report.wip]
	// 13.2500  a pc: 36 pc in all
	// by element
	// 405.00  material, 11.2500 a pc
	//  72.00  labour, 2.0000 a pc
	// by source
	// 378.00  GR-1
	//  72.00  RP-1
	//  27.00  PI-1
}

// What is an account made of?
func ExampleCompany_Explain_balance() {
	explained(explain.BalanceOf("grni", 0))
	// Output:
	// 0.00  balance of grni, Goods received, not invoiced
	// -840.00  ├─ GR-1 2026-01-03 goods receipt, ACME [receive.accrued]
	//  840.00  └─ PI-1 2026-01-20 supplier's bill, ACME [invoice_in.accrued]
	// by source
	// -840.00  GR-1
	//  840.00  PI-1
}

// Where did the money of a bill go?
func ExampleCompany_Follow() {
	ctx := context.Background()
	company, err := shaftMaker(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	went, err := company.Follow(ctx, "PI-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(went)
	// Output:
	// 900.00  2026-01-20 where the money of PI-1 went
	//  60.00  ├─ GR-1 2026-01-03 part of 200 kg STEEL received from ACME [receive.stock, fifo]
	//  24.00  │  ├─ on hand: STEEL [fifo]
	//  36.00  │  └─ MI-1 2026-01-03 part of 120 kg STEEL issued [issue.stock, fifo]
	//  36.00  │     └─ CO-1 2026-01-03 part of 48 pc SHAFT made [complete.stock, average]
	//  27.00  │        ├─ on hand: SHAFT [average]
	//   9.00  │        └─ SH-1 2026-01-09 part of 12 pc SHAFT shipped to BOB [ship.stock, average]
	//   9.00  │           └─ SH-1 2026-01-09 6401 Cost of sales [ship.cost]
	// 840.00  └─ GR-1 2026-01-03 part of 200 kg STEEL received from ACME [receive.stock, fifo]
	// 336.00     ├─ on hand: STEEL [fifo]
	// 504.00     └─ MI-1 2026-01-03 part of 120 kg STEEL issued [issue.stock, fifo]
	// 504.00        └─ CO-1 2026-01-03 part of 48 pc SHAFT made [complete.stock, average]
	// 378.00           ├─ on hand: SHAFT [average]
	// 126.00           └─ SH-1 2026-01-09 part of 12 pc SHAFT shipped to BOB [ship.stock, average]
	// 126.00              └─ SH-1 2026-01-09 6401 Cost of sales [ship.cost]
	// by place
	// 360.00  on hand: STEEL
	// 405.00  on hand: SHAFT
	// 135.00  6401 Cost of sales, SH-1
}

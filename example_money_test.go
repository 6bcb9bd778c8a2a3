package ledgermill_test

import (
	"context"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// A dollar invoice is paid in part; what is open stands at the closing rate, and is 14 days late.
func ExampleCompany_Aging() {
	ctx := context.Background()
	jan := func(day int) calendar.Date { return calendar.NewDate(2026, 1, day) }
	company, err := ledgermill.Open(ctx, memory.New(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = company.Do(ctx,
		ledgermill.DefineItem{ID: "items", Date: jan(1), Code: "REPAIR", Kind: "service"},
		ledgermill.DefineRates{ID: "rates", Date: jan(1), Rates: []ledgermill.DayRate{
			{Date: jan(1), Currency: "USD", Rate: decimal.RequireFromString("7.00")},
			{Date: jan(31), Currency: "USD", Rate: decimal.RequireFromString("7.20")},
		}},
		ledgermill.InvoiceOut{ID: "I-1", Date: jan(3), Customer: "C", Currency: "USD", Due: jan(17), Lines: []ledgermill.InvoiceLine{
			{Item: "REPAIR", Qty: uom.Of(uom.FromInt(1)), Price: decimal.NewNullDecimal(decimal.NewFromInt(100))},
		}},
		ledgermill.Collect{ID: "C-1", Date: jan(20), Partner: "C", Currency: "USD", Amount: money.MustParse("60")},
		ledgermill.FXRevalue{ID: "FX-1", Date: jan(31)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	aged, err := company.Aging(ctx, "C", ledgermill.AsOf{Day: jan(31)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range aged {
		fmt.Println(a.Ref, a.Days, a.OpenForeign, a.Currency, a.Open)
	}
	fmt.Println(ledger.Between(aged, 1, 30), ledger.Between(aged, 31, 60))
	// Output:
	// I-1 14 40.00 USD 288.00
	// 288.00 0.00
}

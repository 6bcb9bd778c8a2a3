package costing_test

import (
	"fmt"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

func Example() {
	cny := money.Currency{Code: "CNY", Decimals: 2}
	method, err := costing.Lookup("fifo", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	steel := costing.State{Stream: costing.Stream{Item: "STEEL"}}
	for i, value := range []string{"420.00", "460.00"} {
		method.In(&steel, costing.Receipt{
			Source: costing.Source{Doc: int64(i + 1), Line: 1}, Date: calendar.NewDate(2026, 1, 3+i),
			Qty: uom.FromInt(100), Value: money.MustParse(value),
		})
	}
	taken, err := method.Out(&steel, cny, costing.Issue{Qty: uom.FromInt(120)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range taken {
		fmt.Println(t.Qty, "of receipt", t.Source.Doc, "for", t.Value)
	}
	fmt.Println("left:", steel.Stream.Qty, "for", steel.Stream.Value)
	_, err = method.Out(&steel, cny, costing.Issue{Qty: uom.FromInt(81)})
	fmt.Println(err)
	// Output:
	// 100 of receipt 1 for 420.00
	// 20 of receipt 2 for 92.00
	// left: 80 for 368.00
	// insufficient_stock: "STEEL": less is valued than is to leave (wanted 81, available 80)
}

// A work order for ten: its first four take their share of what it has cost so far, by element.
func ExampleOrderCost() {
	cny := money.Currency{Code: "CNY", Decimals: 2}
	day := calendar.NewDate(2026, 1, 8)
	var order costing.OrderCost
	order.Charge(costing.Only(costing.Material, money.MustParse("512")), day)
	order.Charge(costing.Only(costing.Labor, money.MustParse("96")), day)
	made, err := order.Complete(cny, uom.FromInt(4), uom.FromInt(10), costing.Cost{}, nil, day, 7)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(made.Product.Material, "+", made.Product.Labor, "=", made.Product.Total())
	fmt.Println("in process:", order.Open.Total(), order.Check())
	// Output:
	// 204.80 + 38.40 = 243.20
	// in process: 364.80 true
}

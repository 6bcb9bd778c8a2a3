package ledgermill_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage/memory"
)

func rates(id, date, rate string) ledgermill.DefineRates {
	return ledgermill.DefineRates{ID: id, Date: day(date), Rates: []ledgermill.DayRate{{Currency: "USD", Rate: decimal.RequireFromString(rate)}}}
}

// What is told together is decided together: a rate, a bill at it, its payment, and the closing rate.
func TestForeignMoneyOnVoucherLines(t *testing.T) {
	c, ctx := factory(t), context.Background()
	docs, err := c.Do(ctx,
		rates("USD-1", "2026-01-01", "7"),
		ledgermill.Receive{ID: "GR-1", Date: day("2026-01-03"), Supplier: "ACME", Currency: "USD", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("10"), Price: price("4.20")}}},
		ledgermill.InvoiceIn{ID: "B-1", Date: day("2026-01-04"), Supplier: "ACME", Of: []string{"GR-1"}},
		ledgermill.Pay{ID: "P-1", Date: day("2026-01-05"), Partner: "ACME", Amount: money.MustParse("30"), Currency: "USD"},
		rates("USD-2", "2026-01-06", "7.5"),
		ledgermill.FXRevalue{ID: "FX-1", Date: day("2026-01-07")},
	)
	require.NoError(t, err)
	var lines []string
	for _, d := range docs {
		for _, v := range d.Vouchers {
			for _, l := range v.Lines {
				lines = append(lines, fmt.Sprintf("%s %s %s %s %s%s", d.Ref, l.Account, l.Debit, l.Credit, l.Foreign, l.Currency))
			}
		}
	}
	require.Equal(t, []string{
		"GR-1 1403 294.00 0.00 0.00",
		"GR-1 220202 0.00 294.00 -42.00USD",
		"B-1 220202 294.00 0.00 42.00USD",
		"B-1 220201 0.00 294.00 -42.00USD",
		"P-1 220201 210.00 0.00 30.00USD",
		"P-1 1002 0.00 210.00 -30.00USD",
		"FX-1 660302 6.00 0.00 0.00",  // the debt
		"FX-1 660302 15.00 0.00 0.00", // the bank owes less than nothing
		"FX-1 220201 0.00 6.00 0.00USD",
		"FX-1 1002 0.00 15.00 0.00USD",
	}, lines)
	breaks, err := c.Reconcile(ctx)
	require.NoError(t, err)
	require.Empty(t, breaks)
}

func TestDimensionsOfAVoucher(t *testing.T) {
	c, ctx := factory(t), context.Background()
	docs, err := c.Do(ctx, ledgermill.Voucher{ID: "J-1", Date: day("2026-01-03"), Lines: []ledgermill.VoucherLine{
		{Role: "admin_expense", Debit: money.MustParse("5"), Partner: "P", Dimensions: map[string]string{
			"item": "I", "lot": "L", "warehouse": "W", "work_order": "O", "workshop": "S", "project": "X",
		}},
		{Role: "bank", Credit: money.MustParse("5")},
	}})
	require.NoError(t, err)
	l := docs[0].Vouchers[0].Lines[0]
	require.Equal(t, []string{"P", "I", "L", "W", "O", "S", "X"}, []string{l.Partner, l.Item, l.Lot, l.Warehouse, l.Order, l.Workshop, l.Project})
}

func TestAgeing(t *testing.T) {
	c, ctx := factory(t), context.Background()
	_, err := c.Do(ctx, ledgermill.Voucher{ID: "J-1", Date: day("2026-01-03"), Lines: []ledgermill.VoucherLine{
		{Role: "receivable", Partner: "C", Debit: money.MustParse("5")}, {Role: "revenue", Credit: money.MustParse("5")},
	}})
	require.NoError(t, err)
	aged, err := c.Aging(ctx, "C", ledgermill.AsOf{Day: day("2026-02-02")})
	require.NoError(t, err)
	require.Len(t, aged, 1)
	require.Equal(t, 30, aged[0].Days)
	require.Equal(t, "5.00", ledger.Between(aged, 30, 30).String())
	require.True(t, ledger.Between(aged, 31, 60).IsZero())
	for _, asOf := range []calendar.Date{0, day("2026-02-02")} {
		sum, items, err := c.OpenItems(ctx, "", ledgermill.AsOf{Day: asOf})
		require.NoError(t, err)
		require.Equal(t, "5.00 C", sum.String()+" "+items[0].Partner, "of all partners")
	}
	aged, err = c.Aging(ctx, "C", ledgermill.AsOf{Day: day("2026-01-02")})
	require.NoError(t, err)
	require.Empty(t, aged)
}

// trade makes a random document of buying from V and selling to C, in three currencies; many are refused, which must change nothing.
func trade(rnd *rand.Rand, kinds, i int, d calendar.Date, refs map[string][]string) (string, ledgermill.Command) {
	id := fmt.Sprintf("D%d", i)
	currency := []string{"", "USD", "JPY"}[rnd.IntN(3)]
	some := uom.Of(uom.FromInt(1 + rnd.Int64N(6)))
	cost := decimal.NewNullDecimal(decimal.New(1+rnd.Int64N(90000), -3))
	of := func(verb string) string {
		if all := refs[verb]; len(all) > 0 {
			return all[rnd.IntN(len(all))]
		}
		return "none"
	}
	line := []ledgermill.InvoiceLine{{Item: "STEEL", Qty: some, Price: cost}}
	paid := ledgermill.Collect{
		ID: id, Date: d, Partner: "C", Currency: currency, Amount: money.FromUnits(rnd.Int64N(300) * 10000), Discount: money.FromUnits(rnd.Int64N(3) * 10000),
		Fee: money.FromUnits(rnd.Int64N(2) * 10000),
	}
	if rnd.IntN(3) == 0 {
		paid.Invoices = []string{of("invoice_out")}
	}
	tax := decimal.New(rnd.Int64N(20), -2)
	allowance := money.FromUnits((1 + rnd.Int64N(9)) * 10000)
	switch rnd.IntN(kinds) {
	case 0:
		return "rates", rates(id, d.String(), decimal.New(60000+rnd.Int64N(20000), -4).String())
	case 1, 2:
		return "receive", ledgermill.Receive{ID: id, Date: d, Supplier: "V", Currency: currency, Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: some, Price: cost}}}
	case 3:
		return "invoice_in", ledgermill.InvoiceIn{ID: id, Date: d, Supplier: "V", Of: []string{of("receive")}, TaxRate: tax}
	case 4:
		return "invoice_in", ledgermill.InvoiceIn{ID: id, Date: d, Supplier: "V", Of: []string{of("receive")}, Currency: currency, TaxRate: tax, Lines: line}
	case 5:
		return "purchase_return", ledgermill.PurchaseReturn{ID: id, Date: d, Of: of("receive"), Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: some}}}
	case 6:
		return "credit_in", ledgermill.CreditIn{ID: id, Date: d, Of: of("invoice_in"), Lines: []ledgermill.CreditLine{{Item: "STEEL", Qty: some}}}
	case 7:
		return "credit_in", ledgermill.CreditIn{ID: id, Date: d, Of: of("invoice_in"), Lines: []ledgermill.CreditLine{{Item: "STEEL", Amount: &allowance}}}
	case 8:
		return "invoice_out", ledgermill.InvoiceOut{ID: id, Date: d, Customer: "C", Currency: currency, TaxRate: tax, Lines: line}
	case 9:
		return "credit_out", ledgermill.CreditOut{ID: id, Date: d, Of: of("invoice_out"), Lines: []ledgermill.CreditLine{{Item: "STEEL", Amount: &allowance}}}
	case 10:
		return "collect", paid
	case 11:
		paid.Partner = "V"
		if paid.Invoices != nil {
			paid.Invoices = []string{of("invoice_in")}
		}
		return "pay", ledgermill.Pay(paid)
	case 12:
		return "dropship", ledgermill.Dropship{ID: id, Date: d, Supplier: "V", Customer: "C", Currency: currency, Lines: []ledgermill.DropshipLine{{Item: "STEEL", Qty: some, Price: cost}}}
	case 13:
		return "fx_revalue", ledgermill.FXRevalue{ID: id, Date: d}
	case 14:
		return "ship", ledgermill.Ship{ID: id, Date: d, Customer: "C", Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: some}}}
	case 15:
		return "sales_return", ledgermill.SalesReturn{ID: id, Date: d, Of: of("ship"), Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: some}}}
	case 16:
		return "invoice_out", ledgermill.InvoiceOut{ID: id, Date: d, Customer: "C", Of: []string{of("ship")}, Currency: currency, TaxRate: tax, Lines: line}
	case 17:
		return "credit_out", ledgermill.CreditOut{ID: id, Date: d, Of: of("invoice_out"), Lines: []ledgermill.CreditLine{{Item: "STEEL", Qty: some}}}
	}
	return "landed_cost", ledgermill.LandedCost{ID: id, Date: d, Supplier: "V", Of: []string{of("receive")}, Amount: allowance, By: "qty"}
}

// After every document of a random trade the open items are their accounts, in every currency; and where nothing left stock, undone from the last to the first
// nothing is left.
func TestTradeAtRandom(t *testing.T) {
	accepted := map[string]int{}
	for seed := range uint64(24) {
		rnd, ctx := rand.New(rand.NewPCG(seed, 7)), context.Background()
		setup := &ledgermill.Setup{
			Date: day("2026-01-01"), GRNI: []string{"true", "false"}[seed%2], CogsAt: []string{"ship", "invoice"}[seed/7%2],
			Reversal: []string{"red", "blue"}[seed/3%2], Rounding: []string{"half_up", "half_even"}[seed/5%2], CostScope: []string{"company", "warehouse"}[seed/4%2],
		}
		c, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: setup})
		require.NoError(t, err)
		_, err = c.Do(ctx,
			ledgermill.DefineItem{ID: "item:STEEL", Date: day("2026-01-01"), Code: "STEEL", Method: []string{"fifo", "average", "lifo", "standard"}[rnd.IntN(4)], StandardCost: decimal.New(40, 0)},
			ledgermill.DefineRates{ID: "rates", Date: day("2026-01-01"), Rates: []ledgermill.DayRate{{Currency: "USD", Rate: decimal.New(7, 0)}, {Currency: "JPY", Rate: decimal.New(475, -4)}}})
		require.NoError(t, err)
		refs, done := map[string][]string{}, []string{}
		date := day("2026-01-02")
		kinds := []int{14, 19}[seed/2%2] // in half of the histories goods are shipped from stock too
		for i := range 140 {
			date = date.AddDays(rnd.IntN(2))
			verb, command := trade(rnd, kinds, i, date, refs)
			docs, err := c.Do(ctx, command)
			if err != nil {
				require.NotContains(t, err.Error(), "unbalanced")
				continue
			}
			accepted[verb]++
			if verb == "dropship" {
				verb = "receive" // what a bill may name
			}
			refs[verb] = append(refs[verb], docs[0].Ref)
			if verb != "rates" {
				done = append(done, docs[0].Ref)
			}
			breaks, err := c.Reconcile(ctx)
			require.NoError(t, err)
			require.Empty(t, breaks, "seed %d: %+v", seed, command)
		}
		if kinds > 14 {
			continue
		}
		for i := range done {
			ref := done[len(done)-1-i]
			_, err := c.Do(ctx, ledgermill.Reverse{ID: "undo-" + ref, Date: date, Of: ref})
			require.NoError(t, err, "seed %d %s", seed, ref)
		}
		trial, err := c.TrialBalance(ctx, ledgermill.AsOf{})
		require.NoError(t, err)
		for _, row := range trial.Rows {
			require.True(t, row.Closing.IsZero(), "seed %d: %s", seed, row.Code)
		}
		breaks, err := c.Reconcile(ctx)
		require.NoError(t, err)
		require.Empty(t, breaks, "seed %d", seed)
	}
	for _, verb := range []string{"receive", "invoice_in", "purchase_return", "credit_in", "invoice_out", "credit_out", "collect", "pay", "dropship", "fx_revalue", "ship", "sales_return", "landed_cost"} {
		require.GreaterOrEqual(t, accepted[verb], 10, verb)
	}
}

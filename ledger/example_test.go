package ledger_test

import (
	"fmt"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// A receipt of goods that are not invoiced yet, and its reversal in red.
func Example() {
	chart, err := ledger.LoadChart("cas")
	if err != nil {
		fmt.Println(err)
		return
	}
	cny := money.Currency{Code: "CNY", Decimals: 2}
	draft := ledger.Draft{Doc: 1, Date: calendar.NewDate(2026, 1, 3), Series: "GL", Lines: []ledger.Line{
		{Line: 1, Account: chart.Roles["stock_raw"], Debit: money.MustParse("420")},
		{Line: 2, Account: chart.Roles["grni"], Credit: money.MustParse("420")},
	}}
	fmt.Println("check:", draft.Check(cny, chart.Account))

	orig := ledger.Voucher{Doc: draft.Doc, Series: draft.Series, Date: draft.Date, Period: draft.Date.Period()}
	_, red := ledger.Red(orig, draft.Lines, 2, calendar.NewDate(2026, 2, 1), ledger.StyleRed)
	for _, l := range append(draft.Lines, red...) {
		account, _ := chart.Account(l.Account)
		fmt.Println(l.Account, account.Name, l.Debit, l.Credit)
	}
	// Output:
	// check: <nil>
	// 1403 Raw materials 420.00 0.00
	// 220202 Goods received, not invoiced 0.00 420.00
	// 1403 Raw materials -420.00 0.00
	// 220202 Goods received, not invoiced 0.00 -420.00
}

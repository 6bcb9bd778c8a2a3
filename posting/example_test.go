package posting_test

import (
	"fmt"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// What a receipt posts: a rule gives side and role of each measure, the chart the account of the role; a company's own entry for an item comes before it.
func Example() {
	base, err := ledger.LoadChart("cas")
	if err != nil {
		fmt.Println(err)
		return
	}
	chart := posting.NewChart(base, base.Accounts, []posting.ProfileEntry{{Role: "stock_raw", Item: "GOLD", Account: "1421"}})
	for _, item := range []string{"STEEL", "GOLD"} {
		for _, measure := range []string{"stock", "accrued"} {
			rule, err := posting.Builtin().Find("receive", measure)
			if err != nil {
				fmt.Println(err)
				return
			}
			account, err := chart.Account(rule.Role, posting.Party{Item: &inventory.Item{Code: item, Kind: inventory.Raw}})
			if err != nil {
				fmt.Println(err)
				return
			}
			line := rule.Line(account, money.MustParse("420.00"))
			fmt.Println(line.Account, line.Debit, line.Credit, line.Rule)
		}
	}
	_, err = posting.Builtin().Find("receive", "freight")
	fmt.Println(err)
	// Output:
	// 1403 420.00 0.00 receive.stock
	// 220202 0.00 420.00 receive.accrued
	// 1421 420.00 0.00 receive.stock
	// 220202 0.00 420.00 receive.accrued
	// no_rule: "receive.freight": no posting rule says where this goes
}

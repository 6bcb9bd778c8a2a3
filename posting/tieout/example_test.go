package tieout_test

import (
	"fmt"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/tieout"
)

// Two vouchers, of which the second was tampered with; and ten pieces that came in, of which a bin says there are nine and the books of value know nothing.
func Example() {
	base, err := ledger.LoadChart("cas")
	if err != nil {
		fmt.Println(err)
		return
	}
	shelf := inventory.Place{Type: inventory.InStock, Name: "MAIN"}
	for _, b := range tieout.Check(tieout.Books{
		Chart:     posting.NewChart(base, base.Accounts, nil),
		Documents: []*posting.Document{{Seq: 1, Ref: "GR-1"}, {Seq: 2, Ref: "PI-1"}},
		Moves:     []*inventory.Move{{Doc: 1, Item: "STEEL", Qty: uom.FromInt(10), From: inventory.Place{Type: inventory.AtSupplier}, To: shelf}},
		Stocks:    []*inventory.Stock{{Item: "STEEL", Warehouse: "MAIN", OnHand: uom.FromInt(9)}},
		Lines: []*ledger.Line{
			{Doc: 1, Account: "1403", Debit: money.MustParse("42.00")},
			{Doc: 1, Account: "2202", Credit: money.MustParse("42.00")},
			{Doc: 2, Account: "2202", Debit: money.MustParse("42.00")},
			{Doc: 2, Account: "1002", Credit: money.MustParse("41.00")},
		},
	}) {
		fmt.Printf("%s: %s: %s against %s, since %q\n", b.Check, b.Subject, b.Expected, b.Actual, b.Ref)
	}
	// Output:
	// debits = credits: all: 84 against 83, since "PI-1"
	// moves = valued quantity: STEEL: 10 against 0, since "GR-1"
	// moves = on hand: STEEL: 10 against 9, since ""
}

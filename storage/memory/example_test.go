package memory_test

import (
	"context"
	"fmt"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

func Example() {
	ctx := context.Background()
	store := memory.New()
	c := &storage.Changes{Was: storage.Head{Company: "acme"}, Head: storage.Head{Company: "acme", Seq: 1}}
	for i, debit := range []string{"100", "20.50"} {
		c.Insert(storage.VoucherLines, &ledger.Line{Doc: 1, N: 1, Line: int32(i + 1), Account: "1405", Debit: money.MustParse(debit)})
	}
	if err := store.Apply(ctx, "acme", c); err != nil {
		fmt.Println(err)
		return
	}
	rows, err := store.Sum(ctx, "acme", storage.Total{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range rows {
		fmt.Println(*r.Group[0].(*string), money.FromUnits(r.Sums[0]))
	}
	// Output: 1405 120.50
}

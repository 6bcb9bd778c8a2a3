package storage_test

import (
	"context"
	"fmt"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// A command asks for what it must see, decides, and its changes are written if nobody else has written meanwhile.
func Example() {
	ctx := context.Background()
	var store storage.Store = memory.New()

	// Two commands see the same head.
	was := storage.Head{Company: "acme"}
	first := &storage.Changes{Was: was, Head: storage.Head{Company: "acme", Seq: 1}}
	first.Replace(storage.Stocks, nil, &inventory.Stock{Item: "bolt", Warehouse: "W1", OnHand: uom.FromInt(500), Version: 1})
	second := &storage.Changes{Was: was, Head: storage.Head{Company: "acme", Seq: 1}}

	fmt.Println("first: ", store.Apply(ctx, "acme", first))
	fmt.Println("second:", refusal.CodeOf(store.Apply(ctx, "acme", second)))

	key := storage.Key{Kind: storage.Stocks, Values: []any{"bolt", "W1", "", ""}}
	need := storage.Need{Keys: []storage.Key{key}}
	rows, err := store.Load(ctx, "acme", need)
	if err != nil {
		fmt.Println(err)
		return
	}
	snapshot := storage.NewSnapshot()
	snapshot.Absorb(need, rows)
	row, _ := snapshot.Get(key)
	bolts := row.(*inventory.Stock)
	fmt.Println("bolts: ", bolts.OnHand)

	// What the next command of a batch sees, before anything is written.
	issue := &storage.Changes{Head: storage.Head{Company: "acme", Seq: 2}}
	left := *bolts
	left.OnHand = bolts.OnHand.Sub(uom.FromInt(20))
	storage.Bump(storage.Stocks, &left)
	issue.Replace(storage.Stocks, bolts, &left)
	snapshot.Lay(issue)
	row, _ = snapshot.Get(key)
	fmt.Println("then:  ", row.(*inventory.Stock).OnHand)
	// Output:
	// first:  <nil>
	// second: contention
	// bolts:  500
	// then:   480
}

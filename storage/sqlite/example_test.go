package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/sqlite"
)

func Example() {
	folder, err := os.MkdirTemp("", "books")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)

	store, err := sqlite.Open(filepath.Join(folder, "books.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()

	ctx := context.Background()
	c := &storage.Changes{Was: storage.Head{Company: "acme"}, Head: storage.Head{Company: "acme", Seq: 1}}
	c.Insert(storage.Documents, &posting.Document{Seq: 1, Ref: "GR-1", Verb: "receive"})
	fmt.Println(store.Apply(ctx, "acme", c))

	page, err := store.Scan(ctx, "acme", storage.Scan{Kind: storage.Documents})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Rows[0].(*posting.Document).Ref)
	// Output:
	// <nil>
	// GR-1
}

package storagetest_test

import (
	"testing"

	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/storagetest"
)

// A host's test of its own store is this function, with its own Open.
func ExampleRun() {
	_ = func(t *testing.T) {
		storagetest.Run(t, storagetest.Config{
			Open: func(*testing.T) storage.Store { return memory.New() },
		})
	}
	// Output:
}

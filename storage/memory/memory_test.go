package memory_test

import (
	"testing"

	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/storagetest"
)

func TestStore(t *testing.T) {
	storagetest.Run(t, storagetest.Config{Open: func(*testing.T) storage.Store { return memory.New() }})
}

func TestHistories(t *testing.T) {
	storagetest.Histories(t, storagetest.Config{}, 12, 250)
}

func TestLateFactsEndAsFactsInOrder(t *testing.T) {
	storagetest.LateFacts(t, storagetest.Config{}, 25, 100)
}

func TestLateFactsGoThroughAChangeOfMethod(t *testing.T) {
	storagetest.LateFactsAcross(t, storagetest.Config{}, 56, 40)
}

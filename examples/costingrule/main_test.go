package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/costing/costingtest"
	"github.com/ledgermill/ledgermill/posting/postingtest"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
	"github.com/ledgermill/ledgermill/storage/sqlite"
	"github.com/ledgermill/ledgermill/storage/storagetest"

	"github.com/ledgermill/ledgermill/examples/internal/stores"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// The method keeps the rules of every method, and costs what its formula says.
func TestThirtyDays(t *testing.T) { costingtest.Run(t, ThirtyDays{}, cost) }

// A company lives by it, on each store.
func TestScenarios(t *testing.T) {
	for _, name := range []string{"memory", "sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			if name == "postgres" {
				name = pgtest.Schema(t)
			}
			store, done, err := stores.Open(t.Context(), name)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, done()) })
			postingtest.RunWith(t, store, postingtest.Options{Methods: []costing.Method{ThirtyDays{}}, CheckTieOuts: true}, "testdata")
		})
	}
}

// Histories at random use it beside the built-in methods, in memory and on SQLite alike.
func TestHistories(t *testing.T) {
	storagetest.Histories(t, storagetest.Config{
		Methods: []costing.Method{ThirtyDays{}},
		Open: func(t *testing.T) storage.Store {
			s, err := sqlite.Open(filepath.Join(t.TempDir(), "books.db"))
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			return s
		},
	}, 2, 200)
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), memory.New(), &out))
	require.Contains(t, out.String(), "S-1 ships 16 for 178.00: ")
	require.Contains(t, out.String(), "cost of sales are now 180.40\n    here: 16 for 201.60\n    here: 8 for 120.00\n")
	require.Contains(t, out.String(), "books: 0 breaks\n")
}

package postgres_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/ledgermill/ledgermill/posting/postingtest"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/postgres"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
	"github.com/stretchr/testify/require"
)

// TestScenariosGiveEqualBooks plays every scenario in memory, on PostgreSQL and in a host's transaction, and compares the digests of the books.
func TestScenariosGiveEqualBooks(t *testing.T) {
	connection := pgtest.Schema(t)
	store, err := postgres.Open(t.Context(), connection)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	host, err := pgx.Connect(t.Context(), connection)
	require.NoError(t, err)
	defer host.Close(t.Context())

	scenarios, err := postingtest.Load("../../posting/postingtest/testdata/scenarios")
	require.NoError(t, err)
	require.Greater(t, len(scenarios), 100)
	for i, s := range scenarios {
		company := fmt.Sprint("company ", i)
		play := func(where string, store storage.Store) string {
			require.Empty(t, s.Play(t.Context(), store, postingtest.Options{Company: company}).Failures, "%s: %s", s.Title, where)
			digest, err := storage.Digest(t.Context(), store, company)
			require.NoError(t, err)
			return digest
		}
		want := play("memory", memory.New())
		require.Equal(t, want, play("PostgreSQL", store), s.Title)
		if i%8 == 0 {
			tx, err := host.Begin(t.Context())
			require.NoError(t, err)
			company += " of the host"
			want := play("memory", memory.New())
			require.Equal(t, want, play("the host's transaction", postgres.Bind(tx)), s.Title)
			require.NoError(t, tx.Rollback(t.Context()))
		}
	}
}

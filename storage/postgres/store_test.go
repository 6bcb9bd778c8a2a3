package postgres

import (
	"os"
	"testing"

	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
	"github.com/ledgermill/ledgermill/storage/storagetest"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func openAt(t *testing.T, connection string) *Store {
	t.Helper()
	s, err := Open(t.Context(), connection)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// failAt makes the n-th statement from now on fail.
func failAt(s *Store, n int) {
	s.fault = nil
	if n > 0 {
		s.fault = func() bool { n--; return n == 0 }
	}
}

func TestStore(t *testing.T) { storagetest.Run(t, config()) }

func TestHistories(t *testing.T) { storagetest.Histories(t, config(), 2, 250) }

func config() storagetest.Config {
	where := map[storage.Store]string{}
	return storagetest.Config{
		Open: func(t *testing.T) storage.Store {
			connection := pgtest.Schema(t)
			s := openAt(t, connection)
			where[s] = connection
			return s
		},
		Reopen: func(t *testing.T, s storage.Store) storage.Store {
			require.NoError(t, s.(*Store).Close())
			again := openAt(t, where[s])
			where[again] = where[s]
			return again
		},
		FailAt: func(s storage.Store, n int) { failAt(s.(*Store), n) },
	}
}

func TestLateFactsEndAsFactsInOrder(t *testing.T) { storagetest.LateFacts(t, config(), 2, 120) }

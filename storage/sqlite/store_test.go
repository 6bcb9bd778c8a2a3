package sqlite

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/storagetest"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// failAt makes the n-th statement of the writer fail.
func failAt(s *Store, n int, with error) {
	w := <-s.writer
	w.fault = nil
	if n > 0 {
		w.fault = func() error {
			if n--; n == 0 {
				return with
			}
			return nil
		}
	}
	s.writer <- w
}

func TestStore(t *testing.T) { storagetest.Run(t, config()) }

func TestHistories(t *testing.T) { storagetest.Histories(t, config(), 3, 250) }

func config() storagetest.Config {
	paths := map[storage.Store]string{}
	return storagetest.Config{
		Open: func(t *testing.T) storage.Store {
			path := filepath.Join(t.TempDir(), "books.db")
			s := open(t, path)
			paths[s] = path
			return s
		},
		Reopen: func(t *testing.T, s storage.Store) storage.Store {
			require.NoError(t, s.(*Store).Close())
			again := open(t, paths[s])
			paths[again] = paths[s]
			return again
		},
		FailAt: func(s storage.Store, n int) { failAt(s.(*Store), n, errors.New("injected")) },
	}
}

func TestLateFactsEndAsFactsInOrder(t *testing.T) { storagetest.LateFacts(t, config(), 2, 120) }

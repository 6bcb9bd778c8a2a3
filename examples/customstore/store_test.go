package customstore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/storagetest"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) { storagetest.Run(t, config()) }

func TestHistories(t *testing.T) { storagetest.Histories(t, config(), 4, 250) }

func config() storagetest.Config {
	return storagetest.Config{
		Open: func(t *testing.T) storage.Store { return open(t, filepath.Join(t.TempDir(), "books.log")) },
		Reopen: func(t *testing.T, s storage.Store) storage.Store {
			require.NoError(t, s.(*Store).Close())
			return open(t, s.(*Store).file.Name())
		},
		FailAt: func(s storage.Store, n int) {
			s.(*Store).fault = func() error {
				if n--; n == 0 {
					return errors.New("injected")
				}
				return nil
			}
		},
	}
}

// write makes a log of three transactions and gives the file and the digest after each.
func write3(t *testing.T) (path string, text []byte, digests []string) {
	path = filepath.Join(t.TempDir(), "books.log")
	s := open(t, path)
	was := storage.Head{Company: "c"}
	for i := range int64(3) {
		next := was
		next.Seq++
		next.Version++
		digests = append(digests, digest(t, s))
		require.NoError(t, s.Apply(t.Context(), "c", &storage.Changes{Was: was, Head: next, Writes: []storage.Write{{Kind: storage.Counters, New: &ledger.Counter{Series: "V", Last: i, Period: 1, Version: 1}}}[:1-min(i, 1)]}))
		was = next
	}
	digests = append(digests, digest(t, s))
	require.NoError(t, s.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return path, text, digests
}

func digest(t *testing.T, s storage.Store) string {
	d, err := storage.Digest(t.Context(), s, "c")
	require.NoError(t, err)
	return d
}

func TestCrashAtEveryByte(t *testing.T) {
	path, text, digests := write3(t)
	for n := range len(text) + 1 {
		require.NoError(t, os.WriteFile(path, text[:n], 0o600))
		s := open(t, path)
		whole := bytes.Count(text[:n], []byte("\n"))
		require.Equal(t, digests[whole], digest(t, s), "cut off after %d bytes, %d records are whole", n, whole)
		require.NoError(t, s.Close())
	}
}

func TestDamageIsFound(t *testing.T) {
	path, text, _ := write3(t)
	last := bytes.LastIndexByte(text[:len(text)-1], '\n')
	for n := range last {
		bad := bytes.Clone(text)
		bad[n] ^= 1
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		_, err := Open(path)
		require.ErrorIs(t, err, ErrDamaged, "byte %d", n)
	}
}

func TestDiskThatCannotTakeBack(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.log"))
	c := &storage.Changes{Was: storage.Head{Company: "c"}, Head: storage.Head{Company: "c", Seq: 1}}
	s.fault = func() error { return s.file.Close() }
	require.Equal(t, refusal.OutcomeUnknown, refusal.CodeOf(s.Apply(t.Context(), "c", c)))
	s.fault = nil
	require.Error(t, s.Apply(t.Context(), "c", c), "the end of the log is in doubt: nothing more is written")
}

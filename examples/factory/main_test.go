package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// The order goes its whole way on each store, to the same books; told twice, it changes nothing.
func TestRun(t *testing.T) {
	books := "sqlite:" + filepath.Join(t.TempDir(), "books.db")
	for _, c := range []struct{ name, where string }{{"memory", "memory"}, {"sqlite", books}, {"sqlite again", books}, {"postgres", ""}} {
		t.Run(c.name, func(t *testing.T) {
			if c.where == "" {
				c.where = pgtest.Schema(t)
			}
			var out, reference bytes.Buffer
			require.NoError(t, run(t.Context(), c.where, &out))
			require.NoError(t, run(t.Context(), "memory", &reference))
			text := out.String()
			require.Contains(t, text, "make       20 TABLE")
			require.Contains(t, text, "Planned anew: 0 orders are needed now.")
			require.Contains(t, text, "cost of SH-1")
			require.Contains(t, text, "books: 0 breaks")
			digest := reference.String()[reference.Len()-65:]
			require.Equal(t, digest, text[len(text)-65:], "the digest of the books")
		})
	}
}

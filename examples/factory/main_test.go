package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The order goes its whole way on each embedded store, to the same books; told twice, it changes nothing.
func TestRun(t *testing.T) {
	books := "sqlite:" + filepath.Join(t.TempDir(), "books.db")
	digests := map[string]bool{}
	for _, where := range []string{"memory", books, books} {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), where, &out))
		text := out.String()
		require.Contains(t, text, "make       20 TABLE")
		require.Contains(t, text, "Planned anew: 0 orders are needed now.")
		require.Contains(t, text, "books: 0 breaks")
		digests[text[len(text)-65:]] = true
	}
	require.Len(t, digests, 1)
}

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

// Every scenario of the library holds on every store, with the tie-outs after every step on the one that it plays quickest on.
func TestScenariosHoldOnEveryStore(t *testing.T) {
	const all = "../../posting/postingtest/testdata"
	for _, store := range []string{"memory", "sqlite", "postgres"} {
		t.Run(store, func(t *testing.T) {
			args := []string{"-store", store, all}
			switch store {
			case "memory":
				args = append(args, "-reconcile")
			case "postgres":
				args[1] = pgtest.Schema(t)
			}
			var out, errs bytes.Buffer
			require.Zero(t, run(t.Context(), args, &out, &errs), "%s%s", &errs, &out)
			require.Contains(t, out.String(), " passed, 0 failed\n")
		})
	}
}

const good = "scenario: holds\nitems: [{code: P}]\nsteps:\n" +
	"  - receive: {date: 2026-01-02, supplier: V, lines: [{item: P, qty: 3, price: 10}]}\n" +
	"  - expect: {stock: {P: {qty: 3, value: 30.00}}}\n"

const bad = "---\nscenario: does not hold\nsteps:\n  - expect: {balances: {bank: 1.00}}\n"

func TestRun(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	yes, no := file("yes.yaml", good), file("no.yaml", good+bad)
	books := "sqlite:" + filepath.Join(dir, "books.db")
	for _, c := range []struct {
		args   []string
		status int
		out    string
	}{
		{[]string{yes}, 0, "ok   holds\n1 passed, 0 failed\n"},
		{[]string{no}, 1, "ok   holds\nFAIL does not hold\n    " + no + ":9: balance of bank: expected 1.00, the books say 0\n1 passed, 1 failed\n"},
		{[]string{yes, "-store", "sqlite"}, 0, "ok   holds\n1 passed, 0 failed\n"},
		{[]string{"-store", books, yes}, 0, "ok   holds\n1 passed, 0 failed\n"},
		{[]string{"-store=" + books, "-reconcile", yes, yes}, 0, "ok   holds\nok   holds\n2 passed, 0 failed\n"},
		{[]string{filepath.Join(dir, "none")}, 1, "FAIL " + filepath.Join(dir, "none") + "\n    stat " + filepath.Join(dir, "none") + ": no such file or directory\n0 passed, 1 failed\n"},
		{[]string{t.TempDir()}, 1, "0 passed, 0 failed\n"},
		{nil, 2, ""},
		{[]string{"-store", "postgres://nobody@127.0.0.1:1/books", yes}, 2, ""},
		{[]string{"-store", "paper", yes}, 2, ""},
		{[]string{"-unknown"}, 2, ""},
	} {
		var out, errs bytes.Buffer
		require.Equal(t, c.status, run(t.Context(), c.args, &out, &errs), "%v: %s", c.args, &errs)
		require.Equal(t, c.out, out.String(), "%v", c.args)
		require.Equal(t, c.status == 2, errs.Len() > 0, "%v", c.args)
	}
	var out bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-v", yes}, &out, &out))
	require.Contains(t, out.String(), "记账凭证 Voucher 记-1  2026-01-02")
}

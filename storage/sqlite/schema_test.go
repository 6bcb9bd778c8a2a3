package sqlite

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/stretchr/testify/require"
)

func query(t *testing.T, s *Store, text string) (rows [][]string) {
	t.Helper()
	r, err := s.db.Query(text)
	require.NoError(t, err)
	defer r.Close()
	names, err := r.Columns()
	require.NoError(t, err)
	for r.Next() {
		row, dest := make([]string, len(names)), make([]any, len(names))
		for i := range row {
			dest[i] = &row[i]
		}
		require.NoError(t, r.Scan(dest...))
		rows = append(rows, row)
	}
	require.NoError(t, r.Err())
	return rows
}

// TestSchemaIsThatOfStorage compares the tables that the migrations make with those that package storage describes.
func TestSchemaIsThatOfStorage(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	known := map[string]bool{"schema_migration": true}
	for _, table := range tables {
		known[table.Name] = true
		var want []string
		fields := table.Fields(table.New())
		for i, name := range table.names {
			kind := "TEXT"
			if name != "company" {
				kind = kindOf(fields[i+len(fields)-len(table.names)])
			}
			want = append(want, fmt.Sprintf("%s %s not null=1 key=%d", name, kind, place1(name, table)))
		}
		var have []string
		for _, c := range query(t, s, "SELECT name, type, \"notnull\", pk FROM pragma_table_info('"+table.Name+"') ORDER BY cid") {
			have = append(have, fmt.Sprintf("%s %s not null=%s key=%s", c[0], c[1], c[2], c[3]))
		}
		require.Equal(t, want, have, "table %s: a column was added or changed in package storage without a migration", table.Name)

		shape := query(t, s, "SELECT strict, wr FROM pragma_table_list('"+table.Name+"')")
		require.Equal(t, "1", shape[0][0], "%s is not STRICT", table.Name)
		require.Equal(t, table.Kind != storage.Documents, shape[0][1] == "1", "%s: rows lie in the key, but for the long ones", table.Name)

		indexes := [][]string{}
		for _, ix := range query(t, s, "SELECT name FROM pragma_index_list('"+table.Name+"') WHERE origin = 'c' ORDER BY seq DESC") {
			var columns []string
			for _, c := range query(t, s, "SELECT name FROM pragma_index_info('"+ix[0]+"') ORDER BY seqno") {
				columns = append(columns, c[0])
			}
			indexes = append(indexes, columns)
		}
		wanted := [][]string{}
		for i := range table.Indexes[1:] {
			wanted = append(wanted, append([]string{"company"}, table.columnsOf(i+1)...))
		}
		require.Equal(t, wanted, indexes, "indexes of %s", table.Name)

		triggers := len(query(t, s, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '"+table.Name+"'"))
		require.Equal(t, table.Fact, triggers == 2, "facts are kept by two triggers: %s", table.Name)
	}
	for _, name := range query(t, s, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		require.True(t, known[name[0]], "table %s is not one of package storage", name[0])
	}
	for _, v := range query(t, s, "SELECT name FROM sqlite_schema WHERE type = 'view'") {
		query(t, s, "SELECT count(*) FROM "+v[0]+" WHERE company = 'x'")
	}
}

func kindOf(field any) string {
	switch field.(type) {
	case *int64, *int32, *bool, *money.Amount, *uom.Quantity:
		return "INTEGER"
	}
	return "TEXT"
}

// place1 is the place of a column in the primary key, from 1.
func place1(name string, t *table) int {
	if name == "company" {
		return 1
	}
	i := t.Column(name)
	if i >= t.Keys {
		return 0
	}
	if t.Kind == storage.Heads {
		return i + 1
	}
	return i + 2
}

// TestNoQuestionSorts sees to it that every list and page is read from its index, and a list from its first row on, however long the table grows.
func TestNoQuestionSorts(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	w := <-s.writer
	defer func() { s.writer <- w }()
	check := func(text string, args []any, bound []string) {
		plan := ""
		require.NoError(t, w.each(t.Context(), "EXPLAIN QUERY PLAN "+text, args, func(r *sql.Rows) (bool, error) {
			var a, b, c any
			var line string
			err := r.Scan(&a, &b, &c, &line)
			plan += line + "; "
			return true, err
		}))
		require.NotContains(t, plan, "SCAN", text)
		require.NotContains(t, plan, "TEMP B-TREE", text)
		for _, column := range bound {
			require.Contains(t, plan, column+"=?", text)
		}
	}
	for _, table := range tables {
		row := table.New()
		for i, ix := range table.Indexes {
			var bound []any
			for _, c := range ix.Columns {
				bound = append(bound, table.Fields(row)[c])
			}
			given, err := table.bind("c", bound)
			require.NoError(t, err)
			if given == nil {
				given = []any{"c"}
			}
			eq := min(ix.Eq, len(given)-1)
			names := table.columnsOf(i)[:eq]
			check(table.list(i, eq, false, false), given[:1+eq], names)
			check(table.list(i, eq, false, true), given[:1+eq], names)
			cursor, err := table.cursor(i, row)
			require.NoError(t, err)
			for _, q := range []storage.Scan{
				{Kind: table.Kind, Index: i},
				{Kind: table.Kind, Index: i, Cursor: cursor},
				{Kind: table.Kind, Index: i, From: given[1 : 1+eq], To: given[1 : 1+eq]},
			} {
				text, args, err := table.scan("c", q)
				require.NoError(t, err)
				check(text, args, nil)
			}
		}
	}
}

// TestViewsShowDecimals compares what the views show with what the kernels print.
func TestViewsShowDecimals(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	for i, units := range []int64{0, 1, -1, 10_000, -10_001, 123_456_789, 1_000_000, -999_999, 1<<63 - 1, -(1<<63 - 1)} {
		_, err := s.db.Exec("INSERT INTO layer VALUES ('c', 'A', '', '2026-01-01', ?, 1, 0, '', ?, ?, 1)", i, units, units)
		require.NoError(t, err)
		got := query(t, s, fmt.Sprintf("SELECT qty, value FROM v_layer WHERE source_doc = %d", i))[0]
		qty, err := uom.Parse(got[0])
		require.NoError(t, err)
		require.Equal(t, uom.FromUnits(units), qty)
		value, err := money.Parse(got[1])
		require.NoError(t, err)
		require.Equal(t, money.FromUnits(units), value)
	}
}

func TestFactsAreNeverChanged(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	c := changes(storage.Head{Company: "c"}, 1)
	require.NoError(t, s.Apply(t.Context(), "c", c))
	for _, text := range []string{"UPDATE document SET ref = 'x'", "DELETE FROM document", "UPDATE document SET ref = ref"} {
		_, err := s.db.Exec(text)
		require.ErrorContains(t, err, "facts are never changed", text)
	}
	fact := c.Writes[0].New
	gone := changes(c.Head, 2)
	gone.Writes = append(gone.Writes, storage.Write{Kind: storage.Documents, Old: fact})
	require.ErrorContains(t, s.Apply(t.Context(), "c", gone), "facts are never changed")
}

func TestReferencesHold(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	for _, table := range tables {
		if !table.Fact || table.Kind == storage.Documents {
			continue
		}
		c := changes(storage.Head{Company: "c"}, 1)
		c.Writes = []storage.Write{{Kind: table.Kind, New: table.New()}}
		require.ErrorContains(t, s.Apply(t.Context(), "c", c), "FOREIGN KEY", "a row of %s without its document", table.Name)
	}
	require.Empty(t, query(t, s, "SELECT * FROM head"))
}

// A file of before a column was there opens, and its rows have nothing in it.
func TestColumnThatCameLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "books.db")
	s := open(t, path)
	c := changes(storage.Head{Company: "c"}, 1)
	c.Insert(storage.Vouchers, &ledger.Voucher{Doc: 1, N: 1, ID: "0198c0de-0000-7000-8001-000000000001", Series: "V"})
	require.NoError(t, s.Apply(t.Context(), "c", c))
	query(t, s, "ALTER TABLE voucher DROP COLUMN rules")
	query(t, s, "DELETE FROM schema_migration WHERE number = 4")
	page, err := open(t, path).Scan(t.Context(), "c", storage.Scan{Kind: storage.Vouchers})
	require.NoError(t, err)
	require.Len(t, page.Rows, 1)
	require.Empty(t, page.Rows[0].(*ledger.Voucher).Rules)
}

package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
	"github.com/stretchr/testify/require"
)

// TestSchemaIsThatOfStorage compares the tables that the migrations make with those that package storage describes.
func TestSchemaIsThatOfStorage(t *testing.T) {
	connection := pgtest.Schema(t)
	openAt(t, connection)
	for _, table := range tables {
		want := []string{kinds[aText].sql + " company"}
		for _, c := range table.columns[table.own:] {
			want = append(want, kinds[c.kind].sql+" "+c.name)
		}
		have := told(t, connection, fmt.Sprintf(`SELECT COALESCE(domain_name, replace(data_type, 'timestamp with time zone', 'timestamptz'))
			|| COALESCE(' COLLATE "' || collation_name || '"', '') || ' ' || column_name
			FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '%s' AND is_nullable = 'NO' ORDER BY ordinal_position`, table.Name))
		require.Equal(t, want, have, "table %s: a column was added or changed in package storage without a migration", table.Name)

		constraints := []string{"PRIMARY KEY (" + strings.Join(append([]string{"company"}, list(table.key())...), ", ") + ")"}
		for _, r := range storage.References[table.Kind] {
			of := tables[r.Of]
			constraints = append(constraints, fmt.Sprintf("FOREIGN KEY (company, %s) REFERENCES %s(company, %s) DEFERRABLE INITIALLY DEFERRED", strings.Join(r.Columns, ", "), of.Name, names(of.key(), "", ", ")))
		}
		require.ElementsMatch(t, constraints, told(t, connection, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('p', 'f') AND conrelid = '"+table.Name+"'::regclass"), table.Name)

		var indexes []string
		for i := range table.Indexes[1:] {
			indexes = append(indexes, "(company, "+names(table.order(i+1), "", ", ")+")")
		}
		require.ElementsMatch(t, indexes, told(t, connection, "SELECT substring(pg_get_indexdef(indexrelid) FROM '\\(.*\\)') FROM pg_index WHERE NOT indisprimary AND indrelid = '"+table.Name+"'::regclass"), "indexes of %s", table.Name)

		triggers := told(t, connection, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = '"+table.Name+"'::regclass")
		require.Equal(t, table.Fact, len(triggers) == 1 && triggers[0] == "never", "facts are kept by a trigger: %s", table.Name)
	}
}

func list(columns []column) (out []string) {
	for _, c := range columns {
		out = append(out, c.name)
	}
	return out
}

// A database of before a column was there opens, and its rows have nothing in it.
func TestColumnThatCameLater(t *testing.T) {
	connection := pgtest.Schema(t)
	s := openAt(t, connection)
	c := changes(storage.Head{Company: "c"}, 1)
	c.Insert(storage.Vouchers, &ledger.Voucher{Doc: 1, N: 1, ID: "0198c0de-0000-7000-8001-000000000001", Series: "V"})
	require.NoError(t, s.Apply(t.Context(), "c", c))
	told(t, connection, "ALTER TABLE voucher DROP COLUMN rules; DELETE FROM schema_migration WHERE number = 4")
	page, err := openAt(t, connection).Scan(t.Context(), "c", storage.Scan{Kind: storage.Vouchers})
	require.NoError(t, err)
	require.Len(t, page.Rows, 1)
	require.Empty(t, page.Rows[0].(*ledger.Voucher).Rules)
}

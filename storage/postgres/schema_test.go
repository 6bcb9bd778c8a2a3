package postgres

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ledgermill/ledgermill/storage"
	"github.com/stretchr/testify/require"
)

var write = flag.Bool("write", false, "write the first two migrations anew from package storage; only before they are released")

// TestMigrationsAreOfStorage compares the SQL of the tables with what package storage describes. With -write it makes it. From the first release on tables change
// by new migrations only, and this looks at what the migrations make instead.
func TestMigrationsAreOfStorage(t *testing.T) {
	masters := "-- What a company sets up: its head, settings and masters.\n" + conventions
	documents := "-- What documents bring about. Facts are never changed: triggers refuse it. References are checked when the transaction commits.\n"
	for _, table := range tables {
		if table.Kind < storage.Documents {
			masters += ddl(table)
		} else {
			documents += ddl(table)
		}
	}
	documents += "\n-- Masters that documents bring about.\n"
	for _, table := range tables[:storage.Documents] {
		documents += foreign(table)
	}
	for name, text := range map[string]string{"migrations/0001_masters.sql": masters, "migrations/0002_documents.sql": documents} {
		if *write {
			require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		}
		have, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, text, string(have), "run: go test ./storage/postgres -run TestMigrationsAreOfStorage -write")
	}
}

const conventions = `-- Every table leads its key with the company. Amounts have 4 decimals and quantities 6; their bounds also keep NaN out, which is above every number. Of dates
-- and instants -infinity says that there is none, of texts the empty one, so that no key has a NULL in it; periods are YYYY-MM. Texts sort by their bytes.

CREATE DOMAIN amount AS numeric(19,4) CHECK (VALUE BETWEEN -922337203685477.5807 AND 922337203685477.5807);
CREATE DOMAIN quantity AS numeric(19,6) CHECK (VALUE BETWEEN -9223372036854.775807 AND 9223372036854.775807);
CREATE DOMAIN exact AS numeric CHECK (VALUE BETWEEN -1000000000000000000 AND 1000000000000000000); -- prices, rates, shares

CREATE FUNCTION facts_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: facts are never changed', TG_TABLE_NAME USING ERRCODE = 'LM002';
END $$;

-- Ends a transaction that was to change some rows, and found fewer of the version that it had seen.
CREATE FUNCTION rows_are(have bigint, want bigint, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF have <> want THEN
    RAISE EXCEPTION '%: somebody else has written', what USING ERRCODE = 'LM001', TABLE = what;
  END IF;
END $$;
`

func ddl(t *table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nCREATE TABLE %s (\n  company %s NOT NULL,\n", t.Name, kinds[aText].sql)
	for _, c := range t.columns[t.own:] {
		fmt.Fprintf(&b, "  %s %s NOT NULL,\n", c.name, kinds[c.kind].sql)
	}
	if t.Kind == storage.VoucherLines {
		b.WriteString("  CHECK (debit = 0 OR credit = 0),\n")
	}
	b.WriteString("  PRIMARY KEY (" + strings.Join(append([]string{"company"}, list(t.key())...), ", ") + ")\n)")
	if !t.Fact {
		b.WriteString(" WITH (fillfactor = 80)") // room to change a record where it is
	}
	b.WriteString(";\n")
	for i, ix := range t.Indexes[1:] {
		columns := t.order(i + 1)
		fmt.Fprintf(&b, "CREATE INDEX %s_by_%s ON %s (company, %s);\n", t.Name, names(columns[:ix.Eq], "", "_"), t.Name, names(columns, "", ", "))
	}
	if t.Fact {
		fmt.Fprintf(&b, "CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON %s EXECUTE FUNCTION facts_never_change();\n", t.Name)
	}
	if t.Kind >= storage.Documents {
		b.WriteString(foreign(t))
	}
	return b.String()
}

func list(columns []column) (out []string) {
	for _, c := range columns {
		out = append(out, c.name)
	}
	return out
}

func foreign(t *table) (out string) {
	for _, r := range storage.References[t.Kind] {
		of := tables[r.Of]
		out += fmt.Sprintf("ALTER TABLE %s ADD FOREIGN KEY (company, %s) REFERENCES %s (company, %s) DEFERRABLE INITIALLY DEFERRED;\n",
			t.Name, strings.Join(r.Columns, ", "), of.Name, names(of.key(), "", ", "))
	}
	return out
}

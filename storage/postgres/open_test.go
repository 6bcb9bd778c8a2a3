package postgres

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// with changes the connection string's parameters, its user and its password.
func with(t *testing.T, connection, user, password string, parameters ...string) string {
	t.Helper()
	u, err := url.Parse(connection)
	require.NoError(t, err)
	if user != "" {
		u.User = url.UserPassword(user, password)
	}
	q := u.Query()
	for i := 0; i < len(parameters); i += 2 {
		q.Set(parameters[i], parameters[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func TestMigrationsRunOnce(t *testing.T) {
	connection := pgtest.Schema(t)
	var done sync.WaitGroup
	for range 6 {
		done.Go(func() {
			s, err := Open(t.Context(), connection)
			if err != nil {
				t.Errorf("two processes may open a new schema at once: %v", err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	require.Len(t, told(t, connection, "SELECT number FROM schema_migration"), len(migrations()))
}

func TestMigrationThatFailsLeavesNothing(t *testing.T) {
	connection := pgtest.Schema(t)
	conn, err := pgx.Connect(t.Context(), connection)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	bad := append(migrations(), migration{"9998_good.sql", "CREATE TABLE good (a text)", "1"}, migration{"9999_bad.sql", "CREATE TABLE bad (a text); CREATE TABLE oops (", "2"})
	require.ErrorContains(t, migrate(t.Context(), conn, bad), "9999_bad.sql")
	require.Equal(t, []string{"0"}, told(t, connection, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"))
	openAt(t, connection)
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name, sql string
		want      error
	}{
		{"a file that was changed after it was run", "UPDATE schema_migration SET sha256 = 'x' WHERE number = 1", ErrSchemaChanged},
		{"a file with another name", "UPDATE schema_migration SET name = 'x' WHERE number = 2", ErrSchemaChanged},
		{"a newer database", "INSERT INTO schema_migration (number, name, sha256) VALUES (99, '0099_later.sql', 'x')", ErrSchemaNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			connection := pgtest.Schema(t)
			openAt(t, connection)
			told(t, connection, c.sql)
			_, err := Open(t.Context(), connection)
			require.ErrorIs(t, err, c.want)
		})
	}
	connection := pgtest.Schema(t)
	for name, parameters := range map[string][]string{
		"commits that are not synced":        {"synchronous_commit", "off"},
		"a schema that is not there":         {"search_path", "nowhere"},
		"a schema name that is folded":       {"search_path", "Books"},
		"a schema name that is cut":          {"search_path", strings.Repeat("x", 64)},
		"several schemas":                    {"search_path", "books, public"},
		"a schema name with something in it": {"search_path", `books"; DROP TABLE head; --`},
	} {
		_, err := Open(t.Context(), with(t, connection, "", "", parameters...))
		require.ErrorIs(t, err, ErrSettings, name)
	}
}

func TestErrorsHideThePassword(t *testing.T) {
	connection := pgtest.Schema(t)
	const secret = "hunter2"
	for _, c := range []string{
		with(t, connection, "nobody", secret),
		with(t, connection, "postgres", secret, "host", "/nowhere"),
		"postgres://postgres:" + secret + "@localhost:notaport/books",
		"host=localhost password=" + secret + " sslmode=nonsense",
	} {
		_, err := Open(t.Context(), c)
		require.Error(t, err)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
	}
	s := openAt(t, with(t, connection, "postgres", secret))
	require.NotContains(t, fmt.Sprintf("%v %+v", s, s), secret)
}

// TestRoleThatWrites runs with a role that may read and write, and nothing else: it opens the schema that its owner made, and cannot change a fact.
func TestRoleThatWrites(t *testing.T) {
	connection := pgtest.Schema(t)
	schema := told(t, connection, "SELECT current_schema()")[0]
	role := "writer_of_" + schema
	told(t, connection, "CREATE ROLE "+role+" LOGIN; GRANT USAGE ON SCHEMA "+schema+" TO "+role)
	t.Cleanup(func() { told(t, connection, "DROP OWNED BY "+role+"; DROP ROLE "+role) })
	app := with(t, connection, role, "")
	_, err := Open(t.Context(), app)
	require.ErrorContains(t, err, "42501", "somebody has to make the tables")
	openAt(t, connection)
	told(t, connection, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "+schema+" TO "+role)
	s := openAt(t, app)
	require.NoError(t, s.Apply(t.Context(), "c", changes(storage.Head{Company: "c"}, 200)))
	require.EqualValues(t, 200, head(t, s).Seq)
}

func TestFactsAreNeverChanged(t *testing.T) {
	connection := pgtest.Schema(t)
	s := openAt(t, connection)
	c := changes(storage.Head{Company: "c"}, 1)
	require.NoError(t, s.Apply(t.Context(), "c", c))
	for _, query := range []string{"UPDATE document SET ref = 'x'", "DELETE FROM document", "UPDATE document SET ref = ref", "TRUNCATE document CASCADE"} {
		_, err := ask(t, connection, query)
		require.ErrorContains(t, err, "facts are never changed", query)
	}
	gone := changes(c.Head, 2)
	gone.Writes = append(gone.Writes, storage.Write{Kind: storage.Documents, Old: c.Writes[0].New})
	require.ErrorContains(t, s.Apply(t.Context(), "c", gone), "facts are never changed")
	require.Equal(t, c.Head, head(t, s))
}

func TestReferencesHold(t *testing.T) {
	connection := pgtest.Schema(t)
	s := openAt(t, connection)
	for kind := range storage.References {
		c := changes(storage.Head{Company: "c"}, 1)
		c.Writes = []storage.Write{{Kind: kind, New: tables[kind].New()}}
		require.ErrorContains(t, s.Apply(t.Context(), "c", c), "23503", "a row of %s without its document", tables[kind].Name)
	}
	for _, table := range tables {
		require.True(t, !table.Fact || table.Kind == storage.Documents || storage.References[table.Kind] != nil, "facts name their document: %s", table.Name)
	}
	require.Empty(t, told(t, connection, "SELECT * FROM head"))
}

// TestNumbersAreNumbers: NaN passes a lower bound and NULLs pass all, so both are looked for in every column.
func TestNumbersAreNumbers(t *testing.T) {
	connection := pgtest.Schema(t)
	openAt(t, connection)
	for domain, good := range map[string][]string{
		"amount":   {"0", "-922337203685477.5807", "922337203685477.5807"},
		"quantity": {"0", "-9223372036854.775807", "9223372036854.775807"},
		"exact":    {"0.000000000001", "123456789012345.678"},
	} {
		for _, n := range good {
			require.Equal(t, []string{n}, trim(told(t, connection, "SELECT '"+n+"'::"+domain)))
		}
		for _, n := range []string{"NaN", "Infinity", "-Infinity", "1e19"} {
			_, err := ask(t, connection, "SELECT '"+n+"'::"+domain)
			require.Error(t, err, "%s is no %s", n, domain)
		}
	}
	require.Empty(t, told(t, connection, "SELECT table_name, column_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name AND schemaname = table_schema WHERE table_schema = current_schema() AND table_name <> 'schema_migration' AND (is_nullable = 'YES' OR data_type IN ('real', 'double precision') OR data_type = 'numeric' AND domain_name IS NULL)"))
	for _, query := range told(t, connection, "SELECT viewname FROM pg_views WHERE schemaname = current_schema()") {
		told(t, connection, "SELECT * FROM "+query+" WHERE company = 'x'")
	}
}

func trim(rows []string) (out []string) {
	for _, r := range rows {
		if strings.Contains(r, ".") {
			r = strings.TrimRight(strings.TrimRight(r, "0"), ".")
		}
		out = append(out, r)
	}
	return out
}

// TestNumeric compares our bytes of a NUMERIC with those of pgx.
func TestNumeric(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 20_000 {
		units := rnd.Int64() >> rnd.IntN(64)
		switch {
		case i < 3:
			units = int64(i) - 1
		case i == 3:
			units = math.MaxInt64
		case i%2 == 0:
			units = -units
		case i%3 == 0:
			units -= units % 1_000_000
		}
		for _, scale := range []int{0, amountScale, measureScale} {
			b := appendNumeric(nil, units, scale)
			require.Equal(t, units, numeric(b, scale))
			var n pgtype.Numeric
			require.NoError(t, plain.Scan(pgtype.NumericOID, pgx.BinaryFormatCode, b, &n))
			require.True(t, decimal.New(units, -int32(scale)).Equal(decimal.NewFromBigInt(n.Int, n.Exp)), "%d at %d decimals", units, scale)
			theirs, err := plain.Encode(pgtype.NumericOID, pgx.BinaryFormatCode, n, nil)
			require.NoError(t, err)
			require.Equal(t, units, numeric(theirs, scale))
		}
	}
	require.EqualValues(t, math.MinInt64, numeric([]byte{0, 1, 0, 5, 0, 0, 0, 0, 0, 9}, amountScale), "9 * 10000^5")
	require.EqualValues(t, math.MinInt64, numeric([]byte{0, 0, 0, 0, 0xc0, 0, 0, 0}, amountScale), "NaN")
}

// TestTotalBeyondAnInteger gives the mark of a figure that did not fit, as the memory store does.
func TestTotalBeyondAnInteger(t *testing.T) {
	connection := pgtest.Schema(t)
	s := openAt(t, connection)
	for doc := range 2 {
		told(t, connection, fmt.Sprintf("INSERT INTO layer (company, item, scope, date, source_doc, source_line, source_part, lot, qty, value, version) VALUES ('c', 'A', '', '2026-01-01', %d, 1, 0, '', 9223372036854.775807, 0.0005, 1)", doc))
	}
	rows, err := s.Sum(t.Context(), "c", storage.Total{Kind: storage.Layers, Group: []string{"item"}, Of: []string{"qty", "value"}})
	require.NoError(t, err)
	require.Equal(t, []int64{math.MinInt64, 10}, rows[0].Sums)
}

func TestRefusedQuestions(t *testing.T) {
	s := openAt(t, pgtest.Schema(t))
	_, err := s.Sum(t.Context(), "c", storage.Total{Kind: storage.Moves, Group: []string{"item; DROP TABLE head"}, Of: []string{"qty"}})
	require.ErrorContains(t, err, "no column")
	_, err = s.Load(t.Context(), "c", storage.Need{Keys: []storage.Key{{Kind: storage.Items, Values: []any{3.5}}}})
	require.ErrorContains(t, err, "float64")
	for _, text := range []string{"a\x00b", "\xff"} {
		_, err = s.Load(t.Context(), "c", storage.Need{Keys: []storage.Key{{Kind: storage.Items, Values: []any{text}}}})
		require.ErrorContains(t, err, "UTF-8")
		c := changes(storage.Head{Company: "c"}, 1)
		c.Insert(storage.Counters, &ledger.Counter{Series: text})
		require.ErrorContains(t, s.Apply(t.Context(), "c", c), "UTF-8")
	}
	for _, cursor := range []string{"{", "AAAA", "////", strings.Repeat("A", 100)} {
		_, err = s.Scan(t.Context(), "c", storage.Scan{Kind: storage.Items, Cursor: cursor})
		require.ErrorContains(t, err, "cursor")
	}
	require.Zero(t, head(t, s).Seq)
	require.NoError(t, s.Close())
	require.Error(t, s.Apply(t.Context(), "c", changes(storage.Head{Company: "c"}, 1)))
}

func TestBind(t *testing.T) {
	connection := pgtest.Schema(t)
	s := openAt(t, connection)
	told(t, connection, "CREATE TABLE shop_order (id bigint GENERATED ALWAYS AS IDENTITY)")
	conn, err := pgx.Connect(t.Context(), connection)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	order := func(finish func(pgx.Tx) error) storage.Head {
		tx, err := conn.Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), "INSERT INTO shop_order DEFAULT VALUES")
		require.NoError(t, err)
		b := Bind(tx)
		was := head(t, b)
		require.NoError(t, b.Apply(t.Context(), "c", changes(was, was.Seq+1)))
		require.Equal(t, refusal.Contention, refusal.CodeOf(b.Apply(t.Context(), "c", changes(was, was.Seq+2))), "what failed leaves nothing")
		require.Equal(t, was.Seq+1, head(t, b).Seq, "and the transaction goes on")
		require.NoError(t, finish(tx))
		return head(t, s)
	}
	require.Zero(t, order(func(tx pgx.Tx) error { return tx.Rollback(t.Context()) }).Seq, "what the host rolls back is gone")
	require.EqualValues(t, 1, order(func(tx pgx.Tx) error { return tx.Commit(t.Context()) }).Seq)
	require.EqualValues(t, 2, order(func(tx pgx.Tx) error { return tx.Commit(t.Context()) }).Seq)
	require.Len(t, told(t, connection, "SELECT * FROM shop_order"), 2)
	whole(t, connection, 2)

	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SET LOCAL synchronous_commit = off")
	require.NoError(t, err)
	_, err = Bind(tx).Scan(t.Context(), "c", storage.Scan{Kind: storage.Heads})
	require.ErrorIs(t, err, ErrSettings)
	require.NoError(t, tx.Rollback(t.Context()))
	empty, err := pgx.Connect(t.Context(), pgtest.Schema(t))
	require.NoError(t, err)
	defer empty.Close(t.Context())
	tx, err = empty.Begin(t.Context())
	require.NoError(t, err)
	_, err = Bind(tx).Scan(t.Context(), "c", storage.Scan{Kind: storage.Heads})
	require.ErrorIs(t, err, ErrSchemaChanged, "Open makes the tables")
}

// TestNoQuestionSorts sees to it that every question is answered from its own index, in its order, also by a PostgreSQL that knows nothing of its tables yet.
func TestNoQuestionSorts(t *testing.T) {
	s := openAt(t, pgtest.Schema(t))
	conn, err := s.pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	_, err = conn.Exec(t.Context(), "SET plan_cache_mode = force_generic_plan")
	require.NoError(t, err)
	check := func(index string, st statement) {
		var types, nulls []string
		for _, oid := range st.args.oids {
			name, known := plain.TypeForOID(oid)
			require.True(t, known)
			types, nulls = append(types, name.Name), append(nulls, "NULL")
		}
		query := "PREPARE q (" + strings.Join(types, ", ") + ") AS " + st.sql() + "; EXPLAIN EXECUTE q (" + strings.Join(nulls, ", ") + "); DEALLOCATE q"
		results, err := conn.Conn().PgConn().Exec(t.Context(), query).ReadAll()
		require.NoError(t, err, query)
		plan := ""
		for _, row := range results[1].Rows {
			plan += string(row[0]) + "\n"
		}
		require.NotContains(t, plan, "Seq Scan", query)
		if st.text != selectCover { // which sorts the few rows that it found
			require.NotContains(t, plan, "Sort", query)
		}
		require.Contains(t, plan, "using "+index+" ", query)
	}
	for _, table := range tables {
		row := table.New()
		fields := table.Fields(row)
		for i, ix := range table.Indexes {
			columns := table.order(i)
			name := table.Name + "_pkey"
			if i > 0 {
				name = table.Name + "_by_" + names(columns[:ix.Eq], "", "_")
			}
			l := storage.List{Kind: table.Kind, Index: i}
			var all []any
			for _, c := range ix.Columns {
				all = append(all, fields[c])
			}
			l.Values = all[:ix.Eq]
			if table.Kind == storage.Heads {
				l.Values = []any{"c"}
			}
			lists := []storage.List{l}
			if ix.Eq < len(all) {
				from := l
				from.From = all[ix.Eq]
				lists = append(lists, from)
			}
			if table.Cover >= 0 && i == 0 {
				for _, newest := range []bool{false, true} {
					covered := lists[1]
					covered.Cover, covered.Newest = uom.FromInt(1), newest
					lists = append(lists, covered)
				}
			}
			for _, l := range lists {
				for _, times := range []int{1, 64} {
					list, err := load("c", storage.Need{Lists: slices.Repeat([]storage.List{l}, times)}, storage.NewRows())
					require.NoError(t, err)
					check(name, list[0])
				}
			}
			cursor, err := table.cursor(columns, row)
			require.NoError(t, err)
			for _, q := range []storage.Scan{{Kind: table.Kind, Index: i}, {Kind: table.Kind, Index: i, Cursor: cursor}} {
				st, err := scan("c", q, &storage.Page{})
				require.NoError(t, err)
				check(name, st)
			}
		}
	}
}

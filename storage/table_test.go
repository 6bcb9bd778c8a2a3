package storage

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/stretchr/testify/require"
)

func TestTablesHoldEveryFieldOnce(t *testing.T) {
	names := map[string]bool{}
	for k := range Tables {
		table := &Tables[k]
		require.Equal(t, Kind(k), table.Kind)
		require.False(t, names[table.Name], table.Name)
		names[table.Name] = true
		row := table.New()
		fields := table.Fields(row)
		require.Len(t, fields, len(table.Columns), table.Name)
		given := map[uintptr]bool{}
		for i, f := range fields {
			require.NotEqual(t, "?", string(appendText(nil, f)), "%s.%s has a type that no store knows", table.Name, table.Columns[i])
			given[reflect.ValueOf(f).Pointer()] = true
		}
		require.Len(t, given, len(fields), "%s gives a field twice", table.Name)
		require.Equal(t, leaves(reflect.TypeOf(row).Elem()), len(fields), "%s leaves a field out", table.Name)
		for _, ix := range table.Indexes {
			require.NotContains(t, ix.Columns, -1, "%s has an index on a column that is not there", table.Name)
		}
		for _, q := range table.Quiet {
			require.GreaterOrEqual(t, table.Column(q), 0, "%s.%s", table.Name, q)
		}
	}
}

// leaves counts the fields of a struct, those of plain structs within it included.
func leaves(t reflect.Type) int {
	if t.Kind() != reflect.Struct || t.NumField() == 0 || !t.Field(0).IsExported() {
		return 1
	}
	n := 0
	for i := range t.NumField() {
		n += leaves(t.Field(i).Type)
	}
	return n
}

func TestKeysSortAsTheirValues(t *testing.T) {
	rising := map[string][]any{
		"texts":      {"", " ", "A", "A ", "AB", "a", "aa", "b", "Ä", "中", "中文", "😀"},
		"int64":      {int64(-math.MaxInt64), int64(-1), int64(0), int64(1), int64(255), int64(256), int64(math.MaxInt64)},
		"int32":      {int32(math.MinInt32), int32(-1), int32(0), int32(1), int32(math.MaxInt32)},
		"bools":      {false, true},
		"dates":      {calendar.Date(0), calendar.NewDate(1, 1, 1), calendar.NewDate(1900, 1, 1), calendar.NewDate(2026, 2, 28), calendar.NewDate(9999, 12, 31)},
		"periods":    {calendar.Period(0), calendar.NewDate(1900, 1, 1).Period(), calendar.NewDate(2026, 12, 1).Period(), calendar.NewDate(2027, 1, 1).Period()},
		"instants":   {calendar.Instant(-1), calendar.Instant(0), calendar.Instant(1), calendar.Instant(math.MaxInt64)},
		"amounts":    {money.FromUnits(-math.MaxInt64), money.MustParse("-0.01"), money.Amount{}, money.MustParse("9.99"), money.MustParse("10")},
		"quantities": {uom.FromUnits(-math.MaxInt64), uom.FromInt(-1), uom.Quantity{}, uom.FromInt(9), uom.FromInt(10)},
		"named":      {ledger.Accrued, ledger.Billed, ledger.Payable},
	}
	for name, values := range rising {
		t.Run(name, func(t *testing.T) {
			for i := range values[1:] {
				require.Less(t, encode(values[i:i+1]), encode(values[i+1:i+2]), "%v comes before %v", values[i], values[i+1])
			}
			for _, v := range values {
				p := reflect.New(reflect.TypeOf(v))
				p.Elem().Set(reflect.ValueOf(v))
				if p.Type() == reflect.TypeFor[*ledger.OpenKind]() {
					continue // a row gives such a field as a *string
				}
				require.Equal(t, encode([]any{v}), encode([]any{p.Interface()}), "a value and a field make the same key")
			}
		})
	}
	t.Run("column by column", func(t *testing.T) {
		keys := []string{
			encode([]any{"A", int64(2)}), encode([]any{"A", int64(10)}), encode([]any{"A", int64(10), ""}),
			encode([]any{"A", int64(10), "x"}), encode([]any{"AB", int64(1)}), encode([]any{"B"}),
		}
		require.True(t, slices.IsSorted(keys))
	})
}

func TestKeysNameRows(t *testing.T) {
	s := NewSnapshot()
	o := &ledger.OpenItem{Kind: ledger.Payable, Doc: 7, Line: 2}
	s.rows.Put(OpenItems, o)
	for _, values := range [][]any{
		{"payable", int64(7), int32(2)},
		{ledger.Payable, int64(7), 2}, // a named text and an int do
		{(*string)(&o.Kind), &o.Doc, &o.Line},
	} {
		k := Key{OpenItems, values}
		got, ok := s.Get(k)
		require.True(t, ok)
		require.Same(t, o, got)
		require.Equal(t, AppendRowName(nil, OpenItems, o), k.AppendName(nil))
	}
	require.NotEqual(t, Key{OpenItems, []any{"a"}}.AppendName(nil), Key{Accounts, []any{"a"}}.AppendName(nil))
	Bump(OpenItems, o)
	require.EqualValues(t, 1, o.Version)
}

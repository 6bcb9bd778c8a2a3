package storage

import (
	"slices"
	"sort"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// SumRows answers a total from rows. The groups come in the order of their values.
func SumRows(t Total, rows func(func(any) bool)) []TotalRow {
	table := &Tables[t.Kind]
	group, of := columns(table, t.Group), columns(table, t.Of)
	date, doc := table.Column(t.Date), table.Column("doc")
	sums := map[string]*TotalRow{}
	for row := range rows {
		f := table.Fields(row)
		switch {
		case !matches(table, t, f):
			continue
		case t.Date != "" && t.AsOf != 0 && *f[date].(*calendar.Date) > t.AsOf:
			continue
		case t.Upto != 0 && *f[doc].(*int64) > t.Upto, t.After != 0 && *f[doc].(*int64) <= t.After:
			continue
		}
		b := make([]byte, 0, 48)
		for _, g := range group {
			b = appendKey(b, f[g])
		}
		s := sums[string(b)]
		if s == nil {
			s = &TotalRow{Sums: make([]int64, len(of))}
			for _, g := range group {
				s.Group = append(s.Group, f[g])
			}
			sums[string(b)] = s
		}
		for i, o := range of {
			s.Sums[i] = addUnits(s.Sums[i], f[o])
		}
	}
	return inOrder(sums, t.Open)
}

func inOrder(sums map[string]*TotalRow, open bool) []TotalRow {
	names := make([]string, 0, len(sums))
	for n, s := range sums {
		if !open || slices.ContainsFunc(s.Sums, func(v int64) bool { return v != 0 }) {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	out := make([]TotalRow, 0, len(sums))
	for _, n := range names {
		out = append(out, *sums[n])
	}
	return out
}

func columns(t *Table, names []string) []int {
	out := make([]int, len(names))
	for i, n := range names {
		out[i] = t.Column(n)
	}
	return out
}

func matches(table *Table, t Total, f []any) bool {
	for _, w := range t.Where {
		if string(appendKey(nil, f[table.Column(w.Column)])) != string(appendKey(nil, w.Value)) {
			return false
		}
	}
	return true
}

// addTotals adds sums to others, and takes sums off.
func addTotals(t Total, a, b, less []TotalRow) []TotalRow {
	sums := map[string]*TotalRow{}
	for n, part := range [][]TotalRow{a, b, less} {
		for _, row := range part {
			key := encode(row.Group)
			have := sums[key]
			if have == nil {
				have = &TotalRow{Group: row.Group, Sums: make([]int64, len(row.Sums))}
				sums[key] = have
			}
			for i, v := range row.Sums {
				if n == 2 {
					have.Sums[i] = fixed.Sub(have.Sums[i], v)
				} else {
					have.Sums[i] = fixed.Add(have.Sums[i], v)
				}
			}
		}
	}
	return inOrder(sums, t.Open)
}

// addUnits adds the integer units of a numeric field to a sum.
func addUnits(sum int64, field any) int64 {
	switch f := field.(type) {
	case *money.Amount:
		return fixed.Add(sum, f.Units())
	case *uom.Quantity:
		return fixed.Add(sum, f.Units())
	case *int64:
		return fixed.Add(sum, *f)
	case *int32:
		return fixed.Add(sum, int64(*f))
	}
	return sum
}

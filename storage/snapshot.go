package storage

import (
	"slices"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Snapshot is what a command sees: rows that were loaded, and over them the changes of the commands before it. A snapshot knows what was asked for, so
// that "there is none" can be told from "not looked at yet".
type Snapshot struct {
	base  *Rows
	asked map[string]uom.Quantity // by signature: the quantity covered, -1 millionth for all
	over  []level
}

type level struct {
	rows *Rows
	size int
}

var everything = uom.FromUnits(-1)

// NewSnapshot gives a snapshot in which nothing is known yet.
func NewSnapshot() *Snapshot {
	return &Snapshot{base: NewRows(), asked: map[string]uom.Quantity{}}
}

// Absorb adds the answer to a need to what is known. The answer must be of the same state of the store as those before it.
func (s *Snapshot) Absorb(n Need, loaded *Rows) {
	for k := range loaded.tables {
		for row := range loaded.All(Kind(k)) {
			s.base.Put(Kind(k), row)
		}
	}
	for _, k := range n.Keys {
		s.asked[k.signature()] = everything
	}
	for _, l := range n.Lists {
		sig := l.signature()
		s.asked[sig] = everything
		if loaded.covered[sig] {
			s.asked[sig] = l.Cover
		}
	}
	for _, t := range n.Totals {
		s.base.SetTotal(t, loaded.totals[t.signature()])
		s.asked[t.signature()] = everything
	}
}

// With gives the snapshot that the next command sees after these changes. It leaves s as it was: levels are never written
// to again, and small ones are merged so that few remain.
func (s *Snapshot) With(c *Changes) *Snapshot {
	top := level{NewRows(), len(c.Writes)}
	over := slices.Clone(s.over)
	for len(over) > 0 && over[len(over)-1].size <= top.size {
		below := over[len(over)-1]
		over = over[:len(over)-1]
		top.rows.overlay(below.rows)
		top.size += below.size
	}
	top.rows.Apply(c)
	return &Snapshot{base: s.base, asked: s.asked, over: append(over, top)}
}

// overlay copies the rows and deletions of another level below what will come.
func (r *Rows) overlay(below *Rows) {
	for k := range below.tables {
		from, to := &below.tables[k], &r.tables[k]
		if from.byKey == nil {
			continue
		}
		if to.byKey == nil {
			to.byKey = make(map[string]any, len(from.byKey))
			to.indexes = make([]rowIndex, len(from.indexes))
			for i := range to.indexes {
				to.indexes[i].runs = make(map[string][]entry, len(from.indexes[i].runs))
			}
		}
		// Older levels are merged later, so what is there already is newer.
		for key, row := range from.byKey {
			if _, newer := to.byKey[key]; !newer {
				to.byKey[key] = row
			}
		}
		for i := range from.indexes {
			for eq, run := range from.indexes[i].runs {
				to.indexes[i].runs[eq] = mergeRuns(run, to.indexes[i].runs[eq])
			}
		}
	}
}

// mergeRuns joins two runs in order; where both have an entry the newer counts.
func mergeRuns(older, newer []entry) []entry {
	out := make([]entry, 0, len(older)+len(newer))
	for len(older) > 0 && len(newer) > 0 {
		switch {
		case older[0].order < newer[0].order:
			out, older = append(out, older[0]), older[1:]
		case older[0].order > newer[0].order:
			out, newer = append(out, newer[0]), newer[1:]
		default:
			out, older, newer = append(out, newer[0]), older[1:], newer[1:]
		}
	}
	return append(append(out, older...), newer...)
}

// Get gives the row of a key. known is false when the key has not been loaded yet; the row is nil when there is none.
func (s *Snapshot) Get(k Key) (row any, known bool) {
	for i := len(s.over) - 1; i >= 0; i-- {
		if row, ok := s.over[i].rows.get(k); ok {
			return row, true
		}
	}
	if row, ok := s.base.get(k); ok {
		return row, true
	}
	_, known = s.asked[k.signature()]
	return nil, known
}

// List gives the rows of a list, oldest first (newest first if asked so). known is false when they have not been loaded, or not enough of them to
// cover the quantity asked for.
func (s *Snapshot) List(l List) (rows []any, known bool) {
	covered, known := s.asked[l.signature()]
	if !known {
		return nil, false
	}
	run := s.base.run(l)
	for _, over := range s.over {
		if r := over.rows.run(l); len(r) > 0 {
			run = mergeRuns(run, r)
		}
	}
	var sum uom.Quantity
	for i := range run {
		e := run[i]
		if l.Newest {
			e = run[len(run)-1-i]
		}
		if e.row == nil {
			continue
		}
		rows = append(rows, e.row)
		if !l.Cover.IsZero() {
			if sum = sum.Add(Tables[l.Kind].covered(e.row)); sum.Cmp(l.Cover) >= 0 {
				return rows, true
			}
		}
	}
	// Too few: that is the end of them only if the load went to the end.
	return rows, covered == everything
}

// Wider is the list to load when List had too few rows: it must reach past the loaded rows that earlier commands of the batch have used up.
func (s *Snapshot) Wider(l List) List {
	if covered, ok := s.asked[l.signature()]; ok && covered != everything {
		l.Cover = l.Cover.Add(covered)
	}
	return l
}

// Total gives the sums of a total, with those of the overlay added.
func (s *Snapshot) Total(t Total) (rows []TotalRow, known bool) {
	if _, known = s.asked[t.signature()]; !known {
		return nil, false
	}
	rows = s.base.totals[t.signature()]
	for _, over := range s.over {
		rows = addTotals(rows, SumRows(t, over.rows.All(t.Kind)))
	}
	return rows, true
}

func addTotals(a, b []TotalRow) []TotalRow {
	sums := map[string]*TotalRow{}
	for _, part := range [][]TotalRow{a, b} {
		for _, row := range part {
			key := encode(row.Group)
			if have := sums[key]; have != nil {
				for i, v := range row.Sums {
					have.Sums[i] = fixed.Add(have.Sums[i], v)
				}
				continue
			}
			sums[key] = &TotalRow{Group: row.Group, Sums: slices.Clone(row.Sums)}
		}
	}
	return sorted(sums)
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

package storage

import (
	"cmp"
	"slices"
	"sort"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// Rows holds rows of every table in memory, with their indexes. It is the answer to a load, the overlay of a batch,
// and the whole of the memory store. Rows are never changed in place: a record is replaced.
type Rows struct {
	tables  [kinds]rowTable
	totals  map[string][]TotalRow
	covered map[string]bool // answered lists that were cut off by their cover
}

type rowTable struct {
	byKey   map[string]any // a nil row marks a deletion that hides what lies below
	indexes []rowIndex
}

type rowIndex struct {
	runs  map[string][]entry
	names []string // of runs, sorted; nil: to be made anew
}

// entry is one row in an index's order.
type entry struct {
	order string
	row   any
}

// NewRows gives an empty set of rows.
func NewRows() *Rows { return &Rows{} }

// Put adds a row, or replaces the one that it was before.
func (r *Rows) Put(k Kind, row any) { r.write(Write{Kind: k, New: row}) }

// Apply writes changes.
func (r *Rows) Apply(c *Changes) {
	for _, w := range c.Writes {
		r.write(w)
	}
}

func (r *Rows) write(w Write) {
	t := &Tables[w.Kind]
	rt := &r.tables[w.Kind]
	if rt.byKey == nil {
		rt.byKey = map[string]any{}
		rt.indexes = make([]rowIndex, len(t.Indexes))
		for i := range rt.indexes {
			rt.indexes[i].runs = map[string][]entry{}
		}
	}
	var before, after []any
	if w.Old != nil {
		before = t.Fields(w.Old)
	}
	row := w.New
	if row != nil {
		after = t.Fields(row)
	}
	for i, ix := range t.Indexes {
		var oldEq, oldOrder string
		if before != nil {
			oldEq, oldOrder = t.split(ix, before)
		}
		if after == nil {
			rt.indexes[i].put(oldEq, oldOrder, nil)
			if i == 0 {
				rt.byKey[oldEq+oldOrder] = nil
			}
			continue
		}
		eq, order := t.split(ix, after)
		if before != nil && (eq != oldEq || order != oldOrder) {
			rt.indexes[i].put(oldEq, oldOrder, nil)
		}
		rt.indexes[i].put(eq, order, row)
		if i == 0 {
			rt.byKey[eq+order] = row
		}
	}
}

func (x *rowIndex) put(eq, order string, row any) {
	run, known := x.runs[eq]
	if !known {
		x.names = nil
	}
	if n := len(run); n == 0 || run[n-1].order < order { // facts come in order
		x.runs[eq] = append(run, entry{order, row})
		return
	}
	i, found := slices.BinarySearchFunc(run, order, func(e entry, o string) int { return cmp.Compare(e.order, o) })
	if found {
		run[i].row = row
		return
	}
	x.runs[eq] = slices.Insert(run, i, entry{order, row})
}

// Sweep forgets deleted rows; only a set that lies on nothing may do that.
func (r *Rows) sweep(w Write) {
	t, rt := &Tables[w.Kind], &r.tables[w.Kind]
	fields := t.Fields(w.Old)
	for i, ix := range t.Indexes {
		eq, order := t.split(ix, fields)
		x := &rt.indexes[i]
		run := x.runs[eq]
		j, found := slices.BinarySearchFunc(run, order, func(e entry, o string) int { return cmp.Compare(e.order, o) })
		switch {
		case !found || run[j].row != nil:
		case j == 0: // the oldest goes first, as a rule: no copying
			run[0] = entry{}
			x.runs[eq] = run[1:]
		default:
			x.runs[eq] = slices.Delete(run, j, j+1)
		}
		if len(x.runs[eq]) == 0 {
			delete(x.runs, eq)
			x.names = nil
		}
		if i == 0 && rt.byKey[eq+order] == nil {
			delete(rt.byKey, eq+order)
		}
	}
}

// Commit writes changes to a set that lies on nothing: a whole store.
func (r *Rows) Commit(c *Changes) {
	r.Apply(c)
	for _, w := range c.Writes {
		if w.Old != nil {
			r.sweep(w)
		}
	}
}

func (r *Rows) get(k Key) (any, bool) {
	row, ok := r.tables[k.Kind].byKey[encode(k.Values)]
	return row, ok
}

func (r *Rows) run(l List) []entry {
	ixs := r.tables[l.Kind].indexes
	if ixs == nil {
		return nil
	}
	return ixs[l.Index].runs[encode(l.Values)]
}

// Load answers a need from a whole store.
func (r *Rows) Load(n Need) *Rows {
	out := NewRows()
	for _, k := range n.Keys {
		if row, ok := r.get(k); ok {
			out.Put(k.Kind, row)
		}
	}
	for _, l := range n.Lists {
		run := r.run(l)
		var sum uom.Quantity
		for i := range run {
			e := run[i]
			if l.Newest {
				e = run[len(run)-1-i]
			}
			out.Put(l.Kind, e.row)
			if !l.Cover.IsZero() {
				if sum = sum.Add(Tables[l.Kind].covered(e.row)); sum.Cmp(l.Cover) >= 0 {
					out.CutOff(l)
					break
				}
			}
		}
	}
	for _, t := range n.Totals {
		out.SetTotal(t, SumRows(t, r.All(t.Kind)))
	}
	return out
}

// CutOff notes that a covering list was answered with enough rows and that more may lie behind them.
func (r *Rows) CutOff(l List) {
	if r.covered == nil {
		r.covered = map[string]bool{}
	}
	r.covered[l.signature()] = true
}

// SetTotal adds the answer to a total.
func (r *Rows) SetTotal(t Total, rows []TotalRow) {
	if r.totals == nil {
		r.totals = map[string][]TotalRow{}
	}
	r.totals[t.signature()] = rows
}

// All yields the rows of a table in no stated order.
func (r *Rows) All(k Kind) func(yield func(any) bool) {
	return func(yield func(any) bool) {
		for _, row := range r.tables[k].byKey {
			if row != nil && !yield(row) {
				return
			}
		}
	}
}

// Scan gives up to limit rows of a table in the order of an index, from the row after the cursor. The next cursor is empty at the end.
func (r *Rows) Scan(q Scan) Page {
	ixs := r.tables[q.Kind].indexes
	if ixs == nil {
		return Page{}
	}
	x := &ixs[q.Index]
	if x.names == nil {
		for name := range x.runs {
			x.names = append(x.names, name)
		}
		sort.Strings(x.names)
	}
	from, to := encode(q.From), encode(q.To)
	if q.Cursor > from {
		from = q.Cursor
	}
	first := max(sort.SearchStrings(x.names, from)-1, 0) // the run before may hold keys behind the cursor
	var page Page
	for _, name := range x.names[first:] {
		if len(q.To) > 0 && name > to && !hasPrefix(name, to) {
			break
		}
		run := x.runs[name]
		start := 0
		if name < from {
			start = sort.Search(len(run), func(i int) bool { return name+run[i].order >= from })
		}
		for _, e := range run[start:] {
			key := name + e.order
			if key == q.Cursor || key < from {
				continue
			}
			if len(q.To) > 0 && key > to && !hasPrefix(key, to) {
				return page
			}
			if len(page.Rows) == q.Limit {
				page.Cursor = Cursor(q.Kind, q.Index, page.Rows[len(page.Rows)-1])
				return page
			}
			page.Rows = append(page.Rows, e.row)
		}
	}
	return page
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// Cursor is the place of a row in an index, from which a scan goes on.
func Cursor(k Kind, index int, row any) string {
	t := &Tables[k]
	eq, order := t.split(t.Indexes[index], t.Fields(row))
	return eq + order
}

// SumRows answers a total from rows.
func SumRows(t Total, rows func(func(any) bool)) []TotalRow {
	table := &Tables[t.Kind]
	group, of := columns(table, t.Group), columns(table, t.Of)
	date, doc := table.Column(t.Date), table.Column("doc")
	sums := map[string]*TotalRow{}
	for row := range rows {
		f := table.Fields(row)
		if !matches(table, t, f) || t.AsOf != 0 && *(f[date].(*calendar.Date)) > t.AsOf || t.Upto != 0 && *(f[doc].(*int64)) > t.Upto {
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
	return sorted(sums)
}

func sorted(sums map[string]*TotalRow) []TotalRow {
	names := make([]string, 0, len(sums))
	for n := range sums {
		names = append(names, n)
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

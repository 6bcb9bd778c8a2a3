package storage

import (
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
)

// Rows holds rows of every table: the answer of a store to a load, and what a [Snapshot] knows. A store fills it with Put, Taker and SetTotal.
type Rows struct {
	tables [kinds]*known
	totals map[string][]TotalRow
	cuts   map[string]string // lists that were cut off by their cover: the key of the last row given
}

// known is what is known of one table.
type known struct {
	table   *Table
	indexes []*sequence[entry] // the primary one first; the others are made when they are asked for
	whole   map[string]string  // lists known to their end, by their base name: where what is known begins
	cut     map[string]answer  // lists known as far as their cover, by name
}

// entry is a row with its key. A nil row says that there is none.
type entry struct {
	key string
	row any
}

// answer says how much of a list is known.
type answer struct {
	all   bool
	cover uom.Quantity // else: it is known as far as this quantity
	edge  string       // and this key
}

// NewRows gives an empty set of rows.
func NewRows() *Rows { return &Rows{} }

// Put adds a row, or replaces the one that it was before.
func (r *Rows) Put(k Kind, row any) { r.table(k).put(Tables[k].key(0, row), row) }

func (r *Rows) table(k Kind) *known {
	if r.tables[k] == nil {
		t := &Tables[k]
		r.tables[k] = &known{table: t, indexes: make([]*sequence[entry], len(t.Indexes))}
		r.tables[k].indexes[0] = &sequence[entry]{}
	}
	return r.tables[k]
}

func find(s *sequence[entry], key string) (spot, bool) {
	return s.seek(func(e entry) int { return strings.Compare(e.key, key) })
}

func (x *known) get(key []byte) (row any, ok bool) {
	at, found := x.indexes[0].seek(func(e entry) int { return compare(e.key, key) })
	if !found {
		return nil, false
	}
	return x.indexes[0].get(at).row, true
}

func (x *known) put(key string, row any) {
	var old any
	if at, found := find(x.indexes[0], key); found {
		old = x.indexes[0].get(at).row
		x.indexes[0].set(at, entry{key, row})
	} else {
		x.indexes[0].insert(at, entry{key, row})
	}
	for i, s := range x.indexes {
		if i == 0 || s == nil {
			continue
		}
		if old != nil {
			at, _ := find(s, x.table.key(i, old))
			s.remove(at)
		}
		x.enter(i, row)
	}
}

func (x *known) enter(index int, row any) {
	if row != nil {
		key, s := x.table.key(index, row), x.indexes[index]
		at, _ := find(s, key)
		s.insert(at, entry{key, row})
	}
}

// run yields the rows that share the values of a list.
func (x *known) run(l List) func(yield func(entry) bool) {
	return func(yield func(entry) bool) {
		if x.indexes[l.Index] == nil {
			x.indexes[l.Index] = &sequence[entry]{}
			for e := range x.indexes[0].from(spot{}) {
				x.enter(l.Index, e.row)
			}
		}
		var buf [96]byte
		low, n := l.span(buf[:0])
		walk(x.indexes[l.Index], l.Newest, func(e entry) int { return within(e.key, low, n) }, yield)
	}
}

// walk yields the elements of which compare says that they are what is looked for, from the first or from the last.
func walk[E any](s *sequence[E], newest bool, compare func(E) int, yield func(E) bool) {
	if newest {
		end, _ := s.seek(func(e E) int { return min(compare(e)*2-1, 1) }) // behind the last
		for e := range s.before(end) {
			if compare(e) != 0 || !yield(e) {
				return
			}
		}
		return
	}
	start, _ := s.seek(compare)
	for e := range s.from(start) {
		if compare(e) != 0 || !yield(e) {
			return
		}
	}
}

// Taker gives the function with which a store hands over the rows of a list, in the order asked for, until it says false: the list is
// covered, and the rows know that more may lie behind.
func (r *Rows) Taker(l List) func(row any) (more bool) {
	var sum uom.Quantity
	t, x := &Tables[l.Kind], r.table(l.Kind)
	return func(row any) bool {
		x.put(t.key(0, row), row)
		if l.Cover.IsZero() {
			return true
		}
		if sum = sum.Add(t.covered(row)); sum.Cmp(l.Cover) < 0 {
			return true
		}
		if r.cuts == nil {
			r.cuts = map[string]string{}
		}
		r.cuts[l.cut()] = t.key(l.Index, row)
		return false
	}
}

// SetTotal adds the answer to a total.
func (r *Rows) SetTotal(t Total, rows []TotalRow) {
	if r.totals == nil {
		r.totals = map[string][]TotalRow{}
	}
	r.totals[t.signature()] = rows
}

// Cursor is the place of a row in an index, from which a scan goes on.
func Cursor(k Kind, index int, row any) string { return Tables[k].key(index, row) }

package storage

import (
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
)

// Rows holds rows of every table in memory, with their indexes. It is the answer to a load, the overlay of a batch,
// and the whole of the memory store. Rows are never changed in place: a record is replaced.
type Rows struct {
	tables [kinds][]rowIndex // by index; the first is the primary key
	totals map[string][]TotalRow
	cuts   map[string]string // lists that were cut off by their cover: the order of the last row given
}

// NewRows gives an empty set of rows.
func NewRows() *Rows { return &Rows{} }

// Put adds a row, or replaces the one that it was before.
func (r *Rows) Put(k Kind, row any) { r.write(Write{Kind: k, New: row}) }

// Apply writes changes, the head among them. A deleted row leaves a mark, because it may hide one in the rows below.
func (r *Rows) Apply(c *Changes) {
	head := c.Head
	r.Put(Heads, &head)
	for _, w := range c.Writes {
		r.write(w)
	}
}

func (r *Rows) indexes(k Kind) []rowIndex {
	if r.tables[k] == nil {
		r.tables[k] = make([]rowIndex, len(Tables[k].Indexes))
		for i := range r.tables[k] {
			r.tables[k][i].runs = map[string][]entry{}
		}
	}
	return r.tables[k]
}

func (r *Rows) write(w Write) {
	t := &Tables[w.Kind]
	var before, after []any
	if w.Old != nil {
		before = t.Fields(w.Old)
	}
	if w.New != nil {
		after = t.Fields(w.New)
	}
	indexes := r.indexes(w.Kind)
	for i, ix := range t.Indexes {
		var was, is place
		if before != nil {
			was = t.place(ix, before)
		}
		if after != nil {
			is = t.place(ix, after)
			indexes[i].put(is.eq, is.order, w.New)
		}
		if before != nil && (after == nil || is != was) {
			indexes[i].put(was.eq, was.order, nil)
		}
	}
}

// Commit writes changes to a set that lies on nothing, a whole store: what is deleted leaves no mark.
func (r *Rows) Commit(c *Changes) {
	r.Apply(c)
	for _, w := range c.Writes {
		if w.Old == nil {
			continue
		}
		t := &Tables[w.Kind]
		fields := t.Fields(w.Old)
		for i, ix := range t.Indexes {
			p, x := t.place(ix, fields), &r.tables[w.Kind][i]
			if e, ok := x.get(p); ok && e == nil {
				x.remove(p.eq, p.order)
			}
		}
	}
}

// Matches says whether changes were decided on these rows: the head and every record are as they saw them.
func (r *Rows) Matches(company string, c *Changes) bool {
	head := Head{Company: company}
	if row, ok := r.get(Key{Heads, []any{company}}); ok {
		head = *row.(*Head)
	}
	if c.Was != head || c.Head.Company != company {
		return false
	}
	for _, w := range c.Writes {
		t := &Tables[w.Kind]
		var have any
		if r.tables[w.Kind] != nil {
			have, _ = r.tables[w.Kind][0].get(t.place(t.Indexes[0], t.Fields(w.Row())))
		}
		if (have != nil) != (w.Old != nil) || have != nil && t.version(have) != t.version(w.Old) {
			return false
		}
	}
	return true
}

// get finds a row; ok with a nil row says that it was deleted here.
func (r *Rows) get(k Key) (row any, ok bool) {
	if r.tables[k.Kind] == nil {
		return nil, false
	}
	eq := Tables[k.Kind].Indexes[0].Eq
	return r.tables[k.Kind][0].get(place{encode(k.Values[:eq]), encode(k.Values[eq:])})
}

func (r *Rows) run(l List) []entry {
	if r.tables[l.Kind] == nil {
		return nil
	}
	run := r.tables[l.Kind][l.Index].runs[encode(l.Values)]
	if l.From != nil {
		i, _ := find(run, encode([]any{l.From}))
		run = run[i:]
	}
	return run
}

// under lays other rows below these: what is here already counts. Runs are shared and never written to again, so
// neither set may be written to by Put or Apply from then on.
func (r *Rows) under(below *Rows, tables func(*Table) bool) {
	for k := range below.tables {
		if below.tables[k] == nil || !tables(&Tables[k]) {
			continue
		}
		to := r.indexes(Kind(k))
		for i, x := range below.tables[k] {
			for eq, run := range x.runs {
				to[i].set(eq, mergeRuns(run, to[i].runs[eq]))
			}
		}
	}
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
		run, take := r.run(l), out.Taker(l)
		for i := range run {
			e := run[i]
			if l.Newest {
				e = run[len(run)-1-i]
			}
			if !take(e.row) {
				break
			}
		}
	}
	for _, t := range n.Totals {
		out.SetTotal(t, SumRows(t, r.All(t.Kind)))
	}
	return out
}

// Taker gives the function with which a store hands over the rows of a list, in the order asked for, until it says false: the list is
// covered, and the rows know that more may lie behind.
func (r *Rows) Taker(l List) func(row any) (more bool) {
	var sum uom.Quantity
	return func(row any) bool {
		r.Put(l.Kind, row)
		if l.Cover.IsZero() {
			return true
		}
		t := &Tables[l.Kind]
		if sum = sum.Add(t.covered(row)); sum.Cmp(l.Cover) < 0 {
			return true
		}
		if r.cuts == nil {
			r.cuts = map[string]string{}
		}
		r.cuts[l.cut()] = t.place(t.Indexes[l.Index], t.Fields(row)).order
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

// All yields the rows of a table in no stated order.
func (r *Rows) All(k Kind) func(yield func(any) bool) {
	return func(yield func(any) bool) {
		if r.tables[k] == nil {
			return
		}
		for _, run := range r.tables[k][0].runs {
			for _, e := range run {
				if e.row != nil && !yield(e.row) {
					return
				}
			}
		}
	}
}

// Scan gives a page of the rows of a table in the order of an index.
func (r *Rows) Scan(q Scan) Page {
	var page Page
	if r.tables[q.Kind] == nil {
		return page
	}
	to := encode(q.To)
	for key, row := range r.tables[q.Kind][q.Index].from(max(encode(q.From), q.Cursor)) {
		if key > to && !strings.HasPrefix(key, to) {
			break
		}
		if key == q.Cursor {
			continue
		}
		if len(page.Rows) == q.Size() {
			page.Cursor = Cursor(q.Kind, q.Index, page.Rows[len(page.Rows)-1])
			break
		}
		page.Rows = append(page.Rows, row)
	}
	return page
}

// Cursor is the place of a row in an index, from which a scan goes on.
func Cursor(k Kind, index int, row any) string {
	t := &Tables[k]
	p := t.place(t.Indexes[index], t.Fields(row))
	return p.eq + p.order
}

package storage

import (
	"maps"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
)

// Snapshot is what a command sees: rows that were loaded, and over them the changes of the commands before it. A snapshot knows what was asked for, so
// that "there is none" can be told from "not looked at yet".
type Snapshot struct {
	masters *known // cached: shared by many snapshots and never written to
	base    *known // shared with the snapshots made of this one: they are of the same state of the store
	over    []level
}

// known is rows with what was asked for to get them.
type known struct {
	rows  *Rows
	asked map[string]answer // by signature
}

// answer says how much of what was asked for is known.
type answer struct {
	all   bool
	cover uom.Quantity // else: a list is known as far as this quantity
	edge  string       // and this place in its run
}

// level is the changes of some commands. It is never written to again.
type level struct {
	rows *Rows
	size int
}

func newKnown() *known { return &known{NewRows(), map[string]answer{}} }

func every(*Table) bool { return true }

func isMaster(t *Table) bool { return t.Master }

// NewSnapshot gives a snapshot in which nothing is known yet.
func NewSnapshot() *Snapshot { return &Snapshot{masters: newKnown(), base: newKnown()} }

// Fresh gives a snapshot that knows the masters that s has loaded, and nothing else.
func (s *Snapshot) Fresh() *Snapshot {
	ofMaster := func(signature string) bool { return Tables[signature[1]].Master && signature[0] != 't' }
	news := false
	for sig := range s.base.asked {
		news = news || ofMaster(sig)
	}
	if !news {
		return &Snapshot{masters: s.masters, base: newKnown()}
	}
	all := newKnown()
	for _, k := range []*known{s.masters, s.base} {
		all.rows.under(k.rows, isMaster)
		maps.Copy(all.asked, k.asked)
	}
	maps.DeleteFunc(all.asked, func(sig string, _ answer) bool { return !ofMaster(sig) })
	return &Snapshot{masters: all, base: newKnown()}
}

// Absorb adds the answer to a need to what is known. The answer must be of the same state of the store as those before it.
func (s *Snapshot) Absorb(n Need, loaded *Rows) {
	base := s.base
	base.rows.under(loaded, every)
	for _, k := range n.Keys {
		base.asked[k.signature()] = answer{all: true}
	}
	for _, l := range n.Lists {
		edge, cut := loaded.cuts[l.cut()]
		base.learn(l, answer{all: !cut, cover: l.Cover, edge: edge})
	}
	for _, t := range n.Totals {
		base.rows.SetTotal(t, loaded.totals[t.signature()])
		base.asked[t.signature()] = answer{all: true}
	}
}

// learn keeps the answer that reaches farther.
func (k *known) learn(l List, a answer) {
	sig := l.signature()
	old, again := k.asked[sig]
	if again && (old.all || !a.all && a.cover.Cmp(old.cover) <= 0) {
		return
	}
	k.asked[sig] = a
}

// With gives the snapshot that the next command sees after these changes. It leaves s as it was: levels are never written
// to again, and small ones are merged so that few remain.
func (s *Snapshot) With(c *Changes) *Snapshot {
	top := level{NewRows(), len(c.Writes) + 1}
	top.rows.Apply(c)
	over := slices.Clone(s.over)
	for len(over) > 0 && over[len(over)-1].size <= top.size {
		below := over[len(over)-1]
		over = over[:len(over)-1]
		top.rows.under(below.rows, every)
		top.size += below.size
	}
	return &Snapshot{masters: s.masters, base: s.base, over: append(over, top)}
}

// Get gives the row of a key. seen is false when the key has not been loaded yet; the row is nil when there is none.
func (s *Snapshot) Get(k Key) (row any, seen bool) {
	for i := len(s.over) - 1; i >= 0; i-- {
		if row, ok := s.over[i].rows.get(k); ok {
			return row, true
		}
	}
	for _, from := range []*known{s.base, s.masters} {
		if row, ok := from.rows.get(k); ok {
			return row, true
		}
	}
	_, seen = s.asked(k.signature())
	return nil, seen
}

func (s *Snapshot) asked(signature string) (answer, bool) {
	if a, ok := s.base.asked[signature]; ok {
		return a, true
	}
	a, ok := s.masters.asked[signature]
	return a, ok
}

// List gives the rows of a list, oldest first (newest first if asked so). seen is false when they have not been loaded, or not enough of them to
// cover the quantity asked for.
func (s *Snapshot) List(l List) (rows []any, seen bool) {
	a, asked := s.asked(l.signature())
	if !asked {
		return nil, false
	}
	run := mergeRuns(s.masters.rows.run(l), s.base.rows.run(l))
	for _, over := range s.over {
		run = mergeRuns(run, over.rows.run(l))
	}
	var sum uom.Quantity
	for i := range run {
		e := run[i]
		if l.Newest {
			e = run[len(run)-1-i]
		}
		if !a.all && (l.Newest && e.order < a.edge || !l.Newest && e.order > a.edge) {
			break // rows that nobody has loaded may lie before this one
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
	return rows, a.all
}

// Wider is the list to load when List had too few rows: it must reach past the loaded rows that earlier commands of the batch have used up.
func (s *Snapshot) Wider(l List) List {
	if a, ok := s.asked(l.signature()); ok && !a.all && !l.Cover.IsZero() {
		l.Cover = l.Cover.Add(a.cover)
	}
	return l
}

// Total gives the sums of a total, with those of the overlay added.
func (s *Snapshot) Total(t Total) (rows []TotalRow, seen bool) {
	if _, seen = s.asked(t.signature()); !seen {
		return nil, false
	}
	rows = s.base.rows.totals[t.signature()]
	for _, over := range s.over {
		rows = addTotals(rows, SumRows(t, over.rows.All(t.Kind)))
	}
	return rows, true
}

// Changed says whether the snapshot holds changes of earlier commands of a batch.
func (s *Snapshot) Changed() bool { return len(s.over) > 0 }

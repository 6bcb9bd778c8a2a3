package storage

import "github.com/ledgermill/ledgermill/inventory/uom"

// Snapshot is what a command sees: rows that were loaded, and over them the changes of the commands before it. A snapshot knows what was asked for, so
// that "there is none" can be told from "not looked at yet". One goroutine uses it at a time, and those made of it by Fresh.
type Snapshot struct {
	rows    Rows
	changes []*Changes
	recast  bool
}

// NewSnapshot gives a snapshot in which nothing is known yet.
func NewSnapshot() *Snapshot { return &Snapshot{} }

// Fresh gives a snapshot that shares the masters that s knows, and knows nothing else.
func (s *Snapshot) Fresh() *Snapshot {
	f := NewSnapshot()
	for k := range Tables {
		if Tables[k].Master {
			f.rows.tables[k] = s.rows.table(Kind(k))
		}
	}
	return f
}

// Absorb adds the answer to a need to what is known. The answer must be of the same state of the store as those before it, and is used up.
func (s *Snapshot) Absorb(n Need, loaded *Rows) {
	for k, from := range loaded.tables {
		switch to := s.rows.tables[k]; {
		case from == nil:
		case to == nil:
			s.rows.tables[k] = from
		default:
			for e := range from.indexes[0].from(spot{}) {
				to.learn(e.key, e.row)
			}
		}
	}
	var buf [96]byte
	for _, k := range n.Keys {
		x, key := s.rows.table(k.Kind), appendKeys(buf[:0], k.Values)
		if _, ok := x.get(key); !ok {
			x.put(string(key), nil)
		}
	}
	for _, l := range n.Lists {
		a := answer{all: true}
		if edge, cut := loaded.cuts[l.cut()]; cut {
			a = answer{cover: l.Cover, edge: edge}
		}
		s.rows.table(l.Kind).answered(l, a)
	}
	for _, t := range n.Totals {
		s.rows.SetTotal(t, loaded.totals[t.signature()])
	}
}

// learn takes a loaded row, if nothing is known of it yet: what commands have written counts.
func (x *known) learn(key string, row any) {
	if _, found := find(x.indexes[0], key); !found {
		x.put(key, row)
	}
}

// answered keeps the answer that reaches farther.
func (x *known) answered(l List, a answer) {
	if x.whole == nil {
		x.whole, x.cut = map[string]string{}, map[string]answer{}
	}
	var buf [96]byte
	if !a.all {
		name := l.appendName(buf[:0])
		if old, again := x.cut[string(name)]; !again || a.cover.Cmp(old.cover) > 0 {
			x.cut[string(name)] = a
		}
		return
	}
	name, from := l.appendBase(buf[:0]), l.from()
	if old, again := x.whole[string(name)]; !again || from < old {
		x.whole[string(name)] = from
	}
}

// Lay lays changes over what is known: the next command sees them.
func (s *Snapshot) Lay(c *Changes) {
	s.changes = append(s.changes, c)
	head := c.Head
	s.rows.Put(Heads, &head)
	for _, w := range c.Writes {
		t := &Tables[w.Kind]
		s.recast = s.recast || t.Master
		s.rows.table(w.Kind).put(t.key(0, w.Row()), w.New)
	}
}

// Changed says whether the snapshot holds changes of earlier commands of a batch.
func (s *Snapshot) Changed() bool { return len(s.changes) > 0 }

// Recast says whether there are masters among the changes. The snapshots that share its masters see them too: unless they are stored, none of these can be used any more.
func (s *Snapshot) Recast() bool { return s.recast }

// Get gives the row of a key. seen is false when the key has not been loaded yet; the row is nil when there is none.
func (s *Snapshot) Get(k Key) (row any, seen bool) {
	x := s.rows.tables[k.Kind]
	if x == nil {
		return nil, false
	}
	var buf [96]byte
	return x.get(appendKeys(buf[:0], k.Values))
}

func (s *Snapshot) answer(l List) (answer, bool) {
	x := s.rows.tables[l.Kind]
	if x == nil {
		return answer{}, false
	}
	var buf [96]byte
	if from, ok := x.whole[string(l.appendBase(buf[:0]))]; ok && (from == "" || from <= l.from()) {
		return answer{all: true}, true
	}
	a, ok := x.cut[string(l.appendName(buf[:0]))]
	return a, ok
}

// List gives the rows of a list, oldest first (newest first if asked so). seen is false when they have not been loaded, or not enough of them to
// cover the quantity asked for.
func (s *Snapshot) List(l List) (rows []any, seen bool) {
	a, asked := s.answer(l)
	if !asked {
		return nil, false
	}
	x := s.rows.tables[l.Kind]
	var sum uom.Quantity
	for e := range x.run(l) {
		if !a.all && (l.Newest && e.key < a.edge || !l.Newest && e.key > a.edge) {
			break // rows that nobody has loaded may lie before this one
		}
		if e.row == nil {
			continue
		}
		rows = append(rows, e.row)
		if !l.Cover.IsZero() {
			if sum = sum.Add(x.table.covered(e.row)); sum.Cmp(l.Cover) >= 0 {
				return rows, true
			}
		}
	}
	return rows, a.all
}

// Wider is the list to load when List had too few rows: it must reach past the loaded rows that earlier commands of the batch have used up.
func (s *Snapshot) Wider(l List) List {
	if a, ok := s.answer(l); ok && !a.all && !l.Cover.IsZero() {
		l.Cover = l.Cover.Add(a.cover)
	}
	return l
}

// Total gives the sums of a total, with those of the changes added.
func (s *Snapshot) Total(t Total) (rows []TotalRow, seen bool) {
	loaded, seen := s.rows.totals[t.signature()]
	if !seen || !s.Changed() {
		return loaded, seen
	}
	all := t
	all.Open = false
	changed := func(row func(Write) any) []TotalRow {
		return SumRows(all, func(yield func(any) bool) {
			for _, c := range s.changes {
				for _, w := range c.Writes {
					if r := row(w); w.Kind == t.Kind && r != nil && !yield(r) {
						return
					}
				}
			}
		})
	}
	return addTotals(t, loaded, changed(func(w Write) any { return w.New }), changed(func(w Write) any { return w.Old })), true
}

package storage

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// Key names one row by the values of its key columns.
type Key struct {
	Kind   Kind
	Values []any
}

// List names the rows that share the values of an index's first columns, in the index's order. With Cover it ends
// with the row at which the table's cover column adds up to that quantity, so that the cost of asking does not grow with what lies behind.
// With From it begins with the rows whose next column of the index is not below that value: what a stream did from a day on.
type List struct {
	Kind   Kind
	Index  int
	Values []any
	From   any // nil: from the first row
	Cover  uom.Quantity
	Newest bool // from the other end
}

// Total asks for sums over a table: Of, added up per value of Group, over the rows up to AsOf (by column Date).
// Named columns must be columns of the table.
type Total struct {
	Kind  Kind
	Group []string
	Of    []string
	Where []Equal
	Date  string        // column compared with AsOf; empty: every row
	AsOf  calendar.Date // 0: every row
	Upto  int64         // document sequence (column doc), 0: every row
	After int64         // only rows of documents behind this one
	Open  bool          // only groups of which a sum is not zero
}

// Equal is a condition on a column.
type Equal struct {
	Column string
	Value  any
}

// TotalRow is one group of a [Total]: pointers to the group's values, typed as the columns are, and the sums in the columns' integer units.
type TotalRow struct {
	Group []any
	Sums  []int64
}

// Need is everything that one load has to answer.
type Need struct {
	Keys   []Key
	Lists  []List
	Totals []Total
}

// Empty says that nothing is asked for.
func (n *Need) Empty() bool { return len(n.Keys)+len(n.Lists)+len(n.Totals) == 0 }

// Together is one need for several commands. Of a list that some of them want covered it asks for as much as they take one after the other; of one that they
// want from days of their own, from the earliest on.
func Together(needs []Need) Need {
	var out Need
	keys, lists, totals := map[string]bool{}, map[string]int{}, map[string]bool{}
	var buf []byte
	for _, n := range needs {
		for _, k := range n.Keys {
			if buf = k.AppendName(buf[:0]); !keys[string(buf)] {
				keys[string(buf)] = true
				out.Keys = append(out.Keys, k)
			}
		}
		for _, l := range n.Lists {
			buf = l.appendBase(append(buf[:0], byte(l.Kind)))
			if from := l.from(); from != "" {
				if buf = append(buf, '>'); !l.Cover.IsZero() {
					buf = append(buf, from...)
				}
			}
			i, there := lists[string(buf)]
			switch {
			case !there:
				lists[string(buf)] = len(out.Lists)
				out.Lists = append(out.Lists, l)
			case l.Cover.IsZero() || out.Lists[i].Cover.IsZero():
				if out.Lists[i].Cover = (uom.Quantity{}); l.from() < out.Lists[i].from() {
					out.Lists[i].From = l.From
				}
			default:
				out.Lists[i].Cover = out.Lists[i].Cover.Add(l.Cover)
			}
		}
		for _, t := range n.Totals {
			if s := t.signature(); !totals[s] {
				totals[s] = true
				out.Totals = append(out.Totals, t)
			}
		}
	}
	return out
}

// appendName adds a name that lists with the same answer share, whatever their cover.
func (l List) appendName(b []byte) []byte {
	b = l.appendBase(b)
	if l.From != nil {
		b = append(append(b, '>'), l.from()...)
	}
	return b
}

// appendBase adds a name that lists share which differ in where they begin and how far they go.
func (l List) appendBase(b []byte) []byte {
	newest := byte(0)
	if l.Newest {
		newest = 1
	}
	return appendKeys(append(b, byte(l.Index), newest), l.Values)
}

// from is where a list begins, as keys sort; empty: with the first row.
func (l List) from() string {
	if l.From == nil {
		return ""
	}
	var buf [32]byte
	return string(appendKey(buf[:0], l.From))
}

// cut names a list with its cover: where its answer ended is kept under this name.
func (l List) cut() string { return string(appendKey(l.appendName([]byte{byte(l.Kind)}), l.Cover)) }

// span is the keys of a list: they begin with the first n bytes of low, and are not below it.
func (l List) span(b []byte) (low []byte, n int) {
	low = appendKeys(b, l.Values)
	if n = len(low); l.From != nil {
		low = appendKey(low, l.From)
	}
	return low, n
}

// within says whether a key lies before a span, in it or behind it.
func within[K string | []byte](key K, low []byte, n int) int {
	if c := comparePrefix(key, low[:n]); c != 0 || compare(key, low) >= 0 {
		return c
	}
	return -1
}

// comparePrefix compares as much of a key as the prefix has.
func comparePrefix[K string | []byte](key K, prefix []byte) int {
	return compare(key[:min(len(key), len(prefix))], prefix)
}

// compare makes no text of what is none.
func compare[K string | []byte](a K, b []byte) int {
	switch {
	case string(a) < string(b):
		return -1
	case string(a) > string(b):
		return 1
	}
	return 0
}

func (t Total) signature() string {
	values := []any{t.Date, t.AsOf, t.Upto, t.After, t.Open}
	for _, g := range t.Group {
		values = append(values, g)
	}
	values = append(values, "|")
	for _, o := range t.Of {
		values = append(values, o)
	}
	for _, w := range t.Where {
		values = append(values, w.Column, w.Value)
	}
	return string(appendKeys([]byte{byte(t.Kind)}, values))
}

package storage

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sort"
)

// rowIndex holds the rows of one table in one order: runs of rows that share the bound columns, each sorted by the others.
type rowIndex struct {
	runs   map[string][]entry
	names  []string // of runs, sorted; may hold some that are gone
	fresh  []string // names not yet among them
	listed bool     // names are kept since the first scan
}

// entry is one row in a run. A nil row marks a deletion that hides what lies below.
type entry struct {
	order string
	row   any
}

func find(run []entry, order string) (int, bool) {
	if n := len(run); n == 0 || run[n-1].order < order { // facts come in order
		return n, false
	}
	return slices.BinarySearchFunc(run, order, func(e entry, o string) int { return cmp.Compare(e.order, o) })
}

func (x *rowIndex) get(p place) (row any, ok bool) {
	run := x.runs[p.eq]
	if i, found := find(run, p.order); found {
		return run[i].row, true
	}
	return nil, false
}

func (x *rowIndex) set(eq string, run []entry) {
	if _, there := x.runs[eq]; !there && x.listed {
		x.name(eq)
	}
	x.runs[eq] = run
}

func (x *rowIndex) put(eq, order string, row any) {
	run := x.runs[eq]
	i, found := find(run, order)
	if found {
		run[i].row = row
		return
	}
	x.set(eq, slices.Insert(run, i, entry{order, row}))
}

func (x *rowIndex) name(eq string) {
	if n := len(x.names); len(x.fresh) == 0 && n > 0 && x.names[n-1] < eq {
		x.names = append(x.names, eq)
		return
	}
	x.fresh = append(x.fresh, eq)
}

// remove forgets an entry.
func (x *rowIndex) remove(eq, order string) {
	run := x.runs[eq]
	i, found := find(run, order)
	switch {
	case !found:
		return
	case len(run) == 1:
		delete(x.runs, eq)
	case i == 0: // the oldest goes first, as a rule: no copying
		run[0] = entry{}
		x.runs[eq] = run[1:]
	default:
		x.runs[eq] = slices.Delete(run, i, i+1)
	}
}

// sorted gives the names of all runs in order; some may be gone.
func (x *rowIndex) sorted() []string {
	switch {
	case !x.listed:
		x.names, x.listed = slices.Sorted(maps.Keys(x.runs)), true
	case len(x.fresh) > 0 || len(x.names) > 2*len(x.runs)+64:
		x.names = slices.DeleteFunc(append(x.names, x.fresh...), func(name string) bool {
			_, there := x.runs[name]
			return !there
		})
		x.fresh = nil
		slices.Sort(x.names)
		x.names = slices.Compact(x.names)
	}
	return x.names
}

// from yields keys and rows in order, from the first key that is not before start.
func (x *rowIndex) from(start string) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		names := x.sorted()
		first := sort.SearchStrings(names, start)
		if first > 0 { // the run before may hold keys behind the start
			first--
		}
		for _, name := range names[first:] {
			run := x.runs[name]
			i := 0
			if name < start {
				i = sort.Search(len(run), func(i int) bool { return name+run[i].order >= start })
			}
			for _, e := range run[i:] {
				if e.row != nil && !yield(name+e.order, e.row) {
					return
				}
			}
		}
	}
}

// mergeRuns joins two runs in order; where both have an entry the newer counts. It writes to neither.
func mergeRuns(older, newer []entry) []entry {
	if len(older) == 0 {
		return newer
	}
	if len(newer) == 0 {
		return older
	}
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

package storage

import (
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
)

// Kind names a table. Its value is the table's place in [Tables].
type Kind uint8

// Table describes the rows of one kind. Every table of a database leads its key with the company, which is not among the columns here.
type Table struct {
	Kind    Kind
	Name    string
	Fact    bool     // rows are inserted once and never change
	Master  bool     // changes seldom and is cached; a change raises the head's catalog version
	Columns []string // in the order of Fields
	Keys    int      // the first Keys columns are the primary key
	Indexes []Index  // Indexes[0] is the primary key's own order
	Cover   int      // the column that a covering query adds up; -1: none
	Version int      // the column that counts a record's versions; -1: a fact
	Quiet   []string // columns that differ between equal books: left out of the digest
	New     func() any
	fields  func(f []any, row any) []any
}

// Index is an order in which rows are read: those that share the values of the first Eq columns, sorted by the others.
type Index struct {
	Columns []int
	Eq      int
}

// Column gives the position of a column by name, -1 if there is none.
func (t *Table) Column(name string) int {
	for i, c := range t.Columns {
		if c == name {
			return i
		}
	}
	return -1
}

type option func(*Table)

// define describes a table from a line of text: key columns, a bar, the other columns.
func define[T any](name, columns string, eq int, fields func(f []any, r *T) []any, opts ...option) Table {
	keys, rest, _ := strings.Cut(columns, "|")
	t := Table{Name: name, Cover: -1, Version: -1, Fact: true}
	t.Columns = strings.Fields(keys)
	t.Keys = len(t.Columns)
	t.Columns = append(t.Columns, strings.Fields(rest)...)
	t.New = func() any { return new(T) }
	t.fields = func(f []any, row any) []any { return fields(f, row.(*T)) }
	primary := Index{Eq: eq}
	for i := range t.Keys {
		primary.Columns = append(primary.Columns, i)
	}
	t.Indexes = []Index{primary}
	if v := t.Column("version"); v >= 0 {
		t.Fact, t.Version = false, v
	}
	for _, o := range opts {
		o(&t)
	}
	return t
}

func master(t *Table) { t.Master = true }

// by adds an index: the columns before the bar are bound by a query, those after it sort.
func by(columns string) option {
	return func(t *Table) {
		eq, order, _ := strings.Cut(columns, "|")
		ix := Index{Eq: len(strings.Fields(eq))}
		for _, c := range append(strings.Fields(eq), strings.Fields(order)...) {
			ix.Columns = append(ix.Columns, t.Column(c))
		}
		for i := range t.Keys { // the key makes every index unique and its order total
			ix.Columns = appendMissing(ix.Columns, i)
		}
		t.Indexes = append(t.Indexes, ix)
	}
}

func cover(column string) option { return func(t *Table) { t.Cover = t.Column(column) } }

func quiet(columns string) option { return func(t *Table) { t.Quiet = strings.Fields(columns) } }

func appendMissing(list []int, v int) []int {
	for _, x := range list {
		if x == v {
			return list
		}
	}
	return append(list, v)
}

// covered is the quantity that a row adds to a covering query.
func (t *Table) covered(row any) uom.Quantity {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.fields = t.AppendFields(s.fields[:0], row)
	return *s.fields[t.Cover].(*uom.Quantity)
}

// version is the version of a record, 0 of a fact.
func (t *Table) version(row any) int64 {
	if t.Version < 0 {
		return 0
	}
	return *t.Fields(row)[t.Version].(*int64)
}

// Bump raises the version of a record.
func Bump(k Kind, row any) {
	t := &Tables[k]
	*t.Fields(row)[t.Version].(*int64)++
}

// Fields gives pointers to the fields of a row, in column order.
func (t *Table) Fields(row any) []any { return t.AppendFields(make([]any, 0, len(t.Columns)), row) }

// AppendFields is Fields for a caller who has a slice to use again.
func (t *Table) AppendFields(f []any, row any) []any { return t.fields(f, row) }

package postgres

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ledgermill/ledgermill/storage"
)

// table is a table of package storage with its columns as PostgreSQL knows them.
type table struct {
	*storage.Table
	columns []column // as the descriptor's
	own     int      // the first column that is not the company
}

var tables = func() (list [len(storage.Tables)]*table) {
	for k := range storage.Tables {
		t := &table{Table: &storage.Tables[k]}
		for i, f := range t.Fields(t.New()) {
			t.columns = append(t.columns, columnOf(t.Columns[i], f))
		}
		if t.Columns[0] == "company" { // the head: its company is the company
			t.own = 1
		}
		list[k] = t
	}
	return list
}()

// column gives a column by its name: names come into statements from here only.
func (t *table) column(name string) (column, error) {
	if i := t.Column(name); i >= 0 {
		return t.columns[i], nil
	}
	return column{}, fmt.Errorf("postgres: table %s has no column %q", t.Name, name)
}

// key gives the columns of the primary key behind the company.
func (t *table) key() []column { return t.columns[t.own:t.Keys] }

// order gives the columns of an index behind the company.
func (t *table) order(index int) (columns []column) {
	for _, c := range t.Indexes[index].Columns {
		if c >= t.own {
			columns = append(columns, t.columns[c])
		}
	}
	return columns
}

// names lists columns: prefix and name of each, with a separator.
func names(columns []column, prefix, separator string) string {
	var b strings.Builder
	for i, c := range columns {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(prefix + c.name)
	}
	return b.String()
}

// equal compares columns of t with those of another relation of the query.
func equal(columns []column, with string) string {
	var b strings.Builder
	for _, c := range columns {
		b.WriteString(" AND t." + c.name + " = " + with + "." + c.name)
	}
	return b.String()
}

// parameters names so many parameters in a row, from number first on.
func parameters(first, count int) string {
	var b strings.Builder
	for i := range count {
		b.WriteString(", $" + strconv.Itoa(first+i))
	}
	return "(" + strings.TrimPrefix(b.String(), ", ") + ")"
}

// grid names the parameters of rows, from number 2 on; the first may lead each row.
func grid(lead string, rows, width int) string {
	list := make([]string, rows)
	for r := range list {
		list[r] = "(" + lead + parameters(2+r*width, width)[1:]
	}
	return strings.Join(list, ", ")
}

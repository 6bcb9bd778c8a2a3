package sqlite

import (
	"fmt"
	"strings"

	"github.com/ledgermill/ledgermill/storage"
)

// table is a table of package storage with the statements that need only its name.
type table struct {
	*storage.Table
	names  []string // columns, the company first
	insert string   // up to the rows
	row    string   // the parameters of one row
	sel    []string // by index, up to and with the company's condition
	key    string   // conditions on the rest of the key
	update string
	delete string
}

var tables = func() (list [len(storage.Tables)]*table) {
	for k := range storage.Tables {
		list[k] = newTable(&storage.Tables[k])
	}
	return list
}()

func newTable(def *storage.Table) *table {
	t := &table{Table: def}
	own := def.Columns
	if own[0] == "company" { // the head: its company is the company
		own = own[1:]
	}
	t.names = append([]string{"company"}, own...)
	t.insert = "INSERT INTO " + t.Name + " (" + strings.Join(t.names, ", ") + ") VALUES "
	t.row = "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.names)), ", ") + ")"
	for i, ix := range t.Indexes {
		// SQLite is told which index to read: without statistics it takes the one whose order is asked for, and reads all of the table.
		by := ""
		if i > 0 {
			by = " INDEXED BY " + t.Name + "_by_" + strings.Join(t.columnsOf(i)[:ix.Eq], "_")
		}
		t.sel = append(t.sel, "SELECT "+strings.Join(t.Columns, ", ")+" FROM "+t.Name+by+" WHERE company = ?")
	}
	version := ""
	if t.Version >= 0 {
		version = " AND version = ?"
	}
	for _, c := range def.Columns[:def.Keys] {
		if c != "company" {
			t.key += " AND " + c + " = ?"
		}
	}
	t.update = "UPDATE " + t.Name + " SET " + strings.Join(def.Columns[def.Keys:], " = ?, ") + " = ? WHERE company = ?" + t.key + version
	t.delete = "DELETE FROM " + t.Name + " WHERE company = ?" + t.key + version
	return t
}

// column gives the name of a column if the table has it: names come into statements from here only.
func (t *table) column(name string) (string, error) {
	if i := t.Column(name); i >= 0 {
		return t.Columns[i], nil
	}
	return "", fmt.Errorf("sqlite: table %s has no column %q", t.Name, name)
}

// columnsOf gives the names of an index's columns, without the company.
func (t *table) columnsOf(index int) []string {
	var out []string
	for _, c := range t.Indexes[index].Columns {
		if t.Columns[c] != "company" {
			out = append(out, t.Columns[c])
		}
	}
	return out
}

// beyond compares the first columns of an index, together, with as many values.
func beyond(columns []string, n int, operator string) string {
	if n == 1 {
		return " AND " + columns[0] + " " + operator + " ?"
	}
	return " AND (" + strings.Join(columns[:n], ", ") + ") " + operator + " (" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")"
}

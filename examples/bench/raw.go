package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/storage"
)

// recorder is a store that remembers what was written to it, transaction by transaction.
type recorder struct {
	storage.Store
	applied []*storage.Changes
}

func (r *recorder) Apply(ctx context.Context, company string, c *storage.Changes) error {
	err := r.Store.Apply(ctx, company, c)
	if err == nil {
		r.applied = append(r.applied, c)
	}
	return err
}

// last is the number of the last document.
func (r *recorder) last() int64 { return r.applied[len(r.applied)-1].Head.Seq }

// statement is one of SQL with its arguments.
type statement struct {
	sql  string
	args []any
}

// dialect is how a database writes a parameter, and a field as an argument.
type dialect struct {
	parameter func(n int) string
	plain     func(field any) any
}

// rawRows is the most rows in one statement.
const rawRows = 64

// statements turn changes into statements: new rows of a table many at a time, then the records that changed.
func statements(c *storage.Changes, d dialect) (out []statement) {
	if c.Was.Seq == 0 {
		out = []statement{insert(storage.Heads, []any{&c.Head}, c.Head.Company, d)}
	} else {
		out = append(out, update(storage.Heads, &c.Head, c.Head.Company, d))
	}
	for k := range storage.Tables {
		var fresh []any
		for _, w := range c.Writes {
			if int(w.Kind) == k && w.Old == nil {
				fresh = append(fresh, w.New)
			}
		}
		for ; len(fresh) > 0; fresh = fresh[min(rawRows, len(fresh)):] {
			out = append(out, insert(storage.Kind(k), fresh[:min(rawRows, len(fresh))], c.Head.Company, d))
		}
		out = append(out, changed(c, storage.Kind(k), d)...)
	}
	return out
}

// changed are the statements of a table's records that were there before.
func changed(c *storage.Changes, k storage.Kind, d dialect) (out []statement) {
	for _, w := range c.Writes {
		if w.Kind == k && w.Old != nil && w.New != nil {
			out = append(out, update(k, w.New, c.Head.Company, d))
		}
		if w.Kind == k && w.New == nil {
			out = append(out, remove(k, w.Old, c.Head.Company, d))
		}
	}
	return out
}

// own are the columns of a row beside the company, with their values; keys says how many of them are of the key.
func (d dialect) own(k storage.Kind, row any) (columns []string, values []any, keys int) {
	t := &storage.Tables[k]
	columns, keys = t.Columns, t.Keys
	for _, f := range t.Fields(row) {
		values = append(values, d.plain(f))
	}
	if columns[0] == "company" {
		columns, values, keys = columns[1:], values[1:], keys-1
	}
	return columns, values, keys
}

func insert(k storage.Kind, rows []any, company string, d dialect) (s statement) {
	var groups []string
	var names []string
	for _, row := range rows {
		columns, values, _ := d.own(k, row)
		names = columns
		var marks []string
		for _, v := range append([]any{company}, values...) {
			s.args = append(s.args, v)
			marks = append(marks, d.parameter(len(s.args)))
		}
		groups = append(groups, "("+strings.Join(marks, ", ")+")")
	}
	s.sql = "INSERT INTO " + storage.Tables[k].Name + " (company, " + strings.Join(names, ", ") + ") VALUES " + strings.Join(groups, ", ")
	return s
}

func update(k storage.Kind, row any, company string, d dialect) (s statement) {
	columns, values, keys := d.own(k, row)
	var sets []string
	for i, c := range columns[keys:] {
		s.args = append(s.args, values[keys+i])
		sets = append(sets, c+" = "+d.parameter(len(s.args)))
	}
	s.sql = "UPDATE " + storage.Tables[k].Name + " SET " + strings.Join(sets, ", ")
	s.where(columns[:keys], values[:keys], company, d)
	return s
}

func remove(k storage.Kind, row any, company string, d dialect) statement {
	columns, values, keys := d.own(k, row)
	s := statement{sql: "DELETE FROM " + storage.Tables[k].Name}
	s.where(columns[:keys], values[:keys], company, d)
	return s
}

func (s *statement) where(columns []string, values []any, company string, d dialect) {
	s.args = append(s.args, company)
	s.sql += " WHERE company = " + d.parameter(len(s.args))
	for i, c := range columns {
		s.args = append(s.args, values[i])
		s.sql += " AND " + c + " = " + d.parameter(len(s.args))
	}
}

// plain gives a field as every database takes it: a text, a whole number or a truth.
func plain(field any) any {
	switch f := field.(type) {
	case *string:
		return *f
	case *int64:
		return *f
	case *int32:
		return int64(*f)
	case *bool:
		return *f
	case *uom.Units:
		text, _ := f.MarshalText() // was accepted with the item
		return string(text)
	}
	return fmt.Sprint(field) // an amount, a quantity, a date, a period, an instant, a decimal
}

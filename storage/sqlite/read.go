package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ledgermill/ledgermill/storage"
	codes "modernc.org/sqlite/lib"
)

// rows hands over the rows of a query that selects all columns of a table.
func (s *session) rows(ctx context.Context, t *table, query string, args []any, take func(row any) (more bool)) error {
	d := s.decoders[t]
	if d == nil {
		d = newDecoder(t)
		s.decoders[t] = d
	}
	return s.each(ctx, query, args, func(r *sql.Rows) (bool, error) {
		row, err := d.row(r)
		if err != nil {
			return false, fmt.Errorf("sqlite: table %s: %w", t.Name, err)
		}
		return take(row), nil
	})
}

// bind makes arguments: the company and the values. Of the head the company is the key, and asking for another's finds nothing.
func (t *table) bind(company string, list []any) (args []any, err error) {
	given, err := values(list)
	if err != nil {
		return nil, err
	}
	if t.Kind == storage.Heads && len(given) > 0 {
		if given[0] != company {
			return nil, nil
		}
		given = given[1:]
	}
	return append([]any{company}, given...), nil
}

func (s *session) load(ctx context.Context, company string, n storage.Need) (*storage.Rows, error) {
	out := storage.NewRows()
	for _, k := range n.Keys {
		t := tables[k.Kind]
		args, err := t.bind(company, k.Values)
		if err != nil {
			return nil, err
		}
		if args == nil {
			continue
		}
		if err := s.rows(ctx, t, t.sel[0]+t.key, args, func(row any) bool { out.Put(k.Kind, row); return false }); err != nil {
			return nil, err
		}
	}
	for _, l := range n.Lists {
		if err := s.list(ctx, company, l, out); err != nil {
			return nil, err
		}
	}
	for _, t := range n.Totals {
		rows, err := s.sum(ctx, company, t)
		if err != nil {
			return nil, err
		}
		out.SetTotal(t, rows)
	}
	return out, nil
}

// list reads the rows of a list. SQLite finds each row when it is asked for it, so a list that is covered early costs no more than it gives.
func (s *session) list(ctx context.Context, company string, l storage.List, out *storage.Rows) error {
	t := tables[l.Kind]
	args, err := t.bind(company, l.Values)
	if err != nil || args == nil {
		return err
	}
	bound := len(args) - 1
	if l.From != nil {
		from, err := value(l.From)
		if err != nil {
			return err
		}
		args = append(args, from)
	}
	return s.rows(ctx, t, t.list(l.Index, bound, l.From != nil, l.Newest), args, out.Taker(l))
}

// list gives the query of a list with so many bound columns, and perhaps a lowest value of the next one.
func (t *table) list(index, bound int, from, newest bool) string {
	var q strings.Builder
	q.WriteString(t.sel[index])
	columns := t.columnsOf(index)
	for _, c := range columns[:bound] {
		q.WriteString(" AND " + c + " = ?")
	}
	if from {
		q.WriteString(" AND " + columns[bound] + " >= ?")
	}
	order(&q, columns[bound:], newest)
	return q.String()
}

func order(q *strings.Builder, columns []string, newest bool) {
	for i, c := range columns {
		if i == 0 {
			q.WriteString(" ORDER BY " + c)
		} else {
			q.WriteString(", " + c)
		}
		if newest {
			q.WriteString(" DESC")
		}
	}
}

func (s *session) scan(ctx context.Context, company string, sc storage.Scan) (storage.Page, error) {
	t := tables[sc.Kind]
	query, args, err := t.scan(company, sc)
	if err != nil {
		return storage.Page{}, err
	}
	var page storage.Page
	more := false
	err = s.rows(ctx, t, query, args, func(row any) bool {
		more = len(page.Rows) == sc.Size()
		if !more {
			page.Rows = append(page.Rows, row)
		}
		return !more
	})
	if err == nil && more {
		page.Cursor, err = t.cursor(sc.Index, page.Rows[len(page.Rows)-1])
	}
	return page, err
}

// scan gives the query of a page and the row behind it.
func (t *table) scan(company string, sc storage.Scan) (string, []any, error) {
	columns := t.columnsOf(sc.Index)
	from, err := values(sc.From)
	operator := ">="
	if err == nil && sc.Cursor != "" {
		from, err = place(sc.Cursor)
		operator = ">"
	}
	to, errTo := values(sc.To)
	if err := errors.Join(err, errTo); err != nil {
		return "", nil, err
	}
	if len(from) > len(columns) || len(to) > len(columns) {
		return "", nil, fmt.Errorf("sqlite: a scan of %s is given more values than its index has columns", t.Name)
	}
	var q strings.Builder
	q.WriteString(t.sel[sc.Index])
	args := append([]any{company}, from...)
	if len(from) > 0 {
		q.WriteString(beyond(columns, len(from), operator))
	}
	if len(to) > 0 {
		q.WriteString(beyond(columns, len(to), "<="))
		args = append(args, to...)
	}
	order(&q, columns, false)
	q.WriteString(" LIMIT ?")
	return q.String(), append(args, sc.Size()+1), nil
}

// cursor is the place of a row in an index: the values of its columns.
func (t *table) cursor(index int, row any) (string, error) {
	fields := t.Fields(row)
	var list []any
	for _, c := range t.Indexes[index].Columns {
		v, err := value(fields[c])
		if err != nil {
			return "", err
		}
		if t.Columns[c] != "company" {
			list = append(list, v)
		}
	}
	text, err := json.Marshal(list)
	return string(text), err
}

func place(cursor string) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(cursor)))
	d.UseNumber() // a float would lose digits
	var list []any
	if err := d.Decode(&list); err != nil {
		return nil, errors.New("sqlite: this cursor is not one of this store")
	}
	for i, v := range list {
		if n, ok := v.(json.Number); ok {
			whole, err := n.Int64()
			if err != nil {
				return nil, errors.New("sqlite: this cursor is not one of this store")
			}
			list[i] = whole
		}
	}
	return list, nil
}

// sum adds up in SQLite. Where its integers do not suffice the rows are added up here, where a sum that does not fit is marked.
func (s *session) sum(ctx context.Context, company string, total storage.Total) ([]storage.TotalRow, error) {
	t := tables[total.Kind]
	where, args, err := t.where(company, total)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range append(append([]string{}, total.Group...), total.Of...) {
		name, err := t.column(c)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	group, of := names[:len(total.Group)], names[len(total.Group):]
	query := "SELECT " + strings.Join(append(append([]string{}, group...), "sum("+strings.Join(of, "), sum(")+")"), ", ") + " FROM " + t.Name + where
	having := " HAVING count(*) > 0"
	if total.Open {
		having = " HAVING sum(" + strings.Join(of, ") <> 0 OR sum(") + ") <> 0"
	}
	if len(group) > 0 {
		query += " GROUP BY " + strings.Join(group, ", ") + having + " ORDER BY " + strings.Join(group, ", ")
	} else {
		query += having
	}
	s.waits = true
	defer func() { s.waits = false }()
	out := []storage.TotalRow{}
	err = s.each(ctx, query, args, func(r *sql.Rows) (bool, error) {
		row := storage.TotalRow{Sums: make([]int64, len(of))}
		fields := t.Fields(t.New())
		var dest []any
		for _, g := range group {
			f := fields[t.Column(g)]
			row.Group = append(row.Group, f)
			dest = append(dest, &column{f})
		}
		for i := range of {
			dest = append(dest, &row.Sums[i])
		}
		out = append(out, row)
		return true, r.Scan(dest...)
	})
	if code(err) == codes.SQLITE_ERROR && strings.Contains(err.Error(), "integer overflow") {
		var all []any
		if err := s.rows(ctx, t, "SELECT "+strings.Join(t.Columns, ", ")+" FROM "+t.Name+where, args, func(row any) bool { all = append(all, row); return true }); err != nil {
			return nil, err
		}
		return storage.SumRows(total, func(yield func(any) bool) {
			for _, row := range all {
				if !yield(row) {
					return
				}
			}
		}), nil
	}
	return out, err
}

// where gives the conditions of a total.
func (t *table) where(company string, total storage.Total) (string, []any, error) {
	q, args := " WHERE company = ?", []any{company}
	add := func(column, operator string, v any) error {
		name, err := t.column(column)
		if err != nil {
			return err
		}
		x, err := value(v)
		if err != nil {
			return err
		}
		if name != "company" || x != company {
			q += " AND " + name + operator + "?"
			args = append(args, x)
		}
		return nil
	}
	for _, w := range total.Where {
		if err := add(w.Column, " = ", w.Value); err != nil {
			return "", nil, err
		}
	}
	if total.Date != "" && total.AsOf != 0 {
		if err := add(total.Date, " <= ", total.AsOf); err != nil {
			return "", nil, err
		}
	}
	if total.Upto != 0 {
		if err := add("doc", " <= ", total.Upto); err != nil {
			return "", nil, err
		}
	}
	if total.After != 0 {
		if err := add("doc", " > ", total.After); err != nil {
			return "", nil, err
		}
	}
	return q, args, nil
}

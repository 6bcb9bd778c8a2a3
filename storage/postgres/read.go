package postgres

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/ledgermill/ledgermill/storage"
)

// read makes a row of what PostgreSQL gave for all columns of a table.
func (t *table) read(values [][]byte) (any, error) {
	row := t.New()
	for i, f := range t.Fields(row) {
		if err := t.columns[i].set(f, values[i]); err != nil {
			return nil, fmt.Errorf("postgres: table %s, column %s: %w", t.Name, t.columns[i].name, err)
		}
	}
	return row, nil
}

// ours takes the company off values of the head's table, of which it is the key. Asking for another company's head finds nothing.
func (t *table) ours(company string, values []any) ([]any, bool) {
	if t.own == 0 || len(values) == 0 {
		return values, true
	}
	switch v := values[0].(type) {
	case string:
		return values[1:], v == company
	case *string:
		return values[1:], *v == company
	}
	return nil, false
}

// chunks cuts rows into the sizes for which there are statements: few sizes, so that few have to be prepared.
func chunks[T any](rows []T) iter.Seq[[]T] {
	const exact, most = 8, 64 // beyond it nothing is won
	return func(yield func([]T) bool) {
		for len(rows) > 0 {
			n := len(rows)
			if n > exact {
				for n = most; n > len(rows); {
					n /= 2
				}
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

// question gathers the keys or lists of one table and index.
type question struct {
	shape
	columns []column
	rows    [][]any
	takers  []func(row any) (more bool) // of lists that end when they are covered
}

// questions are those of one load, in the order in which they were first asked.
type questions struct {
	company string
	out     *storage.Rows
	asked   map[shape]*question
	list    []*question
}

func (q *questions) ask(s shape, columns []column, row []any) *question {
	one := q.asked[s]
	if one == nil {
		one = &question{shape: s, columns: columns}
		q.asked[s] = one
		q.list = append(q.list, one)
	}
	one.rows = append(one.rows, row)
	return one
}

func (q *questions) key(k storage.Key) {
	t := tables[k.Kind]
	if row, ours := t.ours(q.company, k.Values); ours {
		q.ask(shape{table: t, text: selectKeys}, t.key(), row)
	}
}

func (q *questions) of(l storage.List) {
	t := tables[l.Kind]
	row, ours := t.ours(q.company, l.Values)
	if !ours {
		return
	}
	s := shape{table: t, text: selectList, index: l.Index, bound: len(row), from: l.From != nil}
	columns, eq := t.order(l.Index), len(row)
	given := columns[:eq:eq]
	row = row[:len(row):len(row)]
	if l.Cover.IsZero() {
		if s.from {
			given, row = append(given, columns[eq]), append(row, l.From)
		}
		q.ask(s, given, row)
		return
	}
	s.text, s.newest = selectCover, l.Newest
	given, row = append(given, column{"nr", anInteger}, column{"wanted", aQuantity}), append(row, int32(0), l.Cover)
	if s.from {
		given, row = append(given, columns[eq]), append(row, l.From)
	}
	one := q.ask(s, given, row)
	row[eq] = int32(len(one.takers))
	one.takers = append(one.takers, q.out.Taker(l))
}

// statements asks all rows of a question.
func (one *question) statements(q *questions) (list []statement, err error) {
	t := one.table
	if len(one.columns) == 0 { // every row of the company, however often asked for
		one.rows = one.rows[:1]
	}
	for rows := range chunks(one.rows) {
		st := statement{shape: one.shape}
		st.rows = len(rows)
		if st.args, err = of(q.company); err != nil {
			return nil, err
		}
		for _, row := range rows {
			for i, c := range one.columns {
				if err := st.args.add(c, row[i]); err != nil {
					return nil, err
				}
			}
		}
		st.take = func(values [][]byte) error {
			row, err := t.read(values)
			if err == nil {
				q.out.Put(t.Kind, row)
			}
			return err
		}
		if one.text == selectCover {
			st.take = one.covering()
		}
		list = append(list, st)
	}
	return list, nil
}

// covering hands rows to the list that each belongs to, until it has enough.
func (one *question) covering() func(values [][]byte) error {
	done := make([]bool, len(one.takers))
	return func(values [][]byte) error {
		nr := binary.BigEndian.Uint32(values[0])
		row, err := one.table.read(values[1:])
		if err == nil && !done[nr] {
			done[nr] = !one.takers[nr](row)
		}
		return err
	}
}

// load gives the statements that answer a need.
func load(company string, n storage.Need, out *storage.Rows) ([]statement, error) {
	q := questions{company: company, out: out, asked: map[shape]*question{}}
	for _, k := range n.Keys {
		q.key(k)
	}
	for _, l := range n.Lists {
		q.of(l)
	}
	var all []statement
	for _, one := range q.list {
		list, err := one.statements(&q)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	for _, t := range n.Totals {
		st, err := sum(company, t, func(rows []storage.TotalRow) { out.SetTotal(t, rows) })
		if err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	return all, nil
}

// scan gives the statement of a page and the row behind it.
func scan(company string, q storage.Scan, page *storage.Page) (statement, error) {
	t := tables[q.Kind]
	columns := t.order(q.Index)
	st := statement{}
	var err error
	if st.args, err = of(company); err != nil {
		return st, err
	}
	from, ours := t.ours(company, q.From)
	to, oursTo := t.ours(company, q.To)
	if len(from) > len(columns) || len(to) > len(columns) {
		return st, fmt.Errorf("postgres: a scan of %s is given more values than its index has columns", t.Name)
	}
	var b strings.Builder
	b.WriteString("SELECT " + names(t.columns, "t.", ", ") + " FROM " + t.Name + " AS t WHERE t.company = $1")
	if !ours || !oursTo {
		b.WriteString(" AND false")
	}
	if q.Cursor == "" {
		err = st.args.beyond(&b, columns, from, ">=")
	} else {
		err = st.args.after(&b, columns, q.Cursor)
	}
	if err == nil {
		err = st.args.beyond(&b, columns, to, "<=")
	}
	if err == nil {
		err = st.args.add(column{"limit", aBigint}, int64(q.Size()+1))
	}
	if len(columns) > 0 {
		b.WriteString(" ORDER BY " + names(columns, "t.", ", "))
	}
	fmt.Fprintf(&b, " LIMIT $%d", len(st.args.values))
	st.text = b.String()
	st.take = func(values [][]byte) error {
		if len(page.Rows) == q.Size() {
			if page.Cursor == "" {
				page.Cursor, err = t.cursor(columns, page.Rows[len(page.Rows)-1])
			}
			return err
		}
		row, err := t.read(values)
		page.Rows = append(page.Rows, row)
		return err
	}
	return st, err
}

// beyond compares the first columns of an index, together, with as many values.
func (a *arguments) beyond(b *strings.Builder, columns []column, values []any, operator string) error {
	if len(values) == 0 {
		return nil
	}
	first := len(a.values) + 1
	for i, v := range values {
		if err := a.add(columns[i], v); err != nil {
			return err
		}
	}
	compare(b, columns[:len(values)], first, operator)
	return nil
}

func compare(b *strings.Builder, columns []column, first int, operator string) {
	b.WriteString(" AND (" + names(columns, "t.", ", ") + ") " + operator + " " + parameters(first, len(columns)))
}

// cursor is the place of a row in an index: the values of its columns, each led by its length.
func (t *table) cursor(columns []column, row any) (string, error) {
	fields := t.Fields(row)
	var b []byte
	for _, c := range columns {
		v, err := c.append(nil, fields[t.Column(c.name)])
		if err != nil {
			return "", err
		}
		b = append(binary.AppendUvarint(b, uint64(len(v))), v...)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

var errCursor = errors.New("postgres: this cursor is not one of this store")

// after takes the place of a cursor: the rows behind it.
func (a *arguments) after(b *strings.Builder, columns []column, cursor string) error {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return errCursor
	}
	first := len(a.values) + 1
	for _, c := range columns {
		n, size := binary.Uvarint(text)
		if size <= 0 || n > uint64(len(text)-size) {
			return errCursor
		}
		text = text[size:]
		a.values, a.oids = append(a.values, text[:n:n]), append(a.oids, kinds[c.kind].oid)
		text = text[n:]
	}
	if len(text) > 0 {
		return errCursor
	}
	compare(b, columns, first, ">")
	return nil
}

// sum gives the statement of a total. PostgreSQL's sums have no bound: one that does not fit is marked here.
func sum(company string, total storage.Total, answer func([]storage.TotalRow)) (statement, error) {
	t := tables[total.Kind]
	group, of, err := t.named(total)
	if err != nil {
		return statement{}, err
	}
	st, where, err := t.where(company, total)
	if err != nil {
		return statement{}, err
	}
	var b strings.Builder
	b.WriteString("SELECT " + names(group, "", ", "))
	for i, c := range of {
		if i+len(group) > 0 {
			b.WriteString(", ")
		}
		b.WriteString("sum(" + c.name + ")::numeric")
	}
	b.WriteString(" FROM " + t.Name + where)
	having := " HAVING count(*) > 0"
	if total.Open {
		having = " HAVING sum(" + names(of, "", ") <> 0 OR sum(") + ") <> 0"
	}
	if len(group) > 0 {
		b.WriteString(" GROUP BY " + names(group, "", ", ") + having + " ORDER BY " + names(group, "", ", "))
	} else {
		b.WriteString(having)
	}
	st.text = b.String()
	rows := []storage.TotalRow{}
	answer(rows)
	st.take = func(values [][]byte) error {
		row := storage.TotalRow{Sums: make([]int64, len(of))}
		fields := t.Fields(t.New())
		for i, c := range group {
			f := fields[t.Column(c.name)]
			if err := c.set(f, values[i]); err != nil {
				return err
			}
			row.Group = append(row.Group, f)
		}
		for i, c := range of {
			row.Sums[i] = numeric(values[len(group)+i], scales[c.kind])
		}
		rows = append(rows, row)
		answer(rows)
		return nil
	}
	return st, nil
}

var scales = map[kind]int{anAmount: amountScale, aQuantity: measureScale}

// named gives the columns of a total.
func (t *table) named(total storage.Total) (group, of []column, err error) {
	for _, name := range total.Group {
		c, err := t.column(name)
		if err != nil {
			return nil, nil, err
		}
		group = append(group, c)
	}
	for _, name := range total.Of {
		c, err := t.column(name)
		if err != nil {
			return nil, nil, err
		}
		of = append(of, c)
	}
	return group, of, nil
}

// where gives the conditions of a total.
func (t *table) where(company string, total storage.Total) (st statement, where string, err error) {
	where = " WHERE company = $1"
	if st.args, err = of(company); err != nil {
		return st, "", err
	}
	and := func(name, operator string, v any) error {
		c, err := t.column(name)
		if err == nil {
			err = st.args.add(c, v)
			where += fmt.Sprintf(" AND %s %s $%d", c.name, operator, len(st.args.values))
		}
		return err
	}
	for _, w := range total.Where {
		if err := and(w.Column, "=", w.Value); err != nil {
			return st, "", err
		}
	}
	if total.Date != "" && total.AsOf != 0 {
		if err := and(total.Date, "<=", total.AsOf); err != nil {
			return st, "", err
		}
	}
	if total.Upto != 0 {
		if err := and("doc", "<=", total.Upto); err != nil {
			return st, "", err
		}
	}
	if total.After != 0 {
		if err := and("doc", ">", total.After); err != nil {
			return st, "", err
		}
	}
	return st, where, nil
}

// loading puts statements into one transaction, if they are several, so that all of them see one state.
func loading(list []statement) []statement {
	if len(list) < 2 {
		return list
	}
	begin := statement{shape: shape{text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}}
	return append(append([]statement{begin}, list...), statement{shape: shape{text: "COMMIT"}})
}

func (s *session) scan(ctx context.Context, company string, q storage.Scan) (page storage.Page, err error) {
	st, err := scan(company, q, &page)
	if err == nil {
		err = s.run(ctx, []statement{st})
	}
	return page, err
}

func (s *session) sum(ctx context.Context, company string, t storage.Total) (rows []storage.TotalRow, err error) {
	st, err := sum(company, t, func(all []storage.TotalRow) { rows = all })
	if err == nil {
		err = s.run(ctx, []statement{st})
	}
	return rows, err
}

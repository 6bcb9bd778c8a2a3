package postgres

import (
	"fmt"
	"strings"
)

// The questions whose text is written when they are first asked; the text of any other is its shape's.
const (
	moveHead    = "head"
	insertRows  = "insert"
	updateRows  = "update"
	deleteRows  = "delete"
	selectList  = "list"  // rows that share the bound columns of an index
	selectKeys  = "keys"  // rows by their primary keys
	selectCover = "cover" // rows of a list until they cover a quantity
)

// sql gives the text of a statement.
func (s shape) sql() string {
	t := s.table
	switch s.text {
	case moveHead:
		own := t.columns[t.own:]
		return "WITH done AS (UPDATE " + t.Name + " SET (" + names(own, "", ", ") + ") = " + parameters(2, len(own)) + " WHERE company = $1 AND (" + names(own, "", ", ") + ") = " + parameters(2+len(own), len(own)) + " RETURNING 1) " + t.all(1)
	case insertRows:
		return "INSERT INTO " + t.Name + " (company, " + names(t.columns[t.own:], "", ", ") + ") VALUES " + grid("$1, ", s.rows, len(t.columns)-t.own)
	case updateRows:
		return t.update(s.rows)
	case deleteRows:
		return t.remove(s.rows)
	case selectKeys:
		return t.match(t.key(), nil, "", s.rows)
	case selectList:
		columns := t.order(s.index)
		given, lowest := columns[:s.bound:s.bound], ""
		if s.from {
			given = append(given, column{"lowest", columns[s.bound].kind})
			lowest = " AND t." + columns[s.bound].name + " >= k.lowest"
		}
		return t.match(given, columns[s.bound:], lowest, s.rows)
	case selectCover:
		return t.cover(s)
	}
	return s.text
}

// was is the version that was seen, where the table counts versions.
func (t *table) was() []column {
	if t.Version < 0 {
		return nil
	}
	return []column{{"was", aBigint}}
}

// update replaces rows of the version that was seen, all or none of them.
func (t *table) update(rows int) string {
	given := append(append([]column{}, t.columns[t.own:]...), t.was()...)
	set := make([]string, 0, len(t.columns))
	for _, c := range t.columns[t.Keys:] {
		set = append(set, c.name+" = n."+c.name)
	}
	return "WITH done AS (UPDATE " + t.Name + " AS t SET " + strings.Join(set, ", ") + " FROM " + t.found(given, rows) + " WHERE t.ctid = n.place RETURNING 1) " + t.all(rows)
}

func (t *table) remove(rows int) string {
	given := append(append([]column{}, t.key()...), t.was()...)
	return "WITH done AS (DELETE FROM " + t.Name + " AS t USING " + t.found(given, rows) + " WHERE t.ctid = n.place RETURNING 1) " + t.all(rows)
}

// found gives rows with the places of those that they replace. They are looked up by their keys one by one, whatever PostgreSQL knows or does not know yet
// of the table: OFFSET 0 keeps it from turning the question round. Nobody moves them, because the head is held.
func (t *table) found(given []column, rows int) string {
	version := ""
	if t.Version >= 0 {
		version = " AND t.version = v.was"
	}
	return "(SELECT f.ctid AS place, v.* FROM (VALUES " + grid("", rows, len(given)) + ") AS v (" + names(given, "", ", ") + ") CROSS JOIN LATERAL (SELECT t.ctid FROM " + t.Name +
		" AS t WHERE t.company = $1" + equal(t.key(), "v") + version + " OFFSET 0) AS f) AS n"
}

// all ends the transaction if fewer rows were changed than were to be.
func (t *table) all(rows int) string {
	return fmt.Sprintf("SELECT rows_are(count(*), %d, '%s') FROM done", rows, t.Name)
}

// match selects rows by values of some columns, and perhaps a lowest value of the next: each by its index, see found. The order tells PostgreSQL which index.
func (t *table) match(given, order []column, lowest string, rows int) string {
	by := given
	if lowest != "" {
		by = given[:len(given)-1]
	}
	query := "SELECT " + names(t.columns, "t.", ", ") + " FROM " + t.Name + " AS t WHERE t.company = $1" + equal(by, "k") + lowest
	if len(order) > 0 {
		query += " ORDER BY " + names(order, "t.", ", ")
	}
	if len(given) == 0 {
		return query
	}
	return "SELECT t.* FROM (VALUES " + grid("", rows, len(given)) + ") AS k (" + names(given, "", ", ") + ") CROSS JOIN LATERAL (" + query + " OFFSET 0) AS t"
}

// walk goes along lists, a row a step, until each has covered its quantity: what lies behind costs nothing.
const walk = `WITH RECURSIVE w AS (
  SELECT {k.carried}, f.*, f.{qty}::numeric AS covered, 1 AS step FROM (VALUES {rows}) AS k ({given}) CROSS JOIN LATERAL (
    SELECT {columns} FROM {table} AS t WHERE t.company = $1{k.bound}{k.lowest} ORDER BY {order} LIMIT 1) AS f
  UNION ALL
  SELECT {w.carried}, f.*, w.covered + f.{qty}, w.step + 1 FROM w CROSS JOIN LATERAL (
    SELECT {columns} FROM {table} AS t WHERE t.company = $1{w.bound}{w.lowest} AND ({sort}) {beyond} ({w.sort}) ORDER BY {order} LIMIT 1) AS f
  WHERE w.covered < w.wanted)
SELECT nr, {w.columns} FROM w ORDER BY nr, step`

func (t *table) cover(s shape) string {
	columns := t.order(s.index)
	bound, sort := columns[:s.bound], columns[s.bound:]
	carried := []column{{"nr", anInteger}, {"wanted", aQuantity}}
	beyond, direction := ">", ""
	if s.newest {
		beyond, direction = "<", " DESC"
	}
	kLowest, wLowest := "", ""
	if s.from {
		carried = append(carried, column{"lowest", sort[0].kind})
		kLowest, wLowest = " AND t."+sort[0].name+" >= k.lowest", " AND t."+sort[0].name+" >= w.lowest"
	}
	given := append(append([]column{}, bound...), carried...)
	return strings.NewReplacer(
		"{table}", t.Name, "{qty}", t.columns[t.Cover].name, "{columns}", names(t.columns, "t.", ", "), "{w.columns}", names(t.columns, "w.", ", "),
		"{rows}", grid("", s.rows, len(given)), "{given}", names(given, "", ", "), "{k.carried}", names(carried, "k.", ", "), "{w.carried}", names(carried, "w.", ", "),
		"{k.bound}", equal(bound, "k"), "{w.bound}", equal(bound, "w"), "{k.lowest}", kLowest, "{w.lowest}", wLowest,
		"{sort}", names(sort, "t.", ", "), "{w.sort}", names(sort, "w.", ", "), "{beyond}", beyond, "{order}", names(sort, "t.", direction+", ")+direction,
	).Replace(walk)
}

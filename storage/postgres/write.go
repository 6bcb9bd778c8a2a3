package postgres

import (
	"fmt"

	"github.com/ledgermill/ledgermill/storage"
)

// apply gives the statements that write changes. The head goes first: with it every change to the company waits its turn.
func apply(company string, c *storage.Changes) ([]statement, error) {
	if c.Was.Company != company || c.Head.Company != company {
		return nil, fmt.Errorf("postgres: changes of the head of %q given for %q", c.Head.Company, company)
	}
	w := writes{company: company}
	heads := tables[storage.Heads]
	if c.Was == (storage.Head{Company: company}) {
		w.rows(heads, insertRows, []storage.Write{{New: &c.Head}})
	} else {
		w.head(heads, c)
	}
	var by [len(storage.Tables)][3][]storage.Write
	for _, x := range c.Writes {
		what := 1
		switch {
		case x.New == nil:
			what = 0
		case x.Old == nil:
			what = 2
		}
		by[x.Kind][what] = append(by[x.Kind][what], x)
	}
	for k := range by {
		for what, text := range [...]string{deleteRows, updateRows, insertRows} {
			w.rows(tables[k], text, by[k][what])
		}
	}
	return w.list, w.err
}

// writes gathers statements, up to the first that cannot be made.
type writes struct {
	company string
	list    []statement
	err     error
}

func (w *writes) begin(s shape) *statement {
	st := statement{shape: s}
	args, err := of(w.company)
	if st.args = args; w.err == nil {
		w.err = err
	}
	w.list = append(w.list, st)
	return &w.list[len(w.list)-1]
}

func (w *writes) add(st *statement, columns []column, fields []any) {
	for i, c := range columns {
		if err := st.args.add(c, fields[i]); err != nil && w.err == nil {
			w.err = err
		}
	}
}

// rows deletes, updates or inserts rows of a table, many at a time.
func (w *writes) rows(t *table, what string, list []storage.Write) {
	var fields []any
	for part := range chunks(list) {
		st := w.begin(shape{table: t, text: what, rows: len(part)})
		for _, x := range part {
			fields = t.AppendFields(fields[:0], x.Row())
			if what == deleteRows {
				w.add(st, t.key(), fields[t.own:])
			} else {
				w.add(st, t.columns[t.own:], fields[t.own:])
			}
			if x.Old != nil && t.Version >= 0 {
				w.add(st, t.was(), t.Fields(x.Old)[t.Version:])
			}
		}
	}
}

// head moves the head on if it is still the one that was seen.
func (w *writes) head(t *table, c *storage.Changes) {
	st := w.begin(shape{table: t, text: moveHead})
	w.add(st, t.columns[1:], t.Fields(&c.Head)[1:])
	w.add(st, t.columns[1:], t.Fields(&c.Was)[1:])
}

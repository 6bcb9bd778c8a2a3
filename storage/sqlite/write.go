package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	codes "modernc.org/sqlite/lib"
)

// apply writes changes in the transaction that is open. The head goes first: with it every change to the company waits its turn.
func (s *session) apply(ctx context.Context, company string, c *storage.Changes) error {
	if c.Was.Company != company || c.Head.Company != company {
		return fmt.Errorf("sqlite: changes of the head of %q given for %q", c.Head.Company, company)
	}
	if err := s.head(ctx, c); err != nil {
		return err
	}
	var byTable [len(storage.Tables)][]storage.Write
	for _, w := range c.Writes {
		byTable[w.Kind] = append(byTable[w.Kind], w)
	}
	for k, writes := range byTable {
		var fresh []any
		for _, w := range writes {
			if w.Old == nil {
				fresh = append(fresh, w.New)
				continue
			}
			if err := s.change(ctx, tables[k], company, w); err != nil {
				return err
			}
		}
		if err := s.insert(ctx, tables[k], company, fresh); err != nil {
			return err
		}
	}
	return nil
}

func contention(company, why string) error { return refusal.New(refusal.Contention, company, why) }

// head moves the head on if it is still the one that was seen.
func (s *session) head(ctx context.Context, c *storage.Changes) error {
	t := tables[storage.Heads]
	if c.Was == (storage.Head{Company: c.Was.Company}) {
		var there int
		if err := s.one(ctx, "SELECT count(*) FROM head WHERE company = ?", &there, c.Was.Company); err != nil {
			return err
		}
		if there > 0 {
			return contention(c.Was.Company, "the company has been founded by somebody else")
		}
		return s.insert(ctx, t, c.Was.Company, []any{&c.Head})
	}
	now, err := values(t.Fields(&c.Head)[1:])
	if err != nil {
		return err
	}
	was, err := values(t.Fields(&c.Was))
	if err != nil {
		return err
	}
	columns := t.Columns[1:]
	update := "UPDATE head SET " + strings.Join(columns, " = ?, ") + " = ? WHERE company = ? AND " + strings.Join(columns, " = ? AND ") + " = ?"
	n, err := s.exec(ctx, update, append(now, was...)...)
	if err == nil && n != 1 {
		err = contention(c.Was.Company, "somebody else has written since these changes were decided")
	}
	return err
}

// change replaces or deletes a row, if it is of the version that was seen.
func (s *session) change(ctx context.Context, t *table, company string, w storage.Write) error {
	query := t.delete
	var args []any
	if w.New != nil {
		query = t.update
		now, err := values(t.Fields(w.New)[t.Keys:])
		if err != nil {
			return err
		}
		args = now
	}
	args = append(args, company)
	was := t.Fields(w.Old)
	key, err := values(was[:t.Keys])
	if err != nil {
		return err
	}
	args = append(args, key...)
	if t.Version >= 0 {
		args = append(args, *was[t.Version].(*int64))
	}
	n, err := s.exec(ctx, query, args...)
	if err == nil && n != 1 {
		err = contention(company, "a record of table "+t.Name+" has been changed by somebody else")
	}
	return err
}

// maxRows is the number of rows in one statement: beyond it nothing is won. It is a power of two, and leaves the parameters below SQLite's limit of 32,766.
const maxRows = 64

// insert adds rows, many at a time. Statements have 1, 2, 4, ... rows, so that few have to be prepared.
func (s *session) insert(ctx context.Context, t *table, company string, rows []any) error {
	for len(rows) > 0 {
		n := maxRows
		for n > len(rows) {
			n /= 2
		}
		args := make([]any, 0, n*len(t.names))
		for _, row := range rows[:n] {
			args = append(args, company)
			for _, f := range t.Fields(row)[len(t.Columns)-len(t.names)+1:] {
				v, err := value(f)
				if err != nil {
					return err
				}
				args = append(args, v)
			}
		}
		if _, err := s.exec(ctx, t.insert+strings.TrimSuffix(strings.Repeat(t.row+", ", n), ", "), args...); err != nil {
			if code(err) == codes.SQLITE_CONSTRAINT && strings.Contains(err.Error(), "UNIQUE") {
				return contention(company, "a row of table "+t.Name+" has been made by somebody else")
			}
			return err
		}
		rows = rows[n:]
	}
	return nil
}

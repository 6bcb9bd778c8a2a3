package storage

import (
	"context"
	"reflect"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Store is a host's database. Every call speaks of one company; no call sees the rows of another.
type Store interface {
	// Load answers everything in the need from one state of the database, in as few round trips as it can.
	Load(ctx context.Context, company string, n Need) (*Rows, error)
	// Apply writes all changes in one transaction, or none. If the head is not as Changes.Was says, or a record not of the version
	// before the new one, somebody else has written: refusal.Contention. If it cannot be known whether the commit happened: refusal.OutcomeUnknown.
	// If the database is out of space: refusal.StorageFull.
	Apply(ctx context.Context, company string, c *Changes) error
	// Scan gives a page of rows in the order of an index.
	Scan(ctx context.Context, company string, q Scan) (Page, error)
	// Sum gives the sums of a total.
	Sum(ctx context.Context, company string, t Total) ([]TotalRow, error)
}

// Scan asks for rows in the order of an index, from the values From to the values To (both included; To as a prefix), after Cursor.
type Scan struct {
	Kind   Kind
	Index  int
	From   []any
	To     []any
	Cursor string
	Limit  int // rows of a page; 0: 1,000
}

// Size is the number of rows on a page.
func (q Scan) Size() int {
	if q.Limit > 0 {
		return q.Limit
	}
	return 1000
}

// Page is one answer to a scan; an empty Cursor says that it was the last. A cursor means something to the store that made it, and to no other.
type Page struct {
	Rows   []any
	Cursor string
}

// Write is one change of one row: an insert (Old nil), a replacement, or a deletion (New nil).
type Write struct {
	Kind Kind
	Old  any
	New  any
}

// Row is the row that a write speaks of: the new one, or the one that goes.
func (w Write) Row() any {
	if w.New == nil {
		return w.Old
	}
	return w.New
}

// Changes is what commands decided, in the order in which they decided it. Was is the head that they saw, Head the one that they leave.
// A store is given changes that write each row once: see [Joined].
type Changes struct {
	Was    Head
	Head   Head
	Writes []Write
}

// Insert adds a new row.
func (c *Changes) Insert(k Kind, row any) { c.Writes = append(c.Writes, Write{Kind: k, New: row}) }

// Replace changes a record; a nil row says that there was none, or that it goes.
func (c *Changes) Replace(k Kind, was, row any) {
	c.Writes = append(c.Writes, Write{Kind: k, Old: orNil(was), New: orNil(row)})
}

// Drop takes back writes of new rows of a kind.
func (c *Changes) Drop(k Kind, which func(row any) bool) {
	c.Writes = slices.DeleteFunc(c.Writes, func(w Write) bool { return w.Kind == k && w.Old == nil && which(w.New) })
}

// orNil takes the type off a nil pointer, which would not compare as nil.
func orNil(row any) any {
	if row == nil || reflect.ValueOf(row).IsNil() {
		return nil
	}
	return row
}

// Check refuses changes that hold a number which did not fit.
func (c *Changes) Check() error {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	for _, w := range c.Writes {
		if w.New == nil {
			continue
		}
		t := &Tables[w.Kind]
		s.fields = t.AppendFields(s.fields[:0], w.New)
		for i, f := range s.fields {
			ok := true
			switch f := f.(type) {
			case *money.Amount:
				ok = f.Valid()
			case *uom.Quantity:
				ok = f.Valid()
			}
			if !ok {
				return refusal.New(refusal.LimitExceeded, t.Name+"."+t.Columns[i], "a figure would be larger than can be kept")
			}
		}
	}
	return nil
}

// Joined puts the changes of several commands together: one write a row, from what the first saw to what the last left.
func Joined(all []*Changes) *Changes {
	if len(all) == 0 {
		return &Changes{}
	}
	out := &Changes{Was: all[0].Was, Head: all[len(all)-1].Head}
	n := 0
	for _, c := range all {
		n += len(c.Writes)
	}
	out.Writes = make([]Write, 0, n)
	at := make(map[string]int, n)
	var key []byte
	for _, c := range all {
		for _, w := range c.Writes {
			key = AppendRowName(key[:0], w.Kind, w.Row())
			if i, again := at[string(key)]; again {
				out.Writes[i].New = w.New
				continue
			}
			at[string(key)] = len(out.Writes)
			out.Writes = append(out.Writes, w)
		}
	}
	out.Writes = slices.DeleteFunc(out.Writes, func(w Write) bool { return w.Old == nil && w.New == nil }) // made and used up within the batch
	return out
}

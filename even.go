package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// uneven is a return to the supplier that takes more (or less) of what its receipt cost along than is in the books.
type uneven struct {
	receipt *costing.Entry
	costing.Uneven
}

// even gives the returns of which the document changes what they take along: it reprices their receipt after them, is such a return, or undoes one of these.
func (b *book) even() (out []uneven, err error) {
	seen := map[costing.Source]bool{}
	err = each(b, own(b, storage.Entries, func(e *costing.Entry) bool {
		return e.Kind == costing.Back || e.Kind == costing.Adjust && !e.Late && e.Order == ""
	}), func(_ int, e costing.Entry) error {
		src := e.Cause
		if e.Kind == costing.Back && e.Qty.Sign() > 0 {
			back, err := read[costing.Entry](b, storage.Entries, src.Doc, src.Line)
			if err != nil {
				return err
			}
			if back != nil {
				src = back.Cause
			}
		}
		if seen[src] || b.doc.Date >= b.head.Latest && b.doc.Reverses == 0 && !b.partKept[src] {
			return nil
		}
		seen[src] = true
		changed, err := b.evenLine(src)
		out = append(out, changed...)
		return err
	})
	return out, err
}

// evenLine compares what the returns of a receipt take along by what is in the books with that by what the document adds to them.
func (b *book) evenLine(src costing.Source) (out []uneven, err error) {
	receipt, err := read[costing.Entry](b, storage.Entries, src.Doc, src.Line)
	if err != nil || receipt == nil {
		return nil, err
	}
	rows, err := list[costing.Entry](b, causedBy(src.Doc))
	if err != nil {
		return nil, err
	}
	stored := values(rows)
	undone, err := b.undoneAmong(stored)
	if err != nil {
		return nil, err
	}
	was := costing.Evenly(b.currency, receipt, stored, undone.of)
	for _, e := range stored {
		if b.doc.Reverses == e.Doc {
			undone.add(&e, &b.doc)
		}
	}
	all := append(stored, own(b, storage.Entries, func(e *costing.Entry) bool { return e.Cause.Doc == src.Doc })...)
	for _, w := range costing.PartsChanged(was, costing.Evenly(b.currency, receipt, all, undone.of)) {
		out = append(out, uneven{receipt, w})
	}
	return out, nil
}

// undoneDocs are documents that were reversed, and their reversals: whether on their own day.
type undoneDocs map[int64]bool

func (u undoneDocs) add(e *costing.Entry, by *posting.Document) {
	onDay := by.Date == e.Day()
	u[e.Doc], u[by.Seq] = onDay, onDay
}

// of says whether an entry is of no account: a return that was reversed, or a change of value that was on its own day. One that was later is followed by its opposite.
func (u undoneDocs) of(e *costing.Entry) bool {
	onDay, undone := u[e.Doc]
	return undone && (onDay || e.Kind == costing.Back)
}

// undoneAmong gives those of the entries' documents.
func (b *book) undoneAmong(entries []costing.Entry) (undoneDocs, error) {
	undone := undoneDocs{}
	return undone, each(b, entries, func(_ int, e costing.Entry) error {
		by, err := list[posting.Document](b, reversalOf(e.Doc))
		for _, d := range by {
			undone.add(&e, d)
		}
		return err
	})
}

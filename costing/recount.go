package costing

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Difference says whether an entry is one of goods that were found or left, as those of a count are.
func (e *Entry) Difference() bool { return (e.Kind == Found || e.Kind == Out) && e.Order == "" }

// Recounts says whether an entry is the difference of a count as a later document made it: its cause is the count, not an entry of it.
func (e *Entry) Recounts() bool {
	return e.Difference() && e.Cause.Doc != 0 && e.Cause.Line == 0
}

// Place is the document and line by which an entry counts among those of its day: what corrects a count stands where the count does.
func (e *Entry) Place() Source {
	if e.Recounts() {
		return Source{Doc: e.Cause.Doc, Line: e.Line}
	}
	return e.Source()
}

// Corrects says whether an entry of a document of that day is of another day, on which a count was corrected: what it found or lost, or what it takes back.
func (e *Entry) Corrects(day calendar.Date) bool {
	return e.Difference() && e.FactDate != day
}

// Counts says whether an entry is what a count (the number of its document) found or lost: its own, or one that corrects it. Those by which its document
// corrects a later count are that count's.
func (e *Entry) Counts(count int64) bool {
	return e.Difference() && e.Doc == count && e.Cause == Source{} || e.Recounts() && e.Cause.Doc == count
}

// OfCount keeps of a stream's entries what a count (the number of its document) found or lost, as it is now: its own entries and those that correct it, without
// those that were taken back.
func OfCount(entries []Entry, count int64) []Entry {
	var out []Entry
	for i := range entries {
		e := &entries[i]
		if !e.Counts(count) {
			continue
		}
		undone := false
		for j := range entries {
			undone = undone || entries[j].Undoes(e)
		}
		if !undone {
			out = append(out, *e)
		}
	}
	return out
}

// Recount changes what a count found (above zero) or lost of a lot: it gives the entry of the count to take back, and the one that stands instead of it, without
// a value. Either may be nil. What makes a difference smaller is looked for first.
func Recount(cur money.Currency, entries []Entry, count int64, lot string, change uom.Quantity) (was, next *Entry) {
	live := OfCount(entries, count)
	for i := range live {
		e := &live[i]
		if e.Lot == lot && (was == nil || e.Qty.Sign() != change.Sign() && was.Qty.Sign() == change.Sign()) {
			was = e
		}
	}
	qty := change
	if was != nil {
		qty = qty.Add(was.Qty)
	}
	if qty.IsZero() {
		return was, nil
	}
	next = &Entry{Kind: Out, Qty: qty, Cause: Source{Doc: count}}
	if qty.Sign() < 0 {
		return was, next
	}
	next.Kind = Found
	for _, e := range entries { // what the count stated, should no cost be known
		if e.Doc == count && e.Counts(count) && e.Lot == lot && e.Qty.Sign() > 0 {
			next.Stated = cur.Share(e.Value, qty.Units(), e.Qty.Units())
		}
	}
	return was, next
}

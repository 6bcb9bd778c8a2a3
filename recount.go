package ledgermill

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// countEnd is the end of a stocktake's moves: the count, and the bin that was counted, none if it was the warehouse.
func countEnd(ref, bin string) inventory.Place {
	return inventory.Place{Type: inventory.InCount, Name: ref, Bin: bin}
}

// later gives the moves of an item after the document's day.
func (b *book) later(item string) ([]inventory.Move, error) {
	rows, err := list[inventory.Move](b, storage.List{Kind: storage.Moves, Index: 1, Values: []any{item}, From: b.doc.Date.AddDays(1)})
	return values(rows), err
}

// nextCount gives the first move after the document's day that says of a row what was counted there; nil if there is none.
func (b *book) nextCount(row *inventory.Stock) (*inventory.Move, *posting.Document, error) {
	if b.doc.Date >= b.head.Latest {
		return nil, nil, nil
	}
	item, err := b.item(row.Item)
	if err != nil {
		return nil, nil, err
	}
	s, err := read[costing.Stream](b, storage.Streams, row.Item, costing.ScopeOf(b.set.CostScope, item.Method, row.Warehouse, row.Lot))
	if err != nil || s == nil || s.LastDate <= b.doc.Date {
		return nil, nil, err
	}
	moves, err := b.later(row.Item)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range row.Counts(moves) {
		of, err := b.document(m.CountedBy().Name)
		if err != nil {
			return nil, nil, err
		}
		undone, err := list[posting.Document](b, reversalOf(of.Seq))
		if err != nil {
			return nil, nil, err
		}
		if len(undone) == 0 && of.Seq != b.doc.Reverses {
			return &m, of, nil
		}
	}
	return nil, nil, nil
}

// heldUntil gives the rows that a document may take from: what a later count has counted does not bind what was there before it.
func (b *book) heldUntil(held []inventory.Stock, warehouse string) ([]inventory.Stock, error) {
	if b.doc.Date >= b.head.Latest {
		return held, nil
	}
	out := slices.Clone(held)
	return out, each(b, held, func(i int, row inventory.Stock) error {
		if row.Warehouse != warehouse {
			return nil
		}
		count, _, err := b.nextCount(&row)
		if count == nil || err != nil {
			return err
		}
		moves, err := b.later(row.Item)
		if err != nil {
			return err
		}
		out[i] = inventory.Before(held[i:i+1], inventory.Since(moves, *count))[0]
		return nil
	})
}

// recount keeps what later counts said. What the document changes of a row is taken out again on the day of the first of them.
func (b *book) recount() error {
	if b.doc.Date >= b.head.Latest {
		return nil
	}
	moves := own(b, storage.Moves, func(m *inventory.Move) bool { return m.Date == b.doc.Date })
	return each(b, inventory.Brought(moves), func(_ int, change inventory.Stock) error {
		count, of, err := b.nextCount(&change)
		if count == nil || err != nil {
			return err
		}
		row, err := b.row(change.Item, change.Warehouse, change.Bin, change.Lot)
		if err != nil {
			return err
		}
		qty := change.OnHand.Abs()
		m := inventory.Move{Doc: b.doc.Seq, Line: b.next(storage.Moves), Date: count.Date, Item: change.Item, Lot: change.Lot, Qty: qty}
		m.From, m.To = place(change.Warehouse, change.Bin), count.CountedBy()
		if change.OnHand.Sign() > 0 {
			row.Overdraw(qty)
		} else {
			row.Restore(qty)
			m.From, m.To = m.To, m.From
		}
		b.fact(storage.Moves, &m)
		return b.recountValue(change, of)
	})
}

// recountValue takes the count's difference back and writes it anew, of no value yet: following the late document gives it one.
func (b *book) recountValue(change inventory.Stock, of *posting.Document) error {
	item, err := b.item(change.Item)
	if err != nil {
		return err
	}
	scope := costing.ScopeOf(b.set.CostScope, item.Method, change.Warehouse, change.Lot)
	s, err := b.stream(item, scope, noQty)
	if err != nil {
		return err
	}
	s.swept = true
	entries, err := b.countEntries(item.Code, scope, of)
	if err != nil {
		return err
	}
	at, err := b.postingDate(of.Date, map[calendar.Date]calendar.Date{})
	if err != nil {
		return err
	}
	was, next := costing.Recount(b.currency, entries, of.Seq, change.Lot, change.OnHand.Neg())
	if was != nil {
		b.takeBackCount(was, of, of.Date, at)
	}
	if next == nil {
		return nil
	}
	next.Doc, next.Line, next.Item, next.Scope, next.Lot = b.doc.Seq, b.next(storage.Entries), item.Code, scope, change.Lot
	next.FactDate, next.PostingDate = of.Date, at
	if err := b.statedCost(next, change, of); err != nil {
		return err
	}
	d := dims{item: item, lot: change.Lot, warehouse: change.Warehouse}
	if next.Account, err = b.post("count", "stock", money.Amount{}, d); err != nil {
		return err
	}
	if next.Contra, err = b.post("count", "difference", money.Amount{}, d); err != nil {
		return err
	}
	b.fact(storage.Entries, next)
	return nil
}

// statedCost is what goods that a count finds are worth by the cost that its line states: it counts where no other is known.
func (b *book) statedCost(found *costing.Entry, at inventory.Stock, of *posting.Document) error {
	var c Count
	if _, js := bare(of.Command); found.Kind == costing.Found {
		if err := json.Unmarshal([]byte(js), &c); err != nil {
			return err
		}
	}
	for _, l := range c.Lines {
		warehouse, bin := first(l.Warehouse, c.Warehouse, b.set.FirstWarehouse), first(l.Bin, c.Bin)
		if !l.Cost.Valid || l.Item != at.Item || l.Lot != at.Lot || warehouse != at.Warehouse || bin != "" && bin != at.Bin {
			continue
		}
		value, err := posting.LineAmount(b.currency, l.Item, found.Qty, l.Cost, nil)
		found.Stated = value
		return err
	}
	return nil
}

// countEntries gives the entries of a stream from a count's day on, with those of this document.
func (b *book) countEntries(item, scope string, of *posting.Document) ([]costing.Entry, error) {
	rows, err := list[costing.Entry](b, entriesSince(item, scope, of.Date))
	mine := own(b, storage.Entries, func(e *costing.Entry) bool { return e.Item == item && e.Scope == scope })
	return append(values(rows), mine...), err
}

// takeBackCount writes the opposite of a count's entry, of no value yet.
func (b *book) takeBackCount(e *costing.Entry, of *posting.Document, day, at calendar.Date) {
	o := *e
	o.Doc, o.Line, o.Qty, o.Value, o.Cause = b.doc.Seq, b.next(storage.Entries), e.Qty.Neg(), money.Amount{}, e.Source()
	o.FactDate, o.PostingDate = day, at
	b.fact(storage.Entries, &o)
	b.recounts[o.Source()] = of.Seq
}

// countOf gives the document of the open item that holds what an entry found or lost; 0 of one that no count makes.
func (b *book) countOf(e *costing.Entry) int64 {
	if doc := b.recounts[e.Source()]; doc != 0 {
		return doc
	}
	switch {
	case e.Recounts():
		return e.Cause.Doc
	case e.Kind == costing.Sold || e.Order != "":
		return 0
	}
	return e.Doc
}

// countFact is a fact of what a count found or lost: an entry of the count, one that corrects it or takes it back, or a change of the value of one of these (of).
type countFact struct {
	*costing.Entry
	of *costing.Entry
}

// countFacts gives all that was recorded of what a count found or lost, so that their values sum to its difference.
func (b *book) countFacts(count int64) ([]countFact, error) {
	var out []countFact
	known, seen := map[costing.Source]*costing.Entry{}, map[costing.Source]bool{}
	for docs := []int64{count}; len(docs) > 0; docs = docs[1:] {
		entries, err1 := list[costing.Entry](b, factsOf(storage.Entries, docs[0]))
		caused, err2 := list[costing.Entry](b, causedBy(docs[0]))
		if err := errors.Join(err1, err2); err != nil {
			return nil, errNeed
		}
		for _, e := range append(slices.Clone(entries), caused...) {
			of := known[e.Cause]
			switch {
			case seen[e.Source()]:
				continue
			case e.Counts(count) || of != nil && e.Difference():
				of, known[e.Source()] = e, e
				if !slices.Contains(docs, e.Doc) {
					docs = append(docs, e.Doc)
				}
			case e.Kind != costing.Adjust || of == nil:
				continue
			}
			seen[e.Source()] = true
			out = append(out, countFact{e, of})
		}
	}
	return out, nil
}

// unsettle opens the difference of a count that was settled: what changed of it since then stood where it was settled, and waits with the rest.
func (b *book) unsettle(of *posting.Document, o *ledger.OpenItem) error {
	facts, err := b.countFacts(o.Doc)
	if err != nil {
		return err
	}
	row, err := edit[ledger.OpenItem](b, storage.OpenItems, string(o.Kind), o.Doc, o.Line)
	if err != nil {
		return err
	}
	settled, dates := row.Account, map[calendar.Date]calendar.Date{}
	row.Account = ""
	return each(b, facts, func(_ int, f countFact) error {
		if f.Doc < of.Seq || f.Value.IsZero() {
			return nil
		}
		account, err := b.settledSide(settled, f.of)
		if err != nil {
			return err
		}
		at, err := b.postingDate(f.PostingDate, dates)
		if err != nil {
			return err
		}
		d := b.lateDraft(at)
		for _, line := range []ledger.Line{posting.DebitOf(account, f.Value), posting.DebitOf(f.of.Contra, f.Value.Neg())} {
			line.Item, line.Rule = f.Item, posting.RuleLate
			d.Lines = append(d.Lines, line)
		}
		fact, err := row.Change(b.doc.Seq, b.next(storage.Settlements), b.doc.Date, f.Value, false)
		b.fact(storage.Settlements, &fact)
		return err
	})
}

// openCount opens the difference of a count that had none.
func (b *book) openCount(doc int64, amount money.Amount) error {
	of, err := read[posting.Document](b, storage.Documents, doc)
	if err != nil {
		return err
	}
	o, fact := ledger.Open(ledger.OpenItem{Kind: ledger.Counted, Doc: doc, Ref: of.Ref, Date: of.Date, Amount: amount, Foreign: amount})
	fact.Doc, fact.Line, fact.Date = b.doc.Seq, b.next(storage.Settlements), b.doc.Date
	b.fact(storage.Settlements, &fact)
	_, err = editOr(b, o, storage.OpenItems, string(o.Kind), o.Doc, o.Line)
	return err
}

// recounted gives the moves by which later documents corrected a count.
func (b *book) recounted(of *posting.Document, moves []*inventory.Move) ([]*inventory.Move, error) {
	if of.Verb != "count" {
		return nil, nil
	}
	var out []*inventory.Move
	seen := map[string]bool{}
	err := each(b, moves, func(_ int, m *inventory.Move) error {
		if seen[m.Item] {
			return nil
		}
		seen[m.Item] = true
		rows, err := list[inventory.Move](b, storage.List{Kind: storage.Moves, Index: 1, Values: []any{m.Item}, From: of.Date})
		for _, r := range rows {
			if r.Doc != of.Seq && r.CountedBy().Name == of.Ref {
				out = append(out, r)
			}
		}
		return err
	})
	return out, err
}

// corrected gives the moves of a count, with those that corrected it; none if nothing did.
func (b *book) corrected(of *posting.Document) ([]*inventory.Move, error) {
	if of.Verb != "count" {
		return nil, nil
	}
	moves, err := list[inventory.Move](b, factsOf(storage.Moves, of.Seq))
	if err != nil {
		return nil, err
	}
	more, err := b.recounted(of, moves)
	if len(more) == 0 || err != nil {
		return nil, err
	}
	return slices.DeleteFunc(append(more, moves...), func(m *inventory.Move) bool { return m.Date != of.Date }), nil
}

// undoRecounted takes back what is left of a count that later documents corrected, value by value; what it comes to is followed as theirs was.
func (b *book) undoRecounted(of *posting.Document, moves []*inventory.Move) error {
	seen := map[streamKey]bool{}
	return each(b, moves, func(_ int, m *inventory.Move) error {
		item, err := b.item(m.Item)
		if err != nil {
			return err
		}
		key := streamKey{item.Code, costing.ScopeOf(b.set.CostScope, item.Method, m.Warehouse(), m.Lot)}
		if seen[key] {
			return nil
		}
		seen[key] = true
		s, err := b.stream(item, key.scope, uom.Quantity{})
		if err != nil {
			return err
		}
		entries, err := b.countEntries(key.item, key.scope, of)
		if err != nil {
			return err
		}
		s.swept, s.from = true, of.Date
		for _, e := range costing.OfCount(entries, of.Seq) {
			b.takeBackCount(&e, of, b.doc.Date, b.doc.Date)
		}
		return nil
	})
}

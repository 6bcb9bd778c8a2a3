package ledgermill

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func (c Reverse) head() header { return header{"reverse", c.ID, c.Date, c.Memo} }

// decide undoes a document fact by fact: every fact is written again with the other sign and folded into the records.
func (c Reverse) decide(b *book) error {
	of, err := b.document(c.Of)
	if err != nil {
		return err
	}
	if c.Date == 0 {
		b.doc.Date = of.Date
	}
	b.doc.Reverses = of.Seq
	if b.doc.Date < of.Date {
		return refusal.New(refusal.InvalidDate, c.Of, "a document of %s cannot be undone on %s", of.Date, b.doc.Date)
	}
	b.want(storage.Periods, b.doc.Date.Period())
	b.want(storage.Counters, series, b.doc.Date.Period())
	for _, k := range []storage.Kind{storage.Mentions, storage.Moves, storage.Entries, storage.Links, storage.Allowances, storage.Settlements, storage.ProgressFacts, storage.ReservationChanges, storage.Vouchers, storage.VoucherLines} {
		b.wantList(factsOf(k, of.Seq))
	}
	b.wantList(reversalOf(of.Seq))
	if err := b.ready(); err != nil {
		return err
	}
	if err := b.checkOpen(b.doc.Date); err != nil {
		return err
	}
	if err := b.canReverse(of); err != nil {
		return err
	}
	if err := b.undoReservations(of, true); err != nil {
		return err
	}
	for _, undo := range []func(*posting.Document) error{b.undoMoves, b.undoEntries, b.undoAllowances, b.undoSettlements, b.undoProgress, b.undoVouchers} {
		if err := undo(of); err != nil {
			return err
		}
	}
	return b.undoReservations(of, false)
}

// canReverse refuses to undo a document twice, a reversal, what has no opposite, and what a later document builds on.
func (b *book) canReverse(of *posting.Document) error {
	switch of.Verb {
	case "reverse", "setup", "item", "bom", "rates", "standard_cost", "change_method", "close", "close_step", "reopen":
		return refusal.New(refusal.InvalidState, of.Ref, "a document of this kind (%s) is not reversed: a new one says what holds now", of.Verb)
	}
	again, err := list[posting.Document](b, reversalOf(of.Seq))
	if err != nil {
		return err
	}
	if len(again) > 0 {
		return refusal.New(refusal.InvalidState, of.Ref, "this document was reversed by %s", again[0].Ref)
	}
	mentions, err := list[posting.Mention](b, factsOf(storage.Mentions, of.Seq))
	if err != nil {
		return err
	}
	return each(b, mentions, func(_ int, m *posting.Mention) error {
		undone, err := list[posting.Document](b, reversalOf(m.By))
		if err != nil {
			return err
		}
		by, err := read[posting.Document](b, storage.Documents, m.By)
		if err != nil {
			return err
		}
		if len(undone) == 0 && by.Verb != "reverse" {
			return refusal.New(refusal.InvalidState, of.Ref, "%s builds on this document: reverse that first", by.Ref)
		}
		return nil
	})
}

// undoReservations frees what a document froze before its goods go back, and freezes what it used up after they have come back.
func (b *book) undoReservations(of *posting.Document, froze bool) error {
	facts, err := list[inventory.ReservationChange](b, factsOf(storage.ReservationChanges, of.Seq))
	if err != nil {
		return err
	}
	return each(b, facts, func(_ int, f *inventory.ReservationChange) error {
		if froze != (f.Qty.Sign() > 0) {
			return nil
		}
		return b.refreeze(f)
	})
}

func (b *book) refreeze(f *inventory.ReservationChange) error {
	r, err := edit[inventory.Reservation](b, storage.Reservations, f.Holder, f.HeldLine)
	if err != nil {
		return err
	}
	if _, err := read[inventory.Stock](b, storage.Stocks, f.Item, f.Warehouse, f.Bin, f.Lot); err != nil {
		return err
	}
	if f.Qty.Sign() > 0 && r.Qty.Less(f.Qty) {
		return refusal.New(refusal.InvalidState, f.Holder, "part of what was reserved has been used").Numbers(f.Qty, r.Qty)
	}
	return b.freeze(r, f.Qty.Neg())
}

func (b *book) undoMoves(of *posting.Document) error {
	moves, err := list[inventory.Move](b, factsOf(storage.Moves, of.Seq))
	if err != nil {
		return err
	}
	for _, m := range moves {
		b.want(storage.Items, m.Item)
		b.wantList(storage.List{Kind: storage.Stocks, Values: []any{m.Item}})
	}
	if err := b.ready(); err != nil {
		return err
	}
	corrections, err := b.recounted(of, moves)
	if err != nil {
		return err
	}
	moves = slices.DeleteFunc(append(corrections, moves...), func(m *inventory.Move) bool {
		return m.Doc == of.Seq && m.Date != of.Date // it corrected a later count, which changes again by itself
	})
	if len(corrections) > 0 {
		inventory.BackFirst(moves)
	}
	return each(b, moves, func(_ int, m *inventory.Move) error {
		if m.To.Type == inventory.InStock {
			row, err := b.row(m.Item, m.To.Name, m.To.Bin, m.Lot)
			if err != nil {
				return err
			}
			if err := b.drawRow(row, m.Qty); err != nil {
				return err
			}
		}
		if m.From.Type == inventory.InStock {
			row, err := b.row(m.Item, m.From.Name, m.From.Bin, m.Lot)
			if err != nil {
				return err
			}
			row.Put(m.Qty, m.Date, m.Doc, 0)
		}
		item, err := b.item(m.Item)
		if err != nil {
			return err
		}
		for _, end := range []inventory.Place{m.From, m.To} {
			if end.Type != inventory.InStock {
				continue
			}
			if _, err := b.stream(item, costing.ScopeOf(b.set.CostScope, item.Method, end.Name, m.Lot), uom.Quantity{}); err != nil { // a late fact is refused here
				return err
			}
		}
		b.move(m.Item, m.Lot, m.Qty.Neg(), m.From, m.To)
		return nil
	})
}

// undoEntries writes every entry of value again with the other sign. What they are worth now, and what they did to others since, is found when the
// document is done: as if they never were, from their own day on or from that of the reversal.
func (b *book) undoEntries(of *posting.Document) error {
	entries, err := list[costing.Entry](b, factsOf(storage.Entries, of.Seq))
	if err != nil {
		return err
	}
	links, err := list[costing.Link](b, factsOf(storage.Links, of.Seq))
	if err != nil {
		return err
	}
	if moves, err := b.corrected(of); len(moves) > 0 || err != nil {
		return cmp.Or(err, b.undoRecounted(of, moves))
	}
	return each(b, entries, func(_ int, e *costing.Entry) error {
		switch {
		case e.Late, e.Corrects(of.Date):
			return nil // what it changed of others changes again by itself
		case e.Order != "":
			return b.undoOrderEntry(e)
		case e.Kind == costing.Adjust:
			return b.undoAdjustment(e)
		}
		item, err := b.item(e.Item)
		if err != nil {
			return err
		}
		s, err := b.stream(item, e.Scope, noQty)
		if err != nil {
			return err
		}
		s.swept = true
		if s.from == 0 || e.FactDate < s.from {
			s.from = e.FactDate
		}
		s.Priced(b.doc.Date, b.doc.Seq) // goods that are back in their layer were away all the same: a later price goes with them
		o := b.opposite(e)
		if e.Kind == costing.In && e.Qty.Sign() > 0 {
			if err := b.backOut(o, e, of, item); err != nil {
				return err
			}
		}
		b.links(o, e.Layers(s.method, links))
		return nil
	})
}

func (b *book) opposite(e *costing.Entry) *costing.Entry {
	o := *e
	o.Doc, o.Line, o.Qty, o.Value = b.doc.Seq, b.next(storage.Entries), e.Qty.Neg(), e.Value.Neg()
	o.FactDate, o.PostingDate, o.Cause = b.doc.Date, b.doc.Date, e.Source()
	b.fact(storage.Entries, &o)
	return &o
}

// backOut says of a reversal what the receipt brought, and which account takes the gap to what it takes out: that of the document's variance.
func (b *book) backOut(o, e *costing.Entry, of *posting.Document, item *inventory.Item) error {
	o.Stated = e.Value
	if o.Contra != "" {
		return nil
	}
	warehouse, lot := costing.OfScope(e.Scope)
	_, account, err := b.rule(of.Verb, "variance", dims{item: item, warehouse: warehouse, lot: lot})
	if refusal.CodeOf(err) == refusal.NoRule { // there may be no gap
		return nil
	}
	o.Contra = account
	return err
}

// undoAdjustment takes back by how much a document changed the value of a receipt.
func (b *book) undoAdjustment(e *costing.Entry) error {
	item, err := b.item(e.Item)
	if err != nil {
		return err
	}
	s, err := b.valued(item, e.Scope)
	if err != nil {
		return err
	}
	s.swept, s.given = true, append(s.given, given{e.Cause, e.FactDate, e.Value.Neg()})
	o := b.opposite(e)
	o.Cause, o.FactDate = e.Cause, e.FactDate
	return nil
}

// undoAllowances takes back what a document wrote down, or released.
func (b *book) undoAllowances(of *posting.Document) error {
	facts, err := list[costing.Allowance](b, factsOf(storage.Allowances, of.Seq))
	if err != nil {
		return err
	}
	return each(b, facts, func(_ int, f *costing.Allowance) error {
		item, err := b.item(f.Item)
		if err != nil {
			return err
		}
		s, err := b.stream(item, f.Scope, uom.Quantity{})
		if err != nil {
			return err
		}
		s.Allow(f.Value.Neg())
		if s.Stream.Allowance.Sign() < 0 {
			return refusal.New(refusal.InvalidState, f.Item, "some of these goods have gone since they were written down").Numbers(f.Value, s.Stream.Allowance)
		}
		b.allowance(s, f.Value.Neg())
		return nil
	})
}

// undoOrderEntry gives an order back what a document took out of it, or takes off what it charged.
func (b *book) undoOrderEntry(e *costing.Entry) error {
	b.want(storage.Orders, e.Order)
	b.want(storage.OrderCosts, e.Order)
	if err := b.ready(); err != nil {
		return err
	}
	o, err := read[mrp.Order](b, storage.Orders, e.Order)
	if err != nil {
		return err
	}
	cost, err := read[costing.OrderCost](b, storage.OrderCosts, e.Order)
	if err != nil {
		return err
	}
	if b.doc.Date < cost.LastDate {
		if err := b.allowLate(e.Order, cost.LastDate); err != nil {
			return err
		}
	}
	b.lateOrders[e.Order] = o
	b.opposite(e)
	return nil
}

func (b *book) undoSettlements(of *posting.Document) error {
	facts, err := list[ledger.Settlement](b, factsOf(storage.Settlements, of.Seq))
	if err != nil {
		return err
	}
	corrected, err := b.corrected(of)
	if err != nil {
		return err
	}
	return each(b, facts, func(_ int, f *ledger.Settlement) error {
		swept, err := b.swept(f)
		if err != nil {
			return err
		}
		if f.Kind == ledger.Counted && len(corrected) > 0 {
			return nil
		}
		if f.Carried(of.Verb) && (swept || f.Kind == ledger.Counted) {
			return nil // what it changed of others changes again by itself
		}
		o, err := read[ledger.OpenItem](b, storage.OpenItems, string(f.Kind), f.ItemDoc, f.ItemLine)
		if err != nil {
			return err
		}
		part := f.Part()
		if swept { // goods at a customer may have come to cost something else since
			if part.Amount, err = b.undoSold(o, f); err != nil {
				return err
			}
			part.Foreign = part.Amount
		}
		if err := b.take(*o, part); err != nil || of.Verb != "settle_count" {
			return err
		}
		return b.unsettle(of, o)
	})
}

// undoSold gives what a settlement of goods that were shipped amounts to now, and books the other way what of it came since: the red voucher has it as it
// was booked first. The stock follows by itself.
func (b *book) undoSold(o *ledger.OpenItem, f *ledger.Settlement) (money.Amount, error) {
	src := costing.Source{Doc: f.ItemDoc, Line: f.ItemLine}
	pool, err := library{b}.pool(f.Kind, src)
	if err != nil {
		return money.Amount{}, err
	}
	now := pool.Now(b.currency, *f)
	more := posting.Gap(f.Amount, now) // it took more than it was booked at
	if f.Doc == f.ItemDoc || more.IsZero() {
		return now, nil
	}
	e, err := read[costing.Entry](b, storage.Entries, src.Doc, src.Line)
	if err != nil {
		return now, err
	}
	cogs, err := b.cogs(e)
	if err != nil {
		return now, err
	}
	at, err := b.postingDate(b.doc.Date, map[calendar.Date]calendar.Date{})
	if err != nil {
		return now, err
	}
	d := b.lateDraft(at)
	book := func(account string, amount money.Amount) {
		line := posting.DebitOf(account, amount)
		line.Item, line.Rule = e.Item, posting.RuleLate
		d.Lines = append(d.Lines, line)
	}
	switch {
	case f.Kind == ledger.Shipped:
		book(cogs, more)
	case o.Account != cogs: // cost of sales waits for the invoice
		book(o.Account, more)
		book(cogs, more.Neg())
	}
	return now, nil
}

// swept says whether a settlement is of goods that were shipped from stock: what they cost may have changed since.
func (b *book) swept(f *ledger.Settlement) (bool, error) {
	if f.Kind != ledger.Shipped && f.Kind != ledger.Unbilled {
		return false, nil
	}
	e, err := read[costing.Entry](b, storage.Entries, f.ItemDoc, f.ItemLine)
	return e != nil && e.Kind == costing.Sold, err
}

func (b *book) undoProgress(of *posting.Document) error {
	facts, err := list[mrp.Progress](b, factsOf(storage.ProgressFacts, of.Seq))
	if err != nil {
		return err
	}
	moves, err := list[inventory.Move](b, factsOf(storage.Moves, of.Seq))
	if err != nil {
		return err
	}
	return each(b, facts, func(_ int, f *mrp.Progress) error {
		o, err := edit[mrp.Order](b, storage.Orders, f.Order)
		if err != nil {
			return err
		}
		if err := o.Reversible(of.Verb); err != nil {
			return err
		}
		b.wantList(storage.List{Kind: storage.Materials, Values: []any{f.Order}})
		b.wantList(storage.List{Kind: storage.Consumption, Values: []any{f.Order}})
		b.wantList(factsOf(storage.Entries, of.Seq))
		if err := b.ready(); err != nil {
			return err
		}
		facts, err := list[mrp.Progress](b, factsOfOrder(f.Order))
		if err != nil {
			return err
		}
		b.step(o, o.Undoing(*f, values(facts)))
		if mrp.Took([]mrp.Progress{*f}) { // also of a cost that came late, of which the document has no entry
			b.lateOrders[f.Order] = o
		}
		switch of.Verb {
		case "unbuild": // it gave nothing back to the order
			return nil
		case "release":
			return b.standBack(f.Order)
		}
		return b.undoMaterials(o, moves)
	})
}

func (b *book) undoMaterials(o *mrp.Order, moves []*inventory.Move) error {
	materials, err := list[mrp.Material](b, storage.List{Kind: storage.Materials, Values: []any{o.Ref}})
	if err != nil {
		return err
	}
	for _, m := range moves {
		qty := m.Qty
		if m.To.Type == inventory.InProduction {
			qty = qty.Neg()
		} else if m.Item == o.Item {
			continue
		}
		for _, p := range mrp.Unallot(materials, m.Item, qty, m.To.Type != inventory.InProduction) {
			row, err := edit[mrp.Material](b, storage.Materials, p.Material.Order, p.Material.Line)
			if err != nil {
				return err
			}
			row.Issued = uom.Sum(row.Issued, p.Qty)
		}
	}
	return nil
}

func (b *book) undoVouchers(of *posting.Document) error {
	vouchers, err := list[ledger.Voucher](b, factsOf(storage.Vouchers, of.Seq))
	if err != nil {
		return err
	}
	lines, err := list[ledger.Line](b, factsOf(storage.VoucherLines, of.Seq))
	if err != nil {
		return err
	}
	if moves, err := b.corrected(of); len(moves) > 0 || err != nil {
		return err
	}
	for _, v := range vouchers {
		var own []ledger.Line
		for _, l := range lines {
			if l.N == v.N {
				own = append(own, *l)
			}
		}
		if posting.Carried(own) {
			continue // what it changed of others changes again by itself
		}
		red, opposite := ledger.Red(*v, own, b.doc.Seq, b.doc.Date, b.set.Reversal)
		b.addDraft(ledger.Draft{Date: b.doc.Date, Red: red.Red, Reverses: v.Doc, Memo: first(b.memo, ledger.CancelMemo(b.set.Chart, *v)), Lines: opposite})
	}
	return nil
}

package ledgermill

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/flow"
	"github.com/ledgermill/ledgermill/storage"
)

// comesLate gives a stream as it stood at the end of the document's day.
func (b *book) comesLate(s *stream, item *inventory.Item) error {
	if err := b.allowLate(item.Code, s.record.LastDate); err != nil {
		return err
	}
	past, err := library{b}.Stream(item.Code, s.record.Scope, b.doc.Date.AddDays(1))
	if err != nil {
		return err
	}
	if past == nil {
		return errNeed
	}
	if err := b.passed(item, past); err != nil {
		return err
	}
	s.loaded, s.swept = past.State.Layers, true
	s.State = past.Before()
	if s.Stream.Qty.Sign() > 0 {
		return nil
	}
	if past, err = (library{b}).Stream(item.Code, s.record.Scope, 0); err != nil { // what it cost last is known from the day it went
		return err
	}
	if past == nil {
		return errNeed
	}
	s.State = past.At(b.doc.Date)
	return nil
}

// allowLate refuses a document dated before others where the company wants that.
func (b *book) allowLate(subject string, latest calendar.Date) error {
	if b.set.LateFacts == "reject" {
		return refusal.New(refusal.InvalidDate, subject, "dated %s, before an entry of %s: the company takes no late documents", b.doc.Date, latest)
	}
	return nil
}

// orderCost gives an order's cost to change. To a document dated before the order's latest cost it gives the cost as it stood at the end of that day,
// and what the order had done by then.
func (b *book) orderCost(o *mrp.Order) (*costing.OrderCost, *mrp.Order, error) {
	cost, err := edit[costing.OrderCost](b, storage.OrderCosts, o.Ref)
	if err != nil || b.lateOrders[o.Ref] != nil {
		return cost, b.lateOrders[o.Ref], err
	}
	if b.doc.Date >= cost.LastDate {
		return cost, o, nil
	}
	if err := b.allowLate(o.Ref, cost.LastDate); err != nil {
		return nil, nil, err
	}
	facts, err := library{b}.Order(o.Ref)
	if err != nil {
		return nil, nil, err
	}
	if facts == nil {
		return nil, nil, errNeed
	}
	was, past, held, err := facts.At(b.currency, b.set.Scrap == "absorb_all", b.doc.Date)
	if err != nil {
		return nil, nil, err
	}
	b.lateOrders[o.Ref] = &past
	b.putCost(cost, was)
	return cost, &past, b.putHeld(o.Ref, held)
}

func (b *book) putCost(row *costing.OrderCost, cost costing.OrderCost) {
	cost.Version, cost.LastDate = row.Version, max(row.LastDate, cost.LastDate)
	*row = cost
}

// putHeld writes what an order holds of each material.
func (b *book) putHeld(order string, held []costing.Consumed) error {
	rows, err := list[costing.Consumed](b, storage.List{Kind: storage.Consumption, Values: []any{order}})
	if err != nil {
		return err
	}
	for _, r := range rows {
		row, err := edit[costing.Consumed](b, storage.Consumption, r.Order, r.Item, r.Lot)
		if err != nil {
			return err
		}
		*row = costing.Consumed{Order: r.Order, Item: r.Item, Lot: r.Lot, Version: row.Version}
	}
	for _, h := range held {
		row, err := b.consumed(order, h.Item, h.Lot)
		if err != nil {
			return err
		}
		row.Qty, row.Value = h.Qty, h.Value
	}
	return nil
}

// settledLate gives the shipments of which the document takes back or bills a part before another part that is in the books: what is left of them at
// each instant is another now.
func (b *book) settledLate() (out []*costing.Entry, err error) {
	if b.doc.Date >= b.head.Latest {
		return nil, nil
	}
	for _, f := range own(b, storage.Settlements, func(f *ledger.Settlement) bool {
		return (f.Kind == ledger.Shipped || f.Kind == ledger.Unbilled) && f.ItemDoc != b.doc.Seq
	}) {
		e, err := read[costing.Entry](b, storage.Entries, f.ItemDoc, f.ItemLine)
		if err != nil || e == nil || e.Kind != costing.Sold {
			continue // nothing was in stock of what a supplier shipped
		}
		p, err := library{b}.pool(f.Kind, e.Source())
		if err != nil || slices.Contains(out, e) {
			continue
		}
		if last := p.Facts[len(p.Facts)-1]; last.Doc != b.doc.Seq {
			if err := b.allowLate(e.Item, last.Date); err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, b.ready()
}

// enough refuses a document of the past that leaves a later one of its places without goods.
func (b *book) enough() error {
	return each(b, b.order, func(_ int, r *record) error {
		s, ok := r.row.(*inventory.Stock)
		if !ok || !r.touched || b.allowsNegative() && s.Lot == "" {
			return nil
		}
		moves, err := b.later(s.Item)
		if err != nil {
			return err
		}
		mine := own(b, storage.Moves, func(m *inventory.Move) bool { return m.Item == s.Item && m.Date > b.doc.Date })
		return s.CheckPast(b.doc.Date, inventory.WithCorrections(moves, mine))
	})
}

// writeFlow turns what a sweep found into facts, records and vouchers.
func (b *book) writeFlow(g *flow.Graph) error {
	if err := b.writeAdjustments(g); err != nil {
		return err
	}
	if err := b.writeOpens(g); err != nil {
		return err
	}
	if err := b.relink(g); err != nil {
		return err
	}
	for _, s := range g.States() {
		if err := b.putState(s); err != nil {
			return err
		}
	}
	for _, h := range g.Awaiting() {
		row, err := edit[costing.Stream](b, storage.Streams, h.Item, h.Scope)
		if err != nil {
			return err
		}
		row.Await(h.Change)
	}
	for _, o := range g.Shared() {
		row, err := edit[costing.OrderCost](b, storage.OrderCosts, o.Cost.Order)
		if err != nil {
			return err
		}
		if o.Gone.Sign() < 0 {
			return refusal.New(refusal.InvalidState, o.Cost.Order, "a cost that is taken back has gone to what the order completed: reverse that first").Numbers(o.Gone.Abs(), o.Gone)
		}
		b.putCost(row, o.Cost)
		if err := b.putHeld(o.Cost.Order, o.Held); err != nil {
			return err
		}
	}
	return b.ready()
}

// writeAdjustments records by how much entries are worth more (or less), and books that and what accounts without an entry take.
func (b *book) writeAdjustments(g *flow.Graph) error {
	dates := map[calendar.Date]calendar.Date{}
	book := func(at calendar.Date, e *costing.Entry, line ledger.Line) {
		line.Item, line.Order, line.Rule = e.Item, e.Order, posting.RuleLate
		d := b.lateDraft(at)
		if len(d.Lines) == cap(d.Lines) {
			d.Lines = ledger.Merge(d.Lines)
		}
		d.Lines = append(d.Lines, line)
	}
	for _, a := range g.Adjustments {
		if a.Change.IsZero() && a.Stated.IsZero() {
			continue
		}
		at, err := b.postingDate(max(a.Entry.FactDate, a.Floor), dates)
		if err != nil {
			return err
		}
		b.fact(storage.Entries, a.Fact(b.doc.Seq, b.next(storage.Entries), at))
		if !a.Change.IsZero() && !a.Offset {
			book(at, a.Entry, posting.DebitOf(a.Entry.Account, a.Change))
		}
	}
	return each(b, g.Lines, func(_ int, l flow.Line) error {
		if l.Amount.IsZero() {
			return nil
		}
		account, err := b.settledTo(l)
		if err != nil {
			return err
		}
		at, err := b.postingDate(max(l.Date, l.Floor), dates)
		if err == nil {
			book(at, l.Entry, posting.DebitOf(account, l.Amount))
		}
		return err
	})
}

// settledTo is where a later change of an account goes: a stocktake's difference that was settled goes where it was settled.
func (b *book) settledTo(l flow.Line) (string, error) {
	count := b.countOf(l.Entry)
	if count == 0 {
		return l.Account, nil
	}
	open, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Counted), count, int32(0))
	if err == nil && open == nil && count != l.Entry.Doc {
		err = b.openCount(count, l.Amount.Neg())
	}
	if err != nil || open == nil {
		return l.Account, err
	}
	if open.Settled && open.Account != "" { // without an account nobody settled it: it came to nothing
		return b.settledSide(open.Account, l.Entry)
	}
	row, err := edit[ledger.OpenItem](b, storage.OpenItems, string(ledger.Counted), count, int32(0))
	if err != nil {
		return "", err
	}
	fact, err := row.Change(b.doc.Seq, b.next(storage.Settlements), b.doc.Date, l.Amount.Neg(), false)
	if err != nil {
		return "", err
	}
	b.fact(storage.Settlements, &fact)
	return l.Account, nil
}

// settledSide is the account of a settled count for a change of one of its entries: where gains and losses were settled apart, that of its side.
func (b *book) settledSide(account string, e *costing.Entry) (string, error) {
	gain, loss := posting.CountSides(b.set.Chart)
	more, err1 := b.chart.Free(gain)
	less, err2 := b.chart.Free(loss)
	switch {
	case err1 != nil || err2 != nil || account != more && account != less:
		return account, nil
	case e.Kind == costing.Found:
		return more, nil
	}
	return less, nil
}

// postingDate is when an adjustment of an entry is booked: the later of the two documents' dates; if that is closed, the first open day after it.
func (b *book) postingDate(day calendar.Date, known map[calendar.Date]calendar.Date) (calendar.Date, error) {
	at := max(day, b.doc.Date)
	switch {
	case b.monthEnd != 0: // an average is no late fact
		at = day // which is not before the end of the month
	case b.set.LateFacts == "forward":
		at = max(at, b.head.Latest)
	}
	if d, ok := known[at]; ok {
		return d, nil
	}
	periods, err := list[ledger.PeriodState](b, storage.List{Kind: storage.Periods})
	if err != nil {
		return 0, err
	}
	others := slices.DeleteFunc(values(periods), func(p ledger.PeriodState) bool { return b.monthEnd != 0 && p.Period == b.monthEnd.Period() })
	known[at] = ledger.FirstOpen(others, at) // the month that is being closed takes its averages, though it may be soft closed
	return known[at], nil
}

// lateDraft is the voucher of what the document changes on a day: one for each.
func (b *book) lateDraft(at calendar.Date) *ledger.Draft {
	if d := b.late[at]; d != nil {
		return d
	}
	b.addDraft(ledger.Draft{Date: at})
	b.late[at] = b.drafts[len(b.drafts)-1]
	return b.late[at]
}

func (b *book) writeOpens(g *flow.Graph) error {
	for _, o := range g.Opens {
		row, err := edit[ledger.OpenItem](b, storage.OpenItems, string(o.Item.Kind), o.Item.Doc, o.Item.Line)
		if err != nil {
			return err
		}
		line := b.next(storage.Settlements)
		fact, err := row.Change(b.doc.Seq, line, b.doc.Date, o.Amount, o.Settled)
		if err != nil {
			return err
		}
		b.fact(storage.Settlements, &fact)
	}
	return nil
}

// relink replaces the links of entries that now take from elsewhere.
func (b *book) relink(g *flow.Graph) error {
	last := map[costing.Source]int{}
	for i := range g.Relinked {
		last[g.Relinked[i].Source()] = i
	}
	return each(b, g.Relinked, func(i int, e *costing.Event) error {
		if last[e.Source()] != i {
			return nil
		}
		if e.Doc == b.doc.Seq {
			b.changes.Drop(storage.Links, func(row any) bool { l := row.(*costing.Link); return l.Doc == e.Doc && l.Line == e.Line })
		} else {
			rows, err := list[costing.Link](b, factsOf(storage.Links, e.Doc))
			if err != nil {
				return err
			}
			for _, l := range rows {
				if l.Line == e.Line {
					b.changes.Replace(storage.Links, l, nil)
				}
			}
		}
		for _, l := range e.Links() {
			b.changes.Replace(storage.Links, nil, l)
		}
		return nil
	})
}

// putState writes a stream as a sweep left it.
func (b *book) putState(state costing.State) error {
	key := streamKey{state.Stream.Item, state.Stream.Scope}
	s := b.streams[key]
	if s == nil {
		item, err := b.item(key.item)
		if err != nil {
			return err
		}
		if s, err = b.asStored(item, key.scope); err != nil {
			return err
		}
		b.have(s)
	}
	stored, err := library{b}.stored(key.item, key.scope)
	if err != nil {
		return err
	}
	s.loaded = stored.Layers
	s.Take(state)
	return nil
}

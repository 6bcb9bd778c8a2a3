package ledgermill

import (
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func (c Transfer) head() header { return header{"transfer", c.ID, c.Date, c.Memo} }

func (c Transfer) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	from, fromBin, _ := strings.Cut(c.From, "/")
	to, toBin, _ := strings.Cut(c.To, "/")
	target, err := b.warehouse(to)
	if err != nil {
		return err
	}
	return each(b, c.Lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, from, first(l.Bin, fromBin), l.Lot, false)
		if err != nil {
			return err
		}
		bin, err := inventory.PutBin(*target, g.held, toBin)
		if err != nil {
			return err
		}
		picks, err := b.pick(g, place(target.Code, bin), "")
		if err != nil {
			return err
		}
		for _, p := range picks {
			row, err := b.row(l.Item, target.Code, bin, p.Stock.Lot)
			if err != nil {
				return err
			}
			row.Put(p.Qty, c.Date, b.doc.Seq, p.Stock.Expires)
		}
		return each(b, inventory.ByLots(picks), func(_ int, lot inventory.Pick) error {
			from := g
			from.lot, from.qty = lot.Stock.Lot, lot.Qty
			to := from
			to.warehouse = target
			if b.scope(from) != b.scope(to) {
				return b.carry(from, to)
			}
			_, err := b.stream(g.item, b.scope(from), uom.Quantity{})
			return err
		})
	})
}

func (c Count) head() header { return header{"count", c.ID, c.Date, c.Memo} }

func (c Count) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	var gaps []money.Amount
	if err := each(b, c.Lines, func(_ int, l CountLine) error {
		gap, err := c.line(b, l)
		gaps = append(gaps, gap)
		return err
	}); err != nil {
		return err
	}
	if total := money.Sum(gaps...); !total.IsZero() {
		b.openItem(ledger.OpenItem{Kind: ledger.Counted, Amount: total})
	}
	return nil
}

// line books one counted place: a gain at the cost of what is there, a loss at what the method gives.
func (c Count) line(b *book, l CountLine) (money.Amount, error) {
	none := money.Amount{}
	l.Bin = first(l.Bin, c.Bin)
	item, err := b.item(l.Item)
	if err != nil {
		return none, err
	}
	counted, err := item.Units.ToBase(l.Counted.Qty, l.Counted.Unit, item.Unit)
	if err != nil {
		return none, err
	}
	w, err := b.warehouse(first(l.Warehouse, c.Warehouse))
	if err != nil {
		return none, err
	}
	b.wantStock(l.Item, w.Code, l.Lot, uom.Quantity{})
	if err := b.ready(); err != nil {
		return none, err
	}
	held, err := b.held(l.Item)
	if err != nil {
		return none, err
	}
	past, err := b.heldThen(l.Item, held)
	if err != nil {
		return none, err
	}
	gap, _, err := inventory.CountDifference(*item, past, w.Code, l.Bin, l.Lot, counted)
	if err != nil {
		return none, err
	}
	g := goods{item: item, qty: gap.Abs(), warehouse: w, bin: l.Bin, lot: l.Lot, held: held}
	switch gap.Sign() {
	case 1:
		return c.gain(b, g, l)
	case -1:
		return c.loss(b, g, l.Bin)
	}
	bin, err := inventory.PutBin(*w, held, l.Bin)
	if err != nil {
		return none, err
	}
	b.move(l.Item, l.Lot, gap, countEnd(c.ID, l.Bin), place(w.Code, bin)) // of nothing: it says that so much was there
	_, err = b.stream(item, b.scope(g), uom.Quantity{})
	return none, err
}

// heldThen gives an item's rows of stock as they were at the end of the document's day.
func (b *book) heldThen(item string, held []inventory.Stock) ([]inventory.Stock, error) {
	if b.doc.Date >= b.head.Latest {
		return held, nil
	}
	later, err := b.later(item)
	return inventory.Before(held, later), err
}

func (c Count) gain(b *book, g goods, l CountLine) (money.Amount, error) {
	s, err := b.stream(g.item, b.scope(g), uom.Quantity{})
	if err != nil {
		return money.Amount{}, err
	}
	s.Priced(b.doc.Date, b.doc.Seq)
	value, known := costing.LastCost(s.Stream, b.currency, g.qty)
	if s.method.Reads() == costing.ReadsStandard {
		value, err = b.atStandard(g, value)
		known = err == nil
	}
	if !known {
		if value, err = posting.LineAmount(b.currency, l.Item, g.qty, l.Cost, nil); err != nil {
			return value, refusal.New(refusal.InvalidAmount, l.Item, "no cost of this item is known: the line must state one")
		}
	}
	in, err := b.takeIn(&g, value, countEnd(c.ID, l.Bin), "count", costing.Source{})
	if err != nil {
		return value, err
	}
	in.Kind = costing.Found
	in.Contra, err = b.post("count", "difference", value, dims{item: g.item, warehouse: g.warehouse.Code})
	return value, err
}

// loss takes what is missing out. Promises that the stock no longer covers lose their newest part.
func (c Count) loss(b *book, g goods, counted string) (money.Amount, error) {
	var err error
	if g.held, err = b.heldUntil(g.held, g.warehouse.Code); err != nil {
		return money.Amount{}, err
	}
	if err := b.breakPromises(g); err != nil {
		return money.Amount{}, err
	}
	if g.held, err = b.held(g.item.Code); err != nil {
		return money.Amount{}, err
	}
	parts, err := b.takeOut(g, countEnd(c.ID, counted), "count_loss", "")
	if err != nil {
		return money.Amount{}, err
	}
	values := make([]money.Amount, len(parts))
	for i, p := range parts {
		values[i] = p.value.Neg()
	}
	lost := money.Sum(values...)
	account, err := b.post("count", "difference", lost, dims{item: g.item, warehouse: g.warehouse.Code})
	for _, p := range parts {
		p.entry.Contra = account
	}
	return lost, err
}

// breakPromises cuts the promises that a loss leaves without goods, the newest first.
func (b *book) breakPromises(g goods) error {
	rows := inventory.At(g.held, g.warehouse.Code, g.bin, g.lot)
	if inventory.Short(rows, g.qty).Sign() <= 0 {
		return nil
	}
	promises, err := list[inventory.Reservation](b, storage.List{Kind: storage.Reservations, Index: 1, Values: []any{g.item.Code}})
	if err != nil {
		return err
	}
	return b.free(inventory.LosePromises(rows, inventory.Oldest(values(promises)), g.qty))
}

func (c SettleCount) head() header { return header{"settle_count", c.ID, c.Date, c.Memo} }

func (c SettleCount) decide(b *book) error {
	of, err := b.document(c.Of)
	if err != nil {
		return err
	}
	open, err := b.items(ledger.Counted, "", c.Of)
	if err != nil {
		return err
	}
	if len(open) == 0 || open[0].Settled {
		return refusal.New(refusal.InvalidState, c.Of, "this document has no stocktake difference that waits to be settled")
	}
	o := open[0]
	parts := []money.Amount{o.Open}
	if c.To == "" { // a chart may have gains and losses apart
		found, err := b.foundBy(of.Seq)
		if err != nil {
			return err
		}
		parts = posting.CountParts(b.set.Chart, o.Open, found)
	}
	if err := b.settle(o, uom.Quantity{}, o.Open); err != nil {
		return err
	}
	row, err := edit[ledger.OpenItem](b, storage.OpenItems, string(o.Kind), o.Doc, o.Line)
	if err != nil {
		return err
	}
	if err := each(b, parts, func(_ int, part money.Amount) error {
		if row.Account, err = b.chart.Free(first(c.To, posting.CountSettledTo(b.set.Chart, part))); err != nil { // a later change of the difference goes there too
			return err
		}
		_, err := b.post("settle_count", "settled", part.Neg(), dims{account: row.Account})
		return err
	}); err != nil {
		return err
	}
	_, err = b.post("settle_count", "difference", o.Open.Neg(), dims{})
	return err
}

// foundBy is what the goods that a stocktake found more are worth, with what was changed and corrected of them since.
func (b *book) foundBy(count int64) (money.Amount, error) {
	var sum []money.Amount
	facts, err := b.countFacts(count)
	for _, f := range facts {
		if f.of.Kind == costing.Found {
			sum = append(sum, f.Value)
		}
	}
	return money.Sum(sum...), err
}

func (c Scrap) head() header { return header{"scrap", c.ID, c.Date, c.Memo} }

func (c Scrap) decide(b *book) error {
	return b.takeAway("scrap", "loss", "", inventory.Place{Type: inventory.Scrapped}, c.Lines, c.Warehouse, c.Bin)
}

func (c OtherIssue) head() header { return header{"other_issue", c.ID, c.Date, c.Memo} }

func (c OtherIssue) decide(b *book) error {
	account, err := b.chart.Free(first(c.Account, c.Role))
	if err != nil {
		return err
	}
	return b.takeAway("other_issue", "account", account, inventory.Place{Type: inventory.Elsewhere, Name: account}, c.Lines, c.Warehouse, "")
}

// takeAway takes lines out of stock and charges their value to one account.
func (b *book) takeAway(event, measure, account string, to inventory.Place, lines []StockLine, warehouse, bin string) error {
	if err := checkLines(b, len(lines)); err != nil {
		return err
	}
	return each(b, lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, warehouse), first(l.Bin, bin), l.Lot, false)
		if err != nil {
			return err
		}
		parts, err := b.takeOut(g, to, event, "")
		if err != nil {
			return err
		}
		for _, t := range parts {
			if t.entry.Contra, err = b.post(event, measure, t.value, dims{item: g.item, account: account}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c OtherReceipt) head() header { return header{"other_receipt", c.ID, c.Date, c.Memo} }

func (c OtherReceipt) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	account, err := b.chart.Free(first(c.Account, c.Role))
	if err != nil {
		return err
	}
	return each(b, c.Lines, func(_ int, l OtherLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), l.Bin, l.Lot, true)
		if err != nil {
			return err
		}
		g.expires = l.Expires
		value, err := posting.LineAmount(b.currency, l.Item, l.Qty.Qty, l.Cost, nil)
		if err != nil {
			return err
		}
		if _, err := b.takeIn(&g, value, inventory.Place{Type: inventory.Elsewhere, Name: account}, "other_receipt", costing.Source{}); err != nil {
			return err
		}
		_, err = b.post("other_receipt", "account", value, dims{item: g.item, account: account})
		return err
	})
}

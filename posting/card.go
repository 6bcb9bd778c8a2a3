package posting

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// CardRow is a row of an item's stock card: what an entry of value brought in (or took out, below zero) and what there was after it. The first row is the opening,
// without an entry.
type CardRow struct {
	Doc      int64
	Ref      string
	Kind     costing.EntryKind // empty: the opening
	Date     calendar.Date     // of posting
	Lot      string
	Account  string
	Qty      uom.Quantity
	Value    money.Amount
	QtyAfter uom.Quantity
	After    money.Amount
}

// Card writes the stock card of one item (数量金额式明细账) for the days from From to To.
type Card struct {
	From, To calendar.Date
	opening  CardRow
	entries  []costing.Entry
}

// Put notes an entry of the item, in any order; entries of orders, and those of later days, are not of the card.
func (c *Card) Put(e costing.Entry) {
	switch {
	case e.Order != "" || e.PostingDate > c.To:
	case e.PostingDate < c.From:
		c.opening.Qty, c.opening.Value = c.opening.Qty.Add(e.Qty), c.opening.Value.Add(e.Value)
	case !e.Qty.IsZero() || !e.Value.IsZero():
		c.entries = append(c.entries, e)
	}
}

// Rows gives the card: the opening, then the entries by the day of their posting, each with what there was after it.
func (c *Card) Rows() []CardRow {
	slices.SortFunc(c.entries, func(a, b costing.Entry) int {
		return cmp.Or(cmp.Compare(a.PostingDate, b.PostingDate), cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Line, b.Line))
	})
	qty, value := c.opening.Qty, c.opening.Value
	out := []CardRow{{Date: c.From, QtyAfter: qty, After: value}}
	for _, e := range c.entries {
		qty, value = qty.Add(e.Qty), value.Add(e.Value)
		out = append(out, CardRow{Doc: e.Doc, Kind: e.Kind, Date: e.PostingDate, Lot: e.Lot, Account: e.Account, Qty: e.Qty, Value: e.Value, QtyAfter: qty, After: value})
	}
	return out
}

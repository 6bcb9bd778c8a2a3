package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// average gives the issues of a month the average of the month, where goods are valued so (monthly; their streams: now), and follows the change to where the goods
// went. What changes in streams that have their average later waits in them.
func (b *book) average(p calendar.Period, monthly map[string]*inventory.Item, now, later []*costing.Stream) error {
	b.monthEnd = p.Last()
	waits := map[streamKey]bool{}
	for _, s := range later {
		waits[streamKey{s.Item, s.Scope}] = true
	}
	b.awaits = func(item, scope string) bool { return waits[streamKey{item, scope}] }
	if err := each(b, now, func(_ int, row *costing.Stream) error { return b.averageStream(monthly[row.Item], row, p) }); err != nil {
		return err
	}
	if err := b.carryOn(); err != nil {
		return err
	}
	b.carried = true
	return nil
}

func (b *book) averageStream(item *inventory.Item, row *costing.Stream, p calendar.Period) error {
	s, err := b.averaged(item, row)
	if err != nil {
		return err
	}
	s.swept, s.from = true, p.First()
	b.fact(storage.Entries, &costing.Entry{
		Doc: b.doc.Seq, Line: b.next(storage.Entries), Kind: costing.Averaged, Item: item.Code, Scope: row.Scope, Method: item.Method, FactDate: p.Last(), PostingDate: p.Last(),
	})
	return nil
}

// averaged gives a stream to sweep: its state is found by the sweep.
func (b *book) averaged(item *inventory.Item, row *costing.Stream) (*stream, error) {
	key := streamKey{item.Code, row.Scope}
	m, err := costing.Lookup(item.Method, b.methods)
	if err != nil {
		return nil, err
	}
	record, err := edit[costing.Stream](b, storage.Streams, item.Code, row.Scope)
	if err != nil {
		return nil, err
	}
	s := &stream{method: m, record: record}
	s.Stream = *record
	b.streams[key] = s
	b.streamed = append(b.streamed, s)
	return s, nil
}

// withDrafts adds what the document itself books till a day to balances.
func (b *book) withDrafts(rows []ledger.Balance, day calendar.Date) []ledger.Balance {
	for _, d := range b.drafts {
		if d.Date <= day {
			rows = ledger.AddLines(rows, d.Lines)
		}
	}
	return rows
}

// settleVariances takes the month's variances of standard-cost goods to cost of sales: all of them, or the part of what was sold, by the standard cost of what
// was sold and of what is still on hand or in process.
func (c Close) settleVariances(b *book) error {
	switch c.Variances {
	case "":
		return nil
	case "prorate", "cogs":
	default:
		return refusal.New(refusal.InvalidState, c.ID, "variances are prorated or go to cost of sales (prorate, cogs), not %q", c.Variances)
	}
	b.want(storage.Counters, series, c.Period)
	rows, err := b.total(totalsAt(AsOf{Day: c.Period.Last()}))
	if err != nil {
		return err
	}
	cogs, err := b.chart.Account("cogs", posting.Party{})
	if err != nil {
		return err
	}
	basis, err := b.proration(c.Period, cogs)
	if err != nil {
		return err
	}
	all := b.withDrafts(balances(rows), c.Period.Last())
	var lines []ledger.Line
	for _, role := range []string{"purchase_variance", "material_variance", "production_variance"} {
		account, err := b.chart.Account(role, posting.Party{})
		if err != nil {
			return err
		}
		part := ledger.BalanceOf(all, account)
		if c.Variances == "prorate" {
			part = basis.SoldPart(b.currency, part)
		}
		lines = append(lines, ledger.Take(account, cogs, part, posting.RuleVariances)...)
	}
	if len(lines) > 0 {
		b.addDraft(ledger.Draft{Date: c.Period.Last(), Lines: lines})
	}
	return nil
}

// proration weighs what was sold in a period against what is left of standard-cost goods: in stock and in process.
func (b *book) proration(p calendar.Period, cogs string) (posting.Proration, error) {
	streams, err1 := list[costing.Stream](b, storage.List{Kind: storage.Streams})
	costs, err2 := list[costing.OrderCost](b, storage.List{Kind: storage.OrderCosts})
	sold, err3 := b.total(storage.Total{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit"}, Where: []storage.Equal{{Column: "account", Value: cogs}, {Column: "period", Value: p}}})
	if err1 != nil || err2 != nil || err3 != nil {
		return posting.Proration{}, errNeed
	}
	return posting.Prorate(values(streams), b.standsAtStandard, values(costs), ledger.BalanceOf(balances(sold), cogs)), nil
}

package ledgermill

import (
	"cmp"
	"errors"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// average gives the issues of a month the average of the month, in the streams that are valued so (now), and follows the change to where the goods
// went. What changes in streams that have their average later waits in them.
func (b *book) average(p calendar.Period, now, later []*costing.Stream) error {
	b.monthEnd = p.Last()
	waits := map[streamKey]bool{}
	for _, s := range later {
		waits[streamKey{s.Item, s.Scope}] = true
	}
	b.awaits = func(item, scope string) bool { return waits[streamKey{item, scope}] }
	if err := each(b, now, func(_ int, row *costing.Stream) error { return b.averageStream(row, p) }); err != nil {
		return err
	}
	if err := b.carryOn(); err != nil {
		return err
	}
	b.carried = true
	return nil
}

func (b *book) averageStream(row *costing.Stream, p calendar.Period) error {
	s, err := b.averaged(row)
	if err != nil {
		return err
	}
	s.swept, s.from = true, p.First()
	s.Priced(p.Last(), b.doc.Seq) // all that left in the month has a share of all that came in it: also what left before that
	b.fact(storage.Entries, &costing.Entry{
		Doc: b.doc.Seq, Line: b.next(storage.Entries), Kind: costing.Averaged, Item: row.Item, Scope: row.Scope, Method: costing.MonthlyAverage{}.Name(), FactDate: p.Last(), PostingDate: p.Last(),
	})
	return nil
}

// averaged gives a stream to sweep: its state is found by the sweep.
func (b *book) averaged(row *costing.Stream) (*stream, error) {
	key := streamKey{row.Item, row.Scope}
	m, err := b.method(row.Method)
	if err != nil {
		return nil, err
	}
	record, err := edit[costing.Stream](b, storage.Streams, row.Item, row.Scope)
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
// was sold and of what is left on hand and in process at the end of the month.
func (c Close) settleVariances(b *book) error {
	switch c.Variances {
	case "":
		return nil
	case "prorate", "cogs":
	default:
		return refusal.New(refusal.InvalidState, c.ID, "variances are prorated or go to cost of sales (prorate, cogs), not %q", c.Variances)
	}
	b.want(storage.Counters, series, c.Period)
	v := posting.Variances{Currency: b.currency, Prorate: c.Variances == "prorate"}
	for _, role := range posting.VarianceRoles {
		v.Accounts = append(v.Accounts, b.chart.Accounts(role)...)
	}
	var err error
	if v.Cogs, err = b.chart.Account("cogs", posting.Party{}); err != nil {
		return err
	}
	if ledger.Expenses(v.Accounts, b.chart.Find) {
		if v.Deferred, err = b.chart.Account("stock_variance", posting.Party{}); err != nil {
			return err
		}
	}
	rows, err1 := b.total(totalsAt(AsOf{Day: c.Period.Last()}))
	posted, err2 := b.total(storage.Total{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit"}, Where: []storage.Equal{where("period", c.Period), where("rule", posting.RuleVariances)}})
	sold, err3 := b.total(storage.Total{Kind: storage.VoucherLines, Group: []string{"account", "item"}, Of: []string{"debit", "credit"}, Where: []storage.Equal{where("period", c.Period)}})
	left, err4 := b.total(storage.Total{Kind: storage.Entries, Group: []string{"item", "order_ref"}, Of: []string{"value"}, Date: "posting_date", AsOf: c.Period.Last(), Open: true})
	if errors.Join(err1, err2, err3, err4) != nil {
		return errNeed
	}
	v.Balances, v.Posted = b.withDrafts(balances(rows), c.Period.Last()), balances(posted)
	if err := errors.Join(b.weighSold(&v, sold, c.Period), b.weighLeft(&v, left, c.Period)); err != nil {
		return cmp.Or(b.ready(), err)
	}
	if lines := v.Lines(); len(lines) > 0 {
		b.addDraft(ledger.Draft{Date: c.Period.Last(), Lines: lines})
	}
	return nil
}

// weighSold adds up the cost of sales of a period, by item, with what this document changes of it.
func (b *book) weighSold(v *posting.Variances, rows []storage.TotalRow, p calendar.Period) error {
	cogs := b.chart.Accounts("cogs")
	add := func(account, item string, debit, credit money.Amount) error {
		if item == "" || !slices.Contains(cogs, account) {
			return nil
		}
		standard, err := b.atStandardCost(item, p.Last())
		v.AddSold(standard, debit, credit)
		return err
	}
	for _, d := range b.drafts {
		for _, l := range d.Lines {
			if d.Date.Period() == p {
				if err := add(l.Account, l.Item, l.Debit, l.Credit); err != nil {
					return err
				}
			}
		}
	}
	return each(b, rows, func(_ int, r storage.TotalRow) error {
		return add(*r.Group[0].(*string), *r.Group[1].(*string), money.FromUnits(r.Sums[0]), money.FromUnits(r.Sums[1]))
	})
}

// weighLeft adds up what is on hand and in process at the end of a period, with what this document changes of it.
func (b *book) weighLeft(v *posting.Variances, rows []storage.TotalRow, p calendar.Period) error {
	add := func(item, order string, value money.Amount) error {
		item, err := b.makes(item, order)
		if err != nil {
			return err
		}
		standard, err := b.atStandardCost(item, p.Last())
		v.AddLeft(standard, value)
		return err
	}
	for _, e := range own(b, storage.Entries, func(e *costing.Entry) bool { return e.PostingDate <= p.Last() }) {
		if err := add(e.Item, e.Order, e.Value); err != nil {
			return err
		}
	}
	return each(b, rows, func(_ int, r storage.TotalRow) error {
		return add(*r.Group[0].(*string), *r.Group[1].(*string), money.FromUnits(r.Sums[0]))
	})
}

// makes is the item of an entry: its own, or that of the order that it is of.
func (b *book) makes(item, order string) (string, error) {
	if order == "" {
		return item, nil
	}
	o, err := read[mrp.Order](b, storage.Orders, order)
	if err != nil || o == nil {
		return "", err
	}
	return o.Item, nil
}

// atStandardCost says whether an item was valued at standard cost at the end of a day.
func (b *book) atStandardCost(code string, day calendar.Date) (bool, error) {
	item, err := b.item(code)
	if err != nil {
		return false, err
	}
	changes, err := b.changesOfMethod()
	if err != nil {
		return false, err
	}
	method, err := b.methodOn(item, day, changes[code])
	return b.standsAtStandard(method), err
}

package ledgermill

import (
	"context"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Span says what a report reads: the business days From to To, both included, and of the documents those that had been recorded when Upto was the last.
type Span struct {
	From calendar.Date // 0: the first day of To's month
	To   calendar.Date
	Upto int64 // the Seq of a document (see [Company.RecordedBy]); 0: all that are recorded now
}

// fixed fills in what a span leaves out. From then on it reads the same facts, whatever is recorded meanwhile: facts never change.
func (c *Company) fixed(ctx context.Context, s Span) (Span, error) {
	if s.To == 0 {
		return s, refusal.New(refusal.InvalidDate, "to", "a report has a last day")
	}
	if s.From == 0 {
		s.From = s.To.Period().First()
	}
	if s.From > s.To {
		return s, refusal.New(refusal.InvalidDate, s.From.String(), "a report begins on its last day or before").Numbers(s.From, s.To)
	}
	head, err := c.readHead(ctx)
	if s.Upto == 0 || s.Upto > head.Seq {
		s.Upto = head.Seq
	}
	return s, err
}

// RecordedBy gives the Seq of the last document that had been recorded at an instant; if none had, not_found.
func (c *Company) RecordedBy(ctx context.Context, at calendar.Instant) (int64, error) {
	head, err := c.readHead(ctx)
	if err != nil {
		return 0, err
	}
	low, high := int64(0), head.Seq // recorded instants never go back
	for low < high {
		middle := high - (high-low)/2
		page, err := c.store.Scan(ctx, c.name, storage.Scan{Kind: storage.Documents, From: []any{middle}, To: []any{middle}, Limit: 1})
		if err != nil {
			return 0, err
		}
		if len(page.Rows) == 0 {
			return 0, refusal.New(refusal.NotFound, c.name, "document %d is missing", middle)
		}
		if page.Rows[0].(*posting.Document).Recorded <= at {
			low = middle
		} else {
			high = middle - 1
		}
	}
	if low == 0 {
		return 0, refusal.New(refusal.NotFound, at.String(), "nothing had been recorded by then")
	}
	return low, nil
}

// lineSums adds up the voucher lines of the documents up to one that are dated up to the end of a day.
func (c *Company) lineSums(ctx context.Context, day calendar.Date, upto int64) ([]posting.LineSum, error) {
	rows, err := c.store.Sum(ctx, c.name, storage.Total{
		Kind: storage.VoucherLines, Group: []string{"account", "partner", "rule"}, Of: []string{"debit", "credit"}, Date: "date", AsOf: day, Upto: upto,
	})
	out := make([]posting.LineSum, len(rows))
	for i, r := range rows {
		out[i] = posting.NewLineSum(*r.Group[0].(*string), *r.Group[1].(*string), *r.Group[2].(*string), r.Sums[0], r.Sums[1])
	}
	return out, err
}

// sumsAt gives the sums at the end of several days.
func (c *Company) sumsAt(ctx context.Context, upto int64, days ...calendar.Date) ([][]posting.LineSum, error) {
	out := make([][]posting.LineSum, len(days))
	for i, day := range days {
		sums, err := c.lineSums(ctx, day, upto)
		if err != nil {
			return nil, err
		}
		out[i] = sums
	}
	return out, nil
}

// Statement gives a statement in the layout of the company's chart: [ledger.BalanceSheet] at the end of the span and at the beginning of its last day's
// year, or [ledger.IncomeStatement] and [ledger.CashFlow] of the span, of the year so far, and of the same days a year before.
func (c *Company) Statement(ctx context.Context, kind string, s Span) (ledger.Statement, error) {
	var chart string
	if err := c.query(ctx, func(b *book) error { chart = b.set.Chart; return nil }); err != nil {
		return ledger.Statement{}, err
	}
	layout, err := ledger.LoadStatement(chart, kind)
	if err != nil {
		return ledger.Statement{}, err
	}
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return ledger.Statement{}, err
	}
	if s, err = c.fixed(ctx, s); err != nil {
		return ledger.Statement{}, err
	}
	newYearsEve := s.To.Period().January().First().AddDays(-1)
	if kind == ledger.BalanceSheet {
		sums, err := c.sumsAt(ctx, s.Upto, newYearsEve, s.To)
		if err != nil {
			return ledger.Statement{}, err
		}
		return posting.Sheet(layout, accounts, sums[0], sums[1]), nil
	}
	sums, err := c.sumsAt(ctx, s.Upto, s.From.AddDays(-1), s.To, newYearsEve, s.From.YearBefore().AddDays(-1), s.To.YearBefore())
	if err != nil {
		return ledger.Statement{}, err
	}
	times := posting.IncomeSums{Eve: sums[0], End: sums[1], NewYearsEve: sums[2], EveBefore: sums[3], EndBefore: sums[4]}
	if kind == ledger.CashFlow {
		sheet, err := ledger.LoadStatement(chart, ledger.BalanceSheet)
		return posting.Cash(layout, sheet.CashAccounts(), times), err
	}
	return posting.Income(layout, accounts, times), nil
}

// Restated compares a statement as it stood when Upto was the last document with the same days as they look now, line by line: what was booked
// since then for days up to To.
func (c *Company) Restated(ctx context.Context, kind string, s Span) (ledger.Statement, error) {
	then, err := c.Statement(ctx, kind, s)
	if err != nil {
		return ledger.Statement{}, err
	}
	s.Upto = 0
	now, err := c.Statement(ctx, kind, s)
	return ledger.Compared(then, now), err
}

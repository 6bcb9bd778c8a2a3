package ledgermill

import (
	"errors"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

func (c Voucher) head() header { return header{"voucher", c.ID, c.Date, c.Memo} }

func (c Voucher) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	lines, err := b.manualLines(c.Lines)
	if err != nil {
		return err
	}
	d := ledger.Draft{Date: c.Date, Memo: c.Memo, Lines: lines}
	if err := d.Check(b.currency, b.chart.Find); err != nil {
		return err
	}
	receivable, err := b.chart.Account("receivable", posting.Party{})
	if err != nil {
		return err
	}
	payable, err := b.chart.Account("payable", posting.Party{})
	if err != nil {
		return err
	}
	if err := ledger.CheckManual(lines, b.chart.Find, receivable, payable); err != nil {
		return err
	}
	b.addDraft(d)
	for i, l := range lines {
		b.openManual(int32(i+1), l, receivable, payable)
	}
	return nil
}

// openManual opens the item that a hand-written line on receivable or payable stands for.
func (b *book) openManual(n int32, l ledger.Line, receivable, payable string) {
	switch l.Account {
	case receivable:
		b.openItem(ledger.OpenItem{Kind: ledger.Receivable, Line: n, Partner: l.Partner, Account: l.Account, Amount: posting.Gap(l.Debit, l.Credit)})
	case payable:
		b.openItem(ledger.OpenItem{Kind: ledger.Payable, Line: n, Partner: l.Partner, Account: l.Account, Amount: posting.Gap(l.Credit, l.Debit)})
	}
}

func (b *book) manualLines(lines []VoucherLine) ([]ledger.Line, error) {
	out := make([]ledger.Line, len(lines))
	for i, l := range lines {
		account, err := b.chart.Resolve(first(l.Account, l.Role))
		if err != nil {
			return nil, err
		}
		out[i] = ledger.Line{Account: account, Debit: l.Debit, Credit: l.Credit, Partner: l.Partner, Rule: "voucher"}
		if l.CashFlow != "" {
			if err := b.checkTag(l.CashFlow, account); err != nil {
				return nil, err
			}
			out[i].Rule = posting.Tagged(l.CashFlow)
		}
		if err := out[i].SetDimensions(l.Dimensions); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// checkTag refuses what is no row of the cash flow statement.
func (b *book) checkTag(tag, account string) error {
	flow, err1 := ledger.LoadStatement(b.set.Chart, ledger.CashFlow)
	sheet, err2 := ledger.LoadStatement(b.set.Chart, ledger.BalanceSheet)
	if err1 != nil || err2 != nil {
		return errors.Join(err1, err2)
	}
	return flow.CheckTag(tag, account, sheet.CashAccounts())
}

func (c Opening) head() header { return header{"opening", c.ID, c.Date, c.Memo} }

func (c Opening) decide(b *book) error {
	if err := checkLines(b, len(c.Stock)+len(c.Balances)); err != nil {
		return err
	}
	if err := each(b, c.Stock, func(_ int, l OpeningStock) error {
		g, err := b.goods(l.Item, l.Qty, l.Warehouse, l.Bin, l.Lot, true)
		if err != nil {
			return err
		}
		g.expires = l.Expires
		value := l.Value
		if value, err = posting.LineAmount(b.currency, l.Item, g.qty, noPrice, &value); err != nil {
			return err
		}
		if _, err := b.takeIn(&g, value, inventory.Place{Type: inventory.AtOpening}, "opening", costing.Source{}); err != nil {
			return err
		}
		_, err = b.post("opening", "opening", value, dims{})
		return err
	}); err != nil {
		return err
	}
	return c.balances(b)
}

func (c Opening) balances(b *book) error {
	for i, l := range c.Balances {
		if l.CashFlow != "" {
			return refusal.New(refusal.InvalidState, l.CashFlow, "what was there at the opening is no cash flow").AtLine(i + 1)
		}
	}
	lines, err := b.manualLines(c.Balances)
	if err != nil {
		return err
	}
	receivable, err := b.chart.Account("receivable", posting.Party{})
	if err != nil {
		return err
	}
	payable, err := b.chart.Account("payable", posting.Party{})
	if err != nil {
		return err
	}
	if err := ledger.CheckManual(lines, b.chart.Find, receivable, payable); err != nil {
		return err
	}
	for i, l := range lines {
		amount := posting.Gap(l.Debit, l.Credit)
		l.Rule = "opening.balance"
		b.draft().Lines = append(b.draft().Lines, l)
		if _, err := b.post("opening", "opening", amount, dims{}); err != nil {
			return err
		}
		b.openManual(int32(i+1), l, receivable, payable)
	}
	return nil
}

func (c Close) head() header { return header{"close", c.ID, c.Date, c.Memo} }

func (c Close) decide(b *book) error {
	p, err := editOr(b, ledger.PeriodState{Period: c.Period}, storage.Periods, c.Period)
	if err != nil {
		return err
	}
	reason := first(c.Reason, c.Memo)
	if c.Soft {
		return c.soft(p, reason)
	}
	closed, err := p.Close(reason)
	if err != nil {
		return err
	}
	steps, err := b.stepsOf(c)
	if err != nil {
		return err
	}
	if len(steps) == 0 { // before anything is done
		if err := b.checkBooks(); err != nil {
			return err
		}
	}
	if err := c.averageAll(b, steps); err != nil {
		return err
	}
	if len(steps) > 0 { // what came since, with what the steps have done
		if err := b.checkBooks(); err != nil {
			return err
		}
	}
	if err := c.listAccrued(b); err != nil {
		return err
	}
	if err := c.settleVariances(b); err != nil {
		return err
	}
	if c.Profit {
		if err := b.carryForward(c.Period); err != nil {
			return err
		}
	}
	*p = closed
	return nil
}

// soft only stops ordinary documents: what a close computes comes with the close.
func (c Close) soft(p *ledger.PeriodState, reason string) error {
	if c.Profit || c.Variances != "" {
		return refusal.New(refusal.InvalidState, c.Period.String(), "profit and variances are carried by the close, not by a soft close")
	}
	closed, err := p.SoftClose(reason)
	if err == nil {
		*p = closed
	}
	return err
}

// carryForward takes income and expense to the profit of the year (结转损益), on the last day of the period.
func (b *book) carryForward(p calendar.Period) error {
	b.want(storage.Counters, series, p)
	rows, err := b.total(totalsAt(AsOf{Day: p.Last()}))
	if err != nil {
		return err
	}
	profit, err := b.chart.Account("profit", posting.Party{})
	if err != nil {
		return err
	}
	lines := ledger.CarryForward(b.withDrafts(balances(rows), p.Last()), b.chart.Find, profit)
	if len(lines) == 0 {
		return nil
	}
	for i := range lines {
		lines[i].Rule = posting.RuleCarried
	}
	b.addDraft(ledger.Draft{Date: p.Last(), Lines: lines})
	return nil
}

func balances(rows []storage.TotalRow) []ledger.Balance {
	out := make([]ledger.Balance, len(rows))
	for i, r := range rows {
		out[i] = ledger.Balance{Account: *r.Group[0].(*string), Debit: money.FromUnits(r.Sums[0]), Credit: money.FromUnits(r.Sums[1])}
	}
	return out
}

func (c Reopen) head() header { return header{"reopen", c.ID, c.Date, c.Memo} }

func (c Reopen) decide(b *book) error {
	later, err := list[ledger.PeriodState](b, storage.List{Kind: storage.Periods})
	if err != nil {
		return err
	}
	p, err := editOr(b, ledger.PeriodState{Period: c.Period}, storage.Periods, c.Period)
	if err != nil {
		return err
	}
	reason := first(c.Reason, c.Memo)
	if reason == "" {
		return refusal.New(refusal.InvalidState, c.Period.String(), "a period is opened again for a reason: state one")
	}
	opened, err := p.Reopen(reason, values(later)...)
	if err != nil {
		return err
	}
	*p = opened
	return nil
}

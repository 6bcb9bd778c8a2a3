package ledger

import (
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// CheckOpen refuses (closed_period) a document dated in a period that is closed
// or soft closed. A period without a record, of the empty state, is open.
func CheckOpen(state State, date calendar.Date) error {
	if state == PeriodOpen || state == "" {
		return nil
	}
	return refusal.New(refusal.ClosedPeriod, date.Period().String(), "the period is %s", state)
}

// CheckAdjusting is CheckOpen of a hand-written voucher: a soft-closed period takes it,
// for a reason that it states. That is how a month is put right between its soft
// close and its close.
func CheckAdjusting(state State, date calendar.Date, reason string) error {
	if state != PeriodSoft {
		return CheckOpen(state, date)
	}
	if reason == "" {
		return refusal.New(refusal.ClosedPeriod, date.Period().String(), "the period is %s: a voucher that adjusts it states a reason in its memo", state)
	}
	return nil
}

func (p PeriodState) state() State {
	if p.State == "" {
		return PeriodOpen
	}
	return p.State
}

// SoftClose stops ordinary documents in an open period, for a reason; anything but
// an open one, and no reason, is refused (invalid_state).
func (p PeriodState) SoftClose(reason string) (PeriodState, error) {
	if reason == "" {
		return p, refusal.New(refusal.InvalidState, p.Period.String(), "a period is soft closed for a reason: state one")
	}
	if p.state() != PeriodOpen {
		return p, refusal.New(refusal.InvalidState, p.Period.String(), "the period is %s already", p.State)
	}
	p.State, p.Reason = PeriodSoft, reason
	return p, nil
}

// Close closes a period that is open or soft closed; a closed one is refused
// (invalid_state).
func (p PeriodState) Close(reason string) (PeriodState, error) {
	if p.state() == PeriodClosed {
		return p, refusal.New(refusal.InvalidState, p.Period.String(), "the period is closed already")
	}
	p.State, p.Reason = PeriodClosed, reason
	return p, nil
}

// Reopen lets further documents into a period; nothing that was posted is undone.
// An open period is refused, and so is one with a closed period after it: the
// figures of that one begin with this one's, so it is reopened first
// (invalid_state). Of others only the later ones count.
func (p PeriodState) Reopen(reason string, others ...PeriodState) (PeriodState, error) {
	if p.state() == PeriodOpen {
		return p, refusal.New(refusal.InvalidState, p.Period.String(), "the period is open already")
	}
	for _, o := range others {
		if o.Period > p.Period && o.State == PeriodClosed {
			return p, refusal.New(refusal.InvalidState, o.Period.String(), "this later period is closed: reopen it first")
		}
	}
	p.State, p.Reason = PeriodOpen, reason
	return p, nil
}

// CarryForward gives the lines that bring every income and expense account to
// zero against the profit account (结转损益): income on the debit side, expense on
// the credit side, negative where a balance is on its unusual side, then the two
// totals on profit. The lines are numbered from 1 and have no document yet; they
// are none when nothing is to be carried.
func CarryForward(balances []Balance, accounts Accounts, profit string) []Line {
	var lines []Line
	var income, expense money.Amount
	for _, b := range balances {
		a, _ := accounts(b.Account)
		net := b.Net()
		switch {
		case net.IsZero():
		case a.Class == Income:
			lines = append(lines, Line{Account: b.Account, Debit: net.Neg()})
			income = income.Sub(net)
		case a.Class == Expense:
			lines = append(lines, Line{Account: b.Account, Credit: net})
			expense = expense.Add(net)
		}
	}
	return Merge(append(lines, Line{Account: profit, Credit: income}, Line{Account: profit, Debit: expense}))
}

// FirstOpen is a day, or if its period is closed or soft closed the first day of the next period that is open.
func FirstOpen(periods []PeriodState, day calendar.Date) calendar.Date {
	closed := map[calendar.Period]bool{}
	for _, p := range periods {
		closed[p.Period] = p.state() != PeriodOpen
	}
	for closed[day.Period()] {
		day = day.Period().Last().AddDays(1)
	}
	return day
}

package posting

import (
	"strings"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// RuleCarried stands on the lines that carry profit and loss forward (结转损益).
const RuleCarried = "close.profit"

// LineSum is the sum of the voucher lines of one account, partner and posting rule up to some day.
type LineSum struct {
	ledger.Balance
	Rule string
}

func (s LineSum) carried() bool { return s.Rule == RuleCarried }

// opened reports whether the lines are balances that the books were opened with.
func (s LineSum) opened() bool { return strings.HasPrefix(s.Rule, "opening.") }

// Between gives what was booked after the eve and up to the end.
func Between(eve, end []LineSum) []LineSum {
	out := make([]LineSum, 0, len(end)+len(eve))
	out = append(out, end...)
	for _, s := range eve {
		s.Debit, s.Credit = s.Debit.Neg(), s.Credit.Neg()
		out = append(out, s)
	}
	return out
}

// only gives the balances of the sums that keep says.
func only(sums []LineSum, keep func(LineSum) bool) []ledger.Balance {
	var out []ledger.Balance
	for _, s := range sums {
		if keep(s) {
			out = append(out, s.Balance)
		}
	}
	return out
}

// Sheet fills a balance sheet: at the end of a day, and at the beginning of its year. What the books were opened with in the year counts as there at its beginning.
func Sheet(layout ledger.Layout, accounts []ledger.Account, newYearsEve, end []LineSum) ledger.Statement {
	all := func(LineSum) bool { return true }
	start := append(only(newYearsEve, all), only(Between(newYearsEve, end), LineSum.opened)...)
	return layout.Compute(
		accounts,
		ledger.Figures{Name: "Closing", NameZH: "期末余额", Balances: only(end, all)},
		ledger.Figures{Name: "Opening of year", NameZH: "年初余额", Balances: start},
	)
}

// IncomeSums are the sums up to the days on which an income statement looks: before and at the end of its period, the new year's eve before it, and the
// same period of the year before.
type IncomeSums struct {
	Eve, End, NewYearsEve, EveBefore, EndBefore []LineSum
}

// Income fills an income statement: of the period, of its year so far, and of the same period of the year before. What a close carried forward does not lessen it.
func Income(layout ledger.Layout, accounts []ledger.Account, s IncomeSums) ledger.Statement {
	earned := func(eve, end []LineSum) []ledger.Balance {
		return only(Between(eve, end), func(s LineSum) bool { return !s.carried() })
	}
	return layout.Compute(
		accounts,
		ledger.Figures{Name: "Period", NameZH: "本期金额", Balances: earned(s.Eve, s.End)},
		ledger.Figures{Name: "Year to date", NameZH: "本年累计金额", Balances: earned(s.NewYearsEve, s.End)},
		ledger.Figures{Name: "A year before", NameZH: "上年同期金额", Balances: earned(s.EveBefore, s.EndBefore)},
	)
}

// voucherRule stands on hand-written lines.
const voucherRule = "voucher"

// Tagged is the rule of a hand-written line of cash that says which row of the cash flow statement it belongs to.
func Tagged(tag string) string { return voucherRule + "." + tag }

// ByHand says whether a line of this rule was written by a person, or brought in when the books began: no document of goods or money stands behind it.
func ByHand(rule string) bool {
	kind, _, _ := strings.Cut(rule, ".")
	return kind == voucherRule || rule == "opening.balance"
}

// Cash fills a cash flow statement by the direct method: of the period, of its year so far, and of the same period of the year before. cash are the accounts of
// cash. A line counts by its tag, else by its posting rule; one written by hand without a tag is other operating cash. What the books were opened with was there before.
func Cash(layout ledger.Layout, cash []string, s IncomeSums) ledger.Statement {
	flows := func(eve, end []LineSum) (out []ledger.Balance) {
		put := func(tag string, debit, credit money.Amount) {
			for i := range out {
				if out[i].Account == tag {
					out[i].Debit, out[i].Credit = out[i].Debit.Add(debit), out[i].Credit.Add(credit)
					return
				}
			}
			out = append(out, ledger.Balance{Account: tag, Debit: debit, Credit: credit})
		}
		for _, l := range eve {
			if ledger.IsCash(cash, l.Account) {
				put(ledger.TagOpening, l.Debit, l.Credit)
			}
		}
		for _, l := range Between(eve, end) {
			tag, written := strings.CutPrefix(l.Rule, voucherRule+".")
			switch {
			case !ledger.IsCash(cash, l.Account):
			case l.opened():
				put(ledger.TagOpening, l.Debit, l.Credit)
			case l.Rule == voucherRule:
				put(ledger.TagOtherIn, l.Debit, money.Amount{})
				put(ledger.TagOtherOut, money.Amount{}, l.Credit)
			case written:
				put(tag, l.Debit, l.Credit)
			default:
				put(l.Rule, l.Debit, l.Credit)
			}
		}
		return out
	}
	return layout.Compute(
		nil,
		ledger.Figures{Name: "Period", NameZH: "本期金额", Balances: flows(s.Eve, s.End)},
		ledger.Figures{Name: "Year to date", NameZH: "本年累计金额", Balances: flows(s.NewYearsEve, s.End)},
		ledger.Figures{Name: "A year before", NameZH: "上年同期金额", Balances: flows(s.EveBefore, s.EndBefore)},
	)
}

// NewLineSum makes a line sum of what a store adds up.
func NewLineSum(account, partner, rule string, debit, credit int64) LineSum {
	return LineSum{ledger.Balance{Account: account, Partner: partner, Debit: money.FromUnits(debit), Credit: money.FromUnits(credit)}, rule}
}

// Of adds up the sums of one account; partner narrows it to one, empty: all.
func Of(sums []LineSum, account, partner string) ledger.Balance {
	out := ledger.Balance{Account: account, Partner: partner}
	for _, s := range sums {
		if s.Account == account && (partner == "" || s.Partner == partner) {
			out.Debit, out.Credit = out.Debit.Add(s.Debit), out.Credit.Add(s.Credit)
		}
	}
	return out
}

// PeriodSum makes a sum by period of what a store adds up.
func PeriodSum(p calendar.Period, debit, credit int64) ledger.PeriodSum {
	return ledger.PeriodSum{Period: p, Debit: money.FromUnits(debit), Credit: money.FromUnits(credit)}
}

// AccountTable makes the table of accounts of the sums up to New Year's Eve, the eve of the span and its end.
func AccountTable(accounts []ledger.Account, newYearsEve, eve, end []LineSum) ledger.AccountTable {
	all := func(LineSum) bool { return true }
	return ledger.NewAccountTable(accounts, only(eve, all), only(Between(eve, end), all), only(Between(newYearsEve, end), all))
}

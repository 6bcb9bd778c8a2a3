package posting

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// RuleVariances names the lines that settle variances at a close.
const RuleVariances = "close.variances"

// VarianceRoles are the accounts on which the gaps between standard and actual cost gather.
var VarianceRoles = []string{"purchase_variance", "material_variance", "production_variance"}

// Variances are what the close of a period settles: the balances of the accounts on which variances gather, and what goods at standard cost were sold in
// the period and are left at its end, on hand and in process for them.
type Variances struct {
	Currency money.Currency
	Prorate  bool // only the part of what was sold goes to cost of sales; else all of it
	Sold     money.Amount
	Left     money.Amount
	Accounts []string         // of variances
	Balances []ledger.Balance // at the end of the period
	Posted   []ledger.Balance // what earlier closes of the same period settled: it was opened again since
	Cogs     string
	Deferred string // an asset that takes what is left of variances that are expenses (stock_variance); empty: they are assets, and stay where they are
}

// AddSold adds to what was sold, if it was at standard cost: debits less credits of cost of sales.
func (v *Variances) AddSold(standard bool, debit, credit money.Amount) {
	if standard {
		v.Sold = money.Sum(v.Sold, debit, credit.Neg())
	}
}

// AddLeft adds to what is left, if it is at standard cost.
func (v *Variances) AddLeft(standard bool, value money.Amount) {
	if standard {
		v.Left = v.Left.Add(value)
	}
}

// Lines are those of the voucher. They are what one close would have posted, less what earlier ones have: a period that was opened again is settled as if it had not been closed before. What
// stays beside the goods is weighed again with those of the next period.
func (v Variances) Lines() []ledger.Line {
	due := map[string]money.Amount{}
	take := func(account, to string, amount money.Amount) {
		due[account], due[to] = due[account].Sub(amount), due[to].Add(amount)
	}
	accounts := v.Accounts
	if v.Deferred != "" {
		accounts = append(slices.Clone(accounts), v.Deferred)
	}
	for _, a := range accounts {
		balance := ledger.BalanceOf(v.Balances, a).Sub(ledger.BalanceOf(v.Posted, a))
		sold := balance
		if v.Prorate {
			sold = v.soldPart(balance)
		}
		take(a, v.Cogs, sold)
		if v.Deferred != "" && a != v.Deferred {
			take(a, v.Deferred, balance.Sub(sold))
		}
	}
	var lines []ledger.Line
	for _, a := range append(slices.Clone(accounts), v.Cogs) {
		line := DebitOf(a, due[a].Sub(ledger.BalanceOf(v.Posted, a)))
		if line.Rule = RuleVariances; line.Debit != line.Credit {
			lines = append(lines, line)
		}
	}
	slices.SortFunc(lines, func(a, b ledger.Line) int { return cmp.Compare(a.Account, b.Account) })
	return lines
}

// soldPart is the part of a variance that falls on what was sold.
func (v Variances) soldPart(variance money.Amount) money.Amount {
	return v.Currency.Split(variance, []int64{v.Sold.Max(money.Amount{}).Units(), v.Left.Max(money.Amount{}).Units()})[0]
}

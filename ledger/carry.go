package ledger

import "github.com/ledgermill/ledgermill/ledger/money"

// AddLines adds voucher lines to balances.
func AddLines(rows []Balance, lines []Line) []Balance {
	at := map[string]int{}
	for i, r := range rows {
		at[r.Account] = i
	}
	for _, l := range lines {
		i, there := at[l.Account]
		if !there {
			i = len(rows)
			at[l.Account], rows = i, append(rows, Balance{Account: l.Account})
		}
		rows[i].Debit, rows[i].Credit = rows[i].Debit.Add(l.Debit), rows[i].Credit.Add(l.Credit)
	}
	return rows
}

// BalanceOf is an account's balance among some, debit above zero.
func BalanceOf(rows []Balance, account string) (sum money.Amount) {
	for _, r := range rows {
		if r.Account == account {
			sum = sum.Add(r.Debit).Sub(r.Credit)
		}
	}
	return sum
}

// Expenses says whether accounts are expenses, all of them.
func Expenses(codes []string, accounts Accounts) bool {
	for _, code := range codes {
		if a, ok := accounts(code); !ok || a.Class != Expense {
			return false
		}
	}
	return len(codes) > 0
}

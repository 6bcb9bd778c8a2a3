package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/money"
)

// Balance is the sum of the debits and of the credits of one account.
type Balance struct {
	Account string
	Partner string // whose part of the account it is; empty: nobody's, or all of it
	Debit   money.Amount
	Credit  money.Amount
}

// Net gives debits less credits.
func (b Balance) Net() money.Amount { return b.Debit.Sub(b.Credit) }

// TrialRow is one account of a trial balance. Opening and Closing are positive
// on the debit side; Debit and Credit are the movement between them.
type TrialRow struct {
	Code, Name, NameZH string
	Opening            money.Amount
	Debit              money.Amount
	Credit             money.Amount
	Closing            money.Amount
}

// TrialBalance lists the accounts that have an opening balance or a movement,
// by code, with their totals.
type TrialBalance struct {
	Rows  []TrialRow
	Total TrialRow
}

// NewTrialBalance makes a trial balance of sums before and within a time. An
// account with sums that is not in accounts has a row without a name.
func NewTrialBalance(accounts []Account, opening, movement []Balance) TrialBalance {
	names := make(map[string]Account, len(accounts))
	for _, a := range accounts {
		names[a.Code] = a
	}
	byCode := map[string]*TrialRow{}
	row := func(code string) *TrialRow {
		if byCode[code] == nil {
			byCode[code] = &TrialRow{Code: code, Name: names[code].Name, NameZH: names[code].NameZH}
		}
		return byCode[code]
	}
	for _, b := range opening {
		r := row(b.Account)
		r.Opening = r.Opening.Add(b.Net())
	}
	for _, b := range movement {
		r := row(b.Account)
		r.Debit, r.Credit = r.Debit.Add(b.Debit), r.Credit.Add(b.Credit)
	}
	var t TrialBalance
	for _, r := range byCode {
		r.Closing = r.Opening.Add(r.Debit).Sub(r.Credit)
		if r.Opening.IsZero() && r.Debit.IsZero() && r.Credit.IsZero() {
			continue
		}
		t.Rows = append(t.Rows, *r)
		t.Total.Opening, t.Total.Closing = t.Total.Opening.Add(r.Opening), t.Total.Closing.Add(r.Closing)
		t.Total.Debit, t.Total.Credit = t.Total.Debit.Add(r.Debit), t.Total.Credit.Add(r.Credit)
	}
	slices.SortFunc(t.Rows, func(a, b TrialRow) int { return strings.Compare(a.Code, b.Code) })
	return t
}

// Balanced reports whether the opening balances, the movements and the closing
// balances each come out even.
func (t TrialBalance) Balanced() bool {
	return t.Total.Opening.IsZero() && t.Total.Debit.Valid() && t.Total.Debit == t.Total.Credit && t.Total.Closing.IsZero()
}

// String gives the trial balance as aligned text.
func (t TrialBalance) String() string {
	var b strings.Builder
	line := func(code, name string, opening, debit, credit, closing any) {
		fmt.Fprintf(&b, "%-10s %-36s %16s %16s %16s %16s\n", code, name, opening, debit, credit, closing)
	}
	line("code", "account", "opening", "debit", "credit", "closing")
	for _, r := range append(slices.Clone(t.Rows), t.Total) {
		line(r.Code, r.Name, r.Opening, r.Debit, r.Credit, r.Closing)
	}
	return b.String()
}

// Rollup gives the net balance of every account: that of a heading includes its
// sub-accounts, which are those whose code begins with its own. Balances of
// accounts that are not in accounts are in the map too, and in their headings.
func Rollup(accounts []Account, balances []Balance) map[string]money.Amount {
	known := make(map[string]bool, len(accounts))
	for _, a := range accounts {
		known[a.Code] = true
	}
	sums := make(map[string]money.Amount, len(accounts))
	for code := range known {
		sums[code] = money.Amount{}
	}
	for _, b := range balances {
		sums[b.Account] = sums[b.Account].Add(b.Net())
		for i := 1; i < len(b.Account); i++ {
			if heading := b.Account[:i]; known[heading] {
				sums[heading] = sums[heading].Add(b.Net())
			}
		}
	}
	return sums
}

// tableRow gives a line of a table: figures to the right of their columns, then the name.
func tableRow(name string, figures []string) string {
	var b strings.Builder
	const column = 18
	for _, f := range figures {
		b.WriteString(strings.Repeat(" ", max(1, column-width(f))) + f)
	}
	b.WriteString("  " + name)
	return strings.TrimRight(b.String(), " ") + "\n"
}

// width is that of a text on a terminal, where a Chinese character takes two places.
func width(s string) (n int) {
	const firstWide = 0x2e80
	for _, r := range s {
		n++
		if r >= firstWide {
			n++
		}
	}
	return n
}

// Joined adds up balances of the same account, in the order in which accounts first stand.
func Joined(balances []Balance) []Balance {
	at := map[string]int{}
	var out []Balance
	for _, b := range balances {
		i, known := at[b.Account]
		if !known {
			i, at[b.Account] = len(out), len(out)
			out = append(out, Balance{Account: b.Account})
		}
		out[i].Debit, out[i].Credit = out[i].Debit.Add(b.Debit), out[i].Credit.Add(b.Credit)
	}
	return out
}

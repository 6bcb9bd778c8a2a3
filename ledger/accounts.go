package ledger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/money"
)

// AccountRow is one account of a table of accounts (科目余额表). Opening and Closing are positive on the debit side; Debit and Credit
// are what was booked within the span, YearDebit and YearCredit from New Year to its end.
type AccountRow struct {
	Account
	Level                 int // 1: no heading above it
	Opening               money.Amount
	Debit, Credit         money.Amount
	YearDebit, YearCredit money.Amount
	Closing               money.Amount
}

// AccountTable is the accounts with anything to show, by code, headings with their sub-accounts' sums; Total is of the leaves.
type AccountTable struct {
	Rows  []AccountRow
	Total AccountRow
}

// NewAccountTable makes the table of sums: before the span, within it, and from New Year to its end. Several of one account are added up.
func NewAccountTable(accounts []Account, opening, movement, year []Balance) AccountTable {
	byCode := make(map[string]*AccountRow, len(accounts))
	for _, a := range accounts {
		byCode[a.Code] = &AccountRow{Account: a, Level: 1}
	}
	for _, a := range accounts {
		for n := 1; n < len(a.Code); n++ {
			if byCode[a.Code[:n]] != nil {
				byCode[a.Code].Level++
			}
		}
	}
	var t AccountTable
	each := func(balances []Balance, add func(r *AccountRow, b Balance)) {
		for _, b := range balances {
			add(&t.Total, b)
			if byCode[b.Account] == nil {
				byCode[b.Account] = &AccountRow{Account: Account{Code: b.Account, Leaf: true}, Level: 1}
			}
			for n := 1; n <= len(b.Account); n++ {
				if r := byCode[b.Account[:n]]; r != nil {
					add(r, b)
				}
			}
		}
	}
	each(opening, func(r *AccountRow, b Balance) { r.Opening = r.Opening.Add(b.Net()) })
	each(movement, func(r *AccountRow, b Balance) { r.Debit, r.Credit = r.Debit.Add(b.Debit), r.Credit.Add(b.Credit) })
	each(year, func(r *AccountRow, b Balance) {
		r.YearDebit, r.YearCredit = r.YearDebit.Add(b.Debit), r.YearCredit.Add(b.Credit)
	})
	for _, r := range byCode {
		r.Closing = r.Opening.Add(r.Debit).Sub(r.Credit)
		if !r.empty() {
			t.Rows = append(t.Rows, *r)
		}
	}
	t.Total.Closing = t.Total.Opening.Add(t.Total.Debit).Sub(t.Total.Credit)
	slices.SortFunc(t.Rows, func(a, b AccountRow) int { return strings.Compare(a.Code, b.Code) })
	return t
}

func (r AccountRow) empty() bool {
	return r.Opening.IsZero() && r.Debit.IsZero() && r.Credit.IsZero() && r.YearDebit.IsZero() && r.YearCredit.IsZero()
}

// String gives the table as text.
func (t AccountTable) String() string {
	var b strings.Builder
	b.WriteString(tableRow("account", []string{"opening 期初", "debit 借方", "credit 贷方", "year 本年借方", "year 本年贷方", "closing 期末"}))
	for _, r := range append(slices.Clone(t.Rows), t.Total) {
		figures := []string{side(r.Opening), r.Debit.String(), r.Credit.String(), r.YearDebit.String(), r.YearCredit.String(), side(r.Closing)}
		b.WriteString(tableRow(strings.Repeat("  ", max(r.Level-1, 0))+r.Code+" "+r.NameZH+" "+r.Name, figures))
	}
	return b.String()
}

// side gives a balance with its direction.
func side(balance money.Amount) string {
	return fmt.Sprintf("%s %16s", Direction(balance), balance.Abs())
}

// Paths gives a naming of accounts: that of a sub-account with its headings', such as 应付账款—暂估应付款. One that is not among them has its code.
func Paths(accounts []Account) func(code string) string {
	names := make(map[string]string, len(accounts))
	for _, a := range accounts {
		names[a.Code] = a.NameZH
		if a.NameZH == "" {
			names[a.Code] = a.Name
		}
	}
	return func(code string) string {
		var path []string
		for n := 1; n <= len(code); n++ {
			if name, ok := names[code[:n]]; ok {
				path = append(path, name)
			}
		}
		if len(path) == 0 {
			return code
		}
		return strings.Join(path, "—")
	}
}

// Print gives a voucher as text (记账凭证): its date, number and summary, its lines with the full names of their accounts and whose they are, and the total, of Renminbi
// in capitals too. memo is the summary if the voucher has none.
func (v Voucher) Print(lines []Line, memo string, names func(code string) string, renminbi bool) string {
	if v.Memo != "" {
		memo = v.Memo
	}
	var b strings.Builder
	fmt.Fprintf(&b, "记账凭证 Voucher %s  %s\n摘要 %s\n", v.Label(), v.Date, memo)
	b.WriteString(tableRow("科目 Account", []string{"借方 Debit", "贷方 Credit"}))
	for _, l := range lines {
		name := l.Account + " " + names(l.Account)
		if of := l.dimensions(); of != "" {
			name += " [" + of + "]"
		}
		b.WriteString(tableRow(name, []string{blank(l.Debit), blank(l.Credit)}))
	}
	debit, credit := Totals(lines)
	name := "合计 Total"
	if capitals, err := debit.Capitals(); renminbi && err == nil {
		name += " 人民币" + capitals
	}
	b.WriteString(tableRow(name, []string{debit.String(), credit.String()}))
	return b.String()
}

// dimensions says whose the line is.
func (l Line) dimensions() string {
	var out []string
	for _, d := range []string{l.Partner, l.Item, l.Lot, l.Warehouse, l.Order, l.Workshop, l.Project} {
		if d != "" {
			out = append(out, d)
		}
	}
	if !l.Qty.IsZero() {
		out = append(out, l.Qty.String())
	}
	if l.Currency != "" {
		out = append(out, l.Currency+" "+l.Foreign.String())
	}
	return strings.Join(out, " ")
}

package ledger

import (
	"fmt"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// PageKind says what a row of an account's page is.
type PageKind string

// The kinds of row.
const (
	PageOpening PageKind = "opening" // 期初余额: what was there before the first line
	PageLine    PageKind = "line"
	PageMonth   PageKind = "month" // 本月合计
	PageYear    PageKind = "year"  // 本年累计: from New Year to the end of that month
)

// PageRow is one row of the page of an account (明细账): a voucher line, or a total.
type PageRow struct {
	Kind    PageKind
	Date    calendar.Date
	Voucher string // of a line: 记-1
	Ref     string // of a line: the document that it came of
	Memo    string
	Line    Line // of a line, with its dimensions
	Debit   money.Amount
	Credit  money.Amount
	Balance money.Amount // after this row, debit above zero
}

// Direction says on which side the balance is: 借 (debit), 贷 (credit) or 平 (none).
func (r PageRow) Direction() string { return Direction(r.Balance) }

// Direction says on which side a balance is, as Chinese books do: 借 (debit), 贷 (credit) or 平 (none).
func Direction(balance money.Amount) string {
	return [...]string{"贷", "平", "借"}[balance.Sign()+1]
}

// Page writes the page of an account row by row. It keeps totals only, whatever the length of the page.
type Page struct {
	balance     money.Amount
	month, year PageRow
	today       calendar.Date
}

// NewPage begins a page on a day, with the sums of the account's lines before it (opening) and of those among them that are of its year. It gives the opening row.
func NewPage(from calendar.Date, opening, ofYear Balance) (*Page, PageRow) {
	p := &Page{balance: opening.Net(), today: from, year: PageRow{Kind: PageYear, Debit: ofYear.Debit, Credit: ofYear.Credit}, month: PageRow{Kind: PageMonth}}
	return p, PageRow{Kind: PageOpening, Date: from, Balance: p.balance}
}

// Write gives the rows of the next line: the totals of the months that ended before it, and its own. Lines come in the order of their dates.
func (p *Page) Write(v Voucher, ref string, l Line) []PageRow {
	out := p.turn(l.Date)
	p.balance = p.balance.Add(l.Debit).Sub(l.Credit)
	for _, t := range []*PageRow{&p.month, &p.year} {
		t.Debit, t.Credit = t.Debit.Add(l.Debit), t.Credit.Add(l.Credit)
	}
	return append(out, PageRow{
		Kind: PageLine, Date: l.Date, Voucher: v.Label(), Ref: ref, Memo: v.Memo, Line: l,
		Debit: l.Debit, Credit: l.Credit, Balance: p.balance,
	})
}

// End gives the totals up to the last month of the page.
func (p *Page) End(to calendar.Date) []PageRow { return p.turn(to.Period().Last().AddDays(1)) }

// turn ends the months before a day.
func (p *Page) turn(day calendar.Date) []PageRow {
	var out []PageRow
	for period := p.today.Period(); period < day.Period(); period = period.Next() {
		p.month.Date, p.year.Date, p.month.Balance, p.year.Balance = period.Last(), period.Last(), p.balance, p.balance
		out = append(out, p.month, p.year)
		p.month = PageRow{Kind: PageMonth}
		if next := period.Next(); next == next.January() {
			p.year = PageRow{Kind: PageYear}
		}
	}
	p.today = max(p.today, day)
	return out
}

// Label is the name that people call a voucher by within its period: 记-1.
func (v Voucher) Label() string { return fmt.Sprintf("%s-%d", v.Series, v.Number) }

// String gives the row as a line of text.
func (r PageRow) String() string {
	name := map[PageKind]string{PageOpening: "opening 期初余额", PageMonth: "month 本月合计", PageYear: "year to date 本年累计"}[r.Kind]
	if r.Kind == PageLine {
		name = fmt.Sprintf("%s  %s %s", r.Voucher, r.Ref, r.Memo)
	}
	return fmt.Sprintf("%s %s", r.Date, tableRow(r.Direction()+" "+name, []string{blank(r.Debit), blank(r.Credit), r.Balance.Abs().String()}))
}

func blank(a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.String()
}

// PeriodSum is the sum of the lines of an account in one period.
type PeriodSum struct {
	Period calendar.Period
	Debit  money.Amount
	Credit money.Amount
}

// General gives the page of an account in the general ledger (总账): the totals of each month of a span and of its year so far, of sums by period in
// any order. Sums before the span are its opening.
func General(sums []PeriodSum, from, to calendar.Period) []PageRow {
	var opening, ofYear Balance
	months := map[calendar.Period]Balance{}
	for _, s := range sums {
		b := Balance{Debit: s.Debit, Credit: s.Credit}
		switch {
		case s.Period >= from:
			months[s.Period] = months[s.Period].plus(b)
		case s.Period >= from.January():
			ofYear = ofYear.plus(b)
			fallthrough
		default:
			opening = opening.plus(b)
		}
	}
	p, first := NewPage(from.First(), opening, ofYear)
	out := []PageRow{first}
	for period := from; period <= to; period = period.Next() {
		p.Write(Voucher{}, "", Line{Date: period.First(), Debit: months[period].Debit, Credit: months[period].Credit})
		out = append(out, p.End(period.First())...)
	}
	return out
}

func (b Balance) plus(o Balance) Balance {
	b.Debit, b.Credit = b.Debit.Add(o.Debit), b.Credit.Add(o.Credit)
	return b
}

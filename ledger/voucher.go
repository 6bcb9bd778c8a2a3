package ledger

import (
	"maps"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Draft is a voucher before it is checked and numbered.
type Draft struct {
	Doc      int64
	N        int32
	Date     calendar.Date
	Series   string
	Memo     string
	Red      bool
	Reverses int64
	Lines    []Line
}

// Check refuses a draft that may not be posted: a line on an account that is not
// there or is a heading (unknown_account); a line on both sides or on none, or an
// amount finer than the currency's coin (invalid_amount); debits that differ from
// credits (unbalanced, with both sums); fewer than two lines (invalid_amount). A
// red line is negative on its side, so the sign is free. A draft that Merge left
// without lines is to be dropped, not checked.
func (d *Draft) Check(cur money.Currency, accounts Accounts) error {
	for i := range d.Lines {
		code := d.Lines[i].Account
		a, ok := accounts(code)
		if !ok {
			return refusal.New(refusal.UnknownAccount, code, "there is no such account").AtLine(i + 1)
		}
		if err := CheckLeaf(a); err != nil {
			return err.AtLine(i + 1)
		}
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		if reason := badLine(cur, l); reason != "" {
			return refusal.New(refusal.InvalidAmount, l.Account, reason).Numbers(l.Debit, l.Credit).AtLine(i + 1)
		}
	}
	debit, credit := Totals(d.Lines)
	if !debit.Valid() || !credit.Valid() {
		return refusal.New(refusal.LimitExceeded, d.Series, "the sum of the voucher is too large")
	}
	if debit != credit {
		return refusal.New(refusal.Unbalanced, d.Series, "debits do not equal credits").Numbers(debit, credit)
	}
	if len(d.Lines) < 2 {
		return refusal.New(refusal.InvalidAmount, d.Series, "a voucher has at least two lines")
	}
	return nil
}

func badLine(cur money.Currency, l *Line) string {
	switch {
	case !l.Debit.Valid() || !l.Credit.Valid() || !l.Foreign.Valid() || !l.Qty.Valid():
		return "the line holds a number that is too large"
	case !l.Debit.IsZero() && !l.Credit.IsZero():
		return "a line has one side"
	case l.empty():
		return "the line has no amount"
	case !cur.Fits(l.Debit) || !cur.Fits(l.Credit):
		return "the amount is finer than the smallest coin"
	}
	return ""
}

// empty reports whether the line moves no money. A line of foreign money alone
// does: it clears a foreign balance whose value is already zero.
func (l *Line) empty() bool { return l.Debit.IsZero() && l.Credit.IsZero() && l.Foreign.IsZero() }

// Totals adds up the debits and the credits of lines.
func Totals(lines []Line) (debit, credit money.Amount) {
	for i := range lines {
		l := &lines[i]
		debit, credit = debit.Add(l.Debit), credit.Add(l.Credit)
	}
	return debit, credit
}

// SetDimensions gives a line its dimensions by name: item, lot, warehouse, work_order, partner, workshop, project. Another name is not_found, a partner other
// than the line's own invalid_state.
func (l *Line) SetDimensions(values map[string]string) error {
	fields := map[string]*string{
		"item": &l.Item, "lot": &l.Lot, "warehouse": &l.Warehouse, "work_order": &l.Order, "partner": &l.Partner, "workshop": &l.Workshop, "project": &l.Project,
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		to, value := fields[name], values[name]
		switch {
		case to == nil:
			return refusal.New(refusal.NotFound, name, "there is no such dimension").Known(slices.Collect(maps.Keys(fields))...)
		case *to != "" && *to != value:
			return refusal.New(refusal.InvalidState, name, "the line names another: %s", *to)
		}
		*to = value
	}
	return nil
}

// CheckManual refuses hand-written lines that only a sub-ledger may write
// (control_account). The accounts named in partners, those of receivable and
// payable, take a line that names its partner, and none that does not. It is
// called after Draft.Check.
func CheckManual(lines []Line, accounts Accounts, partners ...string) error {
	for i, l := range lines {
		a, _ := accounts(l.Account)
		named := false
		for _, code := range partners {
			if code == l.Account {
				named = true
			}
		}
		switch {
		case named && l.Partner == "":
			return refusal.New(refusal.ControlAccount, l.Account, "a line on this account names its partner").AtLine(i + 1)
		case a.Control && !named:
			return refusal.New(refusal.ControlAccount, l.Account, "this account takes lines from its sub-ledger only").AtLine(i + 1)
		}
	}
	return nil
}

// Number gives v the next number of the counter, with the counter's series and
// period. Numbers have no gaps: a counter is stored with the voucher or not at all.
func Number(c *Counter, v *Voucher) {
	c.Last++
	v.Series, v.Period, v.Number = c.Series, c.Period, c.Last
}

// The styles of a reversal.
const (
	StyleRed  = "red"  // negative amounts on the same side: turnover nets to zero too
	StyleBlue = "blue" // swapped sides
)

// CancelMemo is the summary of a voucher that cancels another: it names that, as the rules on accounting work want, in the language of the chart.
func CancelMemo(chart string, orig Voucher) string {
	if chart == "ifrs" {
		return "cancels voucher " + orig.Label() + " of " + orig.Date.String()
	}
	return "注销 " + orig.Date.String() + " " + orig.Label() + " 号凭证"
}

// Red gives the voucher that cancels orig on the given date, with its lines: the
// same amounts negative on the same sides, quantities and foreign amounts
// negated too. Under StyleBlue the sides are swapped instead, and the foreign
// amounts and quantities, which have no side of their own, are negated. It has
// no number, id, hash or summary (CancelMemo) yet. Line numbers, rules and entries stay as they were.
func Red(orig Voucher, lines []Line, doc int64, date calendar.Date, style string) (Voucher, []Line) {
	v := Voucher{
		Doc: doc, N: orig.N, Series: orig.Series, Period: date.Period(), Date: date,
		Red: style != StyleBlue, Reverses: orig.Doc,
	}
	out := make([]Line, len(lines))
	for i, l := range lines {
		l.Doc, l.N, l.Period, l.Date = v.Doc, v.N, v.Period, v.Date
		if v.Red {
			l.Debit, l.Credit = l.Debit.Neg(), l.Credit.Neg()
		} else {
			l.Debit, l.Credit = l.Credit, l.Debit
		}
		l.Foreign, l.Qty = l.Foreign.Neg(), l.Qty.Neg()
		out[i] = l
	}
	return v, out
}

// Merge adds up the lines of one voucher that differ in nothing but their
// amounts and quantity, and drops those that come to nothing. The order is that
// of their first lines; they are numbered anew from 1. It works in place: the
// lines given are used up.
func Merge(lines []Line) []Line {
	const few = 32 // are looked through faster than they are hashed
	var index map[Line]int
	if len(lines) > few {
		index = make(map[Line]int, len(lines))
	}
	sums := lines[:0]
	for i := range lines {
		l := &lines[i]
		l.Line = l.side()
		at := -1
		if index == nil {
			at = like(sums, l)
		} else if n, there := index[l.bare()]; there {
			at = n
		} else {
			index[l.bare()] = len(sums)
		}
		if at < 0 {
			sums = moved(sums, l)
			continue
		}
		s := &sums[at]
		s.Debit, s.Credit = s.Debit.Add(l.Debit), s.Credit.Add(l.Credit)
		s.Foreign, s.Qty = s.Foreign.Add(l.Foreign), s.Qty.Add(l.Qty)
	}
	out := sums[:0]
	for i := range sums {
		if !sums[i].empty() {
			out = moved(out, &sums[i])
		}
	}
	return numbered(out)
}

// side is 1 of a credit. While lines are added up it stands in place of their number: a sum of credits that comes to nothing is one still.
func (l *Line) side() int32 {
	if l.Credit.IsZero() {
		return 0
	}
	return 1
}

// bare is a line without what is added up.
func (l *Line) bare() Line {
	b := *l
	b.Debit, b.Credit, b.Foreign, b.Qty = money.Amount{}, money.Amount{}, money.Amount{}, uom.Quantity{}
	return b
}

// like gives the place of a line that differs from l only in what is added up, -1 if there is none.
func like(lines []Line, l *Line) int {
	for i := range lines {
		s := &lines[i]
		if s.Account == l.Account && s.Entry == l.Entry && s.Line == l.Line && s.Rule == l.Rule && s.bare() == l.bare() {
			return i
		}
	}
	return -1
}

// moved appends a line that lies at the end of lines, or behind it in the same array.
func moved(lines []Line, l *Line) []Line {
	n := len(lines)
	if lines = lines[:n+1]; &lines[n] != l {
		lines[n] = *l
	}
	return lines
}

func numbered(lines []Line) []Line {
	for i := range lines {
		lines[i].Line = int32(i + 1)
	}
	return lines
}

// DebitsFirst puts the debit lines of a voucher before its credit lines, as they are read, in place, and keeps their order otherwise.
func DebitsFirst(lines []Line) []Line {
	var few [4]Line // on the stack
	debits, credits := lines[:0], few[:0]
	for i := range lines {
		if lines[i].Debit.IsZero() {
			credits = append(credits, lines[i])
		} else {
			debits = append(debits, lines[i])
		}
	}
	return numbered(append(debits, credits...))
}

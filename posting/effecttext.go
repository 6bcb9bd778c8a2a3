package posting

import (
	"fmt"
	"strings"

	"github.com/ledgermill/ledgermill/ledger"
)

// String gives the effect as text, amounts aligned.
func (e Effect) String() string {
	var b strings.Builder
	e.printAccounts(&b)
	e.printStock(&b)
	e.printAdjusted(&b)
	e.printPeriods(&b)
	if b.Len() == 0 {
		return "nothing changes in money\n"
	}
	return b.String()
}

const (
	columns4 = "%-47s %16v %16v %16v %16v"
	columns3 = "%-30s %16v %16v %16v"
	columns5 = "%-10s %-30s %-30s %16v %10v%s"
)

// write writes a row without blanks at its end.
func write(b *strings.Builder, format string, args ...any) {
	b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (e Effect) printAccounts(b *strings.Builder) {
	if len(e.Accounts) == 0 {
		return
	}
	days := map[any]bool{}
	for _, a := range e.Accounts {
		for _, d := range a.Days {
			days[d.Date] = true
		}
	}
	write(b, columns4, "account", "before", "own", "late", "after")
	for _, a := range e.Accounts {
		write(b, columns4, a.Account+" "+a.Name, a.Before, a.Own, a.Late, a.After)
		for _, d := range a.Days {
			if len(days) > 1 {
				write(b, columns4, "  booked "+d.Date.String(), "", d.Own, d.Late, "")
			}
		}
	}
	write(b, columns4, "cost of sales", "", e.CostOfSales.Own, e.CostOfSales.Late, "")
	write(b, columns4, "profit", "", e.Profit.Own, e.Profit.Late, "")
}

func (e Effect) printStock(b *strings.Builder) {
	if len(e.Stock) > 0 {
		write(b, "\n"+columns3, "stock", "before", "change", "after")
	}
	for _, s := range e.Stock {
		name := s.Item
		if s.Scope != "" {
			name += " in " + s.Scope
		}
		write(b, columns3, name, s.Before, s.Change, s.After)
		if !s.QtyChange.IsZero() {
			write(b, columns3, "  quantity", s.QtyBefore, s.QtyChange, s.QtyAfter)
		}
	}
	if len(e.Orders) > 0 {
		write(b, "\n"+columns3, "work in process", "before", "change", "after")
	}
	for _, o := range e.Orders {
		write(b, columns3, o.Order, o.Before, o.Change, o.After)
		for _, el := range o.Elements {
			if len(o.Elements) > 1 {
				write(b, columns3, "  "+string(el.Element), "", el.Change, "")
			}
		}
	}
}

func (e Effect) printAdjusted(b *strings.Builder) {
	if len(e.Adjusted) > 0 {
		write(b, "\n"+columns5, "date", "earlier document", "value of", "change", "booked", "")
	}
	for _, a := range e.Adjusted {
		of, because := a.Item, ""
		switch {
		case a.Order != "":
			of = a.Order + " " + string(a.Element)
		case a.Scope != "":
			of += " in " + a.Scope
		}
		if a.Closed {
			because = "  " + a.Date.Period().String() + " is not open"
		}
		write(b, columns5, a.Date, a.Verb+" "+a.Ref, of, a.Change, a.Booked, because)
	}
}

func (e Effect) printPeriods(b *strings.Builder) {
	if len(e.Periods) > 0 {
		write(b, "\n"+columns3, "period", "own debits", "late debits", "all")
	}
	for _, p := range e.Periods {
		name := p.Period.String()
		if p.State != ledger.PeriodOpen {
			name += " (" + string(p.State) + ")"
		}
		write(b, columns3, name, p.Own, p.Late, p.Change())
	}
}

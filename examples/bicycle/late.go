package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// lateness is what comes late, and all documents, to be told once more in order.
type lateness struct {
	start   calendar.Date
	bought  int
	waiting []ledgermill.InvoiceIn // bills to come, the earliest first
	told    []told
}

type told struct {
	day     calendar.Date
	command ledgermill.Command
}

func (l *lateness) keep(day calendar.Date, commands []ledgermill.Command) {
	for _, c := range commands {
		l.told = append(l.told, told{day, c})
	}
}

const month, week = 30, 7

// buyLate lets the bill of one purchase in ten come a month after, 5 % dearer, and dates two in a hundred back by a week.
func (r *replay) buyLate(receipt ledgermill.Receive, bill ledgermill.InvoiceIn) error {
	l := r.late
	l.bought++
	switch {
	case l.bought%10 == 5:
		r.counts["purchases billed dearer a month after"]++
		line := receipt.Lines[0]
		line.Price.Decimal = line.Price.Decimal.Mul(decimal.RequireFromString("1.05"))
		bill.Date = bill.Date.AddDays(month)
		bill.Lines = []ledgermill.InvoiceLine{{Item: line.Item, Qty: line.Qty, Price: line.Price}}
		l.waiting = append(l.waiting, bill)
		return r.do(receipt.Date, receipt)
	case l.bought%50 == 0:
		r.counts["purchases told a week late"]++
		receipt.Date = max(receipt.Date.AddDays(-week), l.start)
		bill.Date = receipt.Date
	}
	return r.do(receipt.Date, receipt, bill)
}

// bills lets the bills come that are due on a day; without a day all.
func (r *replay) bills(day calendar.Date) error {
	for l := r.late; l != nil && len(l.waiting) > 0 && (day == 0 || l.waiting[0].Date <= day); l.waiting = l.waiting[1:] {
		if err := r.do(l.waiting[0].Date, l.waiting[0]); err != nil {
			return err
		}
	}
	return nil
}

// inOrder tells the same documents in the order of their dates, in memory, and says whether the books are the same.
func (r *replay) inOrder() (bool, error) {
	was, err := r.books(r.company)
	if err != nil {
		return false, err
	}
	company, err := r.open(r.ctx, memory.New())
	if err != nil {
		return false, err
	}
	slices.SortStableFunc(r.late.told, func(a, b told) int { return int(a.day - b.day) })
	began := time.Now()
	for part := range slices.Chunk(r.late.told, together) {
		commands := make([]ledgermill.Command, len(part))
		for i, t := range part {
			commands[i] = t.command
		}
		if _, err := company.Do(r.ctx, commands...); err != nil {
			return false, fmt.Errorf("in order: %w", err)
		}
	}
	fmt.Printf("\nThe same documents in the order of their dates: %.1f s\n", time.Since(began).Seconds())
	is, err := r.books(company)
	if err != nil {
		return false, err
	}
	others := 0
	for i := range max(len(was), len(is)) {
		a, b := at(was, i), at(is, i)
		if a == b {
			continue
		}
		if others++; others <= 20 {
			fmt.Printf("  late:     %s\n  in order: %s\n", a, b)
		}
	}
	fmt.Printf("%d figures compared (accounts, items with layers, orders): %d differ\n", len(is), others)
	return others == 0, nil
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

// books are the figures of a company, one a line: every account, every item with its layers, the cost of every order.
func (r *replay) books(company *ledgermill.Company) ([]string, error) {
	var out []string
	tb, err := company.TrialBalance(r.ctx, ledgermill.AsOf{})
	if err != nil {
		return nil, err
	}
	for _, row := range tb.Rows {
		if !row.Closing.IsZero() {
			out = append(out, fmt.Sprintf("account %s: %s", row.Code, row.Closing))
		}
	}
	for _, code := range sortedCodes(r.products) {
		s, err := company.Stock(r.ctx, code, "", "", "")
		if err != nil {
			return nil, err
		}
		line := fmt.Sprintf("item %s: %s worth %s", code, s.Qty, s.Value)
		for _, l := range s.Layers {
			line += fmt.Sprintf(", %s at %s", l.Qty, l.Value)
		}
		out = append(out, line)
	}
	orders := len(out)
	for _, t := range r.late.told {
		if o, ok := t.command.(ledgermill.WorkOrder); ok {
			line, err := orderLine(r.ctx, company, o.ID)
			if err != nil {
				return nil, err
			}
			out = append(out, line)
		}
	}
	slices.Sort(out[orders:])
	return out, nil
}

func orderLine(ctx context.Context, company *ledgermill.Company, ref string) (string, error) {
	o, err := company.Order(ctx, ref)
	c := o.Cost
	return fmt.Sprintf("order %s: %s made, charged %s, open %s, product %s, expensed %s, residual %s",
		ref, o.Completed, c.Charged.Total(), c.Open.Total(), c.Completed, c.Expensed, c.Residual), err
}

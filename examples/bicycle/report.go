package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger"
)

// bar is a progress bar, shown only on a terminal.
type bar struct {
	total, every int
	on           bool
}

func newBar(total int) bar {
	info, err := os.Stderr.Stat()
	return bar{total, max(total/100, 1), err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (b bar) show(done, documents int) {
	if b.on && done%b.every == 0 {
		fmt.Fprintf(os.Stderr, "\r%3d %%  %d events, %d documents", done*100/b.total, done, documents)
	}
}

func (b bar) end() {
	if b.on {
		fmt.Fprintln(os.Stderr)
	}
}

// report prints what came of the replay, and says whether the tie-outs are clean.
func (r *replay) report(took time.Duration) (bool, error) {
	fmt.Printf("%d documents in %.1f s: %.0f a second\n\nEvents\n", r.documents, took.Seconds(), float64(r.documents)/took.Seconds())
	printCounts(r.counts)
	fmt.Println("\nWhat was dirty in the data, and what was done")
	printCounts(r.dirty)
	if err := r.top(); err != nil {
		return false, err
	}
	tb, err := r.company.TrialBalance(r.ctx, ledgermill.AsOf{})
	if err != nil {
		return false, err
	}
	fmt.Printf("\nTrial balance\n%s\nIncome statement of the last year\n", tb)
	last := r.data.events[len(r.data.events)-1].date
	statement, err := r.company.Statement(r.ctx, ledger.IncomeStatement, ledgermill.Span{From: last.Period().January().First(), To: last})
	if err != nil {
		return false, err
	}
	fmt.Print(statement)
	breaks, err := r.company.Reconcile(r.ctx)
	if err != nil {
		return false, err
	}
	fmt.Printf("\nTie-outs: %d breaks\n", len(breaks))
	for _, b := range breaks {
		fmt.Printf("  %s, %s: %s, first after %s\n", b.Check, b.Subject, b.Difference, b.Ref)
	}
	digest, err := r.company.Digest(r.ctx)
	fmt.Printf("Digest: %s\n", digest)
	return len(breaks) == 0 && tb.Balanced(), err
}

func printCounts(counts map[string]int) {
	for _, what := range slices.Sorted(func(yield func(string) bool) {
		for k := range counts {
			if !yield(k) {
				return
			}
		}
	}) {
		fmt.Printf("  %8d  %s\n", counts[what], what)
	}
}

// top prints the items that hold the most value.
func (r *replay) top() error {
	type held struct {
		code string
		ledgermill.StockView
	}
	var all []held
	for code := range r.products {
		s, err := r.company.Stock(r.ctx, code, "", "", "")
		if err != nil {
			return err
		}
		all = append(all, held{code, s})
	}
	slices.SortFunc(all, func(a, b held) int { return b.Value.Cmp(a.Value) })
	fmt.Println("\nTop items by value")
	for _, h := range all[:min(10, len(all))] {
		fmt.Printf("  %-4s %-32s %10s on hand  %14s\n", h.code, r.products[h.code].name, h.Qty, h.Value)
	}
	return nil
}

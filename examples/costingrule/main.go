// Costingrule is a costing method of a host's own, from its rule to the books: ThirtyDays, a thirty-day average (method.go), proven by
// costing/costingtest, told as scenarios (testdata), and used by the company of this program.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/examples/internal/stores"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage"
)

func main() {
	where := flag.String("store", "memory", "where the books are kept: "+stores.Names)
	flag.Parse()
	ctx := context.Background()
	store, done, err := stores.Open(ctx, *where)
	if err == nil {
		defer done()
		err = run(ctx, store, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "costingrule:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, store storage.Store, out io.Writer) error {
	c, err := ledgermill.Open(ctx, store, &ledgermill.Options{
		Company: "costingrule",
		Setup:   &ledgermill.Setup{Date: day(1, 1)},
		Methods: []costing.Method{ThirtyDays{}}, // every time that the company is opened
	})
	if err != nil {
		return err
	}
	receive := func(id string, month, d int, qty, price int64) ledgermill.Receive {
		return ledgermill.Receive{ID: id, Date: day(month, d), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: of(qty), Price: number(price)}}}
	}
	docs, err := c.Do(ctx,
		ledgermill.DefineItem{ID: "item:STEEL", Date: day(1, 1), Code: "STEEL", Method: "thirty_days"},
		receive("R-1", 1, 5, 10, 10), receive("R-2", 2, 10, 20, 12), receive("R-3", 2, 20, 10, 15),
		ledgermill.Ship{ID: "S-1", Date: day(3, 1), Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: of(16)}}},
	)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "S-1 ships 16 for %s: all of R-1, which is old, and of R-2 and R-3 at their average\n", docs[len(docs)-1].Entries[0].Value.Neg())
	if err := left(ctx, c, out); err != nil {
		return err
	}

	bill := ledgermill.InvoiceIn{ID: "B-2", Date: day(3, 25), Supplier: "ACME", Of: []string{"R-2"}, Lines: []ledgermill.InvoiceLine{{Item: "STEEL", Qty: of(20), Price: decimal.NewNullDecimal(decimal.RequireFromString("12.60"))}}}
	if _, err := c.Do(ctx, bill); err != nil {
		return err
	}
	cogs, err := c.Balance(ctx, "cogs", ledgermill.AsOf{})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "R-2 is billed at 12.60 three weeks later: cost of sales are now %s\n", cogs)
	if err := left(ctx, c, out); err != nil {
		return err
	}
	breaks, err := c.Reconcile(ctx)
	fmt.Fprintf(out, "books: %d breaks\n", len(breaks))
	return err
}

// left prints what is here.
func left(ctx context.Context, c *ledgermill.Company, out io.Writer) error {
	v, err := c.Stock(ctx, "STEEL", "", "", "")
	for _, l := range v.Layers {
		fmt.Fprintf(out, "    here: %s for %s\n", l.Qty, l.Value)
	}
	return err
}

func day(month, d int) calendar.Date     { return calendar.NewDate(2026, time.Month(month), d) }
func of(n int64) uom.Measure             { return uom.Of(uom.FromInt(n)) }
func number(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(n)) }

// Quickstart is a small factory's month on an SQLite file: every document moves stock, cost and books together. Run it twice: the second run finds every
// document there already and changes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/examples/internal/stores"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/shopspring/decimal"
)

func main() {
	where := flag.String("store", "sqlite:quickstart.db", "where the books are kept: "+stores.Names)
	flag.Parse()
	if err := run(context.Background(), *where, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, where string, out io.Writer) error {
	store, done, err := stores.Open(ctx, where) // sqlite.Open(path), postgres.Open(ctx, connection) or memory.New()
	if err != nil {
		return err
	}
	defer done()
	company, err := ledgermill.Open(ctx, store, &ledgermill.Options{Company: "shaftworks", Setup: &ledgermill.Setup{Date: day(1)}})
	if err != nil {
		return err
	}
	for _, step := range month() {
		docs, err := company.Do(ctx, step.documents...)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\n%s\n", step.what)
		for _, d := range docs {
			if err := printDocument(ctx, out, company, d); err != nil {
				return err
			}
		}
	}
	return printBooks(ctx, out, company)
}

type step struct {
	what      string
	documents []ledgermill.Command
}

func month() []step {
	tax := decimal.RequireFromString("0.13")
	return []step{
		{"Masters: a shaft is turned from 2.5 kg of steel. 物料与物料清单", []ledgermill.Command{
			ledgermill.DefineItem{ID: "item:STEEL", Date: day(1), Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"},
			ledgermill.DefineItem{ID: "item:SHAFT", Date: day(1), Code: "SHAFT", Kind: "finished", Method: "average"},
			ledgermill.DefineBOM{ID: "bom:SHAFT", Date: day(1), Item: "SHAFT", Lines: []ledgermill.BOMLine{{Item: "STEEL", Qty: qty("2.5")}}},
		}},
		{"Steel comes twice, at two prices: it is accrued until the bill comes. 采购入库(暂估)", []ledgermill.Command{
			ledgermill.Receive{ID: "GR-1", Date: day(3), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.20")}}},
			ledgermill.Receive{ID: "GR-2", Date: day(5), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.60")}}},
		}},
		{"An order for 48 shafts is released: its steel is frozen, not yet used. 工单下达", []ledgermill.Command{
			ledgermill.WorkOrder{ID: "WO-1", Date: day(6), Item: "SHAFT", Qty: qty("48")},
			ledgermill.Release{ID: "RL-1", Date: day(6), Order: "WO-1"},
		}},
		{"The steel is issued, first in first out: 100 at 4.20 and 20 at 4.60. 生产领料", []ledgermill.Command{
			ledgermill.Issue{ID: "MI-1", Date: day(6), Order: "WO-1"},
		}},
		{"The shop reports 46 good and 2 scrapped, and its wages. 报工", []ledgermill.Command{
			ledgermill.Report{ID: "RP-1", Date: day(7), Order: "WO-1", Good: uom.FromInt(46), Scrap: uom.FromInt(2), LaborCost: yuan("96")},
		}},
		{"46 pass inspection and are received: the two lost ones are part of their cost. 质检与完工入库", []ledgermill.Command{
			ledgermill.Inspect{ID: "QC-1", Date: day(8), Order: "WO-1", Pass: uom.FromInt(46)},
			ledgermill.Complete{ID: "CO-1", Date: day(8), Order: "WO-1", Qty: qty("46")},
			ledgermill.CloseWorkOrder{ID: "CW-1", Date: day(8), Order: "WO-1"},
		}},
		{"40 are shipped, with their cost of sales, and invoiced. 销售出库与开票", []ledgermill.Command{
			ledgermill.Ship{ID: "SH-1", Date: day(12), Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: qty("40")}}},
			ledgermill.InvoiceOut{ID: "SI-1", Date: day(12), Customer: "BUYER", Of: []string{"SH-1"}, TaxRate: tax, Lines: []ledgermill.InvoiceLine{{Item: "SHAFT", Qty: qty("40"), Price: price("20")}}},
		}},
		{"The supplier's bill clears the accrual; money goes both ways. 采购发票与收付款", []ledgermill.Command{
			ledgermill.InvoiceIn{ID: "PI-1", Date: day(15), Supplier: "ACME", Of: []string{"GR-1", "GR-2"}, TaxRate: tax},
			ledgermill.Collect{ID: "RC-1", Date: day(20), Partner: "BUYER", Amount: money.MustParse("904")},
			ledgermill.Pay{ID: "PY-1", Date: day(21), Partner: "ACME", Amount: money.MustParse("500")},
		}},
		{"The stocktake finds 78 kg of steel where the books say 80. 盘点", []ledgermill.Command{
			ledgermill.Count{ID: "CT-1", Date: day(30), Lines: []ledgermill.CountLine{{Item: "STEEL", Counted: qty("78")}}},
			ledgermill.SettleCount{ID: "SC-1", Date: day(30), Of: "CT-1"},
		}},
		{"The month is closed: income and expense go to the profit of the year. 结转损益与结账", []ledgermill.Command{
			ledgermill.Close{ID: "CL-1", Date: day(31), Period: day(31).Period(), Profit: true},
		}},
	}
}

func printDocument(ctx context.Context, out io.Writer, c *ledgermill.Company, d ledgermill.Document) error {
	note := ""
	if d.Replayed {
		note = "  (known already: nothing changed)"
	}
	fmt.Fprintf(out, "  %s  %-16s %s%s\n", d.Date, d.Verb, d.Ref, note)
	for _, v := range d.Vouchers {
		text, err := c.Print(ctx, ledgermill.JournalEntry{PostedVoucher: v, Ref: d.Ref, Verb: d.Verb})
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "      "+strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      "))
	}
	return nil
}

func printBooks(ctx context.Context, out io.Writer, c *ledgermill.Company) error {
	fmt.Fprintf(out, "\nStock 库存\n")
	for _, item := range []string{"STEEL", "SHAFT"} {
		s, err := c.Stock(ctx, item, "", "", "")
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  %-8s %8s on hand, worth %10s (%s each)\n", item, s.Qty, s.Value, s.UnitCost.StringFixed(4))
	}
	tb, err := c.TrialBalance(ctx, ledgermill.AsOf{})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nTrial balance 试算平衡\n%s", tb)
	fmt.Fprintf(out, "\nThe page of raw materials 原材料明细账\n")
	for row, err := range c.Ledger(ctx, "stock_raw", "", ledgermill.Span{To: day(31)}) {
		if err != nil {
			return err
		}
		fmt.Fprint(out, row)
	}
	for _, kind := range []string{ledger.BalanceSheet, ledger.IncomeStatement} {
		if err := printStatement(ctx, out, c, kind); err != nil {
			return err
		}
	}
	breaks, err := c.Reconcile(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nTie-outs of production, stock and books: %d breaks\n", len(breaks))
	for _, b := range breaks {
		fmt.Fprintf(out, "  %s %s: %s\n", b.Check, b.Subject, b.Difference)
	}
	digest, err := c.Digest(ctx)
	fmt.Fprintf(out, "Digest of the books: %s\n", digest)
	return err
}

func printStatement(ctx context.Context, out io.Writer, c *ledgermill.Company, kind string) error {
	s, err := c.Statement(ctx, kind, ledgermill.Span{To: day(31)})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\n%s", kind, s)
	return s.Check()
}

func day(d int) calendar.Date { return calendar.NewDate(2026, 1, d) }

func qty(s string) uom.Measure { return uom.Of(uom.MustParse(s)) }

func price(s string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(s)) }

func yuan(s string) *money.Amount { a := money.MustParse(s); return &a }

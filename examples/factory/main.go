// Factory is one customer order's whole way, planned by the library: the order, the plan with its reasons, requisitions and work orders, receipts, production
// of a part and of the product, inspection, shipment, collection, and the books at the end.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/examples/internal/stores"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting/explain"
)

func main() {
	where := flag.String("store", "memory", "where the books are kept: "+stores.Names)
	flag.Parse()
	if err := run(context.Background(), *where, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "factory:", err)
		os.Exit(1)
	}
}

// factory is a maker of tables: a top and four legs, turned of wood; varnish is kept in stock.
type factory struct {
	*ledgermill.Company
	ctx context.Context
	out io.Writer
}

func run(ctx context.Context, where string, out io.Writer) error {
	store, done, err := stores.Open(ctx, where)
	if err != nil {
		return err
	}
	defer done()
	c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Company: "tables", Setup: &ledgermill.Setup{
		Date: day(1), Calendars: []ledgermill.Calendar{{Code: "week", Workdays: []string{"mon", "tue", "wed", "thu", "fri"}}},
	}})
	if err != nil {
		return err
	}
	f := factory{c, ctx, out}
	for _, part := range []func() error{f.masters, f.order, f.plan, f.purchase, f.produce, f.deliver, f.books} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// do carries out documents and prints each with its vouchers.
func (f factory) do(what string, documents ...ledgermill.Command) error {
	fmt.Fprintf(f.out, "\n%s\n", what)
	docs, err := f.Do(f.ctx, documents...)
	if err != nil {
		return err
	}
	return f.print(docs)
}

func (f factory) print(docs []ledgermill.Document) error {
	for _, d := range docs {
		fmt.Fprintf(f.out, "  %s  %-16s %s\n", d.Date, d.Verb, d.Ref)
		for _, v := range d.Vouchers {
			text, err := f.Print(f.ctx, ledgermill.JournalEntry{PostedVoucher: v, Ref: d.Ref, Verb: d.Verb})
			if err != nil {
				return err
			}
			fmt.Fprintln(f.out, "      "+strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      "))
		}
	}
	return nil
}

func (f factory) masters() error {
	item := func(code, kind string, lead int32, safety string, lot mrp.LotRule) ledgermill.Command {
		return ledgermill.DefineItem{ID: "item:" + code, Date: day(1), Code: code, Kind: inventory.Kind(kind), Method: "average", LeadTime: lead, Calendar: "week", SafetyStock: uom.MustParse(safety), LotSize: lot}
	}
	return f.do("Masters: a table is a top and four legs; legs are turned of wood; varnish is kept for a rainy day. 物料",
		item("WOOD", "raw", 5, "0", mrp.LotRule{Rule: "min_max_multiple", Multiple: uom.MustParse("10")}),
		item("TOP", "raw", 4, "0", mrp.LotRule{}),
		item("VARNISH", "raw", 2, "6", mrp.LotRule{}),
		item("LEG", "semi", 2, "0", mrp.LotRule{}),
		item("TABLE", "finished", 1, "0", mrp.LotRule{}),
		ledgermill.DefineBOM{ID: "bom:LEG", Date: day(1), Item: "LEG", Lines: []ledgermill.BOMLine{{Item: "WOOD", Qty: qty("0.5"), ScrapPct: decimal.NewFromInt(5)}}},
		ledgermill.DefineBOM{ID: "bom:TABLE", Date: day(1), Item: "TABLE", Lines: []ledgermill.BOMLine{{Item: "TOP", Qty: qty("1")}, {Item: "LEG", Qty: qty("4")}, {Item: "VARNISH", Qty: qty("0.2")}}},
		ledgermill.Opening{ID: "OPENING", Date: day(1), Stock: []ledgermill.OpeningStock{{Item: "VARNISH", Qty: qty("4"), Value: yuan("36")}, {Item: "LEG", Qty: qty("8"), Value: yuan("64")}}},
	)
}

func (f factory) order() error {
	if err := f.do("A customer orders 20 tables for the end of the month. 销售订单",
		ledgermill.Demand{ID: "SO-1", Date: day(2), Item: "TABLE", Qty: qty("20"), Due: day(30)}); err != nil {
		return err
	}
	return f.do("What is to be made and bought, and when? 物料需求计划", ledgermill.MakePlan{ID: "PLAN-1", Date: day(2), Horizon: 40})
}

func (f factory) plan() error {
	p, err := f.Plan(f.ctx, "PLAN-1")
	if err != nil {
		return err
	}
	for _, o := range p.Orders {
		verb := "buy "
		if o.Make {
			verb = "make"
		}
		fmt.Fprintf(f.out, "    %s %8s %-8s start %s, due %s: %s\n", verb, o.Qty, o.Item, o.Release, o.Due, o.Why)
	}
	alarms, err := f.Alarms(f.ctx)
	if err != nil {
		return err
	}
	for _, a := range alarms {
		fmt.Fprintf(f.out, "    alarm: %s of %s on hand, the safety stock is %s: %d planned order(s) bring more\n", a.OnHand, a.Item, a.SafetyStock, len(a.Planned))
	}
	fmt.Fprintln(f.out, "\nThe plan becomes requisitions and work orders. 下达计划")
	docs, err := f.FirmPlan(f.ctx, "PLAN-1", day(2))
	if err != nil {
		return err
	}
	return f.print(docs)
}

// purchase receives what the plan asked for, each against its requisition, and pays for it.
func (f factory) purchase() error {
	p, err := f.Plan(f.ctx, "PLAN-1")
	if err != nil {
		return err
	}
	prices := map[string]string{"WOOD": "12", "TOP": "80", "VARNISH": "9.50"}
	var lines []int // of the plan, in the order in which the goods come
	for i, o := range p.Orders {
		if !o.Make {
			lines = append(lines, i)
		}
	}
	slices.SortStableFunc(lines, func(a, b int) int { return int(p.Orders[a].Due - p.Orders[b].Due) })
	for _, i := range lines {
		o, n := p.Orders[i], fmt.Sprint(i+1)
		if err := f.do("Goods come for requisition PLAN-1/"+n+", and their bill. 采购入库、发票",
			ledgermill.Receive{ID: "GR-" + n, Date: o.Due, Supplier: "SUPPLIER", For: []string{"PLAN-1/" + n}, Lines: []ledgermill.ReceiveLine{{Item: o.Item, Qty: uom.Of(o.Qty), Price: price(prices[o.Item])}}},
			ledgermill.InvoiceIn{ID: "PI-" + n, Date: o.Due, Supplier: "SUPPLIER", Of: []string{"GR-" + n}, TaxRate: vat},
		); err != nil {
			return err
		}
	}
	return nil
}

// produce carries out the work orders, parts before products, as the plan dated them.
func (f factory) produce() error {
	p, err := f.Plan(f.ctx, "PLAN-1")
	if err != nil {
		return err
	}
	for _, item := range []string{"LEG", "TABLE"} {
		for i, o := range p.Orders {
			if o.Item != item {
				continue
			}
			ref, n := fmt.Sprintf("PLAN-1/%d", i+1), fmt.Sprint(i+1)
			if err := f.do(fmt.Sprintf("Work order %s: %s %s. 生产", ref, o.Qty, o.Item),
				ledgermill.Release{ID: "RL-" + n, Date: o.Release, Order: ref},
				ledgermill.Issue{ID: "MI-" + n, Date: o.Release, Order: ref},
				ledgermill.Report{ID: "RP-" + n, Date: o.Due, Order: ref, Good: o.Qty, LaborCost: &wages},
				ledgermill.Inspect{ID: "QC-" + n, Date: o.Due, Order: ref, Pass: o.Qty},
				ledgermill.Complete{ID: "CO-" + n, Date: o.Due, Order: ref, Qty: uom.Of(o.Qty)},
				ledgermill.CloseWorkOrder{ID: "CW-" + n, Date: o.Due, Order: ref},
			); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f factory) deliver() error {
	if err := f.do("The tables go to the customer, who pays. 销售出库、开票、收款",
		ledgermill.Ship{ID: "SH-1", Date: day(30), Customer: "CUSTOMER", For: []string{"SO-1"}, Lines: []ledgermill.StockLine{{Item: "TABLE", Qty: qty("20")}}},
		ledgermill.InvoiceOut{ID: "SI-1", Date: day(30), Customer: "CUSTOMER", Of: []string{"SH-1"}, TaxRate: vat, Lines: []ledgermill.InvoiceLine{{Item: "TABLE", Qty: qty("20"), Price: price("260")}}},
		ledgermill.Collect{ID: "RC-1", Date: day(31), Partner: "CUSTOMER", Amount: yuan("5876")},
		ledgermill.MakePlan{ID: "PLAN-2", Date: day(31), Horizon: 40},
	); err != nil {
		return err
	}
	p, err := f.Plan(f.ctx, "PLAN-2")
	if err != nil {
		return err
	}
	fmt.Fprintf(f.out, "  Planned anew: %d orders are needed now.\n", len(p.Orders))
	return nil
}

func (f factory) books() error {
	tb, err := f.TrialBalance(f.ctx, ledgermill.AsOf{})
	if err != nil {
		return err
	}
	fmt.Fprintf(f.out, "\nTrial balance 试算平衡\n%s", tb)
	why, err := f.Explain(f.ctx, explain.CostOf("SH-1"))
	if err != nil {
		return err
	}
	fmt.Fprintf(f.out, "\nWhat the tables that were shipped cost, down to its sources 成本构成\n%s", why)
	breaks, err := f.Reconcile(f.ctx)
	if err != nil {
		return err
	}
	digest, err := f.Digest(f.ctx)
	fmt.Fprintf(f.out, "\nTie-outs of production, stock and books: %d breaks\nDigest of the books: %s\n", len(breaks), digest)
	return err
}

var (
	vat   = decimal.RequireFromString("0.13")
	wages = money.MustParse("180")
)

func day(d int) calendar.Date { return calendar.NewDate(2026, 3, d) }

func qty(s string) uom.Measure { return uom.Of(uom.MustParse(s)) }

func price(s string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(s)) }

func yuan(s string) money.Amount { return money.MustParse(s) }

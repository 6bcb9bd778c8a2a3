package storagetest

import (
	"strings"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
)

// generators make up the commands of each verb; a verb comes up by its weight.
var generators = []struct {
	name   string
	weight int
	make   func(g *generator) ledgermill.Command
}{
	{"receive", 14, func(g *generator) ledgermill.Command {
		c := ledgermill.Receive{ID: g.id(), Date: g.day(), Supplier: g.one("ACME", "BOLTS"), Warehouse: g.warehouse()}
		for range 1 + g.rnd.IntN(3) {
			item := g.one("BAR", "CASE", "WHEEL", "CLOCK", g.item())
			c.Lines = append(c.Lines, ledgermill.ReceiveLine{Item: item, Qty: g.qtyOf(item, 20), Price: g.price(), Lot: g.lot(item), Bin: g.one("", "", "", "A", "Z")})
		}
		if g.rnd.IntN(12) == 0 {
			c.Invoice = g.ref("invoice_in")
		}
		return c
	}},
	{"invoice_in", 8, func(g *generator) ledgermill.Command {
		c := ledgermill.InvoiceIn{ID: g.id(), Date: g.day(), Supplier: g.one("ACME", "BOLTS"), TaxRate: dec(g.one("0.13", "0"))}
		if g.rnd.IntN(5) > 0 {
			c.Of = []string{g.ref("receive")}
		}
		if g.rnd.IntN(2) == 0 || len(c.Of) == 0 {
			c.Lines = []ledgermill.InvoiceLine{{Item: g.item(), Qty: g.measure(10), Price: g.price(), Account: g.one("", g.account())}}
		}
		return c
	}},
	{"purchase_return", 4, func(g *generator) ledgermill.Command {
		return ledgermill.PurchaseReturn{ID: g.id(), Date: g.day(), Of: g.ref("receive"), Warehouse: g.warehouse(), Lines: g.back()}
	}},
	{"ship", 9, func(g *generator) ledgermill.Command {
		return ledgermill.Ship{ID: g.id(), Date: g.day(), Customer: "SHOP", Warehouse: g.warehouse(), Lines: g.lines(6)}
	}},
	{"invoice_out", 5, func(g *generator) ledgermill.Command {
		c := ledgermill.InvoiceOut{ID: g.id(), Date: g.day(), Customer: "SHOP", TaxRate: dec("0.13"), Lines: []ledgermill.InvoiceLine{{Item: g.item(), Qty: g.measure(4), Price: g.price()}}}
		if g.rnd.IntN(4) > 0 {
			c.Of = []string{g.ref("ship")}
		}
		return c
	}},
	{"sales_return", 4, func(g *generator) ledgermill.Command {
		return ledgermill.SalesReturn{ID: g.id(), Date: g.day(), Of: g.ref("ship"), Warehouse: g.warehouse(), Lines: g.back()}
	}},
	{"pay", 3, func(g *generator) ledgermill.Command {
		return ledgermill.Pay{ID: g.id(), Date: g.day(), Partner: g.one("ACME", "BOLTS"), Amount: g.amount(200)}
	}},
	{"collect", 3, func(g *generator) ledgermill.Command {
		return ledgermill.Collect{ID: g.id(), Date: g.day(), Partner: "SHOP", Amount: g.amount(200)}
	}},
	{"work_order", 6, func(g *generator) ledgermill.Command {
		return ledgermill.WorkOrder{ID: g.id(), Date: g.day(), Item: g.one("GEAR", "GEAR", "ROBOT", g.item()), Qty: g.measure(6)}
	}},
	{"release", 4, func(g *generator) ledgermill.Command {
		c := ledgermill.Release{ID: g.id(), Date: g.day(), Order: g.ref("work_order"), Warehouse: g.warehouse(), Partial: g.rnd.IntN(2) == 0}
		if !c.Partial {
			c.Policy = mrp.Policy(g.one("", "all", "first_operation", "buildable"))
		}
		return c
	}},
	{"issue", 8, func(g *generator) ledgermill.Command {
		c := ledgermill.Issue{ID: g.id(), Date: g.day(), Order: g.ref("work_order"), Warehouse: g.warehouse()}
		if g.rnd.IntN(2) == 0 {
			c.Lines = g.lines(4)
		}
		return c
	}},
	{"return_material", 3, func(g *generator) ledgermill.Command {
		return ledgermill.ReturnMaterial{ID: g.id(), Date: g.day(), Order: g.ref("work_order"), Warehouse: g.warehouse(), Lines: g.back()}
	}},
	{"report", 6, func(g *generator) ledgermill.Command {
		labor := g.amount(20)
		c := ledgermill.Report{ID: g.id(), Date: g.day(), Order: g.ref("work_order"), Op: g.one("", "TURN", "PACK"), Good: g.measure(3).Qty, LaborCost: &labor}
		if g.rnd.IntN(3) == 0 {
			c.Scrap, c.LaborCost, c.LaborHours, c.Op = g.measure(1).Qty, nil, g.price(), g.one("TURN", "PACK", "DRILL")
		}
		return c
	}},
	{"inspect", 2, func(g *generator) ledgermill.Command {
		return ledgermill.Inspect{ID: g.id(), Date: g.day(), Order: g.ref("work_order"), Pass: g.measure(2).Qty}
	}},
	{"complete", 8, func(g *generator) ledgermill.Command {
		return ledgermill.Complete{ID: g.id(), Date: g.day(), Order: g.ref("work_order"), Qty: g.measure(3), Warehouse: g.warehouse(), Backflush: g.rnd.IntN(2) == 0}
	}},
	{"close_work_order", 2, func(g *generator) ledgermill.Command {
		return ledgermill.CloseWorkOrder{ID: g.id(), Date: g.day(), Order: g.ref("work_order")}
	}},
	{"allocate", 2, func(g *generator) ledgermill.Command {
		c := ledgermill.Allocate{ID: g.id(), Date: g.day(), From: g.one("overhead", "overhead", g.account()), By: g.one("labor_hours", "labor_cost", "material_cost", "qty", "luck")}
		if g.rnd.IntN(3) == 0 {
			c.By, c.Weights = "", posting.Weights{g.ref("work_order"): dec("2"), g.ref("work_order"): dec("1.5")}
			c.Capacity = dec(g.one("0", "5"))
		}
		return c
	}},
	{"transfer", 4, func(g *generator) ledgermill.Command {
		return ledgermill.Transfer{ID: g.id(), Date: g.day(), From: g.one("W1", "W1/A", "W2", "W9"), To: g.one("W2", "W1/B", "W1"), Lines: g.lines(5)}
	}},
	{"count", 4, func(g *generator) ledgermill.Command {
		item := g.item()
		c := ledgermill.Count{ID: g.id(), Date: g.day(), Warehouse: g.warehouse(), Lines: []ledgermill.CountLine{{Item: item, Counted: g.measure(20), Lot: g.lot(item)}}}
		if g.rnd.IntN(3) == 0 {
			c.Lines[0].Cost = g.price()
		}
		return c
	}},
	{"settle_count", 2, func(g *generator) ledgermill.Command {
		return ledgermill.SettleCount{ID: g.id(), Date: g.day(), Of: g.ref("count", "count", "ship"), To: g.one("", "", g.account())}
	}},
	{"scrap", 3, func(g *generator) ledgermill.Command {
		return ledgermill.Scrap{ID: g.id(), Date: g.day(), Warehouse: g.warehouse(), Lines: g.lines(3)}
	}},
	{"other_receipt", 3, func(g *generator) ledgermill.Command {
		item := g.item()
		return ledgermill.OtherReceipt{ID: g.id(), Date: g.day(), Warehouse: g.warehouse(), Account: g.account(), Lines: []ledgermill.OtherLine{{Item: item, Qty: g.qtyOf(item, 8), Cost: g.price(), Lot: g.lot(item)}}}
	}},
	{"other_issue", 3, func(g *generator) ledgermill.Command {
		return ledgermill.OtherIssue{ID: g.id(), Date: g.day(), Warehouse: g.warehouse(), Account: g.account(), Lines: g.lines(3)}
	}},
	{"voucher", 3, func(g *generator) ledgermill.Command {
		a := g.amount(90)
		credit := a
		if g.rnd.IntN(5) == 0 {
			credit = g.amount(90)
		}
		return ledgermill.Voucher{ID: g.id(), Date: g.day(), Lines: []ledgermill.VoucherLine{{Account: g.account(), Debit: a}, {Account: g.one("bank", g.account()), Credit: credit}}}
	}},
	{"reverse", 6, func(g *generator) ledgermill.Command {
		c := ledgermill.Reverse{ID: g.id(), Of: g.ref("receive", "ship", "issue", "report", "complete", "allocate", "transfer", "count", "pay", "invoice_in", "invoice_out", "voucher", "sales_return", "reserve", "confirm", "cancel", "reverse")}
		if g.rnd.IntN(3) > 0 {
			c.Date = g.day()
		}
		return c
	}},
	{"revalue", 1, func(g *generator) ledgermill.Command {
		return ledgermill.Revalue{ID: g.id(), Date: g.day(), Item: g.item(), UnitCost: g.price()}
	}},
	{"write_down", 1, func(g *generator) ledgermill.Command {
		return ledgermill.WriteDown{ID: g.id(), Date: g.day(), Item: g.item(), NRV: g.price().Decimal}
	}},
	{"reserve", 4, func(g *generator) ledgermill.Command {
		return ledgermill.Reserve{ID: g.id(), Date: g.day(), Warehouse: g.warehouse(), Lines: g.lines(3), Expires: g.one("", "", "2040-01-01", "2040-01-01 12:30", "2025-01-01", "noon")}
	}},
	{"confirm", 3, func(g *generator) ledgermill.Command {
		c := ledgermill.Confirm{ID: g.id(), Date: g.day(), Of: g.ref("reserve"), As: g.one("ship", "ship", "issue", "gift"), Customer: "SHOP", Order: g.ref("work_order")}
		if g.rnd.IntN(3) == 0 {
			c.Lines = g.lines(2)
		}
		return c
	}},
	{"cancel", 2, func(g *generator) ledgermill.Command {
		return ledgermill.Cancel{ID: g.id(), Date: g.day(), Of: g.ref("reserve", "reserve", "ship")}
	}},
	{"demand", 1, func(g *generator) ledgermill.Command {
		return ledgermill.Demand{ID: g.id(), Date: g.day(), Item: g.item(), Qty: g.measure(9), Due: g.date.AddDays(g.rnd.IntN(30)), Kind: g.one("", "order", "forecast", "wish")}
	}},
	{"supply", 1, func(g *generator) ledgermill.Command {
		return ledgermill.Supply{ID: g.id(), Date: g.day(), Item: g.item(), Qty: g.measure(9), Due: g.date.AddDays(g.rnd.IntN(30)), Firm: g.rnd.IntN(2) == 0}
	}},
	{"plan", 1, func(g *generator) ledgermill.Command {
		return ledgermill.MakePlan{ID: g.id(), Date: g.day(), Bucket: g.one("", "day", "week", "year"), Horizon: int32(g.rnd.IntN(40))}
	}},
	{"close", 1, func(g *generator) ledgermill.Command {
		p := g.date.AddDays(-g.rnd.IntN(40)).Period()
		return ledgermill.Close{ID: g.id(), Date: g.date, Period: p, Profit: g.rnd.IntN(2) == 0}
	}},
	{"reopen", 2, func(g *generator) ledgermill.Command {
		return ledgermill.Reopen{ID: g.id(), Date: g.date, Period: g.date.AddDays(-g.rnd.IntN(40)).Period(), Reason: g.one("", "an invoice was missing")}
	}},
	{"opening", 1, func(g *generator) ledgermill.Command {
		return ledgermill.Opening{ID: g.id(), Date: g.day(), Balances: []ledgermill.VoucherLine{{Account: g.account(), Debit: g.amount(50)}}}
	}},
	{"item", 1, func(g *generator) ledgermill.Command {
		return item(g, g.one("BAR", "SPARE", strings.Repeat("X", 99)), "raw", g.one("fifo", "guess"), "")
	}},
	{"bom", 1, func(g *generator) ledgermill.Command {
		return ledgermill.DefineBOM{ID: g.id(), Date: g.day(), Item: g.one("BAR", "GEAR"), From: calendar.NewDate(2027, 1, 1), Lines: []ledgermill.BOMLine{{Item: g.one("GEAR", "ROBOT", "WHEEL"), Qty: uom.Of(uom.FromInt(1))}}}
	}},
	{"again", 2, func(g *generator) ledgermill.Command {
		if len(g.all) == 0 {
			return ledgermill.Reopen{ID: g.id(), Date: g.date, Period: g.date.Period()}
		}
		switch c := g.all[g.rnd.IntN(len(g.all))].(type) {
		case ledgermill.Receive:
			c.Memo = "another content"
			return c
		case ledgermill.Ship:
			c.Customer = "SOMEBODY"
			return c
		}
		return ledgermill.Pay{ID: g.ref("receive", "ship"), Date: g.date, Partner: "ACME", Amount: money.MustParse("1")}
	}},
}

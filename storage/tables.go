package storage

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
)

// Head is the one row of a company that every document changes: it gives the total order of documents, and whoever writes must have seen it as it is.
type Head struct {
	Company string
	Seq     int64            // of the last document
	Latest  calendar.Date    // the latest date of a document
	Catalog int64            // raised by every change of a master
	Instant calendar.Instant // of the last document
	Hash    string           // of the last voucher: the end of the chain
	Version int64
}

// The tables, in the order in which they are written.
const (
	Heads Kind = iota
	Settings
	Accounts
	Profiles
	Warehouses
	Items
	StandardCosts
	Rates
	BOMs
	BOMLines
	Centers
	Operations
	WorkCalendars
	Documents
	Mentions
	Moves
	Stocks
	Reservations
	ReservationChanges
	Streams
	Layers
	Entries
	Links
	Allowances
	Orders
	OrderCosts
	Materials
	Consumption
	ProgressFacts
	Demands
	Supplies
	PlannedOrders
	PlanPegs
	PlanNeeds
	PlanMessages
	OpenItems
	Settlements
	Periods
	Counters
	Vouchers
	VoucherLines
	kinds
)

// Tables describes every table, by kind.
var Tables = func() [kinds]Table {
	t := [kinds]Table{
		Heads: define("head", "company | seq latest catalog instant hash version", 1, func(f []any, r *Head) []any {
			return append(f, &r.Company, &r.Seq, &r.Latest, &r.Catalog, &r.Instant, &r.Hash, &r.Version)
		}, quiet("instant hash")),
		Settings: define("settings", "currency | decimals rounding chart cost_scope negative_stock cogs_at grni residual scrap reversal aging_by late_facts first_warehouse version", 0, func(f []any, r *posting.Settings) []any {
			return append(f, &r.Currency, &r.Decimals, &r.Rounding, &r.Chart, &r.CostScope, &r.NegativeStock, &r.CogsAt, &r.GRNI, &r.Residual, &r.Scrap, &r.Reversal, &r.AgingBy, &r.LateFacts, &r.FirstWarehouse, &r.Version)
		}, master),
		Accounts: define("account", "code | name name_zh class debit leaf control version", 0, func(f []any, r *ledger.Account) []any {
			return append(f, &r.Code, &r.Name, &r.NameZH, (*string)(&r.Class), &r.Debit, &r.Leaf, &r.Control, &r.Version)
		}, master),
		Profiles: define("profile", "role category item warehouse partner | account version", 0, func(f []any, r *posting.ProfileEntry) []any {
			return append(f, &r.Role, &r.Category, &r.Item, &r.Warehouse, &r.Partner, &r.Account, &r.Version)
		}, master),
		Warehouses: define("warehouse", "code | bins version", 0, func(f []any, r *inventory.Warehouse) []any {
			return append(f, &r.Code, &r.Bins, &r.Version)
		}, master),
		Items: define("item", "code | kind unit units category method tracking picking supply phantom lead_time safety_stock standard_cost weight volume lot_size calendar valid_from version", 1, func(f []any, r *inventory.Item) []any {
			return append(f, &r.Code, (*string)(&r.Kind), &r.Unit, &r.Units, &r.Category, &r.Method, (*string)(&r.Tracking), &r.Picking, &r.Supply, &r.Phantom, &r.LeadTime, &r.SafetyStock, &r.StandardCost, &r.Weight, &r.Volume, &r.LotSize, &r.Calendar, &r.From, &r.Version)
		}, master),
		StandardCosts: define("standard_cost", "item doc | valid_from cost", 1, func(f []any, r *costing.StandardCost) []any {
			return append(f, &r.Item, &r.Doc, &r.From, &r.Cost)
		}, master),
		Rates: define("exchange_rate", "currency doc line | valid_from rate", 1, func(f []any, r *ledger.Rate) []any {
			return append(f, &r.Currency, &r.Doc, &r.Line, &r.From, &r.Rate)
		}, master),
		BOMs: define("bom", "item doc | valid_from valid_to qty yield", 1, func(f []any, r *mrp.BOM) []any {
			return append(f, &r.Item, &r.Doc, &r.From, &r.To, &r.Qty, &r.Yield)
		}, master),
		BOMLines: define("bom_line", "item doc line | by_product component qty scrap fixed op share alternates", 1, func(f []any, r *mrp.BOMLine) []any {
			return append(f, &r.Item, &r.Doc, &r.Line, &r.ByProduct, &r.Component, &r.Qty, &r.Scrap, &r.Fixed, &r.Op, &r.Share, &r.Alternates)
		}, master, by("component |")),
		Centers: define("work_center", "code | calendar machines labor_rate machine_rate overhead_rate version", 1, func(f []any, r *mrp.Center) []any {
			return append(f, &r.Code, &r.Calendar, &r.Machines, &r.LaborRate, &r.MachineRate, &r.OverheadRate, &r.Version)
		}, master),
		Operations: define("operation", "item line | op center setup_hours run_hours labor_hours version", 1, func(f []any, r *mrp.Operation) []any {
			return append(f, &r.Item, &r.Line, &r.Op, &r.Center, &r.SetupHours, &r.RunHours, &r.LaborHours, &r.Version)
		}, master),
		WorkCalendars: define("work_calendar", "code | workdays holidays hours version", 1, func(f []any, r *mrp.WorkCalendar) []any {
			return append(f, &r.Code, &r.Workdays, &r.Holidays, &r.Hours, &r.Version)
		}, master),
		Documents: define("document", "seq | ref verb date recorded id command reverses", 1, func(f []any, r *posting.Document) []any {
			return append(f, &r.Seq, &r.Ref, &r.Verb, &r.Date, &r.Recorded, &r.ID, &r.Command, &r.Reverses)
		}, by("ref |"), by("reverses |"), by("verb | seq"), quiet("recorded id")),
		Mentions: define("mention", "of_doc by_doc |", 1, func(f []any, r *posting.Mention) []any {
			return append(f, &r.Of, &r.By)
		}),
		Moves: define("stock_move", "doc line | date item lot qty from_type from_name from_bin to_type to_name to_bin", 1, func(f []any, r *inventory.Move) []any {
			return append(f, &r.Doc, &r.Line, &r.Date, &r.Item, &r.Lot, &r.Qty, (*string)(&r.From.Type), &r.From.Name, &r.From.Bin, (*string)(&r.To.Type), &r.To.Name, &r.To.Bin)
		}, by("item | date doc line")),
		Stocks: define("stock", "item warehouse bin lot | on_hand reserved since since_doc expires lapses version", 1, func(f []any, r *inventory.Stock) []any {
			return append(f, &r.Item, &r.Warehouse, &r.Bin, &r.Lot, &r.OnHand, &r.Reserved, &r.Since, &r.SinceDoc, &r.Expires, &r.Lapses, &r.Version)
		}),
		Reservations: define("reservation", "holder line | doc item warehouse bin lot qty expires version", 1, func(f []any, r *inventory.Reservation) []any {
			return append(f, &r.Holder, &r.Line, &r.Doc, &r.Item, &r.Warehouse, &r.Bin, &r.Lot, &r.Qty, &r.Expires, &r.Version)
		}, by("item |")),
		ReservationChanges: define("reservation_change", "doc line | holder held_line item warehouse bin lot qty", 1, func(f []any, r *inventory.ReservationChange) []any {
			return append(f, &r.Doc, &r.Line, &r.Holder, &r.HeldLine, &r.Item, &r.Warehouse, &r.Bin, &r.Lot, &r.Qty)
		}),
		Streams: define("stream", "item scope | method qty value last_qty last_value last_date issue_date issue_doc allowance version", 1, func(f []any, r *costing.Stream) []any {
			return append(f, &r.Item, &r.Scope, &r.Method, &r.Qty, &r.Value, &r.LastQty, &r.LastValue, &r.LastDate, &r.IssueDate, &r.IssueDoc, &r.Allowance, &r.Version)
		}),
		Layers: define("layer", "item scope date source_doc source_line source_part | lot qty value version", 2, func(f []any, r *costing.Layer) []any {
			return append(f, &r.Item, &r.Scope, &r.Date, &r.Source.Doc, &r.Source.Line, &r.Part, &r.Lot, &r.Qty, &r.Value, &r.Version)
		}, cover("qty"), by("source_doc | source_line source_part")),
		Entries: define("value_entry", "doc line | kind item scope lot order_ref element qty value fact_date posting_date cause_doc cause_line account contra stated unit_cost method late", 1, func(f []any, r *costing.Entry) []any {
			return append(f, &r.Doc, &r.Line, (*string)(&r.Kind), &r.Item, &r.Scope, &r.Lot, &r.Order, (*string)(&r.Element), &r.Qty, &r.Value, &r.FactDate, &r.PostingDate, &r.Cause.Doc, &r.Cause.Line, &r.Account, &r.Contra, &r.Stated, &r.UnitCost, &r.Method, &r.Late)
		}, by("item scope | fact_date doc line"), by("order_ref | fact_date doc line"), by("cause_doc | cause_line doc line")),
		Links: define("value_link", "doc line n | item scope fact_date source_doc source_line source_part date lot qty value version", 1, func(f []any, r *costing.Link) []any {
			return append(f, &r.Doc, &r.Line, &r.N, &r.Item, &r.Scope, &r.FactDate, &r.Source.Doc, &r.Source.Line, &r.Part, &r.Date, &r.Lot, &r.Qty, &r.Value, &r.Version)
		}, by("item scope | fact_date doc line n")),
		Allowances: define("stock_allowance", "doc line | item scope date value", 1, func(f []any, r *costing.Allowance) []any {
			return append(f, &r.Doc, &r.Line, &r.Item, &r.Scope, &r.Date, &r.Value)
		}),
		Orders: define("work_order", "ref | doc item qty date due status bom yield subcontractor service_price stated reported reports scrapped reworked expensed passed failed inspections completed unbuilt labor_hours machine_hours last_date version", 1, func(f []any, r *mrp.Order) []any {
			return append(f, &r.Ref, &r.Doc, &r.Item, &r.Qty, &r.Date, &r.Due, (*string)(&r.Status), &r.BOM, &r.Yield, &r.Subcontractor, &r.ServicePrice, &r.Stated, &r.Reported, &r.Reports, &r.Scrapped, &r.Reworked, &r.Expensed, &r.Passed, &r.Failed, &r.Inspections, &r.Completed, &r.Unbuilt, &r.LaborHours, &r.MachineHours, &r.LastDate, &r.Version)
		}),
		OrderCosts: define("order_cost", "order_ref | material labor overhead energy outside open_material open_labor open_overhead open_energy open_outside completed by_product expensed residual last_date completed_date completed_doc version", 1, func(f []any, r *costing.OrderCost) []any {
			c, o := &r.Charged, &r.Open
			return append(f, &r.Order, &c.Material, &c.Labor, &c.Overhead, &c.Energy, &c.Outside, &o.Material, &o.Labor, &o.Overhead, &o.Energy, &o.Outside, &r.Completed, &r.ByProduct, &r.Expensed, &r.Residual, &r.LastDate, &r.CompletedDate, &r.CompletedDoc, &r.Version)
		}),
		Materials: define("order_material", "order_ref line | by_product item lot required per_unit bom_qty fixed scrap op share issued alternates stands version", 1, func(f []any, r *mrp.Material) []any {
			return append(f, &r.Order, &r.Line, &r.ByProduct, &r.Item, &r.Lot, &r.Required, &r.PerUnit, &r.BOMQty, &r.Fixed, &r.Scrap, &r.Op, &r.Share, &r.Issued, &r.Alternates, &r.Stands, &r.Version)
		}),
		Consumption: define("order_consumption", "order_ref item lot | qty value version", 1, func(f []any, r *costing.Consumed) []any {
			return append(f, &r.Order, &r.Item, &r.Lot, &r.Qty, &r.Value, &r.Version)
		}),
		ProgressFacts: define("order_progress", "doc line | order_ref date from_status to_status op good scrap rework labor_hours machine_hours expensed pass fail completed unbuilt counts undo undoes inspects", 1, func(f []any, r *mrp.Progress) []any {
			return append(f, &r.Doc, &r.Line, &r.Order, &r.Date, (*string)(&r.From), (*string)(&r.To), &r.Op, &r.Good, &r.Scrap, &r.Rework, &r.LaborHours, &r.MachineHours, &r.Expensed, &r.Pass, &r.Fail, &r.Completed, &r.Unbuilt, &r.Counts, &r.Undo, &r.Undoes, &r.Inspects)
		}, by("order_ref | doc line")),
		Demands: define("demand", "ref | doc item qty due forecast", 1, func(f []any, r *mrp.Demand) []any {
			return append(f, &r.Ref, &r.Doc, &r.Item, &r.Qty, &r.Due, &r.Forecast)
		}),
		Supplies: define("supply", "doc item | ref qty due firm", 1, func(f []any, r *mrp.SupplyOrder) []any {
			return append(f, &r.Doc, &r.Item, &r.Ref, &r.Qty, &r.Due, &r.Firm)
		}),
		PlannedOrders: define("planned_order", "doc line | item qty release due make why", 1, func(f []any, r *mrp.PlannedRow) []any {
			return append(f, &r.Doc, &r.Line, &r.Item, &r.Qty, &r.Release, &r.Due, &r.Make, &r.Why)
		}),
		PlanPegs: define("plan_peg", "doc line n | ref parent qty", 1, func(f []any, r *mrp.PegRow) []any {
			return append(f, &r.Doc, &r.Line, &r.N, &r.Ref, &r.Parent, &r.Qty)
		}),
		PlanNeeds: define("plan_need", "doc line | item date gross on_hand net", 1, func(f []any, r *mrp.NeedRow) []any {
			return append(f, &r.Doc, &r.Line, &r.Item, &r.Date, &r.Gross, &r.OnHand, &r.Net)
		}),
		PlanMessages: define("plan_message", "doc line | ref item action to_date qty why", 1, func(f []any, r *mrp.MessageRow) []any {
			return append(f, &r.Doc, &r.Line, &r.Ref, &r.Item, (*string)(&r.Action), &r.To, &r.Qty, &r.Why)
		}),
		OpenItems: define("open_item", "kind doc line | ref partner account item lot date due currency rate qty open_qty amount open_amount revalued foreign_amount open_foreign settled version", 2, func(f []any, r *ledger.OpenItem) []any {
			return append(f, (*string)(&r.Kind), &r.Doc, &r.Line, &r.Ref, &r.Partner, &r.Account, &r.Item, &r.Lot, &r.Date, &r.Due, &r.Currency, &r.Rate, &r.Qty, &r.OpenQty, &r.Amount, &r.Open, &r.Revalued, &r.Foreign, &r.OpenForeign, &r.Settled, &r.Version)
		}, by("kind ref | line"), by("kind partner settled | due doc line")),
		Settlements: define("settlement", "doc line | kind item_doc item_line partner date qty amount currency foreign_amount revalued", 1, func(f []any, r *ledger.Settlement) []any {
			return append(f, &r.Doc, &r.Line, (*string)(&r.Kind), &r.ItemDoc, &r.ItemLine, &r.Partner, &r.Date, &r.Qty, &r.Amount, &r.Currency, &r.Foreign, &r.Revalued)
		}, by("kind item_doc | item_line doc line")),
		Periods: define("period", "period | state reason version", 0, func(f []any, r *ledger.PeriodState) []any {
			return append(f, &r.Period, (*string)(&r.State), &r.Reason, &r.Version)
		}),
		Counters: define("number_series", "series period | last version", 1, func(f []any, r *ledger.Counter) []any {
			return append(f, &r.Series, &r.Period, &r.Last, &r.Version)
		}),
		Vouchers: define("voucher", "doc n | id series period number date red reverses memo previous hash rules", 1, func(f []any, r *ledger.Voucher) []any {
			return append(f, &r.Doc, &r.N, &r.ID, &r.Series, &r.Period, &r.Number, &r.Date, &r.Red, &r.Reverses, &r.Memo, &r.Previous, &r.Hash, &r.Rules)
		}, by("series period | number"), quiet("id previous hash")),
		VoucherLines: define("voucher_line", "doc n line | account period date debit credit currency foreign_amount qty item lot warehouse order_ref partner workshop project rule entry", 1, func(f []any, r *ledger.Line) []any {
			return append(f, &r.Doc, &r.N, &r.Line, &r.Account, &r.Period, &r.Date, &r.Debit, &r.Credit, &r.Currency, &r.Foreign, &r.Qty, &r.Item, &r.Lot, &r.Warehouse, &r.Order, &r.Partner, &r.Workshop, &r.Project, &r.Rule, &r.Entry)
		}, by("account | date doc n line")),
	}
	for k := range t {
		t[k].Kind = Kind(k)
	}
	return t
}()

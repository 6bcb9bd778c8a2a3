package ledgermill

import (
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/shopspring/decimal"
)

// Command is one business document: a plain struct, one type a verb. Its ID is the document's own number, unique in the company, and
// the idempotency key: the same ID with the same content is recognised and changes nothing, with another content it is a conflict.
type Command interface {
	head() header
	decide(*book) error
}

type header struct {
	Verb string
	ID   string
	Date calendar.Date
	Memo string
}

// StockLine is a quantity of an item that leaves stock or moves. Warehouse, Bin and Lot may be left to the rules of picking.
type StockLine struct {
	Item      string      `json:"item"`
	Qty       uom.Measure `json:"qty"`
	Warehouse string      `json:"warehouse,omitzero"`
	Bin       string      `json:"bin,omitzero"`
	Lot       string      `json:"lot,omitzero"`
}

// ReceiveLine is a quantity that comes in at a price per stated unit, or at a value for the whole line.
type ReceiveLine struct {
	Item      string              `json:"item"`
	Qty       uom.Measure         `json:"qty"`
	Price     decimal.NullDecimal `json:"price,omitzero"`
	Value     *money.Amount       `json:"value,omitempty"`
	Warehouse string              `json:"warehouse,omitzero"`
	Bin       string              `json:"bin,omitzero"`
	Lot       string              `json:"lot,omitzero"`
	Expires   calendar.Date       `json:"expires,omitzero"`
}

// InvoiceLine is a line of a bill or sales invoice. Account is where a service is charged. TaxRate is a fraction (0.13), by default the document's; tax is rounded
// once for all lines of one rate.
type InvoiceLine struct {
	Item    string              `json:"item"`
	Qty     uom.Measure         `json:"qty"`
	Price   decimal.NullDecimal `json:"price,omitzero"`
	Value   *money.Amount       `json:"value,omitempty"`
	Account string              `json:"account,omitzero"`
	TaxRate decimal.NullDecimal `json:"tax_rate,omitzero"`
}

// Receive takes goods in from a supplier.
type Receive struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Supplier  string        `json:"supplier"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Currency  string        `json:"currency,omitzero"` // of the prices; default: the company's
	Invoice   string        `json:"invoice,omitzero"`  // a bill that came first: its prices count
	For       []string      `json:"for,omitempty"`     // supplies that it is the arrival of
	Lines     []ReceiveLine `json:"lines"`
}

// InvoiceIn is a supplier's bill, for receipts (Of) or ahead of them.
type InvoiceIn struct {
	ID       string          `json:"ref"`
	Date     calendar.Date   `json:"date"`
	Memo     string          `json:"memo,omitzero"`
	Supplier string          `json:"supplier"`
	Of       []string        `json:"of,omitempty"`
	Lines    []InvoiceLine   `json:"lines,omitempty"`   // default: what was received, neither returned nor invoiced, at its price
	Currency string          `json:"currency,omitzero"` // default: the company's; without lines that of the receipts
	TaxRate  decimal.Decimal `json:"tax_rate,omitzero"` // of lines that state none
	Tax      *money.Amount   `json:"tax,omitempty"`     // as stated on the bill; wins over the rates
	Due      calendar.Date   `json:"due,omitzero"`
}

// PurchaseReturn sends received goods back.
type PurchaseReturn struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Of        string        `json:"of"`
	Warehouse string        `json:"warehouse,omitzero"`
	Lines     []StockLine   `json:"lines"`
}

// Ship sends goods to a customer.
type Ship struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Customer  string        `json:"customer"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	For       []string      `json:"for,omitempty"` // demands that it fulfils
	Lines     []StockLine   `json:"lines"`
}

// InvoiceOut bills a customer, for shipments (Of) or for anything else.
type InvoiceOut struct {
	ID       string          `json:"ref"`
	Date     calendar.Date   `json:"date"`
	Memo     string          `json:"memo,omitzero"`
	Customer string          `json:"customer"`
	Of       []string        `json:"of,omitempty"`
	Lines    []InvoiceLine   `json:"lines"`
	Currency string          `json:"currency,omitzero"`
	TaxRate  decimal.Decimal `json:"tax_rate,omitzero"` // of lines that state none
	Tax      *money.Amount   `json:"tax,omitempty"`     // wins over the rates
	Due      calendar.Date   `json:"due,omitzero"`
}

// SalesReturn takes shipped goods back at the cost at which they left.
type SalesReturn struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Of        string        `json:"of"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lines     []StockLine   `json:"lines"`
}

// Transfer moves stock between places: a warehouse, or warehouse/bin.
type Transfer struct {
	ID    string        `json:"ref"`
	Date  calendar.Date `json:"date"`
	Memo  string        `json:"memo,omitzero"`
	From  string        `json:"from"`
	To    string        `json:"to"`
	Lines []StockLine   `json:"lines"`
}

// CountLine is what a stocktake found of an item in a place. Cost is the unit cost for goods of which none is known.
type CountLine struct {
	Item      string              `json:"item"`
	Counted   uom.Measure         `json:"counted"`
	Warehouse string              `json:"warehouse,omitzero"`
	Bin       string              `json:"bin,omitzero"`
	Lot       string              `json:"lot,omitzero"`
	Cost      decimal.NullDecimal `json:"cost,omitzero"`
}

// Count is a stocktake.
type Count struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lines     []CountLine   `json:"lines"`
}

// SettleCount moves a stocktake's difference to where it belongs, once that is decided.
type SettleCount struct {
	ID   string        `json:"ref"`
	Date calendar.Date `json:"date"`
	Memo string        `json:"memo,omitzero"`
	Of   string        `json:"of"`
	To   string        `json:"to,omitzero"` // role or account; default: the chart's
}

// Scrap throws stock away.
type Scrap struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lines     []StockLine   `json:"lines"`
}

// OtherLine is a receipt at a unit cost that no purchase or order explains.
type OtherLine struct {
	Item      string              `json:"item"`
	Qty       uom.Measure         `json:"qty"`
	Cost      decimal.NullDecimal `json:"cost,omitzero"`
	Warehouse string              `json:"warehouse,omitzero"`
	Bin       string              `json:"bin,omitzero"`
	Lot       string              `json:"lot,omitzero"`
	Expires   calendar.Date       `json:"expires,omitzero"`
}

// OtherReceipt brings goods in against an account.
type OtherReceipt struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Account   string        `json:"account,omitzero"`
	Role      string        `json:"role,omitzero"`
	Lines     []OtherLine   `json:"lines"`
}

// OtherIssue takes goods out against an account.
type OtherIssue struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Account   string        `json:"account,omitzero"`
	Role      string        `json:"role,omitzero"`
	Lines     []StockLine   `json:"lines"`
}

// VoucherLine is one line of a hand-written voucher: an account or a role, and one side. A line on receivable or payable names its partner. Dimensions
// (辅助核算) are item, lot, warehouse, work_order, workshop and project, each with a value.
type VoucherLine struct {
	Account    string            `json:"account,omitzero"`
	Role       string            `json:"role,omitzero"`
	Debit      money.Amount      `json:"debit,omitzero"`
	Credit     money.Amount      `json:"credit,omitzero"`
	Partner    string            `json:"partner,omitzero"`
	CashFlow   string            `json:"cash_flow,omitzero"` // of a line of cash: the row of the cash flow statement, or transfer; default: other operating
	Dimensions map[string]string `json:"dimensions,omitempty"`
}

// Voucher is a hand-written journal entry.
type Voucher struct {
	ID    string        `json:"ref"`
	Date  calendar.Date `json:"date"`
	Memo  string        `json:"memo,omitzero"`
	Lines []VoucherLine `json:"lines"`
}

// Reverse undoes a whole document, at its date unless another is given.
type Reverse struct {
	ID   string        `json:"ref"`
	Date calendar.Date `json:"date,omitzero"`
	Memo string        `json:"memo,omitzero"`
	Of   string        `json:"of"`
}

// Close ends an accounting period; Profit first carries income and expense forward. A soft close comes before it, if wanted: then only vouchers adjust the period.
//
// A close is refused (invalid_state) while production, stock and finance do not agree, and while goods are owed that had left by its end. Its [Document] lists
// what was received by then and not invoiced (Accrued).
//
// It is one transaction, unless it is alone and the month's goods with a monthly average have more entries than [Options].CloseEntries: then documents of its own
// number (JAN/1, JAN/2, ...), each a transaction, give some goods their averages, what is made of least first; the first soft-closes the period, and the
// close itself comes last. If it breaks off the period stays soft closed, and some averages wait for others; the same command sent again goes on where it
// stopped, and leaves what it would have left.
type Close struct {
	ID     string          `json:"ref"`
	Date   calendar.Date   `json:"date"`
	Memo   string          `json:"memo,omitzero"`
	Period calendar.Period `json:"period"`
	Profit bool            `json:"profit,omitzero"`
	Soft   bool            `json:"soft,omitzero"`   // only stops ordinary documents: hand-written vouchers that state a reason still come in
	Reason string          `json:"reason,omitzero"` // default: the memo; a soft close has one

	Variances string `json:"variances,omitzero"` // of standard-cost goods: prorate or cogs; default: they stay where they are
}

// Reopen opens a closed period again, for a reason.
type Reopen struct {
	ID     string          `json:"ref"`
	Date   calendar.Date   `json:"date"`
	Memo   string          `json:"memo,omitzero"`
	Period calendar.Period `json:"period"`
	Reason string          `json:"reason,omitzero"`
}

// OpeningStock is stock that was there when the books began.
type OpeningStock struct {
	Item      string        `json:"item"`
	Qty       uom.Measure   `json:"qty"`
	Value     money.Amount  `json:"value,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lot       string        `json:"lot,omitzero"`
	Expires   calendar.Date `json:"expires,omitzero"`
}

// Opening brings in the stock and balances with which the books begin.
type Opening struct {
	ID       string         `json:"ref"`
	Date     calendar.Date  `json:"date"`
	Memo     string         `json:"memo,omitzero"`
	Stock    []OpeningStock `json:"stock,omitempty"`
	Balances []VoucherLine  `json:"balances,omitempty"`
}

// Calendar says on which days work is done: days of the week (mon tue wed thu fri sat sun; none: all) less holidays.
type Calendar struct {
	Code     string          `json:"code"`
	Workdays []string        `json:"workdays,omitempty"`
	Holidays []calendar.Date `json:"holidays,omitempty"`
	Hours    decimal.Decimal `json:"hours_per_day,omitzero"`
}

// DefineItem records an item, or changes it from a date on.
type DefineItem struct {
	ID           string             `json:"ref"`
	Date         calendar.Date      `json:"date"`
	Memo         string             `json:"memo,omitzero"`
	Code         string             `json:"code"`
	Kind         inventory.Kind     `json:"kind,omitzero"`   // raw, semi, finished, goods (default) or service
	Unit         string             `json:"uom,omitzero"`    // in which it is counted and valued: default pc
	Units        uom.Units          `json:"uoms,omitempty"`  // others, each as a number of base units: box=12
	Method       string             `json:"method,omitzero"` // fifo (default), lifo, average (moving), monthly_average, standard, specific, or one of [Options].Methods
	StandardCost decimal.Decimal    `json:"standard_cost,omitzero"`
	Category     string             `json:"category,omitzero"`
	Tracking     inventory.Tracking `json:"tracking,omitzero"`         // none (default), lot or serial
	Picking      string             `json:"picking,omitzero"`          // which lot goes first when none is named: fifo (default), or fefo, that which expires first
	LeadTime     int32              `json:"lead_time,string,omitzero"` // working days of its Calendar
	SafetyStock  uom.Quantity       `json:"safety_stock,omitzero"`
	Supply       string             `json:"supply,omitzero"`  // make or buy; default: make if it has a bill of materials
	Phantom      bool               `json:"phantom,omitzero"` // never made by itself: its components stand in for it
	Weight       decimal.Decimal    `json:"weight,omitzero"`
	Volume       decimal.Decimal    `json:"volume,omitzero"`
	LotSize      mrp.LotRule        `json:"lot_size,omitzero"` // how the plan turns needs into orders
	Calendar     string             `json:"calendar,omitzero"` // the days on which its lead time runs; default: all
}

// BOMLine is a component: Qty of Item for the quantity that the bill of materials speaks of.
type BOMLine struct {
	Item       string          `json:"item"`
	Qty        uom.Measure     `json:"qty"`
	ScrapPct   decimal.Decimal `json:"scrap_pct,omitzero"`
	Fixed      bool            `json:"fixed,omitzero"`
	Op         string          `json:"op,omitzero"`
	Alternates []string        `json:"alternates,omitempty"`
}

// DefineBOM records a bill of materials, from a date on.
type DefineBOM struct {
	ID         string          `json:"ref"`
	Date       calendar.Date   `json:"date"`
	Memo       string          `json:"memo,omitzero"`
	Item       string          `json:"item"`
	Qty        uom.Measure     `json:"qty,omitzero"`  // default 1
	From       calendar.Date   `json:"from,omitzero"` // default: the document's date; of the first version, always
	To         calendar.Date   `json:"to,omitzero"`   // the first day on which it no longer holds; default: no end
	Lines      []BOMLine       `json:"lines"`
	ByProducts []OrderLine     `json:"byproducts,omitempty"`
	YieldPct   decimal.Decimal `json:"yield_pct,omitzero"`
}

// CenterRates is a work centre with its rates per hour.
type CenterRates struct {
	Code         string          `json:"code"`
	Calendar     string          `json:"calendar,omitzero"`
	Machines     int32           `json:"machines,string,omitzero"`
	LaborRate    decimal.Decimal `json:"labor_rate,omitzero"`
	MachineRate  decimal.Decimal `json:"machine_rate,omitzero"`
	OverheadRate decimal.Decimal `json:"overhead_rate,omitzero"`
}

// RoutingOp is one operation of a routing.
type RoutingOp struct {
	Op         string          `json:"op"`
	Center     string          `json:"center,omitzero"`
	SetupHours decimal.Decimal `json:"setup_hours,omitzero"`
	RunHours   decimal.Decimal `json:"run_hours,omitzero"`
	LaborHours decimal.Decimal `json:"labor_hours,omitzero"`
}

// Routing is how an item is made, operation by operation.
type Routing struct {
	Item string      `json:"item"`
	Ops  []RoutingOp `json:"ops"`
}

// WarehouseBins is a warehouse with its bins.
type WarehouseBins struct {
	Code string   `json:"code"`
	Bins []string `json:"bins,omitempty"`
}

// Setup founds a company: what it decides once. Zero fields take the defaults. It is the first document of its books.
type Setup struct {
	ID            string            `json:"ref"`
	Date          calendar.Date     `json:"date"`
	Currency      string            `json:"currency,omitzero"`       // default CNY
	Decimals      string            `json:"decimals,omitzero"`       // of money, default 2
	Rounding      string            `json:"rounding,omitzero"`       // half_up (default) or half_even
	Chart         string            `json:"chart,omitzero"`          // cas (default), cas_small or ifrs
	CostScope     string            `json:"cost_scope,omitzero"`     // company (default), warehouse or lot
	NegativeStock string            `json:"negative_stock,omitzero"` // forbid (default) or allow
	CogsAt        string            `json:"cogs_at,omitzero"`        // ship (default) or invoice
	GRNI          string            `json:"grni,omitzero"`           // true (default) or false
	Residual      string            `json:"residual,omitzero"`       // revalue (default) or variance
	Scrap         string            `json:"scrap,omitzero"`          // absorb (default) or absorb_all
	Reversal      string            `json:"reversal,omitzero"`       // red (default) or blue
	AgingBy       string            `json:"aging_by,omitzero"`       // due (default) or document
	LateFacts     string            `json:"late_facts,omitzero"`     // restate (default), forward or reject
	Warehouses    []WarehouseBins   `json:"warehouses,omitempty"`    // default: MAIN
	Calendars     []Calendar        `json:"calendars,omitempty"`     // of work; default: every day
	Profile       map[string]string `json:"profile,omitempty"`       // role -> account, over the chart's
	Centers       []CenterRates     `json:"centers,omitempty"`
	Routings      []Routing         `json:"routings,omitempty"`
}

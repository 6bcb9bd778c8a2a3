package mrp

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/shopspring/decimal"
)

// BOM is one dated version of a bill of materials: what Qty of Item is made of. It holds from From up to, not including, To
// (zero: for ever); of several that hold, the one with the latest From counts, then the latest recorded.
type BOM struct {
	Item  string
	Doc   int64 // the document that recorded it: its version
	From  calendar.Date
	To    calendar.Date
	Qty   uom.Quantity
	Yield decimal.Decimal // per cent; zero: none stated
}

// BOMLine is a component or by-product of a BOM version.
type BOMLine struct {
	Item       string
	Doc        int64
	Line       int32
	ByProduct  bool
	Component  string
	Qty        uom.Quantity
	Scrap      decimal.Decimal // per cent of usage lost: need = Qty / (1 - Scrap/100)
	Fixed      bool            // once per order, whatever its quantity
	Op         string
	Share      decimal.Decimal // by-product: per cent of the completion's cost
	Alternates string          // what may stand in for it, unit for unit: items in order, separated by blanks
}

// Center is a work centre with its hourly rates.
type Center struct {
	Code         string
	Calendar     string
	Machines     int32
	LaborRate    decimal.Decimal
	MachineRate  decimal.Decimal
	OverheadRate decimal.Decimal
	Version      int64
}

// Operation is one step of an item's routing, in order of Line.
type Operation struct {
	Item       string
	Line       int32
	Op         string
	Center     string
	SetupHours decimal.Decimal
	RunHours   decimal.Decimal
	LaborHours decimal.Decimal
	Version    int64
}

// Status is the state of a work order.
type Status string

// The states of a work order.
const (
	Planned   Status = "planned"
	Firm      Status = "firm"
	Released  Status = "released"
	Started   Status = "started"
	Completed Status = "completed"
	Closed    Status = "closed"
	Held      Status = "held"
	Cancelled Status = "cancelled"
)

// Order is a work order: what is to be made and how far it is. What it has cost is kept beside it, in package costing.
type Order struct {
	Ref    string
	Doc    int64
	Item   string
	Qty    uom.Quantity
	Date   calendar.Date
	Due    calendar.Date
	Status Status
	BOM    int64 // version of the BOM it follows; 0: its own lines
	Yield  decimal.Decimal

	Subcontractor string // who makes it of our material; empty: we do
	ServicePrice  decimal.Decimal
	Stated        uom.Quantity // Qty in the unit of the service price

	Reported     uom.Quantity // good, of the routing's last operation
	Reports      int32        // reports of good output, of any operation
	Scrapped     uom.Quantity
	Reworked     uom.Quantity // reported as in need of rework; neither good nor scrap
	Expensed     uom.Quantity // scrap beyond plan, charged to expense
	Passed       uom.Quantity
	Failed       uom.Quantity
	Inspections  int32
	Completed    uom.Quantity
	Unbuilt      uom.Quantity // of these, taken apart again
	LaborHours   uom.Quantity
	MachineHours uom.Quantity
	LastDate     calendar.Date // of the latest fact of this order
	Version      int64
}

// Material is one component (or by-product) of a work order: what it needs in all, and what it got.
type Material struct {
	Order     string
	Line      int32
	ByProduct bool
	Item      string
	Lot       string       // set on a line for what was issued of one lot beyond the plan lines; empty on plan lines
	Required  uom.Quantity // for the whole order
	PerUnit   uom.Quantity // of the BOM line, for BOMQty
	BOMQty    uom.Quantity
	Fixed     bool
	Scrap     decimal.Decimal
	Op        string
	Share     decimal.Decimal
	Issued    uom.Quantity
	Version   int64

	Alternates string // as on the BOM line
	Stands     int32  // the line that this one stands in for, since its component was short at the release; 0: none
}

// Progress is a fact: a document moved an order forward. Quantities are signed; a reversal is the same with the other sign.
type Progress struct {
	Doc          int64
	Line         int32
	Order        string
	Date         calendar.Date
	From         Status // status before and after
	To           Status
	Op           string
	Good         uom.Quantity
	Scrap        uom.Quantity
	Rework       uom.Quantity
	LaborHours   uom.Quantity
	MachineHours uom.Quantity
	Expensed     uom.Quantity
	Pass         uom.Quantity
	Fail         uom.Quantity
	Completed    uom.Quantity
	Unbuilt      uom.Quantity
	Counts       bool // its Good is output of the order (last operation)
	Undo         bool // it reverses another: that of document Undoes
	Undoes       int64
	Inspects     bool
}

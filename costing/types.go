package costing

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Source names the value entry that a layer came from.
type Source struct {
	Doc  int64
	Line int32
}

// Stream is the value of one item in one cost scope: totals, and what the last entry knew of its cost.
type Stream struct {
	Item      string
	Scope     string // empty: the company; else a warehouse or lot
	Method    string
	Qty       uom.Quantity
	Value     money.Amount
	LastQty   uom.Quantity // quantity and value of the last entry: the last known cost
	LastValue money.Amount
	LastDate  calendar.Date // of the latest entry or transfer
	IssueDate calendar.Date // of the latest entry that was valued by all that was here, with its document
	IssueDoc  int64
	Allowance money.Amount // written down below cost; a separate account, the value is at cost
	Version   int64
}

// Layer is what is left of one receipt. Layers of a stream are ordered by (Date, Source).
type Layer struct {
	Item    string
	Scope   string
	Date    calendar.Date
	Source  Source
	Part    int32 // of a transfer, which carries several layers: counted from 1; else 0
	Lot     string
	Qty     uom.Quantity
	Value   money.Amount
	Version int64
}

// Allowance is a fact: what a stream was written down by, or up again, or what left with its goods. Value is signed: positive writes down.
type Allowance struct {
	Doc   int64
	Line  int32
	Item  string
	Scope string
	Date  calendar.Date
	Value money.Amount
}

// StandardCost is a standard unit cost that holds from a date on.
type StandardCost struct {
	Item string
	From calendar.Date
	Doc  int64
	Cost decimal.Decimal
}

// EntryKind says what a value entry did.
type EntryKind string

// The kinds of value entry.
const (
	In       EntryKind = "in"       // value came in with quantity: receipt, completion, return, count gain
	Sold     EntryKind = "sold"     // goods went to a customer
	Found    EntryKind = "found"    // a stocktake found goods: at what goods here cost then
	Out      EntryKind = "out"      // value left with quantity
	Back     EntryKind = "back"     // units of a receipt (Cause) went back to the supplier at what is Stated
	Averaged EntryKind = "averaged" // the month that ends on its day has its monthly average
	Adjust   EntryKind = "adjust"   // the value of an earlier entry changed: price difference, residual
	Worth    EntryKind = "worth"    // all that is here is worth more or less from now on: revaluation, new standard
	Becomes  EntryKind = "becomes"  // the stream is valued by another method from now on
	Charge   EntryKind = "charge"   // a cost charged to an order (no stock stream)
	Credit   EntryKind = "credit"   // a cost credited from an order
)

// Entry is a fact: value moved. It carries three stamps: FactDate orders it when value is folded, PostingDate is the day
// of the books, and Doc (the document sequence) is when it was recorded. A stock entry names Item and Scope, an order entry names
// Order; one movement between stock and order is two entries. Qty and Value are signed: positive is in.
type Entry struct {
	Doc         int64
	Line        int32
	Kind        EntryKind
	Item        string
	Scope       string
	Lot         string
	Order       string
	Element     Element // of an order entry
	Qty         uom.Quantity
	Value       money.Amount
	FactDate    calendar.Date
	PostingDate calendar.Date
	Cause       Source          // an adjustment or return: the entry it speaks of
	Account     string          // the account that holds this value (stock or WIP)
	Contra      string          // the account that takes or gives it at once, where no other entry does: an expense, cost of sales
	Stated      money.Amount    // what a return to the supplier, a revaluation or the reversal of a receipt says that the goods are worth
	UnitCost    decimal.Decimal // of a revaluation that states one; else Stated is the new total
	Method      string          // of a stock entry, what its stream was valued by; where that changes, what it is from now on
	Late        bool            // a change that a later fact made of what Cause recorded; that fact's own changes are not
}

// Link is a record: entry (Doc, Line) took Qty and Value from the layer that Source made (or gave them back, or changed its value; a transfer that comes
// in carries these layers). Late facts replace the links of an entry. A stream that keeps no layers has none.
type Link struct {
	Doc      int64
	Line     int32
	N        int32
	Item     string // and Scope and FactDate: of the entry
	Scope    string
	FactDate calendar.Date
	Source   Source
	Part     int32
	Date     calendar.Date // of the layer, with its lot, so that a reversal can put it back in place
	Lot      string
	Qty      uom.Quantity
	Value    money.Amount
	Version  int64
}

// Element is a kind of cost: what the product's cost is made of.
type Element string

// The cost elements.
const (
	Material Element = "material"
	Labor    Element = "labor"
	Overhead Element = "overhead"
	Energy   Element = "energy"
	Outside  Element = "outside" // work done by a subcontractor
)

// Elements lists them in the order in which shares are stated.
var Elements = []Element{Material, Labor, Overhead, Energy, Outside}

// Cost is an amount of cost by element.
type Cost struct {
	Material money.Amount
	Labor    money.Amount
	Overhead money.Amount
	Energy   money.Amount
	Outside  money.Amount
}

// OrderCost is the value side of a work order: what was charged to it in all, what of that is still in process, and where the rest went. At all times
// charged = open + completed + by-products + expensed + residual.
type OrderCost struct {
	Order         string
	Charged       Cost // issues less returns, labour, overhead, energy, outside work
	Open          Cost // work in process
	Completed     money.Amount
	ByProduct     money.Amount
	Expensed      money.Amount // scrap beyond plan
	Residual      money.Amount // cleared when the order was closed
	LastDate      calendar.Date
	CompletedDate calendar.Date // of the latest completion, with its document
	CompletedDoc  int64
	Version       int64
}

// Consumed is what an order holds of one issued item and lot, net of returns, from all its issues together: a return takes its share of the value.
type Consumed struct {
	Order   string
	Item    string
	Lot     string
	Qty     uom.Quantity
	Value   money.Amount
	Version int64
}

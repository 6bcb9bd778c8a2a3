package inventory

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/shopspring/decimal"
)

// Kind says what an item is for; its stock account follows from it.
type Kind string

// The kinds of item.
const (
	Raw      Kind = "raw"
	Semi     Kind = "semi"
	Finished Kind = "finished"
	Goods    Kind = "goods"
	Service  Kind = "service"
)

// Tracking says whether pieces of an item are told apart.
type Tracking string

// The ways of tracking.
const (
	NoTracking Tracking = "none"
	ByLot      Tracking = "lot"
	BySerial   Tracking = "serial"
)

// Item is the master record of something that is bought, made, held or sold.
// Quantities of it are kept in its base unit; Units holds the others.
type Item struct {
	Code         string
	Kind         Kind
	Unit         string
	Units        uom.Units
	Category     string
	Method       string // name of its costing method
	Tracking     Tracking
	Picking      string // which lot goes first when none is named: fifo or fefo
	Supply       string // make or buy; empty: make if it has a BOM
	Phantom      bool
	LeadTime     int32 // days
	SafetyStock  uom.Quantity
	StandardCost decimal.Decimal
	Weight       decimal.Decimal
	Volume       decimal.Decimal
	LotSize      string // the lot-sizing rule as canonical JSON, for the plan
	Calendar     string
	From         calendar.Date
	Version      int64
}

// Warehouse is a place that holds stock; Bins are its shelves, in order.
type Warehouse struct {
	Code    string
	Bins    string // codes separated by blanks, in order
	Version int64
}

// PlaceType says what stands at one end of a move.
type PlaceType string

// The types of place. Only InStock holds quantities; the others are where goods come from and go to.
const (
	InStock      PlaceType = "stock"
	AtSupplier   PlaceType = "supplier"
	AtCustomer   PlaceType = "customer"
	InProduction PlaceType = "production"
	InCount      PlaceType = "count"   // found or lost at a stocktake
	Scrapped     PlaceType = "scrap"   // thrown away
	Elsewhere    PlaceType = "other"   // an account named by the document
	AtOpening    PlaceType = "opening" // brought in when the books began
)

// Place is one end of a move: for stock a warehouse and bin, else a partner, an order or an account.
type Place struct {
	Type PlaceType
	Name string
	Bin  string
}

// Move is a fact: a quantity of one item (and lot) went from one place to another. Qty is in the base unit;
// it is negative only on a move that reverses another.
type Move struct {
	Doc  int64
	Line int32
	Date calendar.Date
	Item string
	Lot  string
	Qty  uom.Quantity
	From Place
	To   Place
}

// Stock is what one bin holds of one item and lot. Reserved is promised and still there.
type Stock struct {
	Item      string
	Warehouse string
	Bin       string
	Lot       string
	OnHand    uom.Quantity
	Reserved  uom.Quantity
	Since     calendar.Date // when it last rose from nothing: the picking order
	SinceDoc  int64
	Expires   calendar.Date
	Lapses    calendar.Instant // when the earliest of its reservations may lapse; 0: none does
	Version   int64
}

// Reservation is a quantity frozen for an order or by a reserve document.
type Reservation struct {
	Holder    string // the ref of the work order or reserve document
	Line      int32
	Doc       int64 // that made it; the newest is cut first
	Item      string
	Warehouse string
	Bin       string
	Lot       string
	Qty       uom.Quantity     // still frozen
	Expires   calendar.Instant // 0: never
	Version   int64
}

// ReservationChange is a fact: a document froze (positive) or freed a quantity of a reservation.
type ReservationChange struct {
	Doc       int64
	Line      int32
	Holder    string
	HeldLine  int32
	Item      string
	Warehouse string
	Bin       string
	Lot       string
	Qty       uom.Quantity
}

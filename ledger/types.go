package ledger

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Class is the element of the statements that an account belongs to.
type Class string

// The classes of account.
const (
	Asset     Class = "asset"
	Liability Class = "liability"
	Equity    Class = "equity"
	CostPool  Class = "cost" // production cost and overhead: on the balance sheet as stock in process
	Income    Class = "income"
	Expense   Class = "expense"
)

// Account is one line of a chart of accounts.
type Account struct {
	Code    string
	Name    string // English
	NameZH  string
	Class   Class
	Debit   bool // its normal side
	Leaf    bool // takes postings; false: a heading of sub-accounts
	Control bool // takes lines from its sub-ledger only
	Version int64
}

// Voucher is a posted journal entry. Its lines are facts of their own.
type Voucher struct {
	Doc      int64
	N        int32 // a document may bring about several vouchers
	ID       string
	Series   string
	Period   calendar.Period
	Number   int64 // without gaps within series and period
	Date     calendar.Date
	Red      bool // cancels another: negative amounts on the same sides
	Reverses int64
	Memo     string
	Previous string // hash of the voucher before it in the company's chain
	Hash     string
	Rules    string // version of the posting rules that made its lines; empty: it was posted before that was kept
}

// Line is one line of a voucher: one side, with the dimensions of auxiliary accounting.
type Line struct {
	Doc       int64
	N         int32 // of the voucher
	Line      int32
	Account   string
	Period    calendar.Period
	Date      calendar.Date
	Debit     money.Amount
	Credit    money.Amount
	Currency  string // of Foreign; empty: company currency only
	Foreign   money.Amount
	Qty       uom.Quantity
	Item      string
	Lot       string
	Warehouse string
	Order     string
	Partner   string
	Workshop  string
	Project   string
	Rule      string // the posting rule that made it
	Entry     int32  // the value entry of the same document that it books; 0: none
}

// State of a period.
type State string

// The states of a period.
const (
	PeriodOpen   State = "open"
	PeriodSoft   State = "soft_closed"
	PeriodClosed State = "closed"
)

// PeriodState is the record of one accounting period. A period without a record is open.
type PeriodState struct {
	Period  calendar.Period
	State   State
	Reason  string
	Version int64
}

// Counter gives the numbers of one voucher series in one period.
type Counter struct {
	Series  string
	Period  calendar.Period
	Last    int64
	Version int64
}

// OpenKind says what an open item waits for.
type OpenKind string

// The kinds of open item.
const (
	Receivable OpenKind = "receivable" // a customer's payment
	Payable    OpenKind = "payable"    // a payment to a supplier
	Accrued    OpenKind = "accrued"    // goods received, not invoiced: the supplier's bill (GRNI)
	Billed     OpenKind = "billed"     // units received, invoiced and kept; their amount is what was invoiced for them
	CreditDue  OpenKind = "credit_due" // invoiced units sent back: the supplier's credit note (GRNI, debit side)
	Shipped    OpenKind = "shipped"    // units at the customer, with the cost they left at: a return takes from it
	Unbilled   OpenKind = "unbilled"   // units shipped, not invoiced; Amount is their cost when cost of sales waits for the invoice
	Returned   OpenKind = "returned"   // invoiced units that the customer sent back: his credit note. Units only
	Transit    OpenKind = "transit"    // invoiced before they came
	Wanted     OpenKind = "wanted"     // an order of a customer: its shipment
	Expected   OpenKind = "expected"   // an order on its way: its receipt
	Landed     OpenKind = "landed"     // freight and the like on units received and kept: what goes back to the supplier takes its part
	Counted    OpenKind = "counted"    // a stocktake difference that waits to be settled; a gain is positive
)

// OpenItem is what is left of one line of one document. Amounts are positive in the direction that its kind suggests.
type OpenItem struct {
	Kind        OpenKind
	Doc         int64
	Line        int32
	Ref         string
	Partner     string
	Account     string
	Item        string
	Lot         string
	Date        calendar.Date
	Due         calendar.Date
	Currency    string          // of Foreign; empty: company currency
	Rate        decimal.Decimal // company currency for one unit of Currency, when it was opened
	Qty         uom.Quantity    // as opened
	OpenQty     uom.Quantity
	Amount      money.Amount // company currency, as opened
	Open        money.Amount // with Revalued
	Revalued    money.Amount // what new exchange rates made of what is open
	Foreign     money.Amount // document currency, as opened; equal to Amount in company currency
	OpenForeign money.Amount
	Settled     bool // nothing of it is open
	Version     int64
}

// Settlement is a fact: a document opened (positive) or settled (negative) part of an open item.
type Settlement struct {
	Doc      int64
	Line     int32
	Kind     OpenKind
	ItemDoc  int64
	ItemLine int32
	Partner  string
	Date     calendar.Date
	Qty      uom.Quantity
	Amount   money.Amount // company currency
	Currency string       // of Foreign; empty: company currency
	Foreign  money.Amount
	Revalued money.Amount // of Amount: what new exchange rates brought
}

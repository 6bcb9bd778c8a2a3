package posting

import (
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// Document is a fact: a command that was accepted. Command is its canonical form, kept so that a replay can be told from another content.
type Document struct {
	Seq      int64
	Ref      string
	Verb     string
	Date     calendar.Date
	Recorded calendar.Instant
	ID       string
	Command  string
	Reverses int64
}

// Mention is a fact: a later document (By) names an earlier one (Of), or settles it. What is mentioned is not reversed before its mentions are.
type Mention struct {
	Of int64
	By int64
}

// Settings are what a company decides once.
type Settings struct {
	Currency       string
	Decimals       int32
	Rounding       string // half_up or half_even
	Chart          string // cas, cas_small or ifrs
	CostScope      string // company, warehouse or lot
	NegativeStock  string // forbid or allow
	CogsAt         string // ship or invoice
	GRNI           bool   // receipts credit the accrual
	Residual       string // revalue or variance
	Scrap          string // absorb or absorb_all
	Reversal       string // red or blue
	AgingBy        string // due or document
	LateFacts      string // restate, forward or reject
	FirstWarehouse string // where goods go when no warehouse is named
	Version        int64
}

// ProfileEntry gives the account of a role, for all or for one category, item, warehouse or partner; the most specific that fits wins.
type ProfileEntry struct {
	Role      string
	Category  string
	Item      string
	Warehouse string
	Partner   string
	Account   string
	Version   int64
}

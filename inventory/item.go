package inventory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// MaxCode is the longest code of an item, warehouse, bin or lot, in bytes.
const MaxCode = 63

// CheckCode refuses a code that is too long (limit_exceeded), or has control characters (invalid_state).
func CheckCode(what, code string) error {
	if len(code) > MaxCode {
		return refusal.New(refusal.LimitExceeded, what, "a code of %d bytes; at most %d", len(code), MaxCode)
	}
	if !utf8.ValidString(code) || strings.IndexFunc(code, unicode.IsControl) >= 0 {
		return refusal.New(refusal.InvalidState, what, "a code holds printable text only")
	}
	return nil
}

// CheckItem refuses a master record that makes no sense (invalid_state).
func CheckItem(i Item) error {
	if err := CheckCode("item", i.Code); err != nil {
		return err
	}
	wrong := ""
	switch {
	case i.Code == "":
		wrong = "an item has a code"
	case !slices.Contains([]Kind{Raw, Semi, Finished, Goods, Service}, i.Kind):
		wrong = "kind is raw, semi, finished, goods or service"
	case !slices.Contains([]Tracking{NoTracking, ByLot, BySerial}, i.Tracking):
		wrong = "tracking is none, lot or serial"
	case i.Picking != "fifo" && i.Picking != "fefo":
		wrong = "picking is fifo or fefo"
	case i.Supply != "" && i.Supply != "make" && i.Supply != "buy":
		wrong = "supply is make or buy"
	case i.LeadTime < 0 || i.LeadTime > 3660:
		wrong = "the lead time is 0 to 3660 days"
	case i.SafetyStock.Sign() < 0:
		wrong = "the safety stock is not below zero"
	}
	if wrong != "" {
		return refusal.New(refusal.InvalidState, i.Code, "%s", wrong)
	}
	return nil
}

// Stocked says whether quantities of the item are kept.
func (i Item) Stocked() bool { return i.Kind != Service }

// CheckLine refuses a line's quantity that is not above zero (invalid_quantity), a lot that the item must have and the line has not (lot_required), a
// serial number for more than one piece (invalid_quantity), and a service where goods are meant (invalid_state).
func CheckLine(i Item, qty uom.Quantity, lot string, bringsIn bool) error {
	if !i.Stocked() {
		return refusal.New(refusal.InvalidState, i.Code, "a service is not held in stock")
	}
	if qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, i.Code, "a quantity is more than zero").Numbers(qty, uom.Quantity{})
	}
	if i.Tracking == NoTracking && lot != "" {
		return refusal.New(refusal.InvalidState, i.Code, "the item is not tracked by lot")
	}
	if bringsIn && i.Tracking != NoTracking && lot == "" {
		return refusal.New(refusal.LotRequired, i.Code, "what comes in has its lot or serial number")
	}
	if i.Tracking == BySerial && lot != "" && qty != uom.FromInt(1) {
		return refusal.New(refusal.InvalidQuantity, i.Code, "one serial number is one piece").Numbers(qty, uom.FromInt(1))
	}
	return CheckCode("lot", lot)
}

// CheckSerial refuses a serial number that is on hand already (duplicate_serial).
func CheckSerial(i Item, held []Stock, serial string) error {
	for _, s := range held {
		if i.Tracking == BySerial && s.Lot == serial && s.OnHand.Sign() > 0 {
			return refusal.New(refusal.DuplicateSerial, i.Code+"#"+serial, "this serial number is on hand already").Numbers(uom.FromInt(1), s.OnHand)
		}
	}
	return nil
}

package inventory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Limits of a master record.
const (
	MaxCode     = 63   // bytes of the code of an item, warehouse, bin or lot, and of the name of a unit, category or calendar
	MaxLeadTime = 3660 // days
)

// CheckCode refuses a code that is too long (limit_exceeded) or holds a blank or what cannot be printed (invalid_state): codes stand side by side in one text,
// separated by blanks, and two that look alike are the same. An empty one passes: whether there must be one is for the caller to say.
func CheckCode(what, code string) error {
	if err := checkText(what, code); err != nil {
		return err
	}
	if strings.Contains(code, " ") {
		return refusal.New(refusal.InvalidState, what, "a code holds no blank")
	}
	return nil
}

// checkText allows blanks inside: a supplier's lot and a unit may have them.
func checkText(what, text string) error {
	if len(text) > MaxCode {
		return refusal.New(refusal.LimitExceeded, what, "a text of %d bytes; at most %d", len(text), MaxCode)
	}
	odd := func(r rune) bool { return !unicode.IsPrint(r) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, odd) || strings.TrimSpace(text) != text {
		return refusal.New(refusal.InvalidState, what, "printable text only, with no blank at either end")
	}
	return nil
}

// BaseQty is a quantity of the item in its base unit; nothing, or less, is invalid_quantity.
func (i Item) BaseQty(m uom.Measure) (uom.Quantity, error) {
	qty, err := i.Units.ToBase(m.Qty, m.Unit, i.Unit)
	if err == nil && qty.Sign() <= 0 {
		return qty, refusal.New(refusal.InvalidQuantity, i.Code, "a quantity is more than zero").Numbers(qty, uom.Quantity{})
	}
	return qty, err
}

// CheckItem refuses a master record that makes no sense (invalid_state) or goes beyond a limit (limit_exceeded).
func CheckItem(i Item) error {
	if err := CheckCode("item", i.Code); err != nil {
		return err
	}
	wrong := ""
	switch {
	case i.Code == "":
		wrong = "an item has a code"
	case i.Unit == "":
		wrong = "an item has a base unit"
	case !slices.Contains([]Kind{Raw, Semi, Finished, Goods, Service}, i.Kind):
		wrong = "kind is raw, semi, finished, goods or service"
	case !slices.Contains([]Tracking{NoTracking, ByLot, BySerial}, i.Tracking):
		wrong = "tracking is none, lot or serial"
	case i.Picking != "fifo" && i.Picking != "fefo":
		wrong = "picking is fifo or fefo"
	case i.Supply != "" && i.Supply != "make" && i.Supply != "buy":
		wrong = "supply is make or buy"
	case i.LeadTime < 0 || i.LeadTime > MaxLeadTime:
		wrong = "the lead time is 0 to 3660 days"
	case i.SafetyStock.Sign() < 0:
		wrong = "the safety stock is not below zero"
	case i.StandardCost.Sign() < 0 || i.Weight.Sign() < 0 || i.Volume.Sign() < 0:
		wrong = "standard cost, weight and volume are not below zero"
	}
	if wrong != "" {
		return refusal.New(refusal.InvalidState, i.Code, wrong)
	}
	for _, text := range []string{i.Category, i.Calendar} {
		if err := checkText(i.Code, text); err != nil {
			return err
		}
	}
	for _, d := range []decimal.Decimal{i.StandardCost, i.Weight, i.Volume} {
		if n, _ := fixed.FromDecimal(d, uom.Digits, fixed.Down); n == fixed.Overflow {
			return refusal.New(refusal.LimitExceeded, i.Code, "standard cost, weight or volume is out of range")
		}
	}
	return checkUnits(i)
}

// checkUnits sees to it that every unit can be written down (name=ratio,…) and has a ratio, and that the base unit is not another one.
func checkUnits(i Item) error {
	if err := checkText(i.Code, i.Unit); err != nil {
		return err
	}
	for name, ratio := range i.Units {
		if err := checkText(i.Code, name); err != nil {
			return err
		}
		wrong := ""
		switch {
		case name == "" || strings.ContainsAny(name, "=,"):
			wrong = "a unit has a name, without comma and equals sign"
		case ratio.Num <= 0 || ratio.Den <= 0:
			wrong = "the ratio of a unit is above zero"
		case name == i.Unit && ratio.Num != ratio.Den:
			wrong = "one base unit is one base unit"
		}
		if wrong != "" {
			return refusal.New(refusal.InvalidState, i.Code, wrong)
		}
	}
	return nil
}

// Stocked says whether quantities of the item are kept.
func (i Item) Stocked() bool { return i.Kind != Service }

// CheckAlternate refuses an item that cannot stand in for another, unit for unit: itself or a service (invalid_state), or one counted in another unit (unit_mismatch).
func CheckAlternate(of, i Item) error {
	switch {
	case i.Code == of.Code:
		return refusal.New(refusal.InvalidState, i.Code, "an item is no alternate of itself")
	case !i.Stocked():
		return refusal.New(refusal.InvalidState, i.Code, "a service stands in for nothing")
	case i.Unit != of.Unit:
		return refusal.New(refusal.UnitMismatch, i.Code, "it is counted in %s, and %s in %s: it stands in for it unit for unit", i.Unit, of.Code, of.Unit)
	}
	return nil
}

// CheckLine refuses, in this order: a service where goods are meant (invalid_state); a quantity that is not above zero (invalid_quantity); a lot of an item that has
// none (invalid_state); goods of a tracked item that come in without one (lot_required); part of a piece that has a serial number, or one number for more than a piece
// (invalid_quantity); a lot that is no text of a lot (CheckCode, blanks inside allowed). What goes out without a lot is picked: see PickStock.
func CheckLine(i Item, qty uom.Quantity, lot string, bringsIn bool) error {
	if !i.Stocked() {
		return refusal.New(refusal.InvalidState, i.Code, "a service is not held in stock")
	}
	if qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, i.Code, "a quantity is more than zero").Numbers(qty, uom.Quantity{})
	}
	return checkLot(i, qty, lot, bringsIn)
}

func checkLot(i Item, qty uom.Quantity, lot string, must bool) error {
	piece := uom.FromInt(1)
	switch {
	case i.Tracking == NoTracking && lot != "":
		return refusal.New(refusal.InvalidState, i.Code, "the item is not tracked by lot")
	case i.Tracking != NoTracking && lot == "" && must:
		return refusal.New(refusal.LotRequired, i.Code, "the lot or serial number must be named")
	case i.Tracking == BySerial && lot != "" && qty != piece:
		return refusal.New(refusal.InvalidQuantity, i.Code, "one serial number is one piece").Numbers(qty, piece)
	case i.Tracking == BySerial && qty.Units()%piece.Units() != 0:
		return refusal.New(refusal.InvalidQuantity, i.Code, "pieces with serial numbers are whole").Numbers(qty, piece)
	}
	return checkText("lot", lot)
}

// CheckSerial refuses a serial number that is on hand already, wherever that is (duplicate_serial).
func CheckSerial(i Item, held []Stock, serial string) error {
	if i.Tracking != BySerial {
		return nil
	}
	for _, s := range held {
		if s.Item == i.Code && s.Lot == serial && s.OnHand.Sign() > 0 {
			return refusal.New(refusal.DuplicateSerial, Subject(i.Code, s.Warehouse, s.Bin, serial), "this serial number is on hand already").
				Numbers(uom.FromInt(1), s.OnHand)
		}
	}
	return nil
}

package inventory

import (
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// CountDifference compares what was counted at a place (a warehouse, and a bin and lot where they are named) with what the books have there: found (above zero) or
// lost (below), and what was on hand. It refuses what cannot have been counted: a service or a lot of an item without lots (invalid_state), less than nothing or more
// than one piece of a serial number (invalid_quantity), a tracked item of which no lot is named (lot_required).
func CountDifference(i Item, held []Stock, warehouse, bin, lot string, counted uom.Quantity) (difference, onHand uom.Quantity, err error) {
	switch {
	case !i.Stocked():
		err = refusal.New(refusal.InvalidState, i.Code, "a service is not held in stock")
	case counted.Sign() < 0:
		err = refusal.New(refusal.InvalidQuantity, i.Code, "a count is not below zero").Numbers(counted, uom.Quantity{})
	case counted.IsZero() && lot != "":
		err = checkLot(i, uom.FromInt(1), lot, true) // the piece that is not there
	default:
		err = checkLot(i, counted, lot, true)
	}
	if err != nil {
		return uom.Quantity{}, uom.Quantity{}, err
	}
	onHand, _ = Totals(At(held, warehouse, bin, lot))
	return counted.Sub(onHand), onHand, nil
}

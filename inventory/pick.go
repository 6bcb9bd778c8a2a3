package inventory

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Pick is a quantity to take from one row of stock, shown as it was before.
type Pick struct {
	Stock Stock
	Qty   uom.Quantity
}

// PickStock says which rows an outgoing quantity is taken from: the item's rows in the warehouse (and bin and lot, where they are named), in the item's picking order.
// Only what is available counts: on hand - reserved + own, the part of a row that this very holder has reserved (nil: nothing). No quantity picks nothing.
// Too little is insufficient_stock with both numbers; a quantity below zero is invalid_quantity.
func PickStock(i Item, held []Stock, warehouse, bin, lot string, qty uom.Quantity, own func(Stock) uom.Quantity) ([]Pick, error) {
	subject := Subject(i.Code, warehouse, bin, lot)
	if qty.Sign() < 0 {
		return nil, refusal.New(refusal.InvalidQuantity, subject, "less than nothing cannot be picked").Numbers(qty, uom.Quantity{})
	}
	var picks []Pick
	var available uom.Quantity
	for _, s := range At(held, warehouse, bin, lot) {
		free := s.OnHand.Sub(s.Reserved)
		if own != nil {
			free = free.Add(own(s))
		}
		if s.Item == i.Code && free.Sign() > 0 {
			picks = append(picks, Pick{s, free})
			available = available.Add(free)
		}
	}
	if available.Valid() && available.Less(qty) { // a sum that does not fit is enough for any quantity
		return nil, refusal.New(refusal.InsufficientStock, subject, "there is less than is wanted").Numbers(qty, available)
	}
	slices.SortFunc(picks, func(a, b Pick) int { return i.order(a.Stock, b.Stock) })
	for n := range picks {
		if qty.IsZero() {
			return picks[:n], nil
		}
		picks[n].Qty = picks[n].Qty.Min(qty)
		qty = qty.Sub(picks[n].Qty)
	}
	return picks, nil
}

// PickBeyond is PickStock where stock may go below nothing: what is not there is taken from the named bin of a warehouse, else from where the item lies.
// Lots and serial numbers are never taken beyond what there is of them.
func PickBeyond(i Item, held []Stock, w Warehouse, bin, lot string, qty uom.Quantity, own func(Stock) uom.Quantity) ([]Pick, error) {
	picks, err := PickStock(i, held, w.Code, bin, lot, qty, own)
	if err == nil || i.Tracking != "" && i.Tracking != "none" || lot != "" || qty.Sign() < 0 {
		return picks, err
	}
	if bin, err = PutBin(w, held, bin); err != nil {
		return nil, err
	}
	left := qty
	if picks, err = PickStock(i, held, w.Code, bin, "", freeIn(held, i.Code, w.Code, bin, own).Min(qty), own); err != nil {
		return nil, err
	}
	for _, p := range picks {
		left = left.Sub(p.Qty)
	}
	row := Stock{Item: i.Code, Warehouse: w.Code, Bin: bin}
	if n := len(picks); n > 0 {
		row, left, picks = picks[n-1].Stock, left.Add(picks[n-1].Qty), picks[:n-1]
	}
	return append(picks, Pick{row, left}), nil
}

// freeIn is what may be taken of an item in a bin.
func freeIn(held []Stock, item, warehouse, bin string, own func(Stock) uom.Quantity) (sum uom.Quantity) {
	for _, s := range At(held, warehouse, bin, "") {
		free := s.OnHand.Sub(s.Reserved)
		if own != nil {
			free = free.Add(own(s))
		}
		if s.Item == item && free.Sign() > 0 {
			sum = sum.Add(free)
		}
	}
	return sum
}

// order is the picking order: fefo by expiry date first (none is last), then by when the row rose from nothing, its lot and bin.
func (i Item) order(a, b Stock) int {
	if i.Picking == "fefo" && a.Expires != b.Expires {
		switch {
		case a.Expires == 0:
			return 1
		case b.Expires == 0:
			return -1
		}
		return cmp.Compare(a.Expires, b.Expires)
	}
	return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.SinceDoc, b.SinceDoc), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Bin, b.Bin))
}

// ByLots adds up picks of the same lot, in the order of picking.
func ByLots(picks []Pick) []Pick {
	var out []Pick
	for _, p := range picks {
		i := slices.IndexFunc(out, func(o Pick) bool { return o.Stock.Lot == p.Stock.Lot })
		if i < 0 {
			out = append(out, p)
			continue
		}
		out[i].Qty = out[i].Qty.Add(p.Qty)
	}
	return out
}

// Lots adds up rows of the same lot: what is on hand of each.
func Lots(rows []Stock) []Pick {
	picks := make([]Pick, len(rows))
	for i, s := range rows {
		picks[i] = Pick{s, s.OnHand}
	}
	return ByLots(picks)
}

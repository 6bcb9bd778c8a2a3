package inventory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Subject names a place of an item in a refusal: ITEM@WAREHOUSE/BIN#LOT.
func Subject(item, warehouse, bin, lot string) string {
	s := item + "@" + warehouse
	if bin != "" {
		s += "/" + bin
	}
	if lot != "" {
		s += "#" + lot
	}
	return s
}

// BinList gives the bins in order.
func (w Warehouse) BinList() []string { return strings.Fields(w.Bins) }

// PutBin says where goods go in: the bin that is named (unknown_warehouse if there is none), else the one that holds the item, else the first.
func PutBin(w Warehouse, held []Stock, bin string) (string, error) {
	bins := w.BinList()
	if bin != "" {
		if !slices.Contains(bins, bin) {
			return "", refusal.New(refusal.UnknownWarehouse, w.Code+"/"+bin, "there is no such bin")
		}
		return bin, nil
	}
	for _, b := range bins {
		for _, s := range held {
			if s.Warehouse == w.Code && s.Bin == b && s.OnHand.Sign() > 0 {
				return b, nil
			}
		}
	}
	if len(bins) > 0 {
		return bins[0], nil
	}
	return "", nil
}

// Pick is a quantity to take from one row of stock.
type Pick struct {
	Stock Stock
	Qty   uom.Quantity
}

// PickStock says which rows an outgoing quantity is taken from: rows of the warehouse (and bin and lot, where they are named), in the item's picking order.
// Only what is available counts, with what own gives back per row: the part that this very holder has reserved. Too little is insufficient_stock.
func PickStock(i Item, held []Stock, warehouse, bin, lot string, qty uom.Quantity, own func(Stock) uom.Quantity) ([]Pick, error) {
	var rows []Stock
	var available uom.Quantity
	for _, s := range held {
		if s.Warehouse != warehouse || bin != "" && s.Bin != bin || lot != "" && s.Lot != lot {
			continue
		}
		s.Reserved = s.Reserved.Sub(own(s))
		if free := s.OnHand.Sub(s.Reserved); free.Sign() > 0 {
			rows = append(rows, s)
			available = available.Add(free)
		}
	}
	if available.Less(qty) {
		return nil, refusal.New(refusal.InsufficientStock, Subject(i.Code, warehouse, bin, lot), "there is less than is wanted").Numbers(qty, available)
	}
	slices.SortFunc(rows, i.order)
	var picks []Pick
	for _, s := range rows {
		take := qty.Min(s.OnHand.Sub(s.Reserved))
		if take.Sign() <= 0 {
			break
		}
		picks = append(picks, Pick{s, take})
		qty = qty.Sub(take)
	}
	return picks, nil
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

// Put adds a quantity to a row.
func (s *Stock) Put(qty uom.Quantity, date calendar.Date, doc int64, expires calendar.Date) {
	if s.OnHand.IsZero() {
		s.Since, s.SinceDoc = date, doc
	}
	s.OnHand = s.OnHand.Add(qty)
	if expires != 0 {
		s.Expires = expires
	}
}

// Take removes a quantity from a row; insufficient_stock if less is there than that and what is promised.
func (s *Stock) Take(qty uom.Quantity) error {
	left := s.OnHand.Sub(qty)
	if left.Sign() < 0 || left.Less(s.Reserved) {
		return refusal.New(refusal.InsufficientStock, Subject(s.Item, s.Warehouse, s.Bin, s.Lot), "there is less than is wanted").Numbers(qty, s.OnHand.Sub(s.Reserved))
	}
	s.OnHand = left
	return nil
}

// Freeze promises a quantity of a row to a reservation; a negative one frees it. Both stay within what there is.
func (s *Stock) Freeze(r *Reservation, qty uom.Quantity) error {
	reserved := s.Reserved.Add(qty)
	if s.OnHand.Less(reserved) || reserved.Sign() < 0 || r.Qty.Add(qty).Sign() < 0 {
		return refusal.New(refusal.InsufficientStock, Subject(s.Item, s.Warehouse, s.Bin, s.Lot), "there is less to promise than is wanted").Numbers(qty, s.OnHand.Sub(s.Reserved))
	}
	s.Reserved, r.Qty = reserved, r.Qty.Add(qty)
	return nil
}

// Held adds up what a holder has reserved on one row.
func Held(rs []Reservation, s Stock) uom.Quantity {
	var sum uom.Quantity
	for _, r := range rs {
		if r.Item == s.Item && r.Warehouse == s.Warehouse && r.Bin == s.Bin && r.Lot == s.Lot {
			sum = sum.Add(r.Qty)
		}
	}
	return sum
}

// Totals adds up what is on hand and what of it is reserved.
func Totals(held []Stock) (onHand, reserved uom.Quantity) {
	for _, s := range held {
		onHand, reserved = onHand.Add(s.OnHand), reserved.Add(s.Reserved)
	}
	return onHand, reserved
}

// At keeps the rows of a place: a warehouse, and a bin and lot where they are named.
func At(held []Stock, warehouse, bin, lot string) []Stock {
	var out []Stock
	for _, s := range held {
		if (warehouse == "" || s.Warehouse == warehouse) && (bin == "" || s.Bin == bin) && (lot == "" || s.Lot == lot) {
			out = append(out, s)
		}
	}
	return out
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

// Of says whether a reservation is of a row.
func (r Reservation) Of(s Stock) bool {
	return r.Item == s.Item && r.Warehouse == s.Warehouse && r.Bin == s.Bin && r.Lot == s.Lot
}

// Rest is what is left of a quantity.
func Rest(of, part uom.Quantity) uom.Quantity { return of.Sub(part) }

// Free is what a warehouse has available.
func Free(held []Stock, warehouse string) uom.Quantity {
	onHand, reserved := Totals(At(held, warehouse, "", ""))
	return onHand.Sub(reserved)
}

// Short is how much of the promises on some rows has to go so that loss can leave them.
func Short(rows []Stock, loss uom.Quantity) uom.Quantity {
	onHand, reserved := Totals(rows)
	return reserved.Sub(onHand.Sub(loss))
}

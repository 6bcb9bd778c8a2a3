package inventory

import (
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

func (s Stock) subject() string { return Subject(s.Item, s.Warehouse, s.Bin, s.Lot) }

// PutBin says where goods go in: the bin that is named (unknown_warehouse if there is none), else the one that holds the item (the first, in the order of bins),
// else the first; "" in a warehouse without bins. held are the item's rows of stock.
func PutBin(w Warehouse, held []Stock, bin string) (string, error) {
	bins := strings.Fields(w.Bins)
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

// Put adds a quantity (not below zero) to a row: goods of that date and document. Where there was nothing, the row takes its place in the picking order anew; a lot
// keeps the expiry date that was stated last, a row without a lot loses that of goods long gone. What does not fit leaves the mark of uom.Quantity.
func (s *Stock) Put(qty uom.Quantity, date calendar.Date, doc int64, expires calendar.Date) {
	if s.OnHand.IsZero() {
		s.Since, s.SinceDoc = date, doc
		if s.Lot == "" {
			s.Expires = 0
		}
	}
	if expires != 0 {
		s.Expires = expires
	}
	s.OnHand = s.OnHand.Add(qty)
}

// Restore adds a quantity that is put back in place: what reverses a Take. The row keeps its place in the picking order, also if nothing was left of it.
func (s *Stock) Restore(qty uom.Quantity) { s.OnHand = s.OnHand.Add(qty) }

// Take removes a quantity from a row: insufficient_stock if what is there and not promised is less, invalid_quantity if it is below zero.
func (s *Stock) Take(qty uom.Quantity) error {
	if qty.Sign() < 0 {
		return refusal.New(refusal.InvalidQuantity, s.subject(), "less than nothing cannot be taken").Numbers(qty, uom.Quantity{})
	}
	left := s.OnHand.Sub(qty)
	if left.Sign() < 0 || left.Less(s.Reserved) {
		return refusal.New(refusal.InsufficientStock, s.subject(), "there is less than is wanted").Numbers(qty, s.OnHand.Sub(s.Reserved))
	}
	s.OnHand = left
	return nil
}

// Overdraw removes a quantity from a row that may go below nothing.
func (s *Stock) Overdraw(qty uom.Quantity) { s.OnHand = s.OnHand.Sub(qty) }

// At keeps the rows of a place: a warehouse, bin and lot, each where it is named.
func At(held []Stock, warehouse, bin, lot string) []Stock {
	var out []Stock
	for _, s := range held {
		if (warehouse == "" || s.Warehouse == warehouse) && (bin == "" || s.Bin == bin) && (lot == "" || s.Lot == lot) {
			out = append(out, s)
		}
	}
	return out
}

// OnHand adds up what there is, by item.
func OnHand(rows []Stock) map[string]uom.Quantity {
	out := map[string]uom.Quantity{}
	for _, s := range rows {
		out[s.Item] = out[s.Item].Add(s.OnHand)
	}
	return out
}

// Totals adds up what is on hand and what of it is reserved.
func Totals(held []Stock) (onHand, reserved uom.Quantity) {
	for _, s := range held {
		onHand, reserved = onHand.Add(s.OnHand), reserved.Add(s.Reserved)
	}
	return onHand, reserved
}

// Free is what a warehouse has available: on hand - reserved.
func Free(held []Stock, warehouse string) uom.Quantity {
	onHand, reserved := Totals(At(held, warehouse, "", ""))
	return onHand.Sub(reserved)
}

// FreeFor is what a holder of reservations may take of an item in a warehouse: what is free, and what is frozen for him.
func FreeFor(held []Stock, warehouse, item string, frozen []Reservation) uom.Quantity {
	sum := Free(held, warehouse)
	for _, r := range frozen {
		if r.Item == item && r.Warehouse == warehouse {
			sum = sum.Add(r.Qty)
		}
	}
	return sum
}

// Rest is what is left of a quantity.
func Rest(of, part uom.Quantity) uom.Quantity { return of.Sub(part) }

// CheckPast refuses (insufficient_stock) what a document of an earlier day leaves below zero after it or after any later document, and names the first such day:
// later are the item's moves since that day, in order, and the row is as it is after them.
func (s *Stock) CheckPast(day calendar.Date, later []Move) error {
	qty := s.OnHand
	var short uom.Quantity
	var first calendar.Date
	for i := len(later) - 1; i >= 0; i-- {
		m := later[i]
		if m.Lot == s.Lot && m.To.holds(s) {
			qty = qty.Sub(m.Qty)
		}
		if m.Lot == s.Lot && m.From.holds(s) {
			qty = qty.Add(m.Qty)
		}
		switch {
		case qty.Sign() >= 0:
		case i == 0:
			short, first = qty.Neg(), day
		case later[i-1].Doc != m.Doc:
			short, first = qty.Neg(), later[i-1].Date
		}
	}
	if first != 0 {
		return refusal.New(refusal.InsufficientStock, s.subject(), "there would be too little on %s", first).Numbers(short, uom.Quantity{})
	}
	return nil
}

func (p Place) holds(s *Stock) bool {
	return p.Type == InStock && p.Name == s.Warehouse && p.Bin == s.Bin
}

// Before gives rows as they were before some of their latest moves.
func Before(rows []Stock, later []Move) []Stock {
	out := slices.Clone(rows)
	for i := range out {
		for _, m := range later {
			if m.Lot != out[i].Lot {
				continue
			}
			if m.To.holds(&out[i]) {
				out[i].OnHand = out[i].OnHand.Sub(m.Qty)
			}
			if m.From.holds(&out[i]) {
				out[i].OnHand = out[i].OnHand.Add(m.Qty)
			}
		}
	}
	return out
}

// LotsOf gives the lots of some rows, each once, in order.
func LotsOf(rows []Stock) []string {
	lots := make([]string, len(rows))
	for i, s := range rows {
		lots[i] = s.Lot
	}
	slices.Sort(lots)
	return slices.Compact(lots)
}

// Brought adds up what moves brought to each place in stock, by item and lot; places where nothing is left are left out.
func Brought(moves []Move) []Stock {
	type place struct{ item, warehouse, bin, lot string }
	at := map[place]int{}
	var out []Stock
	add := func(m Move, p Place, qty uom.Quantity) {
		if p.Type != InStock {
			return
		}
		k := place{m.Item, p.Name, p.Bin, m.Lot}
		i, known := at[k]
		if !known {
			i, at[k] = len(out), len(out)
			out = append(out, Stock{Item: m.Item, Warehouse: p.Name, Bin: p.Bin, Lot: m.Lot})
		}
		out[i].OnHand = out[i].OnHand.Add(qty)
	}
	for _, m := range moves {
		add(m, m.From, m.Qty.Neg())
		add(m, m.To, m.Qty)
	}
	return slices.DeleteFunc(out, func(s Stock) bool { return s.OnHand.IsZero() })
}

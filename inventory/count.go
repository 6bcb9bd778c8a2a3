package inventory

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
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

// CountedBy is the count that found or lost what a move moves: the ref of its document, and the bin that it counted, none if it was the whole warehouse.
// Of a move that is of no count it is empty.
func (m *Move) CountedBy() Place {
	for _, p := range []Place{m.From, m.To} {
		if p.Type == InCount {
			return p
		}
	}
	return Place{}
}

// Warehouse is the warehouse that a move between stock and elsewhere takes from or brings to.
func (m *Move) Warehouse() string {
	if m.To.Type == InStock {
		return m.To.Name
	}
	return m.From.Name
}

// Counts gives, of each count that says how much of a row there was, the first move; moves are in order.
func (s *Stock) Counts(moves []Move) []Move {
	var out []Move
	for _, m := range moves {
		by := m.CountedBy()
		if by.Name == "" || m.Lot != s.Lot || m.Warehouse() != s.Warehouse || by.Bin != "" && by.Bin != s.Bin {
			continue
		}
		if !slices.ContainsFunc(out, func(o Move) bool { return o.CountedBy().Name == by.Name }) {
			out = append(out, m)
		}
	}
	return out
}

// Since keeps the moves from one of them on; they are in order.
func Since(moves []Move, first Move) []Move {
	i := slices.IndexFunc(moves, func(m Move) bool { return m.Doc == first.Doc && m.Line == first.Line })
	return moves[max(i, 0):]
}

// WithCorrections puts the moves that correct later counts among the moves since a day, which are in order. All that corrected a count stands with it: there were
// never less goods there in between.
func WithCorrections(moves, corrections []Move) []Move {
	type count struct {
		ref string
		day calendar.Date
	}
	docs := map[count]int64{}
	out := append(slices.Clone(moves), corrections...)
	for i := range out {
		k := count{out[i].CountedBy().Name, out[i].Date}
		if k.ref == "" {
			continue
		}
		if docs[k] == 0 {
			docs[k] = out[i].Doc
		}
		out[i].Doc = docs[k]
	}
	slices.SortStableFunc(out, func(a, b Move) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Doc, b.Doc)) })
	return out
}

// BackFirst orders moves that are to be undone: what comes back into stock first, so that no place is short in between.
func BackFirst(moves []*Move) {
	slices.SortStableFunc(moves, func(a, b *Move) int {
		switch back := a.From.Type == InStock; {
		case back == (b.From.Type == InStock):
			return 0
		case back:
			return -1
		}
		return 1
	})
}

package inventory

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Of says whether a reservation is of a row.
func (r Reservation) Of(s Stock) bool {
	return r.Item == s.Item && r.Warehouse == s.Warehouse && r.Bin == s.Bin && r.Lot == s.Lot
}

// Expired says whether a reservation no longer holds: from the instant of its expiry on.
func Expired(r Reservation, at calendar.Instant) bool { return r.Expires != 0 && r.Expires <= at }

// Freeze promises a quantity of a row to a reservation; a negative one frees it. More than is available is insufficient_stock, more than is frozen invalid_state;
// then nothing changes.
func (s *Stock) Freeze(r *Reservation, qty uom.Quantity) error {
	reserved, frozen := s.Reserved.Add(qty), r.Qty.Add(qty)
	if qty.Sign() < 0 && (reserved.Sign() < 0 || frozen.Sign() < 0) {
		return refusal.New(refusal.InvalidState, s.subject(), "less is frozen than is to be freed").Numbers(qty.Neg(), r.Qty.Min(s.Reserved))
	}
	if qty.Sign() > 0 && (!reserved.Valid() || !frozen.Valid() || s.OnHand.Less(reserved)) {
		return refusal.New(refusal.InsufficientStock, s.subject(), "there is less to promise than is wanted").Numbers(qty, s.OnHand.Sub(s.Reserved))
	}
	s.Reserved, r.Qty = reserved, frozen
	if r.Expires != 0 && frozen.Sign() > 0 && (s.Lapses == 0 || r.Expires < s.Lapses) {
		s.Lapses = r.Expires
	}
	return nil
}

// Lapsed says which reservations of a row no longer hold at an instant, and when the next of them lapses.
func (s *Stock) Lapsed(rs []Reservation, at calendar.Instant) (out []ReservationChange, next calendar.Instant) {
	for _, r := range rs {
		switch {
		case !r.Of(*s) || r.Expires == 0 || r.Qty.IsZero():
		case Expired(r, at):
			out = append(out, r.cut(r.Qty))
		case next == 0 || r.Expires < next:
			next = r.Expires
		}
	}
	return out, next
}

// Lasting is the row without what is reserved of it no longer at an instant.
func (s Stock) Lasting(rs []Reservation, at calendar.Instant) Stock {
	lapsed, _ := s.Lapsed(rs, at)
	for _, c := range lapsed {
		s.Reserved = s.Reserved.Add(c.Qty)
	}
	return s
}

// Oldest puts reservations in the order in which they were made.
func Oldest(rs []Reservation) []Reservation {
	out := slices.Clone(rs)
	slices.SortStableFunc(out, func(a, b Reservation) int { return cmp.Or(cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Line, b.Line)) })
	return out
}

// Held adds up what some reservations, usually those of one holder, have of one row.
func Held(rs []Reservation, s Stock) uom.Quantity {
	var sum uom.Quantity
	for _, r := range rs {
		if r.Of(s) {
			sum = sum.Add(r.Qty)
		}
	}
	return sum
}

// cut is the fact that frees a part of a reservation; the document and line are the caller's.
func (r Reservation) cut(qty uom.Quantity) ReservationChange {
	return ReservationChange{Holder: r.Holder, HeldLine: r.Line, Item: r.Item, Warehouse: r.Warehouse, Bin: r.Bin, Lot: r.Lot, Qty: qty.Neg()}
}

// All says that all that some reservations hold is freed.
func All(rs []Reservation) (out []ReservationChange) {
	for _, r := range rs {
		if !r.Qty.IsZero() {
			out = append(out, r.cut(r.Qty))
		}
	}
	return out
}

// UseUp says what of a holder's reservations is freed because it is picked: on each row the smaller of what is reserved and what is taken, in the order of rs.
// Each change is to be given to Freeze before the pick is taken.
func UseUp(rs []Reservation, picks []Pick) []ReservationChange {
	var out []ReservationChange
	picks = slices.Clone(picks)
	for _, r := range rs {
		for i := range picks {
			part := r.Qty.Min(picks[i].Qty)
			if part.Sign() <= 0 || !r.Of(picks[i].Stock) {
				continue
			}
			out = append(out, r.cut(part))
			r.Qty = r.Qty.Sub(part)
			picks[i].Qty = picks[i].Qty.Sub(part)
		}
	}
	return out
}

// LosePromises says which reservations are cut so that loss can leave some rows: the newest first, only as far as the rest of the stock does not cover them.
// rs are in the order in which they were made. Each change is to be given to Freeze before the loss is taken.
func LosePromises(rows []Stock, rs []Reservation, loss uom.Quantity) []ReservationChange {
	short := Short(rows, loss)
	var out []ReservationChange
	for n := len(rs) - 1; n >= 0 && short.Sign() > 0; n-- {
		part := short.Min(rs[n].Qty)
		if part.Sign() <= 0 || !slices.ContainsFunc(rows, rs[n].Of) {
			continue
		}
		out = append(out, rs[n].cut(part))
		short = short.Sub(part)
	}
	return out
}

// Short is how much of the promises on some rows has to go so that loss can leave them.
func Short(rows []Stock, loss uom.Quantity) uom.Quantity {
	onHand, reserved := Totals(rows)
	return reserved.Sub(onHand.Sub(loss))
}

// LastLine is the last line that a holder's reservations have; 0: he has none.
func LastLine(rs []Reservation) int32 {
	last := int32(0)
	for _, r := range rs {
		last = max(last, r.Line)
	}
	return last
}

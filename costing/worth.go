package costing

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// ScopeOf names the stream in which goods of a warehouse and lot are valued: setting is company, warehouse or lot, and the specific method values every
// lot by itself. A lot has a # before it.
func ScopeOf(setting, method, warehouse, lot string) string {
	scope := ""
	if setting == "warehouse" {
		scope = warehouse
	}
	if lot != "" && (setting == "lot" || method == "specific") {
		scope += "#" + lot
	}
	return scope
}

// OfScope gives the warehouse and the lot that a scope names; empty if it has none.
func OfScope(scope string) (warehouse, lot string) {
	warehouse, lot, _ = strings.Cut(scope, "#")
	return warehouse, lot
}

// Fits says whether goods valued by a method are in a stream, or only were before the method changed.
func Fits(setting, method, scope string) bool {
	warehouse, lot := OfScope(scope)
	return ScopeOf(setting, method, warehouse, lot) == scope && (method != "specific" || lot != "")
}

// ValuedBy says whether goods of a warehouse and lot (where they are named) are valued by themselves, or only within something wider.
func ValuedBy(setting, method, warehouse, lot string) bool {
	return (warehouse == "" || setting == "warehouse") && (lot == "" || setting == "lot" || method == "specific")
}

// Within gives the streams of a warehouse and lot, where they are named.
func Within(streams []Stream, warehouse, lot string) (out []Stream) {
	for _, s := range streams {
		if w, l := OfScope(s.Scope); (warehouse == "" || w == warehouse) && (lot == "" || l == lot) {
			out = append(out, s)
		}
	}
	return out
}

// Together adds streams up.
func Together(streams []Stream) (sum Stream) {
	for _, s := range streams {
		sum.Qty, sum.Value, sum.Allowance = sum.Qty.Add(s.Qty), sum.Value.Add(s.Value), sum.Allowance.Add(s.Allowance)
	}
	return sum
}

// Oldest puts layers in the order of their age.
func Oldest(layers []Layer) {
	slices.SortStableFunc(layers, func(a, b Layer) int { return a.compare(b.Date, b.Source, b.Part) })
}

// AtStandard is what a quantity is worth at the standard cost of a day: the one that holds from the latest date not after it, of two of a date the one
// recorded later. An item that has none is invalid_state.
func AtStandard(cur money.Currency, item string, standards []StandardCost, day calendar.Date, qty uom.Quantity) (money.Amount, error) {
	of, known := StandardOn(standards, day)
	if !known {
		return money.Amount{}, refusal.New(refusal.InvalidState, item, "the item has no standard cost on %s", day)
	}
	return cur.Extend(of.Cost, qty.Decimal())
}

// StandardOn is the standard cost that holds on a day; false if there is none.
func StandardOn(standards []StandardCost, day calendar.Date) (of StandardCost, known bool) {
	for _, s := range standards {
		if s.From <= day && (!known || s.From > of.From || s.From == of.From && s.Doc > of.Doc) {
			of, known = s, true
		}
	}
	return of, known
}

// Worths is what the streams of an item are to be worth: a unit cost for what is in each, or a new total shared out in proportion to their values (to
// their quantities, if they have none). Exactly one must be given.
func Worths(cur money.Currency, item string, streams []State, unitCost decimal.NullDecimal, total *money.Amount) ([]money.Amount, error) {
	if unitCost.Valid == (total != nil) {
		return nil, refusal.New(refusal.InvalidAmount, item, "a revaluation states a unit cost or a new total, one of them")
	}
	if total != nil {
		if total.Sign() < 0 || !cur.Fits(*total) {
			return nil, refusal.New(refusal.InvalidAmount, item, "goods are worth nothing or more, in whole coins").Numbers(*total, money.Amount{})
		}
		return cur.Split(*total, weights(streams)), nil
	}
	out := make([]money.Amount, len(streams))
	for i, s := range streams {
		worth, err := cur.Extend(unitCost.Decimal, s.Stream.Qty.Decimal())
		if err != nil {
			return nil, err
		}
		if worth.Sign() < 0 {
			return nil, refusal.New(refusal.InvalidAmount, item, "goods are worth nothing or more").Numbers(worth, money.Amount{})
		}
		out[i] = worth
	}
	return out, nil
}

func weights(streams []State) []int64 {
	byValue, byQty := make([]int64, len(streams)), make([]int64, len(streams))
	valued := false
	for i, s := range streams {
		byValue[i], byQty[i] = s.Stream.Value.Units(), s.Stream.Qty.Units()
		valued = valued || byValue[i] != 0
	}
	if valued {
		return byValue
	}
	return byQty
}

// PartOf says how much of a quantity each stream of an item has, in their order; all that there is, if it is zero. More than that is insufficient_stock.
func PartOf(item string, streams []State, qty uom.Quantity) ([]uom.Quantity, error) {
	out := make([]uom.Quantity, len(streams))
	all, left := qty.IsZero(), qty
	for i, s := range streams {
		out[i] = s.Stream.Qty
		if !all {
			out[i] = out[i].Min(left)
			left = left.Sub(out[i])
		}
	}
	if left.Sign() != 0 {
		return nil, refusal.New(refusal.InsufficientStock, item, "less is on hand").Numbers(qty, qty.Sub(left))
	}
	return out, nil
}

// byAge gives what was taken from layers with the oldest first.
func byAge(taken []Taken) []Taken {
	out := slices.Clone(taken)
	slices.SortStableFunc(out, func(a, b Taken) int {
		return (&Layer{Date: a.Date, Source: a.Source, Part: a.Part}).compare(b.Date, b.Source, b.Part)
	})
	return out
}

// Revalue makes all that is here worth a new total. Layers change in proportion to their value, to their quantity if they have none; all of them must be
// loaded. It gives by how much each layer (a pool: the whole) has changed. Nothing on hand is invalid_state.
func (s *State) Revalue(m Method, cur money.Currency, worth money.Amount) ([]Taken, error) {
	if s.Stream.Qty.Sign() <= 0 {
		return nil, refusal.New(refusal.InvalidState, s.Stream.Item, "there is nothing on hand to revalue").Numbers(worth, money.Amount{})
	}
	if !Layered(m) {
		change := []Taken{{Value: worth.Sub(s.Stream.Value)}}
		s.Stream.Value = worth
		return change, nil
	}
	weights := make([]int64, len(s.Layers))
	for i, l := range s.Layers {
		weights[i] = l.Value.Units()
		if s.Stream.Value.IsZero() {
			weights[i] = l.Qty.Units()
		}
	}
	changes := make([]Taken, len(s.Layers))
	for i, part := range cur.Split(worth, weights) {
		l := &s.Layers[i]
		changes[i] = Taken{Source: l.Source, Part: l.Part, Date: l.Date, Lot: l.Lot, Value: part.Sub(l.Value)}
		l.Value = part
	}
	s.Stream.Value = worth
	return changes, nil
}

// WriteDown is the allowance that a net realisable value a unit asks for, on a part of what is here: cost less nrv x quantity, not below zero
// (CAS 1.15, IAS 2.28). It gives the change of the allowance that stands.
func (s *State) WriteDown(cur money.Currency, qty uom.Quantity, nrv decimal.Decimal) (change money.Amount, err error) {
	worth, err := cur.Extend(nrv, qty.Decimal())
	if err != nil {
		return change, err
	}
	if worth.Sign() < 0 {
		return change, refusal.New(refusal.InvalidAmount, s.Stream.Item, "a net realisable value is not below zero").Numbers(worth, money.Amount{})
	}
	cost := cur.Share(s.Stream.Value, qty.Units(), s.Stream.Qty.Units())
	should := money.Amount{}
	if worth.Less(cost) {
		should = cost.Sub(worth)
	}
	change = should.Sub(s.Stream.Allowance)
	s.Stream.Allowance = should
	return change, nil
}

// Release takes the share of the allowance off that belongs to goods that have just left: the last take all of it.
func (s *State) Release(cur money.Currency, left uom.Quantity) money.Amount {
	had := s.Stream.Qty.Add(left)
	part := cur.Share(s.Stream.Allowance, left.Units(), had.Units())
	s.Stream.Allowance = s.Stream.Allowance.Sub(part)
	return part
}

// Allow adds to what is written down; below zero it takes it off.
func (s *State) Allow(part money.Amount) { s.Stream.Allowance = s.Stream.Allowance.Add(part) }

// MayConvert refuses another method while goods are owed: what covers them would have to change issues that the change has settled.
func (s *State) MayConvert() error {
	if s.Stream.Qty.Sign() < 0 {
		return refusal.New(refusal.InvalidState, s.Stream.Item, "goods are owed: the method changes once they have come").Numbers(uom.Quantity{}, s.Stream.Qty)
	}
	return nil
}

// Convert hands everything over to another method, at the same total: layers stay layers, layers become a pool, a pool becomes the one layer of its
// source. All layers must be loaded. It gives by how much each layer changed, so that a stream can be unwound through it.
func (s *State) Convert(from, to Method, src Source, date calendar.Date) (moved []Taken) {
	s.Stream.Method = to.Name()
	switch {
	case Layered(from) == Layered(to):
	case Layered(from):
		for _, l := range s.Layers {
			moved = append(moved, Taken{l.Source, l.Part, l.Date, l.Lot, l.Qty.Neg(), l.Value.Neg()})
		}
		s.Layers = nil
	case !s.Stream.Qty.IsZero():
		s.Layers = []Layer{{Item: s.Stream.Item, Scope: s.Stream.Scope, Date: date, Source: src, Qty: s.Stream.Qty, Value: s.Stream.Value}}
		moved = []Taken{{Source: src, Date: date, Qty: s.Stream.Qty, Value: s.Stream.Value}}
	}
	return moved
}

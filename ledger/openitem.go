package ledger

import (
	"cmp"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Open gives o with all of it open, and the settlement (positive) that opened it.
// Qty, Amount and Foreign are what it is opened with.
func Open(o OpenItem) (OpenItem, Settlement) {
	o.OpenQty, o.Open, o.OpenForeign = o.Qty, o.Amount, o.Foreign
	o.mark()
	return o, o.fact(o.Doc, o.Line, o.Date, o.Qty, o.Amount, o.Foreign)
}

func (o *OpenItem) mark() {
	o.Settled = o.OpenQty.IsZero() && o.Open.IsZero() && o.OpenForeign.IsZero()
}

func (o *OpenItem) fact(doc int64, line int32, date calendar.Date, qty uom.Quantity, amount, foreign money.Amount) Settlement {
	return Settlement{
		Doc: doc, Line: line, Kind: o.Kind, ItemDoc: o.Doc, ItemLine: o.Line, Partner: o.Partner,
		Date: date, Qty: qty, Amount: amount, Foreign: foreign,
	}
}

// Settle takes qty, amount and foreign off what is open and gives the settlement,
// whose parts are negative. Negative arguments give back what an earlier one
// took: the reversal. Never more than is open, nor more back than was taken:
// else invalid_quantity or invalid_amount with both numbers, and o is unchanged.
// An item in company currency has its amount as foreign too.
func (o *OpenItem) Settle(doc int64, line int32, date calendar.Date, qty uom.Quantity, amount, foreign money.Amount) (Settlement, error) {
	openQty, open, openForeign := o.OpenQty.Sub(qty), o.Open.Sub(amount), o.OpenForeign.Sub(foreign)
	if !within(openQty.Units(), o.Qty.Units()) {
		return Settlement{}, refusal.New(refusal.InvalidQuantity, o.Ref, "more than is open").Numbers(qty, o.OpenQty)
	}
	if !within(open.Units(), o.Amount.Units()) {
		return Settlement{}, refusal.New(refusal.InvalidAmount, o.Ref, "more than is open").Numbers(amount, o.Open)
	}
	if !within(openForeign.Units(), o.Foreign.Units()) {
		return Settlement{}, refusal.New(refusal.InvalidAmount, o.Ref, "more than is open in "+o.Currency).Numbers(foreign, o.OpenForeign)
	}
	o.OpenQty, o.Open, o.OpenForeign = openQty, open, openForeign
	o.mark()
	return o.fact(doc, line, date, qty.Neg(), amount.Neg(), foreign.Neg()), nil
}

// within reports whether open lies between nothing and all, on the side of all.
func within(open, all int64) bool { return min(0, all) <= open && open <= max(0, all) }

// Revalue changes the value in company currency of what is open by delta, as a
// new exchange rate does, and gives the settlement that says so. Amount follows
// Open, so that a reversal may still give everything back. A delta that would
// turn the sign of what is open is refused with invalid_amount.
func (o *OpenItem) Revalue(doc int64, line int32, date calendar.Date, delta money.Amount) (Settlement, error) {
	open, all := o.Open.Add(delta), o.Amount.Add(delta)
	if !open.Valid() || !all.Valid() || all.Sign()*o.Amount.Sign() < 0 || !within(open.Units(), all.Units()) {
		return Settlement{}, refusal.New(refusal.InvalidAmount, o.Ref, "the value may not change its sign").Numbers(delta, o.Open)
	}
	o.Open, o.Amount = open, all
	o.mark()
	return o.fact(doc, line, date, uom.Quantity{}, delta, money.Amount{}), nil
}

// Part gives the share of qty in what is open: round(open x qty / open quantity).
// The last takes all, so that 10.00 over 3 goes as 3.33, 3.34, 3.33. The foreign
// share is rounded like the other; see money.Currency.Share for a quantity of nothing.
func Part(cur money.Currency, o OpenItem, qty uom.Quantity) (amount, foreign money.Amount) {
	part, whole := qty.Units(), o.OpenQty.Units()
	amount = cur.Share(o.Open, part, whole)
	if o.OpenForeign == o.Open {
		return amount, amount
	}
	return amount, cur.Share(o.OpenForeign, part, whole)
}

// Portion is what one of several open items takes.
type Portion struct {
	Index   int          // in the items given
	Qty     uom.Quantity // from Fill
	Amount  money.Amount // company currency, from Allocate
	Foreign money.Amount // document currency, from Allocate
}

// Fill gives qty to the open quantities of items in the order given, and what is
// left over when all are full.
func Fill(items []OpenItem, qty uom.Quantity) (portions []Portion, rest uom.Quantity) {
	rest = qty
	for i, o := range items {
		if rest.Sign() <= 0 {
			break
		}
		if o.OpenQty.Sign() > 0 {
			take := rest.Min(o.OpenQty)
			portions = append(portions, Portion{Index: i, Qty: take})
			rest = rest.Sub(take)
		}
	}
	return portions, rest
}

// Allocate gives a payment, in the items' document currency, to their open
// foreign amounts in the order given, and what is left over. A portion's amount
// is its share of the item's value in company currency; the last takes all.
func Allocate(cur money.Currency, items []OpenItem, payment money.Amount) (portions []Portion, rest money.Amount) {
	rest = payment
	for i, o := range items {
		if rest.Sign() <= 0 {
			break
		}
		if o.OpenForeign.Sign() > 0 {
			take := rest.Min(o.OpenForeign)
			amount := take
			if o.OpenForeign != o.Open {
				amount = cur.Share(o.Open, take.Units(), o.OpenForeign.Units())
			}
			portions = append(portions, Portion{Index: i, Amount: amount, Foreign: take})
			rest = rest.Sub(take)
		}
	}
	return portions, rest
}

// Oldest sorts items by due date (the document's date where there is none), then
// date, document and line.
func Oldest(items []OpenItem) {
	due := func(o OpenItem) calendar.Date {
		if o.Due == 0 {
			return o.Date
		}
		return o.Due
	}
	slices.SortFunc(items, func(a, b OpenItem) int {
		return cmp.Or(cmp.Compare(due(a), due(b)), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Line, b.Line))
	})
}

// Tax gives the tax of lines of one rate: rounded once, on their sum, then split
// over the lines by largest remainder. Rate is a fraction: 0.13 is 13 %. Where
// lines have both signs each is rounded by itself and the largest takes the
// difference. What does not fit gives amounts that are not Valid.
func Tax(cur money.Currency, nets []money.Amount, rate decimal.Decimal) (total money.Amount, perLine []money.Amount) {
	total = tax(cur, money.Sum(nets...), rate)
	weights := make([]int64, len(nets))
	largest, plus, minus := 0, false, false
	for i, n := range nets {
		weights[i] = n.Abs().Units()
		plus, minus = plus || n.Sign() > 0, minus || n.Sign() < 0
		if nets[largest].Abs().Less(n.Abs()) {
			largest = i
		}
	}
	if !plus || !minus {
		return total, cur.Split(total, weights)
	}
	perLine = make([]money.Amount, len(nets))
	rest := total
	for i, n := range nets {
		perLine[i] = tax(cur, n, rate)
		rest = rest.Sub(perLine[i])
	}
	perLine[largest] = perLine[largest].Add(rest)
	return total, perLine
}

func tax(cur money.Currency, net money.Amount, rate decimal.Decimal) money.Amount {
	if !net.Valid() {
		return net // a small rate would make an amount that fits of the mark
	}
	t, err := cur.Extend(rate, net.Decimal())
	if err != nil {
		return money.FromUnits(math.MinInt64) // the mark of an amount that does not fit
	}
	return t
}

// Grow adds to an open item: another document did the same for more of it. The fact is positive, as an opening's is.
func (o *OpenItem) Grow(doc int64, line int32, date calendar.Date, qty uom.Quantity, amount, foreign money.Amount) Settlement {
	o.Qty, o.Amount, o.Foreign = o.Qty.Add(qty), o.Amount.Add(amount), o.Foreign.Add(foreign)
	o.OpenQty, o.Open, o.OpenForeign = o.OpenQty.Add(qty), o.Open.Add(amount), o.OpenForeign.Add(foreign)
	o.mark()
	return o.fact(doc, line, date, qty, amount, foreign)
}

// OfLot keeps the items of one lot.
func OfLot(items []OpenItem, lot string) []OpenItem {
	return slices.DeleteFunc(slices.Clone(items), func(o OpenItem) bool { return o.Lot != lot })
}

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

// Part is what a document takes of an open item, or adds to it.
type Part struct {
	Qty      uom.Quantity
	Amount   money.Amount // company currency, with Revalued
	Foreign  money.Amount // document currency; in company currency the same as Amount
	Revalued money.Amount // what of Amount came of new exchange rates since the item was opened
}

// Neg gives back what p takes.
func (p Part) Neg() Part {
	return Part{p.Qty.Neg(), p.Amount.Neg(), p.Foreign.Neg(), p.Revalued.Neg()}
}

// Open gives o with all of it open, and the settlement (positive) that opened it.
// Qty, Amount and Foreign are what it is opened with.
func Open(o OpenItem) (OpenItem, Settlement) {
	o.OpenQty, o.Open, o.OpenForeign = o.Qty, o.Amount, o.Foreign
	o.mark()
	return o, o.fact(o.Doc, o.Line, o.Date, Part{Qty: o.Qty, Amount: o.Amount, Foreign: o.Foreign})
}

func (o *OpenItem) mark() {
	o.Settled = o.OpenQty.IsZero() && o.Open.IsZero() && o.OpenForeign.IsZero()
}

func (o *OpenItem) fact(doc int64, line int32, date calendar.Date, p Part) Settlement {
	return Settlement{
		Doc: doc, Line: line, Kind: o.Kind, ItemDoc: o.Doc, ItemLine: o.Line, Partner: o.Partner,
		Date: date, Qty: p.Qty, Amount: p.Amount, Currency: o.Currency, Foreign: p.Foreign, Revalued: p.Revalued,
	}
}

// Part gives what a settlement took or added, as it is: taken parts are negative.
func (s Settlement) Part() Part { return Part{s.Qty, s.Amount, s.Foreign, s.Revalued} }

// Settle takes a part off what is open and gives the settlement, whose parts are
// negative. A negative part gives back what an earlier one took: the reversal.
// Never more than is open, nor more back than was taken: else invalid_quantity
// or invalid_amount with both numbers, and o is unchanged. What new exchange
// rates brought (Revalued) may be of either sign.
func (o *OpenItem) Settle(doc int64, line int32, date calendar.Date, p Part) (Settlement, error) {
	openQty, open, openForeign, revalued := o.OpenQty.Sub(p.Qty), o.Open.Sub(p.Amount), o.OpenForeign.Sub(p.Foreign), o.Revalued.Sub(p.Revalued)
	if !within(openQty.Units(), o.Qty.Units()) {
		return Settlement{}, refusal.New(refusal.InvalidQuantity, o.Ref, "more than is open").Numbers(p.Qty, o.OpenQty)
	}
	if !within(open.Sub(revalued).Units(), o.Amount.Units()) {
		return Settlement{}, refusal.New(refusal.InvalidAmount, o.Ref, "more than is open").Numbers(p.Amount, o.Open)
	}
	if !within(openForeign.Units(), o.Foreign.Units()) {
		return Settlement{}, refusal.New(refusal.InvalidAmount, o.Ref, "more than is open in "+o.Currency).Numbers(p.Foreign, o.OpenForeign)
	}
	o.OpenQty, o.Open, o.OpenForeign, o.Revalued = openQty, open, openForeign, revalued
	o.mark()
	return o.fact(doc, line, date, p.Neg()), nil
}

// within reports whether open lies between nothing and all, on the side of all.
func within(open, all int64) bool { return min(0, all) <= open && open <= max(0, all) }

// Share gives the part of qty in what is open: round(open x qty / open quantity),
// each amount in its own currency. The last takes all, so that 10.00 over 3 goes
// as 3.33, 3.34, 3.33; see money.Currency.Share for a quantity of nothing.
func Share(cur money.Currency, o OpenItem, qty uom.Quantity) Part {
	p := o.share(cur, qty.Units(), o.OpenQty.Units())
	p.Qty = qty
	return p
}

// share gives part/whole of the amounts that are open. What new rates brought is
// shared by itself, so that the rest goes as it would have without them.
func (o OpenItem) share(cur money.Currency, part, whole int64) Part {
	base := cur.Share(o.Open.Sub(o.Revalued), part, whole)
	if o.Currency == "" {
		return Part{Amount: base, Foreign: base}
	}
	p := Part{Foreign: money.ISO(o.Currency, cur.Rounding).Share(o.OpenForeign, part, whole), Revalued: cur.Share(o.Revalued, part, whole)}
	p.Amount = base.Add(p.Revalued)
	return p
}

// Portion is what one of several open items takes.
type Portion struct {
	Index int // in the items given
	Part
}

// Fill gives qty to the open quantities of items in the order given, each with
// its share of the amounts, and what is left over when all are full.
func Fill(cur money.Currency, items []OpenItem, qty uom.Quantity) (portions []Portion, rest uom.Quantity) {
	rest = qty
	for i, o := range items {
		if rest.Sign() <= 0 {
			break
		}
		if o.OpenQty.Sign() > 0 {
			take := rest.Min(o.OpenQty)
			portions = append(portions, Portion{i, Share(cur, o, take)})
			rest = rest.Sub(take)
		}
	}
	return portions, rest
}

// Allocate gives a payment, in the items' document currency, to their open
// foreign amounts in the order given, and what is left over of it. Items below
// zero are credits of the partner: they are used up first, as far as there is
// something for them to pay, and their portions are negative. A portion's amount
// is its share of the item's value in company currency; the last takes all.
func Allocate(cur money.Currency, items []OpenItem, payment money.Amount) (portions []Portion, rest money.Amount) {
	due, funds := money.Amount{}, payment
	for _, o := range items {
		due = due.Add(o.OpenForeign.Max(money.Amount{}))
	}
	need := due
	for i, o := range items {
		if take := o.OpenForeign.Max(need.Neg()); take.Sign() < 0 {
			portions = append(portions, Portion{i, o.share(cur, take.Units(), o.OpenForeign.Units())})
			need, funds = need.Add(take), funds.Sub(take)
		}
	}
	rest = payment.Sub(need.Min(payment.Max(money.Amount{}))) // of a payment below zero all is left
	funds = funds.Sub(rest)
	for i, o := range items {
		if take := o.OpenForeign.Min(funds); take.Sign() > 0 {
			portions = append(portions, Portion{i, o.share(cur, take.Units(), o.OpenForeign.Units())})
			funds = funds.Sub(take)
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
func (o *OpenItem) Grow(doc int64, line int32, date calendar.Date, p Part) Settlement {
	o.Qty, o.Amount, o.Foreign = o.Qty.Add(p.Qty), o.Amount.Add(p.Amount), o.Foreign.Add(p.Foreign)
	o.OpenQty, o.Open, o.OpenForeign = o.OpenQty.Add(p.Qty), o.Open.Add(p.Amount), o.OpenForeign.Add(p.Foreign)
	o.mark()
	return o.fact(doc, line, date, p)
}

// Empty gives an item of another kind for the same line of the same document, with nothing in it yet.
func (o OpenItem) Empty(kind OpenKind) OpenItem {
	return OpenItem{
		Kind: kind, Doc: o.Doc, Line: o.Line, Ref: o.Ref, Partner: o.Partner, Account: o.Account, Item: o.Item, Lot: o.Lot,
		Date: o.Date, Due: o.Due, Currency: o.Currency, Rate: o.Rate,
	}
}

// OfLot keeps the items of one lot.
func OfLot(items []OpenItem, lot string) []OpenItem {
	return slices.DeleteFunc(slices.Clone(items), func(o OpenItem) bool { return o.Lot != lot })
}

// EachItem keeps the first settlement of each open item.
func EachItem(facts []Settlement) []Settlement {
	var out []Settlement
	for _, f := range facts {
		if !slices.ContainsFunc(out, func(s Settlement) bool { return s.Kind == f.Kind && s.ItemDoc == f.ItemDoc && s.ItemLine == f.ItemLine }) {
			out = append(out, f)
		}
	}
	return out
}

// Change notes that an open item was more (or less) from the start, or that more of it was settled, than was known: no quantity changes.
func (o *OpenItem) Change(doc int64, line int32, date calendar.Date, amount money.Amount, settled bool) (Settlement, error) {
	if settled {
		amount = amount.Neg()
	} else {
		o.Amount, o.Foreign = o.Amount.Add(amount), o.Foreign.Add(amount)
	}
	o.Open, o.OpenForeign = o.Open.Add(amount), o.OpenForeign.Add(amount)
	o.mark()
	return o.fact(doc, line, date, Part{Amount: amount, Foreign: amount}), nil
}

// Carried says whether a settlement of a document of this verb is only what a late fact changed of an item: of goods that were shipped also of its own, which
// it takes back with their quantity.
func (s Settlement) Carried(verb string) bool {
	return s.Qty.IsZero() && (s.Kind == Shipped || s.Kind == Unbilled || s.Kind == Counted && s.Doc != s.ItemDoc && verb != "settle_count")
}

// InOrder sorts settlements as facts are: by date, document and line.
func InOrder(facts []Settlement) {
	slices.SortStableFunc(facts, func(a, b Settlement) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Line, b.Line))
	})
}

package costing

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// of is where the part of one element is kept; an element that is none counts as material.
func (c *Cost) of(e Element) *money.Amount {
	switch e {
	case Labor:
		return &c.Labor
	case Overhead:
		return &c.Overhead
	case Energy:
		return &c.Energy
	case Outside:
		return &c.Outside
	}
	return &c.Material
}

// Of gives the part of one element.
func (c Cost) Of(e Element) money.Amount { return *c.of(e) }

// Total adds up the elements.
func (c Cost) Total() money.Amount {
	return money.Sum(c.Material, c.Labor, c.Overhead, c.Energy, c.Outside)
}

// Add adds element by element.
func (c Cost) Add(d Cost) Cost {
	for _, e := range Elements {
		*c.of(e) = c.of(e).Add(d.Of(e))
	}
	return c
}

// Neg turns every element's sign.
func (c Cost) Neg() Cost {
	for _, e := range Elements {
		*c.of(e) = c.of(e).Neg()
	}
	return c
}

// Only is a cost of one element.
func Only(e Element, a money.Amount) Cost {
	var c Cost
	*c.of(e) = a
	return c
}

// Part gives a share of a cost whose total is given: split over the elements above zero by largest remainder, so that it adds up and none gives
// more than it holds. The whole total takes all of each.
func (c Cost) Part(cur money.Currency, total money.Amount) Cost {
	if total == c.Total() {
		return c
	}
	weights := make([]int64, len(Elements))
	for i, e := range Elements {
		weights[i] = c.Of(e).Max(money.Amount{}).Units()
	}
	var out Cost
	for i, a := range cur.Split(total, weights) {
		*out.of(Elements[i]) = a
	}
	return out
}

// Charge adds a cost to the order; a negative one takes it off again.
func (o *OrderCost) Charge(c Cost, date calendar.Date) {
	o.Charged, o.Open = o.Charged.Add(c), o.Open.Add(c)
	o.LastDate = max(o.LastDate, date)
}

// Completion is how a completion's cost is shared out.
type Completion struct {
	Product    Cost
	ByProducts []money.Amount
	Shares     []Cost // of the by-products, by element
}

// Complete takes a completion's cost off the order: its share qty/remaining of what is open apart from its own (what was charged for this completion:
// backflushed material, a subcontractor's work), and its own whole. By-products take their percentage of it first, but for outside work, in order and
// never more than is left; the product takes the rest. When the order has been credited more than it holds, its share is zero and what is missing stays
// until the close. A percentage too large to be kept is limit_exceeded.
func (o *OrderCost) Complete(cur money.Currency, qty, remaining uom.Quantity, own Cost, percent []decimal.Decimal, date calendar.Date, doc int64) (Completion, error) {
	open := o.Open.Add(own.Neg())
	total := cur.Share(open.Total(), qty.Units(), remaining.Units()).Max(money.Amount{})
	cost := open.Part(cur, total).Add(own)
	service := Only(Outside, own.Outside)
	shared := cost.Add(service.Neg())
	left, byProducts := shared, money.Amount{}
	var c Completion
	for _, p := range percent {
		value, err := cur.Extend(p.Shift(-2), shared.Total().Decimal())
		if err != nil {
			return Completion{}, err
		}
		value = value.Min(left.Total())
		share := left.Part(cur, value)
		left = left.Add(share.Neg())
		c.ByProducts, c.Shares = append(c.ByProducts, value), append(c.Shares, share)
		byProducts = byProducts.Add(value)
	}
	c.Product = left.Add(service)
	o.ByProduct = o.ByProduct.Add(byProducts)
	o.Completed = o.Completed.Add(c.Product.Total())
	o.Open = o.Open.Add(cost.Neg())
	o.LastDate = max(o.LastDate, date)
	o.CompletedDate, o.CompletedDoc = date, doc
	return c, nil
}

// Expense takes the cost of scrap beyond plan off the order: open cost x excess / denominator, never less than nothing.
func (o *OrderCost) Expense(cur money.Currency, excess, denominator uom.Quantity, date calendar.Date) Cost {
	cost := o.Open.Part(cur, cur.Share(o.Open.Total(), excess.Units(), denominator.Units()).Max(money.Amount{}))
	o.Open = o.Open.Add(cost.Neg())
	o.Expensed = o.Expensed.Add(cost.Total())
	o.LastDate = max(o.LastDate, date)
	return cost
}

// Clear takes all that is left off the order: the residual of its close.
func (o *OrderCost) Clear(date calendar.Date) Cost {
	left := o.Open
	o.Open = Cost{}
	o.Residual = o.Residual.Add(left.Total())
	o.LastDate = max(o.LastDate, date)
	return left
}

// Check says whether charged = open + completed + by-products + expensed + residual.
func (o *OrderCost) Check() bool {
	return o.Charged.Total() == money.Sum(o.Open.Total(), o.Completed, o.ByProduct, o.Expensed, o.Residual)
}

// Take gives material back: its share of the value that the order holds of it. It is over_return if the order holds less, invalid_quantity unless
// qty is above zero.
func (c *Consumed) Take(cur money.Currency, qty uom.Quantity) (money.Amount, error) {
	if qty.Sign() <= 0 {
		return money.Amount{}, refusal.New(refusal.InvalidQuantity, c.Item, "what comes back is above zero").Numbers(qty, c.Qty)
	}
	if c.Qty.Less(qty) {
		return money.Amount{}, refusal.New(refusal.OverReturn, c.Item, "more comes back than the order holds").Numbers(qty, c.Qty)
	}
	value := cur.Share(c.Value, qty.Units(), c.Qty.Units())
	c.Put(qty.Neg(), value.Neg())
	return value, nil
}

// TakeUndone gives back what a return took that was undone since. The issue that it speaks of may have been undone for its day after that, so that the order
// held less: then all that it held of value went and came again.
func (c *Consumed) TakeUndone(cur money.Currency, qty uom.Quantity) money.Amount {
	value := c.Value
	if qty.Less(c.Qty) {
		value = cur.Share(c.Value, qty.Units(), c.Qty.Units())
	}
	c.Put(qty.Neg(), value.Neg())
	return value
}

// Put adds what was issued; negative amounts take it off again.
func (c *Consumed) Put(qty uom.Quantity, value money.Amount) {
	c.Qty, c.Value = c.Qty.Add(qty), c.Value.Add(value)
}

// GiveBack undoes a credit: part goes back into process from where the verb had sent it.
func (o *OrderCost) GiveBack(verb string, product bool, part Cost, date calendar.Date) {
	o.Open = o.Open.Add(part)
	to := &o.Residual
	switch {
	case verb == "complete" && product:
		to = &o.Completed
	case verb == "complete":
		to = &o.ByProduct
	case verb == "report":
		to = &o.Expensed
	}
	*to = to.Sub(part.Total())
	o.LastDate = max(o.LastDate, date)
}

// CreditedFor gives by element what orders were credited for one entry: what a completion was made of. A source of zero is their close.
func CreditedFor(entries []Entry, cause Source) Cost {
	var c Cost
	for _, e := range entries {
		if e.Kind == Credit && e.Cause == cause {
			*c.of(e.Element) = c.of(e.Element).Sub(e.Value)
		}
	}
	return c
}

// SumCost adds up costs, element by element.
func SumCost(costs ...Cost) Cost {
	var sum Cost
	for _, c := range costs {
		sum = sum.Add(c)
	}
	return sum
}

// ByItem adds up what an order holds of each item, in order; the lot stays where it is all of one.
func ByItem(held []Consumed) []Consumed {
	var out []Consumed
	for _, h := range held {
		i := slices.IndexFunc(out, func(o Consumed) bool { return o.Item == h.Item })
		switch {
		case h.Qty.IsZero():
		case i < 0:
			out = append(out, h)
		default:
			out[i].Put(h.Qty, h.Value)
			out[i].Lot = ""
		}
	}
	return out
}

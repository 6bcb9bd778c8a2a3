package ledgermill

import (
	"cmp"
	"context"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Variances says why a closed work order of a product at standard cost cost more than what it made stands at: price and usage of material, rate and efficiency of
// labour, spending and efficiency of overhead. The figures sum to what the books have as production variance. Standards are those of the order's day; rates
// and routing those of now. An order that is not closed, or not of such a product, is invalid_state.
func (c *Company) Variances(ctx context.Context, order string) (posting.OrderVariances, error) {
	var v posting.OrderVariances
	err := c.query(ctx, func(b *book) error {
		o, err := read[mrp.Order](b, storage.Orders, order)
		if err != nil {
			return err
		}
		if o == nil {
			return refusal.New(refusal.NotFound, order, "there is no such work order")
		}
		facts, err := library{b}.Order(order)
		if err != nil || facts == nil {
			return cmp.Or(err, errNeed)
		}
		if o.Status != mrp.Closed || !facts.Standard {
			return refusal.New(refusal.InvalidState, order, "variances are told of a closed order of a product at standard cost")
		}
		cost, err := read[costing.OrderCost](b, storage.OrderCosts, order)
		if err != nil {
			return err
		}
		in := posting.OrderFacts{Order: *o, Materials: facts.Materials, Steps: facts.Steps, Cost: *cost, Made: facts.Made(), Costs: map[string]decimal.Decimal{}, Centers: map[string]mrp.Center{}}
		if err := b.standardsOf(&in); err != nil {
			return err
		}
		v, err = in.Variances(b.currency)
		return err
	})
	return v, err
}

// standardsOf finds what an order held, the standards of that, and where it was worked on.
func (b *book) standardsOf(in *posting.OrderFacts) error {
	held, err1 := list[costing.Consumed](b, storage.List{Kind: storage.Consumption, Values: []any{in.Order.Ref}})
	ops, err2 := list[mrp.Operation](b, storage.List{Kind: storage.Operations, Values: []any{in.Order.Item}})
	if err1 != nil || err2 != nil {
		return errNeed
	}
	product, err := list[costing.StandardCost](b, storage.List{Kind: storage.StandardCosts, Values: []any{in.Order.Item}})
	if err != nil {
		return err
	}
	in.Held, in.Routing, in.Standards = values(held), values(ops), values(product)
	for _, item := range in.Items() {
		standards, err := list[costing.StandardCost](b, storage.List{Kind: storage.StandardCosts, Values: []any{item}})
		if s, known := costing.StandardOn(values(standards), in.Order.Date); err == nil && known && !s.Cost.IsZero() {
			in.Costs[item] = s.Cost
		}
	}
	for _, op := range ops {
		w, err := read[mrp.Center](b, storage.Centers, op.Center)
		if err == nil && w != nil {
			in.Centers[op.Center] = *w
		}
	}
	return b.ready()
}

package costing_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var monday = calendar.NewDate(2026, 1, 5)

func cost(material, labor string) costing.Cost {
	return costing.Cost{Material: amt(material), Labor: amt(labor)}
}

func percents(texts ...string) (out []decimal.Decimal) {
	for _, s := range texts {
		out = append(out, decimal.RequireFromString(s))
	}
	return out
}

func TestElements(t *testing.T) {
	var c costing.Cost
	for i, e := range costing.Elements {
		only := costing.Only(e, money.FromUnits(int64(i+1)*10_000))
		require.Equal(t, only.Total(), only.Of(e))
		c = c.Add(only)
	}
	require.Equal(t, amt("15"), c.Total())
	require.Equal(t, amt("2"), c.Labor)
	require.Equal(t, costing.Cost{}, c.Add(c.Neg()))
}

func TestPart(t *testing.T) {
	for _, c := range []struct {
		of    costing.Cost
		total string
		want  costing.Cost
		why   string
	}{
		{cost("60", "40"), "50", cost("30", "20"), "in proportion"},
		{cost("10", "10"), "0.01", cost("0.01", "0"), "a tie goes to the first"},
		{cost("1", "2"), "1", cost("0.33", "0.67"), "the cent goes to the largest remainder"},
		{cost("60", "40"), "100", cost("60", "40"), "the whole takes all of each"},
		{cost("-20", "50"), "30", cost("-20", "50"), "also where one is below zero"},
		{cost("-20", "50"), "15", cost("0", "15"), "a part comes from what is above zero"},
		{cost("60", "40"), "0", cost("0", "0"), "nothing is nothing"},
	} {
		require.Equal(t, c.want, c.of.Part(yuan, amt(c.total)), c.why)
	}
}

func TestCompletions(t *testing.T) {
	none := costing.Cost{}
	for name, c := range map[string]struct {
		open           costing.Cost // what was backflushed included
		qty, remaining string
		backflushed    costing.Cost
		percent        []decimal.Decimal
		product        costing.Cost
		byProducts     []money.Amount
		left           costing.Cost
	}{
		"a part of the order":              {cost("100", "20"), "4", "10", none, nil, cost("40", "8"), nil, cost("60", "12")},
		"the last takes all":               {cost("100", "20.01"), "10", "10", none, nil, cost("100", "20.01"), nil, none},
		"a third is rounded once":          {cost("10", "0.01"), "1", "3", none, nil, cost("3.34", "0"), nil, cost("6.66", "0.01")},
		"backflushed cost goes whole":      {cost("150", "20"), "4", "10", cost("50", "0"), nil, cost("90", "8"), nil, cost("60", "12")},
		"by-products go first":             {cost("80", "20"), "1", "1", none, percents("10", "5"), cost("68", "17"), []money.Amount{amt("10"), amt("5")}, none},
		"by-products share the backflush":  {cost("120", "0"), "1", "2", cost("20", "0"), percents("10"), cost("63", "0"), []money.Amount{amt("7")}, cost("50", "0")},
		"by-products take all at most":     {cost("0.03", "0"), "1", "1", none, percents("50", "50"), none, []money.Amount{amt("0.02"), amt("0.01")}, none},
		"outside work goes to the product": {costing.Cost{Material: amt("120"), Outside: amt("30")}, "1", "2", costing.Cost{Material: amt("20"), Outside: amt("30")}, percents("10"), costing.Cost{Material: amt("63"), Outside: amt("30")}, []money.Amount{amt("7")}, cost("50", "0")},
		"nothing charged":                  {none, "1", "2", none, percents("10"), none, []money.Amount{amt("0")}, none},
		"more came back than is left":      {cost("-50", "20"), "1", "2", none, nil, none, nil, cost("-50", "20")},
	} {
		t.Run(name, func(t *testing.T) {
			var o costing.OrderCost
			o.Charge(c.open, monday)
			got, err := o.Complete(yuan, qty(c.qty), qty(c.remaining), c.backflushed, c.percent, monday.AddDays(1), 7)
			require.NoError(t, err)
			require.Equal(t, c.product, got.Product)
			require.Equal(t, c.byProducts, got.ByProducts)
			require.Equal(t, c.left, o.Open)
			require.Equal(t, monday.AddDays(1), o.CompletedDate)
			require.True(t, o.Check())
		})
	}
}

func TestAPercentageOutOfRangeChangesNothing(t *testing.T) {
	var o costing.OrderCost
	o.Charge(cost("100", "0"), monday)
	was := o
	_, err := o.Complete(yuan, qty("1"), qty("1"), costing.Cost{}, append(percents("10"), decimal.New(1, 30)), monday, 7)
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
	require.Equal(t, was, o)
}

// Ten are ordered; two beyond plan are scrapped, then one more, then what is left is made and the order closed.
func TestScrapBeyondPlan(t *testing.T) {
	var o costing.OrderCost
	o.Charge(cost("90", "10"), monday)
	require.Equal(t, cost("18", "2"), o.Expense(yuan, qty("2"), qty("10"), monday))
	require.Equal(t, cost("9", "1"), o.Expense(yuan, qty("1"), qty("8"), monday))
	made, err := o.Complete(yuan, qty("7"), qty("7"), costing.Cost{}, nil, monday, 7)
	require.NoError(t, err)
	require.Equal(t, cost("63", "7"), made.Product)
	o.Charge(cost("0", "5"), monday.AddDays(3))
	require.Equal(t, cost("0", "5"), o.Clear(monday.AddDays(4)))
	require.Equal(t, costing.OrderCost{
		Charged: cost("90", "15"), Completed: amt("70"), Expensed: amt("30"), Residual: amt("5"),
		LastDate: monday.AddDays(4), CompletedDate: monday, CompletedDoc: 7,
	}, o)
	require.True(t, o.Check())

	var owed costing.OrderCost // more was given back than it holds
	owed.Charge(cost("-10", "0"), monday)
	require.Equal(t, costing.Cost{}, owed.Expense(yuan, qty("1"), qty("2"), monday))
}

func TestReturnedMaterial(t *testing.T) {
	c := costing.Consumed{Item: "STEEL"}
	c.Put(qty("2"), amt("9.26"))
	c.Put(qty("5"), amt("15.20"))
	for _, step := range []struct{ qty, value, left string }{
		{"1", "3.49", "20.97"}, {"4", "13.98", "6.99"}, {"2", "6.99", "0.00"},
	} {
		value, err := c.Take(yuan, qty(step.qty))
		require.NoError(t, err)
		require.Equal(t, step.value, value.String())
		require.Equal(t, step.left, c.Value.String())
	}
	_, err := c.Take(yuan, qty("1"))
	require.Equal(t, &refusal.Error{Code: refusal.OverReturn, Subject: "STEEL", Wanted: "1", Available: "0", Reason: "more comes back than the order holds"}, err)
	_, err = c.Take(yuan, qty("0"))
	require.Equal(t, refusal.InvalidQuantity, refusal.CodeOf(err))
}

// An order at random: what was charged is always somewhere, no element is overdrawn, and undone it is as it was.
func TestOrdersAtRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	some := func() money.Amount { return money.FromUnits(100 * rnd.Int64N(10_000)) }
	type credit struct {
		verb    string
		product bool
		part    costing.Cost
	}
	for range 1000 {
		var o costing.OrderCost
		var charges []costing.Cost
		var credits []credit
		left := uom.FromInt(20)
		for left.Sign() > 0 {
			c := costing.Cost{Material: some(), Labor: some(), Overhead: some(), Energy: some(), Outside: some()}
			o.Charge(c, monday)
			charges = append(charges, c)
			part := uom.FromInt(1 + rnd.Int64N(7)).Min(left)
			if rnd.IntN(4) == 0 {
				credits = append(credits, credit{"report", false, o.Expense(yuan, part, left, monday)})
			} else {
				done, err := o.Complete(yuan, part, left, costing.Only(costing.Material, c.Material), percents("33.3", "12.5"), monday, 7)
				require.NoError(t, err)
				credits = append(credits, credit{"complete", true, done.Product})
				for i, share := range done.Shares {
					require.Equal(t, done.ByProducts[i], share.Total())
					credits = append(credits, credit{"complete", false, share})
				}
			}
			left = left.Sub(part)
			require.True(t, o.Check())
			for _, e := range costing.Elements {
				require.GreaterOrEqual(t, o.Open.Of(e).Sign(), 0, "%s is overdrawn", e)
			}
		}
		require.Equal(t, costing.Cost{}, o.Open, "the last takes all of each")
		o.Charge(costing.Only(costing.Energy, amt("3")), monday)
		charges = append(charges, costing.Only(costing.Energy, amt("3")))
		credits = append(credits, credit{"close_work_order", false, o.Clear(monday)})
		for _, c := range credits {
			require.GreaterOrEqual(t, c.part.Total().Sign(), 0)
			o.GiveBack(c.verb, c.product, c.part, monday)
			require.True(t, o.Check())
		}
		for _, c := range charges {
			o.Charge(c.Neg(), monday)
		}
		require.Equal(t, costing.OrderCost{LastDate: monday, CompletedDate: o.CompletedDate, CompletedDoc: o.CompletedDoc}, o)
	}
}

// What an order was credited for one completion, element by element; what it was credited when it closed stands apart.
func TestCreditedFor(t *testing.T) {
	first, second := costing.Source{Doc: 7, Line: 3}, costing.Source{Doc: 8, Line: 1}
	entries := []costing.Entry{
		{Kind: costing.Credit, Element: costing.Material, Value: amt("-40"), Cause: first},
		{Kind: costing.Credit, Element: costing.Labor, Value: amt("-8"), Cause: first},
		{Kind: costing.Credit, Element: costing.Labor, Value: amt("-5"), Cause: second},
		{Kind: costing.Adjust, Value: amt("3"), Cause: first},
		{Kind: costing.Credit, Element: costing.Labor, Value: amt("-2")},
	}
	require.Equal(t, cost("40", "8"), costing.CreditedFor(entries, first))
	require.Equal(t, cost("0", "5"), costing.CreditedFor(entries, second))
	require.Equal(t, cost("0", "2"), costing.CreditedFor(entries, costing.Source{}))
	require.Equal(t, cost("40", "13"), costing.SumCost(costing.CreditedFor(entries, first), costing.CreditedFor(entries, second)))
}

func TestHeldByItem(t *testing.T) {
	held := []costing.Consumed{
		{Item: "A", Lot: "1", Qty: qty("2"), Value: amt("10")},
		{Item: "B", Lot: "9", Qty: qty("1"), Value: amt("3")},
		{Item: "A", Lot: "2", Qty: qty("3"), Value: amt("20")},
		{Item: "B", Lot: "8"},
	}
	require.Equal(t, []costing.Consumed{
		{Item: "A", Qty: qty("5"), Value: amt("30")},
		{Item: "B", Lot: "9", Qty: qty("1"), Value: amt("3")},
	}, costing.ByItem(held))
}

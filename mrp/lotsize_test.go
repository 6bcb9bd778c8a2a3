package mrp_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/mrp"
)

func needsOf(qtys ...int64) []mrp.Bucketed {
	var out []mrp.Bucketed
	for i, q := range qtys {
		if q > 0 {
			out = append(out, mrp.Bucketed{Bucket: i, Qty: uom.FromInt(q)})
		}
	}
	return out
}

func lotsOf(r mrp.LotRule, qtys ...int64) []string {
	var out []string
	for _, lots := range r.Lots(needsOf(qtys...)) {
		text := ""
		for _, q := range lots {
			text += q.String() + " "
		}
		out = append(out, text)
	}
	return out
}

// Each line is a need a bucket, and what is ordered for each need.
func TestLotRules(t *testing.T) {
	q := uom.FromInt
	costs := func(rule string, order, holding int64) mrp.LotRule {
		return mrp.LotRule{Rule: rule, OrderCost: decimal.NewFromInt(order), HoldingCost: decimal.NewFromInt(holding)}
	}
	for name, c := range map[string]struct {
		rule  mrp.LotRule
		needs []int64
		want  []string
	}{
		"lot for lot":                     {mrp.LotRule{}, []int64{5, 0, 7}, []string{"5 ", "7 "}},
		"orders of ten":                   {mrp.LotRule{Rule: mrp.FixedLot, Qty: q(10)}, []int64{5, 3, 17}, []string{"10 ", "", "10 10 "}},
		"a least quantity":                {mrp.LotRule{Rule: mrp.MinMax, Min: q(100)}, []int64{20, 20, 20}, []string{"100 ", "", ""}},
		"a multiple":                      {mrp.LotRule{Rule: mrp.MinMax, Multiple: q(2000)}, []int64{2300}, []string{"4000 "}},
		"a most":                          {mrp.LotRule{Rule: mrp.MinMax, Max: q(50)}, []int64{120}, []string{"50 50 20 "}},
		"a most, of multiples, a least":   {mrp.LotRule{Rule: mrp.MinMax, Min: q(12), Max: q(50), Multiple: q(8)}, []int64{100}, []string{"48 48 16 "}},
		"two buckets at a time":           {mrp.LotRule{Rule: mrp.PeriodsOf, Periods: 2}, []int64{1, 2, 3, 0, 5}, []string{"3 ", "", "3 ", "5 "}},
		"economic order quantity":         {mrp.LotRule{Rule: mrp.EOQ, Demand: decimal.NewFromInt(1000), OrderCost: decimal.NewFromInt(10), HoldingCost: decimal.NewFromInt(2)}, []int64{30, 60, 400}, []string{"100 ", "", "390 "}},
		"filled up to a target":           {mrp.LotRule{Rule: mrp.OrderUpTo, Min: q(10), Target: q(50)}, []int64{5, 30, 20}, []string{"45 ", "", "50 "}},
		"Wagner and Whitin's own example": {costs(mrp.WagnerWhitin, 85, 1), []int64{69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56}, []string{"98 ", "", "97 ", "", "121 ", "", "", "112 ", "", "67 ", "135 ", ""}},
		"Silver and Meal":                 {costs(mrp.SilverMeal, 54, 1), []int64{10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41}, []string{"10 ", "74 ", "", "130 ", "154 ", "129 ", "140 ", "", "124 ", "160 ", "279 ", ""}},
		"part period":                     {costs(mrp.PartPeriod, 100, 1), []int64{20, 40, 30, 50}, []string{"90 ", "", "", "50 "}},
		"least unit cost":                 {costs(mrp.LeastUnitCost, 100, 1), []int64{20, 40, 30, 50}, []string{"90 ", "", "", "50 "}},
	} {
		require.NoError(t, c.rule.Check(), name)
		require.Equal(t, c.want, lotsOf(c.rule, c.needs...), name)
	}
}

// costOf is what orders cost: each its order cost, and every unit what it waits.
func costOf(r mrp.LotRule, needs []mrp.Bucketed, starts []int) decimal.Decimal {
	sum, from := decimal.Zero, 0
	next := map[int]bool{}
	for _, s := range starts {
		next[s] = true
	}
	for i, n := range needs {
		if next[i] {
			from, sum = i, sum.Add(r.OrderCost)
		}
		sum = sum.Add(n.Qty.Decimal().Mul(r.HoldingCost).Mul(decimal.NewFromInt(int64(n.Bucket - needs[from].Bucket))))
	}
	return sum
}

// Ten thousand small problems: the rule's orders cost what the best of all 2^(n-1) ways to order costs.
func TestWagnerWhitinIsOptimal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for n := range 10_000 {
		r := mrp.LotRule{Rule: mrp.WagnerWhitin, OrderCost: decimal.New(int64(rnd.IntN(3000)), -1), HoldingCost: decimal.New(int64(1+rnd.IntN(40)), -1)}
		var needs []mrp.Bucketed
		for bucket := range 1 + rnd.IntN(9) {
			if q := rnd.IntN(120); q > 20 {
				needs = append(needs, mrp.Bucketed{Bucket: bucket, Qty: uom.FromUnits(int64(q) * 500_000)})
			}
		}
		if len(needs) == 0 {
			continue
		}
		var best decimal.Decimal
		for way := range 1 << (len(needs) - 1) {
			starts := []int{0}
			for i := 1; i < len(needs); i++ {
				if way>>(i-1)&1 == 1 {
					starts = append(starts, i)
				}
			}
			if c := costOf(r, needs, starts); way == 0 || c.LessThan(best) {
				best = c
			}
		}
		var starts []int
		var sum, all uom.Quantity
		for i, lots := range r.Lots(needs) {
			all = all.Add(needs[i].Qty)
			if len(lots) > 0 {
				starts, sum = append(starts, i), sum.Add(lots[0])
			}
		}
		require.Equal(t, all, sum)
		require.True(t, best.Equal(costOf(r, needs, starts)), "%d: %v cost %s, the best is %s", n, needs, costOf(r, needs, starts), best)
	}
}

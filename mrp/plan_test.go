package mrp_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
)

var monday = calendar.NewDate(2026, 3, 2)

// anyProblem makes up a factory of three levels; items of a level are made of those below.
func anyProblem(rnd *rand.Rand) mrp.Problem {
	rules := []mrp.LotRule{{}, {}, {Rule: mrp.MinMax, Min: uom.FromInt(20), Max: uom.FromInt(60), Multiple: uom.FromInt(5)}, {Rule: mrp.PeriodsOf, Periods: 4}, {Rule: mrp.FixedLot, Qty: uom.FromInt(30)}, {Rule: mrp.OrderUpTo, Min: uom.FromInt(5), Target: uom.FromInt(40)}}
	p := mrp.Problem{Start: monday, Bucket: 1 + 6*rnd.IntN(2), Buckets: 60}
	var boms []mrp.BOM
	var lines []mrp.BOMLine
	for level, names := range [][]string{{"A1", "A2"}, {"B1", "B2", "B3"}, {"C1", "C2", "C3"}} {
		for _, code := range names {
			i := mrp.PlanItem{Code: code, Make: level < 2, LeadTime: rnd.IntN(6), OnHand: uom.FromInt(int64(rnd.IntN(30))), SafetyStock: uom.FromInt(int64(rnd.IntN(2) * rnd.IntN(12))), Protect: rnd.IntN(4) == 0, Lot: rules[rnd.IntN(len(rules))]}
			p.Items = append(p.Items, i)
			if level == 2 {
				continue
			}
			doc := int64(len(boms) + 1)
			boms = append(boms, mrp.BOM{Item: code, Doc: doc, Qty: uom.FromInt(1)})
			below := [][]string{{"B1", "B2", "B3"}, {"C1", "C2", "C3"}}[level]
			for n := range 1 + rnd.IntN(3) {
				lines = append(lines, mrp.BOMLine{Item: code, Doc: doc, Line: int32(n + 1), Component: below[(n+rnd.IntN(3))%3], Qty: uom.FromUnits(int64(1+rnd.IntN(40)) * 250_000)})
			}
		}
	}
	p.BOMs = mrp.NewRecipes(boms, lines)
	for n := range 1 + rnd.IntN(20) {
		p.Demands = append(p.Demands, mrp.Demand{Ref: fmt.Sprint("D", n), Item: p.Items[rnd.IntN(len(p.Items))].Code, Qty: uom.FromInt(int64(1 + rnd.IntN(40))), Due: monday.AddDays(rnd.IntN(70) - 5)})
	}
	for n := range rnd.IntN(5) {
		p.Supplies = append(p.Supplies, mrp.Supply{Ref: fmt.Sprint("S", n), Item: p.Items[rnd.IntN(len(p.Items))].Code, Qty: uom.FromInt(int64(1 + rnd.IntN(40))), Due: monday.AddDays(rnd.IntN(40)), Firm: rnd.IntN(2) == 0})
	}
	return p
}

// In a thousand plans: what is there, plus what comes, less what is needed is never below zero on any day (but for what may still be hurried), every need is
// pegged to the unit, and the same problem told in another order gives the same plan.
func TestPlansAddUp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for n := range 1000 {
		p := anyProblem(rnd)
		plan, err := mrp.MakePlan(p)
		require.NoError(t, err)
		for _, item := range p.Items {
			addsUp(t, p, plan, item, n)
		}
		pegsAddUp(t, p, plan)
		told := p
		told.Items, told.Demands, told.Supplies = append([]mrp.PlanItem(nil), p.Items...), append([]mrp.Demand(nil), p.Demands...), append([]mrp.Supply(nil), p.Supplies...)
		rnd.Shuffle(len(told.Items), func(i, j int) { told.Items[i], told.Items[j] = told.Items[j], told.Items[i] })
		rnd.Shuffle(len(told.Demands), func(i, j int) { told.Demands[i], told.Demands[j] = told.Demands[j], told.Demands[i] })
		rnd.Shuffle(len(told.Supplies), func(i, j int) { told.Supplies[i], told.Supplies[j] = told.Supplies[j], told.Supplies[i] })
		again, err := mrp.MakePlan(told)
		require.NoError(t, err)
		require.Equal(t, plan, again, "plan %d", n)
	}
}

// addsUp goes through an item's days: projected stock is what supply less demand comes to, and never short.
func addsUp(t *testing.T, p mrp.Problem, plan mrp.Plan, item mrp.PlanItem, n int) {
	t.Helper()
	gross, net := uom.Quantity{}, map[calendar.Date]uom.Quantity{}
	for _, r := range plan.Requirements {
		if r.Item == item.Code {
			gross, net[r.Date] = gross.Add(r.Gross), r.Net
		}
	}
	var wanted uom.Quantity
	for _, d := range p.Demands {
		if d.Item == item.Code && d.Due < p.Start.AddDays(p.Bucket*p.Buckets) {
			wanted = wanted.Add(d.Qty)
		}
	}
	for _, o := range plan.Orders {
		for _, l := range linesOf(p, o) {
			if l.Item == item.Code {
				wanted = wanted.Add(l.Required)
			}
		}
	}
	require.Equal(t, wanted.String(), gross.String(), "plan %d: gross requirements of %s", n, item.Code)
	here := item.OnHand
	for day := p.Start; day < p.Start.AddDays(p.Bucket*p.Buckets); day = day.AddDays(1) {
		for _, s := range p.Supplies {
			if s.Item == item.Code && max(s.Due, p.Start) == day {
				here = here.Add(s.Qty)
			}
		}
		for _, o := range plan.Orders {
			if o.Item == item.Code && o.Due == day {
				here = here.Add(o.Qty)
			}
		}
		for _, r := range plan.Requirements {
			if r.Item == item.Code && r.Date == day {
				here = here.Sub(r.Gross)
			}
		}
		var hurried uom.Quantity
		for _, s := range p.Supplies {
			if s.Item == item.Code && !s.Firm && s.Due > day {
				hurried = hurried.Add(s.Qty)
			}
		}
		require.GreaterOrEqual(t, here.Add(hurried).Sign(), 0, "plan %d: %s is short by %s on %s", n, item.Code, here, day)
	}
}

// linesOf is what a planned order is made of.
func linesOf(p mrp.Problem, o mrp.PlannedOrder) []mrp.Material {
	versions, _ := p.BOMs.Versions(o.Item)
	bom, ok := mrp.Effective(versions, o.Release)
	if !ok {
		return nil
	}
	lines, _ := p.BOMs.Lines(o.Item, bom.Doc)
	out, _, _ := mrp.Explode("", bom, lines, o.Qty, o.Release, p.BOMs, func(code string) bool {
		return slices.ContainsFunc(p.Items, func(i mrp.PlanItem) bool { return i.Code == code && i.Phantom })
	})
	return out
}

// pegsAddUp: no order is pegged to more than it is for.
func pegsAddUp(t *testing.T, p mrp.Problem, plan mrp.Plan) {
	t.Helper()
	for i, o := range plan.Orders {
		var sum uom.Quantity
		for _, g := range o.Pegs {
			require.Less(t, g.Parent, i, "a part is planned after what it is for")
			require.True(t, (g.Ref == "") == (g.Parent >= 0), "a peg names a demand or a planned order")
			sum = sum.Add(g.Qty)
		}
		require.LessOrEqual(t, sum.Cmp(o.Qty), 0)
		require.NotEmpty(t, o.Why)
	}
}

// Days and lead times at the ends of their range: a plan comes out, if only an empty one.
func TestPlanAtTheEndsOfTime(t *testing.T) {
	for _, start := range []calendar.Date{0, 1, -1, monday, math.MaxInt32, math.MinInt32, calendar.NewDate(9999, 12, 30)} {
		for _, lead := range []int{0, 1, math.MaxInt, math.MinInt, math.MaxInt32} {
			for _, code := range []string{"", "REST"} {
				plan, err := mrp.MakePlan(mrp.Problem{
					Start: start, Bucket: 1, Buckets: 30, BOMs: newRecipes(nil, nil), Calendars: []mrp.WorkCalendar{{Code: "REST", Workdays: "mon"}},
					Items:    []mrp.PlanItem{{Code: "P", LeadTime: lead, Calendar: code, SafetyStock: uom.FromInt(1)}},
					Demands:  []mrp.Demand{{Ref: "SO", Item: "P", Qty: uom.FromInt(4), Due: monday.AddDays(14)}},
					Supplies: []mrp.Supply{{Ref: "PO", Item: "P", Qty: uom.FromInt(2), Due: math.MaxInt32}},
				})
				require.NoError(t, err)
				for _, o := range plan.Orders {
					require.LessOrEqual(t, o.Release, o.Due)
				}
			}
		}
	}
}

func ExampleMakePlan() {
	boms := mrp.NewRecipes(
		[]mrp.BOM{{Item: "BIKE", Doc: 1, Qty: uom.FromInt(1)}},
		[]mrp.BOMLine{{Item: "BIKE", Doc: 1, Line: 1, Component: "WHEEL", Qty: uom.FromInt(2)}},
	)
	plan, err := mrp.MakePlan(mrp.Problem{
		Start: monday, Bucket: 1, Buckets: 30, BOMs: boms,
		Items:   []mrp.PlanItem{{Code: "BIKE", Make: true, LeadTime: 2}, {Code: "WHEEL", LeadTime: 5, OnHand: uom.FromInt(3)}},
		Demands: []mrp.Demand{{Ref: "SO-1", Item: "BIKE", Qty: uom.FromInt(4), Due: monday.AddDays(14)}},
	})
	if err != nil {
		panic(err)
	}
	for _, o := range plan.Orders {
		fmt.Println(o.Item, o.Qty, "released", o.Release, "due", o.Due, "-", o.Why)
	}
	// Output:
	// BIKE 4 released 2026-03-14 due 2026-03-16 - 4 for SO-1
	// WHEEL 5 released 2026-03-09 due 2026-03-14 - 5 for the planned BIKE of 2026-03-16 (SO-1)
}

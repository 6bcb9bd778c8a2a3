package mrp_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

func table() (mrp.Order, []mrp.Material) {
	return mrp.Order{Ref: "WO-1", Item: "TABLE", Qty: uom.FromInt(10), Due: monday.AddDays(10)}, []mrp.Material{
		{Order: "WO-1", Line: 1, Item: "TOP", Required: uom.FromInt(10), PerUnit: uom.FromInt(1), BOMQty: uom.FromInt(1), Op: "cut", Alternates: "OAK BEECH"},
		{Order: "WO-1", Line: 2, Item: "LEG", Required: uom.FromInt(40), PerUnit: uom.FromInt(4), BOMQty: uom.FromInt(1), Op: "join"},
		{Order: "WO-1", Line: 3, Item: "GLUE", Required: uom.FromInt(1), Fixed: true, Op: "join"},
	}
}

func stock(text ...any) map[string]uom.Quantity {
	out := map[string]uom.Quantity{}
	for i := 0; i < len(text); i += 2 {
		out[text[i].(string)] = uom.FromInt(int64(text[i+1].(int)))
	}
	return out
}

func TestReleasePolicies(t *testing.T) {
	enough := stock("TOP", 10, "LEG", 40, "GLUE", 1)
	fewLegs := stock("TOP", 10, "LEG", 15, "GLUE", 1)
	for _, c := range []struct {
		name   string
		there  map[string]uom.Quantity
		policy mrp.Policy
		staged string
		short  string
	}{
		{"all is there", enough, mrp.AllMaterial, "[{1 TOP 10} {2 LEG 40} {3 GLUE 1}]", "[]"},
		{"legs are short", fewLegs, mrp.AllMaterial, "", "insufficient_stock"},
		{"legs are for a later operation", fewLegs, mrp.FirstOperation, "[{1 TOP 10} {2 LEG 15} {3 GLUE 1}]", "[{2 LEG 40 25 2026-03-07}]"},
		{"tops are for the first", stock("TOP", 9, "LEG", 40), mrp.FirstOperation, "", "insufficient_stock"},
		{"legs for three tables", fewLegs, mrp.BuildablePart, "[{1 TOP 3} {2 LEG 12} {3 GLUE 1}]", "[{1 TOP 10 7 2026-03-07} {2 LEG 40 28 2026-03-07}]"},
		{"not one can be made", stock("TOP", 10, "LEG", 3, "GLUE", 1), mrp.BuildablePart, "", "insufficient_stock"},
		{"what there is", stock("LEG", 3), mrp.WhatThereIs, "[{2 LEG 3}]", "[{1 TOP 10 10 2026-03-07} {2 LEG 40 37 2026-03-07} {3 GLUE 1 1 2026-03-07}]"},
		{"oak, then beech", stock("TOP", 6, "OAK", 3, "BEECH", 5, "LEG", 40, "GLUE", 1), mrp.AllMaterial, "[{1 TOP 6} {1 OAK 3} {1 BEECH 1} {2 LEG 40} {3 GLUE 1}]", "[]"},
	} {
		o, ms := table()
		staged, short, err := o.Stage(ms, c.there, c.policy, "cut", o.Start(5, monday))
		if c.staged == "" {
			require.Equal(t, refusal.Code(c.short), refusal.All(err)[0].Code, c.name)
			require.ErrorContains(t, err, "on 2026-03-07", c.name)
			continue
		}
		require.NoError(t, err, c.name)
		require.Equal(t, c.staged, fmt.Sprint(staged), c.name)
		require.Equal(t, c.short, fmt.Sprint(short), c.name)
	}
	o, ms := table()
	_, _, err := o.Stage(ms, enough, "some", "", monday)
	require.Equal(t, refusal.InvalidState, refusal.All(err)[0].Code)
}

// What stands in for a component is needed of itself; undone, of the component again, but for what was issued; and a second release finds the same line.
func TestStandingIn(t *testing.T) {
	_, ms := table()
	staged := []mrp.Staged{{1, "TOP", uom.FromInt(6)}, {1, "OAK", uom.FromInt(4)}}
	in := mrp.StandIn(ms, staged)
	require.Len(t, in, 4)
	require.Equal(t, "6 of TOP, 4 of OAK", fmt.Sprintf("%s of %s, %s of %s", in[0].Required, in[0].Item, in[3].Required, in[3].Item))
	require.Equal(t, int32(1), in[3].Stands)
	back := mrp.StandBack(in)
	require.Equal(t, "10 and 0", fmt.Sprintf("%s and %s", back[0].Required, back[3].Required))
	require.Equal(t, in, mrp.StandIn(back, staged))
	in[3].Issued = uom.FromInt(1)
	back = mrp.StandBack(in)
	require.Equal(t, "9 and 1", fmt.Sprintf("%s and %s", back[0].Required, back[3].Required))
}

func ExampleRequisition() {
	short := []mrp.Shortage{{Line: 1, Item: "LEG", Need: uom.FromInt(40), Short: uom.FromInt(25), On: monday}, {Line: 2, Item: "GLUE", Need: uom.FromInt(1), Short: uom.FromInt(1), On: monday}}
	for _, s := range mrp.Requisition(short, map[string]uom.Quantity{"LEG": uom.FromInt(20), "GLUE": uom.FromInt(3)}) {
		fmt.Println(s.Short, s.Item, "by", s.On)
	}
	// Output: 5 LEG by 2026-03-02
}

func shop() mrp.Recipes {
	return mrp.NewRecipes(
		[]mrp.BOM{{Item: "TABLE", Doc: 1, Qty: uom.FromInt(1)}, {Item: "LEG", Doc: 2, Qty: uom.FromInt(10), Yield: dec("80")}},
		[]mrp.BOMLine{
			{Item: "TABLE", Doc: 1, Line: 1, Component: "TOP", Qty: uom.FromInt(1), Alternates: "OAK"},
			{Item: "TABLE", Doc: 1, Line: 2, Component: "LEG", Qty: uom.FromInt(4)},
			{Item: "TABLE", Doc: 1, Line: 3, Component: "WOOD", Qty: uom.MustParse("0.5")},
			{Item: "LEG", Doc: 2, Line: 1, Component: "WOOD", Qty: uom.FromInt(4)},
		},
	)
}

func noPhantom(string) bool { return false }

// Eight legs are there, and wood for 18 more: 26 legs would be six tables, but these take three of the wood themselves.
func ExampleBuildable() {
	there := stock("TOP", 3, "OAK", 9, "LEG", 8, "WOOD", 9)
	qty, short, err := mrp.Buildable("TABLE", uom.FromInt(100), there, monday, shop(), noPhantom)
	fmt.Println(qty, err)
	for _, s := range short {
		fmt.Println("one more lacks", s.Short, "of", s.Need, s.Item)
	}
	// Output:
	// 5 <nil>
	// one more lacks 2 of 11 WOOD
}

type parents map[string][]string

func (p parents) Parents(item string) ([]string, bool) { return p[item], true }

// A leg takes 4/10 of wood and a fifth of the legs is lost; a table takes four legs, and half a unit of wood itself.
func ExampleWhereUsed() {
	uses, _ := mrp.WhereUsed("WOOD", monday, shop(), parents{"WOOD": {"TABLE", "LEG"}, "LEG": {"TABLE"}})
	for _, u := range uses {
		fmt.Println(u.Level, u.Item, u.Qty)
	}
	// Output:
	// 1 LEG 0.5
	// 1 TABLE 2.5
}

// What can be built can be built, one more cannot, and what is said to be short of it is what one more lacks.
func TestBuildableIsTheMost(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 9))
	for range 300 {
		there := stock("TOP", rnd.IntN(12), "OAK", rnd.IntN(5), "LEG", rnd.IntN(30), "WOOD", rnd.IntN(20))
		qty, short, err := mrp.Buildable("TABLE", uom.FromInt(1000), there, monday, shop(), noPhantom)
		require.NoError(t, err)
		require.NotEmpty(t, short)
		for _, s := range short { // with what is said to be short, one more is enough
			there[s.Item] = there[s.Item].Add(s.Short)
		}
		more, _, err := mrp.Buildable("TABLE", uom.FromInt(1000), there, monday, shop(), noPhantom)
		require.NoError(t, err)
		require.GreaterOrEqual(t, more.Cmp(qty.Add(uom.FromInt(1))), 0)
	}
}

// A substitute that is there stands in before the component is ordered, as far as nobody else needs it; two that stand in for each other do no harm.
func TestAlternatesInThePlan(t *testing.T) {
	line := func(item string, doc int64, component, alternates string) mrp.BOMLine {
		return mrp.BOMLine{Item: item, Doc: doc, Line: 1, Component: component, Qty: uom.FromInt(1), Alternates: alternates}
	}
	p := mrp.Problem{
		Start: monday, Bucket: 1, Buckets: 30,
		Items: []mrp.PlanItem{{Code: "CHAIR", Make: true}, {Code: "TABLE", Make: true}, {Code: "PINE", OnHand: uom.FromInt(2)}, {Code: "OAK", OnHand: uom.FromInt(9), SafetyStock: uom.FromInt(1)}},
		BOMs: mrp.NewRecipes([]mrp.BOM{{Item: "TABLE", Doc: 1, Qty: uom.FromInt(1)}, {Item: "CHAIR", Doc: 2, Qty: uom.FromInt(1)}},
			[]mrp.BOMLine{line("TABLE", 1, "PINE", "OAK"), line("CHAIR", 2, "OAK", "")}),
		Demands: []mrp.Demand{{Ref: "SO-1", Item: "TABLE", Qty: uom.FromInt(10), Due: monday.AddDays(5)}, {Ref: "SO-2", Item: "CHAIR", Qty: uom.FromInt(3), Due: monday.AddDays(20)}},
	}
	plan, err := mrp.MakePlan(p)
	require.NoError(t, err)
	require.Equal(t, "PINE", plan.Orders[len(plan.Orders)-1].Item)
	require.Equal(t, "3", plan.Orders[len(plan.Orders)-1].Qty.String(), "2 are there, and 5 of oak that nobody needs")
	require.Len(t, plan.Orders, 3)
	require.Equal(t, mrp.Message{Ref: "SO-1", Item: "OAK", Action: mrp.Substitute, To: monday.AddDays(5), Qty: uom.FromInt(5), Why: "it stands in for PINE, of which there is not enough"}, plan.Messages[0])

	p.BOMs = mrp.NewRecipes([]mrp.BOM{{Item: "TABLE", Doc: 1, Qty: uom.FromInt(1)}, {Item: "CHAIR", Doc: 2, Qty: uom.FromInt(1)}},
		[]mrp.BOMLine{line("TABLE", 1, "PINE", "OAK"), line("CHAIR", 2, "OAK", "PINE")})
	plan, err = mrp.MakePlan(p)
	require.NoError(t, err)
	var bought uom.Quantity
	for _, o := range plan.Orders {
		if !o.Make {
			bought = bought.Add(o.Qty)
		}
	}
	require.Equal(t, "8", bought.String(), "oak has had its turn: what is left of it stands in no more")
}

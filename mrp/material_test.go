package mrp_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

func TestOwnMaterials(t *testing.T) {
	ms, err := mrp.OwnMaterials("WO-1", []mrp.OwnLine{
		{Item: "STEEL", Qty: qty("120")}, {Item: "SWARF", Qty: qty("3"), ByProduct: true, Share: dec("5")},
	})
	require.NoError(t, err)
	require.Equal(t, []mrp.Material{
		{Order: "WO-1", Line: 1, Item: "STEEL", Required: qty("120")},
		{Order: "WO-1", Line: 2, Item: "SWARF", Required: qty("3"), ByProduct: true, Share: dec("5")},
	}, ms)
	for name, c := range map[string]struct {
		lines []mrp.OwnLine
		code  refusal.Code
	}{
		"none of it":       {[]mrp.OwnLine{{Item: "A"}}, refusal.InvalidQuantity},
		"shares above 100": {[]mrp.OwnLine{{Item: "A", Qty: qty("1"), Share: dec("60")}, {Item: "B", Qty: qty("1"), Share: dec("60")}}, refusal.InvalidAmount},
		"too many lines":   {make([]mrp.OwnLine, mrp.MaxChildren+1), refusal.LimitExceeded},
	} {
		_, err := mrp.OwnMaterials("WO-1", c.lines)
		require.Equal(t, c.code, refusal.CodeOf(err), name)
	}
}

func TestNeedOfPartOfAnOrder(t *testing.T) {
	bom := mrp.Material{PerUnit: qty("1"), BOMQty: qty("3"), Required: qty("1.333334")} // of 4 ordered
	lossy := mrp.Material{PerUnit: qty("2"), BOMQty: qty("1"), Scrap: dec("20"), Required: qty("12.5")}
	cases := []struct {
		name     string
		m        mrp.Material
		ordered  string
		yield    string
		done     string
		required string
	}{
		{"nothing done", bom, "4", "0", "0", "0"},
		{"one of four", bom, "4", "0", "1", "0.333334"},
		{"three of four: not 1.000001", bom, "4", "0", "3", "1"},
		{"all", bom, "4", "0", "4", "1.333334"},
		{"more than all", bom, "4", "0", "5", "1.333334"},
		{"with losses", lossy, "4", "80", "1", "3.125"},
		{"fixed, nothing done", mrp.Material{Fixed: true, Required: qty("5")}, "4", "0", "0", "0"},
		{"fixed, with the first", mrp.Material{Fixed: true, Required: qty("5")}, "4", "0", "0.1", "5"},
		{"own line: 10 x 1/3", mrp.Material{Required: qty("10")}, "3", "0", "1", "3.333334"},
		{"own by-product: rounded down", mrp.Material{Required: qty("10"), ByProduct: true}, "3", "0", "1", "3.333333"},
		{"through a phantom: its part of what is required", mrp.Material{PerUnit: qty("1"), BOMQty: qty("1"), Required: qty("10")}, "4", "0", "1", "2.5"},
		{"an order for nothing", bom, "0", "0", "1", "1.333334"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := mrp.Order{Qty: qty(c.ordered), Yield: dec(c.yield)}
			require.Equal(t, qty(c.required), o.Need(c.m, qty(c.done)))
		})
	}
	require.False(t, mrp.Order{Qty: qty("4")}.Need(bom, uom.FromInt(1<<62)).Valid())
}

func TestOutstanding(t *testing.T) {
	require.Equal(t, qty("2"), mrp.Outstanding(mrp.Material{Required: qty("5"), Issued: qty("3")}))
	require.Equal(t, qty("0"), mrp.Outstanding(mrp.Material{Required: qty("5"), Issued: qty("7")}))
}

// issued notes portions on their lines, as a caller does, and gives what each line has then.
func issued(ms []*mrp.Material, portions []mrp.Portion) (out []string) {
	for _, p := range portions {
		p.Material.Issued = p.Material.Issued.Add(p.Qty)
	}
	for _, m := range ms {
		out = append(out, m.Issued.String())
	}
	return out
}

func TestAllot(t *testing.T) {
	ms := []*mrp.Material{
		{Item: "SUB", Required: qty("3")},
		{Item: "STEEL", Required: qty("9")},
		{Item: "SUB", Required: qty("5")},
		{Item: "SWARF", ByProduct: true, Required: qty("1")},
	}
	for _, step := range []struct {
		name, item, qty string
		want            []string
	}{
		{"the first line first", "SUB", "2", []string{"2", "0", "0", "0"}},
		{"then the next", "SUB", "4", []string{"3", "0", "3", "0"}},
		{"too much goes to the last", "SUB", "4", []string{"3", "0", "7", "0"}},
		{"a return comes off the last", "SUB", "-2", []string{"3", "0", "5", "0"}},
		{"then off the one before", "SUB", "-6", []string{"2", "0", "0", "0"}},
		{"more than was issued is not noted", "SUB", "-3", []string{"0", "0", "0", "0"}},
		{"an item beyond the BOM has no line", "PAINT", "1", []string{"0", "0", "0", "0"}},
		{"a by-product is not issued", "SWARF", "1", []string{"0", "0", "0", "0"}},
		{"nothing", "SUB", "0", []string{"0", "0", "0", "0"}},
	} {
		require.Equal(t, step.want, issued(ms, mrp.Allot(ms, step.item, qty(step.qty))), step.name)
	}
	ms[3].Issued = qty("1")
	require.Equal(t, []string{"0", "0", "0", "0"}, issued(ms, mrp.Unallot(ms, "SWARF", qty("1"), true)), "a by-product undone")
	require.Equal(t, []string{"2", "0", "0", "0"}, issued(ms, mrp.Unallot(ms, "SUB", qty("2"), true)), "a return undone")
	require.Equal(t, []string{"0", "0", "0", "0"}, issued(ms, mrp.Unallot(ms, "SUB", qty("-2"), false)), "an issue undone")
}

func TestAllotDependsOnTheTotalAlone(t *testing.T) {
	rnd := rand.New(rand.NewPCG(31, 32))
	order := func() []*mrp.Material {
		return []*mrp.Material{{Item: "A", Required: qty("3")}, {Item: "A", Required: qty("5")}, {Item: "A", Required: qty("2")}}
	}
	for range 500 {
		steps, total := order(), uom.Quantity{}
		for range 20 {
			q := uom.FromInt(rnd.Int64N(21) - 10).Max(total.Neg())
			total = total.Add(q)
			var sum uom.Quantity
			for _, p := range mrp.Allot(steps, "A", q) {
				sum = sum.Add(p.Qty)
				p.Material.Issued = p.Material.Issued.Add(p.Qty)
			}
			require.Equal(t, q, sum)
			once := order()
			require.Equal(t, issued(once, mrp.Allot(once, "A", total)), issued(steps, nil))
		}
	}
}

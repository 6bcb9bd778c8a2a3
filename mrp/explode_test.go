package mrp_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

func none(string) bool { return false }

func only(items ...string) func(string) bool {
	return func(item string) bool {
		for _, i := range items {
			if i == item {
				return true
			}
		}
		return false
	}
}

var today = day("2026-01-06")

func explode(t *testing.T, b mrp.BOM, lines []mrp.BOMLine, ordered string) []mrp.Material {
	t.Helper()
	b.Item = "P"
	ms, missing, err := mrp.Explode("WO-1", b, lines, qty(ordered), today, &plant{}, none)
	require.NoError(t, err)
	require.Empty(t, missing)
	return ms
}

func TestNeedOfALine(t *testing.T) {
	cases := []struct {
		name              string
		bomQty, line      string
		scrap, yield      string
		fixed             bool
		ordered, required string
	}{
		{"2.5 kg a piece", "1", "2.5", "0", "0", false, "48", "120"},
		{"5 per 2", "2", "5", "0", "0", false, "7", "17.5"},
		{"1 per 3, rounded up once", "3", "1", "0", "0", false, "10", "3.333334"},
		{"scrap 5 %: 10 / 0.95", "1", "1", "5", "0", false, "10", "10.526316"},
		{"scrap 20 %: 10 / 0.8", "1", "1", "20", "0", false, "10", "12.5"},
		{"yield 80 %: 10 x 100/80", "1", "1", "0", "80", false, "10", "12.5"},
		{"both: 10 / 0.8 x 100/80", "1", "1", "20", "80", false, "10", "15.625"},
		{"fixed: once, whatever is ordered", "1", "5", "0", "0", true, "10", "5"},
		{"fixed, also of a BOM for 2", "2", "5", "0", "0", true, "10", "5"},
		{"fixed with its losses", "1", "5", "20", "80", true, "10", "7.8125"},
		{"a millionth is not lost", "1000000", "0.000001", "0", "0", false, "0.000001", "0.000001"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := mrp.BOM{Qty: qty(c.bomQty), Yield: dec(c.yield)}
			l := mrp.BOMLine{Component: "C", Qty: qty(c.line), Scrap: dec(c.scrap), Fixed: c.fixed, Op: "CUT"}
			require.Equal(t, []mrp.Material{{
				Order: "WO-1", Line: 1, Item: "C", Required: qty(c.required), PerUnit: qty(c.line), BOMQty: qty(c.bomQty),
				Fixed: c.fixed, Scrap: dec(c.scrap), Op: "CUT",
			}}, explode(t, b, []mrp.BOMLine{l}, c.ordered))
		})
	}
}

func TestLinesStayApart(t *testing.T) {
	ms := explode(t, mrp.BOM{Qty: qty("3"), Yield: dec("50")}, []mrp.BOMLine{
		{Component: "SUB", Qty: qty("3")},
		{Component: "SUB", Qty: qty("5"), Fixed: true},
		{Component: "SWARF", Qty: qty("1"), ByProduct: true, Share: dec("2.5")},
	}, "10")
	var got [][2]any
	for i, m := range ms {
		require.Equal(t, int32(i+1), m.Line)
		got = append(got, [2]any{m.Item, m.Required.String()})
	}
	require.Equal(t, [][2]any{{"SUB", "20"}, {"SUB", "10"}, {"SWARF", "3.333333"}}, got) // a by-product is rounded down and not inflated
	require.True(t, ms[2].ByProduct)
	require.Equal(t, dec("2.5"), ms[2].Share)
}

func TestPhantoms(t *testing.T) {
	var p plant
	kit := p.add("KIT", "BOLT", "INNER") // kit: 2 bolts each lose 20 %, one inner kit; made in threes
	kit.Qty, kit.lines[0].Qty, kit.lines[0].Scrap = qty("3"), qty("2"), dec("20")
	kit.lines = append(kit.lines, mrp.BOMLine{Component: "DUST", Qty: qty("1"), ByProduct: true, Share: dec("10")})
	p.boms["KIT"][0] = kit
	inner := p.add("INNER", "NUT")
	inner.Yield = dec("50")
	p.boms["INNER"][0] = inner
	later := p.add("INNER", "NEW")
	later.From = day("2026-02-01")
	p.boms["INNER"][1] = later

	b := mrp.BOM{Item: "P", Qty: qty("1")}
	lines := []mrp.BOMLine{{Component: "KIT", Qty: qty("1"), Scrap: dec("50")}, {Component: "CASE", Qty: qty("1")}, {Component: "KIT", Qty: qty("6"), Fixed: true}}
	ms, missing, err := mrp.Explode("WO", b, lines, qty("9"), today, &p, only("KIT", "INNER"))
	require.NoError(t, err)
	require.Empty(t, missing)
	type row struct {
		item, required string
		fixed          bool
	}
	var got []row
	for i, m := range ms {
		require.Equal(t, int32(i+1), m.Line)
		got = append(got, row{m.Item, m.Required.String(), m.Fixed})
	}
	require.Equal(t, []row{
		{"BOLT", "15", false},                                        // 9 / 0.5 = 18 kits / 3 x 2 / 0.8
		{"NUT", "12", false},                                         // 18 / 3 inner kits x 100/50
		{"DUST", "6", false},                                         // comes out of 18 kits
		{"CASE", "9", false},                                         //
		{"BOLT", "5", true}, {"NUT", "4", true}, {"DUST", "2", true}, // 6 kits once, whatever is ordered
	}, got)

	ms, _, err = mrp.Explode("WO", b, lines[:1], qty("9"), day("2026-02-01"), &p, only("KIT", "INNER"))
	require.NoError(t, err)
	require.Equal(t, "NEW", ms[1].Item) // the version of the day
}

func TestAPhantomIsRoundedOnlyAtItsComponents(t *testing.T) {
	var p plant
	kit := p.add("KIT", "BOLT")
	kit.lines[0].Qty = qty("3")
	b := mrp.BOM{Item: "P", Qty: qty("3")}
	ms, _, err := mrp.Explode("WO", b, []mrp.BOMLine{{Component: "KIT", Qty: qty("1")}}, qty("1"), today, &p, only("KIT"))
	require.NoError(t, err)
	require.Equal(t, qty("1"), ms[0].Required) // a third of a kit of 3: not 1.000002
}

func TestExplodeNamesWhatIsNotLoaded(t *testing.T) {
	p := plant{unloaded: map[string]bool{"KIT": true}}
	p.add("KIT", "BOLT")
	b := (&plant{}).add("P", "KIT", "CASE", "KIT")
	ms, missing, err := mrp.Explode("WO", b.BOM, b.lines, qty("1"), today, &p, only("KIT"))
	require.NoError(t, err)
	require.Equal(t, []string{"KIT"}, missing)
	require.Len(t, ms, 1)

	_, missing, err = mrp.Explode("WO", b.BOM, b.lines, qty("1"), today, headsOnly{&p}, only("KIT"))
	require.NoError(t, err)
	require.Equal(t, []string{"KIT"}, missing)
}

// headsOnly has the versions loaded, but none of their lines.
type headsOnly struct{ *plant }

func (p headsOnly) Versions(item string) ([]mrp.BOM, bool) {
	return []mrp.BOM{p.boms[item][0].BOM}, true
}

func (headsOnly) Lines(string, int64) ([]mrp.BOMLine, bool) { return nil, false }

func TestExplodeRefuses(t *testing.T) {
	big := mrp.BOMLine{Component: "C", Qty: qty("9000000000000")}
	byProduct := func(share string) mrp.BOMLine {
		return mrp.BOMLine{Component: "S", Qty: qty("1"), ByProduct: true, Share: dec(share)}
	}
	p := chain(70)
	kit := p.add("KIT", "BOLT")
	kit.lines = append(kit.lines, byProduct("60"))
	p.boms["KIT"][0] = kit
	broken := p.add("BROKEN", "BOLT")
	broken.lines[0].Scrap = dec("100")
	every := func(item string) bool { return item != "BOLT" && item != "C" && item != "L70" }
	one := mrp.BOM{Item: "P", Qty: qty("1")}
	cases := []struct {
		name  string
		bom   mrp.BOM
		lines []mrp.BOMLine
		qty   string
		code  refusal.Code
	}{
		{"an order for nothing", one, nil, "0", refusal.InvalidQuantity},
		{"a BOM for nothing", mrp.BOM{Item: "P"}, []mrp.BOMLine{{Component: "C", Qty: qty("1")}}, "1", refusal.InvalidQuantity},
		{"a phantom without a BOM", one, []mrp.BOMLine{{Component: "AIR", Qty: qty("1")}}, "1", refusal.NotFound},
		{"a phantom that loses everything", one, []mrp.BOMLine{{Component: "BROKEN", Qty: qty("1")}}, "1", refusal.InvalidAmount},
		{"more than a quantity holds", one, []mrp.BOMLine{big}, "2", refusal.LimitExceeded},
		{"a by-product that does not fit", one, []mrp.BOMLine{{Component: "S", Qty: big.Qty, ByProduct: true}}, "2", refusal.LimitExceeded},
		{"by-products of all levels above 100 %", one, []mrp.BOMLine{byProduct("50"), {Component: "KIT", Qty: qty("1")}}, "1", refusal.InvalidAmount},
		{"63 phantoms deep", one, []mrp.BOMLine{{Component: "L7", Qty: qty("1")}}, "1", ""},
		{"64 phantoms deep", one, []mrp.BOMLine{{Component: "L6", Qty: qty("1")}}, "1", refusal.LimitExceeded},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := mrp.Explode("WO", c.bom, c.lines, qty(c.qty), today, p, every)
			require.Equal(t, c.code, refusal.CodeOf(err), "%v", err)
		})
	}
	b := diamond(40).boms["L0"][0]
	for _, last := range []string{"L39", "L40"} { // with components at the bottom or none at all
		d := diamond(40)
		if last == "L40" {
			d.boms["L39"][0] = version{BOM: d.boms["L39"][0].BOM}
		}
		_, _, err := mrp.Explode("WO", b.BOM, b.lines, qty("1"), today, d, func(item string) bool { return item != "L40" })
		require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
	}
}

// exact is the need by the book, in rationals, and the smallest number of millionths that covers it.
func exact(b mrp.BOM, l mrp.BOMLine, done uom.Quantity) *big.Int {
	r := big.NewRat(l.Qty.Units(), 1)
	if !l.Fixed {
		r.Mul(r, big.NewRat(done.Units(), b.Qty.Units()))
	}
	keep := func(percent decimal.Decimal) {
		part := new(big.Rat).Quo(percent.Rat(), big.NewRat(100, 1))
		r.Quo(r, part)
	}
	if !l.ByProduct {
		keep(decimal.NewFromInt(100).Sub(l.Scrap))
		if !b.Yield.IsZero() {
			keep(b.Yield)
		}
	}
	if l.ByProduct {
		return new(big.Int).Div(r.Num(), r.Denom())
	}
	up := new(big.Int).Neg(r.Num())
	return up.Neg(up.Div(up, r.Denom())) // Div rounds down: of the negative, up
}

func randomLine(rnd *rand.Rand) (mrp.BOM, mrp.BOMLine, uom.Quantity) {
	some := func(bits int) uom.Quantity { return uom.FromUnits(1 + rnd.Int64N(1<<(1+rnd.IntN(bits)))) }
	b := mrp.BOM{Item: "P", Qty: some(30)}
	if rnd.IntN(2) == 0 {
		b.Yield = decimal.New(1+rnd.Int64N(10_000), -2)
	}
	l := mrp.BOMLine{Component: "C", Qty: some(30), Fixed: rnd.IntN(5) == 0, ByProduct: rnd.IntN(5) == 0}
	if rnd.IntN(2) == 0 {
		l.Scrap = decimal.New(rnd.Int64N(10_000), -2)
	}
	return b, l, some(48)
}

func TestNeedsAreExact(t *testing.T) {
	rnd := rand.New(rand.NewPCG(21, 22))
	overflows := 0
	for range 10_000 {
		b, l, ordered := randomLine(rnd)
		ms, _, err := mrp.Explode("WO", b, []mrp.BOMLine{l}, ordered, today, &plant{}, none)
		want := exact(b, l, ordered)
		if !want.IsInt64() {
			overflows++
			require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want.Int64(), ms[0].Required.Units())

		// What parts of the order need grows with the part, is exact, and is in the end what the order requires.
		o := mrp.Order{Qty: ordered, Yield: b.Yield}
		done, before := uom.Quantity{}, uom.Quantity{}
		for done.Less(ordered) {
			done = done.Add(uom.FromUnits(1 + rnd.Int64N(ordered.Units()))).Min(ordered)
			need := o.Need(ms[0], done)
			require.Equal(t, exact(b, l, done).Int64(), need.Units())
			require.False(t, need.Less(before))
			before = need
		}
		require.Equal(t, ms[0].Required, before)
	}
	require.Greater(t, overflows, 50)
}

func FuzzExplode(f *testing.F) {
	f.Add(int64(1_000_000), int64(2_500_000), int64(48_000_000), int64(500), int64(9000), false, false)
	f.Add(int64(0), int64(-1), int64(1), int64(10_000), int64(0), true, true)
	f.Fuzz(func(t *testing.T, per, line, ordered, scrap, yield int64, fixed, byProduct bool) {
		b := mrp.BOM{Item: "P", Qty: uom.FromUnits(per), Yield: decimal.New(yield, -2)}
		l := mrp.BOMLine{Component: "C", Qty: uom.FromUnits(line), Scrap: decimal.New(scrap, -2), Fixed: fixed, ByProduct: byProduct}
		ms, _, err := mrp.Explode("WO", b, []mrp.BOMLine{l}, uom.FromUnits(ordered), today, &plant{}, none)
		if err == nil {
			require.Equal(t, exact(b, l, uom.FromUnits(ordered)).Int64(), ms[0].Required.Units())
			return
		}
		require.Contains(t, []refusal.Code{refusal.InvalidQuantity, refusal.InvalidAmount, refusal.LimitExceeded}, refusal.CodeOf(err))
	})
}

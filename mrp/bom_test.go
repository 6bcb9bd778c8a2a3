package mrp_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

var (
	qty = uom.MustParse
	dec = decimal.RequireFromString
)

func day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// plant is a structure for tests: the versions of each item, each with its lines. Items in unloaded are not known yet.
type plant struct {
	boms     map[string][]version
	unloaded map[string]bool
	asked    int
}

type version struct {
	mrp.BOM
	lines []mrp.BOMLine
}

func (p *plant) Versions(item string) (out []mrp.BOM, known bool) {
	p.asked++
	if p.unloaded[item] {
		return nil, false
	}
	for _, v := range p.boms[item] {
		out = append(out, v.BOM)
	}
	return out, true
}

func (p *plant) Lines(item string, doc int64) ([]mrp.BOMLine, bool) {
	for _, v := range p.boms[item] {
		if v.Doc == doc {
			return v.lines, true
		}
	}
	return nil, false
}

func (p *plant) Parents(item string) (out []string, known bool) {
	for parent, versions := range p.boms {
		for _, v := range versions {
			for _, l := range v.lines {
				if l.Component == item {
					out = append(out, parent)
				}
			}
		}
	}
	return out, true
}

// add gives an item one more version, for one unit, of one each of the components.
func (p *plant) add(item string, components ...string) version {
	if p.boms == nil {
		p.boms = map[string][]version{}
	}
	v := version{BOM: mrp.BOM{Item: item, Doc: int64(len(p.boms[item]) + 1), Qty: qty("1")}}
	for _, c := range components {
		v.lines = append(v.lines, mrp.BOMLine{Component: c, Qty: qty("1")})
	}
	p.boms[item] = append(p.boms[item], v)
	return v
}

func reason(err error) string {
	var e *refusal.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

func TestEffective(t *testing.T) {
	versions := []mrp.BOM{
		{Doc: 1},
		{Doc: 2, From: day("2026-02-01"), To: day("2026-03-01")},
		{Doc: 4, From: day("2026-02-01"), To: day("2026-02-10")},
		{Doc: 3, From: day("2026-02-01"), To: day("2026-02-10")},
	}
	for on, doc := range map[string]int64{
		"2026-01-31": 1, "2026-02-01": 4, "2026-02-09": 4, "2026-02-10": 2, "2026-02-28": 2, "2026-03-01": 1,
	} {
		b, ok := mrp.Effective(versions, day(on))
		require.True(t, ok)
		require.Equal(t, doc, b.Doc, on)
	}
	_, ok := mrp.Effective(versions[1:], day("2026-01-31"))
	require.False(t, ok)
}

func TestCheckBOM(t *testing.T) {
	line := func(change func(*mrp.BOMLine)) []mrp.BOMLine {
		l := mrp.BOMLine{Component: "STEEL", Qty: qty("2.5")}
		change(&l)
		return []mrp.BOMLine{{Component: "BOLT", Qty: qty("4")}, l}
	}
	good := mrp.BOM{Item: "SHAFT", Qty: qty("1")}
	with := func(change func(*mrp.BOM)) mrp.BOM { b := good; change(&b); return b }
	cases := []struct {
		name  string
		bom   mrp.BOM
		lines []mrp.BOMLine
		code  refusal.Code
		line  int
	}{
		{"plain", good, line(func(*mrp.BOMLine) {}), "", 0},
		{"no lines", good, nil, "", 0},
		{"yield 100", with(func(b *mrp.BOM) { b.Yield = dec("100") }), nil, "", 0},
		{"scrap 99.9999999999999999", good, line(func(l *mrp.BOMLine) { l.Scrap = dec("99.9999999999999999") }), "", 0},
		{"for nothing", with(func(b *mrp.BOM) { b.Qty = qty("0") }), nil, refusal.InvalidQuantity, 0},
		{"for a quantity that did not fit", with(func(b *mrp.BOM) { b.Qty = uom.FromInt(1 << 62) }), nil, refusal.InvalidQuantity, 0},
		{"yield above 100", with(func(b *mrp.BOM) { b.Yield = dec("100.01") }), nil, refusal.InvalidAmount, 0},
		{"yield below 0", with(func(b *mrp.BOM) { b.Yield = dec("-1") }), nil, refusal.InvalidAmount, 0},
		{"yield of a billion digits", with(func(b *mrp.BOM) { b.Yield = decimal.New(1, -999_999_999) }), nil, refusal.LimitExceeded, 0},
		{"ends as it begins", with(func(b *mrp.BOM) { b.From, b.To = day("2026-01-01"), day("2026-01-01") }), nil, refusal.InvalidDate, 0},
		{"none of it", good, line(func(l *mrp.BOMLine) { l.Qty = qty("0") }), refusal.InvalidQuantity, 2},
		{"scrap 100", good, line(func(l *mrp.BOMLine) { l.Scrap = dec("100") }), refusal.InvalidAmount, 2},
		{"scrap below 0", good, line(func(l *mrp.BOMLine) { l.Scrap = dec("-1") }), refusal.InvalidAmount, 2},
		{"scrap of a billion digits", good, line(func(l *mrp.BOMLine) { l.Scrap = decimal.New(1, 999_999_999) }), refusal.LimitExceeded, 2},
		{"share below 0", good, line(func(l *mrp.BOMLine) { l.ByProduct, l.Share = true, dec("-1") }), refusal.InvalidAmount, 2},
		{"share of 17 decimals", good, line(func(l *mrp.BOMLine) { l.Share = dec("0.00000000000000001") }), refusal.LimitExceeded, 2},
		{"of itself", good, line(func(l *mrp.BOMLine) { l.Component = "SHAFT" }), refusal.CyclicBOM, 2},
		{"shares above 100 together", good, []mrp.BOMLine{
			{ByProduct: true, Component: "A", Qty: qty("1"), Share: dec("60")},
			{ByProduct: true, Component: "B", Qty: qty("1"), Share: dec("40.01")},
		}, refusal.InvalidAmount, 2},
		{"too many lines", good, make([]mrp.BOMLine, mrp.MaxChildren+1), refusal.LimitExceeded, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := mrp.CheckBOM(c.bom, c.lines)
			require.Equal(t, c.code, refusal.CodeOf(err), "%v", err)
			var e *refusal.Error
			if errors.As(err, &e) {
				require.Equal(t, c.line, e.Line)
			}
		})
	}
}

func TestFindCycle(t *testing.T) {
	var p plant
	p.add("B", "C", "STEEL")
	p.add("B", "D") // another version: what is no longer valid still counts
	p.add("C", "STEEL")
	p.add("D", "A")
	p.add("X", "Y")
	p.add("Y", "Z")
	p.add("Z", "Y") // cannot have come in by the door, but must not hang
	by := version{BOM: mrp.BOM{Item: "C"}, lines: []mrp.BOMLine{{Component: "B", ByProduct: true, Qty: qty("1")}}}
	cases := []struct {
		name   string
		bom    version
		code   refusal.Code
		reason string
	}{
		{"bought parts", (&plant{}).add("N", "STEEL", "BOLT"), "", ""},
		{"the same part twice", (&plant{}).add("N", "C", "C", "STEEL"), "", ""},
		{"itself", (&plant{}).add("A", "A"), refusal.CyclicBOM, "A > A"},
		{"through an older version", (&plant{}).add("A", "STEEL", "B"), refusal.CyclicBOM, "A > B > D > A"},
		{"not through the root", (&plant{}).add("N", "X"), refusal.CyclicBOM, "Y > Z > Y"},
		{"a by-product is not a component", by, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			missing, err := mrp.FindCycle(c.bom.BOM, c.bom.lines, &p, &p)
			require.Equal(t, c.code, refusal.CodeOf(err))
			require.Equal(t, c.reason, reason(err))
			require.Empty(t, missing)
		})
	}
}

func TestFindCycleNamesWhatIsNotLoaded(t *testing.T) {
	p := plant{unloaded: map[string]bool{"B": true, "C": true, "D": true}}
	p.add("B", "D")
	p.add("C", "D")
	p.add("D", "A")
	root := (&plant{}).add("A", "B", "C", "B")
	for _, want := range [][]string{{"B", "C"}, {"D"}} { // one load per frontier, each item once
		missing, err := mrp.FindCycle(root.BOM, root.lines, &p, &p)
		require.NoError(t, err)
		require.Equal(t, want, missing)
		for _, item := range missing {
			delete(p.unloaded, item)
		}
	}
	_, err := mrp.FindCycle(root.BOM, root.lines, &p, &p)
	require.Equal(t, "A > B > D > A", reason(err))
}

// chain gives a plant in which L0 has L1, L1 has L2, and so on for n levels.
func chain(n int) *plant {
	var p plant
	for i := range n {
		p.add(fmt.Sprint("L", i), fmt.Sprint("L", i+1))
	}
	return &p
}

func TestDepth(t *testing.T) {
	p := chain(mrp.MaxDepth)
	p.add("SIDE", "L1")
	for name, c := range map[string]struct {
		bom  version
		code refusal.Code
	}{
		"64 levels":                         {(&plant{}).add("TOP", "L1"), ""},
		"65 levels":                         {(&plant{}).add("TOP", "L0"), refusal.LimitExceeded},
		"65 levels, first seen on 64":       {(&plant{}).add("TOP", "L1", "L0"), refusal.LimitExceeded},
		"65 levels by a part known already": {(&plant{}).add("TOP", "L2", "SIDE"), refusal.LimitExceeded},
	} {
		_, err := mrp.FindCycle(c.bom.BOM, c.bom.lines, p, p)
		require.Equal(t, c.code, refusal.CodeOf(err), name)
	}
	for name, c := range map[string]struct {
		bom  version
		code refusal.Code
	}{
		"64 levels, the last one new":                    {(&plant{}).add("L63", "L64"), ""},
		"65 levels, the last one new":                    {(&plant{}).add("L64", "NEW"), refusal.LimitExceeded},
		"65 levels, joined in the middle":                {(&plant{}).add("L33", "OTHER0"), refusal.LimitExceeded},
		"64 levels, joined in the middle":                {(&plant{}).add("L32", "OTHER0"), ""},
		"what goes into something itself is not counted": {(&plant{}).add("SIDE", "OTHER0"), ""},
	} {
		for i := range 31 {
			p.add(fmt.Sprint("OTHER", i), fmt.Sprint("OTHER", i+1))
		}
		_, err := mrp.FindCycle(c.bom.BOM, c.bom.lines, p, p)
		require.Equal(t, c.code, refusal.CodeOf(err), name)
	}
	long := chain(100_000)
	root := (&plant{}).add("TOP", "L0")
	_, err := mrp.FindCycle(root.BOM, root.lines, long, long)
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
	require.Less(t, long.asked, 100, "the walk goes no deeper than it may")
}

// diamond has two paths from every level to the next: 2^n paths in all.
func diamond(n int) *plant {
	var p plant
	for i := range n {
		p.add(fmt.Sprint("L", i), fmt.Sprint("L", i+1), fmt.Sprint("L", i+1))
	}
	return &p
}

func TestADiamondOfFortyLevelsIsWalkedOnce(t *testing.T) {
	p := diamond(40)
	root := (&plant{}).add("TOP", "L0", "L0")
	_, err := mrp.FindCycle(root.BOM, root.lines, p, p)
	require.NoError(t, err)
	require.Equal(t, 41, p.asked)
	last := p.boms["L39"][0]
	last.lines = append(last.lines, mrp.BOMLine{Component: "TOP", Qty: qty("1")})
	p.boms["L39"][0] = last
	_, err = mrp.FindCycle(root.BOM, root.lines, p, p)
	require.Equal(t, refusal.CyclicBOM, refusal.CodeOf(err))
}

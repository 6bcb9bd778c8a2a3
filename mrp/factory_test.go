package mrp_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
)

// maker makes up factories with everything that a plan knows: four levels, phantoms, by-products, alternates, losses, fixed lines, versions, calendars, all lot
// rules, orders on their way with what they still take, forecasts, and days before and behind the horizon.
type maker struct {
	*rand.Rand
	p     mrp.Problem
	boms  []mrp.BOM
	lines []mrp.BOMLine
	weeks bool // everything happens on mondays
}

func (m *maker) chance(of int) bool { return m.IntN(of) == 0 }

func (m *maker) qty(most int) uom.Quantity {
	if m.chance(3) {
		return uom.FromUnits(int64(1+m.IntN(most*8)) * 125_000)
	}
	return uom.FromInt(int64(1 + m.IntN(most)))
}

func (m *maker) day(from, to int) calendar.Date {
	if m.weeks {
		return monday.AddDays((from + m.IntN(to-from)) / 7 * 7)
	}
	return monday.AddDays(from + m.IntN(to-from))
}

func (m *maker) lead() int {
	if m.weeks {
		return 7 * m.IntN(3)
	}
	return m.IntN(6)
}

func (m *maker) lot() mrp.LotRule {
	q := uom.FromInt
	costs := func(rule string) mrp.LotRule {
		return mrp.LotRule{Rule: rule, Demand: decimal.NewFromInt(400), OrderCost: decimal.NewFromInt(int64(20 + m.IntN(200))), HoldingCost: decimal.New(int64(1+m.IntN(30)), -1)}
	}
	return []mrp.LotRule{
		{},
		{Rule: mrp.LotForLot},
		{Rule: mrp.MinMax, Min: q(20), Max: q(60), Multiple: q(5)},
		{Rule: mrp.MinMax, Multiple: q(12)},
		{Rule: mrp.PeriodsOf, Periods: 4},
		{Rule: mrp.FixedLot, Qty: q(30)},
		{Rule: mrp.OrderUpTo, Min: q(5), Target: q(40)},
		costs(mrp.EOQ), costs(mrp.WagnerWhitin), costs(mrp.SilverMeal), costs(mrp.PartPeriod), costs(mrp.LeastUnitCost),
	}[m.IntN(12)]
}

// anyFactory makes up a problem. Of each level the last is a phantom, or a by-product where nothing is made.
func anyFactory(rnd *rand.Rand) mrp.Problem {
	m := &maker{Rand: rnd, weeks: rnd.IntN(3) == 0}
	m.p = mrp.Problem{Start: monday, Bucket: 1 + 6*rnd.IntN(2), Buckets: 20 + rnd.IntN(30)}
	levels := [][]string{{"A1", "A2", "A3"}, {"B1", "B2", "BP"}, {"C1", "C2", "CP"}, {"D1", "D2", "D3", "D4"}}
	if !m.weeks && m.chance(2) {
		m.p.Calendars = []mrp.WorkCalendar{{Code: "FIVE", Workdays: "mon tue wed thu fri", Holidays: "2026-03-10 2026-04-03"}, {Code: "SIX", Workdays: "mon tue wed thu fri sat"}}
	}
	for level, codes := range levels {
		for _, code := range codes {
			i := mrp.PlanItem{Code: code, Make: level < 3, Phantom: code[1] == 'P', LeadTime: m.lead(), OnHand: m.qty(40), Lot: m.lot(), Protect: m.chance(4)}
			if m.chance(3) {
				i.SafetyStock = m.qty(12)
			}
			if m.chance(20) {
				i.OnHand = m.qty(5).Neg()
			}
			if len(m.p.Calendars) > 0 {
				i.Calendar = []string{"", "FIVE", "SIX", "NONE"}[m.IntN(4)]
			}
			m.p.Items = append(m.p.Items, i)
			if level < 3 {
				m.recipe(code, levels[level+1:])
			}
		}
	}
	m.p.BOMs = newRecipes(m.boms, m.lines)
	m.orders(levels)
	return m.p
}

// recipe gives an item one version, or two, one after the other.
func (m *maker) recipe(code string, below [][]string) {
	until := calendar.Date(0)
	if m.chance(3) {
		until = m.day(0, 40)
	}
	m.version(code, 0, until, below)
	if until != 0 && m.chance(2) {
		m.version(code, until, 0, below)
	} else if until != 0 { // the second holds already while the first still does
		m.version(code, until.AddDays(-3), 0, below)
	}
}

func (m *maker) version(code string, from, to calendar.Date, below [][]string) {
	doc := int64(len(m.boms) + 1)
	b := mrp.BOM{Item: code, Doc: doc, From: from, To: to, Qty: uom.FromInt(int64(1 + m.IntN(2)*m.IntN(7)))}
	if m.chance(4) {
		b.Yield = decimal.NewFromInt(int64(80 + m.IntN(20)))
	}
	m.boms = append(m.boms, b)
	for n := range 1 + m.IntN(3) {
		codes := below[m.IntN(min(2, len(below)))]
		l := mrp.BOMLine{Item: code, Doc: doc, Line: int32(n + 1), Component: codes[m.IntN(len(codes))], Qty: m.qty(4), Fixed: m.chance(8)}
		if m.chance(4) {
			l.Scrap = decimal.New(int64(m.IntN(2000)), -2)
		}
		if m.chance(6) {
			l.Alternates = codes[m.IntN(len(codes))] + " " + codes[m.IntN(len(codes))]
		}
		m.lines = append(m.lines, l)
	}
	if m.chance(4) {
		m.lines = append(m.lines, mrp.BOMLine{Item: code, Doc: doc, Line: 9, Component: below[len(below)-1][3], ByProduct: true, Qty: m.qty(2)})
	}
}

func (m *maker) orders(levels [][]string) {
	for n := range 1 + m.IntN(20) {
		d := mrp.Demand{Ref: fmt.Sprint("SO-", m.IntN(15)), Item: m.p.Items[m.IntN(len(m.p.Items))].Code, Qty: m.qty(40), Due: m.day(-5, 60), Forecast: m.chance(5), Doc: int64(n)}
		m.p.Demands = append(m.p.Demands, d)
	}
	for n := range m.IntN(6) {
		s := mrp.Supply{Ref: fmt.Sprint("WO-", n), Item: m.p.Items[m.IntN(len(m.p.Items))].Code, Qty: m.qty(40), Due: m.day(-5, 60), Firm: m.chance(2)}
		s.Start = s.Due.AddDays(-7)
		if level := int(s.Item[0] - 'A'); level < 3 && m.chance(2) {
			codes := levels[level+1]
			s.Needs = append(s.Needs, mrp.Material{Item: codes[m.IntN(len(codes))], Required: m.qty(20)})
			if m.chance(2) {
				s.Needs[0].Alternates = codes[m.IntN(len(codes))]
			}
			if m.chance(3) {
				s.Needs = append(s.Needs, mrp.Material{Item: "D4", Required: m.qty(5), ByProduct: true})
			}
		}
		m.p.Supplies = append(m.p.Supplies, s)
	}
}

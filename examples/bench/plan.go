package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
)

// factory is a structure by levels: items of a level go into those above it.
type factory struct {
	level   int      // items a level
	levels  int      //
	parts   [][]part // of each item
	leads   []int    // buckets
	lots    []int64  // what an order is a multiple of; 0: lot for lot
	here    []int64  // on hand
	demands []wanted //
	buckets int      //
	days    int      // of a bucket
}

type part struct{ item, qty int32 }

type wanted struct {
	item, bucket int32
	qty          int64
}

func newFactory(items, levels, parts, buckets, days int, seed uint64) (*factory, *rand.Rand) {
	f := &factory{level: max(items/levels, parts+1), levels: levels, buckets: buckets, days: days}
	n := f.level * levels
	f.parts, f.leads, f.lots, f.here = make([][]part, n), make([]int, n), make([]int64, n), make([]int64, n)
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range n - f.level {
		below := (i/f.level + 1) * f.level
		for _, at := range random.Perm(f.level)[:parts] {
			f.parts[i] = append(f.parts[i], part{int32(below + at), 1 + random.Int32N(3)})
		}
	}
	return f, random
}

var planDay = calendar.NewDate(2026, 1, 5)

func planItem(i int) string { return "I" + strconv.Itoa(i) }

// problem is the factory as the library is told it.
func (f *factory) problem() mrp.Problem {
	p := mrp.Problem{Start: planDay, Bucket: f.days, Buckets: f.buckets}
	var boms []mrp.BOM
	var lines []mrp.BOMLine
	for i := range f.parts {
		item := mrp.PlanItem{Code: planItem(i), Make: len(f.parts[i]) > 0, LeadTime: f.leads[i] * f.days, OnHand: uom.FromInt(f.here[i])}
		if f.lots[i] > 0 {
			item.Lot = mrp.LotRule{Rule: mrp.MinMax, Multiple: uom.FromInt(f.lots[i])}
		}
		p.Items = append(p.Items, item)
		if len(f.parts[i]) > 0 {
			boms = append(boms, mrp.BOM{Item: item.Code, Doc: 1, Qty: uom.FromInt(1)})
		}
		for n, l := range f.parts[i] {
			lines = append(lines, mrp.BOMLine{Item: item.Code, Doc: 1, Line: int32(n + 1), Component: planItem(int(l.item)), Qty: uom.FromInt(int64(l.qty))})
		}
	}
	p.BOMs = mrp.NewRecipes(boms, lines)
	for n, d := range f.demands {
		p.Demands = append(p.Demands, mrp.Demand{Doc: int64(n + 1), Ref: "SO-" + strconv.Itoa(n), Item: planItem(int(d.item)), Qty: uom.FromInt(d.qty), Due: planDay.AddDays(int(d.bucket) * f.days)})
	}
	return p
}

// perItem adds up what a plan orders of each item.
func (f *factory) perItem(p mrp.Plan) ([]int64, error) {
	at := map[string]int{}
	for i := range f.parts {
		at[planItem(i)] = i
	}
	sums := make([]int64, len(f.parts))
	for _, o := range p.Orders {
		sums[at[o.Item]] += o.Qty.Units() / million
	}
	return sums, nil
}

func (f *factory) works(name, unit string, n int, bar float64, floor func() []int64) []work {
	p := f.problem()
	var wanted []int64
	var plan mrp.Plan
	return []work{{
		name: name, unit: unit, n: n, bar: bar,
		floor: func() error { wanted = floor(); return nil },
		ours:  func() (err error) { plan, err = mrp.MakePlan(p); return err },
		check: func() error {
			have, err := f.perItem(plan)
			for i := range have {
				if err == nil && have[i] != wanted[i] {
					err = fmt.Errorf("%s: ours orders %d, floor %d", planItem(i), have[i], wanted[i])
				}
			}
			return err
		},
		notes: func() string { return fmt.Sprintf("%d planned orders", len(plan.Orders)) },
	}}
}

// b1 plans by weeks, without links.
func b1(o options) ([]work, error) {
	f, random := newFactory(o.size(200_000), 6, 6, 52, 7, 1)
	for i := range f.parts {
		f.leads[i], f.here[i] = random.IntN(4), random.Int64N(1000)
		if i%3 == 0 {
			f.lots[i] = 50 + random.Int64N(500)
		}
	}
	for i := range f.level {
		for b := range f.buckets {
			f.demands = append(f.demands, wanted{int32(i), int32(b), 1 + random.Int64N(100)})
		}
	}
	lines := (f.levels - 1) * f.level * 6
	return f.works(fmt.Sprintf("%d items, %d lines, 52 weeks", len(f.parts), lines), "line", lines, 1.5, f.net), nil
}

// net is the floor: levels from the top, buckets in order, in rows of integers.
func (f *factory) net() []int64 {
	n := len(f.parts)
	gross, sums := make([]int64, n*f.buckets), make([]int64, n)
	for _, d := range f.demands {
		gross[int(d.item)*f.buckets+int(d.bucket)] += d.qty
	}
	orders := make([]int64, f.buckets)
	for i := range n {
		clear(orders)
		here := f.here[i]
		for b, g := range gross[i*f.buckets : (i+1)*f.buckets] {
			if here -= g; here >= 0 {
				continue
			}
			qty := -here
			if lot := f.lots[i]; lot > 0 {
				qty = (qty + lot - 1) / lot * lot
			}
			here += qty
			sums[i] += qty
			orders[max(b-f.leads[i], 0)] += qty
		}
		for _, p := range f.parts[i] {
			to := gross[int(p.item)*f.buckets : (int(p.item)+1)*f.buckets]
			for b, qty := range orders {
				to[b] += int64(p.qty) * qty
			}
		}
	}
	return sums
}

// b2 plans by days, and links every order to what it is for.
func b2(o options) ([]work, error) {
	f, random := newFactory(o.size(10_000), 5, 2, 364, 1, 2)
	for i := range f.leads {
		f.leads[i] = 1
	}
	for range o.size(100_000) {
		f.demands = append(f.demands, wanted{random.Int32N(int32(f.level)), 60 + random.Int32N(300), 1 + random.Int64N(100)})
	}
	return f.works(fmt.Sprintf("%d items, %d demands, 364 days", len(f.parts), len(f.demands)), "demand", len(f.demands), 4, f.link), nil
}

// link is the floor: an order for every demand and part, with the order that it is for.
func (f *factory) link() []int64 {
	type order struct {
		qty                       int64
		item, parent, day, demand int32
	}
	var orders []order
	sums := make([]int64, len(f.parts))
	for n, d := range f.demands {
		at := len(orders)
		orders = append(orders, order{d.qty, d.item, -1, d.bucket, int32(n)})
		for ; at < len(orders); at++ {
			o := orders[at]
			sums[o.item] += o.qty
			for _, p := range f.parts[o.item] {
				orders = append(orders, order{o.qty * int64(p.qty), p.item, int32(at), max(o.day-1, 0), int32(n)})
			}
		}
	}
	return sums
}

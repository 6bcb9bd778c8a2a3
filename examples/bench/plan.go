package main

import (
	"fmt"
	"math/rand/v2"
	"unsafe"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
)

// factory is a structure by levels: items of a level go into those of the level above it, or of any.
type factory struct {
	level   int     // items a level
	levels  int     //
	items   int     //
	partsAt []int32 // of each item, its first in parts; one more
	parts   []part
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

func newFactory(items, levels, parts, buckets, days int, any bool, seed uint64) (*factory, *rand.Rand) {
	f := &factory{level: max(items/levels, parts+1), levels: levels, buckets: buckets, days: days}
	f.items = f.level * levels
	f.leads, f.lots, f.here = make([]int, f.items), make([]int64, f.items), make([]int64, f.items)
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range f.items {
		f.partsAt = append(f.partsAt, int32(len(f.parts)))
		if i >= f.items-f.level {
			continue
		}
		below, among := (i/f.level+1)*f.level, f.level
		if any {
			among = f.items - below
		}
		for n := 0; n < parts; n++ {
			p := part{int32(below + random.IntN(among)), 1 + random.Int32N(3)}
			f.parts = append(f.parts, p)
		}
	}
	f.partsAt = append(f.partsAt, int32(len(f.parts)))
	return f, random
}

func (f *factory) of(i int) []part { return f.parts[f.partsAt[i]:f.partsAt[i+1]] }

var planDay = calendar.NewDate(2026, 1, 5)

func planItem(i int) string { return fmt.Sprintf("I%06d", i) }

// problem is the factory as the library is told it.
func (f *factory) problem() mrp.Problem {
	p := mrp.Problem{Start: planDay, Bucket: f.days, Buckets: f.buckets}
	var boms []mrp.BOM
	var lines []mrp.BOMLine
	for i := range f.items {
		item := mrp.PlanItem{Code: planItem(i), Make: len(f.of(i)) > 0, LeadTime: f.leads[i] * f.days, OnHand: uom.FromInt(f.here[i])}
		if f.lots[i] > 0 {
			item.Lot = mrp.LotRule{Rule: mrp.MinMax, Multiple: uom.FromInt(f.lots[i])}
		}
		p.Items = append(p.Items, item)
		if len(f.of(i)) > 0 {
			boms = append(boms, mrp.BOM{Item: item.Code, Doc: 1, Qty: uom.FromInt(1)})
		}
		for n, l := range f.of(i) {
			lines = append(lines, mrp.BOMLine{Item: item.Code, Doc: 1, Line: int32(n + 1), Component: planItem(int(l.item)), Qty: uom.FromInt(int64(l.qty))})
		}
	}
	p.BOMs = mrp.NewRecipes(boms, lines)
	return p
}

// needs are the demands as the library is told them.
func (f *factory) needs(n *mrp.Network) []mrp.Need {
	out := make([]mrp.Need, len(f.demands))
	for k, d := range f.demands {
		out[k] = f.need(n, d)
	}
	return out
}

func (f *factory) need(n *mrp.Network, d wanted) mrp.Need {
	item, _ := n.Item(planItem(int(d.item)))
	return mrp.Need{Item: item, Qty: uom.FromInt(d.qty), Due: planDay.AddDays(int(d.bucket) * f.days)}
}

// planning is a factory with its network and what was planned last.
type planning struct {
	*factory
	network  *mrp.Network
	needs    []mrp.Need
	schedule *mrp.Schedule
}

func (f *factory) planning() (*planning, error) {
	n, err := mrp.NewNetwork(f.problem())
	if err != nil {
		return nil, err
	}
	return &planning{factory: f, network: n, needs: f.needs(n)}, nil
}

func (p *planning) plan() (err error) {
	p.schedule, err = p.network.Plan(p.needs)
	return err
}

// same compares a schedule with what the floor releases, item by item and bucket by bucket.
func (p *planning) same(s *mrp.Schedule, released []int64) error {
	row := make([]int64, p.buckets)
	for i := range p.items {
		clear(row)
		item, _ := p.network.Item(planItem(i))
		for _, o := range s.Of(item) {
			row[max(o.Release.Sub(planDay), 0)/p.days] += o.Qty.Units() / million
		}
		for b, have := range row {
			if want := released[i*p.buckets+b]; have != want {
				return fmt.Errorf("%s: ours releases %d in bucket %d, floor %d", planItem(i), have, b, want)
			}
		}
	}
	return nil
}

// weekly is the factory of B1 and B3.
func weekly(o options) *factory {
	f, random := newFactory(o.size(200_000), 6, 6, 52, 7, true, 1)
	for i := range f.items {
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
	return f
}

// b1 plans by weeks, without links.
func b1(o options) ([]work, error) {
	p, err := weekly(o).planning()
	if err != nil {
		return nil, err
	}
	rows := newRows(p.factory)
	return []work{{
		name: fmt.Sprintf("%d items, %d lines, 52 weeks", p.items, len(p.parts)), unit: "line", n: len(p.parts), bar: 1.5,
		floor: func() error { rows.run(); return nil },
		ours:  p.plan,
		check: func() error { return p.same(p.schedule, rows.released) },
		notes: func() string { return fmt.Sprintf("%d planned orders", p.schedule.Orders()) },
	}}, nil
}

// b3 changes a hundred demands of B1 and plans only what they touch. The floor plans all; the share of lines above the touched items is what counts of its time.
func b3(o options) ([]work, error) {
	f := weekly(o)
	p, err := f.planning()
	if err != nil {
		return nil, err
	}
	if err := p.plan(); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(3, 1))
	var changes []mrp.Changed
	for range 100 {
		k := random.IntN(len(f.demands))
		f.demands[k].qty = 1 + random.Int64N(100)
		changes = append(changes, mrp.Changed{Demand: k, Need: f.need(p.network, f.demands[k])})
	}
	rows := newRows(f)
	var next *mrp.Schedule
	var changed []int32
	touched := func() float64 { // what the items whose orders changed are made of was planned again
		again := make([]bool, f.items)
		for _, i := range changed {
			for _, l := range f.of(int(i)) { // the library numbers the items as the factory does
				again[l.item] = true
			}
		}
		lines := 0
		for _, l := range f.parts {
			if again[l.item] {
				lines++
			}
		}
		return float64(lines) / float64(len(f.parts))
	}
	return []work{{
		name: fmt.Sprintf("%d items, %d lines, 100 demands changed", f.items, len(f.parts)), unit: "line", n: len(f.parts), bar: 2,
		floor: func() error { rows.run(); return nil },
		share: touched,
		ours:  func() (err error) { next, changed, err = p.schedule.Change(changes...); return err },
		check: func() error { return p.same(next, rows.released) },
		notes: func() string {
			return fmt.Sprintf("%d items have other orders; %.0f %% of the lines touched", len(changed), 100*touched())
		},
	}}, nil
}

// rows are the floor of B1: levels from the top, buckets in order, in rows of integers.
type rows struct {
	*factory
	demanded, gross, released []int64
}

func newRows(f *factory) *rows {
	n := f.items * f.buckets
	r := &rows{f, make([]int64, n), make([]int64, n), make([]int64, n)}
	for _, d := range f.demands {
		r.demanded[int(d.item)*f.buckets+int(d.bucket)] += d.qty
	}
	return r
}

func (r *rows) run() {
	copy(r.gross, r.demanded)
	for i := range r.items {
		r.net(i)
		from := r.released[i*r.buckets:][:r.buckets]
		for _, p := range r.of(i) {
			qty, to := int64(p.qty), r.gross[int(p.item)*r.buckets:][:len(from)]
			for b := range to {
				to[b] += qty * from[b]
			}
		}
	}
}

func (r *rows) net(i int) {
	released := r.released[i*r.buckets : (i+1)*r.buckets]
	clear(released)
	here, lead, lot := r.here[i], r.leads[i], r.lots[i]
	for b, g := range r.gross[i*r.buckets : (i+1)*r.buckets] {
		if here -= g; here >= 0 {
			continue
		}
		qty := -here
		if lot > 0 {
			qty = (qty + lot - 1) / lot * lot
		}
		here += qty
		released[max(b-lead, 0)] += qty
	}
}

// b2 plans by days, and links every order to what it is for.
func b2(o options) ([]work, error) {
	f, random := newFactory(o.size(10_000), 5, 2, 364, 1, false, 2)
	for i := range f.leads {
		f.leads[i] = 1
	}
	for range o.size(100_000) {
		f.demands = append(f.demands, wanted{random.Int32N(int32(f.level)), 60 + random.Int32N(300), 1 + random.Int64N(100)})
	}
	p, err := f.planning()
	if err != nil {
		return nil, err
	}
	recipes := make([][]part, f.items)
	for i := range recipes {
		recipes[i] = f.of(i)
	}
	var links [][]mrp.Link
	var orders []order
	var totals []int64
	return []work{{
		name: fmt.Sprintf("%d items, %d demands, 364 days", f.items, len(f.demands)), unit: "demand", n: len(f.demands), bar: 4,
		floor: func() error { orders, totals = f.link(recipes); return nil },
		ours: func() error {
			err := p.plan()
			links = make([][]mrp.Link, f.items)
			for i := range links {
				links[i] = p.schedule.Links(int32(i))
			}
			return err
		},
		check: func() error {
			for level, total := range f.totals(p) {
				if total != totals[level] {
					return fmt.Errorf("level %d: ours %d, floor %d", level, total, totals[level])
				}
			}
			return p.same(p.schedule, f.released(orders))
		},
		notes: func() string {
			n := 0
			for _, of := range links {
				n += cap(of)
			}
			return fmt.Sprintf("%d planned orders, %d links, %d B an order; floor: %d orders", p.schedule.Orders(), n, n*int(unsafe.Sizeof(mrp.Link{}))/p.schedule.Orders()+16, len(orders))
		},
	}}, nil
}

// order of the floor: its parent is the order that it is for.
type order struct {
	qty                       int64
	item, parent, day, demand int32
}

// link is the floor: an order for every demand and part, with the order that it is for, and what every level makes.
func (f *factory) link(recipes [][]part) ([]order, []int64) {
	orders, totals := make([]order, 0, 1<<20), make([]int64, f.levels)
	for n, d := range f.demands {
		at := len(orders)
		orders = append(orders, order{d.qty, d.item, -1, d.bucket, int32(n)})
		for ; at < len(orders); at++ {
			o := orders[at]
			totals[min(int(o.item)/f.level, f.levels-1)] += o.qty
			for _, p := range recipes[o.item] {
				orders = append(orders, order{o.qty * int64(p.qty), p.item, int32(at), max(o.day-1, 0), int32(n)})
			}
		}
	}
	return orders, totals
}

// totals is what the library makes of every level.
func (f *factory) totals(p *planning) []int64 {
	out := make([]int64, f.levels)
	for i := range f.items {
		item, _ := p.network.Item(planItem(i))
		for _, o := range p.schedule.Of(item) {
			out[i/f.level] += o.Qty.Units() / million
		}
	}
	return out
}

// released is what these orders release of every item on every day.
func (f *factory) released(orders []order) []int64 {
	out := make([]int64, f.items*f.buckets)
	for _, o := range orders {
		out[int(o.item)*f.buckets+int(max(o.day-1, 0))] += o.qty
	}
	return out
}

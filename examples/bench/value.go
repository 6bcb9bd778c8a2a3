package main

import (
	"fmt"
	"math/bits"
	"math/rand/v2"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// flow is a move of goods: quantities in millionths, prices in 1/10,000 a unit.
type flow struct {
	qty, price int64
	item       int32
	out        bool
}

const million = 1_000_000

// flows makes moves of items that hold about so many receipts at a time.
func flows(n, items, deep int) []flow {
	random := rand.New(rand.NewPCG(4, 1))
	here := make([]int64, items)
	list := make([]flow, n)
	for i := range list {
		f := flow{item: random.Int32N(int32(items)), qty: (1 + random.Int64N(100)) * million, price: 10_000 + random.Int64N(1_000_000)}
		held := &here[f.item]
		if f.out = *held >= f.qty && (*held > int64(deep)*50*million || random.IntN(2) == 0); f.out {
			*held -= f.qty
		} else {
			*held += f.qty
		}
		list[i] = f
	}
	return list
}

// valued is what a run over moves comes to. A floor rounds nothing to cents, and does not add up what came in.
type valued struct {
	left  int64 // units, times the number of their item
	rests int64 // receipts of which something is left
	in    int64 // value
	out   int64
	worth int64 // of what is left
}

var dollars = money.Currency{Code: "USD", Decimals: 2}

// b4 values by FIFO.
func b4(o options) ([]work, error) {
	var out []work
	for _, c := range []struct {
		name        string
		items, deep int
	}{{"1,000 items, 10 layers each", 1000, 10}, {"one item, 10,000 layers", 1, 10_000}} {
		list := flows(o.size(1_000_000), c.items, c.deep)
		room := make([]costing.Taken, 0, len(list)) // an issue ends a layer or ends in one
		var floor, ours valued
		out = append(out, work{
			name: c.name, unit: "move", n: len(list), bar: 3,
			floor: func() error { floor = queues(list, c.items); return nil },
			ours:  func() (err error) { ours, err = layers(list, c.items, room); return err },
			check: func() error {
				if ours.left != floor.left || ours.rests != floor.rests || ours.in != ours.out+ours.worth {
					return fmt.Errorf("ours %+v, floor %+v", ours, floor)
				}
				return nil
			},
		})
	}
	return out, nil
}

// queues is the floor: a queue of receipts an item.
func queues(list []flow, items int) (v valued) {
	type rest struct{ qty, price int64 }
	type queue struct {
		rests []rest
		first int
	}
	all := make([]queue, items)
	for i := range list {
		f := &list[i]
		q := &all[f.item]
		if !f.out {
			if q.first > 100 && 2*q.first > len(q.rests) {
				q.rests = q.rests[:copy(q.rests, q.rests[q.first:])]
				q.first = 0
			}
			q.rests = append(q.rests, rest{f.qty, f.price})
			continue
		}
		for want := f.qty; want > 0; {
			r := &q.rests[q.first]
			if want < r.qty {
				v.out += want * r.price / million
				r.qty -= want
				break
			}
			v.out += r.qty * r.price / million
			want -= r.qty
			q.first++
		}
	}
	for i := range all {
		for _, r := range all[i].rests[all[i].first:] {
			v.left += r.qty * int64(i+1)
			v.rests++
		}
	}
	return v
}

// layers does it with the library, and keeps what every issue took.
func layers(list []flow, items int, room []costing.Taken) (v valued, err error) {
	states := make([]costing.State, items)
	links := make([][]costing.Taken, len(list))
	day := calendar.NewDate(2026, 1, 1)
	for i := range list {
		f := &list[i]
		s := &states[f.item]
		if !f.out {
			value := f.qty * f.price / million / 100 * 100
			v.in += value
			costing.FIFO{}.In(s, costing.Receipt{Source: costing.Source{Doc: int64(i + 1), Line: 1}, Date: day, Qty: uom.FromUnits(f.qty), Value: money.FromUnits(value)})
			continue
		}
		if links[i], err = (costing.FIFO{}).Out(s, dollars, costing.Issue{Qty: uom.FromUnits(f.qty), Room: room}); err != nil {
			return v, err
		}
		room = room[len(links[i]):len(links[i])]
	}
	for _, taken := range links {
		_, value := costing.Total(taken)
		v.out += value.Units()
	}
	for i := range states {
		v.left += states[i].Stream.Qty.Units() * int64(i+1)
		v.rests += int64(len(states[i].Layers))
		v.worth += states[i].Stream.Value.Units()
	}
	return v, nil
}

// b5 values by the moving average.
func b5(o options) ([]work, error) {
	const items = 1000
	list := flows(o.size(1_000_000), items, 10)
	var floor, ours valued
	return []work{{
		name: "1,000 items", unit: "move", n: len(list), bar: 3,
		floor: func() error { floor = pools(list, items); return nil },
		ours:  func() (err error) { ours, err = averages(list, items); return err },
		check: func() error {
			if ours.left != floor.left || ours.in != ours.out+ours.worth {
				return fmt.Errorf("ours %+v, floor %+v", ours, floor)
			}
			return nil
		},
	}}, nil
}

func pools(list []flow, items int) (v valued) {
	type pool struct{ qty, value int64 }
	all := make([]pool, items)
	for i := range list {
		f := &list[i]
		p := &all[f.item]
		if !f.out {
			p.qty, p.value = p.qty+f.qty, p.value+f.qty*f.price/million
			continue
		}
		high, low := bits.Mul64(uint64(p.value), uint64(f.qty))
		share, _ := bits.Div64(high, low, uint64(p.qty))
		p.qty, p.value = p.qty-f.qty, p.value-int64(share)
		v.out += int64(share)
	}
	for i, p := range all {
		v.left += p.qty * int64(i+1)
	}
	return v
}

func averages(list []flow, items int) (v valued, err error) {
	states := make([]costing.State, items)
	room := make([]costing.Taken, 0, 1)
	for i := range list {
		f := &list[i]
		s := &states[f.item]
		if !f.out {
			value := f.qty * f.price / million / 100 * 100
			v.in += value
			costing.Average{}.In(s, costing.Receipt{Qty: uom.FromUnits(f.qty), Value: money.FromUnits(value)})
			continue
		}
		taken, err := costing.Average{}.Out(s, dollars, costing.Issue{Qty: uom.FromUnits(f.qty), Room: room})
		if err != nil {
			return v, err
		}
		v.out += taken[0].Value.Units()
	}
	for i := range states {
		v.left += states[i].Stream.Qty.Units() * int64(i+1)
		v.worth += states[i].Stream.Value.Units()
	}
	return v, nil
}

package main

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	graph "github.com/ledgermill/ledgermill/posting/flow"
)

// sweep is a stream of moves by the moving average, of which one receipt turns out to cost more.
type sweep struct {
	list   []flow
	events []costing.Event // from that receipt on
	first  int
	start  [2]int64 // quantity and value before it
	state  costing.State
	graph  *graph.Graph
	worth  int64 // in the end, by the floor
}

// There is so much in stock that the change is still felt at the end: a change of an average fades with the goods that leave.
const (
	dearer      = 2_500_000 * 10_000 // what the receipt costs more, in 1/10,000
	plentyQty   = 5_000_000 * million
	plentyValue = 250_000_000 * 10_000
	sweepAlone  = "the sweep alone"
)

// sweeps are the kernel alone: a graph over events in memory, beside a loop over integers that goes over the same moves once more.
func sweeps(o options) (out []work) {
	list := flows(o.size(1_000_000), 1, 10)
	for _, percent := range []int{99, 10} {
		s := newSweep(list, percent)
		out = append(out, work{
			name: fmt.Sprintf("%s, at %d %%", sweepAlone, percent), unit: "later move", n: len(list) - s.first, bar: 4,
			before: s.fresh,
			ours:   s.run,
			floor:  func() error { s.worth = s.again(); return nil },
			check: func() error {
				if got := s.graph.States()[0].Stream.Value.Units(); got != s.worth {
					return fmt.Errorf("worth %d, floor %d", got, s.worth)
				}
				return nil
			},
			notes: func() string {
				return fmt.Sprintf("%d adjustments of %d entries", len(s.graph.Adjustments), s.graph.Touched)
			},
		})
	}
	return out
}

func newSweep(list []flow, percent int) *sweep {
	s := &sweep{list: list}
	s.state.Stream = costing.Stream{Item: "A", Method: "average", Qty: uom.FromUnits(plentyQty), Value: money.FromUnits(plentyValue)}
	for i := range list {
		f := &list[i]
		src := costing.Source{Doc: int64(i + 1), Line: 1}
		e := costing.Entry{Doc: src.Doc, Line: 1, Item: "A", Kind: costing.In, Qty: uom.FromUnits(f.qty), Account: "1405", FactDate: shopDay.AddDays(i * pastDays / len(list))}
		e.PostingDate = e.FactDate
		if s.events == nil && !f.out && i*100 >= len(list)*percent {
			s.first, s.start, s.events = i, [2]int64{s.state.Stream.Qty.Units(), s.state.Stream.Value.Units()}, make([]costing.Event, 0, len(list)-i)
		}
		if f.out {
			taken, err := costing.Average{}.Out(&s.state, dollars, costing.Issue{Qty: e.Qty})
			if err != nil {
				panic(err) // flows never take more than there is
			}
			e.Kind, e.Qty, e.Value, e.Contra = costing.Out, e.Qty.Neg(), taken[0].Value.Neg(), "6601"
		} else {
			e.Value = money.FromUnits(f.cents())
			costing.Average{}.In(&s.state, costing.Receipt{Source: src, Qty: e.Qty, Value: e.Value})
		}
		if s.events != nil {
			s.events = append(s.events, costing.Event{Entry: e})
		}
	}
	return s
}

// cents is what a receipt is worth, in whole cents.
func (f *flow) cents() int64 { return f.qty * f.price / million / 100 * 100 }

// Stream gives the events from the receipt on, as a store would.
func (s *sweep) Stream(string, string, calendar.Date) (*graph.Stream, error) {
	return &graph.Stream{Method: costing.Average{}, State: s.state, Events: slices.Clone(s.events)}, nil
}

// Fed is not asked for: all issues go to an account at once.
func (s *sweep) Fed(*costing.Entry) (*graph.Fed, error) { return &graph.Fed{}, nil }

// Order is not asked for.
func (s *sweep) Order(string) (*graph.Order, error) { return nil, nil }

func (s *sweep) fresh() error {
	s.graph = &graph.Graph{Currency: dollars, Load: s, Doc: int64(len(s.list) + 1)}
	return nil
}

// run tells the graph what the receipt costs more, as a bill does.
func (s *sweep) run() error {
	e := &s.events[0].Entry
	if err := s.graph.Given("A", "", e.Source(), e.FactDate, money.FromUnits(dearer)); err != nil {
		return err
	}
	return s.graph.Run()
}

// again is the floor.
func (s *sweep) again() int64 {
	qty, value := s.start[0], s.start[1]+dearer
	for i := s.first; i < len(s.list); i++ {
		f := &s.list[i]
		if !f.out {
			qty, value = qty+f.qty, value+f.cents()
			continue
		}
		high, low := bits.Mul64(uint64(value/100), uint64(f.qty))
		low, carry := bits.Add64(low, uint64(qty/2), 0)
		share, _ := bits.Div64(high+carry, low, uint64(qty))
		qty, value = qty-f.qty, value-int64(share)*100
	}
	return value
}

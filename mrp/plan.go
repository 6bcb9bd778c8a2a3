package mrp

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// PlanItem is what the plan must know of an item: Make says that it is made, not bought. Safety stock may be used up and is then rebuilt as soon as the
// lead time allows; Protect keeps it whatever it takes.
type PlanItem struct {
	Code        string
	Make        bool
	Phantom     bool
	LeadTime    int // days of work
	Calendar    string
	SafetyStock uom.Quantity
	Protect     bool
	OnHand      uom.Quantity
	Lot         LotRule
}

// Demand is what somebody wants by a day. In a bucket orders use a forecast up: what counts is the larger of the two.
type Demand struct {
	Doc      int64
	Ref      string
	Item     string
	Qty      uom.Quantity
	Due      calendar.Date
	Forecast bool
}

// Supply is an order on its way: a purchase, or a work order with the material that it still needs from Start on.
type Supply struct {
	Doc   int64
	Ref   string
	Item  string
	Qty   uom.Quantity
	Due   calendar.Date
	Firm  bool // it stays as it is: the plan does not count on it earlier than it is due
	Start calendar.Date
	Needs []Material
}

// Problem is all that a plan starts from. BOMs answers for every item.
type Problem struct {
	Start     calendar.Date
	Bucket    int // days
	Buckets   int
	Items     []PlanItem
	Demands   []Demand
	Supplies  []Supply
	Calendars []WorkCalendar
	BOMs      Structure
}

// Limits of a plan.
const (
	MaxBuckets = 4_000
	MaxPlanned = 2_000_000 // orders
)

// PlannedOrder is what the plan proposes: to release it on a day so that it is there on another.
type PlannedOrder struct {
	Item    string
	Qty     uom.Quantity
	Release calendar.Date
	Due     calendar.Date
	Make    bool
	Pegs    []Peg  // what it is for, in order
	Why     string // in a sentence
}

// Peg says which part of an order (or of what is there) is for what: a demand or work order by its reference, or the planned order at index Parent. Without
// either it rebuilds the safety stock, or is more than anybody needs.
type Peg struct {
	Ref    string
	Parent int // -1: none
	Qty    uom.Quantity
}

// Requirement is an item's row for one day on which something is needed or comes.
type Requirement struct {
	Item   string
	Date   calendar.Date
	Gross  uom.Quantity
	OnHand uom.Quantity // what is there for it: stock, what came till then, and what was ordered for earlier days
	Net    uom.Quantity // what must be ordered for it, before lot sizes
}

// Action is what a message proposes.
type Action string

// The actions.
const (
	Expedite    Action = "expedite"
	Defer       Action = "defer"
	Cancel      Action = "cancel"
	Increase    Action = "increase"
	ReleaseLate Action = "release_late"
	Substitute  Action = "substitute" // to use Item instead of the component that is short
)

// Message is an exception: what to do with an order on its way, or which demand is in danger.
type Message struct {
	Ref    string
	Item   string
	Action Action
	To     calendar.Date
	Qty    uom.Quantity // of increase: the new quantity
	Why    string
}

// Plan is what came out.
type Plan struct {
	Orders       []PlannedOrder
	Requirements []Requirement
	Messages     []Message
}

// need is a requirement of one source.
type need struct {
	date   calendar.Date
	qty    uom.Quantity
	ref    string
	parent int // of a planned order; -1

	alternates string // what may stand in for it, in order
}

// planner goes from the products down to what is bought.
type planner struct {
	Problem
	end   calendar.Date // the first day behind the horizon
	items map[string]*PlanItem
	needs map[string][]need
	comes map[string][]*arrival
	days  map[string]*workdays

	planned map[string]bool // the items that had their turn
	out     Plan
}

// arrival is an order on its way, or a by-product of a planned order.
type arrival struct {
	Supply
	parent int
	used   uom.Quantity
	first  calendar.Date // when it is first needed; zero: never
}

// MakePlan nets demand against stock and what is on its way, level by level, one day after the other: what is still needed is ordered by the item's lot
// rule, its release is its due date less the lead time, and what it is made of is needed on the day of its release. Within a day what comes is there before
// what is needed. What is already due is needed at the start. The same problem in another order gives the same plan. It refuses a cycle (cyclic_bom), an item
// that is not among the items (unknown_item), and what is larger than the limits (limit_exceeded).
func MakePlan(p Problem) (Plan, error) {
	if p.Bucket < 1 || p.Buckets < 1 || p.Buckets > MaxBuckets || p.Bucket > 366 {
		return Plan{}, refusal.New(refusal.LimitExceeded, "plan", "a plan has 1 to %d buckets", MaxBuckets).Numbers(uom.FromInt(int64(p.Buckets)), uom.FromInt(MaxBuckets))
	}
	x := &planner{Problem: p, end: p.Start.AddDays(p.Bucket * p.Buckets), items: map[string]*PlanItem{}, needs: map[string][]need{}, comes: map[string][]*arrival{}, days: map[string]*workdays{}, planned: map[string]bool{}}
	for i := range p.Items {
		x.items[p.Items[i].Code] = &p.Items[i]
	}
	for _, c := range p.Calendars {
		x.days[c.Code] = c.ready()
	}
	if err := x.gather(); err != nil {
		return Plan{}, err
	}
	order, err := x.byLevel()
	if err != nil {
		return Plan{}, err
	}
	for _, code := range order {
		if err := x.plan(x.items[code]); err != nil {
			return Plan{}, err
		}
		if len(x.out.Orders) > MaxPlanned {
			return Plan{}, refusal.New(refusal.LimitExceeded, "plan", "more than %d orders", MaxPlanned)
		}
	}
	x.explain()
	return x.out, nil
}

// gather sorts what is wanted and what comes by item.
func (x *planner) gather() error {
	known := func(item string) error {
		if x.items[item] == nil {
			return refusal.New(refusal.UnknownItem, item, "there is no such item")
		}
		return nil
	}
	for _, d := range x.Demands {
		if err := known(d.Item); err != nil {
			return err
		}
	}
	for _, d := range consume(x.Demands, x.bucketOf) {
		if d.Due < x.end {
			x.needs[d.Item] = append(x.needs[d.Item], need{date: max(d.Due, x.Start), qty: d.Qty, ref: d.Ref, parent: -1})
		}
	}
	for _, s := range x.Supplies {
		if err := known(s.Item); err != nil {
			return err
		}
		x.comes[s.Item] = append(x.comes[s.Item], &arrival{Supply: s, parent: -1})
		for _, m := range s.Needs {
			if err := known(m.Item); err != nil {
				return err
			}
			if m.ByProduct {
				x.comes[m.Item] = append(x.comes[m.Item], &arrival{Supply: Supply{Doc: s.Doc, Ref: s.Ref, Item: m.Item, Qty: m.Required, Due: s.Due, Firm: true}, parent: -1})
			} else {
				x.needs[m.Item] = append(x.needs[m.Item], need{date: max(s.Start, x.Start), qty: Outstanding(m), ref: s.Ref, parent: -1, alternates: m.Alternates})
			}
		}
	}
	return nil
}

// consume takes from the forecast of a bucket what was ordered of the item in it, the earliest forecast first.
func consume(demands []Demand, bucket func(calendar.Date) int) []Demand {
	type key struct {
		item   string
		bucket int
	}
	ordered := map[key]uom.Quantity{}
	out := slices.Clone(demands)
	slices.SortFunc(out, func(a, b Demand) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Item, b.Item), a.Qty.Cmp(b.Qty), cmp.Compare(a.Doc, b.Doc))
	})
	for _, d := range out {
		if !d.Forecast {
			k := key{d.Item, bucket(d.Due)}
			ordered[k] = ordered[k].Add(d.Qty)
		}
	}
	for i := range out {
		d := &out[i]
		if !d.Forecast {
			continue
		}
		k := key{d.Item, bucket(d.Due)}
		part := ordered[k].Min(d.Qty)
		ordered[k], d.Qty = ordered[k].Sub(part), d.Qty.Sub(part)
	}
	return out
}

// bucketOf is the bucket of a day; what is past belongs to the first.
func (x *planner) bucketOf(d calendar.Date) int { return max(0, d.Sub(x.Start)) / x.Bucket }

// byLevel gives the items with everything that an item goes into before it (low-level codes), by code within a level. What may stand in for an item comes
// after it, unless each may stand in for the other: then it is the structure alone that says which comes first.
func (x *planner) byLevel() ([]string, error) {
	order := slices.Sorted(maps.Keys(x.items))
	net := x.network(order)
	levels, waits, stands := map[string]int{}, map[string]int{}, map[string]int{} // waits for what it goes into, for what it stands in for
	for _, code := range order {
		for _, c := range net.below[code] {
			waits[c]++
		}
		for _, a := range net.stands[code] {
			stands[a]++
		}
	}
	var ready, held []string
	placed := map[string]bool{}
	place := func(code string) {
		switch {
		case placed[code] || waits[code] > 0:
		case stands[code] > 0:
			held = append(held, code)
		default:
			placed[code] = true
			ready = append(ready, code)
		}
	}
	for _, code := range order {
		place(code)
	}
	for i := 0; i < len(ready) || len(held) > 0; i++ {
		for ; i == len(ready) && len(held) > 0; held = held[1:] {
			stands[held[0]] = 0
			place(held[0])
		}
		if i == len(ready) {
			break
		}
		code := ready[i]
		for _, c := range net.below[code] {
			waits[c]--
			levels[c] = max(levels[c], levels[code]+1)
			place(c)
		}
		for _, a := range net.stands[code] {
			if stands[a]--; !placed[a] {
				levels[a] = max(levels[a], levels[code]+1)
				place(a)
			}
		}
	}
	if len(ready) < len(order) {
		for _, code := range order {
			if waits[code] > 0 {
				return nil, refusal.New(refusal.CyclicBOM, code, "the item is made of itself, or of what is")
			}
		}
	}
	slices.SortFunc(ready, func(a, b string) int { return cmp.Or(cmp.Compare(levels[a], levels[b]), cmp.Compare(a, b)) })
	return ready, nil
}

package mrp

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
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

// MakePlan nets demand against stock and what is on its way, level by level, one day after the other: what is still needed is ordered by the item's lot
// rule, its release is its due date less the lead time, and what it is made of is needed on the day of its release. Within a day what comes is there before
// what is needed. What is already due is needed at the start. The same problem in another order gives the same plan. It refuses a cycle (cyclic_bom), an item
// that is not among the items (unknown_item), and what is larger than the limits (limit_exceeded).
func MakePlan(p Problem) (Plan, error) {
	n, err := NewNetwork(p)
	if err != nil {
		return Plan{}, err
	}
	demands := consume(p.Demands, n.bucketOf)
	needs, refs := make([]Need, len(demands)), make([]string, len(demands))
	for k, d := range demands {
		item, err := n.known(d.Item)
		if err != nil {
			return Plan{}, err
		}
		needs[k], refs[k] = Need{item, d.Due, d.Qty}, d.Ref
	}
	s, err := n.schedule(needs, refs, MaxPlanned)
	if err != nil {
		return Plan{}, err
	}
	return s.tell()
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
func (n *Network) bucketOf(d calendar.Date) int { return max(0, d.Sub(n.start)) / n.bucket }

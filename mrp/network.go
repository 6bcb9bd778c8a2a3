package mrp

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Network is a factory made ready for planning: a [Problem] without its demands, by numbers. Items are numbered from 0, what an item goes into before it
// (low-level codes), by code within a level. It never changes: plan it as often as demand does.
type Network struct {
	start, end calendar.Date // the first day, and the first behind the horizon
	bucket     int           // days
	step       int           // days: on no other than every step-th day can anything be needed or come, as far as the network goes
	codes      []string
	items      []PlanItem // by number
	lead       []int      // days of work
	days       []*workdays
	number     map[string]int32

	usedAt []int32 // of each item, its first in used; one more
	used   []use
	odd    []oddUse
	below  [][]int32 // what an item is made of, each once, all versions; by-products too
	faults map[int32][]fault

	comes  [][]arrival // orders on their way, in order; nil: none
	drawn  [][]int32   // what orders on their way still need of an item: of draws
	draws  []draw
	stands []bool // something may stand in for the item, wherever it is needed
	spills []bool // it is a by-product of another
}

// use says that item by takes num units for each of its own; or, by a line of odd, something else.
type use struct {
	by  int32
	odd int32 // -1: none
	num int64
}

// draw is what an order on its way still needs.
type draw struct {
	ref        string
	item       int32
	date       calendar.Date
	qty        uom.Quantity
	alternates string
}

// arrival is an order on its way, or a by-product of one or of a planned order.
type arrival struct {
	ref    string
	due    calendar.Date
	qty    uom.Quantity
	firm   bool
	parent int32 // the number of the planned order; -1
}

func (a arrival) compare(b arrival) int {
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.ref, b.ref), cmp.Compare(a.parent, b.parent), a.qty.Cmp(b.qty))
}

// NewNetwork makes a problem ready, all but its demands. It refuses what [MakePlan] refuses of it.
func NewNetwork(p Problem) (*Network, error) {
	if p.Bucket < 1 || p.Buckets < 1 || p.Buckets > MaxBuckets || p.Bucket > 366 {
		return nil, refusal.New(refusal.LimitExceeded, "plan", "a plan has 1 to %d buckets", MaxBuckets).Numbers(uom.FromInt(int64(p.Buckets)), uom.FromInt(MaxBuckets))
	}
	p.Start = max(0, p.Start) // before the first day there is: no day, and an empty plan
	n := &Network{start: p.Start, end: p.Start.AddDays(p.Bucket * p.Buckets), bucket: p.Bucket, step: p.Bucket}
	t := newTree(p)
	order, err := t.byLevel()
	if err != nil {
		return nil, err
	}
	n.take(p, t, order)
	if err := n.gather(p.Supplies); err != nil {
		return nil, err
	}
	n.recipes(p.BOMs)
	return n, nil
}

// maxLead is the longest lead time that is counted: a century.
const maxLead = 36_600

// take gives the items their final numbers; order holds those of the tree.
func (n *Network) take(p Problem, t *tree, order []int32) {
	size := len(order)
	n.codes, n.items, n.lead, n.days = make([]string, size), make([]PlanItem, size), make([]int, size), make([]*workdays, size)
	n.below, n.comes, n.drawn, n.stands = make([][]int32, size), make([][]arrival, size), make([][]int32, size), make([]bool, size)
	n.spills = make([]bool, size)
	n.number = t.number
	final := make([]int32, size)
	for i, at := range order {
		final[at] = int32(i)
		n.number[t.codes[at]] = int32(i)
	}
	ready := map[string]*workdays{}
	for _, c := range p.Calendars {
		ready[c.Code] = c.ready()
	}
	for i, at := range order {
		n.codes[i], n.items[i] = t.codes[at], p.Items[t.item[at]]
		n.lead[i], n.days[i] = min(max(0, n.items[i].LeadTime), maxLead), ready[n.items[i].Calendar]
		n.stands[i] = len(t.stands[at]) > 0
		for _, c := range t.below[at] {
			n.below[i] = append(n.below[i], final[c])
		}
		if n.days[i] != nil {
			n.step = 1
		}
		n.step = divisor(n.step, n.lead[i])
	}
	for _, w := range ready {
		w.count(n.start.AddDays(-2*maxIdle), n.end.AddDays(maxIdle))
	}
}

// Item gives the number of an item; false: there is none.
func (n *Network) Item(code string) (int32, bool) {
	i, ok := n.number[code]
	return i, ok
}

// Code gives the code of an item.
func (n *Network) Code(item int32) string { return n.codes[item] }

// Size is how many items there are.
func (n *Network) Size() int { return len(n.items) }

func (n *Network) known(code string) (int32, error) {
	if i, ok := n.number[code]; ok {
		return i, nil
	}
	return 0, refusal.New(refusal.UnknownItem, code, "there is no such item")
}

// gather sorts what comes, and what it still needs, by item.
func (n *Network) gather(supplies []Supply) error {
	for _, s := range supplies {
		item, err := n.known(s.Item)
		if err != nil {
			return err
		}
		n.arrives(item, arrival{s.Ref, s.Due, s.Qty, s.Firm, -1})
		for _, m := range s.Needs {
			part, err := n.known(m.Item)
			if err != nil {
				return err
			}
			if m.ByProduct {
				n.arrives(part, arrival{s.Ref, s.Due, Outstanding(m), true, -1})
				continue
			}
			n.drawn[part] = append(n.drawn[part], int32(len(n.draws)))
			n.draws = append(n.draws, draw{s.Ref, part, max(s.Start, n.start), Outstanding(m), m.Alternates})
			n.step = n.fits(n.step, s.Start)
		}
	}
	for _, comes := range n.comes {
		slices.SortFunc(comes, arrival.compare)
	}
	return nil
}

func (n *Network) arrives(item int32, a arrival) {
	n.comes[item] = append(n.comes[item], a)
	n.step = n.fits(n.step, a.due)
}

// fits gives the step that also meets a day.
func (n *Network) fits(step int, d calendar.Date) int {
	if step == 1 || d <= n.start || d >= n.end || uint32(d-n.start)%uint32(step) == 0 {
		return step
	}
	return divisor(step, d.Sub(n.start))
}

// divisor is the greatest of both; zero has every divisor.
func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// back goes an item's lead time back from a day.
func (n *Network) back(item int32, from calendar.Date) calendar.Date {
	return n.days[item].step(from, -n.lead[item])
}

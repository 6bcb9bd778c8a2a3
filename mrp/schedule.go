package mrp

import (
	"math"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Need is a demand by the number of its item: so many wanted by a day.
type Need struct {
	Item int32
	Due  calendar.Date
	Qty  uom.Quantity
}

// MaxScheduled is the most orders of a [Schedule].
const MaxScheduled = 100_000_000

// Schedule is a plan by numbers: the orders of each item in order of their due dates. What they are for is worked out when it is asked for.
type Schedule struct {
	n     *Network
	needs []Need
	refs  []string // of the needs; nil: they have none
	limit int      // orders

	step  int // days; time is counted in steps from the start
	slots int // steps of the horizon

	lead       []int32 // of items, in steps; not by a calendar
	head, next []int32 // the needs of an item, chained; -1: no more
	made       []made
	pages      []page
	first      []int32 // the number of an item's first order; one more: how many there are

	told  map[int32][]need // all that is needed of an item, where something stands in for a part of it
	extra map[int32][]need // where it stands in for something
	swaps map[int32][]swap
	bench bench
}

// made are the orders of an item, in order of due date, by where they are kept.
type made struct {
	page, from, to int32
	late           int32 // orders released before the start: the first of them
	first, last    int32 // when the others are released
	total          int64 // of the quantities
	solid          bool  // the others are released on steps that follow each other
}

// page keeps orders of many items: quantities in millionths, and their days.
type page struct {
	qtys  []int64
	spans []span
}

// span is when an order is due and released, in steps from the start of the plan. The release may be before it.
type span struct{ due, release int32 }

func (m *made) size() int { return int(m.to - m.from) }

func (s *Schedule) qtys(m *made) []int64 {
	if m.from == m.to {
		return nil
	}
	return s.pages[m.page].qtys[m.from:m.to]
}

func (s *Schedule) spans(m *made) []span {
	if m.from == m.to {
		return nil
	}
	return s.pages[m.page].spans[m.from:m.to]
}

// Plan plans for demands. What is due behind the horizon is left aside, what is due already is needed at the start. It refuses what [MakePlan] refuses.
func (n *Network) Plan(needs []Need) (*Schedule, error) { return n.schedule(needs, nil, MaxScheduled) }

func (n *Network) schedule(needs []Need, refs []string, limit int) (*Schedule, error) {
	s := n.empty(needs, refs, limit)
	if err := s.chain(); err != nil {
		return nil, err
	}
	s.count()
	for i := range int32(len(n.items)) {
		if err := s.item(i); err != nil {
			return nil, err
		}
		if err := s.keep(i); err != nil {
			return nil, err
		}
		if err := s.numbered(i); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (n *Network) empty(needs []Need, refs []string, limit int) *Schedule {
	size := len(n.items)
	return &Schedule{
		n: n, needs: needs, refs: refs, limit: limit, step: n.step, lead: make([]int32, size), made: make([]made, size), first: make([]int32, size+1),
		told: map[int32][]need{}, extra: map[int32][]need{}, swaps: map[int32][]swap{},
	}
}

// chain sorts the needs by item.
func (s *Schedule) chain() error {
	s.head, s.next = make([]int32, len(s.n.items)), make([]int32, len(s.needs))
	for i := range s.head {
		s.head[i] = -1
	}
	for k := len(s.needs) - 1; k >= 0; k-- {
		d := &s.needs[k]
		if d.Item < 0 || int(d.Item) >= len(s.n.items) {
			return refusal.New(refusal.UnknownItem, "plan", "a demand for item %d of %d", d.Item, len(s.n.items)).AtLine(k + 1)
		}
		s.step = s.n.fits(s.step, d.Due)
		s.next[k], s.head[d.Item] = s.head[d.Item], int32(k)
	}
	return nil
}

// count sets how time is counted.
func (s *Schedule) count() {
	s.slots = max(0, s.n.end.Sub(s.n.start)+s.step-1) / s.step // none, if the start is behind all days
	for i, days := range s.n.lead {
		s.lead[i] = int32(days / s.step)
	}
	s.bench.row = make([]int64, s.slots)
}

// item nets an item and puts the orders for what is missing on the bench.
func (s *Schedule) item(i int32) error {
	if s.n.stands[i] {
		if err := s.substitute(i); err != nil {
			return err
		}
	}
	comes, err := s.comes(i)
	if err != nil {
		return err
	}
	if err := s.gross(i, comes); err != nil {
		return err
	}
	s.net(i, comes)
	s.order(i)
	return nil
}

// keep takes the orders of an item over from the bench.
func (s *Schedule) keep(i int32) error {
	b := &s.bench
	s.made[i] = made{}
	if len(b.qtys) == 0 {
		return nil
	}
	if last := len(s.pages) - 1; last < 0 || cap(s.pages[last].qtys)-len(s.pages[last].qtys) < len(b.qtys) {
		size := 256
		if last >= 0 {
			size = min(2*cap(s.pages[last].qtys), 1<<16)
		}
		size = max(size, len(b.qtys))
		s.pages = append(s.pages, page{make([]int64, 0, size), make([]span, 0, size)})
	}
	at := len(s.pages) - 1
	p := &s.pages[at]
	m := made{page: int32(at), from: int32(len(p.qtys)), solid: true}
	p.qtys, p.spans = append(p.qtys, b.qtys...), append(p.spans, b.spans...)
	m.to = int32(len(p.qtys))
	return s.measure(i, m)
}

// measure notes what the items that an item is made of must know of its orders.
func (s *Schedule) measure(i int32, m made) error {
	var total uint64
	for _, qty := range s.qtys(&m) {
		if total += uint64(qty); total > math.MaxInt64 {
			return tooMuchNeeded(s.n.codes[i])
		}
	}
	m.total = int64(total)
	spans := s.spans(&m)
	for int(m.late) < len(spans) && spans[m.late].release < 0 {
		m.late++
	}
	if spans = spans[m.late:]; len(spans) > 0 {
		m.first, m.last = spans[0].release, spans[len(spans)-1].release
		for k, o := range spans {
			m.solid = m.solid && o.release == m.first+int32(k)
		}
	}
	if s.n.faults[i] != nil {
		for _, o := range s.spans(&m) {
			if err := s.n.wrong(i, s.day(o.release)); err != nil {
				return err
			}
		}
	}
	s.made[i] = m
	return nil
}

// numbered numbers the orders of an item behind those of the items before it.
func (s *Schedule) numbered(i int32) error {
	s.first[i+1] = s.first[i] + int32(s.made[i].size())
	if int(s.first[i+1]) > s.limit {
		return refusal.New(refusal.LimitExceeded, "plan", "more than %d orders", s.limit)
	}
	return nil
}

// slot is the step of a day: 0 for what is past, slots for what is behind the horizon.
func (s *Schedule) slot(d calendar.Date) int32 {
	if d <= s.n.start {
		return 0
	}
	if d >= s.n.end {
		return int32(s.slots)
	}
	return int32(uint32(d-s.n.start) / uint32(s.step))
}

// day is the day of a step.
func (s *Schedule) day(slot int32) calendar.Date { return s.n.start.AddDays(int(slot) * s.step) }

// bench is where an item is worked on. Its slices are used again for the next.
type bench struct {
	row    []int64 // what is needed on every step; all zero between two items
	lo, hi int32   // the steps in use; none: hi is below lo
	sum    uint64  // of the sizes of all that is needed, there and comes: while it is a quantity, no sum of them overflows

	events []int32 // other steps to be looked at
	rows   []netted
	missed []Bucketed
	dues   []int32 // of missed: the step of the first need
	sized  []sized

	qtys  []int64 // the orders
	spans []span
}

// add needs a quantity; false: all that is needed is too much.
func (b *bench) add(slot int32, qty uom.Quantity) bool {
	if int(slot) >= len(b.row) {
		return true
	}
	b.row[slot] += qty.Units()
	b.lo, b.hi = min(b.lo, slot), max(b.hi, slot)
	return b.grow(qty)
}

func (b *bench) grow(qty uom.Quantity) bool {
	b.sum += uint64(qty.Abs().Units()) // no more than 2^63 each, and no more than that before: it does not wrap
	if b.sum > math.MaxInt64 {
		b.sum = math.MaxInt64 + 1
		return false
	}
	return true
}

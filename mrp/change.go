package mrp

import (
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Changed is another figure for a demand, by its number; the number behind the last is a new demand. A quantity of zero takes it away.
type Changed struct {
	Demand int
	Need   Need
}

// Change plans again for demands that changed (net change): only items of which something else is needed than before, level by level, until an item's orders stay
// as they were. It gives what a plan of all demands would, and the items whose orders changed. The schedule itself stays as it is. Where something may stand in
// for an item, and where the days of new demands ask for a finer count of time, all is planned again. It refuses a demand that there is not (not_found).
func (s *Schedule) Change(changes ...Changed) (*Schedule, []int32, error) {
	t := s.n.empty(slices.Clone(s.needs), slices.Clone(s.refs), s.limit)
	touched := make([]bool, len(s.n.items))
	again, chained := slices.Contains(s.n.stands, true), true
	for _, c := range changes {
		if c.Demand < 0 || c.Demand > len(t.needs) {
			return nil, nil, refusal.New(refusal.NotFound, "plan", "there is no such demand").Numbers(uom.FromInt(int64(c.Demand)), uom.FromInt(int64(len(t.needs))))
		}
		if c.Need.Item < 0 || int(c.Need.Item) >= len(s.n.items) {
			return nil, nil, refusal.New(refusal.UnknownItem, "plan", "a demand for item %d of %d", c.Need.Item, len(s.n.items))
		}
		if c.Demand == len(t.needs) {
			t.needs = append(t.needs, Need{Item: c.Need.Item})
			chained = false
			if t.refs != nil {
				t.refs = append(t.refs, "")
			}
		}
		was := &t.needs[c.Demand]
		chained = chained && was.Item == c.Need.Item
		touched[was.Item], touched[c.Need.Item] = true, true
		*was = c.Need
		again = again || s.n.fits(s.step, c.Need.Due) != s.step
	}
	kept := 0
	for _, p := range s.pages {
		kept += len(p.qtys)
	}
	if again || kept > 2*s.Orders()+1<<16 { // or more is kept of earlier plans than of this
		t, err := s.n.schedule(t.needs, t.refs, s.limit)
		if err != nil {
			return nil, nil, err
		}
		return t, s.differ(t), nil
	}
	if chained {
		t.head, t.next, t.step = s.head, s.next, s.step
	} else if err := t.chain(); err != nil {
		return nil, nil, err
	}
	changed, err := t.replan(s, touched)
	return t, changed, err
}

// replan plans the items that are touched, and those below them whose need changes; the others keep their orders.
func (s *Schedule) replan(old *Schedule, touched []bool) (changed []int32, err error) {
	through := make([]bool, len(touched)) // phantoms of which all below is touched
	var below func(i int32)
	below = func(i int32) {
		for _, c := range s.n.below[i] {
			touched[c] = true
			if s.n.items[c].Phantom && !through[c] {
				through[c] = true
				below(c)
			}
		}
	}
	s.step = old.step
	s.count()
	copy(s.made, old.made)
	s.pages = slices.Clone(old.pages)
	if last := len(s.pages) - 1; last >= 0 { // what is added goes to a page of its own
		p := &s.pages[last]
		p.qtys, p.spans = slices.Clip(p.qtys), slices.Clip(p.spans)
	}
	for i := range int32(len(s.n.items)) {
		if touched[i] {
			if err := s.item(i); err != nil {
				return nil, err
			}
			m := &old.made[i]
			if !slices.Equal(s.bench.qtys, old.qtys(m)) || !slices.Equal(s.bench.spans, old.spans(m)) {
				if err := s.keep(i); err != nil {
					return nil, err
				}
				changed = append(changed, i)
				below(i)
			}
		}
		if err := s.numbered(i); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// differ gives the items whose orders are others in another schedule.
func (s *Schedule) differ(t *Schedule) (changed []int32) {
	for i := range s.made {
		m, o := &s.made[i], &t.made[i]
		same := slices.Equal(s.qtys(m), t.qtys(o)) && slices.EqualFunc(s.spans(m), t.spans(o), func(a, b span) bool {
			return s.day(a.due) == t.day(b.due) && s.day(a.release) == t.day(b.release)
		})
		if !same {
			changed = append(changed, int32(i))
		}
	}
	return changed
}

package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// need is a requirement of one source.
type need struct {
	date   calendar.Date
	at     int32 // the number of a demand; behind them, of what an order on its way still needs; -1: neither
	parent int32 // the number of the planned order; -1
	use    int32 // of alternates: where they stand, in odd, or the number of at; -1: there are none
	qty    uom.Quantity
}

// ref is the reference of what needs it; that of a planned order is empty.
func (s *Schedule) ref(at int32) string {
	switch behind := int(at) - len(s.needs); {
	case at < 0:
		return ""
	case behind >= 0:
		return s.n.draws[behind].ref
	case s.refs == nil:
		return ""
	}
	return s.refs[at]
}

// alternates is what may stand in for what is needed, in order.
func (s *Schedule) alternates(n need) string {
	switch {
	case n.use < 0:
		return ""
	case n.parent >= 0:
		return s.n.odd[n.use].alternates
	}
	return s.n.draws[int(n.at)-len(s.needs)].alternates
}

func (s *Schedule) compare(a, b need) int {
	if c := cmp.Compare(a.date, b.date); c != 0 {
		return c
	}
	if a.at != b.at {
		if c := strings.Compare(s.ref(a.at), s.ref(b.at)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.parent, b.parent), a.qty.Cmp(b.qty), cmp.Compare(s.alternates(a), s.alternates(b)), cmp.Compare(a.at, b.at))
}

// wanted gives all that is needed of an item, one source after the other, in order.
func (s *Schedule) wanted(i int32) []need {
	if told, ok := s.told[i]; ok {
		return told
	}
	var out []need
	for k := s.head[i]; k >= 0; k = s.next[k] {
		if d := s.needs[k]; d.Due < s.n.end {
			out = append(out, need{max(d.Due, s.n.start), k, -1, -1, d.Qty})
		}
	}
	for _, at := range s.n.drawn[i] {
		d := &s.n.draws[at]
		x := need{d.date, int32(len(s.needs)) + at, -1, -1, d.qty}
		if d.alternates != "" {
			x.use = at
		}
		out = append(out, x)
	}
	out = append(out, s.extra[i]...)
	for _, u := range s.n.used[s.n.usedAt[i]:s.n.usedAt[i+1]] {
		out = s.wantedBy(out, u)
	}
	if !slices.IsSortedFunc(out, s.compare) {
		slices.SortFunc(out, s.compare)
	}
	return out
}

// wantedBy adds what planned orders take by a use.
func (s *Schedule) wantedBy(out []need, u use) []need {
	from := int32(-1)
	if u.odd >= 0 {
		o := &s.n.odd[u.odd]
		if o.byProduct {
			return out
		}
		if o.alternates != "" {
			from = u.odd
		}
	}
	m := &s.made[u.by]
	qtys := s.qtys(m)
	for k, o := range s.spans(m) {
		if release := s.day(o.release); s.n.holds(u, release) {
			out = append(out, need{max(release, s.n.start), -1, s.first[u.by] + int32(k), from, s.n.takes(u, uom.FromUnits(qtys[k]))})
		}
	}
	return out
}

// match meets what is needed of an item with what is there, what comes and what is ordered, both in order of time. come and lot number what meets it; -1: it
// is another.
func (s *Schedule) match(i int32, needs []need, comes []arrival, meet func(n need, come, lot int, part uom.Quantity)) {
	qtys, spans := s.qtys(&s.made[i]), s.spans(&s.made[i])
	come, lot := -1, -1 // stock comes before both
	left := s.n.items[i].OnHand
	atCome, atLot := 0, 0
	for _, n := range needs {
		for want := n.qty; want.Sign() > 0; {
			if part := want.Min(left.Max(uom.Quantity{})); !part.IsZero() {
				want, left = want.Sub(part), left.Sub(part)
				meet(n, come, lot, part)
			}
			if left.Sign() > 0 {
				continue
			}
			switch { // what comes on a day comes before what is ordered for it
			case atCome < len(comes) && (atLot == len(qtys) || s.slot(comes[atCome].due) <= spans[atLot].due):
				come, lot, left = atCome, -1, comes[atCome].qty
				atCome++
			case atLot < len(qtys):
				come, lot, left = -1, atLot, uom.FromUnits(qtys[atLot])
				atLot++
			default:
				return
			}
		}
	}
}

// Link says that a part of a planned order, or of what is there or comes, is for a demand or a planned order. Planned orders are numbered over all items, in
// order: [Schedule.First].
type Link struct {
	Qty    uom.Quantity
	Order  int32 // the planned order; -1: what is there or comes
	Parent int32 // the planned order that takes it; -1: none
	Demand int32 // the demand, as given; from their number on, what orders on their way still take; -1: none
}

// Proposed is a planned order by numbers.
type Proposed struct {
	Qty     uom.Quantity
	Release calendar.Date
	Due     calendar.Date
}

// Of gives the planned orders of an item, in order of their due dates.
func (s *Schedule) Of(item int32) []Proposed {
	m := &s.made[item]
	out := make([]Proposed, m.size())
	for k, o := range s.spans(m) {
		out[k] = Proposed{uom.FromUnits(s.qtys(m)[k]), s.day(o.release), s.day(o.due)}
	}
	return out
}

// First is the number of an item's first planned order.
func (s *Schedule) First(item int32) int32 { return s.first[item] }

// Orders is how many planned orders there are.
func (s *Schedule) Orders() int { return int(s.first[len(s.n.items)]) }

// Links gives what is planned of an item, and what is there of it, to those who need it: one link after the other in order of need. Every need is met, and what is
// left of an order is for the safety stock, the lot size or later.
func (s *Schedule) Links(item int32) []Link {
	comes, _ := s.comes(item) // that it can be said was seen when it was planned
	var out []Link
	s.match(item, s.wanted(item), comes, func(n need, _, lot int, part uom.Quantity) {
		l := Link{part, -1, n.parent, n.at}
		if lot >= 0 {
			l.Order = s.first[item] + int32(lot)
		}
		out = append(out, l)
	})
	return out
}

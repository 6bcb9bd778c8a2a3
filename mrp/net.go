package mrp

import (
	"math/bits"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
)

// gross adds up what is needed of an item, by steps: demands, what orders on their way still take, and what the planned orders of all that it goes into take.
func (s *Schedule) gross(i int32, comes []arrival) error {
	b := &s.bench
	b.lo, b.hi, b.sum = int32(s.slots), -1, 0
	fits := b.grow(s.n.items[i].OnHand)
	for _, c := range comes {
		fits = b.grow(c.qty) && fits
	}
	if told, ok := s.told[i]; ok {
		for _, n := range told {
			fits = b.add(s.slot(n.date), n.qty) && fits
		}
	} else {
		fits = s.pull(i) && fits
	}
	if !fits {
		clear(b.row)
		return tooMuchNeeded(s.n.codes[i])
	}
	return nil
}

func (s *Schedule) pull(i int32) bool {
	b, n, fits := &s.bench, s.n, true
	for k := s.head[i]; k >= 0; k = s.next[k] {
		fits = b.add(s.slot(s.needs[k].Due), s.needs[k].Qty) && fits
	}
	for _, at := range n.drawn[i] {
		fits = b.add(s.slot(n.draws[at].date), n.draws[at].qty) && fits
	}
	for _, x := range s.extra[i] {
		fits = b.add(s.slot(x.date), x.qty) && fits
	}
	for _, u := range n.used[n.usedAt[i]:n.usedAt[i+1]] {
		switch m := &s.made[u.by]; {
		case m.from == m.to:
		case u.odd >= 0:
			fits = s.pullOdd(u, m) && fits
		default:
			high, low := bits.Mul64(uint64(m.total), uint64(u.num))
			if high > 0 || int64(low) < 0 || !b.grow(uom.FromUnits(int64(low))) {
				return false
			}
			s.pullPlain(u.num, m)
		}
	}
	return fits
}

// pullPlain adds what orders take by a plain factor. That it fits was seen before.
func (s *Schedule) pullPlain(num int64, m *made) {
	b, qtys := &s.bench, s.qtys(m)
	if m.late > 0 {
		b.lo, b.hi = 0, max(b.hi, 0)
		for _, qty := range qtys[:m.late] {
			b.row[0] += num * qty
		}
	}
	if qtys = qtys[m.late:]; len(qtys) == 0 {
		return
	}
	b.lo, b.hi = min(b.lo, m.first), max(b.hi, m.last)
	if m.solid {
		row := b.row[m.first:][:len(qtys)]
		for k, qty := range qtys {
			row[k] += num * qty
		}
		return
	}
	row := b.row
	for k, o := range s.spans(m)[m.late:] {
		row[o.release] += num * qtys[k]
	}
}

// pullOdd adds what orders take by a use that is no plain factor.
func (s *Schedule) pullOdd(u use, m *made) bool {
	if s.n.odd[u.odd].byProduct {
		return true
	}
	fits, qtys := true, s.qtys(m)
	for k, o := range s.spans(m) {
		if s.n.holds(u, s.day(o.release)) {
			qty := s.n.takes(u, uom.FromUnits(qtys[k]))
			fits = s.bench.add(max(o.release, 0), qty) && fits
		}
	}
	return fits
}

// comes gives what comes of an item, in order: orders on their way, and by-products of planned orders.
func (s *Schedule) comes(i int32) ([]arrival, error) {
	n := s.n
	if !n.spills[i] {
		return n.comes[i], nil
	}
	out := slices.Clone(n.comes[i])
	for _, u := range n.used[n.usedAt[i]:n.usedAt[i+1]] {
		if u.odd < 0 || !n.odd[u.odd].byProduct {
			continue
		}
		m := &s.made[u.by]
		qtys := s.qtys(m)
		for k, o := range s.spans(m) {
			if !n.holds(u, s.day(o.release)) {
				continue
			}
			qty := n.takes(u, uom.FromUnits(qtys[k]))
			if !qty.Valid() {
				return nil, tooMuch(n.codes[i])
			}
			out = append(out, arrival{due: s.day(o.due), qty: qty, firm: true, parent: s.first[u.by] + int32(k)})
		}
	}
	slices.SortFunc(out, arrival.compare)
	return out, nil
}

// netted is a step on which something is needed of an item, or missing; quantities in millionths.
type netted struct {
	slot             int32
	gross, here, net int64
}

// net goes through the steps on which something is needed or comes, and finds what is missing on each. It leaves the row empty.
func (s *Schedule) net(i int32, comes []arrival) {
	b, item := &s.bench, &s.n.items[i]
	floor := item.SafetyStock
	if item.Lot.Rule == OrderUpTo {
		floor = floor.Max(item.Lot.Min)
	}
	least, rebuilt := floor.Units(), int32(0)
	if least > 0 && !item.Protect {
		rebuilt = s.slot(s.n.days[i].step(s.n.start, s.n.lead[i]))
	}
	if b.events = b.events[:0]; len(comes) > 0 || least > 0 || item.OnHand.Sign() < 0 {
		s.watch(comes, rebuilt)
	}
	here, c, e := item.OnHand.Units(), 0, 0
	b.rows = b.rows[:0]
	for slot := b.lo; slot <= b.hi; slot++ {
		gross := b.row[slot]
		if e < len(b.events) && b.events[e] == slot {
			e++
		} else if gross == 0 {
			continue
		}
		b.row[slot] = 0
		for ; c < len(comes) && s.slot(comes[c].due) <= slot; c++ {
			here += comes[c].qty.Units()
		}
		for ; c < len(comes) && here < gross && !comes[c].firm; c++ { // it can be had earlier
			here += comes[c].qty.Units()
		}
		row := netted{slot: slot, gross: gross, here: here}
		here -= gross
		if limit := least; here < limit {
			if slot < rebuilt {
				limit = 0
			}
			if here < limit {
				row.net, here = limit-here, limit
			}
		}
		if row.gross != 0 || row.net != 0 {
			b.rows = append(b.rows, row)
		}
	}
}

// watch notes the steps on which something comes, the start, and the step from which the safety stock is to be there.
func (s *Schedule) watch(comes []arrival, rebuilt int32) {
	b := &s.bench
	b.events = append(b.events, 0, rebuilt)
	for _, c := range comes {
		b.events = append(b.events, s.slot(c.due))
	}
	slices.Sort(b.events)
	b.events = slices.Compact(b.events)
	for len(b.events) > 0 && int(b.events[len(b.events)-1]) >= s.slots {
		b.events = b.events[:len(b.events)-1]
	}
	if last := len(b.events) - 1; last >= 0 {
		b.lo, b.hi = min(b.lo, b.events[0]), max(b.hi, b.events[last])
	}
}

// order turns what is missing into orders, by bucket: due on the bucket's first day of need.
func (s *Schedule) order(i int32) {
	b, item, per := &s.bench, &s.n.items[i], int32(s.n.bucket/s.step)
	b.qtys, b.spans = b.qtys[:0], b.spans[:0]
	each := item.Lot.Rule == "" || item.Lot.Rule == LotForLot
	if item.Phantom || each && per == 1 {
		for k := range b.rows {
			s.make(i, b.rows[k].slot, b.rows[k].net)
		}
		return
	}
	b.missed, b.dues = b.missed[:0], b.dues[:0]
	bucket := -1
	for k := range b.rows {
		r := &b.rows[k]
		if r.net == 0 {
			continue
		}
		at := int(r.slot)
		if per > 1 {
			at /= int(per)
		}
		if at == bucket {
			last := &b.missed[len(b.missed)-1]
			last.Qty = last.Qty.Add(uom.FromUnits(r.net))
			continue
		}
		bucket = at
		b.missed, b.dues = append(b.missed, Bucketed{at, uom.FromUnits(r.net)}), append(b.dues, r.slot)
	}
	b.sized = item.Lot.lots(b.sized[:0], b.missed)
	for _, l := range b.sized {
		s.make(i, b.dues[l.need], l.qty.Units())
	}
}

// make adds an order to the bench.
func (s *Schedule) make(i, due int32, qty int64) {
	if qty <= 0 {
		return
	}
	release := due
	if s.n.days[i] == nil {
		release -= s.lead[i]
	} else { // time is counted in days
		release = int32(s.n.back(i, s.day(due)) - s.n.start)
	}
	s.bench.qtys, s.bench.spans = append(s.bench.qtys, qty), append(s.bench.spans, span{due, release})
}

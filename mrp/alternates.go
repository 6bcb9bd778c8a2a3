package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// swap says that a part of a need is met by another item.
type swap struct {
	need
	by int32
}

// substitute lets what there is of an item's alternates stand in for what is missing of it, in the order in which the line names them. Only what nobody
// else needs is taken, and no safety stock; what is still missing is ordered of the item itself. An alternate that was planned before is out of reach.
func (s *Schedule) substitute(i int32) error {
	needs := s.wanted(i)
	if !slices.ContainsFunc(needs, func(n need) bool { return n.use >= 0 }) {
		return nil
	}
	comes, err := s.comes(i)
	if err != nil {
		return err
	}
	here, c := s.n.items[i].OnHand, 0
	var swaps []swap
	for k := range needs {
		n := &needs[k]
		if n.date >= s.n.end {
			break
		}
		for ; c < len(comes) && (max(comes[c].due, s.n.start) <= n.date || here.Less(n.qty) && !comes[c].firm); c++ {
			here = here.Add(comes[c].qty)
		}
		for _, code := range strings.Fields(s.alternates(*n)) {
			short := n.qty.Sub(here.Max(uom.Quantity{}))
			a, known := s.n.number[code]
			if short.Sign() <= 0 || !known || a <= i || s.n.items[a].Phantom {
				continue
			}
			spare, err := s.spare(a, n.date)
			if err != nil {
				return err
			}
			part := short.Min(spare)
			if part.Sign() <= 0 {
				continue
			}
			n.qty = n.qty.Sub(part)
			moved := need{n.date, n.at, n.parent, -1, part}
			s.extra[a] = append(s.extra[a], moved)
			swaps = append(swaps, swap{moved, a})
		}
		here = here.Sub(n.qty)
	}
	if len(swaps) > 0 {
		s.told[i] = slices.DeleteFunc(needs, func(n need) bool { return n.qty.IsZero() })
		s.swaps[i] = swaps
	}
	return nil
}

// spare is what is there of an item on a day that nobody needs, then or later: the least of what stock and arrivals leave from that day on, less the safety stock.
func (s *Schedule) spare(i int32, on calendar.Date) (uom.Quantity, error) {
	type change struct {
		date calendar.Date
		qty  uom.Quantity
	}
	var changes []change
	comes, err := s.comes(i)
	if err != nil {
		return uom.Quantity{}, err
	}
	for _, c := range comes {
		changes = append(changes, change{max(c.due, s.n.start), c.qty})
	}
	for _, n := range s.wanted(i) {
		changes = append(changes, change{n.date, n.qty.Neg()})
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.date, b.date), b.qty.Cmp(a.qty)) })
	here, c := s.n.items[i].OnHand, 0
	for ; c < len(changes) && changes[c].date <= on; c++ {
		here = here.Add(changes[c].qty)
	}
	least := here
	for ; c < len(changes) && changes[c].date < s.n.end; c++ {
		here = here.Add(changes[c].qty)
		least = least.Min(here)
	}
	return least.Sub(s.n.items[i].SafetyStock), nil
}

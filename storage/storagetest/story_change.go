package storagetest

import (
	"fmt"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// willChange says by which methods goods are valued later. The pairs of the first two items are told through, seed by seed; those of the others are made up.
func (s *story) willChange(methods []string) {
	all := append(methods, "specific", "dearest", "recent")
	n := int(s.seed)
	s.methods[0], s.later[0] = all[n%len(all)], all[(n/len(all)+n+1)%len(all)]
	for i := 1; i < len(levels); i++ {
		s.later[i] = s.one(append(methods, "dearest", "recent", s.methods[i])...)
	}
}

// change values goods by other methods from the day after all that was told; the next time by those of before.
func (s *story) change() {
	d := s.final()
	for _, f := range s.told {
		d = max(d, f.date)
	}
	d = d.AddDays(1)
	if s.rnd.IntN(2) == 0 { // with a month, as is usual
		d = d.Period().Next().First()
	}
	for i, item := range levels {
		ref := fmt.Sprintf("CM%d-%s", s.n, item)
		c := ledgermill.ChangeMethod{ID: ref, Date: d, Item: item, Method: s.later[i]}
		if s.later[i] != s.methods[i] && s.tell("change of method", ref, d, c, c) {
			s.methods[i], s.later[i], s.changed = s.later[i], s.methods[i], d
		}
	}
}

// billed is the day of a bill: it may be of before the change, and told after it.
func (s *story) billed(from calendar.Date) calendar.Date {
	d := s.day(from)
	if s.changed == 0 || s.rnd.IntN(2) == 0 {
		return d
	}
	if early := max(from, s.open.First(), s.changed.AddDays(-5)); early < s.changed {
		return early
	}
	return d
}

package costing

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Uneven is a change of a receipt's value that came after some of its units had gone back to the supplier, or such a return. Part is by how much more the
// receipt carries than the change says; or what the return takes along of that.
type Uneven struct {
	Entry
	Part money.Amount
}

// Evenly goes through the returns of a receipt's units and the changes of its value (both are among the entries that name it as their cause), in the order of
// facts. A change belongs to the units that are kept on its day, evenly. So that each of them carries its part wherever it went, all units received are given
// as much, and what went back before takes its part along again. Undone says of an entry that it never was: a return that was reversed, or a change on the day of
// its reversal. A change that is taken back later is two, each of the units that are kept on its day.
func Evenly(cur money.Currency, receipt *Entry, caused []Entry, undone func(*Entry) bool) (out []Uneven) {
	of := func(e *Entry) bool {
		return e.Cause == receipt.Source() && (e.Kind == Back && e.Qty.Sign() < 0 || e.Kind == Adjust && !e.Late) && !undone(e)
	}
	for _, e := range caused {
		if of(&e) {
			out = append(out, Uneven{Entry: e})
		}
	}
	slices.SortFunc(out, func(a, b Uneven) int {
		return cmp.Or(cmp.Compare(a.Day(), b.Day()), cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Line, b.Line))
	})
	kept := receipt.Qty
	weights := make([]int64, len(out)) // of what has gone back
	for i := range out {
		e := &out[i]
		switch gone := receipt.Qty.Sub(kept); {
		case e.Kind == Back:
			weights[i] = e.Qty.Abs().Units()
			kept = kept.Add(e.Qty)
		case gone.Sign() > 0 && kept.Sign() > 0:
			e.Part = cur.Share(e.Value, gone.Units(), kept.Units())
			for k, part := range cur.Split(e.Part, weights[:i]) {
				if out[k].Kind == Back {
					out[k].Part = out[k].Part.Add(part)
				}
			}
		}
	}
	return out
}

// Day is the day of the document: a change of a receipt's value has that of the receipt as its own.
func (e *Entry) Day() calendar.Date {
	if e.Kind == Adjust {
		return e.PostingDate
	}
	return e.FactDate
}

// PartsChanged gives the returns that take another part along than before, and by how much.
func PartsChanged(was, is []Uneven) (out []Uneven) {
	parts := map[Source]money.Amount{}
	for _, u := range is {
		parts[u.Source()] = u.Part
	}
	for _, u := range was {
		parts[u.Source()] = parts[u.Source()].Sub(u.Part)
	}
	for _, u := range append(slices.Clone(is), was...) {
		if u.Part = parts[u.Source()]; u.Kind == Back && !u.Part.IsZero() {
			out = append(out, u)
		}
		delete(parts, u.Source())
	}
	return out
}

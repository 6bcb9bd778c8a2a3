package mrp

import (
	"errors"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Policy says what must be there when an order is released.
type Policy string

// The policies. What they let an order lack is asked for, but for WhatThereIs.
const (
	AllMaterial    Policy = "all"             // all of it
	FirstOperation Policy = "first_operation" // what the first operation takes; of the rest, what there is is reserved
	BuildablePart  Policy = "buildable"       // what as many units take as can be made of what there is: at least some
	WhatThereIs    Policy = "partial"         // nothing
)

// Staged is what a release reserves for a line of an order: its component, or what stands in for it.
type Staged struct {
	Line int32
	Item string
	Qty  uom.Quantity
}

// Shortage is what an order lacks of a component on a day.
type Shortage struct {
	Line  int32
	Item  string
	Need  uom.Quantity
	Short uom.Quantity
	On    calendar.Date
}

// Start is the day on which an order's material is needed: its due date less the lead time, no earlier than a day; that day, if it is due at no date.
func (o Order) Start(leadTime int, from calendar.Date) calendar.Date {
	if o.Due == 0 {
		return from
	}
	return max(from, o.Due.AddDays(-leadTime))
}

// Stage says what a release reserves of what is there of each item, and what is then short on a day. A line takes its component first, then its alternates in
// their order. first names the routing's first operation: a line without an operation belongs to it. What the policy asks for and is not there is
// insufficient_stock, one refusal a component, which names the day and how much is there.
func (o Order) Stage(ms []Material, there map[string]uom.Quantity, p Policy, first string, on calendar.Date) ([]Staged, []Shortage, error) {
	switch p {
	case AllMaterial, FirstOperation, BuildablePart, WhatThereIs:
	default:
		return nil, nil, refusal.New(refusal.InvalidState, o.Ref, "a release is all, first_operation or buildable, not %q", p)
	}
	ms = slices.DeleteFunc(slices.Clone(ms), func(m Material) bool { return m.ByProduct || Outstanding(m).IsZero() })
	done := o.Qty
	if p == BuildablePart {
		if done = o.buildable(ms, there); done.IsZero() {
			p, done = AllMaterial, o.Qty // it says what is short
		}
	}
	staged, short := o.stage(ms, there, done, on)
	var refused []error
	for i, s := range short {
		m := ms[slices.IndexFunc(ms, func(m Material) bool { return m.Line == s.Line })]
		if must := p == AllMaterial || p == FirstOperation && (m.Op == "" || m.Op == first); must && s.Short.Sign() > 0 {
			e := refusal.New(refusal.InsufficientStock, s.Item, "there is less than %s takes on %s", o.Ref, s.On).Numbers(s.Need, s.Need.Sub(s.Short))
			if len(short) > 1 {
				e.Line = i + 1
			}
			refused = append(refused, e)
		}
	}
	return staged, slices.DeleteFunc(short, func(s Shortage) bool { return s.Short.IsZero() }), errors.Join(refused...)
}

// stage takes what done units need of what is there; what is short is short of the whole order. It gives a shortage, perhaps of nothing, for every line.
func (o Order) stage(ms []Material, there map[string]uom.Quantity, done uom.Quantity, on calendar.Date) (staged []Staged, short []Shortage) {
	left := map[string]uom.Quantity{}
	for _, m := range ms {
		need := o.Need(m, done).Sub(m.Issued).Max(uom.Quantity{})
		got := uom.Quantity{}
		for _, code := range append([]string{m.Item}, strings.Fields(m.Alternates)...) {
			have, seen := left[code]
			if !seen {
				have = there[code].Max(uom.Quantity{})
			}
			part := have.Min(need.Sub(got))
			left[code] = have.Sub(part)
			if part.Sign() > 0 {
				got = got.Add(part)
				staged = append(staged, Staged{m.Line, code, part})
			}
		}
		short = append(short, Shortage{m.Line, m.Item, Outstanding(m), Outstanding(m).Sub(got), on})
	}
	return staged, short
}

// buildable is how many units what is there is enough for, at most the order: whole ones, if the order is of whole ones.
func (o Order) buildable(ms []Material, there map[string]uom.Quantity) uom.Quantity {
	return most(o.Qty, func(done uom.Quantity) bool {
		staged, _ := o.stage(ms, there, done, 0)
		var need, got uom.Quantity
		for _, m := range ms {
			need = need.Add(o.Need(m, done).Sub(m.Issued).Max(uom.Quantity{}))
		}
		for _, s := range staged {
			got = got.Add(s.Qty)
		}
		return need == got
	})
}

// most is the largest quantity up to a limit that something is enough for, where what is enough for more is enough for less: a whole one, if the limit is whole.
func most(limit uom.Quantity, enough func(uom.Quantity) bool) uom.Quantity {
	step := int64(1)
	if limit.Units()%million == 0 {
		step = million
	}
	low, high := int64(0), limit.Units()/step // low is enough
	for low < high {
		mid := low + (high-low+1)/2
		if enough(uom.FromUnits(mid * step)) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return uom.FromUnits(low * step)
}

// StandIn moves what a release took of alternates to lines of their own, after an order's last, and gives all lines.
func StandIn(ms []Material, staged []Staged) []Material {
	out, last := slices.Clone(ms), int32(0)
	at := map[int32]int{}
	for i, m := range out {
		at[m.Line] = i
		last = max(last, m.Line)
	}
	for _, s := range staged {
		m := &out[at[s.Line]]
		if s.Item == m.Item {
			continue
		}
		m.Required = m.Required.Sub(s.Qty)
		was := slices.IndexFunc(out, func(m Material) bool { return m.Stands == s.Line && m.Item == s.Item })
		if was >= 0 { // from a release that was undone
			out[was].Required = out[was].Required.Add(s.Qty)
			continue
		}
		last++
		out = append(out, Material{Order: m.Order, Line: last, Item: s.Item, Required: s.Qty, Fixed: m.Fixed, Op: m.Op, Stands: s.Line})
	}
	return out
}

// StandBack is the opposite of StandIn: what was not issued of what stands in for a component is needed of the component again.
func StandBack(ms []Material) []Material {
	out := slices.Clone(ms)
	for i := range out {
		m := &out[i]
		part := Outstanding(*m)
		for n := range out {
			if m.Stands != 0 && out[n].Line == m.Stands {
				m.Required, out[n].Required = m.Required.Sub(part), out[n].Required.Add(part)
			}
		}
	}
	return out
}

// Requisition adds up shortages by item, less what of it is on its way already: what must be asked for.
func Requisition(short []Shortage, coming map[string]uom.Quantity) []Shortage {
	var out []Shortage
	for _, s := range short {
		i := slices.IndexFunc(out, func(o Shortage) bool { return o.Item == s.Item })
		if i < 0 {
			out = append(out, Shortage{Item: s.Item, On: s.On})
			i = len(out) - 1
		}
		out[i].Need, out[i].Short = out[i].Need.Add(s.Need), out[i].Short.Add(s.Short)
	}
	for i := range out {
		out[i].Short = out[i].Short.Sub(coming[out[i].Item]).Max(uom.Quantity{})
	}
	return slices.DeleteFunc(out, func(s Shortage) bool { return s.Short.IsZero() })
}

// Wanted are the items that an order's components, and what stands in for them, are of; each once.
func Wanted(ms []Material) (out []string) {
	for _, m := range ms {
		for _, code := range append([]string{m.Item}, strings.Fields(m.Alternates)...) {
			if !m.ByProduct && !Outstanding(m).IsZero() && !slices.Contains(out, code) {
				out = append(out, code)
			}
		}
	}
	return out
}

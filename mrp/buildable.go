package mrp

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Buildable is how many units of an item, whole ones and up to a limit, can be made of what is there: parts that are there are used before they are made, and
// what stands in for a part before the part is made. short says what one unit more would lack. An item that nobody says what it is made of is not_found.
func Buildable(item string, limit uom.Quantity, there map[string]uom.Quantity, on calendar.Date, s Structure, phantom func(string) bool) (uom.Quantity, []Shortage, error) {
	w := workshop{there, on, s, phantom, map[string]recipeOn{}, nil}
	w.walk(item)
	if w.recipes[item].lines == nil {
		return uom.Quantity{}, nil, refusal.New(refusal.NotFound, item, "no bill of materials holds on %s", on)
	}
	slices.Reverse(w.order)
	qty := most(limit.Sub(uom.FromUnits(limit.Units()%million)), func(q uom.Quantity) bool {
		short, err := w.make(item, q)
		return err == nil && len(short) == 0
	})
	if qty == limit {
		return qty, nil, nil
	}
	short, err := w.make(item, qty.Add(uom.FromInt(1)))
	if !qty.IsZero() { // what cannot even be counted is short of nothing
		err = nil
	}
	return qty, short, err
}

type recipeOn struct {
	bom   BOM
	lines []BOMLine
}

// workshop makes things in thought.
type workshop struct {
	there   map[string]uom.Quantity
	on      calendar.Date
	s       Structure
	phantom func(string) bool
	recipes map[string]recipeOn
	order   []string // each after all that it is made of
}

// walk puts an item behind all that it is made of.
func (w *workshop) walk(item string) {
	if _, seen := w.recipes[item]; seen {
		return
	}
	var r recipeOn
	versions, _ := w.s.Versions(item)
	if b, ok := Effective(versions, w.on); ok {
		lines, _ := w.s.Lines(item, b.Doc)
		r = recipeOn{b, lines}
	}
	w.recipes[item] = r
	for _, l := range r.lines {
		if !l.ByProduct {
			w.walk(l.Component)
		}
	}
	w.order = append(w.order, item)
}

// PartsOf are an item, all that it is made of on a day, through all levels, and what may stand in for that; each once.
func PartsOf(item string, on calendar.Date, s Structure) []string {
	w := workshop{on: on, s: s, recipes: map[string]recipeOn{}}
	w.walk(item)
	out := slices.Clone(w.order)
	for _, code := range w.order {
		for _, l := range w.recipes[code].lines {
			for _, a := range strings.Fields(l.Alternates) {
				if !slices.Contains(out, a) {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

// make gives what is short for a quantity of an item.
func (w *workshop) make(item string, qty uom.Quantity) (short []Shortage, err error) {
	left, needs, alternates := maps.Clone(w.there), map[string]uom.Quantity{item: qty}, map[string]string{}
	take := func(code string, need uom.Quantity) uom.Quantity {
		part := left[code].Max(uom.Quantity{}).Min(need)
		if left[code] = left[code].Sub(part); part.IsZero() {
			return need
		}
		return need.Sub(part)
	}
	for _, code := range w.order {
		need := needs[code]
		if need.IsZero() {
			continue
		}
		whole := need
		if code != item {
			for _, c := range append([]string{code}, strings.Fields(alternates[code])...) {
				need = take(c, need)
			}
		}
		r := w.recipes[code]
		switch {
		case need.IsZero():
		case r.lines == nil:
			short = append(short, Shortage{Item: code, Need: whole, Short: need, On: w.on})
		default:
			materials, _, err := Explode("", r.bom, r.lines, need, w.on, w.s, w.phantom)
			if err != nil {
				return nil, err
			}
			for _, m := range materials {
				if !m.ByProduct {
					needs[m.Item] = needs[m.Item].Add(m.Required)
					alternates[m.Item] = strings.TrimSpace(alternates[m.Item] + " " + m.Alternates)
				}
			}
		}
	}
	return short, nil
}

// Use says that an item goes into another: as a component of it, or deeper down.
type Use struct {
	Item  string
	Level int          // 1: as a component
	Qty   uom.Quantity // that one unit made by itself takes in all, through all levels, losses included; rounded up
}

// WhereUsed gives all that an item goes into on a day, the nearest first, by code within a level. missing are the items whose parents or bills of materials are
// not loaded yet: the caller loads them and asks again. What it may only stand in for is not among them.
func WhereUsed(item string, on calendar.Date, s Structure, up Upwards) (uses []Use, missing []string) {
	w := whereUsed{on: on, s: s, up: up, level: map[string]int{item: 0}, per: map[string]*big.Rat{item: big.NewRat(1, 1)}}
	for now := []string{item}; len(now) > 0; {
		var next []string
		for _, code := range now {
			parents, known := up.Parents(code)
			if !known {
				w.missing = append(w.missing, code)
			}
			for _, p := range parents {
				if _, seen := w.level[p]; !seen && w.holds(p, code) {
					w.level[p] = w.level[code] + 1
					next = append(next, p)
				}
			}
		}
		now = next
	}
	for _, code := range slices.Sorted(maps.Keys(w.level)) {
		if code != item {
			uses = append(uses, Use{code, w.level[code], rounded(w.of(code), false)})
		}
	}
	slices.SortStableFunc(uses, func(a, b Use) int { return a.Level - b.Level })
	return uses, w.missing
}

type whereUsed struct {
	on      calendar.Date
	s       Structure
	up      Upwards
	level   map[string]int
	per     map[string]*big.Rat
	missing []string
}

// recipe gives the lines of an item's BOM of the day.
func (w *whereUsed) recipe(item string) (BOM, []BOMLine) {
	versions, known := w.s.Versions(item)
	b, ok := Effective(versions, w.on)
	var lines []BOMLine
	if ok {
		var loaded bool
		lines, loaded = w.s.Lines(item, b.Doc)
		known = known && loaded
	}
	if !known {
		w.missing = append(w.missing, item)
	}
	return b, lines
}

// holds says whether an item's BOM of the day names a component.
func (w *whereUsed) holds(item, component string) bool {
	_, lines := w.recipe(item)
	return slices.ContainsFunc(lines, func(l BOMLine) bool { return l.Component == component && !l.ByProduct })
}

// of is what one unit of an item takes.
func (w *whereUsed) of(item string) *big.Rat {
	if have := w.per[item]; have != nil {
		return have
	}
	sum := new(big.Rat)
	w.per[item] = sum
	b, lines := w.recipe(item)
	for _, l := range lines {
		if _, above := w.level[l.Component]; above && !l.ByProduct {
			part := usage(b, l, big.NewRat(1, 1))
			sum.Add(sum, part.Mul(part, w.of(l.Component)))
		}
	}
	return sum
}

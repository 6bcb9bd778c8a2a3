package mrp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// tree says what every item is made of, and what may stand in for what; items are numbered by code.
type tree struct {
	codes  []string
	item   []int32 // where it is among a problem's items
	number map[string]int32
	below  [][]int32 // each once
	stands [][]int32 // component -> alternates, each once
}

// newTree walks all versions of all bills of materials, and the material of orders on their way.
func newTree(p Problem) *tree {
	at := make(map[string]int32, len(p.Items))
	for i := range p.Items {
		at[p.Items[i].Code] = int32(i)
	}
	t := &tree{number: at, codes: make([]string, 0, len(at)), item: make([]int32, len(at))}
	for code := range at {
		t.codes = append(t.codes, code)
	}
	slices.Sort(t.codes)
	for i, code := range t.codes {
		t.item[i] = at[code]
		at[code] = int32(i)
	}
	t.below, t.stands = make([][]int32, len(t.codes)), make([][]int32, len(t.codes))
	seen := make([]int32, len(t.codes)) // by which item last, plus one
	for i, code := range t.codes {
		versions, _ := p.BOMs.Versions(code)
		for _, v := range versions {
			lines, _ := p.BOMs.Lines(code, v.Doc)
			for _, l := range lines {
				c, ok := at[l.Component]
				if !ok {
					continue
				}
				if seen[c] != int32(i+1) {
					seen[c] = int32(i + 1)
					t.below[i] = append(t.below[i], c)
				}
				t.instead(c, l.Alternates)
			}
		}
		slices.Sort(t.below[i])
	}
	for _, s := range p.Supplies {
		for _, m := range s.Needs {
			if c, ok := at[m.Item]; ok {
				t.instead(c, m.Alternates)
			}
		}
	}
	for _, alternates := range t.stands { // the same whatever the order in which all was told
		slices.Sort(alternates)
	}
	return t
}

func (t *tree) instead(component int32, alternates string) {
	if alternates == "" {
		return
	}
	for _, code := range strings.Fields(alternates) {
		if a, ok := t.number[code]; ok && a != component && !slices.Contains(t.stands[component], a) {
			t.stands[component] = append(t.stands[component], a)
		}
	}
}

// byLevel gives the items with everything that an item goes into before it (low-level codes), by code within a level. What may stand in for an item comes
// after it, unless each may stand in for the other: then it is the structure alone that says which comes first.
func (t *tree) byLevel() ([]int32, error) {
	size := len(t.codes)
	levels, waits, stands := make([]int32, size), make([]int32, size), make([]int32, size) // waits for what it goes into, for what it stands in for
	for i := range size {
		for _, c := range t.below[i] {
			waits[c]++
		}
		for _, a := range t.stands[i] {
			stands[a]++
		}
	}
	ready, placed := make([]int32, 0, size), make([]bool, size)
	var held []int32
	place := func(i int32) {
		switch {
		case placed[i] || waits[i] > 0:
		case stands[i] > 0:
			held = append(held, i)
		default:
			placed[i] = true
			ready = append(ready, i)
		}
	}
	for i := range size {
		place(int32(i))
	}
	for at := 0; at < len(ready) || len(held) > 0; at++ {
		for ; at == len(ready) && len(held) > 0; held = held[1:] {
			stands[held[0]] = 0
			place(held[0])
		}
		if at == len(ready) {
			break
		}
		i := ready[at]
		for _, c := range t.below[i] {
			waits[c]--
			levels[c] = max(levels[c], levels[i]+1)
			place(c)
		}
		for _, a := range t.stands[i] {
			if stands[a]--; !placed[a] {
				levels[a] = max(levels[a], levels[i]+1)
				place(a)
			}
		}
	}
	if len(ready) < size {
		for i := range size {
			if waits[i] > 0 {
				return nil, refusal.New(refusal.CyclicBOM, t.codes[i], "the item is made of itself, or of what is")
			}
		}
	}
	slices.SortFunc(ready, func(a, b int32) int { return cmp.Or(cmp.Compare(levels[a], levels[b]), cmp.Compare(a, b)) })
	return ready, nil
}

package mrp

// Recipes are all bills of materials, at hand: a [Structure].
type Recipes struct {
	versions map[string][]BOM
	lines    map[recipe][]BOMLine
}

type recipe struct {
	item string
	doc  int64
}

// NewRecipes sorts bills of materials, with their lines in order, by item.
func NewRecipes(boms []BOM, lines []BOMLine) Recipes {
	r := Recipes{map[string][]BOM{}, map[recipe][]BOMLine{}}
	for _, b := range boms {
		r.versions[b.Item] = append(r.versions[b.Item], b)
	}
	for _, l := range lines {
		k := recipe{l.Item, l.Doc}
		r.lines[k] = append(r.lines[k], l)
	}
	return r
}

// Versions gives all versions of an item's BOM.
func (r Recipes) Versions(item string) ([]BOM, bool) { return r.versions[item], true }

// Lines gives the lines of one version.
func (r Recipes) Lines(item string, doc int64) ([]BOMLine, bool) {
	return r.lines[recipe{item, doc}], true
}

// Makes says whether an item has a BOM.
func (r Recipes) Makes(item string) bool { return len(r.versions[item]) > 0 }

// OpenOrders gives what is still to come of work orders, and what they still need.
func OpenOrders(orders []Order, materials []Material, items []PlanItem) (out []Supply) {
	lead, parts := map[string]int{}, map[string][]Material{}
	for _, i := range items {
		lead[i.Code] = i.LeadTime
	}
	for _, m := range materials {
		parts[m.Order] = append(parts[m.Order], m)
	}
	for _, o := range orders {
		if s, open := o.OpenOrder(parts[o.Ref], lead[o.Item]); open {
			out = append(out, s)
		}
	}
	return out
}

package explain

import (
	"cmp"
	"fmt"
	"strings"
)

// String draws the tree: amounts below each other, then what each is, with its document, day, posting rule and costing method (where not all was booked by
// the same version of the rules, with that too); the totals by element and by source follow.
func (t *Tree) String() string {
	width, versions := 0, map[string]bool{}
	t.Root.walk(func(n *Node, _ int) {
		width = max(width, len(n.Amount.String()))
		if n.Rule != "" {
			versions[n.Version] = true
		}
	})
	var out strings.Builder
	d := drawing{&out, width, len(versions) > 1}
	d.draw(t.Root, "", "")
	if !t.Qty.IsZero() {
		fmt.Fprintf(&out, "%*s  a %s: %s %s in all\n", width, t.UnitCost().StringFixed(4), t.unit, t.Qty, t.unit)
	}
	if t.Forward {
		out.WriteString("by place\n")
		for _, p := range t.ByPlace() {
			ref := ""
			if p.Ref != "" {
				ref = ", " + p.Ref
			}
			fmt.Fprintf(&out, "%*s  %s%s\n", width, p.Amount, p.What, ref)
		}
		return out.String()
	}
	if t.Amount().IsZero() && len(t.Root.Children) == 0 {
		return out.String()
	}
	t.drawElements(&out, width)
	out.WriteString("by source\n")
	for _, s := range t.BySource() {
		name := s.Ref
		if name == "" {
			name = "earlier"
		}
		fmt.Fprintf(&out, "%*s  %s\n", width, s.Amount, name)
	}
	return out.String()
}

// drawElements adds the totals by element, where any is known.
func (t *Tree) drawElements(out *strings.Builder, width int) {
	by, units := t.ByElement(), t.UnitCosts()
	rest, some := by[""]
	if len(by) == 0 || some && len(by) == 1 {
		return
	}
	out.WriteString("by element\n")
	for _, e := range Elements {
		if a, there := by[e]; there {
			fmt.Fprintf(out, "%*s  %s", width, a, elements[e])
			if unit, there := units[e]; there {
				fmt.Fprintf(out, ", %s a %s", unit.StringFixed(4), t.unit)
			}
			out.WriteString("\n")
		}
	}
	if some {
		fmt.Fprintf(out, "%*s  no element of cost\n", width, rest)
	}
}

type drawing struct {
	out      *strings.Builder
	width    int
	versions bool // of the rules are told
}

func (d drawing) draw(n *Node, first, rest string) {
	fmt.Fprintf(d.out, "%*s  %s%s\n", d.width, n.Amount, first, d.line(n))
	for i, c := range n.Children {
		if i == len(n.Children)-1 {
			d.draw(c, rest+"└─ ", rest+"   ")
		} else {
			d.draw(c, rest+"├─ ", rest+"│  ")
		}
	}
}

// line is what a node says of itself.
func (d drawing) line(n *Node) string {
	var words, stamps []string
	if n.Ref != "" && !strings.Contains(n.What, n.Ref) {
		words = append(words, n.Ref)
	}
	if n.Date != 0 && n.Kind != KindEarlier {
		words = append(words, n.Date.String())
	}
	words = append(words, n.What)
	if n.Rule != "" {
		rule := n.Rule
		if d.versions {
			rule += " of " + cmp.Or(n.Version, "rules unknown")
		}
		stamps = append(stamps, rule)
	}
	if n.Method != "" {
		method := n.Method
		if s := n.Standard; s != nil {
			if method += " " + s.Cost.String(); s.From != 0 {
				method += " from " + s.From.String()
			}
		}
		stamps = append(stamps, method)
	}
	if len(stamps) > 0 {
		words = append(words, "["+strings.Join(stamps, ", ")+"]")
	}
	if n.Cut != "" {
		words = append(words, "("+n.Cut+")")
	}
	return strings.Join(words, " ")
}

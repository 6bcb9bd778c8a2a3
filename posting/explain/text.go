package explain

import (
	"fmt"
	"strings"
)

// String draws the tree: amounts below each other, then what each is, with its document, day, posting rule and costing method; the totals by element and by
// source follow.
func (t *Tree) String() string {
	width := 0
	t.Root.walk(func(n *Node, _ int) { width = max(width, len(n.Amount.String())) })
	var out strings.Builder
	t.Root.draw(&out, width, "", "")
	if !t.Qty.IsZero() {
		fmt.Fprintf(&out, "%*s  a unit, of %s\n", width, t.UnitCost().StringFixed(4), t.Qty)
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
	by := t.ByElement()
	rest, some := by[""]
	if some && len(by) == 1 {
		return
	}
	out.WriteString("by element\n")
	for _, e := range Elements {
		if a, there := by[e]; there {
			fmt.Fprintf(out, "%*s  %s\n", width, a, elements[e])
		}
	}
	if some {
		fmt.Fprintf(out, "%*s  no element of cost\n", width, rest)
	}
}

func (n *Node) draw(out *strings.Builder, width int, first, rest string) {
	fmt.Fprintf(out, "%*s  %s%s\n", width, n.Amount, first, n.line())
	for i, c := range n.Children {
		if i == len(n.Children)-1 {
			c.draw(out, width, rest+"└─ ", rest+"   ")
		} else {
			c.draw(out, width, rest+"├─ ", rest+"│  ")
		}
	}
}

// line is what a node says of itself.
func (n *Node) line() string {
	var words []string
	if n.Ref != "" && !strings.Contains(n.What, n.Ref) {
		words = append(words, n.Ref)
	}
	if n.Date != 0 && n.Kind != KindEarlier {
		words = append(words, n.Date.String())
	}
	words = append(words, n.What)
	var stamps []string
	for _, s := range []string{n.Rule, n.Method} {
		if s != "" {
			stamps = append(stamps, s)
		}
	}
	if len(stamps) > 0 {
		words = append(words, "["+strings.Join(stamps, ", ")+"]")
	}
	if n.Cut != "" {
		words = append(words, "("+n.Cut+")")
	}
	return strings.Join(words, " ")
}

package trace

import (
	"fmt"
	"strings"
)

// shown is how many documents a line of text names.
const shown = 3

// String gives the tree as lines of text, what lies below a node two blanks to the right of it.
func (t Tree) String() string {
	var b strings.Builder
	if t.Root == nil {
		return ""
	}
	fmt.Fprintf(&b, "%s of %s: %s worth %s\n", t.Direction, t.Root.Lot, t.Root.Qty, t.Root.Value)
	t.walk(func(n *Node, above []*Node) {
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", len(above)), n.line(t.Root.Lot))
	})
	if t.Cut {
		fmt.Fprintf(&b, "cut off at %d lines\n", Limit)
	}
	return b.String()
}

// line is a node in words.
func (n *Node) line(root Lot) string {
	s := string(n.Kind)
	switch n.Kind {
	case Goods:
		s = n.Lot.String()
	case Cost:
		return fmt.Sprintf("%s: %s", n.Name, n.Value)
	case Order, InProcess:
		s = "work order " + n.Name
		if n.Kind == InProcess {
			s = "in process, " + n.Name
		}
	case OnHand:
		s = "on hand, " + n.Name
		if n.Bin != "" {
			s += "/" + n.Bin
		}
	case Unbuilt:
		s = "unbuilt"
	default:
		s = strings.TrimSpace(s + " " + n.Name)
	}
	s += fmt.Sprintf(": %s worth %s", n.Qty, n.Value)
	if !n.Of.IsZero() && (n.Lot != root || n.Of != n.Qty) {
		s += fmt.Sprintf(", holds %s of %s", n.Of, root)
	}
	if docs := n.documents(); docs != "" {
		s += " (" + docs + ")"
	}
	switch {
	case n.Again:
		s += ", see above"
	case n.Cut:
		s += ", not all that is below is shown"
	}
	return s
}

func (n *Node) documents() string {
	var docs []string
	for i, s := range n.Steps {
		if i == shown {
			docs = append(docs, fmt.Sprintf("and %d more", len(n.Steps)-shown))
			break
		}
		docs = append(docs, fmt.Sprintf("%s of %s", s.Ref, s.Date))
		if len(s.Bills) > 0 {
			docs[i] += ", billed by " + strings.Join(s.Bills, " and ")
		}
	}
	return strings.Join(docs, ", ")
}

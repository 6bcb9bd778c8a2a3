package storagetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting/trace"
)

// Traces traces every lot of some items both ways and holds the trees to what must be so: what came in is what left and what is here; at every stop the quantity of
// the traced lot and the money are, to the last digit, what lies below. It gives the trees as text, to be compared.
func Traces(t *testing.T, c *ledgermill.Company, items ...string) string {
	t.Helper()
	var b strings.Builder
	for _, item := range items {
		lots, err := c.Lots(context.Background(), item)
		if err != nil {
			t.Fatal(err)
		}
		for _, lot := range lots {
			var roots []uom.Quantity
			for _, d := range []trace.Direction{trace.Backward, trace.Forward} {
				tree, err := c.Trace(context.Background(), item, lot, d)
				if refusal.CodeOf(err) == refusal.NotFound {
					continue // all of it was undone
				}
				if err != nil {
					t.Fatalf("%s#%s: %v", item, lot, err)
				}
				roots = append(roots, tree.Root.Qty)
				if err := conserved(tree.Root, d); err != nil {
					t.Fatalf("%v\n%s", err, tree)
				}
				b.WriteString(tree.String())
			}
			v, err := c.Stock(context.Background(), item, "", "", lot)
			owed := v.Qty.Min(uom.Quantity{}) // left before it came in
			if err != nil || len(roots) == 2 && roots[0].Add(owed) != roots[1] {
				t.Fatalf("%s#%s: %s came in, %s left or is here: %v", item, lot, roots[1], roots[0], err)
			}
		}
	}
	return b.String()
}

// conserved says where what lies below a node is not what the node is.
func conserved(n *trace.Node, d trace.Direction) error {
	var qty, of []uom.Quantity
	var values []money.Amount
	for _, m := range n.Nodes {
		qty, of, values = append(qty, m.Qty), append(of, m.Of), append(values, m.Value)
		if m.Qty.Sign() < 0 || !m.Qty.Valid() || !m.Value.Valid() {
			return fmt.Errorf("%s of %s is %s worth %s", m.Kind, m.Lot, m.Qty, m.Value)
		}
		if err := conserved(m, d); err != nil {
			return err
		}
	}
	switch {
	case n.Cut || n.Again || len(n.Nodes) == 0:
		return nil
	case d == trace.Forward && uom.Sum(of...) != n.Of:
		return fmt.Errorf("%s %s %s holds %s, below it %v", n.Kind, n.Name, n.Lot, n.Of, of)
	case d == trace.Backward && n.Kind == trace.Goods && uom.Sum(qty...) != n.Qty:
		return fmt.Errorf("%s came of %v, and is %s", n.Lot, qty, n.Qty)
	case d == trace.Backward && money.Sum(values...) != n.Value:
		return fmt.Errorf("%s %s %s cost %v, and is worth %s", n.Kind, n.Name, n.Lot, values, n.Value)
	}
	return nil
}

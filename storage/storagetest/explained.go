package storagetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/explain"
	"github.com/ledgermill/ledgermill/storage"
)

// explained holds every figure of a company to its explanation: what each item is worth, what each order holds, what each document cost, each balance. The
// leaves sum to the figure, by element and by source too, and the bounds hold.
func explained(t *testing.T, c *ledgermill.Company, s storage.Store, seed uint64, name string) {
	t.Helper()
	if seed%3 != 1 { // it reads all the books some hundred times
		return
	}
	ctx := t.Context()
	for _, item := range scanned[inventory.Item](t, s, storage.Items) {
		if v, err := c.Stock(ctx, item.Code, "", "", ""); err == nil {
			explains(t, c, name, explain.StockOf(item.Code), &v.Value)
		}
	}
	var held money.Amount
	for _, o := range scanned[costing.OrderCost](t, s, storage.OrderCosts) {
		open := o.Open.Total()
		held = held.Add(open)
		explains(t, c, name, explain.WIPOf(o.Order), &open)
	}
	explains(t, c, name, explain.WIPOf(""), &held)
	consumed(t, c, s, name)
	for _, d := range scanned[posting.Document](t, s, storage.Documents) {
		if _, err := c.Explain(ctx, explain.CostOf(d.Ref)); refusal.CodeOf(err) != refusal.NotFound {
			explains(t, c, name, explain.CostOf(d.Ref), nil)
		}
	}
	for _, d := range scanned[posting.Document](t, s, storage.Documents) {
		tree, err := c.Follow(ctx, d.Ref)
		if refusal.CodeOf(err) == refusal.NotFound {
			continue
		}
		require.NoError(t, err, "%s: where the money of %s went", name, d.Ref)
		var places money.Amount
		for _, p := range tree.ByPlace() {
			places = places.Add(p.Amount)
		}
		require.Equal(t, tree.Amount(), places, "%s\n%s", name, tree)
		require.LessOrEqual(t, tree.Nodes, explain.MaxNodes)
	}
	tb, err := c.TrialBalance(ctx, ledgermill.AsOf{})
	require.NoError(t, err)
	for _, r := range tb.Rows {
		explains(t, c, name, explain.BalanceOf(r.Code, 0), &r.Closing)
	}
}

// consumed holds what facts say that orders hold of each material to the records of it.
func consumed(t *testing.T, c *ledgermill.Company, s storage.Store, name string) {
	t.Helper()
	want, got := map[string]string{}, map[string]string{}
	orders := map[string]bool{}
	for _, h := range scanned[costing.Consumed](t, s, storage.Consumption) {
		if orders[h.Order] = true; !h.Qty.IsZero() {
			want[h.Order+" "+h.Item+" "+h.Lot] = h.Qty.String() + " " + h.Value.String()
		}
	}
	for order := range orders {
		v, err := c.PastOrder(t.Context(), order, ledgermill.AsOf{})
		require.NoError(t, err, name)
		for _, m := range v.Materials {
			require.Equal(t, m.Value, m.Restated, "nothing is booked after the last day: %s", name)
			if !m.Qty.IsZero() {
				got[order+" "+m.Item+" "+m.Lot] = m.Qty.String() + " " + m.Value.String()
			}
		}
	}
	require.Equal(t, want, got, name)
}

func scanned[T any](t *testing.T, s storage.Store, k storage.Kind) (out []T) {
	t.Helper()
	q := storage.Scan{Kind: k}
	for {
		page, err := s.Scan(t.Context(), "main", q)
		require.NoError(t, err)
		for _, r := range page.Rows {
			out = append(out, *r.(*T))
		}
		if q.Cursor = page.Cursor; q.Cursor == "" {
			return out
		}
	}
}

func explains(t *testing.T, c *ledgermill.Company, name string, f explain.Figure, want *money.Amount) {
	t.Helper()
	tree, err := c.Explain(t.Context(), f)
	require.NoError(t, err, "%s: %+v", name, f)
	var leaves, elements, sources money.Amount
	for _, n := range tree.Leaves() {
		leaves = leaves.Add(n.Amount)
	}
	for _, a := range tree.ByElement() {
		elements = elements.Add(a)
	}
	for _, s := range tree.BySource() {
		sources = sources.Add(s.Amount)
	}
	for _, sum := range []money.Amount{leaves, elements, sources} {
		require.Equal(t, tree.Amount(), sum, "%s: %+v\n%s", name, f, tree)
	}
	require.LessOrEqual(t, tree.Nodes, explain.MaxNodes)
	if want != nil {
		require.Equal(t, *want, tree.Amount(), "%s: %+v\n%s", name, f, tree)
	}
}

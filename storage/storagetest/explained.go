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

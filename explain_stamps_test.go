package ledgermill_test

import (
	"maps"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/explain"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// Each node says which version of the rules booked it, by which method it was valued, and since when its standard cost held: as it was then, whatever was changed since.
func TestExplainSaysByWhatEachNodeWasBooked(t *testing.T) {
	d := day("2026-01-01")
	c, err := ledgermill.Open(t.Context(), memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: d}})
	require.NoError(t, err)
	do := func(commands ...ledgermill.Command) {
		t.Helper()
		_, err := c.Do(t.Context(), commands...)
		require.NoError(t, err)
	}
	receive := func(ref, item string, on calendar.Date) ledgermill.Receive {
		return ledgermill.Receive{ID: ref, Date: on, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: item, Qty: qty("10"), Price: price("4")}}}
	}
	do(ledgermill.DefineItem{ID: "item:OIL", Date: d, Code: "OIL", Method: "fifo"},
		ledgermill.DefineItem{ID: "item:NUT", Date: d, Code: "NUT", Method: "standard", StandardCost: decimal.RequireFromString("3")},
		receive("GR-1", "OIL", d.AddDays(1)), receive("GR-2", "NUT", d.AddDays(1)))

	next := posting.RuleSet{Rules: maps.Clone(posting.Builtin().Rules), Version: "builtin-next"}
	next.Rules["receive"] = maps.Clone(next.Rules["receive"])
	next.Rules["receive"]["stock"] = posting.Rule{Name: "receive.goods", Debit: true, Role: "stock"}
	ledgermill.PostBy(c, next)
	do(receive("GR-3", "OIL", d.AddDays(3)),
		ledgermill.ChangeMethod{ID: "CM-1", Date: d.AddDays(4), Item: "OIL", Method: "average"}, receive("GR-4", "OIL", d.AddDays(5)),
		ledgermill.SetStandard{ID: "SC-1", Date: d.AddDays(4), Item: "NUT", Cost: decimal.RequireFromString("5")}, receive("GR-5", "NUT", d.AddDays(5)))

	first := posting.Builtin().Version
	type stamp struct{ rule, version, method, standard string }
	stamps := func(item string) map[string]stamp {
		tree, err := c.Explain(t.Context(), explain.StockOf(item))
		require.NoError(t, err)
		out := map[string]stamp{}
		for _, n := range tree.Root.Children {
			of := stamp{n.Rule, n.Version, n.Method, ""}
			if s := n.Standard; s != nil {
				of.standard = s.Cost.String() + " " + s.From.String()
			}
			out[n.Ref] = of
		}
		return out
	}
	require.Equal(t, map[string]stamp{
		"GR-1": {"receive.stock", first, "fifo", ""},
		"GR-3": {"receive.goods", "builtin-next", "fifo", ""},
		"GR-4": {"receive.goods", "builtin-next", "average", ""},
	}, stamps("OIL"))
	require.Equal(t, map[string]stamp{
		"GR-2": {"receive.stock", first, "standard", "3 "},
		"SC-1": {"standard_cost.stock", "builtin-next", "standard", "5 2026-01-05"},
		"GR-5": {"receive.goods", "builtin-next", "standard", "5 2026-01-05"},
	}, stamps("NUT"))
	tree, err := c.Explain(t.Context(), explain.StockOf("OIL"))
	require.NoError(t, err)
	require.Contains(t, tree.String(), "10 pc OIL received from ACME [receive.stock of "+first+", fifo]")
	require.Contains(t, tree.String(), "10 pc OIL received from ACME [receive.goods of builtin-next, fifo]")
}

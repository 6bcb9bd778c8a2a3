package ledgermill_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting/explain"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// shafts is a factory that made shafts of steel and shipped some; the bill of the steel came late.
func shafts(t *testing.T) (*ledgermill.Company, storage.Store) {
	t.Helper()
	d, wages := day("2026-01-01"), money.MustParse("96")
	store := memory.New()
	c, err := ledgermill.Open(t.Context(), store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: d}})
	require.NoError(t, err)
	_, err = c.Do(t.Context(),
		ledgermill.DefineItem{ID: "item:STEEL", Date: d, Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"},
		ledgermill.DefineItem{ID: "item:SHAFT", Date: d, Code: "SHAFT", Kind: "finished", Method: "average"},
		ledgermill.DefineBOM{ID: "bom", Date: d, Item: "SHAFT", Lines: []ledgermill.BOMLine{{Item: "STEEL", Qty: qty("2.5")}}},
		ledgermill.Receive{ID: "GR-1", Date: d.AddDays(2), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.20")}}},
		ledgermill.Receive{ID: "GR-2", Date: d.AddDays(4), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.60")}}},
		ledgermill.WorkOrder{ID: "WO-1", Date: d.AddDays(5), Item: "SHAFT", Qty: qty("48")},
		ledgermill.Issue{ID: "MI-1", Date: d.AddDays(5), Order: "WO-1"},
		ledgermill.Report{ID: "RP-1", Date: d.AddDays(5), Order: "WO-1", Good: uom.FromInt(48), LaborCost: &wages},
		ledgermill.Complete{ID: "CO-1", Date: d.AddDays(6), Order: "WO-1", Qty: qty("40")},
		ledgermill.Ship{ID: "SH-1", Date: d.AddDays(8), Customer: "C", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: qty("10")}}},
		ledgermill.InvoiceIn{ID: "PI-1", Date: d.AddDays(19), Supplier: "ACME", Of: []string{"GR-1"}, Lines: []ledgermill.InvoiceLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.60")}}},
	)
	require.NoError(t, err)
	return c, store
}

func amountOf(t *testing.T, tree *explain.Tree, ref string) string {
	t.Helper()
	for _, s := range tree.BySource() {
		if s.Ref == ref {
			return s.Amount.String()
		}
	}
	return "0.00"
}

func TestExplain(t *testing.T) {
	c, _ := shafts(t)
	for _, x := range []struct {
		figure                explain.Figure
		amount, bill, receipt string
	}{
		{explain.StockOf("SHAFT"), "405.00", "25.00", "262.50"},
		{explain.StockOf("STEEL"), "368.00", "0.00", "0.00"},
		{explain.WIPOf("WO-1"), "108.00", "6.67", "70.00"},
		{explain.WIPOf(""), "108.00", "6.67", "70.00"},
		{explain.CostOf("SH-1"), "135.00", "8.33", "87.50"},
		{explain.BalanceOf("cogs", 0), "135.00", "8.33", "87.50"},
		{explain.BalanceOf("wip", 0), "108.00", "6.67", "70.00"},
		{explain.BalanceOf("stock_finished", 0), "405.00", "25.00", "262.50"},
		{explain.Between("cogs", day("2026-01-19"), day("2026-01-31")), "8.33", "8.33", "0.00"},
		{explain.BalanceOf("payable", 0), "-460.00", "-460.00", "0.00"},
	} {
		tree, err := c.Explain(t.Context(), x.figure)
		require.NoError(t, err, "%+v", x.figure)
		require.Equal(t, []string{x.amount, x.bill, x.receipt}, []string{tree.Amount().String(), amountOf(t, tree, "PI-1"), amountOf(t, tree, "GR-1")}, "%+v\n%s", x.figure, tree)
	}
	tree, err := c.Explain(t.Context(), explain.StockOf("SHAFT"))
	require.NoError(t, err)
	require.Equal(t, "13.5", tree.UnitCost().String())

	text, err := json.Marshal(tree)
	require.NoError(t, err)
	var read struct {
		Amount    string            `json:"amount"`
		UnitCost  string            `json:"unit_cost"`
		ByElement map[string]string `json:"by_element"`
		Tree      struct {
			Children []struct{ Ref, Rule, Method, Version, Date, Kind string } `json:"children"`
		} `json:"tree"`
	}
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, map[string]string{"material": "345.00", "labor": "60.00"}, read.ByElement)
	made := read.Tree.Children[0]
	require.Equal(t, []string{"CO-1", "complete.stock", "average", "2026-01-07", "receipt"}, []string{made.Ref, made.Rule, made.Method, made.Date, made.Kind})
	require.Regexp(t, "^builtin-[0-9a-f]{8}$", made.Version)
}

// Where did the money of the steel, of its bill, of the wages go?
func TestFollow(t *testing.T) {
	c, _ := shafts(t)
	for ref, want := range map[string]map[string]string{
		"GR-1": {"on hand: SHAFT": "262.50", "in process: WO-1": "70.00", "6401 Cost of sales": "87.50"},
		"GR-2": {"on hand: STEEL": "368.00", "on hand: SHAFT": "57.50", "in process: WO-1": "15.33", "6401 Cost of sales": "19.17"},
		"PI-1": {"on hand: SHAFT": "287.50", "in process: WO-1": "76.67", "6401 Cost of sales": "95.83"}, // the goods and what the bill says more
		"RP-1": {"on hand: SHAFT": "60.00", "in process: WO-1": "16.00", "6401 Cost of sales": "20.00"},
		"MI-1": {"on hand: SHAFT": "345.00", "in process: WO-1": "92.00", "6401 Cost of sales": "115.00"},
		"CO-1": {"on hand: SHAFT": "405.00", "6401 Cost of sales": "135.00"},
		"SH-1": {"6401 Cost of sales": "135.00"},
	} {
		tree, err := c.Follow(t.Context(), ref)
		require.NoError(t, err)
		got := map[string]string{}
		for _, p := range tree.ByPlace() {
			got[p.What] = p.Amount.String()
		}
		require.Equal(t, want, got, "%s\n%s", ref, tree)
	}
	for ref, code := range map[string]refusal.Code{"GR-9": refusal.NotFound, "bom": refusal.NotFound} {
		_, err := c.Follow(t.Context(), ref)
		require.Equal(t, code, refusal.CodeOf(err))
	}
}

// Wages come late, of before a completion that cost nothing when it was made and reversed. 2 of 4 were made of them, 6.00; the reversal gives that back.
func TestFollowWhatAReversalGivesBackLate(t *testing.T) {
	c, _ := shafts(t)
	d, wages := day("2026-02-01"), money.MustParse("12")
	_, err := c.Do(t.Context(),
		ledgermill.WorkOrder{ID: "WO-2", Date: d, Item: "SHAFT", Qty: qty("4")},
		ledgermill.Complete{ID: "CO-2", Date: d.AddDays(2), Order: "WO-2", Qty: qty("2")},
		ledgermill.Reverse{ID: "RV-2", Date: d.AddDays(4), Of: "CO-2"},
		ledgermill.Report{ID: "RP-2", Date: d.AddDays(1), Order: "WO-2", LaborCost: &wages},
	)
	require.NoError(t, err)
	tree, err := c.Follow(t.Context(), "RP-2")
	require.NoError(t, err)
	require.Len(t, tree.Leaves(), 1)
	require.Equal(t, "12.00", tree.Leaves()[0].Amount.String())
	require.Equal(t, "in process: WO-2", tree.Leaves()[0].What)
}

// What the books do not have is refused, and so is a question that is none.
func TestExplainRefuses(t *testing.T) {
	c, _ := shafts(t)
	for code, figures := range map[refusal.Code][]explain.Figure{
		refusal.UnknownItem:      {explain.StockOf("GOLD")},
		refusal.UnknownAccount:   {explain.BalanceOf("gold", 0), explain.BalanceOf("9999", 0)},
		refusal.UnknownWarehouse: {},
		refusal.NotFound:         {explain.WIPOf("WO-9"), explain.CostOf("GR-9"), explain.CostOf("bom")},
		refusal.InvalidState:     {{}, {Item: "STEEL", Order: "WO-1"}, {Document: "GR-1", Warehouse: "MAIN"}, explain.StockOf("STEEL").At("MAIN", "")},
		refusal.InvalidDate:      {explain.Between("cogs", day("2026-02-01"), day("2026-01-01"))},
	} {
		for _, f := range figures {
			_, err := c.Explain(t.Context(), f)
			require.Equal(t, code, refusal.CodeOf(err), "%+v: %v", f, err)
		}
	}
}

// A link that says something else than the entry it belongs to is found: nothing is explained by it.
func TestExplainFindsAWrongLink(t *testing.T) {
	for name, spoil := range map[string]func(l *costing.Link){
		"its value": func(l *costing.Link) { l.Value = l.Value.Add(money.MustParse("1")) },
		"its layer": func(l *costing.Link) { l.Source = costing.Source{Doc: l.Source.Doc + 1, Line: 1} },
	} {
		c, store := shafts(t)
		head, err := store.Load(t.Context(), "main", storage.Need{Keys: []storage.Key{{Kind: storage.Heads, Values: []any{"main"}}}})
		require.NoError(t, err)
		snap := storage.NewSnapshot()
		snap.Absorb(storage.Need{Keys: []storage.Key{{Kind: storage.Heads, Values: []any{"main"}}}}, head)
		row, _ := snap.Get(storage.Key{Kind: storage.Heads, Values: []any{"main"}})
		was := *row.(*storage.Head)
		is := was
		is.Version++
		page, err := store.Scan(t.Context(), "main", storage.Scan{Kind: storage.Links})
		require.NoError(t, err)
		old := *page.Rows[0].(*costing.Link)
		changed := old
		changed.Version++
		spoil(&changed)
		changes := &storage.Changes{Was: was, Head: is}
		changes.Replace(storage.Links, &old, &changed)
		require.NoError(t, store.Apply(t.Context(), "main", changes))
		for _, f := range []explain.Figure{explain.StockOf("STEEL"), explain.StockOf("SHAFT"), explain.CostOf("SH-1"), explain.WIPOf("WO-1")} {
			_, err := c.Explain(t.Context(), f)
			require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), "%s, %+v: %v", name, f, err)
			require.ErrorContains(t, err, "the books do not explain this")
		}
	}
}

// However much there is, a tree stays within its bounds, and what has no place in it counts all the same.
func TestExplainIsBounded(t *testing.T) {
	c, err := ledgermill.Open(t.Context(), memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}})
	require.NoError(t, err)
	d := day("2026-01-01")
	_, err = c.Do(t.Context(), ledgermill.DefineItem{ID: "item:OIL", Date: d, Code: "OIL", Method: "average"})
	require.NoError(t, err)
	for i := range 30 {
		var lines []ledgermill.ReceiveLine
		for range 50 {
			lines = append(lines, ledgermill.ReceiveLine{Item: "OIL", Qty: qty("1"), Price: price(fmt.Sprintf("%d.%02d", 5+i, i))})
		}
		_, err := c.Do(t.Context(), ledgermill.Receive{ID: fmt.Sprintf("GR-%d", i), Date: d.AddDays(i), Supplier: "ACME", Lines: lines})
		require.NoError(t, err)
	}
	_, err = c.Do(t.Context(), ledgermill.Ship{ID: "SH-1", Date: d.AddDays(60), Customer: "C", Lines: []ledgermill.StockLine{{Item: "OIL", Qty: qty("700")}}})
	require.NoError(t, err)
	v, err := c.Stock(t.Context(), "OIL", "", "", "")
	require.NoError(t, err)
	for _, f := range []explain.Figure{explain.StockOf("OIL"), explain.CostOf("SH-1")} {
		tree, err := c.Explain(t.Context(), f)
		require.NoError(t, err)
		require.True(t, tree.Cut)
		require.LessOrEqual(t, tree.Nodes, explain.MaxNodes)
		require.Len(t, tree.BySource(), 30, "also those that found no place")
		var sum money.Amount
		for _, s := range tree.BySource() {
			sum = sum.Add(s.Amount)
		}
		require.Equal(t, tree.Amount(), sum)
		if f.Item != "" {
			require.Equal(t, v.Value, tree.Amount())
		}
	}
}

// A product of forty levels is followed as deep as the bound; the level below stands for what it is made of.
func TestExplainIsBoundedInDepth(t *testing.T) {
	c, err := ledgermill.Open(t.Context(), memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}})
	require.NoError(t, err)
	d := day("2026-01-01")
	part := func(i int) string { return fmt.Sprintf("P%d", i) }
	do := func(commands ...ledgermill.Command) {
		t.Helper()
		_, err := c.Do(t.Context(), commands...)
		require.NoError(t, err)
	}
	do(ledgermill.DefineItem{ID: "item:P0", Date: d, Code: "P0", Method: "fifo"},
		ledgermill.Receive{ID: "GR-1", Date: d, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "P0", Qty: qty("1"), Price: price("7")}}})
	one := money.MustParse("1")
	for i := 1; i <= 40; i++ {
		wo := "WO-" + part(i)
		do(ledgermill.DefineItem{ID: "item:" + part(i), Date: d, Code: part(i), Method: "fifo"},
			ledgermill.WorkOrder{ID: wo, Date: d, Item: part(i), Qty: qty("1"), Lines: []ledgermill.OrderLine{{Item: part(i - 1), Qty: qty("1")}}},
			ledgermill.Issue{ID: "MI-" + part(i), Date: d, Order: wo},
			ledgermill.Report{ID: "RP-" + part(i), Date: d, Order: wo, Good: uom.FromInt(1), LaborCost: &one},
			ledgermill.Complete{ID: "CO-" + part(i), Date: d, Order: wo, Qty: qty("1")})
	}
	tree, err := c.Explain(t.Context(), explain.StockOf("P40"))
	require.NoError(t, err)
	require.True(t, tree.Cut)
	require.Equal(t, "47.00", tree.Amount().String())
	leaves := tree.Leaves()
	deepest := leaves[0]
	for _, l := range leaves {
		if l.Cut != "" {
			deepest = l
		}
	}
	require.Equal(t, "MI-P9", deepest.Ref, "64 steps are two a level")
	require.Equal(t, "15.00", deepest.Amount.String())
	shallow, err := c.Explain(t.Context(), explain.CostOf("CO-P9"))
	require.NoError(t, err)
	require.False(t, shallow.Cut)
	require.Equal(t, map[costing.Element]money.Amount{costing.Material: money.MustParse("7"), costing.Labor: money.MustParse("9")}, shallow.ByElement())
}

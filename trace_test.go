package ledgermill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting/trace"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/storagetest"
)

func pieces(n int64) uom.Measure { return uom.Of(uom.FromInt(n)) }

// Two lots of steel go into five shafts; two of them are shipped. Who has steel of lot L1?
func ExampleCompany_Trace() {
	ctx := context.Background()
	day := calendar.NewDate(2026, 1, 5)
	company, err := ledgermill.Open(ctx, memory.New(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	price := decimal.NewNullDecimal(decimal.NewFromInt(5))
	labor := money.MustParse("25")
	_, err = company.Do(ctx,
		ledgermill.DefineItem{ID: "steel", Date: day, Code: "STEEL", Kind: "raw", Unit: "kg", Method: "specific", Tracking: "lot"},
		ledgermill.DefineItem{ID: "shaft", Date: day, Code: "SHAFT", Kind: "finished", Method: "specific", Tracking: "lot"},
		ledgermill.Receive{ID: "GR-1", Date: day, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: pieces(20), Price: price, Lot: "L1"}, {Item: "STEEL", Qty: pieces(20), Price: price, Lot: "L2"}}},
		ledgermill.WorkOrder{ID: "WO-1", Date: day, Item: "SHAFT", Qty: pieces(5), Lines: []ledgermill.OrderLine{{Item: "STEEL", Qty: pieces(15)}}},
		ledgermill.Issue{ID: "MI-1", Date: day, Order: "WO-1", Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: pieces(10), Lot: "L1"}, {Item: "STEEL", Qty: pieces(5), Lot: "L2"}}},
		ledgermill.Report{ID: "RP-1", Date: day, Order: "WO-1", Good: uom.FromInt(5), LaborCost: &labor},
		ledgermill.Complete{ID: "CO-1", Date: day, Order: "WO-1", Qty: pieces(5), Lot: "P1"},
		ledgermill.Ship{ID: "SH-1", Date: day, Customer: "SHOP", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: pieces(2), Lot: "P1"}}},
		ledgermill.InvoiceIn{ID: "PI-1", Date: day, Supplier: "ACME", Of: []string{"GR-1"}},
		ledgermill.InvoiceOut{ID: "SI-1", Date: day, Customer: "SHOP", Of: []string{"SH-1"}, Lines: []ledgermill.InvoiceLine{{Item: "SHAFT", Qty: pieces(2), Price: price}}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	made, err := company.Trace(ctx, "SHAFT", "P1", trace.Backward)
	if err != nil {
		fmt.Println(err)
		return
	}
	went, err := company.Trace(ctx, "STEEL", "L1", trace.Forward)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(made.String() + went.String())
	recall := went.Recall()
	for _, r := range recall.Received {
		fmt.Println(r.Name, "received", r.Qty, "of", r.Lot)
	}
	fmt.Println("at risk: on hand", recall.OnHand, "sold", recall.Sold)
	// Output:
	// backward of SHAFT#P1: 5 worth 100.00
	//   work order WO-1: 5 worth 100.00 (CO-1 of 2026-01-05)
	//     STEEL#L1: 10 worth 50.00 (MI-1 of 2026-01-05)
	//       supplier ACME: 10 worth 50.00 (GR-1 of 2026-01-05, billed by PI-1)
	//     STEEL#L2: 5 worth 25.00 (MI-1 of 2026-01-05)
	//       supplier ACME: 5 worth 25.00 (GR-1 of 2026-01-05, billed by PI-1)
	//     labor: 25.00
	// forward of STEEL#L1: 20 worth 100.00
	//   work order WO-1: 10 worth 50.00 (MI-1 of 2026-01-05)
	//     SHAFT#P1: 5 worth 100.00, holds 10 of STEEL#L1 (CO-1 of 2026-01-05)
	//       customer SHOP: 2 worth 40.00, holds 4 of STEEL#L1 (SH-1 of 2026-01-05, billed by SI-1)
	//       on hand, MAIN: 3 worth 60.00, holds 6 of STEEL#L1
	//   on hand, MAIN: 10 worth 50.00
	// SHOP received 2 of SHAFT#P1
	// at risk: on hand 110.00 sold 40.00
}

// lotShop makes up what a shop does with lots, right and wrong.
type lotShop struct {
	rnd  *rand.Rand
	day  calendar.Date
	n    int
	refs map[string][]string
}

func (f *lotShop) one(words ...string) string { return words[f.rnd.IntN(len(words))] }

func (f *lotShop) ref(verb string) string {
	if all := f.refs[verb]; len(all) > 0 {
		return all[max(0, len(all)-1-f.rnd.IntN(5))]
	}
	return "none"
}

func (f *lotShop) lot(item string) string {
	return map[string]string{"RAW": f.one("R1", "R2", "R3"), "PART": f.one("P1", "P2"), "END": f.one("E1", "E2"), "GLUE": ""}[item]
}

func (f *lotShop) line(most int) ledgermill.StockLine {
	item := f.one("RAW", "RAW", "PART", "END", "GLUE")
	return ledgermill.StockLine{Item: item, Qty: pieces(int64(1 + f.rnd.IntN(most))), Lot: f.lot(item), Warehouse: f.one("", "", "WEST")}
}

func (f *lotShop) next() (verb string, c ledgermill.Command) {
	f.n++
	id, line := fmt.Sprint("D", f.n), f.line(6)
	if f.rnd.IntN(3) == 0 {
		f.day = f.day.AddDays(1)
	}
	day := f.day
	if f.rnd.IntN(10) == 0 {
		day = max(day.AddDays(-f.rnd.IntN(6)), calendar.NewDate(2026, 1, 1))
	}
	verb = f.one("receive", "receive", "order", "order", "issue", "issue", "issue", "back", "back", "back", "complete", "complete", "complete", "unbuild", "ship", "sales_return", "purchase_return", "scrap", "transfer", "count", "report", "close", "reverse")
	return verb, map[string]ledgermill.Command{
		"receive": ledgermill.Receive{ID: id, Date: day, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{
			{Item: "RAW", Qty: pieces(20), Lot: f.lot("RAW"), Price: decimal.NewNullDecimal(decimal.New(int64(f.rnd.IntN(999)), -2))}, {Item: "GLUE", Qty: pieces(9), Price: decimal.NewNullDecimal(decimal.New(7, -1))},
		}},
		"order":           ledgermill.WorkOrder{ID: id, Date: day, Item: f.one("PART", "END"), Qty: pieces(int64(2 + f.rnd.IntN(6))), Lines: []ledgermill.OrderLine{{Item: "RAW", Qty: pieces(7)}, {Item: "PART", Qty: pieces(3)}}},
		"issue":           ledgermill.Issue{ID: id, Date: day, Order: f.ref("order"), Lines: []ledgermill.StockLine{line}},
		"back":            ledgermill.ReturnMaterial{ID: id, Date: day, Order: f.ref("order"), Lines: []ledgermill.StockLine{f.line(2)}},
		"report":          ledgermill.Report{ID: id, Date: day, Order: f.ref("order"), Good: uom.FromInt(4), Scrap: uom.FromInt(1), LaborCost: new(money.Amount)},
		"complete":        ledgermill.Complete{ID: id, Date: day, Order: f.ref("order"), Qty: pieces(int64(1 + f.rnd.IntN(3))), Lot: f.one("P1", "P2", "E1", "E2")},
		"unbuild":         ledgermill.Unbuild{ID: id, Date: day, Item: f.one("PART", "END"), Qty: pieces(1), Of: f.ref("order"), Lot: f.one("P1", "P2", "E1", "E2")},
		"ship":            ledgermill.Ship{ID: id, Date: day, Customer: f.one("SHOP", "STORE"), Lines: []ledgermill.StockLine{line}},
		"sales_return":    ledgermill.SalesReturn{ID: id, Date: day, Of: f.ref("ship"), Lines: []ledgermill.StockLine{f.line(2)}},
		"purchase_return": ledgermill.PurchaseReturn{ID: id, Date: day, Of: f.ref("receive"), Lines: []ledgermill.StockLine{f.line(2)}},
		"scrap":           ledgermill.Scrap{ID: id, Date: day, Lines: []ledgermill.StockLine{f.line(2)}},
		"transfer":        ledgermill.Transfer{ID: id, Date: day, From: "MAIN", To: "WEST", Lines: []ledgermill.StockLine{line}},
		"count":           ledgermill.Count{ID: id, Date: day, Warehouse: "MAIN", Lines: []ledgermill.CountLine{{Item: line.Item, Lot: line.Lot, Counted: line.Qty, Cost: decimal.NewNullDecimal(decimal.NewFromInt(3))}}},
		"close":           ledgermill.CloseWorkOrder{ID: id, Date: day, Order: f.ref("order")},
		"reverse":         ledgermill.Reverse{ID: id, Date: day, Of: f.ref(f.one("issue", "complete", "ship", "receive", "unbuild", "transfer", "back"))},
	}[verb]
}

// Of made-up histories with lots that are worked into each other, taken apart, sent back and undone, no millionth and no cent of any trace is lost.
func TestTracesLoseNothing(t *testing.T) {
	ctx := context.Background()
	did, nodes := map[string]int{}, 0
	for seed := range uint64(12) {
		f := &lotShop{rnd: rand.New(rand.NewPCG(seed, 7)), day: calendar.NewDate(2026, 1, 1), refs: map[string][]string{}}
		c, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: f.day, CostScope: f.one("company", "warehouse", "lot"), Warehouses: []ledgermill.WarehouseBins{{Code: "MAIN"}, {Code: "WEST"}}}})
		require.NoError(t, err)
		for item, kind := range map[string]string{"RAW": "raw", "PART": "semi", "END": "finished", "GLUE": "raw"} {
			tracking, method := "lot", f.one("specific", "fifo", "average")
			if item == "GLUE" {
				tracking, method = "", "average"
			}
			_, err := c.Do(ctx, ledgermill.DefineItem{ID: item, Date: f.day, Code: item, Kind: inventory.Kind(kind), Method: method, Tracking: inventory.Tracking(tracking)})
			require.NoError(t, err)
		}
		for range 160 {
			verb, command := f.next()
			if _, err := c.Do(ctx, command); err == nil {
				f.refs[verb] = append(f.refs[verb], fmt.Sprint("D", f.n))
				did[verb]++
			}
		}
		nodes += len(storagetest.Traces(t, c, "RAW", "PART", "END", "GLUE"))
	}
	t.Log(did, nodes)
	for _, verb := range []string{"issue", "back", "back", "back", "complete", "unbuild", "ship", "sales_return", "purchase_return", "scrap", "transfer", "count", "close", "reverse"} {
		require.NotZero(t, did[verb], verb)
	}
}

// A shaft that is worked over sixty times ends, both ways; one that is worked over too often is refused, and nothing hangs.
func TestTraceOfReworkUponRework(t *testing.T) {
	ctx := context.Background()
	day := calendar.NewDate(2026, 1, 5)
	c, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day}})
	require.NoError(t, err)
	_, err = c.Do(ctx,
		ledgermill.DefineItem{ID: "i", Date: day, Code: "SHAFT", Kind: "finished", Method: "specific", Tracking: "serial"},
		ledgermill.Receive{ID: "GR-1", Date: day, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "SHAFT", Qty: pieces(1), Price: decimal.NewNullDecimal(decimal.NewFromInt(5)), Lot: "S1"}}})
	require.NoError(t, err)
	for n := range 60 {
		wo := fmt.Sprint("WO-", n)
		_, err = c.Do(ctx,
			ledgermill.WorkOrder{ID: wo, Date: day, Item: "SHAFT", Qty: pieces(1), Lines: []ledgermill.OrderLine{{Item: "SHAFT", Qty: pieces(1)}}},
			ledgermill.Issue{ID: wo + "/issue", Date: day, Order: wo},
			ledgermill.Complete{ID: wo + "/complete", Date: day, Order: wo, Qty: pieces(1), Lot: "S1"})
		require.NoError(t, err)
	}
	for _, d := range []trace.Direction{trace.Backward, trace.Forward} {
		tree, err := c.Trace(ctx, "SHAFT", "S1", d)
		require.NoError(t, err)
		require.Empty(t, tree.Lots())
		require.Equal(t, "1", tree.Root.Qty.String())
		text, err := json.Marshal(tree)
		require.NoError(t, err)
		require.Contains(t, string(text), `"kind":"order"`)
		require.Contains(t, string(text), `"WO-59"`)
	}
	storagetest.Traces(t, c, "SHAFT")
	for _, refused := range []struct {
		item, lot string
		way       trace.Direction
		code      refusal.Code
	}{
		{"NOTHING", "S1", trace.Backward, refusal.UnknownItem},
		{"SHAFT", "S2", trace.Forward, refusal.NotFound},
		{"SHAFT", "", trace.Forward, refusal.LotRequired},
		{"SHAFT", "S1", "sideways", refusal.InvalidState},
	} {
		_, err := c.Trace(ctx, refused.item, refused.lot, refused.way)
		require.Equal(t, refused.code, refusal.CodeOf(err), "%v", err)
	}
}

// A receipt names the bill that holds and the freight; the bill that was reversed is not there.
func TestTraceNamesBills(t *testing.T) {
	ctx := context.Background()
	day := calendar.NewDate(2026, 1, 5)
	c, err := ledgermill.Open(ctx, memory.New(), nil)
	require.NoError(t, err)
	_, err = c.Do(ctx,
		ledgermill.DefineItem{ID: "i", Date: day, Code: "PUMP", Method: "specific", Tracking: "lot"},
		ledgermill.Receive{ID: "GR-1", Date: day, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "PUMP", Qty: pieces(10), Price: decimal.NewNullDecimal(decimal.NewFromInt(5)), Lot: "L1"}}},
		ledgermill.InvoiceIn{ID: "PI-1", Date: day, Supplier: "ACME", Of: []string{"GR-1"}},
		ledgermill.Reverse{ID: "RV-1", Date: day, Of: "PI-1"},
		ledgermill.LandedCost{ID: "LC-1", Date: day, Supplier: "CARRIER", Of: []string{"GR-1"}, Amount: money.MustParse("20"), By: "qty"},
		ledgermill.InvoiceIn{ID: "PI-2", Date: day, Supplier: "ACME", Of: []string{"GR-1"}})
	require.NoError(t, err)
	tree, err := c.Trace(ctx, "PUMP", "L1", trace.Backward)
	require.NoError(t, err)
	require.Equal(t, "backward of PUMP#L1: 10 worth 70.00\n  supplier ACME: 10 worth 70.00 (GR-1 of 2026-01-05, billed by LC-1 and PI-2)\n", tree.String())
}

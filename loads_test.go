package ledgermill_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/storagetest"
)

// countingStore counts how often it is asked for rows, and how many rows it gives of lists.
type countingStore struct {
	storage.Store
	loads, rows int
}

func (s *countingStore) Load(ctx context.Context, company string, n storage.Need) (*storage.Rows, error) {
	s.loads++
	given, err := s.Store.Load(ctx, company, n)
	if err != nil {
		return nil, err
	}
	seen := storage.NewSnapshot()
	seen.Absorb(n, given)
	for _, l := range n.Lists {
		rows, _ := seen.List(l)
		s.rows += len(rows)
	}
	return s.Store.Load(ctx, company, n)
}

// A document of production is decided in two loads: what its own fields say that it reads, and the stock that its order names.
func TestProductionLoads(t *testing.T) {
	ctx := context.Background()
	store := &countingStore{Store: memory.New()}
	c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}, Methods: storagetest.Methods()})
	require.NoError(t, err)
	for i, code := range []string{"STEEL", "BOLT", "CHIP", "SHAFT"} {
		_, err := c.Do(ctx, ledgermill.DefineItem{ID: "item:" + code, Date: day("2026-01-01"), Code: code, Method: []string{"recent", "fifo", "dearest", "average"}[i]})
		require.NoError(t, err)
	}
	_, err = c.Do(ctx, ledgermill.DefineBOM{
		ID: "bom", Date: day("2026-01-01"), Item: "SHAFT",
		Lines:      []ledgermill.BOMLine{{Item: "STEEL", Qty: qty("2")}, {Item: "BOLT", Qty: qty("3")}},
		ByProducts: []ledgermill.OrderLine{{Item: "CHIP", Qty: qty("1")}},
	})
	require.NoError(t, err)
	for i, on := range []string{"2026-01-02", "2026-02-03"} {
		id := func(verb string) string { return fmt.Sprint(verb, i) }
		wo, d := id("WO"), day(on)
		for _, command := range []ledgermill.Command{
			ledgermill.Receive{ID: id("GR"), Date: d, Supplier: "V", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("30"), Price: price("4")}, {Item: "BOLT", Qty: qty("40"), Price: price("1")}}},
			ledgermill.WorkOrder{ID: wo, Date: d, Item: "SHAFT", Qty: qty("10")},
			ledgermill.Release{ID: id("RL"), Date: d, Order: wo},
			ledgermill.Issue{ID: id("MI"), Date: d, Order: wo, Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: qty("12")}, {Item: "BOLT", Qty: qty("5")}}},
			ledgermill.ReturnMaterial{ID: id("RM"), Date: d, Order: wo, Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: qty("1")}}},
			ledgermill.Report{ID: id("RP"), Date: d, Order: wo, Good: uom.FromInt(10), LaborCost: amount("9")},
			ledgermill.Inspect{ID: id("QC"), Date: d, Order: wo, Pass: uom.FromInt(10)},
			ledgermill.Complete{ID: id("CO"), Date: d, Order: wo, Qty: qty("4"), Backflush: true},
		} {
			before := store.loads
			_, err := c.Do(ctx, command)
			require.NoError(t, err)
			require.LessOrEqual(t, store.loads-before, 2, "%T", command)
		}
	}
}

// So is one of trade: its own fields say which documents it names, and these which stock and items it touches.
func TestTradeLoads(t *testing.T) {
	ctx := context.Background()
	store := &countingStore{Store: memory.New()}
	c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}, Methods: storagetest.Methods()})
	require.NoError(t, err)
	_, err = c.Do(ctx, ledgermill.DefineItem{ID: "P", Date: day("2026-01-01"), Code: "P", Method: "recent"}, ledgermill.DefineItem{ID: "Q", Date: day("2026-01-01"), Code: "Q"}, rates("usd", "2026-01-01", "7"))
	require.NoError(t, err)
	goods := []ledgermill.StockLine{{Item: "P", Qty: qty("2")}, {Item: "Q", Qty: qty("2")}}
	for i, on := range []string{"2026-01-02", "2026-02-03"} {
		id := func(verb string) string { return fmt.Sprint(verb, i) }
		d := day(on)
		for _, command := range []ledgermill.Command{
			ledgermill.Receive{ID: id("GR"), Date: d, Supplier: "V", Currency: "USD", Lines: []ledgermill.ReceiveLine{{Item: "P", Qty: qty("30"), Price: price("4")}, {Item: "Q", Qty: qty("30"), Price: price("4")}}},
			ledgermill.InvoiceIn{ID: id("BI"), Date: d, Supplier: "V", Currency: "USD", Of: []string{id("GR")}, Lines: []ledgermill.InvoiceLine{{Item: "P", Qty: qty("20"), Price: price("5")}, {Item: "Q", Qty: qty("20"), Price: price("5")}}},
			ledgermill.InvoiceIn{ID: id("BJ"), Date: d, Supplier: "V", Of: []string{id("GR")}},
			ledgermill.PurchaseReturn{ID: id("PR"), Date: d, Of: id("GR"), Lines: goods},
			ledgermill.CreditIn{ID: id("CI"), Date: d, Of: id("BI"), Lines: []ledgermill.CreditLine{{Item: "P", Qty: qty("2")}, {Item: "Q", Qty: qty("2")}}},
			ledgermill.CreditIn{ID: id("CJ"), Date: d, Of: id("BI"), Lines: []ledgermill.CreditLine{{Item: "P", Amount: amount("2")}}},
			ledgermill.Ship{ID: id("SH"), Date: d, Customer: "C", Lines: []ledgermill.StockLine{{Item: "P", Qty: qty("20")}, {Item: "Q", Qty: qty("20")}}},
			ledgermill.InvoiceOut{ID: id("IO"), Date: d, Customer: "C", Currency: "USD", Of: []string{id("SH")}, Lines: []ledgermill.InvoiceLine{{Item: "P", Qty: qty("20"), Price: price("9")}, {Item: "Q", Qty: qty("20"), Price: price("9")}}},
			ledgermill.SalesReturn{ID: id("SR"), Date: d, Of: id("SH"), Lines: goods},
			ledgermill.CreditOut{ID: id("CO"), Date: d, Of: id("IO"), Lines: []ledgermill.CreditLine{{Item: "P", Qty: qty("2")}, {Item: "Q", Qty: qty("2")}}},
			ledgermill.Dropship{ID: id("DS"), Date: d, Supplier: "V", Customer: "C", Lines: []ledgermill.DropshipLine{{Item: "P", Qty: qty("3"), Price: price("4")}}},
			ledgermill.FXRevalue{ID: id("FX"), Date: d},
			ledgermill.Collect{ID: id("CL"), Date: d, Partner: "C", Currency: "USD", Amount: *amount("50")},
			ledgermill.Pay{ID: id("PY"), Date: d, Partner: "V", Currency: "USD", Amount: *amount("50"), Invoices: []string{id("BI"), id("BJ")}},
		} {
			before := store.loads
			_, err := c.Do(ctx, command)
			require.NoError(t, err, "%T", command)
			most := 2
			switch c := command.(type) {
			case ledgermill.CreditIn, ledgermill.CreditOut: // the note names an invoice, that its receipts
				most = 3
				if note, ok := c.(ledgermill.CreditIn); ok && note.Lines[0].Amount != nil { // of a receipt of which units went back before: a sweep
					most = 8
				}
			case ledgermill.FXRevalue: // a sweep
				most = 5
			}
			require.LessOrEqual(t, store.loads-before, most, "%T", command)
		}
	}
}

// A bill that comes late is followed through every level of products with one load a frontier: the stream and the order of a level, not one an entry; and what is
// gone over does not grow with goods that were not made of it.
func TestLateFactLoads(t *testing.T) {
	loads, _, changed := lateBill(t, 1, 0)
	more, _, same := lateBill(t, 12, 0)
	require.Equal(t, loads, more, "twelve orders a level are loaded like one")
	require.Equal(t, 12*changed, same, "each entry that changes is written once")
	require.LessOrEqual(t, loads, 4+4*3, "the bill itself, and for each level: the stream, what it fed, the orders, their documents")

	more, rows, same := lateBill(t, 12, 5)
	require.Equal(t, loads, more, "orders that follow each other, each on days of its own, are loaded like those of one day")
	require.Equal(t, 12*changed, same)
	more, twice, same := lateBill(t, 24, 5)
	require.Equal(t, loads, more)
	require.Equal(t, 24*changed, same)
	require.LessOrEqual(t, twice, 2*rows, "what is read doubles with the history: a stream is read once, not from the day of each order")
}

// lateBill makes products of three levels out of one receipt, by a number of orders at each level, some days one after the other, and counts what its late bill
// loads and changes.
func lateBill(t *testing.T, orders, apart int) (loads, rows, changed int) {
	t.Helper()
	ctx := context.Background()
	store := &countingStore{Store: memory.New()}
	c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}})
	require.NoError(t, err)
	do := func(commands ...ledgermill.Command) []ledgermill.Document {
		docs, err := c.Do(ctx, commands...)
		require.NoError(t, err)
		return docs
	}
	levels := []string{"RAW", "SEMI", "GOODS", "SET"}
	for _, code := range levels {
		do(ledgermill.DefineItem{ID: "item:" + code, Date: day("2026-01-01"), Code: code})
	}
	all := qty(fmt.Sprint(orders))
	bought := []ledgermill.ReceiveLine{{Item: "RAW", Qty: all, Price: price("10")}}
	do(ledgermill.Receive{ID: "GR", Date: day("2026-01-02"), Supplier: "V", Lines: bought})
	for n := range orders {
		for i, code := range levels[1:] {
			d := day("2026-01-03").AddDays(n*apart + i)
			wo := fmt.Sprint(code, n)
			do(
				ledgermill.WorkOrder{ID: wo, Date: d, Item: code, Qty: qty("1"), Lines: []ledgermill.OrderLine{{Item: levels[i], Qty: qty("1")}}},
				ledgermill.Issue{ID: "MI" + wo, Date: d, Order: wo, Lines: []ledgermill.StockLine{{Item: levels[i], Qty: qty("1")}}},
				ledgermill.Complete{ID: "CO" + wo, Date: d, Order: wo, Qty: qty("1")},
			)
		}
	}
	for i := range 30 { // nothing of this is made of the receipt
		do(ledgermill.Receive{ID: fmt.Sprint("GR", i), Date: day("2026-12-20"), Supplier: "V", Lines: bought})
	}
	before := *store
	docs := do(ledgermill.InvoiceIn{ID: "BI", Date: day("2026-12-25"), Supplier: "V", Of: []string{"GR"}, Lines: []ledgermill.InvoiceLine{{Item: "RAW", Qty: all, Price: price("11")}}})
	for _, e := range docs[0].Entries {
		if e.Late {
			changed++
		}
	}
	return store.loads - before.loads, store.rows - before.rows, changed
}

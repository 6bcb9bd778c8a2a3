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
)

// countingStore counts how often it is asked for rows.
type countingStore struct {
	storage.Store
	loads int
}

func (s *countingStore) Load(ctx context.Context, company string, n storage.Need) (*storage.Rows, error) {
	s.loads++
	return s.Store.Load(ctx, company, n)
}

// A document of production is decided in two loads: what its own fields say that it reads, and the stock that its order names.
func TestProductionLoads(t *testing.T) {
	ctx := context.Background()
	store := &countingStore{Store: memory.New()}
	c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01")}})
	require.NoError(t, err)
	for _, code := range []string{"STEEL", "BOLT", "CHIP", "SHAFT"} {
		_, err := c.Do(ctx, ledgermill.DefineItem{ID: "item:" + code, Date: day("2026-01-01"), Code: code})
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

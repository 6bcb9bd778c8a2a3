package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func january(d int) calendar.Date { return calendar.NewDate(2026, 1, d) }

func qty(s string) uom.Measure {
	m, err := uom.ParseMeasure(s)
	if err != nil {
		panic(err)
	}
	return m
}

func price(s string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(s)) }

// month is steel bought, turned into shafts and sold.
func month() []ledgermill.Command {
	wages := money.MustParse("96")
	return []ledgermill.Command{
		ledgermill.DefineItem{ID: "item:STEEL", Date: january(1), Code: "STEEL", Kind: "raw", Unit: "kg", Method: "fifo"},
		ledgermill.DefineItem{ID: "item:SHAFT", Date: january(1), Code: "SHAFT", Kind: "finished", Method: "average"},
		ledgermill.DefineBOM{ID: "bom:SHAFT", Date: january(1), Item: "SHAFT", Lines: []ledgermill.BOMLine{{Item: "STEEL", Qty: qty("2.5")}}},
		ledgermill.Receive{ID: "GR-1", Date: january(3), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.20")}}},
		ledgermill.Receive{ID: "GR-2", Date: january(5), Supplier: "ACME", Lines: []ledgermill.ReceiveLine{{Item: "STEEL", Qty: qty("100"), Price: price("4.60")}}},
		ledgermill.WorkOrder{ID: "WO-1", Date: january(6), Item: "SHAFT", Qty: qty("48")},
		ledgermill.Release{ID: "RL-1", Date: january(6), Order: "WO-1"},
		ledgermill.Issue{ID: "MI-1", Date: january(6), Order: "WO-1"},
		ledgermill.Report{ID: "RP-1", Date: january(7), Order: "WO-1", Good: uom.FromInt(48), LaborCost: &wages},
		ledgermill.Inspect{ID: "QC-1", Date: january(7), Order: "WO-1", Pass: uom.FromInt(48)},
		ledgermill.Complete{ID: "CO-1", Date: january(8), Order: "WO-1", Qty: qty("48")},
		ledgermill.Ship{ID: "SH-1", Date: january(9), Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: qty("40")}}},
		ledgermill.InvoiceOut{ID: "SI-1", Date: january(10), Customer: "BUYER", Of: []string{"SH-1"}, TaxRate: decimal.RequireFromString("0.13"), Lines: []ledgermill.InvoiceLine{{Item: "SHAFT", Qty: qty("40"), Price: price("20")}}},
		ledgermill.Collect{ID: "RC-1", Date: january(12), Partner: "BUYER", Amount: money.MustParse("904")},
		ledgermill.CloseWorkOrder{ID: "CW-1", Date: january(22), Order: "WO-1"},
	}
}

// TestEqualCommandsGiveEqualBooks runs a month on the memory store, on SQLite, in one transaction and in the host's, and compares the digests.
func TestEqualCommandsGiveEqualBooks(t *testing.T) {
	run := func(store storage.Store, batch int) string {
		c, err := ledgermill.Open(t.Context(), store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: january(1)}})
		require.NoError(t, err)
		for all := month(); len(all) > 0; {
			n := min(batch, len(all))
			_, err := c.Do(t.Context(), all[:n]...)
			require.NoError(t, err)
			all = all[n:]
		}
		d, err := storage.Digest(t.Context(), store, "main")
		require.NoError(t, err)
		return d
	}
	want := run(memory.New(), 1)
	require.Equal(t, want, run(open(t, filepath.Join(t.TempDir(), "a.db")), 1), "SQLite, one by one")
	require.Equal(t, want, run(open(t, filepath.Join(t.TempDir(), "b.db")), 100), "SQLite, all at once")
	path := filepath.Join(t.TempDir(), "c.db")
	open(t, path)
	tx, err := host(t, path, good).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, want, run(Bind(tx), 4), "in the host's transaction")
	require.NoError(t, tx.Rollback())
}

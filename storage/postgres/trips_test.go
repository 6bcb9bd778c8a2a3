package postgres

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// watched counts what is sent to the server.
type watched struct {
	net.Conn
	sent *atomic.Int64
}

func (w watched) Write(b []byte) (int, error) {
	w.sent.Add(1)
	return w.Conn.Write(b)
}

// TestRoundTrips counts what documents cost on the wire once their statements are prepared: loads, and one apply.
func TestRoundTrips(t *testing.T) {
	config, err := pgxpool.ParseConfig(pgtest.Schema(t))
	require.NoError(t, err)
	var sent, loads atomic.Int64
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		return watched{c, &sent}, err
	}
	s, err := open(t.Context(), config)
	require.NoError(t, err)
	defer s.Close()
	date := calendar.NewDate(2026, 1, 5)
	company, err := ledgermill.Open(t.Context(), counted{s, &loads}, &ledgermill.Options{Setup: &ledgermill.Setup{Date: date}})
	require.NoError(t, err)
	do := func(c ledgermill.Command) {
		_, err := company.Do(t.Context(), c)
		require.NoError(t, err)
	}
	do(ledgermill.DefineItem{ID: "item", Date: date, Code: "A", Kind: "goods", Method: "fifo"})
	ten := uom.Of(uom.FromInt(10))
	documents := func(n string) []ledgermill.Command {
		return []ledgermill.Command{
			ledgermill.Receive{ID: "GR" + n, Date: date, Supplier: "S", Lines: []ledgermill.ReceiveLine{{Item: "A", Qty: ten, Price: decimal.NewNullDecimal(decimal.New(3, 0))}}},
			ledgermill.InvoiceIn{ID: "PI" + n, Date: date, Supplier: "S", Of: []string{"GR" + n}},
			ledgermill.Ship{ID: "SH" + n, Date: date, Customer: "C", Lines: []ledgermill.StockLine{{Item: "A", Qty: ten}}},
			ledgermill.InvoiceOut{ID: "SI" + n, Date: date, Customer: "C", Of: []string{"SH" + n}, Lines: []ledgermill.InvoiceLine{{Item: "A", Qty: ten, Price: decimal.NewNullDecimal(decimal.New(5, 0))}}},
		}
	}
	for _, n := range []string{"1", "2"} {
		for _, c := range documents(n) {
			do(c)
		}
	}
	for _, c := range documents("3") {
		sent.Store(0)
		loads.Store(0)
		do(c)
		require.Equal(t, loads.Load()+1, sent.Load(), "%T: each load and the apply is one round trip", c)
		t.Logf("%T: %d round trips", c, sent.Load())
	}
}

type counted struct {
	*Store
	loads *atomic.Int64
}

func (c counted) Load(ctx context.Context, company string, n storage.Need) (*storage.Rows, error) {
	c.loads.Add(1)
	return c.Store.Load(ctx, company, n)
}

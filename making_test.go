package ledgermill_test

import (
	"context"
	"errors"
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
	"github.com/ledgermill/ledgermill/storage/memory"
)

// maker makes up what a small factory might do next, right or wrong.
type maker struct {
	rnd      *rand.Rand
	n        int
	date     calendar.Date
	receipts []string
	orders   []string
	made     []string // completions
	done     []string // all that was accepted, in order
}

func (m *maker) qty(most int64) uom.Measure {
	return uom.Of(uom.FromUnits((1 + m.rnd.Int64N(most*4)) * 250_000))
}

func (m *maker) price(most int64) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.New(m.rnd.Int64N(most*100), -2))
}

func (m *maker) amount(most int64) *money.Amount {
	a := money.FromUnits(100 * (1 + m.rnd.Int64N(most*100)))
	return &a
}

func (m *maker) one(of []string) string {
	if len(of) == 0 {
		return "none"
	}
	return of[m.rnd.IntN(len(of))]
}

func (m *maker) raw() string { return m.one([]string{"STEEL", "BOLT"}) }

// next gives a command and its number; reversals only if they are wanted.
func (m *maker) next(reversals bool) (string, ledgermill.Command) {
	m.n++
	if m.rnd.IntN(3) == 0 {
		m.date = m.date.AddDays(1)
	}
	id, day := fmt.Sprint("D", m.n), m.date
	receive := ledgermill.Receive{ID: id, Date: day, Supplier: "ACME", Lines: []ledgermill.ReceiveLine{
		{Item: "STEEL", Qty: m.qty(30), Price: m.price(9)}, {Item: "BOLT", Qty: m.qty(90), Price: m.price(2)},
	}}
	order := ledgermill.WorkOrder{ID: id, Date: day, Item: "SHAFT", Qty: m.qty(12)}
	if m.rnd.IntN(3) == 0 {
		order.Subcontractor, order.ServicePrice = "TURNER", m.price(20)
	}
	all := []ledgermill.Command{
		receive, receive, receive, order, order,
		ledgermill.InvoiceIn{ID: id, Date: day, Supplier: "ACME", Of: []string{m.one(m.receipts)}, Lines: []ledgermill.InvoiceLine{{Item: m.raw(), Qty: m.qty(20), Price: m.price(9)}}},
		ledgermill.InvoiceIn{ID: id, Date: day, Supplier: "TURNER", Of: []string{m.one(m.made)}, Lines: []ledgermill.InvoiceLine{{Item: "SHAFT", Qty: m.qty(3), Price: m.price(25)}}},
		ledgermill.PurchaseReturn{ID: id, Date: day, Of: m.one(m.receipts), Lines: []ledgermill.StockLine{{Item: m.raw(), Qty: m.qty(10)}}},
		ledgermill.LandedCost{ID: id, Date: day, Supplier: "CARRIER", Of: []string{m.one(m.receipts)}, Amount: *m.amount(50), By: m.one([]string{"value", "qty", "equal", "weight", "smell"})},
		ledgermill.LandedCost{ID: id, Date: day, Supplier: "CARRIER", Of: []string{m.one(m.made), m.one(m.receipts)}, Amount: *m.amount(50), By: m.one([]string{"value", "qty", "equal"})},
		ledgermill.Release{ID: id, Date: day, Order: m.one(m.orders), Partial: m.rnd.IntN(2) == 0},
		ledgermill.Issue{ID: id, Date: day, Order: m.one(m.orders)},
		ledgermill.Issue{ID: id, Date: day, Order: m.one(m.orders), Lines: []ledgermill.StockLine{{Item: m.raw(), Qty: m.qty(6)}}},
		ledgermill.ReturnMaterial{ID: id, Date: day, Order: m.one(m.orders), Lines: []ledgermill.StockLine{{Item: m.raw(), Qty: m.qty(3)}}},
		ledgermill.Report{ID: id, Date: day, Order: m.one(m.orders), Good: m.qty(8).Qty, Scrap: m.qty(1).Qty, Rework: m.qty(1).Qty, LaborCost: m.amount(30), EnergyCost: m.amount(5)},
		ledgermill.Complete{ID: id, Date: day, Order: m.one(m.orders), Qty: m.qty(6), Backflush: m.rnd.IntN(2) == 0},
		ledgermill.Complete{ID: id, Date: day, Order: m.one(m.orders), Qty: m.qty(6), Backflush: m.rnd.IntN(2) == 0},
		ledgermill.CloseWorkOrder{ID: id, Date: day, Order: m.one(m.orders)},
		ledgermill.Unbuild{ID: id, Date: day, Item: "SHAFT", Qty: m.qty(3), Of: m.one(m.orders)},
		ledgermill.Unbuild{ID: id, Date: day, Item: "SHAFT", Qty: m.qty(3)},
		ledgermill.Ship{ID: id, Date: day, Customer: "BUYER", Lines: []ledgermill.StockLine{{Item: "SHAFT", Qty: m.qty(3)}}},
	}
	if reversals && m.rnd.IntN(6) == 0 {
		return id, ledgermill.Reverse{ID: id, Date: day, Of: m.one(m.done)}
	}
	return id, all[m.rnd.IntN(len(all))]
}

func (m *maker) accepted(id string, command ledgermill.Command) {
	switch command.(type) {
	case ledgermill.Receive:
		m.receipts = append(m.receipts, id)
	case ledgermill.WorkOrder:
		m.orders = append(m.orders, id)
	case ledgermill.Complete:
		m.made = append(m.made, id)
	}
	m.done = append(m.done, id)
}

// Whatever a factory does, production, stock and books agree after every step, a refusal changes nothing, and undone in the opposite order nothing is left.
func TestMakingAtRandom(t *testing.T) {
	accepted, refused := map[string]int{}, map[string]int{}
	for seed := range uint64(12) {
		ctx := context.Background()
		reversals := seed%2 == 1
		m := &maker{rnd: rand.New(rand.NewPCG(seed, 9)), date: day("2026-01-02")}
		c := workshop(t, m, seed)
		for range 90 {
			id, command := m.next(reversals)
			before, err := c.Digest(ctx)
			require.NoError(t, err)
			name := fmt.Sprintf("%T", command)
			if _, err = c.Do(ctx, command); err != nil {
				var e *refusal.Error
				require.True(t, errors.As(err, &e), "%v", err)
				after, err := c.Digest(ctx)
				require.NoError(t, err)
				require.Equal(t, before, after, "seed %d: %s %+v: %v", seed, id, command, e)
				refused[name+" "+string(e.Code)]++
				continue
			}
			accepted[name]++
			m.accepted(id, command)
			breaks, err := c.Reconcile(ctx)
			require.NoError(t, err)
			require.Empty(t, breaks, "seed %d: %s %+v", seed, id, command)
		}
		if !reversals {
			unwind(t, c, m, seed)
		}
	}
	t.Log(accepted)
	t.Log(refused)
	for _, verb := range []string{"Receive", "InvoiceIn", "PurchaseReturn", "LandedCost", "WorkOrder", "Release", "Issue", "ReturnMaterial", "Report", "Complete", "CloseWorkOrder", "Unbuild", "Ship", "Reverse"} {
		require.Greater(t, accepted["ledgermill."+verb], 2, verb)
	}
}

func workshop(t *testing.T, m *maker, seed uint64) *ledgermill.Company {
	t.Helper()
	ctx := context.Background()
	setup := &ledgermill.Setup{Date: day("2026-01-01"), Residual: m.one([]string{"revalue", "variance"}), Scrap: m.one([]string{"absorb", "absorb_all"}), Reversal: m.one([]string{"red", "blue"}), CostScope: m.one([]string{"company", "warehouse"})}
	c, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: setup})
	require.NoError(t, err)
	var yield decimal.Decimal
	if seed%3 == 0 {
		yield = decimal.NewFromInt(80)
	}
	methods := []string{"fifo", "lifo", "standard"}
	if seed%2 == 1 { // an average does not forget an issue that was undone: not all can be unwound
		methods = append(methods, "average")
	}
	method := func() string { return m.one(methods) }
	item := func(code string, kind inventory.Kind, method string) ledgermill.Command {
		return ledgermill.DefineItem{ID: "item:" + code, Date: day("2026-01-01"), Code: code, Kind: kind, Method: method, StandardCost: decimal.NewFromInt(3), Weight: decimal.NewFromInt(2)}
	}
	_, err = c.Do(ctx,
		item("STEEL", "raw", method()), item("BOLT", "raw", method()), item("SHAFT", "finished", method()), item("CHIP", "goods", "fifo"),
		ledgermill.DefineBOM{
			ID: "bom:SHAFT", Date: day("2026-01-01"), Item: "SHAFT", YieldPct: yield,
			Lines:      []ledgermill.BOMLine{{Item: "STEEL", Qty: qty("0.7")}, {Item: "BOLT", Qty: qty("3")}, {Item: "BOLT", Qty: qty("1"), Fixed: true}},
			ByProducts: []ledgermill.OrderLine{{Item: "CHIP", Qty: qty("0.5"), CostSharePct: decimal.NewFromInt(4)}},
		},
	)
	require.NoError(t, err)
	return c
}

func unwind(t *testing.T, c *ledgermill.Company, m *maker, seed uint64) {
	t.Helper()
	ctx := context.Background()
	for i := len(m.done) - 1; i >= 0; i-- {
		_, err := c.Do(ctx, ledgermill.Reverse{ID: "R" + m.done[i], Date: m.date, Of: m.done[i]})
		require.NoError(t, err, "seed %d: %s", seed, m.done[i])
		breaks, err := c.Reconcile(ctx)
		require.NoError(t, err)
		require.Empty(t, breaks, "seed %d: %s", seed, m.done[i])
	}
	tb, err := c.TrialBalance(ctx, ledgermill.AsOf{})
	require.NoError(t, err)
	for _, row := range tb.Rows {
		require.True(t, row.Closing.IsZero(), "seed %d: %s %s", seed, row.Code, row.Closing)
	}
	for _, code := range []string{"STEEL", "BOLT", "SHAFT", "CHIP"} {
		v, err := c.Stock(ctx, code, "", "", "")
		require.NoError(t, err)
		require.True(t, v.Qty.IsZero() && v.Value.IsZero() && v.Reserved.IsZero(), code)
	}
}

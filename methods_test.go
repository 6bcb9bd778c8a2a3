package ledgermill_test

import (
	"context"
	"errors"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/storagetest"
)

// named is a method that does as FIFO does under another name.
type named struct {
	costing.FIFO
	name string
}

func (n named) Name() string { return n.name }

func TestHostsMethodsHaveNamesOfTheirOwn(t *testing.T) {
	for _, host := range [][]costing.Method{{nil}, {named{name: ""}}, {named{name: "FIFO"}}, {named{name: "a b"}}, {named{name: "fifo"}}, {named{name: "own"}, named{name: "own"}}} {
		_, err := ledgermill.Open(context.Background(), memory.New(), &ledgermill.Options{Methods: host})
		require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), "%v", host)
	}
}

func received(id, item, date, n, price string) ledgermill.Receive {
	return ledgermill.Receive{ID: id, Date: day(date), Supplier: "V", Lines: []ledgermill.ReceiveLine{{Item: item, Qty: qty(n), Price: decimal.NewNullDecimal(decimal.RequireFromString(price))}}}
}

// An item valued by a host's method goes through what happens to any other; without the method its documents are refused and its books still read.
func TestAHostsMethodInTheBooks(t *testing.T) {
	ctx, store := context.Background(), memory.New()
	open := func(methods []costing.Method) *ledgermill.Company {
		c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Methods: methods})
		require.NoError(t, err)
		return c
	}
	worth := func(c *ledgermill.Company, want string) {
		t.Helper()
		v, err := c.Stock(ctx, "P", "", "", "")
		require.NoError(t, err)
		require.Equal(t, want, v.Qty.String()+" for "+v.Value.String())
		breaks, err := c.Reconcile(ctx)
		require.NoError(t, err)
		require.Empty(t, breaks)
	}
	c := open(storagetest.Methods())
	do := func(commands ...ledgermill.Command) {
		t.Helper()
		_, err := c.Do(ctx, commands...)
		require.NoError(t, err)
	}
	ship := func(id, date, n string) ledgermill.Ship {
		return ledgermill.Ship{ID: id, Date: day(date), Customer: "C", Lines: []ledgermill.StockLine{{Item: "P", Qty: qty(n)}}}
	}
	do(ledgermill.DefineItem{ID: "P", Date: day("2026-01-01"), Code: "P", Method: "dearest"})
	do(received("R1", "P", "2026-01-02", "10", "1"), received("R2", "P", "2026-01-03", "10", "3"), received("R3", "P", "2026-01-04", "10", "2"))
	do(ship("S1", "2026-01-05", "12"))
	worth(c, "18 for 26.00") // 10 at 3 and 2 at 2 have gone
	do(received("R4", "P", "2026-01-01", "2", "9"))
	worth(c, "20 for 30.00") // told late: the two at 9 went first, and two at 2 came back
	do(ledgermill.Reverse{ID: "X1", Date: day("2026-01-06"), Of: "S1"})
	worth(c, "32 for 78.00")
	do(ledgermill.InvoiceIn{ID: "B1", Date: day("2026-01-07"), Supplier: "V", Of: []string{"R1"}, Lines: []ledgermill.InvoiceLine{{Item: "P", Qty: qty("10"), Price: decimal.NewNullDecimal(decimal.NewFromInt(8))}}})
	do(ship("S2", "2026-01-08", "12"))
	worth(c, "20 for 50.00") // 2 at 9 and 10 at 8

	c = open(nil)
	_, err := c.Do(ctx, ship("S3", "2026-01-09", "1"))
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	require.ErrorContains(t, err, `"dearest"`)
	_, err = c.Do(ctx, received("R5", "P", "2026-01-01", "2", "9"))
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	_, err = c.Do(ctx, ledgermill.DefineItem{ID: "Q", Date: day("2026-01-01"), Code: "Q", Method: "recent"})
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	worth(c, "20 for 50.00")

	c = open(storagetest.Methods())
	do(ledgermill.ChangeMethod{ID: "M1", Date: day("2026-01-10"), Item: "P", Method: "average"})
	do(ship("S4", "2026-01-11", "4"))
	worth(c, "16 for 40.00")
	do(ledgermill.ChangeMethod{ID: "M2", Date: day("2026-01-12"), Item: "P", Method: "recent"})
	do(received("R6", "P", "2026-01-20", "4", "1"), received("R7", "P", "2026-01-22", "4", "2"))
	do(ship("S5", "2026-01-23", "18"))
	worth(c, "6 for 9.00") // all the old ones, and one of each new receipt
}

// broken is a method whose issues do what is not asked of them.
type broken struct {
	costing.FIFO
	out func(s *costing.State, i costing.Issue) ([]costing.Taken, error)
}

func (broken) Name() string { return "broken" }

func (b broken) Out(s *costing.State, _ money.Currency, i costing.Issue) ([]costing.Taken, error) {
	return b.out(s, i)
}

// A host's method that is wrong refuses its documents, and spoils nothing.
func TestABrokenMethodIsRefused(t *testing.T) {
	ctx, store := context.Background(), memory.New()
	for name, out := range map[string]func(s *costing.State, i costing.Issue) ([]costing.Taken, error){
		"panics":        func(*costing.State, costing.Issue) ([]costing.Taken, error) { panic("no such layer") },
		"takes nothing": func(*costing.State, costing.Issue) ([]costing.Taken, error) { return nil, nil },
		"has no code":   func(*costing.State, costing.Issue) ([]costing.Taken, error) { return nil, errors.New("no") },
		"says, and does not": func(_ *costing.State, i costing.Issue) ([]costing.Taken, error) {
			return []costing.Taken{{Qty: i.Qty}}, nil
		},
		"takes too much": func(s *costing.State, i costing.Issue) ([]costing.Taken, error) {
			return []costing.Taken{s.TakeLayer(money.Currency{Decimals: 2}, 0, i.Qty.Add(i.Qty))}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Company: name, Methods: []costing.Method{broken{out: out}}})
			require.NoError(t, err)
			_, err = c.Do(ctx, ledgermill.DefineItem{ID: "P", Date: day("2026-01-01"), Code: "P", Method: "broken"}, received("R1", "P", "2026-01-02", "10", "1"))
			require.NoError(t, err)
			before, err := c.Digest(ctx)
			require.NoError(t, err)
			_, err = c.Do(ctx, ledgermill.Ship{ID: "S1", Date: day("2026-01-05"), Customer: "C", Lines: []ledgermill.StockLine{{Item: "P", Qty: qty("2")}}})
			require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), "%v", err)
			require.ErrorContains(t, err, `"broken"`)
			after, err := c.Digest(ctx)
			require.NoError(t, err)
			require.Equal(t, before, after)
		})
	}
}

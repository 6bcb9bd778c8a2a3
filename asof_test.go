package ledgermill_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// On the 12th the books said that the four pieces sold had cost 20.00. Then a receipt of the 2nd was found, cheaper, which had been there first.
func ExampleCompany_Since() {
	ctx := context.Background()
	jan := func(day int) calendar.Date { return calendar.NewDate(2026, 1, day) }
	company, err := ledgermill.Open(ctx, memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: jan(1), Chart: "ifrs"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	receive := func(id string, day int, qty, price int64) ledgermill.Receive {
		return ledgermill.Receive{ID: id, Date: jan(day), Supplier: "V", Lines: []ledgermill.ReceiveLine{
			{Item: "P", Qty: uom.Of(uom.FromInt(qty)), Price: decimal.NewNullDecimal(decimal.NewFromInt(price))},
		}}
	}
	docs, err := company.Do(ctx,
		ledgermill.DefineItem{ID: "P", Date: jan(1), Code: "P"},
		receive("GR-1", 10, 10, 5),
		ledgermill.Ship{ID: "SH-1", Date: jan(12), Customer: "C", Lines: []ledgermill.StockLine{{Item: "P", Qty: uom.Of(uom.FromInt(4))}}},
		receive("GR-0", 2, 5, 3),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	then := ledgermill.AsOf{Day: jan(12), Upto: docs[2].Seq}
	for _, at := range []ledgermill.AsOf{then, {Day: jan(12)}} {
		v, err := company.PastStock(ctx, "P", "", "", "", at)
		fmt.Println(v.Qty, v.Value, v.Layers, err)
	}
	changed, err := company.Since(ctx, then)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(changed)
	// Output:
	// 6 30.00 [{6 30.00}] <nil>
	// 11 53.00 [{1 3.00} {10 50.00}] <nil>
	//                                                      then              now           change
	// account 1340                                        30.00            53.00            23.00
	//   2026-01-02 receive GR-0                                                             23.00
	// account 2020                                       -50.00           -65.00           -15.00
	//   2026-01-02 receive GR-0                                                            -15.00
	// account 5010                                        20.00            12.00            -8.00
	//   2026-01-02 receive GR-0                                                             -8.00
	// stock P                                             30.00            53.00            23.00
	//   quantity                                              6               11                5
	//   2026-01-02 receive GR-0                                                             23.00
}

// What was not there then is not found; layers of a time when the item was valued otherwise are those that it had then.
func TestPastReads(t *testing.T) {
	ctx := context.Background()
	c := factory(t)
	for _, command := range month() {
		_, err := c.Do(ctx, command)
		require.NoError(t, err)
	}
	first := ledgermill.AsOf{Day: day("2026-01-01")}
	_, err := c.PastOrder(ctx, "WO-1", first)
	require.Equal(t, refusal.NotFound, refusal.CodeOf(err))
	_, err = c.PastOrder(ctx, "WO-1", ledgermill.AsOf{Upto: 1})
	require.Equal(t, refusal.NotFound, refusal.CodeOf(err))
	_, err = c.PastStock(ctx, "NOTHING", "", "", "", first)
	require.Equal(t, refusal.UnknownItem, refusal.CodeOf(err))
	_, err = c.Aging(ctx, "", ledgermill.AsOf{})
	require.Equal(t, refusal.InvalidDate, refusal.CodeOf(err))

	before, err := c.PastStock(ctx, "STEEL", "", "", "", ledgermill.AsOf{Day: day("2026-01-15")})
	require.NoError(t, err)
	require.False(t, before.LayersUnknown)
	require.NotEmpty(t, before.Layers)
	_, err = c.Do(ctx, ledgermill.ChangeMethod{ID: "CM", Date: day("2026-02-01"), Item: "STEEL", Method: "average"})
	require.NoError(t, err)
	after, err := c.PastStock(ctx, "STEEL", "", "", "", ledgermill.AsOf{Day: day("2026-01-15")})
	require.NoError(t, err)
	require.False(t, after.LayersUnknown)
	require.Equal(t, before.Layers, after.Layers)
	require.Equal(t, before.Value, after.Value)
	require.Equal(t, before.Qty, after.Qty)
}

// On the 9th an order had 120 kg of steel, which had cost 512.00 by the books of that day; since the bill of the 20th that day looks like 552.00. Then 20 kg went back.
func TestPastOrderSaysItsMaterials(t *testing.T) {
	c, _ := shafts(t)
	_, err := c.Do(t.Context(), ledgermill.ReturnMaterial{ID: "RM-1", Date: day("2026-01-21"), Order: "WO-1", Lines: []ledgermill.StockLine{{Item: "STEEL", Qty: qty("20")}}})
	require.NoError(t, err)
	materials := func(at ledgermill.AsOf) []string {
		v, err := c.PastOrder(t.Context(), "WO-1", at)
		require.NoError(t, err)
		var out []string
		for _, m := range v.Materials {
			out = append(out, fmt.Sprint(m.Item, " ", m.Qty, " ", m.Value, " ", m.Restated))
		}
		return out
	}
	require.Equal(t, []string{"STEEL 120 512.00 552.00"}, materials(ledgermill.AsOf{Day: day("2026-01-09")}))
	require.Equal(t, []string{"STEEL 120 552.00 552.00"}, materials(ledgermill.AsOf{Day: day("2026-01-20")}))
	require.Equal(t, []string{"STEEL 100 460.00 460.00"}, materials(ledgermill.AsOf{}))
}

// Ten pieces came, eight were counted on the 5th; an issue of the 3rd is told later. What the count found missing changes with it, on the day of the count, though it
// is booked later: the pieces of that day are eight then and now.
func TestSinceCountsPiecesOnTheirDay(t *testing.T) {
	c, err := ledgermill.Open(t.Context(), memory.New(), &ledgermill.Options{Setup: &ledgermill.Setup{Date: day("2026-01-01"), LateFacts: "forward"}})
	require.NoError(t, err)
	docs, err := c.Do(t.Context(),
		ledgermill.DefineItem{ID: "P", Date: day("2026-01-01"), Code: "P"},
		ledgermill.Receive{ID: "GR-1", Date: day("2026-01-02"), Supplier: "V", Lines: []ledgermill.ReceiveLine{{Item: "P", Qty: qty("10"), Price: price("1")}}},
		ledgermill.Count{ID: "CN-1", Date: day("2026-01-05"), Lines: []ledgermill.CountLine{{Item: "P", Counted: qty("8")}}},
		ledgermill.Receive{ID: "GR-2", Date: day("2026-01-20"), Supplier: "V", Lines: []ledgermill.ReceiveLine{{Item: "P", Qty: qty("1"), Price: price("1")}}},
		ledgermill.OtherIssue{ID: "OI-1", Date: day("2026-01-03"), Role: "admin_expense", Lines: []ledgermill.StockLine{{Item: "P", Qty: qty("1")}}},
	)
	require.NoError(t, err)
	at := ledgermill.AsOf{Day: day("2026-01-05")}
	v, err := c.PastStock(t.Context(), "P", "", "", "", at)
	require.NoError(t, err)
	require.Equal(t, "8", v.Qty.String())
	r, err := c.Since(t.Context(), ledgermill.AsOf{Day: at.Day, Upto: docs[4].Seq})
	require.NoError(t, err)
	require.Equal(t, "nothing changed since then\n", r.String())
	at.Upto = docs[2].Seq
	r, err = c.Since(t.Context(), at)
	require.NoError(t, err)
	var stock []string
	for _, l := range r.Lines {
		if l.Kind == "stock" {
			stock = append(stock, fmt.Sprint(l.QtyThen, " ", l.QtyNow, " ", l.Then, " ", l.Now))
		}
	}
	require.Equal(t, []string{"8 8 8.00 7.00"}, stock, r.String())
}

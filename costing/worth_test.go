package costing_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func TestScopes(t *testing.T) {
	for _, c := range []struct{ setting, method, scope, warehouse, lot string }{
		{"company", "fifo", "", "", ""},
		{"company", "specific", "#L1", "", "L1"},
		{"warehouse", "average", "WH", "WH", ""},
		{"warehouse", "specific", "WH#L1", "WH", "L1"},
		{"lot", "average", "#L1", "", "L1"},
	} {
		scope := costing.ScopeOf(c.setting, c.method, "WH", "L1")
		require.Equal(t, c.scope, scope)
		warehouse, lot := costing.OfScope(scope)
		require.Equal(t, []string{c.warehouse, c.lot}, []string{warehouse, lot})
		require.True(t, costing.ValuedBy(c.setting, c.method, warehouse, lot))
		require.Equal(t, c.warehouse != "", costing.ValuedBy(c.setting, c.method, "WH", lot), "%v", c)
		require.Equal(t, c.lot != "", costing.ValuedBy(c.setting, c.method, warehouse, "L1"), "%v", c)
	}
	require.Equal(t, "WH", costing.ScopeOf("warehouse", "specific", "WH", ""))
}

func TestTheStandardOfADay(t *testing.T) {
	day := func(d int) calendar.Date { return calendar.NewDate(2026, 1, d) }
	standards := []costing.StandardCost{
		{From: 0, Doc: 1, Cost: decimal.RequireFromString("10")},
		{From: day(9), Doc: 5, Cost: decimal.RequireFromString("12.345")},
		{From: day(5), Doc: 7, Cost: decimal.RequireFromString("11")},
		{From: day(5), Doc: 8, Cost: decimal.RequireFromString("11.5")},
	}
	for _, c := range []struct {
		day  int
		want string
	}{{1, "20.00"}, {4, "20.00"}, {5, "23.00"}, {8, "23.00"}, {9, "24.69"}} {
		got, err := costing.AtStandard(yuan, "P", standards, day(c.day), qty("2"))
		require.NoError(t, err)
		require.Equal(t, c.want, got.String(), "on the %d", c.day)
	}
	_, err := costing.AtStandard(yuan, "P", standards[1:], day(1), qty("2"))
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
}

func TestPartsOfStreams(t *testing.T) {
	streams := []costing.State{{Stream: costing.Stream{Qty: qty("3")}}, {Stream: costing.Stream{Qty: qty("5")}}}
	for _, c := range []struct{ qty, first, second string }{{"0", "3", "5"}, {"2", "2", "0"}, {"8", "3", "5"}, {"4", "3", "1"}} {
		got, err := costing.PartOf("P", streams, qty(c.qty))
		require.NoError(t, err)
		require.Equal(t, []uom.Quantity{qty(c.first), qty(c.second)}, got)
	}
	_, err := costing.PartOf("P", streams, qty("8.5"))
	require.Equal(t, &refusal.Error{Code: refusal.InsufficientStock, Subject: "P", Wanted: "8.5", Available: "8", Reason: "less is on hand"}, err)
}

func TestANewTotalIsSharedOut(t *testing.T) {
	total := amt("10")
	states := func(values ...string) (out []costing.State) {
		for i, v := range values {
			out = append(out, costing.State{Stream: costing.Stream{Qty: uom.FromInt(int64(i + 1)), Value: amt(v)}})
		}
		return out
	}
	got, err := costing.Worths(yuan, "P", states("30", "10"), decimal.NullDecimal{}, &total)
	require.NoError(t, err)
	require.Equal(t, []money.Amount{amt("7.50"), amt("2.50")}, got, "by value")
	got, err = costing.Worths(yuan, "P", states("0", "0"), decimal.NullDecimal{}, &total)
	require.NoError(t, err)
	require.Equal(t, []money.Amount{amt("3.33"), amt("6.67")}, got, "by quantity, where nothing has a value")
}

// Whatever is revalued is worth what was asked for, layer by layer, and undone it is as it was.
func TestRevaluationsAtRandom(t *testing.T) {
	methods(t, func(t *testing.T, m costing.Method) {
		rnd := rand.New(rand.NewPCG(5, 5))
		for range 500 {
			h := filled(rnd, m, 1+rnd.IntN(6))
			if costing.Layered(m) && rnd.IntN(9) == 0 {
				h = newHistory(m)
				h.step("in A 3 for 0.00")
				h.step("in B 4 for 0.00")
			}
			was := h.state.Clone()
			worth := money.FromUnits(100 * rnd.Int64N(500_000))
			changes, err := h.state.Revalue(m, yuan, worth)
			require.NoError(t, err)
			require.Equal(t, worth, h.state.Stream.Value)
			_, delta := costing.Total(changes)
			require.Equal(t, worth, was.Stream.Value.Add(delta))
			require.NoError(t, broken(&h.state, m))
			h.state.Apply(m, &costing.Event{Entry: costing.Entry{Kind: costing.Worth, Value: delta}, Moved: changes}, -1)
			require.NoError(t, broken(&h.state, m))
			require.Equal(t, was.Stream.Value, h.state.Stream.Value)
			require.Equal(t, len(was.Layers), len(h.state.Layers))
		}
		empty := newHistory(m)
		_, err := empty.state.Revalue(m, yuan, amt("1"))
		require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	})
}

// What is written down leaves with the goods, to the last cent.
func TestAllowances(t *testing.T) {
	for _, c := range []struct{ qty, nrv, change, stands string }{
		{"10", "8", "20.00", "20.00"}, {"10", "9.5", "-15.00", "5.00"}, {"10", "11", "-5.00", "0.00"}, {"4", "0", "40.00", "40.00"},
	} {
		s := costing.State{Stream: costing.Stream{Qty: qty("10"), Value: amt("100"), Allowance: amt(c.stands).Sub(amt(c.change))}}
		change, err := s.WriteDown(yuan, qty(c.qty), decimal.RequireFromString(c.nrv))
		require.NoError(t, err)
		require.Equal(t, c.change, change.String())
		require.Equal(t, c.stands, s.Stream.Allowance.String())
	}
	h := newHistory(costing.FIFO{})
	h.step("in A 3 for 30.00")
	h.state.Allow(amt("10"))
	var parts []string
	for range 3 {
		_, err := h.method.Out(&h.state, yuan, costing.Issue{Qty: qty("1")})
		require.NoError(t, err)
		parts = append(parts, h.state.Release(yuan, qty("1")).String())
	}
	require.Equal(t, []string{"3.33", "3.34", "3.33"}, parts)
}

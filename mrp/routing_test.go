package mrp_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

func TestHoursCost(t *testing.T) {
	yuan := money.Currency{Code: "CNY", Decimals: 2}
	lathe := mrp.Center{Code: "LATHE", LaborRate: dec("30"), MachineRate: dec("12.50"), OverheadRate: dec("4.20")}
	cases := []struct {
		name             string
		center           mrp.Center
		labor, machine   string
		labour, overhead string
		code             refusal.Code
	}{
		{"1.5 h labour, 2 h machine: 25 + 6.30", lathe, "1.5", "2", "45.00", "31.30", ""},
		{"no hours", lathe, "0", "0", "0.00", "0.00", ""},
		{"overhead is one amount: 0.004 + 0.004", mrp.Center{MachineRate: dec("0.004"), OverheadRate: dec("0.004")}, "1", "1", "0.00", "0.01", ""},
		{"hours below zero", lathe, "-1", "0", "0", "0", refusal.InvalidQuantity},
		{"machine hours below zero", lathe, "0", "-1", "0", "0", refusal.InvalidQuantity},
		{"a rate below zero", mrp.Center{LaborRate: dec("-1")}, "1", "0", "0", "0", refusal.InvalidAmount},
		{"too much labour", lathe, "99999999999999", "0", "0", "0", refusal.LimitExceeded},
		{"too much overhead", mrp.Center{MachineRate: dec("9e14"), OverheadRate: dec("9e14")}, "1", "1", "0", "0", refusal.LimitExceeded},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			labour, overhead, err := c.center.HoursCost(yuan, dec(c.labor), dec(c.machine))
			require.Equal(t, c.code, refusal.CodeOf(err), "%v", err)
			if err == nil {
				require.Equal(t, c.labour, labour.String())
				require.Equal(t, c.overhead, overhead.String())
			}
		})
	}
	_, _, err := mrp.Center{MachineRate: decimal.New(1, 999_999_999)}.HoursCost(yuan, dec("0"), dec("1"))
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
}

func TestRouting(t *testing.T) {
	ops := []mrp.Operation{{Op: "CUT", Center: "SAW"}, {Op: "TURN", Center: "LATHE"}}
	cases := []struct {
		name   string
		ops    []mrp.Operation
		op     string
		counts bool
		center string
	}{
		{"the last operation", ops, "TURN", true, "LATHE"},
		{"one before it", ops, "CUT", false, "SAW"},
		{"none named, of two", ops, "", false, ""},
		{"none named, of one", ops[:1], "", false, "SAW"},
		{"not of the routing", ops, "PAINT", false, ""},
		{"no routing, none named", nil, "", true, ""},
		{"no routing, one named", nil, "CUT", false, ""},
	}
	for _, c := range cases {
		require.Equal(t, c.counts, mrp.Counts(c.ops, c.op), c.name)
		require.Equal(t, c.center, mrp.CenterOf(c.ops, c.op), c.name)
	}
}

func TestMastersOfARouting(t *testing.T) {
	one := decimal.NewFromInt(1)
	require.NoError(t, mrp.CheckCenter(mrp.Center{Code: "SAW", LaborRate: one}))
	for code, c := range map[refusal.Code]mrp.Center{
		refusal.InvalidAmount: {Code: "SAW", MachineRate: one.Neg()},
		refusal.InvalidState:  {LaborRate: one},
	} {
		require.Equal(t, code, refusal.CodeOf(mrp.CheckCenter(c)))
	}
	saw := []mrp.Center{{Code: "SAW"}}
	require.NoError(t, mrp.CheckRouting("PIN", []mrp.Operation{{Op: "CUT", Center: "SAW"}, {Op: "LOOK"}}, saw))
	for _, c := range []struct {
		code refusal.Code
		ops  []mrp.Operation
	}{
		{refusal.InvalidState, []mrp.Operation{{Center: "SAW"}}},
		{refusal.InvalidState, []mrp.Operation{{Op: "CUT"}, {Op: "CUT"}}},
		{refusal.NotFound, []mrp.Operation{{Op: "CUT", Center: "LATHE"}}},
		{refusal.InvalidQuantity, []mrp.Operation{{Op: "CUT", RunHours: one.Neg()}}},
	} {
		require.Equal(t, c.code, refusal.CodeOf(mrp.CheckRouting("PIN", c.ops, saw)), c)
	}
}

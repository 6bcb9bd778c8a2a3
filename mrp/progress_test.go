package mrp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/mrp"
)

func TestByOperation(t *testing.T) {
	ops := []mrp.Operation{{Op: "CUT"}, {Op: "TURN"}}
	facts := []mrp.Progress{
		{To: mrp.Started},
		{Op: "TURN", Good: qty("3")},
		{LaborHours: qty("1.5")},
		{Op: "TURN", Good: qty("4"), Scrap: qty("1"), Rework: qty("2"), MachineHours: qty("0.5")},
		{Op: "TURN", Good: qty("3")},
		{Op: "TURN", Good: qty("-3"), Undo: true},
		{Completed: qty("2")},
	}
	require.Equal(t, []mrp.OperationProgress{
		{Op: "CUT"},
		{Op: "TURN", Good: qty("7"), Scrap: qty("1"), Rework: qty("2"), MachineHours: qty("0.5")},
		{LaborHours: qty("1.5")},
	}, mrp.ByOperation(ops, facts))
}

func TestPercent(t *testing.T) {
	for _, c := range []struct{ ordered, scrapped, completed, want string }{
		{"10", "0", "0", "0"}, {"10", "0", "4", "40"}, {"10", "4", "4", "66.7"}, {"10", "1", "9", "100"}, {"10", "10", "0", "0"},
	} {
		o := mrp.Order{Qty: qty(c.ordered), Scrapped: qty(c.scrapped), Completed: qty(c.completed)}
		require.Equal(t, c.want, o.Percent().String(), c)
	}
}

package posting_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// Opening + in - out = closing for every item, also where all of it is of the past.
func TestTurnovers(t *testing.T) {
	sum := func(item string, kind costing.EntryKind, value string) posting.ValueSum {
		return posting.ValueSum{Item: item, Kind: kind, Value: money.MustParse(value)}
	}
	eve := []posting.ValueSum{sum("A", costing.In, "100"), sum("A", costing.Out, "-40"), sum("OLD", costing.In, "5")}
	end := []posting.ValueSum{sum("A", costing.In, "160"), sum("A", costing.Out, "-130"), sum("A", costing.Adjust, "10"), sum("NEW", costing.In, "7"), sum("OLD", costing.In, "5")}
	got := posting.Turnovers(eve, end)
	turnover := func(item, opening, in, out, closing string) posting.Turnover {
		return posting.Turnover{Item: item, Opening: money.MustParse(opening), In: money.MustParse(in), Out: money.MustParse(out), Closing: money.MustParse(closing)}
	}
	require.Equal(t, []posting.Turnover{turnover("A", "60", "70", "90", "40"), turnover("NEW", "0", "7", "0", "7"), turnover("OLD", "5", "0", "0", "5")}, got)
	require.Equal(t, turnover("", "65", "77", "90", "52"), posting.Together(got))
	for _, c := range []struct{ item, average, times, days string }{{"A", "50", "1.8", "16.67"}, {"NEW", "3.5", "0", "0"}, {"OLD", "5", "0", "0"}} {
		for _, g := range got {
			if g.Item == c.item {
				require.Equal(t, c.average, g.Average().String())
				require.Equal(t, c.times, g.Times().String())
				require.Equal(t, c.days, g.Days(30).String())
			}
		}
	}
	require.Equal(t, "0", posting.Turnover{}.Times().String(), "no stock")
}

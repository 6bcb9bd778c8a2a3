package storagetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting/flow"
)

// moment is what the books said when some document was the last: as they stood, and of an earlier day. Whatever is told later, they must say it for ever.
type moment struct {
	byLot       []string // items that are valued by lot at some time
	at, day     ledgermill.AsOf
	stood, said []string
}

// places are the ways to narrow an item's stock.
var places = []string{"", "W1", "A"}

// stood reads the books as they are, a line a figure.
func stood(t *testing.T, c *ledgermill.Company, items []string) (out []string) {
	t.Helper()
	ctx := context.Background()
	out = append(balancesAt(t, c, ledgermill.AsOf{}), openAt(t, c, ledgermill.AsOf{})...)
	for _, item := range items {
		for _, place := range places {
			v, err := c.Stock(ctx, item, place, "", "")
			if err != nil {
				continue
			}
			out = append(out, stockLine(item+"@"+place, v.Qty, v.Value, v.Layers))
		}
	}
	orders, err := c.Orders(ctx)
	require.NoError(t, err)
	for _, o := range orders {
		v, err := c.PastOrder(ctx, o.Ref, ledgermill.AsOf{})
		require.NoError(t, err)
		out = append(out, orderLine(o.Order, o.Cost, v.Materials))
	}
	return out
}

// saidOf reads them as of a moment. Layers that are not known are marked.
func saidOf(t *testing.T, c *ledgermill.Company, at ledgermill.AsOf, items []string, whole bool) (out []string) {
	t.Helper()
	ctx := context.Background()
	out = append(balancesAt(t, c, at), openAt(t, c, at)...)
	for _, item := range items {
		for _, place := range places {
			v, err := c.PastStock(ctx, item, place, "", "", at)
			if err != nil {
				continue
			}
			gap := v.Restated.Sub(v.Value)
			for _, d := range v.Deferred {
				gap = gap.Sub(d.Change)
			}
			require.True(t, gap.IsZero(), "%s as of %v: what was booked later does not explain the difference: %+v", item, at, v)
			line := stockLine(item+"@"+place, v.Qty, v.Value, v.Layers)
			switch {
			case v.LayersUnknown:
				line += unknown
			case whole:
				line += fmt.Sprint(" ", v.Restated)
			}
			out = append(out, line)
		}
	}
	orders, err := c.Orders(ctx)
	require.NoError(t, err)
	for _, o := range orders {
		v, err := c.PastOrder(ctx, o.Ref, at)
		if err != nil {
			continue // it was not there
		}
		line := orderLine(v.Order, v.Cost, v.Materials)
		if whole {
			line += fmt.Sprint(" restated ", v.Restated.Open)
		}
		gap := v.Restated.Open.Total().Sub(v.Cost.Open.Total())
		for _, d := range v.Deferred {
			gap = gap.Sub(d.Change)
		}
		require.True(t, gap.IsZero(), "%s as of %v: %+v", o.Ref, at, v)
		out = append(out, line)
	}
	return out
}

const unknown = " layers unknown"

func balancesAt(t *testing.T, c *ledgermill.Company, at ledgermill.AsOf) (out []string) {
	t.Helper()
	trial, err := c.TrialBalance(t.Context(), at)
	require.NoError(t, err)
	require.True(t, trial.Balanced())
	for _, r := range trial.Rows {
		out = append(out, fmt.Sprint(r.Code, " ", r.Debit, " ", r.Credit))
	}
	return out
}

func openAt(t *testing.T, c *ledgermill.Company, at ledgermill.AsOf) []string {
	t.Helper()
	sum, items, err := c.OpenItems(t.Context(), "", at)
	require.NoError(t, err)
	return []string{fmt.Sprint("open ", sum, " of ", len(items), " ", ledger.SumOpen(items))}
}

func stockLine(name string, qty, value any, layers []ledgermill.LayerView) string {
	line := fmt.Sprint(name, " ", qty, " ", value)
	for _, l := range layers {
		line += fmt.Sprintf(" [%s %s]", l.Qty, l.Value)
	}
	return line
}

func orderLine(o mrp.Order, cost costing.OrderCost, materials []flow.Material) string {
	line := ""
	for _, m := range materials {
		line += fmt.Sprint(" ", m.Item, " ", m.Lot, " ", m.Qty, " ", m.Value)
	}
	return line + fmt.Sprint(o.Ref, " ", o.Status, " ", o.Completed, " ", o.Reported, " ", o.Scrapped, " ", o.LaborHours, " ", cost.Charged, cost.Open, cost.Completed, cost.ByProduct, cost.Expensed, cost.Residual)
}

// momentOf notes what the books say now.
func momentOf(t *testing.T, c *ledgermill.Company, seq int64, day calendar.Date, items []string) moment {
	t.Helper()
	m := moment{at: ledgermill.AsOf{Upto: seq}, day: ledgermill.AsOf{Day: day}, stood: stood(t, c, items)}
	m.said = saidOf(t, c, m.day, items, true)
	m.day.Upto = seq
	return m
}

// remembered holds the books to what they said. It gives the number of stocks whose layers were not known.
func (m moment) remembered(t *testing.T, c *ledgermill.Company, items []string, name string) (lost int) {
	t.Helper()
	lost = sameLines(t, m.stood, saidOf(t, c, m.at, items, false), fmt.Sprintf("%s, as the books stood at %d", name, m.at.Upto))
	lost += sameLines(t, m.said, saidOf(t, c, m.day, items, true), fmt.Sprintf("%s, %s as it looked at %d", name, m.day.Day, m.day.Upto))
	m.explained(t, c, name)
	return lost
}

func sameLines(t *testing.T, want, got []string, name string) (lost int) {
	t.Helper()
	require.Len(t, got, len(want), "%s\n%s\n%s", name, strings.Join(want, "\n"), strings.Join(got, "\n"))
	for i := range want {
		if rest, none := strings.CutSuffix(got[i], unknown); none && strings.HasPrefix(want[i], rest) {
			lost++
			continue
		}
		require.Equal(t, want[i], got[i], name)
	}
	return lost
}

// explained holds the revision of the moment's day to what the books said of it then and say of it now.
func (m moment) explained(t *testing.T, c *ledgermill.Company, name string) {
	t.Helper()
	r, err := c.Since(t.Context(), m.day)
	require.NoError(t, err, name)
	figures := func(at ledgermill.AsOf) worths {
		out := worths{}
		trial, err := c.TrialBalance(t.Context(), at)
		require.NoError(t, err)
		for _, row := range trial.Rows {
			out.add("account "+row.Code, row.Closing)
		}
		return out
	}
	then, now, told := figures(m.day), figures(ledgermill.AsOf{Day: m.day.Day}), worths{}
	for _, l := range r.Lines {
		sum, qty := l.Then, l.QtyThen
		for _, d := range l.Documents {
			require.Greater(t, d.Doc, m.day.Upto, name)
			require.NotEmpty(t, d.Ref, name)
			sum, qty = sum.Add(d.Change), qty.Add(d.Qty)
		}
		require.Equal(t, l.Now, sum, name)
		require.Equal(t, l.QtyNow, qty, name)
		switch l.Kind {
		case "account":
			told.add("account "+l.Name, l.Now.Sub(l.Then))
			require.True(t, l.Then.Decimal().Equal(then["account "+l.Name]), name)
		case "order":
			v, err := c.PastOrder(t.Context(), l.Name, ledgermill.AsOf{Day: m.day.Day})
			require.NoError(t, err, name)
			require.Equal(t, l.Now, v.Cost.Open.Total(), name)
		case "stock":
			if l.Scope == "" && !slices.Contains(m.byLot, l.Name) {
				v, err := c.PastStock(t.Context(), l.Name, "", "", "", ledgermill.AsOf{Day: m.day.Day})
				require.NoError(t, err, name)
				require.Equal(t, l.QtyNow, v.Qty, name)
			}
		}
	}
	for _, of := range []worths{then, now} {
		for k := range of {
			require.True(t, now[k].Sub(then[k]).Equal(told[k]), "%s: %s went from %s to %s, told: %s", name, k, then[k], now[k], told[k])
		}
	}
}

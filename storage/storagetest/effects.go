package storagetest

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/posting"
)

// worths are what the books say that an effect speaks of: balances, stock and work in process, by name.
type worths map[string]decimal.Decimal

func (f worths) add(name string, d interface{ Decimal() decimal.Decimal }) {
	f[name] = f[name].Add(d.Decimal())
}

// worthsOf reads them of all accounts and orders, and of the items.
func worthsOf(t *testing.T, c *ledgermill.Company, items []string) worths {
	t.Helper()
	out := worths{}
	trial, err := c.TrialBalance(t.Context(), ledgermill.AsOf{})
	require.NoError(t, err)
	for _, r := range trial.Rows {
		out.add("account "+r.Code, r.Closing)
	}
	for _, item := range items {
		v, err := c.Stock(t.Context(), item, "", "", "")
		if err != nil {
			continue // it is not defined yet
		}
		out.add("quantity "+item, v.Qty)
		out.add("value "+item, v.Value)
	}
	orders, err := c.Orders(t.Context())
	require.NoError(t, err)
	for _, o := range orders {
		out.add("order "+o.Ref, o.Cost.Open.Total())
	}
	return out
}

// sameEffect holds what a preview said to what its documents then did: everything that it says, and that nothing else has changed.
func sameEffect(t *testing.T, c *ledgermill.Company, p ledgermill.Preview, before, after worths, name string) {
	t.Helper()
	said, was := worths{}, worths{}
	scoped := slices.ContainsFunc(p.Effect.Stock, func(s posting.StockEffect) bool { return s.Scope != "" })
	for _, s := range p.Effect.Stock {
		said.add("quantity "+s.Item, s.QtyChange)
		said.add("value "+s.Item, s.Change)
		require.Equal(t, s.After, s.Before.Add(s.Change), name)
		if !scoped {
			was.add("quantity "+s.Item, s.QtyBefore)
			was.add("value "+s.Item, s.Before)
		}
	}
	for _, o := range p.Effect.Orders {
		said.add("order "+o.Order, o.Change)
		was.add("order "+o.Order, o.Before)
		require.Equal(t, o.After, o.Before.Add(o.Change), name)
	}
	accounts, err := c.Accounts(t.Context())
	require.NoError(t, err)
	classes := map[string]ledger.Class{}
	for _, a := range accounts {
		classes[a.Code] = a.Class
	}
	sums, days := worths{}, worths{}
	for _, a := range p.Effect.Accounts {
		said.add("account "+a.Account, a.Change())
		was.add("account "+a.Account, a.Before)
		require.Equal(t, a.After, a.Before.Add(a.Change()), name)
		sums.add("own", a.Own)
		sums.add("late", a.Late)
		if class := classes[a.Account]; class == ledger.Income || class == ledger.Expense {
			sums.add("profit", a.Change().Neg())
		}
		for _, d := range a.Days {
			days.add(d.Date.String(), d.Change())
			days.add("account "+a.Account, d.Change())
		}
	}
	require.True(t, sums["own"].IsZero() && sums["late"].IsZero(), "%s: not balanced: %v\n%s", name, sums, p)
	if p.Documents[0].Verb != "close" { // what it carries forward is no loss
		require.True(t, sums["profit"].Equal(p.Effect.Profit.Change().Decimal()), "%s: profit changes by %s\n%s", name, sums["profit"], p)
	}
	for day, sum := range days {
		if _, err := calendar.ParseDate(day); err == nil {
			require.True(t, sum.IsZero(), "%s: %s is not balanced\n%s", name, day, p)
		} else {
			require.True(t, sum.Equal(said[day]), "%s: the days of %s\n%s", name, day, p)
		}
	}
	for _, of := range []worths{before, after, said} {
		for k := range of {
			require.True(t, after[k].Sub(before[k]).Equal(said[k]), "%s: %s goes from %s to %s, the preview says: by %s\n%s", name, k, before[k], after[k], said[k], p)
		}
	}
	for k := range was {
		require.True(t, was[k].Equal(before[k]), "%s: %s was %s, the preview says %s\n%s", name, k, before[k], was[k], p)
	}
}

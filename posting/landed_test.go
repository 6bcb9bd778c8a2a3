package posting_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
)

var yuan = money.Currency{Code: "CNY", Decimals: 2}

func landed(qty, kept, value, weight string) posting.Landed {
	return posting.Landed{
		Item: inventory.Item{Code: "P", Weight: decimal.RequireFromString(weight)},
		Qty:  uom.MustParse(qty), Kept: uom.MustParse(kept), Value: money.MustParse(value),
	}
}

func TestLandedShares(t *testing.T) {
	for _, c := range []struct {
		by    string
		lines []posting.Landed
		want  []string
	}{
		{"value", []posting.Landed{landed("1", "1", "30", "0"), landed("9", "9", "60", "0")}, []string{"33.33", "66.67"}},
		{"qty", []posting.Landed{landed("1", "1", "30", "0"), landed("3", "3", "60", "0")}, []string{"25.00", "75.00"}},
		{"qty", []posting.Landed{landed("4", "1", "30", "0"), landed("4", "4", "60", "0")}, []string{"50.00", "50.00"}}, // as received; its kept unit carries it
		{"qty", []posting.Landed{landed("4", "0", "30", "0"), landed("4", "4", "60", "0")}, []string{"0.00", "100.00"}}, // none is kept
		{"equal", []posting.Landed{landed("1", "1", "0", "0"), landed("1", "1", "9", "0"), landed("1", "1", "9", "0")}, []string{"33.34", "33.33", "33.33"}},
		{"weight", []posting.Landed{landed("2", "2", "0", "0.000000000000000001"), landed("1", "1", "0", "1000000")}, []string{"0.00", "100.00"}},
		{"weight", []posting.Landed{landed("2", "2", "0", "0.3"), landed("1", "1", "0", "0.4")}, []string{"60.00", "40.00"}},
	} {
		got, err := posting.ShareLanded(yuan, money.MustParse("100"), c.by, c.lines)
		require.NoError(t, err)
		var texts []string
		for _, a := range got {
			texts = append(texts, a.String())
		}
		require.Equal(t, c.want, texts, c.by)
	}
}

func TestLandedRefused(t *testing.T) {
	one := []posting.Landed{landed("1", "1", "0", "0")}
	for by, code := range map[string]refusal.Code{"value": refusal.InvalidState, "weight": refusal.InvalidQuantity, "volume": refusal.InvalidQuantity, "": refusal.InvalidState} {
		_, err := posting.ShareLanded(yuan, money.MustParse("1"), by, one)
		require.Equal(t, code, refusal.CodeOf(err), by)
	}
	_, err := posting.ShareLanded(yuan, money.MustParse("1"), "qty", nil)
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
}

// Shares add up to the cost, none is below zero, and a line that is twice another gets no less.
func TestLandedSharesAtRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		lines := make([]posting.Landed, 1+rnd.IntN(6))
		for i := range lines {
			lines[i] = landed("1", "1", "1", "1")
			lines[i].Qty = uom.FromUnits(1 + rnd.Int64N(1_000_000_000_000))
			lines[i].Item.Weight = decimal.New(1+rnd.Int64N(1_000_000), -rnd.Int32N(12))
		}
		twice := lines[0]
		twice.Item.Weight = twice.Item.Weight.Mul(decimal.NewFromInt(2))
		lines = append(lines, twice)
		total := money.FromUnits(100 * rnd.Int64N(1_000_000))
		got, err := posting.ShareLanded(yuan, total, "weight", lines)
		require.NoError(t, err)
		require.Equal(t, total, money.Sum(got...))
		for _, a := range got {
			require.GreaterOrEqual(t, a.Sign(), 0)
		}
		require.False(t, got[len(got)-1].Less(got[0]))
	}
}

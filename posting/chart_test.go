package posting

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
)

// TestTheMostSpecificEntryWins tries profiles in which several entries fit: an item outweighs a category, that a partner, that a warehouse.
func TestTheMostSpecificEntryWins(t *testing.T) {
	base, err := ledger.LoadChart("ifrs")
	require.NoError(t, err)
	chart := NewChart(base, base.Accounts, []ProfileEntry{
		{Role: "cogs", Account: "all"},
		{Role: "cogs", Warehouse: "W", Account: "warehouse"},
		{Role: "cogs", Partner: "P", Account: "partner"},
		{Role: "cogs", Category: "C", Account: "category"},
		{Role: "cogs", Category: "C", Warehouse: "W", Account: "category there"},
		{Role: "cogs", Item: "A", Partner: "Q", Account: "item and partner"},
		{Role: "cogs", Item: "A", Account: "item", Version: 3},
		{Role: "revenue", Warehouse: "W", Account: "only there"},
	})
	for _, c := range []struct {
		role, item, category, partner, warehouse, want string
	}{
		{"cogs", "B", "", "", "", "all"},
		{"cogs", "B", "", "", "W", "warehouse"},
		{"cogs", "B", "", "P", "W", "partner"},
		{"cogs", "B", "C", "P", "", "category"},
		{"cogs", "B", "C", "P", "W", "category there"},
		{"cogs", "A", "C", "P", "W", "item"},
		{"cogs", "A", "C", "Q", "W", "item and partner"},
		{"cogs", "", "C", "", "", "category"},
		{"revenue", "A", "", "", "W", "only there"},
		{"revenue", "A", "", "", "V", "4010"},
		{"revenue", "A", "", "", "", "4010"},
	} {
		code, err := chart.Account(c.role, Party{Item: &inventory.Item{Code: c.item, Category: c.category}, Partner: c.partner, Warehouse: c.warehouse})
		require.NoError(t, err)
		require.Equal(t, c.want, code, "%+v", c)
	}
}

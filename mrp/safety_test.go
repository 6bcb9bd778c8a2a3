package mrp_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/mrp"
)

func ExampleServiceStock() {
	safety, _ := mrp.ServiceStock(950, uom.MustParse("20"), 9) // 95 %, 20 a day more or less, nine days
	fmt.Println(safety, mrp.ReorderPoint(uom.MustParse("100"), 9, safety))
	// Output: 98.694 998.694
}

func TestServiceStock(t *testing.T) {
	for _, c := range []struct {
		level     mrp.Service
		deviation string
		days      int
		want      string
	}{
		{950, "10", 4, "32.898"},
		{990, "10", 2, "32.898851"}, // 23.263 x 1.414213562… rounded up
		{500, "10", 4, "0"},
		{999, "0", 4, "0"},
		{999, "3", 0, "0"},
	} {
		got, err := mrp.ServiceStock(c.level, uom.MustParse(c.deviation), c.days)
		require.NoError(t, err)
		require.Equal(t, c.want, got.String())
	}
	_, err := mrp.ServiceStock(333, uom.MustParse("1"), 1)
	require.ErrorContains(t, err, "invalid_quantity")
	_, err = mrp.ServiceStock(950, uom.MustParse("-1"), 1)
	require.ErrorContains(t, err, "invalid_quantity")
}

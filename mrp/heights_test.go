package mrp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/mrp"
)

func TestHeights(t *testing.T) {
	lines := []mrp.BOMLine{
		{Item: "BIKE", Component: "FRAME"},
		{Item: "BIKE", Component: "BOLT"},
		{Item: "FRAME", Component: "TUBE"},
		{Item: "TUBE", Component: "STEEL"},
		{Item: "FRAME", Component: "BOLT"},
		{Item: "TUBE", Component: "CHIPS", ByProduct: true},
		{Item: "BRICK", Component: "CHIPS"},
		{Item: "PASTE", Component: "REST"},
		{Item: "PASTE", Component: "REST", ByProduct: true}, // what is left of it goes into the next
	}
	height := mrp.Heights(lines)
	for item, want := range map[string]int{"BIKE": 3, "FRAME": 2, "TUBE": 1, "STEEL": 0, "BOLT": 0, "CHIPS": 2, "BRICK": 3} {
		require.Equal(t, want, height[item], item)
	}
	require.Len(t, height, 7, "every item that is made")
}

package mrp_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

func TestCheckUnbuild(t *testing.T) {
	o := mrp.Order{Ref: "WO-1", Completed: uom.FromInt(10), Unbuilt: uom.FromInt(4)}
	for qty, code := range map[string]refusal.Code{"6": "", "6.000001": refusal.OverReturn, "0": refusal.InvalidQuantity, "-1": refusal.InvalidQuantity} {
		require.Equal(t, code, refusal.CodeOf(o.CheckUnbuild(uom.MustParse(qty))), qty)
	}
}

// Whatever the parts in which an order's output is taken apart, all of what it used comes back in the end and never more.
func TestRegainedAddsUp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 6))
	for range 2000 {
		o := mrp.Order{Completed: uom.FromUnits(1 + rnd.Int64N(1_000_000_000))}
		used := uom.FromUnits(rnd.Int64N(1_000_000_000_000))
		var back uom.Quantity
		for o.Unbuilt.Less(o.Completed) {
			left := o.Completed.Sub(o.Unbuilt)
			qty := uom.FromUnits(1 + rnd.Int64N(left.Units())).Max(uom.FromUnits(left.Units() / 8)).Min(left)
			part := o.Regained(used, qty)
			require.GreaterOrEqual(t, part.Sign(), 0)
			back = back.Add(part)
			o.Unbuilt = o.Unbuilt.Add(qty)
		}
		require.Equal(t, used, back)
	}
}

type oneBOM struct {
	bom   mrp.BOM
	lines []mrp.BOMLine
}

func (s oneBOM) Versions(item string) ([]mrp.BOM, bool) { return []mrp.BOM{s.bom}, true }

func (s oneBOM) Lines(string, int64) ([]mrp.BOMLine, bool) { return s.lines, true }

// A bicycle holds two wheels and its frame's four tubes: not the tube lost in cutting, nor the one for setting up, nor the spare that comes out beside it.
func TestContents(t *testing.T) {
	frame := oneBOM{
		mrp.BOM{Item: "FRAME", Qty: uom.FromInt(1), Yield: decimal.NewFromInt(50)},
		[]mrp.BOMLine{{Component: "TUBE", Qty: uom.FromInt(4), Scrap: decimal.NewFromInt(20)}},
	}
	lines := []mrp.BOMLine{
		{Line: 1, Component: "FRAME", Qty: uom.FromInt(1)},
		{Line: 2, Component: "WHEEL", Qty: uom.FromInt(2)},
		{Line: 3, Component: "TUBE", Qty: uom.FromInt(1), Fixed: true},
		{Line: 4, Component: "SPARE", Qty: uom.FromInt(1), ByProduct: true},
	}
	bike := mrp.BOM{Item: "BIKE", Qty: uom.FromInt(1), Yield: decimal.NewFromInt(90)}
	got, missing, err := mrp.Contents(bike, lines, uom.FromInt(3), 0, frame, func(item string) bool { return item == "FRAME" })
	require.NoError(t, err)
	require.Empty(t, missing)
	var held []string
	for _, m := range got {
		held = append(held, m.Required.String()+" "+m.Item)
	}
	require.Equal(t, []string{"12 TUBE", "6 WHEEL"}, held)
}

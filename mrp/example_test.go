package mrp_test

import (
	"fmt"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/mrp"
)

// A shaft takes 2.5 kg of steel, a twentieth of which is lost in cutting.
func Example() {
	bom := mrp.BOM{Item: "SHAFT", Qty: uom.FromInt(1)}
	lines := []mrp.BOMLine{{Component: "STEEL", Qty: uom.MustParse("2.5"), Scrap: dec("5")}}
	fmt.Println(mrp.CheckBOM(bom, lines))

	order := mrp.Order{Ref: "WO-1", Item: "SHAFT", Qty: uom.FromInt(48), Status: mrp.Planned}
	materials, _, err := mrp.Explode(order.Ref, bom, lines, order.Qty, 0, nil, func(string) bool { return false })
	fmt.Println(materials[0].Item, materials[0].Required, err)
	fmt.Println("for ten of them:", order.Need(materials[0], uom.FromInt(10)))

	fmt.Println(order.Next("issue"))
	order.Apply(mrp.Progress{To: mrp.Started, Completed: uom.FromInt(40)})
	fmt.Println(order.CheckComplete(uom.FromInt(9)))
	// Output:
	// <nil>
	// STEEL 126.31579 <nil>
	// for ten of them: 26.31579
	// started <nil>
	// over_completion: "WO-1": more than is left of the order (wanted 9, available 8)
}

package ledger

import "github.com/ledgermill/ledgermill/inventory/uom"

// Cover says how much of a quantity falls on each of some open items, the first of them first, and never more than is open.
func Cover(open []OpenItem, qty uom.Quantity) []uom.Quantity {
	out := make([]uom.Quantity, len(open))
	for i, o := range open {
		out[i] = o.OpenQty.Min(qty)
		qty = qty.Sub(out[i])
	}
	return out
}

// Left is what is still open of each document, by its number.
func Left(open []OpenItem) map[int64]uom.Quantity {
	out := map[int64]uom.Quantity{}
	for _, o := range open {
		out[o.Doc] = out[o.Doc].Add(o.OpenQty)
	}
	return out
}

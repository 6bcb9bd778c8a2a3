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

// Promised names what a document asks for or announces of one item.
type Promised struct {
	Doc  int64
	Item string
}

// Left is what is still open of each item of each document.
func Left(open []OpenItem) map[Promised]uom.Quantity {
	out := map[Promised]uom.Quantity{}
	for _, o := range open {
		k := Promised{o.Doc, o.Item}
		out[k] = out[k].Add(o.OpenQty)
	}
	return out
}

// ByItem adds up what is open of each item.
func ByItem(open []OpenItem) map[string]uom.Quantity {
	out := map[string]uom.Quantity{}
	for _, o := range open {
		out[o.Item] = out[o.Item].Add(o.OpenQty)
	}
	return out
}

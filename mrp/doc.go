// Package mrp is the production kernel: bills of materials and work orders.
//
// Nouns: a [BOM] is one dated version of what an item is made of, in [BOMLine]s; a work [Order] makes a quantity of one item; its [Material]s say what it
// needs; a [Progress] is a fact that moved it forward. Reported means that the shop floor says it is made, passed that inspection accepted it, completed
// that it was received into stock. Quantities only: what an order has cost is kept in package costing.
//
// A [Problem] is what is wanted, there and on its way; [MakePlan] says in words what to make and buy for it. The same over arrays, for planning again and again: a
// [Network] is a factory by numbers, a [Schedule] its orders for given demands.
package mrp

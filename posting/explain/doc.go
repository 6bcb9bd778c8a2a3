// Package explain says what a figure is made of, down to the documents that brought the money: the value of stock, work in process, the cost of a shipment, the
// balance of an account.
//
// Value forms a graph that runs forward in time (see package flow); this package walks it back. A [Walk] asks [Books] for what it must see, level by level, and
// knows no store. Every node is the sum of its children, to the cent; books that contradict themselves are refused with invalid_state. The tree is bounded by
// [MaxNodes] and [MaxDepth]; what has no room in it counts in the totals all the same.
//
// [Follow] goes the other way: from a document to where its money is now; its leaves are [Place]s.
//
// Nouns: a [Figure] is what is asked for; a [Tree] is the answer, of [Node]s; a leaf is a source: a receipt, a bill, a landed cost, hours, a stocktake; a
// [Share] is what one document gave in all.
//
// What is drawn from a layer, a pool or an order has of each of its sources in proportion, by largest remainder. The splits of two figures are made one by one,
// so a document that went into both may have its last cent in either.
package explain

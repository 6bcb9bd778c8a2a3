// Package costing is the value kernel: what stock is worth, and what a work order has cost.
//
// A [Stream] is the value of one item in one cost scope. A [Method] folds receipts and issues into its [State]: first in first out keeps a
// [Layer] a receipt, the moving average one pool. An issue gives links ([Taken]) to the layers that it took from, so that value can be followed.
// An [OrderCost] holds the costs of a work order by [Element] and shares them out to what it completes.
//
// Value is carried as a total and rounded once, when it leaves: a share of a layer or pool is round(V x q / Q) of what is left of it, and
// what empties it takes all. Nothing here knows quantities in bins, accounts or documents.
package costing

// Package storage is the door to a database: what a store must do, and the words in which it is asked.
//
// A store keeps rows of tables. A row is one struct of a kernel (a stock move, a voucher line, a work order); [Tables] describes
// every table: its columns, its key and the orders in which it is read. Facts are inserted and never change; records
// carry a version and are replaced.
//
// Nouns: a [Need] says which rows a command must see; [Store.Load] answers it with [Rows]; a [Snapshot] is rows that were loaded with the
// [Changes] of earlier commands laid over them; [Store.Apply] writes the changes of one or more commands in one transaction. Reports
// read with [Store.Scan] and [Store.Sum]. A store never meets a business rule.
package storage

// Package sqlite keeps the books in one SQLite file, in tables that a person can query.
//
// Nouns: the [Store] is an open file: one connection that writes and several that read, each a session with its prepared statements. A
// migration is a file of SQL that was run once; the list of them only grows. [Bind] gives a store that works inside a transaction of the host.
//
// Amounts and quantities are integers at their fixed scale (1/10,000 and 1/1,000,000); the views whose names begin with v_ show them as decimals. The
// file is in WAL mode, every commit is synced, and both are checked when it is opened. Keep it on a local disk: the locks of network file systems do not hold.
//
// The driver is modernc.org/sqlite: SQLite in Go, without cgo.
package sqlite

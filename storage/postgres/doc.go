// Package postgres keeps the books in PostgreSQL, in tables that a person can query.
//
// Nouns: the [Store] is a pool of connections to one schema of one database; a session is one of them with its prepared statements; a batch is
// statements that are sent together and answered together, in one round trip. A migration is a file of SQL that was run once; the list of them
// only grows. [Bind] gives a store that works inside a transaction of the host.
//
// Amounts and quantities are NUMERIC(19,4) and NUMERIC(19,6) within the bounds of the library, which also keep NaN out; days are dates, moments
// timestamps, months texts (2026-01). None is the empty text, or the date -infinity; the views whose names begin with v_ show it as NULL. The company leads every
// key, and no statement spans companies.
//
// A load is one batch that sees one state of the database. An apply is one batch and one transaction: its first statement moves the company's
// head on, which makes every other writer of that company wait, and fails if the head is not the one that the changes were decided on. What
// PostgreSQL gives up for another transaction's sake (40001, 40P01), or what was lost with its connection before it could be committed, is tried again, at
// most 8 times, and never inside the host's transaction.
//
// The driver is pgx. Statements are prepared: behind a pooler that gives each transaction another connection, the pooler must know prepared statements.
package postgres

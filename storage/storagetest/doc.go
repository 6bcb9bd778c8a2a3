// Package storagetest is the conformance suite of [storage.Store]: what a host runs against the store it wrote for its own database.
//
// Nouns: the [Config] says how to open a store; a case is one rule, in a sentence that is printed when the store breaks it; the reference
// is the memory store, which gets the same changes and is asked the same questions.
//
// The rows that the suite writes are made to be hard to keep, not to be good books, but they keep the references of good books: every fact names a
// document that is there, a voucher line a voucher, a link an entry, a BOM line a BOM and a material a work order, in one transaction
// though not always in that order; and a voucher line has one side. A store may have foreign keys and checks for these; they must be deferred to the commit.
package storagetest

// Package postingtest tests accounting rules by stories. A scenario is a YAML file in which a person who knows accounting, not Go, states a
// company, a run of business documents, and what the books must then say:
//
//	scenario: a shipment takes the oldest goods first
//	items: [{code: P, method: fifo}]
//	steps:
//	  - receive: {date: 2026-01-01, ref: GR-1, supplier: ACME, lines: [{item: P, qty: 10, price: 4.20}]}
//	  - ship: {date: 2026-01-02, ref: SH-1, customer: BUYER, lines: [{item: P, qty: 4}]}
//	  - expect:
//	      stock: {P: {qty: 6, value: 25.20}}
//	      voucher: {of: SH-1, lines: [[cogs, 16.80, 0], [stock_goods, 0, 16.80]]}
//	      reconcile: clean
//
// Its nouns: a Scenario (one YAML document), its steps (a command of package ledgermill, with the keys of that struct's JSON tags; a retry; an
// expect) and the Result of playing it on a store. A host calls [Run] from go test, with the store that it means to use.
//
// Every number is read from its text, exactly. A figure is compared after rounding that of the books, half away from zero, to as many decimals as are
// written. A step with `error: CODE` must be refused with that code and leave the digest of the books as it was. Unknown words, words said twice,
// anchors and tags are errors that name their line; words of the language that are not built yet are called so. scenario.schema.json beside this file
// is for editors that check YAML while it is written.
package postingtest
